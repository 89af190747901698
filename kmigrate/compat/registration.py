"""Registering what layers refer to by name in saved files."""

from __future__ import annotations

from typing import Any

from kmigrate.compat._keras import keras


def serializable(cls: Any) -> Any:
    """Register a class as 'kmigrate>Name', and as 'Name' too.

    The reader of HDF5 files (tf_keras, saving/legacy/serialization.py) looks up a layer by its registered name, but the
    regularizers and initializers inside its configuration by the plain name of their class.
    """
    keras.utils.get_custom_objects()[cls.__name__] = cls
    return keras.utils.register_keras_serializable("kmigrate")(cls)

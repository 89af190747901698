"""The Keras that ``kmigrate.compat`` works with: the Keras 2 that the program itself uses."""

from __future__ import annotations

import sys
from importlib import import_module, metadata
from typing import Any


def _find_keras() -> Any:
    """Return Keras 2: tf_keras when the program has imported it, else ``keras`` of version 2, else tf_keras.

    Keras 3 is found by the version of the installed distribution, so that it is not imported only to be turned down.
    """
    if "tf_keras" in sys.modules:
        return sys.modules["tf_keras"]
    loaded = sys.modules.get("keras")
    version = getattr(loaded, "__version__", "")
    if not version:
        try:
            version = metadata.version("keras")
        except metadata.PackageNotFoundError:
            version = ""
    if version.startswith("2."):
        try:
            return import_module("keras")
        except ImportError:
            pass  # a broken installation; tf_keras may still be there
    try:
        return import_module("tf_keras")
    except ImportError as error:
        found = f"found keras {version}, and " if version else ""
        raise ImportError(
            f"kmigrate.compat needs Keras 2 ({found}tf_keras cannot be imported: {error}). "
            "Install tf_keras, or keras 2.15."
        ) from error


keras: Any = _find_keras()

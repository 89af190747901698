"""Weight initializers as Keras 1.2.2 had them (initializations.py), usable both ways.

Called as Keras 1 called them, ``fn(shape, scale=…, name=…)``, they return a variable. Called as Keras 2 calls an
initializer, ``fn(shape, dtype=…)``, they return the values. The numbers come from NumPy's global generator, so
``np.random.seed`` makes them repeatable. Give a layer ``initializer(orthogonal)`` rather than the function itself when
the model is saved as HDF5: tf_keras cannot read a function back from there.
"""

# mypy: allow-subclassing-any, allow-untyped-decorators
# ruff: noqa: ARG001, ARG002 - every initializer takes the parameters that Keras 1 or Keras 2 may give

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kmigrate.compat._keras import keras
from kmigrate.compat.ordering import data_format
from kmigrate.compat.registration import serializable

K: Any = keras.backend


def get_fans(shape: Sequence[int], dim_ordering: str | None = "th") -> tuple[float, float]:
    """Return (fan_in, fan_out) as Keras 1.2.2 counted them (initializations.py).

    Under 'tf' the receptive field is the first two axes even of a 5-D kernel, and any rank but 2, 4 and 5 has the
    square root of its size for both: Keras 2 counts otherwise there (Conv1D, Conv3D).
    """
    if len(shape) == 2:
        return float(shape[0]), float(shape[1])
    if len(shape) in {4, 5}:
        if data_format(dim_ordering, K.image_data_format()) == "channels_first":
            field = float(np.prod(shape[2:]))
            return shape[1] * field, shape[0] * field
        field = float(np.prod(shape[:2]))
        return shape[-2] * field, shape[-1] * field
    size = float(np.sqrt(np.prod(shape)))
    return size, size


def _initial(value: Any, name: str | None, dtype: Any) -> Any:
    """A variable for a Keras 1 style call; for a Keras 2 one (which always gives the dtype) its values."""
    if dtype is None:
        return K.variable(value, name=name)
    return K.cast(K.constant(value), dtype)


def _fans(shape: Sequence[int], dim_ordering: str | None, dtype: Any) -> tuple[float, float]:
    """The fans in the layout of the caller: Keras 2 kernels are 'tf', Keras 1's default was 'th'."""
    return get_fans(shape, data_format(dim_ordering, "channels_first" if dtype is None else "channels_last"))


@keras.utils.register_keras_serializable("kmigrate")
def uniform(
    shape: Sequence[int],
    scale: float = 0.05,
    name: str | None = None,
    dim_ordering: str | None = None,
    dtype: Any = None,
) -> Any:
    """Uniform in [-scale, scale] (1.2.2, initializations.py)."""
    return _initial(np.random.uniform(-scale, scale, tuple(shape)), name, dtype)


@keras.utils.register_keras_serializable("kmigrate")
def normal(
    shape: Sequence[int],
    scale: float = 0.05,
    name: str | None = None,
    dim_ordering: str | None = None,
    dtype: Any = None,
) -> Any:
    """Normal, mean 0 and standard deviation ``scale`` (1.2.2, initializations.py)."""
    return _initial(np.random.normal(0.0, scale, tuple(shape)), name, dtype)


@keras.utils.register_keras_serializable("kmigrate")
def lecun_uniform(
    shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None
) -> Any:
    """Uniform with limit sqrt(3 / fan_in) (1.2.2, initializations.py)."""
    fan_in, _ = _fans(shape, dim_ordering, dtype)
    return uniform(shape, float(np.sqrt(3.0 / fan_in)), name, dtype=dtype)


@keras.utils.register_keras_serializable("kmigrate")
def glorot_normal(
    shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None
) -> Any:
    """Normal, not truncated, of variance 2 / (fan_in + fan_out) (1.2.2, initializations.py)."""
    fan_in, fan_out = _fans(shape, dim_ordering, dtype)
    return normal(shape, float(np.sqrt(2.0 / (fan_in + fan_out))), name, dtype=dtype)


@keras.utils.register_keras_serializable("kmigrate")
def glorot_uniform(
    shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None
) -> Any:
    """Uniform with limit sqrt(6 / (fan_in + fan_out)) (1.2.2, initializations.py)."""
    fan_in, fan_out = _fans(shape, dim_ordering, dtype)
    return uniform(shape, float(np.sqrt(6.0 / (fan_in + fan_out))), name, dtype=dtype)


@keras.utils.register_keras_serializable("kmigrate")
def he_normal(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None) -> Any:
    """Normal, not truncated, of variance 2 / fan_in (1.2.2, initializations.py)."""
    fan_in, _ = _fans(shape, dim_ordering, dtype)
    return normal(shape, float(np.sqrt(2.0 / fan_in)), name, dtype=dtype)


@keras.utils.register_keras_serializable("kmigrate")
def he_uniform(
    shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None
) -> Any:
    """Uniform with limit sqrt(6 / fan_in) (1.2.2, initializations.py)."""
    fan_in, _ = _fans(shape, dim_ordering, dtype)
    return uniform(shape, float(np.sqrt(6.0 / fan_in)), name, dtype=dtype)


@keras.utils.register_keras_serializable("kmigrate")
def orthogonal(
    shape: Sequence[int],
    scale: float = 1.1,
    name: str | None = None,
    dim_ordering: str | None = None,
    dtype: Any = None,
) -> Any:
    """Orthogonal matrix times 1.1 (1.2.2, initializations.py); Keras 2 has gain 1 and flattens the other axes."""
    rows, columns = shape[0], int(np.prod(shape[1:]))
    left, _, right = np.linalg.svd(np.random.normal(0.0, 1.0, (rows, columns)), full_matrices=False)
    basis = left if left.shape == (rows, columns) else right
    return _initial(scale * basis.reshape(tuple(shape)), name, dtype)


@keras.utils.register_keras_serializable("kmigrate")
def identity(
    shape: Sequence[int],
    scale: float = 1,
    name: str | None = None,
    dim_ordering: str | None = None,
    dtype: Any = None,
) -> Any:
    """Identity matrix times ``scale`` (1.2.2, initializations.py)."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError("Identity matrix initialization can only be used for 2D square matrices.")
    return _initial(scale * np.identity(shape[0]), name, dtype)


@keras.utils.register_keras_serializable("kmigrate")
def zero(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None) -> Any:
    """Zeros (1.2.2, initializations.py)."""
    return _initial(np.zeros(tuple(shape)), name, dtype)


@keras.utils.register_keras_serializable("kmigrate")
def one(shape: Sequence[int], name: str | None = None, dim_ordering: str | None = None, dtype: Any = None) -> Any:
    """Ones (1.2.2, initializations.py)."""
    return _initial(np.ones(tuple(shape)), name, dtype)


#: Initializers that a Keras 1 layer could name by a string.
_NAMED: dict[str, Callable[..., Any]] = {
    "uniform": uniform,
    "normal": normal,
    "lecun_uniform": lecun_uniform,
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "orthogonal": orthogonal,
    "identity": identity,
    "zero": zero,
    "one": one,
}


def _get_initializer(identifier: Any) -> Any:
    """The Keras 1 initializer a string names, else what Keras 2 makes of the identifier."""
    if isinstance(identifier, str) and identifier in _NAMED:
        return _NAMED[identifier]
    return keras.initializers.get(identifier)


def _serialize_initializer(value: Any) -> Any:
    """The inverse of :func:`_get_initializer`, for a layer's config."""
    for name, function in _NAMED.items():
        if value is function:
            return name
    return keras.initializers.serialize(value)


@serializable
class Keras1Initializer(keras.initializers.Initializer):
    """A Keras 1 initialization function as a Keras 2 initializer; :func:`initializer` makes one."""

    def __init__(self, fn: Callable[..., Any], dim_ordering: str | None = "tf") -> None:
        self.fn = fn
        self.dim_ordering = data_format(dim_ordering, K.image_data_format())

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        shape = tuple(int(size) for size in shape)
        flipped = self.dim_ordering == "channels_first" and len(shape) in {4, 5}
        value = self.fn((shape[-1], shape[-2], *shape[:-2]) if flipped else shape, name=None)
        value = K.cast(value, dtype or K.floatx())
        return K.permute_dimensions(value, (*range(2, len(shape)), 1, 0)) if flipped else value

    def get_config(self) -> dict[str, Any]:
        fn: Any = self.fn
        keywords: dict[str, Any] = {}
        if isinstance(fn, functools.partial):
            fn, keywords = fn.func, dict(fn.keywords)
        return {
            "function": keras.utils.get_registered_name(fn) if hasattr(fn, "__name__") else type(fn).__name__,
            "keywords": keywords,
            "dim_ordering": self.dim_ordering,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        name = config["function"]
        # The reader of HDF5 files has put the function itself where its name was.
        fn = name if callable(name) else keras.utils.get_registered_object(name)
        if fn is None:
            raise ValueError(f"Unknown initialization function {name!r}: it has to be among the custom_objects.")
        if isinstance(fn, cls):
            return fn
        keywords = config.get("keywords")
        return cls(functools.partial(fn, **keywords) if keywords else fn, config.get("dim_ordering", "tf"))


def initializer(fn: Callable[..., Any], dim_ordering: str | None = "tf") -> Any:
    """Turn a Keras 1 initialization function into a Keras 2 initializer.

    Keras 1 called ``fn(shape, name=None)`` and took the variable, tensor or array that it returned (1.2.2,
    engine/topology.py, ``Layer.add_weight``); Keras 2 calls ``initializer(shape, dtype=None)`` and takes values. A
    model that was saved with it loads with ``custom_objects={'fn': fn}``, as in Keras 1.

    With ``dim_ordering='th'``, ``fn`` is asked for a kernel in the order of a Keras 1 model with channels first
    (filters, channels, rows, columns), and the answer is put into the order of Keras 2.
    """
    return Keras1Initializer(fn, dim_ordering)

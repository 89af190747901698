"""Keras 1.2.2 convolves and pools in float32 whatever its ``floatx`` is: let it do so in float64.

tensorflow_backend.py casts what goes into these operations, since TensorFlow 0.x had none for float64.
"""

import types
from typing import Any

from kmigrate.verify.child.capture.sides import Side

#: What casts, each by ``if dtype(x) == 'float64'``.
_CASTING = (
    "_preprocess_conv2d_input",
    "_preprocess_conv3d_input",
    "_preprocess_conv2d_kernel",
    "_preprocess_conv3d_kernel",
    "conv1d",
)


def _never_float64(x: Any) -> str:  # noqa: ARG001  -- stands in for K.dtype
    return "as it is"


def install(side: Side) -> None:
    """Give these functions another ``dtype`` to ask, and ``Input`` the ``floatx`` of now."""
    if side.is_reference:
        # its default is ``K.floatx()`` of the time when Keras was imported (engine/topology.py)
        function = side.module("engine.topology").Input
        function.__defaults__ = tuple(
            [side.K.floatx() if value == "float32" else value for value in function.__defaults__]
        )
    if not side.is_reference or side.K.backend() != "tensorflow":
        return
    backend = side.module("backend.tensorflow_backend")
    for name in _CASTING:
        old = getattr(backend, name)
        names = dict(vars(backend), dtype=_never_float64)
        new = types.FunctionType(old.__code__, names, name, old.__defaults__, old.__closure__)
        setattr(backend, name, new)
        if hasattr(side.K, name):
            setattr(side.K, name, new)

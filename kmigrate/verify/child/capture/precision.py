"""Keras 1.2.2 convolves and pools in float32 whatever its ``floatx`` is: let it do so in float64.

tensorflow_backend.py casts what goes into these operations, since TensorFlow 0.x had none for float64. In tf_keras
optimizers take the settings that are numbers as float32.
"""

import sys
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
    if not side.is_reference:
        _settings(side)
        _leak()
    if side.is_reference:
        # its default is ``K.floatx()`` of the time when Keras was imported (engine/topology.py)
        function = side.module("engine.topology").Input
        function.__defaults__ = tuple(
            [side.K.floatx() if value == "float32" else value for value in function.__defaults__]
        )
    if not side.is_reference or side.K.backend() != "tensorflow":
        return
    backend = side.module("backend.tensorflow_backend")
    _numbers(side, backend)
    for name in _CASTING:
        old = getattr(backend, name)
        names = dict(vars(backend), dtype=_never_float64)
        new = types.FunctionType(old.__code__, names, name, old.__defaults__, old.__closure__)
        setattr(backend, name, new)
        if hasattr(side.K, name):
            setattr(side.K, name, new)


def _numbers(side: Side, backend: Any) -> None:
    """Numbers of Python's that Keras 1 makes tensors of float32 first, such as a ``clipvalue``."""
    power, to_tensor, in_top_k = backend.pow, backend._to_tensor, backend.in_top_k

    def _to_tensor(x: Any, dtype: Any) -> Any:
        return backend.tf.constant(x, dtype) if isinstance(x, float) else to_tensor(x, dtype)

    backend._to_tensor = _to_tensor
    # Nadam raises one (optimizers.py)
    side.K.pow = lambda x, a: power(_to_tensor(x, a.dtype) if isinstance(x, float) else x, a)
    side.K.in_top_k = lambda predictions, targets, k: in_top_k(side.K.cast(predictions, "float32"), targets, k)


def _leak() -> None:
    """TensorFlow's ``leaky_relu`` has its ``alpha`` as float32 whatever it is given: an attribute of the operation."""
    import tensorflow.compat.v2 as tf

    def leaky_relu(features: Any, alpha: Any = 0.2, name: Any = None) -> Any:
        features = tf.convert_to_tensor(features)
        return tf.where(features > 0, features, features * alpha, name=name)

    tf.nn.leaky_relu = leaky_relu


#: Where tf_keras casts numbers of Python, such as a momentum, to float32 first: ``tf.cast``, ``tf.convert_to_tensor``.
_CASTING_NUMBERS = ("src.optimizers.", "src.layers.normalization.batch_normalization")


def _settings(side: Side) -> None:
    """Settings of optimizers, schedules of a rate, and momenta of statistics of tf_keras: their numbers as they are."""
    import tensorflow.compat.v2 as tf

    class Wide:
        """TensorFlow, which takes a number of Python's as one of ``floatx``."""

        def __getattr__(self, name: str) -> Any:
            return getattr(tf, name)

        def convert_to_tensor(self, value: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(value, float) and not args and "dtype" not in kwargs:
                kwargs["dtype"] = side.K.floatx()
            return tf.convert_to_tensor(value, *args, **kwargs)

        def cast(self, value: Any, dtype: Any, *args: Any, **kwargs: Any) -> Any:
            is_number = isinstance(value, float) and tf.as_dtype(dtype).is_floating
            return tf.constant(value, dtype) if is_number else tf.cast(value, dtype, *args, **kwargs)

    wide = Wide()
    side.module("src.optimizers.schedules.learning_rate_schedule")
    for name, module in list(sys.modules.items()):
        is_one = name.startswith(tuple(side.package + "." + start for start in _CASTING_NUMBERS))
        if is_one and getattr(module, "tf", None) is tf:
            vars(module)["tf"] = wide
    # it takes float32 alone
    in_top_k = tf.math.in_top_k
    tf.math.in_top_k = lambda targets, predictions, k: in_top_k(targets, tf.cast(predictions, "float32"), k)

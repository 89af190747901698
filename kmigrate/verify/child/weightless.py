"""Weights without values, for questions about shapes: most of the time to build a layer goes into its weights' values.

A weight of Keras 1 on TensorFlow is a variable with operations for its value, its assignment and its reading. Here it
is a variable of the same shape and type that nothing initializes: the layer's own code, and TensorFlow's inference of
shapes, see no difference. A weight of any size costs nothing.
"""

import contextlib
from typing import Any, Callable, Dict, Iterator


def _standins(backend: Any) -> Dict[str, Callable[..., Any]]:
    import numpy as np
    from tensorflow.python.ops.resource_variable_ops import UninitializedVariable

    def weight(shape: Any, dtype: Any = None, name: Any = None) -> Any:  # noqa: ARG001  -- Keras's signature
        # int(): as the functions of tensorflow_backend.py, which refuse a size that is None by it
        sizes = tuple(map(int, shape))
        made = UninitializedVariable(shape=sizes, dtype=dtype or backend.floatx(), trainable=False)
        made._keras_shape, made._uses_learning_phase = sizes, False
        return made

    def drawn(shape: Any, _: Any, __: Any, dtype: Any = None, name: Any = None, **___: Any) -> Any:
        return weight(shape, dtype, name)

    def variable(value: Any, dtype: Any = None, name: Any = None) -> Any:
        return weight(np.shape(value), dtype, name)

    def get_value(x: Any) -> Any:
        return np.zeros(backend.int_shape(x))

    return {
        "zeros": weight,
        "ones": weight,
        "random_uniform_variable": drawn,
        "random_normal_variable": drawn,
        "variable": variable,
        "get_value": get_value,
    }


@contextlib.contextmanager
def weights(backend: Any) -> Iterator[None]:
    """Let layers of Keras 1 (``backend`` is its ``keras.backend``) have such weights as long as the context lasts."""
    standins = _standins(backend)
    originals = {name: getattr(backend, name) for name in standins}
    vars(backend).update(standins)
    try:
        yield
    finally:
        vars(backend).update(originals)

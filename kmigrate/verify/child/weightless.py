"""Weights without values, for questions about shapes: most of the time to build a layer goes into its weights' values.

A weight of Keras 1 on TensorFlow is a variable with operations for its value, its assignment and its reading. Here it
is a variable of the same shape and type that nothing initializes: the layer's own code, and TensorFlow's inference of
shapes, see no difference. A weight of any size costs nothing.
"""

import contextlib
import sys
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


class Scratch:
    """A TensorFlow graph to build such layers of Keras 1 in; ``backend`` is its ``keras.backend``."""

    def __init__(self, backend: Any) -> None:
        import tensorflow

        self._backend = backend
        self._standins = _standins(backend)
        self._graph = tensorflow.Graph()

    @contextlib.contextmanager
    def building(self) -> Iterator[None]:
        """Build in the graph, and let new weights have no values, as long as the context lasts."""
        originals = {name: getattr(self._backend, name) for name in self._standins}
        vars(self._backend).update(self._standins)
        try:
            with self._graph.as_default():
                yield
        finally:
            vars(self._backend).update(originals)
            # Keras 1.2.2 keeps every graph it has seen as a key of this (tensorflow_backend.py): let go of this one
            sys.modules["keras.backend.tensorflow_backend"]._GRAPH_LEARNING_PHASES.pop(self._graph, None)

"""Crossentropies of tf_keras with the formulas of Keras 1.2.2 (tensorflow_backend.py), which clips probabilities.

tf_keras computes the loss of a softmax or a sigmoid from what goes into it (src/backend.py, ``_keras_logits``), so that
it grows on where Keras 1 stays at 16. Outputs that come of anything else are left to tf_keras.
"""

import contextlib
from typing import Any, Callable, Dict, Iterator

from kmigrate.verify.child.capture.sides import Side


def _formulas(side: Side) -> Dict[str, Callable[..., Any]]:
    import tensorflow.compat.v2 as tf

    def clipped(output: Any) -> Any:
        epsilon = tf.constant(side.K.epsilon(), output.dtype)
        return tf.clip_by_value(output, epsilon, 1.0 - epsilon)

    def categorical(target: Any, output: Any) -> Any:
        output = clipped(output / tf.reduce_sum(output, -1, keepdims=True))
        return -tf.reduce_sum(tf.cast(target, output.dtype) * tf.math.log(output), -1)

    def binary(target: Any, output: Any) -> Any:
        output = clipped(output)
        logits = tf.math.log(output / (1.0 - output))
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(target, output.dtype), logits=logits)

    def sparse(target: Any, output: Any) -> Any:
        logits = tf.math.log(clipped(output))
        labels = tf.reshape(tf.cast(target, "int64"), tf.shape(logits)[:-1])
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)

    return {
        "categorical_crossentropy": categorical,
        "binary_crossentropy": binary,
        "sparse_categorical_crossentropy": sparse,
    }


@contextlib.contextmanager
def as_in_keras_1(side: Side) -> Iterator[None]:
    """Compute them so as long as the context lasts."""
    backend = side.module("src.backend")
    real = {name: getattr(backend, name) for name in _formulas(side)}

    def way(name: str, formula: Callable[..., Any]) -> Callable[..., Any]:
        def computed(target: Any, output: Any, *args: Any, **kwargs: Any) -> Any:
            if hasattr(output, "_keras_logits"):
                return formula(target, output)
            return real[name](target, output, *args, **kwargs)

        return computed

    vars(backend).update({name: way(name, formula) for name, formula in _formulas(side).items()})
    try:
        yield
    finally:
        vars(backend).update(real)

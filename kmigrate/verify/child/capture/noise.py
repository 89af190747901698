"""Noise that both sides share, and dropout that scales by its rate and drops nothing: both need the same numbers.

What the two backends draw becomes a fixed pattern of the same distribution's range: asymmetric, of no short period.
"""

from typing import Any, Callable

from kmigrate.verify.child.capture.sides import Side


def _of_tensorflow(shape: Any, dtype: Any) -> Any:
    """Numbers between 0 and 1 that depend on their place in the array alone."""
    import tensorflow as tf

    size = tf.reduce_prod(tf.cast(tf.convert_to_tensor(shape), "int32")) if not isinstance(shape, int) else shape
    places = tf.cast(tf.range(size), dtype)
    return tf.reshape(0.5 + 0.49 * tf.sin(places * 1.7 + tf.cos(places * 0.31)), shape)


def _of_theano(shape: Any, dtype: Any) -> Any:
    """The same numbers."""
    from theano import tensor  # type: ignore[import-not-found,unused-ignore]

    rank = len(shape) if isinstance(shape, (list, tuple)) else tensor.get_vector_length(shape)
    sizes = [tensor.cast(shape[at], "int64") for at in range(rank)]
    places = tensor.cast(tensor.arange(tensor.prod(tensor.stack(sizes))), dtype)
    return tensor.reshape(0.5 + 0.49 * tensor.sin(places * 1.7 + tensor.cos(places * 0.31)), sizes, ndim=rank)


_PATTERNS = {"tensorflow": _of_tensorflow, "theano": _of_theano}


def install(side: Side) -> None:
    """Replace what draws random numbers inside of a graph; the initial values of weights stay as they are."""
    pattern = _PATTERNS[side.K.backend()]
    K = side.K  # noqa: N806  -- Keras's name

    def uniform(shape: Any, low: Any = 0.0, high: Any = 1.0, dtype: Any = None, seed: Any = None) -> Any:  # noqa: ARG001
        return low + (high - low) * pattern(shape, dtype or K.floatx())

    def normal(shape: Any, mean: Any = 0.0, std: Any = 1.0, dtype: Any = None, seed: Any = None, **named: Any) -> Any:  # noqa: ARG001
        spread = named.get("stddev", std)
        return mean + spread * (4.0 * pattern(shape, dtype or K.floatx()) - 2.0)

    def binomial(shape: Any, p: Any = 0.0, dtype: Any = None, seed: Any = None) -> Any:  # noqa: ARG001
        return K.cast(pattern(shape, "float64") < p, dtype or K.floatx())

    def dropout(x: Any, level: Any, *_: Any, **__: Any) -> Any:
        # the masks of the two need not have the same shapes (those of gates); the rate is what counts
        return x * (1.0 - 0.5 * level)

    if side.is_reference:
        K.random_normal, K.random_uniform, K.random_binomial, K.dropout = normal, uniform, binomial, dropout
        return

    def method(name: str, function: Callable[..., Any]) -> None:
        real = getattr(generator, name)

        def drawn(made: Any, *args: Any, **kwargs: Any) -> Any:
            # initializers give a fifth argument, ``nonce`` (src/initializers/initializers.py), and layers do not
            return real(made, *args, **kwargs) if "nonce" in kwargs or len(args) > 4 else function(*args, **kwargs)

        setattr(generator, name, drawn)

    def tf_normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        return normal(shape, mean, stddev, dtype, seed)

    K.random_normal, K.random_uniform, K.random_bernoulli, K.dropout = tf_normal, uniform, binomial, dropout
    generator = side.module("src.backend").RandomGenerator
    method("dropout", dropout)
    method("random_normal", tf_normal)
    method("random_uniform", uniform)

"""Channels-first convolution and pooling on a CPU in the target: TensorFlow has none, so axes are moved around it.

TensorFlow computes ``NCHW`` on a GPU, and on a CPU with oneDNN in float32 alone. tf_keras hands the format on; Keras
1.2.2 itself moved the axes (tensorflow_backend.py).
"""

import functools
import inspect
from typing import Any, List

#: Functions of ``tf.nn`` whose first argument is the data.
_FUNCTIONS = (
    "convolution",
    "conv1d",
    "conv2d",
    "conv3d",
    "depthwise_conv2d",
    "separable_conv2d",
    "max_pool",
    "max_pool",
    "avg_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "pool",
    "bias_add",
)
#: Arguments with a number for each axis.
_SIZES = ("ksize", "strides")


def _last(sizes: Any, rank: int) -> Any:
    if not isinstance(sizes, (list, tuple)) or len(sizes) != rank:
        return sizes
    return [sizes[0]] + list(sizes[2:]) + [sizes[1]]


def _moved(function: Any, tf: Any) -> Any:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def moved(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        data_format = given.get("data_format")
        if not (isinstance(data_format, str) and data_format.startswith("NC")) or data_format == "NC":
            return function(*args, **kwargs)
        name = next(iter(given))
        data = tf.convert_to_tensor(given[name])
        rank = data.shape.rank
        if rank is None or rank < 3:
            return function(*args, **kwargs)
        to_last: List[int] = [0] + list(range(2, rank)) + [1]
        to_first: List[int] = [0, rank - 1] + list(range(1, rank - 1))
        for sizes in _SIZES:
            if sizes in given:
                given[sizes] = _last(given[sizes], rank)
        given[name] = tf.transpose(data, to_last)
        given["data_format"] = {3: "NWC", 4: "NHWC", 5: "NDHWC"}[rank]
        return tf.transpose(function(**given), to_first)

    return moved


def install() -> None:
    """Replace them where tf_keras finds them."""
    import tensorflow.compat.v2 as tf

    for namespace in (tf.nn, tf.compat.v1.nn):
        for name in _FUNCTIONS:
            if hasattr(namespace, name):
                setattr(namespace, name, _moved(getattr(namespace, name), tf))

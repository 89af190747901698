"""Pooling of volumes in float64: TensorFlow's ``max_pool3d`` and ``avg_pool3d`` have float32 alone on a CPU.

The largest over a box is the largest over its depth of the largest over its rows and columns, with the same borders;
so is the mean, since TensorFlow leaves the border out of it.
"""

import functools
import inspect
from typing import Any, List

from kmigrate.verify.child.capture.sides import Side


def _in_two_steps(function: Any, pool: Any, tf: Any) -> Any:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def pool3d(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        volume = tf.convert_to_tensor(given["input"])
        window, steps = given["ksize"], given["strides"]
        is_last = given.get("data_format") in (None, "NDHWC")
        if volume.dtype != "float64" or len(window) != 5 or len(steps) != 5 or not is_last:
            return function(*args, **kwargs)

        def pooled(images: Any, size: List[int], stride: List[int]) -> Any:
            return pool(images, [1] + size + [1], [1] + stride + [1], given["padding"])

        def sizes(tensor: Any) -> List[Any]:
            dynamic = tf.shape(tensor)
            return [dynamic[at] if size is None else size for at, size in enumerate(tensor.shape.as_list())]

        _, depth, rows, columns, channels = sizes(volume)
        planes = tf.reshape(volume, [-1, rows, columns, channels])
        planes = pooled(planes, list(window[2:4]), list(steps[2:4]))
        _, rows, columns, channels = sizes(planes)
        pillars = tf.reshape(planes, [-1, depth, rows * columns, channels])
        pillars = pooled(pillars, [window[1], 1], [steps[1], 1])
        return tf.reshape(pillars, [-1, sizes(pillars)[1], rows, columns, channels])

    return pool3d


def install(side: Side) -> None:
    """Replace it where this Keras finds it."""
    if side.K.backend() != "tensorflow":
        return
    import tensorflow.compat.v2 as tf

    namespaces = [tf.nn, tf.compat.v1.nn]
    if side.is_reference:
        namespaces = [side.module("backend.tensorflow_backend").tf.nn]
    for namespace in namespaces:
        namespace.max_pool3d = _in_two_steps(namespace.max_pool3d, tf.nn.max_pool2d, tf)
        namespace.avg_pool3d = _in_two_steps(namespace.avg_pool3d, tf.nn.avg_pool2d, tf)

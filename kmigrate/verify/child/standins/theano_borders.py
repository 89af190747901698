"""``same`` borders in the target as Theano has them, so that a program of Theano's is compared in all else.

Keras 1.2.2 on Theano (backend/theano_backend.py) pads a convolution by half its kernel on both sides, and pooling by
its window less 1 (less 2 where that is odd), and takes what comes of it from the beginning. TensorFlow pads as little
as it needs, and where that is odd one more at the end: so the two differ for even sizes, and for steps above 1.
"""

import functools
import inspect
from typing import Any, Callable, List

from kmigrate.verify.child import imports

#: Functions of ``tf.nn`` -> whether they convolve, take the largest or take the mean.
_FUNCTIONS = {
    "convolution": "convolve",
    "max_pool": "max",
    "max_pool2d": "max",
    "max_pool3d": "max",
    "avg_pool": "mean",
    "avg_pool2d": "mean",
    "avg_pool3d": "mean",
}
_MOST_NAMES = 6
_is_installed = False


def pad(kind: str, size: int) -> int:
    """How much Theano pads each side for a window of a size: ``kind`` is "convolve", "max" or "mean"."""
    if kind == "convolve":
        return size // 2
    return size - 2 if size > 2 and size % 2 else size - 1


def pad_of_tensorflow(length: int, size: int, step: int) -> int:
    """How much TensorFlow pads at the beginning."""
    return max((-(-length // step) - 1) * step + size - length, 0) // 2


def _between(sizes: Any, rank: int) -> List[int]:
    """A size for each axis between the samples and the channels."""
    if sizes is None:
        return [1] * (rank - 2)
    if isinstance(sizes, int):
        return [sizes] * (rank - 2)
    found = [int(size) for size in sizes]
    return found[1:-1] if len(found) == rank else found * (rank - 2) if len(found) == 1 else found


def _first(values: Any, lengths: List[Any], steps: List[int]) -> Any:
    """The beginning of each axis, as much of it as is kept of a length."""
    kept = [-(-length // step) for length, step in zip(lengths, steps)]
    return values[(slice(None),) + tuple([slice(0, length) for length in kept])]


def _as_theano(function: Callable[..., Any], kind: str, tf: Any) -> Callable[..., Any]:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def padded(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        data_format = given.get("data_format") or "N?C"
        if given.get("padding") not in ("SAME", "same") or not data_format.endswith("C"):
            return function(*args, **kwargs)
        name = next(iter(given))
        data = tf.convert_to_tensor(given[name])
        rank = data.shape.rank
        if kind == "convolve":
            kernel: Any = given.get("filters", given.get("filter"))
            rates = _between(given.get("dilations", given.get("dilation_rate")), rank)
            sizes = [(int(size) - 1) * rate + 1 for size, rate in zip(kernel.shape, rates)]
        else:
            sizes = _between(given["ksize"], rank)
        steps = _between(given.get("strides"), rank)
        lengths = [tf.shape(data)[at + 1] if n is None else n for at, n in enumerate(data.shape.as_list()[1:-1])]
        around = [[0, 0]] + [[pad(kind, size)] * 2 for size in sizes] + [[0, 0]]
        least = data.dtype.min if kind == "max" else 0

        def computed(values: Any, border: Any) -> Any:
            changed = dict(given, padding="VALID")
            changed[name] = tf.pad(values, around, constant_values=border)
            return _first(function(**changed), lengths, steps)

        made = computed(data, least)
        # a mean over what is not border: the mean with zeros, over the share of what is not
        return made / computed(tf.ones_like(data), 0) if kind == "mean" else made

    return padded


def _transposed(function: Callable[..., Any], tf: Any) -> Callable[..., Any]:
    """The gradient of such a convolution: what lies on its border is cut off."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def padded(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        data_format = given.get("data_format") or "NHWC"
        if given.get("padding", "SAME") not in ("SAME", "same") or data_format != "NHWC":
            return function(*args, **kwargs)
        data = tf.convert_to_tensor(given[next(iter(given))])
        kernel: Any = given.get("filters", given.get("filter"))
        batch, rows, columns, channels = tf.unstack(tf.convert_to_tensor(given["output_shape"]))
        wholes = []
        for at, step in enumerate(_between(given["strides"], 4)):
            length = data.shape[at + 1]
            length = tf.shape(data)[at + 1] if length is None else int(length)
            wholes.append((length - 1) * step + int(kernel.shape[at]))
        changed = dict(given, padding="VALID", output_shape=tf.stack([batch] + wholes + [channels]))
        made = function(**changed)
        begins = [pad("convolve", int(size)) for size in kernel.shape[:2]]
        # a border that no position of the kernel reaches is 0
        made = tf.pad(made, [[0, 0], [0, begins[0]], [0, begins[1]], [0, 0]])
        return made[:, begins[0] : begins[0] + rows, begins[1] : begins[1] + columns]

    return padded


def _change(_: Any) -> None:
    import tensorflow.compat.v2 as tf

    for namespace in (tf.nn, tf.compat.v1.nn):
        namespace.conv2d_transpose = _transposed(namespace.conv2d_transpose, tf)
        for name, kind in _FUNCTIONS.items():
            setattr(namespace, name, _as_theano(getattr(namespace, name), kind, tf))


def said(models: List[Any]) -> List[str]:
    """A sentence on the layers whose borders TensorFlow would pad otherwise; none where this is not used."""
    layers = [layer for model in models for layer in getattr(model, "layers", ())] if _is_installed else []
    names = list(dict.fromkeys(layer.name for layer in layers if _differs(getattr(layer, "layer", layer))))
    if not names:
        return []
    more = ["and {} more".format(len(names) - _MOST_NAMES)] if len(names) > _MOST_NAMES else []
    words = "`same` borders are padded as on Theano; on TensorFlow they are elsewhere in "
    return [words + ", ".join(names[:_MOST_NAMES] + more)]


def _differs(layer: Any) -> bool:
    if getattr(layer, "padding", None) != "same":
        return False
    kind = "max" if hasattr(layer, "pool_size") else "convolve"
    sizes = layer.pool_size if kind == "max" else layer.kernel_size
    shape = list(layer.input_shape)[1:]
    lengths = shape[1:] if layer.data_format == "channels_first" else shape[:-1]
    rates = getattr(layer, "dilation_rate", [1] * len(sizes))
    for length, size, step, rate in zip(lengths, sizes, layer.strides, rates):
        window = (size - 1) * rate + 1
        least = (window - 1) // 2 if length is None else pad_of_tensorflow(length, window, step)
        if pad(kind, window) != least:
            return True
    return False


def install() -> None:
    """Replace the functions when TensorFlow has been imported."""
    global _is_installed
    _is_installed = True
    imports.after("tensorflow", _change)

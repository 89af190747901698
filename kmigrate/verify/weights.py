"""How each layer's weights of Keras 1.2.2 become those of the same layer in Keras 2, and back. Pure NumPy.

The layouts are those of the ``build`` methods of Keras 1.2.2 (layers/*.py) and tf_keras (src/layers/*). Each way and
its return is exact: arrays are dropped an axis of size 1, transposed, joined and split, and never computed with.

| layer of Keras 1 | its weights | in Keras 2 |
| --- | --- | --- |
| Convolution1D, AtrousConvolution1D | kernel (length, 1, in, out) | (length, in, out) |
| Convolution2D, AtrousConvolution2D, Convolution3D, ``th`` | kernel (out, in, sizes…) | (sizes…, in, out) |
| the same, ``tf`` | kernel (sizes…, in, out) | as it is |
| Deconvolution2D, ``tf`` | kernel (rows, columns, in, out), used as (…, out, in) | (rows, columns, out, in) |
| Deconvolution2D, ``th`` | kernel (out, in, rows, columns) | (rows, columns, out, in) |
| SeparableConvolution2D, ``th`` | depthwise (multiplier, in, sizes…), pointwise (out, in, 1, 1) | (sizes…, in, …) |
| LSTM, ConvLSTM2D, ``consume_less`` cpu or mem | W, U, b of the gates i, c, f, o | joined as i, f, c, o |
| GRU, ``consume_less`` cpu or mem | W, U, b of z, r, h | joined as z, r, h |
| LSTM, GRU, ``consume_less`` gpu | joined already | as they are |
| all others | | as they are |

Wrappers, Bidirectional (forward, then backward) and nested models are taken apart into these before.

Theano turns the kernel of a convolution around before it slides it (backend/theano_backend.py calls T.nnet.conv2d with
its ``filter_flip``), TensorFlow does not: kernels that were trained on Theano are reversed along their window. A way
does so where the arguments say ``filter_flip``, as those of a layer that runs on Theano do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """From Keras 1's arrays to Keras 2's, and back; each is told the layer's arguments in Keras 1."""

    there: Callable[[Sequence[Array], Arguments], list[Array]]
    back: Callable[[Sequence[Array], Arguments], list[Array]]


def _first(forward: Callable[[Array], Array], backward: Callable[[Array], Array]) -> Way:
    """A way that changes the first array alone."""
    return Way(lambda w, _: [forward(w[0]), *w[1:]], lambda w, _: [backward(w[0]), *w[1:]])


def _by_ordering(th: Way, tf: Way) -> Way:
    def of(arguments: Arguments) -> Way:
        return th if arguments.get("dim_ordering") == "th" else tf

    return Way(lambda w, a: of(a).there(w, a), lambda w, a: of(a).back(w, a))


SAME = Way(lambda w, _: list(w), lambda w, _: list(w))
_LENGTH = _first(lambda k: k[:, 0], lambda k: k[:, np.newaxis])


def _channels_last(kernel: Array) -> Array:
    """(out, in, sizes…) -> (sizes…, in, out)."""
    moved: Array = kernel.transpose(*range(2, kernel.ndim), 1, 0)
    return moved


def _channels_first(kernel: Array) -> Array:
    moved: Array = kernel.transpose(kernel.ndim - 1, kernel.ndim - 2, *range(kernel.ndim - 2))
    return moved


_KERNEL = _by_ordering(_first(_channels_last, _channels_first), SAME)
_DECONVOLUTION = _by_ordering(
    _first(lambda k: k.transpose(2, 3, 0, 1), lambda k: k.transpose(2, 3, 0, 1)),
    _first(lambda k: k.transpose(0, 1, 3, 2), lambda k: k.transpose(0, 1, 3, 2)),
)
_SEPARABLE = _by_ordering(
    Way(
        lambda w, _: [*map(_channels_last, w[:2]), *w[2:]],
        lambda w, _: [*map(_channels_first, w[:2]), *w[2:]],
    ),
    SAME,
)


def _gates(stored: str, wanted: str, kernel: Way = SAME) -> Way:
    """Gates of three arrays each, in the order ``stored``, joined along the last axis in the order ``wanted``."""

    def there(arrays: Sequence[Array], arguments: Arguments) -> list[Array]:
        if len(arrays) == 3:
            return list(arrays)
        at = {gate: arrays[3 * number : 3 * number + 3] for number, gate in enumerate(stored)}
        moved = {gate: _each(kernel.there, of, arguments) for gate, of in at.items()}
        return [np.concatenate([moved[gate][which] for gate in wanted], -1) for which in range(3)]

    def back(arrays: Sequence[Array], arguments: Arguments) -> list[Array]:
        if arguments.get("consume_less") == "gpu":
            return list(arrays)
        parts = [np.split(array, len(wanted), -1) for array in arrays]
        moved = {gate: [part[number] for part in parts] for number, gate in enumerate(wanted)}
        return [array for gate in stored for array in _each(kernel.back, moved[gate], arguments)]

    return Way(there, back)


def _each(
    way: Callable[[Sequence[Array], Arguments], list[Array]], gate: Sequence[Array], arguments: Arguments
) -> list[Array]:
    """A gate's W and U, which are kernels of a convolution or plain matrices, by ``way``; its bias as it is."""
    return [*(way([kernel], arguments)[0] for kernel in gate[:2]), gate[2]]


_WAYS = {
    "Convolution1D": _LENGTH,
    "AtrousConvolution1D": _LENGTH,
    "Convolution2D": _KERNEL,
    "AtrousConvolution2D": _KERNEL,
    "Convolution3D": _KERNEL,
    "Deconvolution2D": _DECONVOLUTION,
    "SeparableConvolution2D": _SEPARABLE,
    "LSTM": _gates("icfo", "ifco"),
    "GRU": _gates("zrh", "zrh"),
    "ConvLSTM2D": _gates("icfo", "ifco", _KERNEL),
}


#: The classes that the backend convolves for; SeparableConvolution2D is on TensorFlow alone.
CONVOLVED = frozenset(
    (
        *("Convolution1D", "AtrousConvolution1D", "Convolution2D", "AtrousConvolution2D", "Convolution3D"),
        *("Deconvolution2D", "ConvLSTM2D"),
    )
)


def turned(layer: str, arrays: Sequence[Array]) -> list[Array]:
    """A layer's arrays in Keras 2's layout (window…, channels, channels), from Theano's convention to TensorFlow's.

    It is its own way back.
    """
    if layer not in CONVOLVED:
        return list(arrays)
    return [np.flip(array, tuple(range(array.ndim - 2))) if array.ndim > 2 else array for array in arrays]


def way(layer: str) -> Way:
    """The way of a class of Keras 1.2.2's layers."""
    plain = _WAYS.get(layer, SAME)

    def flipped(arrays: Sequence[Array], arguments: Arguments) -> list[Array]:
        return turned(layer, arrays) if arguments.get("filter_flip") else list(arrays)

    return Way(lambda w, a: flipped(plain.there(w, a), a), lambda w, a: plain.back(flipped(w, a), a))


def moved_shapes(layer: str, shapes: Sequence[Sequence[int]], arguments: Arguments) -> list[tuple[int, ...]] | None:
    """The shapes of a layer's weights in Keras 2; None where they are not those of such a layer."""
    arrays = [np.broadcast_to(np.float32(0), tuple(shape)) for shape in shapes]
    try:
        return [array.shape for array in way(layer).there(arrays, arguments)]
    except (ValueError, IndexError):
        return None


def draw(random: np.random.Generator, name: str, shape: Sequence[int], layer: str, arguments: Arguments) -> Array:
    """New values of a weight of Keras 1: asymmetric, of the size that keeps what flows through in its range.

    A variance, which Keras 1 calls ``running_std``, and a BatchNormalization's factor are positive.
    """
    if "running_std" in name:
        return random.uniform(0.3, 2.0, shape)
    if "gamma" in name:
        return random.uniform(0.5, 1.5, shape)
    if len(shape) < 2:
        return random.uniform(-0.2, 0.3, shape)
    if layer == "Embedding":
        return random.uniform(-0.8, 1.0, shape)
    is_th = arguments.get("dim_ordering") == "th" and len(shape) > 3
    inputs = math.prod(shape[1:]) if is_th else math.prod(shape[:-1])
    drawn: Array = random.uniform(-1.0, 1.15, shape) * math.sqrt(3.0 / max(1, inputs))
    return drawn

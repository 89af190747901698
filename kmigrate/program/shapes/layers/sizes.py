"""Arithmetic of sizes: whole numbers, Keras's open size None, and Unknown.

Whatever meets an Unknown is a new Unknown; None stays None whatever is added to it, as in Keras's own arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeGuard

from kmigrate.program.shapes.tensors import Shape, Size, Unknown


def known(size: object) -> TypeGuard[int]:
    """Whether it is a whole number (True and False are not)."""
    return isinstance(size, int) and not isinstance(size, bool)


def as_size(value: object) -> Size:
    """A value of the program as a size: an Unknown where it is neither a whole number nor None."""
    if value is None or known(value) or isinstance(value, Unknown):
        return value
    return Unknown()


def plus(size: Size, other: Size) -> Size:
    """The sum; None where ``size`` is None."""
    if size is None:
        return None
    return size + other if known(size) and known(other) else Unknown()


def times(size: Size, factor: Size) -> Size:
    """The product; None where ``size`` is None."""
    if size is None:
        return None
    if factor == 1:
        return size
    return size * factor if known(size) and known(factor) else Unknown()


def product(sizes: Iterable[Size]) -> Size:
    """The product of all: Unknown if any is Unknown, else None if any is None."""
    total, any_open, any_unknown = 1, False, False
    for size in sizes:
        if known(size):
            total *= size
        elif size is None:
            any_open = True
        else:
            any_unknown = True
    return Unknown() if any_unknown else None if any_open else total


def count(*factors: Size) -> int | None:
    """A number of weights: the product, None where it cannot be known."""
    total = product(factors)
    return total if known(total) else None


def add_counts(*counts: int | None) -> int | None:
    """The sum of numbers of weights, None where one is not known."""
    return None if any(part is None for part in counts) else sum(part for part in counts if part is not None)


def differ(one: Size, other: Size) -> bool:
    """Whether both are whole numbers, and not the same one."""
    return known(one) and known(other) and one != other


def dilated(kernel: Size, dilation: Size) -> Size:
    """How far a kernel reaches: ``kernel + (kernel - 1) * (dilation - 1)``."""
    if dilation == 1:
        return kernel
    return kernel + (kernel - 1) * (dilation - 1) if known(kernel) and known(dilation) else Unknown()


def window(length: Size, reach: Size, stride: Size, padding: str | None) -> Size:
    """The length after a window of ``reach`` has moved over ``length`` in steps of ``stride``.

    ``conv_output_length`` of Keras 1.2.2 (``keras/utils/np_utils.py``) and of Keras 2 (``keras/utils/conv_utils.py``).
    ``padding`` is "valid", "same", "full", "causal" or None for not known.
    """
    if length is None:
        return None
    if padding in ("same", "causal"):
        covered = length
    elif padding == "valid" and known(length) and known(reach):
        covered = length - reach + 1
    elif padding == "full" and known(length) and known(reach):
        covered = length + reach - 1
    else:
        return Unknown()
    if stride == 1:
        return covered
    if not known(covered) or not known(stride) or stride == 0:
        return Unknown()
    return (covered + stride - 1) // stride


def transposed_window(length: Size, kernel: Size, stride: Size, padding: str | None, extra: Size) -> Size:
    """The length that a transposed convolution makes: ``deconv_output_length`` of Keras 2.

    ``extra`` is ``output_padding`` (None: none given).
    """
    if length is None:
        return None
    if not (known(length) and known(kernel) and known(stride)) or isinstance(extra, Unknown):
        return Unknown()
    if extra is None:
        if padding == "valid":
            return length * stride + max(kernel - stride, 0)
        return length * stride if padding == "same" else Unknown()
    pads = {"same": kernel // 2, "valid": 0, "full": kernel - 1}
    if padding not in pads:
        return Unknown()
    return (length - 1) * stride + kernel - 2 * pads[padding] + extra


def text(shape: Shape | None) -> str:
    """A shape as a program shows it: ``(None, 3, width)``."""
    if shape is None:
        return "an unknown shape"
    sizes = [str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def unknown_shape(rank: int) -> Shape:
    """A shape of that rank of which no size is known."""
    return tuple(Unknown() for _ in range(rank))


def whole_axis(axis: object, rank: int) -> int | None:
    """The axis counted from the front, None if ``axis`` is no number or there is no such axis."""
    if not known(axis) or not -rank <= axis < rank:
        return None
    return axis % rank


def without(shape: Shape, axes: Sequence[int]) -> Shape:
    """The shape without those axes (counted from the front)."""
    return tuple(size for at, size in enumerate(shape) if at not in axes)

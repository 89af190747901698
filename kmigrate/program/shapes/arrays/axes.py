"""What happens to the meaning of axes when an array is rearranged."""

from __future__ import annotations

from collections.abc import Sequence

from kmigrate.program.shapes.arrays import sizes
from kmigrate.program.shapes.tensors import Array, Axis, Shape, Size, Trust

Axes = tuple[Axis, ...] | None


def or_unknown(axes: Axes, rank: int) -> tuple[Axis, ...]:
    """The meanings, one for each axis."""
    return axes if axes is not None and len(axes) == rank else (Axis.UNKNOWN,) * rank


def tidy(axes: Sequence[Axis]) -> Axes:
    """None if no axis has a meaning."""
    return tuple(axes) if any(axis is not Axis.UNKNOWN for axis in axes) else None


def meaning_of_new(axes: Sequence[Axis], position: int) -> Axis:
    """The meaning of a new axis of size 1 at ``position``: what an image lacks, samples or channels."""
    if Axis.ROWS not in axes or Axis.COLUMNS not in axes:
        return Axis.UNKNOWN
    if Axis.CHANNELS in axes:
        return Axis.SAMPLES if position == 0 and Axis.SAMPLES not in axes else Axis.UNKNOWN
    rows = axes.index(Axis.ROWS)
    if rows < position <= axes.index(Axis.COLUMNS):
        return Axis.UNKNOWN
    if position == 0:
        # before two axes of a grey image: one sample or one channel
        return Axis.UNKNOWN
    return Axis.CHANNELS


def inserted(axes: Axes, rank: int, position: int) -> Axes:
    """The meanings after an axis of size 1 is put at ``position`` of the result."""
    old = or_unknown(axes, rank)
    return tidy((*old[:position], meaning_of_new(old, position), *old[position:]))


def stacked(arrays: Sequence[Array], position: int) -> tuple[Axes, Trust]:
    """The meanings after equal arrays are stacked along a new axis."""
    axes, trust = agreed(arrays)
    if axes is None:
        return None, Trust.NONE
    return inserted(axes, len(axes), position), trust


def agreed(arrays: Sequence[Array]) -> tuple[Axes, Trust]:
    """The meanings that several arrays share, None where they differ or are not known."""
    known = [array for array in arrays if array.axes is not None]
    if not known or any(array.axes != known[0].axes for array in known):
        return None, Trust.NONE
    return known[0].axes, max(array.trust for array in known)


def after_reshape(source: Shape, axes: Axes, target: Shape) -> Axes:
    """The meanings after a reshape that keeps the order of what is in memory.

    Axes that stay keep theirs, axes that are joined become features, a new axis of size 1 of an image is its channels.
    """
    if axes is None:
        return None
    start = 0
    while start < min(len(source), len(target)) and sizes.same(source[start], target[start]):
        start += 1
    end = 0
    while end < min(len(source), len(target)) - start and sizes.same(source[-1 - end], target[-1 - end]):
        end += 1
    middle = _regrouped(
        list(zip(source, axes, strict=True))[start : len(source) - end], list(target[start : len(target) - end])
    )
    found: list[Axis | None] = [*axes[:start], *middle, *axes[len(axes) - end :]]
    for position, axis in enumerate(found):
        if axis is None:
            others = [other for other in found if other is not None]
            before = sum(other is not None for other in found[:position])
            found[position] = meaning_of_new(others, before)
    return tidy([axis or Axis.UNKNOWN for axis in found])


def _regrouped(source: list[tuple[Size, Axis]], target: list[Size]) -> list[Axis | None]:
    """The meanings of the target's axes, None for new axes of size 1."""
    left = [(size, axis) for size, axis in source if size != 1]
    result: list[Axis | None] = []
    for position, size in enumerate(target):
        if size == 1:
            result.append(None)
        elif left and sizes.same(left[0][0], size):
            result.append(left.pop(0)[1])
        else:
            joined = _joined(left, size)
            if joined == 0:
                rest = [None if other == 1 else Axis.UNKNOWN for other in target[position:]]
                return [*result, *rest]
            gone = [axis for _, axis in left[:joined]]
            result.append(Axis.UNKNOWN if Axis.SAMPLES in gone or Axis.UNKNOWN in gone else Axis.FEATURES)
            del left[:joined]
    return result


def _joined(source: list[tuple[Size, Axis]], size: Size) -> int:
    """How many axes from the left make up one of this size, 0 if none do."""
    for count in range(2, len(source) + 1):
        if sizes.same(sizes.product([one for one, _ in source[:count]]), size):
            return count
    return 0


def scrambles(source: Shape, axes: Axes, target: Shape) -> bool:
    """Whether a reshape puts the sizes of axes in another order, so that a transpose was meant.

    Certain only of what the sizes tell: (60000, 32, 32, 3) to (60000, 3, 32, 32).
    """
    old, new = [size for size in source if size != 1], [size for size in target if size != 1]
    if len(old) >= 3 and len(old) == len(new) and not _equal(old, new):
        rest = list(new)
        for size in old:
            match = next((index for index, other in enumerate(rest) if sizes.same(size, other)), None)
            if match is None:
                return False
            del rest[match]
        return True
    # (samples, rows, columns, channels) to (samples, channels, rows * columns)
    if axes is None or len(new) < 2 or len(axes) != len(source):
        return False
    named = dict(zip(axes, source, strict=True))
    channels, rows, columns = (named.get(axis) for axis in (Axis.CHANNELS, Axis.ROWS, Axis.COLUMNS))
    if not (isinstance(channels, int) and isinstance(rows, int) and isinstance(columns, int)) or channels == 1:
        return False
    pixels = rows * columns
    if channels == pixels or Axis.CHANNELS not in (axes[-1], axes[-3] if len(axes) >= 3 else None):
        return False
    wrong = [channels, pixels] if axes[-1] is Axis.CHANNELS else [pixels, channels]
    return new[-2:] == wrong


def _equal(one: Sequence[Size], other: Sequence[Size]) -> bool:
    return all(sizes.same(a, b) for a, b in zip(one, other, strict=True))

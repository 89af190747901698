"""Arithmetic on sizes and shapes: exact on whole numbers, an Unknown or None wherever one of these goes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmigrate.program.shapes.tensors import Shape, Size, Unknown


class Mismatch(Exception):  # noqa: N818  -- carries the two sizes; the caller knows what to say
    """Two sizes that had to agree are known and do not."""


def certain(shape: Shape | None) -> tuple[int, ...] | None:
    """The shape if every size of it is a number, else None."""
    if shape is None:
        return None
    numbers = tuple(size for size in shape if isinstance(size, int))
    return numbers if len(numbers) == len(shape) else None


def same(one: Size, other: Size) -> bool:
    """Whether two sizes are certainly equal. None is never certainly equal to None."""
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return isinstance(one, Unknown) and one is other


def all_same(one: Shape | None, other: Shape | None) -> bool:
    """Whether two shapes are certainly equal."""
    if one is None or other is None or len(one) != len(other):
        return False
    return all(same(a, b) for a, b in zip(one, other, strict=True))


def differ(one: Size, other: Size) -> bool:
    """Whether two sizes are certainly different."""
    return isinstance(one, int) and isinstance(other, int) and one != other


def open_size(sizes: Iterable[Size]) -> Size:
    """What comes out where not all sizes are numbers: None if none of them is Unknown, else a new Unknown."""
    return Unknown() if any(isinstance(size, Unknown) for size in sizes) else None


def product(sizes: Sequence[Size]) -> Size:
    """The product; a single size that is no number survives a product with ones."""
    number = 1
    others: list[Size] = []
    for size in sizes:
        if isinstance(size, int):
            number *= size
        else:
            others.append(size)
    if not others:
        return number
    if number == 0:
        return 0
    if number == 1 and len(others) == 1:
        return others[0]
    return open_size(others)


def total(sizes: Sequence[Size]) -> Size:
    """The sum; a single size that is no number survives a sum with zeros."""
    number = 0
    others: list[Size] = []
    for size in sizes:
        if isinstance(size, int):
            number += size
        else:
            others.append(size)
    if not others:
        return number
    return others[0] if number == 0 and len(others) == 1 else open_size(others)


def times(size: Size, factor: Size) -> Size:
    """Product of two sizes."""
    return product((size, factor))


def broadcast_size(one: Size, other: Size) -> Size:
    """The size that two broadcast axes have; raises Mismatch where they certainly do not fit."""
    if same(one, other):
        return one
    if isinstance(one, int) and isinstance(other, int):
        if one == 1:
            return other
        if other == 1:
            return one
        raise Mismatch(one, other)
    for size, partner in ((one, other), (other, one)):
        if isinstance(size, int):
            # a partner that is not a number is 1 or the same number
            return partner if size == 1 else size
    return open_size((one, other))


def broadcast(shapes: Sequence[Shape | None]) -> Shape | None:
    """The common shape by NumPy's rule; None where a rank is unknown; raises Mismatch."""
    result: Shape = ()
    for shape in shapes:
        if shape is None:
            return None
        rank = max(len(result), len(shape))
        result = tuple(
            broadcast_size(a, b)
            for a, b in zip((1,) * (rank - len(result)) + result, (1,) * (rank - len(shape)) + shape, strict=True)
        )
    return result


def unify(shapes: Sequence[Shape | None]) -> Shape | None:
    """The shape that all of these are if they are one; raises Mismatch where they certainly are not."""
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return None
    result = known[0]
    for shape in known[1:]:
        if len(shape) != len(result):
            raise Mismatch(len(result), len(shape))
        sizes: list[Size] = []
        for a, b in zip(result, shape, strict=True):
            if differ(a, b):
                raise Mismatch(a, b)
            sizes.append(a if isinstance(a, int) or same(a, b) else b)
        result = tuple(sizes)
    return result


def reshaped(shape: Shape | None, target: Sequence[Size]) -> Shape:
    """The shape that a reshape gives; raises Mismatch where the numbers of elements certainly differ.

    ``target`` may hold one -1. Sizes that are no numbers cancel where the same one stands on both sides.
    """
    holes = [index for index, size in enumerate(target) if isinstance(size, int) and size < 0]
    if len(holes) > 1 or any(target[index] != -1 for index in holes):
        raise Mismatch(None, None)
    if shape is None:
        return tuple(Unknown() if index in holes else size for index, size in enumerate(target))
    source_number, source_rest = _factors(shape)
    target_number, target_rest = _factors([size for index, size in enumerate(target) if index not in holes])
    exact = not source_rest and not target_rest
    if not holes:
        if exact and source_number != target_number:
            raise Mismatch(source_number, target_number)
        return tuple(target)
    if exact and (target_number == 0 or source_number % target_number):
        raise Mismatch(source_number, target_number)
    for size in target_rest:
        if not any(same(size, other) for other in source_rest):
            return _filled(target, holes[0], open_size([*source_rest, *target_rest]))
        source_rest = _without(source_rest, size)
    if target_number == 0 or source_number % target_number:
        return _filled(target, holes[0], open_size([*source_rest, *target_rest]) if source_rest else Unknown())
    return _filled(target, holes[0], product([source_number // target_number, *source_rest]))


def _factors(sizes: Sequence[Size]) -> tuple[int, list[Size]]:
    number = 1
    rest: list[Size] = []
    for size in sizes:
        if isinstance(size, int):
            number *= size
        else:
            rest.append(size)
    return number, rest


def _without(sizes: list[Size], gone: Size) -> list[Size]:
    for index, size in enumerate(sizes):
        if same(size, gone):
            return sizes[:index] + sizes[index + 1 :]
    return sizes


def _filled(target: Sequence[Size], hole: int, size: Size) -> Shape:
    return tuple(size if index == hole else old for index, old in enumerate(target))


def show(shape: Shape | None) -> str:
    """``(60000, 28, 28)`` for messages; ``?`` where nothing is known."""
    if shape is None:
        return "?"
    inner = ", ".join(str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"

"""Subscripts: which axes and sizes ``x[…]`` has (numpy.org, "Indexing on ndarrays")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kmigrate.program.shapes.arrays import axes as axis_rules
from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Unclear
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.arrays.values import SMALL, as_array, built, element, flat, is_open, result, within
from kmigrate.program.shapes.tensors import Array, Axis, Fault, Shape, Size, Trust, Unknown


@dataclass(slots=True)
class _Part:
    """What one entry of a subscript does to the axes that it takes."""

    #: "new", "slice", "int" or "array"
    sort: str
    #: the axis of the source that it starts at
    at: int
    #: axes of the source that it takes
    takes: int
    #: sizes that it gives (an array's are joined with those of the other arrays)
    gives: Shape
    #: the positions along the axis, or an array of them; None where not known
    positions: object = None
    #: whether an index array takes from the whole axis, as a permutation does; a choice may leave labels out
    shuffles: bool = False


def subscript(array: Array, index: object) -> object:
    """``array[index]``. Raises Fault ('array-index') where NumPy raises, as far as all sizes are known."""
    return result(region(array, index))


def region(array: Array, index: object) -> Array:
    """``array[index]`` as an array, also where it has no axes."""
    entries = list(index) if isinstance(index, tuple) else [index]
    if any(isinstance(entry, Unknown) for entry in entries) or array.shape is None:
        return Array(None, dtype=array.dtype, values=array.values, born=array.born)
    shape = array.shape
    entries = _full(entries, len(shape))
    parts: list[_Part] = []
    at = 0
    for entry in entries:
        part = _part(entry, shape, at)
        parts.append(part)
        at += part.takes
    advanced = [part for part in parts if part.sort == "array"]
    taking = [index for index, part in enumerate(parts) if part.sort in ("array", "int")] if advanced else []
    try:
        common = sizes.broadcast([part.gives for part in advanced]) or ()
    except sizes.Mismatch as mismatch:
        raise Fault("array-index", f"index arrays of {mismatch.args[0]} and {mismatch.args[1]} do not fit") from None
    # the axes of index arrays that stand together stay there, otherwise they come first
    together = taking == list(range(taking[0], taking[-1] + 1)) if taking else True
    out: list[tuple[Size, Axis, int | None]] = []
    old = axis_rules.or_unknown(array.axes, len(shape))
    placed = not advanced
    front = [(size, _array_meaning(advanced, common, old), None) for size in common]
    if advanced and not together:
        out, placed = [*front], True
    for number, part in enumerate(parts):
        if part.sort == "slice":
            out.append((part.gives[0], old[part.at], number))
        elif part.sort == "new":
            out.append((1, Axis.UNKNOWN, number))
        elif number in taking and not placed:
            out.extend(front)
            placed = True
    new_axes = _with_new([axis for _, axis, _ in out], [number for _, _, number in out], parts)
    new_shape = tuple(size for size, _, _ in out)
    value = None
    if not advanced and all(part.positions is not None or part.sort == "new" for part in parts):
        value = _elements(array, new_shape, parts)
    elif len(advanced) == 1 == len(parts) and isinstance(advanced[0].positions, list):
        value = _taken(array, new_shape, advanced[0].positions)
    trust = array.trust if new_axes is not None else Trust.NONE
    values = array.values if all(part.shuffles for part in advanced) else None
    return Array(new_shape, new_axes, trust, array.dtype, value, array.born, values)


def _full(entries: list[object], rank: int) -> list[object]:
    """The entries with the Ellipsis written out, one for each axis."""
    taken = sum(_takes(entry) for entry in entries)
    if taken > rank:
        raise Fault("array-index", f"too many indices: the array has {rank} axes, {taken} are indexed")
    holes = [index for index, entry in enumerate(entries) if entry is ...]
    if len(holes) > 1:
        raise Fault("array-index", "an index can only have a single ellipsis ('...')")
    hole = holes[0] if holes else len(entries)
    return [*entries[:hole], *[slice(None)] * (rank - taken), *entries[hole + len(holes) :]]


def _takes(entry: object) -> int:
    if entry is None or entry is ...:
        return 0
    if isinstance(entry, (Array, list)):
        array = as_array(entry)
        if array.dtype == "bool":
            if array.rank is None:
                raise Unclear
            return array.rank
    return 1


def _part(entry: object, shape: Shape, at: int) -> _Part:
    if entry is None:
        return _Part("new", at, 0, (1,))
    size = shape[at] if at < len(shape) else None
    if isinstance(entry, slice):
        gives, positions = sliced(size, entry)
        return _Part("slice", at, 1, (gives,), positions)
    if isinstance(entry, bool):
        raise Unclear
    if isinstance(entry, int):
        if isinstance(size, int) and not -size <= entry < size:
            raise Fault("array-index", f"index {entry} is out of bounds for axis {at} with size {size}")
        return _Part("int", at, 1, (), entry % size if isinstance(size, int) else None)
    if isinstance(entry, float):
        raise Unclear
    if isinstance(entry, (Array, list, range)):
        return _array_part(as_array(entry), shape, at)
    raise Unclear


def _array_part(entry: Array, shape: Shape, at: int) -> _Part:
    if entry.shape is None:
        raise Unclear
    if entry.dtype == "bool":
        for mask, size in zip(entry.shape, shape[at:], strict=False):
            if sizes.differ(mask, size):
                raise Fault("array-index", f"a mask of {mask} does not fit an axis of {size}")
        if entry.value is None:
            return _Part("array", at, len(entry.shape), (Unknown(),))
        chosen = [index for index, leaf in enumerate(flat(entry)) if leaf]
        return _Part("array", at, len(entry.shape), (len(chosen),), chosen if entry.rank == 1 else None)
    if entry.shape == (0,) and entry.value == []:
        return _Part("array", at, 1, (0,), [])
    if dtypes.kind(entry.dtype) not in ("i", "u", ""):
        raise Unclear
    if entry.shape == () and entry.value is None:
        # a number that is not known
        return _Part("int", at, 1, ())
    size = shape[at]
    positions: object = None
    if entry.value is not None:
        leaves = [leaf for leaf in flat(entry) if isinstance(leaf, int)]
        if isinstance(size, int):
            for leaf in leaves:
                if not -size <= leaf < size:
                    raise Fault("array-index", f"index {leaf} is out of bounds for axis {at} with size {size}")
            positions = [leaf % size for leaf in leaves] if entry.rank == 1 else None
    return _Part("array", at, 1, entry.shape, positions, entry.values == (0, size))


def sliced(size: Size, cut: slice) -> tuple[Size, object]:
    """The size that a slice leaves of an axis, and the positions if known."""
    bounds = (cut.start, cut.stop, cut.step)
    if all(bound is None or (isinstance(bound, int) and not isinstance(bound, bool)) for bound in bounds):
        if cut.step == 0:
            raise Fault("array-index", "slice step cannot be zero")
        if isinstance(size, int) and size < 0:  # no array has it: it was worked out of a value that is not true
            return Unknown(), None
        if isinstance(size, int):
            positions = range(*cut.indices(size))
            return len(positions), positions
        if cut.start in (None, 0) and cut.stop is None and cut.step in (None, 1):
            return size, None
        if (cut.start, cut.stop, cut.step) == (None, None, -1):
            return size, None
        return (None if size is None else Unknown()), None
    same_stop = isinstance(cut.stop, Unknown) and cut.stop is size
    if same_stop and cut.start in (None, 0) and cut.step in (None, 1):
        return size, None
    return Unknown(), None


def _array_meaning(advanced: Sequence[_Part], common: Shape, old: Sequence[Axis]) -> Axis:
    if len(advanced) == 1 and len(common) == 1 and advanced[0].takes == 1:
        return old[advanced[0].at]
    return Axis.UNKNOWN


def _with_new(found: list[Axis], numbers: Sequence[int | None], parts: Sequence[_Part]) -> tuple[Axis, ...] | None:
    """The meanings, with those of new axes filled in from what an image lacks."""
    for position, number in enumerate(numbers):
        if number is not None and parts[number].sort == "new":
            others = [axis for index, axis in enumerate(found) if index != position]
            found[position] = axis_rules.meaning_of_new(others, position)
    return axis_rules.tidy(found)


def _elements(array: Array, shape: Shape, parts: Sequence[_Part]) -> object:
    known = sizes.certain(shape)
    if array.value is None or known is None or not within(shape):
        return None

    def source(index: tuple[int, ...]) -> list[int]:
        where: list[int] = []
        used = 0
        for part in parts:
            if part.sort == "int":
                assert isinstance(part.positions, int)
                where.append(part.positions)
                continue
            if part.sort == "slice":
                assert isinstance(part.positions, range)
                where.append(part.positions[index[used]])
            used += 1
        return where

    return built(known, lambda index: element(array, source(index)))


def _taken(array: Array, shape: Shape, positions: Sequence[int]) -> object:
    known = sizes.certain(shape)
    if array.value is None or known is None or array.rank is None or not within(shape):
        return None
    if array.rank != len(known):
        return None
    return built(known, lambda index: element(array, (positions[index[0]], *index[1:])))


def store(array: Array, index: object, value: object) -> None:
    """``array[index] = value``: raises Fault ('array-broadcast') where the value cannot be put there.

    The elements of ``array`` are forgotten for all who hold it.
    """
    object.__setattr__(array, "value", None)
    object.__setattr__(array, "values", None)
    try:
        target = region(array, index)
        given = as_array(value)
    except Unclear:
        return
    place, put = sizes.certain(target.shape), sizes.certain(given.shape)
    if place is None or put is None:
        return
    while len(put) > len(place) and put[0] == 1:
        put = put[1:]
    fits = len(put) <= len(place) and all(a in (1, b) for a, b in zip(reversed(put), reversed(place), strict=False))
    if not fits:
        raise Fault(
            "array-broadcast",
            f"an array of shape {sizes.show(given.shape)} cannot be put into a place of shape {sizes.show(place)}",
        )


def length(value: object) -> Size:
    """``len(value)`` of an array or a Python container; an Unknown otherwise."""
    if isinstance(value, (list, tuple, dict, str, range, set)) and not is_open(value):
        return len(value)
    if isinstance(value, DataObject):
        return value.length
    if isinstance(value, Array) and value.shape:
        size = value.shape[0]
        return Unknown() if size is None else size
    return Unknown()


def elements(array: Array | DataObject, limit: int = SMALL) -> list[object] | None:
    """What a loop over the array goes through, None if there are more than ``limit`` or it is not known how many."""
    if isinstance(array, DataObject):
        return None
    if not array.shape or not isinstance(array.shape[0], int) or array.shape[0] > limit:
        return None
    return [subscript(array, index) for index in range(array.shape[0])]


def any_element(array: Array | DataObject) -> object:
    """An element of the array of which only the shape is known: what each turn of a long loop gets."""
    if isinstance(array, DataObject):
        return array.element()
    if array.shape is None:
        return Unknown()
    if not array.shape:
        return Unknown()
    axes = axis_rules.tidy(axis_rules.or_unknown(array.axes, len(array.shape))[1:])
    trust = array.trust if axes is not None else Trust.NONE
    return Array(array.shape[1:], axes, trust, array.dtype, None, array.born, array.values)

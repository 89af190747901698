"""Functions that join, cut, repeat and pad arrays."""

from __future__ import annotations

from collections.abc import Sequence

from kmigrate.program.shapes.arrays import axes as axis_rules
from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Context, Unclear
from kmigrate.program.shapes.arrays.indexing import sliced, subscript
from kmigrate.program.shapes.arrays.rearranging import at_least, axis_of, expand_dims, keeping_meaning, ravel
from kmigrate.program.shapes.arrays.values import (
    MANY,
    as_array,
    as_shape,
    as_size,
    built,
    element,
    flat,
    is_open,
    joined_values,
    moved,
    whole_number,
    within,
)
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Size, Unknown


def _sequence(arrays: object) -> list[Array]:
    if is_open(arrays):
        # how many more there are is not known
        raise Unclear
    if isinstance(arrays, (list, tuple)):
        return [as_array(item) for item in arrays]
    if isinstance(arrays, Array) and arrays.shape and isinstance(arrays.shape[0], int) and arrays.shape[0] <= 1000:
        return [as_array(subscript(arrays, index)) for index in range(arrays.shape[0])]
    raise Unclear


def _joined_dtype(arrays: Sequence[Array]) -> str:
    return dtypes.promote([array.dtype for array in arrays])


def concatenated(arrays: Sequence[Array], axis: object) -> Array:
    """Arrays put one after the other along an axis. Raises Fault ('array-concat')."""
    if not arrays:
        raise Fault("array-concat", "there are no arrays to concatenate")
    dtype = _joined_dtype(arrays)
    ranks = {array.rank for array in arrays if array.rank is not None}
    if any(array.shape is None for array in arrays):
        if len(ranks) > 1:
            raise _refuse(arrays)
        if not ranks:
            return Array(None, dtype=dtype)
        rank = ranks.pop()
        position = axis_of(axis, rank)
        known = next(array.shape for array in arrays if array.shape is not None)
        return Array(tuple(Unknown() if index == position else size for index, size in enumerate(known)), dtype=dtype)
    shapes = [array.shape for array in arrays if array.shape is not None]
    if len(ranks) > 1 or ranks == {0}:
        raise _refuse(arrays)
    position = axis_of(axis, len(shapes[0]))
    try:
        rest = sizes.unify([(*shape[:position], *shape[position + 1 :]) for shape in shapes])
    except sizes.Mismatch:
        raise _refuse(arrays) from None
    assert rest is not None
    shape = (*rest[:position], sizes.total([shape[position] for shape in shapes]), *rest[position:])
    axes, trust = axis_rules.agreed(arrays)
    return Array(
        shape,
        axes,
        trust,
        dtype,
        _elements_joined(arrays, shape, position, dtype),
        arrays[0].born,
        joined_values([array.values for array in arrays]),
    )


def _refuse(arrays: Sequence[Array]) -> Fault:
    shown = [sizes.show(array.shape) for array in arrays[:4]]
    more = ", …" if len(arrays) > 4 else ""
    return Fault("array-concat", f"arrays of shapes {', '.join(shown)}{more} cannot be joined")


def _elements_joined(arrays: Sequence[Array], shape: Shape, position: int, dtype: str) -> object:
    known = sizes.certain(shape)
    if known is None or not within(known) or any(array.value is None for array in arrays):
        return None
    sources = [(array, offset) for array in arrays for offset in range(_count((array.shape or ())[position]))]

    def leaf(index: tuple[int, ...]) -> object:
        array, offset = sources[index[position]]
        return dtypes.cast(dtype, element(array, (*index[:position], offset, *index[position + 1 :])))

    value = built(known, leaf)
    return value if all(one is not None for one in flat(Array(shape, value=value))) else None


def _count(size: Size) -> int:
    return size if isinstance(size, int) else 0


def concatenate(context: Context, arrays: object, axis: object = 0) -> object:
    """``numpy.concatenate``; with axis None of the flattened arrays."""
    sequence = _sequence(arrays)
    if axis is None:
        return concatenated([as_array(ravel(context, array)) for array in sequence], 0)
    return concatenated(sequence, axis)


def vstack(context: Context, tup: object) -> object:
    """``numpy.vstack``: along the first axis, vectors as rows."""
    return concatenated([at_least(array, 2) for array in _sequence(tup)], 0)


def hstack(context: Context, tup: object) -> object:
    """``numpy.hstack``: along the second axis, vectors along their only one."""
    arrays = [at_least(array, 1) for array in _sequence(tup)]
    if arrays and arrays[0].rank is None:
        return Array(None, dtype=_joined_dtype(arrays))
    return concatenated(arrays, 0 if arrays and arrays[0].rank == 1 else 1)


def _at_least_3d(context: Context, array: Array) -> Array:
    if array.shape is None or len(array.shape) >= 3:
        return array
    if len(array.shape) == 2:
        return as_array(expand_dims(context, array, 2))
    return as_array(expand_dims(context, at_least(array, 2), 2))


def dstack(context: Context, tup: object) -> object:
    """``numpy.dstack``: along the third axis, matrices as planes of it."""
    return concatenated([_at_least_3d(context, array) for array in _sequence(tup)], 2)


def column_stack(context: Context, tup: object) -> object:
    """``numpy.column_stack``: vectors as columns."""
    arrays = [
        as_array(expand_dims(context, at_least(array, 1), 1)) if array.rank in (0, 1) else array
        for array in _sequence(tup)
    ]
    return concatenated(arrays, 1)


def stack(context: Context, arrays: object, axis: object = 0) -> object:
    """``numpy.stack``: along a new axis. Raises Fault ('array-concat')."""
    sequence = _sequence(arrays)
    if not sequence:
        raise Fault("array-concat", "there are no arrays to stack")
    try:
        shape = sizes.unify([array.shape for array in sequence])
    except sizes.Mismatch:
        raise _refuse(sequence) from None
    if shape is None or any(array.shape is None for array in sequence):
        return Array(None, dtype=_joined_dtype(sequence))
    position = axis_of(axis, len(shape) + 1)
    return concatenated([as_array(expand_dims(context, array, position)) for array in sequence], position)


def append(context: Context, arr: object, values: object, axis: object = None) -> object:
    """``numpy.append``: of the flattened arrays if no axis is given."""
    return concatenate(context, [arr, values], axis)


def _pieces(context: Context, ary: object, indices_or_sections: object, axis: object, *, equal: bool) -> object:
    array = as_array(ary)
    if array.shape is None:
        return Unknown()
    position = axis_of(axis, len(array.shape))
    size = array.shape[position]
    if isinstance(indices_or_sections, int):
        count = indices_or_sections
        if not 0 < count <= MANY or not isinstance(size, int):
            raise Unclear
        if equal and size % count:
            raise Fault("array-split", f"an axis of {size} cannot be split into {count} equal parts")
        longer = size % count
        lengths = [size // count + (index < longer) for index in range(count)]
        bounds: list[object] = [sum(lengths[:index]) for index in range(1, count)]
    elif isinstance(indices_or_sections, (list, tuple)):
        bounds = list(indices_or_sections)
    else:
        raise Unclear
    cuts = zip([None, *bounds], [*bounds, None], strict=True)
    front = (slice(None),) * position
    return [subscript(array, (*front, slice(start, stop))) for start, stop in cuts]


def split(context: Context, ary: object, indices_or_sections: object, axis: object = 0) -> object:
    """``numpy.split``: a list of arrays. Raises Fault ('array-split') where equal parts are not possible."""
    return _pieces(context, ary, indices_or_sections, axis, equal=True)


def array_split(context: Context, ary: object, indices_or_sections: object, axis: object = 0) -> object:
    """``numpy.array_split``: parts that may differ by one."""
    return _pieces(context, ary, indices_or_sections, axis, equal=False)


def vsplit(context: Context, ary: object, indices_or_sections: object) -> object:
    """``numpy.vsplit``."""
    return split(context, ary, indices_or_sections, 0)


def hsplit(context: Context, ary: object, indices_or_sections: object) -> object:
    """``numpy.hsplit``."""
    return split(context, ary, indices_or_sections, 0 if as_array(ary).rank == 1 else 1)


def repeat(context: Context, a: object, repeats: object, axis: object = None) -> object:
    """``numpy.repeat``: of every element along an axis, or of the flattened array."""
    array = as_array(a)
    if axis is None:
        array, axis = as_array(ravel(context, array)), 0
    if array.shape is None:
        return Array(None, dtype=array.dtype)
    position = axis_of(axis, len(array.shape))
    if isinstance(repeats, (list, tuple, Array)):
        times = as_array(repeats)
        if times.value is None or times.shape != (array.shape[position],):
            size: Size = Unknown()
        else:
            size = sum(whole_number(leaf) for leaf in flat(times))
        repeats = None
    else:
        size = sizes.times(array.shape[position], as_size(repeats))
    shape = (*array.shape[:position], size, *array.shape[position + 1 :])
    value = None
    if isinstance(repeats, int) and repeats > 0:
        count = repeats
        value = moved(array, shape, lambda index: (*index[:position], index[position] // count, *index[position + 1 :]))
    return keeping_meaning(array, shape, array.axes, value)


def tile(context: Context, A: object, reps: object) -> object:  # noqa: N803
    """``numpy.tile``: the whole array again and again along its axes."""
    array = as_array(A)
    times = as_shape(reps)
    if array.shape is None or times is None:
        return Array(None, dtype=array.dtype)
    rank = max(len(array.shape), len(times))
    old = (1,) * (rank - len(array.shape)) + array.shape
    times = (1,) * (rank - len(times)) + times
    shape = tuple(sizes.times(size, count) for size, count in zip(old, times, strict=True))
    skipped = rank - len(array.shape)
    source = sizes.certain(array.shape)
    value = None
    if source is not None and 0 not in source:
        value = moved(array, shape, lambda index: [at % size for at, size in zip(index[skipped:], source, strict=True)])
    return keeping_meaning(array, shape, array.axes if not skipped else None, value)


def pad(context: Context, array: object, pad_width: object, mode: object = "constant", **others: object) -> object:
    """``numpy.pad``: a number for all sides, a pair for all axes, or a pair for each."""
    given = as_array(array)
    if given.shape is None:
        return Array(None, dtype=given.dtype)
    width = as_array(pad_width)
    rank = len(given.shape)
    if width.value is None or width.shape not in ((), (1,), (2,), (1, 2), (rank, 2), (rank, 1)):
        if isinstance(pad_width, (list, tuple)) and len(pad_width) == rank and rank > 1:
            pairs = [
                (as_size(pair[0]), as_size(pair[-1])) if isinstance(pair, (list, tuple)) and pair else (Unknown(),) * 2
                for pair in pad_width
            ]
            grown = tuple(sizes.total([size, *pair]) for size, pair in zip(given.shape, pairs, strict=True))
            return Array(grown, given.axes, given.trust, given.dtype)
        return Array(tuple(Unknown() for _ in given.shape), given.axes, given.trust, given.dtype)
    leaves = [whole_number(leaf) for leaf in flat(width)]
    if len(leaves) <= 2:
        sums = [leaves[0] + leaves[-1]] * rank
    elif width.shape == (rank, 1):
        sums = [2 * leaf for leaf in leaves]
    else:
        sums = [leaves[2 * axis] + leaves[2 * axis + 1] for axis in range(rank)]
    shape = tuple(sizes.total([size, more]) for size, more in zip(given.shape, sums, strict=True))
    return Array(shape, given.axes, given.trust, given.dtype, born=given.born)


def delete(context: Context, arr: object, obj: object, axis: object = None) -> object:
    """``numpy.delete``: how many go is only known of whole numbers and lists of different ones."""
    array = as_array(arr)
    if axis is None:
        array, axis = as_array(ravel(context, array)), 0
    if array.shape is None:
        return Array(None, dtype=array.dtype)
    position = axis_of(axis, len(array.shape))
    size = array.shape[position]
    gone: Size = Unknown()
    if isinstance(obj, int) and not isinstance(obj, bool):
        gone = 1
    elif isinstance(obj, slice):
        cut = sliced(size, obj)[0]
        gone = cut if isinstance(cut, int) else Unknown()
    elif isinstance(obj, (list, tuple)) and isinstance(size, int) and all(type(one) is int for one in obj):
        gone = len({whole_number(one) % size for one in obj})
    left = size - gone if isinstance(size, int) and isinstance(gone, int) else Unknown()
    shape = (*array.shape[:position], left, *array.shape[position + 1 :])
    return keeping_meaning(array, shape, array.axes, None)


def insert(context: Context, arr: object, obj: object, values: object, axis: object = None) -> object:
    """``numpy.insert`` of one row or of one number."""
    array = as_array(arr)
    if axis is None:
        array, axis = as_array(ravel(context, array)), 0
    if array.shape is None or not isinstance(obj, int):
        raise Unclear
    position = axis_of(axis, len(array.shape))
    given = as_array(values)
    more: Size = 1 if given.shape == () else Unknown()
    shape = (*array.shape[:position], sizes.total([array.shape[position], more]), *array.shape[position + 1 :])
    return keeping_meaning(array, shape, array.axes, None)

"""Functions that move, join, cut and repeat what is in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kmigrate.program.shapes.arrays import axes as axis_rules
from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Context, Unclear
from kmigrate.program.shapes.arrays.indexing import subscript
from kmigrate.program.shapes.arrays.values import (
    as_array,
    as_shape,
    flat,
    moved,
    nested,
    result,
    whole_number,
)
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Trust, Unknown


def axis_of(axis: object, rank: int) -> int:
    """An axis counted from the front. Raises Fault ('array-axis') where there is none such, Unclear if not known."""
    number = whole_number(axis)
    if rank == 0:
        # some functions let a number have an axis, others do not
        raise Unclear
    if not -rank <= number < rank:
        raise Fault("array-axis", f"axis {number} is out of bounds for an array of {rank} axes")
    return number % rank


def keeping_meaning(array: Array, shape: Shape | None, axes: axis_rules.Axes, value: object) -> Array:
    """The array with another shape, meanings and elements, and all else as it is."""
    trust = array.trust if axes is not None else Trust.NONE
    return Array(shape, axes, trust, array.dtype, value, array.born, array.values)


def reshape(context: Context, a: object, newshape: object = None, order: object = "C", shape: object = None) -> object:
    """``numpy.reshape``. Raises Fault ('array-reshape'); warns ('reshape-for-transpose')."""
    array = as_array(a)
    wanted = as_shape(shape if newshape is None else newshape)
    if wanted is None:
        return Array(None, dtype=array.dtype, values=array.values)
    return reshaped(context, array, wanted, in_memory_order=order == "C")


def reshaped(context: Context, array: Array, wanted: Shape, *, in_memory_order: bool = True) -> object:
    """The array in another shape."""
    try:
        shape = sizes.reshaped(array.shape, wanted)
    except sizes.Mismatch:
        raise Fault(
            "array-reshape",
            f"an array of shape {sizes.show(array.shape)} cannot be reshaped into {sizes.show(wanted)}",
        ) from None
    if array.shape is None or not in_memory_order:
        return result(Array(shape, dtype=array.dtype, values=array.values, born=context.place))
    if axis_rules.scrambles(array.shape, array.axes, shape):
        context.warn(
            "reshape-for-transpose",
            f"reshape from {sizes.show(array.shape)} to {sizes.show(shape)} does not move axes, it only counts the "
            "same numbers another way, so every image is scrambled: transpose moves axes",
            fix="transpose",
        )
        return Array(shape, dtype=array.dtype, values=array.values, born=context.place)
    axes = axis_rules.after_reshape(array.shape, array.axes, shape)
    known = sizes.certain(shape)
    value = nested(flat(array), known) if array.value is not None and known is not None and 0 not in known else None
    return result(keeping_meaning(array, shape, axes, value))


def ravel(context: Context, a: object, order: object = "C") -> object:
    """``numpy.ravel`` and ``flatten``: one axis."""
    array = as_array(a)
    count = Unknown() if array.shape is None else sizes.product(array.shape)
    return reshaped(context, array, (count,), in_memory_order=order == "C")


def transpose(context: Context, a: object, axes: object = None) -> object:
    """``numpy.transpose``: axes reversed, or in the order given."""
    array = as_array(a)
    if array.shape is None:
        order = as_shape(axes) if axes is not None else None
        return Array(None if order is None else tuple(Unknown() for _ in order), dtype=array.dtype)
    rank = len(array.shape)
    if axes is None:
        order_known = list(range(rank))[::-1]
    else:
        given = sizes.certain(as_shape(axes))
        if given is None:
            raise Unclear
        if len(given) != rank:
            raise Fault("array-axis", f"{len(given)} axes are given to transpose an array of {rank}")
        order_known = [axis_of(axis, rank) for axis in given]
        if len(set(order_known)) != rank:
            raise Fault("array-axis", "an axis is given twice to transpose")
    return permuted(array, order_known)


def permuted(array: Array, order: Sequence[int]) -> Array:
    """The array with its axes in another order."""
    assert array.shape is not None
    shape = tuple(array.shape[axis] for axis in order)
    old = axis_rules.or_unknown(array.axes, len(order))

    def source(index: tuple[int, ...]) -> list[int]:
        where = [0] * len(order)
        for position, axis in enumerate(order):
            where[axis] = index[position]
        return where

    return keeping_meaning(array, shape, axis_rules.tidy([old[axis] for axis in order]), moved(array, shape, source))


def swapaxes(context: Context, a: object, axis1: object, axis2: object) -> object:
    """``numpy.swapaxes``."""
    array = as_array(a)
    if array.rank is None:
        return Array(None, dtype=array.dtype)
    one, other = axis_of(axis1, array.rank), axis_of(axis2, array.rank)
    order = list(range(array.rank))
    order[one], order[other] = other, one
    return permuted(array, order)


def rollaxis(context: Context, a: object, axis: object, start: object = 0) -> object:
    """``numpy.rollaxis``: an axis moved to before ``start``."""
    array = as_array(a)
    if array.rank is None:
        return Array(None, dtype=array.dtype)
    source = axis_of(axis, array.rank)
    target = whole_number(start)
    target = target + array.rank if target < 0 else target
    if not 0 <= target <= array.rank:
        raise Fault("array-axis", f"start {start} is out of bounds for an array of {array.rank} axes")
    order = [index for index in range(array.rank) if index != source]
    order.insert(target - 1 if source < target else target, source)
    return permuted(array, order)


def moveaxis(context: Context, a: object, source: object, destination: object) -> object:
    """``numpy.moveaxis`` of one axis or of several."""
    array = as_array(a)
    if array.rank is None:
        return Array(None, dtype=array.dtype)
    given = [sizes.certain(as_shape(which)) for which in (source, destination)]
    if given[0] is None or given[1] is None:
        raise Unclear
    rank = array.rank
    moving, places = ([axis_of(axis, rank) for axis in which or ()] for which in given)
    if len(moving) != len(places) or len(set(moving)) != len(moving) or len(set(places)) != len(places):
        raise Fault("array-axis", "moveaxis needs as many axes as places, and none twice")
    order = [index for index in range(rank) if index not in moving]
    for place, axis in sorted(zip(places, moving, strict=True)):
        order.insert(place, axis)
    return permuted(array, order)


def expand_dims(context: Context, a: object, axis: object) -> object:
    """``numpy.expand_dims``: a new axis of size 1."""
    array = as_array(a)
    if array.shape is None:
        return Array(None, dtype=array.dtype, values=array.values)
    if isinstance(axis, (tuple, list)):
        raise Unclear
    rank = len(array.shape)
    position = axis_of(axis, rank + 1)
    shape = (*array.shape[:position], 1, *array.shape[position:])
    axes = axis_rules.inserted(array.axes, rank, position) if array.axes is not None else None
    value = moved(array, shape, lambda index: (*index[:position], *index[position + 1 :]))
    return keeping_meaning(array, shape, axes, value)


def squeeze(context: Context, a: object, axis: object = None) -> object:
    """``numpy.squeeze``: without the axes of size 1, or without those given."""
    array = as_array(a)
    if array.shape is None:
        return Array(None, dtype=array.dtype)
    if axis is None:
        if any(not isinstance(size, int) for size in array.shape):
            # an axis of unknown size may be of size 1
            return Array(None, dtype=array.dtype, values=array.values)
        gone = {index for index, size in enumerate(array.shape) if size == 1}
    else:
        given = sizes.certain(as_shape(axis))
        if given is None:
            raise Unclear
        gone = {axis_of(one, len(array.shape)) for one in given}
        for one in gone:
            if sizes.differ(array.shape[one], 1):
                raise Fault("array-axis", f"axis {one} of size {array.shape[one]} cannot be squeezed away")
    return result(without_axes(array, gone))


def without_axes(array: Array, gone: set[int]) -> Array:
    """The array without some axes of size 1."""
    assert array.shape is not None
    kept = [index for index in range(len(array.shape)) if index not in gone]
    shape = tuple(array.shape[index] for index in kept)
    old = axis_rules.or_unknown(array.axes, len(array.shape))

    def source(index: tuple[int, ...]) -> list[int]:
        where = dict(zip(kept, index, strict=True))
        return [where.get(axis, 0) for axis in range(len(old))]

    value = moved(array, shape, source)
    return keeping_meaning(array, shape, axis_rules.tidy([old[index] for index in kept]), value)


def at_least(array: Array, rank: int) -> Array:
    """As ``atleast_1d`` and ``atleast_2d``: new axes in front."""
    if array.shape is None or len(array.shape) >= rank:
        return array
    front = rank - len(array.shape)
    shape = (1,) * front + array.shape
    return keeping_meaning(array, shape, None, moved(array, shape, lambda index: index[front:]))


def flip(context: Context, m: object, axis: object = None) -> object:
    """``numpy.flip``: the shape stays."""
    array = as_array(m)
    if axis is not None and array.rank is not None:
        for one in sizes.certain(as_shape(axis)) or ():
            axis_of(one, array.rank)
    return keeping_meaning(array, array.shape, array.axes, None)


def fliplr(context: Context, m: object) -> object:
    """``numpy.fliplr``: along the second axis."""
    return flip(context, m, 1)


def flipud(context: Context, m: object) -> object:
    """``numpy.flipud``: along the first axis."""
    return flip(context, m, 0)


def roll(context: Context, a: object, shift: object, axis: object = None) -> object:
    """``numpy.roll``: the shape stays."""
    return flip(context, a, axis)


def rot90(context: Context, m: object, k: object = 1, axes: object = (0, 1)) -> object:
    """``numpy.rot90``: an odd number of quarter turns swaps two axes."""
    array = as_array(m)
    if array.rank is None:
        return Array(None, dtype=array.dtype)
    turns, given = whole_number(k), sizes.certain(as_shape(axes))
    if given is None or len(given) != 2:
        raise Unclear
    if turns % 2 == 0:
        return replace(array, value=None)
    return replace(as_array(swapaxes(context, array, given[0], given[1])), value=None, axes=array.axes)


def broadcast_to(context: Context, array: object, shape: object) -> object:
    """``numpy.broadcast_to``."""
    return Array(as_shape(shape), dtype=as_array(array).dtype)


def at_least_1d(context: Context, a: object) -> object:
    """``numpy.atleast_1d``."""
    return at_least(as_array(a), 1)


def at_least_2d(context: Context, a: object) -> object:
    """``numpy.atleast_2d``."""
    return at_least(as_array(a), 2)


def resize(context: Context, a: object, new_shape: object) -> object:
    """``numpy.resize``: any shape, filled with repetitions."""
    return Array(as_shape(new_shape), dtype=as_array(a).dtype)


def take(context: Context, a: object, indices: object, axis: object = None) -> object:
    """``numpy.take`` along an axis."""
    array = as_array(a)
    if array.rank is None:
        return Array(None, dtype=array.dtype)
    if axis is None:
        return replace(as_array(indices), dtype=array.dtype, value=None, values=array.values, axes=None)
    position = axis_of(axis, array.rank)
    return subscript(array, (*(slice(None),) * position, indices))


def diff(context: Context, a: object, n: object = 1, axis: object = -1) -> object:
    """``numpy.diff``: one less along the axis for each time."""
    array = as_array(a)
    if array.shape is None:
        return Array(None, dtype=array.dtype)
    position, times = axis_of(axis, len(array.shape)), whole_number(n)
    size = array.shape[position]
    left = max(0, size - times) if isinstance(size, int) else Unknown()
    shape = (*array.shape[:position], left, *array.shape[position + 1 :])
    return Array(shape, array.axes, array.trust, array.dtype if dtypes.kind(array.dtype) != "b" else "bool")


def copied(context: Context, a: object) -> object:
    """``numpy.copy``."""
    array = as_array(a)
    return result(replace(array))


def unordered(context: Context, a: object, axis: object = -1, **others: object) -> object:
    """``numpy.sort``: the same shape, the axes keep their meaning."""
    array = as_array(a)
    if axis is None:
        return Array((Unknown() if array.shape is None else sizes.product(array.shape),), dtype=array.dtype)
    if array.rank is not None:
        axis_of(axis, array.rank)
    value = None
    if array.value is not None and array.rank == 1 and dtypes.kind(array.dtype) in ("i", "u", "f", "b"):
        value = sorted(leaf for leaf in flat(array) if isinstance(leaf, (int, float)))
    return keeping_meaning(array, array.shape, array.axes, value)


def triangle(context: Context, m: object, k: object = 0) -> object:
    """``numpy.tril`` and ``triu``: the shape stays."""
    array = as_array(m)
    return Array(array.shape, dtype=array.dtype)

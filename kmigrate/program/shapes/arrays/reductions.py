"""Functions that make fewer numbers of many: sums, means, extremes, and counts of what is in an array."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Mapping, Sequence

from kmigrate.program.shapes.arrays import axes as axis_rules
from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Context, Unclear
from kmigrate.program.shapes.arrays.elementwise import common_shape
from kmigrate.program.shapes.arrays.rearranging import axis_of
from kmigrate.program.shapes.arrays.values import as_array, as_shape, built, element, flat, result, within
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Size, Trust, Unknown

Compute = Callable[[Sequence[float]], object]


def _mean(leaves: Sequence[float]) -> float:
    return sum(leaves) / len(leaves)


def _product(leaves: Sequence[float]) -> float:
    return functools.reduce(operator.mul, leaves, 1)


def _argmax(leaves: Sequence[float]) -> int:
    return leaves.index(max(leaves))


def _argmin(leaves: Sequence[float]) -> int:
    return leaves.index(min(leaves))


def _count(leaves: Sequence[float]) -> int:
    return sum(bool(leaf) for leaf in leaves)


#: name -> rule of the type ("sum", "float", "same", or a type), and how to compute it
REDUCTIONS: Mapping[str, tuple[str, Compute | None]] = {
    "sum": ("sum", sum),
    "nansum": ("sum", None),
    "prod": ("sum", _product),
    "product": ("sum", _product),
    "mean": ("float", _mean),
    "nanmean": ("float", None),
    "average": ("float", None),
    "std": ("float", None),
    "nanstd": ("float", None),
    "var": ("float", None),
    "median": ("float", None),
    "max": ("same", max),
    "amax": ("same", max),
    "nanmax": ("same", None),
    "min": ("same", min),
    "amin": ("same", min),
    "nanmin": ("same", None),
    "ptp": ("same", None),
    "all": ("bool", all),
    "any": ("bool", any),
    "alltrue": ("bool", all),
    "count_nonzero": ("int64", _count),
}

#: the same for functions that take one axis
OF_ONE_AXIS: Mapping[str, tuple[str, Compute | None]] = {
    "argmax": ("int64", _argmax),
    "argmin": ("int64", _argmin),
    "nanargmax": ("int64", None),
    "nanargmin": ("int64", None),
}


def _dtype(rule: str, dtype: str) -> str:
    if rule == "sum":
        return dtypes.summed(dtype)
    if rule == "float":
        return dtypes.floating(dtype)
    return dtype if rule == "same" else rule


def reduced_axes(axis: object, rank: int) -> list[int]:
    """The axes that a reduction goes over, counted from the front. Raises Fault ('array-axis'), Unclear."""
    if axis is None:
        return list(range(rank))
    given = sizes.certain(as_shape(axis))
    if given is None:
        raise Unclear
    over = [axis_of(one, rank) for one in given]
    if len(set(over)) != len(over):
        raise Fault("array-axis", "an axis is given twice")
    return over


def reduced_shape(shape: Shape, over: Sequence[int], *, keepdims: bool) -> Shape:
    """The shape after a reduction over some axes."""
    if keepdims:
        return tuple(1 if index in over else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in over)


def reduce(name: str, a: object, axis: object = None, keepdims: object = False, dtype: object = None) -> object:
    """One of the functions of ``REDUCTIONS`` or ``OF_ONE_AXIS``. Raises Fault ('array-axis', 'array-value')."""
    rule, compute = REDUCTIONS[name] if name in REDUCTIONS else OF_ONE_AXIS[name]
    array = as_array(a)
    kind = _dtype(rule, array.dtype) if dtype is None else dtypes.dtype_of(dtype)
    if array.shape is None:
        if axis is None and keepdims is False:
            return Array((), dtype=kind, values=array.values if rule == "same" else None)
        return Array(None, dtype=kind)
    if not isinstance(keepdims, bool):
        raise Unclear
    over = reduced_axes(axis, len(array.shape))
    if rule == "same" or name in OF_ONE_AXIS:
        length = sizes.product([array.shape[index] for index in over])
        if length == 0:
            if 0 in [size for index, size in enumerate(array.shape) if index not in over]:
                raise Unclear
            raise Fault(
                "array-value", f"{name} of an array of shape {sizes.show(array.shape)} has no elements to go by"
            )
    shape = reduced_shape(array.shape, over, keepdims=keepdims)
    old = axis_rules.or_unknown(array.axes, len(array.shape))
    axes = axis_rules.tidy(old if keepdims else [one for index, one in enumerate(old) if index not in over])
    value = None
    if compute is not None and array.value is not None and dtype is None:
        value = _computed(compute, array, over, shape, kind, keepdims=keepdims)
    exact = (rule == "same" and shape == ()) and value is None
    if exact and name in ("max", "amax") and all_taken(array) and array.values is not None:
        value = dtypes.cast(kind, array.values[1] - 1)
    trust = array.trust if axes is not None else Trust.NONE
    bounds = array.values if rule == "same" else None
    return result(Array(shape, axes, trust, kind, value, array.born, bounds))


def all_taken(array: Array) -> bool:
    """Whether every number of the known range stands in the array: so many draws that no other is thinkable."""
    if array.values is None or array.shape is None:
        return False
    count = sizes.product(array.shape)
    low, high = array.values
    return isinstance(count, int) and count >= 50 * (high - low)


def _computed(
    compute: Compute, array: Array, over: Sequence[int], shape: Shape, dtype: str, *, keepdims: bool
) -> object:
    known, source = sizes.certain(shape), sizes.certain(array.shape)
    if known is None or source is None or not within(shape) or 0 in source:
        return None
    if any(not isinstance(leaf, (bool, int, float)) for leaf in flat(array)):
        return None
    kept = [index for index in range(len(source)) if index not in over]

    def leaf(index: tuple[int, ...]) -> object:
        fixed = dict(zip(kept, [at for axis, at in enumerate(index) if not keepdims or axis in kept], strict=True))
        ranges = [[fixed[axis]] if axis in fixed else range(size) for axis, size in enumerate(source)]
        group: list[float] = []
        _collect(array, ranges, (), group)
        return dtypes.cast(dtype, compute(group))

    try:
        value = built(known, leaf)
    except (ArithmeticError, ValueError):
        return None
    leaves = flat(Array(shape, value=value))
    good = all(one is not None and not (isinstance(one, float) and not math.isfinite(one)) for one in leaves)
    return value if good else None


def _collect(array: Array, ranges: Sequence[Sequence[int]], index: tuple[int, ...], group: list[float]) -> None:
    if not ranges:
        one = element(array, index)
        assert isinstance(one, (int, float))
        group.append(one)
        return
    for at in ranges[0]:
        _collect(array, ranges[1:], (*index, at), group)


def cumulative(context: Context, a: object, axis: object = None, dtype: object = None) -> object:
    """``numpy.cumsum`` and ``cumprod``."""
    array = as_array(a)
    kind = dtypes.summed(array.dtype) if dtype is None else dtypes.dtype_of(dtype)
    if axis is None:
        return Array((Unknown() if array.shape is None else sizes.product(array.shape),), dtype=kind)
    if array.rank is not None:
        axis_of(axis, array.rank)
    return Array(array.shape, array.axes, array.trust, kind)


def argsort(context: Context, a: object, axis: object = -1, kind: object = None) -> object:
    """``numpy.argsort``: whole numbers in the same shape."""
    array = as_array(a)
    if array.shape == ():
        raise Unclear
    if axis is None:
        return Array((Unknown() if array.shape is None else sizes.product(array.shape),), dtype="int64")
    if array.rank is not None and array.rank > 0:
        axis_of(axis, array.rank)
    return Array(array.shape, dtype="int64")


def unique(
    context: Context,
    ar: object,
    return_index: object = False,
    return_inverse: object = False,
    return_counts: object = False,
    axis: object = None,
) -> object:
    """``numpy.unique``: how many there are is known of known elements, and of labels that are drawn very often."""
    array = as_array(ar)
    if axis is not None:
        raise Unclear
    count: Size = Unknown()
    elements: object = None
    if array.value is not None and dtypes.kind(array.dtype) in ("i", "u", "f", "b", "U"):
        leaves = [leaf for leaf in flat(array) if isinstance(leaf, (bool, int, float, str))]
        elements = sorted(set(leaves), key=lambda leaf: (isinstance(leaf, str), leaf))
        count = len(set(leaves))
    elif array.values is not None and all_taken(array):
        count = array.values[1] - array.values[0]
    found = Array((count,), dtype=array.dtype, value=elements, values=array.values)
    wanted = [flag is True for flag in (return_index, return_inverse, return_counts)]
    if not any(wanted):
        return found
    whole = Unknown() if array.shape is None else sizes.product(array.shape)
    lengths: list[Size] = [count, whole, count]
    others = [Array((size,), dtype="int64") for size, flag in zip(lengths, wanted, strict=True) if flag]
    return (found, *others)


def norm(
    context: Context,
    x: object,
    ord: object = None,  # noqa: A002
    axis: object = None,
    keepdims: object = False,
) -> object:
    """``numpy.linalg.norm``."""
    array = as_array(x)
    kind = dtypes.floating(array.dtype)
    if array.shape is None or not isinstance(keepdims, bool):
        return Array(() if axis is None and keepdims is False else None, dtype=kind)
    over = reduced_axes(axis, len(array.shape))
    return Array(reduced_shape(array.shape, over, keepdims=keepdims), dtype=kind)


def percentile(context: Context, a: object, q: object, axis: object = None, **others: object) -> object:
    """``numpy.percentile``: the axes of ``q`` come first."""
    array, asked = as_array(a), as_array(q)
    if array.shape is None or asked.shape is None or others.get("keepdims"):
        raise Unclear
    over = reduced_axes(axis, len(array.shape))
    return Array((*asked.shape, *reduced_shape(array.shape, over, keepdims=False)), dtype="float64")


def bincount(context: Context, x: object, weights: object = None, minlength: object = 0) -> object:
    """``numpy.bincount``: as many as the largest number and one."""
    array = as_array(x)
    if array.value is not None and weights is None and minlength == 0:
        leaves = [leaf for leaf in flat(array) if isinstance(leaf, int)]
        return Array((max(leaves) + 1 if leaves else 0,), dtype="int64")
    size: Size = array.values[1] if array.values is not None and all_taken(array) and minlength == 0 else Unknown()
    return Array((size,), dtype="int64" if weights is None else "float64")


def clip(context: Context, a: object, a_min: object = None, a_max: object = None) -> object:
    """``numpy.clip``."""
    array = as_array(a)
    bounds = [as_array(bound) for bound in (a_min, a_max) if bound is not None]
    shape = common_shape([array, *bounds])
    axes = array.axes if shape is not None and array.rank == len(shape) else None
    weak = [bound.dtype for bound in bounds if bound.shape == ()]
    strong = [array.dtype, *(bound.dtype for bound in bounds if bound.shape != ())]
    return Array(shape, axes, array.trust if axes else Trust.NONE, dtypes.promote(strong, weak))

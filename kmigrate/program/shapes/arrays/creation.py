"""Functions that make arrays: of zeros, of lists, of random numbers, of files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from kmigrate.program.shapes.arrays import axes as axis_rules
from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Context, Unclear
from kmigrate.program.shapes.arrays.elementwise import common_shape
from kmigrate.program.shapes.arrays.values import (
    as_array,
    as_shape,
    as_size,
    built,
    flat,
    nested,
    result,
    within,
)
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Size, Unknown


def _typed(dtype: object, default: str) -> str:
    return default if dtype is None else dtypes.dtype_of(dtype)


def _constant(context: Context, shape: object, value: object, dtype: str) -> Array:
    """An array of one number."""
    sizes_given = as_shape(shape)
    if sizes_given is not None and any(isinstance(size, int) and size < 0 for size in sizes_given):
        raise Fault("array-value", f"negative dimensions are not allowed: {sizes.show(sizes_given)}")
    leaf = dtypes.cast(dtype, value)
    known = sizes.certain(sizes_given)
    elements = built(known, lambda _: leaf) if known is not None and leaf is not None and within(known) else None
    return Array(sizes_given, dtype=dtype, value=elements, born=context.place)


def zeros(context: Context, shape: object, dtype: object = None, order: object = "C") -> object:
    """``numpy.zeros``."""
    return _constant(context, shape, 0, _typed(dtype, "float64"))


def ones(context: Context, shape: object, dtype: object = None, order: object = "C") -> object:
    """``numpy.ones``."""
    return _constant(context, shape, 1, _typed(dtype, "float64"))


def empty(context: Context, shape: object, dtype: object = None, order: object = "C") -> object:
    """``numpy.empty``: elements not known."""
    return _constant(context, shape, None, _typed(dtype, "float64"))


def full(context: Context, shape: object, fill_value: object, dtype: object = None, order: object = "C") -> object:
    """``numpy.full``."""
    filling = as_array(fill_value)
    if filling.shape != ():
        raise Unclear
    return _constant(context, shape, filling.value, _typed(dtype, filling.dtype))


def _like(value: object) -> tuple[Array, object]:
    array = as_array(value)
    return array, array.shape if array.shape is not None else Unknown()


def zeros_like(context: Context, a: object, dtype: object = None) -> object:
    """``numpy.zeros_like``."""
    array, shape = _like(a)
    return _constant(context, shape, 0, _typed(dtype, array.dtype))


def ones_like(context: Context, a: object, dtype: object = None) -> object:
    """``numpy.ones_like``."""
    array, shape = _like(a)
    return _constant(context, shape, 1, _typed(dtype, array.dtype))


def empty_like(context: Context, prototype: object, dtype: object = None) -> object:
    """``numpy.empty_like``."""
    array, shape = _like(prototype)
    return _constant(context, shape, None, _typed(dtype, array.dtype))


def full_like(context: Context, a: object, fill_value: object, dtype: object = None) -> object:
    """``numpy.full_like``."""
    array, shape = _like(a)
    filling = as_array(fill_value)
    return _constant(context, shape, filling.value if filling.shape == () else None, _typed(dtype, array.dtype))


def array(context: Context, object: object, dtype: object = None, copy: object = True, ndmin: object = 0) -> object:  # noqa: A002
    """``numpy.array`` of nested lists, of lists of arrays, or of an array. Its axes keep their meaning."""
    made = as_array(object)
    if made.dtype == "object" and made.shape is None:
        return made
    if ndmin not in (0, 1) or (ndmin == 1 and made.shape == ()):
        raise Unclear
    return result(made if dtype is None else converted(made, dtypes.dtype_of(dtype)))


def asarray(context: Context, a: object, dtype: object = None, order: object = "C") -> object:
    """``numpy.asarray``."""
    return array(context, a, dtype)


def converted(made: Array, dtype: str) -> Array:
    """The array with elements of another type."""
    value = None
    known = sizes.certain(made.shape)
    if made.value is not None and known is not None:
        leaves = [dtypes.cast(dtype, leaf) for leaf in flat(made)]
        value = nested(leaves, known) if leaves and all(leaf is not None for leaf in leaves) else None
        value = [] if not leaves and known == (0,) else value
    exact = dtypes.kind(dtype) in ("i", "u", "f")
    return Array(made.shape, made.axes, made.trust, dtype, value, made.born, made.values if exact else None)


def arange(context: Context, start: object, stop: object = None, step: object = None, dtype: object = None) -> object:
    """``numpy.arange`` of one to three numbers."""
    first, last = (0, start) if stop is None else (start, stop)
    by = 1 if step is None else step
    numbers = [number for number in (first, last, by) if isinstance(number, (int, float))]
    given = [as_array(number).dtype for number in (first, last, by)]
    kind = _typed(dtype, dtypes.promote(given) if all(given) else "")
    if len(numbers) < 3:
        count = as_size(last) if first == 0 and by == 1 else Unknown()
        return Array((count,), dtype=kind, born=context.place)
    if numbers[2] == 0 or not all(math.isfinite(number) for number in numbers):
        raise Unclear
    count = max(0, math.ceil((numbers[1] - numbers[0]) / numbers[2]))
    elements = None
    if within((count,)):
        leaves = [dtypes.cast(kind, numbers[0] + index * numbers[2]) for index in range(count)]
        elements = leaves if all(leaf is not None for leaf in leaves) else None
    bounds = None
    if count and all(isinstance(number, int) for number in numbers):
        ends = (int(numbers[0]), int(numbers[0] + (count - 1) * numbers[2]))
        bounds = (min(ends), max(ends) + 1)
    return Array((count,), dtype=kind, value=elements, born=context.place, values=bounds)


def linspace(
    context: Context, start: object, stop: object, num: object = 50, endpoint: object = True, dtype: object = None
) -> object:
    """``numpy.linspace``."""
    ends = (as_array(start).shape, as_array(stop).shape)
    if any(shape != () for shape in ends):
        raise Unclear
    return Array((as_size(num),), dtype=_typed(dtype, "float64"), born=context.place)


def logspace(
    context: Context, start: object, stop: object, num: object = 50, endpoint: object = True, base: object = 10.0
) -> object:
    """``numpy.logspace``."""
    return linspace(context, start, stop, num, endpoint)


def eye(context: Context, N: object, M: object = None, k: object = 0, dtype: object = None) -> object:  # noqa: N803
    """``numpy.eye``."""
    shape = (as_size(N), as_size(N if M is None else M))
    kind = _typed(dtype, "float64")
    known = sizes.certain(shape)
    elements = None
    if known is not None and within(known) and k == 0 and dtypes.cast(kind, 0) is not None:
        elements = built(known, lambda index: dtypes.cast(kind, int(index[0] == index[1])))
    return Array(shape, dtype=kind, value=elements, born=context.place, values=(0, 2))


def identity(context: Context, n: object, dtype: object = None) -> object:
    """``numpy.identity``."""
    return eye(context, n, None, 0, dtype)


def diag(context: Context, v: object, k: object = 0) -> object:
    """``numpy.diag``: a matrix of a vector, the diagonal of a matrix."""
    given = as_array(v)
    if given.shape is None or k != 0 or len(given.shape) not in (1, 2):
        raise Unclear
    if len(given.shape) == 1:
        return Array((given.shape[0], given.shape[0]), dtype=given.dtype)
    rows, columns = given.shape
    shorter = rows if sizes.same(rows, columns) else Unknown()
    if isinstance(rows, int) and isinstance(columns, int):
        shorter = min(rows, columns)
    return Array((shorter,), dtype=given.dtype)


def meshgrid(context: Context, *xi: object, indexing: object = "xy", sparse: object = False) -> object:
    """``numpy.meshgrid`` of vectors: a list of arrays."""
    vectors = [as_array(vector) for vector in xi]
    if sparse is not False or indexing not in ("xy", "ij") or any(vector.rank not in (0, 1) for vector in vectors):
        raise Unclear
    lengths: list[Size] = [vector.shape[0] if vector.shape else 1 for vector in vectors]
    if indexing == "xy" and len(lengths) > 1:
        lengths[0], lengths[1] = lengths[1], lengths[0]
    return [Array(tuple(lengths), dtype=vector.dtype) for vector in vectors]


def fromfunction(context: Context, function: object, shape: object, dtype: object = None) -> object:
    """``numpy.fromfunction``: the shape is asked for."""
    return Array(as_shape(shape))


def from_file(context: Context, *args: object, **keywords: object) -> object:
    """Arrays read from files: nothing is known but that they are arrays."""
    return Array(None)


def unclear(context: Context, *args: object, **keywords: object) -> object:
    """Functions whose results are no arrays, or of which nothing can be told."""
    raise Unclear


def nothing(context: Context, *args: object, **keywords: object) -> object:
    """Functions that give None and leave the shape of their argument: ``random.seed``, ``random.shuffle``."""
    for given in args:
        if isinstance(given, Array):
            object.__setattr__(given, "value", None)
    return None


#: numpy.random's distributions: their parameters before ``size``, and the type of what they give
DISTRIBUTIONS: Mapping[str, tuple[int, str]] = {
    "random": (0, "float64"),
    "random_sample": (0, "float64"),
    "ranf": (0, "float64"),
    "sample": (0, "float64"),
    "standard_normal": (0, "float64"),
    "standard_cauchy": (0, "float64"),
    "standard_exponential": (0, "float64"),
    "uniform": (2, "float64"),
    "normal": (2, "float64"),
    "laplace": (2, "float64"),
    "logistic": (2, "float64"),
    "lognormal": (2, "float64"),
    "gumbel": (2, "float64"),
    "beta": (2, "float64"),
    "gamma": (2, "float64"),
    "exponential": (1, "float64"),
    "poisson": (1, "int64"),
    "geometric": (1, "int64"),
    "binomial": (2, "int64"),
}


def drawn(context: Context, name: str, args: list[object], keywords: dict[str, object]) -> object:
    """``numpy.random.NAME`` for the names of ``DISTRIBUTIONS``."""
    count, dtype = DISTRIBUTIONS[name]
    if len(args) > count + 1:
        raise Unclear
    parameters = [*args[:count], *(value for key, value in keywords.items() if key not in ("size", "dtype"))]
    size = args[count] if len(args) > count else keywords.get("size")
    if size is not None:
        return Array(as_shape(size), dtype=dtype, born=context.place)
    shape = common_shape([as_array(parameter) for parameter in parameters]) if parameters else ()
    return Array(shape, dtype=dtype, born=context.place)


def rand(context: Context, *dims: object) -> object:
    """``numpy.random.rand`` and ``randn``: sizes as arguments of their own."""
    return Array(tuple(as_size(size) for size in dims), dtype="float64", born=context.place)


def randint(
    context: Context, low: object, high: object = None, size: object = None, dtype: object = None, **_: object
) -> object:
    """``numpy.random.randint``: whole numbers below ``high``."""
    bounds = None
    if isinstance(low, int) and (high is None or isinstance(high, int)):
        bounds = (0, low) if high is None else (low, high)
    shape: Shape | None = () if size is None else as_shape(size)
    return Array(shape, dtype=_typed(dtype, "int64"), born=context.place, values=bounds)


def choice(context: Context, a: object, size: object = None, replace: object = True, p: object = None) -> object:
    """``numpy.random.choice`` of a vector or of the numbers below one."""
    source = Array(None, dtype="int64", values=(0, a)) if isinstance(a, int) else as_array(a)
    shape: Shape | None = () if size is None else as_shape(size)
    return Array(shape, dtype=source.dtype, born=context.place, values=source.values)


def permutation(context: Context, x: object) -> object:
    """``numpy.random.permutation`` of a number or of the rows of an array."""
    if isinstance(x, int):
        return Array((x,), dtype="int64", born=context.place, values=(0, x))
    if isinstance(x, Unknown):
        return Array(None, born=context.place)
    given = as_array(x)
    if given.shape == ():
        return Array((Unknown(),), dtype="int64", born=context.place)
    return Array(given.shape, given.axes, given.trust, given.dtype, None, given.born, given.values)


def multinomial(context: Context, n: object, pvals: object, size: object = None) -> object:
    """``numpy.random.multinomial``: ``size`` vectors of counts as long as ``pvals``."""
    drawn_vectors = multivariate_normal(context, pvals, None, size)
    return replace(drawn_vectors, dtype="int64")


def multivariate_normal(context: Context, mean: object, cov: object, size: object = None) -> Array:
    """``numpy.random.multivariate_normal``: ``size`` vectors as long as ``mean``."""
    middle = as_array(mean)
    front: Shape | None = () if size is None else as_shape(size)
    if middle.shape is None or front is None:
        return Array(None, dtype="float64")
    return Array((*front, *middle.shape), dtype="float64", born=context.place)


def where(context: Context, condition: object, x: object = None, y: object = None) -> object:
    """``numpy.where``: a choice of two arrays, or the indices of what is true."""
    if x is None and y is None:
        return nonzero(context, condition)
    arrays = [as_array(operand) for operand in (condition, x, y)]
    shape = common_shape(arrays)
    axes, trust = axis_rules.agreed([one for one in arrays if shape is not None and one.rank == len(shape)])
    strong = [one.dtype for one, given in zip(arrays[1:], (x, y), strict=True) if isinstance(given, (Array, list))]
    weak = [one.dtype for one, given in zip(arrays[1:], (x, y), strict=True) if not isinstance(given, (Array, list))]
    return result(Array(shape, axes, trust, dtypes.promote(strong, weak)))


def nonzero(context: Context, a: object) -> object:
    """``numpy.nonzero``: one vector of indices for each axis."""
    given = as_array(a)
    if not given.shape:
        raise Unclear
    if given.value is not None and len(given.shape) == 1:
        chosen: list[object] = [index for index, leaf in enumerate(flat(given)) if leaf]
        return (Array((len(chosen),), dtype="int64", value=chosen),)
    count = Unknown()
    return tuple(Array((count,), dtype="int64") for _ in given.shape)

"""NumPy by dotted path: which handler a call, a method or an attribute goes to."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kmigrate.program.shapes.arrays import (
    creation,
    datasets,
    dtypes,
    elementwise,
    images,
    indexing,
    joining,
    linear,
    pictures,
    preprocessing,
    reductions,
    sizes,
    tables,
)
from kmigrate.program.shapes.arrays import rearranging as move
from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context, Handler, Unclear
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.arrays.values import Scalar, as_array, as_shape, flat, result
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Trust, Unknown

NUMPY: Mapping[str, Handler] = {
    "zeros": creation.zeros,
    "ones": creation.ones,
    "empty": creation.empty,
    "full": creation.full,
    "zeros_like": creation.zeros_like,
    "ones_like": creation.ones_like,
    "empty_like": creation.empty_like,
    "full_like": creation.full_like,
    "array": creation.array,
    "asarray": creation.asarray,
    "asanyarray": creation.asarray,
    "ascontiguousarray": creation.asarray,
    "asfortranarray": creation.asarray,
    "matrix": creation.unclear,
    "arange": creation.arange,
    "linspace": creation.linspace,
    "logspace": creation.logspace,
    "eye": creation.eye,
    "identity": creation.identity,
    "diag": creation.diag,
    "meshgrid": creation.meshgrid,
    "fromfunction": creation.fromfunction,
    "where": creation.where,
    "nonzero": creation.nonzero,
    "flatnonzero": creation.unclear,
    "argwhere": creation.unclear,
    **dict.fromkeys(("genfromtxt", "loadtxt", "fromfile", "fromstring", "frombuffer"), creation.from_file),
    # numpy.load gives a dictionary of arrays as well
    "load": creation.unclear,
    **dict.fromkeys(("save", "savez", "savez_compressed", "savetxt", "set_printoptions", "seterr"), creation.nothing),
    "random.rand": creation.rand,
    "random.randn": creation.rand,
    "random.randint": creation.randint,
    "random.integers": creation.randint,
    "random.choice": creation.choice,
    "random.permutation": creation.permutation,
    "random.multinomial": creation.multinomial,
    "random.multivariate_normal": creation.multivariate_normal,
    "random.seed": creation.nothing,
    "random.shuffle": creation.nothing,
    "reshape": move.reshape,
    "ravel": move.ravel,
    "transpose": move.transpose,
    "swapaxes": move.swapaxes,
    "rollaxis": move.rollaxis,
    "moveaxis": move.moveaxis,
    "expand_dims": move.expand_dims,
    "squeeze": move.squeeze,
    "concatenate": joining.concatenate,
    "vstack": joining.vstack,
    "row_stack": joining.vstack,
    "hstack": joining.hstack,
    "dstack": joining.dstack,
    "column_stack": joining.column_stack,
    "stack": joining.stack,
    "append": joining.append,
    "split": joining.split,
    "array_split": joining.array_split,
    "vsplit": joining.vsplit,
    "hsplit": joining.hsplit,
    "repeat": joining.repeat,
    "tile": joining.tile,
    "pad": joining.pad,
    "flip": move.flip,
    "fliplr": move.fliplr,
    "flipud": move.flipud,
    "roll": move.roll,
    "rot90": move.rot90,
    "delete": joining.delete,
    "insert": joining.insert,
    "broadcast_to": move.broadcast_to,
    "atleast_1d": move.at_least_1d,
    "atleast_2d": move.at_least_2d,
    "resize": move.resize,
    "take": move.take,
    "diff": move.diff,
    "copy": move.copied,
    "sort": move.unordered,
    "partition": move.unordered,
    "tril": move.triangle,
    "triu": move.triangle,
    "cumsum": reductions.cumulative,
    "cumprod": reductions.cumulative,
    "argsort": reductions.argsort,
    "unique": reductions.unique,
    "bincount": reductions.bincount,
    "percentile": reductions.percentile,
    "quantile": reductions.percentile,
    "clip": reductions.clip,
    "linalg.norm": reductions.norm,
    "dot": linear.dot,
    "matmul": linear.matmul_function,
    "outer": linear.outer,
    "inner": linear.inner,
    "tensordot": linear.tensordot,
    "linalg.inv": linear.square_matrix,
    "linalg.pinv": linear.square_matrix,
    "linalg.svd": linear.svd,
}

#: names of numpy that are values
CONSTANTS: Mapping[str, object] = {
    "pi": math.pi,
    "e": math.e,
    "inf": math.inf,
    "Inf": math.inf,
    "nan": math.nan,
    "NaN": math.nan,
    "newaxis": None,
}

#: objects of numpy.random that have its functions as methods
GENERATORS = frozenset(("random.RandomState", "random.default_rng"))


@dataclass(frozen=True, slots=True, eq=False)
class RandomSource(DataObject):
    """``numpy.random.RandomState()``: its methods are the functions of ``numpy.random``."""

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """As the function of that name."""
        return _call(f"random.{name}", args, keywords, context)


def constant(path: str) -> object:
    """The value of a dotted name of numpy: ``numpy.pi``, ``numpy.newaxis``; types give their names."""
    name = path.removeprefix("numpy.")
    if name in CONSTANTS:
        return CONSTANTS[name]
    if dtypes.dtype_of(name) and "." not in name:
        return dtypes.dtype_of(name)
    return NOT_KNOWN


def call(path: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
    """A call of ``numpy.zeros``, of ``keras.datasets.mnist.load_data``, or of a library of images or tables.

    Answers ``NOT_KNOWN`` where the tables do not have the function, an Unknown where its result cannot be told.
    Raises Fault where NumPy would raise for these shapes; adds to ``context.remarks``.
    """
    room, _, name = path.partition(".")
    try:
        if room == "numpy":
            return _call(name, args, keywords, context)
        if room == "keras":
            return _call_keras(name, args, keywords, context)
        if path in LIBRARIES:
            return bound(LIBRARIES[path], args, keywords, context)
        return NOT_KNOWN
    except Unclear:
        return Unknown()


#: functions of other libraries, by their paths
LIBRARIES: Mapping[str, Handler] = {**pictures.FUNCTIONS, **tables.FUNCTIONS}

#: functions of Keras, by the last part of their paths, which has one meaning in all its modules
KERAS: Mapping[str, Handler] = {**preprocessing.FUNCTIONS, **images.FUNCTIONS}


def _call_keras(name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
    if name.startswith("datasets."):
        return datasets.load(name, args, keywords, context)
    last = name.rpartition(".")[2]
    return bound(KERAS[last], args, keywords, context) if last in KERAS else NOT_KNOWN


def _call(name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
    if name in NUMPY:
        return bound(NUMPY[name], args, keywords, context)
    if name in reductions.REDUCTIONS or name in reductions.OF_ONE_AXIS:
        return reduced(name, args, keywords)
    if name in elementwise.FUNCTIONS:
        return function_of_one(name, args)
    if name in elementwise.FUNCTIONS_OF_TWO:
        rule, compute = elementwise.FUNCTIONS_OF_TWO[name]
        return elementwise.elementwise(rule, compute, *operands(args, 2))
    if name.startswith("random.") and name.removeprefix("random.") in creation.DISTRIBUTIONS:
        return creation.drawn(context, name.removeprefix("random."), args, keywords)
    if name in GENERATORS:
        return RandomSource()
    if dtypes.dtype_of(name) and "." not in name and len(args) == 1 and not keywords:
        return result(creation.converted(as_array(args[0]), dtypes.dtype_of(name)))
    return NOT_KNOWN


@functools.cache
def _signature(handler: Handler) -> inspect.Signature:
    return inspect.signature(handler)


def bound(
    handler: Handler, args: list[object], keywords: dict[str, object], context: Context, *receiver: object
) -> object:
    """The handler's answer. Raises Unclear where it has no such parameters. A method's ``receiver`` comes first."""
    try:
        given = _signature(handler).bind(*receiver, context, *args, **keywords)
    except TypeError:
        raise Unclear from None
    return handler(*given.args, **given.kwargs)


def operands(args: list[object], count: int) -> list[object]:
    """The operands of a function that may be given a place for its result too. Raises Unclear."""
    if len(args) < count:
        raise Unclear
    return args[:count]


def function_of_one(name: str, args: list[object]) -> object:
    """One of ``elementwise.FUNCTIONS``."""
    rule, compute = elementwise.FUNCTIONS[name]
    array = as_array(operands(args, 1)[0])
    if rule == "keep":
        # whole numbers stay whole since NumPy 2.1 and became floats before
        rule = array.dtype if dtypes.kind(array.dtype) == "f" else ""
    return elementwise.elementwise(rule, compute, array)


def reduced(name: str, args: list[object], keywords: dict[str, object]) -> object:
    """A reduction called with NumPy's arguments: array, axis, and ``keepdims`` and ``dtype`` by name."""
    known = {key: value for key, value in keywords.items() if key in ("a", "axis", "keepdims", "dtype")}
    if len(known) < len(keywords) or len(args) > 2:
        raise Unclear
    values = dict(zip(("a", "axis"), args, strict=False)) | known
    if "a" not in values:
        raise Unclear
    return reductions.reduce(name, values["a"], values.get("axis"), values.get("keepdims", False), values.get("dtype"))


#: methods of arrays that are functions of numpy with the array as the first argument
METHODS = frozenset(
    (
        *("argsort", "clip", "copy", "cumprod", "cumsum", "diagonal", "dot", "nonzero", "ravel", "repeat", "squeeze"),
        *("swapaxes", "take", *reductions.REDUCTIONS, *reductions.OF_ONE_AXIS),
    )
)


def method(
    array: object, name: str, args: list[object], keywords: dict[str, object], context: Context | None = None
) -> object:
    """A call of a method of an array, or of an Unknown whose method can only be an array's (``reshape``, ``astype``).

    Answers and raises as ``call``.
    """
    context = context or Context()
    if isinstance(array, DataObject):
        try:
            return array.method(name, args, keywords, context)
        except Unclear:
            return Unknown()
    if isinstance(array, Unknown):
        if name not in ("reshape", "astype"):
            return NOT_KNOWN
        array = Array(None)
    if not isinstance(array, Array):
        return NOT_KNOWN
    try:
        return _method(array, name, args, keywords, context)
    except Unclear:
        return Unknown()


def _method(array: Array, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
    if name in OWN_METHODS:
        return bound(OWN_METHODS[name], args, keywords, context, array)
    if name in METHODS:
        return _call(name, [array, *args], keywords, context)
    return NOT_KNOWN


def _reshape(array: Array, context: Context, *shape: object, order: object = "C") -> object:
    wanted = as_shape(shape[0] if len(shape) == 1 else shape)
    if wanted is None:
        return Array(None, dtype=array.dtype, values=array.values)
    return move.reshaped(context, array, wanted, in_memory_order=order == "C")


def _transpose(array: Array, context: Context, *axes: object) -> object:
    return move.transpose(context, array, (axes[0] if len(axes) == 1 else axes) if axes else None)


def _astype(array: Array, context: Context, dtype: object, **others: object) -> object:
    return result(creation.converted(array, dtypes.dtype_of(dtype)))


def _flatten(array: Array, context: Context, order: object = "C") -> object:
    return move.ravel(context, array, order)


def _fill(array: Array, context: Context, value: object) -> object:
    object.__setattr__(array, "value", None)
    object.__setattr__(array, "values", None)
    return None


def _sort(array: Array, context: Context, *args: object, **keywords: object) -> object:
    object.__setattr__(array, "value", None)
    return None


def _tolist(array: Array, context: Context) -> object:
    if array.value is None:
        raise Unclear
    return array.value


def _item(array: Array, context: Context, *args: object) -> object:
    if args or array.value is None or array.shape is None:
        return Array((), dtype=array.dtype)
    leaves = flat(array)
    return leaves[0] if len(leaves) == 1 else Unknown()


def _resize(array: Array, context: Context, *shape: object, **others: object) -> object:
    """In place: all who hold the array see the new shape."""
    _give_shape(array, as_shape(shape[0] if len(shape) == 1 else shape))
    return None


def _give_shape(array: Array, shape: Shape | None) -> None:
    for name, value in (("shape", shape), ("axes", None), ("trust", Trust.NONE), ("value", None)):
        object.__setattr__(array, name, value)


def set_attribute(array: Array, name: str, value: object) -> None:
    """``array.shape = value`` reshapes the array in place. Raises Fault ('array-reshape')."""
    wanted = as_shape(value)
    if name != "shape" or array.shape is None or wanted is None:
        if name == "shape":
            _give_shape(array, wanted)
        return
    made = move.reshaped(Context(), array, wanted)
    _give_shape(array, made.shape if isinstance(made, Array) else ())


OWN_METHODS: Mapping[str, Handler] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "astype": _astype,
    "flatten": _flatten,
    "fill": _fill,
    "sort": _sort,
    "tolist": _tolist,
    "item": _item,
    "resize": _resize,
}


def attribute(array: object, name: str) -> object:
    """``array.shape``, ``ndim``, ``size``, ``T`` or ``dtype`` (its name); ``NOT_KNOWN`` for others."""
    if isinstance(array, DataObject):
        return array.attribute(name)
    if isinstance(array, Scalar) and not isinstance(array, str):
        array = as_array(array)
    if not isinstance(array, Array):
        return NOT_KNOWN
    if name == "dtype":
        return array.dtype or Unknown()
    if name in ("shape", "ndim", "size", "T") and array.shape is None:
        return Array(None, dtype=array.dtype) if name == "T" else Unknown()
    assert name not in ("shape", "ndim", "size", "T") or array.shape is not None
    shape = array.shape or ()
    if name == "shape":
        return tuple(Unknown() if size is None else size for size in shape)
    if name == "ndim":
        return len(shape)
    if name == "size":
        return sizes.product(shape)
    if name == "T":
        return move.permuted(array, list(range(len(shape)))[::-1])
    if name in ("real", "values"):
        return replace(array)
    return NOT_KNOWN


def subscript(array: Array | DataObject, index: object, context: Context | None = None) -> object:
    """``array[index]``: a number, an array or an Unknown. Raises Fault ('array-index')."""
    if isinstance(array, DataObject):
        return array.subscript(index)
    try:
        return indexing.subscript(array, index)
    except Unclear:
        return Array(None, dtype=array.dtype)


def binary(op: str, one: object, other: object, context: Context | None = None, *, in_place: bool = False) -> object:
    """``one op other`` with an array on one side; ``in_place`` for ``one op= other``, which keeps the shape.

    Raises Fault ('array-broadcast', 'array-matmul').
    """
    if isinstance(one, DataObject) or isinstance(other, DataObject):
        # pandas matches rows and columns by their names: only with a number is the shape certain
        table, with_it = (one, other) if isinstance(one, DataObject) else (other, one)
        return table if isinstance(table, tables.Table) and isinstance(with_it, (int, float)) else Unknown()
    try:
        made = elementwise.binary(op, one, other)
    except Unclear:
        made = Unknown()
    if in_place and isinstance(one, Array) and one.shape is not None:
        shape = made.shape if isinstance(made, Array) else None
        if shape is not None and sizes.certain(shape) and sizes.certain(one.shape) and shape != one.shape:
            raise Fault(
                "array-broadcast",
                f"an array of shape {sizes.show(one.shape)} cannot take the result of shape {sizes.show(shape)}",
            )
        value = made.value if isinstance(made, Array) else None
        return replace(one, value=value, values=None)
    return made


def compare(op: str, one: object, other: object, context: Context | None = None) -> object:
    """``one op other`` for comparisons. Raises Fault ('array-broadcast')."""
    try:
        return elementwise.compare(op, one, other)
    except Unclear:
        return Unknown()


def unary(op: str, operand: object, context: Context | None = None) -> object:
    """``-x``, ``+x``, ``~x``."""
    try:
        return elementwise.unary(op, operand)
    except Unclear:
        return Unknown()

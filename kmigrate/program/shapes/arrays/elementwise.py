"""Operations on one element at a time, with broadcasting: operators, comparisons, and the mathematical functions."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence

from kmigrate.program.shapes.arrays import axes as axis_rules
from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Unclear
from kmigrate.program.shapes.arrays.linear import matmul
from kmigrate.program.shapes.arrays.values import Scalar, as_array, flat, nested, result, within
from kmigrate.program.shapes.tensors import Array, Axis, Fault, Shape, Trust

Compute = Callable[..., object]


def _true_divide(a: float, b: float) -> float:
    return a / b


#: operator -> rule of the result's type, and how to compute it in Python
BINARY: Mapping[str, tuple[str, Compute | None]] = {
    "+": ("same", operator.add),
    "-": ("number", operator.sub),
    "*": ("same", operator.mul),
    "/": ("float", _true_divide),
    "//": ("whole", operator.floordiv),
    "%": ("whole", operator.mod),
    "**": ("whole", None),
    "&": ("bits", operator.and_),
    "|": ("bits", operator.or_),
    "^": ("bits", operator.xor),
    "<<": ("bits", None),
    ">>": ("bits", None),
}

COMPARE: Mapping[str, Compute] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def elementwise(
    rule: str, compute: Compute | None, *operands: object, shape_of: Sequence[object] | None = None
) -> object:
    """One operation on broadcast operands.

    ``rule`` says the type of the result: "same" (promoted), "float", "small" (as ``numpy.sin``), "whole" (promoted,
    truth values count as numbers), "number" (promoted, no truth values), "bits" (promoted,
    no fractions), "bool", or the name of a type.
    Raises Fault ('array-broadcast') where the shapes certainly do not fit, and Unclear.
    """
    arrays = [as_array(operand) for operand in operands]
    shape = common_shape(arrays if shape_of is None else [as_array(operand) for operand in shape_of])
    dtype = _dtype(rule, operands, arrays)
    axes, trust = _axes(arrays, shape)
    value = _computed(compute, arrays, shape, dtype) if compute is not None else None
    return result(Array(shape, axes, trust, dtype, value, arrays[0].born))


def common_shape(arrays: Sequence[Array]) -> Shape | None:
    """The broadcast shape. Raises Fault."""
    try:
        return sizes.broadcast([array.shape for array in arrays])
    except sizes.Mismatch:
        shown = " and ".join(sizes.show(array.shape) for array in arrays)
        raise Fault("array-broadcast", f"arrays of shapes {shown} cannot be broadcast together") from None


def _dtype(rule: str, operands: Sequence[object], arrays: Sequence[Array]) -> str:
    strong = [
        array.dtype
        for operand, array in zip(operands, arrays, strict=True)
        if not (isinstance(operand, Scalar) and not isinstance(operand, str))
    ]
    weak = [array.dtype for operand, array in zip(operands, arrays, strict=True) if isinstance(operand, Scalar)]
    weak = [] if any(isinstance(operand, str) for operand in operands) else weak
    promoted = dtypes.promote(strong, weak)
    if rule == "same":
        return promoted
    if rule == "float":
        return dtypes.floating(promoted)
    if rule == "small":
        return dtypes.floating_by_size(promoted)
    if rule == "number":
        if promoted == "bool":
            # refused by some releases of NumPy
            raise Unclear
        return promoted
    if rule == "bits":
        if dtypes.kind(promoted) == "f":
            raise Unclear
        return promoted
    if rule == "whole":
        return "int8" if promoted == "bool" else promoted
    return rule


def _axes(arrays: Sequence[Array], shape: Shape | None) -> tuple[tuple[Axis, ...] | None, Trust]:
    if shape is None:
        return None, Trust.NONE
    return axis_rules.agreed([array for array in arrays if array.rank == len(shape)])


def _computed(compute: Compute, arrays: Sequence[Array], shape: Shape | None, dtype: str) -> object:
    known = sizes.certain(shape)
    if known is None or not within(shape) or any(array.value is None for array in arrays):
        return None
    operands = [_spread(array, known) for array in arrays]
    try:
        leaves = [dtypes.cast(dtype, compute(*picked)) for picked in zip(*operands, strict=True)]
    except (ArithmeticError, ValueError, TypeError):  # infinity, not a number, or text
        return None
    if any(leaf is None or (isinstance(leaf, float) and not math.isfinite(leaf)) for leaf in leaves):
        return None
    return nested(leaves, known)


def _spread(array: Array, target: Sequence[int]) -> list[object]:
    """The elements of a small array, broadcast, in memory order."""
    own = sizes.certain(array.shape) or ()
    leaves = flat(array)
    if own == tuple(target):
        return leaves
    places = [0]
    step = len(leaves)
    skipped = len(target) - len(own)
    for axis, size in enumerate(target):
        held = own[axis - skipped] if axis >= skipped else 1
        step = step // held if held else 0
        places = [place + (at * step if held > 1 else 0) for place in places for at in range(size)]
    return [leaves[place] for place in places]


def binary(op: str, one: object, other: object) -> object:
    """``one op other`` for operators in Python's spelling. Raises Fault, Unclear."""
    if op == "@":
        return matmul(one, other)
    if op not in BINARY:
        return elementwise("", None, one, other)
    rule, compute = BINARY[op]
    return elementwise(rule, compute, one, other)


def compare(op: str, one: object, other: object) -> object:
    """``one op other`` for ``==``, ``<`` and so on. Shapes that do not fit compare as different."""
    return elementwise("bool", COMPARE.get(op), one, other)


def _invert(value: object) -> object:
    if not isinstance(value, int):
        raise TypeError
    return not value if isinstance(value, bool) else ~value


UNARY: Mapping[str, tuple[str, Compute]] = {
    "-": ("number", operator.neg),
    "+": ("same", operator.pos),
    "~": ("bits", _invert),
    "not": ("bool", operator.not_),
}


def unary(op: str, operand: object) -> object:
    """``-x``, ``+x``, ``~x``. Raises Unclear."""
    rule, compute = UNARY[op]
    return elementwise(rule, compute, operand)


def _sign(value: float) -> float:
    return math.copysign(1, value) if value else 0


def _sigmoid_free_round(value: float) -> float:
    return float(round(value))


def _square(value: float) -> float:
    return value * value


def _identity(value: object) -> object:
    return value


#: numpy's functions of one operand: rule of the type, and how to compute them
FUNCTIONS: Mapping[str, tuple[str, Compute | None]] = {
    **{
        name: ("small", getattr(math, name))
        for name in ("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "tanh", "sinh")
    },
    "cosh": ("small", math.cosh),
    "arctan": ("small", math.atan),
    "arcsin": ("small", math.asin),
    "arccos": ("small", math.acos),
    "degrees": ("small", math.degrees),
    "radians": ("small", math.radians),
    "deg2rad": ("small", math.radians),
    "rad2deg": ("small", math.degrees),
    "floor": ("keep", math.floor),
    "ceil": ("keep", math.ceil),
    "trunc": ("keep", math.trunc),
    "rint": ("small", _sigmoid_free_round),
    "fix": ("keep", math.trunc),
    "abs": ("same", abs),
    "absolute": ("same", abs),
    "fabs": ("small", math.fabs),
    "negative": ("number", operator.neg),
    "sign": ("number", _sign),
    "square": ("whole", _square),
    "isnan": ("bool", math.isnan),
    "isinf": ("bool", math.isinf),
    "isfinite": ("bool", math.isfinite),
    "logical_not": ("bool", operator.not_),
    "invert": ("bits", _invert),
    "real": ("same", _identity),
    "conj": ("same", _identity),
    "nan_to_num": ("same", _identity),
    "reciprocal": ("same", None),
    "cbrt": ("small", None),
    "sinc": ("float", None),
}


def _logical(function: Callable[[bool, bool], bool]) -> Compute:
    return lambda one, other: function(bool(one), bool(other))


#: numpy's functions of two operands
FUNCTIONS_OF_TWO: Mapping[str, tuple[str, Compute | None]] = {
    "add": BINARY["+"],
    "subtract": BINARY["-"],
    "multiply": BINARY["*"],
    "divide": BINARY["/"],
    "true_divide": BINARY["/"],
    "floor_divide": BINARY["//"],
    "mod": BINARY["%"],
    "remainder": BINARY["%"],
    "power": BINARY["**"],
    "maximum": ("same", max),
    "minimum": ("same", min),
    "fmax": ("same", max),
    "fmin": ("same", min),
    "hypot": ("small", math.hypot),
    "arctan2": ("small", math.atan2),
    "logical_and": ("bool", _logical(operator.and_)),
    "logical_or": ("bool", _logical(operator.or_)),
    "logical_xor": ("bool", _logical(operator.xor)),
    "equal": ("bool", operator.eq),
    "not_equal": ("bool", operator.ne),
    "greater": ("bool", operator.gt),
    "greater_equal": ("bool", operator.ge),
    "less": ("bool", operator.lt),
    "less_equal": ("bool", operator.le),
    "isclose": ("bool", None),
    "bitwise_and": BINARY["&"],
    "bitwise_or": BINARY["|"],
    "bitwise_xor": BINARY["^"],
    "logaddexp": ("small", None),
}

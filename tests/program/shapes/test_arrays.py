"""NumPy on abstract values, held against NumPy itself: random calls with known, half known and unknown arguments."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from kmigrate.program.shapes import arrays
from kmigrate.program.shapes.tensors import Array, Fault, Unknown

#: real arguments of a call: positional ones and keywords
Arguments = tuple[list[object], dict[str, object]]
Maker = Callable[[random.Random], Arguments]

CALLS = 120


def shape(r: random.Random, low: int = 0, high: int = 4, sizes: tuple[int, ...] = (0, 1, 1, 2, 2, 3, 4)) -> list[int]:
    return [r.choice(sizes) for _ in range(r.randint(low, high))]


def real_array(r: random.Random, given: list[int] | None = None) -> np.ndarray:
    dimensions = shape(r) if given is None else given
    dtype = r.choice(["float64", "float64", "float32", "int64", "uint8", "bool"])
    source = np.random.default_rng(r.randint(0, 10**9))
    return source.integers(-3 if dtype[0] in "fi" else 0, 9, dimensions).astype(dtype)


def broadcastable(r: random.Random) -> tuple[np.ndarray, np.ndarray]:
    whole = shape(r)
    parts = [[size if r.random() < 0.7 else 1 for size in whole][r.randint(0, len(whole)) :] for _ in range(2)]
    if parts[0] and r.random() < 0.2:
        parts[0][0] += r.randint(0, 1)
    if r.random() < 0.7:
        parts[r.randint(0, 1)] = whole
    return real_array(r, parts[0]), real_array(r, parts[1])


def axis(r: random.Random, array: np.ndarray) -> int:
    return r.randint(-array.ndim - 1, array.ndim) if r.random() < 0.2 else r.randrange(-array.ndim, max(array.ndim, 1))


def of_array(r: random.Random) -> Arguments:
    return [real_array(r)], {}


def of_axis(r: random.Random) -> Arguments:
    array = real_array(r)
    return ([array], {"axis": axis(r, array)}) if r.random() < 0.8 else ([array], {})


def of_reduction(r: random.Random) -> Arguments:
    array = real_array(r)
    keywords: dict[str, object] = {}
    if r.random() < 0.7:
        keywords["axis"] = axis(r, array)
    if r.random() < 0.2:
        keywords["axis"] = tuple(axis(r, array) for _ in range(r.randint(1, 2)))
    if r.random() < 0.4:
        keywords["keepdims"] = r.random() < 0.7
    return [array], keywords


def of_one_axis(r: random.Random) -> Arguments:
    args, keywords = of_reduction(r)
    if isinstance(keywords.get("axis"), tuple):
        del keywords["axis"]
    return args, keywords


def of_two(r: random.Random) -> Arguments:
    one, other = broadcastable(r)
    scalar: object = r.choice([2, 2.0, True])
    return r.choice([[one, other], [one, scalar], [scalar, other]]), {}


def of_shape(r: random.Random) -> Arguments:
    dimensions = shape(r)
    args: list[object] = [r.choice([tuple(dimensions), list(dimensions), r.randint(0, 5)])]
    return args, ({"dtype": r.choice(["int32", "float32", "uint8", "bool"])} if r.random() < 0.5 else {})


def of_full(r: random.Random) -> Arguments:
    return [tuple(shape(r)), r.choice([1, 2.5, True])], {}


def of_reshape(r: random.Random) -> Arguments:
    array = real_array(r)
    left = array.size
    target: list[int] = []
    while left > 1 and len(target) < 4:
        factor = r.choice([number for number in range(1, left + 1) if left % number == 0])
        target.append(factor)
        left //= factor
    target = [*target, left] if left != 1 or not target else target
    if r.random() < 0.6 and target:
        target[r.randrange(len(target))] = r.choice([-1, -1, -1, 5, 2])
    return [array, tuple(target)], {}


def of_transpose(r: random.Random) -> Arguments:
    array = real_array(r)
    order = list(range(array.ndim))
    r.shuffle(order)
    if order and r.random() < 0.2:
        order[0] = r.randint(-3, 4)
    return [array, *([tuple(order)] if r.random() < 0.8 else [])], {}


def of_two_axes(r: random.Random) -> Arguments:
    array = real_array(r)
    return [array, axis(r, array), axis(r, array)], {}


def of_list(r: random.Random, ranks: tuple[int, int] = (0, 3)) -> list[object]:
    first = shape(r, *ranks)
    result: list[object] = []
    for _ in range(r.randint(1, 3)):
        own = list(first)
        if own and r.random() < 0.4:
            own[r.randrange(len(own))] = r.choice([1, 2, 3])
        if r.random() < 0.1:
            own = shape(r, *ranks)
        result.append(real_array(r, own))
    return result


def of_concatenate(r: random.Random) -> Arguments:
    items = of_list(r, (1, 4))
    return [items], ({"axis": r.choice([None, *range(-3, 3)])} if r.random() < 0.8 else {})


def of_stack(r: random.Random) -> Arguments:
    items = [real_array(r, size) for size in [shape(r, 0, 3)] * r.randint(1, 3)]
    if r.random() < 0.2:
        items[-1] = real_array(r)
    return [items], ({"axis": r.randint(-4, 3)} if r.random() < 0.8 else {})


def of_nested(r: random.Random) -> Arguments:
    def nest(depth: int) -> object:
        if depth == 0:
            return r.choice([1, 2, 3, 0.5]) if r.random() < 0.5 else r.randint(0, 9)
        return [nest(depth - 1) for _ in range(widths[depth])]

    widths = [0, *(r.randint(0, 3) for _ in range(3))]
    value = nest(r.randint(0, 3))
    if r.random() < 0.3:
        value = [real_array(r, [2, 3]), real_array(r, [2, r.choice([3, 3, 4])])]
    return [value], ({"dtype": r.choice(["float32", "int64", "int32"])} if r.random() < 0.4 else {})


def of_split(r: random.Random) -> Arguments:
    array = real_array(r, shape(r, 1, 3, (2, 3, 4, 6)))
    parts: object = r.choice([1, 2, 3, [1], [1, 2], [2, 5]])
    return [array, parts], ({"axis": axis(r, array)} if r.random() < 0.7 else {})


def of_repeat(r: random.Random) -> Arguments:
    array = real_array(r)
    return [array, r.randint(0, 3)], ({"axis": axis(r, array)} if r.random() < 0.7 else {})


def of_tile(r: random.Random) -> Arguments:
    return [real_array(r), r.choice([2, (1, 2), (2,), (3, 1, 1), (1, 1, 1, 2)])], {}


def of_pad(r: random.Random) -> Arguments:
    array = real_array(r, shape(r, 1, 3))
    pairs = tuple((r.randint(0, 2), r.randint(0, 2)) for _ in range(array.ndim))
    return [array, r.choice([1, (1, 2), pairs])], {"mode": "constant"}


def of_arange(r: random.Random) -> Arguments:
    numbers = [r.choice([r.randint(-4, 9), 0.5, 2.0]) for _ in range(r.randint(1, 3))]
    return ([*numbers[:2], numbers[2] or 1] if len(numbers) == 3 else list(numbers)), {}


def of_matrices(r: random.Random) -> Arguments:
    one, other = shape(r, 0, 4, (1, 2, 3)), shape(r, 0, 4, (1, 2, 3))
    if one and other and r.random() < 0.8:
        other[-2 if len(other) > 1 else 0] = one[-1]
        if len(one) > 2 and len(other) > 2 and r.random() < 0.7:
            other[:-2] = one[:-2] if len(one) == len(other) else [1] * (len(other) - 2)
    return [real_array(r, one), real_array(r, other)], {}


def of_tensordot(r: random.Random) -> Arguments:
    args, _ = of_matrices(r)
    axes: object = r.choice([0, 1, 2, ([0], [0]), ([-1], [0]), ([1, 0], [0, 1])])
    return args, ({"axes": axes} if r.random() < 0.9 else {})


def of_delete(r: random.Random) -> Arguments:
    array = real_array(r, shape(r, 1, 3, (3, 4)))
    return [array, r.choice([0, 1, -1, [0, 1], slice(0, 2)])], ({"axis": 0} if r.random() < 0.7 else {})


def of_rot90(r: random.Random) -> Arguments:
    return [real_array(r, shape(r, 2, 4))], ({"k": r.randint(0, 3)} if r.random() < 0.7 else {})


def of_where(r: random.Random) -> Arguments:
    one, other = broadcastable(r)
    return [one > 1, r.choice([one, 1, 0.5]), r.choice([other, 2])], {}


def of_unique(r: random.Random) -> Arguments:
    return [real_array(r)], r.choice([{}, {"return_counts": True}, {"return_index": True, "return_inverse": False}])


def of_clip(r: random.Random) -> Arguments:
    array = real_array(r)
    return [array.astype("float64"), 0, r.choice([1, 2.0])], {}


def of_randint(r: random.Random) -> Arguments:
    return [r.randint(1, 9)], {"size": r.choice([None, 3, tuple(shape(r))])}


def of_normal(r: random.Random) -> Arguments:
    size: object = r.choice([None, 3, tuple(shape(r))])
    choices: list[Arguments] = [([0.0, 1.0, size], {}), ([], {"size": size}), ([0.0], {"scale": 2.0, "size": size})]
    return r.choice(choices)


def of_diag(r: random.Random) -> Arguments:
    return [real_array(r, shape(r, 1, 2))], {}


def of_meshgrid(r: random.Random) -> Arguments:
    vectors = [real_array(r, [r.randint(1, 4)]) for _ in range(r.randint(1, 3))]
    return list(vectors), ({"indexing": r.choice(["ij", "xy"])} if r.random() < 0.5 else {})


def of_diff(r: random.Random) -> Arguments:
    array = real_array(r, shape(r, 1, 3)).astype("float64")
    return [array], r.choice([{}, {"n": 2}, {"axis": 0}])


def of_norm(r: random.Random) -> Arguments:
    array = real_array(r, shape(r, 1, 2, (1, 2, 3))).astype("float64")
    return [array], r.choice([{}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"ord": 2, "axis": 0}])


MAKERS: dict[str, Maker] = {
    **dict.fromkeys(("zeros", "ones"), of_shape),
    **dict.fromkeys(
        ("zeros_like", "ones_like", "copy", "ravel", "sqrt", "exp", "sin", "tanh", "floor", "ceil"), of_array
    ),
    **dict.fromkeys(("abs", "sign", "isnan", "logical_not", "square", "nonzero", "fliplr", "flipud"), of_array),
    **dict.fromkeys(("sum", "prod", "mean", "std", "var", "max", "min", "amax", "all", "any", "median"), of_reduction),
    **dict.fromkeys(("argmax", "argmin"), of_one_axis),
    **dict.fromkeys(("squeeze", "sort", "argsort", "cumsum", "flip", "expand_dims"), of_axis),
    **dict.fromkeys(("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "floor_divide"), of_two),
    **dict.fromkeys(("mod", "equal", "greater", "less_equal", "logical_and", "logical_or"), of_two),
    **dict.fromkeys(("swapaxes", "rollaxis", "moveaxis"), of_two_axes),
    **dict.fromkeys(("dot", "matmul", "inner", "outer"), of_matrices),
    **dict.fromkeys(("vstack", "hstack", "dstack", "column_stack"), lambda r: ([of_list(r)], {})),
    **dict.fromkeys(("split", "array_split"), of_split),
    **dict.fromkeys(("array", "asarray"), of_nested),
    **dict.fromkeys(("atleast_1d", "atleast_2d", "unique"), of_array),
    "full": of_full,
    "eye": lambda r: ([r.randint(0, 4)], {"M": r.randint(0, 4)} if r.random() < 0.5 else {}),
    "identity": lambda r: ([r.randint(0, 4)], {}),
    "arange": of_arange,
    "linspace": lambda r: ([0, 1], {"num": r.randint(0, 5)} if r.random() < 0.5 else {}),
    "reshape": of_reshape,
    "transpose": of_transpose,
    "concatenate": of_concatenate,
    "append": lambda r: (list(of_concatenate(r)[0][0])[:1] * 2, {"axis": r.choice([None, 0])}),  # type: ignore[call-overload]
    "stack": of_stack,
    "repeat": of_repeat,
    "tile": of_tile,
    "pad": of_pad,
    "tensordot": of_tensordot,
    "delete": of_delete,
    "rot90": of_rot90,
    "where": of_where,
    "clip": of_clip,
    "diag": of_diag,
    "diff": of_diff,
    "meshgrid": of_meshgrid,
    "linalg.norm": of_norm,
    "random.rand": lambda r: (list(shape(r)), {}),
    "random.randint": of_randint,
    "random.normal": of_normal,
    "random.multinomial": lambda r: ([3, [0.5, 0.5]], {"size": r.choice([None, 3, (2, 2)])}),
    "random.permutation": lambda r: ([r.choice([5, real_array(r, [3, 2])])], {}),
    "random.choice": lambda r: ([r.choice([4, [1.0, 2.0]])], {"size": r.choice([None, 3, (2, 2)])}),
}


def abstract(value: object, r: random.Random, doubt: float) -> object:
    """The real value as an abstract one; with the chance ``doubt`` each of its sizes or numbers is not known."""
    if isinstance(value, list | tuple):
        return type(value)(abstract(item, r, doubt) for item in value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        if r.random() < doubt / 3:
            return Array(None, dtype=value.dtype.name)
        sizes = tuple(Unknown() if r.random() < doubt else size for size in value.shape)
        known = doubt == 0 and r.random() < 0.6
        elements = value.tolist() if known and value.size <= 100 else None
        return Array(sizes, dtype=value.dtype.name if r.random() < 0.8 or known else "", value=elements)
    if isinstance(value, int) and not isinstance(value, bool) and r.random() < doubt / 2:
        return Unknown()
    return value


def close(one: object, real: object) -> bool:
    left, right = np.asarray(one, dtype=object), np.asarray(real, dtype=object)
    if left.shape != right.shape and left.size + right.size:
        return False
    return all(
        a == b or (isinstance(a, int | float) and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12))
        for a, b in zip(left.flat, right.flat, strict=True)
    )


def agrees(found: object, real: object, *, random_values: bool = False) -> str:
    """What is wrong with what was found, "" if nothing is."""
    if isinstance(found, Unknown):
        return ""
    if isinstance(real, list | tuple):
        if not isinstance(found, list | tuple) or len(found) != len(real):
            return f"{len(real)} arrays"
        return "; ".join(filter(None, (agrees(a, b) for a, b in zip(found, real, strict=True))))
    if not isinstance(found, Array):
        return "" if not np.shape(np.asarray(real)) and close(found, np.asarray(real).item()) else "another value"
    real = np.asarray(real)
    if found.shape is not None:
        if len(found.shape) != real.ndim:
            return "another rank"
        if any(isinstance(size, int) and size != other for size, other in zip(found.shape, real.shape, strict=True)):
            return "another shape"
    if found.dtype and np.dtype(found.dtype).kind != real.dtype.kind:
        return "another kind of type"
    if found.value is not None and not close(found.value, real.tolist()):
        return "other elements"
    if found.values is not None and real.size and not found.values[0] <= real.min() <= real.max() < found.values[1]:
        return "outside of the range"
    return ""


def function(name: str) -> Callable[..., object]:
    result: object = np
    for part in name.split("."):
        result = getattr(result, part)
    assert callable(result)
    return result


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_function(name: str) -> None:
    """Shape, kind of type and elements are NumPy's, and a Fault comes exactly where it raises."""
    r = random.Random(name)
    told = possible = 0
    for turn in range(CALLS):
        doubt = 0.0 if turn % 2 else 0.4
        args, keywords = MAKERS[name](r)
        real: object = None
        error: Exception | None = None
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                real = function(name)(*args, **keywords)
            except (ValueError, TypeError, IndexError) as raised:
                error = raised
        given = [abstract(arg, r, doubt) for arg in args]
        given_keywords = {key: abstract(value, r, doubt / 3) for key, value in keywords.items()}
        what = f"{name}({args}, {keywords}) as {given}, {given_keywords}"
        try:
            found = arrays.call(f"numpy.{name}", given, given_keywords, arrays.Context())
        except Fault as fault:
            assert error is not None, f"{what}: {fault}"
            told, possible = told + 1, possible + 1
            continue
        assert found is not arrays.NOT_KNOWN, name
        unknown = isinstance(found, Unknown) or (isinstance(found, Array) and found.shape is None)
        if doubt == 0:
            possible += 1
            told += not unknown
            assert error is None or unknown, f"{what}: NumPy says {error}, found {found}"
        if error is None:
            wrong = agrees(found, real)
            assert not wrong, f"{what}: {wrong}: {found} for {real}"
    assert told >= 0.6 * possible, f"{name}: {told} of {possible} known calls told"

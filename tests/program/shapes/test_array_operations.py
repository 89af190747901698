"""Subscripts, methods, operators, assignments and the meanings of axes of abstract arrays, held against NumPy."""

# ruff: noqa: B023  -- functions made in a loop are called in the same turn
from __future__ import annotations

import operator
import random
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from kmigrate.program.shapes import arrays
from kmigrate.program.shapes.tensors import Array, Axis, Fault, Trust, Unknown
from tests.program.shapes.test_arrays import abstract, agrees, broadcastable, real_array, shape

ERRORS = (ValueError, TypeError, IndexError)


def entry(r: random.Random, size: int) -> object:
    return r.choice(
        [
            r.randint(-size - 1, size),
            slice(None),
            slice(r.choice([None, 0, 1, -2, -9]), r.choice([None, 1, -1, 9]), r.choice([None, None, -1, 2])),
            None,
            [0, size - 1],
            np.array([[0, 0], [0, size - 1]]),
            np.arange(size) % 2 == 0,
        ]
    )


def index_for(r: random.Random, array: np.ndarray) -> object:
    if array.ndim == 0 or r.random() < 0.1:
        return r.choice([None, ..., (), 0])
    if r.random() < 0.1:
        return array > 2
    entries = [entry(r, size) for size in array.shape[: r.randint(1, array.ndim)]]
    if r.random() < 0.3:
        entries.insert(r.randint(0, len(entries)), ...)
    return tuple(entries) if len(entries) > 1 or r.random() < 0.5 else entries[0]


def given_index(index: object, r: random.Random, doubt: float) -> object:
    if isinstance(index, tuple):
        return tuple(given_index(one, r, doubt) for one in index)
    if isinstance(index, slice) and r.random() < doubt:
        return slice(Unknown(), index.stop, index.step)
    if isinstance(index, np.ndarray):
        elements = index.tolist() if r.random() > doubt else None
        return Array(index.shape, dtype=index.dtype.name, value=elements)
    return abstract(index, r, doubt)


def outcome(run: Callable[[], object]) -> tuple[object, Exception | None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return run(), None
        except ERRORS as raised:
            return None, raised


def held(what: str, run: Callable[[], object], real: Callable[[], object], *, certain: bool) -> bool:
    """Hold what ``run`` finds against NumPy; whether anything was found."""
    result, error = outcome(real)
    try:
        found = run()
    except Fault as fault:
        assert error is not None, f"{what}: {fault}"
        return True
    assert found is not arrays.NOT_KNOWN, what
    unknown = isinstance(found, Unknown) or (isinstance(found, Array) and found.shape is None)
    if certain:
        assert error is None or unknown, f"{what}: NumPy says {error}, found {found}"
    if error is None:
        wrong = agrees(found, result)
        assert not wrong, f"{what}: {wrong}: {found} for {result}"
    return not unknown


def test_subscripts() -> None:
    """Numbers, slices, new axes, an ellipsis, masks and index arrays."""
    r = random.Random(1)
    told = 0
    for turn in range(4000):
        doubt = 0.0 if turn % 2 else 0.4
        array = real_array(r, shape(r, 0, 4, (1, 2, 3, 4)))
        index = index_for(r, array)
        given, key = abstract(array, r, doubt), given_index(index, r, doubt)
        assert isinstance(given, Array)
        what = f"array of {array.shape} [{index}] as {given}[{key}]"
        found = held(
            what,
            lambda: arrays.subscript(given, key),
            lambda: array[index],  # type: ignore[call-overload]
            certain=doubt == 0,
        )
        told += found and doubt == 0
    assert told > 1600


SIGNS: dict[str, Callable[[object, object], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": operator.pow,
    "@": operator.matmul,
    "&": operator.and_,
}


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_operators(sign: str) -> None:
    """Broadcasting, types and elements of operators on arrays, numbers and lists."""
    r = random.Random(sign)
    for turn in range(200):
        doubt = 0.0 if turn % 2 else 0.4
        one, other = broadcastable(r)
        if sign == "**":
            one, other = abs(one), abs(other)
        if sign == "&":
            one, other = one.astype("int64"), other.astype(r.choice(["int64", "bool"]))
        pair: tuple[object, object] = r.choice(
            [(one, other), (one, r.choice([2, 2 if sign == "&" else 0.5])), (3, other)]
        )
        left, right = (abstract(side, r, doubt) for side in pair)
        if not isinstance(left, Array) and not isinstance(right, Array):
            continue
        held(
            f"{pair[0]!r} {sign} {pair[1]!r}",
            lambda: arrays.binary(sign, left, right),
            lambda: SIGNS[sign](*pair),
            certain=doubt == 0,
        )


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_comparisons(sign: str) -> None:
    """Comparisons give truth values, broadcast."""
    apply = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le}
    apply |= {">": operator.gt, ">=": operator.ge}
    r = random.Random(sign)
    for turn in range(100):
        doubt = 0.0 if turn % 2 else 0.4
        one, other = broadcastable(r)
        left, right = abstract(one, r, doubt), abstract(other, r, doubt)
        held(
            f"{one!r} {sign} {other!r}",
            lambda: arrays.compare(sign, left, right),
            lambda: apply[sign](one, other),
            certain=doubt == 0,
        )


def test_assignments() -> None:
    """``x[…] = value`` is refused where NumPy refuses it, and the elements are forgotten."""
    r = random.Random(3)
    refused = 0
    for turn in range(1500):
        doubt = 0.0 if turn % 2 else 0.4
        array = real_array(r, shape(r, 1, 3, (1, 2, 3))).astype("float64")
        index = index_for(r, array)
        value: np.ndarray = real_array(r, shape(r, 0, 3, (1, 2, 3)))
        given, key = abstract(array, r, doubt), given_index(index, r, doubt)
        assert isinstance(given, Array)

        def assign() -> None:
            array[index] = value  # type: ignore[call-overload]

        _, error = outcome(assign)
        what = f"array of {array.shape} [{index}] = {np.shape(value)}"
        try:
            arrays.store(given, key, abstract(value, r, doubt))
        except Fault as fault:
            assert error is not None, f"{what}: {fault}"
            refused += 1
        assert given.value is None, what
    assert refused > 200


METHODS: dict[str, Callable[[random.Random, np.ndarray], Sequence[object]]] = {
    "reshape": lambda r, x: r.choice([(-1,), (x.size,), ((1, x.size),), (7, -1), (1, -1)]),
    "transpose": lambda r, x: r.choice([(), tuple(range(x.ndim))[::-1], (tuple(range(x.ndim)),)]),
    "astype": lambda r, x: (r.choice(["float32", "int32"]),),
    "flatten": lambda r, x: (),
    "ravel": lambda r, x: (),
    "copy": lambda r, x: (),
    "sum": lambda r, x: r.choice([(), (0,)]),
    "mean": lambda r, x: r.choice([(), (-1,)]),
    "max": lambda r, x: (),
    "argmax": lambda r, x: r.choice([(), (0,)]),
    "swapaxes": lambda r, x: (0, -1),
    "repeat": lambda r, x: r.choice([(2,), (2, 0)]),
    "squeeze": lambda r, x: (),
    "clip": lambda r, x: (0, 1),
    "dot": lambda r, x: (real_array(r, [x.shape[-1] if x.ndim else 1, 2]),),
}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_methods(name: str) -> None:
    """Methods of arrays."""
    r = random.Random(name)
    for turn in range(80):
        doubt = 0.0 if turn % 2 else 0.4
        array = real_array(r, shape(r, 0, 4, (1, 2, 3))).astype("float64")
        args = METHODS[name](r, array)
        given, given_args = abstract(array, r, doubt), [abstract(arg, r, doubt) for arg in args]
        held(
            f"array of {array.shape}.{name}{args}",
            lambda: arrays.method(given, name, given_args, {}),
            lambda: getattr(array, name)(*args),
            certain=doubt == 0,
        )


@pytest.mark.parametrize("name", ["shape", "ndim", "size", "T"])
def test_attributes(name: str) -> None:
    """Attributes of arrays whose shapes are known."""
    r = random.Random(name)
    for _ in range(50):
        array = real_array(r)
        found = arrays.attribute(abstract(array, r, 0.0), name)
        assert not agrees(found, getattr(array, name)) if name == "T" else found == getattr(array, name)


def test_shapes_changed_in_place() -> None:
    """``x.resize(…)`` and ``x.shape = …`` change the array for all who hold it."""
    array = Array((6,), dtype="int64", value=[0, 1, 2, 3, 4, 5])
    assert arrays.method(array, "resize", [(6, 1)], {}) is None
    assert array.shape == (6, 1) and array.value is None
    arrays.set_attribute(array, "shape", (2, -1))
    assert array.shape == (2, 3)
    with pytest.raises(Fault):
        arrays.set_attribute(array, "shape", (4, 2))


# --- meanings of axes: each is followed by an array that holds its coordinate ---------------------------------------

MEANINGS = (Axis.SAMPLES, Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS)


def moves(r: random.Random, array: np.ndarray) -> tuple[str, list[object]]:
    """A random call of NumPy that moves axes."""
    rank = array.ndim
    order = list(range(rank))
    r.shuffle(order)
    merged = list(array.shape)
    if rank > 1:
        at = r.randrange(rank - 1)
        merged[at : at + 2] = [merged[at] * merged[at + 1]]
    with_one = list(array.shape)
    with_one.insert(r.randint(0, rank), 1)
    backwards = list(array.shape)[::-1]
    calls: list[tuple[str, list[object]]] = [
        ("transpose", [tuple(order)]),
        ("swapaxes", [r.randrange(rank), r.randrange(rank)]),
        ("rollaxis", [r.randrange(rank)]),
        ("moveaxis", [r.randrange(rank), r.randrange(rank)]),
        ("expand_dims", [r.randint(0, rank)]),
        ("squeeze", []),
        ("reshape", [tuple(merged)]),
        ("reshape", [tuple(with_one)]),
        ("reshape", [tuple(backwards)]),
        ("reshape", [tuple(array.shape[at] for at in order)]),
        ("flip", [r.randrange(rank)]),
        ("repeat", [1, r.randrange(rank)]),
    ]
    return r.choice(calls)


def test_meanings_follow_coordinates() -> None:
    """Where an axis is said to count rows, going along it changes the row and going along another does not."""
    r = random.Random(5)
    followed = warned = 0
    for _ in range(600):
        sizes = [r.choice((2, 3, 4, 5)) for _ in MEANINGS]
        order = list(range(4))
        r.shuffle(order)
        meanings = tuple(MEANINGS[at] for at in order)
        coordinates = dict(zip(meanings, np.indices(sizes), strict=True))
        given: object = Array(tuple(sizes), meanings, Trust.PROVED, "float32")
        context = arrays.Context()
        for _ in range(r.randint(1, 3)):
            some = coordinates[Axis.ROWS]
            name, args = moves(r, some)
            if some.ndim < 1:
                break
            before = len(context.remarks)
            given = arrays.call(f"numpy.{name}", [given, *args], {}, context)
            assert isinstance(given, Array)
            coordinates = {key: getattr(np, name)(grid, *args) for key, grid in coordinates.items()}
            if len(context.remarks) > before:
                warned += 1
                assert name == "reshape" and given.axes is None
        assert isinstance(given, Array) and given.shape == coordinates[Axis.ROWS].shape
        for at, meaning in enumerate(given.axes or ()):
            grid = coordinates.get(meaning)
            if grid is None or name == "flip":
                continue
            followed += 1
            if grid.shape[at] == 1 or grid.size == 0:
                continue
            rest = tuple(axis for axis in range(grid.ndim) if axis != at)
            steps = grid.min(axis=rest)
            assert (steps == grid.max(axis=rest)).all(), f"{sizes} {meanings}: axis {at} of {given}"
            assert len(set(steps.tolist())) == grid.shape[at]
    assert followed > 400 and warned > 20


@pytest.mark.parametrize(
    ("source", "target", "warns"),
    [
        ((60000, 28, 28, 3), (60000, 3, 28, 28), True),
        ((60000, 3, 32, 32), (60000, 32, 32, 3), True),
        ((64, 64, 3), (3, 64, 64), True),
        ((60000, 28, 28, 1), (60000, 1, 28, 28), False),
        ((60000, 28, 28), (60000, 1, 28, 28), False),
        ((60000, 784), (60000, 28, 28, 1), False),
        ((100, 1, 10), (100, 10, 1), False),
        ((100, 5, 10), (100, 10, 5), True),
        ((20, 30), (30, 20), False),
        ((50, 28, 28), (50, 28, 28), False),
    ],
)
def test_a_reshape_for_a_transpose(source: tuple[int, ...], target: tuple[int, ...], warns: bool) -> None:
    """A reshape that puts the same sizes in another order scrambles; axes of size 1 may stand anywhere."""
    context = arrays.Context()
    arrays.call("numpy.reshape", [Array(source, dtype="float32"), target], {}, context)
    assert [remark.kind for remark in context.remarks] == ["reshape-for-transpose"] * warns

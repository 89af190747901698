"""The backend's functions on tensors, held against tf_keras and TensorFlow on random shapes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from kmigrate.program.shapes import arrays, backend
from kmigrate.program.shapes.tensors import Fault, Size, Tensor, Unknown

Arguments = tuple[list[object], dict[str, object]]
Maker = Callable[[random.Random], Arguments]

CALLS = 40


class Placed:
    """A tensor argument: its shape."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape


def sizes(r: random.Random, low: int = 1, high: int = 4) -> list[int]:
    return [r.choice((1, 2, 2, 3, 4)) for _ in range(r.randint(low, high))]


def some(r: random.Random, low: int = 1, high: int = 4) -> Placed:
    return Placed(*sizes(r, low, high))


def axis(r: random.Random, rank: int) -> int:
    return r.randint(-rank - 1, rank) if r.random() < 0.15 else r.randrange(-rank, rank)


def of_one(r: random.Random) -> Arguments:
    return [some(r)], {}


def of_two(r: random.Random) -> Arguments:
    whole = sizes(r)
    part = [size if r.random() < 0.7 else 1 for size in whole][r.randint(0, len(whole) - 1) :]
    if r.random() < 0.2:
        part[0] += 1
    pair: list[object] = [Placed(*whole), Placed(*part)]
    r.shuffle(pair)
    return pair, {}


def of_reduction(r: random.Random) -> Arguments:
    x = some(r)
    keywords: dict[str, object] = {}
    if r.random() < 0.8:
        keywords["axis"] = axis(r, len(x.shape))
    if r.random() < 0.2:
        keywords["axis"] = list({r.randrange(len(x.shape)) for _ in range(2)})
    if r.random() < 0.4:
        keywords["keepdims"] = True
    return [x], keywords


def of_argument(r: random.Random) -> Arguments:
    x = some(r)
    return [x], ({"axis": axis(r, len(x.shape))} if r.random() < 0.7 else {})


def of_reshape(r: random.Random) -> Arguments:
    x = some(r)
    left, target = int(np.prod(x.shape)), []
    while left > 1:
        factor = r.choice([number for number in range(2, left + 1) if left % number == 0])
        target.append(factor)
        left //= factor
    target = target or [1]
    if r.random() < 0.6:
        target[r.randrange(len(target))] = r.choice([-1, -1, -1, 5])
    return [x, tuple(target)], {}


def of_permutation(r: random.Random) -> Arguments:
    x = some(r)
    order = list(range(len(x.shape)))
    r.shuffle(order)
    return [x, tuple(order)], {}


def of_several(r: random.Random) -> Arguments:
    first = sizes(r)
    at = r.randrange(len(first))
    items: list[object] = []
    for _ in range(r.randint(2, 3)):
        own = list(first)
        own[at] = r.randint(1, 4)
        if r.random() < 0.1:
            own[r.randrange(len(own))] += 1
        items.append(Placed(*own))
    return [items], {"axis": at if r.random() < 0.5 else at - len(first)}


def of_stack(r: random.Random) -> Arguments:
    shape = sizes(r, 1, 3)
    return [[Placed(*shape), Placed(*shape)]], {"axis": r.randint(-len(shape) - 1, len(shape))}


def of_expansion(r: random.Random) -> Arguments:
    x = some(r)
    return [x], {"axis": r.randint(-len(x.shape) - 1, len(x.shape))}


def of_squeeze(r: random.Random) -> Arguments:
    x = some(r)
    ones = [at for at, size in enumerate(x.shape) if size == 1]
    return [x, r.choice(ones) if ones and r.random() < 0.8 else r.randrange(len(x.shape))], {}


def of_dot(r: random.Random) -> Arguments:
    one, other = sizes(r, 2, 3), sizes(r, 2, 3)
    if r.random() < 0.8:
        other[-2] = one[-1]
    return [Placed(*one), Placed(*other)], {}


def of_matmul(r: random.Random) -> Arguments:
    rank = r.choice((2, 3))
    one, other = sizes(r, rank, rank), sizes(r, rank, rank)
    if r.random() < 0.8:
        other[-2] = one[-1]
    if r.random() < 0.8:
        other[:-2] = one[:-2]
    if r.random() < 0.4:
        other[-2:] = other[-2:][::-1]
        return [Placed(*one), Placed(*other)], {"transpose_b": True}
    return [Placed(*one), Placed(*other)], {}


def of_batch_dot(r: random.Random) -> Arguments:
    one, other = sizes(r, 2, 4), sizes(r, 2, 4)
    other[0] = one[0]
    left, right = r.randrange(1, len(one)), r.randrange(1, len(other))
    if r.random() < 0.85:
        other[right] = one[left]
    axes: object = r.choice([(left, right), (left, right - len(other)), None, left if left == right else (left, right)])
    return [Placed(*one), Placed(*other)], {"axes": axes}


def of_images(r: random.Random) -> Arguments:
    ordering = r.choice(("channels_first", "channels_last"))
    return [some(r, 4, 4)], {"height_factor": r.randint(1, 3), "width_factor": r.randint(1, 3), "data_format": ordering}


def of_padding(r: random.Random) -> Arguments:
    ordering = r.choice(("channels_first", "channels_last"))
    padding = ((r.randint(0, 2), r.randint(0, 2)), (r.randint(0, 2), r.randint(0, 2)))
    return [some(r, 4, 4)], {"padding": padding, "data_format": ordering}


def of_pool(r: random.Random) -> Arguments:
    window, steps = (r.randint(1, 3), r.randint(1, 3)), (r.randint(1, 3), r.randint(1, 3))
    return [Placed(2, r.randint(3, 6), r.randint(3, 6), 2), window], {
        "strides": steps,
        "padding": r.choice(("same", "valid")),
    }


def of_convolution(r: random.Random) -> Arguments:
    x = Placed(2, r.randint(3, 6), r.randint(3, 6), r.randint(1, 3))
    kernel = Placed(r.randint(1, 3), r.randint(1, 3), x.shape[3], r.randint(1, 4))
    return [x, kernel], {"strides": (r.randint(1, 2),) * 2, "padding": r.choice(("same", "valid"))}


def of_split(r: random.Random) -> Arguments:
    x = some(r)
    at = r.randrange(len(x.shape))
    return [x, r.choice((1, 2, 3))], {"axis": at}


def of_slice(r: random.Random) -> Arguments:
    x = some(r)
    begin = [r.randrange(size) for size in x.shape]
    return [x, begin, [r.choice((-1, 1)) for _ in x.shape]], {}


def of_pad(r: random.Random) -> Arguments:
    x = some(r)
    return [x, [[r.randint(0, 2), r.randint(0, 2)] for _ in x.shape]], {}


KERAS: dict[str, Maker] = {
    **dict.fromkeys(("sum", "mean", "max", "min", "prod", "std", "var"), of_reduction),
    **dict.fromkeys(("argmax", "argmin"), of_argument),
    **dict.fromkeys(("square", "abs", "exp", "relu", "softmax", "sigmoid", "flatten", "batch_flatten"), of_one),
    **dict.fromkeys(("zeros_like", "transpose", "count_params", "ndim", "int_shape"), of_one),
    **dict.fromkeys(("maximum", "minimum", "equal", "less"), of_two),
    "reshape": of_reshape,
    "permute_dimensions": of_permutation,
    "concatenate": of_several,
    "stack": of_stack,
    "expand_dims": of_expansion,
    "squeeze": of_squeeze,
    "dot": of_dot,
    "batch_dot": of_batch_dot,
    "repeat": lambda r: ([some(r, 2, 2), r.randint(1, 4)], {}),
    "repeat_elements": lambda r: ([some(r, 3, 3), r.randint(1, 3), r.randrange(3)], {}),
    "tile": lambda r: ([some(r, 2, 2), [2, 3]], {}),
    "resize_images": of_images,
    "spatial_2d_padding": of_padding,
    "temporal_padding": lambda r: ([some(r, 3, 3), (r.randint(0, 2), r.randint(0, 2))], {}),
    "pool2d": of_pool,
    "conv2d": of_convolution,
    "reverse": lambda r: ([some(r, 2, 3), [r.randrange(2)]], {}),
    "cast": lambda r: ([some(r), "int32"], {}),
    "zeros": lambda r: ([tuple(sizes(r))], {}),
    "arange": lambda r: ([r.randint(0, 3), r.randint(3, 8)], {}),
}

TENSORFLOW: dict[str, Maker] = {
    **dict.fromkeys(("reduce_mean", "reduce_sum", "reduce_max", "reduce_logsumexp"), of_reduction),
    "math.reduce_sum": of_reduction,
    **dict.fromkeys(("square", "nn.relu", "nn.softmax", "identity"), of_one),
    **dict.fromkeys(("add", "multiply", "maximum"), of_two),
    "concat": of_several,
    "stack": of_stack,
    "expand_dims": of_expansion,
    "squeeze": of_one,
    "reshape": of_reshape,
    "transpose": of_permutation,
    "matmul": of_matmul,
    "split": of_split,
    "slice": of_slice,
    "pad": of_pad,
    "argmax": of_argument,
    "tile": lambda r: ([some(r, 3, 3), [1, 2, 3]], {}),
    "unstack": lambda r: ([some(r, 2, 3)], {"axis": r.randrange(2)}),
    "image.resize": lambda r: ([some(r, 3, 4), [r.randint(1, 5), r.randint(1, 5)]], {}),
    "nn.depth_to_space": lambda r: ([Placed(2, 2, 3, r.choice((4, 8, 6))), 2], {}),
    "nn.space_to_depth": lambda r: ([Placed(2, r.choice((2, 4, 3)), 4, 3), 2], {}),
}


@pytest.fixture(scope="module")
def real() -> Iterator[Callable[[str], Callable[..., Any]]]:
    import tensorflow as tf
    import tf_keras

    def function(path: str) -> Callable[..., Any]:
        room, _, rest = path.partition(".")
        found: Any = tf_keras if room == "keras" else tf
        for part in rest.split("."):
            found = getattr(found, part)
        return found  # type: ignore[no-any-return]

    yield function


def filled(value: object) -> object:
    """The argument with real tensors."""
    import tensorflow as tf

    if isinstance(value, Placed):
        return tf.zeros(value.shape)
    return [filled(item) for item in value] if isinstance(value, list) else value


def abstract(value: object, r: random.Random, doubt: float) -> object:
    if isinstance(value, Placed):
        if r.random() < doubt / 4:
            return Tensor(None)
        known: list[Size] = [r.choice((None, Unknown())) if r.random() < doubt else size for size in value.shape]
        return Tensor(tuple(known))
    if isinstance(value, list):
        return [abstract(item, r, doubt) for item in value]
    return Unknown() if isinstance(value, int) and r.random() < doubt / 4 else value


def agrees(found: object, real: Any) -> str:
    """What is wrong with what was found, "" if nothing is."""
    if isinstance(found, Unknown):
        return ""
    if isinstance(real, list):
        if not isinstance(found, list) or len(found) != len(real):
            return f"{len(real)} tensors"
        return "; ".join(filter(None, (agrees(a, b) for a, b in zip(found, real, strict=True))))
    if not isinstance(found, Tensor):
        expected = tuple(real) if isinstance(real, tuple) else real
        return "" if found == expected or not _all_numbers(found) else f"another value than {expected}"
    shape = tuple(real.shape)
    if found.shape is None:
        return ""
    if len(found.shape) != len(shape):
        return "another rank"
    wrong = any(isinstance(size, int) and size != other for size, other in zip(found.shape, shape, strict=True))
    return "another shape" if wrong else ""


def _all_numbers(found: object) -> bool:
    return all(isinstance(size, int) for size in (found if isinstance(found, tuple) else [found]))


PATHS = {
    **{f"keras.backend.{name}": maker for name, maker in KERAS.items()},
    **{f"tensorflow.{name}": maker for name, maker in TENSORFLOW.items()},
}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_function(path: str, real: Callable[[str], Callable[..., Any]]) -> None:
    """Known shapes: exactly what the real function gives, and a Fault where it raises. Others: nothing wrong."""
    r = random.Random(path)
    told = possible = 0
    for turn in range(CALLS):
        doubt = 0.0 if turn % 2 else 0.4
        args, keywords = PATHS[path](r)
        result: object = None
        error: Exception | None = None
        try:
            result = real(path)(*[filled(arg) for arg in args], **keywords)
        except Exception as raised:  # noqa: BLE001  -- TensorFlow raises errors of its own
            error = raised
        shown = [getattr(arg, "shape", arg) for arg in args]
        given = [abstract(arg, r, doubt) for arg in args]
        try:
            found = backend.call(path, given, dict(keywords), arrays.Context())
        except Fault as fault:
            assert error is not None, f"{path}({shown}, {keywords}): {fault}"
            told, possible = told + 1, possible + 1
            continue
        assert found is not arrays.NOT_KNOWN, path
        unknown = isinstance(found, Unknown) or (isinstance(found, Tensor) and found.shape is None)
        if doubt == 0:
            possible += 1
            told += not unknown
            assert error is None or unknown, f"{path}({shown}, {keywords}): the real one says {error}, found {found}"
        if error is None:
            wrong = agrees(found, result)
            assert not wrong, f"{path}({shown}, {keywords}): {wrong}: {found} for {result}"
    assert told >= 0.7 * possible, f"{path}: {told} of {possible} known calls told"


INDICES: list[Callable[[random.Random, int], object]] = [
    lambda r, rank: r.randint(-3, 3),
    lambda r, rank: slice(r.choice([None, 0, 1]), r.choice([None, 2, -1])),
    lambda r, rank: tuple(r.choice([slice(None), 0, -1, None, slice(1, None)]) for _ in range(r.randint(1, rank))),
    lambda r, rank: (..., r.choice([0, slice(0, 1), None])),
    lambda r, rank: (slice(None), ..., slice(None, None, -1)),
]


def test_subscripts(real: Callable[[str], Callable[..., Any]]) -> None:
    """Slices, numbers, new axes and an ellipsis give TensorFlow's shapes."""
    r = random.Random(4)
    for turn in range(300):
        x = some(r, 2)
        index = r.choice(INDICES)(r, len(x.shape))
        result, error = None, None
        try:
            result = filled(x)[index]  # type: ignore[index]
        except Exception as raised:  # noqa: BLE001
            error = raised
        given = abstract(x, r, 0.0 if turn % 2 else 0.4)
        assert isinstance(given, Tensor)
        try:
            found = backend.subscript(given, index)
        except Fault as fault:
            assert error is not None, f"{x.shape}[{index}]: {fault}"
            continue
        if turn % 2:
            assert error is None, f"{x.shape}[{index}]: TensorFlow says {error}, found {found}"
        if error is None:
            assert not agrees(found, result), f"{x.shape}[{index}]: {found} for {result}"


@pytest.mark.parametrize("op", ["+", "-", "*", "/"])
def test_operators(op: str, real: Callable[[str], Callable[..., Any]]) -> None:
    """Operators broadcast as TensorFlow does."""
    import operator

    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[op]
    r = random.Random(op)
    for turn in range(60):
        (one, other), _ = of_two(r)
        result, error = None, None
        try:
            result = apply(filled(one), filled(other))
        except Exception as raised:  # noqa: BLE001
            error = raised
        doubt = 0.0 if turn % 2 else 0.4
        try:
            found = backend.binary(op, abstract(one, r, doubt), abstract(other, r, doubt))
        except Fault as fault:
            assert error is not None, fault
            continue
        assert error is None or doubt
        if error is None:
            assert not agrees(found, result)

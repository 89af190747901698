"""Converting a layer loses nothing: the way back gives every array bit by bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmigrate.verify import weights as table
from kmigrate.weights.converting import convert, describe, restore
from kmigrate.weights.inference import Part
from kmigrate.weights.planning import Plan, Step

_SIZE = st.integers(1, 4)
_FLOATS = ("float32", "float64", "float16")


def _kernel(ordering: str, inputs: int, outputs: int, *window: int) -> tuple[int, ...]:
    return (outputs, inputs, *window) if ordering == "th" else (*window, inputs, outputs)


def _weights(
    cls: str, ordering: str, is_old: bool, i: int, o: int, r: int, c: int
) -> list[tuple[str, tuple[int, ...]]]:
    """What each weight of a layer is for, and its shape, in Keras 1."""
    if cls in ("Convolution1D", "AtrousConvolution1D"):
        return [("W", (o, i, r, 1) if is_old else (r, 1, i, o)), ("b", (o,))]
    if cls == "SeparableConvolution2D":
        first, second = _kernel(ordering, i, 2, r, c), _kernel(ordering, 2 * i, o, 1, 1)
        return [("depthwise_kernel", first), ("pointwise_kernel", second), ("b", (o,))]
    if cls in ("LSTM", "GRU", "ConvLSTM2D"):
        window = (r, c) if cls == "ConvLSTM2D" else ()
        shapes = [_kernel(ordering if window else "tf", size, o, *window) for size in (i, o)]
        if is_old and cls == "LSTM":  # consume_less='gpu'
            return [(kind, (*shape[:-1], shape[-1] * 4)) for kind, shape in zip("WUb", [*shapes, (o,)], strict=True)]
        gates = "zrh" if cls == "GRU" else "icfo"
        return [(f"{kind}_{gate}", shape) for gate in gates for kind, shape in zip("WUb", [*shapes, (o,)], strict=True)]
    return [("W", _kernel(ordering, i, o, *((r, c, 2) if cls == "Convolution3D" else (r, c)))), ("b", (o,))]


@pytest.mark.parametrize("cls", [*table._WAYS])
@given(
    ordering=st.sampled_from(["th", "tf"]),
    is_old=st.booleans(),
    is_turned=st.booleans(),
    dtype=st.sampled_from(_FLOATS),
    sizes=st.tuples(*[_SIZE] * 4),
)
def test_there_and_back_is_exact(
    cls: str, ordering: str, is_old: bool, is_turned: bool, dtype: str, sizes: tuple[int, int, int, int]
) -> None:
    weights = _weights(cls, ordering, is_old, *sizes)
    random = np.random.default_rng(3)
    arrays = [random.normal(size=shape).astype(dtype) for _, shape in weights]
    part = Part(
        "x", "x", tuple(range(len(weights))), tuple(role for role, _ in weights), tuple(a.shape for a in arrays)
    )
    arguments: dict[str, Any] = {"dim_ordering": ordering}
    step = Step(part, cls, "told", arguments, is_turned, is_old and cls in ("Convolution1D", "AtrousConvolution1D"))
    moved = convert(step, arrays)
    (described,) = describe(Plan((step,), None, None, ()))
    assert [one.shape for one in moved] == list(described.after)
    assert sum(one.size for one in moved) == sum(one.size for one in arrays)
    back = restore(step, moved)
    assert [(one.dtype, one.shape) for one in back] == [(one.dtype, one.shape) for one in arrays]
    assert all(np.array_equal(a, b) for a, b in zip(arrays, back, strict=True))


@given(shape=st.lists(_SIZE, min_size=2, max_size=4), units=_SIZE)
def test_rows_for_channels_last_come_back(shape: list[int], units: int) -> None:
    rows = math.prod(shape)
    arrays = [np.arange(rows * units, dtype="float32").reshape(rows, units), np.arange(units, dtype="float32")]
    part = Part("x", "x", (0, 1), ("W", "b"), tuple(one.shape for one in arrays))
    step = Step(part, "Dense", "told", flattened=tuple(shape))
    moved = convert(step, arrays)
    image = np.random.default_rng(3).normal(size=shape)
    before, after = image.ravel() @ arrays[0], np.moveaxis(image, 0, -1).ravel() @ moved[0]
    np.testing.assert_allclose(after, before, atol=1e-9 * (1 + np.abs(before).max()))
    assert all(np.array_equal(a, b) for a, b in zip(arrays, restore(step, moved), strict=True))


def test_a_deviation_comes_back_within_rounding() -> None:
    roles = ("gamma", "beta", "running_mean", "running_std")
    part = Part("x", "x", (0, 1, 2, 3), roles, ((6,),) * 4)
    step = Step(part, "BatchNormalization", "told", deviation_epsilon=1e-6)
    arrays = [np.random.default_rng(3).uniform(0.01, 9, 6).astype("float32") for _ in roles]
    back = restore(step, convert(step, arrays))
    assert all(np.array_equal(a, b) for a, b in zip(arrays[:3], back[:3], strict=True))
    np.testing.assert_allclose(back[3], arrays[3], rtol=1e-6)

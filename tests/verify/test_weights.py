"""The table of weights: every way is its own way back, and comes to the shapes that Keras 2 has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmigrate.verify import weights

_SIZE = st.integers(1, 4)
#: Class -> its weights' shapes in Keras 1 for (in, out, rows, columns, arguments)
_GATES = {"LSTM": 4, "GRU": 3, "ConvLSTM2D": 4}


def _kernel(ordering: str, *sizes: int) -> tuple[int, ...]:
    """``sizes``: in, out, and the window's."""
    inputs, outputs, *window = sizes
    return (outputs, inputs, *window) if ordering == "th" else (*window, inputs, outputs)


def _shapes(layer: str, ordering: str, way: str, i: int, o: int, r: int, c: int) -> list[tuple[int, ...]]:
    if layer in ("Convolution1D", "AtrousConvolution1D"):
        return [(r, 1, i, o), (o,)]
    if layer == "Convolution3D":
        return [_kernel(ordering, i, o, r, c, 2), (o,)]
    if layer == "Deconvolution2D":
        return [(i, o, r, c) if ordering == "th" else (r, c, i, o), (o,)]
    if layer == "SeparableConvolution2D":
        return [_kernel(ordering, i, 2, r, c), _kernel(ordering, 2 * i, o, 1, 1), (o,)]
    if layer == "LocallyConnected2D":
        return [(r * c, 6 * i, o), (o, r, c) if ordering == "th" else (r, c, o)]
    if layer in _GATES:
        if layer == "ConvLSTM2D":
            return [_kernel(ordering, i, o, r, c), _kernel(ordering, o, o, r, c), (o,)] * 4
        gates = _GATES[layer]
        return [(i, gates * o), (o, gates * o), (gates * o,)] if way == "gpu" else [(i, o), (o, o), (o,)] * gates
    return [_kernel(ordering, i, o, r, c), (o,)] if "Convolution2D" in layer else [(i, o), (o,)]


@pytest.mark.parametrize("layer", [*weights._WAYS, "Dense"])
@given(
    ordering=st.sampled_from(["th", "tf"]),
    way=st.sampled_from(["cpu", "mem", "gpu"]),
    flips=st.booleans(),
    sizes=st.tuples(*[_SIZE] * 4),
)
def test_there_and_back_is_exact(
    layer: str, ordering: str, way: str, flips: bool, sizes: tuple[int, int, int, int]
) -> None:
    arguments: dict[str, Any] = {"dim_ordering": ordering, "consume_less": way if layer != "ConvLSTM2D" else "cpu"}
    arguments["filter_flip"] = flips
    shapes = _shapes(layer, ordering, way, *sizes)
    random = np.random.default_rng(3)
    arrays = [random.normal(size=shape) for shape in shapes]
    moved = weights.way(layer).there(arrays, arguments)
    assert [array.shape for array in moved] == weights.moved_shapes(layer, shapes, arguments)
    back = weights.way(layer).back(moved, arguments)
    assert len(back) == len(arrays)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, back, strict=True))


def test_gates_of_an_lstm_are_joined_in_the_order_of_keras_2() -> None:
    # Keras 1 keeps i, c, f, o (layers/recurrent.py, LSTM.build); Keras 2 computes with i, f, c, o
    arrays = [np.full(shape, number) for number, gate in enumerate("icfo") for shape in ((2, 1), (1, 1), (1,))]
    kernel, recurrent, bias = weights.way("LSTM").there(arrays, {"consume_less": "cpu"})
    assert kernel.tolist() == [[0, 2, 1, 3]] * 2
    assert recurrent.tolist() == [[0, 2, 1, 3]]
    assert bias.tolist() == [0, 2, 1, 3]


def test_weights_that_are_no_such_layers_have_no_shapes() -> None:
    assert weights.moved_shapes("LSTM", [(2, 3), (3,)], {"consume_less": "cpu"}) is None
    assert weights.moved_shapes("Convolution2D", [], {"dim_ordering": "th"}) is None


@pytest.mark.parametrize("ordering", ["th", "tf"])
def test_kernels_of_theano_are_turned_round(ordering: str) -> None:
    kernel = np.arange(6.0).reshape((1, 1, 2, 3) if ordering == "th" else (2, 3, 1, 1))
    plain, turned = (
        weights.way("Convolution2D").there([kernel], {"dim_ordering": ordering, "filter_flip": flips})[0][..., 0, 0]
        for flips in (False, True)
    )
    assert plain.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert turned.tolist() == [[5, 4, 3], [2, 1, 0]]
    (length,) = weights.way("Convolution1D").there([kernel.reshape(6, 1, 1, 1)], {"filter_flip": True})
    assert length.ravel().tolist() == [5, 4, 3, 2, 1, 0]

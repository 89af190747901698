"""Layers of two models are aligned in their order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kmigrate.aligning import align
from kmigrate.verify.pairing import pair_layers


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_pairs_rise_and_are_as_many_as_can_be(old: list[int], new: list[int]) -> None:
    pairs = align(old, new, lambda a, b: float(a == b))
    assert pairs == sorted(pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(old[i] == new[j] for i, j in pairs)
    # the length of the longest common subsequence, the plain way
    rows = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, a in enumerate(old):
        for j, b in enumerate(new):
            rows[i + 1][j + 1] = rows[i][j] + 1 if a == b else max(rows[i][j + 1], rows[i + 1][j])
    assert len(pairs) == rows[-1][-1]


def _model(*layers: tuple[str, str, list[list[int]]]) -> dict[str, Any]:
    described = {
        str(number): {
            "id": number,
            "name": name,
            "class": kind,
            "order": number,
            "arguments": {"dim_ordering": "tf"},
            "weights": [{"name": "w", "shape": shape} for shape in shapes],
            "parts": [],
        }
        for number, (kind, name, shapes) in enumerate(layers)
    }
    nodes = [{"layer": number, "inputs": [], "shapes": [[None, 4]]} for number in range(len(layers))]
    return {"layers": described, "nodes": nodes}


def test_a_layer_that_an_upgrade_puts_in_is_left_out() -> None:
    old = _model(
        ("Convolution2D", "convolution2d_1", [[3, 3, 1, 4], [4]]),
        ("Merge", "merge_1", []),
        ("Dense", "dense_1", [[4, 2], [2]]),
    )
    new = _model(
        ("Conv2D", "conv2d", [[3, 3, 1, 4], [4]]),
        ("Dot", "dot", []),
        ("Reshape", "reshape", []),
        ("Dense", "dense", [[4, 2], [2]]),
    )
    assert [(a["class"], b["class"]) for a, b in pair_layers(old, new)] == [
        ("Convolution2D", "Conv2D"),
        ("Merge", "Dot"),
        ("Dense", "Dense"),
    ]

"""Comparing what two models computed, with the masks that go with it: plain arrays, no Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kmigrate.verify import naming
from kmigrate.verify.comparing import Compared, compare
from kmigrate.verify.drawing import PHASES

_VALUES = np.arange(24.0).reshape(2, 3, 4)
_MASK = np.array([[1, 1, 0], [1, 1, 1]], dtype="uint8")


def _model(*names: str) -> dict[str, Any]:
    """A chain of layers with steps of vectors."""
    layers = {str(at): {"id": at, "name": name, "class": name} for at, name in enumerate(names)}
    nodes = [{"layer": at, "inputs": [[at - 1, 0]], "shapes": [[None, 3, 4]]} for at in range(len(names))]
    return {"layers": layers, "nodes": nodes, "outputs": [[len(names) - 1, 0]]}


def _made(*values: Any, masks: dict[int, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for number in range(len(PHASES)):
        made.update({f"{number}_{at}_0": value for at, value in enumerate(values)})
        made.update({f"mask_{number}_{at}_0": mask for at, mask in masks.items()})
    return made


def _compared(before: dict[str, Any], after: dict[str, Any], count: int) -> Compared:
    old, new = (_model(*"abc"[:count]) for _ in range(2))
    pairs = list(zip(old["layers"].values(), new["layers"].values(), strict=True))
    return compare(old, new, pairs, before, after, {}, "float64")


@pytest.mark.parametrize("other", [None, 1 - _MASK, _MASK[:, :2]], ids=["none", "another", "shorter"])
def test_another_mask_is_found_at_the_layer_that_makes_it(other: Any) -> None:
    before = _made(_VALUES, _VALUES * 2, _VALUES * 3, masks={0: _MASK, 1: _MASK})
    masks = {} if other is None else {0: other, 1: other}
    after = _made(_VALUES, _VALUES * 2, _VALUES * 4, masks=masks)
    found = _compared(before, after, 3)
    assert found.first is not None
    assert (found.first.layer, found.first.found.is_too_far, found.other_masks) == ("a", False, False)


def test_another_mask_of_an_output_differs_though_its_values_do_not() -> None:
    found = _compared(_made(_VALUES, masks={0: _MASK}), _made(_VALUES, masks={}), 1)
    assert found.other_masks
    assert found.first is not None


def test_a_mask_that_nothing_comes_of_and_one_of_another_type_are_the_same() -> None:
    before = _made(_VALUES, _VALUES * 2, masks={0: _MASK})
    assert _compared(before, _made(_VALUES, _VALUES * 2, masks={}), 2).first is None
    same = _compared(before, _made(_VALUES, _VALUES * 2, masks={0: _MASK.astype(bool)[..., None]}), 2)
    assert not any(call.differs for call in same.calls)
    # a mask that only the upgraded model has: Keras 2 hands on more
    assert _compared(_made(_VALUES, masks={}), _made(_VALUES, masks={0: _MASK}), 1).first is None


def test_a_layer_in_the_place_of_another_is_named_by_what_it_replaces() -> None:
    old, new = _model("a", "b", "c"), _model("a", "other", "c")
    pairs = [(old["layers"][at], new["layers"][at]) for at in ("0", "2")]
    before = _made(_VALUES, _VALUES * 2, _VALUES * 3, masks={})
    after = _made(_VALUES, _VALUES * 5, _VALUES * 7, masks={})
    found = compare(old, new, pairs, before, after, {}, "float64")
    assert naming.not_computed(old, new, pairs, found) == ("b", "another layer is in its place: other")
    gone = _model("a", "c")
    pairs = [(old["layers"]["0"], gone["layers"]["0"]), (old["layers"]["2"], gone["layers"]["1"])]
    found = compare(old, gone, pairs, before, _made(_VALUES, _VALUES * 7, masks={}), {}, "float64")
    assert naming.not_computed(old, gone, pairs, found) == ("b", naming.GONE)

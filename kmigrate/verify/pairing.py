"""Which layer of the original is which of the upgraded model, and which model is which.

Both are put in the order of construction and aligned so that what is alike comes together and nothing crosses: an
upgrade adds layers (a ``Reshape`` that keeps a shape) and splits or renames them, but keeps their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kmigrate.aligning import align
from kmigrate.verify import weights

Described = Mapping[str, Any]
#: Layers of Keras 1, each with its counterpart.
Pairs = Sequence[tuple[Described, Described]]

#: Class in Keras 1 -> classes in Keras 2 (keras_api/keras1.py); others keep their name.
_CLASSES: dict[str, frozenset[str]] = {
    "Convolution1D": frozenset({"Conv1D"}),
    "AtrousConvolution1D": frozenset({"Conv1D"}),
    "Convolution2D": frozenset({"Conv2D"}),
    "AtrousConvolution2D": frozenset({"Conv2D"}),
    "Convolution3D": frozenset({"Conv3D"}),
    "Deconvolution2D": frozenset({"Conv2DTranspose"}),
    "SeparableConvolution2D": frozenset({"SeparableConv2D"}),
    "Merge": frozenset({"Merge", "Add", "Multiply", "Average", "Maximum", "Concatenate", "Dot", "Lambda"}),
    "TimeDistributedDense": frozenset({"TimeDistributed", "Dense"}),
}
_AUTOMATIC = re.compile(r"_\d+$")


def leaves(layer: Described) -> list[Described]:
    """The layers with weights of their own in a layer: itself, or those that it wraps."""
    return [leaf for part in layer["parts"] for leaf in leaves(part)] if layer["parts"] else [layer]


def weighty(layer: Described) -> list[Described]:
    """Those that have weights."""
    return [leaf for leaf in leaves(layer) if leaf["weights"]]


def moved(leaf: Described) -> list[tuple[int, ...]] | None:
    """The shapes that a layer's weights have in Keras 2."""
    return weights.moved_shapes(leaf["class"], [w["shape"] for w in leaf["weights"]], leaf["arguments"])


def same_weights(old: Described, new: Described) -> bool:
    """Whether the weights of a layer fit into another one."""
    before, after = weighty(old), weighty(new)
    return len(before) == len(after) and all(
        moved(a) == [tuple(w["shape"]) for w in b["weights"]] for a, b in zip(before, after, strict=True)
    )


def _of_one_kind(old: Described, new: Described) -> bool:
    return new["class"] in _CLASSES.get(old["class"], frozenset({old["class"]}))


def layers_alike(old: Described, new: Described) -> float:
    """How much speaks for two layers being the same one; 0 where they cannot be."""
    if bool(weighty(old)) != bool(weighty(new)):
        return 0.0
    score = 4.0 if _of_one_kind(old, new) else 0.0
    if old["name"] == new["name"]:
        score += 1.0 if _AUTOMATIC.search(old["name"]) else 5.0
    if weighty(old):
        score += 4.0 if same_weights(old, new) else 0.0
    if score and old.get("shape") == new.get("shape"):
        score += 1.0
    return score


def pair_layers(old: Described, new: Described) -> list[tuple[Described, Described]]:
    """The layers of one model and those of the other that are the same."""
    before, after = _in_order(old), _in_order(new)
    return [(before[i], after[j]) for i, j in align(before, after, layers_alike)]


def _in_order(model: Described) -> list[dict[str, Any]]:
    shapes: dict[int, Any] = {}
    for node in model["nodes"]:
        shapes.setdefault(node["layer"], [shape[1:] for shape in node["shapes"]])
    found = [{**layer, "shape": shapes[layer["id"]]} for layer in model["layers"].values()]
    return sorted(found, key=lambda layer: int(layer["order"]))


def _size(model: Described) -> int:
    total = 0
    for layer in model["layers"].values():
        for leaf in weighty(layer):
            for weight in leaf["weights"]:
                size = 1
                for length in weight["shape"]:
                    size *= length
                total += size
    return total


def models_alike(old: Described, new: Described) -> float:
    """How much speaks for two models being the same one."""
    score = 1.0
    if old["name"] == new["name"]:
        score += 2.0
    if _size(old) == _size(new):
        score += 3.0
    if len(old["inputs"]) == len(new["inputs"]) and len(old["outputs"]) == len(new["outputs"]):
        score += 2.0
    if set(old["events"]) == set(new["events"]):
        score += 1.0
    return score


def pair_models(old: Sequence[Described], new: Sequence[Described]) -> list[tuple[Described, Described]]:
    """The models of the original and those of the upgraded program that are the same."""
    return [(old[i], new[j]) for i, j in align(old, new, models_alike)]

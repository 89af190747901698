"""Which layer a difference begins at, where it does not show in what a layer computes: one that is gone, or whose
output has another shape, so that the weights of a later layer do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kmigrate.verify.comparing import Compared
from kmigrate.verify.pairing import Described

Pairs = Sequence[tuple[Described, Described]]

#: What is said of a layer that only the original has.
GONE = "this layer has no counterpart"


def earlier(old: Described, new: Described, pairs: Pairs, name: str) -> tuple[str, str] | None:
    """The first layer before the layer ``name`` that is gone or makes another shape, and what is said of it.

    Shapes are those that the models declare, without the batch size. None where ``name`` is the first.
    """
    counterparts = {a["id"]: b["id"] for a, b in pairs}
    calls: dict[int, Iterator[Any]] = {
        theirs: iter([node["shapes"] for node in new["nodes"] if node["layer"] == theirs])
        for theirs in counterparts.values()
    }
    for node in old["nodes"]:
        layer = old["layers"][str(node["layer"])]
        if layer["name"] == name:
            return None
        if layer["id"] not in counterparts:
            return layer["name"], GONE
        shapes = next(calls[counterparts[layer["id"]]], node["shapes"])
        for had, has in zip(node["shapes"], shapes, strict=False):
            if _is_other(had[1:], has[1:]):
                return layer["name"], f"its output has the shape {_said(has)}, and had {_said(had)}"
    return None


def gone(old: Described, new: Described, pairs: Pairs, compared: Compared) -> str | None:
    """The layer that only the original has and that feeds the first differing call, or makes an output.

    None where something that only the upgraded model has stands in its place.
    """
    if not compared.outputs.is_too_far:
        return None
    ours, theirs = {a["id"] for a, _ in pairs}, {b["id"] for _, b in pairs}
    first = compared.first
    if first is not None:
        before, after = old["nodes"][first.old]["inputs"], new["nodes"][first.new]["inputs"]
    else:
        before, after = old["outputs"], new["outputs"]
    lost, made = _unpaired(old, before, ours), _unpaired(new, after, theirs)
    return lost[0] if lost and not made else None


def _unpaired(model: Described, places: Sequence[Sequence[int]], known: set[int]) -> list[str]:
    layers = [model["layers"][str(model["nodes"][node]["layer"])] for node, _ in places if node >= 0]
    return [layer["name"] for layer in layers if layer["id"] not in known and layer["class"] != "InputLayer"]


def _is_other(had: Sequence[int | None], has: Sequence[int | None]) -> bool:
    """Whether two shapes differ; axes of size 1 do not count, nor do unknown sizes."""
    sizes = [[size for size in shape if size != 1] for shape in (had, has)]
    return len(sizes[0]) != len(sizes[1]) or any(a != b and None not in (a, b) for a, b in zip(*sizes, strict=True))


def _said(shape: Sequence[int | None]) -> str:
    return f"({', '.join(map(str, shape))})"

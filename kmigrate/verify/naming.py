"""Which layer a difference begins at, where it does not show in what a layer computes: one that is gone, or whose
output has another shape, so that the weights of a later layer do not fit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from kmigrate.verify.comparing import Compared
from kmigrate.verify.pairing import Described, Pairs

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


def not_computed(old: Described, new: Described, pairs: Pairs, compared: Compared) -> tuple[str, str] | None:
    """The layer, or call of one, that only the original has and that feeds the first differing call or makes an output.

    With what is said of it; None unless what fed that layer feeds the call in its place, or a new layer that does:
    where others do, the call was given other inputs.
    """
    if not compared.outputs.is_too_far and not compared.other_masks:
        return None
    first = compared.first
    if first is not None:
        before, after = old["nodes"][first.old]["inputs"], new["nodes"][first.new]["inputs"]
    else:
        before, after = old["outputs"], new["outputs"]
    counterparts = {a["id"]: b["id"] for a, b in pairs}
    fed = [_layer(new, place) for place in after]
    for place, now in itertools.zip_longest(before, after):
        layer = _layer(old, place) if place else None
        if layer is None:
            continue
        name = str(old["layers"][str(layer)]["name"])
        if layer in counterparts:
            if _calls(old, layer).index(place[0]) >= len(_calls(new, counterparts[layer])):
                return name, "it is called less often: something else is in its place"
            continue
        sources = [_layer(old, source) for source in old["nodes"][place[0]]["inputs"]]
        wanted = [counterparts.get(source) for source in sources]
        if sources and all(source is not None and source in fed for source in wanted):
            return name, GONE
        other = _layer(new, now) if now else None
        is_new = other is not None and other not in counterparts.values()
        if is_new and [_layer(new, source) for source in new["nodes"][now[0]]["inputs"]] == wanted:
            return name, f"another layer is in its place: {new['layers'][str(other)]['class']}"
    return None


def _calls(model: Described, layer: Any) -> list[int]:
    return [at for at, node in enumerate(model["nodes"]) if node["layer"] == layer]


def _layer(model: Described, place: Sequence[int]) -> Any:
    """The number of the layer that makes a tensor; None for an input."""
    return model["nodes"][place[0]]["layer"] if place[0] >= 0 else None


def _is_other(had: Sequence[int | None], has: Sequence[int | None]) -> bool:
    """Whether two shapes differ; axes of size 1 do not count, nor do unknown sizes."""
    sizes = [[size for size in shape if size != 1] for shape in (had, has)]
    return len(sizes[0]) != len(sizes[1]) or any(a != b and None not in (a, b) for a, b in zip(*sizes, strict=True))


def _said(shape: Sequence[int | None]) -> str:
    return f"({', '.join(map(str, shape))})"

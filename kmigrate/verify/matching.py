"""Whether paired layers can be given the same weights, and which cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kmigrate.verify import naming, pairing
from kmigrate.verify.diagnosis import arguments
from kmigrate.verify.pairing import Described, Pairs


def unmatched(old: Described, new: Described, layers: Pairs, *, paired_only: bool = False) -> tuple[str, str] | None:
    """A layer with weights that the other model has not, or whose weights or outputs are of other shapes, and why.

    ``paired_only``: only one of the latter.
    """
    if len(old["inputs"]) != len(new["inputs"]) or len(old["outputs"]) != len(new["outputs"]):
        return old["name"], "it has another number of inputs or outputs"
    theirs = {a["id"]: b for a, b in layers}
    shapes = {id(model): _node_shapes(model) for model in (old, new)}
    for node in old["nodes"]:  # in the order of computation: a shape that changes changes all weights after it
        ours = old["layers"][str(node["layer"])]
        other = theirs.get(node["layer"])
        if other is None:
            if pairing.weighty(ours) and not paired_only:
                return ours["name"], naming.GONE
            continue
        had, has = ([w["shape"] for leaf in pairing.weighty(one) for w in leaf["weights"]] for one in (ours, other))
        if not pairing.same_weights(ours, other):
            return ours["name"], f"its weights have the shapes {has}, and had {had} in Keras 1's layout"
        before, after = shapes[id(old)][ours["id"]], shapes[id(new)][other["id"]]
        if not _same_shape(before, after) and not _leads_to_same(old, ours["id"], theirs, shapes, new):
            words = arguments(ours, other) or f"its output has the shape {_tuple(after)}, and had {_tuple(before)}"
            return ours["name"], words
    known = {b["id"] for _, b in layers}
    for layer in new["layers"].values():
        if layer["id"] not in known and pairing.weighty(layer) and not paired_only:
            return layer["name"], "this layer with weights is new"
    return None


def _node_shapes(model: Described) -> dict[int, list[int | None]]:
    shapes: dict[int, list[int | None]] = {}
    for node in model["nodes"]:
        shapes.setdefault(node["layer"], node["shapes"][0][1:])
    return shapes


def _same_shape(old: Sequence[int | None], new: Sequence[int | None]) -> bool:
    """Whether two shapes may be of the same data, axes of size 1 aside."""
    if None in old or None in new:
        return True
    return [size for size in old if size != 1] == [size for size in new if size != 1]


def _leads_to_same(
    old: Described,
    layer: int,
    theirs: Mapping[int, Described],
    shapes: Mapping[int, Mapping[int, list[int | None]]],
    new: Described,
) -> bool:
    """Whether all that uses a layer has the shapes that it had: then an upgrade has but moved axes."""
    numbers = [at for at, node in enumerate(old["nodes"]) if node["layer"] == layer]
    users = [node for node in old["nodes"] if any(source in numbers for source, _ in node["inputs"])]
    return bool(users) and all(
        node["layer"] in theirs
        and _same_shape(shapes[id(old)][node["layer"]], shapes[id(new)][theirs[node["layer"]]["id"]])
        and pairing.same_weights(old["layers"][str(node["layer"])], theirs[node["layer"]])
        for node in users
    )


def _tuple(shape: Sequence[int | None]) -> str:
    return "(" + ", ".join(["None", *map(str, shape)]) + ")"

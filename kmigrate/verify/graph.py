"""The graph of a model with its errors, as a report draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from kmigrate.verify.comparing import Compared
from kmigrate.verify.pairing import Described
from kmigrate.verify.results import INPUT, Step


def steps(
    model: Described, pairs: Sequence[tuple[Described, Described]] = (), compared: Compared | None = None
) -> tuple[Step, ...]:
    """The inputs of a model of Keras 1, then the calls of its layers in the order of computation.

    ``pairs`` are its layers with those of the upgraded model, ``compared`` what came of comparing: without it no step
    has an error.
    """
    found = {call.old: call.found for call in compared.calls} if compared else {}
    classes = {ours["id"]: str(theirs["class"]) for ours, theirs in pairs}
    count = len(model["inputs"])
    made = [Step(f"input {at + 1}", INPUT, INPUT, (), tuple(one["shape"])) for at, one in enumerate(model["inputs"])]
    for number, node in enumerate(model["nodes"]):
        layer = model["layers"][str(node["layer"])]
        place = layer["place"]
        error = found.get(number)
        made.append(
            Step(
                layer["name"],
                layer["class"],
                classes.get(layer["id"]),
                tuple(at if source == -1 else source + count for source, at in node["inputs"] if source >= -1),
                tuple(node["shapes"][0]),
                error.absolute if error else None,
                error.relative if error else None,
                error.is_too_far if error else False,
                place=_place(place[0], place[1], model["file"]) if place else "",
            )
        )
    return tuple(made)


def _place(file: str, line: int, own: str | None) -> str:
    """``line 12``, and of which file, where that is not the model's own."""
    name = PurePath(file).name
    return f"line {line}" if own is not None and name == PurePath(own).name else f"line {line} of {name}"


def with_inner(outer: Sequence[Step], layer: str, inner: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with those of the model that is the layer ``layer``, where it is called first."""
    at = [step.layer for step in outer].index(layer)
    return (*outer[:at], replace(outer[at], inner=inner), *outer[at + 1 :])

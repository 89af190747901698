"""Why a layer computes something else: an order of axes, or an argument that has another value now."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from kmigrate.verify.comparing import Call, Compared, Outputs, difference
from kmigrate.verify.drawing import PHASES
from kmigrate.verify.pairing import Described, leaves
from kmigrate.verify.weights import Array

_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}

#: Argument of Keras 1 -> that of Keras 2 with the same meaning (``get_config`` of both).
_ARGUMENTS = {
    "activation": "activation",
    "inner_activation": "recurrent_activation",
    "epsilon": "epsilon",
    "border_mode": "padding",
    "padding": "padding",
    "cropping": "cropping",
    "subsample": "strides",
    "subsample_length": "strides",
    "stride": "strides",
    "strides": "strides",
    "pool_size": "pool_size",
    "pool_length": "pool_size",
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
    "axis": "axis",
    "alpha": "alpha",
    "theta": "theta",
    "mask_value": "mask_value",
    "mask_zero": "mask_zero",
    "go_backwards": "go_backwards",
    "return_sequences": "return_sequences",
    "stateful": "stateful",
    "merge_mode": "merge_mode",
    "dim_ordering": "data_format",
    "dims": "dims",
    "target_shape": "target_shape",
    "n": "n",
    "size": "size",
    "length": "size",
    "depth_multiplier": "depth_multiplier",
    "concat_axis": "axis",
}


def diagnose(
    old: Described,
    pairs: list[tuple[Described, Described]],
    compared: Compared,
    before: Outputs,
    after: Outputs,
    inputs: Outputs,
    floatx: str,
) -> str | None:
    """Why the first differing layer does; None where that is not known."""
    call = compared.first
    if call is None:
        return None
    ours, theirs = next((a, b) for a, b in pairs if a["id"] == old["nodes"][call.old]["layer"])
    return (
        _flatten_order(old, call, ours, before, after, inputs, floatx)
        or arguments(ours, theirs)
        or _masked(call)
        or _moved_axes(call, before, after, floatx)
        or _shapes(call, before, after)
        or _phase(call, before, after, floatx)
        or _scaled(call, before, after, floatx)
    )


def _pass(made: Outputs, node: int, number: int = 0) -> Array:
    return made[f"{number}_{node}_0"]


def _source(described: Described, node: int, made: Outputs, inputs: Outputs) -> Array | None:
    sources = described["nodes"][node]["inputs"]
    if len(sources) != 1:
        return None
    place, at = sources[0]
    return inputs.get(f"0_{at}") if place == -1 else made.get(f"0_{place}_{at}")


def _flatten_order(
    old: Described, call: Call, ours: Described, before: Outputs, after: Outputs, inputs: Outputs, floatx: str
) -> str | None:
    """``Flatten`` of Keras 2 takes channels-first data to channels-last before it flattens (core/reshaping)."""
    if ours["class"] != "Flatten":
        return None
    fed = _source(old, call.old, before, inputs)
    found = _pass(after, call.new)
    if fed is None or fed.ndim < 3:
        return None
    moved = fed.transpose(0, *range(2, fed.ndim), 1).reshape(found.shape if found.size == fed.size else (-1,))
    if moved.shape == found.shape and not difference(moved, found, floatx).is_too_far:
        return "Flatten order: channels-first data is taken to channels-last first; Keras 1 flattened it as it is"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        found = [_plain(item) for item in value]
        return found[0] if found and all(item == found[0] for item in found) else found
    if isinstance(value, str):
        return _ORDERINGS.get(value, value)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def arguments(ours: Described, theirs: Described) -> str | None:
    """An argument whose value is another one; of a wrapper, of what it wraps."""
    before, after = [ours, *leaves(ours)], [theirs, *leaves(theirs)]
    found: list[str] = []
    if len(before) != len(after):
        return None
    for a, b in zip(before, after, strict=True):
        found += _differing(a["arguments"], b["arguments"])
    return "; ".join(dict.fromkeys(found)) or None


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in old.items():
        other = _ARGUMENTS.get(name)
        if other is None or other not in new or (name == "axis" and isinstance(new[other], list)):
            continue
        if _plain(value) != _plain(new[other]):
            was = _ORDERINGS.get(value, value) if isinstance(value, str) else value
            found.append(f"{other} is {new[other]!r}, and was {was!r}")
    if old.get("consume_less") is not None and new.get("reset_after"):
        found.append("reset_after is True: Keras 1 resets before the product")
    return found


def _masked(call: Call) -> str | None:
    if not call.other_mask or call.found.is_too_far:
        return None
    return "its output is the same, and the mask that goes with it is not: other steps count in the layers after it"


def _moved_axes(call: Call, before: Outputs, after: Outputs, floatx: str) -> str | None:
    old, new = _pass(before, call.old), _pass(after, call.new)
    if not 2 < old.ndim < 6 or old.ndim != new.ndim:
        return None
    for order in itertools.permutations(range(1, old.ndim)):
        moved = new.transpose(0, *order)
        is_other = order != tuple(range(1, old.ndim)) and moved.shape == old.shape
        if is_other and not difference(old, moved, floatx).is_too_far:
            return f"its axes are in another order: transposed by {(0, *order)} they are equal"
    return None


def _shapes(call: Call, before: Outputs, after: Outputs) -> str | None:
    old, new = _pass(before, call.old), _pass(after, call.new)
    if old.shape == new.shape:
        return None
    return f"its output has the shape {_shape(new)}, and had {_shape(old)}"


def _shape(array: Array) -> str:
    return "(" + ", ".join(["None", *map(str, array.shape[1:])]) + ")"


def _phase(call: Call, before: Outputs, after: Outputs, floatx: str) -> str | None:
    apart = {
        phase
        for number, phase in enumerate(PHASES)
        if difference(_pass(before, call.old, number), _pass(after, call.new, number), floatx).is_too_far
    }
    if apart == {1}:
        return "it differs in training alone"
    return "it differs in prediction alone" if apart == {0} else None


def _scaled(call: Call, before: Outputs, after: Outputs, floatx: str) -> str | None:
    """A factor between the two, as of a loss or a mean over another number of values."""
    old, new = _pass(before, call.old).ravel(), _pass(after, call.new).ravel()
    if old.shape != new.shape or not np.any(old) or not np.all(np.isfinite(old)):
        return None
    factor = float(old @ new / (old @ old)) if np.all(np.isfinite(new)) else 0.0
    if factor and not difference(old * factor, new, floatx).is_too_far:
        return f"it is {factor:.6g} times what it was"
    return None

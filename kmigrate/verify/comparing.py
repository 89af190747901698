"""Comparing what two models computed, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kmigrate.verify.drawing import PHASES
from kmigrate.verify.pairing import Described
from kmigrate.verify.weights import Array

#: How far apart two values may be, in units of 1 + the largest value of the layer. In float64 rounding stays below
#: 1e-12 and a change of meaning is far above; in float32 sums in another order reach 1e-5 in deep models.
TOLERANCES = {"float64": 1e-9, "float32": 1e-4}

#: "PASS_CALL_TENSOR" -> array
Outputs = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a layer's outputs are apart: absolute, relative to the largest value, and whether that is too far.

    ``absolute`` is infinite where the shapes differ or only one of the sides is not a number.
    """

    absolute: float
    relative: float
    is_too_far: bool


def difference(old: Array, new: Array, floatx: str) -> Difference:
    """Between two arrays. Axes of size 1 do not count: an upgrade may leave them out or put them in."""
    if old.shape != new.shape:
        if [size for size in old.shape if size != 1] != [size for size in new.shape if size != 1]:
            return Difference(float("inf"), float("inf"), True)
        new = new.reshape(old.shape)
    if not old.size:
        return Difference(0.0, 0.0, False)
    old, new = old.astype("float64"), new.astype("float64")
    equal = (old == new) | (np.isnan(old) & np.isnan(new))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(equal, 0.0, np.abs(old - new))
    apart = np.where(np.isnan(apart), np.inf, apart)
    finite = np.abs(old[np.isfinite(old)])
    largest = float(finite.max()) if finite.size else 0.0
    absolute = float(apart.max())
    return Difference(
        absolute, absolute / largest if largest else absolute, absolute > TOLERANCES[floatx] * (1 + largest)
    )


def worst(found: Sequence[Difference]) -> Difference:
    """The largest of several."""
    return Difference(
        max((one.absolute for one in found), default=0.0),
        max((one.relative for one in found), default=0.0),
        any(one.is_too_far for one in found),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a layer in both models: its number in each, how far apart its outputs are, and whether it masks others.

    ``other_mask``: other steps of its output count than those that counted in the original.
    """

    layer: str
    old: int
    new: int
    found: Difference
    other_mask: bool = False

    @property
    def differs(self) -> bool:
        """Whether its output or the mask of it is another one."""
        return self.found.is_too_far or self.other_mask


@dataclass(frozen=True, slots=True)
class Compared:
    """What two models computed."""

    calls: tuple[Call, ...]
    outputs: Difference
    #: other steps of an output count, for the loss
    other_masks: bool
    #: the first call that differs, None where the models compute the same
    first: Call | None


def compare(
    old: Described,
    new: Described,
    pairs: Sequence[tuple[Described, Described]],
    before: Outputs,
    after: Outputs,
    inputs: Outputs,
    floatx: str,
) -> Compared:
    """Compare the outputs of all calls of paired layers, and of the models, and the masks that go with them."""
    calls = []
    for ours, theirs in pairs:
        old_calls = [at for at, node in enumerate(old["nodes"]) if node["layer"] == ours["id"]]
        new_calls = [at for at, node in enumerate(new["nodes"]) if node["layer"] == theirs["id"]]
        for a, b in zip(old_calls, new_calls, strict=False):
            tensors = range(min(len(old["nodes"][a]["shapes"]), len(new["nodes"][b]["shapes"])))
            found = [
                _unmasked(before, after, f"{number}_{a}_{t}", f"{number}_{b}_{t}", floatx)
                for number in range(len(PHASES))
                for t in tensors
            ]
            masks = any(_other_mask(before, after, n, (a, t), (b, t)) for n in range(len(PHASES)) for t in tensors)
            calls.append(Call(ours["name"], a, b, worst(found), masks))
    calls.sort(key=lambda call: call.old)
    outputs = worst(
        [
            difference(_tensor(before, inputs, number, a), _tensor(after, inputs, number, b), floatx)
            for number in range(len(PHASES))
            for a, b in zip(old["outputs"], new["outputs"], strict=True)
        ]
    )
    masks = any(
        _other_mask(before, after, number, a, b)
        for number in range(len(PHASES))
        for a, b in zip(old["outputs"], new["outputs"], strict=True)
    )
    first = _first(old, calls, outputs_differ=outputs.is_too_far or masks)
    return Compared(tuple(calls), outputs, masks, first)


def _other_mask(before: Outputs, after: Outputs, number: int, old: Sequence[int], new: Sequence[int]) -> bool:
    """Whether other steps count of a tensor (call, tensor) that has a mask in the original; without one all count."""
    was, now = before.get("mask_{}_{}_{}".format(number, *old)), after.get("mask_{}_{}_{}".format(number, *new))
    if was is None:
        return False
    now = np.ones_like(was) if now is None else now
    return was.size != now.size or not np.array_equal(was.ravel().astype(bool), now.ravel().astype(bool))


def _unmasked(before: Outputs, after: Outputs, old: str, new: str, floatx: str) -> Difference:
    """Between a layer's outputs without masked steps: a Bidirectional fills them up in another way now."""
    ours, theirs, mask = before[old], after[new], before.get(f"mask_{old}")
    if (
        mask is None
        or ours.shape != theirs.shape
        or ours.ndim < 3
        or mask.shape[:2] != ours.shape[:2]
        or mask.size != mask.shape[0] * mask.shape[1]
    ):
        return difference(ours, theirs, floatx)
    kept = mask.reshape(mask.shape[0], mask.shape[1]).astype(bool)
    return difference(ours[kept], theirs[kept], floatx)


def _tensor(made: Outputs, inputs: Outputs, number: int, place: Sequence[int]) -> Array:
    node, at = place
    return inputs[f"{number}_{at}"] if node == -1 else made[f"{number}_{node}_{at}"]


def _first(old: Described, calls: Sequence[Call], *, outputs_differ: bool) -> Call | None:
    """The first call whose outputs differ, those left out that nothing comes of.

    An upgrade may move axes or add one, and Keras 2 fills up masked steps in another way (a Bidirectional's): what
    comes next sets it right, and is equal again.
    """
    by_number = {call.old: call for call in calls}
    differing = [call for call in calls if call.differs]
    for call in differing:
        if not _is_set_right(old, call.old, by_number, outputs_differ):
            return call
    return differing[0] if differing and outputs_differ else None


def _is_set_right(old: Described, number: int, calls: Mapping[int, Call], outputs_differ: bool) -> bool:
    users = [at for at, node in enumerate(old["nodes"]) if any(source == number for source, _ in node["inputs"])]
    if any(source == number for source, _ in old["outputs"]):
        return not outputs_differ  # outputs are compared by themselves
    return bool(users) and all(
        not calls[user].differs if user in calls else _is_set_right(old, user, calls, outputs_differ) for user in users
    )

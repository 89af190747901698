"""What differs in the calls that train, evaluate and predict, and in what callbacks decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_Call = Mapping[str, Any]

#: What a call is described by -> words for its value; what is unknown on a side is not compared.
_COUNTED = {
    "epochs": "{} epochs",
    "initial_epoch": "initial epoch {}",
    "batches": "{} batches",
}
_TOLD = {"shuffle": "shuffle {}", "validation": "validation on {}"}
#: Callbacks that set the rate.
_SET_RATES = frozenset({"ReduceLROnPlateau", "LearningRateScheduler"})
#: Changes of a rate that are rounding: ReduceLROnPlateau of tf_keras computes in float32.
_RATE = 1e-5


def calls(old: Sequence[_Call], new: Sequence[_Call]) -> list[str]:
    """Differences between the calls of the original and those of the upgraded program, in order."""
    found: list[str] = []
    for kind in dict.fromkeys(call["kind"] for call in old):
        before = [call for call in old if call["kind"] == kind]
        after = [call for call in new if call["kind"] == kind]
        for a, b in zip(before, after, strict=False):
            found += [f"{kind}: {words}" for words in _call(a, b)]
    return list(dict.fromkeys(found))


def _call(old: _Call, new: _Call) -> list[str]:
    found = []
    for key, words in _COUNTED.items():
        had, has = old.get(key), new.get(key)
        if None not in (had, has) and had != has:
            found.append(f"{words.format(has)}, was {had}")
    for key, words in _TOLD.items():
        if key in old and key in new and old[key] != new[key]:
            found.append(f"{words.format(new[key] or 'nothing')}, was {old[key] or 'nothing'}")
    for key in ("class_weight", "sample_weight"):
        if bool(old[key]) != bool(new[key]):
            found.append(f"{key} is {'given' if new[key] else 'not given'}, and was {'' if old[key] else 'not '}given")
        elif old[key] != new[key]:
            found.append(f"{key} is other")
    if new["error"] and not old["error"]:
        found.append(f"its generator fails: {new['error']}")
    return found


def plateau(patience: int) -> list[float]:
    """A loss to show callbacks: it falls, stays on a plateau, falls once more and stays for longer."""
    falling = [0.9, 0.7, 0.6, 0.5]
    return [*falling, *[0.55] * (patience + 3), 0.45, *[0.5] * (2 * patience + 4)][:400]


def decisions(old: Sequence[_Call], new: Sequence[_Call]) -> tuple[list[str], list[str]]:
    """Where callbacks decide otherwise, and what is said of them without being a difference."""
    found: list[str] = []
    notes: list[str] = []
    if [one["class"] for one in old] != [one["class"] for one in new]:
        names = [", ".join(one["class"] for one in side) or "none" for side in (new, old)]
        return [f"callbacks {names[0]}, were {names[1]}"], []
    for a, b in zip(old, new, strict=True):
        name = a["class"]
        if a["error"]:
            notes.append(f"{name} fails in the original ({a['error']}): not compared")
        elif b["error"]:
            found.append(f"{name} fails: {b['error']}")
        elif a["stopped"] != b["stopped"]:
            found.append(f"{name} stops after {_epoch(b['stopped'])}, was {_epoch(a['stopped'])}")
        else:
            if name in _SET_RATES:
                found += [f"{name}: {words}" for words in _rates(a["rates"], b["rates"])]
            _files(name, a["saved"], b["saved"], found, notes)
    return found, notes


def _epoch(number: int | None) -> str:
    return "no epoch" if number is None else f"epoch {number + 1}"


def _rates(old: Sequence[float | None], new: Sequence[float | None]) -> list[str]:
    for epoch, (had, has) in enumerate(zip(old, new, strict=False)):
        if had is None or has is None:
            continue
        if abs(had - has) > _RATE * abs(had):
            return [f"rate {has:.6g} after epoch {epoch + 1}, was {had:.6g}"]
    return []


def _files(
    name: str, old: Sequence[Sequence[Any]], new: Sequence[Sequence[Any]], found: list[str], notes: list[str]
) -> None:
    had, has = ([epoch for epoch, _ in side] for side in (old, new))
    if had != has:
        epochs = [", ".join(str(epoch + 1) for epoch in side[:12]) or "none" for side in (has, had)]
        found.append(f"{name} saves after the epochs {epochs[0]}, were {epochs[1]}")
    elif [path for _, path in old] != [path for _, path in new]:
        # on_epoch_end of Keras 1.2.2 (callbacks.py) formats ``epoch``, that of tf_keras ``epoch + 1``
        at = next(number for number, (a, b) in enumerate(zip(old, new, strict=True)) if a[1] != b[1])
        notes.append(f"{name} saves the first epochs as {new[at][1]}, was {old[at][1]}: Keras 2 counts them from 1")

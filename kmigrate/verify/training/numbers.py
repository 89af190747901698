"""How far apart gradients and changes of weights are, layer by layer, in the layouts of Keras 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kmigrate.verify import weights
from kmigrate.verify.pairing import Described, Pairs, weighty
from kmigrate.verify.weights import Array

#: How far apart gradients or changes of weights may be, in units of the largest of an array.
TOLERANCES = {"float64": 1e-9, "float32": 5e-3}
#: Losses, relative to 1 + their value.
LOSSES = {"float64": 1e-9, "float32": 1e-4}
#: Metrics, absolutely: averages are taken in other types.
METRICS = {"float64": 1e-6, "float32": 1e-4}
#: Gradients that are apart by less than this part of the largest one of the model are not.
_ROUNDING = {"float64": 1e-11, "float32": 1e-4}
#: Rounding of a gradient, as a part of the largest one of the model: optimizers that divide by a gradient's size make
#: as much of it as of any other.
_ROUNDING_OF_ALL = {"float64": 1e-13, "float32": 1e-5}
#: Rounding of a weight itself.
_WEIGHTS = {"float64": 1e-14, "float32": 2e-6}
#: The last arrays of a BatchNormalization, which no gradient changes.
STATISTICS = {"BatchNormalization": 2}

#: A file of arrays, "g_LAYER_NUMBER" or "w_LAYER_NUMBER".
Arrays = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Apart:
    """How far a layer's arrays are apart: relative to the largest value of an array, and whether that is too far."""

    layer: str
    id: int
    relative: float
    is_too_far: bool


def gradients(pairs: Pairs, old: Arrays, new: Arrays, floatx: str) -> list[Apart]:
    """Of the layers that are trained on both sides."""
    largest = largest_gradient(old)
    return [
        _worst(
            a, [_array(had, has, _ROUNDING[floatx] * largest, floatx) for had, has in zip(before, after, strict=True)]
        )
        for a, before, after in _leaves(pairs, old, new, "g")
    ]


def largest_gradient(found: Arrays) -> float:
    """Of all gradients in a file."""
    values = [float(np.abs(found[name]).max(initial=0.0)) for name in found if name.startswith("g_")]
    return max([value for value in values if np.isfinite(value)], default=0.0)


def changes(
    pairs: Pairs, old: Arrays, new: Arrays, started: Mapping[tuple[int, int], Array], floatx: str
) -> tuple[list[Apart], list[Apart]]:
    """What the steps did to the weights of each layer, and to the statistics of a BatchNormalization.

    ``started`` has the weights that both sides started from, in Keras 1's layout.
    """
    largest = largest_gradient(old)
    found: list[Apart] = []
    statistics: list[Apart] = []
    for a, before, after in _leaves(pairs, old, new, "w"):
        start = _there(a, [started[a["id"], at] for at in range(len(a["weights"]))])
        slopes = _gradient(a, old)
        apart = []
        for had, has, first, slope in zip(before, after, start, slopes, strict=True):
            floor = _WEIGHTS[floatx] * (1.0 + float(np.abs(first).max(initial=0.0)))
            had, has = had - first, has - first
            if slope is not None and had.shape == has.shape:
                has = np.where(_is_rounding(had, has, slope, largest, floatx), had, has)
            apart.append(_array(had, has, floor, floatx))
        count = len(apart) - STATISTICS.get(a["class"], 0)
        found.append(_worst(a, apart[:count]))
        if apart[count:]:
            statistics.append(_worst(a, apart[count:]))
    return found, statistics


def _is_rounding(old: Array, new: Array, slope: Array, largest: float, floatx: str) -> Array:
    """Where changes are apart by what rounding of a gradient of that size may come to."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = _ROUNDING_OF_ALL[floatx] * largest / slope
        found: Array = np.abs(old - new) <= np.abs(old).max(initial=0.0) * part
    return found | (slope <= _ROUNDING_OF_ALL[floatx] * largest)


def _array(old: Array, new: Array, floor: float, floatx: str) -> tuple[float, bool]:
    if old.shape != new.shape:
        return float("inf"), True
    if not old.size:
        return 0.0, False
    equal = (old == new) | (np.isnan(old) & np.isnan(new))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(equal, 0.0, np.abs(old.astype("float64") - new))
    worst = float(np.where(np.isnan(apart), np.inf, apart).max())
    finite = np.abs(old[np.isfinite(old)])
    largest = float(finite.max()) if finite.size else 0.0
    relative = worst / largest if largest else worst
    return (relative if worst > floor else 0.0), worst > TOLERANCES[floatx] * largest + floor


def _worst(leaf: Described, apart: Sequence[tuple[float, bool]]) -> Apart:
    return Apart(
        leaf["name"],
        leaf["id"],
        max((relative for relative, _ in apart), default=0.0),
        any(is_too_far for _, is_too_far in apart),
    )


def _there(leaf: Described, arrays: Sequence[Array]) -> list[Array]:
    return weights.way(leaf["class"]).there(arrays, leaf["arguments"])


def _gradient(leaf: Described, found: Arrays) -> list[Array | None]:
    """The smallest gradients of a layer in the layout of Keras 2; None for each where none is known."""
    names = [f"s_{leaf['id']}_{at}" for at in range(len(leaf["weights"]))]
    if not any(name in found for name in names):
        return [None] * len(_there(leaf, [np.zeros(weight["shape"]) for weight in leaf["weights"]]))
    arrays = [
        found[name] if name in found else np.ones(weight["shape"])
        for name, weight in zip(names, leaf["weights"], strict=True)
    ]
    return list(_there(leaf, arrays))


def _leaves(pairs: Pairs, old: Arrays, new: Arrays, kind: str) -> list[tuple[Described, list[Array], list[Array]]]:
    """The arrays of a kind of each layer that has some on both sides, those that are missing as zeros."""
    found = []
    for a, b in pairs:
        for ours, theirs in zip(weighty(a), weighty(b), strict=True):
            sides = [
                [(f"{kind}_{leaf['id']}_{at}", weight["shape"]) for at, weight in enumerate(leaf["weights"])]
                for leaf in (ours, theirs)
            ]
            if not all(any(name in file for name, _ in side) for side, file in zip(sides, (old, new), strict=True)):
                continue
            before, after = (
                [file[name] if name in file else np.zeros(shape) for name, shape in side]
                for side, file in zip(sides, (old, new), strict=True)
            )
            found.append((ours, _there(ours, before), after))
    return found


#: How many standard errors two samples may be apart.
_ERRORS = 7.0
#: Samples of fewer values say too little.
_FEW = 100


def drawn_otherwise(pairs: Pairs, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The layers whose initial weights come of another distribution, in words.

    ``old`` and ``new`` have for each weight, "LAYER_NUMBER", its size and the means of its powers 1, 2 and 4.
    """
    found: dict[str, list[str]] = {}
    for a, b in pairs:
        for ours, theirs in zip(weighty(a), weighty(b), strict=True):
            words = next(filter(None, map(_compared, *_pooled(ours, theirs, old, new))), None)
            if words is not None:
                found.setdefault(words, []).append(ours["name"])
    return [f"{', '.join(names)}: {words}" for words, names in found.items()]


def _pooled(ours: Described, theirs: Described, old: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
    """The moments of each array; gates that Keras 1 keeps apart together."""
    roles = len(theirs["weights"])
    sides: tuple[list[list[Any]], list[list[Any]]] = ([[] for _ in range(roles)], [[] for _ in range(roles)])
    for leaf, side, found in zip((ours, theirs), sides, (old, new), strict=True):
        for at in range(len(leaf["weights"])):
            if f"{leaf['id']}_{at}" in found:
                side[at % roles].append(found[f"{leaf['id']}_{at}"])
    return [[_pool(one) for one in side] for side in sides]


def _pool(moments: Sequence[Sequence[float]]) -> tuple[float, float, float, float] | None:
    count = sum(one[0] for one in moments)
    if not count:
        return None
    means = [sum(one[0] * one[at] for one in moments) / count for at in (1, 2, 3)]
    return count, means[0], means[1], means[2]


def _compared(old: Any, new: Any) -> str | None:
    tell: Callable[[float, float], str] = lambda had, has: f"standard deviation {has:.3g}, was {had:.3g}"  # noqa: E731
    if old is None or new is None or min(old[0], new[0]) < _FEW:
        return None
    had, has = (max(0.0, one[2] - one[1] ** 2) ** 0.5 for one in (old, new))
    count = min(old[0], new[0])
    if abs(had - has) > max(had, has) * (_ERRORS / (2 * count) ** 0.5 + 1e-6):
        return tell(had, has)
    if not had or not has or max(abs(old[1]) / had, abs(new[1]) / has) > 0.5:
        return None
    tails = [one[3] / one[2] ** 2 for one in (old, new)]
    if abs(tails[0] - tails[1]) > _ERRORS * (24 / count) ** 0.5:
        return f"as wide, with other tails (kurtosis {tails[1]:.2f}, was {tails[0]:.2f})"
    return None

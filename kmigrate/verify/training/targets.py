"""What a model is trained on in a comparison: inputs, targets that its loss takes, and weights of samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kmigrate.verify import drawing
from kmigrate.verify.pairing import Described
from kmigrate.verify.weights import Array

_Draw = Callable[[np.random.Generator, Sequence[int], Mapping[str, Any]], Array]


def _real(random: np.random.Generator, shape: Sequence[int], seen: Mapping[str, Any]) -> Array:
    return random.uniform(seen.get("low", -1.0), seen.get("high", 1.2), shape)


def _positive(random: np.random.Generator, shape: Sequence[int], _: Mapping[str, Any]) -> Array:
    return random.uniform(0.1, 1.0, shape)


def _bits(random: np.random.Generator, shape: Sequence[int], _: Mapping[str, Any]) -> Array:
    return random.integers(0, 2, shape).astype("float64")


def _signs(random: np.random.Generator, shape: Sequence[int], _: Mapping[str, Any]) -> Array:
    return random.integers(0, 2, shape) * 2.0 - 1.0


def _whole(random: np.random.Generator, shape: Sequence[int], seen: Mapping[str, Any]) -> Array:
    return random.integers(int(seen["low"]), int(seen["high"]) + 1, shape).astype("float64")


def _one_hot(random: np.random.Generator, shape: Sequence[int], _: Mapping[str, Any]) -> Array:
    found: Array = np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
    return found


def _classes(random: np.random.Generator, shape: Sequence[int], _: Mapping[str, Any]) -> Array:
    return random.integers(0, max(1, shape[-1]), [*shape[:-1], 1]).astype("float64")


#: Loss of Keras 1.2.2 (objectives.py) -> targets that it takes, whatever the program's data look like: the capture
#: makes much of it up.
_LOSSES: dict[str, _Draw] = {
    "categorical_crossentropy": _one_hot,
    "sparse_categorical_crossentropy": _classes,
    "binary_crossentropy": _bits,
    "poisson": _positive,
    "mean_squared_logarithmic_error": _positive,
    "mean_absolute_percentage_error": _positive,
    "kullback_leibler_divergence": _positive,
}
#: The same where the program's targets are not known.
_UNSEEN: dict[str, _Draw] = {"hinge": _bits, "squared_hinge": _bits}
#: What the program's targets look like -> others like them.
_SEEN: dict[str, _Draw] = {"bits": _bits, "signs": _signs, "whole": _whole, "one hot": _one_hot}


def draw(
    model: Described, steps: int, floatx: str, seed: int, *, plain: bool
) -> tuple[dict[str, Array], list[Any] | None]:
    """Batches for a compiled model, ``x_STEP_INPUT``, ``y_STEP_OUTPUT`` and ``w_STEP_OUTPUT``; class weights.

    Samples have weights where a training of the program gives some, zeros among them only if it gives zeros.
    """
    training = model["training"]
    random = np.random.default_rng(seed)
    calls = [call for call in training["calls"] if call["kind"].startswith(("training", "a training"))]
    seen = next((call["targets"] for call in calls if len(call["targets"]) == len(training["losses"])), None)
    weighted = next((call["sample_weight"] for call in calls if call["sample_weight"]), None)
    found: dict[str, Array] = {}
    for step in range(steps):
        inputs = [
            drawing.draw_inputs(model, floatx, seed + 100 * step + number, plain=plain)
            for number in range(drawing.growth(model))
        ]
        for at in range(len(model["inputs"])):
            found[f"x_{step}_{at}"] = np.concatenate([one[f"0_{at}"] for one in inputs])
        batch = len(found[f"x_{step}_0"])
        for at, loss in enumerate(training["losses"]):
            looks: Mapping[str, Any] = seen[at] if seen else {}
            shape = _shape(training["shapes"][at], found[f"x_{step}_0"].shape, batch)
            if loss not in _LOSSES and looks and len(looks["shape"]) + 1 != len(shape) and looks["shape"]:
                shape = [batch, *looks["shape"]]  # a loss of the program's own
            way = _LOSSES.get(loss) or _SEEN.get(looks.get("values") or "") or _UNSEEN.get(loss, _real)
            found[f"y_{step}_{at}"] = way(random, shape, looks).astype(floatx)
            if weighted is not None:
                one = weighted[min(at, len(weighted) - 1)]
                drawn = random.uniform(0.4, 1.7, shape[: one["rank"]])
                if one["zeros"]:
                    drawn[: max(1, batch // 3)] = 0.0
                found[f"w_{step}_{at}"] = drawn.astype(floatx)
    classes = next((call["class_weight"] for call in calls if isinstance(call["class_weight"], list)), None)
    return found, classes


def _shape(declared: Sequence[int | None], fed: Sequence[int], batch: int) -> list[int]:
    """The shape of an output: a size that is open is that of the input's axis in the same place."""
    sizes = [fed[at] if size is None and at < len(fed) else size or 5 for at, size in enumerate(declared)]
    return [batch, *map(int, sizes[1:])]

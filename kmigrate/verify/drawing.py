"""What both sides of a comparison are fed: weights, and inputs of the shapes and kinds that a model takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kmigrate.verify import weights
from kmigrate.verify.pairing import Described, Pairs, weighty
from kmigrate.verify.weights import Array

#: Sizes for dimensions that a model leaves open, by the rank of the input: odd and of different lengths, but an image
#: has to be large enough for a deep network.
_OPEN = {2: (11,), 3: (11, 7), 4: (48, 40, 3), 5: (9, 16, 14, 3)}
#: The learning phase of each pass: twice as in a prediction, once as in training.
PHASES = (0, 0, 1)
#: A pass with more numbers than this, over all layers, is made with fewer samples.
_MANY = 6_000_000


def draw_weights(layers: Sequence[Described], seed: int) -> dict[tuple[int, int], Array]:
    """A value for each weight of the layers of Keras 1: (number of the layer, of the weight) -> array."""
    random = np.random.default_rng(seed)
    return {
        (leaf["id"], at): weights.draw(random, weight["name"], weight["shape"], leaf["class"], leaf["arguments"])
        for layer in layers
        for leaf in weighty(layer)
        for at, weight in enumerate(leaf["weights"])
    }


def moved(pairs: Pairs, drawn: Mapping[tuple[int, int], Array]) -> dict[tuple[int, int], Array]:
    """The weights of Keras 1's layers in the layouts of their counterparts."""
    found = {}
    for a, b in pairs:
        for ours, theirs in zip(weighty(a), weighty(b), strict=True):
            arrays = [drawn[ours["id"], at] for at in range(len(ours["weights"]))]
            for at, array in enumerate(weights.way(ours["class"]).there(arrays, ours["arguments"])):
                found[theirs["id"], at] = array
    return found


def save(path: Path, values: Mapping[tuple[int, int], Array], floatx: str) -> None:
    """Write weights to a file, each as "LAYER_NUMBER"."""
    np.savez(path, **{f"{layer}_{at}": value.astype(floatx) for (layer, at), value in values.items()})  # type: ignore[arg-type]


def batch_size(model: Described) -> int:
    """How many samples a pass has: 3, or fewer in a large model."""
    shapes = [given["shape"] for given in model["inputs"]]
    shapes += [shape for node in model["nodes"] for shape in node["shapes"]]
    fixed = [shape[0] for shape in shapes if shape and shape[0]]
    # Deconvolution2D of Keras 1 has its batch size in its output_shape
    told = [layer["arguments"].get("output_shape") for layer in model["layers"].values()]
    fixed += [one[0] for one in told if isinstance(one, list) and len(one) > 3 and isinstance(one[0], int)]
    if fixed:
        return int(fixed[0])
    numbers = _numbers(model)
    return 3 if 3 * numbers <= _MANY else 2 if 2 * numbers <= _MANY else 1


def growth(model: Described) -> int:
    """How many times as many samples a batch of training may have: more in a small model whose batch size is open."""
    shapes = [shape for node in model["nodes"] for shape in node["shapes"]]
    if batch_size(model) != 3 or any(shape and shape[0] is not None for shape in shapes):
        return 1
    return next((times for times in (9, 3) if 3 * times * _numbers(model) <= _MANY // 20), 1)


def _numbers(model: Described) -> int:
    """How many numbers the layers make of one sample."""
    shapes = [shape for node in model["nodes"] for shape in node["shapes"]]
    return sum(int(np.prod([float(size or 16) for size in shape[1:]])) for shape in shapes)


def draw_inputs(model: Described, floatx: str, seed: int, *, plain: bool = False) -> dict[str, Array]:
    """The inputs of each pass: "PASS_INPUT" -> array. ``plain``: whole numbers, 0 and 1, such as lengths and labels."""
    random = np.random.default_rng(seed)
    batch = batch_size(model)
    return {
        f"{number}_{at}": _plain(_input(random, given, batch, floatx))
        if plain
        else _input(random, given, batch, floatx)
        for number in range(len(PHASES))
        for at, given in enumerate(model["inputs"])
    }


def _plain(values: Array) -> Array:
    return np.ones_like(values) if values.dtype.kind == "i" else (values > 0.5).astype(values.dtype)


def _input(random: np.random.Generator, given: Mapping[str, Any], batch: int, floatx: str) -> Array:
    shape = tuple(given["shape"][1:])
    seen = given["seen"]
    open_sizes = _OPEN.get(len(shape) + 1, ())
    sizes = [batch]
    for at, size in enumerate(shape):
        if size is None:
            known = seen is not None and len(seen) == len(shape)
            size = seen[at] if known else open_sizes[at] if at < len(open_sizes) else 5
        sizes.append(int(size))
    if given["words"] is not None:
        words = random.integers(min(1, given["words"] - 1), max(1, given["words"]), sizes)
        if len(sizes) > 1 and sizes[1] > 3:  # what ended early is filled up with 0, at either end
            words[:1, -2:] = 0
            words[1:2, :1] = 0
        return words.astype("int32")
    values = random.normal(0.1, 1.0, sizes)
    if given["mask"] is not None and len(sizes) > 2 and sizes[1] > 2:
        values[:1, -2:] = given["mask"]
    is_whole = given["dtype"].startswith(("int", "uint"))
    return random.integers(0, 2, sizes).astype("int32") if is_whole else values.astype(floatx)

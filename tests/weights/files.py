"""Files as Keras 0.x and 1 write them (models.py of Keras 0.3.3, engine/topology.py of 1.2.2), without a Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Shape = tuple[int, ...]

#: Layer -> what each of its weights is for, and its shape.
Layers = Mapping[str, Sequence[tuple[str, Shape]]]


def named(path: Path, layers: Layers, *, suffix: str = "") -> dict[str, list[Array]]:
    """A file of Keras 1, and the arrays in it; ``suffix`` ":0" as on TensorFlow, none as on Theano."""
    return grouped(
        path, {name: [(f"{name}_{role}{suffix}", shape) for role, shape in roles] for name, roles in layers.items()}
    )


def grouped(path: Path, groups: Layers) -> dict[str, list[Array]]:
    """The same, with the names of weights as they are given."""
    drawn = _drawn(groups)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in groups]
        for name, weights in groups.items():
            group = file.create_group(name)
            group.attrs["weight_names"] = [one.encode() for one, _ in weights]
            for (one, _), array in zip(weights, drawn[name], strict=True):
                group[one] = array
    return drawn


def numbered(path: Path, layers: Layers) -> dict[str, list[Array]]:
    """A file of Keras 0.x; the names of ``layers`` do not count."""
    drawn = _drawn(layers)
    with h5py.File(path, "w") as file:
        file.attrs["nb_layers"] = len(layers)
        for at, arrays in enumerate(drawn.values()):
            group = file.create_group(f"layer_{at}")
            group.attrs["nb_params"] = len(arrays)
            for number, array in enumerate(arrays):
                group[f"param_{number}"] = array
    return drawn


def _drawn(layers: Layers) -> dict[str, list[Array]]:
    random = np.random.default_rng(5)
    return {
        name: [random.uniform(0.1, 1, shape).astype("float32") for _, shape in roles] for name, roles in layers.items()
    }


def read(path: Path) -> dict[str, list[Array]]:
    """The arrays of each layer of a file with names, in the order in which Keras loads them."""
    with h5py.File(path) as file:
        root = file.get("model_weights", file)
        return {
            name if isinstance(name, str) else name.decode(): [
                root[name][one][()] for one in root[name].attrs["weight_names"]
            ]
            for name in root.attrs["layer_names"]
        }


#: The first layers of VGG16 as its Keras 1 file has them, th: filters, input, rows, columns; smaller.
VGG: Layers = {
    "input_1": [],
    "block1_conv1": [("W", (8, 3, 3, 3)), ("b", (8,))],
    "block1_conv2": [("W", (8, 8, 3, 3)), ("b", (8,))],
    "block1_pool": [],
    "block2_conv1": [("W", (16, 8, 3, 3)), ("b", (16,))],
    "flatten": [],
    "fc1": [("W", (784, 10)), ("b", (10,))],
    "predictions": [("W", (10, 4)), ("b", (4,))],
}

"""The layers of a model of Keras 1 from its architecture: ``model.to_json()``, ``to_yaml()`` or a saved model's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kmigrate.weights.saved import Shape, WeightsError, one_line, opened

#: Classes whose layers have weights, in Keras 1.2.2; wrappers and models have those of their layers.
WEIGHTY = frozenset(
    (
        *("Convolution1D", "AtrousConvolution1D", "Convolution2D", "AtrousConvolution2D", "Deconvolution2D"),
        *("Convolution3D", "SeparableConvolution2D", "LocallyConnected1D", "LocallyConnected2D", "Dense"),
        *("TimeDistributedDense", "MaxoutDense", "Highway", "Embedding", "BatchNormalization", "SimpleRNN", "LSTM"),
        *("GRU", "ConvLSTM2D", "PReLU", "ParametricSoftplus", "SReLU"),
    )
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A layer with weights of its own: its name and class in Keras 1, and the arguments that made it."""

    name: str
    cls: str
    arguments: Mapping[str, Any]


def read(path: str) -> Mapping[str, Any]:
    """The architecture in a ``.json``, ``.yaml`` or ``.yml`` file, or in a model saved as HDF5.

    Raises :class:`WeightsError` where there is none.
    """
    kind = Path(path).suffix.lower()
    if kind in (".h5", ".hdf5"):
        with opened(path) as saved:
            if saved.config is None:
                raise WeightsError(f"{path} has weights only: it says nothing of the architecture")
            return saved.config
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(f"{path} cannot be read: {one_line(error)}") from error
    found = _yaml(text, path) if kind in (".yaml", ".yml") else _json(text, path)
    if not isinstance(found, dict) or not ({"class_name", "config"} <= set(found) or "layers" in found):
        raise WeightsError(f"{path} is no architecture of Keras 1, as model.to_json() and model.to_yaml() write it")
    return found


def _json(text: str, path: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise WeightsError(f"{path} is not JSON: {one_line(error)}") from error


def _yaml(text: str, path: str) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise WeightsError(f"{path}: reading YAML needs PyYAML: pip install pyyaml") from error

    # plain values, and what yaml.dump of Keras 1 made of tuples, of texts of Python 2, and of NumPy's numbers
    loader = type("Loader", (yaml.SafeLoader,), {})
    for module in ("core", "_core"):
        loader.add_constructor(  # type: ignore[attr-defined]
            f"tag:yaml.org,2002:python/object/apply:numpy.{module}.multiarray.scalar", _scalar
        )
    loader.add_constructor("tag:yaml.org,2002:python/object/apply:numpy.dtype", _dtype)  # type: ignore[attr-defined]
    for name, construct in (
        ("tuple", "construct_sequence"),
        ("unicode", "construct_scalar"),
        ("str", "construct_scalar"),
    ):
        loader.add_constructor(f"tag:yaml.org,2002:python/{name}", getattr(yaml.SafeLoader, construct))  # type: ignore[attr-defined]
    try:
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        raise WeightsError(f"{path} is not YAML of plain values: {one_line(error)}") from error


def _dtype(loader: Any, node: Any) -> Any:
    return np.dtype(str(loader.construct_mapping(node, deep=True)["args"][0]))


def _scalar(loader: Any, node: Any) -> Any:
    dtype, data = loader.construct_sequence(node, deep=True)
    return np.frombuffer(data, dtype)[0].item()


def leaves(config: Mapping[str, Any]) -> list[Leaf]:
    """The layers with weights in an architecture, in its order; those of wrappers and nested models among them."""
    found: dict[tuple[str, str], Leaf] = {}
    for leaf in _leaves(config, ""):
        found.setdefault((leaf.name, leaf.cls), leaf)  # one that is shared is written down more than once
    return list(found.values())


def _leaves(entry: Any, name: str) -> Iterator[Leaf]:
    cls = str(entry.get("class_name") or entry.get("name"))  # "name" is the class in Keras 0.x
    config: Any = entry.get("config", entry)
    inner = config if isinstance(config, list) else config.get("layers")
    if inner is not None:
        for one in inner:
            yield from _leaves(one, "")
        return
    name = name or str(config.get("name", ""))
    if isinstance(config.get("layer"), Mapping):
        wrapped = config["layer"]
        own = str(wrapped.get("config", {}).get("name", name))
        names = [f"forward_{own}", f"backward_{own}"] if cls == "Bidirectional" else [own]
        for one in names:
            yield from _leaves(wrapped, one)
        return
    if cls in WEIGHTY:
        yield Leaf(name, cls, config)


def numbered(config: Mapping[str, Any]) -> list[Leaf | None]:
    """The layers of an architecture by their number, as Keras 0.x counts them; None where there are no weights."""
    inner: Any = config.get("config", config)
    entries = inner if isinstance(inner, list) else inner.get("layers", [])
    found = []
    for entry in entries:
        one = list(_leaves(entry, ""))
        found.append(one[0] if len(one) == 1 else None)
    return found


#: What ``get_config`` of Keras 1.2.2 forgets (layers/convolutional.py, core.py, advanced_activations.py).
WITHOUT_ORDERING = frozenset(
    (
        *("Cropping2D", "Cropping3D", "SpatialDropout2D", "SpatialDropout3D", "UpSampling2D", "UpSampling3D"),
        *("ZeroPadding2D", "ZeroPadding3D"),
    )
)
_WITHOUT_SHARED_AXES = frozenset(("PReLU", "ParametricSoftplus", "SReLU"))


def orderings(config: Any) -> set[str]:
    """The image orderings that layers of an architecture say they have."""
    if isinstance(config, Mapping):
        said = {config["dim_ordering"]} if config.get("dim_ordering") in ("th", "tf") else set()
        return said.union(*(orderings(value) for value in config.values()))
    return set().union(*(orderings(value) for value in config)) if isinstance(config, list) else set()


def completed(config: Any, ordering: str | None, shapes: Mapping[str, Shape]) -> Any:
    """An architecture with what Keras 1.2.2 leaves out of it, so that it cannot load such a model itself.

    Some layers do not say their ordering: it is ``ordering``, unless that is None. Some do not say which axes share
    their weights: ``shapes`` are those of the first weights of layers by name, which have the size 1 there.
    """
    if isinstance(config, list):
        return [completed(one, ordering, shapes) for one in config]
    if not isinstance(config, Mapping):
        return config
    made: dict[str, Any] = {key: completed(value, ordering, shapes) for key, value in config.items()}
    cls, inner = made.get("class_name"), made.get("config", {})
    if cls in WITHOUT_ORDERING and ordering is not None:
        inner.setdefault("dim_ordering", ordering)
    if cls in _WITHOUT_SHARED_AXES:
        shared = [axis for axis, size in enumerate(shapes.get(inner.get("name"), ()), 1) if size == 1]
        if shared:
            inner.setdefault("shared_axes", shared)
    return made

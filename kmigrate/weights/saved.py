"""Reading what Keras 0.x and 1 saved with ``save_weights`` and ``model.save``.

Three forms: Keras 0.x numbers layers and arrays (``layer_0``/``param_0``; models.py of Keras 0.3.3), Keras 1 names them
(engine/topology.py, ``save_weights_to_hdf5_group``), and ``model.save``, since Keras 1.0.7, keeps the same below
``model_weights``, with the architecture and the training as JSON (models.py, ``save_model``).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


#: What a file begins with that Git LFS has in place of a large one.
_LFS = b"version https://git-lfs"


class WeightsError(Exception):
    """The work cannot be done: the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One array of a file, read when it is asked for."""

    name: str
    shape: Shape
    dataset: Any

    def values(self) -> Array:
        """The array itself. Raises :class:`WeightsError` where the file is damaged."""
        try:
            return np.asarray(self.dataset[()])
        except (OSError, RuntimeError) as error:
            raise WeightsError(f"{self.name} cannot be read, the file is damaged: {one_line(error)}") from error


@dataclass(frozen=True, slots=True)
class Group:
    """What a file keeps of one layer of the model: a wrapper's or a nested model's inner weights are in it, too."""

    name: str
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """A file. ``is_numbered``: of Keras 0.x. ``version`` is Keras's own, where the file says it."""

    groups: tuple[Group, ...]
    is_numbered: bool = False
    version: str | None = None
    config: Mapping[str, Any] | None = None
    training: Mapping[str, Any] | None = None
    has_optimizer: bool = False


@contextlib.contextmanager
def opened(path: str) -> Iterator[Saved]:
    """The file at ``path``, whose arrays can be read as long as the context lasts.

    Raises :class:`WeightsError` for one that is missing, damaged, or not of Keras 1.
    """
    try:
        file = h5py.File(path, "r")
    except FileNotFoundError as error:
        raise WeightsError(f"{path}: there is no such file") from error
    except PermissionError as error:
        raise WeightsError(f"{path} cannot be read: permission denied") from error
    except OSError as error:
        said = one_line(error)
        if "signature not found" in said:
            with contextlib.suppress(OSError), Path(path).open("rb") as stream:
                if stream.read(len(_LFS)) == _LFS:
                    raise WeightsError(
                        f"{path} is a pointer of Git LFS and not the file: git lfs pull brings it"
                    ) from error
            raise WeightsError(f"{path} is not an HDF5 file") from error
        if "truncated" in said:
            raise WeightsError(f"{path} is cut off: it is shorter than it says") from error
        raise WeightsError(f"{path} cannot be read: {said}") from error
    with file:
        try:
            saved = _read(file, path)
        except (KeyError, OSError, RuntimeError, ValueError, TypeError) as error:
            raise WeightsError(f"{path} is damaged, or no file of Keras 1: {one_line(error)}") from error
        yield saved


def is_whole(path: str) -> bool:
    """Whether the file is of a whole model, with its architecture. Raises :class:`WeightsError`."""
    with opened(path) as saved:
        return saved.config is not None


def _read(file: Any, path: str) -> Saved:
    root = file["model_weights"] if "layer_names" not in file.attrs and "model_weights" in file else file
    version = _text(file.attrs.get("keras_version", root.attrs.get("keras_version")))
    if (version or "1").partition(".")[0] not in ("0", "1"):
        raise WeightsError(f"{path} was saved by Keras {version}: only files of Keras 0.x and 1 are converted")
    if "nb_layers" in root.attrs:
        return Saved(tuple(_numbered(root, at) for at in range(int(root.attrs["nb_layers"]))), True)
    if "graph" in root and "nb_params" in root["graph"].attrs:
        raise WeightsError(
            f"{path} was saved by Graph of Keras 0.x, which keeps the weights of all layers in one list without names: "
            "load it there, and save each layer's weights"
        )
    if "layer_names" not in root.attrs:
        raise WeightsError(f"{path} is no file of Keras 1: it has neither layer_names nor nb_layers")
    if "backend" in root.attrs:
        raise WeightsError(f"{path} was saved by Keras 2: only files of Keras 0.x and 1 are converted")
    return Saved(
        tuple(_named(root, _text(name) or "") for name in root.attrs["layer_names"]),
        version=version,
        config=_json(file, "model_config"),
        training=_json(file, "training_config"),
        has_optimizer="optimizer_weights" in file,
    )


def _numbered(root: Any, at: int) -> Group:
    name = f"layer_{at}"
    group = root[name]
    found = [f"param_{number}" for number in range(int(group.attrs["nb_params"]))]
    return Group(name, tuple(Weight(one, tuple(group[one].shape), group[one]) for one in found))


def _named(root: Any, name: str) -> Group:
    group = root[name]
    found = [_text(one) or "" for one in group.attrs["weight_names"]]
    return Group(name, tuple(Weight(one, tuple(group[one].shape), group[one]) for one in found))


def _json(file: Any, name: str) -> Mapping[str, Any] | None:
    text = _text(file.attrs.get(name))
    if text is None:
        return None
    found = json.loads(text)
    return found if isinstance(found, dict) else None


def _text(value: Any) -> str | None:
    """An attribute: bytes as Keras 1 wrote it, or text."""
    return value.decode("utf-8") if isinstance(value, bytes) else None if value is None else str(value)


def one_line(error: BaseException) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split())[:200]

"""Carrying out a plan: Keras 1's arrays to Keras 2's, and the file that Keras 2 reads."""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kmigrate.sources.write import TEMPORARY_SUFFIX
from kmigrate.verify import weights as table
from kmigrate.weights.planning import Plan, Step
from kmigrate.weights.saved import Array, Saved, Shape, WeightsError, one_line

#: What a loader is told: a Keras 1 file makes it change layouts by itself (saving/legacy/hdf5_format.py of tf_keras).
_WRITTEN_AS = {"keras_version": "2.15.0", "backend": "tensorflow"}
_NAMES = {
    "W": "kernel",
    "U": "recurrent_kernel",
    "b": "bias",
    "running_mean": "moving_mean",
    "running_std": "moving_variance",
    "alphas": "alpha",
}
#: Layers of kmigrate.compat, which keep the names of Keras 1.
_KEPT = frozenset(("MaxoutDense", "Highway", "ParametricSoftplus", "SReLU"))
_JOINED = ("kernel", "recurrent_kernel", "bias")
#: An attribute of HDF5 cannot be larger (bytes).
_LARGEST_ATTRIBUTE = 64512


@dataclass(frozen=True, slots=True)
class Converted:
    """What was done with one layer: the shapes of its arrays before and after, and in words."""

    step: Step
    after: tuple[Shape, ...]
    done: tuple[str, ...]


def convert(step: Step, arrays: Sequence[Array]) -> list[Array]:
    """A layer's arrays of Keras 1 as those of Keras 2."""
    if step.cls is None:
        return list(arrays)
    moved = list(arrays)
    if step.is_old_steps:
        moved[0] = moved[0].transpose(2, 3, 1, 0)  # as load_weights of Keras 1.2.2 does
    if step.deviation_epsilon is not None:
        at = step.part.roles.index("running_std")
        moved[at] = _variance(moved[at], step.deviation_epsilon)
    moved = table.way(step.cls).there(moved, step.arguments)
    moved = table.turned(step.cls, moved) if step.is_turned else moved
    return [_rows(array, step.flattened, to_last=True) for array in moved] if step.flattened else moved


def restore(step: Step, arrays: Sequence[Array]) -> list[Array]:
    """The way back: exact, but for a standard deviation."""
    if step.cls is None:
        return list(arrays)
    moved = [_rows(array, step.flattened, to_last=False) if step.flattened else array for array in arrays]
    moved = table.turned(step.cls, moved) if step.is_turned else moved
    is_joined = len(step.part.shapes) == len(_JOINED)
    arguments = {**step.arguments, "consume_less": "gpu" if is_joined else "cpu"}
    moved = table.way(step.cls).back(moved, arguments)
    if step.deviation_epsilon is not None:
        at = step.part.roles.index("running_std")
        moved[at] = np.sqrt(moved[at] + moved[at].dtype.type(step.deviation_epsilon)) - step.deviation_epsilon
    if step.is_old_steps:
        moved[0] = moved[0].transpose(3, 2, 0, 1)
    return moved


def _rows(array: Array, shape: Shape, *, to_last: bool) -> Array:
    """An array with a row for each number of (channels, sizes…), in the order of (sizes…, channels), or back."""
    if array.shape[:1] != (math.prod(shape),):
        return array
    axes = range(len(shape))
    rest = array.shape[1:]
    if to_last:
        return np.moveaxis(array.reshape(*shape, *rest), 0, axes[-1]).reshape(array.shape)
    return np.moveaxis(array.reshape(*shape[1:], shape[0], *rest), axes[-1], 0).reshape(array.shape)


def _variance(deviation: Array, epsilon: float) -> Array:
    """What Keras 2 divides by the same with: sqrt(variance + epsilon) = deviation + epsilon."""
    exact = (deviation.astype("float64") + epsilon) ** 2 - epsilon
    return exact.astype(deviation.dtype)


def describe(plan: Plan) -> list[Converted]:
    """What the plan comes to, without reading an array. Raises :class:`WeightsError` where arrays do not fit."""
    return [_described(step) for step in plan.steps]


def _described(step: Step) -> Converted:
    arrays = [np.broadcast_to(np.float32(1), shape) for shape in step.part.shapes]
    try:
        after = tuple(array.shape for array in convert(step, arrays))
    except (ValueError, IndexError) as error:
        shapes = ", ".join(str(shape) for shape in step.part.shapes)
        raise WeightsError(f"layer {step.part.name} has the weights {shapes}, which no {step.cls} has") from error
    return Converted(step, after, tuple(_done(step, after)))


def _done(step: Step, after: Sequence[Shape]) -> Iterator[str]:
    before = step.part.shapes
    if step.is_old_steps:
        yield "kernel of Keras before 1.1.0"
    if len(after) != len(before):
        yield "gates joined"
    elif step.cls in ("Convolution1D", "AtrousConvolution1D"):
        yield "axis of length 1 dropped"
    if step.arguments.get("dim_ordering") == "th" or step.cls == "Deconvolution2D":
        yield "kernel transposed" if step.cls not in ("SeparableConvolution2D", "ConvLSTM2D") else "kernels transposed"
    if step.is_turned:
        yield "turned"
    if step.deviation_epsilon is not None:
        yield "deviation squared"
    if step.flattened:
        yield "rows channels-last"


def names(step: Step, count: int) -> list[str]:
    """What Keras 2 calls the arrays."""
    if count != len(step.part.shapes):
        roles: Sequence[str] = _JOINED
    elif not step.part.roles:
        roles = [f"param_{at}" for at in range(count)]
    else:
        new: Mapping[str, str] = {} if step.cls in _KEPT else _NAMES
        roles = ["embeddings" if step.cls == "Embedding" else new.get(role, role) for role in step.part.roles]
    return [f"{step.part.name}/{role}:0" for role in roles]


def write(
    saved: Saved, plan: Plan, path: str, *, config: Mapping[str, Any] | None, training: Mapping[str, Any] | None
) -> None:
    """Write the file at ``path`` in one step: it is as it was, or complete.

    With ``config``, the architecture in Keras 2's terms, it is a whole model, as ``model.save`` writes it; ``training``
    is what it was compiled with. Raises :class:`WeightsError`.
    """
    with _in_one_step(path) as temporary, h5py.File(temporary, "x") as file:
        root = file
        if config is not None:
            root = file.create_group("model_weights")
            file.attrs.update({**_WRITTEN_AS, "model_config": json.dumps(config)})
            if training is not None:
                file.attrs["training_config"] = json.dumps(training)
        _fill(root, saved, plan)


def write_text(path: str, text: str) -> None:
    """Write a text file in one step. Raises :class:`WeightsError`."""
    with _in_one_step(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _in_one_step(path: str) -> Iterator[Path]:
    """A file to write, which takes its place at ``path`` when the context ends well."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        raise WeightsError(f"{path} cannot be written: {error.strerror or one_line(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _fill(root: Any, saved: Saved, plan: Plan) -> None:
    root.attrs.update(_WRITTEN_AS)
    _put(root, "layer_names", [group.name for group in saved.groups])
    steps: dict[str, list[Step]] = {}
    for step in plan.steps:
        steps.setdefault(step.part.group, []).append(step)
    for group in saved.groups:
        made = root.create_group(group.name)
        placed: dict[int, tuple[str, Array]] = {}
        for step in steps.get(group.name, []):
            arrays = convert(step, [group.weights[at].values() for at in step.part.at])
            for at, name, array in zip(step.part.at, names(step, len(arrays)), arrays, strict=False):
                placed[at] = name, array
        found = [placed[at] for at in sorted(placed)]
        _put(made, "weight_names", [name for name, _ in found])
        for name, array in found:
            made.create_dataset(name, data=array)


def _put(group: Any, name: str, texts: Sequence[str]) -> None:
    """An attribute that is a list of names, in several where one cannot hold it, as tf_keras reads it."""
    encoded = np.asarray([text.encode("utf-8") for text in texts]) if texts else np.zeros(0, "S1")
    count = 1
    while any(part.nbytes > _LARGEST_ATTRIBUTE for part in np.array_split(encoded, count)):
        count += 1
    if count == 1:
        group.attrs[name] = encoded
        return
    for number, part in enumerate(np.array_split(encoded, count)):
        group.attrs[f"{name}{number}"] = part

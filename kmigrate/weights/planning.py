"""What is to be done with each layer of a file: its class, the ordering of its kernels, the backend that trained it.

Whatever the file does not say is told by the caller, or follows from names and shapes and is put into words, or is
refused with a sentence that says what to give.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kmigrate.verify import weights as table
from kmigrate.weights import inference
from kmigrate.weights.architecture import WEIGHTY, Leaf
from kmigrate.weights.inference import Part
from kmigrate.weights.saved import Saved, Shape, WeightsError

#: Class -> the number of axes of its first array, where the table changes it.
_RANKS = {
    "Convolution1D": 4,
    "AtrousConvolution1D": 4,
    "Convolution2D": 4,
    "AtrousConvolution2D": 4,
    "Deconvolution2D": 4,
    "SeparableConvolution2D": 4,
    "ConvLSTM2D": 4,
    "Convolution3D": 5,
    "LSTM": 2,
    "GRU": 2,
}
#: Classes whose kernels depend on the ordering.
_ORDERED = frozenset(
    (
        *("Convolution2D", "AtrousConvolution2D", "Deconvolution2D", "SeparableConvolution2D", "ConvLSTM2D"),
        "Convolution3D",
    )
)
_STEPS = frozenset(("Convolution1D", "AtrousConvolution1D"))
#: A window longer than this is none: it tells a count of channels from one of pixels.
_LONGEST_WINDOW = 15
#: Up to Keras 1.0.5 BatchNormalization kept a standard deviation as running_std, from 1.0.6 on a variance
#: (layers/normalization.py of these versions).
_VARIANCE_SINCE = (1, 0, 6)
#: BatchNormalization's epsilon up to Keras 1.0.7.
_OLD_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says: None and empty where nothing.

    ``backend`` is "theano" or "tensorflow", ``ordering`` "th" or "tf", ``version`` that of Keras, ``classes`` the
    class of a layer by its name. ``flattened`` is the shape (channels, sizes…) whose flattening a layer takes, by its
    name, for those of a model that is to be channels-last. ``architecture`` are the layers with weights, ``by_number``
    those of a model of Keras 0.x by their number.
    """

    backend: str | None = None
    ordering: str | None = None
    version: str | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    flattened: Mapping[str, Shape] = field(default_factory=dict)
    architecture: Sequence[Leaf] | None = None
    by_number: Sequence[Leaf | None] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with one layer. ``source`` says how its class is known.

    ``cls`` is None for a layer of the user's own. ``is_turned``: kernels are in Theano's convention. ``is_old_steps``:
    the kernel of a Convolution1D is (filters, in, length, 1), as before Keras 1.1.0. ``deviation_epsilon``: running_std
    is a standard deviation, and the layer adds this to it. ``flattened``: the layer takes what a ``Flatten`` makes of
    (channels, sizes…), and is to take what one makes of (sizes…, channels).
    """

    part: Part
    cls: str | None
    source: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_turned: bool = False
    is_old_steps: bool = False
    deviation_epsilon: float | None = None
    flattened: Shape | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All of them in the file's order, and what was taken to be so, each a sentence."""

    steps: tuple[Step, ...]
    backend: str | None
    ordering: str | None
    assumptions: tuple[str, ...]


def plan(saved: Saved, told: Told) -> Plan:
    """What to do with a file. Raises :class:`WeightsError` where that cannot be told."""
    assumed: list[str] = []
    found = [part for group in saved.groups for part in inference.parts(group, is_numbered=saved.is_numbered)]
    found = [part for part in found if part.at]
    steps = _classes(found, told, assumed)
    for step in steps:
        _check_rank(step)
    steps = [replace(step, is_old_steps=_is_old_steps(step)) for step in steps]
    steps, ordering = _orderings(steps, told, assumed)
    alike = [step.part.name for step in steps if step.source == "inferred" and _may_be_transposed(step)]
    if alike:
        assumed.append(f"Convolution2D and not Deconvolution2D, whose weights look the same: {_listed(alike)}")
    backend = _backend(saved, steps, told, assumed)
    steps = [replace(step, is_turned=backend == "theano" and step.cls in table.CONVOLVED) for step in steps]
    steps = _variances(saved, steps, told, assumed)
    steps = _flattened(steps, told)
    return Plan(tuple(steps), backend, ordering, tuple(assumed))


# --- classes ----------------------------------------------------------------------------------------------------------


def _classes(parts: Sequence[Part], told: Told, assumed: list[str]) -> list[Step]:
    unknown = {*told.classes, *told.flattened} - {name for part in parts for name in (part.name, part.group)}
    if unknown:
        raise WeightsError(f"the file has no layer {sorted(unknown)[0]}")
    by_name = _by_name(parts, told)
    steps, unsure = [], []
    for part in parts:
        said = told.classes.get(part.name) or told.classes.get(part.group)
        if said is not None:
            if said not in WEIGHTY:
                raise WeightsError(f"{said} is no layer of Keras 1.2.2 with weights of its own")
            steps.append(Step(part, said, "told"))
        elif (part.group, part.name) in by_name:
            leaf = by_name[part.group, part.name]
            steps.append(Step(part, leaf.cls, "architecture", leaf.arguments))
        else:
            inferred = inference.infer(part)
            if inferred.others:
                unsure.append((part, inferred))
            elif inferred.cls is None and part.name.startswith("layer_") and not part.roles:
                raise WeightsError(f"{part.name} has {_count(part)} that no layer of Keras 0.x has: {_say(part)}")
            steps.append(Step(part, inferred.cls, "inferred"))
    _settle(steps, unsure, assumed)
    own = [step.part.name for step in steps if step.cls is None]
    if own:
        assumed.append(f"not of Keras's own layers, so their weights stay as they are: {_listed(own)}")
    return steps


def _by_name(parts: Sequence[Part], told: Told) -> dict[tuple[str, str], Leaf]:
    """The layers of the architecture that parts of the file are of: by name, or in order where names are others."""
    if told.by_number is not None:
        numbers = [int(part.name.rpartition("_")[2]) for part in parts]
        if max(numbers, default=-1) >= len(told.by_number):
            raise WeightsError("the file has more layers than the architecture")
        return {
            (part.group, part.name): leaf
            for part, number in zip(parts, numbers, strict=True)
            if (leaf := told.by_number[number]) is not None
        }
    if told.architecture is None:
        return {}
    names = {leaf.name: leaf for leaf in told.architecture}
    known = [part for part in parts if part.roles]
    here = {part.name for part in known}
    if here != set(names) and len(known) == len(told.architecture):  # numbers that Keras gives are others in each run
        return {(part.group, part.name): leaf for part, leaf in zip(known, told.architecture, strict=True)}
    # layers of the user's own classes are not in the architecture's list
    if 2 * len(here & set(names)) <= len(names):
        raise WeightsError(
            f"the file has weights of {len(known)} layers and the architecture {len(told.architecture)} layers with "
            "weights, with other names: they do not belong together"
        )
    return {(part.group, part.name): names[part.name] for part in parts if part.name in names}


def _settle(steps: Sequence[Step], unsure: Sequence[tuple[Part, inference.Inferred]], assumed: list[str]) -> None:
    """Kernels that could be of a layer of sequences, too: of images, if others of the user's are; else refused."""
    if not unsure:
        return
    doubtful = {part for part, _ in unsure}
    if not any(step.cls == "Convolution2D" and step.part not in doubtful for step in steps):
        part, inferred = unsure[0]
        raise WeightsError(
            f"layer {part.name} may be a {inferred.cls} or a {inferred.others[0]}, its weights {_shapes(part)} do not "
            f"tell: give --layer {part.name}={inferred.cls} or {inferred.others[0]}, or the architecture with --model"
        )
    names = [part.name for part, _ in unsure]
    assumed.append(
        f"taken for Convolution2D, as others of the file are, though Convolution1D fits too: {_listed(names)}"
    )


def _check_rank(step: Step) -> None:
    rank = _RANKS.get(step.cls or "")
    if rank is not None and len(step.part.shapes[0]) != rank:
        raise WeightsError(f"layer {step.part.name} has the weights {_shapes(step.part)}, which no {step.cls} has")


def _may_be_transposed(step: Step) -> bool:
    """Whether a layer that the user named may be a Deconvolution2D: with as many filters as inputs nothing tells."""
    if step.cls != "Convolution2D" or inference.is_automatic(step.part.name):
        return False
    kernel = step.part.shapes[0]
    first, second = kernel[:2] if step.arguments.get("dim_ordering") == "th" else kernel[-2:]
    return first == second


def _is_old_steps(step: Step) -> bool:
    """Whether the kernel of a Convolution1D is (filters, in, length, 1)."""
    if step.cls not in _STEPS:
        return False
    kernel = step.part.shapes[0]
    if (kernel[1] == 1) != (kernel[3] == 1):
        return kernel[3] == 1
    outputs = step.part.shapes[1][0] if len(step.part.shapes) > 1 else None
    fits_new, fits_old = (kernel[1] == 1 and outputs in (None, kernel[at]) for at in (3, 0))
    if not fits_new and not fits_old:
        raise WeightsError(f"layer {step.part.name} has the weights {_shapes(step.part)}, which no {step.cls} has")
    return not fits_new


# --- orderings --------------------------------------------------------------------------------------------------------


def _orderings(steps: Sequence[Step], told: Told, assumed: list[str]) -> tuple[list[Step], str | None]:
    ordered = [step for step in steps if step.cls in _ORDERED]
    known: dict[Part, str] = {}
    for step in ordered:
        said = step.arguments.get("dim_ordering")
        tells = _told_by_sizes(step)
        given = said if said in ("th", "tf") else told.ordering
        if given is not None and tells not in (None, given):
            raise WeightsError(
                f"layer {step.part.name} has the weights {_shapes(step.part)}, which are not of the ordering {given!r}"
            )
        if given is not None or tells is not None:
            known[step.part] = given or str(tells)
    rest = [step for step in ordered if step.part not in known]
    if rest:
        known.update(dict.fromkeys((step.part for step in rest), _of_the_rest(rest, set(known.values()), assumed)))
    orderings = set(known.values())
    if ordered and told.ordering is None and not any("dim_ordering" in step.arguments for step in ordered):
        assumed.append(f"the sizes of the kernels say that their ordering is {' and '.join(sorted(orderings))}")
    placed = [
        replace(step, arguments={**step.arguments, "dim_ordering": known[step.part]}) if step.part in known else step
        for step in steps
    ]
    return placed, orderings.pop() if len(orderings) == 1 else None


def _of_the_rest(rest: Sequence[Step], others: set[str], assumed: list[str]) -> str:
    """The ordering of kernels whose own sizes do not tell it."""
    if len(others) == 1:
        return next(iter(others))
    fits = [
        ordering
        for ordering in ("th", "tf")
        if all(size <= _LONGEST_WINDOW for step in rest for size in _window(step, ordering))
    ]
    name = rest[0].part.name
    if len(fits) != 1:
        raise WeightsError(
            f"the weights of layer {name}, {_shapes(rest[0].part)}, may be of the ordering th or of tf: give "
            "--image-dim-ordering, or the architecture with --model"
        )
    assumed.append(
        f"no bias tells the ordering of kernels such as that of {name}: as {fits[0]} their windows are small"
    )
    return fits[0]


def _window(step: Step, ordering: str) -> Shape:
    kernel = step.part.shapes[0]
    return kernel[2:] if ordering == "th" else kernel[:-2]


def _told_by_sizes(step: Step) -> str | None:
    """The ordering that a layer's arrays can only have. Raises :class:`WeightsError` where they are of none."""
    roles, shapes = step.part.roles, step.part.shapes
    kernel = shapes[0]
    if step.cls == "SeparableConvolution2D":  # (filters, in, 1, 1) or (1, 1, in, filters)
        pointwise = shapes[1]
        fits = [pointwise[2:] == (1, 1), pointwise[:2] == (1, 1)]
    elif step.cls == "ConvLSTM2D":  # (filters, filters, …) or (…, filters, filters)
        state, filters = shapes[1], shapes[2][0]
        fits = [state[:2] == (filters,) * 2, state[-2:] == (filters,) * 2]
    elif "b" in roles:
        filters = shapes[roles.index("b")][0]
        fits = [kernel[0] == filters, kernel[-1] == filters]
    else:
        return None
    if not any(fits):
        raise WeightsError(f"layer {step.part.name} has the weights {_shapes(step.part)}, which no {step.cls} has")
    return None if all(fits) else "th" if fits[0] else "tf"


# --- backend and version ----------------------------------------------------------------------------------------------


def _backend(saved: Saved, steps: Sequence[Step], told: Told, assumed: list[str]) -> str | None:
    """The backend whose convention kernels are in; None where none of them depends on it."""
    convolved = [step.part.name for step in steps if step.cls in table.CONVOLVED]
    if told.backend is not None or not convolved:
        return told.backend
    names = [weight.name for group in saved.groups for weight in group.weights]
    if saved.is_numbered:
        raise WeightsError(
            "a file of Keras 0.x does not say whether Theano or TensorFlow trained it, and Theano turns kernels as "
            f"that of {convolved[0]}: give --trained-with theano or --trained-with tensorflow"
        )
    if any(re.search(r":\d+$", name) for name in names):
        assumed.append("TensorFlow saved it: the names of its weights end in :0 (else give --trained-with theano)")
        return "tensorflow"
    assumed.append(
        "Theano saved it, so kernels are turned: names of weights have no :0 (else give --trained-with tensorflow)"
    )
    return "theano"


def _variances(saved: Saved, steps: Sequence[Step], told: Told, assumed: list[str]) -> list[Step]:
    normal = [step for step in steps if "running_std" in step.part.roles]
    if not normal:
        return list(steps)
    version = told.version or saved.version or ("0" if saved.is_numbered else None)
    if version is None:
        assumed.append(
            "running_std is the variance that Keras 1.0.6 and later keep (else give --keras-version, such as 1.0.3)"
        )
        return list(steps)
    if _numbers(version) >= _VARIANCE_SINCE:
        return list(steps)
    which = "Keras 0.x" if version == "0" else f"Keras {version}"
    epsilons = {step.part: float(step.arguments.get("epsilon", _OLD_EPSILON)) for step in normal}
    said = " and ".join(f"{one:g}" for one in sorted(set(epsilons.values())))
    assumed.append(f"running_std of {which} is a standard deviation, which becomes a variance for the epsilon {said}")
    return [replace(step, deviation_epsilon=epsilons[step.part]) if step.part in epsilons else step for step in steps]


def _flattened(steps: Sequence[Step], told: Told) -> list[Step]:
    found = []
    for step in steps:
        shape = told.flattened.get(step.part.name) or told.flattened.get(step.part.group)
        if shape is not None and not any(one[:1] == (math.prod(shape),) for one in step.part.shapes):
            sizes = " x ".join(map(str, shape))
            raise WeightsError(
                f"layer {step.part.name} does not take {math.prod(shape)} = {sizes} numbers, it has the weights "
                f"{_shapes(step.part)}"
            )
        found.append(replace(step, flattened=shape))
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


# --- words ------------------------------------------------------------------------------------------------------------


def _shapes(part: Part) -> str:
    return ", ".join(str(shape) for shape in part.shapes)


def _count(part: Part) -> str:
    return f"{len(part.shapes)} arrays, {_shapes(part)},"


def _say(part: Part) -> str:
    return f"give --layer {part.name}=CLASS, or the architecture with --model"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_shortened(names))


def _shortened(names: Sequence[str]) -> Iterator[str]:
    yield from names[:8]
    if len(names) > 8:
        yield f"and {len(names) - 8} more"

"""What comes of verifying: plain data."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Status(enum.Enum):
    """What became of a model."""

    IDENTICAL = "identical"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class LayerError:
    """How far a layer's outputs are apart, at most; of :class:`Training`, its gradients or weights, relative."""

    name: str
    max_abs_error: float | None


#: The class of the steps that are a model's inputs.
INPUT = "Input"


@dataclass(frozen=True, slots=True)
class Step:
    """An input of a model of the original, or one call of a layer.

    ``cls`` is the layer's class in Keras 1 and ``now`` that of its counterpart, None without one. ``inputs`` are the
    numbers of the steps that feed it, ``shape`` that of its first output, with the batch size. The errors are those of
    its outputs, as in :class:`Result`; None where they were not compared. ``inner`` are the steps of a nested model,
    ``place`` is where the program makes the layer.
    """

    layer: str
    cls: str
    now: str | None
    inputs: tuple[int, ...]
    shape: tuple[int | None, ...]
    max_abs_error: float | None = None
    max_rel_error: float | None = None
    is_too_far: bool = False
    inner: tuple[Step, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric on the first batch that it differs on: its name in Keras 1 and now, and its value on each side."""

    name: str
    now: str
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class Training:
    """What training a model came to.

    ``losses`` are pairs of the loss before each step, of the original and now, and ``loss_error`` is the largest
    difference, over 1 + the loss. ``gradients`` are those of the first step, ``weights`` the changes after all
    ``steps``: an error is relative to the largest value of an array. ``differences`` say what differs, in order;
    ``notes`` what else is to be known.
    """

    status: Status
    reason: str | None = None
    steps: int = 0
    losses: tuple[tuple[float, float], ...] = ()
    loss_error: float | None = None
    gradients: tuple[LayerError, ...] = ()
    weights: tuple[LayerError, ...] = ()
    metrics: tuple[Metric, ...] = ()
    first_layer: str | None = None
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: errors of a side that does not train
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one model, or of a program without one (``model`` is None).

    ``max_abs_error`` is the largest of the model's outputs and ``max_rel_error`` that over the largest value; None
    where nothing was computed. ``reason`` says why it differs or was not compared. ``training`` is None where the
    outputs differ already or nothing was compared.
    """

    path: str
    model: str | None
    status: Status
    reason: str | None = None
    max_abs_error: float | None = None
    max_rel_error: float | None = None
    first_diverging_layer: str | None = None
    diagnosis: str | None = None
    layers: tuple[LayerError, ...] = ()
    line: int | None = None
    floatx: str | None = None
    steps: tuple[Step, ...] = ()
    training: Training | None = None

    @property
    def first_step(self) -> Step | None:
        """The step of the first diverging layer, which is named with the nested models that it is in."""
        found: Step | None = None
        steps = self.steps
        for name in (self.first_diverging_layer or "").split("/"):
            within = next((step for step in steps if step.layer == name), None)
            if within is None:
                break
            found, steps = within, within.inner
        return found


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one program: its models, and what was made up or left out so that it could run."""

    path: str
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    #: the original itself failed
    is_broken: bool = False
    seconds: float = 0.0
    #: what the upgraded program computed on
    device: str = "cpu"

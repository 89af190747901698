"""``TimeDistributed`` and ``Bidirectional``.

Keras 1.2.2: ``keras/layers/wrappers.py``; Keras 2.15: ``keras/layers/rnn/``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.tensors import Axis, Layer, Level, Outcome, Tensor, Trust


@runtime_checkable
class Applicable(Protocol):
    """What a wrapper can hold besides a Layer: a model, whose application the interpreter knows."""

    def apply_to(self, inputs: Sequence[Tensor]) -> Outcome:
        """What it makes of the inputs, like ``layers.apply``."""


ApplyNested = Callable[[Layer, Sequence[Tensor]], Outcome]


def distribute(app: Application, apply_nested: ApplyNested) -> Outcome:
    """``TimeDistributed``: the layer is applied to each step, which the first axis after the samples counts."""
    tensor = app.one_input()
    shape = app.shape_at_least(3)
    if shape is None:
        return app.unknown()
    if app.version == 1 and not shape[0] and None in shape[2:]:
        app.fail(
            "steps-none", f"all sizes of a step must be known, and its input is {sizes.text(shape)}", blames="input"
        )
    axes = None if tensor.axes is None else (tensor.axes[0], *tensor.axes[2:])
    if tensor.axes is not None and tensor.axes[1] is Axis.CHANNELS:
        axes = None
    step = Tensor(
        (shape[0], *shape[2:]),
        axes,
        tensor.trust if axes else Trust.NONE,
        tensor.born,
        tensor.broken,
        dtype=tensor.dtype,
    )
    inner = _inner(app, step, apply_nested)
    if inner is None:
        return app.unknown()
    outputs = []
    for made in inner.outputs:
        if made.shape is None:
            outputs.append(Tensor(None))
            continue
        whole = None if made.axes is None else (made.axes[0], Axis.TIME, *made.axes[1:])
        outputs.append(
            Tensor((made.shape[0], shape[1], *made.shape[1:]), whole, made.trust if whole else Trust.NONE, made.born)
        )
    app.weights_for = tuple(shape[2:])
    return app.result(*outputs, params=inner.params)


def both_ways(app: Application, apply_nested: ApplyNested) -> Outcome:
    """``Bidirectional``: the layer forwards, a copy backwards, and the two results merged."""
    mode = app.given("merge_mode", "concat")
    inner = _inner(app, app.input, apply_nested)
    if inner is None:
        return app.unknown()
    params = None if inner.params is None else 2 * inner.params
    output = inner.output
    states = inner.outputs[1:]
    if mode is None:
        return app.result(output, output, *states, *states, params=params)
    if mode == "concat":
        if output.shape is not None:
            channel = output.axis(Axis.CHANNELS)
            last = len(output.shape) - 1
            if channel not in (None, last) and output.trust is Trust.PROVED:
                app.say(
                    "concat-axis",
                    Level.WARNING,
                    f"it joins both directions along axis {last} of {sizes.text(output.shape)}, and the channels are "
                    f"axis {channel}",
                )
            doubled = (*output.shape[:-1], sizes.times(output.shape[-1], 2))
            output = Tensor(doubled, output.axes, output.trust, output.born)
    elif not isinstance(mode, str):
        return app.unknown(params)
    return app.result(output, *states, *states, params=params)


def _inner(app: Application, tensor: Tensor, apply_nested: ApplyNested) -> Outcome | None:
    """What the wrapped layer makes of the tensor, its remarks taken over; None where the layer is not known."""
    nested = app.given("layer")
    if isinstance(nested, Layer):
        outcome = apply_nested(nested, [tensor, *app.inputs[1:]])
    elif isinstance(nested, Applicable):
        outcome = nested.apply_to([tensor])
    else:
        return None
    app.remarks += outcome.remarks
    return outcome

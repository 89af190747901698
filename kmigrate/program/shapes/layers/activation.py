"""What an activation asks of a tensor: softmax needs an axis to run over, and runs over the last one."""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.tensors import Axis, Layer, Level, Outcome, Tensor, Trust


def activate(app: Application, made: Tensor, params: int | None) -> Outcome:
    """The outcome of a layer that makes ``made`` and puts it through its ``activation``."""
    check_activation(app, made)
    return app.result(made, params=params)


def check_activation(app: Application, tensor: Tensor) -> None:
    """Hold ``activation`` of the layer against the tensor that it is applied to.

    :raises Fault: if Keras refuses softmax of a tensor of that rank
    """
    value = app.given("activation")
    if isinstance(value, Layer):
        value = value.kind.lower()
    if value == "softmax":
        check_softmax(app, tensor, -1)


def check_softmax(app: Application, tensor: Tensor, axis: int) -> None:
    """Softmax over ``axis``: Keras 1.2.2 takes vectors and sequences only (``keras/activations.py``)."""
    rank = tensor.rank
    if rank is None:
        return
    if app.version == 1 and rank not in (2, 3):
        app.fail("rank", f"softmax takes vectors or sequences, and gets {sizes.text(tensor.shape)}", blames="layer")
    if app.version > 1 and rank == 1:
        app.fail("rank", f"softmax needs an axis besides the samples, and gets {sizes.text(tensor.shape)}")
    channel = tensor.axis(Axis.CHANNELS)
    if rank > 3 and channel is not None and tensor.trust is Trust.PROVED and axis % rank != channel:
        app.say(
            "softmax-axis",
            Level.WARNING,
            f"softmax runs over axis {axis % rank} of {sizes.text(tensor.shape)}, and the channels are axis {channel}",
            fix=f"axis={channel}",
        )

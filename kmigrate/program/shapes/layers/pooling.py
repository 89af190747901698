"""Pooling, over windows and over everything.

Keras 1.2.2: ``keras/layers/pooling.py``; Keras 2.15: ``keras/layers/pooling/``.
"""

from __future__ import annotations

from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.layouts import VECTOR_AXES
from kmigrate.program.shapes.layers.spatial import check_steps, grid, slide, without_format
from kmigrate.program.shapes.tensors import Axis, Outcome, Tensor, Trust


def pool(app: Application, dimensions: int) -> Outcome:
    """``MaxPooling1D``… ``AveragePooling3D``: the largest or the mean of each window; steps as long as the window."""
    over = grid(app, dimensions)
    size = app.whole_numbers("pool_size", 2, dimensions)
    strides = size if app.given("strides") is None else app.whole_numbers("strides", None, dimensions)
    check_steps(app, "pool_size", size)
    check_steps(app, "strides", strides)
    if over is None:
        return without_format(app, dimensions + 2, 0)
    lengths = slide(app, over, "pool", size, strides, app.word("padding", "valid"))
    return app.result(app.settled(over.made(lengths, over.channels), over.axes))


def pool_all(app: Application, dimensions: int) -> Outcome:
    """``GlobalMaxPooling1D``… ``GlobalAveragePooling3D``: one number a channel."""
    over = grid(app, dimensions)
    keep = app.flag("keepdims", False)
    if over is None:
        return without_format(app, 2, 0) if keep is False else app.unknown(0)
    if keep is None:
        return app.unknown(0)
    if keep:
        return app.result(app.settled(over.made((1,) * dimensions, over.channels), over.axes))
    samples = over.shape[over.axes.index(Axis.SAMPLES)]
    return app.result(Tensor((samples, over.channels), VECTOR_AXES, Trust.NONE, app.input.born))

"""Layers that keep the shape: activations, noise, dropout, masking."""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.activation import check_activation, check_softmax
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.spatial import grid
from kmigrate.program.shapes.tensors import Outcome, Size


def keep(app: Application) -> Outcome:
    """Dropout, noise, masking, activations without weights."""
    app.one_input()
    return app.same_shape()


def keep_images(app: Application) -> Outcome:
    """``RandomFlip`` and its like: for an image or several."""
    tensor = app.one_input()
    if tensor.rank not in (None, 3, 4):
        app.fail("rank", f"it takes an image or several, and its input is {sizes.text(tensor.shape)}")
    return app.same_shape()


def activation(app: Application) -> Outcome:
    """``Activation``."""
    check_activation(app, app.one_input())
    return app.same_shape()


def softmax(app: Application) -> Outcome:
    """``Softmax``, the layer of Keras 2."""
    axis = app.given("axis", -1)
    tensor = app.one_input()
    if sizes.known(axis):
        if tensor.rank is not None and sizes.whole_axis(axis, tensor.rank) is None:
            app.fail("axis", f"there is no axis {axis} in {sizes.text(tensor.shape)}")
        check_softmax(app, tensor, axis)
    return app.same_shape()


def drop_maps(app: Application, dimensions: int) -> Outcome:
    """``SpatialDropout1D``…: whole feature maps at once, so the layer has to know which axis the channels are."""
    if app.version == 1:
        app.one_input()
        rank = app.input.rank
        if rank is not None and rank < dimensions + 2 and app.given("rate") != 0:
            app.shape(dimensions + 2)
        if rank == dimensions + 2:
            grid(app, dimensions)
        return app.same_shape()
    app.shape(dimensions + 2)
    if dimensions > 1:
        grid(app, dimensions)
    return app.same_shape()


def slopes(app: Application, weights: int) -> Outcome:
    """``PReLU``, ``ParametricSoftplus``, ``SReLU``: ``weights`` numbers for each place; ``shared_axes`` joins places.

    :raises Fault: if a size that has weights is None
    """
    tensor = app.one_input()
    if tensor.shape is None:
        return app.same_shape(None)
    own: list[Size] = list(tensor.shape[1:])
    shared = app.given("shared_axes")
    axes = shared if isinstance(shared, (list, tuple)) else [] if shared is None else [shared]
    if not all(sizes.known(axis) for axis in axes):
        return app.same_shape(None)
    for axis in axes:
        if not sizes.known(axis) or not -len(own) < axis <= len(own):
            app.fail("axis", f"there is no axis {axis} in {sizes.text(tensor.shape)}")
        own[axis - 1] = 1
    for size in own:
        if size is None:
            app.channels(size, "values")
    app.weights_for = tuple(own)
    return app.same_shape(sizes.count(weights, *own))

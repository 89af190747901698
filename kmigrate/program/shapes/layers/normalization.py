"""``BatchNormalization`` and its like.

Keras 1.2.2: ``keras/layers/normalization.py``; Keras 2.15: ``keras/layers/normalization/``.
"""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.tensors import Axis, Level, Outcome, Size, Trust


def normalize_batch(app: Application) -> Outcome:
    """``BatchNormalization``: four numbers for each place of ``axis``, which should be the channels."""
    tensor = app.one_input()
    axis = app.given("axis", -1)
    if isinstance(axis, (list, tuple)) and len(axis) == 1:
        axis = axis[0]
    if tensor.shape is None or not sizes.known(axis):
        return app.same_shape(None)
    at = sizes.whole_axis(axis, len(tensor.shape))
    if at is None:
        app.fail("axis", f"there is no axis {axis} in {sizes.text(tensor.shape)}")
    size = tensor.shape[at]
    if size is None:
        _no_size(app, at)
    app.weights_for = (size,)
    last = tensor.shape[-1]
    if app.version == 1 and app.given("mode") == 1 and sizes.differ(size, last) and 1 not in (size, last):
        app.fail("axis", f"mode=1 scales the last axis of {sizes.text(tensor.shape)}, and axis {at} has {size} weights")
    _hold_against_channels(app, at)
    parts: list[int | None] = [2]
    for name in ("scale", "center"):
        given = app.flag(name, True)
        parts.append(None if given is None else int(given))
    rows = sizes.add_counts(*parts)
    return app.same_shape(None if rows is None else sizes.count(rows, size))


def normalize_layer(app: Application) -> Outcome:
    """``LayerNormalization``: each sample by itself, over ``axis``."""
    tensor = app.one_input()
    axis = app.given("axis", -1)
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    if tensor.shape is None or not all(sizes.known(number) for number in axes):
        return app.same_shape(None)
    over: list[Size] = []
    for number in axes:
        at = sizes.whole_axis(number, len(tensor.shape))
        if at is None:
            app.fail("axis", f"there is no axis {number} in {sizes.text(tensor.shape)}")
        over.append(tensor.shape[at])
    flags = [app.flag(name, True) for name in ("scale", "center")]
    if True in flags:
        if None in over:
            _no_size(app, axes[over.index(None)])
        app.weights_for = tuple(over)
    if None in flags:
        return app.same_shape(None)
    return app.same_shape(sizes.count(sum(map(bool, flags)), *over))


def normalize_groups(app: Application) -> Outcome:
    """``GroupNormalization``: two numbers for each place of ``axis``, whose size ``groups`` divides."""
    tensor = app.one_input()
    axis = app.given("axis", -1)
    if tensor.shape is None or not sizes.known(axis):
        return app.same_shape(None)
    at = sizes.whole_axis(axis, len(tensor.shape))
    if at is None:
        app.fail("axis", f"there is no axis {axis} in {sizes.text(tensor.shape)}")
    size, groups = tensor.shape[at], app.whole("groups", 32)
    if size is None:
        _no_size(app, at)
    if groups == -1:
        groups = size
    if sizes.known(size) and sizes.known(groups) and (size < groups or size % groups):
        app.fail(
            "arguments",
            f"{size} channels cannot be divided into {groups} groups: its input is {sizes.text(tensor.shape)}",
        )
    app.weights_for = (size,)
    _hold_against_channels(app, at)
    flags = [app.flag(name, True) for name in ("scale", "center")]
    return app.same_shape(None if None in flags else sizes.count(sum(map(bool, flags)), size))


def _no_size(app: Application, at: object) -> None:
    app.fail(
        "axis-none",
        f"the size of axis {at} must be known to make its weights, and its input is {sizes.text(app.input.shape)}",
        blames="argument:axis" if "axis" in app.layer.arguments else "input",
    )


def _hold_against_channels(app: Application, at: int) -> None:
    """Say where another axis than the channels is normalized."""
    tensor = app.input
    channel = tensor.axis(Axis.CHANNELS)
    if channel is None or channel == at or tensor.rank is None or tensor.rank < 4 or tensor.trust is Trust.NONE:
        return
    app.say(
        "batchnorm-axis",
        # an axis that is the channels' under neither ordering was chosen for what it is
        Level.WARNING if at in (1, tensor.rank - 1) else Level.HINT,
        f"it normalizes axis {at} of {sizes.text(tensor.shape)}, and the channels are axis {channel}",
        blames="argument:axis",
        fix=f"axis={channel if channel == 1 else -1}",
    )

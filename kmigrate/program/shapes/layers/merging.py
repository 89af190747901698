"""Layers that take several tensors: ``Merge`` and ``merge`` of Keras 1, ``Add``… ``Dot`` of Keras 2.

Keras 1.2.2: ``keras/engine/topology.py``; Keras 2.15: ``keras/layers/merging/``.
"""

from __future__ import annotations

from collections.abc import Sequence

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.layouts import OTHER, ordering, unknown_axes
from kmigrate.program.shapes.tensors import Axis, Level, Outcome, Shape, Size, Tensor, Trust, Unknown

#: Modes of Keras 1 that work element by element.
_ELEMENTWISE = frozenset(("sum", "mul", "ave", "max"))
_MODES = _ELEMENTWISE | {"concat", "dot", "cos"}


def merge(app: Application) -> Outcome:
    """``Merge`` and ``merge`` of Keras 1: ``mode`` says how, and the shapes must be equal."""
    mode = app.given("mode", "sum")
    if not isinstance(mode, str):
        given = app.given("output_shape")
        if not isinstance(given, (list, tuple)):
            return app.unknown(0)
        samples = app.input.shape[0] if app.input.shape else Unknown()
        made = (samples, *(sizes.as_size(size) for size in given))
        return app.result(Tensor(made, unknown_axes(len(made))))
    if mode not in _MODES:
        app.fail("arguments", f"there is no mode '{mode}'")
    if len(app.inputs) < 2:
        app.fail("inputs", f"it merges two tensors or more, and gets {len(app.inputs)}")
    shapes = _shapes(app)
    if mode == "concat":
        return _concatenated(app, shapes, app.given("concat_axis", -1), "concat_axis")
    if mode != "dot":
        _must_be_equal(app, shapes, mode)
    if mode in _ELEMENTWISE:
        return app.result(_like_inputs(app, shapes[0]))
    return _dotted(app, shapes, app.given("dot_axes", -1), "dot_axes")


def add(app: Application) -> Outcome:
    """``Add``, ``Multiply``, ``Average``, ``Maximum``, ``Minimum``, ``Subtract``: a size of one is spread.

    Keras 1 refused what is spread now.
    """
    if app.layer.kind == "Subtract" and len(app.inputs) != 2:
        app.fail("inputs", f"it takes two tensors, and gets {len(app.inputs)}")
    shapes = _shapes(app)
    made: Shape | None = shapes[0]
    for shape in shapes[1:]:
        made = None if made is None or shape is None else _spread(app, made, shape, shapes)
    if made is not None and all(shape is not None for shape in shapes):
        uneven = {len(shape) for shape in shapes if shape is not None}
        if len(uneven) > 1 or any(
            sizes.differ(one, other)
            for shape in shapes
            if shape
            for one, other in zip(shape[1:], made[1:], strict=True)
        ):
            app.say(
                "silent-broadcast",
                Level.WARNING,
                f"the shapes {_listed(shapes)} differ, and the smaller is spread over the larger; Keras 1 refused that",
            )
    return app.result(_like_inputs(app, made))


def concatenate(app: Application) -> Outcome:
    """``Concatenate``."""
    return _concatenated(app, _shapes(app), app.given("axis", -1), "axis")


def dot(app: Application) -> Outcome:
    """``Dot``."""
    if len(app.inputs) != 2:
        app.fail("inputs", f"it takes two tensors, and gets {len(app.inputs)}")
    return _dotted(app, _shapes(app), app.given("axes"), "axes")


def _shapes(app: Application) -> list[Shape | None]:
    if not app.inputs:
        app.fail("inputs", "it merges tensors, and gets none")
    return [tensor.shape for tensor in app.inputs]


def _listed(shapes: Sequence[Shape | None]) -> str:
    return ", ".join(sizes.text(shape) for shape in shapes)


def _must_be_equal(app: Application, shapes: Sequence[Shape | None], mode: str) -> None:
    """Keras 1 compares whole shapes, so None differs from a number."""
    known = [shape for shape in shapes if shape is not None]
    for shape in known[1:]:
        if len(shape) != len(known[0]) or any(_unlike(*pair) for pair in zip(known[0], shape, strict=True)):
            app.fail("merge-shapes", f"mode '{mode}' needs equal shapes, and gets {_listed(shapes)}")


def _unlike(one: Size, other: Size) -> bool:
    return sizes.differ(one, other) or (one is None and sizes.known(other)) or (other is None and sizes.known(one))


def _spread(app: Application, one: Shape, other: Shape, shapes: Sequence[Shape | None]) -> Shape:
    """The shape of the two together (``_Merge._compute_elemwise_op_output_shape`` of Keras 2).

    :raises Fault: if two sizes differ and neither is one
    """
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if sizes.differ(one[0], other[0]):
        app.fail("merge-shapes", f"the batch sizes differ: {_listed(shapes)}")
    ahead = len(longer) - len(shorter)
    made: list[Size] = list(longer[1 : 1 + ahead])
    for left, right in [*zip(longer[1 + ahead :], shorter[1:], strict=True), (one[0], other[0])]:
        if sizes.known(left) and sizes.known(right):
            if left != right and 1 not in (left, right):
                app.fail("merge-shapes", f"the shapes {_listed(shapes)} do not go together: {left} against {right}")
            made.append(right if left == 1 else left)
        elif left == 1 or right == 1:
            made.append(right if left == 1 else left)
        elif app.version > 2 and (left is None or right is None):
            made.append(None)
        else:
            made.append(_either(left, right))
    samples = _either(one[0], other[0]) if app.version > 2 else made[-1]
    return (samples, *made[:-1])


def _either(one: Size, other: Size) -> Size:
    """What a size is that both say something of: TensorFlow takes the number where the other is open."""
    return one if sizes.known(one) or other is None else other


def _concatenated(app: Application, shapes: Sequence[Shape | None], axis: object, argument: str) -> Outcome:
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes) or not sizes.known(axis):
        return app.unknown(0)
    first = known[0]
    if any(len(shape) != len(first) for shape in known):
        app.fail("concat-shapes", f"the tensors have different numbers of axes: {_listed(shapes)}")
    at = sizes.whole_axis(axis, len(first))
    if at is None:
        app.fail("axis", f"there is no axis {axis} in {sizes.text(first)}", blames=f"argument:{argument}")
    made = list(first)
    for shape in known[1:]:
        for position, (one, other) in enumerate(zip(tuple(made), shape, strict=True)):
            if position != at and (_unlike(one, other) if app.version == 1 else sizes.differ(one, other)):
                app.fail(
                    "concat-shapes",
                    f"all sizes but those of axis {at} must be equal, and axis {position} of {_listed(shapes)} has "
                    f"{one} and {other}",
                )
            if app.version > 1:
                made[position] = _either(one, other)
    joined = first[at]
    for shape in known[1:]:
        joined = None if shape[at] is None else sizes.plus(joined, shape[at])
        if joined is None:
            break
    made[at] = joined
    tensor = _like_inputs(app, tuple(made))
    channel = tensor.axis(Axis.CHANNELS)
    if len(made) > 3 and tensor.trust is Trust.PROVED and channel is not None and channel != at:
        level = Level.WARNING if at in (1, len(made) - 1) else Level.HINT
        app.say(
            "concat-axis",
            level,
            f"it joins {_listed(shapes)} along axis {at}, and the channels are axis {channel}",
            blames=f"argument:{argument}",
            fix=f"{argument}={channel if channel == 1 else -1}",
        )
    return app.result(tensor)


def _like_inputs(app: Application, shape: Shape | None) -> Tensor:
    """A tensor with the layout of the inputs, which must not contradict each other."""
    if shape is None:
        return Tensor(None)
    fitting = [tensor for tensor in app.inputs if tensor.axes is not None and len(tensor.axes) == len(shape)]
    if not fitting:
        return Tensor(shape)
    best = max(fitting, key=lambda tensor: tensor.trust)
    channel = best.axis(Axis.CHANNELS)
    if best.trust is Trust.PROVED and channel is not None and best.axes is not None:
        for tensor in fitting:
            other = tensor.axis(Axis.CHANNELS)
            if tensor.trust is Trust.PROVED and other is not None and other != channel:
                formats = " and ".join(ordering(app.version, name) for name in OTHER)
                app.say(
                    "mixed-layout",
                    Level.ERROR,
                    f"it merges tensors of {formats}: the channels are axis {channel} of {sizes.text(best.shape)} and "
                    f"axis {other} of {sizes.text(tensor.shape)}",
                    once=True,
                )
    return Tensor(shape, best.axes, best.trust, best.born)


def _dotted(app: Application, shapes: Sequence[Shape | None], axes: object, argument: str) -> Outcome:
    """The sum of products over one axis of each; the other axes of both, one after the other.

    :raises Fault: if the axes do not have the same size
    """
    one, other = shapes[0], shapes[1]
    if len(shapes) > 2:
        app.fail("inputs", f"a dot product takes two tensors, and gets {len(shapes)}")
    if one is None or other is None:
        return app.unknown(0)
    pair = list(axes) if isinstance(axes, (list, tuple)) else [axes, axes]
    if len(pair) != 2:
        app.fail("dot-axes", f"{argument}={tuple(pair)} must name one axis of each of the two tensors")
    if not all(sizes.known(axis) for axis in pair):
        return app.unknown(0)
    left, right = sizes.whole_axis(pair[0], len(one)), sizes.whole_axis(pair[1], len(other))
    if left is None or right is None:
        app.fail("dot-axes", f"{argument}={tuple(pair)}: there are no such axes in {_listed(shapes)}")
    if _unlike(one[left], other[right]):
        app.fail(
            "dot-axes",
            f"axis {left} of {sizes.text(one)} and axis {right} of {sizes.text(other)} must have the same size, and "
            f"have {one[left]} and {other[right]}",
        )
    if app.version == 1 and min(len(one), len(other)) > 2:
        _check_product(app, one, other, left, right)
    made = (*sizes.without(one, (left,)), *sizes.without(other, (right,))[1:])
    if app.version > 1 and left and right:
        made = (_either(one[0], other[0]), *made[1:])
    if len(made) == 1:
        made = (*made, 1)
    return app.result(Tensor(made, unknown_axes(len(made))))


def _check_product(app: Application, one: Shape, other: Shape, left: int, right: int) -> None:
    """``K.batch_dot`` of Keras 1 is a product of matrices: of the last two axes, whatever axes are named.

    :raises Fault: if the matrices do not go together, or there are different numbers of them
    """
    inner = one[left if left == len(one) - 1 else -2], other[right if right == len(other) - 1 else -2]
    ahead = list(zip(one[-3::-1], other[-3::-1], strict=False))
    if sizes.differ(*inner) or any(sizes.differ(*pair) and 1 not in pair for pair in ahead):
        app.fail(
            "dot-axes",
            f"Keras 1 multiplies matrices of the last two axes, and {sizes.text(one)} and {sizes.text(other)} do not "
            f"fit over axes {left} and {right}",
        )

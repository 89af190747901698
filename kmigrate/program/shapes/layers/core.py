"""Layers of ``keras/layers/core.py`` (Keras 1.2.2) that change the shape, and their Keras 2 likes."""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.activation import activate
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.layouts import FIRST, VECTOR_AXES, Axes, looks, looks_made, unknown_axes
from kmigrate.program.shapes.tensors import Axis, Level, Outcome, Shape, Size, Tensor, Trust, Unknown


def enter(app: Application) -> Outcome:
    """``InputLayer`` and ``Input``: the tensor of the shape that the layer is made for."""
    return app.result(entrance(app.layer.input_shape, app.layer.place, app.word("dtype") or "float32"))


def entrance(shape: Shape | None, place: object = None, dtype: str = "float32") -> Tensor:
    """The tensor that a program starts with: its axes as its sizes and their names look."""
    axes, trust = looks(shape)
    return Tensor(shape, axes, trust, place, dtype=dtype)


def connect(app: Application) -> Outcome:
    """``Dense``: the last axis becomes ``units``, whatever the others are."""
    tensor = app.one_input()
    units = app.required("units")
    shape = app.shape_at_least(2)
    if shape is None:
        return activate(app, Tensor(None), None)
    features = app.channels(shape[-1], "features")
    app.weights_for = (features,)
    bias = app.flag("use_bias", True)
    params = sizes.add_counts(sizes.count(features, units), None if bias is None else sizes.count(units) if bias else 0)
    axes: Axes | None = None
    if len(shape) == 2:
        axes = VECTOR_AXES
    elif tensor.axes is not None:
        last = Axis.CHANNELS if tensor.axes[-1] is Axis.CHANNELS else Axis.FEATURES
        axes = (*tensor.axes[:-1], last)
        if len(shape) > 3 and tensor.trust is Trust.PROVED and tensor.axis(Axis.CHANNELS) is not None:
            app.say(
                "dense-on-images",
                Level.HINT,
                f"it is applied to each place of {sizes.text(shape)}, as a Flatten before it would not be",
            )
    return activate(app, Tensor((*shape[:-1], units), axes, tensor.trust, tensor.born), params)


def connect_vectors(app: Application) -> Outcome:
    """``MaxoutDense`` and ``Highway`` of Keras 1: for vectors only; Highway keeps their length."""
    app.one_input()
    samples, features = app.shape(2)
    app.channels(features, "features")
    app.weights_for = (features,)
    bias = app.flag("bias", True)
    units: Size
    copies: Size
    if app.layer.kind == "Highway":
        units, copies = features, 2
    else:
        units, copies = app.required("output_dim"), app.whole("nb_feature", 4)
    params = None if bias is None else sizes.count(copies, sizes.plus(features, 1 if bias else 0), units)
    return activate(app, Tensor((samples, units), VECTOR_AXES), params)


def connect_steps(app: Application) -> Outcome:
    """``TimeDistributedDense`` of Keras 1."""
    tensor = app.one_input()
    units = app.required("units")
    samples, steps, features = app.shape(3)
    app.channels(features, "features")
    if steps is None:
        app.fail("steps-none", f"the number of steps must be known, and its input is {sizes.text(app.input.shape)}")
    app.weights_for = (features,)
    bias = app.flag("use_bias", True)
    params = None if bias is None else sizes.count(sizes.plus(features, 1 if bias else 0), units)
    return activate(app, Tensor((samples, steps, units), tensor.axes, tensor.trust, tensor.born), params)


def flatten(app: Application) -> Outcome:
    """``Flatten``: all axes but the samples in one. Keras 1 must know their sizes."""
    tensor = app.one_input()
    least = {1: 3, 2: 1}.get(app.version, 1)
    shape = app.shape_at_least(1 if app.nested else least)
    if shape is None:
        return app.result(Tensor((Unknown(), Unknown()), VECTOR_AXES))
    if app.version == 1 and any(size is None or size == 0 for size in shape[1:]):
        app.fail(
            "flatten-none",
            f"all sizes but that of the samples must be known, and its input is {sizes.text(shape)}",
            blames="input",
        )
    channel = tensor.axis(Axis.CHANNELS)
    if app.version > 1 and len(shape) > 3 and channel not in (None, len(shape) - 1) and app.data_format() == FIRST:
        app.say(
            "flatten-order",
            Level.HINT,
            f"under {FIRST} it moves the channels of {sizes.text(shape)} to the end first; Keras 1 did not",
            fix="data_format='channels_last'",
        )
    length = sizes.product(shape[1:])
    return app.result(Tensor((shape[0], length), VECTOR_AXES, born=tensor.born, dtype=tensor.dtype))


def reshape(app: Application) -> Outcome:
    """``Reshape``: the same elements in other axes; -1 stands for whatever is left."""
    tensor = app.one_input()
    target = app.given("target_shape")
    if not isinstance(target, (list, tuple)):
        return app.unknown(0)
    wanted = tuple(sizes.as_size(size) for size in target)
    shape = tensor.shape
    if shape is None:
        made: Shape = (Unknown(), *(Unknown() if size == -1 else size for size in wanted))
    else:
        made = (shape[0], *_reshaped(app, shape, wanted))
    axes, trust = looks_made(made)
    if axes is None or (tensor.shape is not None and len(tensor.shape) > 2 and trust is Trust.LOOKS and len(made) < 4):
        axes, trust = unknown_axes(len(made)), Trust.NONE
    return app.result(Tensor(made, axes, trust, app.layer.place, dtype=tensor.dtype))


def _reshaped(app: Application, shape: Shape, wanted: tuple[Size, ...]) -> tuple[Size, ...]:
    """The target with its -1 filled in.

    :raises Fault: if it has another number of elements
    """
    free = [at for at, size in enumerate(wanted) if sizes.known(size) and size < 0]
    if len(free) > 1:
        app.fail("arguments", f"target_shape={sizes.text(wanted)} has {len(free)} sizes that are left open, one may be")
    rest = shape[1:]
    if app.version == 1 and None in rest:
        app.fail(
            "reshape-size",
            f"all sizes but that of the samples must be known, and its input is {sizes.text(shape)}",
            blames="input",
        )
    elements = sizes.product(rest)
    if elements is None and not free and sizes.known(shape[0]):
        part, whole = sizes.product(size for size in rest if size is not None), sizes.product(wanted)
        if sizes.known(part) and sizes.known(whole) and part and whole % part:
            app.fail("reshape-size", f"{sizes.text(rest)} cannot have the {whole} elements of {sizes.text(wanted)}")
    known = sizes.product(size for at, size in enumerate(wanted) if at not in free)
    fits = True
    if sizes.known(elements) and sizes.known(known):
        fits = elements == known if not free else known != 0 and elements % known == 0
    elif sizes.known(known) and free and known == 0:
        fits = False
    if not fits:
        app.fail(
            "reshape-size",
            f"{sizes.text(shape[1:])} has {elements} elements and target_shape={sizes.text(wanted)} "
            f"{'does not divide them' if free else f'has {known}'}",
        )
    if not free:
        return wanted
    left: Size = Unknown()
    if elements is None:
        left = None
    elif sizes.known(elements) and sizes.known(known):
        left = elements // known
    return tuple(left if at in free else size for at, size in enumerate(wanted))


def permute(app: Application) -> Outcome:
    """``Permute``: the axes in another order; the first one after the samples has number 1."""
    tensor = app.one_input()
    dims = app.given("dims")
    if not isinstance(dims, (list, tuple)) or not all(sizes.known(at) for at in dims):
        return app.unknown(0)
    order = [at for at in dims if sizes.known(at)]
    if sorted(order) != list(range(1, len(order) + 1)):
        app.fail("arguments", f"dims={tuple(order)} must name each axis from 1 to {len(order)} once")
    shape = app.shape(len(order) + 1)
    made = (shape[0], *(shape[at] for at in order))
    axes, trust = tensor.axes, tensor.trust
    if axes is not None:
        axes = (axes[0], *(axes[at] for at in order))
        if len(made) < 4:
            # Sequences are turned round on purpose, to work along the other axis.
            axes, trust = unknown_axes(len(made)), Trust.NONE
    return app.result(Tensor(made, axes, trust, tensor.born, dtype=tensor.dtype))


def repeat_vector(app: Application) -> Outcome:
    """``RepeatVector``: a vector becomes a sequence of copies."""
    app.one_input()
    samples, features = app.shape(2)
    axes = (Axis.SAMPLES, Axis.TIME, Axis.FEATURES)
    return app.result(Tensor((samples, app.required("n"), features), axes, born=app.input.born))


def compute(app: Application) -> Outcome:
    """``Lambda`` as far as ``output_shape`` tells; its function is the interpreter's to follow."""
    given = app.given("output_shape")
    if not isinstance(given, (list, tuple)):
        return app.unknown(0)
    samples = app.input.shape[0] if app.input.shape else Unknown()
    made = (samples, *(sizes.as_size(size) for size in given))
    return app.result(Tensor(made, unknown_axes(len(made))))

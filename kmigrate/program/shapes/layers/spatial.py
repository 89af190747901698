"""Layers that read an image, a sequence or a volume: which axes they move over, and what is left of each.

Also those that only crop, pad or repeat: ``Cropping1D``…, ``ZeroPadding1D``…, ``UpSampling1D``….
"""

from __future__ import annotations

from dataclasses import dataclass

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application, axis_words
from kmigrate.program.shapes.layers.layouts import LAST, Axes
from kmigrate.program.shapes.tensors import AXES, Axis, Level, Outcome, Shape, Size, Tensor


@dataclass(frozen=True, slots=True)
class Grid:
    """The input of an image layer: ``channel`` is the index of its channels, ``places`` those of the other axes."""

    shape: Shape
    axes: Axes
    channel: int
    places: tuple[int, ...]

    @property
    def channels(self) -> Size:
        """How many channels there are."""
        return self.shape[self.channel]

    def lengths(self) -> tuple[Size, ...]:
        """The sizes of the axes that the layer moves over."""
        return tuple(self.shape[at] for at in self.places)

    def made(self, lengths: tuple[Size, ...], channels: Size) -> Shape:
        """The shape with other sizes."""
        new = list(self.shape)
        for at, length in zip(self.places, lengths, strict=True):
            new[at] = length
        new[self.channel] = channels
        return tuple(new)


#: Layers of sequences that know no channels-first ones, and those whose ``data_format`` is channels_last unless it is
#: given, in Keras 2: the others follow the image ordering in effect (``keras_api.layer_signatures``).
_LAST_ALWAYS = frozenset(("UpSampling1D", "Cropping1D"))
_LAST_BY_DEFAULT = frozenset(
    (
        *("Conv1D", "ZeroPadding1D", "MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D"),
        "GlobalAveragePooling1D",
    )
)


def grid(app: Application, dimensions: int, axes: dict[str, Axes] | None = None) -> Grid | None:
    """The input of a layer that moves over ``dimensions`` axes, its layout held against what is known of it.

    ``axes``: by data format, where they are not Keras's own. None where the data format is not known.

    :raises Fault: if the input has another number of axes
    """
    app.one_input()
    by_default = app.version == 2 and app.layer.kind in _LAST_BY_DEFAULT and "data_format" not in app.layer.arguments
    last = app.layer.kind in _LAST_ALWAYS or (app.version == 1 and dimensions == 1) or by_default
    data_format = app.data_format(LAST if last else None)
    if data_format is None:
        app.shape(dimensions + 2 if axes is None else len(axes[LAST]))
        return None
    meaning = AXES[dimensions + 2, data_format] if axes is None else axes[data_format]
    shape = app.shape(len(meaning))
    app.read_layout(meaning, data_format)
    channel = meaning.index(Axis.CHANNELS)
    places = tuple(at for at in range(len(meaning) - dimensions - 1, len(meaning)) if at != channel)
    return Grid(shape, meaning, channel, places[:dimensions])


def without_format(app: Application, rank: int, params: int | None = None) -> Outcome:
    """What is known of the output where the data format is not: its number of axes."""
    samples = app.input.shape[0] if app.input.shape else None
    return app.result(Tensor((samples, *sizes.unknown_shape(rank - 1))), params=params)


def slide(
    app: Application, over: Grid, what: str, reach: tuple[Size, ...], strides: tuple[Size, ...], padding: str | None
) -> tuple[Size, ...]:
    """The lengths after a window ("kernel", "pool") has moved over the input.

    :raises Fault: if the window is longer than the input
    """
    made = []
    for at, length, size, stride in zip(over.places, over.lengths(), reach, strides, strict=True):
        if padding == "valid" and sizes.known(length) and sizes.known(size) and length < size:
            words = axis_words(over.axes, at)
            app.fail(
                "negative-size",
                f"a {what} of {size} {words} does not fit into {length}: its input is {sizes.text(over.shape)}, "
                f"{' × '.join(axis_words(over.axes, axis) for axis in range(1, len(over.axes)))}",
                blames="input",
            )
        made.append(sizes.window(length, size, stride, padding))
    return tuple(made)


def check_steps(app: Application, name: str, steps: tuple[Size, ...]) -> None:
    """Strides, kernels and factors are at least one."""
    for step in steps:
        if sizes.known(step) and step < 1:
            app.fail("arguments", f"{name} must be positive, and is {step}")


def crop(app: Application, dimensions: int) -> Outcome:
    """``Cropping1D``, ``Cropping2D``, ``Cropping3D``."""
    over = grid(app, dimensions)
    if over is None:
        return without_format(app, dimensions + 2, 0)
    default = (1, 1) if dimensions == 1 else ((0, 0),) * 2 if dimensions == 2 else ((1, 1),) * 3
    edges = _edges(app, "cropping", default, dimensions)
    lengths = []
    for at, length, (before, after) in zip(over.places, over.lengths(), edges, strict=True):
        left = sizes.plus(sizes.plus(length, _minus(before)), _minus(after))
        if length is None and app.version == 1 and dimensions == 2:
            app.fail(
                "crop-none", f"the {axis_words(over.axes, at)} must be known, and the input is {sizes.text(over.shape)}"
            )
        if sizes.known(left) and left < 1:
            message = (
                f"it takes away {before} + {after} {axis_words(over.axes, at)} of {length}: its input is "
                f"{sizes.text(over.shape)}"
            )
            if app.version > 1 + (dimensions == 3):
                app.fail("negative-size", message, blames="input")
            app.say("negative-size", Level.ERROR, message, blames="input")
            if app.version > 1:
                left = 0
        lengths.append(left)
    return app.result(app.settled(over.made(tuple(lengths), over.channels), over.axes))


def pad(app: Application, dimensions: int) -> Outcome:
    """``ZeroPadding1D``, ``ZeroPadding2D``, ``ZeroPadding3D``."""
    over = grid(app, dimensions)
    if over is None:
        return without_format(app, dimensions + 2, 0)
    edges = _edges(app, "padding", 1 if dimensions == 1 else (1,) * dimensions, dimensions)
    lengths = tuple(
        sizes.plus(sizes.plus(length, before), after)
        for length, (before, after) in zip(over.lengths(), edges, strict=True)
    )
    return app.result(app.settled(over.made(lengths, over.channels), over.axes))


def repeat(app: Application, dimensions: int) -> Outcome:
    """``UpSampling1D``, ``UpSampling2D``, ``UpSampling3D``."""
    over = grid(app, dimensions)
    if over is None:
        return without_format(app, dimensions + 2, 0)
    factors = app.whole_numbers("size", 2, dimensions)
    lengths = tuple(sizes.times(length, factor) for length, factor in zip(over.lengths(), factors, strict=True))
    if app.version == 2 and dimensions == 2 and None in lengths:
        # tf.image.resize takes both sizes as one tensor: if one is open, both are.
        lengths = (None, None)
    return app.result(app.settled(over.made(lengths, over.channels), over.axes))


def resize(app: Application) -> Outcome:
    """``Resizing``, ``CenterCrop``, ``RandomCrop`` of Keras 2 and 3: images of ``height`` × ``width``."""
    tensor = app.one_input()
    height, width = app.required("height"), app.required("width")
    if tensor.shape is None:
        return app.unknown(0)
    if len(tensor.shape) not in (3, 4):
        app.fail("rank", f"it takes an image or several, and its input is {sizes.text(tensor.shape)}")
    data_format = app.data_format(LAST if app.version < 3 else None)
    if data_format is None:
        return without_format(app, len(tensor.shape), 0)
    axes = AXES[4, data_format][4 - len(tensor.shape) :]
    made = dict(zip(axes, tensor.shape, strict=True)) | {Axis.ROWS: height, Axis.COLUMNS: width}
    if app.layer.kind != "Resizing" and None in tensor.shape[1:3] and len(axes) == 4:
        made[Axis.SAMPLES] = None  # tf.cond of two ways to make it
    shape = tuple(made[axis] for axis in axes)
    return app.result(app.settled(shape, axes) if len(shape) == 4 else Tensor(shape))


def _minus(size: Size) -> Size:
    return -size if sizes.known(size) else size


def _edges(app: Application, name: str, default: object, dimensions: int) -> tuple[tuple[Size, Size], ...]:
    """What is added or taken away before and after, by axis: one number, one for each axis, or a pair for each.

    :raises Fault: if there are too many or too few numbers
    """
    value = app.given(name, default)
    if dimensions == 1 and isinstance(value, (list, tuple)):
        before, after = app.whole_numbers(name, default, 2)
        return ((before, after),)
    if not isinstance(value, (list, tuple)):
        both = sizes.as_size(value)
        return ((both, both),) * dimensions
    if len(value) != dimensions:
        app.fail("arguments", f"{name} takes {dimensions} entries, and {tuple(value)} has {len(value)}")
    edges: list[tuple[Size, Size]] = []
    for entry in value:
        if isinstance(entry, (list, tuple)):
            if len(entry) != 2:
                app.fail("arguments", f"{name} takes pairs, and {tuple(entry)} has {len(entry)} entries")
            edges.append((sizes.as_size(entry[0]), sizes.as_size(entry[1])))
        else:
            both = sizes.as_size(entry)
            edges.append((both, both))
    return tuple(edges)

"""One application of a layer: reading its arguments, checking its inputs, and collecting what there is to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.layouts import FIRST, LAST, OTHER, Axes, ordering
from kmigrate.program.shapes.tensors import (
    Axis,
    Fault,
    Layer,
    Level,
    Outcome,
    Remark,
    Shape,
    Size,
    Tensor,
    Trust,
    Unknown,
)

#: What the axes are called in messages, by what they count.
_WORDS = {
    Axis.SAMPLES: "samples",
    Axis.CHANNELS: "channels",
    Axis.ROWS: "rows",
    Axis.COLUMNS: "columns",
    Axis.PLANES: "planes",
    Axis.TIME: "steps",
    Axis.FEATURES: "features",
    Axis.UNKNOWN: "values",
}


class Application:
    """A layer and what it is applied to. ``nested``: a wrapper applies it, which in Keras 1 skips the rank checks."""

    __slots__ = ("inputs", "layer", "nested", "remarks", "version", "weights_for")

    def __init__(self, layer: Layer, inputs: Sequence[Tensor], *, nested: bool = False) -> None:
        self.layer = layer
        self.inputs = inputs
        self.nested = nested
        self.version = layer.version
        self.remarks: list[Remark] = []
        #: the sizes that the weights are made for; a layer that is applied again has to find the same
        self.weights_for: Shape | None = None

    # --- what it is called, and what is wrong -------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What the program calls the layer: its class."""
        return self.layer.symbol or self.layer.kind

    @property
    def input(self) -> Tensor:
        """The only input, or the first one."""
        return self.inputs[0]

    def fail(self, kind: str, message: str, *, blames: str = "layer", fix: str = "") -> NoReturn:
        """Say that Keras raises here."""
        raise Fault(kind, f"{self.name}: {message}", blames=blames, fix=fix)

    def say(
        self, kind: str, level: Level, message: str, *, blames: str = "layer", fix: str = "", once: bool = False
    ) -> None:
        """Add a remark; with ``once`` only if there is none of that kind yet."""
        if not once or all(remark.kind != kind for remark in self.remarks):
            self.remarks.append(Remark(kind, f"{self.name}: {message}", level, blames, fix))

    # --- arguments ----------------------------------------------------------------------------------------------------

    def given(self, name: str, default: object = None) -> object:
        """The argument, or ``default`` where it is not given."""
        return self.layer.arguments.get(name, default)

    def whole(self, name: str, default: object = None) -> Size:
        """A whole number (or None)."""
        return sizes.as_size(self.given(name, default))

    def required(self, name: str) -> Size:
        """A whole number that the layer cannot do without."""
        return sizes.as_size(self.given(name, Unknown(name)))

    def flag(self, name: str, default: bool) -> bool | None:
        """Whether the argument is true; None where that is not known."""
        value = self.given(name, default)
        return bool(value) if value is None or isinstance(value, (bool, int, float, str)) else None

    def word(self, name: str, default: str | None = None) -> str | None:
        """A text; None where it is not known."""
        value = self.given(name, default)
        return value if isinstance(value, str) else None

    def whole_numbers(self, name: str, default: object, length: int) -> tuple[Size, ...]:
        """A tuple of ``length`` whole numbers; one number stands for all.

        :raises Fault: if it is a sequence of another length
        """
        value = self.given(name, default)
        if isinstance(value, (list, tuple)):
            if len(value) != length:
                one = "number" if length == 1 else "numbers"
                self.fail("arguments", f"{name} takes {length} {one}, and {tuple(value)} has {len(value)}")
            return tuple(sizes.as_size(item) for item in value)
        return (sizes.as_size(value),) * length

    def data_format(self, default: str | None = None) -> str | None:
        """``channels_first`` or ``channels_last``, None where it is not known.

        ``default`` is that of the layer itself, where it does not follow the one in effect.
        """
        value = self.given("data_format")
        if value is None:
            value = default or self.layer.default_format
        return value if value in OTHER else None

    # --- inputs -------------------------------------------------------------------------------------------------------

    def one_input(self) -> Tensor:
        """The only input.

        :raises Fault: if there are several
        """
        if len(self.inputs) != 1:
            self.fail("inputs", f"it takes one tensor, and is applied to {len(self.inputs)}")
        return self.inputs[0]

    def shape(self, rank: int, at: int = 0) -> Shape:
        """The shape of an input that must have ``rank`` axes, samples included.

        :raises Fault: if it has another number of axes
        """
        tensor = self.inputs[at]
        if tensor.shape is None:
            return sizes.unknown_shape(rank)
        if len(tensor.shape) != rank:
            self._wrong_rank(tensor.shape, rank, f"{rank - 1} {'axis' if rank == 2 else 'axes'}")
        return tensor.shape

    def shape_at_least(self, rank: int, at: int = 0) -> Shape | None:
        """The shape of an input that must have ``rank`` axes or more; None where it is not known.

        :raises Fault: if it has fewer
        """
        shape = self.inputs[at].shape
        if shape is not None and len(shape) < rank:
            self._wrong_rank(shape, rank, f"at least {rank - 1} {'axis' if rank == 2 else 'axes'}")
        return shape

    def _wrong_rank(self, shape: Shape, rank: int, wanted: str) -> NoReturn:
        more = f"it takes {wanted} besides the samples, and its input is {sizes.text(shape)}"
        own = self.layer.input_shape
        if len(shape) == rank + 1 and (shape[1] is None or (own is not None and len(own) == len(shape))):
            self.fail(
                "repeated-batch-axis",
                f"{more}; an input shape leaves out the samples, so give {sizes.text(shape[2:])}",
                blames="input",
                fix=f"input_shape={sizes.text(shape[2:])}",
            )
        self.fail("rank", f"{more}, which has {len(shape) - 1}", blames="input" if own is not None else "layer")

    def channels(self, size: Size, where: str = "channels") -> Size:
        """A size that weights are made for.

        :raises Fault: if it is None, Keras's open size
        """
        if size is None:
            shape = self.input.shape
            swapped = ""
            if shape is not None and len(shape) > 3 and sizes.known(shape[1]) and shape[2] is None:
                swapped = f"; do you mean {sizes.text((*shape[2:], shape[1]))}?"
            self.fail(
                "channels-none",
                f"the number of {where} must be known to make its weights; its input is {sizes.text(shape)}{swapped}",
                blames="input",
            )
        return size

    # --- layouts ------------------------------------------------------------------------------------------------------

    def read_layout(self, axes: Axes, data_format: str, at: int = 0) -> None:
        """Hold the layout that the layer reads against what is known of its input's."""
        tensor = self.inputs[at]
        actual = tensor.axis(Axis.CHANNELS)
        wanted = axes.index(Axis.CHANNELS)
        if tensor.axes is None or actual is None or actual == wanted or len(tensor.axes) != len(axes):
            return
        if tensor.trust is Trust.PROVED:
            self.say(
                "mixed-layout",
                Level.ERROR,
                f"it takes axis {wanted} of {sizes.text(tensor.shape)} for the channels, and they are axis {actual}: "
                f"the layer before is {_format_of(actual, len(axes))}, this one {data_format}",
                fix=ordering(self.version, _format_of(actual, len(axes))),
            )
        elif tensor.trust is Trust.LOOKS:
            self.say(
                "input-layout",
                Level.WARNING,
                f"it takes axis {wanted} of {sizes.text(tensor.shape)} for the channels ({data_format}), and axis "
                f"{actual} looks like them",
                blames="input",
                fix=ordering(self.version, _format_of(actual, len(axes))),
            )

    def settled(self, shape: Shape, axes: Axes, at: int = 0) -> Tensor:
        """An output whose layout the layer has proved."""
        tensor = self.inputs[at]
        inherited = tensor.trust is Trust.PROVED and tensor.axes == axes
        return Tensor(shape, axes, Trust.PROVED, tensor.born if inherited else self.layer.place)

    # --- results ------------------------------------------------------------------------------------------------------

    def same_shape(self, params: int | None = 0) -> Outcome:
        """The output is like the input."""
        tensor = self.input
        return self.result(
            Tensor(tensor.shape, tensor.axes, tensor.trust, tensor.born, dtype=tensor.dtype), params=params
        )

    def result(self, *outputs: Tensor, params: int | None = 0) -> Outcome:
        """The outcome with those outputs and what has been said."""
        return Outcome(outputs, params, tuple(self.remarks))

    def unknown(self, params: int | None = None) -> Outcome:
        """The outcome of which nothing is known."""
        return self.result(Tensor(None), params=params)


Handler = Callable[[Application], Outcome]


def _format_of(axis: int, rank: int) -> str:
    """The data format whose channels are that axis."""
    return LAST if axis == rank - 1 else FIRST


def axis_words(axes: Axes, at: int) -> str:
    """What an axis is called in a message."""
    return _WORDS[axes[at]]

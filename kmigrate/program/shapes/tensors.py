"""Plain data of shape inference: sizes, axes, tensors, arrays, layers, and what may be said about them.

Tensors, arrays and what is not known are never changed once they are made. They are not frozen dataclasses, since
those take three times as long to make, and a program makes thousands.

A *size* is a whole number, ``None`` (Keras's own "any size", which stays open until data arrives) or an ``Unknown``
(a number that the program has when it runs and that reading it does not tell). A *shape* is a tuple of sizes with the
samples first, or None where not even the rank is known. Unknown is a value like any other and never makes a finding.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Unknown:
    """Anything that reading the program does not tell. ``name`` is what the program calls it, for messages.

    Two of them are the same value only if they are the same object.
    """

    name: str = ""

    def __str__(self) -> str:
        return self.name or "?"


@dataclass(slots=True, eq=False)
class Whole(Unknown):
    """A whole number that is not known: the index of a loop."""


#: A size of one axis.
Size = int | None | Unknown
Shape = tuple[Size, ...]


class Axis(enum.Enum):
    """What one axis of a tensor counts."""

    SAMPLES = "samples"
    CHANNELS = "channels"
    ROWS = "rows"
    COLUMNS = "columns"
    #: the first of three spatial axes (a volume's depth, a video's frames where a Conv3D reads it)
    PLANES = "planes"
    TIME = "time"
    FEATURES = "features"
    UNKNOWN = "?"


#: What the axes mean by rank and data format, samples included (Keras's own convention in all versions).
AXES: Mapping[tuple[int, str], tuple[Axis, ...]] = {
    (3, "channels_last"): (Axis.SAMPLES, Axis.TIME, Axis.CHANNELS),
    (3, "channels_first"): (Axis.SAMPLES, Axis.CHANNELS, Axis.TIME),
    (4, "channels_last"): (Axis.SAMPLES, Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS),
    (4, "channels_first"): (Axis.SAMPLES, Axis.CHANNELS, Axis.ROWS, Axis.COLUMNS),
    (5, "channels_last"): (Axis.SAMPLES, Axis.PLANES, Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS),
    (5, "channels_first"): (Axis.SAMPLES, Axis.CHANNELS, Axis.PLANES, Axis.ROWS, Axis.COLUMNS),
}


class Trust(enum.IntEnum):
    """How far the axes of a tensor can be trusted."""

    #: nothing says what the axes are
    NONE = 0
    #: the sizes or their names look like it: (3, 224, 224), (height, width, depth)
    LOOKS = 1
    #: a layer that has a data format made or read it so
    PROVED = 2


@dataclass(slots=True, eq=False)
class Tensor:
    """What a layer takes and gives: a symbolic tensor of Keras.

    ``axes`` has as many entries as ``shape`` (or is None); ``trust`` says how they are known and ``born`` where: the
    place (any object; the interpreter uses its own) of the input or of the layer that settled the layout.
    ``broken``: something was wrong with it or with what it was made of, so nothing more is said about it.
    ``made_by`` is the application of the layer that made it.
    """

    shape: Shape | None
    axes: tuple[Axis, ...] | None = None
    trust: Trust = Trust.NONE
    born: object = None
    broken: bool = False
    made_by: object = None
    dtype: str = "float32"
    #: whether a mask of Masking or Embedding goes with it
    masked: bool = False

    @property
    def rank(self) -> int | None:
        """Number of axes, samples included."""
        return None if self.shape is None else len(self.shape)

    def axis(self, which: Axis) -> int | None:
        """The index of the axis that counts ``which``, None if there is none or more than one, or it is not known."""
        if self.axes is None or self.axes.count(which) != 1:
            return None
        return self.axes.index(which)


@dataclass(slots=True, eq=False)
class Array:
    """A NumPy array: its shape (None: unknown rank), its axes if known, dtype ("" unknown), and small values whole.

    ``value`` are the elements as nested lists where the program gives them and there are few. ``born`` is the place
    that settled the shape. ``values`` is the half-open range of whole numbers that the elements lie in, if known.
    """

    shape: Shape | None
    axes: tuple[Axis, ...] | None = None
    trust: Trust = Trust.NONE
    dtype: str = ""
    value: object = None
    born: object = None
    values: tuple[int, int] | None = None

    @property
    def rank(self) -> int | None:
        """Number of axes."""
        return None if self.shape is None else len(self.shape)


@dataclass(slots=True, eq=False)
class Layer:
    """A layer as the program configures it.

    ``kind`` is the Keras 2 name of its class ("Conv2D" for Convolution2D too; "Merge" stays). ``arguments`` are those
    given, by their Keras 2 names, with values in Keras 2 terms ("channels_first" for "th"; kernel_size as a tuple);
    what is not given has the default of ``version``. ``version`` is 1, 2 or 3: the Keras whose rules it follows.
    ``place`` is where it is made (any object). ``input_shape`` (samples first) is that of ``input_shape=``,
    ``batch_input_shape=``, ``input_dim=`` or ``input_length=``. ``built`` is the shape that its weights were made for.
    """

    kind: str
    arguments: dict[str, object]
    version: int
    place: object = None
    name: str = ""
    input_shape: Shape | None = None
    built: object = None
    #: ``data_format`` that was in effect when it was made, where it has none of its own ("channels_last"…)
    default_format: str = "channels_last"
    #: where the shape that its input is given was written (any object)
    born: object = None
    #: its class as the program writes it ("Convolution2D"), for messages
    symbol: str = ""
    #: what there is to say about the way that it was made
    remarks: list[Remark] = field(default_factory=list)


class Level(enum.IntEnum):
    """How sure a remark is; the severities of findings come from it."""

    HINT = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about one layer's application. ``kind`` is one of the words of ``layers.KINDS``.

    ``message`` is a sentence in the user's terms without the place. ``fix`` names the argument to set, if one would
    mend it ("axis=1"). ``blames`` says whose fault it is: "layer" (the application itself), "input" (the shape that the
    tensor was born with) or "argument:NAME".
    """

    kind: str
    message: str
    level: Level = Level.ERROR
    blames: str = "layer"
    fix: str = ""


class Fault(Exception):  # noqa: N818  -- it is what Keras would raise, not an error of kmigrate's
    """Keras would raise here: the layer cannot be built on, or applied to, these inputs."""

    def __init__(self, kind: str, message: str, *, blames: str = "layer", fix: str = "") -> None:
        super().__init__(message)
        self.remark = Remark(kind, message, Level.ERROR, blames, fix)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What applying a layer gives: its output (several for layers that return states), weights, and remarks."""

    outputs: tuple[Tensor, ...]
    #: number of weights, None where it cannot be known
    params: int | None = None
    remarks: Sequence[Remark] = field(default=())

    @property
    def output(self) -> Tensor:
        """The first output."""
        return self.outputs[0]

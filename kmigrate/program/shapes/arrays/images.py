"""Pictures and generators of batches of them: ``keras.preprocessing.image`` of Keras 1.2.2 and 2.15."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context, Handler, Unclear
from kmigrate.program.shapes.arrays.indexing import length
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.arrays.sizes import differ, show
from kmigrate.program.shapes.arrays.values import Picture, as_array, as_size, is_open
from kmigrate.program.shapes.tensors import AXES, Array, Axis, Fault, Shape, Size, Trust, Unknown

_FORMATS: Mapping[str, str] = {
    "th": "channels_first",
    "tf": "channels_last",
    "channels_first": "channels_first",
    "channels_last": "channels_last",
}

_CHANNELS: Mapping[str, int] = {"rgb": 3, "grayscale": 1, "rgba": 4}


def data_format(context: Context, given: object) -> str | None:
    """The data format that an argument of that name means; that in effect for None and "default"."""
    if given is None or given == "default":
        return context.data_format
    return _FORMATS.get(given) if isinstance(given, str) else None


def in_format(shape: Sequence[Size], channels: Size, ordering: str | None) -> tuple[Shape, tuple[Axis, ...] | None]:
    """Rows, columns and channels in their order; all are Unknown if the order is not known."""
    rows, columns = shape
    if ordering == "channels_first":
        return (channels, rows, columns), AXES[4, ordering][1:]
    if ordering == "channels_last":
        return (rows, columns, channels), AXES[4, ordering][1:]
    return (Unknown(), Unknown(), Unknown()), None


def _channels(mode: object) -> Size:
    """How many channels a ``color_mode`` has."""
    return _CHANNELS.get(mode, Unknown()) if isinstance(mode, str) else Unknown()


def _rows_and_columns(size: object) -> tuple[Size, Size]:
    """``target_size``: (rows, columns)."""
    if isinstance(size, (list, tuple)) and len(size) == 2 and not is_open(size):
        return as_size(size[0]), as_size(size[1])
    return Unknown(), Unknown()


def load_img(context: Context, path: object, *args: object, **keywords: object) -> object:
    """``load_img(path, grayscale, target_size)`` of Keras 1; Keras 2 has ``color_mode`` before the size."""
    names = ("grayscale", "target_size") if context.version == 1 else ("grayscale", "color_mode", "target_size")
    given = dict(zip(names, args, strict=False)) | keywords
    mode = given.get("color_mode", "grayscale" if given.get("grayscale") else "rgb")
    rows, columns = _rows_and_columns(given.get("target_size"))
    if mode == "grayscale":
        return Picture(rows, columns, None)
    return Picture(rows, columns, _channels(mode))


def img_to_array(
    context: Context, img: object, data_format_given: object = None, dtype: object = None, **keywords: object
) -> object:
    """Three axes in the order of the data format; a picture without channels gets one."""
    asked = keywords.get("dim_ordering", keywords.get("data_format", data_format_given))
    ordering = data_format(context, asked)
    if isinstance(img, Unknown):
        # some picture: three axes in any case
        shape, axes = in_format((Unknown(), Unknown()), Unknown(), ordering)
        trust = Trust.NONE if axes is None else Trust.PROVED
        return Array(shape, axes, trust, "float32", born=context.place)
    source = as_array(img)
    if source.shape is None or len(source.shape) not in (2, 3):
        return Array((Unknown(), Unknown(), Unknown()), dtype="float32", born=context.place)
    channels = source.shape[2] if len(source.shape) == 3 else 1
    shape, axes = in_format(source.shape[:2], channels, ordering)
    trust = Trust.NONE if axes is None else Trust.PROVED
    return Array(shape, axes, trust, "float32", born=context.place)


def array_to_img(
    context: Context, x: object, data_format_given: object = None, *args: object, **keywords: object
) -> object:
    """A picture of an array in the data format."""
    ordering = data_format(context, keywords.get("dim_ordering", keywords.get("data_format", data_format_given)))
    source = as_array(x)
    if source.shape is None or len(source.shape) != 3 or ordering is None:
        return Picture(Unknown(), Unknown(), Unknown())
    first = ordering == "channels_first"
    rows, columns = source.shape[1:] if first else source.shape[:2]
    channels = source.shape[0 if first else 2]
    return Picture(rows, columns, None if channels == 1 else channels)


@dataclass(frozen=True, slots=True, eq=False)
class Generator(DataObject):
    """An endless source of batches: what ``flow`` and its relatives give.

    ``x`` and ``y`` are one batch (None: no labels); the size of a batch is not known, for the last one may be smaller.
    ``source`` is the method that made it. ``classes`` are the names of the classes in order, None if not given.
    """

    x: Array
    y: Array | None
    batch_size: Size
    shuffle: object
    source: str
    samples: Size = field(default_factory=Unknown)
    directory: object = None
    classes: tuple[str, ...] | None = None
    class_mode: object = None
    place: object = None

    def element(self) -> object:
        """One batch."""
        return self.x if self.y is None else (self.x, self.y)

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """``next`` gives a batch, ``reset`` starts again."""
        if name in ("next", "__next__"):
            return self.element()
        return None if name == "reset" else NOT_KNOWN

    def subscript(self, index: object) -> object:
        """A batch."""
        return self.element()

    @property
    def length(self) -> Size:
        """The number of batches that all samples make."""
        if isinstance(self.samples, int) and isinstance(self.batch_size, int) and self.batch_size > 0:
            return -(-self.samples // self.batch_size)
        return Unknown()

    def attribute(self, name: str) -> object:
        """What programs read of it: sizes, and the numbers of the classes."""
        if name in ("samples", "nb_sample", "n", "N"):
            return self.samples
        if name in ("batch_size", "shuffle", "directory", "class_mode"):
            return getattr(self, name)
        if name == "class_indices":
            return Unknown() if self.classes is None else {label: at for at, label in enumerate(self.classes)}
        if name in ("nb_class", "num_class", "num_classes"):
            return Unknown() if self.classes is None else len(self.classes)
        if name == "classes":
            return Array((self.samples,), (Axis.SAMPLES,), Trust.PROVED, "int32", born=self.place)
        if name == "image_shape" and self.x.shape is not None:
            return self.x.shape[1:]
        return NOT_KNOWN


@dataclass(frozen=True, slots=True, eq=False)
class ImageDataGenerator(DataObject):
    """``keras.preprocessing.image.ImageDataGenerator``."""

    ordering: str | None

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """``fit`` and ``flow`` of arrays, ``flow_from_directory`` and ``flow_from_dataframe`` of files."""
        if name == "fit":
            data = args[0] if args else keywords.get("x", keywords.get("X"))
            self._check(as_array(data), "fit", context)
            return None
        if name == "flow":
            return self._flow(args, keywords, context)
        if name in _FLOWS:
            return self._files(name, dict(zip(_FLOWS[name], args, strict=False)) | keywords, context)
        if name in ("random_transform", "standardize") and args:
            return replace(as_array(args[0]), value=None, values=None)
        return NOT_KNOWN

    def _check(self, data: Array, what: str, context: Context) -> None:
        """Keras 1 refuses images whose channels are not 1, 3 or 4, Keras 2 warns. Raises Fault ('generator-…')."""
        if data.shape is None:
            return
        if len(data.shape) != 4:
            raise Fault(
                "generator-rank",
                f"`{what}` wants images of four axes, samples first, and is given an array of shape {show(data.shape)}",
            )
        if self.ordering is None:
            return
        axis = 1 if self.ordering == "channels_first" else 3
        channels = data.shape[axis]
        if not isinstance(channels, int) or channels in (1, 3, 4):
            return
        message = (
            f"`{what}` takes axis {axis} for the channels ({self.ordering}), and that of an array of shape "
            f"{show(data.shape)} has {channels}"
        )
        if context.version == 1:
            raise Fault("generator-channels", message)
        context.warn("generator-channels", message)

    def _flow(self, args: list[object], keywords: dict[str, object], context: Context) -> object:
        names = ("x", "y", "batch_size", "shuffle")
        given = dict(zip(names, args, strict=False)) | keywords
        images, labels = given.get("x", given.get("X")), given.get("y")
        if isinstance(images, (tuple, list)):
            # images and other data together
            raise Unclear
        data = as_array(images)
        self._check(data, "flow", context)
        batch, size = Unknown("batch"), as_size(given.get("batch_size", 32))
        target = None
        if labels is not None:
            truth = as_array(labels)
            if differ(length(truth), length(data)):
                raise Fault(
                    "data-samples",
                    f"there are {length(data)} images and {length(truth)} labels: arrays of shapes {show(data.shape)} "
                    f"and {show(truth.shape)}",
                )
            target = _batch_of(truth, batch)
        source = _batch_of(replace(data, dtype="float32"), batch)
        return Generator(source, target, size, given.get("shuffle", True), "flow", length(data), place=context.place)

    def _files(self, name: str, given: dict[str, object], context: Context) -> object:
        batch, size = Unknown("batch"), as_size(given.get("batch_size", 32))
        rows, columns = _rows_and_columns(given.get("target_size", (256, 256)))
        channels = _channels(given.get("color_mode", "rgb"))
        inner, inner_axes = in_format((rows, columns), channels, self.ordering)
        axes = None if inner_axes is None else (Axis.SAMPLES, *inner_axes)
        trust = Trust.NONE if axes is None else Trust.PROVED
        images = Array((batch, *inner), axes, trust, "float32", born=context.place)
        mode = given.get("class_mode", "categorical")
        names = given.get("classes")
        classes = None
        if isinstance(names, (list, tuple)) and names and not is_open(names):
            classes = tuple(label for label in names if isinstance(label, str))
            classes = classes if len(classes) == len(names) else None
        labels: Array | None = Array(None, dtype="float32")
        if mode is None:
            labels = None
        elif mode == "categorical":
            columns_of_classes: Size = len(classes) if classes is not None else Unknown()
            labels = Array((batch, columns_of_classes), dtype="float32", born=context.place)
        elif mode in ("binary", "sparse"):
            labels = Array((batch,), dtype="float32", born=context.place)
        elif mode == "input":
            labels = images
        return Generator(
            images,
            labels,
            size,
            given.get("shuffle", True),
            name,
            directory=given.get("directory"),
            classes=classes,
            class_mode=mode,
            place=context.place,
        )


def _batch_of(data: Array, batch: Unknown) -> Array:
    """A batch of the samples of an array."""
    if data.shape is None:
        return Array(None, dtype=data.dtype)
    axes = None if data.axes is None else (Axis.SAMPLES, *data.axes[1:])
    return Array((batch, *data.shape[1:]), axes, data.trust, data.dtype, born=data.born, values=data.values)


_FLOWS: Mapping[str, tuple[str, ...]] = {
    "flow_from_directory": (
        *("directory", "target_size", "color_mode", "classes", "class_mode", "batch_size", "shuffle", "seed"),
    ),
    "flow_from_dataframe": (
        *("dataframe", "directory", "x_col", "y_col", "weight_col", "target_size", "color_mode", "classes"),
        *("class_mode", "batch_size", "shuffle"),
    ),
}


def image_data_generator(context: Context, *args: object, **keywords: object) -> object:
    """``ImageDataGenerator(…)``: only the data format matters to shapes."""
    return ImageDataGenerator(data_format(context, keywords.get("dim_ordering", keywords.get("data_format"))))


def batch(generator: object) -> object:
    """What ``next(generator)`` gives: arrays, or a pair of them. An Unknown for what is no generator."""
    return generator.element() if isinstance(generator, DataObject) else Unknown()


def list_pictures(context: Context, *args: object, **keywords: object) -> object:
    """Names of files."""
    raise Unclear


#: by the last part of the path
FUNCTIONS: Mapping[str, Handler] = {
    "load_img": load_img,
    "img_to_array": img_to_array,
    "array_to_img": array_to_img,
    "ImageDataGenerator": image_data_generator,
    "list_pictures": list_pictures,
}

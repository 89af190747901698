"""Abstract values as arrays, and the elements of small ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.axes import stacked
from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context, Unclear
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.tensors import Array, Axis, Shape, Size, Trust, Unknown

#: Elements are kept up to this many.
SMALL = 100

#: Lists of parts longer than this are not made.
MANY = 1000

#: Lists longer than this are looked at in part when they are made into an array.
LONG = 2000

Scalar = bool | int | float | complex | str


#: channels of PIL's modes
_MODES: Mapping[str, Size] = {"RGB": 3, "RGBA": 4, "CMYK": 4, "YCbCr": 3, "HSV": 3, "L": None, "1": None}


@dataclass(slots=True, eq=False)
class Picture(DataObject):
    """An image of PIL or of ``keras.preprocessing.image.load_img``: sizes, and channels (None: no such axis, "L")."""

    height: Size
    width: Size
    channels: Size

    @property
    def array(self) -> Array:
        """What ``numpy.asarray`` makes of it: rows, columns, channels."""
        if self.channels is None:
            return Array((self.height, self.width), (Axis.ROWS, Axis.COLUMNS), Trust.PROVED, "uint8", values=(0, 256))
        if isinstance(self.channels, Unknown):
            return Array(None, dtype="uint8", values=(0, 256))
        axes = (Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS)
        return Array((self.height, self.width, self.channels), axes, Trust.PROVED, "uint8", values=(0, 256))

    def whole(self) -> Array:
        """The pixels."""
        return self.array

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """PIL's ``resize`` takes (width, height); ``convert`` changes the channels."""
        if name in ("resize", "thumbnail", "crop", "rotate", "transpose"):
            size = args[0] if args else keywords.get("size")
            if name == "rotate" and not keywords.get("expand") and len(args) < 3:
                return self
            if name == "resize" and isinstance(size, (list, tuple)) and len(size) == 2:
                return Picture(as_size(size[1]), as_size(size[0]), self.channels)
            if name == "thumbnail":
                self.height, self.width = Unknown(), Unknown()
                return None
            return Picture(Unknown(), Unknown(), self.channels)
        if name == "convert":
            mode = args[0] if args else keywords.get("mode")
            channels = _MODES.get(mode, Unknown()) if isinstance(mode, str) else Unknown()
            return Picture(self.height, self.width, channels)
        return replace(self) if name == "copy" else NOT_KNOWN

    def attribute(self, name: str) -> object:
        """``size`` is (width, height)."""
        own: Mapping[str, object] = {"size": (self.width, self.height), "width": self.width, "height": self.height}
        return own.get(name, NOT_KNOWN)


def as_array(value: object) -> Array:
    """Any value as ``numpy.asarray`` sees it. Raises Unclear for what is no array of numbers or text."""
    if isinstance(value, Array):
        return value
    if isinstance(value, Scalar):
        return Array((), dtype=dtypes.OF_PYTHON[type(value)], value=value)
    if isinstance(value, Unknown):
        return Array(None)
    if isinstance(value, DataObject) and (found := value.whole()) is not None:
        return found
    if isinstance(value, range):
        whole = list(value) if len(value) <= SMALL else None
        bounds = (min(value[0], value[-1]), max(value[0], value[-1]) + 1) if value else None
        return Array((len(value),), dtype="int64", value=whole, values=bounds)
    if isinstance(value, (list, tuple)):
        return _of_list(value)
    raise Unclear


def is_open(items: object) -> bool:
    """Whether a list may hold more than is known of it, as lists that an unfinished loop appends to."""
    return bool(getattr(items, "open", False))


def _of_list(items: Sequence[object]) -> Array:
    if is_open(items):
        one = _of_list(list(items)) if items else Array(None)
        return replace(one, shape=None if one.shape is None else (Unknown(), *one.shape[1:]), value=None, values=None)
    if not items:
        return Array((0,), dtype="float64", value=[])
    looked_at = items if len(items) <= LONG else [*items[:LONG], items[-1]]
    children = [as_array(item) for item in looked_at]
    try:
        inner = sizes.unify([child.shape for child in children])
    except sizes.Mismatch:
        # rows of different lengths: an array of objects once, an error since NumPy 1.24
        return Array(None, dtype="object")
    if any(child.shape is None for child in children) and inner is not None:
        inner = None if inner != () else inner
    shape = None if inner is None else (len(items), *inner)
    kinds = {dtypes.kind(child.dtype) for child in children}
    dtype = dtypes.promote([child.dtype for child in children]) if "U" not in kinds else "str" if kinds == {"U"} else ""
    elements: object = None
    if within(shape) and all(child.value is not None for child in children):
        cast = [[dtypes.cast(dtype, leaf) for leaf in flat(child)] for child in children]
        if dtype and all(leaf is not None for row in cast for leaf in row):
            elements = nested([leaf for row in cast for leaf in row], sizes.certain(shape) or ())
    axes, trust = stacked(children, 0)
    bounds = [child.values for child in children]
    joined = joined_values(bounds)
    return Array(shape, axes if shape is not None else None, trust, dtype, elements, values=joined)


def joined_values(bounds: Sequence[tuple[int, int] | None]) -> tuple[int, int] | None:
    """The range that holds all of these ranges."""
    if not bounds or any(bound is None for bound in bounds):
        return None
    known = [bound for bound in bounds if bound is not None]
    return min(low for low, _ in known), max(high for _, high in known)


def result(array: Array) -> object:
    """What a program sees: an array, or the number itself where it has no axes and is known."""
    return array.value if array.shape == () and array.value is not None else array


def within(shape: Shape | None) -> bool:
    """Whether an array of this shape is small enough to keep its elements."""
    known = sizes.certain(shape)
    count = None if known is None else sizes.product(known)
    return isinstance(count, int) and count <= SMALL


def flat(array: Array) -> list[object]:
    """The elements of a small array in memory order."""

    def walk(value: object, depth: int) -> list[object]:
        if depth == 0 or not isinstance(value, list):
            return [value]
        return [leaf for item in value for leaf in walk(item, depth - 1)]

    return walk(array.value, array.rank or 0)


def nested(leaves: Sequence[object], shape: Sequence[int]) -> object:
    """Nested lists of a shape from leaves in memory order; the leaf itself for no axes."""
    if not shape:
        return leaves[0]
    step = len(leaves) // shape[0] if shape[0] else 0
    return [nested(leaves[index * step : (index + 1) * step], shape[1:]) for index in range(shape[0])]


def element(array: Array, index: Sequence[int]) -> object:
    """One element of a small array."""
    value = array.value
    for position in index:
        assert isinstance(value, list)
        value = value[position]
    return value


def built(shape: Sequence[int], leaf: Callable[[tuple[int, ...]], object]) -> object:
    """Nested lists of a shape whose leaves come from their indices."""
    return nested([leaf(index) for index in itertools.product(*map(range, shape))], shape)


def moved(array: Array, shape: Shape | None, source: Callable[[tuple[int, ...]], Sequence[int]]) -> object:
    """The elements of a rearranged array, None where not known. ``source`` tells where an element comes from."""
    known = sizes.certain(shape)
    if array.value is None or known is None or not within(shape):
        return None
    return built(known, lambda index: element(array, source(index)))


def whole_number(value: object) -> int:
    """A whole number that must be known. Raises Unclear."""
    if isinstance(value, bool) or not isinstance(value, int):
        if isinstance(value, Array) and value.shape in ((), (1,)):
            return whole_number(flat(value)[0])
        raise Unclear
    return value


def as_size(value: object) -> Size:
    """A size that a program gives: the number, itself if Unknown or None, an Unknown otherwise."""
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, (int, Unknown)):
        return value
    return Unknown()


def as_shape(value: object) -> Shape | None:
    """A shape that a program gives: a number, a tuple, a list or an array of numbers; None if not known."""
    if isinstance(value, int):
        return (int(value),)
    if isinstance(value, (list, tuple)):
        return tuple(as_size(item) for item in value)
    if isinstance(value, Array) and value.rank == 0:
        return (Unknown(),)
    if isinstance(value, Array) and value.shape is not None and value.rank == 1:
        if value.value is not None:
            return tuple(as_size(item) for item in flat(value))
        if isinstance(value.shape[0], int) and value.shape[0] <= 32:
            return tuple(Unknown() for _ in range(value.shape[0]))
    return None

"""What the axes of a tensor count: guessed from sizes and names, and carried through layers.

The image ordering of Keras says where the channels are (``channels_first``, ``channels_last``). Only the place of the
channels is ever judged: rows and columns may be exchanged without harm.
"""

from __future__ import annotations

import re

from kmigrate.program.shapes.layers.sizes import known
from kmigrate.program.shapes.tensors import AXES, Axis, Shape, Size, Trust, Unknown

Axes = tuple[Axis, ...]

FIRST, LAST = "channels_first", "channels_last"
OTHER = {FIRST: LAST, LAST: FIRST}

#: How many channels images have: grey, colours, colours with transparency.
_CHANNELS = frozenset((1, 3, 4))
#: Below this, an axis is hardly one of an image.
_SMALLEST_SIDE = 8

_CHANNEL_NAME = re.compile(r"chan|depth|(^|_)n?chs?($|_)|(^|_)c($|_)")
_SIDE_NAME = re.compile(r"row|col|height|width|(^|_)[hw]($|_)|size|(^|_)side")

#: The axes of ConvLSTM2D, and of TimeDistributed images.
VIDEO_AXES: dict[str, Axes] = {
    LAST: (Axis.SAMPLES, Axis.TIME, Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS),
    FIRST: (Axis.SAMPLES, Axis.TIME, Axis.CHANNELS, Axis.ROWS, Axis.COLUMNS),
}

SEQUENCE_AXES = (Axis.SAMPLES, Axis.TIME, Axis.FEATURES)
VECTOR_AXES = (Axis.SAMPLES, Axis.FEATURES)


def ordering(version: int, data_format: str) -> str:
    """The argument that sets a layer's data format, as that version of Keras writes it."""
    if version == 1:
        return f"dim_ordering='{'th' if data_format == FIRST else 'tf'}'"
    return f"data_format='{data_format}'"


def unknown_axes(rank: int) -> Axes:
    """Axes of which only the samples are known."""
    return (Axis.SAMPLES, *(Axis.UNKNOWN,) * (rank - 1))


def looks(shape: Shape | None) -> tuple[Axes | None, Trust]:
    """What the sizes of an input, or their names, look like; (None, Trust.NONE) where they say nothing.

    (3, 224, 224): the first size is that of channels, the others are large, and the last is not that of channels.
    (10, 3, 64, 64) is a sequence of such images. ``shape`` has the samples first.
    """
    if shape is None:
        return None, Trust.NONE
    if len(shape) == 4:
        data_format = _image(shape[1:])
        if data_format is not None:
            return AXES[4, data_format], Trust.LOOKS
    elif len(shape) == 5:
        data_format = _image(shape[1:])
        if data_format is not None:
            return AXES[5, data_format], Trust.LOOKS
        data_format = _image(shape[2:])
        if data_format is not None:
            return VIDEO_AXES[data_format], Trust.LOOKS
    return None, Trust.NONE


def looks_made(shape: Shape) -> tuple[Axes | None, Trust]:
    """What the target of a Reshape looks like: as an input's, or (128, 7, 7), many channels and two equal sides.

    A generator of images starts with such a Reshape.
    """
    axes, trust = looks(shape)
    if axes is not None or len(shape) != 4:
        return axes, trust
    first, middle, last = shape[1:]
    if known(middle) and middle > 1 and known(first) and known(last) and first != last:
        if middle == last and first > last:
            return AXES[4, FIRST], Trust.LOOKS
        if first == middle and last > first:
            return AXES[4, LAST], Trust.LOOKS
    return None, Trust.NONE


def _image(sizes: Shape) -> str | None:
    """The data format that the sizes of an image, without samples, look like."""
    first, *inner, last = sizes
    if _side(first) and all(map(_side, inner)) and _channels(last):
        return LAST
    if _channels(first) and all(map(_side, inner)) and _side(last):
        return FIRST
    return None


def _channels(size: Size) -> bool:
    if isinstance(size, Unknown):
        return bool(_CHANNEL_NAME.search(size.name.lower()))
    return size in _CHANNELS


def _side(size: Size) -> bool:
    if isinstance(size, Unknown):
        name = size.name.lower()
        return bool(_SIDE_NAME.search(name)) and not _CHANNEL_NAME.search(name)
    return size is None or size >= _SMALLEST_SIDE

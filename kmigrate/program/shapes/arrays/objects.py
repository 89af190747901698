"""Objects of data libraries that are no arrays but make some: tokenizers, generators of images, tables, scalers."""

from __future__ import annotations

from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context
from kmigrate.program.shapes.tensors import Array, Size, Unknown


class DataObject:
    """What every such object answers; a class says only what it knows."""

    __slots__ = ()

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """What a call of one of its methods gives, NOT_KNOWN for others. Raises Fault and Unclear."""
        return NOT_KNOWN

    def attribute(self, name: str) -> object:
        """The value of one of its attributes, NOT_KNOWN for others."""
        return NOT_KNOWN

    def subscript(self, index: object) -> object:
        """``self[index]``."""
        return Unknown()

    def element(self) -> object:
        """What one turn of a loop over it gives."""
        return Unknown()

    def whole(self) -> Array | None:
        """What ``numpy.asarray`` makes of it, None if that is not known."""
        return None

    @property
    def length(self) -> Size:
        """``len(self)``."""
        return Unknown()

"""What a call is made in, and the two answers that are not values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kmigrate.program.shapes.tensors import Level, Remark

#: A function of the tables. Its first parameter is the context, the others are those of the function that it stands
#: for, by their names.
Handler = Callable[..., object]


class NotInTable:
    """The type of ``NOT_KNOWN``."""

    def __repr__(self) -> str:
        return "NOT_KNOWN"


#: What ``call``, ``method`` and ``attribute`` answer about a name that no table has.
NOT_KNOWN: Final = NotInTable()


class Unclear(Exception):  # noqa: N818  -- not an error: reading the program does not tell
    """What the call gives cannot be told from what is known of its arguments. ``call`` turns it into an Unknown."""


@dataclass(slots=True)
class Context:
    """Where a call is made, and what is said about it.

    ``version`` is the Keras whose rules hold (1, 2 or 3), ``data_format`` the image ordering in effect, None where it
    is not known. ``place`` becomes the ``born`` of what is made. ``remarks`` is filled by the call.
    """

    version: int = 2
    data_format: str | None = "channels_last"
    floatx: str = "float32"
    place: object = None
    remarks: list[Remark] = field(default_factory=list)

    def warn(self, kind: str, message: str, *, fix: str = "") -> None:
        """Say something that is no error."""
        self.remarks.append(Remark(kind, message, Level.WARNING, fix=fix))

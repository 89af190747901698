"""Places in a text as the protocol counts them: lines from 0, columns in units of the encoding that was agreed on.

LSP 3.17, "Position": lines end at LF, CR LF or CR and at nothing else; a column past the end of a line is its end. A
column that would be in the middle of a character is taken as the start of the character.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Mapping

from lsprotocol import types

from kmigrate.findings import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


def _utf8(char: str) -> int:
    code = ord(char)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _utf16(char: str) -> int:
    return 2 if char > "\uffff" else 1


#: Encoding -> how many of its units a character takes; in the others each takes one.
_WIDTHS: Mapping[str, Callable[[str], int]] = {
    types.PositionEncodingKind.Utf8.value: _utf8,
    types.PositionEncodingKind.Utf16.value: _utf16,
}


class Lines:
    """The lines of one text. ``encoding`` is "utf-8", "utf-16" or "utf-32"; offsets count code points."""

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._width = None if text.isascii() else _WIDTHS.get(encoding)

    def end_of(self, line: int) -> int:
        """The offset where the text of ``line`` (from 0) ends, before its line end."""
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1] - 1
        return end - 1 if self.text[end - 1 : end + 1] == "\r\n" and end > self.starts[line] else end

    def position(self, offset: int) -> types.Position:
        """The place of ``offset``; one past the end is the end, and one inside a CR LF is before it."""
        offset = max(min(offset, len(self.text)), 0)
        line = bisect.bisect_right(self.starts, offset) - 1
        offset = min(offset, self.end_of(line))
        return types.Position(line, self._units(self.text[self.starts[line] : offset]))

    def range(self, span: Span) -> types.Range:
        """The places of a stretch."""
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """The offset of a place; places that the text does not have are moved to the nearest before them."""
        if position.line < 0:
            return 0
        if position.line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[position.line], self.end_of(position.line)
        if self._width is None:
            return min(start + max(position.character, 0), end)
        units = 0
        for at in range(start, end):
            units += self._width(self.text[at])
            if units > position.character:
                return at
        return end

    def span(self, range_: types.Range) -> Span:
        """The stretch between two places, whichever comes first."""
        start, end = self.offset(range_.start), self.offset(range_.end)
        return Span(min(start, end), max(start, end))

    def _units(self, text: str) -> int:
        return len(text) if self._width is None or text.isascii() else sum(map(self._width, text))

"""Pieces of Python that stand apart in a file and are read as one module: what notebooks and pages have in common.

The text has a line of its own before each piece, which says where the piece starts; an upgrade leaves such lines alone,
so that its result can be cut into pieces again.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kmigrate.findings import Finding, Severity, Span
from kmigrate.sources.magics import Mask, parse_error

_WORD = re.compile(r"[^\W\d]\w*")
_P = TypeVar("_P", bound="Pieces")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a cell that was taken out: ``placeholder`` is where it was."""

    code: str
    message: str
    severity: Severity
    placeholder: int


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """The Python pieces of a file, in the order of the file."""

    #: the pieces as Python
    masked: tuple[str, ...]
    mask: Mask
    #: numbers of the pieces whose first line is indented, as IPython lets it be
    indented: frozenset[int] = frozenset()
    remarks: tuple[Remark, ...] = ()
    #: text of the pieces that are not Python, which nothing was found in
    unparsable: tuple[str, ...] = ()

    encoding = "utf-8"

    @property
    def originals(self) -> Sequence[str]:
        """The source of each piece as it is written."""
        raise NotImplementedError

    def unreadable(self, number: int, words: str, line: int) -> tuple[str, Severity]:
        """What is said of a piece that does not parse: ``words`` is why, ``line`` the line in it, from 1."""
        raise NotImplementedError

    @cached_property
    def text(self) -> str:
        """All pieces as one Python module."""
        return "".join(
            f"{'if True:' if number in self.indented else ''}#{self.mask.stem}cell_{number}_\n{source}\n"
            for number, source in enumerate(self.masked)
        )

    def readable(self: _P, parses: Callable[[str], bool] = lambda text: parse_error(text) is None) -> _P:
        """The file without the pieces that do not parse, each of which is a remark. ``parses`` says what does."""
        if parses(self.text):
            return self
        masked = list(self.masked)
        indented, remarks, unparsable = set(self.indented), list(self.remarks), list(self.unparsable)
        for number, source in enumerate(self.masked):
            error = parse_error(source + "\n")
            if error is None:
                continue
            if source.lstrip("\r\n").startswith((" ", "\t")):
                if parses(f"if True:\n{source}\n"):
                    indented.add(number)
                    continue
            elif parses(source + "\n"):
                continue
            line = getattr(error, "lineno", None) or 1
            first = len(self.mask.taken)
            original = self.originals[number]
            masked[number] = self.mask.put_lines(original, "#{}")
            words = error.msg if isinstance(error, SyntaxError) else str(error)
            message, severity = self.unreadable(number, words, line)
            place = first + min(line - 1, len(self.mask.taken) - first - 1)
            remarks.append(Remark("KM003", message, severity, place))
            unparsable.append(original)
        return dataclasses.replace(
            self,
            masked=tuple(masked),
            indented=frozenset(indented),
            remarks=tuple(remarks),
            unparsable=tuple(unparsable),
        )

    def findings(self, text: str) -> list[Finding]:
        """The remarks as findings, at their places in ``text``, which is that of the notebook or an upgraded one."""
        if not self.remarks:
            return []
        places = {number: start for number, start, _, _ in self.mask.places(text)}
        return [
            Finding(remark.code, remark.message, remark.severity, Span(place, place))
            for remark in self.remarks
            if (place := places.get(remark.placeholder)) is not None
        ]

    def leaves_behind(self, text: str) -> bool:
        """Whether ``text`` lost a word that a piece which does not parse uses: that piece belongs to the old text.

        The file is better left whole then, for in the new one nothing shows what the word in that piece meant.
        """
        if not self.unparsable or text == self.text:
            return False
        gone: set[str] = set()
        for line in difflib.ndiff(self.text.splitlines(), text.splitlines()):
            if line.startswith("- "):
                gone.update(_WORD.findall(line))
        gone.difference_update(_WORD.findall(text))
        return any(word in gone for piece in self.unparsable for word in _WORD.findall(piece))

    @cached_property
    def _marker(self) -> re.Pattern[str]:
        return re.compile(rf"(?:^|(?<=\r))(?:if True:)?#{self.mask.stem}cell_(\d+)_\n", re.MULTILINE)

    def marks(self, text: str) -> list[tuple[int, int, int]]:
        """The lines before pieces in ``text``: number of the piece, start and end."""
        return [(int(match.group(1)), match.start(), match.end()) for match in self._marker.finditer(text)]

    def parts(self, text: str) -> list[str]:
        """Each piece of an upgraded text, as Python. Raises ValueError if that is no text of this file."""
        marks = self.marks(text)
        if [number for number, _, _ in marks] != list(range(len(self.masked))):
            raise ValueError("the upgrade lost the bounds of the pieces")
        if not marks:
            return []
        ends = [start for _, start, _ in marks[1:]] + [len(text)]
        parts = [text[mark[2] : end] for mark, end in zip(marks, ends, strict=True)]
        if before := text[: marks[0][1]]:
            parts[self.front] = before + parts[self.front]
        return parts

    def sources(self, text: str) -> list[str]:
        """The source of each piece in an upgraded text. Raises ValueError if that is no text of this file."""
        found = []
        for masked, part in zip(self.masked, self.parts(text), strict=True):
            if self.mask.taken_out(part) != self.mask.taken_out(masked):
                raise ValueError("the upgrade lost a magic")
            source = self.mask.restored(part.removesuffix("\n"))
            if masked.lstrip().startswith("#" + self.mask.stem) and not part.lstrip().startswith("#" + self.mask.stem):
                raise ValueError("the upgrade put something before a cell magic")
            found.append(source)
        return found

    @property
    def front(self) -> int:
        """The piece that takes what was put before the first one: one that is Python, and not under a cell magic."""
        for number, masked in enumerate(self.masked):
            if not masked.lstrip().startswith("#" + self.mask.stem) and number not in self.indented:
                return number
        raise ValueError("the upgrade put something before the first piece, which is not all Python")

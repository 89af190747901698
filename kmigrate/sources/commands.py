"""What shell lines and magics of a notebook install and choose: ``!pip install keras==1.2.2`` (KM503), ``%pip``,
``%%bash``, ``%env KERAS_BACKEND=theano`` (KM502), a keras.json that is written (KM501).
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kmigrate.config import Options
from kmigrate.findings import Finding, LineIndex, Position
from kmigrate.sources import config_files
from kmigrate.sources.magics import Mask
from kmigrate.sources.notebook import Notebook

#: Without one of these there is nothing to find.
_WORDS = ("install", "conda", "KERAS_BACKEND", "keras.json")


@dataclass(frozen=True)
class Commands:
    """All that was taken out of the cells of a notebook, one after the other, as one text."""

    notebook: Notebook

    @cached_property
    def text(self) -> str:
        """The text, a line for each line that was taken out."""
        return "\n".join(original for _, original in self.notebook.mask.taken)

    @cached_property
    def starts(self) -> list[int]:
        """Where each placeholder's original starts in the text."""
        lengths = (len(original) + 1 for _, original in self.notebook.mask.taken)
        return list(itertools.accumulate(lengths, initial=0))[:-1]

    def findings(self, options: Options) -> list[Finding]:
        """Requirements of the time of Keras 1, and backends that are gone; spans are of ``text``."""
        if not any(word in self.text for word in _WORDS):
            return []
        return list(config_files.check_config("commands", self.text, options))

    def upgraded(self, options: Options, accept: Callable[[Finding], bool]) -> tuple[Notebook, list[Finding]]:
        """The notebook with the rewrites that ``accept`` takes, and their findings."""
        applied: list[Finding] = []
        taken = list(self.notebook.mask.taken)
        edits = []
        for finding in self.findings(options):
            if finding.rewrite is not None and accept(finding):
                applied.append(finding)
                edits += [(edit, finding) for edit in finding.rewrite.edits]
        for edit, _ in sorted(edits, key=lambda item: item[0].span, reverse=True):
            number = bisect.bisect_right(self.starts, edit.span.start) - 1
            written, original = taken[number]
            start, end = (place - self.starts[number] for place in (edit.span.start, edit.span.end))
            taken[number] = (written, original[:start] + edit.text + original[end:])
        if not applied:
            return self.notebook, []
        return dataclasses.replace(self.notebook, mask=Mask(self.notebook.mask.stem, taken)), applied

    def index(self, text: str) -> LineIndex:
        """Places of this text as places in the cells of ``text``, the notebook's or an upgraded one."""
        return _CommandIndex(self, text)


class _CommandIndex(LineIndex):
    def __init__(self, commands: Commands, text: str) -> None:
        super().__init__(commands.text)
        self._commands = commands
        self._cells = commands.notebook.index(text)
        self._places = {number: start for number, start, _, _ in commands.notebook.mask.places(text)}

    def _placeholder(self, offset: int) -> int:
        return max(bisect.bisect_right(self._commands.starts, offset) - 1, 0)

    def cell(self, offset: int) -> int | None:
        return self._cells.cell(self._places.get(self._placeholder(offset), 0))

    def position(self, offset: int) -> Position:
        number = self._placeholder(offset)
        start = self._commands.starts[number] if self._commands.starts else 0
        place = self._cells.position(self._places.get(number, 0))
        lines = self.text[start:offset].split("\n")
        if len(lines) == 1:
            return Position(place.line, place.column + len(lines[0]))
        return Position(place.line + len(lines) - 1, len(lines[-1]) + 1)

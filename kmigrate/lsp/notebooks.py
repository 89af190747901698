"""Notebooks that are open, cell by cell, as one Python module."""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lsprotocol import types

from kmigrate.config import Options
from kmigrate.findings import Edit, Finding, LineIndex, Position, Span
from kmigrate.lsp.documents import Snapshot, text_document_edit
from kmigrate.lsp.positions import Lines
from kmigrate.sources import notebook, python2
from kmigrate.sources.commands import Commands
from kmigrate.sources.magics import parse_error
from kmigrate.sources.notebook import CodeCell, Notebook


def _can_read(text: str) -> bool:
    return parse_error(text) is None or python2.to_python3(text) is not None


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell: its document, and which of all cells it is, from 0."""

    index: int
    uri: str
    version: int | None
    lines: Lines = field(repr=False)

    def offset(self, place: Position) -> int:
        """The offset in the cell of a line and a column that count from 1, in code points."""
        line = min(max(place.line - 1, 0), len(self.lines.starts) - 1)
        return min(self.lines.starts[line] + place.column - 1, self.lines.end_of(line))


@dataclass(frozen=True, kw_only=True)
class NotebookSnapshot(Snapshot):
    """A notebook and its code cells in order."""

    cells: tuple[Cell, ...]

    @cached_property
    def book(self) -> Notebook:
        """The notebook as the engine knows it; cells that do not parse are left out, and said so."""
        cells = [CodeCell(cell.index, cell.lines.text, Span(0, 0)) for cell in self.cells]
        return notebook.of_cells(cells).readable(_can_read)

    @property
    def text(self) -> str:
        """The cells as one module."""
        return self.book.text

    @cached_property
    def uris(self) -> tuple[str, ...]:
        """The documents of the cells."""
        return tuple(cell.uri for cell in self.cells)

    @property
    def state(self) -> object:
        """Which cells there are, their versions and texts."""
        return tuple((cell.uri, cell.version, cell.lines.text) for cell in self.cells)

    @cached_property
    def _by_index(self) -> dict[int | None, Cell]:
        return {cell.index: cell for cell in self.cells}

    @cached_property
    def index(self) -> LineIndex:
        """Cells and lines of the cells."""
        return self.book.index(self.text)

    def version_of(self, uri: str) -> int | None:
        """The version of a cell."""
        return next((cell.version for cell in self.cells if cell.uri == uri), None)

    def place(self, span: Span) -> types.Location:
        """Where a stretch of the text is; it ends in the cell that it starts in."""
        return self.place_by(self.index, span)

    def place_by(self, index: LineIndex, span: Span) -> types.Location:
        """Where a stretch is of a text that has an index of its own."""
        cell = self._by_index.get(index.cell(span.start)) or self.cells[0]
        start = cell.offset(index.position(span.start))
        ends_here = index.cell(span.end) == cell.index
        end = cell.offset(index.position(span.end)) if ends_here else len(cell.lines.text)
        return types.Location(cell.uri, cell.lines.range(Span(start, max(start, end))))

    def offset(self, uri: str, position: types.Position) -> int | None:
        """Where in the text a place of a cell is; None in a cell that is left out."""
        found = next(((number, cell) for number, cell in enumerate(self.cells) if cell.uri == uri), None)
        if found is None:
            return None
        number, cell = found
        mark = next((end for piece, _, end in self.book.marks(self.text) if piece == number), None)
        if mark is None:
            return None
        at = cell.lines.offset(position)
        line = bisect.bisect_right(cell.lines.starts, at) - 1
        column = at - cell.lines.starts[line]
        masked = Lines(self.book.masked[number], "utf-32")
        if line >= len(masked.starts):
            return None
        written = masked.text[masked.starts[line] : masked.end_of(line)]
        # what stands for a magic has another width than the magic
        steps = range(len(written) + 1)
        there = next((step for step in steps if self.book.mask.column(written, step) >= column), len(written))
        return mark + masked.starts[line] + there

    def document_edits(self, edits: Sequence[Edit]) -> list[types.TextDocumentEdit]:
        """The edits, cell by cell."""
        return self._cell_edits(self.book.changed_cells(self.result_of(edits)))

    def _cell_edits(self, changed: Iterable[tuple[int, str, str]]) -> list[types.TextDocumentEdit]:
        found = []
        for index, old, new in changed:
            cell = self._by_index[index]
            found.append(text_document_edit(cell.uri, cell.version, cell.lines, between(old, new)))
        return found

    def more_findings(self, options: Options) -> list[tuple[Finding, LineIndex]]:
        """What there is to say about cells that were left out, and about shell lines and magics."""
        found = [(finding, self.index) for finding in self.book.findings(self.text) if options.selects(finding.code)]
        lines = self._commands.index(self.text)
        return [*found, *((finding, lines) for finding in self._commands.findings(options))]

    def more_edits(self, options: Options, finding: Finding) -> list[types.TextDocumentEdit]:
        """The edits that make the change of a shell line."""
        book, _ = self._commands.upgraded(options, lambda other: other == finding)
        return self._cell_edits(book.changed_cells(self.text))

    @cached_property
    def _commands(self) -> Commands:
        """The shell lines and magics of the notebook."""
        return Commands(self.book)

    def may_become(self, text: str) -> bool:
        """Whether a cell that was left out does not need what the text no longer has."""
        return not self.book.leaves_behind(text)


def between(old: str, new: str) -> list[Edit]:
    """Edits that lead from one text to another: whole lines, without what they share at both ends."""
    from kmigrate.codemod.rewrite import smallest

    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    at = [0]
    for line in before:
        at.append(at[-1] + len(line))
    edits = [
        Edit(Span(at[one], at[other]), "".join(after[first:last]))
        for kind, one, other, first, last in difflib.SequenceMatcher(None, before, after, False).get_opcodes()
        if kind != "equal"
    ]
    return smallest(old, edits)

"""Jupyter notebooks as one Python module made of their code cells, and back, byte for byte but for what changed.

nbformat 1 to 4: ``cells`` or ``worksheets``, ``source`` or ``input``, one string or a list of lines. The text has a
line of its own before each cell, which says where the cell starts; an upgrade leaves such lines alone, so that its
result can be cut into cells again. Cells are counted from 0 over all cells of the notebook, markdown included: the
index in the array ``cells``.
"""

from __future__ import annotations

import bisect
import codecs
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kmigrate.findings import Edit, Finding, LineIndex, Position, Severity, Span
from kmigrate.sources import json_text, problems
from kmigrate.sources.magics import Mask
from kmigrate.sources.pieces import Pieces, Remark
from kmigrate.sources.python_file import read_bytes

SUFFIX = ".ipynb"

#: Names of kernels (``metadata.kernelspec.name``) of other languages, in notebooks that do not name the language.
_FOREIGN_KERNELS = re.compile(r"ir\b|julia|bash|javascript|scala|octave|matlab|ruby|perl|haskell|clojure|sos\b", re.I)
_STAR_IMPORT = re.compile(rb"from\s+[\w.]+\s+import\s*\*|%run\s")


def may_be_handed_keras(data: bytes) -> bool:
    """Whether the notebook has a star import or runs a script, so that a module of the user's may hand it Keras."""
    return _STAR_IMPORT.search(data) is not None


@dataclass(frozen=True, slots=True)
class CodeCell:
    """One code cell: which one of all cells, its source, and where that stands in the JSON text."""

    index: int
    source: str
    span: Span


@dataclass(frozen=True, kw_only=True)
class Notebook(Pieces):
    """The code of a notebook, with what is needed to write it back."""

    json: str
    bom: bool
    cells: tuple[CodeCell, ...]

    @property
    def originals(self) -> Sequence[str]:
        """The source of each code cell."""
        return [cell.source for cell in self.cells]

    def unreadable(self, number: int, words: str, line: int) -> tuple[str, Severity]:  # noqa: ARG002
        """What is said of a cell that does not parse."""
        message = (
            f"this cell is not Python 3 ({words}, line {line}) and was left out: correct it first; as long as it "
            "uses a name that an upgrade would take away, the whole notebook stays as it is"
        )
        return message, Severity.ERROR

    def encode(self, text: str) -> bytes:
        """The bytes of the notebook with the code of an upgraded text; only strings of lines that changed differ."""
        edits: list[Edit] = []
        for cell, source in zip(self.cells, self.sources(text), strict=True):
            if source != cell.source:
                edits += json_text.string_edits(self.json, cell.span, source)
        parts: list[str] = []
        at = 0
        for edit in edits:
            parts += (self.json[at : edit.span.start], edit.text)
            at = edit.span.end
        data = "".join((*parts, self.json[at:])).encode("utf-8")
        return codecs.BOM_UTF8 + data if self.bom else data

    def index(self, text: str) -> CellIndex:
        """Places in ``text``, which is that of the notebook or an upgraded one."""
        return CellIndex(text, self)

    def changed_cells(self, new: str, old: str | None = None) -> list[tuple[int, str, str]]:
        """The cells that differ from ``old`` (None: the notebook) to ``new``: index, source before and after."""
        before = [cell.source for cell in self.cells] if old is None else self.sources(old)
        pairs = zip(self.cells, before, self.sources(new), strict=True)
        return [(cell.index, one, other) for cell, one, other in pairs if one != other]


class CellIndex(LineIndex):
    """Places of a notebook's text: positions count from the start of the cell, columns in the cell as it is written."""

    def __init__(self, text: str, notebook: Notebook) -> None:
        super().__init__(text)
        self._notebook = notebook
        marks = notebook.marks(text)
        self._ends = [end for _, _, end in marks]
        self._cells = [notebook.cells[number].index for number, _, _ in marks]

    def cell(self, offset: int) -> int | None:
        """The cell that ``offset`` is in; what is before the first one counts to it."""
        if not self._cells:
            return None
        return self._cells[max(bisect.bisect_right(self._ends, offset) - 1, 0)]

    def position(self, offset: int) -> Position:
        """Line and column in the cell."""
        place = super().position(offset)
        before = bisect.bisect_right(self._ends, offset) - 1
        line = place.line - (super().position(self._ends[before]).line - 1 if before >= 0 else 0)
        start = self.starts[place.line - 1]
        written = self.text[start : self.starts[place.line] if place.line < len(self.starts) else None]
        return Position(line, place.column + self._notebook.mask.column(written, offset - start) - (offset - start))


class SourceIndex(LineIndex):
    """Places of the sources of cells as they are written, one after the other, each with a line end."""

    def __init__(self, sources: Sequence[str], cells: Sequence[int]) -> None:
        super().__init__("".join(f"{source}\n" for source in sources))
        self._starts = list(itertools.accumulate((len(source) + 1 for source in sources), initial=0))[:-1]
        self._cells = cells

    def cell(self, offset: int) -> int | None:
        """The cell that ``offset`` is in."""
        number = bisect.bisect_right(self._starts, offset) - 1
        return self._cells[number] if number >= 0 else None

    def position(self, offset: int) -> Position:
        """Line and column in the cell."""
        place = super().position(offset)
        number = bisect.bisect_right(self._starts, offset) - 1
        first = super().position(self._starts[number]).line if number >= 0 else 1
        return Position(place.line - first + 1, place.column)


def decode(data: bytes) -> Notebook | Finding:
    """The notebook that the bytes are, or the finding that says why it is none, or that it is not of Python."""
    bom = data.startswith(codecs.BOM_UTF8)
    try:
        text = data[len(codecs.BOM_UTF8) if bom else 0 :].decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return problems.not_a_notebook(f"the byte 0x{data[error.start]:02x} in line {line} is not utf-8")
    try:
        content = _Reader(text).read()
    except json.JSONDecodeError as error:
        return problems.not_a_notebook(f"{error.msg}, line {error.lineno} column {error.colno}")
    except RecursionError:
        return problems.not_a_notebook("its JSON is nested too deeply")
    if not content.has_cells:
        return problems.not_a_notebook("it has no cells")
    language = content.language()
    if language is not None and not re.match("i?python", language, re.IGNORECASE):
        return problems.foreign_notebook(language)
    return of_cells(content.cells, text, bom=bom)


def of_cells(cells: Sequence[CodeCell], text: str = "", *, bom: bool = False) -> Notebook:
    """The notebook with these code cells; ``text`` is the JSON that they stand in, if they do."""
    sources = [cell.source for cell in cells]
    stem = "kmigrate_"
    while any(stem in source for source in sources):
        stem += "_"
    mask = Mask(stem)
    masked, remarks = [], []
    for source in sources:
        first = len(mask.taken)
        masked.append(mask.cell(source))
        if masked[-1].startswith("#" + stem) and "\n" not in masked[-1] and "\n" in source and "keras" in source:
            magic = source.split(None, 1)[0]
            if re.search(r"^\s*(?:import|from)\s+keras\b", source, re.MULTILINE):
                message = (
                    f"uses Keras under {magic}, which runs it apart from the notebook: left as it is, see to it by hand"
                )
                remarks.append(Remark("KM005", message, Severity.WARNING, first))
    return Notebook(masked=tuple(masked), mask=mask, remarks=tuple(remarks), json=text, bom=bom, cells=tuple(cells))


def read(path: str) -> tuple[bytes, Notebook] | Finding:
    """The bytes and the code of a notebook, or the finding that says why there is none."""
    try:
        data = read_bytes(path)
    except OSError as error:
        return problems.unreadable(problems.reason(error))
    notebook = decode(data)
    return notebook if isinstance(notebook, Finding) else (data, notebook)


class _Reader:
    """Finds the code cells in the JSON text of a notebook."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.cells: list[CodeCell] = []
        self.has_cells = False
        self._metadata: object = None
        self._cell_languages: set[str] = set()
        self._number = 0

    def read(self) -> _Reader:
        end = json_text.walk_object(self.text, json_text.after_space(self.text, 0), self._top)
        end = json_text.after_space(self.text, end)
        if end != len(self.text):
            raise json.JSONDecodeError("Extra data", self.text, end)
        return self

    def language(self) -> str | None:
        """The language of the kernel, None if the notebook does not say."""
        metadata = self._metadata if isinstance(self._metadata, dict) else {}
        kernel, info = (
            part if isinstance(part, dict) else {} for part in map(metadata.get, ("kernelspec", "language_info"))
        )
        for named in (info.get("name"), kernel.get("language"), metadata.get("language")):
            if isinstance(named, str) and named:
                return named
        name = kernel.get("name")
        if isinstance(name, str) and _FOREIGN_KERNELS.match(name):
            return name
        if len(self._cell_languages) == 1:  # nbformat 3 says it in each cell
            return next(iter(self._cell_languages))
        return None

    def _top(self, key: str, at: int) -> int | None:
        if key == "metadata":
            self._metadata, end = json_text.value(self.text, at)
            return end
        if key == "cells":
            self._start_over()
            return json_text.walk_array(self.text, at, self._cell)
        if key == "worksheets":
            self._start_over()
            return json_text.walk_array(
                self.text, at, lambda start: json_text.walk_object(self.text, start, self._worksheet)
            )
        return None

    def _start_over(self) -> None:
        """Of a key that is there twice the last one counts, as for ``json.loads``."""
        self.cells.clear()
        self._number = 0
        self.has_cells = True

    def _worksheet(self, key: str, at: int) -> int | None:
        return json_text.walk_array(self.text, at, self._cell) if key == "cells" else None

    def _cell(self, at: int) -> int:
        found: dict[str, object] = {}
        spans: dict[str, Span] = {}

        def member(key: str, start: int) -> int | None:
            if key not in ("cell_type", "source", "input", "language"):
                return None
            found[key], end = json_text.value(self.text, start)
            spans[key] = Span(start, end)
            return end

        end = json_text.walk_object(self.text, at, member)
        number = self._number
        self._number += 1
        if found.get("cell_type") != "code":
            return end
        key = "source" if "source" in found else "input"
        if key not in found:
            raise json.JSONDecodeError("a code cell without source", self.text, at)
        source = found[key]
        lines = [line for line in (source if isinstance(source, list) else [source]) if isinstance(line, str)]
        if (isinstance(source, list) and len(lines) != len(source)) or not isinstance(source, (list, str)):
            raise json.JSONDecodeError("a source that is not text", self.text, spans[key].start)
        self.cells.append(CodeCell(number, "".join(lines), spans[key]))
        if isinstance(language := found.get("language"), str) and language:
            self._cell_languages.add(language)
        return end

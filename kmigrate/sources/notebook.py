"""Jupyter notebooks as one Python module made of their code cells, and back, byte for byte but for what changed.

nbformat 1 to 4: ``cells`` or ``worksheets``, ``source`` or ``input``, one string or a list of lines. The text has a
line of its own before each cell, which says where the cell starts; an upgrade leaves such lines alone, so that its
result can be cut into cells again. Cells are counted from 0 over all cells of the notebook, markdown included: the
index in the array ``cells``.
"""

from __future__ import annotations

import bisect
import codecs
import dataclasses
import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kmigrate.findings import Edit, Finding, LineIndex, Position, Severity, Span
from kmigrate.sources import json_text, problems
from kmigrate.sources.magics import Mask, parse_error
from kmigrate.sources.python_file import read_bytes

SUFFIX = ".ipynb"

#: Names of kernels (``metadata.kernelspec.name``) of other languages, in notebooks that do not name the language.
_FOREIGN_KERNELS = re.compile(r"ir\b|julia|bash|javascript|scala|octave|matlab|ruby|perl|haskell|clojure|sos\b", re.I)
_WORD = re.compile(r"[^\W\d]\w*")
_STAR_IMPORT = re.compile(rb"from\s+[\w.]+\s+import\s*\*")


def may_be_handed_keras(data: bytes) -> bool:
    """Whether the notebook has a star import, through which a local module may hand it Keras."""
    return _STAR_IMPORT.search(data) is not None


@dataclass(frozen=True, slots=True)
class CodeCell:
    """One code cell: which one of all cells, its source, and where that stands in the JSON text."""

    index: int
    source: str
    span: Span


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a cell that was taken out: ``placeholder`` is where it was."""

    code: str
    message: str
    severity: Severity
    placeholder: int


@dataclass(frozen=True)
class Notebook:
    """The code of a notebook, with what is needed to write it back."""

    json: str
    bom: bool
    cells: tuple[CodeCell, ...]
    #: the cells as Python, in the same order
    masked: tuple[str, ...]
    mask: Mask
    #: positions in ``cells`` of those whose first line is indented, as IPython lets it be
    indented: frozenset[int] = frozenset()
    remarks: tuple[Remark, ...] = ()
    #: text of the cells that are not Python, which nothing was found in
    unparsable: tuple[str, ...] = ()

    encoding = "utf-8"

    @cached_property
    def text(self) -> str:
        """All code cells as one Python module."""
        return "".join(
            f"{'if True:' if number in self.indented else ''}#{self.mask.stem}cell_{number}_\n{source}\n"
            for number, source in enumerate(self.masked)
        )

    def readable(self, parses: Callable[[str], bool] = lambda text: parse_error(text) is None) -> Notebook:
        """The notebook without the cells that do not parse, each of which is a remark. ``parses`` says what does."""
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
            original = self.cells[number].source
            masked[number] = self.mask.put_lines(original, "#{}")
            words = error.msg if isinstance(error, SyntaxError) else str(error)
            message = (
                f"this cell is not Python 3 ({words}, line {line}) and was left out: correct it first; as long as it "
                "uses a name that an upgrade would take away, the whole notebook stays as it is"
            )
            place = first + min(line - 1, len(self.mask.taken) - first - 1)
            remarks.append(Remark("KM003", message, Severity.ERROR, place))
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
        """Whether ``text`` lost a word that a cell which does not parse uses: that cell belongs to the old text.

        The notebook is better left whole then, for in the new one nothing shows what the word in that cell meant.
        """
        if not self.unparsable or text == self.text:
            return False
        gone: set[str] = set()
        for line in difflib.ndiff(self.text.splitlines(), text.splitlines()):
            if line.startswith("- "):
                gone.update(_WORD.findall(line))
        gone.difference_update(_WORD.findall(text))
        return any(word in gone for cell in self.unparsable for word in _WORD.findall(cell))

    @cached_property
    def _marker(self) -> re.Pattern[str]:
        return re.compile(rf"^(?:if True:)?#{self.mask.stem}cell_(\d+)_\n", re.MULTILINE)

    def marks(self, text: str) -> list[tuple[int, int, int]]:
        """The lines before cells in ``text``: position in ``cells``, start and end."""
        return [(int(match.group(1)), match.start(), match.end()) for match in self._marker.finditer(text)]

    def sources(self, text: str) -> list[str]:
        """The source of each code cell in an upgraded text. Raises ValueError if that is no text of this notebook."""
        marks = self.marks(text)
        if [number for number, _, _ in marks] != list(range(len(self.cells))):
            raise ValueError("the upgrade lost the bounds of the cells")
        if not marks:
            return []
        ends = [start for _, start, _ in marks[1:]] + [len(text)]
        parts = [text[mark[2] : end] for mark, end in zip(marks, ends, strict=True)]
        if before := text[: marks[0][1]]:
            self._put_in_front(parts, before)
        found = []
        for masked, part in zip(self.masked, parts, strict=True):
            if self.mask.taken_out(part) != self.mask.taken_out(masked):
                raise ValueError("the upgrade lost a magic")
            source = self.mask.restored(part.removesuffix("\n"))
            if masked.lstrip().startswith("#" + self.mask.stem) and not part.lstrip().startswith("#" + self.mask.stem):
                raise ValueError("the upgrade put something before a cell magic")
            found.append(source)
        return found

    def _put_in_front(self, parts: list[str], before: str) -> None:
        """What was put before the first cell goes into the first one that is not under a cell magic."""
        for number, masked in enumerate(self.masked):
            if not masked.lstrip().startswith("#" + self.mask.stem) and number not in self.indented:
                parts[number] = before + parts[number]
                return
        raise ValueError("the upgrade put something before the first cell, which is under a magic")

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
        mask = self._notebook.mask
        written = self.text[start : self.starts[place.line] if place.line < len(self.starts) else None]
        shift = 0
        if mask.stem in written:
            for _, first, last, original in mask.places(written):
                if start + last <= offset:
                    shift += len(original) - (last - first)
                elif start + first < offset:
                    shift += start + first - offset
        return Position(line, place.column + shift)


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
    sources = [cell.source for cell in content.cells]
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
    return Notebook(text, bom, tuple(content.cells), tuple(masked), mask, remarks=tuple(remarks))


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
        if (isinstance(source, list) and len(lines) != len(source)) or not isinstance(source, list | str):
            raise json.JSONDecodeError("a source that is not text", self.text, spans[key].start)
        self.cells.append(CodeCell(number, "".join(lines), spans[key]))
        if isinstance(language := found.get("language"), str) and language:
            self._cell_languages.add(language)
        return end

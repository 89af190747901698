"""Pages of documentation (Markdown, reStructuredText) as one Python module made of their Python blocks, and back.

As with the cells of a notebook, a name that one block imports is known in the blocks below it. Lines that an upgrade
leaves alone stay byte for byte; a line that changes keeps what stands before the code in it: indentation, marks of a
block quote, the prompt of a doctest.
"""

from __future__ import annotations

import ast
import bisect
import codecs
import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kmigrate.findings import Edit, Finding, LineIndex, Position, Severity, Span
from kmigrate.sources import config_files, problems, python2
from kmigrate.sources.magics import Mask, parse_error
from kmigrate.sources.markup import Code, Row, markdown, restructured, rows_of
from kmigrate.sources.pieces import Pieces
from kmigrate.sources.python_file import read_bytes

#: Endings of pages that are looked for in folders; ``.txt`` may be anything, and has to be named.
MARKDOWN = (".md", ".markdown")
SUFFIXES = (*MARKDOWN, ".rst")
NAMED_SUFFIXES = (*SUFFIXES, ".txt")

_IMPORTS_KERAS = re.compile(r"^[ \t]*(?:from|import)[ \t]+keras\b", re.MULTILINE)
#: What there is of Python 2 in examples, and has a call or an import beside it.
_MAY_BE_PYTHON2 = re.compile(r"(?s)(?=.*(?:\(|\bimport\b)).*(?:\bprint\b|\bexcept\b.*,|\braise\b.*,|<>|`)")
#: The first line of an example and the lines that go on with it, of doctest and of IPython.
_PROMPTS = (
    (re.compile(r"[ \t]*>>>(?: |(?=\w)|\Z)"), re.compile(r"[ \t]*\.\.\.(?: |\Z)")),
    (re.compile(r"[ \t]*In \[\d*\]:(?: |\Z)"), re.compile(r"[ \t]*\.{3,}:(?: |\Z)")),
)


def is_page(path: str) -> bool:
    """Whether a file is a page by its name; a ``requirements.txt`` is none."""
    return path.endswith(NAMED_SUFFIXES) and config_files.kind(path) is None


@dataclass(frozen=True, slots=True)
class Block:
    """One block: the number of its first line in the page (from 0) and its lines."""

    first: int
    rows: tuple[Row, ...]
    #: which of them are code; the others are what an example prints
    is_code: tuple[bool, ...]
    #: what a new example and a line that goes on with one begin with; "" where the block has no prompts
    prompt: str = ""
    more: str = ""

    @property
    def source(self) -> str:
        """The lines without what stands before the code."""
        return "\n".join(row.code for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Written:
    """A page with the code of an upgraded text, and where each line of that text is: line (from 1) and column shift."""

    page: str
    places: list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Page(Pieces):
    """The Python of a page, with what is needed to write it back."""

    page: str
    bom: bool
    blocks: tuple[Block, ...]

    @property
    def originals(self) -> Sequence[str]:
        """The source of each block."""
        return [block.source for block in self.blocks]

    def unreadable(self, number: int, words: str, line: int) -> tuple[str, Severity]:
        """What is said of a block that does not parse: a fragment is no mistake, but nothing is found in it."""
        place = self.blocks[number].first + line
        message = (
            f"this block is not Python 3 ({words}, line {place}) and was left out, the others were read: "
            "upgrade it by hand"
        )
        return message, Severity.WARNING

    def readable(self, parses: Callable[[str], bool] = lambda text: parse_error(text) is None) -> Page:
        """The page without the blocks that do not parse, and without those of Python 2 where not all can be brought on.

        A page may show one thing in Python 2 and another in Python 3, which no one way to Python 3 leads through.
        """
        page = super().readable(parses)
        return page if parses(page.text) else super().readable()

    def leaves_behind(self, text: str) -> bool:  # noqa: ARG002
        """Blocks of a page are read by people, one by one: one that was left out holds nothing back."""
        return False

    def encode(self, text: str) -> bytes:
        """The bytes of the page with the code of an upgraded text; only lines that changed differ."""
        data = self.written(text).page.encode("utf-8", "surrogateescape")
        return codecs.BOM_UTF8 + data if self.bom else data

    def index(self, text: str) -> LineIndex:
        """Places in ``text``, which is that of the page or an upgraded one, as places in the page."""
        return _PageIndex(text, self)

    def edits(self, old: str, new: str) -> tuple[LineIndex, list[Edit]]:
        """The edits that make the page of ``new`` from that of ``old``, and where their places are in the latter."""
        before, after = self.written(old).page, self.written(new).page
        rows, new_rows = rows_of(before), rows_of(after)
        starts = [row.start for row in rows] + [len(before)]
        edits = []
        lines = [row.text for row in rows], [row.text for row in new_rows]
        for tag, first, last, new_first, new_last in difflib.SequenceMatcher(None, *lines, False).get_opcodes():
            if tag != "equal":
                edits.append(Edit(Span(starts[first], starts[last]), "".join(lines[1][new_first:new_last])))
        return LineIndex(before), edits

    def written(self, text: str) -> _Written:
        """The page with the code of ``text``. Raises ValueError if that is no text of this page."""
        if not self.blocks:
            return _Written(self.page, [(1, 0)])
        marks, parts = self.marks(text), self.parts(text)
        before = text[: marks[0][1]].count("\n")
        out: list[str] = []
        places: list[tuple[int, int]] = []
        ahead: list[tuple[int, int]] = []  # of lines in front of the first mark
        at = shift = 0
        for number, (block, part, source) in enumerate(zip(self.blocks, parts, self.sources(text), strict=True)):
            rows = _new_rows(block, part, source)
            out.append(self.page[at : block.rows[0].start])
            out += [row.text for row in rows]
            at = block.rows[-1].start + len(block.rows[-1].text)
            line = block.first + shift + 1
            of_rows = [(line + number, len(row.prefix)) for number, row in enumerate(rows)]
            skip = 0
            if before and number == self.front:
                ahead, skip = of_rows[:before], before
            places.append(of_rows[min(skip, len(of_rows) - 1)])
            for written in part.removesuffix("\n").split("\n")[skip:]:
                places.append(of_rows[min(skip, len(of_rows) - 1)])
                skip += 1 + sum(original.count("\n") for *_, original in self.mask.places(written))
            shift += len(rows) - len(block.rows)
        return _Written("".join((*out, self.page[at:])), [*ahead, *places])


def _new_rows(block: Block, part: str, source: str) -> list[Row]:
    """The lines of a block with a new source; ``part`` is that source as Python."""
    old = [row.code for row in block.rows]
    new = source.split("\n")
    if old == new:
        return list(block.rows)
    goes_on = _goes_on(part) if block.prompt else None
    line_end = next((row.end for row in block.rows if row.end), "\n")
    rows: list[Row] = []
    for tag, first, last, new_first, new_last in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            rows += block.rows[first:last]
            continue
        for number in range(new_first, new_last):
            like = block.rows[min(first + number - new_first, len(old) - 1)]
            prefix = like.prefix
            if goes_on is not None and (last - first != new_last - new_first or not prefix):
                prefix = block.more if number in goes_on else block.prompt
            elif not block.prompt:
                filled = next((row.prefix for row in block.rows if row.code), prefix)
                prefix = filled if new[number] else filled.rstrip()
            rows.append(Row(0, prefix, new[number], like.end or line_end))
    if not block.rows[-1].end and rows:  # the page ends without a line end
        rows = [Row(row.start, row.prefix, row.code, row.end or line_end) for row in rows]
        last_row = rows[-1]
        rows[-1] = Row(last_row.start, last_row.prefix, last_row.code, "")
    return rows


def _goes_on(part: str) -> frozenset[int] | None:
    """The lines of ``part``, from 0, that are not the first of a statement; None if it does not parse."""
    if parse_error(part) is not None:
        return None
    lines: set[int] = set()
    for node in ast.parse(part).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        lines.update(range(first, node.end_lineno or first))
    return frozenset(lines)


class _PageIndex(LineIndex):
    """Places of a page's text as places in the page."""

    def __init__(self, text: str, page: Page) -> None:
        super().__init__(text)
        self._page = page

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return self._page.written(self.text).places

    @cached_property
    def _marks(self) -> frozenset[int]:
        """The lines before blocks, from 0."""
        return frozenset(bisect.bisect_right(self.starts, start) - 1 for _, start, _ in self._page.marks(self.text))

    def position(self, offset: int) -> Position:
        """Line and column in the page."""
        number = max(bisect.bisect_right(self.starts, offset), 1) - 1
        line, shift = self._places[min(number, len(self._places) - 1)]
        start = self.starts[number]
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        column = self._page.mask.column(self.text[start:end], offset - start)
        return Position(line, shift + 1 + (0 if number in self._marks else column))


def decode(path: str, data: bytes) -> Page | Finding:
    """The Python of a page, or the finding that says why there is none."""
    if b"\0" in data:
        return problems.not_text("it holds zero bytes, as binary files and UTF-16 do")
    bom = data.startswith(codecs.BOM_UTF8)
    text = data[len(codecs.BOM_UTF8) if bom else 0 :].decode("utf-8", "surrogateescape")
    stem = "kmigrate_"
    while stem in text:
        stem += "_"
    mask = Mask(stem)
    blocks: list[Block] = []
    masked: list[str] = []
    for code in (markdown if path.endswith(MARKDOWN) else restructured)(text):
        block = _block(code)
        if code.is_labelled or _is_python(block):
            blocks.append(block)
            masked.append(_masked(block, mask))
    return Page(masked=tuple(masked), mask=mask, page=text, bom=bom, blocks=tuple(blocks))


def read(path: str) -> tuple[bytes, Page] | Finding:
    """The bytes and the Python of a page, or the finding that says why there is none."""
    try:
        data = read_bytes(path)
    except OSError as error:
        return problems.unreadable(problems.reason(error))
    page = decode(path, data)
    return page if isinstance(page, Finding) else (data, page)


def _block(code: Code) -> Block:
    """The block of lines; one is of prompts if it begins with one, or has one and is not Python as it stands."""
    first = code.rows[0].code
    for prompt, more in _PROMPTS:
        if prompt.match(first) or (
            any(prompt.match(row.code) for row in code.rows) and parse_error("\n".join(r.code for r in code.rows))
        ):
            return _with_prompts(code, prompt, more)
    return Block(code.first, code.rows, (True,) * len(code.rows))


def _with_prompts(code: Code, prompt: re.Pattern[str], more: re.Pattern[str]) -> Block:
    rows: list[Row] = []
    is_code: list[bool] = []
    starts: str | None = None
    goes_on: str | None = None
    after_code = False
    for row in code.rows:
        match = prompt.match(row.code) or (more.match(row.code) if after_code else None)
        after_code = match is not None
        is_code.append(after_code or not row.code.strip())
        if match is None:
            rows.append(row)
            continue
        written = row.prefix + match.group()
        if match.re is prompt:
            starts = starts or written.rstrip() + " "
        else:
            goes_on = goes_on or written.rstrip() + " "
        rows.append(Row(row.start, written, row.code[match.end() :], row.end))
    starts = starts or ""
    marks = starts.rstrip()
    if marks.endswith(">>>"):
        goes_on = marks.removesuffix(">>>") + "... "
    elif goes_on is None:
        goes_on = "...: ".rjust(len(starts))
    # a new statement of IPython goes on with the cell, for the numbers of cells are given out
    return Block(code.first, tuple(rows), tuple(is_code), starts if marks.endswith(">>>") else goes_on, goes_on)


def _is_python(block: Block) -> bool:
    """Whether a block whose language is not named is Python 3 or 2: it imports Keras, or parses and calls something."""
    source = "\n".join(row.code if code else "" for row, code in zip(block.rows, block.is_code, strict=True))
    if _IMPORTS_KERAS.search(source):
        return True
    if parse_error(source) is not None:
        converted = python2.to_python3(source) if _MAY_BE_PYTHON2.search(source) else None
        if converted is None:
            return False
        source = converted.text
    return any(_calls(node) for node in ast.walk(ast.parse(source)))


def _calls(node: ast.AST) -> bool:
    """Whether a node imports or calls; what was a statement of Python 2 may be another language's, too."""
    if isinstance(node, ast.Call):
        return not (isinstance(node.func, ast.Name) and node.func.id in ("print", "exec"))
    return isinstance(node, ast.Import | ast.ImportFrom)


def _masked(block: Block, mask: Mask) -> str:
    """The block as Python: what is IPython's and what an example prints is taken out."""
    parts: list[str] = []
    run: list[str] = []
    for row, is_code in zip(block.rows, block.is_code, strict=True):
        if is_code:
            run.append(row.code)
            continue
        if run:
            parts.append(mask.cell("\n".join(run)))
            run = []
        parts.append(mask.put(row.code, "#{}"))
    if run:
        parts.append(mask.cell("\n".join(run)))
    return "\n".join(parts)

"""Plain data that the whole program shares: findings, spans, severities, safety, rewrites.

Nothing here knows Keras, LibCST or the file system. Offsets and columns count code points of the source text, never
bytes or UTF-16 units; lines and columns that a person sees start at 1.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple


class Severity(enum.Enum):
    """How bad it is: ``error`` proved to fail or be wrong, ``warning`` may be, ``info`` is old, ``hint`` a hunch."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    HINT = "hint"


class Safety(enum.Enum):
    """``safe``: the tables and the analysis prove that the meaning stays. ``unsafe``: true under a named assumption."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: line and column, both from 1, the column in code points."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of source text, ``[start, end)`` as offsets in code points from the start of the text."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies inside this span (or equals it)."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` by ``text``; an empty span inserts."""

    span: Span
    text: str


# --- what can be done to one call -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keyword:
    """Give argument ``index`` the keyword ``name`` (also when it was positional); ``""`` makes it positional."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """Replace the value of argument ``index`` by ``template``; ``{0}``, ``{1}``… are the call's argument values."""

    index: int
    template: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove argument ``index``."""

    index: int


@dataclass(frozen=True, slots=True)
class Add:
    """Append ``keyword=template`` after the last argument (before ``**kwargs``); placeholders as in ``Value``."""

    keyword: str
    template: str


@dataclass(frozen=True, slots=True)
class Callee:
    """Replace the expression that is called by ``text``; ``{}`` in it stands for the expression as it was."""

    text: str


@dataclass(frozen=True, slots=True)
class Wrap:
    """Replace the whole call by ``template``; ``{}`` stands for the call, ``{0}``… for its argument values."""

    template: str


ArgumentOp = Keyword | Value | Drop | Add | Callee | Wrap


@dataclass(frozen=True, slots=True)
class CallEdit:
    """Operations on the call that occupies ``span``, its arguments numbered as written (positional, then keywords)."""

    span: Span
    ops: tuple[ArgumentOp, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """A name that the rewritten code needs: ``from module import name [as asname]``, or ``import module`` (no name).

    ``near`` is the offset of the imported name (``ast.alias``) that it takes the place of or stands beside; ``None``:
    after the file's last import of Keras.
    """

    module: str
    name: str | None = None
    asname: str | None = None
    near: int | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One change that belongs together: all of it is made, or none.

    ``message`` says what it does, in the imperative ("rename border_mode to padding"). ``assumes`` names what an
    unsafe rewrite takes for granted. ``imports`` are names the new text uses; the codemod adds what is missing and
    removes Keras imports that nothing uses any more.
    """

    message: str
    safety: Safety = Safety.SAFE
    edits: tuple[Edit, ...] = ()
    calls: tuple[CallEdit, ...] = ()
    imports: tuple[Import, ...] = ()
    #: offsets of imported names (``ast.alias``) that go, whether or not something still uses them
    unimports: tuple[int, ...] = ()
    assumes: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Evidence: another place that the finding rests on, in this file (``path`` None) or in another."""

    message: str
    span: Span | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth saying about one place in a source, with the change that would settle it, if there is one."""

    code: str
    message: str
    severity: Severity
    span: Span
    rewrite: Rewrite | None = None
    related: tuple[Related, ...] = field(default=())
    #: cell of a notebook, from 0; None outside notebooks
    cell: int | None = None

    @property
    def safety(self) -> Safety | None:
        """Safety of the rewrite, None without one."""
        return self.rewrite.safety if self.rewrite else None


class LineIndex:
    """Turns offsets of one text into positions and back. Lines end at LF, CR LF or CR, as Python's do.

    A byte order mark is no part of the first line.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._is_ascii = text.isascii()
        starts = [1 if text.startswith("\ufeff") else 0]
        find = text.find
        if "\r" in text:
            at = 0
            while at < len(text):
                char = text[at]
                at += 1
                if char == "\r" and text[at : at + 1] == "\n":
                    at += 1
                if char in "\r\n":
                    starts.append(at)
        else:
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
        self.starts = starts

    def position(self, offset: int) -> Position:
        """The position of ``offset``; offsets past the end count as the end."""
        import bisect

        line = max(bisect.bisect_right(self.starts, offset), 1)
        return Position(line, max(offset - self.starts[line - 1], 0) + 1)

    def cell(self, offset: int) -> int | None:  # noqa: ARG002
        """The cell of a notebook that ``offset`` is in, from 0; None outside notebooks."""
        return None

    def line(self, offset: int) -> Span:
        """The line that ``offset`` is in, its line end included."""
        number = self.position(offset).line
        return Span(self.starts[number - 1], self.starts[number] if number < len(self.starts) else len(self.text))

    def offset(self, line: int, column_bytes: int) -> int:
        """The offset of ast's ``(lineno, col_offset)``, where the column counts UTF-8 bytes."""
        start = self.starts[line - 1]
        if self._is_ascii:
            return start + column_bytes
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        prefix = self.text[start:end].encode("utf-8", "surrogatepass")[:column_bytes]
        return start + len(prefix.decode("utf-8", "replace"))

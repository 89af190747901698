"""What IPython adds to Python (magics, shell lines, help), taken out of a cell so that the rest parses, and put back.

The rules are those of IPython's input transformer (IPython 8, ``core/inputtransformer2.py``), and for ``,f x``,
``;f x`` and ``/f x`` of its prefilter (``core/prefilter.py``). None of what is taken out is Python: no statement starts
with ``%``, ``!`` or ``?``, and no expression does after ``=``.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from dataclasses import dataclass, field

#: Cell magics that run the rest of the cell as Python in the notebook (IPython's own, memory_profiler, line_profiler,
#: ipyparallel).
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "px"})

#: Cell magics whose cell is something else, or runs somewhere else (IPython's own and the best known extensions).
_FOREIGN_CELLS = frozenset(
    {
        *(
            "!",
            "bash",
            "cmd",
            "cython",
            "file",
            "html",
            "HTML",
            "javascript",
            "js",
            "julia",
            "latex",
            "markdown",
            "perl",
        ),
        *("pypy", "python", "python2", "python3", "R", "ruby", "script", "sh", "sql", "SVG", "svg", "sx", "system"),
        *("bigquery", "writefile"),
    }
)

_CELL_MAGIC = re.compile(r"%%([\w.]+|!)")
#: A logical line that starts so is IPython's.
_LINE = re.compile(r"(?P<indent>[ \t]*)[%!?,;/]")
#: Line magics whose rest of the line is a Python statement, with their options.
_STATEMENT = re.compile(r"%(?:time|timeit|prun|memit)(?:[ \t]+-[a-zA-Z]\w*(?:[ \t]+\d+(?=[ \t]))?)*[ \t]+(?=[^-\s])")
#: ``%run lib/tools.py``: what the script binds is bound in the notebook afterwards (IPython, core/magics/execution.py).
_RUN = re.compile(
    r"%run[ \t]+(?:-[a-zA-Z][ \t]+)*(?P<quote>['\"]?)(?:\./)?(?P<path>[^\W\d]\w*(?:/[^\W\d]\w*)*)\.py(?P=quote)(?!\S)"
)
_LINE_END = re.compile(r"\r?\n|\Z")

_TOKEN = re.compile(
    r"""
      \"\"\"(?:[^"\\]|\\.|"(?!""))*(?:\"\"\"|\Z)
    | '''(?:[^'\\]|\\.|'(?!''))*(?:'''|\Z)
    | "(?:[^"\\\n]|\\.)*"?
    | '(?:[^'\\\n]|\\.)*'?
    | \#[^\n]*
    | \\\r?\n
    | (?P<newline>\r?\n)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<help>\?)
    | (?P<assign>(?<![=!<>+\-*/%&|^@:])=[ \t]*(?=[%!]))
    | [^"'\#\\\r\n()\[\]{}?=]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def parse_error(text: str) -> SyntaxError | ValueError | None:
    """Why ``text`` is not Python 3, None if it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return error
    except (RecursionError, MemoryError):
        return ValueError("nested too deeply")
    return None


@dataclass(slots=True)
class Mask:
    """Placeholders and what they stand for. ``stem`` is the start of their names, and occurs nowhere in the source."""

    stem: str
    #: number of the placeholder -> how it is written, and what it stands for
    taken: list[tuple[str, str]] = field(default_factory=list)
    _pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._pattern = re.compile(rf"(?:from |#)?{self.stem}(\d+)_(?:; |\.[\w.]+ import \*)?")

    def put(self, original: str, form: str) -> str:
        """A placeholder for ``original``, written like ``form``: a name ``{}``, the statement ``{}; ``, or ``#{}``.

        ``from {}.module import *`` stands for what brings the names of a module: ``program.scopes`` knows it.
        """
        written = form.format(f"{self.stem}{len(self.taken)}_")
        self.taken.append((written, original))
        return written

    def put_lines(self, original: str, form: str) -> str:
        """Placeholders for all lines of ``original``, as many lines: the first like ``form``, the others comments."""
        lines = original.split("\n")
        return "\n".join(self.put(line, "#{}" if number else form) for number, line in enumerate(lines))

    def places(self, text: str) -> list[tuple[int, int, int, str]]:
        """The placeholders in ``text``: number, start, end, what they stand for. Raises ValueError for broken ones."""
        found = []
        for match in self._pattern.finditer(text):
            number = int(match.group(1))
            written, original = self.taken[number]
            if written not in match.group():
                raise ValueError("a magic was changed")
            start = match.start() + match.group().index(written)
            found.append((number, start, start + len(written), original))
        return found

    def column(self, line: str, at: int) -> int:
        """Where what is at ``at`` in a line is when all is put back; a place inside a placeholder is its start."""
        if self.stem not in line:
            return at
        shift = 0
        for _, first, last, original in self.places(line):
            if last <= at:
                shift += len(original) - (last - first)
            elif first < at:
                shift += first - at
        return at + shift

    def taken_out(self, text: str) -> set[int]:
        """The numbers of the placeholders in ``text``."""
        return {int(number) for number in self._pattern.findall(text)}

    def restored(self, text: str) -> str:
        """``text`` with everything put back. Raises ValueError if a placeholder is there twice."""
        if self.stem not in text:
            return text
        parts: list[str] = []
        seen: set[int] = set()
        at = 0
        for number, start, end, original in self.places(text):
            if number in seen:
                raise ValueError("a magic was copied")
            seen.add(number)
            parts += (text[at:start], original)
            at = end
        return "".join((*parts, text[at:]))

    def cell(self, source: str) -> str:
        """``source``, one cell, as Python."""
        blank = len(source) - len(source.lstrip())
        magic = _CELL_MAGIC.match(source, blank)
        if magic is None:
            return self._lines(source)
        end = source.find("\n", blank)
        end = len(source) if end < 0 else end
        body = source[end:]
        if magic.group(1) not in _PYTHON_CELLS:
            trial = Mask(self.stem)
            if magic.group(1) in _FOREIGN_CELLS or not body.strip() or parse_error(trial._lines(body)):
                return self.put(source, "#{}")
        return source[:blank] + self.put(source[blank:end], "#{}") + self._lines(body)

    def _lines(self, source: str) -> str:
        parts: list[str] = []
        at = 0
        while at < len(source):
            match = _LINE.match(source, at)
            if match is not None:
                end = _end_of_continued(source, match.end())
                parts.append(match.group("indent"))
                parts.append(self._magic(source[match.end("indent") : end], is_outermost=not match["indent"]))
            else:
                end = self._python(source, at, parts)
            newline = _LINE_END.match(source, end)
            at = newline.end() if newline else end
            parts.append(source[end:at])
        return "".join(parts)

    def _magic(self, line: str, *, is_outermost: bool) -> str:
        run = _RUN.match(line) if is_outermost else None
        if run is not None and "\n" not in line and not any(map(keyword.iskeyword, run["path"].split("/"))):
            return self.put(line, "from {}." + run["path"].replace("/", ".") + " import *")
        statement = _STATEMENT.match(line)
        if statement is not None and "\n" not in line and parse_error(line[statement.end() :]) is None:
            return self.put(statement.group(), "{}; ") + line[statement.end() :]
        return self.put_lines(line, "{}")

    def _python(self, source: str, at: int, parts: list[str]) -> int:
        """Take over one logical line from ``at``; where it ends, before its line end."""
        depth = 0
        asks = False
        place = at
        while place < len(source):
            token = _TOKEN.match(source, place)
            assert token is not None, "the last alternative takes any character"
            kind = token.lastgroup
            if kind == "newline" and not depth:
                break
            place = token.end()
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(depth - 1, 0)
            elif kind == "help":
                asks = True
            elif kind == "assign" and not depth:
                end = _end_of_continued(source, place)
                parts += (source[at:place], self.put_lines(source[place:end], "{}"))
                return end
        line = source[at:place]
        if asks:
            indent = len(line) - len(line.lstrip(" \t"))
            parts += (line[:indent], self.put_lines(line[indent:], "{}"))
        else:
            parts.append(line)
        return place


def _end_of_continued(source: str, at: int) -> int:
    """The end of the physical line that ``at`` is in, or of the last one that backslashes join to it."""
    while True:
        end = _LINE_END.search(source, at)
        assert end is not None, "the end of the text is one"
        if end.end() == len(source) or not source.endswith("\\", at, end.start()):
            return end.start()
        at = end.end()

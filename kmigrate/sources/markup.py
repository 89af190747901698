"""Where Python stands in Markdown and reStructuredText: fenced and literal blocks, code directives, doctests.

Markdown is that of CommonMark 0.31 (fenced and indented code), with MyST's ``{code-block}``, Jekyll's
``{% highlight %}`` and the examples that ``doctest`` finds in any text. reStructuredText is that of docutils
(directives, literal blocks, doctest blocks), with Sphinx's ``code-block``, ``testcode`` and ``ipython``. Both are read
line by line, and more is taken for code than a renderer would: what is no code does not parse.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

#: What is named as the language of a block of Python (Pygments' lexers, GitHub's linguist, MyST and Sphinx directives).
_PYTHON = frozenset(
    {
        *("python", "python2", "python3", "py", "py2", "py3", "pycon", "pycon3", "python-repl"),
        *("ipython", "ipython2", "ipython3", "ipythonconsole", "doctest", "testcode", "testsetup", "testcleanup"),
    }
)
#: Directives whose first word is the language.
_CODE_DIRECTIVES = frozenset({"code", "code-block", "code-cell", "sourcecode"})

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(
    r"(?P<lead>(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"(?P<fence>`{3,}(?=[^`]*\Z)|~{3,})[ \t]*(?P<info>.*)\Z"
)
_JEKYLL = re.compile(r"[ \t]*\{%-?\s*highlight\s+(?P<info>[^%]*?)-?%\}\s*\Z")
_JEKYLL_END = re.compile(r"[ \t]*\{%-?\s*endhighlight\s*-?%\}\s*\Z")
_OPTION = re.compile(r"[ \t]*:[\w-]+:(?:\s.*)?\Z")
_DIRECTIVE = re.compile(r"(?P<indent>[ \t]*)\.\. (?P<name>[\w:-]+)::[ \t]*(?P<info>.*)\Z")
_PROMPT = re.compile(r"[ \t]*>>>(?: |(?=\w)|\Z)")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*\S")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a block: where it starts in the page, what stands before the code, the code, the line end."""

    start: int
    prefix: str
    code: str
    end: str

    @property
    def text(self) -> str:
        """The line as it stands in the page."""
        return self.prefix + self.code + self.end


@dataclass(frozen=True, slots=True)
class Code:
    """A block of a page: its lines, the number of the first one (from 0), and whether it is named as Python."""

    first: int
    rows: tuple[Row, ...]
    is_labelled: bool


def rows_of(text: str) -> list[Row]:
    """All lines of a text; lines end at LF, CR LF or CR."""
    found = [Row(match.start(), "", match[1], match[2]) for match in _LINE.finditer(text)]
    return found if found and found[-1].code else found[:-1]


def _without_prefix(row: Row, length: int) -> Row:
    return Row(row.start, row.prefix + row.code[:length], row.code[length:], row.end)


def _language(info: str) -> str | None:
    """The language that ``info`` (``python3``, ``{.python}``) names: python, "" for none, None for another."""
    words = re.findall(r"[\w+#-]+", info.lower())
    if words and words[0] in _CODE_DIRECTIVES:
        words = words[1:]
    if not words:
        return ""
    return "python" if words[0] in _PYTHON else None


def _code(first: int, rows: Sequence[Row], language: str) -> Iterator[Code]:
    """The block without blank lines around it and without its common indentation; none where nothing is in it."""
    filled = [number for number, row in enumerate(rows) if row.code.strip()]
    if not filled:
        return
    first, rows = first + filled[0], rows[filled[0] : filled[-1] + 1]
    indents = [row.code[: len(row.code) - len(row.code.lstrip(" \t"))] for row in rows if row.code.strip()]
    common = os.path.commonprefix(indents)  # noqa: RUF071  -- of characters, no paths
    cut = [
        _without_prefix(row, len(common) if row.code.startswith(common) else len(row.code.rstrip() or row.code))
        for row in rows
    ]
    yield Code(first, tuple(cut), language == "python")


def _paragraph(rows: Sequence[Row], at: int, goes_on: Callable[[Row], bool]) -> int:
    """The line after the last one, from ``at``, of those that belong together; blank lines at the end do not."""
    end = at
    while end < len(rows) and goes_on(rows[end]):
        end += 1
    while end > at and not rows[end - 1].code.strip():
        end -= 1
    return end


def markdown(text: str) -> Iterator[Code]:
    """The blocks of a page of Markdown that may be Python, in order."""
    rows = rows_of(text)
    containers: list[str] = []  # fences of MyST's directives that hold text
    at = 0
    while at < len(rows):
        line = rows[at].code
        if containers and _closes(line, containers[-1]):
            containers.pop()
        elif fence := _FENCE.match(line):
            info, depth = fence["info"].strip(), fence["lead"].count(">")
            if _holds_text(info):
                containers.append(fence["fence"])
            else:
                at, found = _fenced(rows, at, depth, partial(_closes, fence=fence["fence"]), info)
                yield from found
                continue
        elif jekyll := _JEKYLL.match(line):
            at, found = _fenced(rows, at, 0, lambda code: _JEKYLL_END.match(code) is not None, jekyll["info"])
            yield from found
            continue
        elif _INDENTED.match(line) and (at == 0 or not rows[at - 1].code.strip()):
            end = _paragraph(rows, at, lambda row: _is_indented_code(row.code))
            if end > at:
                yield from _code(at, rows[at:end], "")
                at = end
                continue
        elif _PROMPT.match(line):
            end = _paragraph(rows, at, lambda row: bool(row.code.strip()) and not _FENCE.match(row.code))
            yield from _code(at, rows[at:end], "")
            at = end
            continue
        at += 1


def _is_indented_code(line: str) -> bool:
    return not line.strip() or (_INDENTED.match(line) is not None and _FENCE.match(line) is None)


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(fence) and not stripped.strip(fence[0])


def _holds_text(info: str) -> bool:
    """Whether a fence is a directive of MyST's that holds text, in which further fences may stand: ``{note}``."""
    directive = re.match(r"\{([\w:-]+)\}", info)
    return directive is not None and directive[1] not in _CODE_DIRECTIVES | _PYTHON


def _fenced(
    rows: Sequence[Row], at: int, depth: int, is_end: Callable[[str], bool], info: str
) -> tuple[int, list[Code]]:
    """The line after a fenced block that opens in line ``at``, in ``depth`` block quotes, and the block."""
    quote = re.compile(rf"(?:[ \t]*>){{{depth}}} ?") if depth else re.compile("")
    first = at = at + 1
    body: list[Row] = []
    while at < len(rows):
        marks = quote.match(rows[at].code)
        if marks is None:  # a quote ends where its marks do
            break
        row = _without_prefix(rows[at], marks.end())
        at += 1
        if is_end(row.code):
            break
        body.append(row)
    skipped = _options(body) if info.startswith("{") else 0
    language = _language(info)
    return at, [] if language is None else list(_code(first + skipped, body[skipped:], language))


def _options(body: Sequence[Row]) -> int:
    """How many lines at the start of a directive are its options: ``:key: value``, in MyST also YAML in ``---``."""
    if body and body[0].code.strip() == "---":
        ends = (number for number, row in enumerate(body[1:], 2) if row.code.strip() == "---")
        return next(ends, 0)
    count = 0
    while count < len(body) and _OPTION.match(body[count].code):
        count += 1
    return count


def restructured(text: str) -> Iterator[Code]:
    """The blocks of a page of reStructuredText that may be Python, in order."""
    rows = rows_of(text)
    at = 0
    while at < len(rows):
        line = rows[at].code
        directive = _DIRECTIVE.match(line)
        language: str | None = ""
        if directive is not None:
            name = directive["name"]
            if name in _PYTHON or name in _CODE_DIRECTIVES:
                language = "python" if name in _PYTHON else _language(directive["info"])
            else:
                at += 1  # the content of other directives is text
                continue
        elif _PROMPT.match(line):
            end = _paragraph(rows, at, lambda row: bool(row.code.strip()))
            yield from _code(at, rows[at:end], "")
            at = end
            continue
        elif not line.rstrip().endswith("::") or line.lstrip().startswith(".. "):
            at += 1
            continue
        indent = _width(line)
        end = _paragraph(rows, at + 1, lambda row: not row.code.strip() or _width(row.code) > indent)  # noqa: B023
        body = rows[at + 1 : end]
        skipped = _options(body) if directive is not None else 0
        if language is not None:
            yield from _code(at + 1 + skipped, body[skipped:], language)
        at = max(end, at + 1)


def _width(line: str) -> int:
    expanded = line.expandtabs(8)
    return len(expanded) - len(expanded.lstrip(" "))

"""Unified diffs of bytes, such as ``patch -p1`` and ``git apply`` take."""

from __future__ import annotations

import difflib
import itertools
import posixpath
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

_CONTEXT = 3
#: Old lines times new lines: as many pairs are compared one by one.
_MOST_PAIRS = 1_000_000
_Tag = Literal["replace", "delete", "insert", "equal"]
_NO_NEWLINE = "\n\\ No newline at end of file\n"


def _header_name(path: str) -> str:
    """The path as it stands after ``a/``: relative, with ``/``."""
    return posixpath.normpath(path.replace("\\", "/") if "\\" in path and "/" not in path else path).lstrip("/")


def _header(mark: str, prefix: str, path: str) -> str:
    name = prefix + _header_name(path)
    if any(char in name for char in '"\\\t\n\r'):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
        name = '"' + escaped.replace("\r", "\\r") + '"'
    elif " " in name:
        name += "\t"  # as git and GNU diff mark where a name with spaces ends
    return f"{mark} {name}\n"


def _lines(data: bytes) -> list[str]:
    # latin-1 maps bytes to characters one to one; only \n ends a line for patch, so a \r stays where it is
    text = data.decode("latin-1")
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def unified(old: bytes | None, new: bytes, path: str) -> bytes:
    """The diff that makes ``new`` of ``old`` (None: there is no such file yet) at ``path``; empty if they are equal."""
    if old == new:
        return b""
    from_line = "--- /dev/null\n" if old is None else _header("---", "a/", path)
    head = (from_line + _header("+++", "b/", path)).encode("utf-8", "surrogateescape")
    changes = _changes(_lines(old or b""), _lines(new))
    body = "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in changes)
    return head + body.encode("latin-1")


class _Matcher(difflib.SequenceMatcher[str]):
    """Also matches lines that are there often, which difflib leaves out of its search for the sake of time.

    They are looked for in a second go, between the lines that the first one found.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new)
        self._old, self._new = old, new

    def get_opcodes(self) -> list[tuple[_Tag, int, int, int, int]]:
        """How to turn the old lines into the new ones."""
        codes: list[tuple[_Tag, int, int, int, int]] = []
        for tag, i1, i2, j1, j2 in super().get_opcodes():
            if tag == "replace" and (i2 - i1) * (j2 - j1) <= _MOST_PAIRS:
                inner = difflib.SequenceMatcher(None, self._old[i1:i2], self._new[j1:j2], autojunk=False)
                codes += [(kind, i1 + a, i1 + b, j1 + c, j1 + d) for kind, a, b, c, d in inner.get_opcodes()]
            else:
                codes.append((tag, i1, i2, j1, j2))
        return codes


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The hunks of a unified diff, line by line."""
    for group in _Matcher(old, new).get_grouped_opcodes(_CONTEXT):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        yield f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@\n"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (" " + line for line in old[a:b])
            else:
                yield from ("-" + line for line in old[a:b])
                yield from ("+" + line for line in new[c:d])


def _range(start: int, end: int) -> str:
    """Lines ``[start, end)``, counted from 0, as a hunk names them: the first from 1, and how many."""
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"


def cell(path: str, index: int, old: str, new: str) -> bytes:
    """The diff of one cell of the notebook at ``path``, as source. It is for reading: ``patch`` knows no cells."""
    # a cell has no line end after its last line
    before, after = ((source.removesuffix("\n") + "\n").encode("utf-8", "surrogatepass") for source in (old, new))
    return unified(before, after, f"{path}#cell{index}")


#: Where two lines differ: stretches of the old one, and of the new one.
Marks = Callable[[str, str], tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]]]


def colored(diff: bytes, encoding: str, marks: Marks | None = None) -> Iterator[str]:
    """The lines of a diff for a terminal: red what goes, green what comes.

    With ``marks``, as many old lines that are replaced by as many new ones show where they differ, underlined.
    """
    # a terminal would go back to the start of the line at a carriage return
    lines = [line.replace("\r", "") for line in diff.decode(encoding, "replace").split("\n")[:-1]]
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith(("---", "+++")) and at < 2:
            yield f"\x1b[1m{line}\x1b[0m"
        elif line.startswith("@@"):
            yield f"\x1b[36m{line}\x1b[0m"
        elif line.startswith(("-", "+")):
            gone = list(itertools.takewhile(lambda one: one.startswith("-"), lines[at:]))
            come = list(itertools.takewhile(lambda one: one.startswith("+"), lines[at + len(gone) :]))
            yield from _replaced(gone, come, marks if len(gone) == len(come) else None)
            at += len(gone) + len(come)
            continue
        else:
            yield line
        at += 1


def _replaced(gone: Sequence[str], come: Sequence[str], marks: Marks | None) -> Iterator[str]:
    found = [marks(old[1:], new[1:]) for old, new in zip(gone, come, strict=True)] if marks else []
    for side, color, lines in ((0, 31, gone), (1, 32, come)):
        for number, line in enumerate(lines):
            for start, end in reversed(found[number][side] if found else ()):
                line = f"{line[: start + 1]}\x1b[4m{line[start + 1 : end + 1]}\x1b[24m{line[end + 1 :]}"
            yield f"\x1b[{color}m{line}\x1b[0m"

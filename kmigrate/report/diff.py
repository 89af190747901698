"""Unified diffs of bytes, such as ``patch -p1`` and ``git apply`` take."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterator

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
    changes = list(difflib.unified_diff(_lines(old or b""), _lines(new)))
    from_line = "--- /dev/null\n" if old is None else _header("---", "a/", path)
    head = (from_line + _header("+++", "b/", path)).encode("utf-8", "surrogateescape")
    body = "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in changes[2:])
    return head + body.encode("latin-1")


def cell(path: str, index: int, old: str, new: str) -> bytes:
    """The diff of one cell of the notebook at ``path``, as source. It is for reading: ``patch`` knows no cells."""
    # a cell has no line end after its last line
    before, after = ((source.removesuffix("\n") + "\n").encode("utf-8", "surrogatepass") for source in (old, new))
    return unified(before, after, f"{path}#cell{index}")


def colored(diff: bytes, encoding: str) -> Iterator[str]:
    """The lines of a diff for a terminal: red what goes, green what comes."""
    for line in diff.decode(encoding, "replace").split("\n")[:-1]:
        line = line.replace("\r", "")  # a terminal would go back to the start of the line
        if line.startswith(("---", "+++")):
            yield f"\x1b[1m{line}\x1b[0m"
        elif line.startswith("@@"):
            yield f"\x1b[36m{line}\x1b[0m"
        elif line.startswith("-"):
            yield f"\x1b[31m{line}\x1b[0m"
        elif line.startswith("+"):
            yield f"\x1b[32m{line}\x1b[0m"
        else:
            yield line

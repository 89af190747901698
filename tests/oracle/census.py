"""What became of the sources of a folder, Python files and notebooks: judged by Python's compiler and nbformat alone.

Knows nothing of kmigrate but the bytes before and after an upgrade, and the JSON of ``kmigrate check`` afterwards.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

#: What a file that could not be read as Python, or not in whole, is told with.
_NOT_UNDERSTOOD = frozenset({"KM001", "KM002", "KM003", "KM004", "KM005"})


@dataclass(slots=True)
class Kind:
    """Counts of the files of one kind that name Keras or take it from a file beside them."""

    found: int = 0
    touching: int = 0
    upgraded: int = 0
    with_findings: int = 0
    not_understood: int = 0


@dataclass(slots=True)
class Census:
    """Counts of the sources of one folder."""

    python: Kind = field(default_factory=Kind)
    notebooks: Kind = field(default_factory=Kind)
    #: files that were something before and are not now, with what is wrong
    broken: list[tuple[Path, str]] = field(default_factory=list)
    #: files that are not Python (a notebook: one of whose cells is not) and of which no finding says so
    silent: list[Path] = field(default_factory=list)


def _is_python(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _compiles(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<file>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_worse(old: bytes, new: bytes) -> bool:
    """Whether new code is not even Python 3, or does not compile where the old did."""
    return not _is_python(new) or (_compiles(old) and not _compiles(new))


def _cells(data: bytes) -> list[str] | None:
    """The sources of the code cells, IPython's own syntax made Python by IPython; None if it is no notebook."""
    try:
        book: Any = json.loads(data.decode("utf-8-sig"))
        cells = book["cells"] if "cells" in book else [c for sheet in book["worksheets"] for c in sheet["cells"]]
    except (ValueError, KeyError, TypeError):
        return None
    sources = [cell.get("source", cell.get("input", "")) for cell in cells if cell.get("cell_type") == "code"]
    manager = TransformerManager()  # type: ignore[no-untyped-call]
    return [manager.transform_cell("".join(source)) for source in sources]


def _valid(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.validate(nbformat.reads(data.decode("utf-8-sig"), as_version=nbformat.NO_CONVERT))  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  -- whatever it dislikes
        return False
    return True


def _broken(path: Path, old: bytes, new: bytes) -> str | None:
    """What the upgrade of a file broke, None if nothing."""
    if path.suffix != ".ipynb":
        return "was upgraded and does not compile" if old != new and _is_worse(old, new) else None
    before, after = _cells(old), _cells(new)
    if before is None:
        return None if old == new else "was no notebook and is changed"
    if after is None or len(after) != len(before):
        return "cells came or went"
    if _valid(old) and not _valid(new):
        return "nbformat refuses it now"
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        if one != other and _is_worse(one.encode(), other.encode()):
            return f"code cell {number} was upgraded and does not compile"
    return None


def census(folder: Path, before: Mapping[Path, bytes], after: Mapping[Path, bytes], report: str) -> Census:
    """The counts of ``folder``; ``report`` is the JSON of a check after the upgrade."""
    codes: dict[Path, set[str]] = {}
    try:
        findings = json.loads(report)
    except ValueError:  # which is an error of the folder already
        findings = []
    for finding in findings:
        codes.setdefault((folder / finding["path"]).resolve(), set()).add(finding["code"])
    found = Census()
    for path, old in before.items():
        new, said = after[path], codes.get(path, set())
        kind = found.notebooks if path.suffix == ".ipynb" else found.python
        kind.found += 1
        kind.touching += b"keras" in old
        kind.upgraded += old != new
        kind.with_findings += bool(said)
        kind.not_understood += bool(said & _NOT_UNDERSTOOD)
        what = _broken(path, old, new)
        if what is not None:
            found.broken.append((path.relative_to(folder), what))
        if b"keras" in old and not said & _NOT_UNDERSTOOD and not _understood(path, new):
            found.silent.append(path.relative_to(folder))
    return found


def _understood(path: Path, data: bytes) -> bool:
    """Whether all of a source is Python 3 in the end, cells under magics of other languages aside."""
    if path.suffix != ".ipynb":
        return _is_python(data)
    cells = _cells(data)
    return cells is not None and all(_is_python(cell.encode()) for cell in cells)


_HEADINGS = ("files", "with Keras", "upgraded", "with findings", "not understood")


def census_table(rows: Sequence[tuple[str, Census]]) -> str:
    """A Markdown table with the sum below: Python files, then notebooks, then what must be 0."""
    heads = (
        "folder",
        *(f"{kind} {head}" if head == "files" else head for kind in ("Python", "notebook") for head in _HEADINGS),
    )
    lines: list[tuple[str | int, ...]] = [(*heads, "silent", "broken")]
    lines.append(("---", *["---:"] * (len(lines[0]) - 1)))
    for name, counted in rows:
        kinds = (counted.python, counted.notebooks)
        numbers = [n for k in kinds for n in (k.found, k.touching, k.upgraded, k.with_findings, k.not_understood)]
        lines.append((name, *numbers, len(counted.silent), len(counted.broken)))
    if len(rows) > 1:
        lines.append(("all", *(sum(int(line[at]) for line in lines[2:]) for at in range(1, len(lines[0])))))
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)

"""The files that programs import from their own project."""

# Paths are the strings that discovery has.
# ruff: noqa: PTH113, PTH118, PTH120

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Sequence

from kmigrate.findings import Finding
from kmigrate.sources import python2, python_file


def closure(paths: Sequence[str], roots: Iterable[str]) -> list[str]:
    """``paths``, and the Python files that they import, directly or not, from their folder or from ``roots``."""
    known = {os.path.realpath(path) for path in paths}
    found = list(paths)
    pending = [path for path in paths if path.endswith(".py")]
    while pending:
        path = pending.pop()
        for name in _imports(path):
            for folder in (os.path.dirname(path), *roots):
                for candidate in _files(folder, name):
                    real = os.path.realpath(candidate)
                    if real not in known and os.path.isfile(candidate):
                        known.add(real)
                        found.append(os.path.normpath(candidate))
                        pending.append(candidate)
    return found


def _files(folder: str, name: str) -> list[str]:
    """The files that an import of ``name`` may execute: the module, and the packages above it."""
    parts = name.split(".")
    stems = [os.path.join(folder, *parts[:length]) for length in range(1, len(parts) + 1)]
    return [stem + ending for stem in stems for ending in (".py", os.sep + "__init__.py")]


def _imports(path: str) -> Iterator[str]:
    read = python_file.read(path)
    if isinstance(read, Finding):
        return
    text = read[1].text
    converted = python2.to_python3(text)
    try:
        tree = ast.parse(converted.text if converted is not None else text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level > 1:
                continue  # a package above: what it holds is found from the import roots
            base = node.module or ""
            yield base
            yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names)

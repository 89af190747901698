"""The files of a run, as the engine asks for them when it follows a name from one file into another."""

# ruff: noqa: PTH113, PTH118

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field

from kmigrate.findings import Finding, LineIndex
from kmigrate.sources import notebook, python2
from kmigrate.sources.magics import parse_error
from kmigrate.sources.python_file import read, read_bytes

#: A folder of folders of images has no more entries than that; one of images may have any number.
_MOST_ENTRIES = 20_000


def _is_python(text: str) -> bool:
    return parse_error(text) is None or python2.to_python3(text) is not None


@dataclass
class Tree:
    """Reads files of the run, and other Python files below its import roots, once each. Picklable without the texts.

    The text of a notebook is that of its code cells.
    """

    files: tuple[str, ...]
    roots: tuple[str, ...]
    _texts: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    _notebooks: dict[str, notebook.Notebook] = field(default_factory=dict, repr=False, compare=False)
    _known: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._known = frozenset(self.files)

    def load(self, path: str) -> str | None:
        """The text of a Python file, None if there is no such file, it is no text or it is outside the import roots."""
        path = os.path.normpath(path)
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def glance(self, path: str) -> str | None:
        """The text of a file of the run for a look at its import statements: not kept, and not checked further."""
        if not path.endswith(notebook.SUFFIX) and path not in self._texts:
            with contextlib.suppress(UnicodeDecodeError, OSError):
                return read_bytes(path).decode("utf-8-sig")
        return self.load(path)

    def forget(self, path: str) -> None:
        """Read a file anew when it is next asked for."""
        self._texts.pop(os.path.normpath(path), None)

    def folders(self, path: str) -> tuple[str, ...] | None:
        """The names of the folders in a folder below the import roots, None if there is none or too much is in it."""
        try:
            if not self._is_inside(path):
                return None
            with os.scandir(path) as entries:
                found = [entry for entry, _ in zip(entries, range(_MOST_ENTRIES + 1), strict=False)]
            return tuple(entry.name for entry in found if entry.is_dir()) if len(found) <= _MOST_ENTRIES else None
        except (OSError, ValueError):  # ValueError: a null byte in what a program takes for a path
            return None

    def index(self, path: str) -> LineIndex | None:
        """Places in the text of ``path``, None where there is no text."""
        text = self.load(path)
        if text is None:
            return None
        book = self._notebooks.get(os.path.normpath(path))
        return LineIndex(text) if book is None else book.index(text)

    def _read(self, path: str) -> str | None:
        if path not in self._known and not (os.path.isfile(path) and self._is_inside(path)):
            return None
        if path.endswith(notebook.SUFFIX):
            opened = notebook.read(path)
            if isinstance(opened, Finding):
                return None
            self._notebooks[path] = book = opened[1].readable(_is_python)
            return book.text
        found = read(path)
        return None if isinstance(found, Finding) else found[1].text

    def _is_inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(real.startswith(os.path.join(os.path.realpath(root), "")) for root in self.roots)

    def __getstate__(self) -> dict[str, object]:
        return {"files": self.files, "roots": self.roots, "_known": self._known, "_texts": {}, "_notebooks": {}}

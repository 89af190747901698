"""Which files of a run may import a module, without parsing them: by the words of their import statements.

A module is imported by the names of the folders between it and the place that the importer looks from, which is one of
the folders above the importer, or a root of the run. So a file of the same folder has to name the module, and one of
another branch of the tree each folder of its branch, too. That leaves a handful of the thousand files that import some
``utils``.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence

#: A search for a literal takes a seventh of the time of one for lines that start with an import (CPython 3.11).
_IMPORT = re.compile(r"import\b[^\n]*")
_STATEMENT = re.compile(r"\s*(?:from|import)\b")
_WORD = re.compile(r"\w+")


def import_words(text: str) -> set[str]:
    """The words in the first lines of all import statements of a source."""
    found: set[str] = set()
    for match in _IMPORT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        while start > 1 and text[start - 2] == "\\":  # a line that continues the one above
            start = text.rfind("\n", 0, start - 1) + 1
        if _STATEMENT.match(text, start):
            found.update(_WORD.findall(text, start, match.end()))
    return found


def _parts(path: str) -> list[str]:
    """The folders that a module lies in, and its own name; a package is its folder."""
    parts = path.replace("\\", "/").removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return parts


class Importers:
    """The files of a run by the words of their import statements.

    ``files`` are sorted; ``glance(path)`` gives the text of one, None if there is none. Each is asked for once, at the
    first question.
    """

    def __init__(self, files: Sequence[str], roots: Collection[str], glance: Callable[[str], str | None]) -> None:
        self._files = files
        self._glance = glance
        self._roots = {root.replace("\\", "/").rstrip("/") for root in roots}
        self._of_word: dict[str, array[int]] | None = None

    def of(self, path: str) -> tuple[str, ...]:
        """The files that may import the module at ``path``, in order."""
        parts = _parts(path)
        if not parts or not parts[-1]:
            return ()
        found: set[int] = set()
        for words, folder in self._ways(parts):
            found.update(self._with(words, folder))
        return tuple(self._files[number] for number in sorted(found) if self._files[number] != path)

    def may_import(self, path: str, other: str) -> bool:
        """Whether the file ``other`` is one of those; no third file is looked at for it."""
        parts = _parts(path)
        text = self._glance(other) if parts and parts[-1] and other != path else None
        if text is None:
            return False
        words = import_words(text)
        return any(words.issuperset(needed) and other.startswith(folder) for needed, folder in self._ways(parts))

    def _ways(self, parts: list[str]) -> Iterator[tuple[list[str], str]]:
        """The words that name a module from each place, and how the paths begin of the files that look there."""
        separator = "/" if self._files and "\\" not in self._files[0] else "\\"
        for depth in range(len(parts) - 1, -1, -1):
            folder = "/".join(parts[:depth])
            everyone = not folder or folder in self._roots
            yield parts[depth:], "" if everyone else separator.join([*parts[:depth], ""])

    def _with(self, words: list[str], folder: str) -> Iterator[int]:
        """The numbers of the files below ``folder`` that have all of the ``words``."""
        known = self._words()
        lists = sorted((known.get(word, array("L")) for word in words), key=len)
        low, high = 0, len(self._files)
        if folder:
            low = bisect_left(self._files, folder)
            high = bisect_left(self._files, folder[:-1] + chr(ord(folder[-1]) + 1))
        first = lists[0]
        for at in range(bisect_left(first, low), bisect_left(first, high)):
            number = first[at]
            if all(_holds(numbers, number) for numbers in lists[1:]):
                yield number

    def _words(self) -> dict[str, array[int]]:
        if self._of_word is None:
            names = {part for path in self._files for part in _parts(path)}
            known: dict[str, array[int]] = {}
            for number, path in enumerate(self._files):
                text = self._glance(path)
                for word in names.intersection(import_words(text)) if text else ():
                    known.setdefault(word, array("L")).append(number)
            self._of_word = known
        return self._of_word

    def look(self) -> None:
        """Look at all files now, as processes that are forked later need not."""
        self._words()


def _holds(numbers: array[int], number: int) -> bool:
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number

"""A program and its upgraded form, each in a folder of its own: what they write touches no file of the user's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kmigrate.sources.discovery import SKIPPED_FOLDERS

#: Files that a program may read beside its code: larger ones, and all beyond the sum, are not brought along.
_LARGEST = 20 * 2**20
_MOST_BYTES = 200 * 2**20
_MOST_FILES = 2000


@dataclass(frozen=True, slots=True)
class Copies:
    """Two copies of a folder: the original, readable by Python 3, and the upgraded one."""

    old: Path
    new: Path
    #: whether some of the folder's files were left out
    is_partial: bool


def copy(root: Path, old: Mapping[str, str], new: Mapping[str, str], into: Path) -> Copies:
    """Copy the folder ``root`` twice into the folder ``into``.

    ``old`` and ``new`` have the text of Python files that are not as they are on disk, by path relative to ``root``.
    """
    first, second = into / "original", into / "upgraded"
    is_partial = _copy_files(root, first)
    shutil.copytree(first, second)
    for folder, texts in ((first, old), (second, new)):
        for path, text in texts.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return Copies(first, second, is_partial)


def _copy_files(root: Path, into: Path) -> bool:
    into.mkdir()
    count = size = 0
    is_partial = False
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith("."))
        target = into / Path(folder).relative_to(root)
        target.mkdir(exist_ok=True)
        for name in sorted(names):
            source = Path(folder) / name
            length = source.stat().st_size if source.is_file() else _LARGEST + 1
            if length > _LARGEST or size + length > _MOST_BYTES or count >= _MOST_FILES:
                is_partial = True
                continue
            shutil.copyfile(source, target / name)
            count, size = count + 1, size + length
        if count >= _MOST_FILES:
            return True
    return is_partial

"""A folder of texts that may be lost at any time: what earlier runs found out, kept for later ones.

Whatever goes wrong with it (no folder, no room, a file that was cut off or changed) reads as "not there". Several
processes may use it at once: a text takes its place in one step, and carries the digest of itself.
"""

# Descriptors and entries of folders, which pathlib does not have.
# ruff: noqa: PTH105, PTH108, PTH118, PTH123

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HEAD = b"kmigrate cache 1 "
#: Endings that no file of anybody else's has: the folder may be one that holds other things.
_ENDING = ".kmigrate-cache"
_TEMPORARY = ".kmigrate-cache-tmp"
#: A larger text is not kept.
_LARGEST = 64 << 20
#: What is kept: of the texts used last, so many, with so many bytes together, and none unused for so many seconds.
_MOST = 64
_MOST_BYTES = 256 << 20
_LONGEST = 90 * 24 * 3600
#: A temporary file that is this old (seconds) was left behind by a process that was killed.
_LEFT_BEHIND = 3600

_FILES_BESIDE = {
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# The cache of kmigrate. It can be deleted.\n",
    ".gitignore": "*\n",
}


def default_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path | None:
    """Where the system keeps what a user's programs can do without, None if it does not say."""
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return Path(local) / "kmigrate" / "Cache" if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if platform == "darwin":
        return home / "Library" / "Caches" / "kmigrate"
    chosen = environment.get("XDG_CACHE_HOME", "")  # a relative one is to be ignored, says the XDG specification
    return (Path(chosen) if chosen.startswith("/") else home / ".cache") / "kmigrate"


@dataclass(frozen=True, slots=True)
class Store:
    """The texts in one folder, by keys that are names of files."""

    folder: Path

    def read(self, key: str) -> bytes | None:
        """The text that was last written under ``key``, None if it is not there as it was written."""
        path = os.path.join(self.folder, key + _ENDING)
        try:
            with open(path, "rb") as stream:
                head = stream.readline(len(_HEAD) + 65)
                text = stream.read()
        except (OSError, ValueError):
            return None
        if head != _head(text):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was used today
        return text

    def write(self, key: str, text: bytes) -> None:
        """Keep ``text`` under ``key``, if that can be done, and let go of what is old."""
        if len(text) > _LARGEST:
            return
        try:
            self._prepare()
            temporary = os.path.join(self.folder, f"{key}.{secrets.token_hex(4)}{_TEMPORARY}")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            try:
                with open(descriptor, "wb") as stream:
                    stream.write(_head(text))
                    stream.write(text)
                os.replace(temporary, os.path.join(self.folder, key + _ENDING))
            finally:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)  # gone already when it took its place
            self._prune()
        except OSError:
            return

    def _prepare(self) -> None:
        if self.folder.is_dir():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in _FILES_BESIDE.items():
            (self.folder / name).write_text(content, encoding="utf-8")

    def _prune(self) -> None:
        """Delete what is beyond the limits, that which was used last coming last."""
        now = time.time()
        kept: list[tuple[float, int, str]] = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process prunes too
                    status = entry.stat()
                    if entry.name.endswith(_ENDING):
                        kept.append((status.st_mtime, status.st_size, entry.path))
                    elif entry.name.endswith(_TEMPORARY) and now - status.st_mtime > _LEFT_BEHIND:
                        os.unlink(entry.path)
        size = 0
        for number, (used, length, path) in enumerate(sorted(kept, reverse=True)):
            size += length
            if number >= _MOST or size > _MOST_BYTES or now - used > _LONGEST:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)


def _head(text: bytes) -> bytes:
    return _HEAD + hashlib.sha256(text).hexdigest().encode("ascii") + b"\n"

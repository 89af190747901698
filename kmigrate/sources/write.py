"""Replacing a file's bytes such that, killed at any moment, the file is the old one or the new one."""

# Descriptors, which pathlib does not have.
# ruff: noqa: PTH105, PTH108, PTH116, PTH118, PTH119, PTH120, PTH123

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable

from kmigrate.findings import Finding
from kmigrate.sources import problems
from kmigrate.sources.python_file import read_bytes

if sys.platform != "win32":
    import fcntl

#: End of the names of the files that new text goes to first; no tool takes it for source.
TEMPORARY_SUFFIX = ".kmigrate-tmp"
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}" + re.escape(TEMPORARY_SUFFIX), re.DOTALL)
#: Where files cannot be locked, one that is this old (seconds) was left behind by a process that was killed.
_LEFT_BEHIND = 3600


def replace(path: str, old: bytes | None, new: bytes) -> Finding | None:
    """Put ``new`` in place of ``old`` (None: there is no such file yet); if it is not done, the finding that says why.

    The bytes go to a new file in the same folder, reach the disk, and take the old file's place in one step. The mode
    and, where the system lets us, the owner stay. Where ``path`` is a link, the file it leads to is replaced.
    """
    try:
        target = os.path.realpath(path)
        status = None if old is None else os.stat(target)
        if status is not None and not status.st_mode & 0o222:
            # the folder would let us, but whoever took the write permission away meant it
            return problems.cannot_write("the file is read-only")
        if not _is_still(target, old):
            return problems.changed_underneath()
        temporary = os.path.join(
            os.path.dirname(target), f".{os.path.basename(target)[:100]}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}"
        )
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        lock = _locked(descriptor)
        try:
            with open(descriptor, "wb") as stream:
                if status is not None and hasattr(os, "fchmod"):
                    # only root may give files away; the mode comes after, for chown clears bits of it
                    with contextlib.suppress(OSError):
                        os.fchown(descriptor, status.st_uid, status.st_gid)
                    os.fchmod(descriptor, status.st_mode & 0o7777)
                stream.write(new)
                stream.flush()
                os.fsync(descriptor)
            if not _is_still(target, old):
                return problems.changed_underneath()
            os.replace(temporary, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # gone already when it took the file's place
            if lock is not None:
                os.close(lock)
    except FileNotFoundError:
        return problems.changed_underneath()
    except OSError as error:
        return problems.cannot_write(problems.reason(error))
    return None


def _is_still(target: str, old: bytes | None) -> bool:
    if old is None:
        return not os.path.lexists(target)
    return read_bytes(target) == old


def _locked(descriptor: int) -> int | None:
    """A second descriptor of the file that holds a lock on it until it is closed; None where there are no locks."""
    if sys.platform == "win32":
        return None
    lock = os.dup(descriptor)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def remove_left_behind(paths: Iterable[str]) -> None:
    """Remove, beside each of ``paths``, the new files of runs that were killed before these took their places.

    A file that a living process is writing is locked by it, and stays.
    """
    for folder in {os.path.dirname(os.path.realpath(path)) for path in paths}:
        with contextlib.suppress(OSError), os.scandir(folder) as scan:
            for entry in scan:
                if _TEMPORARY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(OSError):
                        if _is_left_behind(entry.path):
                            os.unlink(entry.path)


def _is_left_behind(path: str) -> bool:
    if sys.platform == "win32":
        return os.stat(path).st_mtime + _LEFT_BEHIND < time.time()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return os.fstat(descriptor).st_mtime + _LEFT_BEHIND < time.time()
    finally:
        os.close(descriptor)
    return True

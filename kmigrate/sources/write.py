"""Replacing a file's bytes such that, killed at any moment, the file is the old one or the new one."""

# Descriptors, which pathlib does not have.
# ruff: noqa: PTH105, PTH108, PTH116, PTH118, PTH119, PTH120, PTH123

from __future__ import annotations

import contextlib
import os
import secrets

from kmigrate.findings import Finding
from kmigrate.sources import problems
from kmigrate.sources.python_file import read_bytes

#: End of the names of the files that new text goes to first; no tool takes it for source.
TEMPORARY_SUFFIX = ".kmigrate-tmp"


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
    except FileNotFoundError:
        return problems.changed_underneath()
    except OSError as error:
        return problems.cannot_write(problems.reason(error))
    return None


def _is_still(target: str, old: bytes | None) -> bool:
    if old is None:
        return not os.path.lexists(target)
    return read_bytes(target) == old

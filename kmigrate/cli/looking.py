"""The first look at files: a search of their bytes, which a file that did not change since the last run is spared."""

# os.stat of a name costs a third of what pathlib's does.
# ruff: noqa: PTH116

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass

from kmigrate.cli import vendoring
from kmigrate.sources import notebook, python_file

#: A file that was changed less than so many nanoseconds before it was read may change once more without its times
#: showing it: those of FAT count in steps of two seconds.
_STEP = 2_000_000_000
_SECOND = 1_000_000_000


def _names_keras(path: str, data: bytes) -> bool | None:
    is_setup = path.endswith("setup.py")  # in which it is the package that is named, as a rule with a capital letter
    if not python_file.names_keras(data.lower() if is_setup else data):
        return False
    return None if vendoring.is_vendored(path, data) else True


def _may_be_handed_keras(path: str, data: bytes) -> bool:
    return python_file.may_be_handed_keras(data) or (
        path.endswith(notebook.SUFFIX) and notebook.may_be_handed_keras(data)
    )


class FirstLook:
    """Looks at each file when it is asked about it. Raises OSError where a file cannot be read."""

    def names_keras(self, path: str) -> bool | None:
        """Whether the file names Keras; None of a module that ``--vendor-compat`` wrote."""
        return _names_keras(path, python_file.read_bytes(path))

    def may_be_handed_keras(self, path: str) -> bool:
        """Whether a file that does not name Keras has a word of Keras 1, so that another may hand it a model."""
        return _may_be_handed_keras(path, python_file.read_bytes(path))


@dataclass(frozen=True, slots=True)
class Row:
    """A file as it was when it was read. Plain data."""

    status: str
    #: every later change of the bytes shows in the status
    is_settled: bool
    digest: str
    names_keras: bool | None
    #: None: nobody asked
    may_be_handed_keras: bool | None = None


def status_of(status: os.stat_result) -> str:
    """What of a file's status tells that its bytes changed, two changes within one step of the clock aside.

    Its size, the times when its bytes and when anything of it changed last (in nanoseconds), its number and its device.
    """
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_dev}"


def digest_of(data: bytes) -> str:
    """What stands for the bytes of a file."""
    return hashlib.sha256(data).hexdigest()


class Ledger(FirstLook):
    """Remembers what was seen, and believes the rows of an earlier run where a file's status says that it is as it was.

    ``rows`` are those that this run asked about.
    """

    def __init__(self, earlier: dict[str, Row]) -> None:
        self._earlier = earlier
        self.rows: dict[str, Row] = {}
        #: a row is new, or says more than before
        self.is_changed = False

    def row(self, path: str) -> Row:
        """The file at ``path`` as it is. Raises OSError."""
        row = self.rows.get(path)
        if row is None:
            row = self._earlier.get(path)
            if row is None or not row.is_settled or row.status != status_of(os.stat(path)):
                row = self._read(path, row)
            self.rows[path] = row
        return row

    def _read(self, path: str, earlier: Row | None) -> Row:
        self.is_changed = True
        now = time.time_ns()
        data, status = python_file.read_with_status(path)
        digest = digest_of(data)
        names, handed = (
            (earlier.names_keras, earlier.may_be_handed_keras)
            if earlier is not None and earlier.digest == digest
            else (_names_keras(path, data), None)
        )
        return Row(status_of(status), _is_settled(status, now), digest, names, handed)

    def names_keras(self, path: str) -> bool | None:
        """As of ``FirstLook``."""
        return self.row(path).names_keras

    def may_be_handed_keras(self, path: str) -> bool:
        """As of ``FirstLook``."""
        row = self.row(path)
        if row.may_be_handed_keras is None:
            data = python_file.read_bytes(path)
            handed = _may_be_handed_keras(path, data)
            if digest_of(data) != row.digest:
                return handed
            self.is_changed = True
            self.rows[path] = row = Row(row.status, row.is_settled, row.digest, row.names_keras, handed)
        return bool(row.may_be_handed_keras)

    def unchanged(self, paths: Iterable[str]) -> dict[str, Row]:
        """The rows of those files that nothing has changed since they were read: what this run made of them counts."""
        found = {}
        for path in paths:
            row = self.rows.get(path)
            if row is not None:
                try:
                    row = self._still(path, row)
                except OSError:
                    continue
                if row is not None:
                    found[path] = row
        return found

    def _still(self, path: str, row: Row) -> Row | None:
        status = os.stat(path)
        if row.status != status_of(status):
            return None
        if row.is_settled:
            return row
        if status.st_mtime_ns % _SECOND == 0:  # a clock of whole seconds could hide even a change that was taken back
            return None
        now = time.time_ns()
        data, status = python_file.read_with_status(path)
        if row.status != status_of(status) or digest_of(data) != row.digest:
            return None
        return Row(row.status, _is_settled(status, now), row.digest, row.names_keras, row.may_be_handed_keras)


def _is_settled(status: os.stat_result, now: int) -> bool:
    return max(status.st_mtime_ns, status.st_ctime_ns) + _STEP < now

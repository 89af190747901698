"""Running the command in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kmigrate.cli import main


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.raw.decode()


Kmigrate = Callable[..., Ran]


@pytest.fixture
def kmigrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Kmigrate:
    """Runs ``kmigrate …`` in the test's folder."""
    (tmp_path / ".git").mkdir()  # so that nothing above the folder has a say
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        status = main(list(arguments))
        captured = capfdbinary.readouterr()
        assert b"Traceback" not in captured.out + captured.err
        return Ran(status, captured.out, captured.err.decode())

    return run

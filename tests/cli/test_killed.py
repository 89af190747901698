"""``kmigrate upgrade`` killed at any moment: every file is the old one or the new one, and the next run completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kmigrate.sources import write

_ROOT = Path(__file__).parents[2]
_FOLDERS = 4
_FILES = 24


def _texts() -> dict[str, bytes]:
    source = (_ROOT / "testdata" / "mnist_cnn" / "train.py").read_bytes()
    return {f"part{n % _FOLDERS}/train{n:02}.py": b"# number %d\n" % n + source for n in range(_FILES)}


def _put(tree: Path, texts: dict[str, bytes]) -> None:
    for name, data in texts.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(data)


def _start(tree: Path, processes: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "XDG_CACHE_HOME": str(tree.parent / "cache")}
    command = [sys.executable, "-m", "kmigrate", "upgrade", "--unsafe", "-j", str(processes), "."]
    return subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def _completes(tree: Path) -> None:
    process = _start(tree, 1)
    error = process.communicate()[1]
    assert process.returncode in (0, 1), error.decode()


def _state(tree: Path) -> dict[str, bytes]:
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*.py")}


def _wait_for_the_first_file(tree: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the run replaces its first file, or is over."""
    name = min(_texts())
    first = (tree / name).stat().st_ino
    while process.poll() is None and (tree / name).stat().st_ino == first:
        time.sleep(0.0005)


def _kill_many_times(tree: Path, times: int) -> None:
    old = _texts()
    _put(tree, old)
    (tree / ".git").mkdir()
    start = time.monotonic()
    process = _start(tree, 1)
    _wait_for_the_first_file(tree, process)
    first = time.monotonic()
    assert process.wait() in (0, 1)
    end = time.monotonic()
    new = _state(tree)
    assert all(new[name] != old[name] for name in old)

    pick = random.Random(20170314)
    partly = 0
    for number in range(times):
        _put(tree, old)
        process = _start(tree, 1 + number % 2)
        if number % 4 < 3:  # while it writes, which is a small part of the time
            _wait_for_the_first_file(tree, process)
            time.sleep(pick.uniform(0, end - first))
        else:
            time.sleep(pick.uniform(0, end - start))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
        state = _state(tree)
        assert state.keys() == old.keys()
        assert all(data in (old[name], new[name]) for name, data in state.items())
        partly += state not in (old, new)
        _completes(tree)
        assert _state(tree) == new
        assert not [path for path in tree.rglob(".*") if path.name.endswith(write.TEMPORARY_SUFFIX)]
    assert partly, "no kill came between two files: the test does not see what it is for"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("times", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_every_file_is_old_or_new(tmp_path: Path, times: int) -> None:
    _kill_many_times(tmp_path / "tree", times)

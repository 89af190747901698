"""Replacing files, and what is there when the process dies in the middle."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kmigrate.findings import Finding
from kmigrate.sources import write


def test_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\r\n")
    for mode in (0o755, 0o600, 0o664, 0o4755):
        path.chmod(mode)
        assert write.replace(str(path), path.read_bytes(), b"new\r\n%o" % mode) is None
        assert path.read_bytes() == b"new\r\n%o" % mode
        assert path.stat().st_mode & 0o7777 == mode
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.py"]


def test_keeps_the_owner_where_the_system_lets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    if os.geteuid() == 0:
        os.chown(path, 12345, 23456)
    owner = (path.stat().st_uid, path.stat().st_gid)
    assert write.replace(str(path), b"old", b"new") is None
    assert (path.stat().st_uid, path.stat().st_gid) == owner

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    assert write.replace(str(path), b"new", b"newer") is None
    assert path.read_bytes() == b"newer"


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "new.py"
    assert write.replace(str(path), None, b"x") is None
    (tmp_path / "usual").write_bytes(b"x")
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.py"
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to("real/a.py")
    assert write.replace(str(link), b"old", b"new") is None
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert [entry.name for entry in target.parent.iterdir()] == ["a.py"]


def _refused(path: Path, old: bytes | None, code: str, stays: bytes | None) -> None:
    finding = write.replace(str(path), old, b"new")
    assert isinstance(finding, Finding)
    assert finding.code == code
    assert (path.read_bytes() if path.exists() else None) == stays
    assert not list(path.parent.glob(f".*{write.TEMPORARY_SUFFIX}"))


def test_refuses_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"someone else's")
    _refused(path, b"old", "KM004", b"someone else's")
    _refused(path, None, "KM004", b"someone else's")
    path.unlink()
    _refused(path, b"old", "KM004", None)


def test_refuses_what_changed_while_the_new_text_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    fsync = os.fsync

    def interfere(descriptor: int) -> None:
        fsync(descriptor)
        path.write_bytes(b"someone else's")

    monkeypatch.setattr(os, "fsync", interfere)
    _refused(path, b"old", "KM004", b"someone else's")


def test_refuses_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    _refused(path, b"old", "KM006", b"old")


def test_a_full_disk_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    _refused(path, b"old", "KM006", b"old")


_ROOT = Path(__file__).parents[2]
_WRITER = """
import sys
from kmigrate.sources import write
path, old, new = sys.argv[1], b"a" * 300_000, b"b" * 300_000
print("go", flush=True)
while True:
    assert write.replace(path, old, new) is None
    old, new = new, old
"""


def test_killed_at_any_moment_the_file_is_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    old, new = b"a" * 300_000, b"b" * 300_000
    pick = random.Random(20161121)
    seen = set()
    for _ in range(15):
        path.write_bytes(old)
        process = subprocess.Popen([sys.executable, "-c", _WRITER, path], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pick.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        content = path.read_bytes()
        assert content in (old, new)
        seen.add(content)
    left = [entry.name for entry in tmp_path.iterdir() if entry != path]
    assert all(name.startswith(".") and not name.endswith((".py", ".pyw", ".ipynb")) for name in left)
    assert len(seen) == 2, "every kill came before the first replacement: the test does not see what it is for"


def test_what_a_killed_run_left_behind_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    left = tmp_path / f".a.py.0123abcd{write.TEMPORARY_SUFFIX}"
    left.write_bytes(b"ne")
    others = [
        tmp_path / f"a.py.0123abcd{write.TEMPORARY_SUFFIX}",
        tmp_path / f".a.py.0123abcd{write.TEMPORARY_SUFFIX}.py",
        tmp_path / f".notes{write.TEMPORARY_SUFFIX}",
    ]
    for other in others:
        other.write_bytes(b"someone else's")
    link = tmp_path / f".b.py.0123abcd{write.TEMPORARY_SUFFIX}"
    link.symlink_to(path)
    write.remove_left_behind([str(path), str(tmp_path / "gone" / "b.py")])
    assert not left.exists()
    assert link.is_symlink()
    assert all(other.exists() for other in others)


def test_what_is_being_written_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run clears up while this one is about to put its file in place."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    replace = os.replace

    def meanwhile(temporary: str, target: str) -> None:
        command = "import sys; from kmigrate.sources import write; write.remove_left_behind(sys.argv[1:])"
        subprocess.run([sys.executable, "-c", command, path], cwd=_ROOT, check=True)
        replace(temporary, target)

    monkeypatch.setattr(os, "replace", meanwhile)
    assert write.replace(str(path), b"old", b"new") is None
    assert path.read_bytes() == b"new"

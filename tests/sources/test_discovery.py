"""Which files a run works on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kmigrate.sources.discovery import discover


def _make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_folders_are_walked_in_a_fixed_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _make(tmp_path, "b.py", "a.py", "c/z.pyw", "c/a.py", "c/readme.md", "c/data.ipynb", "c/stub.pyi")
    forwards = discover(["."])
    assert forwards.files == ("a.py", "b.py", "c/a.py", "c/z.pyw")
    assert forwards.notebooks == ("c/data.ipynb",)
    scandir = os.scandir

    class Backwards(list):  # type: ignore[type-arg]
        def __enter__(self) -> Backwards:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", lambda path: Backwards(reversed(list(scandir(path)))))
    assert discover(["."]) == forwards


def test_the_order_of_paths_does_not_matter_and_files_come_once(tmp_path: Path) -> None:
    _make(tmp_path, "a/x.py", "a/b/y.py", "z.py")
    one = discover(["a", "a/b", "./a/b/y.py", "z.py"])
    assert one.files == ("a/b/y.py", "a/x.py", "z.py")
    assert discover(["z.py", "a/b/y.py", "a/b", "a"]) == one
    assert discover([str(tmp_path / "z.py"), "z.py"]).files == (str(tmp_path / "z.py"),)


def test_named_files_are_taken_whatever_they_are_called(tmp_path: Path) -> None:
    _make(tmp_path, "train", ".venv/x.py", "n.ipynb")
    found = discover(["train", ".venv/x.py", "n.ipynb"])
    assert found.files == (".venv/x.py", "train")
    assert found.named == {".venv/x.py", "n.ipynb", "train"}
    assert found.notebooks == ("n.ipynb",)


def test_environments_and_caches_are_passed_over(tmp_path: Path) -> None:
    _make(tmp_path, "a.py", "env/pyvenv.cfg", "env/x.py", "conda/conda-meta/history", "conda/x.py", "__pycache__/x.py")
    _make(tmp_path, ".git/hooks/x.py", "old/lib/python2.7/site-packages/keras/x.py", "build/kept.py", ".hidden/kept.py")
    assert discover(["."]).files == (".hidden/kept.py", "a.py", "build/kept.py")


def test_links(tmp_path: Path) -> None:
    _make(tmp_path, "in/a.py", "in/sub/b.py", "out/c.py")
    (tmp_path / "in/loop").symlink_to(".")
    (tmp_path / "in/sub/up").symlink_to("..")
    (tmp_path / "in/again.py").symlink_to("a.py")
    (tmp_path / "in/else.py").symlink_to("../out/c.py")
    (tmp_path / "in/folder").symlink_to("../out")
    (tmp_path / "in/gone.py").symlink_to("nowhere.py")
    (tmp_path / "in/.#a.py").symlink_to("user@host.1:2")
    found = discover(["in"])
    assert found.files == ("in/a.py", "in/sub/b.py")
    assert found.links == ("in/else.py", "in/folder")
    assert [(path, finding.code) for path, finding in found.problems] == [("in/gone.py", "KM001")]
    assert discover(["in/else.py"]).files == ("in/else.py",)
    assert discover(["in/folder"]).files == ("in/folder/c.py",)
    assert len(discover(["in/folder", "out"]).files) == 1


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "self.py").symlink_to("self.py")
    assert [finding.code for _, finding in discover(["."]).problems] == ["KM001"]
    assert [finding.code for _, finding in discover(["self.py"]).problems] == ["KM001"]


def test_what_is_not_there_is_a_finding(tmp_path: Path) -> None:
    _make(tmp_path, "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    found = discover(["missing.py", "a.py", "pipe.py"])
    assert found.files == ("a.py",)
    assert [(path, finding.code) for path, finding in found.problems] == [("missing.py", "KM001"), ("pipe.py", "KM001")]
    assert discover(["."]).files == ("a.py",)


def test_an_unreadable_folder_is_a_finding_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # root may read everything, so the refusal is made here instead of with permissions
    _make(tmp_path, "a.py", "locked/b.py", "z/c.py")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path == "locked":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover(["."])
    assert found.files == ("a.py", "z/c.py")
    assert [(path, f.code, f.message) for path, f in found.problems] == [
        ("locked", "KM001", "cannot be read: permission denied")
    ]


def test_import_roots(tmp_path: Path) -> None:
    _make(tmp_path, "package/__init__.py", "package/sub/__init__.py", "package/sub/m.py", "lib/x.py")
    assert discover(["package/sub/m.py"]).roots == ("",)
    assert discover(["lib/x.py", "lib"]).roots == ("lib",)


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.py"
    Path(os.fsdecode(name)).write_text("")
    assert discover(["."]).files == (os.fsdecode(b"caf\xe9.py"),)

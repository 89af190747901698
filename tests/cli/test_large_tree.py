"""What a run over many files keeps in memory has no say in what it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmigrate.program import project
from tests.benchmark import large_tree
from tests.cli.conftest import Kmigrate


def test_nothing_is_found_otherwise_when_files_are_read_again(
    kmigrate: Kmigrate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_keras = large_tree.make(tmp_path / "tree", 28, share=0.4)
    assert len(with_keras) > 5
    expected = kmigrate("check", "--no-cache", "-j", "1", "tree")
    assert expected.out.count("tree/") > 50
    rooms = []
    make_room = project.Project.make_room

    def counted(self: project.Project) -> None:
        rooms.append(len(self._modules))
        make_room(self)

    monkeypatch.setattr(project, "_MODULES_KEPT", 0)
    monkeypatch.setattr(project.Project, "make_room", counted)
    assert kmigrate("check", "--no-cache", "-j", "1", "tree") == expected
    assert sum(rooms) > 1, "nothing was kept that could have been let go"

"""Configuration files in whole runs: which are found, written and read for the layout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kmigrate, kmigrate

__all__ = ["kmigrate"]  # the fixture

_JSON = '{"image_dim_ordering": "th", "epsilon": 1e-07}\n'


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a keras.json."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    return folder


def _codes(out: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in json.loads(out):
        found.setdefault(entry["path"], []).append(entry["code"])
    return found


def _write(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def test_found_in_folders_and_by_name(kmigrate: Kmigrate, tmp_path: Path) -> None:
    _write(
        tmp_path,
        {
            "a.py": "import keras\n",
            "conf/keras.json": _JSON,
            "requirements.txt": "theano==0.9\n",
            "docker/Dockerfile": "RUN pip install keras==1.2.2\n",
            "setup.py": "from setuptools import setup\nsetup(install_requires=['keras<2'])\n",
            "notes.txt": "keras==1.2.2\n",
            ".venv/requirements.txt": "keras==1.2.2\n",
            "other.sh": "echo theano\n",
        },
    )
    expected = {
        "conf/keras.json": ["KM501"],
        "docker/Dockerfile": ["KM503"],
        "requirements.txt": ["KM503"],
        "setup.py": ["KM503"],
    }
    assert _codes(kmigrate("check", "--output-format", "json", ".").out) == expected
    assert _codes(kmigrate("check", "-j", "2", "--output-format", "json", "conf", "requirements.txt").out) == {
        path: expected[path] for path in ("conf/keras.json", "requirements.txt")
    }


def test_without_keras_in_the_run_theano_is_none_of_ours(kmigrate: Kmigrate, tmp_path: Path) -> None:
    _write(tmp_path, {"a.py": "import theano\n", "requirements.txt": "theano==0.9\n", "run.sh": "pip install theano\n"})
    assert kmigrate("check", ".").status == 0
    assert kmigrate("check", "requirements.txt").status == 1


def test_written_as_they_were_but_for_the_change(kmigrate: Kmigrate, tmp_path: Path) -> None:
    before = {
        "keras.json": '\ufeff{\r\n\t"image_dim_ordering":"th" ,\r\n\t"epsilon": 1e-07}',
        "requirements.txt": "# é\r\nkeras==1.2.2\r\ntheano\r\n",
    }
    _write(tmp_path, before)
    ran = kmigrate("upgrade", ".")
    assert (tmp_path / "keras.json").read_bytes().decode() == before["keras.json"].replace(
        '"image_dim_ordering":"th"', '"image_data_format":"channels_first"'
    )
    assert (tmp_path / "requirements.txt").read_bytes().decode() == before["requirements.txt"]
    assert ran.status == 1
    assert "2 configuration files" in ran.out
    ran = kmigrate("upgrade", "--unsafe", ".")
    assert ran.status == 0
    assert (tmp_path / "requirements.txt").read_bytes().decode() == "# é\r\nkeras==2.15.*\r\ntensorflow==2.15.*\r\n"
    assert kmigrate("upgrade", "--unsafe", "--diff", ".").raw == b""


def test_standard_input(kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_JSON.encode())))
    ran = kmigrate("upgrade", "-", "--stdin-filename", "keras.json")
    assert json.loads(ran.out) == {"image_data_format": "channels_first", "epsilon": 1e-07}


def test_the_users_own_file_is_written_only_if_it_is_named(kmigrate: Kmigrate, home: Path) -> None:
    (home / ".keras").mkdir()
    own = home / ".keras" / "keras.json"
    own.write_text(_JSON)
    (home / "a.py").write_text("import keras\n")
    assert kmigrate("upgrade", "--unsafe", str(home)).status == 0
    assert own.read_text() == _JSON
    kmigrate("upgrade", str(own))
    assert "channels_first" in own.read_text()


def test_the_layout_comes_from_the_tree_then_from_the_user(kmigrate: Kmigrate, tmp_path: Path, home: Path) -> None:
    from kmigrate.cli import configuration
    from kmigrate.sources.discovery import discover

    _write(tmp_path, {"a.py": "import keras\n"})

    def ordering() -> str | None:
        return configuration.gather(discover(["."]), ["a.py"]).ordering

    assert ordering() is None
    (home / ".keras").mkdir()
    (home / ".keras" / "keras.json").write_text(_JSON)
    assert ordering() == "th"
    _write(tmp_path, {"keras.json": '{"image_data_format": "channels_last"}'})
    assert ordering() == "tf"
    _write(tmp_path, {"other/keras.json": _JSON})
    assert ordering() is None, "two that disagree say nothing"
    assert kmigrate("check", ".").status == 1


def test_disagreements_name_every_place(kmigrate: Kmigrate, tmp_path: Path) -> None:
    _write(
        tmp_path,
        {
            "keras.json": '{"image_data_format": "channels_last"}',
            "a.py": "from keras import backend as K\n\nK.set_image_data_format('channels_first')\n",
            "b.py": "from keras import backend as K\nK.set_image_data_format('channels_last')\n",
        },
    )
    (found,) = json.loads(kmigrate("check", "--output-format", "json", ".").out)
    assert (found["code"], found["path"], found["severity"]) == ("KM504", "keras.json", "warning")
    assert [(place["path"], place["start"]["line"]) for place in found["related"]] == [("a.py", 3), ("b.py", 2)]
    assert kmigrate("check", "--ignore", "KM504", ".").status == 0

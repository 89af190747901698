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


def test_places_of_disagreements_are_those_of_the_new_text(kmigrate: Kmigrate, tmp_path: Path) -> None:
    program = (
        "from keras.models import Sequential\nfrom keras import backend as K\nm = Sequential()\n"
        "m.compile('adam', 'mse')\nm.fit(x, y, nb_epoch=1)\nK.set_image_dim_ordering('th')\n"
    )
    _write(tmp_path, {"keras.json": '{"image_data_format": "channels_last"}', "a.py": program})

    def place(*arguments: str) -> list[tuple[int, int]]:
        found = json.loads(kmigrate(*arguments, "--output-format", "json", ".").out)
        (related,) = (one["related"] for one in found if one["code"] == "KM504")
        return [(one["start"]["line"], one["start"]["column"]) for one in related]

    assert place("check") == [(6, 27)]
    assert place("upgrade", "--unsafe") == place("check") == [(7, 26)]


def test_notebooks_and_build_servers_are_part_of_the_picture(kmigrate: Kmigrate, tmp_path: Path) -> None:
    cells = ["x = 1", "import os\n%env KERAS_BACKEND=theano\nfrom keras import backend as K"]
    book = {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 0,
    }
    travis = "matrix:\n  include:\n    - env: KERAS_BACKEND=theano\n    - env: KERAS_BACKEND=tensorflow\n"
    _write(
        tmp_path,
        {
            "keras.json": '{"backend": "tensorflow"}',
            "a.ipynb": json.dumps(book),
            ".travis.yml": travis + "install:\n  - pip install keras==1.2.2\n",
        },
    )
    found = json.loads(kmigrate("check", "--output-format", "json", ".").out)
    places = [(one["code"], one["path"], one["cell"], one["start"]["line"], one["start"]["column"]) for one in found]
    assert places == [
        ("KM502", ".travis.yml", None, 3, 26),
        ("KM503", ".travis.yml", None, 6, 17),
        ("KM502", "a.ipynb", 1, 2, 20),
        ("KM504", "keras.json", None, 1, 2),
    ]
    assert [(place["path"], place["cell"], place["start"]) for place in found[3]["related"]] == [
        ("a.ipynb", 1, {"line": 2, "column": 20})
    ]
    assert kmigrate("upgrade", "--unsafe", ".").status == 0
    assert "%env KERAS_BACKEND=tensorflow" in (tmp_path / "a.ipynb").read_text()
    assert "KERAS_BACKEND=theano" not in (tmp_path / ".travis.yml").read_text()
    assert kmigrate("check", ".").status == 0


def test_tox(kmigrate: Kmigrate, tmp_path: Path) -> None:
    text = (
        "[tox]\ndeps = keras==1\n[testenv]\nsetenv =\n    KERAS_BACKEND = theano\ndeps =\n    pytest\n"
        "    keras==1.2.2\n    py27: theano==0.8\ncommands = pip install h5py==2.6\n[testenv:docs]\ndeps = theano\n"
    )
    _write(tmp_path, {"tox.ini": text})
    found = json.loads(kmigrate("check", "--output-format", "json", ".").out)
    assert [(one["code"], one["start"]["line"]) for one in found] == [
        *(("KM502", 5), ("KM503", 8), ("KM503", 9), ("KM503", 10), ("KM503", 12)),
    ]
    kmigrate("upgrade", "--unsafe", ".")
    new = (tmp_path / "tox.ini").read_text()
    assert "    pytest\n    tensorflow==2.15.*\n    keras==2.15.*\n    py27: theano==0.8\n" in new
    assert "deps = tensorflow==2.15.*\n" in new


_NORMALIZED = "from keras.layers import BatchNormalization, Dense\nx = BatchNormalization()(Dense(output_dim=3)(x))\n"
_IMAGES = (
    "from keras.models import Sequential\nfrom keras.layers import Convolution2D, MaxPooling2D\nm = Sequential()\n"
    "m.add(Convolution2D(8, 3, 3, input_shape=(3, 32, 32)))\nm.add(MaxPooling2D((2, 2)))\nm.add(MaxPooling2D((2, 2)))\n"
)


@pytest.mark.parametrize(
    ("pins", "is_pinned"),
    [
        (["keras==1.1.2"], True),
        (["keras<=1.1.2", "keras==1.1.0"], True),
        (["keras==1.2.2"], False),
        (["keras"], False),
        (["keras==1.1.2", "keras==1.2.0"], False),
    ],
)
def test_the_epsilon_of_the_keras_that_is_asked_for(
    kmigrate: Kmigrate, tmp_path: Path, pins: list[str], is_pinned: bool
) -> None:
    _write(tmp_path, {"a.py": _NORMALIZED, **{f"{n}/requirements.txt": f"{pin}\n" for n, pin in enumerate(pins)}})
    kmigrate("upgrade", ".")
    assert ("BatchNormalization(epsilon=1e-05)" in (tmp_path / "a.py").read_text()) == is_pinned


def test_the_ordering_of_the_keras_that_is_asked_for(kmigrate: Kmigrate, tmp_path: Path, home: Path) -> None:
    """A keras.json of the tree counts more than the pin, the pin more than what Keras wrote for the user."""
    _write(home, {".keras/keras.json": '{"image_dim_ordering": "tf"}\n'})
    _write(
        tmp_path, {"a.py": _IMAGES, "setup.py": "from setuptools import setup\nsetup(install_requires=['Keras<1.1'])\n"}
    )
    said = "setup.py pins keras<1.1, whose default ordering is th"
    assert said in kmigrate("check", ".").out
    assert said in kmigrate("check", ".").out, "what is kept between runs says the same"
    _write(tmp_path, {"setup.py": "from setuptools import setup\nsetup(install_requires=['Keras<1.2'])\n"})
    assert "pins" not in kmigrate("check", "a.py", "setup.py").out.replace("KM503", "")
    _write(tmp_path, {"setup.py": "from setuptools import setup\nsetup(install_requires=['Keras<1.1'])\n"})
    _write(tmp_path, {"keras.json": '{"image_dim_ordering": "tf"}\n'})
    assert said not in kmigrate("check", ".").out

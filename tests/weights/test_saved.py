"""Files that are no files of Keras 1 are refused with one sentence; nothing is written then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from kmigrate.cli import app
from tests.weights import files


def _cut(path: Path) -> None:
    files.named(path, files.VGG)
    path.write_bytes(path.read_bytes()[:-3000])


def _damaged(path: Path) -> None:
    files.named(path, files.VGG)
    with h5py.File(path, "r+") as file:
        del file["fc1"]


def _packed_badly(path: Path) -> None:
    """A compressed array whose bytes are no longer those that were compressed."""
    files.named(path, files.VGG)
    with h5py.File(path, "r+") as file:
        values = file["fc1/fc1_W"][()]
        del file["fc1/fc1_W"]
        made = file["fc1"].create_dataset("fc1_W", data=values, compression="gzip", chunks=values.shape)
        place = made.id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[place : place + 200] = b"\0" * 200
    path.write_bytes(content)


def _of_keras2(path: Path) -> None:
    files.named(path, files.VGG)
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = b"2.0.8"


def _other(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["data"] = [1, 2]


def _of_graph(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_group("graph").attrs["nb_params"] = 0


def _without_weights(path: Path) -> None:
    files.named(path, {"input_1": []})


def _with_bad_json(path: Path) -> None:
    files.named(path, files.VGG)
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = b"{"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_text("not HDF5"), "is not an HDF5 file"),
        (lambda path: path.write_bytes(b""), "is not an HDF5 file"),
        (lambda path: path.write_text("version https://git-lfs.github.com/spec/v1\nsize 9\n"), "git lfs pull"),
        (lambda path: None, "there is no such file"),
        (lambda path: path.mkdir(), "cannot be read"),
        (_cut, "is cut off"),
        (_damaged, "is damaged"),
        (_packed_badly, "the file is damaged"),
        (_of_keras2, "saved by Keras 2.0.8"),
        (_other, "neither layer_names nor nb_layers"),
        (_of_graph, "saved by Graph of Keras 0.x"),
        (_without_weights, "has no weights"),
        (_with_bad_json, "is damaged"),
    ],
)
def test_what_is_no_file_of_keras_1_is_refused(
    tmp_path: Path, make: Callable[[Path], object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source, destination = tmp_path / "old.h5", tmp_path / "new.h5"
    make(source)
    assert app.run(["weights", str(source), str(destination)]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert len(printed.err.strip().splitlines()) == 1
    assert printed.out == ""
    assert [path.name for path in tmp_path.iterdir() if path != source] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("new.weights.h5", "another format"),
        ("new.keras", "has to end in .h5"),
        ("old.h5", "is the file to convert"),
        ("there.h5", "--force"),
        ("nowhere/new.h5", "there is no folder"),
        ("folder.h5", "is a folder"),
    ],
)
def test_a_destination_that_is_none_is_refused(
    tmp_path: Path, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files.named(tmp_path / "old.h5", files.VGG)
    (tmp_path / "there.h5").write_text("mine")
    (tmp_path / "folder.h5").mkdir()
    before = (tmp_path / "old.h5").read_bytes()
    assert app.run(["weights", str(tmp_path / "old.h5"), str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "old.h5").read_bytes() == before
    assert (tmp_path / "there.h5").read_text() == "mine"


def test_force_replaces_the_destination(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files.named(tmp_path / "old.h5", files.VGG)
    (tmp_path / "new.h5").write_text("mine")
    assert app.run(["weights", str(tmp_path / "old.h5"), str(tmp_path / "new.h5"), "--force"]) == 0
    assert set(files.read(tmp_path / "new.h5")) == set(files.VGG)
    assert "Wrote the weights of 5 layers" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.h5", "old.h5"]


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, destination = str(tmp_path / "old.h5"), str(tmp_path / "new.h5")
    files.named(tmp_path / "old.h5", files.VGG)
    assert app.run(["weights", source, destination, "--output-format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        *("source", "destination", "keras_version", "backend", "image_dim_ordering", "is_model", "layers"),
        *("assumptions", "left", "checked", "unchecked"),
    ]
    assert (found["backend"], found["image_dim_ordering"], found["is_model"]) == ("theano", "th", False)
    assert found["layers"][0] == {
        "group": "block1_conv1",
        "name": "block1_conv1",
        "class": "Convolution2D",
        "told_by": "inferred",
        "before": [[8, 3, 3, 3], [8]],
        "after": [[3, 3, 3, 8], [8]],
        "done": ["kernel transposed", "turned"],
    }

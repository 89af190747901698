"""``kmigrate shapes``."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests import registry
from tests.cli.conftest import Kmigrate
from tests.report.shapes_programs import PROGRAMS
from tests.report.test_shapes import FAILING

#: The weights of the models of Keras 1.2.2's own ``keras.applications``, by ``count_params()`` of the real ones under
#: the ordering ``tf``.
_APPLICATIONS = {"inception_v3": 23_660_968, "resnet50": 25_636_712, "xception": 22_910_480, "vgg19": 143_667_240}

GOOD = PROGRAMS["recurrent"].text
#: Of each layer in JSON.
_KEYS = ["path", "model", "layer", "class", "line", "input_shape", "output_shape", "layout", "params"]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without a keras.json."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


def test_the_exit_status(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(FAILING)
    (tmp_path / "other.py").write_text("import os\n")
    (tmp_path / "broken.py").write_text("import keras\nmodel = (\n")
    assert kmigrate("shapes", "good.py").status == 0
    assert kmigrate("shapes", "bad.py").status == 1
    other = kmigrate("shapes", "other.py")
    assert (other.status, other.out) == (0, "other.py: builds no model\n")
    broken = kmigrate("shapes", "broken.py", "good.py")
    assert broken.status == 1
    assert broken.err.startswith("broken.py:2:")
    assert "KM003" in broken.err
    assert "parameters: 42,988" in broken.out
    missing = kmigrate("shapes", "nothing.py")
    assert (missing.status, missing.out) == (1, "")
    assert "KM001 cannot be read" in missing.err
    for arguments in (["shapes"], ["shapes", "-", "good.py"], ["shapes", "good.py", "--svg", "no/such/folder.svg"]):
        done = kmigrate(*arguments)
        assert done.status == 2
        assert done.err.strip().count("\n") <= 3


def test_a_folder(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "keras.json").write_text('{"image_dim_ordering": "th", "backend": "theano"}')
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "models.py").write_text(
        "from keras.layers import *\nfrom keras.models import Model\n"
        "def build(shape):\n    x = Input(shape)\n    return Model(x, Convolution2D(4, 3, 3)(x))\n"
    )
    (tmp_path / "package" / "train.py").write_text(
        "import keras\nfrom models import build\nmodel = build((3, 20, 30))\nmodel.compile('sgd', 'mse')\n"
    )
    done = kmigrate("shapes", ".")
    assert "channels_first ('th' in Keras 1): keras.json says so" in done.out
    assert done.status == 0


def test_json_has_these_keys(tmp_path: Path, kmigrate: Kmigrate) -> None:
    for name, program in PROGRAMS.items():
        (tmp_path / f"{name}.py").write_text(program.text)
    done = kmigrate("shapes", "--output-format", "json", "--image-dim-ordering", "tf", ".")
    rows = json.loads(done.out)
    assert done.status == 0
    assert {row["path"] for row in rows} == {f"{name}.py" for name in PROGRAMS}
    for row in rows:
        assert list(row) == _KEYS
        assert isinstance(row["line"], int)
        shape, layout = row["output_shape"], row["layout"]
        assert all(size is None or isinstance(size, int) for size in shape)
        assert layout is None or len(layout) == len(shape)
    (both,) = [row for row in rows if row["class"] == "merge" and row["path"] == "shared.py"]
    assert (both["input_shape"], both["output_shape"]) == ([[None, 5], [None, 5]], [None, 10])


def test_a_notebook(tmp_path: Path, kmigrate: Kmigrate) -> None:
    lines = GOOD.splitlines(keepends=True)
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Words"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["%matplotlib inline\n", *lines[:3]]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": lines[3:]},
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0}
    (tmp_path / "book.ipynb").write_text(json.dumps(book))
    done = kmigrate("shapes", "book.ipynb")
    assert "book.ipynb: model, Sequential of line 4 of cell 1" in done.out
    assert "parameters: 42,988" in done.out
    rows = json.loads(kmigrate("shapes", "book.ipynb", "--output-format", "json").out)
    assert [(row["cell"], row["line"]) for row in rows] == [(2, 1), *((2, line) for line in range(1, 7))]


def test_standard_input(kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAILING.encode())))
    done = kmigrate("shapes", "-", "--stdin-filename", "net.py")
    assert done.out.startswith("net.py: model, Sequential of line 3\n")
    assert done.status == 1


def test_python_2_keeps_its_lines(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "old.py").write_text("import urllib2\nprint 'old', 1\n" + FAILING)
    done = kmigrate("shapes", "old.py")
    assert "old.py: model, Sequential of line 5\n" in done.out
    assert "KM305, line 6: " in done.out
    assert "KM003" in kmigrate("shapes", "old.py", "--no-python2").err


def test_drawings_are_written(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "bad.py").write_text(FAILING)
    done = kmigrate("shapes", "bad.py", "--svg", "bad.svg", "--html", "bad.html")
    assert done.status == 1
    assert (tmp_path / "bad.svg").read_text().startswith("<svg ")
    assert (tmp_path / "bad.html").read_text().startswith("<!DOCTYPE html>")
    before = (tmp_path / "bad.svg").read_bytes()
    kmigrate("shapes", "bad.py", "--svg", "bad.svg")
    assert (tmp_path / "bad.svg").read_bytes() == before


def test_classes_and_functions_of_the_program_are_named(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "own.py").write_text(
        "from keras.engine import Layer\nfrom keras.layers import Dense, Input\nfrom keras.models import Model\n"
        "class Twice(Layer):\n    def get_output_shape_for(self, shape):\n        return (shape[0], 2 * shape[1])\n"
        "def build():\n    x = Input((6,), name='numbers')\n    twice = Twice()\n"
        "    return Model(x, Dense(2, name='end')(twice(x)))\n"
        "model = build()\n"
    )
    rows = json.loads(kmigrate("shapes", "own.py", "--output-format", "json").out)
    assert [(row["layer"], row["class"], row["output_shape"]) for row in rows] == [
        ("numbers", "InputLayer", [None, 6]),
        ("twice", "Twice", [None, 12]),
        ("end", "Dense", [None, 2]),
    ]
    assert {row["model"] for row in rows} == {"build.model"}


def test_weights_of_the_models_of_keras(tmp_path: Path, kmigrate: Kmigrate) -> None:
    """Those that are built in functions, followed with the defaults of their parameters."""
    sources = registry.unpack(registry.KERAS1, tmp_path / "keras1")
    for path in sources.glob("*.py"):
        text = path.read_text(encoding="utf-8").replace("from .. import", "from keras import")
        (tmp_path / path.name).write_text(text.replace("from ..", "from keras."), encoding="utf-8")
    for name, params in _APPLICATIONS.items():
        done = kmigrate("shapes", f"{name}.py", "--image-dim-ordering", "tf", "--html", f"{name}.html")
        assert f"\n  parameters: {params:,}\n" in done.out, name
        assert done.status == 0
        assert (tmp_path / f"{name}.html").stat().st_size > 30_000

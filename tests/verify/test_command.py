"""``kmigrate verify`` as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kmigrate.cli import app
from tests.verify.programs import IMAGES_OLD

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "flatten"
#: In the order of the contract.
_KEYS = [
    "path",
    "model",
    "status",
    "reason",
    "max_abs_error",
    "max_rel_error",
    "first_diverging_layer",
    "diagnosis",
    "layers",
    "device",
    "training",
]


def test_without_tensorflow_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.py").write_text(IMAGES_OLD)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert app.run(["verify", str(tmp_path)]) == 2
    assert "pip install 'kmigrate[verify]'" in capsys.readouterr().err


def test_calls_that_are_none_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.py").write_text(IMAGES_OLD)
    assert app.run(["verify", "--call", "train.build", str(tmp_path)]) == 2
    assert "MODULE:FUNCTION(…)" in capsys.readouterr().err
    assert app.run(["verify", "--call", "other:build()", str(tmp_path)]) == 2
    assert "no module other" in capsys.readouterr().err


@pytest.mark.slow
def test_a_folder_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(IMAGES_OLD)
    build = IMAGES_OLD.replace("\nmodel", "\n    model").replace("\n    model = ", "\ndef build(n=3):\n    model = ", 1)
    (tmp_path / "made.py").write_text(build.replace("Dense(3", "Dense(n"))
    (tmp_path / "python2.py").write_text(IMAGES_OLD + "\nprint model.count_params()\n")
    (tmp_path / "setup.py").write_text("raise SystemExit('a file without Keras is not run')\n")
    (tmp_path / "broken.py").write_text("import keras\nraise ValueError('no such luck')\n")
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": [IMAGES_OLD],
    }
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    (tmp_path / "book.ipynb").write_text(json.dumps(book))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    command = [sys.executable, "-m", "kmigrate", "verify", "--output-format", "json"]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run(
        [*command, "."], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 1, done.stderr
    assert "executes this code" in done.stderr
    found = json.loads(done.stdout)
    assert all(list(result) == _KEYS for result in found)
    assert {result["path"]: result["status"] for result in found} == {
        "book.ipynb": "identical",
        "broken.py": "not_compared",
        "made.py": "identical",
        "python2.py": "identical",
        "train.py": "identical",
    }
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    called = subprocess.run(
        [*command, "--call", "made:build(7)", "."],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    (result,) = json.loads(called.stdout)
    assert (result["path"], result["status"], called.returncode) == ("made.py", "identical", 0)


@pytest.mark.slow
def test_what_an_unsafe_repair_of_a_layout_changes_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.py").write_text(
        "from keras import backend as K\nK.set_image_dim_ordering('th')\n"
        "from keras.layers import BatchNormalization, Convolution2D\nfrom keras.models import Sequential\n"
        "model = Sequential([Convolution2D(4, 3, 3, input_shape=(3, 12, 14)), BatchNormalization()])\n"
    )
    assert app.run(["verify", "--unsafe", "--output-format", "json", str(tmp_path)]) == 1
    (result,) = json.loads(capsys.readouterr().out)
    assert result["status"] == "differs"
    assert "without such repairs it is identical" in result["diagnosis"]


@pytest.mark.slow
@pytest.mark.parametrize("pins", [True, False], ids=["pinned", "not pinned"])
def test_the_example_of_the_flatten_order(pins: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That of docs/verification.md: where KM202 does not pin it, a channels-first Flatten has another order."""
    for path in EXAMPLE.iterdir():
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace('ignore = ["KM202"]', "") if pins else text, encoding="utf-8")
    ended = app.run(["verify", "--output-format", "json", str(tmp_path / "train.py")])
    (model,) = json.loads(capsys.readouterr().out)
    assert (model["status"], ended) == (("identical", 0) if pins else ("differs", 1))
    if not pins:
        assert model["first_diverging_layer"] == "flat"
        assert model["diagnosis"].startswith("Flatten order: channels-first")

"""``kmigrate weights`` as a person runs it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from kmigrate.cli import app
from kmigrate.verify.processes import Programs
from tests.weights import files
from tests.weights.test_oracle import _BRANCHES

_FIND = importlib.util.find_spec


def _without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name in missing else _FIND(name, package)

    monkeypatch.setattr("importlib.util.find_spec", find)


def test_without_h5py_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _without(monkeypatch, "h5py")
    assert app.run(["weights", "old.h5", str(tmp_path / "new.h5")]) == 2
    assert "pip install 'kmigrate[weights]'" in capsys.readouterr().err


def test_without_tensorflow_it_converts_and_does_not_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _without(monkeypatch, "tensorflow", "tf_keras")
    data = Path(__file__).parents[2] / "testdata" / "weights"
    given = ["weights", str(data / "digits.h5"), str(tmp_path / "new.h5")]
    assert app.run([*given, "--model", str(data / "digits.json")]) == 0
    assert "Not checked: TensorFlow and tf_keras are not installed" in capsys.readouterr().out
    assert app.run([*given, "--force", "--model", "models.py:build()"]) == 2
    assert "needs TensorFlow and tf_keras" in capsys.readouterr().err


def test_it_imports_no_tensorflow(tmp_path: Path) -> None:
    files.named(tmp_path / "old.h5", files.VGG)
    code = (
        "import sys\nfrom kmigrate.cli import app\n"
        "status = app.run(['weights', 'old.h5', 'new.h5'])\n"
        "sys.exit(status or ('tensorflow' in sys.modules or 'libcst' in sys.modules))\n"
    )
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new.h5").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--layer", "conv_a", "NAME=CLASS"),
        ("--to-channels-last", "fc1=512", "fc1=512,7,7"),
        ("--to-channels-last", "fc1=0,7,7", "fc1=512,7,7"),
        ("--model", "models.txt", "SCRIPT.py[:FUNCTION(…)]"),
        ("--model", "models.py:build", "SCRIPT.py[:FUNCTION(…)]"),
        ("--model", "nothing.json", "cannot be read"),
        ("--model", "old.h5", "has weights only"),
    ],
)
def test_options_that_are_none_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    files.named(tmp_path / "old.h5", files.VGG)
    assert app.run(["weights", "old.h5", "new.h5", option, value]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "new.h5").exists()


def test_an_architecture_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = Path(__file__).parents[2] / "testdata" / "weights" / "digits.json"
    assert app.run(["weights", str(source), str(tmp_path / "new.h5")]) == 2
    assert "has to end in .json" in capsys.readouterr().err
    assert app.run(["weights", str(source), str(tmp_path / "new.json")]) == 0
    assert "Wrote the architecture to" in capsys.readouterr().out
    found = json.loads((tmp_path / "new.json").read_text())
    layers = found["config"]
    assert [one["class_name"] for one in layers] == [
        *("Conv2D", "BatchNormalization", "MaxPooling2D", "Conv2D", "Flatten", "RepeatVector", "LSTM", "Dense"),
    ]
    assert layers[0]["config"]["kernel_size"] == [3, 3]
    assert layers[4]["config"]["data_format"] == "channels_last"
    (tmp_path / "lambda.yaml").write_text(
        "{class_name: Sequential, config: [{class_name: Lambda, config: {name: twice}}]}"
    )
    assert app.run(["weights", str(tmp_path / "lambda.yaml"), str(tmp_path / "other.json")]) == 2
    assert "Lambda layer twice" in capsys.readouterr().err
    assert not (tmp_path / "other.json").exists()


@pytest.mark.slow
def test_a_program_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keras1: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with keras1.program() as worker:
        save = f"{_BRANCHES}\ndef save(path):\n    build().save_weights(path)\n"
        worker.call(save, "save", str(tmp_path / "old.h5"))
    (tmp_path / "models.py").write_text(_BRANCHES)
    assert app.run(["weights", "old.h5", "new.h5", "--model", "models.py:build()"]) == 0
    printed = capsys.readouterr()
    assert "Checked: the outputs of 7 layers are the same" in printed.out
    assert "executes models.py" in printed.err
    assert app.run(["weights", "old.h5", "other.h5", "--model", "nothing.py"]) == 2
    assert "nothing.py" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models.py", "new.h5", "old.h5"]

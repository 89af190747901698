"""Other references and other devices: Keras 1.2.2 on its genuine stack and on Theano, the target on each device."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kmigrate.cli import app
from kmigrate.verify import devices, reference, target
from kmigrate.verify.child.standins import theano_borders
from kmigrate.verify.devices import CPU, Device
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.processes import Worker
from kmigrate.verify.results import Status
from tests.verify.both import Both, upgraded
from tests.verify.fault_programs import PROGRAMS
from tests.verify.programs import IMAGES_OLD

_CHILD = Path(devices.__file__).parent / "child"
_GPUS = [Device("gpu:0 (A)", "0", "GPU"), Device("gpu:1 (B)", "1", "GPU")]


@pytest.mark.parametrize("path", sorted(_CHILD.rglob("*.py")), ids=lambda path: path.relative_to(_CHILD).as_posix())
def test_what_runs_in_a_child_is_in_the_language_of_python_3_6(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("wanted", "gpus", "chosen"),
    [
        ("cpu", _GPUS, [CPU]),
        ("auto", _GPUS, _GPUS),
        ("auto", [], [CPU]),
        ("gpu", _GPUS, _GPUS),
    ],
)
def test_devices_are_those_that_are_wanted(
    monkeypatch: pytest.MonkeyPatch, wanted: str, gpus: list[Device], chosen: list[Device]
) -> None:
    monkeypatch.setattr(devices, "_gpus", lambda: gpus)
    assert devices.choose(wanted) == chosen


def test_gpus_are_shown_by_the_names_that_the_user_lets_programs_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "__init__", lambda self, runtime: None)
    monkeypatch.setattr(Worker, "close", lambda self: None)
    monkeypatch.setattr(Worker, "call", lambda self, source, function: ["A", "B"])
    for given, visible in ((None, ["0", "1"]), ("3,1", ["3", "1"]), ("GPU-77, GPU-8", ["GPU-77", "GPU-8"])):
        if given is None:
            monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        else:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given)
        found = devices.choose("gpu")
        assert [device.visible for device in found] == visible
        assert [device.name for device in found] == ["gpu:0 (A)", "gpu:1 (B)"]


def test_no_gpu_is_one_sentence_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.py").write_text(IMAGES_OLD)
    monkeypatch.setattr(devices, "_gpus", list)
    assert app.run(["verify", "--device", "gpu", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("Error: there is no GPU: TensorFlow finds none here")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--reference", "genuine", "--reference-backend", "theano"], "goes without the backend theano"),
        (["--reference", "standins", "--reference-python", "/x"], "--reference-python needs genuine"),
        (["--reference-python", sys.executable], "needs Python 3.7 or 3.6"),
        (["--reference-python", "/no/python"], "is not a Python that can be run"),
        (["--html", "no/such/folder/page.html"], "there is no folder"),
    ],
)
def test_what_does_not_go_together_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (tmp_path / "train.py").write_text(IMAGES_OLD)
    assert app.run(["verify", *arguments, str(tmp_path)]) == 2
    assert words in capsys.readouterr().err


_CONVOLVE = """
import numpy, tensorflow as tf
def convolve():
    config = tf.config.experimental
    random = numpy.random.RandomState(1)
    image, kernel = random.normal(size=(2, 9, 8, 3)), random.normal(size=(3, 3, 3, 4))
    made = tf.nn.conv2d(image.astype('float32'), kernel.astype('float32'), 1, 'SAME').numpy()
    drawn = tf.random.normal([]).shape.rank
    return config.tensor_float_32_execution_enabled(), float(made.astype('float64').sum()), drawn
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(target.runtime(device="CPU", borders="theano")) as worker:
        yield worker


def test_a_device_is_made_ready_to_compute_alike(worker: Worker) -> None:
    tf32, first, rank = worker.call(_CONVOLVE, "convolve")
    assert (tf32, rank, worker.forks) == (False, 0, False)  # drawing needs a seed, which there is
    assert worker.call(_CONVOLVE, "convolve")[1] == first


@pytest.mark.slow
def test_a_device_that_is_gone_is_said() -> None:
    with pytest.raises(VerifyError, match="TensorFlow finds no GPU any more"):
        Worker(target.runtime(device="GPU"))


_BORDERS = """
import numpy, tensorflow.compat.v2 as tf
def borders(length, size, step):
    x = numpy.arange(1.0, length + 1).reshape(1, length, 1, 1)
    made = tf.nn.convolution(x, numpy.ones((size, 1, 1, 1)), strides=[step, 1], padding='SAME')
    largest = tf.nn.max_pool2d(-x, [size, 1], [step, 1], 'SAME')
    mean = tf.nn.avg_pool2d(x, [size, 1], [step, 1], 'SAME')
    return [values.numpy().ravel().tolist() for values in (made, largest, mean)]
"""


@pytest.mark.parametrize(("length", "size", "step"), [(7, 3, 1), (7, 4, 1), (8, 3, 2), (9, 2, 2), (10, 5, 3)])
def test_same_borders_of_theano_are_those_of_its_windows(worker: Worker, length: int, size: int, step: int) -> None:
    """By hand: each value from the positions that its window covers; what they are on Theano is a slow test's."""
    made, largest, mean = worker.call(_BORDERS, "borders", length, size, step)
    for kind, found, of in (("convolve", made, np.sum), ("max", largest, np.max), ("mean", mean, np.mean)):
        starts = range(-theano_borders.pad(kind, size), length, step)
        windows = [range(max(at, 0), min(at + size, length)) for at in starts][: -(-length // step)]
        values = np.arange(1.0, length + 1) * (-1 if kind == "max" else 1)
        assert np.allclose(found, [of(values[list(window)]) for window in windows]), kind


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["genuine", "theano"])
def test_programs_compute_the_same_as_on_the_old_stacks(mode: str) -> None:
    new = target.runtime(borders="theano" if mode == "theano" else "tensorflow")
    with Both(old=reference.runtime(mode), new=new) as both:
        for name, (ordering, text) in PROGRAMS.items():
            if mode == "theano" and "SeparableConvolution2D" in text:  # Keras 1.2.2 has it on TensorFlow alone
                continue
            found = both.verify(name, text, upgraded(text, ordering), ordering)
            assert [result.status for result in found.results] == [Status.IDENTICAL], (name, found)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["genuine", "theano"])
def test_programs_train_as_on_the_old_stacks(mode: str) -> None:
    new = target.runtime(borders="theano" if mode == "theano" else "tensorflow")
    with Both(2, reference.runtime(mode, ordered=True), new) as both:
        for name in ("images_tf", "images_th", "masked"):
            ordering, text = PROGRAMS[name]
            (found,) = both.verify(name, text, upgraded(text, ordering), ordering).results
            assert found.training is not None
            assert found.training.status is Status.IDENTICAL, (name, found)


@pytest.mark.slow
def test_each_device_is_a_run_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(IMAGES_OLD)
    (tmp_path / "run.py").write_text(
        "from kmigrate.cli import app\n"
        "from kmigrate.verify import devices\n"
        "devices._gpus = lambda: [devices.Device(name, '-1', 'CPU') for name in ('gpu:0 (A)', 'gpu:1 (B)')]\n"
        "raise SystemExit(app.run(['verify', '--device', 'auto', '--output-format', 'json',"
        " '--html', 'page.html', 'train.py']))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "run.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    found = json.loads(done.stdout)
    assert [(one["device"], one["status"]) for one in found] == [("gpu:0 (A)", "identical"), ("gpu:1 (B)", "identical")]
    assert done.returncode == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("on gpu:0 (A), ") == page.count("on gpu:1 (B), ") == 2  # in the table, and above the models
    assert ">line 6<" in page  # where a layer is made

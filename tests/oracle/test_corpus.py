"""Real Keras 1 code from the package registry, upgraded through the command line and judged by the oracle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import registry
from tests.oracle import corpus

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("package", registry.PACKAGES, ids=lambda package: package.name)
def test_registry_package(package: registry.Package, tmp_path: Path) -> None:
    """Nothing that Keras 2 lacks is left without a finding, nothing is broken, and a second run changes nothing."""
    outcome = corpus.measure(registry.unpack(package, tmp_path), package.name)
    assert corpus.complaints(outcome) == [], corpus.table([outcome])
    assert outcome.files > 0
    if package.name != "hyperas":  # Keras 1 is only in the documentation of hyperas 0.3
        assert outcome.before > 0, "the oracle saw no Keras 1 in it"
        assert outcome.upgraded > 0


def test_testdata() -> None:
    outcome = corpus.measure(_ROOT / "testdata")
    assert corpus.complaints(outcome) == [], corpus.table([outcome])
    assert outcome.upgraded == outcome.files


_RUN = """
import os
import sys

import numpy as np
import tf_keras

sys.path[:0] = [os.path.join(sys.argv[1], "mnist_cnn"), os.path.join(sys.argv[1], "reviews")]
random = np.random.RandomState(0)


def digits(count):
    return random.randint(0, 256, (count, 28, 28)).astype("uint8"), random.randint(0, 10, count)


tf_keras.datasets.mnist.load_data = lambda: (digits(256), digits(64))
sys.argv = ["train.py", "--epochs", "1", "--batch-size", "64", "--weights", os.path.join(sys.argv[1], "digits.h5")]

import train
import model

train.main()
reviews = model.build(20, 8, 4)
model.train(reviews, random.randint(1, 100, (64, 20)), random.randint(0, 2, 64), verbose=2)
"""


def test_upgraded_testdata_runs_on_keras_2(tmp_path: Path) -> None:
    """The programs of testdata, which run on Keras 1.2.2, train on tf_keras once they are upgraded."""
    folder = tmp_path / "testdata"
    shutil.copytree(_ROOT / "testdata", folder)
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    for command in (["-m", "kmigrate", "upgrade", "--unsafe", "--namespace", "tf_keras", "."], ["-c", _RUN, "."]):
        result = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
    assert "best accuracy" in result.stdout

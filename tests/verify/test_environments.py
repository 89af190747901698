"""Environments of old Pythons: what is refused, and (slow) that they are made and run the real Keras 1.2.2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kmigrate.verify import environments, reference
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.processes import Worker
from tests.verify.layer_cases import cases
from tests.verify.record import output


def test_a_python_that_is_too_new_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match=r"is Python 3\.\d+: tensorflow-1\.15\.5 needs Python 3\.7 or 3\.6"):
        environments.environment(environments.GENUINE, sys.executable, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="is not a Python that can be run"):
        environments.environment(environments.GENUINE, str(tmp_path / "python"), tmp_path)


def test_no_python_to_be_found_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATH", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(VerifyError, match=r"no Python 3\.7 or 3\.6 was found .*--reference-python"):
        environments.environment(environments.GENUINE, None, tmp_path)


@pytest.mark.slow
def test_an_environment_is_made_once_and_a_failed_one_leaves_nothing(tmp_path: Path) -> None:
    recipe = environments.Recipe("empty", (), (sys.version_info.minor,))
    made = environments.environment(recipe, sys.executable, tmp_path)
    time = Path(made).lstat().st_mtime_ns
    assert environments.environment(recipe, sys.executable, tmp_path) == made
    assert Path(made).lstat().st_mtime_ns == time
    missing = environments.Recipe("missing", (("./no such file.whl",),), recipe.minors)
    with pytest.raises(VerifyError, match="the environment missing cannot be made"):
        environments.environment(missing, sys.executable, tmp_path)
    assert list((tmp_path / "environments").iterdir()) == [Path(made).parent.parent]


@pytest.fixture(scope="module", params=["genuine", "theano"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with reference.worker(request.param) as worker:
        yield worker


@pytest.mark.slow
def test_both_run_the_real_keras(worker: Worker) -> None:
    assert worker.versions["keras"] == "1.2.2"
    for ordering, shape in (("tf", (None, 7, 6, 4)), ("th", (None, 4, 6, 1))):
        kwargs = {"nb_filter": 4, "nb_row": 3, "nb_col": 3}
        assert worker.output_shape("Convolution2D", kwargs, (None, 9, 8, 3), ordering=ordering).shape == shape


#: A layer without a kernel to flip and without `same` borders computes on Theano what it computes on TensorFlow.
_DIFFERENT_ON_THEANO = ("Conv", "Atrous", "Deconv", "TD_Conv", "Separable", "AvgPool", "MaxPool")


@pytest.mark.slow
def test_layers_without_kernels_compute_the_same_on_theano(keras1: Worker) -> None:
    chosen = [case for case in cases() if not case.name.startswith(_DIFFERENT_ON_THEANO)]
    with reference.worker("theano") as theano:
        differ: dict[str, Any] = {}
        for case in chosen:
            found, expected = output(theano, case), output(keras1, case)
            error = float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))
            if error > 1e-6:
                differ[case.name] = error
    assert differ == {}
    assert len(chosen) > 80

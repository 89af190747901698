"""Keras 1.2.2 under the stand-ins computes what it computes on the genuine stack (recorded)."""

from __future__ import annotations

import gzip
import io
import re
from typing import Any

import numpy as np
import pytest

from kmigrate import keras_api
from kmigrate.keras_api import keras1
from kmigrate.program.values import LAYER
from kmigrate.verify.processes import Worker
from tests.verify.layer_cases import Case, cases
from tests.verify.record import RECORDED, output

CASES = list(cases())


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    with np.load(io.BytesIO(gzip.decompress(RECORDED.read_bytes()))) as arrays:
        return dict(arrays)


def _check(worker: Worker, case: Case, expected: Any) -> None:
    found = output(worker, case)
    assert found.shape == expected.shape
    # 1e-6 of the largest value where that is above 1: cosines of Keras 1 divide by 1e-7 and reach 5e7
    assert np.abs(found - expected).max() <= 1e-6 * max(1.0, np.abs(expected).max())


def test_every_case_is_recorded(recorded: dict[str, Any]) -> None:
    assert set(recorded) == {case.name for case in CASES}
    assert all(np.isfinite(array).all() and np.ptp(array) > 0 for array in recorded.values())


#: Classes of Keras 1.2.2's layers that compute nothing by themselves: bases, and what stands for an input.
_BASES = {"ConvRecurrent2D", "InputLayer", "Layer", "Recurrent", "Wrapper"}


def test_every_layer_of_keras_1_has_a_case() -> None:
    layers = {
        symbol.rpartition(".")[2]
        for symbol, (kind, _) in keras1.SYMBOLS.items()
        if kind == "class" and LAYER in keras_api.mro(symbol) and symbol.startswith(("keras.layers.", "keras.engine."))
    }
    models = {"Container", "Model"}
    assert len(layers) > 60
    assert layers - _BASES - models == {name for case in CASES for name in re.findall(r"\b([A-Z]\w+)\(", case.code)}


@pytest.mark.parametrize("case", CASES[::9], ids=lambda case: case.name)
def test_some_layers_compute_the_same(case: Case, keras1: Worker, recorded: dict[str, Any]) -> None:
    _check(keras1, case, recorded[case.name])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_layer_computes_the_same(case: Case, keras1: Worker, recorded: dict[str, Any]) -> None:
    _check(keras1, case, recorded[case.name])

"""Training that differs is seen and told rightly, and upgraded programs train as they did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kmigrate.verify.results import Result, Status
from kmigrate.verify.training import calls, settings
from tests.verify.both import Both, upgraded
from tests.verify.training_faults import FAULTS, PROGRAMS
from tests.verify.training_rows import ROWS, Row

#: What each change checks; all of them are slow.
_ROWS = ("lr=", "weights of samples", "activity_regularizer", "patience", "accuracy of labels that may be several")
_FAULTS = ("momentum=0.8", "loss_weights=[1.0, 0.3]", "layer.trainable = False", "epochs=10")


def _marked(items: Any, key: Any, chosen: tuple[str, ...]) -> list[Any]:
    """Those of ``chosen`` in the usual run, the others in the slow one."""
    seen: set[str] = set()
    found = []
    for item in items:
        is_chosen = key(item) in chosen and key(item) not in seen
        seen.add(key(item))
        name = "-".join(str(part) for part in (item[:3] if isinstance(item, tuple) else (item.name,)))
        found.append(pytest.param(item, id=name, marks=() if is_chosen else pytest.mark.slow))
    return found


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    """Compare two texts, and their training."""
    with Both(train_steps=3) as made:
        yield made


def _only(both: Both, old: str, new: str) -> Result:
    # a call that the target refuses has a result of its own
    return next(result for result in both.verify("program.py", old, new, "tf").results if result.model)


def _said(result: Result) -> list[str]:
    assert result.training is not None
    return [*result.training.differences, *result.training.notes]


@pytest.mark.parametrize("row", _marked(ROWS, lambda row: row.name, _ROWS))
def test_what_changed_silently_is_seen_in_a_naive_port(row: Row, both: Both) -> None:
    found = _only(both, row.old, row.port)
    for words in row.seen:
        assert any(words in one for one in _said(found)), _said(found)
    assert (found.status is Status.DIFFERS) == bool(found.training and found.training.differences)


@pytest.mark.parametrize("row", _marked(ROWS, lambda row: row.name, _ROWS))
def test_the_upgrade_trains_as_the_original_or_verify_says_why_not(row: Row, both: Both) -> None:
    found = _only(both, row.old, upgraded(row.old, "tf"))
    for words in row.upgrade:
        assert any(words in one for one in _said(found)), _said(found)
    if not row.upgrade:
        assert found.status is Status.IDENTICAL, _said(found)


@pytest.mark.parametrize("fault", _marked(FAULTS, lambda fault: fault[1], _FAULTS))
def test_faults_in_training_are_told(fault: tuple[str, str, str, str], both: Both) -> None:
    program, text, other, words = fault
    new = upgraded(PROGRAMS[program], "tf")
    assert text in new
    found = _only(both, PROGRAMS[program], new.replace(text, other, 1))
    assert (found.status, found.reason) == (Status.DIFFERS, "its training is other")
    assert words in str(found.diagnosis)


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n == "adam" else pytest.mark.slow) for n in PROGRAMS])
def test_without_a_fault_they_train_alike(name: str, both: Both) -> None:
    found = _only(both, PROGRAMS[name], upgraded(PROGRAMS[name], "tf"))
    assert (found.status, found.diagnosis) == (Status.IDENTICAL, None)
    assert found.training is not None
    assert (found.training.steps, len(found.training.losses)) == (3, 3)
    assert found.training.loss_error is not None
    assert found.training.loss_error < 1e-12
    assert {one.name for one in found.training.weights} >= {one.name for one in found.training.gradients} > set()


def test_a_model_that_is_not_compiled_is_said_to_be(both: Both) -> None:
    text = "from keras.models import Sequential\nfrom keras.layers import Dense\nSequential([Dense(3, input_dim=2)])"
    found = _only(both, text, text)
    assert found.status is Status.IDENTICAL
    assert found.training is not None
    assert (found.training.status, found.training.reason) == (Status.NOT_COMPARED, "not compiled")


def test_a_plateau_is_longer_than_any_callback_waits() -> None:
    values = calls.plateau(5)
    best = values.index(0.45)
    assert values[4:best] == [0.55] * 8
    assert values[best + 1 :] == [0.5] * 14


def test_settings_of_tf_keras_that_change_nothing_are_no_difference() -> None:
    old = {"optimizer": "SGD", "settings": {"lr": 0.1, "decay": 0.0, "momentum": 0.0, "nesterov": False}}
    new = {"learning_rate": 0.1, "momentum": 0, "nesterov": False, "weight_decay": None, "use_ema": False}
    assert settings.optimizers(old, {"optimizer": "SGD", "settings": new}) == []
    decaying = {"optimizer": "SGD", "settings": {**new, "weight_decay": 0.1}}
    assert settings.optimizers(old, decaying) == ["weight decay 0.1, was none"]


def test_comparing_again_starts_from_the_first_step(both: Both) -> None:
    """Adam counts its steps: what is trained again, on losses that clip as Keras 1's, must not go on from there."""
    head = "from keras.layers import Dense\nfrom keras.models import Sequential\nfrom keras.optimizers import Adam\n"
    old = f"{head}model = Sequential([Dense(4, activation='softmax', input_dim=3)])\n"
    old += "model.compile(Adam(lr=50.0), 'categorical_crossentropy')\n"
    found = _only(both, old, upgraded(old, "tf"))
    assert any("Keras 1 clips" in words for words in _said(found)), _said(found)
    assert (found.status, found.diagnosis) == (Status.IDENTICAL, None)

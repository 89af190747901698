"""KM207: EarlyStopping and ReduceLROnPlateau act after as many epochs as in Keras 1.2.2."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.own_code import assumed, run, unchanged, upgrade

HEAD = "from keras.callbacks import EarlyStopping, ReduceLROnPlateau\n"
OLD = "model.fit(x, y, nb_epoch=2)\nfrom keras.layers import Convolution2D\nc = Convolution2D(1, 1, 1)\n"


@pytest.mark.parametrize(
    "call",
    [
        "EarlyStopping()",
        "EarlyStopping('loss')",
        "EarlyStopping(patience=0)",
        "EarlyStopping('loss', 0, 0)",
        "EarlyStopping(patience=3 + 1)",
        "EarlyStopping(**options)",
        "ReduceLROnPlateau(patience=n + 1)",
        "ReduceLROnPlateau(*options)",
        "EarlyStopping(patience=5, restore_best_weights=True)",
        "ReduceLROnPlateau(min_delta=0.1, patience=5)",
        "Stopping(patience=3)",
    ],
)
def test_says_nothing_about(call: str) -> None:
    assert unchanged(f"{HEAD}{call}\n", "KM207")


def test_says_nothing_in_a_file_of_keras_2() -> None:
    assert unchanged(f"{HEAD}EarlyStopping(patience=3)\nfrom keras.layers import Conv2D\nConv2D(1, 1)\n", "KM207")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("EarlyStopping(patience=3)", "EarlyStopping(patience=3 + 1)"),
        ("EarlyStopping('loss', 0, p, 1)", "EarlyStopping('loss', 0, p + 1, 1)"),
        ("EarlyStopping(patience=a or b)", "EarlyStopping(patience=(a or b) + 1)"),
        ("ReduceLROnPlateau()", "ReduceLROnPlateau(patience=10 + 1)"),
        ("ReduceLROnPlateau(factor=.5, patience=2)", "ReduceLROnPlateau(factor=.5, patience=2 + 1)"),
    ],
)
def test_each_form(old: str, new: str) -> None:
    assert new in upgrade(f"{OLD}{HEAD}{old}\n", "KM207", unsafe=True).splitlines()


def test_what_is_taken_for_granted() -> None:
    assert assumed(f"{OLD}{HEAD}EarlyStopping(patience=3)\n", "KM207") == []
    assert assumed(f"{HEAD}EarlyStopping(patience=3)\n", "KM207") == ["the file is written for Keras 1"]
    assert assumed(f"{OLD}{HEAD}ReduceLROnPlateau()\n", "KM207") == ["no plateau sees a second reduction"]


@pytest.mark.parametrize("patience", [0, 1, 2, 5])
def test_training_stops_after_patience_and_one_epochs_as_in_keras_1(patience: int) -> None:
    # Keras 1.2.2, callbacks.py: ``if self.wait >= self.patience: stop`` came before ``self.wait += 1``.
    source = (
        "from keras.callbacks import EarlyStopping\nfrom keras.layers import Convolution2D\n"
        "c = Convolution2D(1, 1, 1)\n"
    )
    names: dict[str, Any] = run(f"{source}stop = EarlyStopping(monitor='loss', patience={patience})\n")

    class Model:
        stop_training = False

    callback, model = names["stop"], Model()
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": 1.0})
    bad = 0
    while not model.stop_training:
        bad += 1
        callback.on_epoch_end(bad, {"loss": 2.0})
    assert bad == patience + 1

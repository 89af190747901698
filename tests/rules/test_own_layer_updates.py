"""KM147: updates that an own layer lists are ignored by Keras 2, or run at every call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.rules.own_code import findings, run, unchanged, upgrade

HEAD = "from keras import backend as K\nfrom keras.layers import Layer\n"


def layer(*body: str) -> str:
    """A layer of Keras 1 with these statements in ``call``."""
    lines = "".join(f"        {line}\n" for line in body)
    return (
        f"{HEAD}class Own(Layer):\n    def build(self, input_shape):\n"
        "        self.m = self.add_weight(shape=(), initializer='zero', trainable=False, name='m')\n"
        f"    def call(self, x, mask=None, training=None):\n{lines}        return x\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        layer("pass"),
        layer("self.add_update([])"),
        layer("self.add_update(None)"),
        layer("self.add_update(0)"),
        layer("self.add_update(lambda: K.update(self.m, 1.))"),
        layer("self.add_update([K.update(self.m, K.in_train_phase(1., self.m))])"),
        layer("if training:", "    self.add_update([K.update(self.m, 1.)])"),
        layer("self.add_update([K.update(self.m, 1.)])")
        + "from keras.layers import Conv1D\nConv1D(8, kernel_size=3)\n",
        layer("x.add_update([(self.m, 1.)])"),
        f"{HEAD}class Own(object):\n    def f(self):\n        self.add_update([(self.m, 1.)])\n",
    ],
)
def test_says_nothing_about(source: str) -> None:
    assert unchanged(source, "KM147")


@pytest.mark.parametrize(
    "body",
    [
        ("self.add_update([(self.m, 1.)])",),
        ("self.add_update([(self.m, 1.)], x)",),
        ("self.add_update((self.m, 1.), x)",),
        ("self.add_update([K.update(self.m, 1.), (self.m, 1.)])",),
        ("self.add_update([(v, 1.) for v in self.weights])",),
        ("updates = [(self.m, 1.)]", "self.add_update(updates, x)"),
        ("updates = []", "updates.append((self.m, 1.))", "self.add_update(updates, x)"),
        ("if training:", "    self.add_update([(self.m, 1.)])"),
    ],
)
def test_a_pair_is_ignored(body: tuple[str, ...]) -> None:
    (finding,) = findings(layer(*body), "KM147")
    assert "ignores a pair" in finding.message
    assert finding.rewrite is None


@pytest.mark.parametrize(
    "update", ["[K.moving_average_update(self.m, 1., 0.9)]", "K.update(self.m, 1.)", "self.updates_of(x)"]
)
def test_an_operation_runs_at_every_call(update: str) -> None:
    (finding,) = findings(layer(f"self.add_update({update})"), "KM147")
    assert "in predict and evaluate too" in finding.message
    assert finding.rewrite is None


def _after_predict(*body: str) -> float:
    """The layer's variable, which starts at 0, after ``predict`` on tf_keras."""
    names: dict[str, Any] = run(
        layer(*body) + "from keras.models import Sequential\nmodel = Sequential([Own(input_shape=(2,))])\n"
    )
    names["model"].predict(np.ones((2, 2), "float32"), verbose=0)
    return float(names["model"].layers[0].m.numpy())


def test_keras_2_does_what_the_messages_say() -> None:
    assert _after_predict("self.add_update([(self.m, K.sum(x))])") == 0
    assert _after_predict("self.add_update([K.update(self.m, K.sum(x))])") == 4
    assert _after_predict("self.m.assign(K.in_train_phase(K.sum(x), self.m, training))") == 0


def test_the_pair_is_still_said_after_the_upgrade() -> None:
    text = upgrade(layer("self.add_update([(self.m, 1.)], x)"))
    assert "self.add_update([(self.m, 1.)])" in text
    assert len(findings(text, "KM147")) == 1

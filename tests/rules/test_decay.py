"""KM206: the rate of an optimizer with decay is that of Keras 1.2.2 at every step."""

from __future__ import annotations

from typing import Any

import pytest

from kmigrate.config import Options
from kmigrate.engine import upgrade_source
from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

HEAD = "from keras.optimizers import SGD, Adam, Adagrad, Nadam\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}SGD(lr=0.1)\n",
        f"{HEAD}SGD(0.1, 0.9)\n",
        f"{HEAD}Nadam(schedule_decay=0.004)\n",
        f"{HEAD}SGD(learning_rate=0.1, weight_decay=0.1)\n",
        "from torch.optim import SGD\nSGD(lr=0.1, decay=0.1)\n",
        "import numpy as np\nfrom keras.layers import Dense\nf(decay=0.1)\n",
        f"{HEAD}from keras.layers import Conv1D\nConv1D(8, kernel_size=3)\nSGD(0.1, 0.9, True)\n",
        "from keras.optimizers.schedules import InverseTimeDecay\nfrom keras.optimizers import SGD\n"
        "SGD(learning_rate=InverseTimeDecay(0.1, 1, 0.1))\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM206")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SGD(lr=0.1, decay=1e-6)", "SGD(learning_rate=InverseTimeDecay(0.1, 1, 1e-6))"),
        ("SGD(decay=1e-6)", "SGD(learning_rate=InverseTimeDecay(0.01, 1, 1e-6))"),
        ("SGD(0.1, 0.9, 1e-6, True)", "SGD(InverseTimeDecay(0.1, 1, 1e-6), 0.9, nesterov=True)"),
        ("SGD(lr=lr, decay=lr / n)", "SGD(learning_rate=InverseTimeDecay(lr, 1, lr / n))"),
        ("SGD(lr=0.1, decay=0.)", "SGD(learning_rate=0.1)"),
        ("SGD(0.1, 0.9, 0)", "SGD(0.1, 0.9)"),
    ],
)
def test_each_form_with_the_other_arguments(old: str, new: str) -> None:
    assert upgrade(f"{HEAD}x = {old}\n", unsafe=True).splitlines()[-1] == f"x = {new}"


def test_a_default_rate_that_changed_is_the_old_one_in_the_schedule() -> None:
    text = upgrade(f"{HEAD}x = Adagrad(decay=0.1, lr=0.01)\ny = Adagrad(decay=0.1)\n", unsafe=True)
    assert "InverseTimeDecay(0.01, 1, 0.1)" in text.splitlines()[-1]


def test_what_cannot_be_seen_is_left() -> None:
    assert unfixed(f"{HEAD}SGD(decay=0.1, **options)\n", "KM206")


def test_a_callback_that_sets_the_rate_makes_it_unsafe() -> None:
    source = (
        f"from keras.callbacks import LearningRateScheduler\n{HEAD}SGD(lr=0.1, decay=0.1)\nLearningRateScheduler(f)\n"
    )
    assert assumed(source, "KM206") == ["nothing sets the rate of this optimizer while it trains"]
    assert assumed(f"{HEAD}SGD(lr=args.lr, decay=0.1)\n", "KM206") == []


def test_a_decay_by_position_is_one_in_keras_1_only() -> None:
    source = (
        f"{HEAD}class Own(SGD):\n    def __init__(self, lr, momentum, decay, nesterov, *args):\n"
        "        super(Own, self).__init__(lr, momentum, decay, nesterov, *args)\n"
    )
    assert assumed(source, "KM206") == ["the file is written for Keras 1"]
    assert upgrade(source) == source
    text = upgrade(source, unsafe=True)
    assert "(InverseTimeDecay(lr, 1, decay), momentum, nesterov=nesterov, *args)" in text
    assert upgrade(text, unsafe=True) == text


def test_what_stands_behind_a_decay_by_position_gets_its_keyword_without_another_rule() -> None:
    source = f"{HEAD}from keras.layers import Dense\nDense(output_dim=1)\nx = SGD(0.1, 0.9, 1e-6, True)\n"
    options = Options(select=("KM206",))
    text = upgrade_source(source, options).text
    assert text.splitlines()[-1] == "x = SGD(InverseTimeDecay(0.1, 1, 1e-6), 0.9, nesterov=True)"
    assert upgrade_source(text, options).text == text


def test_the_steps_are_those_of_keras_1() -> None:
    import tensorflow as tf

    names: dict[str, Any] = run("from keras.optimizers import SGD\nsgd = SGD(lr=0.5, momentum=0., decay=0.25)\n")
    weight, expected = tf.Variable(1.0), 1.0
    names["sgd"].build([weight])
    for step in range(4):
        names["sgd"].apply_gradients([(tf.constant(0.1), weight)])
        # Keras 1.2.2, optimizers.py: ``lr *= (1. / (1. + self.decay * self.iterations))``
        expected -= 0.5 / (1 + 0.25 * step) * 0.1
        assert float(weight.numpy()) == pytest.approx(expected, rel=1e-6)

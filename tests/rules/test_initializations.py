"""KM111: functions of keras.initializations as values, inside lambdas, and called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.rules.own_code import run, unchanged, upgrade

HEAD = (
    "from keras import initializations\nfrom keras.initializations import normal, uniform, identity\n"
    "from keras.layers import Dense\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import Dense\nDense(3, init='normal')\n",
        "from keras import initializers\nfrom keras.layers import Dense\n"
        "Dense(3, kernel_initializer=initializers.Zeros())\n",
        "from numpy.random import normal, uniform\nx = normal((3, 4)) + uniform(0, 1)\n",
        "from keras import backend as K\nfrom keras.layers import Dense\nf = lambda shape, name=None: K.zeros(shape)\n",
        "from kmigrate.compat import normal\nW = normal((3, 4), name='W')\n",
        "from keras.layers import Dense\ndef normal(shape):\n    return shape\nnormal((3, 4))\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM111")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("init=initializations.uniform", "initializers.RandomUniform()"),
        ("init=initializations.zero", "initializers.Zeros()"),
        ("init=initializations.he_normal", "he_normal"),
        (
            "init=lambda shape, name=None: initializations.normal(shape, scale=s * 2, name=name)",
            "initializers.RandomNormal(stddev=s * 2)",
        ),
        (
            "init=lambda shape, name: initializations.uniform(shape, a + b, name)",
            "initializers.RandomUniform(minval=-(a + b), maxval=(a + b))",
        ),
        ("init=lambda shape, name=None: initializations.normal(shape, scale=0.05)", "initializers.RandomNormal()"),
        ("init=lambda shape, name=None: initializations.identity(shape, scale=0.5)", "initializers.Identity(gain=0.5)"),
    ],
)
def test_given_to_a_layer(old: str, new: str) -> None:
    line = upgrade(f"{HEAD}Dense(3, {old})\n", unsafe=True).splitlines()[-1]
    assert line == f"Dense(3, kernel_initializer={new})"


def test_a_lambda_that_does_more_calls_the_function_of_compat() -> None:
    text = upgrade(f"{HEAD}Dense(3, init=lambda shape, name=None: 2 * initializations.normal(shape))\n", "KM111")
    assert text.splitlines()[-1].endswith("2 * keras_normal(shape))")


def test_a_shape_that_is_computed_stays() -> None:
    text = upgrade(f"{HEAD}Dense(3, init=lambda shape, name=None: initializations.one(shape[::-1]))\n", "KM111")
    assert text.splitlines()[-1].endswith("one(shape[::-1]))")


def test_the_numbers_are_those_of_keras_1() -> None:
    names: dict[str, Any] = run(
        """
        from keras import initializations
        from keras.layers import Dense
        from keras.models import Sequential
        model = Sequential()
        model.add(Dense(200, init=initializations.uniform, input_dim=200))
        model.add(Dense(200, init=lambda shape, name=None: initializations.normal(shape, scale=0.5, name=name)))
        model.add(Dense(200, init=initializations.orthogonal))
        W = initializations.glorot_uniform((200, 200), name='W')
        """
    )
    first, second, third = (layer.get_weights()[0] for layer in names["model"].layers)
    assert 0.0499 < np.abs(first).max() <= 0.05
    assert second.std() == pytest.approx(0.5, rel=0.02)
    np.testing.assert_allclose(third @ third.T, 1.21 * np.eye(200), atol=1e-4)
    assert np.abs(names["W"].numpy()).max() == pytest.approx(np.sqrt(6 / 400), rel=0.01)


def test_a_file_that_imports_initializations_is_written_for_keras_1() -> None:
    source = """from keras import initializations
from keras.layers import Layer
class A(Layer):
    def __init__(self, init='one', **kwargs):
        self.init = initializations.get(init)
        super(A, self).__init__(**kwargs)
    def build(self, input_shape):
        self.gamma = self.add_weight((4,), initializer='one', name='gamma')
"""
    assert "self.add_weight(shape=(4,), initializer='ones', name='gamma')" in upgrade(source)

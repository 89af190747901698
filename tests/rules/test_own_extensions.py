"""KM144: own initializers, regularizers and optimizers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

HEAD = """import numpy as np
from functools import partial
from keras import backend as K
from keras.layers import Dense, Convolution2D, Layer
def own(shape, name=None):
    return K.variable(np.ones(shape), name=name)
def scaled(shape, scale=1, name=None):
    return K.variable(scale * np.ones(shape), name=name)
def modern(shape, dtype=None):
    return K.ones(shape, dtype)
def open_ended(shape, **kwargs):
    return K.ones(shape)
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Dense(3, init=own)", "Dense(3, kernel_initializer=initializer(own))"),
        ("Dense(3, own)", "Dense(3, kernel_initializer=initializer(own))"),
        (
            "Dense(3, init=partial(scaled, scale=2))",
            "Dense(3, kernel_initializer=initializer(partial(scaled, scale=2)))",
        ),
        (
            "Dense(3, init=lambda shape, name=None: np.ones(shape))",
            "Dense(3, kernel_initializer=initializer(lambda shape, name=None: np.ones(shape)))",
        ),
        ("Dense(3, kernel_initializer=own)", "Dense(3, kernel_initializer=initializer(own))"),
    ],
)
def test_functions_are_wrapped(before: str, after: str) -> None:
    text = upgrade(HEAD + before + "\n", unsafe=True)
    assert text.endswith(after + "\n")
    assert "from kmigrate.compat import initializer\n" in text


def test_in_own_layers() -> None:
    source = (
        HEAD
        + "class A(Layer):\n    def build(self, s):\n"
        + "        self.W = self.add_weight((2,), initializer=own, name='W')\n"
    )
    assert upgrade(source, unsafe=True).endswith(
        "self.add_weight(shape=(2,), initializer=initializer(own), name='W')\n"
    )


def test_the_order_of_a_kernels_axes_is_an_assumption() -> None:
    source = HEAD + "K.set_image_dim_ordering('th')\nConvolution2D(8, 3, 3, init=own)\n"
    assert assumed(source, "KM144") == ["the order of the kernel's axes makes no difference to `own`"]


def test_by_position_it_is_an_initializer_in_keras_1_only() -> None:
    assert assumed(HEAD + "Dense(3, own)\n", "KM144") == ["the file is written for Keras 1"]
    assert assumed(HEAD + "Dense(3, own)\nDense(3, init='zero')\n", "KM144") == []
    assert unchanged(HEAD + "Dense(3, own)\nDense(3, use_bias=True)\n", "KM144")


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "Dense(3, init='uniform')\n",
        HEAD + "Dense(3, init=modern)\n",
        HEAD + "Dense(3, init=open_ended)\n",
        HEAD + "Dense(3, init=partial(scaled, dtype='float32'))\n",
        HEAD + "Dense(3, init=lambda shape, dtype=None: np.ones(shape))\n",
        HEAD + "def make(init):\n    return Dense(3, init=init)\n",
        HEAD + "Dense(3, activation=own)\n",
        HEAD + "own((3, 4))\n",
        # a lambda around Keras's own function belongs to the rule about these
        "from keras import initializations\nfrom keras.layers import Dense\n"
        "Dense(3, init=lambda shape, name=None: initializations.normal(shape, scale=0.1, name=name))\n",
        # regularizers of Keras 1.2, constraints, losses and metrics are the same
        "from keras.regularizers import Regularizer\nclass A(Regularizer):\n    def __call__(self, x):\n"
        "        return x + 1\n",
        "from keras.constraints import Constraint\nclass A(Constraint):\n    def __call__(self, p):\n"
        "        return p + 1\n",
        "import keras\ndef loss(y_true, y_pred):\n    return y_true\nmodel.compile('sgd', loss=loss, metrics=[loss])\n",
        "import keras\nclass A(object):\n    def set_param(self, p):\n        self.p = p\n"
        "    def get_updates(self, a, b, c):\n"
        "        pass\n",
        "from keras.regularizers import Regularizer\nclass A(Regularizer):\n"
        "    def __call__(self, loss):\n        return 0\n",
        "from keras.optimizers import SGD\nclass A(SGD):\n    def get_config(self):\n        return {}\n",
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM144")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "from keras.regularizers import Regularizer\nclass A(Regularizer):\n"
            "    def set_param(self, p):\n        pass\n",
            "weight",
        ),
        (
            "from keras.regularizers import Regularizer\nclass A(Regularizer):\n"
            "    def set_layer(self, p):\n        pass\n",
            "output",
        ),
        (
            "from keras.regularizers import Regularizer\nclass A(Regularizer):\n    def __call__(self, loss):\n"
            "        loss += self.p\n        return loss\n",
            "penalty alone",
        ),
        (
            "from keras.optimizers import SGD\nclass A(SGD):\n    def get_updates(self, params, constraints, loss):\n"
            "        return []\n",
            "update_step",
        ),
    ],
)
def test_left_to_a_person(source: str, said: str) -> None:
    (message,) = unfixed(source, "KM144")
    assert said in message


def test_wrapped_functions_initialize() -> None:
    names = run(HEAD + "layer = Dense(3, init=partial(scaled, scale=2))\nlayer.build((None, 2))\n")
    np.testing.assert_array_equal(names["layer"].get_weights()[0], np.full((2, 3), 2.0))

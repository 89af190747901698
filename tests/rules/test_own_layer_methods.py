"""KM140: get_output_shape_for, its definitions and its callers."""

from __future__ import annotations

import pytest

from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

LAYER = """
from keras.layers import Layer, Dense
class Own(Layer):
    def get_output_shape_for(self, input_shape):
        return input_shape
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Own().get_output_shape_for(s)", "Own().compute_output_shape(s)"),
        ("Dense(3).get_output_shape_for(s)", "Dense(3).compute_output_shape(s)"),
        ("Layer.get_output_shape_for(x, s)", "Layer.compute_output_shape(x, s)"),
        ("Own.get_output_shape_for(x, s)", "Own.compute_output_shape(x, s)"),
        ("f = Own().get_output_shape_for", "f = Own().compute_output_shape"),
    ],
)
def test_callers_of_known_layers(before: str, after: str) -> None:
    text = upgrade(LAYER + before + "\n", "KM140")
    assert text.endswith(after + "\n")
    assert "def compute_output_shape(" in text


def test_super_and_grandchildren() -> None:
    source = LAYER + "class Child(Own):\n    def get_output_shape_for(self, s):\n"
    source += "        return super(Child, self).get_output_shape_for(s)\n"
    text = upgrade(source, "KM140")
    assert "get_output_shape_for" not in text


def test_unknown_receivers_are_unsafe() -> None:
    source = "import keras\ndef f(layer):\n    return layer.get_output_shape_for((1, 2))\n"
    assert assumed(source, "KM140") == ["`layer` is a Keras layer"]
    assert upgrade(source, "KM140") == source


def test_unknown_bases_are_unsafe() -> None:
    source = (
        "import keras\nfrom lasagne import Base\nclass A(Base):\n"
        "    def get_output_shape_for(self, s):\n        return s\n"
    )
    assert assumed(source, "KM140") == ["`A` derives from a Keras layer"]


@pytest.mark.parametrize(
    "source",
    [
        # no Keras in the file
        "class A(Base):\n    def get_output_shape_for(self, s):\n        return s\nA().get_output_shape_for(1)\n",
        # not a layer
        "import keras\nclass A(object):\n    def get_output_shape_for(self, s):\n        return s\n"
        "A().get_output_shape_for(1)\n",
        "import keras\nclass A:\n    def get_output_shape_for(self, s):\n        return self.get_output_shape_for(s)\n",
        "import keras\ndef get_output_shape_for(s):\n    return s\nget_output_shape_for(1)\n",
        # Keras 2 already
        "from keras.layers import Layer\nclass A(Layer):\n    def compute_output_shape(self, s):\n        return s\n",
        # both names, for both versions
        "from keras.layers import Layer\nclass A(Layer):\n    def compute_output_shape(self, s):\n        return s\n"
        "    def get_output_shape_for(self, s):\n        return s\n",
        # a regularizer is not a layer
        "from keras.regularizers import Regularizer\nclass A(Regularizer):\n"
        "    def get_output_shape_for(self, s):\n        return s\n",
        "import keras\nname = 'get_output_shape_for'\n",
        "from keras.layers import Layer\nclass A(Layer):\n    def call(self, x, mask=None):\n        return x\n",
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM140")


def test_layers_of_keras_0_are_left_to_a_person() -> None:
    source = (
        "from keras.layers.core import Layer\nclass A(Layer):\n    def get_output(self, train=False):\n"
        "        return 1\n"
    )
    (message,) = unfixed(source, "KM140")
    assert "Keras 0.x" in message


def test_the_upgraded_layer_computes_its_shape() -> None:
    names = run(
        LAYER.replace("return input_shape", "return input_shape[:-1] + (7,)")
        + "    def call(self, x, mask=None):\n        return x\n"
        + "shape = Own().get_output_shape_for((None, 3))\nlayer = Own()\n"
    )
    assert tuple(names["shape"]) == (None, 7)
    assert "compute_output_shape" in vars(names["Own"])

"""KM146: private names of Keras 1, and ways into its insides."""

from __future__ import annotations

from typing import Any

import pytest

from kmigrate.rules.private_names import GONE
from tests.rules.own_code import assumed, findings, run, unchanged, unfixed, upgrade


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from keras import backend as K\ns = x._keras_shape\n",
            "from keras import backend as K\ns = K.int_shape(x)\n",
        ),
        ("import keras.backend as B\ns = x._keras_shape[1:]\n", "import keras.backend as B\ns = B.int_shape(x)[1:]\n"),
        (
            "from keras import backend\ns = f(x)._keras_shape\n",
            "from keras import backend\ns = backend.int_shape(f(x))\n",
        ),
        (
            "from keras import backend as K\ns = (a + b)._keras_shape\n",
            "from keras import backend as K\ns = K.int_shape(a + b)\n",
        ),
        (
            "from keras import backend as K\ns = x._keras_shape[0] + y[0]._keras_shape[0]\n",
            "from keras import backend as K\ns = K.int_shape(x)[0] + K.int_shape(y[0])[0]\n",
        ),
        (
            "from keras.layers import Input\nx = Input((3,))\ns = x._keras_shape\n",
            "from keras.layers import Input\nfrom keras import backend as K\nx = Input((3,))\ns = K.int_shape(x)\n",
        ),
        ("from keras import backend as K\ne = K._EPSILON\n", "from keras import backend as K\ne = K.epsilon()\n"),
        ("from keras import backend as K\nf = K.common._FLOATX\n", "from keras import backend as K\nf = K.floatx()\n"),
        (
            "from keras.backend.common import _FLOATX\nf = _FLOATX\n",
            "from keras.backend import floatx\nf = floatx()\n",
        ),
    ],
)
def test_rewrites(before: str, after: str) -> None:
    assert upgrade(before, "KM146") == after


def test_asking_for_a_keras_tensor_is_unsafe() -> None:
    source = "import keras\nif hasattr(x, '_keras_shape'):\n    pass\n"
    assert assumed(source, "KM146") == ["the question is whether Keras made the tensor"]
    assert "'_keras_history'" in upgrade(source, "KM146", unsafe=True)


@pytest.mark.parametrize("name", sorted(GONE))
def test_what_is_gone_is_left_to_a_person(name: str) -> None:
    (message,) = unfixed(f"import keras\ny = model.{name}\n", "KM146")
    assert name in message


@pytest.mark.parametrize(
    ("source", "severity"),
    [
        ("from keras.models import Sequential\nmodel = Sequential()\nmodel.layers.pop()\n", "error"),
        ("from keras.applications.vgg16 import VGG16\nVGG16().layers.pop()\n", "error"),
        ("from keras.models import Sequential\nmodel = Sequential()\nmodel.layers.append(x)\n", "error"),
        ("import keras\nmodel.layers.pop()\n", "warning"),
        ("import keras\nlayer.trainable_weights = []\n", "error"),
        ("import keras\nx._keras_shape = (1, 2)\n", "warning"),
    ],
)
def test_changes_without_effect_are_left_to_a_person(source: str, severity: str) -> None:
    (finding,) = findings(source, "KM146")
    assert (finding.rewrite, finding.severity.value) == (None, severity)


@pytest.mark.parametrize(
    "source",
    [
        # no Keras in the file
        "s = x._keras_shape\nmodel.layers.pop()\nlayer.trainable_weights = []\n",
        # still there
        "import keras\nlayer, i, j = x._keras_history\n",
        "import keras\nn = layer.inbound_nodes[0].output_tensors\n",
        "import keras\nlayer.get_output_at(0)\n",
        "from keras import backend as K\nK.epsilon(), K.floatx()\n",
        "import keras\nx = layer.trainable_weights\nmodel.layers[-1].outbound_nodes\n",
        # not Keras's
        "import keras\nclass Net(object):\n    def __init__(self):\n        self.layers = []\n    def f(self):\n"
        "        self.layers.pop()\n        self.layers.append(1)\n",
        "import keras\nclass Net(object):\n    def f(self):\n        self.trainable_weights = []\n"
        "        return self.uses_learning_phase\n",
        "import keras\nnetwork.layers.append(1)\n",
        "import keras\nstack.pop()\nlayers.pop()\n",
        "import keras\nname = '_keras_shape'\n",
        "import keras\n_EPSILON = 3\nprint(_EPSILON)\n",
        # marks that do nothing on Keras 2
        "from keras.layers import Layer\nclass A(Layer):\n    def build(self, s):\n"
        "        self.uses_learning_phase = True\n",
        "import keras\nx._uses_learning_phase = True\n",
        # an own layer's weights are another rule's
        "from keras.layers import Layer\nclass A(Layer):\n    def build(self, s):\n"
        "        self.trainable_weights = []\n",
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM146")


def test_keras_2_has_none_of_them() -> None:
    names = run(
        """
        from keras import backend as K
        from keras.layers import Dense, Input
        from keras.models import Model, Sequential
        x = Input((3,))
        y = Dense(2)(x)
        model = Model(input=x, output=y)
        sequence = Sequential([Dense(2, input_dim=3), Dense(4)])
        sequence.layers.pop()
        shape = y._keras_shape
        epsilon = K._EPSILON
        """
    )
    for thing in (names["x"], names["y"], names["model"], names["sequence"], names["model"].layers[1]):
        assert not [name for name in (*GONE, "_keras_shape") if hasattr(thing, name)]
    assert hasattr(names["y"], "_keras_history")
    assert hasattr(names["model"].layers[1], "inbound_nodes")
    assert len(names["sequence"].layers) == 2
    assert names["shape"] == (None, 2)
    assert names["epsilon"] == 1e-7


def test_names_of_layers_are_kept_where_tf_keras_keeps_them() -> None:
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.name = 'twin'\n"
    after = upgrade(before, "KM146")
    assert after == before.replace("model.name", "model._name")
    names: dict[str, Any] = {}
    exec(after.replace("keras.models", "tf_keras.models"), names)
    assert names["model"].name == "twin"


@pytest.mark.parametrize(
    "source",
    [
        "from keras.models import Sequential\nclass Net:\n    pass\nn = Net()\nn.name = 'twin'\n",
        "from keras.models import Sequential\ndef f(net):\n    net.name = 'twin'\n",
        "from keras.callbacks import Callback\nc = Callback()\nc.name = 'twin'\n",
    ],
)
def test_names_of_other_things_stay(source: str) -> None:
    assert upgrade(source, "KM146", unsafe=True) == source


def test_what_layers_of_keras_0_called_on_themselves_is_gone() -> None:
    layer = "from keras.layers.core import Layer\nclass Twice(Layer):\n    def get_output(self, train):\n"
    (message,) = unfixed(layer + "        return 2 * self.get_input(train)\n", "KM146")
    assert "call(self, x)" in message
    assert not unfixed(layer + "        return self.previous\n    previous = None\n", "KM146")
    assert not unfixed("import keras\nclass Twice:\n    def f(self):\n        return self.get_input()\n", "KM146")

"""KM141: weights that own layers make, and the attributes that Keras 2 made read-only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kmigrate.rules.own_layer_weights import READ_ONLY
from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

HEAD = (
    "from keras import backend as K\nfrom keras import initializations\n"
    "from keras.layers import Layer, Dense, InputSpec\n"
)
INIT = "    def __init__(self, init='one', **kwargs):\n        self.init = initializations.get(init)\n"
INIT += "        super(A, self).__init__(**kwargs)\n"


def _build(body: str, base: str = "Layer") -> str:
    return f"{HEAD}class A({base}):\n{INIT}    def build(self, input_shape):\n        {body}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self.trainable_weights = [self.W]", "self._trainable_weights = [self.W]"),
        ("self.trainable_weights += [self.W]", "self._trainable_weights += [self.W]"),
        ("self.trainable_weights.append(self.W)", "self._trainable_weights.append(self.W)"),
        ("self.trainable_weights.extend(ws)", "self._trainable_weights.extend(ws)"),
        (
            "self.trainable_weights = self.trainable_weights + [self.W]",
            "self._trainable_weights = self.trainable_weights + [self.W]",
        ),
        ("self.name = 'x'", "self._name = 'x'"),
        (
            "self.W = self.init((3, 4), name='W'); self.trainable_weights = [self.W]",
            "self.W = self.add_weight(shape=(3, 4), name='W', initializer=self.init); "
            "self._trainable_weights = [self.W]",
        ),
        (
            "self.W = self.init(shape=(3,)); self.trainable_weights = [self.W]",
            "self.W = self.add_weight(shape=(3,), initializer=self.init); self._trainable_weights = [self.W]",
        ),
        ("self.input_spec = [InputSpec(ndim='2+')]", "self.input_spec = [InputSpec(min_ndim=2)]"),
    ],
)
def test_rewrites(before: str, after: str) -> None:
    assert upgrade(_build(before), "KM141").endswith(f"        {after}\n")


def test_without_a_list_the_weight_is_assumed_to_be_trained() -> None:
    assert assumed(_build("self.W = self.init((3, 4))"), "KM141") == ["the weight is to be trained"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("self.regularizers.append(self.W_regularizer)", "regularizer="),
        ("self.regularizers = [r]", "regularizer="),
        ("self.constraints = {self.W: c}", "constraint="),
        ("self.constraints[self.W] = c", "constraint="),
        ("self.non_trainable_weights = [self.W]", "trainable=False"),
        ("self.losses.append(x)", "add_loss"),
        ("self.updates = [(a, b)]", "K.update"),
        ("self.output_shape = (1, 2)", "compute_output_shape"),
        ("self.W = self.init((3, 4), scale=0.1)", "scale"),
        ("self.f = lambda shape, name: self.init(shape, scale=0.1, name=name)", "scale"),
    ],
)
def test_left_to_a_person(body: str, said: str) -> None:
    (message,) = unfixed(_build(body), "KM141")
    assert said in message
    assert upgrade(_build(body), "KM141", unsafe=True) == _build(body)


def test_an_initializer_outside_build_is_left_to_a_person() -> None:
    source = _build("pass") + "    def call(self, x, mask=None):\n        return x + self.init((3,))\n"
    (message,) = unfixed(source, "KM141")
    assert "K.variable" in message


def test_weights_before_the_base_constructor_are_left_to_a_person() -> None:
    source = f"{HEAD}class A(Layer):\n    def __init__(self):\n        self.trainable_weights = [w]\n"
    source += "        super(A, self).__init__()\n"
    (message,) = unfixed(source, "KM141")
    assert "after it" in message


@pytest.mark.parametrize(
    "source",
    [
        # not a Keras layer
        "import keras\nclass A(object):\n    def build(self):\n"
        "        self.trainable_weights = [self.W]\n        self.name = 1\n",
        "import keras\nclass A:\n    def f(self):\n        self.init((3, 4))\n        self.losses = []\n",
        # a model is another thing
        "from keras.models import Model\nclass A(Model):\n    def f(self):\n        self.name = 'x'\n",
        # what stays as it is
        _build("self.regularizers = []"),
        _build("self.constraints = {}"),
        _build("self.W = K.variable(w, name='W')"),
        _build("self.initial_weights = None"),
        _build("self.uses_learning_phase = True"),
        _build("self.supports_masking = True"),
        _build("self.input_spec = [InputSpec(ndim=3)]"),
        _build("self.b = self.add_weight((3,), initializer=self.init)"),
        _build("print(self.trainable_weights, self.name)"),
        _build("w = K.variable(self.init((3, 4)))"),
        _build("w = self.init((3, 4), dtype='float32')"),
        # an own function of that name
        f"{HEAD}class A(Layer):\n    def init(self, shape):\n        return shape\n"
        "    def build(self, s):\n        self.W = self.init((3, 4))\n",
        # the class has its own property
        f"{HEAD}class A(Layer):\n    @property\n    def losses(self):\n        return self._l\n"
        "    def build(self, s):\n        self.losses.append(1)\n",
        "from somewhere import InputSpec\nimport keras\nx = InputSpec(ndim='2+')\n",
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM141")


@pytest.mark.parametrize("name", sorted(READ_ONLY | {"trainable_weights": "", "name": ""}))
def test_keras_2_really_refuses_to_set_it(name: str) -> None:
    from tf_keras.layers import Layer

    with pytest.raises(AttributeError, match="read-only"):
        setattr(Layer(), name, [])


def _shared(body: str, default: str = "'uniform'") -> str:
    return _build(body).replace("'one'", default)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "self.W = self.add_weight(shape=s, initializer=self.init); "
            "self.U = self.add_weight(shape=s, initializer=self.init)",
            "self.W = self.add_weight(shape=s, initializer=self.init); "
            "self.U = self.add_weight(shape=s, initializer=type(self.init).from_config(self.init.get_config()))",
        ),
        (
            "self.W = self.init(s); self.U = self.init(s); self.trainable_weights = [self.W, self.U]",
            "self.W = self.add_weight(shape=s, initializer=self.init); "
            "self.U = self.add_weight(shape=s, initializer=type(self.init).from_config(self.init.get_config())); "
            "self._trainable_weights = [self.W, self.U]",
        ),
        (
            "self.ws = [self.add_weight(shape=s, initializer=self.init) for s in shapes]",
            "self.ws = [self.add_weight(shape=s, initializer=type(self.init).from_config(self.init.get_config())) "
            "for s in shapes]",
        ),
    ],
)
def test_weights_do_not_share_an_initializer(before: str, after: str) -> None:
    assert upgrade(_shared(before), "KM141", unsafe=True).endswith(f"        {after}\n")
    assert "from_config" not in upgrade(_shared(before), "KM141")


@pytest.mark.parametrize(
    "source",
    [
        _shared("self.W = self.add_weight(shape=s, initializer=self.init)"),
        _shared("self.W = self.add_weight(shape=s, initializer=self.init); self.b = self.add_weight(shape=s)"),
        _shared(
            "self.W = self.add_weight(shape=s, initializer='uniform'); self.U = self.add_weight(initializer='uniform')"
        ),
        _shared("[self.add_weight(shape=s, initializer='uniform') for i in y]"),
        # they are equal anyway
        _shared("[self.add_weight(shape=s, initializer=self.init) for i in y]", "'zero'").replace("(init)", "('zero')"),
        # another class's
        _shared("self.W = self.add_weight(shape=s, initializer=self.init)")
        + f"class B(Layer):\n{INIT.replace('A', 'B')}    def build(self, s):\n"
        + "        self.W = self.add_weight(shape=s, initializer=self.init)\n",
    ],
)
def test_initializers_that_are_not_shared(source: str) -> None:
    assert unchanged(source, "KM141")


def test_an_initializer_of_keras_really_repeats_itself_and_a_fresh_one_does_not() -> None:
    from tf_keras import initializers

    one = initializers.get("glorot_uniform")
    other = type(one).from_config(one.get_config())
    first = np.asarray(one((3, 4)))
    with pytest.warns(UserWarning, match="identical values"):
        np.testing.assert_array_equal(first, np.asarray(one((3, 4))))
    assert (first != np.asarray(other((3, 4)))).any()


def test_an_initializer_that_keras_owns_gets_its_new_name() -> None:
    source = f"{HEAD}class A(Dense):\n    def build(self, s):\n        self.V = self.init((3,))\n"
    assert upgrade(source, unsafe=True).endswith(
        "self.V = self.add_weight(shape=(3,), initializer=self.kernel_initializer)\n"
    )


# --- upgraded layers, on tf_keras ------------------------------------------------------------------------------------

OWN = """
import numpy as np
from keras import backend as K
from keras import initializations
from keras.engine.topology import Layer, InputSpec
from keras.layers import Input
from keras.models import Model

class Affine(Layer):
    def __init__(self, n, init='uniform', weights=None, **kwargs):
        self.n = n
        self.init = initializations.get(init)
        self.initial_weights = weights
        super(Affine, self).__init__(**kwargs)

    def build(self, input_shape):
        self.input_spec = [InputSpec(shape=input_shape)]
        {weights}
        if self.initial_weights is not None:
            self.set_weights(self.initial_weights)
            del self.initial_weights

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], self.n)

    def call(self, x, mask=None):
        return K.dot(x, self.W) + self.b

x = Input((3,))
layer = Affine(2, weights=[np.ones((3, 2)), np.array([1., 2.])], input_dtype=None)
model = Model(input=x, output=layer(x))
"""
WEIGHTS = {
    "add_weight": """self.W = self.add_weight((input_shape[1], self.n), self.init, name='{}_W'.format(self.name))
        self.b = self.add_weight((self.n,), 'zero', name='{}_b'.format(self.name))""",
    "init": """self.W = self.init((input_shape[1], self.n), name='{}_W'.format(self.name))
        self.b = K.zeros((self.n,), name='{}_b'.format(self.name))
        self.trainable_weights = [self.W, self.b]""",
    "variable": """W = np.random.random((input_shape[1], self.n))
        self.b = K.variable(np.zeros(self.n))
        self.W = K.variable(W)
        self.trainable_weights = [self.W, self.b]""",
    "not listed": """self.W = self.init((input_shape[1], self.n))
        self.b = K.zeros((self.n,))
        self.scale = K.variable(3.)
        self.trainable_weights = [self.W]
        self.trainable_weights.append(self.b)""",
}


@pytest.mark.parametrize("kind", sorted(WEIGHTS))
def test_own_layers_hold_train_and_compute_with_their_weights(kind: str) -> None:
    source = OWN.replace("{weights}", WEIGHTS[kind]).replace(", input_dtype=None", "")
    names: dict[str, Any] = run(source)
    layer, model = names["layer"], names["model"]
    assert [tuple(w.shape) for w in layer.trainable_weights] == [(3, 2), (2,)]
    assert len(layer.get_weights()) == 2
    x = np.arange(6.0).reshape(2, 3).astype("float32")
    expected = x @ np.ones((3, 2)) + [1, 2]
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-6)
    before = layer.get_weights()
    model.compile("sgd", "mse")
    model.train_on_batch(x, expected + 1)
    assert all((new != old).any() for new, old in zip(layer.get_weights(), before, strict=True))


def test_an_initializer_that_is_shared_stays_so_once_the_first_weight_is_upgraded() -> None:
    source = f"""{HEAD}from keras.layers import GRU
class A(GRU):
    def build(self, input_shape):
        self.W = self.init((3, 4))
        self.V = self.init((3, 4))
        self.trainable_weights = [self.W, self.V]
"""
    text = upgrade(source)
    assert "self.W = self.add_weight(shape=(3, 4), initializer=self.kernel_initializer)" in text
    assert "self.V = self.init((3, 4))" in text
    assert len(assumed(text, "KM141")) == 1

"""KM142: attributes that a Keras layer owns, read in subclasses and on layers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules.own_code import findings, run, unchanged, unfixed, upgrade


def _method(base: str, expression: str, module: str = "keras.layers") -> str:
    return f"from {module} import {base}\nclass A({base}):\n    def f(self):\n        return {expression}\n"


@pytest.mark.parametrize(
    ("base", "before", "after"),
    [
        ("Dense", "self.W", "self.kernel"),
        ("Dense", "x * self.W + self.b", "x * self.kernel + self.bias"),
        ("Dense", "1 if self.bias else 2", "1 if self.use_bias else 2"),
        ("Dense", "not self.bias", "not self.use_bias"),
        ("Dense", "{'bias': self.bias}", "{'bias': self.use_bias}"),
        ("Dense", "self.output_dim", "self.units"),
        ("Convolution2D", "(self.nb_row, self.nb_col)", "(self.kernel_size[0], self.kernel_size[1])"),
        ("Convolution2D", "self.subsample, self.border_mode", "self.strides, self.padding"),
        ("Convolution1D", "self.filter_length", "self.kernel_size[0]"),
        ("MaxPooling1D", "self.pool_length * self.stride", "self.pool_size[0] * self.strides[0]"),
        ("Embedding", "self.W, self.output_dim", "self.embeddings, self.output_dim"),
        ("LSTM", "self.output_dim, self.inner_activation", "self.units, self.recurrent_activation"),
        ("LSTM", "self.U", "self.cell.recurrent_kernel"),
        ("GRU", "self.inner_init", "self.recurrent_initializer"),
        ("Dropout", "self.p", "self.rate"),
        ("BatchNormalization", "self.running_std", "self.moving_variance"),
        ("Dense", "[self.b for i in x]", "[self.bias for i in x]"),
        ("Dense", "lambda: self.b", "lambda: self.bias"),
    ],
)
def test_in_subclasses(base: str, before: str, after: str) -> None:
    assert upgrade(_method(base, before), "KM142") == _method(base, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("layer = Dense(3)\nw = layer.W\n", "layer = Dense(3)\nw = layer.kernel\n"),
        ("w = Dense(3).b\n", "w = Dense(3).bias\n"),
        ("class A(Dense):\n    pass\nw = A(3).W\n", "class A(Dense):\n    pass\nw = A(3).kernel\n"),
    ],
)
def test_on_layers_that_are_known(before: str, after: str) -> None:
    head = "from keras.layers import Dense\n"
    assert upgrade(head + before, "KM142") == head + after


def test_initial_weights_stay_readable_after_build() -> None:
    source = """\
    from keras.layers import Dense
    class A(Dense):
        def build(self, s):
            super(A, self).build(s)
            if self.initial_weights is not None:
                self.set_weights(self.initial_weights)
                del self.initial_weights
    """
    text = upgrade(source, "KM142")
    assert "self.set_weights(self._initial_weights)" in text
    assert "del" not in text
    assert text.rstrip().endswith("self._initial_weights = None")


@pytest.mark.parametrize(
    "source",
    [
        # the class's own attributes
        "from keras.layers import Dense\nclass A(Dense):\n    def build(self, s):\n        self.W = 1\n"
        "    def call(self, x):\n        return self.W\n",
        "from keras.layers import Dense\nclass A(Dense):\n    p = 3\n    W = None\n    def f(self):\n"
        "        return self.W\n",
        "from keras.layers import Dense\nclass A(Dense):\n    @property\n    def b(self):\n        return 1\n"
        "    def f(self):\n        return self.b\n",
        "from keras.layers import Dense\nclass A(Dense):\n    def __init__(self, bias):\n        self.bias = bias\n"
        "    def f(self):\n        return 1 if self.bias else 2\n",
        # set in a class between it and Keras's
        "from keras.layers import Dense\nclass A(Dense):\n    def __init__(self):\n        self.init = 1\n"
        "class B(A):\n    def f(self):\n        return self.init\n",
        # a layer has none of these by itself
        _method("Layer", "self.W, self.b, self.output_dim, self.init, self.bias"),
        # not Keras's
        "import keras\nclass A(object):\n    def f(self):\n        return self.W, self.output_dim\n",
        "from lasagne.layers import DenseLayer\nclass A(DenseLayer):\n    def f(self):\n        return self.W\n",
        "import keras\ndef f(layer):\n    return layer.W, layer.output_dim\n",
        # the same in both
        _method("Embedding", "self.output_dim, self.input_dim"),
        _method("Dense", "self.activation, self.name"),
        # Keras 2 already
        _method("Dense", "x + self.bias"),
        _method("Dense", "self.kernel, self.units"),
        _method("Dense", "self.bias is None"),
        _method("Dense", "f(self.bias)"),
        # a tensor, not a layer
        "from keras.layers import Dense\nx = Dense(3)(y)\nz = x.W\n",
        # the image ordering is another rule's
        _method("Convolution2D", "self.dim_ordering"),
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM142")


@pytest.mark.parametrize("attribute", ["W_i", "U_f", "consume_less", "forget_bias_init", "input_dim"])
def test_what_is_gone_is_left_to_a_person(attribute: str) -> None:
    (message,) = unfixed(_method("LSTM", f"self.{attribute}"), "KM142")
    assert f"self.{attribute}" in message


@pytest.mark.parametrize("method", ["step", "get_constants", "preprocess_input", "get_initial_states", "build"])
def test_own_steps_are_reported_as_a_whole(method: str) -> None:
    source = (
        f"from keras.layers import LSTM\nclass A(LSTM):\n    def {method}(self, x):\n"
        "        return self.W_i, self.units\n"
    )
    (finding,) = findings(source, "KM142")
    assert finding.rewrite is None
    assert "RNN(ACell" in finding.message
    assert source[finding.span.start : finding.span.end] == source[source.index("class") :].rstrip()


def test_recurrent_itself_is_gone() -> None:
    (message,) = unfixed("from keras.layers import Recurrent\nclass A(Recurrent):\n    pass\n", "KM142")
    assert "derives from Recurrent" in message


def test_weights_that_the_inherited_call_does_not_find() -> None:
    source = (
        "from keras.layers import Dense\nclass A(Dense):\n    def build(self, s):\n        self.W = 1\n"
        "        self.b = 2\n"
    )
    assert [m for m in unfixed(source, "KM142") if "`kernel`" in m]
    assert len(unfixed(source, "KM142")) == 2


def test_an_upgraded_subclass_computes() -> None:
    names = run(
        """
        import numpy as np
        from keras import backend as K
        from keras.layers import Dense, Input
        from keras.models import Model
        class Twice(Dense):
            def call(self, x, mask=None):
                output = K.dot(x, 2 * self.W)
                if self.bias:
                    output += self.b
                assert K.int_shape(output)[-1] == self.output_dim
                return self.activation(output)
        x = Input((3,))
        model = Model(input=x, output=Twice(2, weights=[np.ones((3, 2)), np.ones(2)])(x))
        without = Model(input=x, output=Twice(2, bias=False, weights=[np.ones((3, 2))])(x))
        """
    )
    x = np.ones((1, 3), "float32")
    assert names["model"].predict(x, verbose=0).tolist() == [[7.0, 7.0]]
    assert names["without"].predict(x, verbose=0).tolist() == [[6.0, 6.0]]

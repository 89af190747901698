"""KM143: configurations of own layers, regularizers and constraints."""

from __future__ import annotations

import pytest

from tests.rules.own_code import run, unchanged, unfixed, upgrade

HEAD = (
    "from keras import initializations, regularizers, constraints, activations\n"
    "from keras.layers import Layer, Dense, LSTM\n"
)
INIT = """class A(Layer):
    def __init__(self, init='one', r=None, c=None, activation='relu', other=None, **kwargs):
        self.init = initializations.get(init)
        self.r = regularizers.get(r)
        self.c = constraints.get(c)
        self.activation = activations.get(activation)
        self.other = other
        super(A, self).__init__(**kwargs)
    def get_config(self):
"""


def _config(expression: str) -> str:
    return f"{HEAD}{INIT}        return {expression}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{'init': self.init.__name__}", "{'init': initializers.serialize(self.init)}"),
        ("dict(init=self.init.__name__)", "dict(init=initializers.serialize(self.init))"),
        ("{'r': self.r.get_config() if self.r else None}", "{'r': regularizers.serialize(self.r)}"),
        ("{'r': self.r.get_config() if self.r is not None else None}", "{'r': regularizers.serialize(self.r)}"),
        ("{'r': self.r.get_config()}", "{'r': regularizers.serialize(self.r)}"),
        ("{'c': self.c.get_config() if self.c else None}", "{'c': constraints.serialize(self.c)}"),
        (
            "{'r': self.r.get_config() if self.other else None}",
            "{'r': regularizers.serialize(self.r) if self.other else None}",
        ),
    ],
)
def test_values(before: str, after: str) -> None:
    assert upgrade(_config(before), "KM143").endswith(f"return {after}\n")


def test_attributes_of_a_keras_class_get_their_new_name_too() -> None:
    source = HEAD + "class A(LSTM):\n    def get_config(self):\n        return {'inner_init': self.inner_init.__name__,"
    source += " 'W_regularizer': self.W_regularizer.get_config() if self.W_regularizer else None}\n"
    text = upgrade(source)
    assert "{'recurrent_initializer': initializers.serialize(self.recurrent_initializer)," in text
    assert "'kernel_regularizer': regularizers.serialize(self.kernel_regularizer)}" in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("config = {'output_dim': 3, 'n': 1}", "config = {'units': 3, 'n': 1}"),
        ("config = dict(output_dim=3)", "config = dict(units=3)"),
        ("config['output_dim'] = 3", "config['units'] = 3"),
    ],
)
def test_keys_that_reach_the_keras_class(before: str, after: str) -> None:
    source = (
        HEAD + "class A(Dense):\n    def __init__(self, n, **kwargs):\n        super(A, self).__init__(n, **kwargs)\n"
    )
    source += "    def get_config(self):\n        " + before + "\n"
    assert upgrade(source, "KM143").endswith(after + "\n")


def test_names_of_regularizers_and_constraints() -> None:
    source = """\
    from keras.constraints import Constraint
    from keras.regularizers import Regularizer
    class A(Constraint):
        def get_config(self):
            return {'name': self.__class__.__name__,
                    'm': self.m}
    class B(Regularizer):
        def get_config(self):
            return {'k': 1, "name": 'B'}
    class C(Regularizer):
        def get_config(self):
            return {'name': 'C'}
    """
    text = upgrade(source, "KM143")
    assert "return {'m': self.m}" in text
    assert "return {'k': 1}" in text
    assert text.endswith("return {}\n")


@pytest.mark.parametrize(
    "source",
    [
        _config("{'activation': self.activation.__name__}"),
        _config("{'name': self.__class__.__name__}"),
        _config("{'other': self.other.get_config()}"),
        _config("{'other': self.other.__name__}"),
        _config("{'layer': {'class_name': 1, 'config': self.other.layer.get_config()}}"),
        _config("dict(super(A, self).get_config(), n=1)"),
        # a layer of its own, whose parameters are its own
        _config("{'output_dim': 3, 'nb_filter': 4, 'W_regularizer': None}"),
        # the own constructor takes it
        HEAD + "class A(Dense):\n    def __init__(self, output_dim, **k):\n        pass\n"
        "    def get_config(self):\n        return {'output_dim': 3}\n",
        # elsewhere than in get_config
        HEAD + INIT.replace("get_config", "summary") + "        return self.init.__name__\n",
        # not Keras's
        "import keras\nclass A(object):\n    def get_config(self):\n"
        "        return {'name': 1, 'init': self.init.__name__}\n",
        # a constraint that takes a name
        "from keras.constraints import Constraint\nclass A(Constraint):\n    def __init__(self, name):\n        pass\n"
        "    def get_config(self):\n        return {'name': 1}\n",
        # a layer's name is its own
        _config("{'name': self.name}"),
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM143")


@pytest.mark.parametrize(
    ("base", "parameters", "said"),
    [("Dense", "output_dim", "'units' for 'output_dim'"), ("LSTM", "n, inner_init", "'recurrent_initializer'")],
)
def test_parameters_that_the_keras_class_no_longer_gives(base: str, parameters: str, said: str) -> None:
    source = f"{HEAD}class A({base}):\n    def __init__(self, {parameters}, **kwargs):\n        pass\n"
    (message,) = unfixed(source, "KM143")
    assert said in message
    own = source + "    def get_config(self):\n        return {'x': 1}\n"
    assert unchanged(own, "KM143")


def test_an_upgraded_layer_is_made_from_its_configuration() -> None:
    names = run(
        _config(
            "dict(super(A, self).get_config(), init=self.init.__name__, activation=self.activation.__name__,"
            " r=self.r.get_config() if self.r else None, c=self.c.get_config() if self.c else None)"
        )
        + "layer = A(init='zero', r='l2', c='nonneg')\nagain = A.from_config(layer.get_config())\n"
    )
    again = names["again"]
    kinds = [type(value).__name__ for value in (again.init, again.r, again.c)]
    assert kinds == ["Zeros", "L2", "NonNeg"]
    assert again.activation is names["layer"].activation

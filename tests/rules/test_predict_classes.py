"""KM110: predict_classes and predict_proba."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules.own_code import assumed, run, unchanged, upgrade

HEAD = """from keras.models import Sequential
from keras.layers import Dense, Activation, Dropout, Flatten
"""


def last(source: str, *, unsafe: bool = False) -> str:
    """The last line after the rewrites of KM110."""
    return upgrade(HEAD + source + "\n", "KM110", unsafe=unsafe).splitlines()[-1]


@pytest.mark.parametrize(
    ("layers", "after"),
    [
        ("m.add(Dense(10))", "m.predict(x).argmax(axis=-1)"),
        ("m.add(Dense(output_dim=10))\nm.add(Activation('softmax'))", "m.predict(x).argmax(axis=-1)"),
        ("m.add(Dense(10))\nm.add(Dense(1))\nm.add(Activation('sigmoid'))", "(m.predict(x) > 0.5).astype('int32')"),
        ("N = 3\nm.add(Dense(N))", "m.predict(x).argmax(axis=-1)"),
        ("m.add(Dense(n))", "predict_classes(m, x)"),
        ("m.add(Dense(3))\nm.add(Flatten())", "predict_classes(m, x)"),
        ("m.add(Dense(3))\nif a:\n    m.pop()", "predict_classes(m, x)"),
        ("m.add(Dense(3))\nm.add(unknown)", "predict_classes(m, x)"),
        ("m.add(Dense(3))\ndef more():\n    m.add(Dense(1))", "predict_classes(m, x)"),
        ("", "predict_classes(m, x)"),
    ],
)
def test_by_the_last_layer(layers: str, after: str) -> None:
    assert last(f"m = Sequential()\n{layers}\nm.predict_classes(x)") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m.predict_proba(x)", "m.predict(x)"),
        ("m.predict_proba(x, 128, 0)", "m.predict(x, 128, 0)"),
        ("m.predict_proba(X=x, verbose=0)", "m.predict(x=x, verbose=0)"),
        ("m.predict_proba(x)[:, 1]", "m.predict(x)[:, 1]"),
        ("m.predict_classes(x, batch_size=64)", "predict_classes(m, x, batch_size=64)"),
        ("m.predict_classes(x) == y", "predict_classes(m, x) == y"),
    ],
)
def test_calls(before: str, after: str) -> None:
    assert last(f"m = Sequential(layers)\n{before}") == after


def test_the_function_is_imported() -> None:
    assert "from kmigrate.compat import predict_classes" in upgrade(
        HEAD + "m = Sequential(layers)\nm.predict_classes(x)\n", "KM110"
    )


def test_a_model_on_a_line_of_its_own() -> None:
    source = HEAD + "m = Sequential(layers)\nc = m.predict_classes(\n    x,\n    verbose=0)\n"
    assert upgrade(source, "KM110").endswith("c = predict_classes(m,\n    x,\n    verbose=0)\n")


@pytest.mark.parametrize(
    "source",
    [
        "from sklearn.svm import SVC\nSVC().predict_proba(x)",
        "classifier.predict_proba(x)",
        "from keras.wrappers.scikit_learn import KerasClassifier\nKerasClassifier(f).predict_proba(x)",
        "m = Sequential()\nm.predict(x)",
        "def predict_classes(x):\n    return x\npredict_classes(3)",
    ],
)
def test_left_alone(source: str) -> None:
    assert unchanged(HEAD + source + "\n", "KM110")


def test_an_unknown_receiver_is_assumed() -> None:
    source = HEAD + "net.predict_classes(x)\n"
    assert assumed(source, "KM110") == ["`net` is a Sequential model of Keras"]


@pytest.mark.parametrize("units", [1, 4])
def test_the_classes_are_those_of_keras_1(units: int) -> None:
    names = run(
        f"""
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense
        x = np.random.RandomState(0).normal(size=(16, 3))
        seen = Sequential()
        seen.add(Dense({units}, input_dim=3, activation='sigmoid'))
        unseen = Sequential([layer for layer in seen.layers])
        classes = seen.predict_classes(x, verbose=0)
        others = unseen.predict_classes(x, verbose=0)
        probabilities = seen.predict_proba(x, verbose=0)
        """
    )
    values = names["probabilities"]
    # models.py of Keras 1.2.2: argmax where the last axis is longer than one, else whether the value is over 0.5
    expected = values.argmax(axis=-1) if units > 1 else (values > 0.5).astype("int32")
    assert np.array_equal(names["classes"], expected) and names["classes"].shape == expected.shape
    assert np.array_equal(names["others"], expected)


def test_a_method_of_the_users_own_class_is_left_alone() -> None:
    text = (
        "from keras.models import Sequential\n"
        "class Net(Sequential):\n    def predict_classes(self, x):\n        return 5\n"
        "Net().predict_classes(1)\n"
    )
    assert unchanged(text, "KM110")

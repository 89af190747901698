"""KM406: labels of an iterator against the end of a model."""

from __future__ import annotations

import numpy as np
import pytest

from kmigrate.findings import Severity
from kmigrate.rules.class_mode import _OUTCOMES
from tests.rules.own_code import assumed, findings, unchanged, unfixed, upgrade

HEAD = """from keras.layers import Activation, Dense, Dropout, Flatten, Input
from keras.models import Model, Sequential
from keras.preprocessing.image import ImageDataGenerator
images = ImageDataGenerator()
"""
MODEL = """model = Sequential()
model.add(Flatten(input_shape=(8, 8, 3)))
model.add(Dense({units}, activation='{activation}'))
model.compile(loss='{loss}', optimizer='sgd')
"""
FIT = "model.fit_generator(images.flow_from_directory('a'{mode}), steps_per_epoch=5)\n"


def program(mode: str, units: int, activation: str, loss: str) -> str:
    """A program that trains a model with such an end on labels of such a kind."""
    return HEAD + MODEL.format(units=units, activation=activation, loss=loss) + FIT.format(mode=mode)


@pytest.mark.parametrize(
    ("mode", "units", "loss", "fitting"),
    [
        ("", 1, "binary_crossentropy", "class_mode='binary'"),
        (", class_mode='binary'", 2, "categorical_crossentropy", "class_mode='categorical'"),
        (", class_mode='sparse'", 5, "categorical_crossentropy", "class_mode='categorical'"),
        (", class_mode='binary'", 2, "binary_crossentropy", "class_mode='categorical'"),
        ("", 4, "sparse_categorical_crossentropy", "class_mode='sparse'"),
    ],
)
def test_found_with_a_fix(mode: str, units: int, loss: str, fitting: str) -> None:
    source = program(mode, units, "softmax", loss)
    after = upgrade(source, "KM406", unsafe=True)
    assert fitting in after
    assert unchanged(after, "KM406")
    assert assumed(source, "KM406")[0].startswith("the last layer and the loss are what is meant")


@pytest.mark.parametrize(
    ("mode", "units", "loss", "severity"),
    [
        (", class_mode='binary'", 1, "categorical_crossentropy", Severity.WARNING),
        (", class_mode='binary'", 1, "sparse_categorical_crossentropy", Severity.ERROR),
        ("", 1, "categorical_crossentropy", Severity.ERROR),
        (", class_mode=None", 1, "binary_crossentropy", Severity.ERROR),
        (", classes=['a', 'b', 'c']", 2, "categorical_crossentropy", Severity.ERROR),
    ],
)
def test_found_for_a_person(mode: str, units: int, loss: str, severity: Severity) -> None:
    source = program(mode, units, "softmax", loss)
    assert [f.severity for f in findings(source, "KM406")] == [severity]
    assert unfixed(source, "KM406")


@pytest.mark.parametrize(
    "model",
    [
        "model = Sequential([Flatten(), Dense(1), Activation('sigmoid')])\n",
        "model = Sequential()\nfor i in range(3):\n    model.add(Dense(10))\nmodel.add(Dense(output_dim=1))\n",
        "model = Sequential()\nmodel.add(Flatten())\nmodel.add(Dense(units=1))\nmodel.add(Activation('sigmoid'))\n",
        "a = Input(shape=(3,))\nb = Dense(1, activation='sigmoid')(a)\nmodel = Model(a, b)\n",
        "a = Input(shape=(3,))\nmodel = Model(inputs=a, outputs=Dense(1, activation='sigmoid')(a))\n",
        "def build():\n    m = Sequential()\n    m.add(Dense(1))\n    return m\nmodel = build()\n",
    ],
)
def test_ends_that_are_understood(model: str) -> None:
    source = HEAD + model + "model.compile('sgd', 'binary_crossentropy')\n" + FIT.format(mode="")
    assert findings(source, "KM406")


@pytest.mark.parametrize(
    "model",
    [
        "model = Sequential()\nmodel.add(Dense(1))\nif wide:\n    model.add(Dense(2))\n",
        "model = Sequential()\nmodel.add(Dense(1))\nmore(model)\n",
        "model = Sequential()\nmodel.add(Dense(1))\nmodel.pop()\n",
        "model = Sequential()\nmodel.add(Dense(1))\nmodel.layers.pop()\n",
        "model = Sequential()\nmodel.add(Dense(1))\nmodel.add(own())\n",
        "model = Sequential()\nmodel.add(Dense(1))\nif a:\n    model = other\n",
        "model = Sequential(layers)\n",
        "model = Sequential()\nmodel.add(Dense(number))\n",
        "def build():\n    m = Sequential()\n    m.add(Dense(1))\n    return m\nmodel = build()\nmodel.add(Dense(2))\n",
        "a = Input(shape=(3,))\nmodel = Model(a, own(Dense(1)(a)))\n",
        "model = load_model('a.h5')\n",
        "model = Sequential()\nmodel.add(Dense(1))\nmodel.compile('sgd', 'mse')\n",
    ],
)
def test_ends_that_are_not(model: str) -> None:
    source = HEAD + model + "model.compile('sgd', 'binary_crossentropy')\n" + FIT.format(mode="")
    assert unchanged(source, "KM406")


@pytest.mark.parametrize(
    ("mode", "units", "activation", "loss"),
    [
        (", class_mode='binary'", 1, "sigmoid", "binary_crossentropy"),
        ("", 2, "softmax", "categorical_crossentropy"),
        ("", 2, "sigmoid", "binary_crossentropy"),
        (", class_mode='sparse'", 3, "softmax", "sparse_categorical_crossentropy"),
        (", class_mode='binary'", 2, "softmax", "sparse_categorical_crossentropy"),
        (", class_mode=mode", 1, "softmax", "categorical_crossentropy"),
        (", class_mode='input'", 1, "softmax", "binary_crossentropy"),
        (", class_mode='binary'", 1, "linear", "mse"),
        (", classes=['a', 'b']", 2, "softmax", "categorical_crossentropy"),
        (", **options", 1, "sigmoid", "binary_crossentropy"),
    ],
)
def test_what_fits(mode: str, units: int, activation: str, loss: str) -> None:
    assert unchanged(program(mode, units, activation, loss), "KM406")


#: The one that tf_keras does not refuse where it learns of the shapes only when it runs, as from an iterator.
_BROADCAST = (True, True, "binary_crossentropy")


def test_the_table_is_what_keras_does() -> None:
    import tf_keras

    number, columns = np.array([0.0, 1.0, 0.0, 1.0]), np.eye(2)[[0, 1, 0, 1]]
    for (in_columns, one_unit, loss), (_, severity, fitting) in _OUTCOMES.items():
        model = tf_keras.Sequential([tf_keras.layers.Dense(1 if one_unit else 2, activation="sigmoid", input_dim=3)])
        model.compile("sgd", loss, run_eagerly=True)
        labels = columns if in_columns else number
        if severity is Severity.WARNING:
            assert model.train_on_batch(np.ones((4, 3)), labels) == 0
        else:
            with pytest.raises(Exception, match=r"shape|incompatible|label|broadcast|Incompatible"):
                model.train_on_batch(np.ones((4, 3)), labels)
        if fitting is not None:
            fitted = columns if fitting == "categorical" else number
            model.train_on_batch(np.ones((4, 3)), fitted)


def test_one_unit_against_columns_learns_nothing() -> None:
    import tf_keras
    from tf_keras.preprocessing.image import ImageDataGenerator

    assert _BROADCAST in _OUTCOMES
    pictures, columns = np.random.default_rng(0).normal(size=(16, 2, 2, 1)), np.eye(2)[[0, 1] * 8]
    model = tf_keras.Sequential([tf_keras.layers.Flatten(input_shape=(2, 2, 1)), tf_keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    history = model.fit(ImageDataGenerator().flow(pictures, columns), epochs=20, verbose=0).history["loss"]
    assert min(history) >= np.log(2) - 1e-4  # what 0.5 for everything gives

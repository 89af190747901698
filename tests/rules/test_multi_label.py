"""KM410: samples with several labels against the end of a model."""

from __future__ import annotations

import pytest

from tests.rules.own_code import findings, unchanged

HEAD = """from keras.layers import Dense
from keras.models import Sequential
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelBinarizer, MultiLabelBinarizer
model = Sequential()
model.add(Dense(20, input_dim=100, activation='{activation}'))
model.compile(loss='{loss}', optimizer='adam')
"""
LABELS = [
    "y = MultiLabelBinarizer().fit_transform(genres)\nmodel.fit(x, y)",
    "mlb = MultiLabelBinarizer()\ny = mlb.fit_transform(genres)\nmodel.fit(x=x, y=y, epochs=3)",
    "mlb = MultiLabelBinarizer()\nmlb.fit(genres)\nmodel.fit(x, mlb.transform(genres))",
    "y = MultiLabelBinarizer().fit_transform(g)\na, b, c, d = train_test_split(x, y, test_size=0.2)\nmodel.fit(a, c)",
]


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize(
    ("activation", "loss", "words"),
    [
        ("softmax", "categorical_crossentropy", "softmax and categorical_crossentropy are for one"),
        ("softmax", "binary_crossentropy", "softmax is for one"),
        ("sigmoid", "categorical_crossentropy", "categorical_crossentropy is for one"),
    ],
)
def test_found(labels: str, activation: str, loss: str, words: str) -> None:
    (found,) = findings(HEAD.format(activation=activation, loss=loss) + labels, "KM410")
    assert words in found.message
    assert "if samples have more than one label" in found.message


@pytest.mark.parametrize("labels", LABELS)
def test_what_fits(labels: str) -> None:
    assert unchanged(HEAD.format(activation="sigmoid", loss="binary_crossentropy") + labels, "KM410")


@pytest.mark.parametrize(
    "labels",
    [
        "y = LabelBinarizer().fit_transform(genres)\nmodel.fit(x, y)",
        "y = MultiLabelBinarizer().fit_transform(genres)\nmodel.fit(x, z)",
        "y = MultiLabelBinarizer().fit_transform(genres)\ny = y.argmax(axis=1)\nmodel.fit(x, y)",
        "y = MultiLabelBinarizer().fit_transform(genres)\nif a:\n    y = b\nmodel.fit(x, y)",
        "y = MultiLabelBinarizer().fit_transform(g)\na, b, c, d = train_test_split(x, y)\nmodel.fit(c, a)",
        "y = MultiLabelBinarizer().fit_transform(g)\na, b, c, d = own(x, y)\nmodel.fit(a, c)",
        "y = MultiLabelBinarizer().fit_transform(g)\nother.fit(x, y)",
        "x = MultiLabelBinarizer().fit_transform(g)\nmodel.fit(x, y)",
        "class MultiLabelBinarizer: pass\ny = MultiLabelBinarizer().fit_transform(g)\nmodel.fit(x, y)",
    ],
)
def test_not_found(labels: str) -> None:
    assert unchanged(HEAD.format(activation="softmax", loss="categorical_crossentropy") + labels, "KM410")

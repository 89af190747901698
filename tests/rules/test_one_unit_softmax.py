"""KM407: a softmax over one unit."""

from __future__ import annotations

import pytest

from tests.rules.own_code import unchanged, unfixed, upgrade

HEAD = "from {keras}.layers import Conv2D, Dense\nfrom {keras}.models import Sequential\nmodel = Sequential()\n"


@pytest.mark.parametrize("keras", ["keras", "tensorflow.keras", "tf_keras"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Dense(1, activation='softmax')", "Dense(1, activation='sigmoid')"),
        ("Dense(units=1, activation='softmax')", "Dense(units=1, activation='sigmoid')"),
        ("Dense(output_dim=1, activation='softmax')", "Dense(output_dim=1, activation='sigmoid')"),
        ("classes = 1\nDense(classes, activation='softmax')", "Dense(classes, activation='sigmoid')"),
    ],
)
def test_found(keras: str, before: str, after: str) -> None:
    assert upgrade(HEAD.format(keras=keras) + before, "KM407", unsafe=True).endswith(after)


@pytest.mark.parametrize(
    "source",
    [
        "Dense(2, activation='softmax')",
        "Dense(1, activation='sigmoid')",
        "Dense(1)",
        "Dense(classes, activation='softmax')",
        "Dense(1, activation=activation)",
        "Conv2D(1, (1, 1), activation='softmax')",
        "Dense(1.5, activation='softmax')",
        "def Dense(n, activation): pass\nDense(1, activation='softmax')",
        "def f(classes=1):\n    return Dense(classes, activation='softmax')",
        "classes = 1\nif many:\n    classes = 10\nDense(classes, activation='softmax')",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD.format(keras="keras") + source, "KM407")


@pytest.mark.parametrize(
    ("loss", "instead"), [("mse", "no activation"), ("sparse_categorical_crossentropy", "a unit for each class")]
)
def test_no_fix_where_the_loss_is_not_of_two_classes(loss: str, instead: str) -> None:
    source = HEAD.format(keras="keras") + f"model.add(Dense(1, activation='softmax'))\nmodel.compile('sgd', '{loss}')\n"
    (message,) = unfixed(source, "KM407")
    assert instead in message

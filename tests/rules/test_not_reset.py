"""KM403: Keras 1 goes on in an iterator where its last use stopped."""

from __future__ import annotations

import pytest

from tests.rules.own_code import findings, unchanged, upgrade

HEAD = """from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
model = Sequential()
test = ImageDataGenerator().flow_from_directory('test', shuffle=False)
"""
PREDICT = "p = model.predict_generator(test, val_samples=100)\n"
JOIN = "wrong = test.classes != p.argmax(axis=1)\n"


@pytest.mark.parametrize(
    "before",
    [
        "model.evaluate_generator(test, val_samples=100)\n",
        "model.fit_generator(train, 100, 5, validation_data=test, nb_val_samples=100)\n",
        "q = model.predict_generator(test, val_samples=100)\n",
        "x, y = next(test)\n",
        "x, y = test.next()\n",
        "with open('a') as f:\n    model.evaluate_generator(test, val_samples=100)\n",
    ],
)
def test_found(before: str) -> None:
    source = HEAD + before + PREDICT + JOIN
    after = upgrade(source, "KM403")
    assert after == source.replace(PREDICT, "test.reset()\n" + PREDICT)


def test_the_line_keeps_its_indentation() -> None:
    source = HEAD + "def f():\n    model.evaluate_generator(test, val_samples=100)\n    " + PREDICT + "    " + JOIN
    assert "    test.reset()\n    p = model.predict" in upgrade(source, "KM403")


@pytest.mark.parametrize(
    "source",
    [
        PREDICT + JOIN,
        "model.evaluate_generator(test, val_samples=100)\ntest.reset()\n" + PREDICT + JOIN,
        "model.evaluate_generator(test, val_samples=100)\n" + PREDICT + "print(p)\n",
        "model.evaluate_generator(other, val_samples=100)\n" + PREDICT + JOIN,
        "if a:\n    model.evaluate_generator(test, val_samples=100)\n" + PREDICT + JOIN,
        PREDICT + JOIN + "model.evaluate_generator(test, val_samples=100)\n",
        "model.evaluate_generator(test, steps=10)\np = model.predict_generator(test, steps=10)\n" + JOIN,
        "model.evaluate_generator(test, steps=10)\np = model.predict(test)\n" + JOIN,
        "model.evaluate_generator(test, val_samples=100)\n"
        "test = ImageDataGenerator().flow_from_directory('test', shuffle=False)\n" + PREDICT + JOIN,
        "def f():\n    model.evaluate_generator(test, val_samples=100)\n" + PREDICT + JOIN,
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD + source, "KM403")


def test_a_statement_that_does_not_begin_its_line_is_left_to_a_person() -> None:
    source = HEAD + "model.evaluate_generator(test, val_samples=100); " + PREDICT + JOIN
    (found,) = findings(source, "KM403")
    assert found.rewrite is None

"""KM112: show_accuracy and class_mode of Keras 0.x."""

from __future__ import annotations

import pytest

from tests.rules.own_code import assumed, unchanged, unfixed, upgrade

HEAD = "from keras.models import Sequential\nmodel = Sequential()\n"
COMPILE = "model.compile(loss='mse', optimizer='sgd')\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}{COMPILE}model.fit(x, y)\n",
        f"{HEAD}model.compile('sgd', 'mse', metrics=['accuracy'])\n",
        f"{HEAD}flow(class_mode='binary')\n",
        "import mine\nmine.fit(x, y, show_accuracy=True)\n",
        "from keras.preprocessing.image import ImageDataGenerator\n"
        "ImageDataGenerator().flow_from_directory('d', class_mode='binary')\n",
        f"{HEAD}score(accuracy=True)\n",
        f"{HEAD}show_accuracy = True\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM112")


def test_the_accuracy_is_asked_for_in_compile_once() -> None:
    source = f"{HEAD}{COMPILE}model.fit(x, y, show_accuracy=True)\nmodel.evaluate(x, y, show_accuracy=True)\n"
    assert upgrade(source, "KM112") == (
        f"{HEAD}model.compile(loss='mse', optimizer='sgd', metrics=['accuracy'])\n"
        "model.fit(x, y)\nmodel.evaluate(x, y)\n"
    )


def test_metrics_that_are_there_stay() -> None:
    source = f"{HEAD}model.compile('sgd', 'mse', ['mae'])\nmodel.fit(x, y, show_accuracy=True)\n"
    assert upgrade(source, "KM112") == f"{HEAD}model.compile('sgd', 'mse', ['mae'])\nmodel.fit(x, y)\n"


@pytest.mark.parametrize("value", ["False", "0"])
def test_what_asks_for_nothing_goes(value: str) -> None:
    assert upgrade(f"{HEAD}model.fit(x, y, show_accuracy={value})\n", "KM112") == f"{HEAD}model.fit(x, y)\n"


def test_class_mode_goes() -> None:
    source = f"{HEAD}model.compile('sgd', 'mse', class_mode='binary')\n"
    assert upgrade(source) == f"{HEAD}model.compile('sgd', 'mse')\n"
    unknown = "import keras\ndef f(net):\n    net.compile({})\n"
    text = upgrade(unknown.format("loss='mse', class_mode='binary'"), "KM112", unsafe=True)
    assert text == unknown.format("loss='mse'")


def test_another_model_s_compile_is_not_touched() -> None:
    source = f"{HEAD}other = Sequential()\nother.compile('sgd', 'mse')\nmodel.fit(x, y, show_accuracy=True)\n"
    assert unfixed(source, "KM112")
    assert "other.compile('sgd', 'mse')\n" in upgrade(source, "KM112", unsafe=True)


def test_the_same_name_in_another_function_is_another_model() -> None:
    source = (
        "from keras.models import Sequential\ndef a():\n    m = Sequential()\n    m.compile('sgd', 'mse')\n"
        "def b():\n    m = Sequential()\n    m.fit(x, y, show_accuracy=True)\n"
    )
    assert unfixed(source, "KM112")


def test_an_evaluation_without_it_makes_the_fix_unsafe() -> None:
    source = f"{HEAD}{COMPILE}model.fit(x, y, show_accuracy=True)\nloss = model.evaluate(x, y)\n"
    assert assumed(source, "KM112") == ["nothing minds that every evaluation returns the accuracy too"]


def test_a_receiver_that_is_not_known_makes_the_fix_unsafe() -> None:
    source = "import keras\ndef f(net):\n    net.compile('sgd', 'mse')\n    net.fit(x, y, show_accuracy=True)\n"
    assert assumed(source, "KM112") == ["`net` is a Keras model"]

"""KM113: names that are gone; and the public names of Keras 2, made again by reflection."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmigrate import keras_api
from kmigrate.keras_api import generate_keras2, keras2_names
from tests.rules.own_code import findings, unchanged, unfixed, upgrade


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import Conv2D, Conv2DTranspose, Layer\nConv2D(3, 3)\n",
        "from keras.layers import Dense\nDense(3)\n",
        "import keras\nprint(keras.__version__, keras.layers.Dense, keras.optimizers.schedules.ExponentialDecay)\n",
        "from keras.layers.convolutional import Convolution2D\nConvolution2D(3, 3, 3)\n",
        "from keras import backend as K\nK.epsilon()\nK.set_image_data_format('channels_last')\n",
        "import tensorflow as tf\ntf.get_session()\n",
        "from keras.layers import *\nDense(3)\n",
        "from keras.models import Model\ndef f(net):\n    net.to_yaml()\n    Model(a, b).to_json()\n",
        "from keras_contrib.layers import CRF\nCRF(3)\n",
        "from keras.layers import merge\nmerge([a, b])\n",
        "from keras.applications.vgg16 import VGG16, preprocess_input\nVGG16()\n",
        "from keras.utils import plot_model\nplot_model(m)\n",
        "from legacy.keras import thing\nthing()\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM113")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from keras.models import Graph\nGraph()\n", "functional interface"),
        ("from keras import backend as K\nK.get_session().run(x)\n", "no session"),
        ("from keras import backend as K\nK.tf.add(a, b)\n", "import tensorflow as tf"),
        ("from keras.models import Sequential\nSequential().to_yaml()\n", "to_json"),
        ("from keras.engine.training import standardize_input_data as s\ns(x)\n", "never a public name"),
        ("from keras.layers import Nonsense\nNonsense()\n", "neither Keras 1 nor Keras 2 has `layers.Nonsense`"),
        ("import keras\nkeras.layers.Nonsense()\n", "neither Keras 1 nor Keras 2 has `layers.Nonsense`"),
    ],
)
def test_what_to_do_is_said_and_nothing_changed(text: str, words: str) -> None:
    """At the use, and at an import of the name itself, which fails before the use does."""
    messages = unfixed(text, "KM113")
    imported_by_name = text.startswith("from") and " as K" not in text and "Sequential" not in text
    assert len(messages) == (2 if imported_by_name else 1)
    assert all(words in message for message in messages)
    assert upgrade(text, "KM113", unsafe=True) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from keras.layers.merge import add\nadd([a, b])\n", "from keras.layers import add\nadd([a, b])\n"),
        ("from keras.layers.core import Conv2D as C\nC(3, 3)\n", "from keras.layers import Conv2D as C\nC(3, 3)\n"),
        (
            "from keras.engine.base_layer import InputSpec as I, Layer\n",
            "from keras.layers import InputSpec as I, Layer\n",
        ),
    ],
)
def test_names_of_keras_2_are_imported_from_where_they_are(old: str, new: str) -> None:
    assert upgrade(old, "KM113") == new


@pytest.mark.parametrize("name", ["merge", "Merge", "TimeDistributedDense", "Nonsense"])
def test_an_import_that_nothing_uses_goes(name: str) -> None:
    assert (
        upgrade(f"from keras.layers import Dense, {name}\nDense(3)\n") == "from keras.layers import Dense\nDense(3)\n"
    )


def test_an_import_that_may_be_meant_for_others_stays() -> None:
    text = "from keras.layers import Dense, merge\n__all__ = ['Dense', 'merge']\n"
    assert [finding.rewrite for finding in findings(text, "KM113")] == [None]


def test_the_names_of_keras_2_are_current() -> None:
    committed = Path(keras2_names.__file__).read_text(encoding="utf-8")
    assert committed == generate_keras2.source(), "run: python -m kmigrate.keras_api.generate_keras2"


def test_every_target_of_the_tables_is_a_public_name() -> None:
    rows = keras_api.rows().values()
    paths = {row.to for row in rows if row.to is not None and row.to.startswith("keras.")}
    names = {path for path in paths if not path.split(".")[-2][:1].isupper()}
    assert len(names) > 200
    assert sorted(path for path in names if not keras_api.on_keras2(path)) == []


def test_an_import_is_said_where_its_uses_are_left() -> None:
    text = "from keras.layers import Merge\nleft = Merge(mode=mode)([a, b])\n"
    (message,) = unfixed(text, "KM113")
    assert "not all of its uses" in message


def test_an_import_is_not_said_where_all_of_its_uses_are_rewritten() -> None:
    text = "from keras.layers import merge\nleft = merge([a, b], mode='sum')\n"
    assert not unfixed(text, "KM113")


def test_a_module_that_is_gone_is_said_at_its_import() -> None:
    text = "from keras.layers import containers\nx = containers.Graph()\n"
    assert any("keras.layers.containers" in message for message in unfixed(text, "KM113"))
    moved = "from keras.utils import np_utils\nx = np_utils.to_categorical(y)\n"
    assert not unfixed(moved, "KM113")

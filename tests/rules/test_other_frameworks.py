"""KM208: Theano or TensorFlow 1 used directly."""

from __future__ import annotations

import pytest

from kmigrate.rules.other_frameworks import GONE, V1_ONLY
from tests.rules.own_code import findings, unchanged, unfixed, upgrade

KERAS = "from keras.layers import Dense\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import theano\n", "Theano"),
        ("import theano.tensor as T\nimport theano\n", "Theano"),
        ("from theano import tensor as T\n", "Theano"),
        ("import tensorflow as tf\ns = tf.Session()\n", "`tf.Session`"),
        ("import tensorflow as tf\ntf.contrib.layers.flatten(x)\n", "`tf.contrib`"),
        ("import tensorflow\ntensorflow.placeholder('float')\n", "`tensorflow.placeholder`"),
        ("from tensorflow import Session\n", "`tensorflow.Session`"),
        ("from tensorflow.python.framework import ops\n", "`tensorflow.python.framework.ops`"),
    ],
)
def test_one_loud_finding(source: str, words: str) -> None:
    (message,) = unfixed(KERAS + source, "KM208")
    assert words in message
    assert upgrade(KERAS + source, "KM208", unsafe=True) == KERAS + source


def test_one_finding_a_framework_with_the_places_as_evidence() -> None:
    source = KERAS + "import theano\nimport tensorflow as tf\ntf.Session()\ntf.placeholder()\ntf.Session()\n"
    theano, tensorflow = findings(source, "KM208")
    assert "Theano" in theano.message and not theano.related
    assert len(tensorflow.related) == 3


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf\ntf.reduce_mean(x)\n",
        "import tensorflow as tf\ntf.contrib.keras.layers.Dense(3)\n",
        "import tensorflow.compat.v1 as tf\ntf.Session()\n",
        "import tensorflow as tf\ntf.compat.v1.Session()\n",
        "import numpy as tf\ntf.Session()\n",
        "def f(tf):\n    return tf.Session()\n",
        "theano = 3\n",
    ],
)
def test_left_alone(source: str) -> None:
    assert unchanged(KERAS + source, "KM208")


def test_a_file_without_keras_is_not_looked_at() -> None:
    assert unchanged("import theano\n", "KM208")


def test_the_names_are_those_that_tensorflow_2_lacks() -> None:
    tf = pytest.importorskip("tensorflow")
    assert {name for name in V1_ONLY | GONE if hasattr(tf, name)} == set()
    assert {name for name in V1_ONLY if not hasattr(tf.compat.v1, name)} == set()

"""KM130 and KM131: crossentropies of the backend with swapped arguments, and the variable ``_BACKEND``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

HEAD = "from keras import backend as K\n"
OLD = "from keras.layers import Convolution2D\nConvolution2D(1, 1, 1)\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}K.categorical_crossentropy(target=a, output=b)\n",
        f"{HEAD}K.binary_crossentropy(output=a, target=b, from_logits=True)\n",
        f"{HEAD}K.categorical_crossentropy(a, b, axis=1)\n",
        f"{HEAD}K.mean(a, b)\n",
        "from keras.objectives import categorical_crossentropy\ncategorical_crossentropy(a, b)\n",
        "from keras.metrics import binary_crossentropy\nbinary_crossentropy(a, b)\n",
        f"{HEAD}from keras.layers import Conv2D\nConv2D(1, 1)\nK.categorical_crossentropy(a, b)\n",
        "import tensorflow as tf\ntf.categorical_crossentropy(a, b)\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM130")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("K.categorical_crossentropy(a, b)", "K.categorical_crossentropy(output=a, target=b)"),
        ("K.binary_crossentropy(a, target=b)", "K.binary_crossentropy(output=a, target=b)"),
        (
            "K.sparse_categorical_crossentropy(a, b, True)",
            "K.sparse_categorical_crossentropy(output=a, target=b, from_logits=True)",
        ),
    ],
)
def test_arguments_are_named_as_keras_1_took_them(old: str, new: str) -> None:
    assert upgrade(f"{OLD}{HEAD}{old}\n", "KM130").splitlines()[-1] == new


def test_what_is_taken_for_granted_and_what_is_left() -> None:
    assert assumed(f"{OLD}{HEAD}K.categorical_crossentropy(a, b)\n", "KM130") == []
    assert assumed(f"{HEAD}K.categorical_crossentropy(a, b)\n", "KM130") == ["the file is written for Keras 1"]
    assert unfixed(f"{OLD}{HEAD}K.categorical_crossentropy(*pair)\n", "KM130")
    assert unfixed(f"{OLD}{HEAD}loss = K.categorical_crossentropy\n", "KM130")


def test_the_loss_is_that_of_keras_1() -> None:
    names: dict[str, Any] = run(
        f"{OLD}{HEAD}loss = K.eval(K.categorical_crossentropy(K.variable([[.2, .8]]), K.variable([[0., 1.]])))\n"
    )
    np.testing.assert_allclose(names["loss"], [-np.log(0.8)], rtol=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}K.backend()\n",
        f"{HEAD}K._SESSION\n",
        "_BACKEND = 'theano'\nfrom keras.layers import Dense\nprint(_BACKEND, Dense)\n",
        "import mine as K\nK._BACKEND\n",
    ],
)
def test_the_variable_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM131")


def test_the_variable_is_a_function_now() -> None:
    text = f"{HEAD}from keras.backend import _BACKEND\nif K._BACKEND == 'theano' or _BACKEND == 'theano':\n    pass\n"
    new = upgrade(text, "KM131")
    assert "if K.backend() == 'theano' or backend() == 'theano':" in new
    assert "_BACKEND" not in new

"""KM108: every mode of ``merge`` and ``Merge``, executed on tf_keras against the formula of Keras 1.2.2."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest

from tests.rules.own_code import assumed, findings, run, unchanged, unfixed, upgrade

HEAD = "from keras.layers import Input, Merge, merge\n"


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import add\nx = add([a, b])\n",
        "from keras.layers import concatenate\nx = concatenate([a, b], axis=1)\n",
        "from heapq import merge\nx = merge([a, b], key=f)\n",
        "from keras.layers import Bidirectional, LSTM\nx = Bidirectional(LSTM(3), merge_mode='concat')\n",
        "import pandas as pd\nfrom keras.layers import Dense\nx = pd.merge(a, b, how='left')\n",
        "from keras.layers import Dense\ndef merge(a, mode):\n    return a\nx = merge([a], mode='sum')\n",
        "from git import Repo\nx = repo.merge('main', mode='sum')\n",
        "from kmigrate.compat import merge\nx = merge([a, b], mode=mode)\n",
        "from keras.layers import Lambda\nx = Lambda(lambda p: p[0] - p[1])([a, b])\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM108")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("merge([a, b])", "add([a, b])"),
        ("merge([a, b], 'sum', name='s')", "add([a, b], name='s')"),
        ("merge(inputs=[a, b], mode='max')", "maximum(inputs=[a, b])"),
        ("merge([a, b], 'concat', 2)", "concatenate([a, b], axis=2)"),
        ("merge([a, b], mode='concat')", "concatenate([a, b])"),
        ("merge([a, b], mode='mul', concat_axis=1, output_shape=(3,))", "multiply([a, b])"),
        ("merge([a, b], mode='dot')", "dot([a, b], axes=-1)"),
        ("merge([a, b], mode='dot', dot_axes=((1,), (2,)))", "dot([a, b], axes=(1, 2))"),
        ("merge([a, b], mode='cos', dot_axes=1)", "merge_cos([a, b], dot_axes=1)"),
        ("merge([a, b], mode=mode, name='m')", "keras_merge([a, b], mode=mode, name='m')"),
        ("merge([a, b], mode=lambda p: p[0], output_shape=(3,))", "Lambda(lambda p: p[0], output_shape=(3,))([a, b])"),
        ("Merge(mode='ave', name='m')([a, b])", "Average(name='m')([a, b])"),
        ("Merge(mode='concat', concat_axis=1)([a, b])", "Concatenate(axis=1)([a, b])"),
        ("merge([merge([a, b]), b], mode='mul')", "multiply([add([a, b]), b])"),
    ],
)
def test_each_mode(old: str, new: str) -> None:
    assert upgrade(f"{HEAD}x = {old}\n", "KM108", unsafe=True).splitlines()[-1] == f"x = {new}"


def test_a_name_that_is_taken_is_not_hidden() -> None:
    text = upgrade("from keras.layers import merge\nadd = 3\nx = merge([a, b])\n", "KM108")
    assert text == "from keras.layers import add as keras_add\nadd = 3\nx = keras_add([a, b])\n"


def test_names_of_another_star_import_are_not_hidden() -> None:
    text = upgrade("from numpy import *\nfrom keras.layers import merge\nx = merge([a, b])\ny = add(1, 2)\n", "KM108")
    assert "x = keras_add([a, b])" in text


def test_a_dot_product_is_unsafe_and_others_are_safe() -> None:
    assert assumed(f"{HEAD}x = merge([a, b], mode='dot')\n", "KM108") == [
        "both inputs of the dot product are 2-D, or both are 3-D"
    ]
    assert assumed(f"{HEAD}x = merge([a, b], mode='concat')\n", "KM108") == []


def test_merge_of_models_is_that_of_compat_and_unsafe() -> None:
    source = "from keras.layers import Merge\nmodel.add(Merge([left, right], mode='mul'))\n"
    assert upgrade(source, "KM108", unsafe=True) == (
        "from kmigrate.compat import Merge as CompatMerge\nmodel.add(CompatMerge([left, right], mode='mul'))\n"
    )
    saved = "the model is not saved as a whole, only its weights"
    assert assumed(source, "KM108") == [saved]
    dot = assumed(source.replace("mul", "dot"), "KM108")
    assert dot == [f"{saved}; both inputs of the dot product are 2-D, or both are 3-D"]


@pytest.mark.parametrize(
    "use",
    ["isinstance(x, Merge)", "Merge(mode=mode)([a, b])", "merge(*arguments)", "f = merge", "merge([a], mode='join')"],
)
def test_what_is_not_known_is_left(use: str) -> None:
    assert unfixed(f"{HEAD}{use}\n", "KM108")
    assert [f.rewrite for f in findings(f"{HEAD}{use}\n", "KM108")] == [None]


EXECUTED = """
    from keras.layers import Input, Merge, merge
    from keras.models import Model
    a, b = Input(shape=(3, 4)), Input(shape=(3, 4))
    mode = 'max'
    unknown = 'mul' if a is not None else 'sum'
    outputs = [
        merge([a, b]), merge([a, b], mode='mul'), merge([a, b], 'ave'), merge([a, b], mode=mode),
        merge([a, b], mode='concat', concat_axis=1), merge([a, b], mode='concat'), merge([a, b], mode=unknown),
        merge([a, b], mode=lambda p: p[0] - p[1], output_shape=(3, 4)),
        Merge(mode='sum')([a, b]), Merge(mode=lambda p: p[0] * 2, output_shape=(3, 4))([a, b]),
    ]
    model = Model(input=[a, b], output=outputs)
"""


def test_the_upgraded_calls_compute_what_keras_1_did() -> None:
    names: dict[str, Any] = run(textwrap.dedent(EXECUTED))
    left, right = np.random.default_rng(0).random((2, 2, 3, 4), dtype=np.float32)
    expected = [
        left + right,
        left * right,
        (left + right) / 2,
        np.maximum(left, right),
        np.concatenate([left, right], 1),
        np.concatenate([left, right], -1),
        left * right,
        left - right,
        left + right,
        left * 2,
    ]
    for got, want in zip(names["model"].predict([left, right], verbose=0), expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-6)

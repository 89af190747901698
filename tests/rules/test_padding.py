"""KM114: the sides of ZeroPadding1D and ZeroPadding2D."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.rules.own_code import run, unchanged, unfixed, upgrade

HEAD = "from keras.layers import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D\n"


@pytest.mark.parametrize(
    "call",
    [
        "ZeroPadding2D()",
        "ZeroPadding2D((1, 2))",
        "ZeroPadding2D(padding=[1, 2])",
        "ZeroPadding2D(3)",
        "ZeroPadding2D(((1, 1), (2, 2)))",
        "ZeroPadding2D(sides)",
        "ZeroPadding1D(2)",
        "ZeroPadding1D((1, 2))",
        "ZeroPadding3D((1, 1, 1))",
        "Padding2D((1, 2, 3, 4))",
    ],
)
def test_says_nothing_about(call: str) -> None:
    assert unchanged(f"{HEAD}{call}\n", "KM114")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ZeroPadding2D((1, 2, 3, 4))", "ZeroPadding2D(((1, 2), (3, 4)))"),
        ("ZeroPadding2D(padding=[a, b + 1, 3, 4])", "ZeroPadding2D(padding=((a, b + 1), (3, 4)))"),
        ("ZeroPadding2D({'top_pad': 1, 'right_pad': n})", "ZeroPadding2D(((1, 0), (0, n)))"),
        ("ZeroPadding1D({'left_pad': 1})", "ZeroPadding1D((1, 0))"),
    ],
)
def test_each_form(old: str, new: str) -> None:
    assert upgrade(f"{HEAD}{old}\n", "KM114") == f"{HEAD}{new}\n"


def test_a_variable() -> None:
    text = upgrade(f"{HEAD}p = (1, 2, 3, 4)\nZeroPadding2D(p)\n", "KM114")
    assert text.splitlines()[-1] == "ZeroPadding2D(((p[0], p[1]), (p[2], p[3])))"
    assert unfixed(f"{HEAD}p = {{'left_pad': 1}}\nZeroPadding1D(p)\n", "KM114")


def test_the_zeros_are_where_keras_1_put_them() -> None:
    names: dict[str, Any] = run(
        f"{HEAD}from keras.models import Sequential\n"
        "model = Sequential([ZeroPadding2D((1, 0, 0, 2), dim_ordering='tf', input_shape=(2, 2, 1))])\n"
    )
    got = names["model"].predict(np.ones((1, 2, 2, 1)), verbose=0)[0, :, :, 0]
    np.testing.assert_array_equal(got, [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]])

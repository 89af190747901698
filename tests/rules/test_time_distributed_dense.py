"""KM109: TimeDistributedDense is TimeDistributed(Dense(…)), with the arguments where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.own_code import run, unchanged, unfixed, upgrade

HEAD = "from keras.layers import TimeDistributedDense\n"


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import TimeDistributed, Dense\nTimeDistributed(Dense(3), input_shape=(4, 5))\n",
        "from keras.layers import Dense\nDense(3, input_dim=5)\n",
        "from mine import TimeDistributedDense\nTimeDistributedDense(3)\n",
        "from keras.layers import Dense\nclass TimeDistributedDense:\n    pass\nTimeDistributedDense()\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM109")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("TimeDistributedDense(3)", "TimeDistributed(Dense(3))"),
        (
            "TimeDistributedDense(output_dim=3, init='uniform')",
            "TimeDistributed(Dense(units=3, kernel_initializer='random_uniform'))",
        ),
        ("TimeDistributedDense(3, input_dim=5)", "TimeDistributed(Dense(3), input_shape=(None, 5))"),
        ("TimeDistributedDense(3, input_dim=5, input_length=n)", "TimeDistributed(Dense(3), input_shape=(n, 5))"),
        ("TimeDistributedDense(3, name='n', bias=False)", "TimeDistributed(Dense(3, use_bias=False), name='n')"),
    ],
)
def test_each_form(old: str, new: str) -> None:
    assert upgrade(f"{HEAD}x = {old}\n", unsafe=True).splitlines()[-1] == f"x = {new}"


@pytest.mark.parametrize("use", ["isinstance(x, TimeDistributedDense)", "TimeDistributedDense(**options)"])
def test_what_is_not_known_is_left(use: str) -> None:
    assert unfixed(f"{HEAD}{use}\n", "KM109")


def test_it_runs_with_the_shape_and_name_that_were_given() -> None:
    names: dict[str, Any] = run(
        f"{HEAD}from keras.models import Sequential\nmodel = Sequential()\n"
        "model.add(TimeDistributedDense(3, init='one', input_dim=5, input_length=7, name='tags'))\n"
    )
    layer = names["model"].layers[0]
    assert (layer.name, layer.output_shape, layer.get_weights()[0].sum()) == ("tags", (None, 7, 3), 15)

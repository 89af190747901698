"""KM205: optimizers, losses and metrics that ``compile`` is given by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kmigrate.keras_api.training import STRING_LOSSES, STRING_METRICS, STRING_OPTIMIZERS
from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

OLD = "from keras.layers import Convolution2D\nConvolution2D(1, 1, 1)\n"
HEAD = f"{OLD}from keras.models import Sequential\nmodel = Sequential()\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}model.compile('sgd', 'mse')\n",
        f"{HEAD}model.compile(optimizer=opt, loss=loss, metrics=metrics)\n",
        f"{HEAD}model.compile('sgd', 'mse', metrics=['accuracy', 'mae'])\n",
        f"{HEAD}re.compile('adam')\n",
        f"{HEAD}kernel.compile(optimizer='adam')\n",
        f"{HEAD}name = 'adam'\nprint('precision')\n",
        "from keras.models import Sequential\nfrom keras.layers import Conv2D\nm = Sequential([Conv2D(1, 1)])\n"
        "m.compile('adam', 'mse')\n",
        f"{HEAD}from keras.optimizers import Adam\nmodel.compile(Adam(epsilon=1e-08), 'mse')\n",
        "import re\nre.compile(optimizer='adam', loss='cosine')\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM205")


@pytest.mark.parametrize("name", sorted(STRING_OPTIMIZERS))
def test_each_optimizer_is_what_the_table_says_and_runs(name: str) -> None:
    names: dict[str, Any] = run(f"{HEAD}model.compile(optimizer='{name}', loss='mse')\nopt = model.optimizer\n")
    written = STRING_OPTIMIZERS[name]
    assert type(names["opt"]).__name__ == written.partition("(")[0]
    for setting in written.partition("(")[2].rstrip(")").split(", "):
        key, _, value = setting.partition("=")
        assert float(names["opt"].get_config()[key]) == pytest.approx(float(value))


@pytest.mark.parametrize("name", sorted(STRING_LOSSES))
def test_each_loss(name: str) -> None:
    text = upgrade(f"{HEAD}model.compile('sgd', loss='{name}')\n", "KM205")
    assert text.splitlines()[-1] == f"model.compile('sgd', loss={STRING_LOSSES[name].rpartition('.')[2]})"


@pytest.mark.parametrize("name", sorted(STRING_METRICS))
def test_each_metric_in_lists_and_dicts(name: str) -> None:
    new = STRING_METRICS[name].rpartition(".")[2]
    text = upgrade(f"{HEAD}model.compile('sgd', 'mse', metrics={{'a': '{name}', 'b': ['mae', '{name}']}})\n", "KM205")
    assert text.splitlines()[-1] == f"model.compile('sgd', 'mse', metrics={{'a': {new}, 'b': ['mae', {new}]}})"


def test_a_variable_that_only_compile_reads_is_rewritten_where_it_is_set() -> None:
    source = f"{HEAD}opt = 'adam'\nlosses = ['mse', 'cosine']\nmodel.compile(opt, losses)\n"
    assert upgrade(source, "KM205").splitlines()[-3:] == [
        "opt = Adam(epsilon=1e-08)",
        "losses = ['mse', cosine_proximity]",
        "model.compile(opt, losses)",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "opt = 'adam'\nprint(opt)\nmodel.compile(opt, 'mse')\n",
        "def build(opt='adam'):\n    model.compile(opt, 'mse')\n",
        "opt = 'adam'\nfor i in range(3):\n    model.compile(opt, 'mse')\n",
        "model.compile('adam' if fast else 'sgd', 'mse')\n",
    ],
)
def test_a_string_that_is_used_elsewhere_is_left(source: str) -> None:
    assert unfixed(f"{HEAD}{source}", "KM205")


def test_what_is_taken_for_granted() -> None:
    unknown = "from keras.models import Sequential\nmodel = Sequential()\nmodel.compile('adam', 'mse')\n"
    assert assumed(unknown, "KM205") == ["the file is written for Keras 1"]
    other = f"{OLD}def f(net):\n    net.compile(optimizer='adam', loss='mse')\n"
    assert assumed(other, "KM205") == ["`net` is a Keras model"]


def test_the_name_of_an_optimizer_that_is_taken() -> None:
    text = upgrade(f"{HEAD}Adam = 'the first man'\nmodel.compile('adam', 'mse')\n", "KM205")
    assert "model.compile(keras_Adam(epsilon=1e-08), 'mse')" in text
    assert upgrade(f"{HEAD}import keras\nmodel.compile('adam', 'mse')\n", "KM205").endswith(
        "model.compile(keras.optimizers.Adam(epsilon=1e-08), 'mse')\n"
    )


def test_the_loss_and_metric_are_those_of_keras_1() -> None:
    names: dict[str, Any] = run(
        """
        from keras.layers import Dense
        from keras.models import Sequential
        model = Sequential([Dense(2, input_dim=2, bias=False, init='identity')])
        model.compile(optimizer='sgd', loss='cosine_proximity', metrics=['precision'])
        """
    )
    x, y = np.array([[0.9, 0.1], [0.8, 0.7]]), np.array([[1.0, 0.0], [1.0, 0.0]])
    loss, precision = names["model"].evaluate(x, y, verbose=0)
    cosines = (x * y).sum(1) / np.linalg.norm(x, axis=1)
    assert loss == pytest.approx(-cosines.mean() / 2, rel=1e-5)
    assert precision == pytest.approx(2 / 3, rel=1e-5)

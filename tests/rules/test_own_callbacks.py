"""KM145: what own callbacks read of their parameters and logs."""

from __future__ import annotations

import numpy as np
import pytest

from kmigrate.rules.own_callbacks import GONE_LOGS, GONE_PARAMS, PARAMS
from tests.rules.own_code import findings, run, unchanged, unfixed, upgrade


def _callback(body: str, method: str = "on_batch_end", base: str = "Callback") -> str:
    return (
        f"from keras.callbacks import Callback\nclass A({base}):\n"
        f"    def {method}(self, batch, logs={{}}):\n        {body}\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = self.params['nb_epoch']", "x = self.params['epochs']"),
        ('x = self.params["nb_epoch"]', 'x = self.params["epochs"]'),
        ("x = self.params.get('nb_epoch', 1)", "x = self.params.get('epochs', 1)"),
        ("x = [self.params['nb_epoch'] for i in y]", "x = [self.params['epochs'] for i in y]"),
    ],
)
def test_number_of_epochs(before: str, after: str) -> None:
    assert upgrade(_callback(before), "KM145") == _callback(after)


def test_old_hooks() -> None:
    source = (
        "from keras.callbacks import Callback\nclass A(Callback):\n    def _set_params(self, params):\n        pass\n"
    )
    assert "def set_params(" in upgrade(source, "KM145")


@pytest.mark.parametrize("key", sorted(GONE_PARAMS))
def test_parameters_that_are_gone(key: str) -> None:
    assert len(unfixed(_callback(f"x = self.params[{key!r}]"), "KM145")) == 1
    assert len(unfixed(_callback(f"x = self.params.get({key!r})"), "KM145")) == 1


@pytest.mark.parametrize("key", sorted(GONE_LOGS))
def test_logs_that_are_gone(key: str) -> None:
    (loud,) = findings(_callback(f"x = logs[{key!r}]"), "KM145")
    (silent,) = findings(_callback(f"x = logs.get({key!r}, 0)"), "KM145")
    assert (loud.severity.value, silent.severity.value) == ("error", "warning")


def test_validation_data() -> None:
    (message,) = unfixed(_callback("x = self.validation_data[0]"), "KM145")
    assert "None" in message


@pytest.mark.parametrize(
    "source",
    [
        _callback("x = self.params['epochs'], self.params['verbose'], self.params['steps']"),
        _callback("x = self.params['nb_steps']"),
        _callback("x = params['nb_epoch']"),
        _callback("x = self.model.params['nb_epoch']"),
        _callback("x = self.params[nb_epoch]"),
        _callback("self.params['nb_epoch'] = 3"),
        _callback("x = logs.get('loss'), logs['acc']"),
        _callback("x = logs['size']", "on_epoch_end"),
        _callback("x = other['size']"),
        _callback("x = self.params['nb_epoch']", base="object"),
        "from keras.callbacks import Callback\nparams = {'nb_epoch': 3}\nn = params['nb_epoch']\n",
        _callback("self.validation_data = 1\n        x = self.validation_data"),
        _callback("x = self.model.validation_data"),
    ],
)
def test_nothing_to_do(source: str) -> None:
    assert unchanged(source, "KM145")


def test_what_keras_2_really_gives() -> None:
    names = run(
        """
        from keras.callbacks import Callback
        from keras.layers import Dense
        from keras.models import Sequential
        class Spy(Callback):
            def on_train_begin(self, logs={}):
                self.epochs = self.params['nb_epoch']
                self.data = self.__dict__.get('validation_data')
            def on_batch_end(self, batch, logs={}):
                self.keys = set(logs)
        model = Sequential([Dense(1, input_dim=2)])
        model.compile('sgd', 'mse')
        """
    )
    spy, x = names["Spy"](), np.ones((4, 2))
    names["model"].fit(x, x[:, :1], epochs=3, verbose=0, callbacks=[spy], validation_data=(x, x[:, :1]))
    assert spy.epochs == 3
    assert not spy.params.keys() & (set(GONE_PARAMS) | set(PARAMS))
    assert not spy.keys & set(GONE_LOGS)
    assert spy.data is None

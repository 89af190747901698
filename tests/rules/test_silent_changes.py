"""KM209: changes that no rewrite brings back are said where they apply, and only there."""

from __future__ import annotations

import pytest

from kmigrate.engine import upgrade_source
from tests.rules.own_code import findings, unchanged

HEAD = """from keras.callbacks import ModelCheckpoint
from keras.layers import ActivityRegularization, BatchNormalization, Dense, LSTM, SimpleRNN
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
from keras.preprocessing.text import Tokenizer
from keras.regularizers import activity_l2, l2
model = Sequential()
"""


@pytest.mark.parametrize(
    "call",
    [
        "Dense(3, activity_regularizer=None)",
        "Dense(3, activity_regularizer=activity_l2(0.1))",
        "Dense(3, W_regularizer=l2(0.1))",
        "LSTM(3)",
        "LSTM(3, inner_init='zero', consume_less='gpu')",
        "LSTM(3, inner_init='orthogonal')",
        "SimpleRNN(3, dropout_W=0.2)",
        "SimpleRNN(3, dropout_W=0.0, consume_less='mem')",
        "Tokenizer()",
        "Tokenizer(nb_words=None)",
        "ImageDataGenerator(zca_whitening=False)",
        "ImageDataGenerator(width_shift_range=0.1, height_shift_range=0.1)",
        "model.fit(x, y)",
        "model.fit(x, y, sample_weight=None)",
        "model.compile('sgd', 'mse')",
        "model.save('m.h5')",
        "model.save_weights('w.hdf5')",
        "model.save(path)",
        "ModelCheckpoint('best.h5')",
        "BatchNormalization()",
        "np.fit(x, y, sample_weight=w)",
        "model.compile('adam', 'mse')",
        "model.compile(optimizer, 'nadam')",
        "nadam()",
        "print('nadam')",
    ],
)
def test_says_nothing_about(call: str) -> None:
    assert unchanged(f"{HEAD}{call}\n", "KM209")


def test_says_nothing_in_a_file_of_keras_2() -> None:
    assert unchanged(f"{HEAD}from keras.layers import Conv2D\nConv2D(1, 1)\nmodel.save('m')\n", "KM209")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("Dense(3, activity_regularizer=l2(0.1))", "batch size"),
        ("ActivityRegularization(l1=0.1)", "batch size"),
        ("LSTM(3, inner_init='zero')", "ignored inner_init"),
        ("SimpleRNN(3, dropout_W=0.2, consume_less='mem')", "with consume_less='cpu' alone"),
        ("LSTM(3, U_regularizer=l2(0.1), consume_less='mem')", "ignored U_regularizer"),
        ("Tokenizer(1000)", "word_index"),
        ("ImageDataGenerator(zca_whitening=True)", "whitens"),
        ("ImageDataGenerator(width_shift_range=0.1)", "moves rows"),
        ("ImageDataGenerator(width_shift_range=2, height_shift_range=2)", "pixels"),
        ("model.fit(x, y, sample_weight=w)", "weight is not 0"),
        ("model.compile('sgd', 'squared_hinge')", "targets"),
        ("model.compile('sgd', loss=['mse', 'hinge'])", "targets"),
        ("model.save('model')", "SavedModel"),
        ("model.save_weights('weights')", "checkpoint"),
        ("ModelCheckpoint('w.{epoch:02d}.h5')", "counts from 1"),
        ("from keras.optimizers import Nadam\nmodel.compile(Nadam(), 'mse')", "momentum"),
        ("from keras.optimizers import Nadam\nNadam(lr=0.001)", "momentum"),
        ("model.compile('nadam', 'mse')", "momentum"),
        ("name = 'Nadam'\nmodel.compile(loss='mse', optimizer=name)", "momentum"),
        ("from keras import optimizers\noptimizers.get('nadam')", "momentum"),
    ],
)
def test_each_change(call: str, words: str) -> None:
    (finding,) = findings(f"{HEAD}{call}\n", "KM209")
    assert words in finding.message
    assert finding.rewrite is None


def test_epsilon_of_batch_normalization_where_an_older_keras_shows() -> None:
    old = f"{HEAD}model.fit(x, y, show_accuracy=True)\n"
    assert len(findings(f"{old}BatchNormalization()\n", "KM209")) == 1
    assert findings(f"{old}BatchNormalization(epsilon=1e-3)\n", "KM209") == []


def test_nadam_is_said_once_and_stays_said_after_the_upgrade() -> None:
    result = upgrade_source(f"{HEAD}model.compile('nadam', 'mse')\nmodel.fit(x, y, nb_epoch=1)\n")
    assert "Nadam(learning_rate=0.002" in result.text
    assert [finding.code for finding in result.remaining] == ["KM209"]

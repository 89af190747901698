"""KM204: the key of the accuracy in logs."""

from __future__ import annotations

import pytest

from tests.rules.own_code import assumed, run, unchanged, upgrade

HEAD = """from keras.models import Sequential
from keras.callbacks import Callback, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
model = Sequential()
"""
COMPILED = HEAD + "model.compile('sgd', 'mse', metrics=['accuracy'])\n"
CALLBACK = "class C(Callback):\n    def on_epoch_end(self, epoch, logs={}):\n        "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("h = model.fit(x, y)\nh.history['acc']", "h.history['accuracy']"),
        ("h = model.fit(x, y).history\nh['val_acc']", "h['val_accuracy']"),
        ('h = model.fit(x, y)\nh.history["main_acc"]', 'h.history["main_accuracy"]'),
        ("h = model.fit_generator(g)\nh.history.get('val_main_acc')", "h.history.get('val_main_accuracy')"),
        ("h = model.fit(x, y)\n'val_acc' in h.history", "'val_accuracy' in h.history"),
        ("EarlyStopping('val_acc')", "EarlyStopping('val_accuracy')"),
        ("EarlyStopping(monitor='acc', mode='max')", "EarlyStopping(monitor='accuracy', mode='max')"),
        ("ReduceLROnPlateau(monitor='val_acc')", "ReduceLROnPlateau(monitor='val_accuracy')"),
        ("ModelCheckpoint('w{val_acc:.2f}-{acc}.h5')", "ModelCheckpoint('w{val_accuracy:.2f}-{accuracy}.h5')"),
        (CALLBACK + "logs['acc']", "logs['accuracy']"),
        (CALLBACK + "logs.get('val_acc', 0)", "logs.get('val_accuracy', 0)"),
        (CALLBACK + "'acc' not in logs", "'accuracy' not in logs"),
    ],
)
def test_keys(before: str, after: str) -> None:
    assert upgrade(COMPILED + before + "\n", "KM204").splitlines()[-1].strip() == after


def test_through_a_variable() -> None:
    text = upgrade(COMPILED + "path = 'w.{val_acc:.2f}.h5'\nModelCheckpoint(path, monitor='val_loss')\n", "KM204")
    assert "path = 'w.{val_accuracy:.2f}.h5'" in text


@pytest.mark.parametrize(
    "source",
    [
        "h = model.fit(x, y)\nh.history['loss']",
        "h = model.fit(x, y)\nh.history['accuracy']",
        "scores['acc']",
        "scores.get('val_acc')",
        "def f(logs):\n    return logs['acc']",
        "class Log(object):\n    def on_epoch_end(self, epoch, logs):\n        logs['acc']",
        "EarlyStopping('val_loss')",
        "ModelCheckpoint('acc.h5')",
        "ModelCheckpoint('acc-{epoch}.h5')",
        "metrics = ['acc']",
        "other(monitor='val_acc')",
        "frame = read('log.csv')\nframe['acc']",
    ],
)
def test_left_alone(source: str) -> None:
    assert unchanged(COMPILED + source + "\n", "KM204")


def test_a_model_compiled_with_acc_logs_acc() -> None:
    source = HEAD + "model.compile('sgd', 'mse', metrics=['acc'])\nh = model.fit(x, y)\nh.history['acc']\n"
    assert unchanged(source, "KM204")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (HEAD + "model.fit(x, y).history['acc']", "compiled with metrics=['accuracy']"),
        (COMPILED + "h.history['acc']", "`h` is the History"),
        (
            COMPILED + "o = Sequential()\no.compile('sgd', 'mse', ['acc'])\no.fit(x, y).history['acc']",
            "the model meant",
        ),
    ],
)
def test_unsafe(source: str, words: str) -> None:
    (assumption,) = assumed(source + "\n", "KM204")
    assert words in assumption


def test_the_key_is_there_on_the_target() -> None:
    names = run(
        """
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.callbacks import Callback, EarlyStopping
        seen = []
        class Watch(Callback):
            def on_epoch_end(self, epoch, logs={}):
                seen.append((logs['acc'], logs.get('val_acc')))
        model = Sequential()
        model.add(Dense(1, input_dim=3, activation='sigmoid'))
        model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])
        x = np.ones((8, 3))
        h = model.fit(x, np.ones((8, 1)), validation_split=0.5, nb_epoch=1, verbose=0, callbacks=[Watch()])
        values = (h.history['acc'], h.history['val_acc'])
        """
    )
    assert names["seen"] == [(names["values"][0][0], names["values"][1][0])]

"""What training changed silently from Keras 1 to Keras 2: a program for each, and a naive port of it.

A naive port is what a person writes who renames until it runs. ``seen`` has the words that verify must say of it.
``upgrade`` has those that it must say of kmigrate's own upgrade: none where that trains alike.
"""

from __future__ import annotations

from dataclasses import dataclass

_HEAD = """
import numpy as np
from keras.models import Sequential
from keras.layers import *
from keras.callbacks import EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, Nadam, RMSprop
from keras.regularizers import l2

from keras import backend as K

random = np.random.RandomState(0)
x, real = random.rand(40, 6), random.rand(40, 3)
bits = (real > 0.5).astype('float64')
classes = np.eye(3)[random.randint(0, 3, 40)]
"""
_MODEL = """
model = Sequential()
model.add(Dense(5, input_dim=6, activation='tanh', name='hidden'))
model.add(Dense(3, name='out'{}))
"""
_PLAIN = _HEAD + _MODEL.format("")
_SOFTMAX = _HEAD + _MODEL.format(", activation='softmax'")
_SIGMOID = _HEAD + _MODEL.format(", activation='sigmoid'")
_ONE = _PLAIN.replace("Dense(3", "Dense(1").replace("activation='tanh', ", "")
_FIT = "\nmodel.fit(x, real, {}=2)"
_MSE = "\nmodel.compile({}, 'mse')"
_CELLS = """
model = Sequential()
model.add(Masking(0.5, input_shape=(7, 4)))
model.add(LSTM(5, return_sequences=True, name='cells'{}))
"""
_PINNED = ", recurrent_activation='hard_sigmoid'"


@dataclass(frozen=True, slots=True)
class Row:
    """A program of Keras 1 in two forms."""

    name: str
    old: str
    port: str
    seen: tuple[str, ...]
    upgrade: tuple[str, ...] = ()


def _optimizer(name: str, old: str, port: str, *seen: str, upgrade: tuple[str, ...] = ()) -> Row:
    texts = [_PLAIN + _MSE.format(made) for made in (old, port)]
    return Row(name, texts[0] + _FIT.format("nb_epoch"), texts[1] + _FIT.format("epochs"), seen, upgrade)


_NADAM = "the weights of layer hidden are others after 3 steps of Nadam"

_SGD = _MSE.format("SGD(learning_rate=0.01)")
_SGD1 = _MSE.format("SGD(lr=0.01)")
_GENERATOR = """
def batches():
    while True:
        yield x[:8], real[:8]
"""
_RATES = ("SGD(lr=0.01)", "SGD(learning_rate=0.01)")
_EPOCHS = ("nb_epoch", "epochs")


def _both(name: str, text: str, *seen: str, upgrade: tuple[str, ...] = ()) -> Row:
    """A row of a text with ``RATE`` for an optimizer and ``EPOCHS`` for the argument of that name."""
    texts = [text.replace("RATE", rate).replace("EPOCHS", epochs) for rate, epochs in zip(_RATES, _EPOCHS, strict=True)]
    return Row(name, texts[0], texts[1], seen, upgrade)


_CROSSENTROPY = _SOFTMAX + "\nmodel.compile(RATE, 'categorical_crossentropy', metrics=['accuracy'])"
_CLIPPED = "model.add(Lambda(lambda t: K.clip(t, 0.0, 1.0), output_shape=(3,)))"
_BEST = "ModelCheckpoint('best.h5', monitor='acc', save_best_only=True)"
_IMAGES = (
    _HEAD
    + """
model = Sequential()
model.add({}, input_shape=(7, 6, 3)))
model.add(BatchNormalization(name='norm'))
"""
)
_VARIANCE = "BatchNormalization norm of rows and columns: tf_keras corrects its moving variance"

ROWS: tuple[Row, ...] = (
    Row(
        "fit without epochs",
        _PLAIN + _SGD1 + "\nmodel.fit(x, real)",
        _PLAIN + _SGD + "\nmodel.fit(x, real)",
        ("training: 1 epochs, was 10",),
    ),
    Row(
        "regularizer of the recurrent weights",
        _HEAD + _CELLS.format(", U_regularizer=l2(0.1)") + _SGD1,
        _HEAD + _CELLS.format(_PINNED + ", recurrent_regularizer=l2(0.1)") + _SGD,
        ("the regularizers of cells add",),
        ("the regularizers of cells add",),
    ),
    _optimizer("lr=", "SGD(lr=0.1)", "SGD(lr=0.1)", "optimizer setting: learning rate 0.01, was 0.1"),
    _optimizer(
        "decay= left as it is",
        "SGD(lr=0.1, decay=1e-3)",
        "SGD(learning_rate=0.1, decay=1e-3)",
        "does not compile it: ValueError",
    ),
    _optimizer(
        "decay= left out",
        "SGD(lr=0.1, decay=1e-3)",
        "SGD(learning_rate=0.1)",
        "optimizer setting: decay none, was 0.001",
    ),
    _optimizer("epsilon of Adam", "Adam()", "Adam()", "optimizer setting: epsilon 1e-07, was 1e-08"),
    _optimizer("epsilon of RMSprop", "RMSprop()", "RMSprop()", "optimizer setting: epsilon 1e-07, was 1e-08"),
    _optimizer(
        "rate of Adadelta", "Adadelta()", "Adadelta()", "learning rate 0.001, was 1", "epsilon 1e-07, was 1e-08"
    ),
    _optimizer("rate of Adagrad", "Adagrad()", "Adagrad()", "learning rate 0.001, was 0.01"),
    _optimizer("rate of Adamax", "Adamax()", "Adamax()", "learning rate 0.001, was 0.002"),
    _optimizer("rate of Nadam", "Nadam()", "Nadam()", "learning rate 0.001, was 0.002", upgrade=(_NADAM,)),
    _optimizer("a name for an optimizer", "'adadelta'", "'adadelta'", "learning rate 0.001, was 1"),
    _optimizer(
        "accumulator of Adagrad",
        "Adagrad()",
        "Adagrad(learning_rate=0.01, epsilon=1e-16)",
        "initial accumulator 0.1, was 0",
    ),
    _optimizer("schedule of Nadam", "Nadam()", "Nadam(learning_rate=0.002, epsilon=1e-8)", _NADAM, upgrade=(_NADAM,)),
    _optimizer(
        "clipnorm",
        "SGD(lr=0.01, clipnorm=0.1)",
        "SGD(learning_rate=0.01, clipnorm=0.1)",
        "norm of all gradients clipped at none, was 0.1",
        "norm of each gradient by itself clipped at 0.1, was none",
    ),
    Row(
        "weights of samples",
        _PLAIN + _SGD1 + "\nmodel.fit(x, real, nb_epoch=2, sample_weight=(x[:, 0] > 0.5) * 2.0)",
        _PLAIN + _SGD + "\nmodel.fit(x, real, epochs=2, sample_weight=(x[:, 0] > 0.5) * 2.0)",
        ("the loss is", "weights of samples are divided by the batch size"),
        ("weights of samples are divided by the batch size",),
    ),
    Row("masks in the loss", _HEAD + _CELLS.format("") + _SGD1, _HEAD + _CELLS.format(_PINNED) + _SGD, ()),
    Row(
        "masks in metrics",
        _HEAD + _CELLS.format("") + "\nmodel.compile(SGD(lr=0.01), 'mse', metrics=['mae'])",
        _HEAD + _CELLS.format(_PINNED) + "\nmodel.compile(SGD(learning_rate=0.01), 'mse', metrics=['mae'])",
        ("metric mean_absolute_error (now mae) is",),
        ("metric mean_absolute_error (now mae) is",),
    ),
    Row(
        "activity_regularizer",
        _PLAIN.replace("name='hidden'", "name='hidden', activity_regularizer='activity_l2'") + _SGD1,
        _PLAIN.replace("name='hidden'", "name='hidden', activity_regularizer='l2'") + _SGD,
        ("the regularizers of hidden add",),
        ("the regularizers of hidden add",),
    ),
    _both(
        "hinge of 0 and 1",
        _PLAIN + "\nmodel.compile(RATE, 'hinge')\nmodel.fit(x, bits, EPOCHS=2)",
        "hinge of Keras 2 takes targets of 0 and 1 as -1 and 1",
        upgrade=("hinge of Keras 2 takes targets of 0 and 1 as -1 and 1",),
    ),
    Row(
        "cosine_proximity",
        _PLAIN + "\nmodel.compile(SGD(lr=0.01), 'cosine_proximity')",
        _PLAIN + "\nmodel.compile(SGD(learning_rate=0.01), 'cosine_similarity')",
        ("loss cosine_similarity, was cosine_proximity",),
    ),
    _both(
        "binary_crossentropy at 0 and 1",
        _PLAIN + _CLIPPED + "\nmodel.compile(RATE, 'binary_crossentropy')",
        "binary_crossentropy clips probabilities otherwise",
        upgrade=("binary_crossentropy clips probabilities otherwise",),
    ),
    _both(
        "accuracy of labels that may be several",
        _SIGMOID + "\nmodel.compile(RATE, 'binary_crossentropy', metrics=['accuracy'])",
        "metric acc (now accuracy) is",
        upgrade=("metric acc (now accuracy) is",),
    ),
    _both(
        "accuracy of one unit",
        _ONE + "\nmodel.compile(RATE, 'mse', metrics=['accuracy'])\nmodel.fit(x, bits[:, :1], EPOCHS=2)",
        "metric acc (now accuracy) is",
        upgrade=("metric acc (now accuracy) is",),
    ),
    _both(
        "patience",
        _PLAIN
        + "\nmodel.compile(RATE, 'mse')"
        + "\nmodel.fit(x, real, EPOCHS=50, validation_split=0.1, callbacks=[EarlyStopping(patience=3)])",
        "EarlyStopping stops after epoch 7, was epoch 8",
    ),
    _both(
        "patience of a rate",
        _PLAIN
        + "\nmodel.compile(RATE, 'mse')"
        + "\nmodel.fit(x, real, EPOCHS=50, callbacks=[ReduceLROnPlateau('loss', patience=2)])",
        "ReduceLROnPlateau: rate 0.001 after epoch 6, was 0.01",
        # one more epoch is right about the first plateau alone: rules/patience.py
        upgrade=("ReduceLROnPlateau: rate 0.001 after epoch 9, was 0.0001",),
    ),
    _both(
        "the name of the accuracy",
        _CROSSENTROPY + f"\nmodel.fit(x, classes, EPOCHS=9, callbacks=[{_BEST}])",
        "ModelCheckpoint saves after the epochs none, were 1, 2, 3, 4",
    ),
    _both(
        "the accuracy of a history",
        _CROSSENTROPY + "\nprint(model.fit(x, classes, EPOCHS=9, validation_split=0.1).history['val_acc'])",
        "the history has no 'val_acc' but 'val_accuracy'",
    ),
    Row(
        "initial weights",
        _PLAIN.replace("Dense(5", "Dense(2000, init='glorot_normal'") + _SGD1,
        _PLAIN.replace("Dense(5", "Dense(2000, kernel_initializer='glorot_normal'") + _SGD,
        ("initial weights of hidden: as wide, with other tails",),
    ),
    Row(
        "orthogonal",
        _PLAIN.replace("Dense(5", "Dense(500, init='orthogonal'") + _SGD1,
        _PLAIN.replace("Dense(5", "Dense(500, kernel_initializer='orthogonal'") + _SGD,
        ("initial weights of hidden: standard deviation",),
    ),
    Row(
        "initial weights of gates",
        _HEAD + _CELLS.replace("LSTM(5", "LSTM(60").format("") + _SGD1,
        _HEAD + _CELLS.replace("LSTM(5", "LSTM(60").format(_PINNED) + _SGD,
        ("initial weights of cells: standard deviation",),
        ("initial weights of cells: standard deviation",),
    ),
    Row(
        "samples as steps",
        _PLAIN + _SGD1 + _GENERATOR + "\nmodel.fit_generator(batches(), samples_per_epoch=100, nb_epoch=2)",
        _PLAIN + _SGD + _GENERATOR + "\nmodel.fit(batches(), steps_per_epoch=100, epochs=2)",
        ("training: 100 batches, was 13",),
        (
            "the upgraded program does not come to training: fit_generator: got an unexpected keyword",
        ),  # left to a person, who knows the batch size
    ),
    _both(
        "class_mode",
        _SOFTMAX + "\nmodel.compile(RATE, 'categorical_crossentropy', class_mode='categorical')",
        "does not compile it: TypeError",
    ),
    _both(
        "weights of classes by position",
        _CROSSENTROPY + "\nmodel.train_on_batch(x, classes, {0: 1.0, 1: 2.0, 2: 0.5})",
        "a training step: class_weight is not given, and was given",
    ),
    Row(
        "moving variance",
        _IMAGES.format("Convolution2D(4, 3, 3") + _SGD1,
        _IMAGES.format("Conv2D(4, (3, 3)") + _SGD,
        (_VARIANCE,),
        (_VARIANCE,),
    ),
)

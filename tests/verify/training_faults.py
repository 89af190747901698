"""Faults in how upgraded programs train: their outputs are right, and what training does is not.

A fault changes the text that the upgrade made. Each has the words that verify must say of it; without a fault the
programs train alike.
"""

from __future__ import annotations

_HEAD = """
import numpy as np
from keras.models import Model, Sequential
from keras.layers import *
from keras.callbacks import EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, RMSprop
from keras.regularizers import l1, l2

random = np.random.RandomState(0)
x, real = random.rand(40, 6), random.rand(40, 3)
classes = np.eye(3)[random.randint(0, 3, 40)]
"""
#: Name -> program of Keras 1.
PROGRAMS: dict[str, str] = {
    "sgd": _HEAD
    + """
model = Sequential()
model.add(Dense(5, input_dim=6, activation='tanh', W_regularizer=l2(0.02), name='hidden'))
model.add(Dense(4, activation='sigmoid', b_regularizer=l1(0.3), name='middle'))
model.add(Dense(3, activation='softmax', name='out'))
sgd = SGD(lr=0.05, momentum=0.8, decay=1e-3, nesterov=True, clipnorm=0.5)
model.compile(sgd, 'categorical_crossentropy', metrics=['accuracy', 'mae'])
model.fit(x, classes, batch_size=8, nb_epoch=12, validation_split=0.2, class_weight={0: 1.0, 1: 2.0, 2: 0.5},
          callbacks=[EarlyStopping(monitor='val_loss', patience=3), ModelCheckpoint('all.h5', period=2)])
""",
    "adam": _HEAD
    + """
one, two = Input((6,), name='one'), Input((4,), name='two')
left = Dense(5, activation='relu', name='left')(one)
right = Dense(5, activation='tanh', name='right')(two)
joined = merge([left, right], mode='concat', name='joined')
first = Dense(2, name='first')(joined)
second = Dense(1, activation='sigmoid', name='second')(joined)
model = Model(input=[one, two], output=[first, second])
adam = Adam(lr=0.002, beta_1=0.8, beta_2=0.99, epsilon=1e-6, clipvalue=0.3)
model.compile(adam, ['mse', 'binary_crossentropy'], loss_weights=[1.0, 0.3], metrics={'first': 'mae'})
rates = LearningRateScheduler(lambda epoch: 0.002 if epoch < 3 else 0.001)
model.fit([x, x[:, :4]], [real[:, :2], classes[:, :1]], nb_epoch=6, shuffle=False, initial_epoch=1, callbacks=[rates])
""",
    "rmsprop": _HEAD
    + """
model = Sequential()
model.add(Dense(5, input_dim=6, activation='tanh', name='hidden'))
model.add(BatchNormalization(name='norm'))
model.add(Dense(3, name='out'))
for layer in model.layers[:1]:
    layer.trainable = False
model.compile(RMSprop(lr=0.01, rho=0.8, epsilon=1e-5), 'mse')
rates = ReduceLROnPlateau(monitor='val_loss', factor=0.5, patience=300)
model.fit(x, real, 8, 5, validation_data=(x[:9], real[:9]), callbacks=[rates])
model.evaluate(x, real, batch_size=10)
""",
    "adadelta": _HEAD
    + """
model = Sequential()
model.add(Dense(5, input_dim=6, activation='tanh', name='hidden'))
model.add(Dense(1, name='out'))
model.compile(loss='mean_absolute_error', optimizer='adadelta')
for number in range(2):
    model.train_on_batch(x, real[:, :1], sample_weight=np.ones(40))
""",
    "adagrad": _HEAD
    + """
model = Sequential()
model.add(Dense(5, input_dim=6, activation='tanh', name='hidden'))
model.add(Dense(1, activation='softplus', name='out'))
model.compile(loss='poisson', optimizer=Adagrad(lr=0.02))
model.fit(x, real[:, :1])
""",
}

#: (program, text of its upgraded form, what is put in its place, words that verify must say)
FAULTS: tuple[tuple[str, str, str, str], ...] = (
    ("sgd", "InverseTimeDecay(0.05,", "InverseTimeDecay(0.005,", "learning rate 0.005, was 0.05"),
    ("sgd", "InverseTimeDecay(0.05, 1, 1e-3)", "0.05", "decay none, was 0.001"),
    ("sgd", "1, 1e-3)", "1, 1e-4)", "decay 0.0001, was 0.001"),
    ("sgd", "1, 1e-3)", "10, 1e-3)", "decay 0.0001, was 0.001"),
    ("sgd", "momentum=0.8", "momentum=0.9", "momentum 0.9, was 0.8"),
    ("sgd", "momentum=0.8, ", "", "momentum 0, was 0.8"),
    ("sgd", "nesterov=True", "nesterov=False", "nesterov False, was True"),
    ("sgd", "global_clipnorm=0.5", "clipnorm=0.5", "norm of each gradient by itself clipped at 0.5, was none"),
    ("sgd", "global_clipnorm=0.5", "clipvalue=0.5", "clipvalue 0.5, was none"),
    ("sgd", ", global_clipnorm=0.5", "", "norm of all gradients clipped at none, was 0.5"),
    ("sgd", "global_clipnorm=0.5", "global_clipnorm=0.5, weight_decay=0.01", "weight decay 0.01, was none"),
    ("sgd", "l2(0.02)", "l1(0.02)", "the regularizers of hidden add"),
    ("sgd", "l2(0.02)", "l2(0.01)", "the regularizers of hidden add"),
    ("sgd", "kernel_regularizer", "activity_regularizer", "the regularizers of hidden add"),
    ("sgd", "bias_regularizer", "kernel_regularizer", "the regularizers of middle add"),
    ("sgd", "'categorical_crossentropy'", "'kullback_leibler_divergence'", "loss kullback_leibler_divergence, was"),
    ("sgd", "'categorical_crossentropy'", "'mse'", "loss mean_squared_error, was categorical_crossentropy"),
    ("sgd", "metrics=['accuracy', 'mae']", "metrics=['top_k_categorical_accuracy', 'mae']", "metric acc (now top_k"),
    ("sgd", "metrics=['accuracy', 'mae']", "metrics=['accuracy']", "metrics accuracy, were acc, mean_absolute_error"),
    ("sgd", "epochs=12, ", "", "training: 1 epochs, was 12"),
    ("sgd", "batch_size=8, ", "", "training: 1 batches, was 4"),
    ("sgd", "validation_split=0.2", "validation_split=0.5", "validation on 20 samples, was 8 samples"),
    ("sgd", "2: 0.5}", "2: 0.6}", "class_weight is other"),
    ("sgd", "class_weight={0: 1.0, 1: 2.0, 2: 0.5},", "", "class_weight is not given, and was given"),
    ("sgd", "patience=3 + 1", "patience=3", "EarlyStopping stops after epoch 7, was epoch 8"),
    ("sgd", "patience=3 + 1", "patience=3 + 1, mode='max'", "EarlyStopping stops after"),
    ("sgd", "monitor='val_loss'", "monitor='val_los'", "EarlyStopping stops after no epoch, was epoch 8"),
    ("sgd", "'all.h5', ", "'all.h5', save_best_only=True, ", "ModelCheckpoint saves after the epochs"),
    ("sgd", "momentum=0.8", "momentum=0.8, use_ema=True", "moving average of weights True, was False"),
    ("adam", "learning_rate=0.002", "learning_rate=0.001", "learning rate 0.001, was 0.002"),
    ("adam", "beta_1=0.8", "beta_1=0.9", "beta_1 0.9, was 0.8"),
    ("adam", "beta_2=0.99", "beta_2=0.999", "beta_2 0.999, was 0.99"),
    ("adam", "epsilon=1e-6", "epsilon=1e-7", "epsilon 1e-07, was 1e-06"),
    ("adam", "epsilon=1e-6", "epsilon=1e-6, amsgrad=True", "amsgrad True, was False"),
    ("adam", "adam = Adam(", "adam = Adamax(", "optimizer Adamax, was Adam"),
    ("adam", "clipvalue=0.3", "clipvalue=0.03", "clipvalue 0.03, was 0.3"),
    ("adam", "loss_weights=[1.0, 0.3]", "loss_weights=[0.3, 1.0]", "loss weights [0.3, 1.0], were [1.0, 0.3]"),
    ("adam", "loss_weights=[1.0, 0.3], ", "", "loss weights [1.0, 1.0], were [1.0, 0.3]"),
    ("adam", "['mse', 'binary", "['mae', 'binary", "loss mean_absolute_error, binary_crossentropy, was"),
    ("adam", "{'first': 'mae'}", "{'second': 'mae'}", "metric first_mean_absolute_error (now second_mae) is"),
    ("adam", "initial_epoch=1", "initial_epoch=2", "initial epoch 2, was 1"),
    ("adam", "shuffle=False", "shuffle=True", "shuffle True, was nothing"),
    ("adam", "epoch < 3", "epoch < 4", "LearningRateScheduler: rate 0.002 after epoch 4, was 0.001"),
    ("rmsprop", "learning_rate=0.01", "learning_rate=0.001", "learning rate 0.001, was 0.01"),
    ("rmsprop", "rho=0.8", "rho=0.9", "rho 0.9, was 0.8"),
    ("rmsprop", "rho=0.8", "rho=0.8, momentum=0.1", "momentum 0.1, was none"),
    ("rmsprop", "rho=0.8", "rho=0.8, centered=True", "centered True, was False"),
    ("rmsprop", "layer.trainable = False", "pass", "layer hidden is trained now"),
    ("rmsprop", "model.layers[:1]", "model.layers[2:]", "layer out is not trained any more"),
    ("rmsprop", "x, real, 8, 5", "x, real, 5, 8", "training: 8 epochs, was 5; training: 8 batches, was 5"),
    ("rmsprop", "batch_size=10", "batch_size=20", "evaluation: 2 batches, was 4"),
    ("rmsprop", "factor=0.5", "factor=0.1", "ReduceLROnPlateau: rate"),
    ("adadelta", "learning_rate=1.0, ", "", "learning rate 0.001, was 1"),
    ("adadelta", "epsilon=1e-08", "epsilon=1e-07", "epsilon 1e-07, was 1e-08"),
    (
        "adadelta",
        "sample_weight=np.ones(40)",
        "class_weight={0: 1.0, 1: 2.0}",
        "a training step: class_weight is given",
    ),
    ("adadelta", "mean_absolute_error", "mean_absolute_percentage_error", "loss mean_absolute_percentage_error, was"),
    ("adagrad", "initial_accumulator_value=0.0", "initial_accumulator_value=0.1", "initial accumulator 0.1, was 0"),
    ("adagrad", "poisson", "mse", "loss mean_squared_error, was poisson"),
    ("adagrad", "epochs=10", "epochs=1", "training: 1 epochs, was 10"),
)

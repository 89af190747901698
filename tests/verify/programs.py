"""Programs of Keras 1 with what they become, and faults to put into the latter."""

from __future__ import annotations

IMAGES_OLD = """
from keras.models import Sequential
from keras.layers import Activation, BatchNormalization, Convolution2D, Dense, Dropout, Flatten, MaxPooling2D

model = Sequential()
model.add(Convolution2D(4, 3, 2, subsample=(2, 1), border_mode='same', input_shape=(11, 9, 3), name='first'))
model.add(BatchNormalization(name='norm'))
model.add(Activation('relu', name='relu'))
model.add(MaxPooling2D((2, 3), name='pool'))
model.add(Convolution2D(5, 2, 2, name='second'))
model.add(Flatten(name='flat'))
model.add(Dropout(0.5))
model.add(Dense(6, activation='tanh', name='hidden'))
model.add(Dense(3, activation='softmax', name='last'))
model.compile('sgd', 'categorical_crossentropy')
"""
IMAGES_NEW = """
from keras.models import Sequential
from keras.layers import Activation, BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D

model = Sequential()
model.add(Conv2D(4, (3, 2), strides=(2, 1), padding='same', input_shape=(11, 9, 3), name='first'))
model.add(BatchNormalization(epsilon=0.001, name='norm'))
model.add(Activation('relu', name='relu'))
model.add(MaxPooling2D((2, 3), name='pool'))
model.add(Conv2D(5, (2, 2), name='second'))
model.add(Flatten(name='flat'))
model.add(Dropout(0.5))
model.add(Dense(6, activation='tanh', name='hidden'))
model.add(Dense(3, activation='softmax', name='last'))
model.compile('sgd', 'categorical_crossentropy')
"""
SEQUENCES_OLD = """
from keras.models import Model, Sequential
from keras.layers import GRU, LSTM, Bidirectional, Convolution1D, Dense, Embedding, Input, TimeDistributed, merge

inner = Sequential(name='inner')
inner.add(Dense(6, activation='tanh', input_dim=5, name='narrow'))
inner.add(Dense(4, activation='sigmoid', name='wide'))
words = Input(shape=(9,), dtype='int32')
features = Input(shape=(5,))
x = Embedding(30, 6, mask_zero=True, name='words')(words)
x = Bidirectional(LSTM(4, return_sequences=True), merge_mode='concat', name='both')(x)
x = LSTM(5, return_sequences=True, go_backwards=True, name='back')(x)
x = GRU(4, name='gru')(x)
y = inner(features)
z = merge([x, y], mode='concat', name='joined')
out = Dense(2, activation='softmax', name='out')(z)
model = Model(input=[words, features], output=out)
model.compile('adam', 'mse')
"""
SEQUENCES_NEW = """
from keras.models import Model, Sequential
from keras.layers import GRU, LSTM, Bidirectional, Conv1D, Dense, Embedding, Input, TimeDistributed, concatenate

inner = Sequential(name='inner')
inner.add(Dense(6, activation='tanh', input_dim=5, name='narrow'))
inner.add(Dense(4, activation='sigmoid', name='wide'))
words = Input(shape=(9,), dtype='int32')
features = Input(shape=(5,))
x = Embedding(30, 6, mask_zero=True, name='words')(words)
cells = LSTM(4, return_sequences=True, recurrent_activation='hard_sigmoid')
x = Bidirectional(cells, merge_mode='concat', name='both')(x)
x = LSTM(5, return_sequences=True, go_backwards=True, recurrent_activation='hard_sigmoid', name='back')(x)
x = GRU(4, recurrent_activation='hard_sigmoid', reset_after=False, name='gru')(x)
y = inner(features)
z = concatenate([x, y], name='joined')
out = Dense(2, activation='softmax', name='out')(z)
model = Model(inputs=[words, features], outputs=out)
model.compile('adam', 'mse')
"""

#: (program, text of the upgraded program, what is put in its place, the first layer that differs)
FAULTS: list[tuple[str, str, str, str]] = [
    ("images", "strides=(2, 1)", "strides=(1, 2)", "first"),
    ("images", "strides=(2, 1)", "strides=(2, 2)", "first"),
    ("images", "strides=(2, 1), ", "", "first"),
    ("images", "padding='same', ", "", "first"),
    ("images", "(4, (3, 2)", "(4, (2, 3)", "first"),
    ("images", "(4, (3, 2)", "(5, (3, 2)", "first"),
    ("images", "(4, (3, 2), ", "(4, (3, 2), dilation_rate=1, activation='relu', ", "first"),
    ("images", "(4, (3, 2), ", "(4, (3, 2), use_bias=False, ", "first"),
    ("images", "epsilon=0.001", "epsilon=1e-05", "norm"),
    ("images", "epsilon=0.001", "axis=2", "norm"),
    ("images", "epsilon=0.001", "epsilon=0.001, scale=False", "norm"),
    ("images", "model.add(BatchNormalization(epsilon=0.001, name='norm'))\n", "", "norm"),
    ("images", "Activation('relu'", "Activation('elu'", "relu"),
    ("images", "Activation('relu'", "Activation('linear'", "relu"),
    ("images", "MaxPooling2D((2, 3)", "MaxPooling2D((3, 2)", "pool"),
    ("images", "MaxPooling2D((2, 3)", "MaxPooling2D((2, 3), strides=(2, 2)", "pool"),
    ("images", "MaxPooling2D((2, 3)", "MaxPooling2D((3, 3)", "pool"),
    ("images", "MaxPooling2D((2, 3)", "MaxPooling2D((2, 2)", "pool"),
    ("images", "Conv2D(5, (2, 2)", "Conv2D(5, 2, 2", "second"),
    ("images", "Conv2D(5, (2, 2)", "Conv2D(5, (2, 2), activation='relu'", "second"),
    ("images", "Conv2D(5, (2, 2)", "Conv2D(5, (2, 2), padding='same'", "second"),
    ("images", "Conv2D(5, (2, 2)", "Conv2D(5, (2, 1)", "second"),
    ("images", "Flatten(", "Flatten(data_format='channels_first', ", "flat"),
    ("images", "activation='tanh'", "activation='sigmoid'", "hidden"),
    ("images", "Dense(6, activation='tanh', ", "Dense(6, ", "hidden"),
    ("images", "Dense(6", "Dense(7", "hidden"),
    ("images", "model.add(Dense(6, activation='tanh', name='hidden'))\n", "", "hidden"),
    ("images", "activation='softmax'", "activation='sigmoid'", "last"),
    ("images", "Dense(3", "Dense(4", "last"),
    ("images", "Dense(3, activation='softmax'", "Dense(3", "last"),
    ("sequences", "activation='tanh'", "activation='relu'", "inner/narrow"),
    ("sequences", "activation='sigmoid'", "activation='hard_sigmoid'", "inner/wide"),
    ("sequences", "Dense(4, activation='sigmoid'", "Dense(4", "inner/wide"),
    ("sequences", "mask_zero=True, ", "", "words"),
    ("sequences", "Embedding(30, 6", "Embedding(31, 6", "words"),
    ("sequences", "Embedding(30, 6", "Embedding(30, 7", "words"),
    (
        "sequences",
        "LSTM(4, return_sequences=True, recurrent_activation='hard_sigmoid')",
        "LSTM(4, return_sequences=True)",
        "both",
    ),
    ("sequences", "merge_mode='concat', name='both'", "merge_mode='sum', name='both'", "both"),
    ("sequences", "LSTM(4, return", "LSTM(3, return", "both"),
    ("sequences", "LSTM(4, return", "LSTM(4, activation='relu', return", "both"),
    ("sequences", "go_backwards=True, recurrent_activation='hard_sigmoid'", "go_backwards=True", "back"),
    ("sequences", "go_backwards=True, ", "", "back"),
    ("sequences", "GRU(4, recurrent_activation='hard_sigmoid'", "GRU(4", "gru"),
    ("sequences", "reset_after=False", "reset_after=True", "gru"),
    ("sequences", "reset_after=False, ", "", "gru"),
    ("sequences", "GRU(4, ", "GRU(4, go_backwards=True, ", "gru"),
    ("sequences", "GRU(4, ", "GRU(4, activation='relu', ", "gru"),
    ("sequences", "concatenate([x, y]", "concatenate([y, x]", "joined"),
    ("sequences", "activation='softmax'", "activation='sigmoid'", "out"),
    ("sequences", "Dense(2, ", "Dense(2, use_bias=False, ", "out"),
]

SOURCES = {"images": (IMAGES_OLD, IMAGES_NEW), "sequences": (SEQUENCES_OLD, SEQUENCES_NEW)}

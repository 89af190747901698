"""Small programs for Keras 1.2.2, and how many weights the real Keras 1.2.2 counts in their models.

The numbers are what ``model.count_params()`` gave under Keras 1.2.2 on TensorFlow, image ordering ``tf``; each program
binds the model to ``model``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Program(NamedTuple):
    """The text of a program, and the weights of its model."""

    text: str
    params: int


PROGRAMS: Mapping[str, Program] = {
    "convolutional": Program(
        """\
from keras.models import Sequential
from keras.layers import *
model = Sequential()
model.add(Convolution2D(32, 3, 3, input_shape=(28, 28, 1), border_mode='same'))
model.add(BatchNormalization())
model.add(Activation('relu'))
model.add(SeparableConvolution2D(48, 3, 3, depth_multiplier=2))
model.add(PReLU())
model.add(MaxPooling2D())
model.add(LocallyConnected2D(4, 2, 2))
model.add(AtrousConvolution2D(8, 3, 3, atrous_rate=(2, 2), bias=False))
model.add(Flatten())
model.add(MaxoutDense(10, nb_feature=3))
model.add(Highway())
""",
        163_658,
    ),
    "recurrent": Program(
        """\
from keras.models import Sequential
from keras.layers import *
model = Sequential()
model.add(Embedding(1000, 32, input_length=20))
model.add(Bidirectional(LSTM(16, return_sequences=True)))
model.add(TimeDistributed(Dense(12)))
model.add(GRU(24, return_sequences=True))
model.add(Convolution1D(20, 3, border_mode='same'))
model.add(SimpleRNN(7))
""",
        42_988,
    ),
    "shared": Program(
        """\
from keras.models import Model, Sequential
from keras.layers import Input, Dense, Lambda, merge
tower = Sequential()
tower.add(Dense(64, input_shape=(100,)))
tower.add(Dense(32))
left, right = Input((100,)), Input((100,))
dense = Dense(5)
both = merge([dense(tower(left)), dense(tower(right))], mode='concat')
model = Model([left, right], Dense(1)(both))
""",
        8_720,
    ),
    "branches": Program(
        """\
from keras.models import Model
from keras.layers import *
image = Input((32, 32, 3))
a = Convolution2D(8, 1, 1)(image)
b = Convolution2D(8, 3, 3, border_mode='same', bias=False)(image)
c = AveragePooling2D((3, 3), strides=(1, 1), border_mode='same')(image)
x = merge([a, b, c], mode='concat')
x = BatchNormalization(axis=3)(x)
x = ZeroPadding2D((1, 1))(x)
x = Deconvolution2D(6, 3, 3, output_shape=(None, 36, 36, 6), border_mode='valid')(x)
x = GlobalAveragePooling2D()(x)
model = Model(image, [Dense(4)(x), Dense(2)(x)])
""",
        1_398,
    ),
    "video": Program(
        """\
from keras.models import Sequential
from keras.layers import *
model = Sequential()
model.add(ConvLSTM2D(6, 3, 3, input_shape=(5, 16, 16, 1), border_mode='same', return_sequences=True))
model.add(BatchNormalization())
model.add(Convolution3D(1, 3, 3, 3, border_mode='same'))
""",
        1_723,
    ),
}

"""Small Keras 1 programs to seed faults into, by name: every layer has a name, so that a report can be checked."""

from __future__ import annotations

from tests.verify.programs import IMAGES_OLD, SEQUENCES_OLD

_IMAGES = """\
from keras.models import Sequential
from keras.layers import Activation, BatchNormalization, Convolution2D, Dense, Dropout, Flatten, MaxPooling2D

model = Sequential()
model.add(Convolution2D(6, 3, 2, border_mode='same', activation='relu', input_shape={shape}, name='conv1'))
model.add(MaxPooling2D(pool_size=(2, 2), strides=(2, 1), name='pool1'))
model.add(Convolution2D(5, 3, 3, subsample=(1, 2), name='conv2'))
model.add(BatchNormalization(axis={axis}, name='bn'))
model.add(Activation('elu', name='act'))
model.add(Flatten(name='flat'))
model.add(Dense(7, activation='tanh', name='dense1'))
model.add(Dropout(0.5, name='drop'))
model.add(Dense(4, activation='softmax', name='dense2'))
model.compile(optimizer='sgd', loss='categorical_crossentropy')
"""

_DECODER = """\
from keras.models import Sequential
from keras.layers import AveragePooling2D, Convolution2D, Cropping2D, Deconvolution2D, UpSampling2D, ZeroPadding2D

model = Sequential()
model.add(ZeroPadding2D((1, 2), input_shape={shape}, name='pad'))
model.add(Convolution2D(5, 3, 3, activation='relu', name='conv'))
model.add(AveragePooling2D((2, 3), border_mode='same', name='pool'))
model.add(UpSampling2D((2, 3), name='up'))
model.add(Deconvolution2D(4, 3, 3, output_shape={output}, subsample=(2, 2), activation='tanh', name='deconv'))
model.add(Cropping2D(((1, 2), (0, 1)), name='crop'))
model.compile(optimizer='adam', loss='mse')
"""

_SENTENCES = """\
from keras.models import Sequential
from keras.layers import Dense, Embedding, GRU, LSTM

model = Sequential()
model.add(Embedding(30, 8, input_length=9, mask_zero=True, name='words'))
model.add(LSTM(6, return_sequences=True, name='lstm'))
model.add(GRU(5, activation='relu', name='gru'))
model.add(Dense(1, activation='sigmoid', name='score'))
model.compile(optimizer='rmsprop', loss='binary_crossentropy')
"""

_BOTH_WAYS = """\
from keras.models import Sequential
from keras.layers import Bidirectional, Dense, LSTM, SimpleRNN, TimeDistributed

model = Sequential()
model.add(Bidirectional(LSTM(4, return_sequences=True), input_shape=(8, 5), name='both'))
model.add(TimeDistributed(Dense(6, activation='relu'), name='each'))
model.add(SimpleRNN(5, return_sequences=True, go_backwards=True, name='simple'))
model.add(LSTM(3, inner_activation='sigmoid', consume_less='gpu', name='last'))
model.add(Dense(2, name='out'))
model.compile(optimizer='adagrad', loss='mse')
"""

_MASKED = """\
from keras.models import Sequential
from keras.layers import Dense, GRU, Masking, SimpleRNN

model = Sequential()
model.add(Masking(mask_value=-1.0, input_shape=(8, 5), name='mask'))
model.add(SimpleRNN(4, return_sequences=True, activation='sigmoid', name='simple'))
model.add(GRU(5, name='last'))
model.add(Dense(2, name='out'))
model.compile(optimizer='adagrad', loss='mse')
"""

_TWO_INPUTS = """\
from keras.models import Model
from keras.layers import Dense, Input, Lambda, merge

left = Input(shape=(6,), name='left')
right = Input(shape=(6,), name='right')
first = Dense(5, activation='relu', name='first')(left)
second = Dense(5, activation='tanh', name='second')(right)
joined = merge([first, second], mode='concat', name='joined')
product = merge([first, second], mode='mul', name='product')
angle = merge([first, second], mode='cos', name='angle')
scaled = Lambda(lambda x: x * 3, name='scaled')(joined)
hidden = Dense(5, name='hidden')(scaled)
total = merge([hidden, product], mode='sum', name='total')
out = Dense(2, activation='softplus', name='out')(total)
model = Model(input=[left, right], output=[out, angle])
model.compile(optimizer='nadam', loss='mse')
"""

_TEXT_CONVOLUTION = """\
from keras.models import Sequential
from keras.layers import (AtrousConvolution1D, Convolution1D, Dense, Embedding, GlobalMaxPooling1D, LocallyConnected1D,
                          MaxPooling1D, UpSampling1D, ZeroPadding1D)

model = Sequential()
model.add(Embedding(20, 6, input_length=24, name='words'))
model.add(Convolution1D(5, 3, border_mode='same', subsample_length=1, activation='relu', name='conv'))
model.add(MaxPooling1D(pool_length=3, stride=2, name='pool'))
model.add(ZeroPadding1D(2, name='pad'))
model.add(AtrousConvolution1D(4, 3, atrous_rate=2, activation='softsign', name='rate'))
model.add(LocallyConnected1D(4, 2, name='local'))
model.add(UpSampling1D(2, name='up'))
model.add(GlobalMaxPooling1D(name='largest'))
model.add(Dense(3, activation='hard_sigmoid', bias=False, name='out'))
model.compile(optimizer='adadelta', loss='mse')
"""

_ACTIVATIONS = """\
from keras.models import Sequential
from keras.layers import (BatchNormalization, Dense, ELU, GlobalAveragePooling2D, LeakyReLU, PReLU,
                          SeparableConvolution2D, ThresholdedReLU)

model = Sequential()
model.add(SeparableConvolution2D(6, 3, 3, depth_multiplier=2, border_mode='same', input_shape={shape}, name='sep'))
model.add(LeakyReLU(name='leaky'))
model.add(BatchNormalization(mode=2, axis={axis}, epsilon=1e-2, name='bn'))
model.add(GlobalAveragePooling2D(name='mean'))
model.add(Dense(5, name='dense1'))
model.add(ELU(alpha=0.7, name='elu'))
model.add(Dense(6, name='dense2'))
model.add(ThresholdedReLU(theta=0.2, name='threshold'))
model.add(Dense(4, name='dense3'))
model.add(PReLU(name='prelu'))
model.compile(optimizer='adamax', loss='mse')
"""

_VOLUMES = """\
from keras.models import Sequential
from keras.layers import AveragePooling3D, Convolution3D, Dense, Flatten, MaxPooling3D, ZeroPadding3D

model = Sequential()
model.add(Convolution3D(3, 2, 3, 2, border_mode='same', activation='relu', input_shape={shape}, name='conv'))
model.add(MaxPooling3D((2, 2, 1), name='most'))
model.add(ZeroPadding3D((1, 0, 2), name='pad'))
model.add(AveragePooling3D((2, 1, 2), strides=(1, 2, 2), name='mean'))
model.add(Flatten(name='flat'))
model.add(Dense(3, activation='sigmoid', name='out'))
model.compile(optimizer='sgd', loss='mse')
"""

_FILMS = """\
from keras.models import Sequential
from keras.layers import ConvLSTM2D, Convolution2D, Dense, Flatten, TimeDistributed

model = Sequential()
model.add(ConvLSTM2D(3, 3, 2, border_mode='same', return_sequences=True, input_shape={shape}, name='film'))
model.add(TimeDistributed(Convolution2D(4, 2, 3, activation='relu'), name='frames'))
model.add(ConvLSTM2D(2, 2, 2, inner_activation='sigmoid', name='last'))
model.add(Flatten(name='flat'))
model.add(Dense(2, name='out'))
model.compile(optimizer='sgd', loss='mse')
"""

_SHAPES = """\
from keras.models import Sequential
from keras.layers import Dense, LocallyConnected2D, MaxoutDense, Permute, RepeatVector, Reshape

model = Sequential()
model.add(LocallyConnected2D(3, 2, 3, activation='tanh', dim_ordering='tf', input_shape=(6, 5, 2), name='local'))
model.add(Reshape((15, 3), name='rows'))
model.add(Permute((2, 1), name='turned'))
model.add(Reshape((45,), name='flat'))
model.add(MaxoutDense(5, nb_feature=3, name='maxout'))
model.add(RepeatVector(3, name='repeated'))
model.add(Reshape((15,), name='long'))
model.add(Dense(4, activation='sigmoid', name='out'))
model.compile(optimizer='sgd', loss='mse')
"""

_TWINS = """\
from keras.models import Model, Sequential
from keras.layers import Convolution2D, Dense, Flatten, Input, Lambda, merge
from keras import backend as K

tower = Sequential(name='tower')
tower.add(Convolution2D(4, 3, 3, activation='relu', input_shape=(8, 7, 3), name='conv'))
tower.add(Flatten(name='flat'))
tower.add(Dense(6, name='dense'))
one = Input(shape=(8, 7, 3), name='one')
other = Input(shape=(8, 7, 3), name='other')
a = Dense(5, name='left')(tower(one))
b = Dense(5, name='right')(tower(other))
near = merge([a, b], mode='dot', dot_axes=1, name='near')
far = Lambda(lambda t: K.sum(K.abs(t), axis=1, keepdims=True), output_shape=(1,), name='far')(a)
out = merge([near, far], mode='ave', name='out')
model = Model(input=[one, other], output=out)
model.compile(optimizer='sgd', loss='mse')
"""

#: Name -> (ordering, text). The first name of a pair is channels-last, the other the same in channels-first.
PROGRAMS: dict[str, tuple[str, str]] = {
    "images_tf": ("tf", _IMAGES.format(shape=(12, 9, 3), axis=-1)),
    "images_th": ("th", _IMAGES.format(shape=(3, 12, 9), axis=1)),
    "decoder_tf": ("tf", _DECODER.format(shape=(10, 9, 3), output="(None, 21, 25, 4)")),
    "decoder_th": ("th", _DECODER.format(shape=(3, 10, 9), output="(None, 4, 21, 25)")),
    "sentences": ("tf", _SENTENCES),
    "both_ways": ("tf", _BOTH_WAYS),
    "masked": ("tf", _MASKED),
    "two_inputs": ("tf", _TWO_INPUTS),
    "text_convolution": ("tf", _TEXT_CONVOLUTION),
    "activations_tf": ("tf", _ACTIVATIONS.format(shape=(7, 6, 3), axis=-1)),
    "activations_th": ("th", _ACTIVATIONS.format(shape=(3, 7, 6), axis=1)),
    "volumes_tf": ("tf", _VOLUMES.format(shape=(6, 7, 5, 2))),
    "volumes_th": ("th", _VOLUMES.format(shape=(2, 6, 7, 5))),
    "films_tf": ("tf", _FILMS.format(shape=(3, 8, 7, 2))),
    "films_th": ("th", _FILMS.format(shape=(3, 2, 8, 7))),
    "shapes": ("tf", _SHAPES),
    "twins": ("tf", _TWINS),
    "few_images": ("tf", IMAGES_OLD),
    "words_and_features": ("tf", SEQUENCES_OLD),
}

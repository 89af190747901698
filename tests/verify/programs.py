"""Programs of Keras 1 with what they become."""

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

#: Name -> (original, upgraded by hand)
SOURCES = {"images": (IMAGES_OLD, IMAGES_NEW), "sequences": (SEQUENCES_OLD, SEQUENCES_NEW)}

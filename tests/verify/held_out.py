"""Programs and faults that the naming of the first diverging layer was not worked out on: written after it, run once.

What came of that first run is in docs/verify-measured.md. In style they differ from ``fault_programs``: layers without
names, residual and inception blocks, a shared encoder, a tagger with masks, and faults of other kinds, such as a layer
too many, two layers that change places, or a copy where the original shares a layer.
"""

from __future__ import annotations

from tests.verify.seeded import TextRow, WeightsRow
from tests.verify.weight_faults import (
    flipped,
    gates,
    recurrent_transposed,
    reversed_rows,
    scaled,
    statistics_swapped,
)

_LENET = """\
from keras.models import Sequential
from keras.layers import Activation, Convolution2D, Dense, Dropout, Flatten, MaxPooling2D

model = Sequential()
model.add(Convolution2D(6, 5, 4, border_mode='valid', input_shape={shape}))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Convolution2D(8, 3, 3, border_mode='same'))
model.add(Activation('tanh'))
model.add(MaxPooling2D(pool_size=(2, 1)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(12))
model.add(Activation('relu'))
model.add(Dropout(0.5))
model.add(Dense(10))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adadelta')
"""

_RESIDUAL = """\
from keras.models import Model
from keras.layers import (Activation, AveragePooling2D, BatchNormalization, Convolution2D, Dense, Flatten, Input,
                          MaxPooling2D, merge)


def block(x, filters, stride, name):
    y = BatchNormalization(axis={axis}, name=name + '_bn1')(x)
    y = Activation('relu', name=name + '_act1')(y)
    y = Convolution2D(filters, 3, 3, subsample=(stride, stride), border_mode='same', name=name + '_conv1')(y)
    y = BatchNormalization(axis={axis}, name=name + '_bn2')(y)
    y = Activation('relu', name=name + '_act2')(y)
    y = Convolution2D(filters, 3, 3, border_mode='same', name=name + '_conv2')(y)
    if stride != 1:
        x = Convolution2D(filters, 1, 1, subsample=(stride, stride), name=name + '_short')(x)
    return merge([y, x], mode='sum', name=name + '_sum')


image = Input(shape={shape}, name='image')
x = Convolution2D(4, 5, 5, subsample=(2, 2), border_mode='same', bias=False, name='stem')(image)
x = MaxPooling2D((3, 3), strides=(2, 2), border_mode='same', name='stem_pool')(x)
x = block(x, 4, 1, 'one')
x = block(x, 6, 2, 'two')
x = AveragePooling2D((2, 2), name='mean')(x)
x = Flatten(name='flat')(x)
out = Dense(5, activation='softmax', name='out')(x)
model = Model(input=image, output=out)
model.compile('adam', 'categorical_crossentropy')
"""

_INCEPTION = """\
from keras.models import Model
from keras.layers import Convolution2D, Dense, GlobalMaxPooling2D, Input, MaxPooling2D, merge

image = Input(shape={shape})
narrow = Convolution2D(3, 1, 1, activation='relu', name='narrow')(image)
wide = Convolution2D(4, 1, 1, activation='relu', name='wide_in')(image)
wide = Convolution2D(5, 3, 3, border_mode='same', activation='relu', name='wide_out')(wide)
wider = Convolution2D(4, 1, 1, activation='relu', name='wider_in')(image)
wider = Convolution2D(6, 5, 5, border_mode='same', activation='relu', name='wider_out')(wider)
most = MaxPooling2D((3, 3), strides=(1, 1), border_mode='same', name='most')(image)
most = Convolution2D(3, 1, 1, activation='relu', name='most_out')(most)
block = merge([narrow, wide, wider, most], mode='concat', concat_axis={axis}, name='block')
both = Convolution2D(7, 2, 3, name='both')(block)
best = GlobalMaxPooling2D(name='best')(both)
out = Dense(4, name='out')(best)
model = Model(input=image, output=out)
model.compile('sgd', 'mse')
"""

_QUESTIONS = """\
from keras.models import Model
from keras.layers import Dense, Embedding, GRU, Input, LSTM, Lambda, merge
from keras import backend as K

words = Embedding(40, 6, mask_zero=True, name='words')
encoder = LSTM(5, name='encoder')
question, other = Input(shape=(8,), dtype='int32'), Input(shape=(8,), dtype='int32')
a = encoder(words(question))
b = encoder(words(other))
apart = merge([a, b], mode=lambda pair: K.abs(pair[0] - pair[1]), output_shape=(5,), name='apart')
product = merge([a, b], mode='mul', name='product')
joined = merge([apart, product], mode='concat', name='joined')
hidden = Dense(7, activation='relu', name='hidden')(joined)
out = Dense(1, activation='sigmoid', name='out')(hidden)
model = Model(input=[question, other], output=out)
model.compile('rmsprop', 'binary_crossentropy')
"""

_TAGGER = """\
from keras.models import Sequential
from keras.layers import Activation, Bidirectional, Dense, Dropout, Embedding, GRU, LSTM, TimeDistributed

model = Sequential()
model.add(Embedding(35, 7, input_length=10, mask_zero=True))
model.add(Bidirectional(GRU(4, return_sequences=True, consume_less='gpu'), merge_mode='sum'))
model.add(Dropout(0.3))
model.add(LSTM(6, return_sequences=True, inner_activation='sigmoid', activation='softsign'))
model.add(TimeDistributed(Dense(5)))
model.add(Activation('softmax'))
model.compile('adam', 'categorical_crossentropy')
"""

_CAPTIONS = """\
from keras.models import Model
from keras.layers import (BatchNormalization, Convolution1D, Dense, Embedding, GRU, Input, Permute, RepeatVector,
                          Reshape, SimpleRNN, TimeDistributed, merge)

picture = Input(shape=(12,), name='picture')
sentence = Input(shape=(6,), dtype='int32', name='sentence')
seen = Dense(8, activation='relu', name='seen')(picture)
table = Reshape((4, 2), name='table')(seen)
turned = Permute((2, 1), name='turned')(table)
first = SimpleRNN(5, activation='relu', name='first')(turned)
steps = RepeatVector(6, name='steps')(first)
words = Embedding(30, 5, name='words')(sentence)
near = Convolution1D(5, 3, border_mode='same', activation='tanh', name='near')(words)
level = BatchNormalization(name='level')(near)
both = merge([steps, level], mode='concat', name='both')
told = GRU(6, return_sequences=True, go_backwards=True, name='told')(both)
out = TimeDistributed(Dense(4, activation='softmax'), name='out')(told)
model = Model(input=[picture, sentence], output=out)
model.compile('adagrad', 'categorical_crossentropy')
"""

#: Name -> (ordering, text).
PROGRAMS: dict[str, tuple[str, str]] = {
    "lenet_tf": ("tf", _LENET.format(shape=(16, 14, 1))),
    "lenet_th": ("th", _LENET.format(shape=(1, 16, 14))),
    "residual_tf": ("tf", _RESIDUAL.format(shape=(21, 18, 3), axis=-1)),
    "residual_th": ("th", _RESIDUAL.format(shape=(3, 21, 18), axis=1)),
    "inception_tf": ("tf", _INCEPTION.format(shape=(9, 8, 3), axis=-1)),
    "inception_th": ("th", _INCEPTION.format(shape=(3, 9, 8), axis=1)),
    "questions": ("tf", _QUESTIONS),
    "tagger": ("tf", _TAGGER),
    "captions": ("tf", _CAPTIONS),
}

#: As in ``seeded``.
TEXTS: tuple[TextRow, ...] = (
    ("lenet", "size", "convolution2d_1", "Conv2D(6, (5, 4)", "Conv2D(6, (4, 5)"),
    ("lenet", "padding", "convolution2d_1", "padding='valid'", "padding='same'"),
    ("lenet", "activation", "activation_1", "'relu'))\nmodel.add(MaxPooling2D(", "'elu'))\nmodel.add(MaxPooling2D("),
    (
        "lenet",
        "layers swapped",
        "dense_1",
        "model.add(Dense(12))\nmodel.add(Activation('relu'))",
        "model.add(Activation('relu'))\nmodel.add(Dense(12))",
    ),
    ("lenet", "stride", "maxpooling2d_2", "pool_size=(2, 1)", "pool_size=(2, 1), strides=(1, 1)"),
    (
        "lenet",
        "other layer",
        "maxpooling2d_1",
        "MaxPooling2D(pool_size=(2, 2))",
        "tf_keras.layers.AveragePooling2D(pool_size=(2, 2))",
    ),
    ("lenet", "missing layer", "maxpooling2d_2", "model.add(MaxPooling2D(pool_size=(2, 1)))\n", ""),
    (
        "lenet",
        "extra layer",
        "dropout_1",
        "(Dropout(0.25",
        "(Activation('relu'));model.add(Dropout(0.25",
    ),
    ("lenet", "argument", "dropout_2", "Dropout(0.5", "Dropout(0.4"),
    ("lenet", "size", "dense_1", "Dense(12", "Dense(13"),
    (
        "lenet",
        "missing layer",
        "activation_3",
        "(Dense(12))\nmodel.add(Activation('relu'))",
        "(Dense(12))",
    ),
    ("lenet", "activation", "activation_4", "'softmax'", "'sigmoid'"),
    ("lenet_th", "Flatten transposed", "flatten_1", "Flatten(data_format='channels_last')", "Flatten()"),
    ("lenet_tf", "Flatten transposed", "flatten_1", "Flatten()", "Flatten(data_format='channels_first')"),
    (
        "residual",
        "stride",
        "stem",
        "(2, 2), padding='same', use_bias",
        "(2, 1), padding='same', use_bias",
    ),
    ("residual", "argument", "stem", "use_bias=False, ", ""),
    ("residual", "padding", "stem_pool", "padding='same', name='stem_pool'", "name='stem_pool'"),
    ("residual", "wrong default", "one_bn2", "name=name + '_bn2'", "epsilon=1e-5, name=name + '_bn2'"),
    ("residual_tf", "axis", "one_bn1", "axis=-1, name=name + '_bn1'", "axis=1, name=name + '_bn1'"),
    ("residual_th", "axis", "one_bn1", "axis=1, name=name + '_bn1'", "axis=-1, name=name + '_bn1'"),
    ("residual", "missing layer", "one_act2", "    y = Activation('relu', name=name + '_act2')(y)\n", ""),
    ("residual", "swapped inputs", "one_sum", "add([y, x]", "add([y, y]"),
    ("residual", "extra layer", "one_sum", "if stride != 1:", "if stride:"),
    ("residual", "other layer", "one_sum", "return add(", "return tf_keras.layers.multiply("),
    ("residual", "stride", "mean", "AveragePooling2D((2, 2)", "AveragePooling2D((2, 2), strides=(1, 1)"),
    ("residual", "extra layer", "one_bn1", "block(x, 4,", "block(Activation('relu', name='more')(x), 4,"),
    ("residual", "stride", "two_conv1", "block(x, 6, 2", "block(x, 6, 3"),
    ("inception", "swapped inputs", "block", "[narrow, wide, wider, most]", "[narrow, wider, wide, most]"),
    ("inception", "argument", "wide_out", "Conv2D(5, (3, 3)", "Conv2D(5, (3, 3), dilation_rate=(2, 2)"),
    ("inception", "swapped inputs", "wider_in", "name='wider_in')(image)", "name='wider_in')(wide)"),
    ("inception", "size", "most", "MaxPooling2D((3, 3)", "MaxPooling2D((3, 2)"),
    ("inception", "swapped inputs", "most_out", "name='most_out')(most)", "name='most_out')(image)"),
    ("inception", "other layer", "best", "= GlobalMaxPooling2D(", "= tf_keras.layers.GlobalAveragePooling2D("),
    ("inception", "size", "both", "Conv2D(7, (2, 3)", "Conv2D(7, (3, 2)"),
    (
        "inception",
        "activation",
        "wider_in",
        "(1, 1), activation='relu', name='wider_in'",
        "(1, 1), name='wider_in'",
    ),
    ("questions", "wrong default", "words", "mask_zero=True, ", ""),
    ("questions", "wrong default", "encoder", ", recurrent_activation='hard_sigmoid'", ""),
    (
        "questions",
        "copy of a shared layer",
        "encoder",
        "b = encoder(words(other))",
        "b = LSTM(5, name='copy', recurrent_activation='hard_sigmoid')(words(other))",
    ),
    ("questions", "swapped inputs", "words", "a = encoder(words(question))", "a = encoder(words(other))"),
    ("questions", "argument", "apart", "K.abs(pair[0] - pair[1])", "pair[0] - pair[1]"),
    ("questions", "swapped inputs", "product", "multiply([a, b]", "multiply([a, a]"),
    ("questions", "swapped inputs", "joined", "concatenate([apart, product]", "concatenate([product, apart]"),
    ("questions", "activation", "hidden", "Dense(7, activation='relu', ", "Dense(7, "),
    ("questions", "argument", "encoder", "LSTM(5, name", "LSTM(5, go_backwards=True, name"),
    ("tagger", "argument", "bidirectional_1", "merge_mode='sum'", "merge_mode='ave'"),
    ("tagger", "wrong default", "bidirectional_1", "reset_after=False", "reset_after=True"),
    ("tagger", "argument", "dropout_1", "Dropout(0.3", "Dropout(0.2"),
    ("tagger", "activation", "lstm_1", "activation='softsign'", "activation='tanh'"),
    ("tagger", "activation", "lstm_1", "recurrent_activation='sigmoid'", "recurrent_activation='hard_sigmoid'"),
    (
        "tagger",
        "activation",
        "timedistributed_1",
        "(Dense(5)",
        "(Dense(5, activation='relu')",
    ),
    ("tagger", "wrong default", "embedding_1", ", mask_zero=True", ""),
    ("tagger", "axis", "activation_1", "Activation('softmax')", "tf_keras.layers.Softmax(axis=1)"),
    ("tagger", "missing layer", "dropout_1", "model.add(Dropout(0.3))\n", ""),
    ("captions", "other layer", "turned", "Permute((2, 1)", "Reshape((2, 4)"),
    (
        "captions",
        "missing layer",
        "table",
        "Reshape((4, 2), name='table')(seen)\nturned = Permute((2, 1), name='turned')(table)",
        "Reshape((2, 4), name='table')(seen)\nturned = table",
    ),
    ("captions", "activation", "first", "activation='relu', name='first'", "name='first'"),
    ("captions", "swapped inputs", "both", "concatenate([steps, level]", "concatenate([level, steps]"),
    ("captions", "padding", "near", "padding='same'", "padding='causal'"),
    ("captions", "axis", "level", "name='level')(near)", "name='level', axis=1)(near)"),
    ("captions", "argument", "told", "go_backwards=True, ", ""),
    ("captions", "wrong default", "told", ", reset_after=False", ""),
    ("captions", "swapped inputs", "level", "(name='level')(near)", "(name='level')(words)"),
    ("captions", "activation", "seen", "Dense(8, activation='relu'", "Dense(8, activation='softplus'"),
)

WEIGHTS: tuple[WeightsRow, ...] = (
    ("residual", "kernel flipped", "stem", "Convolution2D", flipped),
    ("tagger", "gates swapped", "lstm_1", "LSTM", gates(0, 1, 4)),
    ("tagger", "gates swapped", "bidirectional_1", "GRU", gates(1, 2, 3)),
    ("captions", "kernel transposed", "first", "SimpleRNN", recurrent_transposed),
    ("captions", "statistics swapped", "level", "BatchNormalization", statistics_swapped),
    ("captions", "kernel flipped", "near", "Convolution1D", flipped),
    ("questions", "weights off by 0.1 %", "words", "Embedding", scaled),
    ("lenet", "rows reversed", "dense_1", "Dense", reversed_rows),
)

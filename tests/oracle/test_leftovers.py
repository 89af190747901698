"""The oracle itself: it says what Keras 2 lacks, and nothing about programs that Keras 2 runs."""

from __future__ import annotations

import textwrap

import pytest

from tests.oracle.leftovers import leftovers


def _whats(source: str, namespace: str = "keras") -> list[tuple[int, str]]:
    return [(each.line, each.what) for each in leftovers(textwrap.dedent(source), namespace)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from keras.layers.core import Dense", [(1, "import")]),
        ("from keras.objectives import mse", [(1, "import")]),
        ("from keras.layers import merge, Dense", [(1, "import")]),
        ("import keras.layers.core", [(1, "import")]),
        ("import keras\nkeras.layers.core.Dense(3)", [(2, "attribute")]),
        ("from tensorflow.contrib.keras import layers", [(1, "import")]),
        ("import tensorflow as tf\ntf.contrib.keras.layers.Dense(3)", [(2, "attribute")]),
        ("import tensorflow as tf\ntf.keras.layers.Convolution2D(3, 2, border_mode='same')", [(2, "keyword")]),
        ("from keras import backend as K\nK.image_dim_ordering()", [(2, "attribute")]),
        ("from keras import backend as K\nimage = getattr(K, 'image_dim_ordering')()", [(2, "attribute")]),
        ("from keras.layers import Conv2D\nConv2D(8, 3, 3, border_mode='same')", [(2, "arity"), (2, "keyword")]),
        ("from keras.layers import Conv2D\nConv2D(n, rows, cols)", [(2, "arity")]),
        ("from keras import layers\nC = layers.Conv2D\nC(8, (3, 3), init='normal')", [(3, "keyword")]),
        (
            "from functools import partial\nfrom keras.layers import Dense\nD = partial(Dense, init='zero')",
            [(3, "keyword")],
        ),
        ("from keras.layers import Dense\noptions = dict(\n    init='zero')\nDense(3, **options)", [(3, "keyword")]),
        ("from keras.layers import Dense\noptions = {\n    'bias': False}\nDense(3, **options)", [(3, "keyword")]),
        ("from keras.layers import Dense\nDense(3, 'uniform')", [(2, "value")]),
        ("from keras.layers import Dense\nDense(3, kernel_initializer='he_norml')", [(2, "value")]),
        ("from keras.layers import *\nDropout(p=0.5)", [(2, "keyword")]),
        ("from keras.layers import Flatten\nFlatten(data_format='th')", [(2, "value")]),
        ("from keras.layers import Dense\nDense()", [(2, "arity")]),
        ("from keras.optimizers import SGD\nSGD(lr=0.1, decay=1e-6)", [(2, "keyword"), (2, "keyword")]),
        ("from keras.models import Model\nModel(input=a, output=b)", [(2, "keyword"), (2, "keyword")]),
        ("from keras.models import Sequential\nm = Sequential()\nm.fit(x, y, nb_epoch=3)", [(3, "keyword")]),
        ("from keras.models import load_model\nload_model('m.h5').predict_classes(x)", [(2, "attribute")]),
        ("import keras\ndef train(net):\n    net.fit(x, nb_epoch=3)", [(3, "keyword")]),
        ("import keras\ndef train(net):\n    o = {\n        'nb_epoch': 3}\n    net.fit(x, **o)", [(4, "keyword")]),
        ("from keras import backend as K\nK.categorical_crossentropy(output=a, target=b)", []),
        ("import keras\nclass A:\n    def fit(self, nb_epoch): pass\ndef f(a):\n    a.fit(nb_epoch=3)", []),
        ("from keras import backend as K\nif K.image_data_format() == 'th': pass", [(2, "value")]),
        (
            "from keras import backend as K\no = K.image_data_format()\nassert o in {'tf', 'th'}",
            [(3, "value"), (3, "value")],
        ),
        ("from kmigrate.compat import NoSuchLayerAnywhere", [(1, "import")]),
        ("from kmigrate.compat import MaxoutDense", []),
        ("from keras1_compat import Highway\nHighway(init='zero')", []),
    ],
)
def test_says_what_keras_2_lacks(source: str, expected: list[tuple[int, str]]) -> None:
    assert _whats(source) == expected


def test_models_are_followed() -> None:
    source = """
        from keras.models import Sequential, Model

        def build():
            model = Sequential()
            return model

        class Trainer:
            def __init__(self):
                self.model = build()

            def run(self, x):
                self.model.fit(x, nb_epoch=3)
                self.model.predict_proba(x)

        def tune(x, model=None):
            net = build()
            net.fit_generator(x, samples_per_epoch=3)
        """
    assert _whats(source) == [(13, "keyword"), (14, "attribute"), (18, "keyword")]


def test_layers_of_ones_own() -> None:
    source = """
        from keras import initializers
        from keras.layers import Layer, LSTM

        class Scale(Layer):
            def __init__(self, init='zero', **kwargs):
                self.init = initializers.get(init)
                super(Scale, self).__init__(**kwargs)

            def build(self, input_shape):
                self.gamma = self.init((3,), name='gamma')
                self.beta = self.add_weight((3,), initializer='zero', name='beta')
                self.trainable_weights = [self.gamma, self.beta]

            def get_output_shape_for(self, input_shape):
                return input_shape

        class Mine(LSTM):
            def __init__(self, output_dim):
                super(Mine, self).__init__(output_dim=output_dim)

            def call(self, x):
                return x * self.output_dim + self.units
        """
    assert _whats(source) == [
        (11, "keyword"),
        (12, "arity"),
        (12, "arity"),
        (13, "attribute"),
        (15, "override"),
        (20, "keyword"),
        (23, "attribute"),
    ]


def test_orderings_are_followed_into_helpers() -> None:
    source = """
        from keras.layers import Conv2D

        def conv(x, ordering='tf'):
            if ordering == 'th':
                x = flip(x)
            return Conv2D(8, (3, 3), data_format=ordering)(x)

        conv(x, ordering='th')
        """
    assert [line for line, what in _whats(source)] == [4, 5, 9]


def test_own_functions_keep_their_keywords() -> None:
    source = """
        import theano.tensor as T
        import numpy as np
        from keras.layers import Conv2D

        def conv(x, nb_filter, nb_row, border_mode='same'):
            return Conv2D(filters=nb_filter, kernel_size=(nb_row, 3), padding=border_mode)(x)

        conv(x, nb_filter=3, nb_row=3, border_mode='valid')
        T.nnet.conv2d(x, border_mode='full')
        np.pad(x, 3, mode='reflect')
        """
    assert _whats(source) == []


def test_another_namespace() -> None:
    source = "from keras.layers import Dense\nimport tf_keras\ntf_keras.layers.Dense(3)\n"
    assert _whats(source, "tf_keras") == [(1, "import")]
    assert _whats(source) == []


def test_a_keras_2_program_has_nothing_left() -> None:
    source = """
        import tensorflow as tf
        from keras import backend as K, regularizers
        from keras.applications import VGG16
        from keras.callbacks import Callback, ModelCheckpoint
        from keras.layers import (Activation, BatchNormalization, Bidirectional, Conv1D, Conv2D, Dense, Embedding,
                                  Flatten, Input, Lambda, Layer, LSTM, MaxPooling2D, TimeDistributed, concatenate)
        from keras.models import Model, Sequential, load_model
        from keras.optimizers import SGD
        from keras.preprocessing.image import ImageDataGenerator
        from keras.preprocessing.text import Tokenizer

        class Scale(Layer):
            def __init__(self, axis=-1, **kwargs):
                self.axis = axis
                super().__init__(**kwargs)

            def build(self, input_shape):
                self.gamma = self.add_weight(shape=(input_shape[self.axis],), initializer='ones', name='gamma')
                self.built = True

            def compute_output_shape(self, input_shape):
                return input_shape

        class Losses(Callback):
            def on_train_begin(self, logs=None):
                self.losses = []
                print(self.params['epochs'], self.model.layers)

        if K.image_data_format() == 'channels_first':
            shape = (3, 32, 32)
        else:
            shape = (32, 32, 3)
        model = Sequential(name='m')
        model.add(Conv2D(8, (3, 3), padding='same', input_shape=shape, kernel_regularizer=regularizers.l2(0.01)))
        model.add(Conv2D(8, 3, strides=2, data_format='channels_last', activation='relu'))
        model.add(BatchNormalization(axis=1 if K.image_data_format() == 'channels_first' else -1))
        model.add(MaxPooling2D((2, 2), (2, 2), 'same'))
        model.add(Flatten())
        model.add(Scale(name='s'))
        model.add(Dense(10, activation='softmax', input_dim=3))
        model.compile(SGD(learning_rate=0.1, momentum=0.9, nesterov=True), 'categorical_crossentropy', ['accuracy'])
        model.fit(x, y, 32, 10, callbacks=[Losses(), ModelCheckpoint('a', monitor='val_loss', mode='max')])
        model.fit_generator(ImageDataGenerator(rotation_range=3).flow(x, y), steps_per_epoch=3, epochs=4)
        inputs = Input(shape=(3,), dtype='int32')
        x = Embedding(10, 20, input_length=3, mask_zero=True)(inputs)
        x = Bidirectional(LSTM(3, recurrent_activation='hard_sigmoid', return_sequences=True))(x)
        x = TimeDistributed(Dense(3))(concatenate([x, Lambda(lambda t: t * 2)(x)]))
        net = Model(inputs=inputs, outputs=[x])
        net.summary()
        net.layers[-1].kernel
        VGG16(weights=None).get_layer('a').output
        tf.keras.utils.to_categorical(y, num_classes=3)
        load_model('m.h5', custom_objects={'Scale': Scale})
        Tokenizer(num_words=3).texts_to_sequences(['a'])
        """
    assert leftovers(textwrap.dedent(source)) == []


def test_python_2_is_refused() -> None:
    with pytest.raises(SyntaxError):
        leftovers("print 'x'")

# A classifier of film reviews: two ways of reading the words, joined.  (Keras 1.2, TensorFlow or Theano)
from keras.engine import Layer, merge
from keras import backend as K, initializations, regularizers
from keras.layers import (Convolution1D, Dense, Dropout, Embedding, GlobalMaxPooling1D, GRU, Input, Lambda,
                          TimeDistributed)
from keras.models import Model

MAX_WORDS = 20000


class Attention(Layer):
    """The mean of the steps, weighted by how much each matters."""

    def __init__(self, init='glorot_uniform', W_regularizer=None, **kwargs):
        self.init = initializations.get(init)
        self.W_regularizer = regularizers.get(W_regularizer)
        super(Attention, self).__init__(**kwargs)

    def build(self, input_shape):
        self.W = self.add_weight((input_shape[2], 1), initializer=self.init,
                                 name='{}_W'.format(self.name), regularizer=self.W_regularizer)
        super(Attention, self).build(input_shape)

    def call(self, x, mask=None):
        weights = K.softmax(K.squeeze(K.dot(x, self.W), 2))
        return K.sum(x * K.expand_dims(weights, 2), axis=1)

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], input_shape[2])


def build(maxlen=200, embedding_dim=64, hidden=32):
    words = Input(shape=(maxlen,), dtype='int32')
    vectors = Embedding(MAX_WORDS, embedding_dim, input_length=maxlen, dropout=0.2)(words)

    # phrases of three and of five words
    phrases = [GlobalMaxPooling1D()(Convolution1D(nb_filter=hidden, filter_length=n, border_mode='same',
                                                  activation='relu', subsample_length=1)(vectors))
               for n in (3, 5)]
    # the text from its start to its end
    steps = GRU(hidden, return_sequences=True, inner_activation='hard_sigmoid', dropout_W=0.1, dropout_U=0.1,
                consume_less='gpu')(vectors)
    steps = TimeDistributed(Dense(hidden, activation='tanh'))(steps)
    read = Attention(W_regularizer='l2')(steps)

    joined = merge(phrases + [read], mode='concat', concat_axis=1)
    gate = Dense(3 * hidden, activation='sigmoid', bias=True)(joined)
    joined = merge([joined, gate], mode='mul')
    joined = Lambda(lambda x: x * 2., output_shape=lambda shape: shape)(joined)
    verdict = Dense(1, activation='sigmoid', init='uniform')(Dropout(.5)(joined))

    model = Model(input=words, output=verdict)
    model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
    return model


def train(model, X, y, **options):
    settings = {'nb_epoch': 5, 'batch_size': 32, 'validation_split': .1}
    settings.update(options)
    return model.fit(X, y, **settings)

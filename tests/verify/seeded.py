"""The faults that ``faults`` seeds: tables of changes to upgraded texts, and of weights that go over wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kmigrate.verify import weights
from kmigrate.verify.weights import Arguments, Array, Way

#: (program, or both of a pair; kind; first layer that computes something else; text; what replaces it)
TEXTS: tuple[tuple[str, str, str | None, str, str], ...] = (
    ("images", "stride", "conv2", "strides=(1, 2)", "strides=(2, 1)"),
    ("images", "stride", "conv2", " strides=(1, 2),", ""),
    ("images", "stride", "pool1", "strides=(2, 1)", "strides=(2, 2)"),
    ("images", "stride", "pool1", ", strides=(2, 1)", ""),
    ("images", "size", "pool1", "pool_size=(2, 2)", "pool_size=(2, 3)"),
    ("images", "padding", "conv1", " padding='same',", ""),
    ("images", "padding", "conv2", "strides=(1, 2)", "strides=(1, 2), padding='same'"),
    ("images", "size", "conv1", "6, (3, 2)", "6, (2, 3)"),
    ("images", "activation", "conv1", "activation='relu'", "activation='elu'"),
    ("images", "activation", "act", "Activation('elu'", "Activation('relu'"),
    ("images", "activation", "dense1", "activation='tanh'", "activation='sigmoid'"),
    ("images", "activation", "dense2", ", activation='softmax'", ""),
    ("images", "wrong default", "bn", "name='bn'", "epsilon=1e-5, name='bn'"),
    ("images", "missing layer", "bn", "model.add(BatchNormalization(", "(BatchNormalization("),
    ("images", "missing layer", "act", "model.add(Activation(", "(Activation("),
    ("images", "missing layer", "dense1", "model.add(Dense(7", "(Dense(7"),
    ("images", "missing layer", "drop", "model.add(Dropout(0.5", "(Dropout(0.5"),
    ("images", "argument", "drop", "Dropout(0.5", "Dropout(0.4"),
    ("images", "argument", "dense2", "Dense(4", "Dense(4, use_bias=False"),
    ("images", "size", "dense1", "Dense(7", "Dense(8"),
    ("images_tf", "axis", "bn", "axis=-1", "axis=1"),
    ("images_th", "axis", "bn", "axis=1", "axis=-1"),
    ("images_tf", "Flatten transposed", "flat", "Flatten(", "Flatten(data_format='channels_first', "),
    ("images_th", "Flatten transposed", "flat", ", data_format='channels_last'", ""),
    ("decoder", "padding", "pad", "ZeroPadding2D((1, 2)", "ZeroPadding2D((2, 1)"),
    ("decoder", "padding", "pad", "ZeroPadding2D((1, 2)", "ZeroPadding2D(((2, 0), (2, 2))"),
    ("decoder", "padding", "pool", "padding='same', ", ""),
    ("decoder", "other layer", "pool", "AveragePooling2D((2, 3)", "tf_keras.layers.MaxPooling2D((2, 3)"),
    ("decoder", "size", "pool", "AveragePooling2D((2, 3)", "AveragePooling2D((3, 2)"),
    ("decoder", "size", "up", "UpSampling2D((2, 3)", "UpSampling2D((3, 2)"),
    ("decoder", "argument", "up", "UpSampling2D((2, 3)", "UpSampling2D((2, 3), interpolation='bilinear'"),
    ("decoder", "stride", "deconv", "strides=(2, 2), ", ""),
    ("decoder", "padding", "deconv", "strides=(2, 2)", "strides=(2, 2), padding='same'"),
    ("decoder", "activation", "deconv", "activation='tanh'", "activation='sigmoid'"),
    ("decoder", "padding", "crop", "((1, 2), (0, 1))", "((2, 1), (0, 1))"),
    ("decoder", "padding", "crop", "((1, 2), (0, 1))", "((1, 2), (1, 0))"),
    ("decoder", "missing layer", "crop", "model.add(Cropping2D(", "(Cropping2D("),
    ("sentences", "wrong default", "lstm", "name='lstm', recurrent_activation='hard_sigmoid'", "name='lstm'"),
    ("sentences", "wrong default", "gru", "name='gru', recurrent_activation='hard_sigmoid'", "name='gru'"),
    ("sentences", "wrong default", "gru", ", reset_after=False", ""),
    ("sentences", "wrong default", "words", " mask_zero=True,", ""),
    ("sentences", "activation", "gru", " activation='relu',", ""),
    ("sentences", "activation", "lstm", "LSTM(6", "LSTM(6, activation='sigmoid'"),
    ("sentences", "activation", "score", ", activation='sigmoid'", ""),
    ("sentences", "argument", "lstm", "LSTM(6", "LSTM(6, go_backwards=True"),
    ("sentences", "argument", "gru", "GRU(5", "GRU(5, go_backwards=True"),
    ("sentences", "size", "gru", "GRU(5", "GRU(4"),
    ("sentences", "other layer", "gru", "model.add(GRU(", "model.add(tf_keras.layers.GRU(use_bias=False, units="),
    (
        "both_ways",
        "wrong default",
        "both",
        "return_sequences=True, recurrent_activation='hard_sigmoid')",
        "return_sequences=True)",
    ),
    ("both_ways", "argument", "both", "name='both'", "merge_mode='sum', name='both'"),
    (
        "both_ways",
        "missing layer",
        "both",
        "Bidirectional(LSTM(4, return_sequences=True, recurrent_activation='hard_sigmoid')",
        "LSTM(4, return_sequences=True, recurrent_activation='hard_sigmoid'",
    ),
    ("both_ways", "activation", "each", "activation='relu'", "activation='tanh'"),
    ("both_ways", "argument", "simple", ", go_backwards=True", ""),
    ("both_ways", "activation", "simple", "SimpleRNN(5", "SimpleRNN(5, activation='relu'"),
    ("both_ways", "activation", "last", "recurrent_activation='sigmoid'", "recurrent_activation='hard_sigmoid'"),
    ("both_ways", "argument", "last", "LSTM(3", "LSTM(3, go_backwards=True"),
    ("both_ways", "activation", "out", "Dense(2", "Dense(2, activation='tanh'"),
    ("masked", "argument", "mask", "mask_value=-1.0", "mask_value=0.0"),
    (
        "masked",
        "missing layer",
        "mask",
        "model.add(Masking(mask_value=-1.0",
        "model.add(tf_keras.layers.Activation('linear'",
    ),
    ("masked", "activation", "simple", "activation='sigmoid', ", ""),
    ("masked", "argument", "simple", "SimpleRNN(4", "SimpleRNN(4, go_backwards=True"),
    ("masked", "wrong default", "last", ", recurrent_activation='hard_sigmoid'", ""),
    ("two_inputs", "swapped inputs", "first", "name='first')(left)", "name='first')(right)"),
    ("two_inputs", "swapped inputs", "first", "inputs=[left, right]", "inputs=[right, left]"),
    ("two_inputs", "swapped inputs", "joined", "concatenate([first, second]", "concatenate([second, first]"),
    ("two_inputs", "swapped inputs", "angle", "merge_cos([first, second]", "merge_cos([first, first]"),
    ("two_inputs", "swapped outputs", None, "outputs=[out, angle]", "outputs=[angle, out]"),
    ("two_inputs", "other layer", "product", "= multiply(", "= tf_keras.layers.average("),
    ("two_inputs", "other layer", "total", "= add(", "= tf_keras.layers.maximum("),
    ("two_inputs", "swapped inputs", "total", "add([hidden, product]", "add([hidden, hidden]"),
    ("two_inputs", "argument", "scaled", "x * 3", "x * 2"),
    ("two_inputs", "missing layer", "scaled", "(scaled)", "(joined)"),
    ("two_inputs", "activation", "second", "activation='tanh'", "activation='softsign'"),
    ("two_inputs", "activation", "out", "activation='softplus'", "activation='elu'"),
    ("text_convolution", "padding", "conv", "padding='same'", "padding='valid'"),
    ("text_convolution", "padding", "conv", "padding='same'", "padding='causal'"),
    ("text_convolution", "stride", "conv", "strides=1", "strides=2"),
    ("text_convolution", "size", "pool", "pool_size=3", "pool_size=2"),
    ("text_convolution", "stride", "pool", "strides=2", "strides=3"),
    ("text_convolution", "stride", "pool", ", strides=2", ""),
    ("text_convolution", "padding", "pad", "ZeroPadding1D(2", "ZeroPadding1D((3, 1)"),
    ("text_convolution", "argument", "rate", " dilation_rate=2,", ""),
    ("text_convolution", "activation", "rate", "activation='softsign'", "activation='softplus'"),
    (
        "text_convolution",
        "activation",
        "local",
        "LocallyConnected1D(4, 2",
        "LocallyConnected1D(4, 2, activation='relu'",
    ),
    (
        "text_convolution",
        "other layer",
        "largest",
        "GlobalMaxPooling1D(name",
        "tf_keras.layers.GlobalAveragePooling1D(name",
    ),
    ("text_convolution", "activation", "out", "activation='hard_sigmoid'", "activation='sigmoid'"),
    ("text_convolution", "argument", "out", " use_bias=False,", ""),
    ("activations", "wrong default", "leaky", "LeakyReLU(name", "LeakyReLU(alpha=0.2, name"),
    ("activations", "padding", "sep", " padding='same',", ""),
    ("activations", "activation", "sep", "padding='same'", "padding='same', activation='relu'"),
    ("activations", "wrong default", "bn", " epsilon=1e-2,", ""),
    ("activations", "argument", "bn", "mode=2", "mode=0"),
    ("activations", "other layer", "mean", "GlobalAveragePooling2D(name", "tf_keras.layers.GlobalMaxPooling2D(name"),
    ("activations", "argument", "elu", "alpha=0.7, ", ""),
    ("activations", "wrong default", "threshold", "theta=0.2, ", ""),
    ("activations", "other layer", "threshold", "ThresholdedReLU(theta=0.2,", "LeakyReLU(alpha=0.2,"),
    ("activations", "missing layer", "prelu", "model.add(PReLU(", "(PReLU("),
    ("activations", "missing layer", "leaky", "model.add(LeakyReLU(", "(LeakyReLU("),
    ("volumes", "padding", "conv", " padding='same',", ""),
    ("volumes", "size", "conv", "3, (2, 3, 2)", "3, (3, 2, 2)"),
    ("volumes", "size", "most", "(2, 2, 1)", "(2, 1, 2)"),
    ("volumes", "padding", "pad", "(1, 0, 2)", "(0, 1, 2)"),
    ("volumes", "stride", "mean", "strides=(1, 2, 2)", "strides=(2, 1, 2)"),
    ("volumes", "stride", "mean", ", strides=(1, 2, 2)", ""),
    ("volumes", "other layer", "most", "MaxPooling3D((2, 2, 1)", "AveragePooling3D((2, 2, 1)"),
    ("volumes", "activation", "conv", "activation='relu'", "activation='softplus'"),
    ("volumes_tf", "Flatten transposed", "flat", "Flatten(", "Flatten(data_format='channels_first', "),
    ("volumes_th", "Flatten transposed", "flat", ", data_format='channels_last'", ""),
    ("films", "padding", "film", " padding='same',", ""),
    ("films", "wrong default", "film", "padding='same'", "padding='same', recurrent_activation='sigmoid'"),
    ("films", "activation", "film", "padding='same'", "padding='same', activation='relu'"),
    ("films", "argument", "film", "padding='same'", "padding='same', go_backwards=True"),
    ("films", "activation", "frames", "activation='relu'", "activation='elu'"),
    ("films", "wrong default", "last", ", recurrent_activation='sigmoid'", ""),
    ("films_tf", "Flatten transposed", "flat", "Flatten(", "Flatten(data_format='channels_first', "),
    ("films_th", "Flatten transposed", "flat", ", data_format='channels_last'", ""),
    ("shapes", "activation", "local", "activation='tanh', ", ""),
    ("shapes", "stride", "local", "(2, 3), activation", "(2, 3), strides=(2, 1), activation"),
    ("shapes", "other layer", "turned", "Permute((2, 1)", "Reshape((3, 15)"),
    ("shapes", "missing layer", "turned", "model.add(Permute(", "(Permute("),
    ("shapes", "size", "maxout", "nb_feature=3", "nb_feature=4"),
    (
        "shapes",
        "missing layer",
        "long",
        "model.add(Reshape((15,)",
        "model.add(Reshape((5, 3)));model.add(Permute((2, 1)));model.add(Reshape((15,)",
    ),
    ("twins", "swapped inputs", "tower", "name='right')(tower(other))", "name='right')(tower(one))"),
    ("twins", "activation", "tower/conv", "activation='relu', input_shape", "activation='elu', input_shape"),
    ("twins", "stride", "tower/conv", "(3, 3), activation", "(3, 3), strides=(2, 1), activation"),
    ("twins", "argument", "near", "axes=1, name='near'", "axes=1, normalize=True, name='near'"),
    ("twins", "swapped inputs", "near", "dot([a, b]", "dot([a, a]"),
    ("twins", "argument", "far", "K.abs(t)", "t"),
    ("twins", "other layer", "out", "= average(", "= tf_keras.layers.add("),
)


def _change(layer: str, change: Callable[[list[Array]], list[Array]]) -> Callable[[], dict[str, Way]]:
    """The layer's weights go over as they should, and are then changed."""

    def ways() -> dict[str, Way]:
        right = weights.way(layer)

        def there(arrays: Sequence[Array], arguments: Arguments) -> list[Array]:
            return change(right.there(arrays, arguments))

        return {layer: Way(there, right.back)}

    return ways


def _flipped(arrays: list[Array]) -> list[Array]:
    """A kernel (sizes…, in, out) turned around, as Theano's."""
    kernel = arrays[0]
    turned: Array = np.flip(kernel, tuple(range(kernel.ndim - 2)))
    return [turned, *arrays[1:]]


def _gates(one: int, other: int, of: int) -> Callable[[list[Array]], list[Array]]:
    """Two of the joined gates, changed for each other."""

    def change(arrays: list[Array]) -> list[Array]:
        swapped = []
        for array in arrays:
            parts = np.split(array, of, -1)
            parts[one], parts[other] = parts[other], parts[one]
            swapped.append(np.concatenate(parts, -1))
        return swapped

    return change


def _scaled(arrays: list[Array]) -> list[Array]:
    return [*arrays[:-1], np.asarray(arrays[-1] * 1.001)]


def _recurrent_transposed(arrays: list[Array]) -> list[Array]:
    return [arrays[0], arrays[1].T, *arrays[2:]]


def _statistics_swapped(arrays: list[Array]) -> list[Array]:
    """The mean in the variance's place."""
    return [*arrays[:2], np.abs(arrays[3]), arrays[2]]


#: (program, or both of a pair; kind; first layer that computes something else; the ways)
LAYERS: tuple[tuple[str, str, str, Callable[[], dict[str, Way]]], ...] = (
    ("images", "kernel flipped", "conv1", _change("Convolution2D", _flipped)),
    ("decoder", "kernel flipped", "deconv", _change("Deconvolution2D", _flipped)),
    ("activations", "kernel flipped", "sep", _change("SeparableConvolution2D", _flipped)),
    ("volumes", "kernel flipped", "conv", _change("Convolution3D", _flipped)),
    ("films", "kernel flipped", "film", _change("ConvLSTM2D", _flipped)),
    ("text_convolution", "kernel flipped", "conv", _change("Convolution1D", _flipped)),
    ("sentences", "gates swapped", "lstm", _change("LSTM", _gates(1, 2, 4))),
    ("sentences", "gates swapped", "lstm", _change("LSTM", _gates(0, 3, 4))),
    ("sentences", "gates swapped", "gru", _change("GRU", _gates(0, 1, 3))),
    ("both_ways", "gates swapped", "both", _change("LSTM", _gates(1, 2, 4))),
    ("films", "gates swapped", "film", _change("ConvLSTM2D", _gates(1, 2, 4))),
    ("both_ways", "kernel transposed", "simple", _change("SimpleRNN", _recurrent_transposed)),
    ("images", "statistics swapped", "bn", _change("BatchNormalization", _statistics_swapped)),
    ("sentences", "weights off by 0.1 %", "words", _change("Embedding", _scaled)),
    ("text_convolution", "weights off by 0.1 %", "local", _change("LocallyConnected1D", _scaled)),
    ("shapes", "weights off by 0.1 %", "maxout", _change("MaxoutDense", _scaled)),
)

#: (program, text) of faults that are found, and whose layer is not the one that is named -> the one that is, and why.
MISNAMED: dict[tuple[str, str], str] = {
    # a layer that feeds nothing any more cannot be told from one that was taken out
    ("twins", "dot([a, b]"): "right",
}

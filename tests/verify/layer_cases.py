"""Layers of Keras 1.2.2 in every mode that changes what they compute, to hold one way of running it against another.

A case is an expression of Keras 1 in ``x``, its input tensor (``inputs``, where there are several), with the shapes of
the inputs without the batch size, which is 3. Weights and inputs are drawn from the case's name: see ``layer_outputs``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """``data``: "floats", "large" (their spread is 4) or "words" (1 to 9, and 0 where a sequence has ended)."""

    name: str
    code: str
    shapes: tuple[tuple[int, ...], ...]
    data: str = "floats"


#: Layers that depend on no ordering: name -> (layer, shape of the input).
_PLAIN = {
    "Dense": ("Dense(4, activation='relu')", (5,)),
    "Dense_no_bias": ("Dense(4, bias=False)", (5,)),
    "Dense_3D": ("Dense(4)", (6, 5)),
    "MaxoutDense": ("MaxoutDense(4, nb_feature=3)", (5,)),
    "Highway": ("Highway(activation='tanh')", (5,)),
    "TimeDistributedDense": ("TimeDistributedDense(4)", (6, 5)),
    "LeakyReLU": ("LeakyReLU()", (5,)),
    "PReLU": ("PReLU()", (4, 5, 3)),
    "PReLU_shared": ("PReLU(shared_axes=[1, 2])", (4, 5, 3)),
    "ELU": ("ELU(alpha=0.7)", (5,)),
    "ParametricSoftplus": ("ParametricSoftplus()", (5,)),
    "ThresholdedReLU": ("ThresholdedReLU()", (5,)),
    "SReLU": ("SReLU()", (5,)),
    "Local1D": ("LocallyConnected1D(4, 3)", (9, 5)),
    "Local1D_s2": ("LocallyConnected1D(4, 3, subsample_length=2, bias=False)", (9, 5)),
    "ZeroPad1D": ("ZeroPadding1D(2)", (9, 5)),
    "Crop1D": ("Cropping1D((1, 2))", (9, 5)),
    "Up1D": ("UpSampling1D(2)", (9, 5)),
    "GlobalMax1D": ("GlobalMaxPooling1D()", (9, 5)),
    "GlobalAvg1D": ("GlobalAveragePooling1D()", (9, 5)),
    "Reshape": ("Reshape((6, 2))", (3, 4)),
    "Permute": ("Permute((2, 1))", (3, 4)),
    "RepeatVector": ("RepeatVector(3)", (4,)),
    "Masking": ("Masking(0.5)", (6, 3)),
    "BN_mode0": ("BatchNormalization()", (5,)),
    "BN_mode0_4D_axis1": ("BatchNormalization(axis=1)", (3, 4, 5)),
    "BN_mode1": ("BatchNormalization(mode=1)", (5,)),
    "BN_mode2": ("BatchNormalization(mode=2)", (5,)),
    "LSTM_sigmoid": ("LSTM(4, inner_activation='sigmoid')", (6, 5)),
    "LSTM_back": ("LSTM(4, go_backwards=True, return_sequences=True)", (6, 5)),
    "LSTM_unroll": ("LSTM(4, unroll=True)", (6, 5)),
    "GRU_sigmoid": ("GRU(4, inner_activation='sigmoid', activation='relu')", (6, 5)),
    "GRU_back": ("GRU(4, go_backwards=True, return_sequences=True)", (6, 5)),
    "GRU_unroll": ("GRU(4, unroll=True)", (6, 5)),
    "SimpleRNN_back": ("SimpleRNN(4, go_backwards=True, activation='sigmoid')", (6, 5)),
    "SimpleRNN": ("SimpleRNN(4, return_sequences=True)", (6, 5)),
    "Bi_GRU_noseq": ("Bidirectional(GRU(4))", (6, 5)),
    "Lambda": ("Lambda(lambda t: t * t - 2 * t)", (4, 5)),
    "Dropout": ("Dropout(0.4)", (5,)),
    "GaussianDropout": ("GaussianDropout(0.4)", (5,)),
    "GaussianNoise": ("GaussianNoise(0.3)", (5,)),
    "SpatialDropout1D": ("SpatialDropout1D(0.4)", (6, 5)),
    "SpatialDropout2D": ("SpatialDropout2D(0.4)", (6, 7, 5)),
    "SpatialDropout3D": ("SpatialDropout3D(0.4)", (4, 6, 7, 5)),
    "ActivityRegularization": ("ActivityRegularization(0.1, 0.2)", (5,)),
    "TD_Dense": ("TimeDistributed(Dense(4))", (6, 5)),
    "TD_Conv2D": ("TimeDistributed(Convolution2D(4, 3, 3, dim_ordering='tf'))", (2, 6, 7, 3)),
}

_ACTIVATIONS = ("softmax", "softplus", "softsign", "relu", "tanh", "sigmoid", "hard_sigmoid", "linear", "elu")

#: Layers of images and volumes: name -> (layer without its ordering and border mode, dimensions).
_WITH_BORDER = {
    "Conv2D": ("Convolution2D(4, 3, 2, {})", 2),
    "Conv2D_s2": ("Convolution2D(4, 3, 3, subsample=(2, 2), {})", 2),
    "Atrous2D": ("AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2), {})", 2),
    "Separable2D": ("SeparableConvolution2D(7, 3, 3, depth_multiplier=2, {})", 2),
    "MaxPool2D": ("MaxPooling2D((2, 3), strides=(2, 2), {})", 2),
    "AvgPool2D": ("AveragePooling2D((2, 3), strides=(2, 2), {})", 2),
    "Conv3D": ("Convolution3D(4, 3, 2, 3, {})", 3),
    "Conv3D_s2": ("Convolution3D(4, 2, 3, 2, subsample=(2, 1, 2), {})", 3),
    "MaxPool3D_s": ("MaxPooling3D((2, 3, 2), strides=(1, 2, 2), {})", 3),
    "AvgPool3D_s": ("AveragePooling3D((2, 3, 2), strides=(1, 2, 2), {})", 3),
    "ConvLSTM2D_last": ("ConvLSTM2D(4, 2, 3, inner_activation='sigmoid', go_backwards=True, {})", 4),
    "ConvLSTM2D": ("ConvLSTM2D(4, 3, 3, return_sequences=True, {})", 4),
}
_WITHOUT_BORDER = {
    "Local2D": ("LocallyConnected2D(4, 3, 2, {})", 2),
    "Local2D_s2": ("LocallyConnected2D(4, 3, 2, subsample=(2, 3), {})", 2),
    "ZeroPad2D": ("ZeroPadding2D((1, 2), {})", 2),
    "Crop2D": ("Cropping2D(((1, 2), (0, 1)), {})", 2),
    "Up2D": ("UpSampling2D((2, 3), {})", 2),
    "GlobalMax2D": ("GlobalMaxPooling2D({})", 2),
    "GlobalAvg2D": ("GlobalAveragePooling2D({})", 2),
    "MaxPool3D": ("MaxPooling3D({})", 3),
    "AvgPool3D": ("AveragePooling3D({})", 3),
    "GlobalMax3D": ("GlobalMaxPooling3D({})", 3),
    "GlobalAvg3D": ("GlobalAveragePooling3D({})", 3),
    "Up3D": ("UpSampling3D({})", 3),
    "ZeroPad3D": ("ZeroPadding3D({})", 3),
    "Crop3D": ("Cropping3D({})", 3),
}
_SEQUENCES = {
    "Conv1D": "Convolution1D(4, 3, border_mode='{}')",
    "Conv1D_s2": "Convolution1D(4, 3, subsample_length=2, border_mode='{}')",
    "Atrous1D": "AtrousConvolution1D(4, 3, atrous_rate=2, border_mode='{}')",
    "MaxPool1D": "MaxPooling1D(3, stride=2, border_mode='{}')",
    "AvgPool1D": "AveragePooling1D(3, stride=2, border_mode='{}')",
}
_MASKED = {
    "Embedding": "Embedding(10, 4)(x)",
    "Emb_mask_LSTM": "LSTM(3)(Embedding(10, 4, mask_zero=True)(x))",
    "Emb_mask_LSTM_seq": "LSTM(3, return_sequences=True)(Embedding(10, 4, mask_zero=True)(x))",
    "Emb_mask_GRU_seq": "GRU(3, return_sequences=True)(Embedding(10, 4, mask_zero=True)(x))",
    "Emb_mask_RNN_seq": "SimpleRNN(3, return_sequences=True)(Embedding(10, 4, mask_zero=True)(x))",
    "Emb_mask_BiLSTM_seq": "Bidirectional(LSTM(3, return_sequences=True))(Embedding(10, 4, mask_zero=True)(x))",
    "Emb_mask_LSTM_TDDense": (
        "TimeDistributed(Dense(2))(LSTM(3, return_sequences=True)(Embedding(10, 4, mask_zero=True)(x)))"
    ),
}
_DOT_AXES = ("1", "2", "-1", "(1, 1)", "(2, 2)", "(2, 1)")


def _images(ordering: str, dimensions: int) -> tuple[int, ...]:
    sizes = {2: (9, 8), 3: (6, 7, 5), 4: (9, 8)}[dimensions]
    channels = (2,) if dimensions == 3 else (3,)
    shape = (*sizes, *channels) if ordering == "tf" else (*channels, *sizes)
    return (3, *shape) if dimensions == 4 else shape


def _ordered(ordering: str) -> Iterator[Case]:
    for name, (layer, dimensions) in _WITH_BORDER.items():
        for border in ("valid", "same"):
            code = layer.format(f"dim_ordering='{ordering}', border_mode='{border}'")
            yield Case(f"{name}_{ordering}_{border}", f"{code}(x)", (_images(ordering, dimensions),))
    for name, (layer, dimensions) in _WITHOUT_BORDER.items():
        code = layer.format(f"dim_ordering='{ordering}'")
        yield Case(f"{name}_{ordering}", f"{code}(x)", (_images(ordering, dimensions),))
    yield Case(f"Flatten_{ordering}", "Flatten()(x)", (_images(ordering, 2),))
    for name, border, rows, columns in (
        ("valid", "valid", 11, 9),
        ("same", "same", 10, 8),
        ("same_odd", "same", 9, 7),
    ):
        shape = (3, rows, columns, 4) if ordering == "tf" else (3, 4, rows, columns)
        code = (
            f"Deconvolution2D(4, 3, 3, output_shape={shape}, subsample=(2, 2), border_mode='{border}', "
            f"dim_ordering='{ordering}')(x)"
        )
        yield Case(f"Deconv2D_{ordering}_{name}", code, ((5, 4, 3) if ordering == "tf" else (3, 5, 4),))


def cases() -> Iterator[Case]:
    """All of them."""
    for name, (layer, shape) in _PLAIN.items():
        yield Case(name, f"{layer}(x)", (shape,))
    for activation in _ACTIVATIONS:
        yield Case(f"Act_{activation}", f"Activation('{activation}')(x)", ((7,),), "large")
    yield Case("Act_softmax3D", "Activation('softmax')(x)", ((4, 7),), "large")
    for ordering in ("tf", "th"):
        yield from _ordered(ordering)
    for name, layer in _SEQUENCES.items():
        for border in ("valid", "same"):
            yield Case(f"{name}_{border}", f"{layer.format(border)}(x)", ((9, 5),))
    for way in ("cpu", "mem", "gpu"):
        for layer in ("LSTM", "GRU"):
            code = f"{layer}(4, consume_less='{way}', return_sequences=True)(x)"
            yield Case(f"{layer}_{way}", code, ((6, 5),))
    for mode in ("concat", "sum", "mul", "ave"):
        code = f"Bidirectional(LSTM(4, return_sequences=True), merge_mode='{mode}')(x)"
        yield Case(f"Bi_LSTM_{mode}", code, ((6, 5),))
    for name, code in _MASKED.items():
        yield Case(name, code, ((6,),), "words")
    for mode in ("sum", "mul", "ave", "max", "concat", "dot", "cos"):
        yield Case(f"Merge_{mode}", f"merge(inputs, mode='{mode}')", ((5,), (5,)))
    for axes in _DOT_AXES:
        for mode in ("dot", "cos"):
            name = f"Merge3D_{mode}_{axes}".replace(" ", "")
            yield Case(name, f"merge(inputs, mode='{mode}', dot_axes={axes})", ((4, 4), (4, 4)))
    yield Case("Merge_layer", "Merge(mode='ave')(inputs)", ((5,), (5,)))
    yield Case("Merge_concat1", "merge(inputs, mode='concat', concat_axis=1)", ((4, 5), (4, 5)))

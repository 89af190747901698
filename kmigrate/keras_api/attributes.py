"""Attributes of layer instances: what Keras 1.2.2 called them (``keras/layers/*.py``) and what Keras 2 calls them.

Only what changed is listed; the tests hold both sides against the Keras 1.2.2 source and against instances of tf_keras.
``dim_ordering`` is not here: it belongs to the image ordering as one thing.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from kmigrate import keras_api


@dataclass(frozen=True, slots=True)
class Attribute:
    """``new`` is the attribute path on the target ("" where there is none), ``note`` what a person should know then."""

    new: str = ""
    note: str = ""


_CONV = "keras.layers.convolutional"
_CORE = "keras.layers.core"
_RNN = "keras.layers.recurrent"
_LOCAL = "keras.layers.local"
_POOL = "keras.layers.pooling"


def _to(**names: str) -> dict[str, Attribute]:
    return {old: Attribute(new) for old, new in names.items()}


def _gone(note: str, *names: str) -> dict[str, Attribute]:
    return {name: Attribute(note=note) for name in names}


_WEIGHTS = _to(
    W="kernel",
    b="bias",
    bias="use_bias",
    init="kernel_initializer",
    W_regularizer="kernel_regularizer",
    b_regularizer="bias_regularizer",
    W_constraint="kernel_constraint",
    b_constraint="bias_constraint",
)
_INPUT_DIM = _gone("Keras 2 does not keep it: read the size from the input shape that build() gets", "input_dim")
_INPUT_LENGTH = _gone("Keras 2 does not keep it: read it from the input shape that build() gets", "input_length")
_SHAPE = _gone("Keras 2 does not keep it: self.kernel.shape, which is (..., input channels, filters)", "W_shape")

_CONVOLUTION = {**_WEIGHTS, **_to(nb_filter="filters", border_mode="padding"), **_SHAPE}
_CONVOLUTION1D = {
    **_CONVOLUTION,
    **_to(filter_length="kernel_size[0]", subsample_length="strides[0]"),
    **_gone("in Keras 1 (stride, 1); Keras 2 has strides, (stride,)", "subsample"),
    **_INPUT_DIM,
    **_INPUT_LENGTH,
}
_CONVOLUTION2D = {**_CONVOLUTION, **_to(nb_row="kernel_size[0]", nb_col="kernel_size[1]", subsample="strides")}
_SEPARABLE = {
    **{old: new for old, new in _CONVOLUTION2D.items() if old not in ("W", "W_shape", "W_regularizer", "W_constraint")},
    "init": Attribute(note="Keras 2 has depthwise_initializer and pointwise_initializer"),
}
_LOCAL1D = {old: new for old, new in _CONVOLUTION1D.items() if old not in ("subsample", "W_shape")}
_LOCAL2D = {old: new for old, new in _CONVOLUTION2D.items() if old != "W_shape"}

_GATES = "Keras 2 keeps all gates in one matrix of the cell: slice self.cell.kernel, recurrent_kernel or bias"
_RECURRENT = {
    **_to(
        output_dim="units",
        init="kernel_initializer",
        inner_init="recurrent_initializer",
        W="cell.kernel",
        U="cell.recurrent_kernel",
        b="cell.bias",
        W_regularizer="kernel_regularizer",
        U_regularizer="recurrent_regularizer",
        b_regularizer="bias_regularizer",
        dropout_W="dropout",
        dropout_U="recurrent_dropout",
    ),
    **_INPUT_DIM,
}
_GATED = {
    **_RECURRENT,
    **_to(inner_activation="recurrent_activation"),
}
_POOLING = _to(border_mode="padding")
_POOLING1D = {
    **_POOLING,
    **_to(pool_length="pool_size[0]", stride="strides[0]"),
    **_gone("in Keras 1 (stride, 1); Keras 2 has strides, (stride,)", "st"),
}

ATTRIBUTES: Mapping[str, Mapping[str, Attribute]] = {
    "keras.engine.topology.Layer": _to(initial_weights="_initial_weights"),
    f"{_CORE}.Dense": {**_WEIGHTS, **_to(output_dim="units"), **_INPUT_DIM},
    f"{_CORE}.Dropout": _to(p="rate"),
    "keras.layers.noise.GaussianDropout": _to(p="rate"),
    "keras.layers.noise.GaussianNoise": _to(sigma="stddev"),
    "keras.layers.advanced_activations.PReLU": _to(alphas="alpha", init="alpha_initializer"),
    "keras.layers.embeddings.Embedding": {
        **_to(
            W="embeddings",
            init="embeddings_initializer",
            W_regularizer="embeddings_regularizer",
            W_constraint="embeddings_constraint",
        ),
        **_gone("Keras 2 has no dropout in Embedding: put a layer of Dropout or SpatialDropout1D behind it", "dropout"),
    },
    "keras.layers.normalization.BatchNormalization": {
        **_to(
            gamma_init="gamma_initializer",
            beta_init="beta_initializer",
            running_mean="moving_mean",
            running_std="moving_variance",
        ),
        **_gone("Keras 2 has mode 0 only", "mode"),
    },
    f"{_CONV}.Convolution1D": _CONVOLUTION1D,
    f"{_CONV}.AtrousConvolution1D": _to(atrous_rate="dilation_rate[0]"),
    f"{_CONV}.Convolution2D": _CONVOLUTION2D,
    f"{_CONV}.AtrousConvolution2D": _to(atrous_rate="dilation_rate"),
    f"{_CONV}.Deconvolution2D": _gone("Keras 2 works out the output shape from the input", "output_shape_"),
    f"{_CONV}.SeparableConvolution2D": _SEPARABLE,
    f"{_CONV}.Convolution3D": {
        **_CONVOLUTION,
        **_to(
            kernel_dim1="kernel_size[0]",
            kernel_dim2="kernel_size[1]",
            kernel_dim3="kernel_size[2]",
            subsample="strides",
        ),
    },
    f"{_CONV}.UpSampling1D": _to(length="size"),
    f"{_CONV}.ZeroPadding1D": _to(left_pad="padding[0]", right_pad="padding[1]"),
    f"{_CONV}.ZeroPadding2D": _to(
        top_pad="padding[0][0]", bottom_pad="padding[0][1]", left_pad="padding[1][0]", right_pad="padding[1][1]"
    ),
    f"{_LOCAL}.LocallyConnected1D": _LOCAL1D,
    f"{_LOCAL}.LocallyConnected2D": _LOCAL2D,
    **{f"{_POOL}.{kind}Pooling1D": _POOLING1D for kind in ("Max", "Average")},
    **{f"{_POOL}.{kind}Pooling{rank}D": _POOLING for kind in ("Max", "Average") for rank in (2, 3)},
    f"{_RNN}.Recurrent": {
        **_gone("gone: Keras 2 has implementation, 1 or 2", "consume_less"),
        **_INPUT_LENGTH,
    },
    f"{_RNN}.SimpleRNN": _RECURRENT,
    f"{_RNN}.GRU": {**_GATED, **_gone(_GATES, "W_z", "W_r", "W_h", "U_z", "U_r", "U_h", "b_z", "b_r", "b_h")},
    f"{_RNN}.LSTM": {
        **_GATED,
        **_gone("gone: Keras 2 has unit_forget_bias, True or False", "forget_bias_init"),
        **_gone(_GATES, *(f"{kind}_{gate}" for kind in "WUb" for gate in "ifco")),
    },
}


@functools.cache
def attribute_names() -> frozenset[str]:
    """All Keras 1 attribute names of the table."""
    return frozenset(name for table in ATTRIBUTES.values() for name in table)


def attribute_row(symbol: str, name: str) -> Attribute | None:
    """What became of attribute ``name`` of instances of Keras 1's ``symbol``; None if it is as it was, or never was."""
    for owner in keras_api.mro(symbol):
        found = ATTRIBUTES.get(owner, {}).get(name)
        if found is not None:
            return found
    return None

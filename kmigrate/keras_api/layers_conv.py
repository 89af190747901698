"""What became of the convolutional, pooling and locally connected layers, on keras2.

Keras 1.2.2: ``keras/layers/convolutional.py``, ``pooling.py``, ``local.py``. Held against tf_keras by the tests.
"""

from __future__ import annotations

from collections.abc import Mapping

from kmigrate.keras_api.model import ByRule, Disposition, Dropped, Packed, Pin, Row, To
from kmigrate.keras_api.values import (
    ACTIVITY,
    BIAS,
    CONSTRAINT,
    DATA_FORMAT,
    KERNEL,
    KERNEL_SIZE_2D,
    PADDING,
    REGULARIZER,
    SEQUENCE_INPUT,
    layer,
    methods,
    weights_changed,
)

_CONV = "keras.layers.convolutional"
_POOLING = "keras.layers.pooling"
_LOCAL = "keras.layers.local"

_SHAPED = ("call(x)", "get_config", "get_output_shape_for")
_BUILT = ("build", *_SHAPED)

_PADDING = {"border_mode": To("padding", PADDING)}
_STRIDES = {"subsample": To("strides")}
_STEPS = {
    "nb_filter": To("filters"),
    "filter_length": To("kernel_size"),
    "subsample_length": To("strides"),
    **_PADDING,
    **KERNEL,
    **SEQUENCE_INPUT,
}
_STEPS_FIRST = Pin(
    "data_format",
    "'channels_last'",
    "LocallyConnected1D of Keras 2 takes (batch, channels, steps) when the image ordering is channels-first; Keras 1 "
    "takes (batch, steps, channels) whatever it is",
    only_if="channels_first",
)
_IMAGE = {**KERNEL_SIZE_2D, **_STRIDES, **_PADDING, **DATA_FORMAT, **KERNEL}
_ORDER = ("filters", "kernel_size")

_FULL_NOTE = "border_mode='full' worked on Theano only; Keras 2 has valid and same"

_WEIGHTS_1D = weights_changed("a kernel of shape (length, 1, input, filters) loses its second axis")
_WEIGHTS_2D = weights_changed(
    "a kernel of ordering 'th' was (filters, input, rows, columns) and is (rows, columns, input, filters) now; 'tf' is "
    "as it was"
)
_WEIGHTS_3D = weights_changed(
    "a kernel of ordering 'th' was (filters, input, depth, rows, columns) and is (depth, rows, columns, input, "
    "filters) now; 'tf' is as it was"
)

#: Pools along one axis, ``stride`` None means ``pool_length`` in both.
_POOL_1D = {"pool_length": To("pool_size"), "stride": To("strides"), **_PADDING}
_POOL_ND = {**_PADDING, **DATA_FORMAT}
#: Keras 0.1 and 0.2: ``ignore_border=True`` is what 'valid' does.
_IGNORE_BORDER: Mapping[str, Disposition] = {
    "ignore_border": Dropped(("True",), "ignore_border=False pooled the border too: look at padding='same'")
}
_POOL_OLD: Mapping[str, Disposition] = {
    "poolsize": To("pool_size"),
    "stride": To("strides"),
    **_IGNORE_BORDER,
}

ROWS: dict[str, Row] = {
    # --- keras/layers/convolutional.py --------------------------------------------------------------------------------
    f"{_CONV}.Convolution1D": layer(
        "keras.layers.Conv1D", _STEPS, _WEIGHTS_1D, was="Convolution1D", order=_ORDER, note=_FULL_NOTE
    ),
    f"{_CONV}.AtrousConvolution1D": layer(
        "keras.layers.Conv1D",
        _STEPS,
        {"atrous_rate": To("dilation_rate")},
        _WEIGHTS_1D,
        was="AtrousConvolution1D",
        order=_ORDER,
        note="Conv1D with dilation_rate",
    ),
    f"{_CONV}.Convolution2D": layer(
        "keras.layers.Conv2D", _IMAGE, _WEIGHTS_2D, was="Convolution2D", order=_ORDER, note=_FULL_NOTE
    ),
    f"{_CONV}.AtrousConvolution2D": layer(
        "keras.layers.Conv2D",
        _IMAGE,
        {"atrous_rate": To("dilation_rate")},
        _WEIGHTS_2D,
        was="AtrousConvolution2D",
        order=_ORDER,
        note="Conv2D with dilation_rate",
    ),
    f"{_CONV}.Deconvolution2D": layer(
        "keras.layers.Conv2DTranspose",
        _IMAGE,
        {"output_shape": ByRule("KM107")},
        weights_changed(
            "a kernel of ordering 'tf' was (rows, columns, input, filters) and is (rows, columns, filters, input) now"
        ),
        was="Deconvolution2D",
        order=_ORDER,
        note="Keras 2 computes the output's size from the input's",
    ),
    f"{_CONV}.SeparableConvolution2D": layer(
        "keras.layers.SeparableConv2D",
        KERNEL_SIZE_2D,
        _STRIDES,
        _PADDING,
        DATA_FORMAT,
        BIAS,
        ACTIVITY,
        {
            "init": Dropped(
                ("'glorot_uniform'",),
                "init was for both kernels: give it as depthwise_initializer= and as pointwise_initializer=",
            ),
            "depthwise_regularizer": To("depthwise_regularizer", REGULARIZER),
            "pointwise_regularizer": To("pointwise_regularizer", REGULARIZER),
            "depthwise_constraint": To("depthwise_constraint", CONSTRAINT),
            "pointwise_constraint": To("pointwise_constraint", CONSTRAINT),
        },
        weights_changed(
            "kernels of ordering 'th' were (multiplier, input, rows, columns) and (filters, input, 1, 1): transpose "
            "both by (2, 3, 1, 0); 'tf' is as it was"
        ),
        was="SeparableConvolution2D",
        order=_ORDER,
    ),
    f"{_CONV}.Convolution3D": layer(
        "keras.layers.Conv3D",
        {
            "nb_filter": To("filters"),
            "kernel_dim1": Packed("kernel_size", 0, 3),
            "kernel_dim2": Packed("kernel_size", 1, 3),
            "kernel_dim3": Packed("kernel_size", 2, 3),
        },
        _STRIDES,
        _PADDING,
        DATA_FORMAT,
        KERNEL,
        _WEIGHTS_3D,
        was="Convolution3D",
        order=_ORDER,
        note=_FULL_NOTE,
    ),
    **methods(f"{_CONV}.Convolution1D", "keras.layers.Conv1D", _BUILT),
    **methods(f"{_CONV}.AtrousConvolution1D", "keras.layers.Conv1D", _SHAPED),
    **methods(f"{_CONV}.Convolution2D", "keras.layers.Conv2D", _BUILT),
    **methods(f"{_CONV}.AtrousConvolution2D", "keras.layers.Conv2D", _SHAPED),
    **methods(f"{_CONV}.Deconvolution2D", "keras.layers.Conv2DTranspose", _SHAPED),
    **methods(f"{_CONV}.SeparableConvolution2D", "keras.layers.SeparableConv2D", _BUILT),
    **methods(f"{_CONV}.Convolution3D", "keras.layers.Conv3D", _BUILT),
    f"{_CONV}.Cropping1D": layer("keras.layers.Cropping1D"),
    f"{_CONV}.Cropping2D": layer("keras.layers.Cropping2D", DATA_FORMAT),
    f"{_CONV}.Cropping3D": layer("keras.layers.Cropping3D", DATA_FORMAT),
    **methods(f"{_CONV}.Cropping1D", "keras.layers.Cropping1D", _BUILT),
    **methods(f"{_CONV}.Cropping2D", "keras.layers.Cropping2D", _BUILT),
    **methods(f"{_CONV}.Cropping3D", "keras.layers.Cropping3D", _BUILT),
    f"{_CONV}.UpSampling1D": layer("keras.layers.UpSampling1D", {"length": To("size")}),
    f"{_CONV}.UpSampling2D": layer("keras.layers.UpSampling2D", DATA_FORMAT),
    f"{_CONV}.UpSampling3D": layer("keras.layers.UpSampling3D", DATA_FORMAT),
    **methods(f"{_CONV}.UpSampling1D", "keras.layers.UpSampling1D", _SHAPED),
    **methods(f"{_CONV}.UpSampling2D", "keras.layers.UpSampling2D", _SHAPED),
    **methods(f"{_CONV}.UpSampling3D", "keras.layers.UpSampling3D", _SHAPED),
    f"{_CONV}.ZeroPadding1D": layer(
        "keras.layers.ZeroPadding1D",
        {"padding": ByRule("KM114", "padding")},
        note="a dictionary (left_pad, right_pad) becomes the pair (left, right)",
    ),
    f"{_CONV}.ZeroPadding2D": layer(
        "keras.layers.ZeroPadding2D",
        {"padding": ByRule("KM114", "padding"), "pad": To("padding")},
        DATA_FORMAT,
        note="(top, bottom, left, right) and a dictionary (top_pad, bottom_pad, left_pad, right_pad) become "
        "((top, bottom), (left, right))",
    ),
    f"{_CONV}.ZeroPadding3D": layer("keras.layers.ZeroPadding3D", DATA_FORMAT),
    **methods(f"{_CONV}.ZeroPadding1D", "keras.layers.ZeroPadding1D", _SHAPED),
    **methods(f"{_CONV}.ZeroPadding2D", "keras.layers.ZeroPadding2D", _SHAPED),
    **methods(f"{_CONV}.ZeroPadding3D", "keras.layers.ZeroPadding3D", _SHAPED),
    # --- keras/layers/pooling.py --------------------------------------------------------------------------------------
    f"{_POOLING}.MaxPooling1D": layer("keras.layers.MaxPooling1D", _POOL_1D, _IGNORE_BORDER),
    f"{_POOLING}.MaxPooling2D": layer("keras.layers.MaxPooling2D", _POOL_ND, _POOL_OLD),
    f"{_POOLING}.MaxPooling3D": layer("keras.layers.MaxPooling3D", _POOL_ND),
    f"{_POOLING}.AveragePooling1D": layer("keras.layers.AveragePooling1D", _POOL_1D),
    f"{_POOLING}.AveragePooling2D": layer("keras.layers.AveragePooling2D", _POOL_ND),
    f"{_POOLING}.AveragePooling3D": layer("keras.layers.AveragePooling3D", _POOL_ND),
    f"{_POOLING}.GlobalMaxPooling1D": layer("keras.layers.GlobalMaxPooling1D"),
    f"{_POOLING}.GlobalMaxPooling2D": layer("keras.layers.GlobalMaxPooling2D", DATA_FORMAT),
    f"{_POOLING}.GlobalMaxPooling3D": layer("keras.layers.GlobalMaxPooling3D", DATA_FORMAT),
    f"{_POOLING}.GlobalAveragePooling1D": layer("keras.layers.GlobalAveragePooling1D"),
    f"{_POOLING}.GlobalAveragePooling2D": layer("keras.layers.GlobalAveragePooling2D", DATA_FORMAT),
    f"{_POOLING}.GlobalAveragePooling3D": layer("keras.layers.GlobalAveragePooling3D", DATA_FORMAT),
    **methods(f"{_POOLING}.GlobalMaxPooling1D", "keras.layers.GlobalMaxPooling1D", ("call(x)",)),
    **methods(f"{_POOLING}.GlobalMaxPooling2D", "keras.layers.GlobalMaxPooling2D", ("call(x)",)),
    **methods(f"{_POOLING}.GlobalMaxPooling3D", "keras.layers.GlobalMaxPooling3D", ("call(x)",)),
    **methods(f"{_POOLING}.GlobalAveragePooling1D", "keras.layers.GlobalAveragePooling1D", ("call(x)",)),
    **methods(f"{_POOLING}.GlobalAveragePooling2D", "keras.layers.GlobalAveragePooling2D", ("call(x)",)),
    **methods(f"{_POOLING}.GlobalAveragePooling3D", "keras.layers.GlobalAveragePooling3D", ("call(x)",)),
    # --- keras/layers/local.py ----------------------------------------------------------------------------------------
    f"{_LOCAL}.LocallyConnected1D": layer(
        "keras.layers.LocallyConnected1D", _STEPS, order=_ORDER, pins=(_STEPS_FIRST,)
    ),
    # the kernel runs over (channel, row, column) under 'th' in both (tf_keras, src/backend.py, local_conv)
    f"{_LOCAL}.LocallyConnected2D": layer("keras.layers.LocallyConnected2D", _IMAGE, order=_ORDER),
    **methods(f"{_LOCAL}.LocallyConnected1D", "keras.layers.LocallyConnected1D", _BUILT),
    **methods(f"{_LOCAL}.LocallyConnected2D", "keras.layers.LocallyConnected2D", _BUILT),
}

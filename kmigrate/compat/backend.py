"""Functions of the Keras 1 backend that Keras 2 lacks or changed (1.2.2, backend/tensorflow_backend.py)."""

# ruff: noqa: ARG001 - the parameters are those of Keras 1

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kmigrate.compat._keras import keras
from kmigrate.compat.ordering import data_format

K: Any = keras.backend


def batch_dot(x: Any, y: Any, axes: int | Sequence[int] | None = None) -> Any:
    """Batchwise dot product as Keras 1.2.2 on TensorFlow computed it (backend/tensorflow_backend.py).

    Two matrices: a sum over one axis, shape (N, 1). Otherwise a product of the last two axes, transposed where the axis
    to sum over is not the inner one; the axes before those are all batch axes. Keras 2 gives
    other shapes where there are more axes.
    """
    if isinstance(axes, int):
        axes = (axes, axes)
    if K.ndim(x) == 2 and K.ndim(y) == 2:
        first, second = (1, 1) if axes is None else axes
        product = x * y if first == second else K.transpose(x) * y
        result = K.sum(product, axis=second)
    else:
        last_x, last_y = K.ndim(x) - 1, K.ndim(y) - 1
        if axes is not None and axes[0] != last_x:
            x = K.permute_dimensions(x, (*range(last_x - 1), last_x, last_x - 1))
        if axes is not None and axes[1] == last_y:
            y = K.permute_dimensions(y, (*range(last_y - 1), last_y, last_y - 1))
        result = x @ y
    return K.expand_dims(result, 1) if K.ndim(result) == 1 else result


def asymmetric_temporal_padding(x: Any, left_pad: int = 1, right_pad: int = 1) -> Any:
    """Pad the time axis of a 3-D tensor with zeros (1.2.2, backend); ``K.temporal_padding(x, (left, right))`` now."""
    return K.temporal_padding(x, (left_pad, right_pad))


def asymmetric_spatial_2d_padding(
    x: Any,
    top_pad: int = 1,
    bottom_pad: int = 1,
    left_pad: int = 1,
    right_pad: int = 1,
    dim_ordering: str | None = "default",
) -> Any:
    """Pad rows and columns of a 4-D tensor with zeros (1.2.2, backend); ``K.spatial_2d_padding`` can do it now."""
    ordering = data_format(dim_ordering, K.image_data_format())
    return K.spatial_2d_padding(x, ((top_pad, bottom_pad), (left_pad, right_pad)), ordering)


def deconv2d(
    x: Any,
    kernel: Any,
    output_shape: Sequence[Any],
    strides: Sequence[int] = (1, 1),
    border_mode: str = "valid",
    dim_ordering: str | None = "default",
    image_shape: Any = None,
    filter_shape: Any = None,
) -> Any:
    """Transposed 2-D convolution with the Keras 1 kernel layout (1.2.2, backend/tensorflow_backend.py).

    ``kernel`` is (rows, columns, input channels, output channels) under 'tf' and (output, input, rows, columns) under
    'th'; ``output_shape`` includes the batch. ``image_shape`` and ``filter_shape`` were hints to Theano.
    """
    first = data_format(dim_ordering, K.image_data_format()) == "channels_first"
    if first:
        x = K.permute_dimensions(x, (0, 2, 3, 1))
        kernel = K.permute_dimensions(kernel, (2, 3, 0, 1))
        output_shape = (output_shape[0], output_shape[2], output_shape[3], output_shape[1])
    else:
        kernel = K.permute_dimensions(kernel, (0, 1, 3, 2))
    if output_shape[0] is None:
        output_shape = (K.shape(x)[0], *output_shape[1:])
    result = K.conv2d_transpose(
        x, kernel, tuple(output_shape), strides=tuple(strides), padding=border_mode, data_format="channels_last"
    )
    return K.permute_dimensions(result, (0, 3, 1, 2)) if first else result


def atrous_conv2d(
    x: Any,
    kernel: Any,
    rate: int = 1,
    border_mode: str = "valid",
    dim_ordering: str | None = "default",
    image_shape: Any = None,
    filter_shape: Any = None,
) -> Any:
    """Dilated 2-D convolution with the Keras 1 kernel layout (1.2.2, backend); ``K.conv2d(dilation_rate=)`` now."""
    first = data_format(dim_ordering, K.image_data_format()) == "channels_first"
    if first:
        x = K.permute_dimensions(x, (0, 2, 3, 1))
        kernel = K.permute_dimensions(kernel, (2, 3, 1, 0))
    result = K.conv2d(x, kernel, padding=border_mode, data_format="channels_last", dilation_rate=(rate, rate))
    return K.permute_dimensions(result, (0, 3, 1, 2)) if first else result


def time_distributed_dense(
    x: Any,
    w: Any,
    b: Any = None,
    dropout: float | None = None,
    input_dim: int | None = None,
    output_dim: int | None = None,
    timesteps: int | None = None,
) -> Any:
    """Apply ``x . w + b`` at every time step, one dropout mask for all steps (1.2.2, layers/recurrent.py)."""
    if dropout is not None and 0.0 < dropout < 1.0:
        mask = K.dropout(K.ones_like(x[:, :1, :]), dropout)
        x = K.in_train_phase(x * mask, x)
    result = K.dot(x, w)
    return result if b is None else result + b

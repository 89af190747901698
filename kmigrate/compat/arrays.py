"""Functions on NumPy arrays and sizes that Keras 2 dropped."""

# ruff: noqa: N802, N803 - the names are those of Keras 1

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kmigrate.compat.ordering import data_format


def binary_logloss(p: Any, y: Any) -> Any:
    """Mean logarithmic loss of the probabilities ``p`` of the 0/1 labels ``y`` (1.2.2, utils/np_utils.py)."""
    p = np.clip(p, 1e-15, 1 - 1e-15)
    y = np.asarray(y)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p), axis=0) / len(y)


def multiclass_logloss(p: Any, y: Any) -> Any:
    """Mean logarithmic loss of rows of probabilities for labels that count from **one** (1.2.2, utils/np_utils.py)."""
    return -np.mean(np.log([row[label - 1] for row, label in zip(p, y, strict=False)]))


def accuracy(p: Any, y: Any) -> Any:
    """The share of equal elements (1.2.2, utils/np_utils.py)."""
    return np.mean([a == b for a, b in zip(p, y, strict=False)])


def probas_to_classes(y_pred: Any) -> Any:
    """Classes from probabilities: the largest of several columns, else over 0.5 (1.2.2, utils/np_utils.py)."""
    if y_pred.ndim > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return np.array([1 if probability > 0.5 else 0 for probability in y_pred])


def categorical_probas_to_classes(p: Any) -> Any:
    """The column of the largest probability of each row (1.2.2, utils/np_utils.py)."""
    return np.argmax(p, axis=1)


def convert_kernel(kernel: Any, dim_ordering: str | None = None) -> Any:
    """Flip a convolution kernel over its spatial axes, Theano's order to TensorFlow's and back (1.2.2, np_utils.py).

    Keras 2 keeps every kernel as (spatial axes…, in, out) whatever the image data format, so that is the layout unless
    ``dim_ordering='th'`` (or 'channels_first') says (out, in, spatial axes…): a kernel read from a Keras 1 file.
    """
    if not 3 <= kernel.ndim <= 5:
        raise ValueError("Invalid kernel shape:", kernel.shape)
    first = data_format(dim_ordering, "channels_last") == "channels_first"
    spatial = range(2, kernel.ndim) if first else range(kernel.ndim - 2)
    return np.flip(kernel, axis=tuple(spatial)).copy()


def conv_output_length(
    input_length: int | None, filter_size: int, border_mode: str, stride: int, dilation: int = 1
) -> int | None:
    """The output length of a convolution (1.2.2, utils/np_utils.py)."""
    if input_length is None:
        return None
    reach = (filter_size - 1) * dilation
    change = {"same": 0, "valid": -reach, "full": reach}[border_mode]
    return (input_length + change + stride - 1) // stride


def conv_input_length(output_length: int | None, filter_size: int, border_mode: str, stride: int) -> int | None:
    """The input length of a convolution with that output length (1.2.2, utils/np_utils.py)."""
    if output_length is None:
        return None
    padding = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[border_mode]
    return (output_length - 1) * stride - 2 * padding + filter_size


def slice_X(X: Any, start: Any = None, stop: int | None = None) -> Any:
    """``X[start:stop]`` or ``X[indices]``, of an array or of each array of a list (1.2.2, engine/training.py)."""
    # HDF5 data sets take lists of indices, not arrays.
    indices = start.tolist() if hasattr(start, "shape") else start
    key = indices if hasattr(start, "__len__") else slice(start, stop)
    return [x[key] for x in X] if isinstance(X, list) else X[key]


def get_test_data(
    nb_train: int = 1000,
    nb_test: int = 500,
    input_shape: Sequence[int] = (10,),
    output_shape: Sequence[int] = (2,),
    classification: bool = True,
    nb_class: int = 2,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Random data that can be learned, as (train), (test) pairs (1.2.2, utils/test_utils.py).

    NumPy's generator is used in the same order as then: the same seed gives the same data.
    """
    count = nb_train + nb_test
    x: Any = np.zeros((count, *input_shape))
    y: Any
    if classification:
        y = np.random.randint(0, nb_class, size=(count,))
        for i in range(count):
            x[i] = np.random.normal(loc=y[i], scale=0.7, size=tuple(input_shape))
    else:
        centers = np.random.random((count,))
        y = np.zeros((count, *output_shape))
        for i in range(count):
            x[i] = np.random.normal(loc=centers[i], scale=0.7, size=tuple(input_shape))
            y[i] = np.random.normal(loc=centers[i], scale=0.7, size=tuple(output_shape))
    return (x[:nb_train], y[:nb_train]), (x[nb_train:], y[nb_train:])

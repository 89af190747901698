"""Methods and functions on whole models that Keras 2 dropped."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from kmigrate.compat._keras import keras
from kmigrate.compat.arrays import convert_kernel

K: Any = keras.backend


def predict_classes(model: Any, x: Any, batch_size: int = 32, verbose: int = 1) -> Any:
    """What ``Sequential.predict_classes`` of Keras 1.2.2 returned (models.py).

    The index of the largest output where the last axis has several, else 1 where the output is over 0.5 and 0
    elsewhere, in the shape of the output.
    """
    probabilities = model.predict(x, batch_size=batch_size, verbose=verbose)
    if probabilities.shape[-1] > 1:
        return probabilities.argmax(axis=-1)
    return (probabilities > 0.5).astype("int32")


def predict_proba(model: Any, x: Any, batch_size: int = 32, verbose: int = 1) -> Any:
    """What ``Sequential.predict_proba`` of Keras 1.2.2 returned (models.py): the predictions, with a check."""
    probabilities = model.predict(x, batch_size=batch_size, verbose=verbose)
    if np.min(probabilities) < 0.0 or np.max(probabilities) > 1.0:
        warnings.warn(
            "The network returns values that are no probabilities: its last layer is no softmax or sigmoid.",
            stacklevel=2,
        )
    return probabilities


def convert_all_kernels_in_model(model: Any) -> None:
    """Flip the kernel of every convolution: weights trained on Theano for use on TensorFlow, or back.

    The same layers as in Keras 1.2.2 (utils/layer_utils.py): 1-D, 2-D, 3-D and transposed 2-D convolutions directly in
    ``model.layers``, separable ones not, nor those inside a wrapper or an inner model.
    """
    names = {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose"}
    kernels = [layer.kernel for layer in model.layers if type(layer).__name__ in names]
    K.batch_set_value([(kernel, convert_kernel(K.get_value(kernel))) for kernel in kernels])

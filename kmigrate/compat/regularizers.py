"""Regularizers of Keras 1.2.2 (regularizers.py) that Keras 2 lacks or counts otherwise."""

# mypy: allow-subclassing-any, allow-untyped-decorators

from __future__ import annotations

from typing import Any

from kmigrate.compat._keras import keras
from kmigrate.compat.registration import serializable

K: Any = keras.backend


@serializable
class EigenvalueRegularizer(keras.regularizers.Regularizer):
    """``k`` times the square root of the largest eigenvalue of ``transpose(W) . W`` (1.2.2, regularizers.py).

    The eigenvalue is approximated by nine steps of the power method from a vector of ones, as in Keras 1.
    """

    def __init__(self, k: float) -> None:
        self.k = float(k)

    def __call__(self, x: Any) -> Any:
        if K.ndim(x) != 2:
            raise ValueError("EigenvalueRegularizer is only available for tensors of rank 2.")
        covariance = K.dot(K.transpose(x), x)
        vector = K.dot(covariance, K.ones_like(covariance[:, :1]))
        for _ in range(8):
            vector = K.dot(covariance, vector)
        image = K.dot(covariance, vector)
        eigenvalue = K.dot(K.transpose(image), vector) / K.dot(K.transpose(vector), vector)
        return K.sum(K.sqrt(eigenvalue) * self.k)

    def get_config(self) -> dict[str, Any]:
        return {"k": self.k}


@serializable
class ActivityRegularizer(keras.regularizers.Regularizer):
    """L1 and L2 penalty of a layer's output, summed over the batch as in Keras 1.2.2 (regularizers.py).

    For ``activity_regularizer=`` only: Keras 2 divides what an activity regularizer returns by the batch size, Keras 1
    did not, so this one multiplies by it.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = float(l1)
        self.l2 = float(l2)

    def __call__(self, x: Any) -> Any:
        penalty = self.l1 * K.sum(K.abs(x)) + self.l2 * K.sum(K.square(x))
        return penalty * K.cast(K.shape(x)[0], K.dtype(x))

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


def activity_l1(l: float = 0.01) -> Any:  # noqa: E741 - the name of the Keras 1 parameter
    """L1 penalty of a layer's output (1.2.2, regularizers.py)."""
    return ActivityRegularizer(l1=l)


def activity_l2(l: float = 0.01) -> Any:  # noqa: E741 - the name of the Keras 1 parameter
    """L2 penalty of a layer's output (1.2.2, regularizers.py)."""
    return ActivityRegularizer(l2=l)


def activity_l1l2(l1: float = 0.01, l2: float = 0.01) -> Any:
    """L1 and L2 penalty of a layer's output (1.2.2, regularizers.py)."""
    return ActivityRegularizer(l1=l1, l2=l2)

"""Metrics that Keras 2 dropped, with the formulas of Keras 1.2.2 (metrics.py).

Each is computed on one batch and averaged over the batches, which is not the precision (recall, …) of the whole data
set: that is why they were dropped. Keras 1 weighted the last, smaller batch of an epoch by its size; Keras 2 counts
every batch once, so that a mean may differ a little where the batch size does not divide the number of samples.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import Any

from kmigrate.compat._keras import keras

K: Any = keras.backend


def _positives(values: Any) -> Any:
    """How many values are positive: the sum of the values rounded to 0 or 1."""
    return K.sum(K.round(K.clip(values, 0, 1)))


@keras.utils.register_keras_serializable("kmigrate")
def precision(y_true: Any, y_pred: Any) -> Any:
    """True positives over predicted positives (1.2.2, metrics.py)."""
    y_true = K.cast(y_true, K.floatx())
    y_pred = K.cast(y_pred, K.floatx())
    return _positives(y_true * y_pred) / (_positives(y_pred) + K.epsilon())


@keras.utils.register_keras_serializable("kmigrate")
def recall(y_true: Any, y_pred: Any) -> Any:
    """True positives over actual positives (1.2.2, metrics.py)."""
    y_true = K.cast(y_true, K.floatx())
    y_pred = K.cast(y_pred, K.floatx())
    return _positives(y_true * y_pred) / (_positives(y_true) + K.epsilon())


@keras.utils.register_keras_serializable("kmigrate")
def fbeta_score(y_true: Any, y_pred: Any, beta: float = 1) -> Any:
    """Weighted harmonic mean of precision and recall (1.2.2, metrics.py); 0 where nothing is positive."""
    if beta < 0:
        raise ValueError("The lowest choosable beta is zero (only precision).")
    p = precision(y_true, y_pred)
    r = recall(y_true, y_pred)
    weight = beta**2
    return (1 + weight) * (p * r) / (weight * p + r + K.epsilon())


@keras.utils.register_keras_serializable("kmigrate")
def fmeasure(y_true: Any, y_pred: Any) -> Any:
    """Harmonic mean of precision and recall (1.2.2, metrics.py)."""
    return fbeta_score(y_true, y_pred, beta=1)


@keras.utils.register_keras_serializable("kmigrate")
def matthews_correlation(y_true: Any, y_pred: Any) -> Any:
    """Matthews correlation coefficient of a binary classification (1.2.2, metrics.py)."""
    truth = K.round(K.clip(K.cast(y_true, K.floatx()), 0, 1))
    guess = K.round(K.clip(K.cast(y_pred, K.floatx()), 0, 1))
    tp = K.sum(truth * guess)
    tn = K.sum((1 - truth) * (1 - guess))
    fp = K.sum((1 - truth) * guess)
    fn = K.sum(truth * (1 - guess))
    return (tp * tn - fp * fn) / (K.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) + K.epsilon())

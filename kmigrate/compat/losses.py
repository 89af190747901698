"""Losses that Keras 2 computes otherwise, with the formulas of Keras 1.2.2 (objectives.py)."""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import Any

from kmigrate.compat._keras import keras

K: Any = keras.backend


@keras.utils.register_keras_serializable("kmigrate")
def cosine_proximity(y_true: Any, y_pred: Any) -> Any:
    """Minus the *mean* of the products of the normalized vectors (1.2.2, objectives.py); Keras 2 sums them."""
    y_true = K.cast(y_true, K.floatx())
    y_pred = K.cast(y_pred, K.floatx())
    return -K.mean(K.l2_normalize(y_true, axis=-1) * K.l2_normalize(y_pred, axis=-1), axis=-1)


@keras.utils.register_keras_serializable("kmigrate")
def hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(1 - t p, 0) with the targets as they are (1.2.2, objectives.py); Keras 2 turns 0/1 into -1/1."""
    y_true = K.cast(y_true, K.floatx())
    y_pred = K.cast(y_pred, K.floatx())
    return K.mean(K.maximum(1.0 - y_true * y_pred, 0.0), axis=-1)


@keras.utils.register_keras_serializable("kmigrate")
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(1 - t p, 0) squared, targets as they are (1.2.2, objectives.py); Keras 2 turns 0/1 into -1/1."""
    y_true = K.cast(y_true, K.floatx())
    y_pred = K.cast(y_pred, K.floatx())
    return K.mean(K.square(K.maximum(1.0 - y_true * y_pred, 0.0)), axis=-1)

"""The pins of the optimizers' rows make tf_keras take the steps of Keras 1.2.2 (``keras/optimizers.py``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from kmigrate.keras_api import training

STEPS = 5
#: The rules divide by the size of the gradient, so what matters is how small it is beside epsilon.
GRADIENTS = np.array([1.0, -1e-2, 1e-4])


def _rmsprop(lr: float = 0.001, rho: float = 0.9, epsilon: float = 1e-8) -> Iterator[np.ndarray[Any, Any]]:
    accumulator = np.zeros_like(GRADIENTS)
    while True:
        accumulator = rho * accumulator + (1 - rho) * GRADIENTS**2
        yield -lr * GRADIENTS / (np.sqrt(accumulator) + epsilon)


def _adagrad(lr: float = 0.01, epsilon: float = 1e-8) -> Iterator[np.ndarray[Any, Any]]:
    accumulator = np.zeros_like(GRADIENTS)
    while True:
        accumulator = accumulator + GRADIENTS**2
        yield -lr * GRADIENTS / (np.sqrt(accumulator) + epsilon)


def _adadelta(lr: float = 1.0, rho: float = 0.95, epsilon: float = 1e-8) -> Iterator[np.ndarray[Any, Any]]:
    accumulator, deltas = np.zeros_like(GRADIENTS), np.zeros_like(GRADIENTS)
    while True:
        accumulator = rho * accumulator + (1 - rho) * GRADIENTS**2
        update = GRADIENTS * np.sqrt(deltas + epsilon) / np.sqrt(accumulator + epsilon)
        deltas = rho * deltas + (1 - rho) * update**2
        yield -lr * update


def _adam(
    lr: float = 0.001, b1: float = 0.9, b2: float = 0.999, epsilon: float = 1e-8
) -> Iterator[np.ndarray[Any, Any]]:
    m, v, step = np.zeros_like(GRADIENTS), np.zeros_like(GRADIENTS), 0
    while True:
        step += 1
        rate = lr * np.sqrt(1 - b2**step) / (1 - b1**step)
        m = b1 * m + (1 - b1) * GRADIENTS
        v = b2 * v + (1 - b2) * GRADIENTS**2
        yield -rate * m / (np.sqrt(v) + epsilon)


def _adamax(
    lr: float = 0.002, b1: float = 0.9, b2: float = 0.999, epsilon: float = 1e-8
) -> Iterator[np.ndarray[Any, Any]]:
    m, u, step = np.zeros_like(GRADIENTS), np.zeros_like(GRADIENTS), 0
    while True:
        step += 1
        m = b1 * m + (1 - b1) * GRADIENTS
        u = np.maximum(b2 * u, np.abs(GRADIENTS))
        yield -lr / (1 - b1**step) * m / (u + epsilon)


KERAS_1: dict[str, Callable[[], Iterator[np.ndarray[Any, Any]]]] = {
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adadelta": _adadelta,
    "adam": _adam,
    "adamax": _adamax,
}


def moved(optimizer: Any, gradients: np.ndarray[Any, Any] = GRADIENTS, steps: int = STEPS) -> np.ndarray[Any, Any]:
    """How far the optimizer of tf_keras moves weights that start at 0, with the same gradients at each step."""
    import tensorflow as tf

    weights = tf.Variable(np.zeros_like(gradients), dtype="float32")
    for _ in range(steps):
        optimizer.apply_gradients([(tf.constant(gradients, "float32"), weights)])
    result: np.ndarray[Any, Any] = weights.numpy()
    return result


def on_tf_keras(expression: str) -> Any:
    import tf_keras

    return eval(expression, dict(vars(tf_keras.optimizers)))


@pytest.mark.parametrize("name", KERAS_1)
def test_pinned_optimizers_take_the_steps_of_keras_1(name: str) -> None:
    steps = KERAS_1[name]()
    wanted = sum(next(steps) for _ in range(STEPS))
    expression = training.STRING_OPTIMIZERS[name]
    np.testing.assert_allclose(moved(on_tf_keras(expression)), wanted, rtol=1e-3)
    bare = moved(on_tf_keras(expression.partition("(")[0] + "()"))
    assert np.max(np.abs(bare / wanted - 1)) > 5e-4, "the pins change nothing"


def _nadam(
    decay: float, lr: float = 0.002, b1: float = 0.9, b2: float = 0.999, epsilon: float = 1e-8
) -> Iterator[np.ndarray[Any, Any]]:
    m, v, schedule, step = np.zeros_like(GRADIENTS), np.zeros_like(GRADIENTS), 1.0, 0
    while True:
        step += 1
        now, then = (b1 * (1 - 0.5 * 0.96 ** (at * decay)) for at in (step, step + 1))
        schedule *= now
        m = b1 * m + (1 - b1) * GRADIENTS
        v = b2 * v + (1 - b2) * GRADIENTS**2
        mean = (1 - now) * GRADIENTS / (1 - schedule) + then * m / (1 - schedule * then)
        yield -lr * mean / (np.sqrt(v / (1 - b2**step)) + epsilon)


def test_nadam_of_keras_2_is_that_of_keras_1_with_another_schedule_decay() -> None:
    """Which no argument sets: so KM209 says that the steps differ."""
    result = moved(on_tf_keras(training.STRING_OPTIMIZERS["nadam"]))
    same, default = _nadam(decay=1), _nadam(decay=0.004)
    np.testing.assert_allclose(result, sum(next(same) for _ in range(STEPS)), rtol=1e-3)
    assert np.max(np.abs(sum(next(default) for _ in range(STEPS)) / result - 1)) > 0.01


def test_clipnorm_is_over_all_gradients() -> None:
    """Keras 1: ``norm = sqrt(sum of all squares)``, every gradient times ``clipnorm / norm`` (``get_gradients``)."""
    import tensorflow as tf

    gradients = [np.array([3.0]), np.array([4.0])]
    weights = [tf.Variable([0.0]), tf.Variable([0.0])]
    on_tf_keras("SGD(learning_rate=1.0, global_clipnorm=1.0)").apply_gradients(
        [(tf.constant(g, "float32"), w) for g, w in zip(gradients, weights, strict=True)]
    )
    np.testing.assert_allclose([w.numpy()[0] for w in weights], [-0.6, -0.8], rtol=1e-6)

"""Layers of Keras 1.2.2 that Keras 2 dropped, or whose modes and arguments it dropped.

Parameters have their Keras 1 names and order; the Keras 2 spelling of each is accepted as a keyword too. Weights come
in the order of Keras 1, so that arrays and files of weights saved then can be loaded.
"""

# mypy: allow-subclassing-any, allow-untyped-decorators
# ruff: noqa: N803 - the parameters are those of Keras 1

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from kmigrate.compat._keras import keras
from kmigrate.compat.initializers import _get_initializer, _serialize_initializer

K: Any = keras.backend


def _also_accepts(**names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a constructor so that it takes other spellings of its parameters: ``names`` maps each to its own."""

    def decorate(init: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(init)
        def constructor(self: Any, *args: Any, **kwargs: Any) -> None:
            for spelling, real in names.items():
                if spelling in kwargs:
                    if real in kwargs:
                        raise TypeError(f"{type(self).__name__} got both {real!r} and {spelling!r}: they are the same.")
                    kwargs[real] = kwargs.pop(spelling)
            init(self, *args, **kwargs)

        return constructor

    return decorate


def _with_input_shape(input_dim: int | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keras 1's ``input_dim=n`` (or None) as the ``input_shape=(n,)`` that every Keras 2 layer understands."""
    return {**kwargs, "input_shape": (input_dim,)} if input_dim else kwargs


def _shared_shape(input_shape: Any, shared_axes: list[int]) -> tuple[int, ...]:
    """The shape of one parameter per unit, with size 1 along the axes (counted with the batch) that share it."""
    return tuple(1 if axis in shared_axes else size for axis, size in enumerate(input_shape) if axis)


def _axes(shared_axes: Any) -> list[int]:
    """``shared_axes`` as a list: Keras 1 took None, a number or a sequence."""
    if shared_axes is None:
        return []
    return list(shared_axes) if isinstance(shared_axes, (list, tuple)) else [shared_axes]


@keras.utils.register_keras_serializable("kmigrate")
class MaxoutDense(keras.layers.Layer):
    """The element-wise maximum of ``nb_feature`` linear layers (1.2.2, layers/core.py).

    Weights: W (nb_feature, input_dim, output_dim) and, unless ``bias=False``, b (nb_feature, output_dim).
    """

    @_also_accepts(
        units="output_dim",
        kernel_initializer="init",
        kernel_regularizer="W_regularizer",
        bias_regularizer="b_regularizer",
        kernel_constraint="W_constraint",
        bias_constraint="b_constraint",
        use_bias="bias",
    )
    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: Any = "glorot_uniform",
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            weights=weights,
            activity_regularizer=keras.regularizers.get(activity_regularizer),
            **_with_input_shape(input_dim, kwargs),
        )
        self.output_dim = int(output_dim)
        self.nb_feature = int(nb_feature)
        self.init = _get_initializer(init)
        self.W_regularizer = keras.regularizers.get(W_regularizer)
        self.b_regularizer = keras.regularizers.get(b_regularizer)
        self.W_constraint = keras.constraints.get(W_constraint)
        self.b_constraint = keras.constraints.get(b_constraint)
        self.bias = bias
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        self.W = self.add_weight(
            name="W",
            shape=(self.nb_feature, int(input_shape[-1]), self.output_dim),
            initializer=self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
        )
        self.b = None
        if self.bias:
            self.b = self.add_weight(
                name="b",
                shape=(self.nb_feature, self.output_dim),
                initializer="zeros",
                regularizer=self.b_regularizer,
                constraint=self.b_constraint,
            )
        super().build(input_shape)

    def call(self, inputs: Any) -> Any:
        features = K.dot(inputs, self.W)
        if self.b is not None:
            features += self.b
        return K.max(features, axis=1)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (input_shape[0], self.output_dim)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "output_dim": self.output_dim,
            "nb_feature": self.nb_feature,
            "init": _serialize_initializer(self.init),
            "W_regularizer": keras.regularizers.serialize(self.W_regularizer),
            "b_regularizer": keras.regularizers.serialize(self.b_regularizer),
            "activity_regularizer": keras.regularizers.serialize(self.activity_regularizer),
            "W_constraint": keras.constraints.serialize(self.W_constraint),
            "b_constraint": keras.constraints.serialize(self.b_constraint),
            "bias": self.bias,
        }


@keras.utils.register_keras_serializable("kmigrate")
class Highway(keras.layers.Layer):
    """A densely connected highway layer: ``act(x W + b) T + x (1 - T)``, ``T = sigmoid(x W_carry + b_carry)``.

    Keras 1.2.2, layers/core.py. Weights: W, W_carry and, unless ``bias=False``, b and b_carry (which starts at one).
    """

    @_also_accepts(
        kernel_initializer="init",
        kernel_regularizer="W_regularizer",
        bias_regularizer="b_regularizer",
        kernel_constraint="W_constraint",
        bias_constraint="b_constraint",
        use_bias="bias",
    )
    def __init__(
        self,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs.pop("transform_bias", None) is not None:
            warnings.warn("`transform_bias` had no effect in Keras 1.2.2 and has none here.", stacklevel=2)
        super().__init__(
            weights=weights,
            activity_regularizer=keras.regularizers.get(activity_regularizer),
            **_with_input_shape(input_dim, kwargs),
        )
        self.init = _get_initializer(init)
        self.activation = keras.activations.get(activation)
        self.W_regularizer = keras.regularizers.get(W_regularizer)
        self.b_regularizer = keras.regularizers.get(b_regularizer)
        self.W_constraint = keras.constraints.get(W_constraint)
        self.b_constraint = keras.constraints.get(b_constraint)
        self.bias = bias
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        size = int(input_shape[-1])
        self.W = self.add_weight(
            name="W",
            shape=(size, size),
            initializer=self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
        )
        self.W_carry = self.add_weight(name="W_carry", shape=(size, size), initializer=self.init)
        self.b = self.b_carry = None
        if self.bias:
            self.b = self.add_weight(
                name="b",
                shape=(size,),
                initializer="zeros",
                regularizer=self.b_regularizer,
                constraint=self.b_constraint,
            )
            self.b_carry = self.add_weight(name="b_carry", shape=(size,), initializer="ones")
        super().build(input_shape)

    def call(self, inputs: Any) -> Any:
        carry = K.dot(inputs, self.W_carry)
        transformed = K.dot(inputs, self.W)
        if self.bias:
            carry += self.b_carry
            transformed += self.b
        gate = K.sigmoid(carry)
        return self.activation(transformed) * gate + (1 - gate) * inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "init": _serialize_initializer(self.init),
            "activation": keras.activations.serialize(self.activation),
            "W_regularizer": keras.regularizers.serialize(self.W_regularizer),
            "b_regularizer": keras.regularizers.serialize(self.b_regularizer),
            "activity_regularizer": keras.regularizers.serialize(self.activity_regularizer),
            "W_constraint": keras.constraints.serialize(self.W_constraint),
            "b_constraint": keras.constraints.serialize(self.b_constraint),
            "bias": self.bias,
        }


@keras.utils.register_keras_serializable("kmigrate")
class ParametricSoftplus(keras.layers.Layer):
    """``alpha * log(1 + exp(beta * x))`` with learned alphas and betas (1.2.2, layers/advanced_activations.py)."""

    def __init__(
        self,
        alpha_init: float = 0.2,
        beta_init: float = 5.0,
        weights: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(weights=weights, **kwargs)
        self.supports_masking = True
        self.alpha_init = float(alpha_init)
        self.beta_init = float(beta_init)
        self.shared_axes = _axes(shared_axes)

    def build(self, input_shape: Any) -> None:
        shape = _shared_shape(input_shape, self.shared_axes)
        self.alphas = self.add_weight(
            name="alphas", shape=shape, initializer=keras.initializers.Constant(self.alpha_init)
        )
        self.betas = self.add_weight(name="betas", shape=shape, initializer=keras.initializers.Constant(self.beta_init))
        super().build(input_shape)

    def call(self, inputs: Any) -> Any:
        return K.softplus(self.betas * inputs) * self.alphas

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "alpha_init": self.alpha_init,
            "beta_init": self.beta_init,
            "shared_axes": list(self.shared_axes),
        }


@keras.utils.register_keras_serializable("kmigrate")
class SReLU(keras.layers.Layer):
    """S-shaped rectified linear unit with learned thresholds and slopes (1.2.2, layers/advanced_activations.py).

    Between t_left and t_left + abs(t_right) the input goes through; below, the slope is a_left, above, a_right.
    Weights in this order: t_left, a_left, t_right, a_right.
    """

    @_also_accepts(
        t_left_initializer="t_left_init",
        a_left_initializer="a_left_init",
        t_right_initializer="t_right_init",
        a_right_initializer="a_right_init",
    )
    def __init__(
        self,
        t_left_init: Any = "zero",
        a_left_init: Any = "glorot_uniform",
        t_right_init: Any = "glorot_uniform",
        a_right_init: Any = "one",
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.t_left_init = _get_initializer(t_left_init)
        self.a_left_init = _get_initializer(a_left_init)
        self.t_right_init = _get_initializer(t_right_init)
        self.a_right_init = _get_initializer(a_right_init)
        self.shared_axes = _axes(shared_axes)

    def build(self, input_shape: Any) -> None:
        shape = _shared_shape(input_shape, self.shared_axes)
        self.t_left = self.add_weight(name="t_left", shape=shape, initializer=self.t_left_init)
        self.a_left = self.add_weight(name="a_left", shape=shape, initializer=self.a_left_init)
        self.t_right = self.add_weight(name="t_right", shape=shape, initializer=self.t_right_init)
        self.a_right = self.add_weight(name="a_right", shape=shape, initializer=self.a_right_init)
        super().build(input_shape)

    def call(self, inputs: Any) -> Any:
        width = K.abs(self.t_right)
        above_left = inputs - self.t_left
        left_and_center = self.t_left + K.minimum(K.relu(above_left), width) - self.a_left * K.relu(-above_left)
        return left_and_center + self.a_right * K.relu(above_left - width)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "t_left_init": _serialize_initializer(self.t_left_init),
            "a_left_init": _serialize_initializer(self.a_left_init),
            "t_right_init": _serialize_initializer(self.t_right_init),
            "a_right_init": _serialize_initializer(self.a_right_init),
            "shared_axes": list(self.shared_axes),
        }


@keras.utils.register_keras_serializable("kmigrate")
class BatchNormalization(keras.layers.BatchNormalization):
    """Batch normalization with the modes of Keras 1.2.2 (layers/normalization.py); other arguments as in Keras 2.

    ``mode=0``: as in Keras 2. ``mode=1``: every sample is normalized over its last axis. ``mode=2``: every batch is
    normalized by its own statistics, at inference too. All modes have the four weights of Keras 1 (gamma, beta, moving
    mean, moving variance); 1 and 2 do not use the last two. As in Keras 1, a mask does not change the statistics.
    """

    @_also_accepts(beta_init="beta_initializer", gamma_init="gamma_initializer")
    def __init__(
        self, axis: int = -1, momentum: float = 0.99, epsilon: float = 1e-3, *, mode: int = 0, **kwargs: Any
    ) -> None:
        if mode not in {0, 1, 2}:
            raise ValueError(f"BatchNormalization has no mode {mode!r}: it is 0, 1 or 2.")
        super().__init__(axis=axis, momentum=momentum, epsilon=epsilon, **kwargs)
        self.mode = mode

    def call(self, inputs: Any, training: Any = None) -> Any:
        if self.mode == 0:
            return super().call(inputs, training=training)
        if self.mode == 1:
            mean = K.mean(inputs, axis=-1, keepdims=True)
            # Keras 1 added epsilon to the variance and once more to the deviation.
            deviation = K.sqrt(K.var(inputs, axis=-1, keepdims=True) + self.epsilon) + self.epsilon
            normalized = (inputs - mean) / deviation
            parameters_shape = [-1]
        else:
            axis = self.axis[0] if isinstance(self.axis, (list, tuple)) else self.axis
            axis %= K.ndim(inputs)
            others = [other for other in range(K.ndim(inputs)) if other != axis]
            mean = K.mean(inputs, axis=others, keepdims=True)
            normalized = (inputs - mean) / K.sqrt(K.var(inputs, axis=others, keepdims=True) + self.epsilon)
            parameters_shape = [-1 if other == axis else 1 for other in range(K.ndim(inputs))]
        if self.scale:
            normalized *= K.reshape(self.gamma, parameters_shape)
        if self.center:
            normalized += K.reshape(self.beta, parameters_shape)
        return normalized

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}


@keras.utils.register_keras_serializable("kmigrate")
class Embedding(keras.layers.Embedding):
    """``Embedding`` with the ``dropout`` of Keras 1.2.2 (layers/embeddings.py); other arguments as in Keras 2.

    In training, whole words are dropped: one draw for each word of the vocabulary and batch, so that every occurrence
    of a word in the batch is dropped or kept together, and what is kept is scaled by 1 / (1 - dropout).
    """

    @_also_accepts(
        init="embeddings_initializer", W_regularizer="embeddings_regularizer", W_constraint="embeddings_constraint"
    )
    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        *,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(input_dim, output_dim, embeddings_initializer, **kwargs)
        self.dropout = float(dropout)

    def call(self, inputs: Any, training: Any = None) -> Any:
        vectors = super().call(inputs)
        if not 0.0 < self.dropout < 1.0:
            return vectors
        kept = K.random_bernoulli((self.input_dim,), p=1.0 - self.dropout, dtype=K.dtype(vectors))
        factors = K.gather(kept, K.cast(inputs, "int32")) / (1.0 - self.dropout)
        return K.in_train_phase(vectors * K.expand_dims(factors), vectors, training=training)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dropout": self.dropout}

"""The merge of Keras 1.2.2 (engine/topology.py): its mode 'cos', all modes behind one function, and `Merge`."""

# mypy: allow-subclassing-any, allow-untyped-decorators
# ruff: noqa: ARG002 - Keras gives these arguments

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kmigrate.compat._keras import keras
from kmigrate.compat.backend import batch_dot

K: Any = keras.backend


@keras.utils.register_keras_serializable("kmigrate")
class MergeCos(keras.layers.Layer):
    """``merge(mode='cos')`` as Keras 1.2.2 computed it (engine/topology.py, ``Merge.call``).

    For two matrices the cosine of each pair of rows, with an extra axis: (N, 1, 1). For 3-D inputs each element of the
    batch product is divided by the square root of the product of the elements *at the same place* in the products of
    each input with itself: (N, 1, a, a), which is a cosine on the diagonal only.
    """

    def __init__(self, dot_axes: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dot_axes = dot_axes if isinstance(dot_axes, int) else list(dot_axes)

    def call(self, inputs: Any) -> Any:
        if len(inputs) != 2:
            raise ValueError(f"cos merge takes exactly 2 inputs, not {len(inputs)}.")
        left, right = inputs
        dot_axes = self.dot_axes
        given = (dot_axes, dot_axes) if isinstance(dot_axes, int) else dot_axes
        axes = (given[0] % K.ndim(left), given[1] % K.ndim(right))
        # K.sqrt takes negative products as 0, in both versions, so that their denominator is epsilon.
        lengths = K.sqrt(batch_dot(left, left, axes) * batch_dot(right, right, axes))
        return K.expand_dims(batch_dot(left, right, axes) / K.maximum(lengths, K.epsilon()), 1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def get_config(self) -> dict[str, Any]:
        dot_axes = self.dot_axes
        return {**super().get_config(), "dot_axes": dot_axes if isinstance(dot_axes, int) else list(dot_axes)}


def merge_cos(inputs: Sequence[Any], dot_axes: int | Sequence[int] = -1, name: str | None = None) -> Any:
    """``merge(inputs, mode='cos')`` of Keras 1.2.2; see :class:`MergeCos`."""
    return MergeCos(dot_axes=dot_axes, name=name)(list(inputs))


def merge(
    inputs: Sequence[Any],
    mode: str | Callable[..., Any] = "sum",
    concat_axis: int = -1,
    dot_axes: int | Sequence[int] = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: dict[str, Any] | None = None,
    name: str | None = None,
) -> Any:
    """Merge tensors as ``merge`` of Keras 1.2.2 did (engine/topology.py), where the mode is known only when it runs.

    With a literal mode, write the Keras 2 function (``add``, ``multiply``, ``concatenate``, …) itself.
    """
    tensors = list(inputs)
    ranks = [K.ndim(tensor) for tensor in tensors]
    return _layer(mode, ranks, concat_axis, dot_axes, output_shape, output_mask, arguments, name)(tensors)


def _layer(
    mode: str | Callable[..., Any],
    ranks: Sequence[int],
    concat_axis: int,
    dot_axes: int | Sequence[int],
    output_shape: Any,
    output_mask: Any,
    arguments: dict[str, Any] | None,
    name: str | None,
) -> Any:
    """The layer of Keras 2 that merges tensors of these ranks, the batch counted."""
    if callable(mode):
        return keras.layers.Lambda(mode, output_shape=output_shape, mask=output_mask, arguments=arguments, name=name)
    if mode == "cos":
        return MergeCos(dot_axes=dot_axes, name=name)
    if mode == "dot":
        axes = [dot_axes, dot_axes] if isinstance(dot_axes, int) else list(dot_axes)
        return keras.layers.Dot([axis % rank for axis, rank in zip(axes, ranks, strict=True)], name=name)
    if mode == "concat":
        return keras.layers.Concatenate(axis=concat_axis, name=name)
    classes = {
        "sum": keras.layers.Add,
        "mul": keras.layers.Multiply,
        "ave": keras.layers.Average,
        "max": keras.layers.Maximum,
    }
    if mode not in classes:
        raise ValueError(f"Invalid merge mode: {mode!r}")
    return classes[mode](name=name)


class Merge(keras.layers.InputLayer):
    """``Merge([left, right], mode)`` of Keras 1.2.2 (engine/topology.py): the first layer of a ``Sequential``.

    ``layers`` are models or layers that have been called; the ``Sequential`` then has the inputs of all of them, each
    once, in their order, as in Keras 1. Keras 2 lets a ``Sequential`` begin with an ``InputLayer``, whose output it
    goes on from and whose sources become its inputs (models: ``Sequential.add``); this is such a layer. A model that
    begins with it cannot be saved as a whole, its weights can.
    """

    def __init__(
        self,
        layers: Sequence[Any],
        mode: str | Callable[..., Any] = "sum",
        concat_axis: int = -1,
        dot_axes: int | Sequence[int] = -1,
        output_shape: Any = None,
        output_mask: Any = None,
        arguments: dict[str, Any] | None = None,
        node_indices: Sequence[int] | None = None,
        tensor_indices: Sequence[int | None] | None = None,
        name: str | None = None,
    ) -> None:
        if not isinstance(layers, (list, tuple)) or len(layers) < 2:
            raise TypeError(f"Merge takes a list of at least 2 layers, not {layers!r}")
        keras.layers.Layer.__init__(self, name=name)
        nodes = node_indices or [0] * len(layers)
        tensors = [
            layer.output if node == 0 else layer.get_output_at(node) for layer, node in zip(layers, nodes, strict=True)
        ]
        if tensor_indices is not None:
            tensors = [tensor if at is None else tensor[at] for tensor, at in zip(tensors, tensor_indices, strict=True)]
        ranks = [K.ndim(tensor) for tensor in tensors]
        self._merging = _layer(mode, ranks, concat_axis, dot_axes, output_shape, output_mask, arguments, None)
        self.supports_masking = True
        self(tensors)

    def call(self, inputs: Any) -> Any:
        return self._merging(inputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self._merging.compute_mask(inputs, mask)

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError(
            "a Sequential that begins with Merge cannot be saved as a whole: save its weights, and build it as now"
        )

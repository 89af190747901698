"""The merge of Keras 1.2.2 (engine/topology.py): its mode 'cos', and all modes behind one function."""

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
    if callable(mode):
        layer = keras.layers.Lambda(mode, output_shape=output_shape, mask=output_mask, arguments=arguments, name=name)
        return layer(tensors)
    if mode == "cos":
        return merge_cos(tensors, dot_axes=dot_axes, name=name)
    if mode == "dot":
        axes = [dot_axes, dot_axes] if isinstance(dot_axes, int) else list(dot_axes)
        axes = [axis % K.ndim(tensor) for axis, tensor in zip(axes, tensors, strict=True)]
        return keras.layers.dot(tensors, axes=axes, name=name)
    if mode == "concat":
        return keras.layers.concatenate(tensors, axis=concat_axis, name=name)
    functions = {
        "sum": keras.layers.add,
        "mul": keras.layers.multiply,
        "ave": keras.layers.average,
        "max": keras.layers.maximum,
    }
    if mode not in functions:
        raise ValueError(f"Invalid merge mode: {mode!r}")
    return functions[mode](tensors, name=name)

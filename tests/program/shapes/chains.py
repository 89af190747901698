"""Layers one after the other, written as text."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from kmigrate.program.shapes import layers
from kmigrate.program.shapes.tensors import Layer, Remark, Shape, Tensor
from tests.program.shapes import oracle


@dataclass(frozen=True, slots=True)
class Chain:
    """The first of ``calls`` is applied to inputs of ``shapes``, together or to one after the other (``each``).

    Where the first layer takes one input and the last one several, the last one gets its input twice.
    """

    version: int
    ordering: str
    shapes: tuple[Shape, ...]
    calls: tuple[str, ...]
    each: bool = False


def made(call: str, version: int, ordering: str = "tf") -> Layer:
    """The layer that a call makes."""
    layer = oracle.built(ast.parse(call, mode="eval").body, version, ordering)
    assert isinstance(layer, Layer)
    return layer


def outputs(chain: Chain) -> tuple[list[Tensor], list[Remark]]:
    """The tensors after each layer, and all that is said.

    :raises Fault: as Keras would
    """
    tensors = [layers.entrance(shape) for shape in chain.shapes]
    said: list[Remark] = []
    after: list[Tensor] = []
    for call in chain.calls:
        layer = made(call, chain.version, chain.ordering)
        said += layer.remarks
        if len(tensors) == 1 and after and layer.kind in ("Concatenate", "Add", "Merge", "Dot"):
            tensors = tensors * 2
        for inputs in [[tensor] for tensor in tensors] if chain.each else [tensors]:
            outcome = layers.apply(layer, inputs)
            said += outcome.remarks
        tensors = [outcome.output]
        after.append(outcome.output)
    return after, said


def follow(chain: Chain) -> list[Remark]:
    """All that is said."""
    return outputs(chain)[1]

"""Functions of ``keras.backend`` and TensorFlow on symbolic tensors. None is known yet: all give something unknown."""

from __future__ import annotations

from kmigrate.program.shapes.arrays import Context
from kmigrate.program.shapes.tensors import Tensor


def call(_path: str, _arguments: list[object], _keywords: dict[str, object], _context: Context) -> object:
    """A call of a function, by its dotted path."""
    return Tensor(None)


def subscript(_tensor: Tensor, _index: object, _context: Context) -> object:
    """``tensor[index]``."""
    return Tensor(None)


def binary(_sign: str, _left: object, _right: object, _context: Context) -> object:
    """An operation on tensors."""
    return Tensor(None)

"""NumPy on abstract values: what ``kmigrate.program.shapes`` asks about arrays.

A Python value stands for itself, an ``Array`` for an array, an ``Unknown`` for everything else.
"""

from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context
from kmigrate.program.shapes.arrays.dispatch import (
    RandomSource,
    attribute,
    binary,
    call,
    compare,
    constant,
    method,
    set_attribute,
    subscript,
    unary,
)
from kmigrate.program.shapes.arrays.images import Generator, ImageDataGenerator, batch
from kmigrate.program.shapes.arrays.indexing import any_element, elements, length, store
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.arrays.preprocessing import Tokenizer
from kmigrate.program.shapes.arrays.values import Picture

__all__ = [
    "NOT_KNOWN",
    "Context",
    "DataObject",
    "Generator",
    "ImageDataGenerator",
    "Picture",
    "RandomSource",
    "Tokenizer",
    "any_element",
    "attribute",
    "batch",
    "binary",
    "call",
    "compare",
    "constant",
    "elements",
    "length",
    "method",
    "set_attribute",
    "store",
    "subscript",
    "unary",
]

"""Between tensors and arrays: most of what the backend does to shapes is what NumPy does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kmigrate.program.shapes.arrays.context import Unclear
from kmigrate.program.shapes.arrays.values import Scalar, as_array, is_open
from kmigrate.program.shapes.tensors import Array, Shape, Tensor, Trust, Unknown


def tensor(value: object) -> Tensor:
    """A value as a tensor: a tensor, an array, a number, a list of numbers. Raises Unclear."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Unknown):
        raise Unclear
    return raised(as_array(value), [])


def tensors(values: object) -> list[Tensor]:
    """A list of tensors. Raises Unclear."""
    if not isinstance(values, (list, tuple)) or is_open(values):
        raise Unclear
    return [tensor(value) for value in values]


def ranked(value: object) -> tuple[Tensor, Shape]:
    """A tensor whose number of axes is known, and its shape. Raises Unclear."""
    found = tensor(value)
    if found.shape is None:
        raise Unclear
    return found, found.shape


def lowered(value: object) -> object:
    """A tensor as an array of that shape; numbers and Unknowns stay what they are."""
    if isinstance(value, Tensor):
        return Array(value.shape, value.axes, value.trust, value.dtype, born=value.born)
    if isinstance(value, (list, tuple)) and not is_open(value):
        return [lowered(item) for item in value]
    return value


def raised(found: object, sources: Iterable[object]) -> Tensor:
    """The tensor that an array or number made from ``sources`` stands for. Raises Unclear."""
    if isinstance(found, Unknown):
        raise Unclear
    array = as_array(found) if isinstance(found, (Scalar, list, tuple)) else found
    assert isinstance(array, Array)
    given = [source for source in sources if isinstance(source, Tensor)]
    dtype = array.dtype or (given[0].dtype if given else "float32")
    trust = array.trust if array.axes is not None else Trust.NONE
    born = array.born if array.born is not None else (given[0].born if given else None)
    return Tensor(array.shape, array.axes, trust, born, any(source.broken for source in given), None, dtype)


def shaped(source: Tensor, shape: Shape | None, dtype: str = "") -> Tensor:
    """A tensor of another shape made from ``source``; what its axes mean is not known."""
    return Tensor(shape, None, Trust.NONE, source.born, source.broken, None, dtype or source.dtype)


def like(source: Tensor, shape: Shape | None = None, dtype: str = "") -> Tensor:
    """A tensor whose axes mean what those of ``source`` do, in other sizes if given."""
    sizes = source.shape if shape is None else shape
    return replace(source, shape=sizes, dtype=dtype or source.dtype, made_by=None)


def flat(values: Sequence[object]) -> list[object]:
    """The values with lists among them opened."""
    return [item for value in values for item in (value if isinstance(value, (list, tuple)) else [value])]

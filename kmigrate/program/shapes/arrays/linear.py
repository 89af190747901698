"""Products of matrices and vectors."""

from __future__ import annotations

from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import Context, Unclear
from kmigrate.program.shapes.arrays.values import as_array, as_shape, result
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Size, Unknown


def _refuse(one: Array, other: Array) -> Fault:
    return Fault(
        "array-matmul",
        f"arrays of shapes {sizes.show(one.shape)} and {sizes.show(other.shape)} cannot be multiplied as matrices",
    )


def matmul(one: object, other: object) -> object:
    """``one @ other``. Raises Fault ('array-matmul')."""
    a, b = as_array(one), as_array(other)
    dtype = dtypes.promote([a.dtype, b.dtype])
    if a.shape is None or b.shape is None:
        return Array(None, dtype=dtype)
    if not a.shape or not b.shape:
        raise _refuse(a, b)
    if sizes.differ(a.shape[-1], b.shape[-2 if len(b.shape) > 1 else 0]):
        raise _refuse(a, b)
    try:
        front = sizes.broadcast([a.shape[:-2], b.shape[:-2]])
    except sizes.Mismatch:
        raise _refuse(a, b) from None
    assert front is not None
    return Array((*front, *a.shape[-2:-1], *(b.shape[-1:] if len(b.shape) > 1 else ())), dtype=dtype)


def dot(context: Context, a: object, b: object) -> object:
    """``numpy.dot``: over the last axis of the first and the last but one of the second."""
    one, other = as_array(a), as_array(b)
    dtype = dtypes.promote([one.dtype, other.dtype])
    if one.shape is None or other.shape is None:
        return Array(None, dtype=dtype)
    if not one.shape or not other.shape:
        return Array(one.shape or other.shape, dtype=dtype)
    where = -2 if len(other.shape) > 1 else 0
    if sizes.differ(one.shape[-1], other.shape[where]):
        raise _refuse(one, other)
    rest: Shape = (*other.shape[:-2], other.shape[-1]) if len(other.shape) > 1 else ()
    return Array((*one.shape[:-1], *rest), dtype=dtype)


def matmul_function(context: Context, x1: object, x2: object) -> object:
    """``numpy.matmul``."""
    return matmul(x1, x2)


def outer(context: Context, a: object, b: object) -> object:
    """``numpy.outer``: of the flattened operands."""
    one, other = as_array(a), as_array(b)
    dtype = dtypes.promote([one.dtype, other.dtype])
    lengths = [Unknown() if array.shape is None else sizes.product(array.shape) for array in (one, other)]
    return Array(tuple(lengths), dtype=dtype)


def inner(context: Context, a: object, b: object) -> object:
    """``numpy.inner``: over the last axes."""
    one, other = as_array(a), as_array(b)
    dtype = dtypes.promote([one.dtype, other.dtype])
    if one.shape is None or other.shape is None:
        return Array(None, dtype=dtype)
    if not one.shape or not other.shape:
        return Array(one.shape or other.shape, dtype=dtype)
    if sizes.differ(one.shape[-1], other.shape[-1]):
        raise _refuse(one, other)
    return Array((*one.shape[:-1], *other.shape[:-1]), dtype=dtype)


def tensordot(context: Context, a: object, b: object, axes: object = 2) -> object:
    """``numpy.tensordot`` over a number of axes or over two lists of them."""
    one, other = as_array(a), as_array(b)
    if one.shape is None or other.shape is None:
        raise Unclear
    if isinstance(axes, int):
        pairs = list(zip(range(len(one.shape) - axes, len(one.shape)), range(axes), strict=True))
    else:
        if not isinstance(axes, (list, tuple)) or len(axes) != 2:
            raise Unclear
        left, right = (as_shape(axis) for axis in axes)
        if left is None or right is None or len(left) != len(right):
            raise Unclear
        pairs = [
            (_position(i, len(one.shape)), _position(j, len(other.shape))) for i, j in zip(left, right, strict=True)
        ]
    for i, j in pairs:
        if not (0 <= i < len(one.shape) and 0 <= j < len(other.shape)):
            raise Unclear
        if sizes.differ(one.shape[i], other.shape[j]):
            raise _refuse(one, other)
    gone_left, gone_right = {i for i, _ in pairs}, {j for _, j in pairs}
    kept = [size for index, size in enumerate(one.shape) if index not in gone_left]
    kept += [size for index, size in enumerate(other.shape) if index not in gone_right]
    return result(Array(tuple(kept), dtype=dtypes.promote([one.dtype, other.dtype])))


def _position(axis: Size, rank: int) -> int:
    if not isinstance(axis, int):
        raise Unclear
    return axis + rank if axis < 0 else axis


def square_matrix(context: Context, a: object) -> object:
    """``numpy.linalg.inv`` and others that give the shape that they take."""
    array = as_array(a)
    return Array(array.shape, dtype=dtypes.floating(array.dtype))


def svd(context: Context, a: object, full_matrices: object = True, compute_uv: object = True) -> object:
    """``numpy.linalg.svd``: three arrays."""
    array = as_array(a)
    dtype = dtypes.floating(array.dtype)
    if array.shape is None or len(array.shape) != 2 or not isinstance(full_matrices, bool) or compute_uv is not True:
        raise Unclear
    rows, columns = array.shape
    smaller = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else Unknown()
    left, right = (rows, columns) if full_matrices else (smaller, smaller)
    return (
        Array((rows, left), dtype=dtype),
        Array((smaller,), dtype=dtype),
        Array((right, columns), dtype=dtype),
    )

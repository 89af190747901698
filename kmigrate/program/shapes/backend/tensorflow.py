"""TensorFlow's own functions, as Lambda bodies and own layers call them; names of TensorFlow 0.x, 1.x and 2.x."""

from __future__ import annotations

from collections.abc import Mapping

from kmigrate.program.shapes.arrays import joining, linear, sizes
from kmigrate.program.shapes.arrays import rearranging as move
from kmigrate.program.shapes.arrays.context import Context, Handler, Unclear
from kmigrate.program.shapes.arrays.creation import where as where_array
from kmigrate.program.shapes.arrays.indexing import subscript
from kmigrate.program.shapes.arrays.values import MANY, as_shape, as_size, whole_number
from kmigrate.program.shapes.backend import functions as keras
from kmigrate.program.shapes.backend.lifting import like, lowered, raised, ranked, shaped, tensor, tensors
from kmigrate.program.shapes.tensors import Array, Fault, Tensor, Unknown


def _reduction(name: str) -> Handler:
    def handler(
        context: Context,
        input_tensor: object,
        axis: object = None,
        keepdims: object = False,
        name_given: object = None,
        **others: object,
    ) -> object:
        axes = others.get("reduction_indices", axis)
        return keras.reduction(name, input_tensor, axes, others.get("keep_dims", keepdims))

    return handler


def _argument_of(name: str) -> Handler:
    def handler(context: Context, x: object, axis: object = 0, **others: object) -> object:
        return keras.reduction(name, x, others.get("dimension", axis), False)

    return handler


def concat(context: Context, values: object, axis: object = None, **others: object) -> object:
    """``tf.concat(values, axis)``; ``tf.concat(axis, values)`` before TensorFlow 1.0."""
    if isinstance(values, int):
        values, axis = axis, values
    axis = others.get("concat_dim", axis)
    return keras.concatenate(context, values, axis)


def stack(context: Context, values: object, axis: object = 0, **others: object) -> object:
    """``tf.stack``; a list of sizes stays one, for ``tf.reshape``."""
    if isinstance(values, (list, tuple)) and not any(isinstance(value, Tensor) for value in values):
        return list(values)
    return keras.stack(context, values, axis)


def unstack(context: Context, value: object, num: object = None, axis: object = 0, **others: object) -> object:
    """``tf.unstack``: a list of tensors without the axis."""
    source, shape = ranked(value)
    at = move.axis_of(axis, len(shape))
    count = num if isinstance(num, int) else shape[at]
    if not isinstance(count, int) or count > MANY:
        raise Unclear
    return [shaped(source, (*shape[:at], *shape[at + 1 :])) for _ in range(count)]


def split(
    context: Context, value: object, num_or_size_splits: object = None, axis: object = 0, **others: object
) -> object:
    """``tf.split(value, splits, axis)``; ``tf.split(axis, splits, value)`` before TensorFlow 1.0."""
    if isinstance(value, int):
        value, axis = axis, value
    source, shape = ranked(value)
    at = move.axis_of(axis, len(shape))
    size = shape[at]
    if isinstance(num_or_size_splits, int):
        count = num_or_size_splits
        if not 0 < count <= MANY:
            raise Unclear
        if isinstance(size, int) and size % count:
            raise Fault("array-split", f"an axis of {size} cannot be split into {count} equal parts")
        part = size // count if isinstance(size, int) else sizes.open_size([size])
        parts = [part] * count
    elif isinstance(num_or_size_splits, (list, tuple)):
        parts = [Unknown() if one == -1 else as_size(one) for one in num_or_size_splits]
    else:
        raise Unclear
    return [like(source, (*shape[:at], part, *shape[at + 1 :])) for part in parts]


def transpose(context: Context, a: object, perm: object = None, **others: object) -> object:
    """``tf.transpose``."""
    return raised(move.transpose(context, lowered(tensor(a)), perm), [a])


def matmul(
    context: Context, a: object, b: object, transpose_a: object = False, transpose_b: object = False, **others: object
) -> object:
    """``tf.matmul``."""
    one, other = lowered(tensor(a)), lowered(tensor(b))
    if transpose_a is True or others.get("adjoint_a", others.get("adj_x")) is True:
        one = _last_two_swapped(context, one)
    if transpose_b is True or others.get("adjoint_b", others.get("adj_y")) is True:
        other = _last_two_swapped(context, other)
    return raised(linear.matmul(one, other), [a, b])


def _last_two_swapped(context: Context, array: object) -> object:
    return move.swapaxes(context, array, -1, -2)


def expand_dims(context: Context, x: object, axis: object = None, dim: object = None, **others: object) -> object:
    """``tf.expand_dims``."""
    return keras.expand_dims(context, x, others.get("expand_dims", axis) if dim is None else dim)


def squeeze(context: Context, x: object, axis: object = None, **others: object) -> object:
    """``tf.squeeze``: all axes of size 1 if none is given."""
    return raised(move.squeeze(context, lowered(tensor(x)), others.get("squeeze_dims", axis)), [x])


def tile(context: Context, x: object, multiples: object, **others: object) -> object:
    """``tf.tile``."""
    return keras.tile(context, x, multiples)


def pad(context: Context, x: object, paddings: object, *args: object, **others: object) -> object:
    """``tf.pad``: a pair for each axis."""
    return raised(joining.pad(context, lowered(tensor(x)), paddings), [x])


def one_hot(context: Context, indices: object, depth: object, *args: object, **others: object) -> object:
    """``tf.one_hot`` along a new last axis."""
    if others.get("axis", -1) != -1:
        raise Unclear
    return keras.one_hot(context, indices, depth)


def gather(context: Context, params: object, indices: object, *args: object, **others: object) -> object:
    """``tf.gather`` of rows, or along an axis."""
    axis = others.get("axis", 0)
    (source, shape), (_, rows) = ranked(params), ranked(indices)
    if others.get("batch_dims", 0) != 0 or args:
        raise Unclear
    at = move.axis_of(axis, len(shape))
    return shaped(source, (*shape[:at], *rows, *shape[at + 1 :]))


def where(context: Context, condition: object, x: object = None, y: object = None, **others: object) -> object:
    """``tf.where`` of two tensors."""
    if x is None or y is None:
        raise Unclear
    return raised(where_array(context, lowered(tensor(condition)), lowered(x), lowered(y)), [x, y, condition])


def resize(context: Context, images: object, size: object = None, *args: object, **others: object) -> object:
    """``tf.image.resize``: (rows, columns) of images with the channels last; two numbers before TensorFlow 1.0."""
    source, shape = ranked(images)
    if isinstance(size, int) and args:
        size = (size, args[0])
    wanted = as_shape(lowered(others.get("new_size", size)))
    if wanted is None or len(wanted) != 2 or len(shape) not in (3, 4):
        raise Unclear
    return like(source, (*shape[:-3], *wanted, shape[-1]))


def depth_to_space(context: Context, x: object, block_size: object, *args: object, **others: object) -> object:
    """``tf.depth_to_space``: channels become pixels."""
    return _blocks(x, whole_number(block_size), bool(others.get("data_format")), to_space=True)


def space_to_depth(context: Context, x: object, block_size: object, *args: object, **others: object) -> object:
    """``tf.space_to_depth``: pixels become channels."""
    return _blocks(x, whole_number(block_size), bool(others.get("data_format")), to_space=False)


def _blocks(x: object, block: int, elsewhere: bool, *, to_space: bool) -> Tensor:
    source, shape = ranked(x)
    if elsewhere or len(shape) != 4 or block < 1:
        raise Unclear
    samples, rows, columns, channels = shape
    if to_space:
        if isinstance(channels, int) and channels % block**2:
            raise Fault("array-reshape", f"{channels} channels do not make blocks of {block} by {block}")
        depth = channels // block**2 if isinstance(channels, int) else sizes.open_size([channels])
        return like(source, (samples, sizes.times(rows, block), sizes.times(columns, block), depth))
    sides = [size // block if isinstance(size, int) else sizes.open_size([size]) for size in (rows, columns)]
    if any(isinstance(size, int) and size % block for size in (rows, columns)):
        raise Fault("array-reshape", f"{rows} by {columns} pixels do not make blocks of {block} by {block}")
    return like(source, (samples, *sides, sizes.times(channels, block**2)))


def slice_of(context: Context, x: object, begin: object, size: object, **others: object) -> object:
    """``tf.slice``: from ``begin``, ``size`` of each axis, -1 for all that follow."""
    source, shape = ranked(x)
    starts, counts = as_shape(begin), as_shape(size)
    if starts is None or counts is None or len(starts) != len(shape) or len(counts) != len(shape):
        raise Unclear
    sides = [
        as_size(count)
        if count != -1
        else whole - start
        if isinstance(whole, int) and isinstance(start, int)
        else sizes.open_size([whole, start])
        for whole, start, count in zip(shape, starts, counts, strict=True)
    ]
    return like(source, tuple(sides))


def placeholder(context: Context, dtype: object, shape: object = None, **others: object) -> object:
    """``tf.placeholder``."""
    return Tensor(None) if shape is None else keras.filled(context, shape, dtype=dtype)


def rgb_to_grayscale(context: Context, images: object, **others: object) -> object:
    """``tf.image.rgb_to_grayscale``: one channel."""
    source, shape = ranked(images)
    return like(source, (*shape[:-1], 1))


def reverse(context: Context, x: object, axis: object, **others: object) -> object:
    """``tf.reverse``: the shape stays."""
    return like(tensor(x))


def add_n(context: Context, inputs: object, **others: object) -> object:
    """``tf.add_n``: a sum of equal shapes."""
    given = tensors(inputs)
    if not given:
        raise Unclear
    return like(given[0])


def element(context: Context, x: Tensor, index: object) -> object:
    """``x[index]``."""
    array = lowered(x)
    assert isinstance(array, Array)
    return raised(subscript(array, index), [x])


_SAME = (
    *(
        "nn.relu",
        "nn.relu6",
        "nn.elu",
        "nn.selu",
        "nn.leaky_relu",
        "nn.sigmoid",
        "nn.tanh",
        "nn.softmax",
        "nn.softplus",
    ),
    *("nn.log_softmax", "nn.dropout", "nn.l2_normalize", "nn.lrn", "nn.local_response_normalization", "nn.softsign"),
    *("nn.bias_add", "nn.batch_normalization", "sigmoid", "softmax", "tanh", "relu", "square", "abs"),
    *("sqrt", "rsqrt", "exp", "log", "log1p", "sin", "cos", "floor", "ceil", "round", "sign", "negative", "neg"),
    *("identity", "stop_gradient", "clip_by_value", "clip_by_norm", "to_float", "to_int32", "to_int64"),
    *(
        "cumsum",
        "cumprod",
        "zeros_like",
        "ones_like",
        "reciprocal",
        "logical_not",
        "is_nan",
        "erf",
        "nn.swish",
        "nn.gelu",
    ),
    *("image.per_image_standardization", "image.flip_left_right", "image.flip_up_down", "image.adjust_contrast"),
    *("image.random_flip_left_right", "image.random_brightness", "image.random_contrast", "check_numerics", "Print"),
)

FUNCTIONS: Mapping[str, Handler] = {
    **{f"reduce_{name}": _reduction(name) for name in ("sum", "prod", "mean", "std", "max", "min", "any", "all")},
    "reduce_variance": _reduction("var"),
    "reduce_logsumexp": _reduction("max"),
    "argmax": _argument_of("argmax"),
    "argmin": _argument_of("argmin"),
    **dict.fromkeys(_SAME, keras.same),
    **dict.fromkeys(
        ("add", "subtract", "sub", "multiply", "mul", "divide", "div", "truediv", "maximum", "minimum", "pow"),
        keras.of_two,
    ),
    **dict.fromkeys(("floordiv", "mod", "squared_difference", "atan2"), keras.of_two),
    **dict.fromkeys(
        ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_or"),
        keras.comparison,
    ),
    **dict.fromkeys(("zeros", "ones", "random_normal", "random_uniform", "truncated_normal"), keras.filled),
    **dict.fromkeys(("random.normal", "random.uniform", "random.truncated_normal", "fill"), keras.filled),
    **dict.fromkeys(
        ("image.resize", "image.resize_images", "image.resize_bilinear", "image.resize_nearest_neighbor"), resize
    ),
    "image.resize_bicubic": resize,
    "image.resize_area": resize,
    "image.rgb_to_grayscale": rgb_to_grayscale,
    "cast": keras.cast,
    "concat": concat,
    "concat_v2": concat,
    "stack": stack,
    "pack": stack,
    "unstack": unstack,
    "unpack": unstack,
    "split": split,
    "reshape": keras.reshape,
    "transpose": transpose,
    "matmul": matmul,
    "batch_matmul": matmul,
    "expand_dims": expand_dims,
    "squeeze": squeeze,
    "tile": tile,
    "pad": pad,
    "one_hot": one_hot,
    "gather": gather,
    "where": where,
    "select": where,
    "shape": keras.shape_of,
    "rank": keras.ndim,
    "size": keras.count_params,
    "depth_to_space": depth_to_space,
    "space_to_depth": space_to_depth,
    "nn.depth_to_space": depth_to_space,
    "nn.space_to_depth": space_to_depth,
    "slice": slice_of,
    "reverse": reverse,
    "reverse_v2": reverse,
    "add_n": add_n,
    "constant": keras.variable,
    "convert_to_tensor": keras.variable,
    "Variable": keras.variable,
    "placeholder": placeholder,
    "gradients": keras.gradients,
    "range": keras.arange,
    "eye": keras.eye,
}

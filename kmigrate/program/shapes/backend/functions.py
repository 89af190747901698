"""``keras.backend``: what each function makes of the shapes of its tensors.

Names and parameters are those of Keras 1.2.2 (keras/backend/tensorflow_backend.py) and of Keras 2.15
(keras/src/backend.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from kmigrate.program.shapes.arrays import dtypes, joining, linear, reductions, sizes
from kmigrate.program.shapes.arrays import rearranging as move
from kmigrate.program.shapes.arrays.context import Context, Handler, Unclear
from kmigrate.program.shapes.arrays.elementwise import elementwise
from kmigrate.program.shapes.arrays.images import data_format
from kmigrate.program.shapes.arrays.values import MANY, as_shape, as_size
from kmigrate.program.shapes.backend.lifting import like, lowered, raised, ranked, shaped, tensor, tensors
from kmigrate.program.shapes.tensors import Fault, Size, Tensor, Unknown


def reduction(name: str, x: object, axis: object, keepdims: object) -> Tensor:
    """A reduction over one axis, several, or all."""
    return raised(reductions.reduce(name, lowered(tensor(x)), axis, keepdims), [x])


def _reduction(name: str) -> Handler:
    def handler(context: Context, x: object, axis: object = None, keepdims: object = False) -> object:
        return reduction(name, x, axis, keepdims)

    return handler


def _of_one_axis(name: str) -> Handler:
    def handler(context: Context, x: object, axis: object = -1) -> object:
        return reduction(name, x, axis, False)

    return handler


def logsumexp(context: Context, x: object, axis: object = None, keepdims: object = False) -> object:
    """``K.logsumexp``: the shape of a sum."""
    return reduction("max", x, axis, keepdims)


def same(context: Context, x: object, *args: object, **keywords: object) -> object:
    """Functions that change every element by itself, or along axes that stay."""
    return like(tensor(x))


def softmax(context: Context, x: object, axis: object = -1) -> object:
    """``K.softmax``: Keras 2 refuses a single axis."""
    source, shape = ranked(x)
    if len(shape) < 2:
        raise Unclear
    return like(source)


def cast(context: Context, x: object, dtype: object) -> object:
    """``K.cast``."""
    return like(tensor(x), dtype=dtypes.dtype_of(dtype))


def of_two(context: Context, x: object, y: object) -> object:
    """Arithmetic on two tensors, broadcast."""
    return raised(elementwise("whole", None, lowered(_known(x)), lowered(_known(y))), [x, y])


def comparison(context: Context, x: object, y: object) -> object:
    """Comparisons of two tensors, broadcast."""
    return raised(elementwise("bool", None, lowered(_known(x)), lowered(_known(y))), [x, y])


def _known(value: object) -> object:
    if isinstance(value, Unknown):
        raise Unclear
    return value


def reshape(context: Context, x: object, shape: object) -> object:
    """``K.reshape``."""
    return raised(move.reshape(context, lowered(tensor(x)), lowered(shape)), [x])


def permute_dimensions(context: Context, x: object, pattern: object) -> object:
    """``K.permute_dimensions``."""
    return raised(move.transpose(context, lowered(tensor(x)), pattern), [x])


def transpose(context: Context, x: object) -> object:
    """``K.transpose``: axes reversed."""
    return raised(move.transpose(context, lowered(tensor(x))), [x])


def concatenate(context: Context, tensors_given: object, axis: object = -1) -> object:
    """``K.concatenate``."""
    given = tensors(tensors_given)
    return raised(joining.concatenate(context, lowered(given), axis), given)


def stack(context: Context, x: object, axis: object = 0) -> object:
    """``K.stack``: along a new axis."""
    given = tensors(x)
    return raised(joining.stack(context, lowered(given), axis), given)


def expand_dims(context: Context, x: object, axis: object = -1, dim: object = None) -> object:
    """``K.expand_dims``; Keras 1 calls the axis ``dim``."""
    return raised(move.expand_dims(context, lowered(tensor(x)), axis if dim is None else dim), [x])


def squeeze(context: Context, x: object, axis: object) -> object:
    """``K.squeeze``."""
    return raised(move.squeeze(context, lowered(tensor(x)), axis), [x])


def flatten(context: Context, x: object) -> object:
    """``K.flatten``: one axis."""
    return raised(move.ravel(context, lowered(tensor(x))), [x])


def batch_flatten(context: Context, x: object) -> object:
    """``K.batch_flatten``: the samples, and one axis for all else."""
    source, shape = ranked(x)
    if not shape:
        raise Unclear
    return shaped(source, (shape[0], sizes.product(shape[1:])))


def dot(context: Context, x: object, y: object) -> object:
    """``K.dot``: as ``numpy.dot``."""
    return raised(linear.dot(context, lowered(tensor(x)), lowered(tensor(y))), [x, y])


def batch_dot(context: Context, x: object, y: object, axes: object = None) -> object:
    """``K.batch_dot`` of Keras 2: over one axis of each, sample by sample.

    Keras 1 on TensorFlow is a product of matrices, which for two or three axes each comes to the same.
    """
    (one, shape), (_, other_shape) = ranked(x), ranked(y)
    ranks = len(shape), len(other_shape)
    if min(ranks) < 2 or (context.version == 1 and (ranks[0] != ranks[1] or ranks[0] > 3)):
        raise Unclear
    if axes is None:
        if context.version == 1 and ranks == (2, 2):
            raise Unclear
        over = (ranks[0] - 1, ranks[1] - (1 if ranks[1] == 2 else 2))
    else:
        pair = (axes, axes) if isinstance(axes, int) else axes
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise Unclear
        over = (move.axis_of(pair[0], ranks[0]), move.axis_of(pair[1], ranks[1]))
    if 0 in over:
        raise Unclear
    if sizes.differ(shape[over[0]], other_shape[over[1]]) or sizes.differ(shape[0], other_shape[0]):
        raise Fault(
            "array-matmul",
            f"batch_dot of tensors of shapes {sizes.show(shape)} and {sizes.show(other_shape)} over axes {over[0]} and "
            f"{over[1]}, which are not of one size",
        )
    kept = [size for at, size in enumerate(shape) if at not in (0, over[0])]
    kept += [size for at, size in enumerate(other_shape) if at not in (0, over[1])]
    samples = shape[0] if shape[0] is not None else other_shape[0]
    return shaped(one, (samples, *(kept or [1])))


def repeat(context: Context, x: object, n: object) -> object:
    """``K.repeat``: (samples, features) to (samples, n, features)."""
    source, shape = ranked(x)
    if len(shape) != 2:
        raise Fault("array-axis", f"K.repeat wants two axes, and is given a tensor of shape {sizes.show(shape)}")
    return shaped(source, (shape[0], as_size(n), shape[1]))


def repeat_elements(context: Context, x: object, rep: object, axis: object) -> object:
    """``K.repeat_elements``: an axis grows ``rep`` times."""
    return raised(joining.repeat(context, lowered(tensor(x)), rep, axis), [x])


def tile(context: Context, x: object, n: object) -> object:
    """``K.tile``: one number for each axis."""
    source, shape = ranked(x)
    times = as_shape(n)
    if times is None or len(times) != len(shape):
        raise Unclear
    return like(source, tuple(sizes.times(size, count) for size, count in zip(shape, times, strict=True)))


def _spatial(context: Context, given: object, rank: int) -> int:
    """The first spatial axis of a tensor in a data format. Raises Unclear if that is not known."""
    ordering = data_format(context, given)
    if ordering is None:
        raise Unclear
    return 2 if ordering == "channels_first" else 1


def _scaled(context: Context, x: object, factors: tuple[object, ...], ordering: object) -> object:
    source, shape = ranked(x)
    first = _spatial(context, ordering, len(shape))
    if len(shape) != len(factors) + 2:
        raise Unclear
    grown = list(shape)
    for at, factor in enumerate(factors, first):
        grown[at] = sizes.times(shape[at], as_size(factor))
    return like(source, tuple(grown))


def resize_images(
    context: Context,
    x: object,
    height_factor: object,
    width_factor: object,
    data_format: object = None,
    interpolation: object = "nearest",
    dim_ordering: object = None,
) -> object:
    """``K.resize_images``: by whole factors."""
    return _scaled(context, x, (height_factor, width_factor), data_format if dim_ordering is None else dim_ordering)


def resize_volumes(
    context: Context,
    x: object,
    depth_factor: object,
    height_factor: object,
    width_factor: object,
    data_format: object = None,
    dim_ordering: object = None,
) -> object:
    """``K.resize_volumes``: by whole factors."""
    ordering = data_format if dim_ordering is None else dim_ordering
    return _scaled(context, x, (depth_factor, height_factor, width_factor), ordering)


def _padded(context: Context, x: object, padding: object, count: int, ordering: object) -> object:
    source, shape = ranked(x)
    first = 1 if count == 1 else _spatial(context, ordering, len(shape))
    if len(shape) != count + 2:
        raise Unclear
    sides = [padding] * count if isinstance(padding, int) else padding
    if count == 1:
        sides = [padding]
    if not isinstance(sides, (list, tuple)) or len(sides) != count:
        raise Unclear
    grown = list(shape)
    for at, side in enumerate(sides, first):
        both = side if isinstance(side, (list, tuple)) else (side, side)
        if len(both) != 2:
            raise Unclear
        grown[at] = sizes.total([shape[at], as_size(both[0]), as_size(both[1])])
    return like(source, tuple(grown))


def temporal_padding(context: Context, x: object, padding: object = 1) -> object:
    """``K.temporal_padding``."""
    return _padded(context, x, padding, 1, None)


def spatial_2d_padding(
    context: Context, x: object, padding: object = (1, 1), data_format: object = None, dim_ordering: object = None
) -> object:
    """``K.spatial_2d_padding``: a number for each axis (Keras 1) or a pair (Keras 2)."""
    return _padded(context, x, padding, 2, data_format if dim_ordering is None else dim_ordering)


def spatial_3d_padding(
    context: Context, x: object, padding: object = (1, 1, 1), data_format: object = None, dim_ordering: object = None
) -> object:
    """``K.spatial_3d_padding``."""
    return _padded(context, x, padding, 3, data_format if dim_ordering is None else dim_ordering)


def asymmetric_spatial_2d_padding(
    context: Context,
    x: object,
    top_pad: object = 1,
    bottom_pad: object = 1,
    left_pad: object = 1,
    right_pad: object = 1,
    dim_ordering: object = None,
) -> object:
    """``K.asymmetric_spatial_2d_padding`` of Keras 1."""
    return _padded(context, x, ((top_pad, bottom_pad), (left_pad, right_pad)), 2, dim_ordering)


def one_hot(context: Context, indices: object, num_classes: object = None, nb_classes: object = None) -> object:
    """``K.one_hot``: a new last axis."""
    source, shape = ranked(indices)
    return shaped(source, (*shape, as_size(nb_classes if num_classes is None else num_classes)), "float32")


def gather(context: Context, reference: object, indices: object) -> object:
    """``K.gather``: rows of the reference in the shape of the indices."""
    (_, table), (source, rows) = ranked(reference), ranked(indices)
    return shaped(source, (*rows, *table[1:]), tensor(reference).dtype)


def reverse(context: Context, x: object, axes: object) -> object:
    """``K.reverse``: the shape stays."""
    source = tensor(x)
    if source.rank is not None:
        for one in sizes.certain(as_shape(axes)) or ():
            move.axis_of(one, source.rank)
    return like(source)


def shape_of(context: Context, x: object) -> object:
    """``K.shape``: the sizes; those that are open are numbers all the same."""
    return tuple(Unknown() if size is None else size for size in ranked(x)[1])


def int_shape(context: Context, x: object) -> object:
    """``K.int_shape``: the sizes, None for those that are open."""
    return ranked(x)[1]


def ndim(context: Context, x: object) -> object:
    """``K.ndim``."""
    return len(ranked(x)[1])


def dtype_name(context: Context, x: object) -> object:
    """``K.dtype``."""
    return tensor(x).dtype


def count_params(context: Context, x: object) -> object:
    """``K.count_params``: the number of elements."""
    return sizes.product(ranked(x)[1])


def get_value(context: Context, x: object) -> object:
    """``K.eval`` and ``K.get_value``: an array."""
    return lowered(tensor(x))


def filled(context: Context, shape: object, *args: object, dtype: object = None, **keywords: object) -> object:
    """``K.zeros``, ``K.random_normal``: a tensor of a shape."""
    return Tensor(as_shape(lowered(shape)), born=context.place, dtype=dtypes.dtype_of(dtype) or context.floatx)


def filled_like(context: Context, x: object, *args: object, **keywords: object) -> object:
    """``K.zeros_like``: the shape of another tensor."""
    return like(tensor(x))


def eye(context: Context, size: object, *args: object, **keywords: object) -> object:
    """``K.eye``."""
    given = as_shape(size)
    if not given:
        raise Unclear
    return Tensor((given[0], given[-1]), born=context.place)


def variable(context: Context, value: object, dtype: object = None, *args: object, **keywords: object) -> object:
    """``K.variable``: the shape of its value."""
    return like(tensor(value), dtype=dtypes.dtype_of(dtype) or context.floatx)


def constant(
    context: Context, value: object, dtype: object = None, shape: object = None, name: object = None
) -> object:
    """``K.constant``."""
    return variable(context, value, dtype) if shape is None else filled(context, shape, dtype=dtype)


def placeholder(
    context: Context, shape: object = None, ndim: object = None, dtype: object = None, *args: object, **others: object
) -> object:
    """``K.placeholder``: a shape or a number of axes."""
    if shape is None and isinstance(ndim, int) and ndim <= MANY:
        return Tensor((None,) * ndim, dtype=dtypes.dtype_of(dtype) or context.floatx)
    return filled(context, shape, dtype=dtype)


def arange(context: Context, start: object, stop: object = None, step: object = 1, dtype: object = "int32") -> object:
    """``K.arange``."""
    first, last = (0, start) if stop is None else (start, stop)
    if isinstance(first, int) and isinstance(last, int) and isinstance(step, int) and step:
        return Tensor((len(range(first, last, step)),), dtype=dtypes.dtype_of(dtype))
    return Tensor((as_size(last) if first == 0 and step == 1 and not isinstance(last, Tensor) else Unknown(),))


def switch(context: Context, condition: object, then_expression: object, else_expression: object) -> object:
    """``K.switch``: both branches have one shape."""
    one, other = tensor(then_expression), tensor(else_expression)
    if one.shape is None or not sizes.all_same(one.shape, other.shape):
        return shaped(one, one.shape if other.rank == 0 else other.shape if one.rank == 0 else None)
    return like(one)


def phase(context: Context, x: object, alt: object, training: object = None) -> object:
    """``K.in_train_phase`` and ``K.in_test_phase``: one of two tensors, which have one shape."""
    return like(tensor(x if isinstance(x, Tensor) else alt))


def crossentropy(context: Context, *args: object, **keywords: object) -> object:
    """``K.categorical_crossentropy``: a number for each sample."""
    given = [value for value in [*args, *keywords.values()] if isinstance(value, Tensor)]
    for one in given:
        if one.shape:
            return shaped(one, one.shape[:-1])
    raise Unclear


def gradients(context: Context, loss: object, variables: object) -> object:
    """``K.gradients``: a tensor for each variable."""
    return [like(one) for one in (tensors(variables) if isinstance(variables, (list, tuple)) else [tensor(variables)])]


def unclear(context: Context, *args: object, **keywords: object) -> object:
    """Functions whose result depends on functions that they are given."""
    raise Unclear


def nothing(context: Context, *args: object, **keywords: object) -> object:
    """Functions that give None."""
    return None


def convolution_length(size: Size, kernel: Size, stride: Size, padding: object, dilation: Size = 1) -> Size:
    """The size that an axis has after a convolution or pooling."""
    numbers = (size, kernel, stride, dilation)
    if size is None:
        return None
    if not (
        isinstance(size, int) and isinstance(kernel, int) and isinstance(stride, int) and isinstance(dilation, int)
    ):
        return sizes.open_size(numbers)
    whole = (kernel - 1) * dilation + 1
    if padding == "same":
        return -(-size // stride)
    left = size - whole + stride if padding == "valid" else size + whole - 2 + stride
    if left <= -stride:
        raise Fault("negative-size", f"a window of {whole} does not fit an axis of {size}")
    # TensorFlow divides towards zero, so that a window that is a little too large leaves nothing
    return max(left // stride, 0)


def pool2d(
    context: Context,
    x: object,
    pool_size: object,
    strides: object = (1, 1),
    padding: object = "valid",
    data_format: object = None,
    pool_mode: object = "max",
    border_mode: object = None,
    dim_ordering: object = None,
) -> object:
    """``K.pool2d``."""
    source, shape = ranked(x)
    window, steps = as_shape(pool_size), as_shape(strides)
    first = _spatial(context, data_format if dim_ordering is None else dim_ordering, 4)
    if len(shape) != 4 or window is None or steps is None or len(window) != 2 or len(steps) != 2:
        raise Unclear
    mode = padding if border_mode is None else border_mode
    sides = [convolution_length(shape[first + at], window[at], steps[at], mode) for at in (0, 1)]
    return like(source, (*shape[:first], *sides, *shape[first + 2 :]))


def conv2d(
    context: Context,
    x: object,
    kernel: object,
    strides: object = (1, 1),
    padding: object = "valid",
    data_format: object = None,
    dilation_rate: object = (1, 1),
    border_mode: object = None,
    dim_ordering: object = None,
    **others: object,
) -> object:
    """``K.conv2d``. The filters are the last size of the kernel, in Keras 1's Theano ordering the first."""
    (source, shape), (_, weights) = ranked(x), ranked(kernel)
    ordering = data_format if dim_ordering is None else dim_ordering
    first = _spatial(context, ordering, 4)
    steps, rates = as_shape(strides), as_shape(dilation_rate)
    if len(shape) != 4 or len(weights) != 4 or steps is None or len(steps) != 2 or rates is None or len(rates) != 2:
        raise Unclear
    theano = context.version == 1 and first == 2
    window, filters = (weights[2:], weights[0]) if theano else (weights[:2], weights[3])
    mode = padding if border_mode is None else border_mode
    sides = [convolution_length(shape[first + at], window[at], steps[at], mode, rates[at]) for at in (0, 1)]
    return like(source, (shape[0], filters, *sides) if first == 2 else (shape[0], *sides, filters))


def ctc_batch_cost(context: Context, y_true: object, *args: object) -> object:
    """``K.ctc_batch_cost``: one number a sample."""
    source, shape = ranked(y_true)
    if not shape:
        raise Unclear
    return shaped(source, (shape[0], 1), "float32")


_SAME = (
    *("square", "abs", "sqrt", "exp", "log", "round", "sign", "pow", "clip", "sin", "cos", "relu", "elu"),
    *(
        "softplus",
        "softsign",
        "sigmoid",
        "hard_sigmoid",
        "tanh",
        "dropout",
        "l2_normalize",
        "stop_gradient",
        "identity",
    ),
    *("cumsum", "cumprod", "batch_normalization", "bias_add", "print_tensor", "to_dense", "binary_crossentropy"),
)

FUNCTIONS: Mapping[str, Handler] = {
    **{name: _reduction(name) for name in ("sum", "prod", "mean", "std", "var", "max", "min", "any", "all")},
    **{name: _of_one_axis(name) for name in ("argmax", "argmin")},
    **dict.fromkeys(_SAME, same),
    **dict.fromkeys(("maximum", "minimum"), of_two),
    **dict.fromkeys(
        ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal", "lesser", "lesser_equal"), comparison
    ),
    **dict.fromkeys(("zeros_like", "ones_like"), filled_like),
    **dict.fromkeys(
        ("zeros", "ones", "random_normal", "random_uniform", "random_binomial", "random_bernoulli", "truncated_normal"),
        filled,
    ),
    **dict.fromkeys(("random_uniform_variable", "random_normal_variable"), filled),
    **dict.fromkeys(("eval", "get_value"), get_value),
    **dict.fromkeys(("in_train_phase", "in_test_phase"), phase),
    **dict.fromkeys(("rnn", "map_fn", "foldl", "foldr", "function", "learning_phase", "ctc_decode"), unclear),
    **dict.fromkeys(("clear_session", "set_value", "set_learning_phase", "set_floatx", "set_epsilon"), nothing),
    "logsumexp": logsumexp,
    "softmax": softmax,
    "cast": cast,
    "reshape": reshape,
    "permute_dimensions": permute_dimensions,
    "transpose": transpose,
    "concatenate": concatenate,
    "stack": stack,
    "pack": stack,
    "expand_dims": expand_dims,
    "squeeze": squeeze,
    "flatten": flatten,
    "batch_flatten": batch_flatten,
    "dot": dot,
    "batch_dot": batch_dot,
    "repeat": repeat,
    "repeat_elements": repeat_elements,
    "tile": tile,
    "resize_images": resize_images,
    "resize_volumes": resize_volumes,
    "temporal_padding": temporal_padding,
    "spatial_2d_padding": spatial_2d_padding,
    "asymmetric_spatial_2d_padding": asymmetric_spatial_2d_padding,
    "spatial_3d_padding": spatial_3d_padding,
    "one_hot": one_hot,
    "gather": gather,
    "reverse": reverse,
    "shape": shape_of,
    "int_shape": int_shape,
    "get_variable_shape": int_shape,
    "ndim": ndim,
    "dtype": dtype_name,
    "count_params": count_params,
    "eye": eye,
    "variable": variable,
    "constant": constant,
    "placeholder": placeholder,
    "arange": arange,
    "switch": switch,
    "categorical_crossentropy": crossentropy,
    "sparse_categorical_crossentropy": crossentropy,
    "gradients": gradients,
    "pool2d": pool2d,
    "conv2d": conv2d,
    "ctc_batch_cost": ctc_batch_cost,
    "epsilon": lambda context: 1e-8 if context.version == 1 else 1e-7,
    "floatx": lambda context: context.floatx,
}

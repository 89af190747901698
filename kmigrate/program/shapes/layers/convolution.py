"""Convolutions: ``Conv1D``… ``Conv3D``, transposed, separable, depthwise and locally connected ones.

Keras 1.2.2: ``keras/layers/convolutional.py``, ``local.py``. Keras 2.15: ``keras/layers/convolutional/`` and
``locally_connected/``.
"""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.activation import activate
from kmigrate.program.shapes.layers.application import Application, axis_words
from kmigrate.program.shapes.layers.layouts import FIRST
from kmigrate.program.shapes.layers.spatial import Grid, check_steps, grid, slide, without_format
from kmigrate.program.shapes.tensors import Level, Outcome, Size, Tensor, Unknown


def convolve(app: Application, dimensions: int) -> Outcome:
    """``Conv1D``, ``Conv2D``, ``Conv3D``, and the Keras 1 layers with holes, which are the same with a dilation."""
    rank = app.one_input().rank
    if app.version == 2 and rank is not None and rank > dimensions + 2:
        return _convolve_each(app, dimensions)
    over = grid(app, dimensions)
    filters = app.required("filters")
    kernel, strides, dilation = _steps(app, dimensions)
    padding = app.word("padding", "valid")
    if padding == "causal" and dimensions > 1:
        app.fail("arguments", "padding='causal' is for sequences (Conv1D)")
    if over is None:
        return without_format(app, dimensions + 2)
    channels = app.channels(over.channels)
    reach = tuple(sizes.dilated(size, rate) for size, rate in zip(kernel, dilation, strict=True))
    lengths = slide(app, over, "kernel", reach, strides, padding)
    groups = _groups(app, channels, filters)
    app.weights_for = (channels,)
    inside = channels // groups if sizes.known(channels) and sizes.known(groups) else Unknown()
    params = sizes.add_counts(sizes.count(*kernel, inside, filters), _bias(app, filters))
    _on_cpu(app, over)
    return activate(app, app.settled(over.made(lengths, filters), over.axes), params)


def _convolve_each(app: Application, dimensions: int) -> Outcome:
    """Keras 2.15 takes axes that are too many for those of more samples (``BaseConv.__init__``: ``min_ndim``)."""
    tensor = app.input
    assert tensor.shape is not None
    ahead = len(tensor.shape) - dimensions - 2
    shape = tensor.shape
    one = Application(app.layer, [Tensor((shape[0], *shape[1 + ahead :]), born=tensor.born)])
    inner = convolve(one, dimensions)
    app.weights_for = one.weights_for
    rest = shape[1 + ahead :]
    own = app.layer.input_shape
    # input_shape=(None, 28, 28, 1) at the layer itself: nobody writes it that means videos
    repeated = ahead == 1 and shape[1] is None and own is not None and len(own) == len(shape)
    app.say(
        "repeated-batch-axis" if shape[1] is None else "rank",
        Level.ERROR if repeated else Level.WARNING,
        f"it takes {dimensions + 1} axes besides the samples, and its input is {sizes.text(shape)}: the first "
        f"{ahead + 1} are taken for samples",
        blames="input",
        fix=f"input_shape={sizes.text(rest)}" if shape[1] is None else "",
    )
    made = inner.output.shape
    assert made is not None
    return app.result(Tensor((*shape[: 1 + ahead], *made[1:]), born=tensor.born), params=inner.params)


def transpose(app: Application, dimensions: int) -> Outcome:
    """``Conv2DTranspose`` and its like; Keras 1's ``Deconvolution2D`` says itself how large the output is."""
    over = grid(app, dimensions)
    filters = app.required("filters")
    kernel, strides, dilation = _steps(app, dimensions)
    if over is None:
        return without_format(app, dimensions + 2)
    channels = app.channels(over.channels)
    app.weights_for = (channels,)
    params = sizes.add_counts(sizes.count(*kernel, channels, filters), _bias(app, filters))
    padding = app.word("padding", "valid")
    if app.version == 1:
        lengths = _given_lengths(app, over, filters, kernel, strides, padding)
    else:
        extra = app.given("output_padding")
        extras: tuple[Size, ...] = (
            (None,) * dimensions if extra is None else app.whole_numbers("output_padding", None, dimensions)
        )
        for size, stride in zip(extras, strides, strict=True):
            if sizes.known(size) and sizes.known(stride) and size >= stride:
                app.fail(
                    "arguments", f"output_padding must be less than the stride, and {size} is not less than {stride}"
                )
        reach = tuple(sizes.dilated(size, rate) for size, rate in zip(kernel, dilation, strict=True))
        lengths = tuple(
            sizes.transposed_window(length, size, stride, padding, more)
            for length, size, stride, more in zip(over.lengths(), reach, strides, extras, strict=True)
        )
    _on_cpu(app, over)
    return activate(app, app.settled(over.made(lengths, filters), over.axes), params)


def separate(app: Application, dimensions: int) -> Outcome:
    """``SeparableConv1D``, ``SeparableConv2D``: depthwise, then a convolution of kernel one."""
    over = grid(app, dimensions)
    filters = app.required("filters")
    kernel, strides, dilation = _steps(app, dimensions)
    if over is None:
        return without_format(app, dimensions + 2)
    channels = app.channels(over.channels)
    app.weights_for = (channels,)
    depth = app.whole("depth_multiplier", 1)
    reach = tuple(sizes.dilated(size, rate) for size, rate in zip(kernel, dilation, strict=True))
    lengths = slide(app, over, "kernel", reach, strides, app.word("padding", "valid"))
    if app.version > 1 and None in lengths and any(rate != 1 for rate in dilation):
        # tf.nn.separable_conv2d moves places into samples and back, which makes all sizes open if one is.
        lengths = (None,) * dimensions
    params = sizes.add_counts(
        sizes.count(*kernel, channels, depth), sizes.count(channels, depth, filters), _bias(app, filters)
    )
    _on_cpu(app, over)
    return activate(app, app.settled(over.made(lengths, filters), over.axes), params)


def deepen(app: Application, dimensions: int) -> Outcome:
    """``DepthwiseConv1D``, ``DepthwiseConv2D``: each channel on its own."""
    over = grid(app, dimensions)
    kernel, strides, dilation = _steps(app, dimensions)
    if over is None:
        return without_format(app, dimensions + 2)
    channels = app.channels(over.channels)
    app.weights_for = (channels,)
    filters = sizes.times(channels, app.whole("depth_multiplier", 1))
    reach = tuple(sizes.dilated(size, rate) for size, rate in zip(kernel, dilation, strict=True))
    lengths = slide(app, over, "kernel", reach, strides, app.word("padding", "valid"))
    params = sizes.add_counts(sizes.count(*kernel, filters), _bias(app, filters))
    return activate(app, app.settled(over.made(lengths, filters), over.axes), params)


def connect_locally(app: Application, dimensions: int) -> Outcome:
    """``LocallyConnected1D``, ``LocallyConnected2D``: a kernel of its own at each place, so sizes must be known."""
    over = grid(app, dimensions)
    filters = app.required("filters")
    kernel, strides, _ = _steps(app, dimensions)
    padding = app.word("padding", "valid")
    implementation = app.given("implementation", 1)
    if padding == "same" and (app.version == 1 or implementation == 1):
        app.fail("arguments", "padding must be 'valid' here")
    if over is None:
        return without_format(app, dimensions + 2)
    channels = app.channels(over.channels)
    for length in over.lengths():
        app.channels(length, "places")
    app.weights_for = over.shape[1:]
    lengths = slide(app, over, "kernel", kernel, strides, padding)
    places = sizes.count(*lengths)
    weights = sizes.count(*lengths, *kernel, channels, filters)
    if implementation not in (1, 2, 3):
        weights = None
    elif implementation == 2:
        weights = sizes.count(*over.lengths(), channels, *lengths, filters)
    elif implementation == 3:
        joined = map(_connections, over.lengths(), kernel, strides, lengths, (padding,) * dimensions)
        weights = sizes.count(*joined, channels, filters)
    bias = app.flag("use_bias", True)
    extra = None if bias is None or places is None else sizes.count(places, filters) if bias else 0
    return activate(app, app.settled(over.made(lengths, filters), over.axes), sizes.add_counts(weights, extra))


def _steps(app: Application, dimensions: int) -> tuple[tuple[Size, ...], tuple[Size, ...], tuple[Size, ...]]:
    """Kernel, strides and dilation, one number for each axis.

    :raises Fault: if they cannot go together
    """
    kernel = app.whole_numbers("kernel_size", Unknown("kernel_size"), dimensions)
    strides = app.whole_numbers("strides", 1, dimensions)
    dilation = app.whole_numbers("dilation_rate", 1, dimensions)
    check_steps(app, "kernel_size", kernel)
    check_steps(app, "strides", strides)
    check_steps(app, "dilation_rate", dilation)
    if any(sizes.known(s) and s > 1 for s in strides) and any(sizes.known(d) and d > 1 for d in dilation):
        app.fail("arguments", f"strides {strides} and dilation {dilation} do not go together: one of them must be 1")
    if app.version == 1 and any(sizes.differ(dilation[0], other) for other in dilation):
        app.fail("arguments", f"the dilation must be the same for all axes, and is {dilation}")
    return kernel, strides, dilation


def _bias(app: Application, filters: Size) -> int | None:
    bias = app.flag("use_bias", True)
    return None if bias is None else sizes.count(filters) if bias else 0


def _groups(app: Application, channels: Size, filters: Size) -> Size:
    """In how many groups channels and filters are divided.

    :raises Fault: if they cannot be divided so
    """
    groups = app.whole("groups", 1)
    if not sizes.known(groups) or groups < 1:
        return Unknown()
    for size, what in ((channels, "channels"), (filters, "filters")):
        if sizes.known(size) and size % groups:
            app.fail("arguments", f"{size} {what} cannot be divided into {groups} groups")
    return groups


def _connections(length: Size, kernel: Size, stride: Size, places: Size, padding: str | None) -> Size:
    """How many pairs of an input and an output place a kernel joins along one axis (``conv_connected_inputs``)."""
    if not (sizes.known(length) and sizes.known(kernel) and sizes.known(stride) and sizes.known(places)):
        return Unknown()
    before = kernel // 2 if padding == "same" else 0
    starts = (place * stride - before for place in range(places))
    return sum(min(length, start + kernel) - max(0, start) for start in starts)


def _given_lengths(
    app: Application,
    over: Grid,
    filters: Size,
    kernel: tuple[Size, ...],
    strides: tuple[Size, ...],
    padding: str | None,
) -> tuple[Size, ...]:
    """The lengths that ``output_shape`` of Keras 1's Deconvolution2D gives, held against those of the input.

    TensorFlow looks at them when it runs: a convolution of such an output must give the input back.

    :raises Fault: if the layer cannot even be built
    """
    shape = app.given("output_shape")
    if not isinstance(shape, (list, tuple)):
        return tuple(Unknown() for _ in over.places)
    if len(shape) != len(over.shape):
        app.fail("arguments", f"output_shape has the samples first: four sizes, and {tuple(shape)} has {len(shape)}")
    given = tuple(sizes.as_size(size) for size in shape)
    if None in given[1:]:
        app.fail("arguments", f"output_shape={sizes.text(given)}: all sizes but that of the samples must be given")
    if sizes.differ(given[0], over.shape[0]):
        app.fail("deconvolution-shape", f"output_shape={sizes.text(given)} for batches of {over.shape[0]}")
    made = given[over.channel]
    if sizes.differ(made, filters):
        message = f"output_shape={sizes.text(given)} has {made} where {filters} filters go (axis {over.channel})"
        if app.flag("use_bias", True) and 1 not in (made, filters):
            app.fail("deconvolution-shape", message, blames="argument:output_shape")
        app.say("deconvolution-shape", Level.ERROR, message, blames="argument:output_shape")
    lengths = tuple(given[at] for at in over.places)
    for at, length, out, size, stride in zip(over.places, over.lengths(), lengths, kernel, strides, strict=True):
        back = sizes.window(out, size, stride, padding)
        if sizes.differ(back, length):
            app.say(
                "deconvolution-shape",
                Level.ERROR,
                f"output_shape={sizes.text(given)} goes with an input of {back} {axis_words(over.axes, at)}, and its "
                f"input is {sizes.text(over.shape)}",
                blames="argument:output_shape",
                once=True,
            )
    return lengths


def _on_cpu(app: Application, over: Grid) -> None:
    """Channels-first convolutions are not for every machine."""
    if app.version > 1 and len(over.axes) > 3 and over.channel == 1:
        app.say(
            "channels-first-cpu",
            Level.HINT,
            f"TensorFlow computes a {FIRST} convolution on a CPU only where it is built with oneDNN",
        )

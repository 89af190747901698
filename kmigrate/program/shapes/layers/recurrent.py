"""Recurrent layers.

Keras 1.2.2: ``keras/layers/recurrent.py``, ``convolutional_recurrent.py``; Keras 2.15: ``keras/layers/rnn/``.
"""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.layouts import FIRST, SEQUENCE_AXES, VECTOR_AXES, VIDEO_AXES, Axes
from kmigrate.program.shapes.layers.spatial import grid, slide
from kmigrate.program.shapes.tensors import AXES, Axis, Layer, Level, Outcome, Shape, Size, Tensor, Trust, Unknown

#: How many matrices for input and state, and how many states, by kind.
_GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4, "CuDNNGRU": 3, "CuDNNLSTM": 4}
_STATES = {"LSTM": 2, "CuDNNLSTM": 2}
#: Cells, which ``RNN`` steps through, by the layer that they make.
_CELLS = {"SimpleRNNCell": "SimpleRNN", "GRUCell": "GRU", "LSTMCell": "LSTM"}


def recur(app: Application) -> Outcome:
    """``SimpleRNN``, ``GRU``, ``LSTM``: the last step's output, or all of them with ``return_sequences``."""
    units = app.required("units")
    samples, steps, features = _sequence(app)
    app.weights_for = (features,)
    params = _weights(app, app.layer.kind, features, units)
    return _outputs(app, samples, steps, units, (units,) * _STATES.get(app.layer.kind, 1), params)


def step_through(app: Application) -> Outcome:
    """``RNN`` with a cell of Keras, or a list of them; an own cell tells nothing."""
    cell = app.given("cell")
    cells = list(cell) if isinstance(cell, (list, tuple)) else [cell]
    if len(cells) == 1 and isinstance(cells[0], Layer) and cells[0].kind == "StackedRNNCells":
        stacked = cells[0].arguments.get("cells")
        cells = list(stacked) if isinstance(stacked, (list, tuple)) else [None]
    if not cells or not all(isinstance(one, Layer) and one.kind in _CELLS for one in cells):
        return app.unknown()
    samples, steps, features = _sequence(app)
    app.weights_for = (features,)
    params: int | None = 0
    states: list[Size] = []
    for one in cells:
        assert isinstance(one, Layer)
        kind = _CELLS[one.kind]
        inner = Application(one, app.inputs)
        units = inner.required("units")
        params = sizes.add_counts(params, _weights(inner, kind, features, units))
        states += [units] * _STATES.get(kind, 1)
        features = units
    return _outputs(app, samples, steps, features, tuple(states), params)


def convolve_steps(app: Application, dimensions: int) -> Outcome:
    """``ConvLSTM2D`` and its like: a convolution in place of each matrix product."""
    axes: dict[str, Axes] = VIDEO_AXES if dimensions == 2 else _video_axes(dimensions)
    sequences = app.flag("return_sequences", False)
    filters = app.required("filters")
    kernel = app.whole_numbers("kernel_size", Unknown(), dimensions)
    strides = app.whole_numbers("strides", 1, dimensions)
    dilation = app.whole_numbers("dilation_rate", 1, dimensions)
    over = grid(app, dimensions, axes)
    if over is None or sequences is None:
        return app.unknown()
    channels = app.channels(over.channels)
    app.weights_for = (channels,)
    reach = tuple(sizes.dilated(size, rate) for size, rate in zip(kernel, dilation, strict=True))
    lengths = slide(app, over, "kernel", reach, strides, app.word("padding", "valid"))
    made = over.made(lengths, filters)
    _known_samples(app, over.shape, lengths)
    if app.version > 2 and None in over.lengths():
        app.fail(
            "steps-none",
            f"all sizes of a step must be known, and its input is {sizes.text(over.shape)}",
            blames="input",
        )
    bias = app.flag("use_bias", True)
    params = sizes.add_counts(
        sizes.count(4, *kernel, channels, filters),
        sizes.count(4, *kernel, filters, filters),
        None if bias is None else sizes.count(4, filters) if bias else 0,
    )
    state = (made[0], *made[2:])
    inner = AXES.get((len(state), "channels_last" if over.channel == len(made) - 1 else "channels_first"))
    last = Tensor(state, inner, Trust.PROVED if inner else Trust.NONE, app.layer.place)
    output = app.settled(made, over.axes) if sequences else last
    states = (last, last) if app.flag("return_state", False) else ()
    return app.result(output, *states, params=params)


def _video_axes(dimensions: int) -> dict[str, tuple[Axis, ...]]:
    """The axes of a sequence of lines or of volumes, by data format."""
    formats = ("channels_last", "channels_first")
    return {
        name: (
            Axis.SAMPLES,
            Axis.TIME,
            *(_SPACE if axis is Axis.TIME else axis for axis in AXES[dimensions + 2, name][1:]),
        )
        for name in formats
    }


#: A line is a row of values.
_SPACE = Axis.COLUMNS


def _sequence(app: Application) -> Shape:
    """The shape of the sequence; further inputs are initial states.

    :raises Fault: if the number of features is open, or that of samples while states are kept between batches
    """
    shape = app.shape(3)
    app.channels(shape[2], "features")
    _known_samples(app, shape)
    if app.version < 3 and app.flag("unroll", False) and shape[1] is None:
        app.fail("unroll-none", f"unroll=True needs a known number of steps, and its input is {sizes.text(shape)}")
    return shape


def _known_samples(app: Application, shape: Shape, state: Shape = ()) -> None:
    """``stateful`` keeps the states of a batch, whose sizes must be known.

    :raises Fault: if they are not
    """
    if app.flag("stateful", False) and (shape[0] is None or None in state):
        app.fail(
            "stateful-batch",
            f"stateful=True needs a known batch size{' and known sizes' if None in state else ''}, and its input is "
            f"{sizes.text(shape)}: give batch_input_shape",
            blames="input",
        )


def _check_bias(app: Application, bias: bool | None) -> None:
    """``backend.bias_add`` of Keras 2.15 adds a bias to the axis of the channels, which vectors do not have.

    :raises Fault: if channels_first is in effect
    """
    if not bias or app.layer.default_format != FIRST:
        return
    message = (
        f"it cannot add its bias while the image ordering is {FIRST}: Keras 2.15 and tf_keras take the axis after the "
        "samples for channels there"
    )
    fix = "keras.backend.set_image_data_format('channels_last')"
    if app.version == 2:
        app.fail("recurrent-channels-first", message, fix=fix)
    if app.version == 1:  # where it works: what the upgrade comes to
        said = f"once upgraded {message}; set channels_last for the program, and give its image layers their ordering"
        app.say("recurrent-channels-first", Level.WARNING, said, fix=fix)


def _weights(app: Application, kind: str, features: Size, units: Size) -> int | None:
    gates = _GATES[kind]
    bias = app.flag("use_bias", True)
    _check_bias(app, bias)
    if bias is None:
        return None
    biases = 1 if bias else 0
    if kind.startswith("CuDNN"):
        biases = 2
    elif kind == "GRU" and bias and app.version > 1:
        after = app.flag("reset_after", True)
        if after is None:
            return None
        biases = 2 if after else 1
    return sizes.add_counts(
        sizes.count(gates, features, units), sizes.count(gates, units, units), sizes.count(gates, biases, units)
    )


def _outputs(
    app: Application, samples: Size, steps: Size, features: Size, states: tuple[Size, ...], params: int | None
) -> Outcome:
    sequences, with_states = app.flag("return_sequences", False), app.flag("return_state", False)
    if sequences is None or with_states is None:
        return app.unknown(params)
    born = app.input.born
    output = (
        Tensor((samples, steps, features), SEQUENCE_AXES, born=born)
        if sequences
        else Tensor((samples, features), VECTOR_AXES, born=born)
    )
    kept = [Tensor((samples, size), VECTOR_AXES, born=born) for size in states] if with_states else []
    return app.result(output, *kept, params=params)

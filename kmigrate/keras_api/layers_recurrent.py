"""What became of the recurrent layers, on keras2.

Keras 1.2.2: ``keras/layers/recurrent.py``, ``convolutional_recurrent.py``. Held against tf_keras by the tests.
"""

from __future__ import annotations

from kmigrate.keras_api.model import Dropped, How, Pin, Row, To
from kmigrate.keras_api.values import (
    DATA_FORMAT,
    FORGET_BIAS,
    IMPLEMENTATION,
    KERNEL_SIZE_2D,
    PADDING,
    RECURRENT_KERNEL,
    layer,
    methods,
    person,
    weights_changed,
)

_RECURRENT = "keras.layers.recurrent"
_CONV = "keras.layers.convolutional_recurrent"

_UNITS = {"output_dim": To("units")}
_INNER = {"inner_activation": To("recurrent_activation")}
_FORGET = {"forget_bias_init": To("unit_forget_bias", FORGET_BIAS)}
#: Keras 0.1 and 0.2; -1 is "all steps".
_TRUNCATE = {"truncate_gradient": Dropped(("-1",), "Keras 2 cannot truncate gradients in time: shorten the sequences")}

_HARD_SIGMOID = Pin(
    "recurrent_activation",
    "'hard_sigmoid'",
    "the recurrent activation was hard_sigmoid in Keras 1 and is sigmoid since Keras 2.3",
    unless=("inner_activation",),
)
_RESET_BEFORE = Pin(
    "reset_after",
    "False",
    "Keras 1 resets the state before the matrix product; Keras 2 does so after it since 2.4 (reset_after=True)",
)

_MASK_PER_GATE = Pin(
    "implementation",
    "1",
    "Keras 1 drew a dropout mask for each gate, as implementation=1 does; the default since Keras 2.3 draws one",
    unless=("consume_less",),
    given=("dropout_W", "dropout_U"),
)

_INNER_NOTE = "Keras 1.2.2 ignored inner_init and U_regularizer where consume_less is 'cpu' or 'mem'; Keras 2 uses them"

_STEP = "the step became a cell: the call(inputs, states) of a cell class, given to keras.layers.RNN"
_CONSTANTS = "the dropout masks became get_dropout_mask_for_cell and get_recurrent_dropout_mask_for_cell of the cell"
_PREPROCESS = "gone: a cell in Keras 2 multiplies the input by its kernel in its own call"

_METHODS = ("build", "get_config", "reset_states")
_GONE = {"get_constants": _CONSTANTS, "preprocess_input": _PREPROCESS, "step": _STEP}

_ABSTRACT = (
    "an abstract base: subclass keras.layers.RNN with a cell, or the layer that comes nearest (LSTM, GRU, ConvLSTM2D)"
)

ROWS: dict[str, Row] = {
    # --- keras/layers/recurrent.py ------------------------------------------------------------------------------------
    f"{_RECURRENT}.Recurrent": Row(How.PERSON, note=_ABSTRACT),
    **methods(
        f"{_RECURRENT}.Recurrent",
        "keras.layers.RNN",
        ("call(x)", "compute_mask(input)", "get_config", "get_output_shape_for"),
    ),
    f"{_RECURRENT}.Recurrent.get_initial_states": Row(
        How.RENAMED, "keras.layers.RNN.get_initial_state", {"x": To("inputs")}
    ),
    **person(f"{_RECURRENT}.Recurrent", _GONE),
    f"{_RECURRENT}.SimpleRNN": layer(
        "keras.layers.SimpleRNN",
        _UNITS,
        RECURRENT_KERNEL,
        {"consume_less": Dropped(message="SimpleRNN computes the same whatever consume_less says")},
        _TRUNCATE,
        order=("units",),
        note=_INNER_NOTE,
    ),
    f"{_RECURRENT}.GRU": layer(
        "keras.layers.GRU",
        _UNITS,
        RECURRENT_KERNEL,
        _INNER,
        {"consume_less": To("implementation", IMPLEMENTATION)},
        weights_changed("the arrays of the gates z, r, h are concatenated: one kernel, one recurrent kernel, one bias"),
        _TRUNCATE,
        order=("units",),
        pins=(_HARD_SIGMOID, _RESET_BEFORE, _MASK_PER_GATE),
        note=_INNER_NOTE,
    ),
    f"{_RECURRENT}.LSTM": layer(
        "keras.layers.LSTM",
        _UNITS,
        RECURRENT_KERNEL,
        _INNER,
        _FORGET,
        {"consume_less": To("implementation", IMPLEMENTATION)},
        weights_changed(
            "the arrays of the gates i, c, f, o are concatenated in the order i, f, c, o: one kernel, one recurrent "
            "kernel, one bias (consume_less='gpu' has them so already)"
        ),
        _TRUNCATE,
        order=("units",),
        pins=(_HARD_SIGMOID, _MASK_PER_GATE),
        note=_INNER_NOTE,
    ),
    **methods(f"{_RECURRENT}.SimpleRNN", "keras.layers.SimpleRNN", _METHODS),
    **methods(f"{_RECURRENT}.GRU", "keras.layers.GRU", _METHODS),
    **methods(f"{_RECURRENT}.LSTM", "keras.layers.LSTM", _METHODS),
    **person(f"{_RECURRENT}.SimpleRNN", _GONE),
    **person(f"{_RECURRENT}.GRU", _GONE),
    **person(f"{_RECURRENT}.LSTM", _GONE),
    f"{_RECURRENT}.time_distributed_dense": Row(
        How.PERSON, note="K.bias_add(K.dot(x, w), b): K.dot of Keras 2 multiplies the last axis of a 3-D tensor"
    ),
    # --- keras/layers/convolutional_recurrent.py ----------------------------------------------------------------------
    f"{_CONV}.ConvRecurrent2D": Row(How.PERSON, note=_ABSTRACT),
    **methods(
        f"{_CONV}.ConvRecurrent2D",
        "keras.layers.ConvLSTM2D",
        ("call(x)", "compute_mask(input)", "get_config", "get_output_shape_for"),
    ),
    f"{_CONV}.ConvRecurrent2D.get_initial_states": Row(
        How.RENAMED, "keras.layers.ConvLSTM2D.get_initial_state", {"X": To("inputs")}
    ),
    **person(f"{_CONV}.ConvRecurrent2D", _GONE),
    f"{_CONV}.ConvLSTM2D": layer(
        "keras.layers.ConvLSTM2D",
        KERNEL_SIZE_2D,
        {"subsample": To("strides"), "border_mode": To("padding", PADDING)},
        DATA_FORMAT,
        RECURRENT_KERNEL,
        _INNER,
        _FORGET,
        weights_changed(
            "the twelve arrays of the gates i, c, f, o become one kernel, one recurrent kernel and one bias in the "
            "order i, f, c, o"
        ),
        order=("filters", "kernel_size"),
    ),
    **methods(f"{_CONV}.ConvLSTM2D", "keras.layers.ConvLSTM2D", _METHODS),
    **person(
        f"{_CONV}.ConvLSTM2D",
        {
            "get_constants": _CONSTANTS,
            "step": _STEP,
            "conv_step": "became input_conv of the layer's cell",
            "conv_step_hidden": "became recurrent_conv of the layer's cell",
        },
    ),
}

"""What became of the layers of ``keras.layers`` that are neither convolutions nor recurrent, on keras2.

Keras 1.2.2: ``keras/layers/core.py``, ``advanced_activations.py``, ``embeddings.py``, ``noise.py``,
``normalization.py``, ``wrappers.py``; and ``Merge`` of ``keras/engine/topology.py``. Held against tf_keras by the
tests.
"""

from __future__ import annotations

from kmigrate.keras_api.model import ByRule, Dropped, How, Person, Pin, Row, To
from kmigrate.keras_api.values import (
    ACTIVITY,
    CONSTRAINT,
    DATA_FORMAT,
    INITIALIZER,
    KERNEL,
    REGULARIZER,
    layer,
    methods,
    person,
)

_CORE = "keras.layers.core"
_ADVANCED = "keras.layers.advanced_activations"
_EMBEDDING = "keras.layers.embeddings.Embedding"
_NOISE = "keras.layers.noise"
_NORMALIZATION = "keras.layers.normalization.BatchNormalization"
_WRAPPERS = "keras.layers.wrappers"
_MERGE = "keras.engine.topology.Merge"

_CALL = ("call(x)", "get_config")
_SHAPED = ("call(x)", "get_config", "get_output_shape_for")
_BUILT = ("build", "call(x)", "get_config", "get_output_shape_for")

_NO_DTYPE = {"input_dtype": Dropped(message="Embedding set the type of its input itself, whatever input_dtype said")}

_FLATTEN_PIN = Pin(
    "data_format",
    "'channels_last'",
    "since Keras 2.2.0 Flatten moves the channels to the end first when the image ordering is channels-first; Keras 1 "
    "flattens in memory order, which is what data_format='channels_last' does",
    only_if="channels_first",
)

_RATE = {"p": To("rate")}

#: Layers of ``kmigrate.compat`` keep the parameter's name; the names of regularizers are Keras 2's.
_OWN_REGULARIZERS = {name: To(name, REGULARIZER) for name in ("W_regularizer", "b_regularizer", "activity_regularizer")}

_ACTIVITY_NOTE = "an activity regularizer was summed over the batch in Keras 1, Keras 2 divides it by the batch size"

ROWS: dict[str, Row] = {
    # --- keras/layers/core.py -----------------------------------------------------------------------------------------
    f"{_CORE}.Activation": layer("keras.layers.Activation"),
    **methods(f"{_CORE}.Activation", "keras.layers.Activation", _CALL),
    f"{_CORE}.ActivityRegularization": layer("keras.layers.ActivityRegularization", note=_ACTIVITY_NOTE),
    **methods(f"{_CORE}.ActivityRegularization", "keras.layers.ActivityRegularization", ("get_config",)),
    f"{_CORE}.Dense": layer(
        "keras.layers.Dense", {"output_dim": To("units")}, KERNEL, order=("units",), note=_ACTIVITY_NOTE
    ),
    **methods(f"{_CORE}.Dense", "keras.layers.Dense", _BUILT),
    f"{_CORE}.Dropout": layer("keras.layers.Dropout", _RATE),
    **methods(f"{_CORE}.Dropout", "keras.layers.Dropout", _CALL),
    f"{_CORE}.Flatten": layer("keras.layers.Flatten", pins=(_FLATTEN_PIN,)),
    **methods(f"{_CORE}.Flatten", "keras.layers.Flatten", ("call(x)", "get_output_shape_for")),
    f"{_CORE}.Highway": layer(
        "kmigrate.compat.Highway",
        _OWN_REGULARIZERS,
        {
            "transform_bias": Person(
                "Keras 1.2.1 and 1.2.2 ignore transform_bias; set the start of the gate's bias with set_weights"
            )
        },
        how=How.COMPAT,
        note="Keras 2 has no Highway layer",
    ),
    **methods(f"{_CORE}.Highway", "kmigrate.compat.Highway", ("build", "call(x)", "get_config"), how=How.COMPAT),
    f"{_CORE}.Lambda": layer(
        "keras.layers.Lambda",
        order=("function", "output_shape"),
        note="the function may take mask, and training, as keywords",
    ),
    **methods(f"{_CORE}.Lambda", "keras.layers.Lambda", (*_SHAPED, "from_config")),
    f"{_CORE}.Masking": layer("keras.layers.Masking"),
    **methods(f"{_CORE}.Masking", "keras.layers.Masking", (*_CALL, "compute_mask(x, input_mask)")),
    f"{_CORE}.MaxoutDense": layer(
        "kmigrate.compat.MaxoutDense",
        _OWN_REGULARIZERS,
        how=How.COMPAT,
        note="Keras 2 has no MaxoutDense layer",
    ),
    **methods(f"{_CORE}.MaxoutDense", "kmigrate.compat.MaxoutDense", _BUILT, how=How.COMPAT),
    f"{_CORE}.Permute": layer("keras.layers.Permute"),
    **methods(f"{_CORE}.Permute", "keras.layers.Permute", _SHAPED),
    f"{_CORE}.RepeatVector": layer("keras.layers.RepeatVector"),
    **methods(f"{_CORE}.RepeatVector", "keras.layers.RepeatVector", _SHAPED),
    f"{_CORE}.Reshape": layer("keras.layers.Reshape", {"dims": To("target_shape")}),
    **methods(f"{_CORE}.Reshape", "keras.layers.Reshape", _SHAPED),
    f"{_CORE}.SpatialDropout1D": layer("keras.layers.SpatialDropout1D", _RATE),
    f"{_CORE}.SpatialDropout2D": layer("keras.layers.SpatialDropout2D", _RATE, DATA_FORMAT),
    f"{_CORE}.SpatialDropout3D": layer("keras.layers.SpatialDropout3D", _RATE, DATA_FORMAT),
    f"{_CORE}.TimeDistributedDense": Row(
        How.RULE, note="TimeDistributed(Dense(units, ...)); Keras 1.2 said so already", rule="KM109"
    ),
    **methods(f"{_CORE}.TimeDistributedDense", "keras.layers.TimeDistributed", _BUILT),
    # --- keras/layers/advanced_activations.py -------------------------------------------------------------------------
    f"{_ADVANCED}.ELU": layer("keras.layers.ELU"),
    **methods(f"{_ADVANCED}.ELU", "keras.layers.ELU", _CALL),
    f"{_ADVANCED}.LeakyReLU": layer("keras.layers.LeakyReLU"),
    **methods(f"{_ADVANCED}.LeakyReLU", "keras.layers.LeakyReLU", _CALL),
    f"{_ADVANCED}.PReLU": layer(
        "keras.layers.PReLU", {"init": To("alpha_initializer", INITIALIZER)}, order=("alpha_initializer",)
    ),
    **methods(f"{_ADVANCED}.PReLU", "keras.layers.PReLU", ("build", *_CALL)),
    f"{_ADVANCED}.ParametricSoftplus": layer(
        "kmigrate.compat.ParametricSoftplus", how=How.COMPAT, note="Keras 2 has no ParametricSoftplus layer"
    ),
    **methods(
        f"{_ADVANCED}.ParametricSoftplus", "kmigrate.compat.ParametricSoftplus", ("build", *_CALL), how=How.COMPAT
    ),
    f"{_ADVANCED}.SReLU": layer("kmigrate.compat.SReLU", how=How.COMPAT, note="Keras 2 has no SReLU layer"),
    **methods(f"{_ADVANCED}.SReLU", "kmigrate.compat.SReLU", ("build", *_CALL), how=How.COMPAT),
    f"{_ADVANCED}.ThresholdedReLU": layer("keras.layers.ThresholdedReLU"),
    **methods(f"{_ADVANCED}.ThresholdedReLU", "keras.layers.ThresholdedReLU", _CALL),
    # --- keras/layers/embeddings.py -----------------------------------------------------------------------------------
    _EMBEDDING: layer(
        "keras.layers.Embedding",
        {
            "init": To("embeddings_initializer", INITIALIZER),
            "W_regularizer": To("embeddings_regularizer", REGULARIZER),
            "W_constraint": To("embeddings_constraint", CONSTRAINT),
            "dropout": ByRule("KM105"),
        },
        ACTIVITY,
        _NO_DTYPE,
        order=("input_dim", "output_dim", "embeddings_initializer"),
    ),
    **methods(_EMBEDDING, "keras.layers.Embedding", (*_BUILT, "compute_mask(x)")),
    # --- keras/layers/noise.py ----------------------------------------------------------------------------------------
    f"{_NOISE}.GaussianDropout": layer("keras.layers.GaussianDropout", _RATE),
    **methods(f"{_NOISE}.GaussianDropout", "keras.layers.GaussianDropout", _CALL),
    f"{_NOISE}.GaussianNoise": layer("keras.layers.GaussianNoise", {"sigma": To("stddev")}),
    **methods(f"{_NOISE}.GaussianNoise", "keras.layers.GaussianNoise", _CALL),
    # --- keras/layers/normalization.py --------------------------------------------------------------------------------
    _NORMALIZATION: layer(
        "keras.layers.BatchNormalization",
        {
            "mode": ByRule("KM106"),
            "beta_init": To("beta_initializer", INITIALIZER),
            "gamma_init": To("gamma_initializer", INITIALIZER),
            "gamma_regularizer": To("gamma_regularizer", REGULARIZER),
            "beta_regularizer": To("beta_regularizer", REGULARIZER),
        },
        order=(),
        note="epsilon was 1e-5 up to Keras 1.1.2 and is 1e-3 in Keras 1.2.2 and Keras 2: code written for 1.1.2 or "
        "before needs epsilon=1e-5",
    ),
    **methods(_NORMALIZATION, "keras.layers.BatchNormalization", ("build", *_CALL)),
    # --- keras/layers/wrappers.py -------------------------------------------------------------------------------------
    f"{_WRAPPERS}.Bidirectional": layer(
        "keras.layers.Bidirectional",
        {
            "weights": Person(
                "Keras 2 ignores weights= of Bidirectional; call set_weights on the layer once it is built (and the "
                "arrays of LSTM and GRU have another layout)"
            )
        },
        note="under a mask the sequences hold zeros at masked steps, where Keras 1 repeated the last state",
    ),
    **methods(
        f"{_WRAPPERS}.Bidirectional",
        "keras.layers.Bidirectional",
        (
            "build",
            "call(inputs)",
            "compute_mask(input)",
            "get_config",
            "get_output_shape_for",
            "get_weights",
            "losses",
            "non_trainable_weights",
            "reset_states",
            "set_weights",
            "trainable_weights",
            "updates",
        ),
    ),
    **person(
        f"{_WRAPPERS}.Bidirectional",
        {"constraints": "layers no longer keep a dictionary of constraints; a weight's own is weight.constraint"},
    ),
    f"{_WRAPPERS}.TimeDistributed": layer("keras.layers.TimeDistributed"),
    **methods(
        f"{_WRAPPERS}.TimeDistributed",
        "keras.layers.TimeDistributed",
        ("build", "call(inputs)", "get_output_shape_for"),
    ),
    f"{_WRAPPERS}.Wrapper": layer("keras.layers.Wrapper"),
    **methods(
        f"{_WRAPPERS}.Wrapper",
        "keras.layers.Wrapper",
        ("build", "from_config", "get_config", "get_weights", "set_weights"),
    ),
    # --- Merge and merge, keras/engine/topology.py --------------------------------------------------------------------
    _MERGE: Row(
        How.RULE, note="a layer for each mode: Add, Multiply, Concatenate, Average, Maximum, Dot, Lambda", rule="KM108"
    ),
    **methods(
        _MERGE,
        "keras.layers.Layer",
        (
            "__call__(inputs)",
            "call(inputs)",
            "compute_mask(inputs)",
            "from_config",
            "get_config",
            "get_output_shape_for",
        ),
    ),
    "keras.engine.topology.merge": Row(
        How.RULE, note="a function for each mode: add, multiply, concatenate, average, maximum, dot", rule="KM108"
    ),
}

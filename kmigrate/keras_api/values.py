"""How values changed, and the parameters that many Keras 1 layers share: fragments the layer tables are built from.

Left sides are facts of Keras 1.2.2 (``keras/initializations.py``, ``keras/regularizers.py``, ``keras/constraints.py``,
``keras/layers/*.py``); right sides are names that Keras 2.15 and tf_keras accept, held against tf_keras by the tests.
A ``template`` is written without parentheses of its own: whoever fills it in parenthesises the expression where needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kmigrate.keras_api.model import Disposition, Dropped, How, Packed, Person, Pin, Row, To, ValueMap

# --- values -----------------------------------------------------------------------------------------------------------

#: ``dim_ordering`` -> ``data_format``. Literals that reach it through variables belong to the image ordering's rule.
ORDERING = ValueMap({"'th'": "'channels_first'", "'tf'": "'channels_last'", "'default'": "None"}, flow="ordering")

#: ``border_mode`` -> ``padding``. 'full' worked on Theano only (``keras/backend/theano_backend.py``).
PADDING = ValueMap(refused={"'full'": "border_mode='full' worked on Theano only: Keras 2 has 'valid' and 'same'"})

#: Names that ``keras.initializations.get`` took, in the spelling that Keras 2 documents. The other names are spelled as
#: before: ``lecun_uniform``, ``glorot_normal``, ``glorot_uniform``, ``he_normal``, ``he_uniform``, ``orthogonal``,
#: ``identity``. "initializer" is the flow of functions taking ``(shape, scale, name, dim_ordering)``.
INITIALIZER = ValueMap(
    {"'zero'": "'zeros'", "'one'": "'ones'", "'normal'": "'random_normal'", "'uniform'": "'random_uniform'"},
    flow="initializer",
)

#: Names that ``keras.regularizers.get`` took; it called them without arguments, ``l1(0.01)``, ``l2(0.01)`` and so on.
REGULARIZER = ValueMap(
    {
        "'l1l2'": "'l1_l2'",
        "'activity_l1'": "'l1'",
        "'activity_l2'": "'l2'",
        "'activity_l1l2'": "'l1_l2'",
        "'L1L2Regularizer'": "'L1L2'",
        "'WeightRegularizer'": "'L1L2'",
        "'ActivityRegularizer'": "'L1L2'",
    }
)

#: Names that ``keras.constraints.get`` took.
CONSTRAINT = ValueMap({"'maxnorm'": "'max_norm'", "'nonneg'": "'non_neg'", "'unitnorm'": "'unit_norm'"})

#: ``consume_less`` of LSTM and GRU. All three compute the same numbers. Under dropout, 'cpu' and 'mem' draw a mask for
#: each gate and 'gpu' one for all (``keras/layers/recurrent.py``), which is ``implementation`` 1 and 2 in Keras 2.
IMPLEMENTATION = ValueMap({"'cpu'": "1", "'mem'": "1", "'gpu'": "2"}, template="2 if {} == 'gpu' else 1")

#: ``forget_bias_init`` -> ``unit_forget_bias``.
FORGET_BIAS = ValueMap(
    {"'one'": "True", "'zero'": "False"},
    message=(
        "Keras 2 starts the forget gate's bias at one (unit_forget_bias=True) or, with unit_forget_bias=False, starts "
        "all biases with bias_initializer; for another start of this gate alone give a function as bias_initializer"
    ),
)

# --- parameters that layers share -------------------------------------------------------------------------------------

#: What every Keras 1 layer takes through ``**kwargs`` (``Layer.__init__`` in ``keras/engine/topology.py``), and what it
#: becomes. ``input_dtype`` was the type of the input placeholder; ``dtype`` of the first layer is what gives it now.
COMMON_KEYWORDS: Mapping[str, Disposition] = {
    "input_shape": To("input_shape"),
    "batch_input_shape": To("batch_input_shape"),
    "input_dtype": To("dtype"),
    "name": To("name"),
    "trainable": To("trainable"),
}

DATA_FORMAT: Mapping[str, Disposition] = {"dim_ordering": To("data_format", ORDERING)}

BIAS: Mapping[str, Disposition] = {
    "bias": To("use_bias"),
    "b_regularizer": To("bias_regularizer", REGULARIZER),
    "b_constraint": To("bias_constraint", CONSTRAINT),
}

ACTIVITY: Mapping[str, Disposition] = {"activity_regularizer": To("activity_regularizer", REGULARIZER)}

#: One kernel and one bias: Dense and the convolutions.
KERNEL: Mapping[str, Disposition] = {
    "init": To("kernel_initializer", INITIALIZER),
    "W_regularizer": To("kernel_regularizer", REGULARIZER),
    "W_constraint": To("kernel_constraint", CONSTRAINT),
    **BIAS,
    **ACTIVITY,
}

#: Recurrent layers. ``W`` is the input's kernel, ``U`` the state's.
RECURRENT_KERNEL: Mapping[str, Disposition] = {
    "init": To("kernel_initializer", INITIALIZER),
    "inner_init": To("recurrent_initializer", INITIALIZER),
    "W_regularizer": To("kernel_regularizer", REGULARIZER),
    "U_regularizer": To("recurrent_regularizer", REGULARIZER),
    "b_regularizer": To("bias_regularizer", REGULARIZER),
    "dropout_W": To("dropout"),
    "dropout_U": To("recurrent_dropout"),
}

#: Keras 1 put the pair together itself, when ``input_dim`` was given: ``input_shape=(input_length, input_dim)``. A
#: missing element of the pair is Keras 1's default, None.
SEQUENCE_INPUT: Mapping[str, Disposition] = {
    "input_length": Packed("input_shape", 0, 2),
    "input_dim": Packed("input_shape", 1, 2),
}

#: Rows and columns of a two-dimensional kernel.
KERNEL_SIZE_2D: Mapping[str, Disposition] = {
    "nb_filter": To("filters"),
    "nb_row": Packed("kernel_size", 0, 2),
    "nb_col": Packed("kernel_size", 1, 2),
}


def weights_changed(layout: str) -> Mapping[str, Disposition]:
    """``weights=`` of a layer whose arrays have another layout in Keras 2; ``layout`` says which."""
    return {"weights": Person(f"the arrays in weights= have another layout in Keras 2: {layout}")}


def layer(
    to: str,
    *params: Mapping[str, Disposition],
    how: How | None = None,
    was: str = "",
    order: tuple[str, ...] | None = None,
    pins: tuple[Pin, ...] = (),
    note: str = "",
) -> Row:
    """The row of a layer class: the fragments ``params`` together, and ``input_dtype``, which every layer took.

    ``was`` is the Keras 1 name where it differs from that of the target.
    """
    merged: dict[str, Disposition] = {"input_dtype": COMMON_KEYWORDS["input_dtype"]}
    for fragment in params:
        merged.update(fragment)
    if how is None:
        how = How.SAME if not was or to.rpartition(".")[2] == was else How.RENAMED
    return Row(how, to, merged, order=order, pins=pins, note=note)


# --- methods ----------------------------------------------------------------------------------------------------------

_INPUTS: Mapping[str, Disposition] = {name: To("inputs") for name in ("x", "X", "input", "inputs")}

_NO_MASK = Dropped(
    when=("None",),
    message="call() of this layer takes no mask in Keras 2; masks travel with the tensors and through compute_mask",
)

#: Layers of Keras 2 whose ``call`` takes a mask.
_MASKED_CALL = frozenset(
    (
        "BatchNormalization",
        "Bidirectional",
        "ConvLSTM2D",
        "GlobalAveragePooling1D",
        "Lambda",
        "Layer",
        "Model",
        "RNN",
        "Sequential",
        "TimeDistributed",
    )
)

_SHAPE_NOTE = "renamed in Keras 2.0; own layers that define it have to define the new name"
_CONFIG_NOTE = "the keys of the dictionary follow the constructor's parameters, so they are Keras 2's"


def methods(symbol: str, to: str, names: Iterable[str], *, how: How = How.SAME) -> dict[str, Row]:
    """Rows of the methods ``names`` of the layer ``symbol``, whose class on the target is ``to``.

    ``names`` is given as ``"name(parameter, ...)"`` or ``"name"`` with the Keras 1 parameters that changed their name.
    Only methods that mean on the target what they meant in Keras 1 are written this way.
    """
    rows: dict[str, Row] = {}
    for spec in names:
        name, _, rest = spec.partition("(")
        parameters = [p.strip() for p in rest.rstrip(")").split(",") if p.strip()]
        params: dict[str, Disposition] = {p: _INPUTS[p] for p in parameters if p in _INPUTS}
        order: tuple[str, ...] | None = None
        note = ""
        method, kind = name, how
        if name == "get_output_shape_for":
            method, note = "compute_output_shape", _SHAPE_NOTE
            kind = How.RENAMED if how is How.SAME else how
        elif name in ("call", "__call__"):
            order = ("inputs",)
            masked = to.rpartition(".")[2] in _MASKED_CALL
            params["mask"] = To("mask") if masked else _NO_MASK
        elif name == "compute_mask":
            params.update({p: To("mask") for p in parameters if p == "input_mask"})
        elif name == "get_config":
            note = _CONFIG_NOTE
        rows[f"{symbol}.{name}"] = Row(kind, f"{to}.{method}", params, order=order, note=note)
    return rows


def person(symbol: str, notes: Mapping[str, str], *, how: How = How.PERSON) -> dict[str, Row]:
    """Rows of the attributes and methods of ``symbol`` that nothing replaces, with what to do about each."""
    return {f"{symbol}.{name}": Row(how, note=note) for name, note in notes.items()}

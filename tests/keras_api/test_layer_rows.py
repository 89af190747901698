"""The rows of layers, models and engine, held against the installed tf_keras: signatures, values, defaults, configs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import tf_keras

from kmigrate.keras_api import keras1, layers_conv, layers_core, layers_recurrent, legacy, models, values
from kmigrate.keras_api.model import ByRule, Dropped, How, Packed, Person, Row, To, ValueMap

PREFIXES = ("keras.layers.", "keras.engine.", "keras.models.")
TABLES = (layers_core, layers_conv, layers_recurrent, models)
ROWS: dict[str, Row] = {name: row for table in TABLES for name, row in table.ROWS.items()}
SYMBOLS = {**keras1.SYMBOLS, **legacy.LEGACY_SYMBOLS}
ALL_ROWS: dict[str, Row] = {**ROWS, **legacy.ROWS}

#: Keywords that the target takes through ``**kwargs``: every layer (``engine/base_layer.py``), and some more.
LAYER_KEYWORDS = {
    "activity_regularizer",
    "batch_input_shape",
    "dtype",
    "implementation",
    "input_dim",
    "input_shape",
    "name",
    "trainable",
    "weights",
}
MORE_KEYWORDS = {
    "keras.layers.Input": {"batch_shape"},
    "keras.layers.GRU": {"input_length"},
    "keras.layers.LSTM": {"input_length"},
    "keras.layers.SimpleRNN": {"input_length"},
    "keras.layers.SpatialDropout1D": {"noise_shape", "seed"},
    "keras.layers.SpatialDropout2D": {"noise_shape", "seed"},
    "keras.layers.SpatialDropout3D": {"noise_shape", "seed"},
}


def resolve(path: str) -> Any:
    """The object that the public target path ``path`` names."""
    if path.startswith("kmigrate.compat."):
        import kmigrate.compat as found
        from kmigrate.compat import layers  # noqa: F401 - its classes are attributes of the package

        names = path.split(".")[2:]
    else:
        found, names = tf_keras, path.split(".")[1:]
    for name in names:
        found = inspect.getattr_static(found, name) if inspect.isclass(found) else getattr(found, name)
    return found


def signature(path: str) -> inspect.Signature:
    """The signature that a caller sees, without self."""
    if path == "keras.models.Model":  # takes (*args, **kwargs) and makes a Functional of them
        functional = type(tf_keras.models.Model(*[tf_keras.layers.Input((1,))] * 2))
        return inspect.signature(functional.__init__).replace(
            parameters=list(inspect.signature(functional.__init__).parameters.values())[1:]
        )
    found = resolve(path)
    if inspect.isclass(found):
        found = found.__init__
        if hasattr(found, "__wrapped__"):
            found = inspect.unwrap(found)
    elif isinstance(found, (classmethod, staticmethod)):
        found = found.__func__
    parameters = list(inspect.signature(found).parameters.values())
    # "instance" is the self of tf_keras's shape_type_conversion
    if parameters and parameters[0].name in ("self", "cls", "instance"):
        parameters = parameters[1:]
    return inspect.Signature(parameters)


def accepts(path: str, name: str) -> bool:
    """Whether the target at ``path`` takes the keyword ``name``."""
    parameters = signature(path).parameters
    if name in parameters and parameters[name].kind is not inspect.Parameter.VAR_KEYWORD:
        return True
    found = resolve(path)
    if name in MORE_KEYWORDS.get(path, ()):
        return True
    if path in ("keras.layers.Layer.__call__", "keras.layers.Layer.call"):
        return name in ("inputs", "mask")  # (*args, **kwargs), handed to the layer's own call
    return inspect.isclass(found) and issubclass(found, tf_keras.layers.Layer) and name in LAYER_KEYWORDS


def keras1_parameters(symbol: str) -> list[str]:
    """Names of the Keras 1 parameters of ``symbol``; where it has ``**kwargs``, also those of its bases."""
    names = [name for name, _ in SYMBOLS[symbol][1]]
    found = [name for name in names if not name.startswith("*")]
    if any(name.startswith("**") for name in names):
        for base in keras1.BASES.get(symbol, ()):
            found += [name for name in keras1_parameters(base) if name not in found]
    return found


def targets() -> Iterator[tuple[str, Row]]:
    """The rows whose target is something that can be called."""
    for name, row in ALL_ROWS.items():
        if row.to is not None and SYMBOLS[name][0] in ("class", "function", "method"):
            yield name, row


CALLED = dict(targets())


def test_every_symbol_has_a_row_and_every_row_a_symbol() -> None:
    ours = {name for name in keras1.SYMBOLS if name.startswith(PREFIXES)}
    assert ours == set(ROWS)
    assert set(legacy.LEGACY_SYMBOLS) == set(legacy.ROWS)
    assert not set(legacy.LEGACY_SYMBOLS) & set(keras1.SYMBOLS)
    assert not set(legacy.LEGACY_EXPORTS) & set(keras1.EXPORTS)
    assert set(legacy.LEGACY_EXPORTS.values()) <= set(SYMBOLS)
    assert set(legacy.LEGACY_BASES) == {n for n, (kind, _) in legacy.LEGACY_SYMBOLS.items() if kind == "class"}
    assert {base for bases in legacy.LEGACY_BASES.values() for base in bases} <= set(SYMBOLS)


def test_no_name_is_in_two_tables() -> None:
    assert sum(len(table.ROWS) for table in TABLES) == len(ROWS)


@pytest.mark.parametrize("name", sorted(ALL_ROWS))
def test_row_is_complete(name: str) -> None:
    row = ALL_ROWS[name]
    if row.how in (How.PERSON, How.INTERNAL):
        assert row.to is None
        assert row.note
    elif row.how is How.RULE:
        assert row.rule
        assert row.rule.startswith("KM")
    else:
        assert row.to is not None
        assert row.to.startswith("kmigrate.compat.") == (row.how is How.COMPAT)
        assert resolve(row.to) is not None
    if row.how is How.SAME:
        assert row.to is not None
        old = keras1.EXPORTS if SYMBOLS[name][0] in ("class", "function") else {}
        aliases = {path.rpartition(".")[2] for path, full in old.items() if full == name}
        assert row.to.rpartition(".")[2] in {name.rpartition(".")[2], *aliases}


@pytest.mark.parametrize("name", sorted(ALL_ROWS))
def test_parameters_of_a_row_are_keras_1_parameters(name: str) -> None:
    known = set(keras1_parameters(name)) | set(legacy.LEGACY_PARAMETERS.get(name, ()))
    if SYMBOLS[name][0] == "class":
        known |= set(values.COMMON_KEYWORDS)
    if SYMBOLS[name][0] == "method":
        known.add("mask")  # call(inputs, mask) of a layer
    assert set(ALL_ROWS[name].params) <= known


@pytest.mark.parametrize("name", sorted(legacy.LEGACY_PARAMETERS))
def test_legacy_parameters_are_not_in_keras_1_2_2_and_have_a_disposition(name: str) -> None:
    before = set(legacy.LEGACY_PARAMETERS[name])
    assert before.isdisjoint(n for n, _ in keras1.SYMBOLS[name][1])
    assert before <= set(ROWS[name].params)


@pytest.mark.parametrize("name", sorted(CALLED))
def test_target_has_every_parameter(name: str) -> None:
    row = CALLED[name]
    assert row.to is not None
    wanted = {}
    for parameter in keras1_parameters(name):
        wanted[parameter] = row.params.get(parameter, To(parameter))
    wanted.update(row.params)
    missing = [
        (parameter, disposition.name)
        for parameter, disposition in wanted.items()
        if isinstance(disposition, (To, Packed, ByRule)) and disposition.name and not accepts(row.to, disposition.name)
    ]
    assert not missing


@pytest.mark.parametrize("name", sorted(CALLED))
def test_positions(name: str) -> None:
    """``order`` is a prefix of the real signature; without one, every Keras 1 place is the same place on the target."""
    row = CALLED[name]
    assert row.to is not None
    real = [
        p.name
        for p in signature(row.to).parameters.values()
        if p.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ]
    if row.order is not None:
        if not row.to.endswith("Layer.__call__"):
            assert real[: len(row.order)] == list(row.order)
        return
    places: list[str] = []
    for parameter, _ in SYMBOLS[name][1]:
        if parameter.startswith("*"):
            break
        disposition = row.params.get(parameter, To(parameter))
        if isinstance(disposition, (To, Packed, ByRule)) and disposition.name:
            if disposition.name not in places:
                places.append(disposition.name)
        elif isinstance(disposition, Person):
            places.append(parameter)  # stays where it is
        else:
            places.append(f"<{parameter}>")
    assert real[: len(places)] == places


@pytest.mark.parametrize("name", sorted(n for n, (kind, _) in SYMBOLS.items() if n in ROWS and kind == "property"))
def test_property_is_an_attribute_of_the_target(name: str) -> None:
    row = ROWS[name]
    if row.to is not None:
        assert isinstance(resolve(row.to), property)


#: Left to a person although tf_keras has the name: it raises an error there, or is always empty.
_HOLLOW = {
    "keras.engine.topology.Container.to_yaml",
    "keras.layers.wrappers.Bidirectional.constraints",
    "keras.models.model_from_yaml",
}


@pytest.mark.parametrize("name", sorted(n for n, r in ROWS.items() if r.how is How.PERSON and n not in _HOLLOW))
def test_what_is_left_to_a_person_is_gone_from_the_target(name: str) -> None:
    owner, _, last = name.rpartition(".")
    if SYMBOLS[name][0] in ("method", "property"):
        abstract = {"Recurrent": "keras.layers.RNN", "ConvRecurrent2D": "keras.layers.ConvLSTM2D"}
        target = ALL_ROWS[owner].to or abstract.get(owner.rpartition(".")[2])
        assert target is None or not hasattr(resolve(target), last)
    else:
        assert not hasattr(tf_keras.layers, last)
        assert not hasattr(tf_keras.models, last)


# --- values -----------------------------------------------------------------------------------------------------------


def _keras1_names(module: str, kinds: tuple[str, ...], without: set[str]) -> list[str]:
    names = [n for n, (kind, _) in keras1.SYMBOLS.items() if n.startswith(module) and kind in kinds]
    names += [n for n, full in keras1.EXPORTS.items() if n.startswith(module) and full.startswith(module)]
    return sorted({n.rpartition(".")[2] for n in names} - without)


def _mapped(value: ValueMap, literal: str) -> Any:
    return ast.literal_eval(value.literals.get(literal, literal))


@pytest.mark.parametrize("name", _keras1_names("keras.initializations.", ("function",), {"get", "get_fans"}))
def test_every_initializer_name_of_keras_1_is_known(name: str) -> None:
    found = tf_keras.initializers.get(_mapped(values.INITIALIZER, repr(name)))
    assert isinstance(found, tf_keras.initializers.Initializer)
    config = found.get_config()
    if name == "uniform":
        assert (config["minval"], config["maxval"]) == (-0.05, 0.05)
    if name == "normal":
        assert (config["mean"], config["stddev"]) == (0.0, 0.05)


#: ``EigenvalueRegularizer`` takes an argument, so that a name never made one; ``Regularizer`` is the base.
_NO_REGULARIZERS = {"get", "EigenvalueRegularizer", "Regularizer"}


@pytest.mark.parametrize("name", _keras1_names("keras.regularizers.", ("class", "function"), _NO_REGULARIZERS))
def test_every_regularizer_name_of_keras_1_is_known(name: str) -> None:
    found = tf_keras.regularizers.get(_mapped(values.REGULARIZER, repr(name)))
    assert isinstance(found, tf_keras.regularizers.Regularizer)
    kind, parameters = keras1.SYMBOLS[keras1.EXPORTS.get(f"keras.regularizers.{name}", f"keras.regularizers.{name}")]
    expected = {parameter: float(default or 0) for parameter, default in parameters}
    if "l" in expected:
        expected = {name.rpartition("_")[2]: expected["l"]}
    assert kind
    assert {k: v for k, v in found.get_config().items() if v} == pytest.approx({k: v for k, v in expected.items() if v})


@pytest.mark.parametrize("name", _keras1_names("keras.constraints.", ("class",), {"Constraint"}))
def test_every_constraint_name_of_keras_1_is_known(name: str) -> None:
    found = tf_keras.constraints.get(_mapped(values.CONSTRAINT, repr(name)))
    assert isinstance(found, tf_keras.constraints.Constraint)
    symbol = keras1.EXPORTS.get(f"keras.constraints.{name}", f"keras.constraints.{name}")
    assert list(found.get_config().values()) == [float(d or 0) for _, d in keras1.SYMBOLS[symbol][1]]


def test_literals_of_value_maps_are_those_the_target_takes() -> None:
    assert {_mapped(values.ORDERING, repr(o)) for o in ("th", "tf", "default")} == {
        "channels_first",
        "channels_last",
        None,
    }
    for ordering in values.ORDERING.literals:
        tf_keras.layers.Conv2D(1, 1, data_format=_mapped(values.ORDERING, ordering))
    for mode in values.IMPLEMENTATION.literals:
        assert tf_keras.layers.LSTM(1, implementation=_mapped(values.IMPLEMENTATION, mode)).implementation in (1, 2)
    template = values.IMPLEMENTATION.template
    assert template is not None
    for literal, expected in values.IMPLEMENTATION.literals.items():
        assert eval(template.replace("{}", literal)) == int(expected)
    for mapping in (values.INITIALIZER, values.REGULARIZER, values.CONSTRAINT):
        modules = {"keras.initializations", "keras.regularizers", "keras.constraints"}
        known = {n.rpartition(".")[2] for n in (*keras1.SYMBOLS, *keras1.EXPORTS) if n.rpartition(".")[0] in modules}
        assert {ast.literal_eval(text) for text in mapping.literals} <= known


# --- pins -------------------------------------------------------------------------------------------------------------

PINS = [(name, pin) for name, row in sorted(ROWS.items()) for pin in row.pins]


@pytest.mark.parametrize(("name", "pin"), PINS, ids=[f"{name}-{pin.name}" for name, pin in PINS])
def test_pin_names_a_parameter_whose_default_is_another(name: str, pin: Any) -> None:
    row = ROWS[name]
    assert row.to is not None
    assert accepts(row.to, pin.name)
    assert set(pin.unless) | set(pin.given) <= set(keras1_parameters(name))
    parameters = signature(row.to).parameters
    value = ast.literal_eval(pin.value)
    if pin.name in parameters:
        assert parameters[pin.name].default != value
    else:
        assert getattr(resolve(row.to)(1), pin.name) != value


def test_changed_defaults_are_pinned() -> None:
    """A default that Keras 1 had and the target has another is pinned, for every layer of the tables."""
    #: None is the default of the layer's configuration, ``image_data_format``, as "default" was.
    same: set[Any] = {("'default'", None), ("K.floatx()", None)}
    changed = []
    for name, row in ROWS.items():
        if SYMBOLS[name][0] not in ("class", "method", "function") or row.to is None or row.how is How.COMPAT:
            continue
        parameters = signature(row.to).parameters
        for parameter, default in SYMBOLS[name][1]:
            disposition = row.params.get(parameter, To(parameter))
            if default is None or not isinstance(disposition, To) or disposition.name not in parameters:
                continue
            real = parameters[disposition.name].default
            if (default, real) in same or any(pin.name == disposition.name for pin in row.pins):
                continue
            mapping = disposition.value or ValueMap()
            value = ast.literal_eval(mapping.literals.get(default, default))
            if "initializer" in disposition.name:
                value, real = (type(tf_keras.initializers.get(v)) for v in (value, real))
            if value != real:
                changed.append((name, parameter, value, real))
    # What is left does not change what a program computes: None is 32 samples, verbose, dense and trainable.
    harmless = {"batch_size", "verbose", "line_length", "positions", "sparse", "trainable"}
    assert [c for c in changed if c[1] not in harmless] == []


# --- what a Keras 1 call asked for is in the config of the upgraded layer ---------------------------------------------

_LAYER = "keras.engine.topology.Layer"
_REQUIRED: Mapping[str, Any] = {
    "activation": "relu",
    "dims": (2, 1),
    "filter_length": 2,
    "function": abs,
    "input_dim": 7,
    "kernel_dim1": 2,
    "kernel_dim2": 3,
    "kernel_dim3": 1,
    "layer": None,
    "n": 3,
    "nb_col": 2,
    "nb_filter": 4,
    "nb_row": 3,
    "output_dim": 5,
    "p": 0.5,
    "sigma": 0.1,
    "target_shape": (-1,),
}
#: Values that are not the default to ask for, by Keras 1 parameter.
_OTHER: Mapping[str, str] = {
    "W_constraint": "'maxnorm'",
    "W_regularizer": "'l2'",
    "U_regularizer": "'l1'",
    "activation": "'relu'",
    "activity_regularizer": "'activity_l2'",
    "alpha": "0.25",
    "atrous_rate": "2",
    "b_constraint": "'nonneg'",
    "b_regularizer": "'l1'",
    "beta_init": "'one'",
    "beta_regularizer": "'l1l2'",
    "bias": "False",
    "border_mode": "'same'",
    "consume_less": "'gpu'",
    "depth_multiplier": "2",
    "depthwise_constraint": "'unitnorm'",
    "depthwise_regularizer": "'l1'",
    "dim_ordering": "'tf'",
    "dropout_U": "0.25",
    "dropout_W": "0.5",
    "epsilon": "0.01",
    "forget_bias_init": "'zero'",
    "gamma_init": "'zero'",
    "gamma_regularizer": "'l2'",
    "go_backwards": "True",
    "init": "'normal'",
    "inner_activation": "'tanh'",
    "inner_init": "'one'",
    "l1": "0.5",
    "l2": "0.25",
    "length": "3",
    "mask_value": "1.0",
    "mask_zero": "True",
    "merge_mode": "'sum'",
    "momentum": "0.5",
    "pointwise_constraint": "'maxnorm'",
    "pointwise_regularizer": "'l2'",
    "pool_length": "3",
    "return_sequences": "True",
    "seed": "3",
    "stateful": "False",
    "stride": "1",
    "theta": "0.5",
    "unroll": "True",
}
_INPUT_SHAPES: Mapping[str, tuple[int, ...]] = {
    "Bidirectional": (4, 3),
    "ConvLSTM2D": (2, 8, 8, 3),
    "Dense": (6,),
    "Dropout": (6,),
    "Embedding": (4,),
    "RepeatVector": (6,),
    "TimeDistributed": (4, 3),
}


def _input_shape(cls: str) -> tuple[int, ...]:
    short = cls.rpartition(".")[2]
    if short in _INPUT_SHAPES:
        return _INPUT_SHAPES[short]
    for digit, shape in (("1D", (8, 3)), ("2D", (8, 8, 3)), ("3D", (8, 8, 8, 3))):
        if digit in short:
            return shape
    return (4, 3)


def _layer_classes() -> list[str]:
    abstract = {_LAYER, "keras.engine.topology.InputLayer", "keras.layers.wrappers.Wrapper"}
    return sorted(
        name
        for name, row in ROWS.items()
        if SYMBOLS[name][0] == "class"
        and row.to is not None
        and row.to.startswith("keras.layers.")
        and name not in abstract
        and issubclass(resolve(row.to), tf_keras.layers.Layer)
    )


def _arguments(cls: str) -> dict[str, str | None]:
    """Keras 1 parameters of a layer with their defaults, those of its Keras 1 bases included, ``Layer`` apart."""
    found: dict[str, str | None] = {}
    for owner in (cls, *keras1.BASES.get(cls, ())):
        if owner != _LAYER:
            for parameter, default in SYMBOLS[owner][1]:
                if not parameter.startswith("*"):
                    found.setdefault(parameter, default)
    return found


def _upgrade(cls: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keyword arguments of the target for Keras 1 keyword arguments, and those a config must show."""
    row = ROWS[cls]
    keywords: dict[str, Any] = {}
    for parameter, value in arguments.items():
        disposition = row.params.get(parameter, To(parameter))
        if isinstance(disposition, To):
            mapping = disposition.value or ValueMap()
            text = repr(value)
            keywords[disposition.name] = _mapped(mapping, text) if text in mapping.literals else value
        elif isinstance(disposition, Packed):
            packed = keywords.setdefault(disposition.name, [None] * disposition.count)
            packed[disposition.index] = value
        elif isinstance(disposition, ByRule):
            if disposition.name:
                keywords[disposition.name] = value
        elif isinstance(disposition, Dropped):
            assert disposition.when is None or repr(value) in disposition.when, parameter
        else:
            assert isinstance(disposition, Person)
            assert value is None, parameter
    shown = dict(keywords)
    for pin in row.pins:
        if not any(p in arguments for p in pin.unless) and (not pin.given or any(p in arguments for p in pin.given)):
            keywords[pin.name] = shown[pin.name] = ast.literal_eval(pin.value)
    keywords = {k: tuple(v) if isinstance(v, list) else v for k, v in keywords.items()}
    for hidden in (*values.SEQUENCE_INPUT, "input_shape", "weights", "layer", "function", "arguments", "output_shape"):
        shown.pop(hidden, None)
    if keywords.get("input_shape") == (None, None):
        keywords.pop("input_shape")
    return keywords, shown


def _shown(name: str, value: Any) -> Any:
    """``value`` in the form that get_config gives it."""
    if name.endswith("_initializer"):
        return type(tf_keras.initializers.get(value)).__name__
    if name.endswith("_regularizer"):
        return value and type(tf_keras.regularizers.get(value)).__name__
    if name.endswith("_constraint"):
        return value and type(tf_keras.constraints.get(value)).__name__
    if name.endswith("activation"):
        return "linear" if value is None else value
    return value


def _check(cls: str, arguments: dict[str, Any]) -> None:
    row = ROWS[cls]
    assert row.to is not None
    if "layer" in _arguments(cls):
        inner = tf_keras.layers.SimpleRNN(2) if cls.endswith("Bidirectional") else tf_keras.layers.Dense(2)
        arguments = {**arguments, "layer": inner}
    keywords, shown = _upgrade(cls, arguments)
    layer = resolve(row.to)(**keywords)
    shape = _input_shape(cls)
    if "channels_first" not in keywords.values():
        layer(tf_keras.layers.Input(shape))
    config = layer.get_config()
    for name, value in shown.items():
        # SpatialDropout of tf_keras leaves data_format out of its config
        real = config[name] if name in config else getattr(layer, name)
        wanted = _shown(name, value)
        if name.endswith(("_initializer", "_regularizer", "_constraint")):
            real = real and real["class_name"]
        elif name in ("kernel_size", "strides", "dilation_rate", "pool_size", "size", "padding", "cropping"):
            real = _tuples(real)
            wanted = real if wanted is None else _tuples(wanted)
            if name == "padding" and isinstance(wanted, tuple) and isinstance(real[0], tuple):
                wanted = tuple((n, n) for n in wanted)  # both sides alike, in Keras 1 as now
            if isinstance(wanted, int):
                assert set(_flat(real)) == {wanted}, name
                continue
        elif name == "axis":
            real = real[0] if isinstance(real, (list, tuple)) else real
            wanted = wanted if wanted >= 0 else len(shape) + 1 + wanted
        elif wanted is None and name == "data_format":
            wanted = "channels_last"
        assert real == (pytest.approx(wanted) if isinstance(wanted, float) else wanted), name


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, (list, tuple)) else value


def _flat(value: Any) -> Iterator[Any]:
    for item in value if isinstance(value, tuple) else (value,):
        yield from _flat(item) if isinstance(item, tuple) else (item,)


def _required(cls: str) -> dict[str, Any]:
    return {p: _REQUIRED[p] for p, default in _arguments(cls).items() if default is None and p in _REQUIRED}


@pytest.mark.parametrize("cls", _layer_classes())
def test_required_arguments_alone(cls: str) -> None:
    _check(cls, _required(cls))


@pytest.mark.parametrize("cls", _layer_classes())
def test_every_default_given(cls: str) -> None:
    """The layer whose Keras 1 call gives each parameter its default has the configuration that asked for."""
    defaults = {p: ast.literal_eval(default) for p, default in _arguments(cls).items() if default is not None}
    _check(cls, {**_required(cls), **defaults})


#: Locally connected layers of Keras 1.2.2 knew 'valid' only.
_REFUSED = {(f"keras.layers.local.LocallyConnected{n}D", "border_mode") for n in (1, 2)}
ALONE = [(cls, p) for cls in _layer_classes() for p in _arguments(cls) if p in _OTHER and p not in _required(cls)]
ALONE = [case for case in ALONE if case not in _REFUSED]


@pytest.mark.parametrize(("cls", "parameter"), ALONE, ids=[f"{cls}-{p}" for cls, p in ALONE])
def test_one_argument_that_is_not_the_default(cls: str, parameter: str) -> None:
    disposition = ROWS[cls].params.get(parameter)
    if isinstance(disposition, Dropped) and disposition.when is not None:
        with pytest.raises(TypeError):  # left in place, the call fails loudly
            resolve(ROWS[cls].to or "")(**{parameter: ast.literal_eval(_OTHER[parameter])})
        return
    _check(cls, {**_required(cls), parameter: ast.literal_eval(_OTHER[parameter])})


def test_sequence_input_is_packed() -> None:
    keywords, _ = _upgrade(
        "keras.layers.convolutional.Convolution1D",
        {"nb_filter": 4, "filter_length": 2, "input_length": 10, "input_dim": 3},
    )
    model = tf_keras.models.Sequential([tf_keras.layers.Conv1D(**keywords)])
    assert model.input_shape == (None, 10, 3)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN"])
def test_recurrent_layers_still_take_input_dim_and_input_length(name: str) -> None:
    model = tf_keras.models.Sequential([getattr(tf_keras.layers, name)(2, input_dim=3, input_length=10)])
    assert model.input_shape == (None, 10, 3)


def test_input_dtype_becomes_dtype_of_the_first_layer() -> None:
    model = tf_keras.models.Sequential([tf_keras.layers.Flatten(input_shape=(2, 3), dtype="int32")])
    assert model.inputs[0].dtype == "int32"


def test_bidirectional_ignores_weights() -> None:
    """Which is why they are left to a person."""
    import numpy as np

    ones = [np.ones(shape) for shape in ((3, 2), (2, 2), (2,))] * 2
    layer = tf_keras.layers.Bidirectional(tf_keras.layers.SimpleRNN(2), weights=ones)
    layer(tf_keras.layers.Input((4, 3)))
    assert not (layer.get_weights()[0] == 1).all()

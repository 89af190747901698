"""The architecture and the training that Keras 1 saved with a model, in Keras 2's terms: from the tables of the API.

A configuration of Keras 1 has every argument of the layer's constructor, under its name there (``get_config`` of
layers/*.py of Keras 1.2.2), so the rows of :mod:`kmigrate.keras_api` say what becomes of each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kmigrate import keras_api
from kmigrate.keras_api.model import Disposition, Dropped, How, Packed, Person, Row, To, ValueMap
from kmigrate.weights import architecture

Config = dict[str, Any]


class ModelConfigError(Exception):
    """The architecture has no equal in Keras 2 that could be written down: the message says why."""


#: What Keras 1 names layers of a model by, beside ``keras.layers``.
_MODELS = ("Sequential", "Model", "Container")
#: Merge's mode -> the class of Keras 2.
_MERGES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
    "dot": "Dot",
    "cos": "kmigrate>MergeCos",
}
#: Inputs of ``get_config`` that only say what the input's shape says.
_OF_THE_INPUT = frozenset(("input_dim", "input_length"))
#: Class -> the argument that only the class of this name in kmigrate.compat has; it counts where it is not 0.
_OWN_ARGUMENTS = {"BatchNormalization": "mode", "Embedding": "dropout"}
_KEPT = ("name", "trainable", "batch_input_shape")
_INITIALIZERS = frozenset(
    (
        *("zero", "one", "uniform", "normal", "lecun_uniform", "glorot_normal", "glorot_uniform", "he_normal"),
        *("he_uniform", "orthogonal", "identity"),
    )
)
#: activations.py of Keras 1.2.2
_ACTIVATIONS = frozenset(
    ("softmax", "elu", "softplus", "softsign", "relu", "tanh", "sigmoid", "hard_sigmoid", "linear")
)
#: Regularizers and constraints: name in Keras 1 -> class of Keras 2, and what becomes of the keys.
_PENALTIES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "L1L2Regularizer": ("L1L2", {"l1": "l1", "l2": "l2"}),
    "WeightRegularizer": ("L1L2", {"l1": "l1", "l2": "l2"}),
    "ActivityRegularizer": ("L1L2", {"l1": "l1", "l2": "l2"}),
    "MaxNorm": ("MaxNorm", {"m": "max_value", "axis": "axis"}),
    "NonNeg": ("NonNeg", {}),
    "UnitNorm": ("UnitNorm", {"axis": "axis"}),
    "MinMaxNorm": ("MinMaxNorm", {"low": "min_value", "high": "max_value", "rate": "rate", "axis": "axis"}),
}
#: Losses and metrics by name that mean in Keras 2 what they meant in Keras 1 (objectives.py, metrics.py).
_SCORES = frozenset(
    (
        *("mean_squared_error", "mse", "MSE", "mean_absolute_error", "mae", "MAE"),
        *("mean_absolute_percentage_error", "mape", "MAPE", "mean_squared_logarithmic_error", "msle", "MSLE"),
        *("squared_hinge", "hinge", "categorical_crossentropy", "sparse_categorical_crossentropy"),
        *("binary_crossentropy", "kullback_leibler_divergence", "kld", "KLD", "poisson"),
        *("accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"),
        "top_k_categorical_accuracy",
    )
)


class Upgrade:
    """Upgrades one architecture; ``left`` are the sentences for a person that come of it."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def model(self, config: Mapping[str, Any]) -> Config:
        """A model's ``{"class_name", "config"}``. Raises :class:`ModelConfigError`."""
        cls, inner = str(config["class_name"]), config["config"]
        if cls == "Sequential":
            layers = inner if isinstance(inner, list) else inner["layers"]
            if layers and layers[0]["class_name"] == "Merge":
                raise ModelConfigError(
                    "Keras 2 has no Sequential that begins with a Merge (give its program with --model)"
                )
            made = [self.layer(layer) for layer in layers]
            name = inner.get("name") if isinstance(inner, Mapping) else config.get("name")
            # without a name tf_keras takes the bare list (engine/sequential.py, from_config)
            return {"class_name": "Sequential", "config": {"name": name, "layers": made} if name else made}
        if cls not in _MODELS:
            raise ModelConfigError(f"the model is a {cls}, of a class of the user's own")
        layers = [{**entry, **self.layer(entry)} for entry in inner["layers"]]
        return {"class_name": "Functional", "config": {**inner, "layers": layers}}

    def layer(self, entry: Mapping[str, Any]) -> Config:
        """A layer's ``{"class_name", "config"}``."""
        cls, config = str(entry["class_name"]), entry["config"]
        if cls in _MODELS:
            return self.model(entry)
        if cls in _SPECIAL:
            return _SPECIAL[cls](self, config)
        if "layer" in config:  # a wrapper
            return {"class_name": cls, "config": {**config, "layer": self.layer(config["layer"])}}
        symbol = keras_api.canonical(f"keras.layers.{cls}") or keras_api.canonical(f"keras.engine.topology.{cls}")
        row = keras_api.row(symbol) if symbol else None
        if row is None:
            self._say(f"load_model needs custom_objects for the layer {cls}, which is not of Keras")
            return {"class_name": cls, "config": dict(config)}
        if row.to is None:
            raise ModelConfigError(f"Keras 2 has no {cls}")
        if cls == "ConvLSTM2D":
            self._say(f"Keras 1.2.2 saved no subsample and no dropouts of the layer {config.get('name')}: compare them")
        if cls in architecture.WITHOUT_ORDERING and "dim_ordering" not in config:
            self._say(f"Keras 1.2.2 did not save the dim_ordering of the layer {config.get('name')}: compare it")
        changed = self._arguments(cls, row, config)
        activation = changed.get("activation")
        if isinstance(activation, str) and activation not in _ACTIVATIONS:
            self._say(f"load_model needs custom_objects for the activation {activation}, which is not of Keras")
        name = str(row.to).rpartition(".")[2]
        own = _OWN_ARGUMENTS.get(cls, "")
        if config.get(own):
            return {"class_name": self._compat(name), "config": {**changed, own: config[own]}}
        return {"class_name": self._compat(name) if row.how is How.COMPAT else name, "config": changed}

    def _compat(self, name: str) -> str:
        self._say("before load_model, `from kmigrate.compat import layers, merging`: they have what Keras 2 has not")
        return f"kmigrate>{name}"

    def _say(self, sentence: str) -> None:
        if sentence not in self.left:
            self.left.append(sentence)

    def _arguments(self, cls: str, row: Row, config: Mapping[str, Any]) -> Config:
        made: Config = {}
        for name, value in config.items():
            how = row.params.get(name, To(name))
            if name in _KEPT:
                made[name] = value
            elif name == _OWN_ARGUMENTS.get(cls) or (name in _OF_THE_INPUT and cls != "Embedding"):
                continue
            elif name in _CONVERTERS.get(cls, {}):
                made.update(_CONVERTERS[cls][name](self, config))
            else:
                made.update(_argument(cls, name, value, how, made))
        for pin in row.pins:
            if not any(name in config for name in pin.unless):
                made.setdefault(pin.name, ast.literal_eval(pin.value))
        return made

    # --- what no row says ---------------------------------------------------------------------------------------------

    def _merge(self, config: Mapping[str, Any]) -> Config:
        mode = config.get("mode")
        if config.get("mode_type", "raw") != "raw" or mode not in _MERGES:
            raise ModelConfigError(f"the layer {config.get('name')} merges by a function of the user's own")
        made: Config = {"name": config["name"]}
        if mode == "concat":
            made["axis"] = config.get("concat_axis", -1)
        if mode in ("dot", "cos"):
            key = "axes" if mode == "dot" else "dot_axes"
            made[key] = config.get("dot_axes", -1)
        if mode == "cos":
            self._compat("MergeCos")
        return {"class_name": _MERGES[str(mode)], "config": made}

    def _time_distributed_dense(self, config: Mapping[str, Any]) -> Config:
        outer = {key: config[key] for key in _KEPT if key in config}
        inner = {key: value for key, value in config.items() if key not in ("batch_input_shape", "input_dtype")}
        dense = self.layer({"class_name": "Dense", "config": {**inner, "name": f"{config.get('name')}_dense"}})
        return {"class_name": "TimeDistributed", "config": {**outer, "layer": dense}}

    def _lambda(self, config: Mapping[str, Any]) -> Config:
        raise ModelConfigError(
            f"the Lambda layer {config.get('name')} was saved as the bytecode of the Python that ran it"
        )

    def _input(self, config: Mapping[str, Any]) -> Config:
        made = {key: config[key] for key in ("name", "batch_input_shape", "sparse") if key in config}
        if config.get("input_dtype"):
            made["dtype"] = config["input_dtype"]
        return {"class_name": "InputLayer", "config": made}

    def _output_shape(self, config: Mapping[str, Any]) -> Config:
        """``output_padding``, where Keras 2 would not come to the size that Keras 1 was told (KM107)."""
        shape = config["output_shape"]
        sizes = shape[-2:] if config["dim_ordering"] == "th" else shape[-3:-1]
        kernels = (config["nb_row"], config["nb_col"])
        padding = []
        is_usual = True
        for size, kernel, stride in zip(sizes, kernels, config["subsample"], strict=True):
            if size is None:
                raise ModelConfigError(f"the layer {config.get('name')} has an output_shape of unknown sizes")
            is_same = config["border_mode"] == "same"
            inputs = -(-size // stride) if is_same else (size - kernel) // stride + 1
            usual = inputs * stride if is_same else inputs * stride + max(kernel - stride, 0)
            is_usual = is_usual and size == usual
            padding.append(size - ((inputs - 1) * stride + kernel - (2 * (kernel // 2) if is_same else 0)))
        if is_usual:
            return {}
        if not all(0 <= one < stride for one, stride in zip(padding, config["subsample"], strict=True)):
            raise ModelConfigError(f"the layer {config.get('name')} has an output_shape that Keras 2 does not compute")
        return {"output_padding": padding}

    def _separable_init(self, config: Mapping[str, Any]) -> Config:
        init = _value(config["init"], _initializers())
        return {"depthwise_initializer": init, "pointwise_initializer": init}

    def _padding(self, config: Mapping[str, Any]) -> Config:
        padding = config["padding"]
        if isinstance(padding, Mapping):
            sides = (
                ("left_pad", "right_pad") if len(padding) <= 2 else ("top_pad", "bottom_pad", "left_pad", "right_pad")
            )
            padding = [padding.get(side, 0) for side in sides]
        if isinstance(padding, Sequence) and len(padding) == 4:
            padding = [list(padding[:2]), list(padding[2:])]
        return {"padding": padding}


_SPECIAL: Mapping[str, Callable[[Upgrade, Mapping[str, Any]], Config]] = {
    "Merge": Upgrade._merge,
    "TimeDistributedDense": Upgrade._time_distributed_dense,
    "Lambda": Upgrade._lambda,
    "InputLayer": Upgrade._input,
}
#: Class -> argument -> what it becomes, where its row leaves it to a rule.
_CONVERTERS: Mapping[str, Mapping[str, Callable[[Upgrade, Mapping[str, Any]], Config]]] = {
    "Deconvolution2D": {"output_shape": Upgrade._output_shape},
    "SeparableConvolution2D": {"init": Upgrade._separable_init},
    "ZeroPadding1D": {"padding": Upgrade._padding},
    "ZeroPadding2D": {"padding": Upgrade._padding},
}


def _argument(cls: str, name: str, value: Any, how: Disposition, made: Mapping[str, Any]) -> Config:
    """What an argument of a class of Keras 1 becomes by its row."""
    if isinstance(how, To):
        if isinstance(value, Mapping) and "name" in value:
            return {how.name: _penalty(value)}
        if name == "init" and value not in _INITIALIZERS:
            return {}  # a function of the user's own: the weights come from the file
        return {how.name: _value(value, how.value)}
    if isinstance(how, Packed):
        places = list(made.get(how.name, [None] * how.count))
        places[how.index] = value
        return {how.name: places}
    if isinstance(how, Dropped) and (how.when is None or repr(value) in how.when):
        return {}
    if isinstance(how, Person) and value is None:
        return {}
    raise ModelConfigError(f"Keras 2 has no equal of {name}={value!r} of {cls}")


def _value(value: Any, mapping: ValueMap | None) -> Any:
    if mapping is None:
        return value
    text = repr(value)
    if text in mapping.refused:
        raise ModelConfigError(mapping.refused[text])
    return ast.literal_eval(mapping.literals[text]) if text in mapping.literals else value


def _initializers() -> ValueMap:
    from kmigrate.keras_api.values import INITIALIZER

    return INITIALIZER


def _penalty(value: Mapping[str, Any]) -> Config:
    """A regularizer or a constraint."""
    known = _PENALTIES.get(str(value["name"]))
    if known is None:
        raise ModelConfigError(f"Keras 2 has no {value['name']}")
    cls, keys = known
    return {"class_name": cls, "config": {keys[key]: given for key, given in value.items() if key in keys}}


def training(config: Mapping[str, Any]) -> Config:
    """What the model was compiled with. Raises :class:`ModelConfigError`."""
    saved = config["optimizer_config"]
    cls = str(saved["class_name"])
    row = keras_api.row(f"keras.optimizers.{cls}")
    if row is None or row.to is None:
        raise ModelConfigError(f"Keras 2 has no optimizer {cls}")
    made: Config = {}
    given = dict(saved["config"])
    decay = given.pop("decay", 0.0)
    for name, value in given.items():
        made.update(_argument(cls, name, value, row.params.get(name, To(name)), made))
    for pin in row.pins:
        if not any(name in given for name in (*pin.unless, pin.name)):
            made.setdefault(pin.name, ast.literal_eval(pin.value))
    if decay:
        schedule = {"initial_learning_rate": made["learning_rate"], "decay_steps": 1, "decay_rate": decay}
        made["learning_rate"] = {"class_name": "InverseTimeDecay", "config": schedule}
    for key in ("loss", "metrics"):
        unknown = [name for name in _names(config.get(key)) if name not in _SCORES]
        if unknown:
            raise ModelConfigError(f"{unknown[0]} is no loss or metric that Keras 2 has under this name")
    return {
        "optimizer_config": {"class_name": cls, "config": made},
        "loss": config.get("loss"),
        "metrics": config.get("metrics") or None,
        "loss_weights": config.get("loss_weights"),
        "sample_weight_mode": None,
        "weighted_metrics": None,
    }


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [name for one in value.values() for name in _names(one)]
    return [name for one in value for name in _names(one)] if isinstance(value, list) else [str(value)]

"""What an object of Keras 1.2.2 is in Keras 2: written by hand from both sources, without the tables of kmigrate.

:func:`expected` takes the config of a Keras 1 object (``recorded/calls.json.gz``) and gives that of the Keras 2 object
that does the same; :func:`actual` reads an object of tf_keras. Both in the same plain form: tuples are lists,
regularizers ``{"l1", "l2"}``, initializers and constraints a class name and the numbers that matter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Config = dict[str, Any]

#: ``keras/initializations.py``. ``orthogonal`` had a gain of 1.1 and the normal ones were not truncated: the class is
#: what a config can tell.
_INITIALIZERS: dict[str, Config] = {
    "glorot_normal": {"class_name": "GlorotNormal"},
    "glorot_uniform": {"class_name": "GlorotUniform"},
    "he_normal": {"class_name": "HeNormal"},
    "he_uniform": {"class_name": "HeUniform"},
    "identity": {"class_name": "Identity", "gain": 1.0},
    "lecun_uniform": {"class_name": "LecunUniform"},
    "normal": {"class_name": "RandomNormal", "mean": 0.0, "stddev": 0.05},
    "one": {"class_name": "Ones"},
    "orthogonal": {"class_name": "Orthogonal", "gain": 1.0},
    "uniform": {"class_name": "RandomUniform", "minval": -0.05, "maxval": 0.05},
    "zero": {"class_name": "Zeros"},
}
_CONSTRAINTS = {
    "MaxNorm": {"m": "max_value", "axis": "axis"},
    "MinMaxNorm": {"low": "min_value", "high": "max_value", "rate": "rate", "axis": "axis"},
    "NonNeg": {},
    "UnitNorm": {"axis": "axis"},
}
_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}
_REGULARIZERS = {"L1", "L2", "L1L2", "ActivityRegularizer"}
_FORGET_BIAS = {"one": True, "zero": False}

Change = Callable[[Any], tuple[str, Any]]


def _named(name: str, change: Callable[[Any], Any] = lambda value: value) -> Change:
    return lambda value: (name, change(value))


def _regularizer(value: Any) -> Any:
    return value and {"l1": value["l1"], "l2": value["l2"]}


def _constraint(value: Any) -> Any:
    if value is None:
        return None
    names = _CONSTRAINTS[value["name"]]
    return {"class_name": value["name"], **{new: value[old] for old, new in names.items()}}


def _initializer(name: str) -> Any:
    return _INITIALIZERS[name]


def _axes(value: Any) -> Any:
    return value if value not in (None, [None]) else []


def _one(value: Any) -> Any:
    return [value]


def _pads(value: Any) -> Any:
    """A number, one number an axis, one pair an axis, four numbers, or a dictionary: one pair an axis."""
    if isinstance(value, Mapping):
        value = list(value.values())  # recorded in alphabetical order: see _ZERO_PADDING
    if len(value) == 4:
        return [value[:2], value[2:]]
    return [[size, size] if isinstance(size, int) else size for size in value]


#: Keras 1 key -> Keras 2 key and value, for every class that has the key.
_KEYS: dict[str, Change | None] = {
    "U_regularizer": _named("recurrent_regularizer", _regularizer),
    "W_constraint": _named("kernel_constraint", _constraint),
    "W_regularizer": _named("kernel_regularizer", _regularizer),
    "activity_regularizer": _named("activity_regularizer", _regularizer),
    "atrous_rate": _named("dilation_rate"),
    "b_constraint": _named("bias_constraint", _constraint),
    "b_regularizer": _named("bias_regularizer", _regularizer),
    "bias": _named("use_bias"),
    "border_mode": _named("padding"),
    "clipnorm": _named("global_clipnorm"),
    "depthwise_constraint": _named("depthwise_constraint", _constraint),
    "depthwise_regularizer": _named("depthwise_regularizer", _regularizer),
    "dim_ordering": _named("data_format", _ORDERINGS.__getitem__),
    "dropout_U": _named("recurrent_dropout"),
    "dropout_W": _named("dropout"),
    "forget_bias_init": _named("unit_forget_bias", _FORGET_BIAS.get),
    "init": _named("kernel_initializer", _initializer),
    "initial_weights": _named("weights"),
    "inner_activation": _named("recurrent_activation"),
    "inner_init": _named("recurrent_initializer", _initializer),
    "input_dtype": _named("dtype"),
    "nb_filter": _named("filters"),
    "output_dim": _named("units"),
    "p": _named("rate"),
    "pointwise_constraint": _named("pointwise_constraint", _constraint),
    "pointwise_regularizer": _named("pointwise_regularizer", _regularizer),
    "shared_axes": _named("shared_axes", _axes),
    "sigma": _named("stddev"),
    "subsample": _named("strides"),
    # what Keras 1 made of it is in batch_input_shape
    "input_dim": None,
    "input_length": None,
    "input_shape": None,
}
_1D: dict[str, Change | None] = {
    "atrous_rate": _named("dilation_rate", _one),
    "filter_length": _named("kernel_size", _one),
    "pool_length": _named("pool_size", _one),
    "stride": _named("strides", _one),
    "subsample_length": _named("strides", _one),
}
#: Layers of ``kmigrate.compat`` that Keras 2 does not have keep Keras 1's names.
_KEPT: dict[str, Change | None] = {
    **{name: _named(name) for name in ("bias", "init", "output_dim")},
    **{name: _named(name, _regularizer) for name in ("W_regularizer", "b_regularizer")},
    **{name: _named(name, _constraint) for name in ("W_constraint", "b_constraint")},
}
_KEYS_OF: dict[str, dict[str, Change | None]] = {
    "BatchNormalization": {
        "axis": _named("axis"),
        "beta_init": _named("beta_initializer", _initializer),
        "beta_regularizer": _named("beta_regularizer", _regularizer),
        "gamma_init": _named("gamma_initializer", _initializer),
        "gamma_regularizer": _named("gamma_regularizer", _regularizer),
    },
    "Embedding": {
        "W_constraint": _named("embeddings_constraint", _constraint),
        "W_regularizer": _named("embeddings_regularizer", _regularizer),
        "init": _named("embeddings_initializer", _initializer),
        "input_dim": _named("input_dim"),
        # the integers of its input; dtype is now what it puts out
        "input_dtype": None,
        "input_length": _named("input_length"),
        "output_dim": _named("output_dim"),
    },
    "Lambda": {"function_type": None, "output_shape_type": None},
    "MaxNorm": {"m": _named("max_value"), "name": None},
    "MinMaxNorm": {"low": _named("min_value"), "high": _named("max_value"), "name": None},
    "Highway": _KEPT,
    "MaxoutDense": _KEPT,
    "PReLU": {"init": _named("alpha_initializer", _initializer)},
    "ReduceLROnPlateau": {"epsilon": _named("min_delta")},
    "SeparableConvolution2D": {"init": _named("depthwise_initializer", _initializer)},
    "TensorBoard": {"log_dir": _named("log_dir", os.path.normpath)},
    "UpSampling1D": {"length": _named("size")},
    "ZeroPadding1D": {"padding": _named("padding", lambda value: _pads([value])[0])},
    "ZeroPadding2D": {"padding": _named("padding", _pads)},
    "ZeroPadding3D": {"padding": _named("padding", _pads)},
    **{name: {"name": None} for name in ("EigenvalueRegularizer", "L1L2Regularizer", "NonNeg", "UnitNorm")},
}

#: What ``TimeDistributedDense`` gives to the wrapper, and not to the layer in it.
_OUTER = ("name", "trainable", "batch_input_shape", "input_dtype", "initial_weights")

#: What Keras 2 added, by class where it differs: the value with which it does what Keras 1 did.
_ADDED: Config = {
    "activity_regularizer": None,
    "alpha_constraint": None,
    "alpha_regularizer": None,
    "amsgrad": False,
    "beta_constraint": None,
    "bias_constraint": None,
    "bias_initializer": {"class_name": "Zeros"},
    "center": True,
    "centered": False,
    "clipnorm": None,
    "clipvalue": None,
    "data_format": "channels_last",
    "dtype": "float32",
    "embeddings_constraint": None,
    "gamma_constraint": None,
    "global_clipnorm": None,
    "groups": 1,
    "implementation": 1,
    "initial_accumulator_value": 0.0,
    "interpolation": "nearest",
    "is_legacy_optimizer": False,
    "kernel_constraint": None,
    "keepdims": False,
    "mask": None,
    "momentum": 0.0,
    "moving_mean_initializer": {"class_name": "Zeros"},
    "moving_variance_initializer": {"class_name": "Ones"},
    "negative_slope": 0.0,
    "noise_shape": None,
    "output_padding": None,
    "recurrent_constraint": None,
    "reset_after": False,
    "return_state": False,
    "scale": True,
    "seed": None,
    "sparse": False,
    "time_major": False,
    "unroll": False,
    "use_bias": True,
    "use_ema": False,
    "weight_decay": None,
    "weights": None,
}
#: Of no consequence: with ``use_ema`` False; how it is compiled; kernels of SeparableConv2D's base class.
_NOTHING = {"ema_momentum", "ema_overwrite_frequency", "jit_compile"}
_UNUSED = {
    "SeparableConv2D": {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
}


@dataclass(frozen=True, slots=True)
class Either:
    """Values that mean the same; none: whatever it is, it means the same."""

    values: tuple[Any, ...] = ()


def expected(recorded: Mapping[str, Any]) -> Config:
    """The config in Keras 2 of what Keras 1 recorded as a class name and a config; every key has to be known."""
    name, config = recorded["class_name"], dict(recorded["config"])
    if name == "TimeDistributedDense":
        outer = {key: config.pop(key) for key in _OUTER if key in config}
        if config.get("input_length"):
            outer.setdefault("batch_input_shape", Either())  # Keras 1 took no notice of it alone
        inner = {"class_name": "Dense", "config": {"trainable": True, **config}}
        return expected({"class_name": "TimeDistributed", "config": {**outer, "layer": inner}})
    found: Config = {}
    _sizes(name, config, found)
    _recurrent(name, config, found)
    _optimizer(name, config, found)
    _callback(name, config, found)
    if name == "SeparableConvolution2D":
        found["pointwise_initializer"] = _initializer(config["init"])
    if name == "Deconvolution2D":
        found["output_padding"] = _output_padding(config, found)
    if "layer" in config:
        found["layer"] = expected(config.pop("layer"))
    if name == "BatchNormalization" and config["mode"] == 0:
        del config["mode"]
    if name == "Embedding" and config["dropout"] == 0:
        del config["dropout"]
    if config.get("input_length") and "batch_input_shape" not in config:
        found["batch_input_shape"] = Either()  # Keras 1 took no notice of it alone
    if config.get("batch_input_shape", ...) is None:
        del config["batch_input_shape"]
    keys = {**_KEYS, **(_1D if name.endswith("1D") else {}), **_KEYS_OF.get(name, {})}
    for key, value in config.items():
        change = keys.get(key, _named(key))
        if change is not None:
            new, value = change(value)
            found[new] = value
    return found


def _sizes(name: str, config: Config, found: Config) -> None:
    for parts in (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")):
        if parts[0] in config:
            found["kernel_size"] = [config.pop(part) for part in parts]
    if name.startswith("ZeroPadding") and isinstance(config["padding"], Mapping):
        names = ("left_pad", "right_pad") if name.endswith("1D") else ("top_pad", "bottom_pad", "left_pad", "right_pad")
        config["padding"] = [config["padding"].get(side, 0) for side in names]


def _recurrent(name: str, config: Config, found: Config) -> None:
    consume_less = config.pop("consume_less", None)
    if name in ("GRU", "LSTM"):
        if config["dropout_W"] and not config["dropout_U"]:
            # one mask for all gates, or one for each, which tf_keras takes itself where the state is dropped out
            found["implementation"] = 2 if consume_less == "gpu" else 1
        else:
            found["implementation"] = 1 if config["dropout_U"] else Either()


def _callback(name: str, config: Config, found: Config) -> None:
    if "patience" in config:
        # Keras 1 compared before it counted
        found["patience"] = config.pop("patience") + 1
    if str(config.get("monitor")).endswith("acc"):
        found["monitor"] = config.pop("monitor") + "uracy"
    if name == "LambdaCallback":
        for key in [key for key, value in config.items() if value == "<lambda>"]:
            del config[key]  # does nothing; Keras 2 keeps what is given only


def _output_padding(config: Config, found: Config) -> Any:
    """What makes the output as large as ``output_shape`` with the input that this needs, which may be the default."""
    _, *sizes = config.pop("output_shape")
    sizes = sizes[:2] if config["dim_ordering"] == "tf" else sizes[1:]
    paddings, default = [], True
    for size, kernel, stride in zip(sizes, found["kernel_size"], config["subsample"], strict=True):
        if config["border_mode"] == "valid":
            steps = (size - kernel) // stride + 1
            default = default and size == steps * stride + max(kernel - stride, 0)
            paddings.append(size - (steps - 1) * stride - kernel)
        else:
            steps = -(-size // stride)
            default = default and size == steps * stride
            paddings.append(size - (steps - 1) * stride - kernel + 2 * (kernel // 2))
    return Either((None, paddings)) if default else paddings


def _optimizer(name: str, config: Config, found: Config) -> None:
    if "lr" not in config:
        return
    rate, decay = config.pop("lr"), config.pop("decay", 0.0)
    found["learning_rate"] = rate
    if decay:
        schedule = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay, "staircase": False}
        found["learning_rate"] = {"class_name": "InverseTimeDecay", **schedule}
    if name in ("Adagrad", "RMSprop"):
        found["epsilon"] = config.pop("epsilon") ** 2  # inside the square root now
    if name == "Nadam":
        assert config.pop("schedule_decay") == 0.004, "Keras 2 has no other"


#: What callbacks keep while they are called, and what Keras 2 added to them that does nothing by default.
_STATE = {
    *("append_header", "baseline", "best", "best_weights", "cooldown_counter", "epochs_since_last_save", "history"),
    *(
        "keys",
        "load_weights_on_restart",
        "model",
        "monitor_op",
        "restore_best_weights",
        "start_from_epoch",
        "stopped_epoch",
    ),
    *("validation_data", "wait", "writer"),
    *("embeddings_freq", "embeddings_metadata", "save_freq", "send_as_json", "stateful_metrics", "update_freq"),
    *("write_steps_per_second",),
    *("epochs", "progbar", "seen", "target", "use_steps"),
}


def actual(made: Any) -> Config:
    """The config of an object of tf_keras or kmigrate.compat, with attributes that its ``get_config`` leaves out."""
    if not hasattr(made, "get_config"):
        return _attributes(made)
    found: Config = _plain(made.get_config(), top=True)
    if type(made).__name__ == "Lambda":
        found["function"] = made.function.__name__
        found = {key: value for key, value in found.items() if not key.endswith(("_type", "module"))}
    if type(made).__name__.startswith("SpatialDropout") and hasattr(made, "data_format"):
        found["data_format"] = made.data_format
    if "shared_axes" in found:
        found["shared_axes"] = _axes(found["shared_axes"])
    if getattr(made, "_initial_weights", None) is not None:
        found["weights"] = list(made._initial_weights)
    if type(made).__name__ in ("L1", "L2"):
        found = {"l1": 0.0, "l2": 0.0, **found}
    return found


def _attributes(made: Any) -> Config:
    found = {key: _plain(value) for key, value in vars(made).items() if not key.startswith("_") and key not in _STATE}
    if "log_dir" in found:
        found["log_dir"] = os.path.normpath(found["log_dir"])
    if hasattr(made, "monitor_op"):
        found["less is better"] = bool(made.monitor_op(0, 1))
    if type(made).__name__ in ("LearningRateScheduler", "ProgbarLogger"):
        del found["verbose"]
    if type(made).__name__ == "EarlyStopping":
        found["patience"] = max(1, found["patience"])  # 0 and 1 are the same: it stops at the first bad epoch
    return found


def _plain(value: Any, top: bool = False) -> Any:
    if isinstance(value, Mapping):
        if "class_name" in value and "config" in value:
            name = value["class_name"].rpartition(">")[2]
            config = {key: _plain(item) for key, item in value["config"].items()}
            if name in _REGULARIZERS:
                return {"l1": config.get("l1", 0.0), "l2": config.get("l2", 0.0)}
            if "trainable" in config:
                return {key: item for key, item in config.items() if key != "name"}
            return {"class_name": name, **{key: item for key, item in config.items() if key not in ("seed", "name")}}
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        return value.item()
    if callable(value):
        return getattr(value, "__name__", "?")
    return value


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any], name: str) -> list[str]:
    """What ``found``, the config of a ``name``, has otherwise than ``wanted``, and what it adds to some effect."""
    said = []
    for key, value in wanted.items():
        if value == Either() or (key == "weights" and value is None):
            continue
        if key not in found:
            said.append(f"{key} is missing, wanted {value!r}")
        elif key == "layer":
            said += [f"layer: {text}" for text in differences(value, found[key], "")]
        elif not _same(value, found[key]):
            said.append(f"{key} is {found[key]!r}, wanted {value!r}")
    return said + [
        f"{key} is {value!r}, new in Keras 2 and not as Keras 1 did"
        for key, value in found.items()
        if key not in wanted and key not in _NOTHING | _UNUSED.get(name, set()) and not _as_before(key, value)
    ]


def _as_before(key: str, value: Any) -> bool:
    if key == "dilation_rate":
        return set(value) == {1}
    if key == "name":
        return True  # Keras 2 chose it
    return key in _ADDED and _same(_ADDED[key], value)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Either):
        return any(_same(value, other) for value in one.values)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-6 * max(abs(one), abs(other))
    return bool(one == other)

"""Calls of Keras 1 classes, generated from its signatures: each parameter alone and in pairs, written in every way.

The values are written by hand; which parameters there are, in which order, and their defaults come from the generated
facts of Keras 1.2.2, and from :data:`KEYWORDS` for what it took through ``**kwargs``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate import keras_api

Arguments = tuple[tuple[str, str], ...]

#: What every program imports before its calls.
PREAMBLE = """\
from keras.constraints import maxnorm, nonneg, unitnorm
from keras.layers import Dense, LSTM
from keras.regularizers import activity_l2, l1, l1l2, l2


def double(x):
    return x * 2


"""

#: Keywords that Keras 1.2.2 took through ``**kwargs``: ``Layer.__init__`` (``keras/engine/topology.py``), ``Recurrent``
#: (``keras/layers/recurrent.py``), ``ConvRecurrent2D``, ``Optimizer.__init__`` (``keras/optimizers.py``).
_LAYER = ("name", "trainable", "input_shape", "batch_input_shape", "input_dtype")
_RECURRENT = (
    *("weights", "return_sequences", "go_backwards", "stateful", "unroll", "consume_less", "input_dim", "input_length"),
    *_LAYER,
)
KEYWORDS: dict[str, tuple[str, ...]] = {
    "AtrousConvolution1D": ("input_dim", "input_length", *_LAYER),
    # Embedding makes its input shape itself, and its integers
    "Embedding": ("name", "trainable"),
    "ConvLSTM2D": ("weights", "return_sequences", "go_backwards", "stateful", *_LAYER),
    "GRU": _RECURRENT,
    "LSTM": _RECURRENT,
    "SimpleRNN": _RECURRENT,
}
_OPTIMIZER = ("clipnorm", "clipvalue")

_INITIAL = ("'uniform'", "'he_normal'")
_WEIGHT_REGULARIZERS = ("l2(0.02)", "l1l2(l1=0.1, l2=0.2)", "'l1l2'")
_CONSTRAINTS = ("maxnorm(3)", "'nonneg'", "unitnorm(axis=1)")
_ORDERINGS = ("'th'", "'tf'")

#: Source of legal values that are not the default, by parameter. The first one stands where a value is required.
VALUES: dict[str, tuple[str, ...]] = {
    "W_constraint": _CONSTRAINTS,
    "W_regularizer": _WEIGHT_REGULARIZERS,
    "U_regularizer": _WEIGHT_REGULARIZERS,
    "a_left_init": _INITIAL,
    "a_right_init": _INITIAL,
    "activation": ("'relu'", "'softplus'"),
    "activity_regularizer": ("activity_l2(0.03)", "l1(0.04)"),
    "alpha": ("0.7", "2"),
    "alpha_init": ("0.4",),
    "append": ("True",),
    "arguments": ("{'a': 1}",),
    "atrous_rate": ("(2, 3)",),
    "axis": ("1",),
    "b_constraint": _CONSTRAINTS,
    "b_regularizer": _WEIGHT_REGULARIZERS,
    "batch_input_shape": ("(8, 4, 3)",),
    "beta_1": ("0.8",),
    "beta_2": ("0.99",),
    "beta_init": ("'uniform'",),
    "beta_regularizer": ("l2(0.05)",),
    "bias": ("False",),
    "border_mode": ("'same'", "'full'"),
    "clipnorm": ("1.5",),
    "clipvalue": ("0.5",),
    "consume_less": ("'gpu'", "'mem'", "'cpu'"),
    "cooldown": ("2",),
    "cropping": ("(2, 3)",),
    "decay": ("0.001", "1e-6"),
    "depth_multiplier": ("2",),
    "depthwise_constraint": _CONSTRAINTS,
    "depthwise_regularizer": _WEIGHT_REGULARIZERS,
    "dim_ordering": _ORDERINGS,
    "dims": ("(2, 1)",),
    "dropout": ("0.2",),
    "dropout_U": ("0.25",),
    "dropout_W": ("0.15",),
    "epsilon": ("0.0001", "1e-06"),
    "factor": ("0.5",),
    "field": ("'record'",),
    "filename": ("'log.csv'",),
    "filepath": ("'best.h5'",),
    "filter_length": ("3",),
    "forget_bias_init": ("'zero'", "'one'", "'uniform'"),
    "function": ("double",),
    "gamma_init": ("'uniform'",),
    "gamma_regularizer": ("l1(0.06)",),
    "go_backwards": ("True",),
    "headers": ("{'a': 'b'}",),
    "high": ("2.0",),
    "histogram_freq": ("1",),
    "init": _INITIAL,
    "inner_activation": ("'sigmoid'", "'tanh'"),
    "inner_init": ("'identity'", "'glorot_normal'"),
    "input_dim": ("6",),
    "input_dtype": ("'float64'",),
    "input_length": ("7",),
    "input_shape": ("(4, 3)",),
    "k": ("0.1",),
    "kernel_dim1": ("3",),
    "kernel_dim2": ("2",),
    "kernel_dim3": ("1",),
    "l": ("0.3",),
    "l1": ("0.1",),
    "l2": ("0.2",),
    "layer": ("Dense(3)",),
    "length": ("3",),
    "log_dir": ("'here'",),
    "low": ("0.5",),
    "lr": ("0.05",),
    "m": ("3",),
    "mask_value": ("-1.0",),
    "mask_zero": ("True",),
    "min_delta": ("0.01",),
    "min_lr": ("0.001",),
    "mode": ("'max'",),
    "momentum": ("0.9",),
    "monitor": ("'val_acc'",),
    "n": ("3",),
    "name": ("'mine'",),
    "nb_col": ("2",),
    "nb_feature": ("3",),
    "nb_filter": ("4",),
    "nb_row": ("3",),
    "nesterov": ("True",),
    "noise_shape": ("(2, 1)",),
    "on_batch_begin": ("double",),
    "on_batch_end": ("double",),
    "on_epoch_begin": ("double",),
    "on_epoch_end": ("double",),
    "on_train_begin": ("double",),
    "on_train_end": ("double",),
    "output_dim": ("5",),
    "output_shape": ("(None, 9, 9, 4)",),
    "p": ("0.3",),
    "padding": ("2",),
    "path": ("'/there/'",),
    "patience": ("3",),
    "period": ("2",),
    "pointwise_constraint": _CONSTRAINTS,
    "pointwise_regularizer": _WEIGHT_REGULARIZERS,
    "pool_length": ("3",),
    "pool_size": ("(3, 2)",),
    "rate": ("0.5",),
    "return_sequences": ("True",),
    "rho": ("0.8",),
    "root": ("'http://example.org'",),
    "save_best_only": ("True",),
    "save_weights_only": ("True",),
    "schedule": ("double",),
    "schedule_decay": ("0.005", "0.004"),
    "seed": ("13",),
    "separator": ("';'",),
    "shared_axes": ("[1, 2]",),
    "sigma": ("0.1",),
    "size": ("(3, 2)",),
    "stateful": ("True",),
    "stride": ("2",),
    "strides": ("(1, 2)",),
    "subsample": ("(2, 3)",),
    "subsample_length": ("2",),
    "t_left_init": _INITIAL,
    "t_right_init": _INITIAL,
    "target_shape": ("(2, 3)",),
    "theta": ("0.4",),
    "trainable": ("False",),
    "unroll": ("True",),
    "verbose": ("1",),
    "weights": ("[1.0]",),
    "write_graph": ("False",),
    "write_images": ("True",),
}

_INITIALIZERS = tuple(
    repr(name)
    for name in (
        *("uniform", "lecun_uniform", "normal", "identity", "orthogonal", "zero", "one"),
        *("glorot_normal", "glorot_uniform", "he_normal", "he_uniform"),
    )
)
#: Where the class asks for another value.
CLASS_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("AtrousConvolution1D", "atrous_rate"): ("2",),
    ("BatchNormalization", "mode"): ("2", "1", "0"),
    ("Bidirectional", "layer"): ("LSTM(3)",),
    ("Bidirectional", "merge_mode"): ("'sum'", "None"),
    ("Convolution3D", "subsample"): ("(2, 3, 1)",),
    ("Cropping2D", "cropping"): ("((1, 2), (3, 4))",),
    ("Cropping3D", "cropping"): ("((1, 2), (3, 4), (0, 1))",),
    ("Dense", "activation"): tuple(
        repr(name)
        for name in ("elu", "hard_sigmoid", "linear", "relu", "sigmoid", "softmax", "softplus", "softsign", "tanh")
    ),
    ("Dense", "W_constraint"): (*_CONSTRAINTS, "'maxnorm'", "'unitnorm'"),
    ("Dense", "W_regularizer"): (*_WEIGHT_REGULARIZERS, "'l1'", "'l2'", "l1()", "l2(l=0.5)", "l1l2()"),
    ("Dense", "init"): _INITIALIZERS,
    ("GaussianDropout", "p"): ("0.4",),
    ("Lambda", "output_shape"): ("(2, 3)",),
    ("ParametricSoftplus", "beta_init"): ("4.5",),
    ("RMSprop", "epsilon"): ("0.0001", "1e-06", "0"),
    ("UpSampling3D", "size"): ("(3, 2, 1)",),
    ("ZeroPadding1D", "padding"): ("2", "(2, 3)", "{'left_pad': 1, 'right_pad': 2}"),
    ("ZeroPadding2D", "padding"): (
        "(2, 3)",
        "(1, 2, 3, 4)",
        "{'top_pad': 1, 'bottom_pad': 2, 'left_pad': 3, 'right_pad': 4}",
    ),
    ("ZeroPadding3D", "padding"): ("(1, 2, 3)",),
    ("AveragePooling3D", "pool_size"): ("(3, 2, 1)",),
    ("AveragePooling3D", "strides"): ("(1, 2, 3)",),
    ("MaxPooling3D", "pool_size"): ("(3, 2, 1)",),
    ("MaxPooling3D", "strides"): ("(1, 2, 3)",),
}

#: Modules whose classes, and functions that make objects, are called; what has no constructor of its own is not.
MODULES = ("keras.layers.", "keras.optimizers.", "keras.regularizers.", "keras.constraints.", "keras.callbacks.")
FUNCTIONS = tuple(
    f"keras.regularizers.{name}" for name in ("l1", "l2", "l1l2", "activity_l1", "activity_l2", "activity_l1l2")
)
#: Bases, what Keras makes itself, and classes of Keras 0.x, which Keras 1.2.2 cannot tell about. TFOptimizer wraps an
#: object of TensorFlow 1, CallbackList a list of callbacks.
NOT_CALLED = {
    *("ConvRecurrent2D", "Constraint", "Callback", "CallbackList", "Optimizer", "Recurrent", "Regularizer"),
    *("ActivityRegularizer", "TFOptimizer", "Wrapper"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the class, the arguments that matter, and how many parameters before them are given by position."""

    symbol: str
    arguments: Arguments
    positional: int

    @property
    def name(self) -> str:
        """The name that is called."""
        return self.symbol.rpartition(".")[2]

    @property
    def key(self) -> str:
        """The call with every argument by keyword: the same for all ways to write it."""
        return f"{self.name}({', '.join(f'{name}={value}' for name, value in self.arguments)})"

    @property
    def text(self) -> str:
        """The call as it is written; a place before the last positional argument holds the Keras 1 default."""
        given = dict(self.arguments)
        written = []
        for name, default in declared(self.symbol)[: self.positional]:
            written.append(given.pop(name, "") or default or "")
        written += [f"{name}={value}" for name, value in given.items()]
        return f"{self.name}({', '.join(written)})"


def declared(symbol: str) -> list[tuple[str, str | None]]:
    """The parameters that Keras 1.2.2's signature names, with their defaults."""
    return [(name, default) for name, default in keras_api.params(symbol) if not name.startswith("*")]


def keywords(symbol: str) -> tuple[str, ...]:
    """The parameters that Keras 1.2.2 took through ``**kwargs``."""
    if symbol.startswith("keras.layers."):
        return KEYWORDS.get(symbol.rpartition(".")[2], _LAYER)
    return _OPTIMIZER if symbol.startswith("keras.optimizers.") else ()


def program(symbol: str, texts: list[str]) -> str:
    """A program that makes each of the calls ``texts``, as ``made0``, ``made1``…"""
    lines = "".join(f"made{index} = {text}\n" for index, text in enumerate(texts))
    module, _, name = symbol.rpartition(".")
    return f"from {module} import {name}\n{PREAMBLE}{lines}"


@functools.cache
def symbols() -> tuple[str, ...]:
    """Every Keras 1.2.2 class to call, and the functions that make a regularizer."""
    from kmigrate.keras_api import keras1

    classes = [name for name, (kind, _) in keras1.SYMBOLS.items() if kind == "class" and name.startswith(MODULES)]
    return tuple(sorted([n for n in classes if n.rpartition(".")[2] not in NOT_CALLED] + list(FUNCTIONS)))


def values(symbol: str, parameter: str) -> tuple[str, ...]:
    """Source of the values to try."""
    return CLASS_VALUES.get((symbol.rpartition(".")[2], parameter)) or VALUES[parameter]


def _parameters(symbol: str) -> tuple[Arguments, list[str]]:
    """Required arguments and optional parameters."""
    required = tuple((p, values(symbol, p)[0]) for p, default in declared(symbol) if default is None)
    optional = [p for p, default in declared(symbol) if default is not None]
    return required, optional + [p for p in keywords(symbol) if p not in dict(required)]


def _written(symbol: str, required: Arguments, given: Arguments) -> Iterator[Call]:
    """All by keyword; all by position as far as the order goes; required ones by position and the others by keyword."""
    places = {name: index for index, (name, _) in enumerate(declared(symbol))}
    reach = max((places[name] + 1 for name, _ in (*required, *given) if name in places), default=0)
    first = min((places[name] + 1 for name, _ in given if name in places), default=0)
    arguments = (*required, *given)
    for positional in sorted({0, len(required), max(first, len(required)), reach}):
        yield Call(symbol, arguments, positional)


def singles(symbol: str) -> Iterator[Call]:
    """The call with required arguments only, with each value of each required one, and with each optional one alone."""
    required, optional = _parameters(symbol)
    yield from _written(symbol, required, ())
    for index, (name, _) in enumerate(required):
        for value in values(symbol, name)[1:]:
            changed = (*required[:index], (name, value), *required[index + 1 :])
            yield from _written(symbol, changed, ())
    for name in optional:
        for value in values(symbol, name):
            yield from _written(symbol, required, ((name, value),))


def pairs(symbol: str) -> Iterator[Call]:
    """The call with every two optional parameters, each with one of its values in turn."""
    required, optional = _parameters(symbol)
    for number, (one, other) in enumerate(itertools.combinations(optional, 2)):
        first, second = values(symbol, one), values(symbol, other)
        given = ((one, first[number % len(first)]), (other, second[(number // 2) % len(second)]))
        yield from _written(symbol, required, given)

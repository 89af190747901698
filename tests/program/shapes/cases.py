"""Random calls of layers and random inputs: the questions that Keras itself and kmigrate both answer.

A case is text, so that it can be run, read and recorded: the constructor call, the shapes of the inputs (samples first)
and the image ordering in effect.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Shape = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """``call`` is applied to tensors of ``shapes``; ``more`` are the layers after it, one after the other."""

    call: str
    shapes: tuple[Shape, ...]
    ordering: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """How to call a class: the numbers of axes that it takes, and the source of values for its parameters."""

    ranks: tuple[int, ...]
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inputs: int = 1
    #: shapes without samples to choose from half of the time, where few random ones would fit
    fitting: tuple[Shape, ...] = ()


_FEW = tuple(map(str, range(1, 7)))
_STEPS = ("1", "2", "3")
_FLAG = ("True", "False")
_ACTIVATION = ("'relu'", "'softmax'", "'linear'", "'tanh'")
_ORDERINGS = ("'th'", "'tf'", "'default'")
_FORMATS = ("'channels_first'", "'channels_last'", "None")


def _tuples(count: int, values: tuple[int, ...]) -> tuple[str, ...]:
    chosen = random.Random(count)
    return tuple(str(tuple(chosen.choice(values) for _ in range(count))) for _ in range(12))


_PAIRS = _tuples(2, (1, 1, 2, 3))
_TRIPLES = _tuples(3, (1, 1, 2, 3))
_POOLS = {1: ("2", "3", "1", "4"), 2: _tuples(2, (1, 2, 2, 3, 4)), 3: _tuples(3, (1, 2, 2, 3))}

_UNITS = {"output_dim": _FEW}
_CONV1 = {"bias": _FLAG, "activation": _ACTIVATION, "border_mode": ("'valid'", "'same'")}
_IMAGE1 = {**_CONV1, "dim_ordering": _ORDERINGS}
_KERNEL1 = {"nb_filter": _FEW, "nb_row": _STEPS, "nb_col": _STEPS}
_RECURRENT1 = {
    "return_sequences": _FLAG,
    "stateful": _FLAG,
    "unroll": _FLAG,
    "go_backwards": _FLAG,
    "consume_less": ("'cpu'", "'gpu'", "'mem'"),
}
_POOL1 = {"border_mode": ("'valid'", "'same'")}
_SHARED = ("None", "[1]", "[1, 2]", "2")
_TARGETS = (
    *("(-1,)", "(2, -1)", "(3, 2)", "(4, 3)", "(12,)", "(2, 2, 3)", "(-1, 3)", "(6, -1, 2)", "(2, 3, 4)", "(24,)"),
    *("(-1, -1)", "(0, -1)", "(8, 3)", "(1, 1, -1)", "(-1, 4)", "(3, 4, 2)", "(36,)", "(5, 5)", "(-1, 5)"),
)
_TWENTY_FOUR: tuple[Shape, ...] = ((24,), (4, 6), (2, 3, 4), (3, 8), (1, 2, 3, 4), (12,), (36,))
_DIMS = ("(2, 1)", "(1, 2)", "(3, 1, 2)", "(2, 3, 1)", "(1, 3, 2)", "(3, 2, 1)", "(4, 1, 2, 3)", "(1,)", "(2, 3)")
_PADS2 = ("(1, 2)", "(0, 1)", "(2, 2)", "(0, 0)")
_CROPS = {
    1: ("(1, 1)", "(0, 2)", "(0, 0)", "(2, 1)", "(3, 3)"),
    2: ("((1, 1), (0, 2))", "((0, 0), (1, 0))", "((2, 1), (3, 3))", "((0, 1), (0, 1))"),
    3: ("((1, 1), (0, 2), (0, 0))", "((0, 0), (1, 0), (2, 1))", "((1, 0), (0, 0), (0, 3))", "((2, 2), (1, 1), (0, 1))"),
}
_INNER1 = (
    *(
        "Dense(3)",
        "Dense(2, activation='softmax')",
        "Convolution2D(2, 2, 2)",
        "Convolution2D(3, 2, 1, dim_ordering='th')",
    ),
    *(
        "MaxPooling2D()",
        "Flatten()",
        "Convolution1D(3, 2)",
        "LSTM(3)",
        "LSTM(2, return_sequences=True)",
        "Dropout(0.2)",
    ),
    *("Reshape((-1,))", "GlobalAveragePooling1D()", "BatchNormalization()", "Activation('relu')", "RepeatVector(2)"),
    *("GlobalMaxPooling2D()", "UpSampling2D()", "ZeroPadding2D()", "TimeDistributed(Dense(2))"),
)
_STEPS_INNER1 = (
    *("LSTM(3)", "GRU(2)", "SimpleRNN(2)", "LSTM(3, return_sequences=True)", "GRU(2, return_sequences=True)"),
    *("LSTM(2, stateful=True)", "SimpleRNN(3, unroll=True)"),
)
_OUTPUTS = (
    *("(None, 6, 6, 3)", "(None, 3, 7, 7)", "(None, 14, 14, 3)", "(2, 8, 8, 2)", "(None, 7, 7, 2)", "[None, 2, 5, 5]"),
    *("(None, 3, 14, 14)", "(None, None, None, 3)", "(7, 7, 3)"),
)
_NOISE1: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Dropout": {"p": ("0.3", "0.0")},
    "GaussianDropout": {"p": ("0.3",)},
    "GaussianNoise": {"sigma": ("0.3",)},
}
_ANY = (2, 3, 4, 5)

KERAS1: Mapping[str, Spec] = {
    "Dense": Spec((2, 2, 3, 4, 5), _UNITS, {"bias": _FLAG, "activation": _ACTIVATION}),
    "MaxoutDense": Spec((2,), _UNITS, {"bias": _FLAG, "nb_feature": _STEPS}),
    "Highway": Spec((2,), {}, {"bias": _FLAG, "activation": _ACTIVATION}),
    "TimeDistributedDense": Spec((3,), _UNITS, {"bias": _FLAG, "activation": _ACTIVATION}),
    "Flatten": Spec((3, 4, 5)),
    "Reshape": Spec(_ANY, {"target_shape": _TARGETS}, fitting=_TWENTY_FOUR),
    "Permute": Spec((3, 4, 4, 5), {"dims": _DIMS}),
    "RepeatVector": Spec((2,), {"n": _FEW}),
    "Activation": Spec(_ANY, {"activation": _ACTIVATION}),
    "Masking": Spec((3,)),
    "ActivityRegularization": Spec(_ANY),
    **{name: Spec(_ANY, required) for name, required in _NOISE1.items()},
    "SpatialDropout1D": Spec((3,), {"p": ("0.3", "0.0")}),
    "SpatialDropout2D": Spec((4,), {"p": ("0.3",)}, {"dim_ordering": _ORDERINGS}),
    "SpatialDropout3D": Spec((5,), {"p": ("0.3",)}, {"dim_ordering": _ORDERINGS}),
    "Convolution1D": Spec((3,), {"nb_filter": _FEW, "filter_length": _FEW}, {**_CONV1, "subsample_length": _STEPS}),
    "AtrousConvolution1D": Spec(
        (3,),
        {"nb_filter": _FEW, "filter_length": _STEPS},
        {**_CONV1, "subsample_length": _STEPS, "atrous_rate": _STEPS},
    ),
    "Convolution2D": Spec((4,), _KERNEL1, {**_IMAGE1, "subsample": _PAIRS}),
    "AtrousConvolution2D": Spec(
        (4,), _KERNEL1, {**_IMAGE1, "subsample": _PAIRS, "atrous_rate": ("(2, 2)", "(1, 1)", "(3, 3)", "(1, 2)")}
    ),
    "Deconvolution2D": Spec(
        (4,),
        {**_KERNEL1, "output_shape": _OUTPUTS},
        {**_IMAGE1, "subsample": ("(1, 1)", "(2, 2)")},
        fitting=((7, 7, 3), (3, 7, 7), (4, 4, 2), (5, 5, 3), (2, 5, 5), (14, 14, 3)),
    ),
    "SeparableConvolution2D": Spec(
        (4,), _KERNEL1, {**_IMAGE1, "subsample": ("(1, 1)", "(2, 2)"), "depth_multiplier": _STEPS}
    ),
    "Convolution3D": Spec(
        (5,),
        {"nb_filter": _FEW, **{f"kernel_dim{n}": _STEPS for n in (1, 2, 3)}},
        {**_IMAGE1, "subsample": _TRIPLES},
    ),
    "LocallyConnected1D": Spec(
        (3,), {"nb_filter": _STEPS, "filter_length": _STEPS}, {"bias": _FLAG, "subsample_length": _STEPS}
    ),
    "LocallyConnected2D": Spec((4,), _KERNEL1, {"bias": _FLAG, "subsample": _PAIRS, "dim_ordering": _ORDERINGS}),
    **{
        f"{way}Pooling1D": Spec((3,), {}, {**_POOL1, "pool_length": _POOLS[1], "stride": (*_STEPS, "None")})
        for way in ("Max", "Average")
    },
    **{
        f"{way}Pooling{n}D": Spec(
            (n + 2,),
            {},
            {
                **_POOL1,
                "pool_size": _POOLS[n],
                "strides": (*(_PAIRS if n == 2 else _TRIPLES), "None"),
                "dim_ordering": _ORDERINGS,
            },
        )
        for n in (2, 3)
        for way in ("Max", "Average")
    },
    **{f"Global{way}Pooling1D": Spec((3,)) for way in ("Max", "Average")},
    **{
        f"Global{way}Pooling{n}D": Spec((n + 2,), {}, {"dim_ordering": _ORDERINGS})
        for n in (2, 3)
        for way in ("Max", "Average")
    },
    "UpSampling1D": Spec((3,), {}, {"length": _STEPS}),
    "UpSampling2D": Spec((4,), {}, {"size": _PAIRS, "dim_ordering": _ORDERINGS}),
    "UpSampling3D": Spec((5,), {}, {"size": _TRIPLES, "dim_ordering": _ORDERINGS}),
    "ZeroPadding1D": Spec((3,), {}, {"padding": ("1", "2", "(1, 2)", "{'left_pad': 2}", "{'right_pad': 1}")}),
    "ZeroPadding2D": Spec(
        (4,),
        {},
        {
            "padding": (*_PADS2, "(1, 2, 0, 3)", "{'top_pad': 2, 'left_pad': 1}", "{'right_pad': 1}"),
            "dim_ordering": _ORDERINGS,
        },
    ),
    "ZeroPadding3D": Spec((5,), {}, {"padding": _TRIPLES, "dim_ordering": _ORDERINGS}),
    "Cropping1D": Spec((3,), {}, {"cropping": _CROPS[1]}),
    "Cropping2D": Spec((4,), {}, {"cropping": _CROPS[2], "dim_ordering": _ORDERINGS}),
    "Cropping3D": Spec((5,), {}, {"cropping": _CROPS[3], "dim_ordering": _ORDERINGS}),
    **{name: Spec((3,), _UNITS, _RECURRENT1) for name in ("SimpleRNN", "GRU", "LSTM")},
    "ConvLSTM2D": Spec(
        (5,),
        _KERNEL1,
        {
            "dim_ordering": _ORDERINGS,
            "border_mode": ("'valid'", "'same'"),
            "subsample": ("(1, 1)", "(2, 2)"),
            "return_sequences": _FLAG,
            "stateful": _FLAG,
        },
    ),
    "Embedding": Spec(
        (2, 2, 2, 3), {"input_dim": _FEW, "output_dim": _FEW}, {"input_length": _FEW, "mask_zero": _FLAG}
    ),
    "BatchNormalization": Spec(_ANY, {}, {"axis": ("-1", "1", "2", "3", "0", "-2"), "mode": ("0", "1", "2")}),
    **{name: Spec(_ANY) for name in ("LeakyReLU", "ELU", "ThresholdedReLU")},
    **{name: Spec(_ANY, {}, {"shared_axes": _SHARED}) for name in ("PReLU", "ParametricSoftplus", "SReLU")},
    "TimeDistributed": Spec((3, 4, 4, 5, 5), {"layer": _INNER1}),
    "Bidirectional": Spec((3,), {"layer": _STEPS_INNER1}, {"merge_mode": ("'sum'", "'mul'", "'ave'", "'concat'")}),
    "Merge": Spec(
        _ANY,
        {"mode": ("'sum'", "'mul'", "'concat'", "'ave'", "'cos'", "'dot'", "'max'")},
        {
            "concat_axis": ("-1", "1", "2", "3", "-2"),
            "dot_axes": ("-1", "1", "2", "(1, 2)", "(2, 1)", "[1, 1]", "(1, 3)"),
        },
        inputs=2,
    ),
}

_UNITS2 = {"units": _FEW}
_CONV2 = {"use_bias": _FLAG, "activation": _ACTIVATION, "padding": ("'valid'", "'same'")}
_IMAGE2 = {**_CONV2, "data_format": _FORMATS}
_SIZES = {1: _STEPS, 2: (*_PAIRS, "2", "3"), 3: (*_TRIPLES, "2")}
_RECURRENT2 = {
    "return_sequences": _FLAG,
    "return_state": _FLAG,
    "stateful": _FLAG,
    "unroll": _FLAG,
    "go_backwards": _FLAG,
    "use_bias": _FLAG,
}
_INNER2 = (
    *("Dense(3)", "Dense(2, activation='softmax')", "Conv2D(2, 2)", "Conv2D(3, (2, 1), data_format='channels_first')"),
    *("MaxPooling2D()", "Flatten()", "Conv1D(3, 2)", "LSTM(3)", "LSTM(2, return_sequences=True)", "Dropout(0.2)"),
    *("Reshape((-1,))", "GlobalAveragePooling1D()", "BatchNormalization()", "Activation('relu')", "RepeatVector(2)"),
    *("GlobalMaxPooling2D()", "UpSampling2D()", "ZeroPadding2D()", "TimeDistributed(Dense(2))"),
)
_STEPS_INNER2 = (
    *("LSTM(3)", "GRU(2)", "SimpleRNN(2)", "LSTM(3, return_sequences=True)", "GRU(2, return_sequences=True)"),
    *("LSTM(2, stateful=True)", "SimpleRNN(3, unroll=True)", "LSTM(2, return_state=True)", "GRU(2, reset_after=False)"),
)
_AXES2 = ("-1", "1", "2", "3", "0", "-2", "4", "-4")

KERAS2: Mapping[str, Spec] = {
    "Dense": Spec((2, 2, 3, 4, 5), _UNITS2, {"use_bias": _FLAG, "activation": _ACTIVATION}),
    "Flatten": Spec((2, 3, 4, 5), {}, {"data_format": _FORMATS}),
    "Reshape": Spec(_ANY, {"target_shape": _TARGETS}, fitting=_TWENTY_FOUR),
    "Permute": Spec((3, 4, 4, 5), {"dims": _DIMS}),
    "RepeatVector": Spec((2,), {"n": _FEW}),
    "Activation": Spec(_ANY, {"activation": _ACTIVATION}),
    "Softmax": Spec(_ANY, {}, {"axis": _AXES2}),
    "Masking": Spec((3,)),
    "ActivityRegularization": Spec(_ANY),
    **{name: Spec(_ANY, {"rate": ("0.3",)}) for name in ("Dropout", "GaussianDropout", "AlphaDropout")},
    "GaussianNoise": Spec(_ANY, {"stddev": ("0.3",)}),
    "SpatialDropout1D": Spec((3,), {"rate": ("0.3",)}),
    "SpatialDropout2D": Spec((4,), {"rate": ("0.3",)}, {"data_format": _FORMATS}),
    "SpatialDropout3D": Spec((5,), {"rate": ("0.3",)}, {"data_format": _FORMATS}),
    "Conv1D": Spec(
        (3,),
        {"filters": _FEW, "kernel_size": _FEW},
        {
            **_CONV2,
            "padding": ("'valid'", "'same'", "'causal'"),
            "strides": _STEPS,
            "dilation_rate": _STEPS,
            "data_format": _FORMATS,
            "groups": ("1", "2"),
        },
    ),
    **{
        f"Conv{n}D": Spec(
            (n + 2,),
            {"filters": _FEW, "kernel_size": _SIZES[n]},
            {**_IMAGE2, "strides": _SIZES[n], "dilation_rate": _SIZES[n], "groups": ("1", "2")},
        )
        for n in (2, 3)
    },
    **{
        f"Conv{n}DTranspose": Spec(
            (n + 2,),
            {"filters": _FEW, "kernel_size": _SIZES[n]},
            {**_IMAGE2, "strides": _SIZES[n], "output_padding": ("None", "1", "0")},
        )
        for n in (1, 2, 3)
    },
    **{
        f"SeparableConv{n}D": Spec(
            (n + 2,),
            {"filters": _FEW, "kernel_size": _SIZES[n]},
            {**_IMAGE2, "strides": ("1", "2"), "depth_multiplier": _STEPS, "dilation_rate": ("1", "2")},
        )
        for n in (1, 2)
    },
    **{
        f"DepthwiseConv{n}D": Spec(
            (n + 2,), {"kernel_size": _SIZES[n]}, {**_IMAGE2, "strides": ("1", "2"), "depth_multiplier": _STEPS}
        )
        for n in (1, 2)
    },
    **{
        f"LocallyConnected{n}D": Spec(
            (n + 2,),
            {"filters": _STEPS, "kernel_size": _SIZES[n]},
            {**_IMAGE2, "strides": _SIZES[n], "implementation": ("1", "2", "3")},
        )
        for n in (1, 2)
    },
    **{
        f"{way}Pooling{n}D": Spec(
            (n + 2,),
            {},
            {
                "padding": ("'valid'", "'same'"),
                "pool_size": _POOLS[n],
                "strides": (*_SIZES[n], "None"),
                "data_format": _FORMATS,
            },
        )
        for n in (1, 2, 3)
        for way in ("Max", "Average")
    },
    **{
        f"Global{way}Pooling{n}D": Spec((n + 2,), {}, {"data_format": _FORMATS, "keepdims": _FLAG})
        for n in (1, 2, 3)
        for way in ("Max", "Average")
    },
    "UpSampling1D": Spec((3,), {}, {"size": _STEPS}),
    "UpSampling2D": Spec((4,), {}, {"size": _SIZES[2], "data_format": _FORMATS}),
    "UpSampling3D": Spec((5,), {}, {"size": _SIZES[3], "data_format": _FORMATS}),
    "ZeroPadding1D": Spec((3,), {}, {"padding": ("1", "2", "(1, 2)")}),
    "ZeroPadding2D": Spec((4,), {}, {"padding": (*_PADS2, "2", "((1, 2), (0, 3))"), "data_format": _FORMATS}),
    "ZeroPadding3D": Spec((5,), {}, {"padding": (*_TRIPLES, "1", "((1, 2), (0, 3), (1, 1))"), "data_format": _FORMATS}),
    "Cropping1D": Spec((3,), {}, {"cropping": (*_CROPS[1], "2")}),
    "Cropping2D": Spec((4,), {}, {"cropping": (*_CROPS[2], "1", "(2, 1)"), "data_format": _FORMATS}),
    "Cropping3D": Spec((5,), {}, {"cropping": (*_CROPS[3], "1", "(2, 1, 0)"), "data_format": _FORMATS}),
    **{name: Spec((3,), _UNITS2, _RECURRENT2) for name in ("SimpleRNN", "LSTM")},
    "GRU": Spec((3,), _UNITS2, {**_RECURRENT2, "reset_after": _FLAG}),
    "RNN": Spec(
        (3,),
        {"cell": ("LSTMCell(3)", "GRUCell(2)", "SimpleRNNCell(2)", "[LSTMCell(3), GRUCell(2)]", "[LSTMCell(2)]")},
        {"return_sequences": _FLAG, "return_state": _FLAG},
    ),
    **{
        f"ConvLSTM{n}D": Spec(
            (n + 3,),
            {"filters": _STEPS, "kernel_size": _SIZES[n]},
            {
                "data_format": _FORMATS,
                "padding": ("'valid'", "'same'"),
                "strides": ("1", "2"),
                "return_sequences": _FLAG,
                "return_state": _FLAG,
                "use_bias": _FLAG,
                "stateful": _FLAG,
            },
        )
        for n in (1, 2, 3)
    },
    "Embedding": Spec(
        (2, 2, 2, 3), {"input_dim": _FEW, "output_dim": _FEW}, {"input_length": _FEW, "mask_zero": _FLAG}
    ),
    "BatchNormalization": Spec(_ANY, {}, {"axis": _AXES2, "scale": _FLAG, "center": _FLAG}),
    "LayerNormalization": Spec(_ANY, {}, {"axis": (*_AXES2, "(1, 2)", "[-1, -2]"), "scale": _FLAG, "center": _FLAG}),
    **{name: Spec(_ANY) for name in ("LeakyReLU", "ELU", "ThresholdedReLU", "ReLU")},
    "PReLU": Spec(_ANY, {}, {"shared_axes": _SHARED}),
    "TimeDistributed": Spec((3, 4, 4, 5, 5), {"layer": _INNER2}),
    "Bidirectional": Spec(
        (3,), {"layer": _STEPS_INNER2}, {"merge_mode": ("'sum'", "'mul'", "'ave'", "'concat'", "None")}
    ),
    **{name: Spec(_ANY, inputs=2) for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract")},
    "Concatenate": Spec(_ANY, {}, {"axis": _AXES2}, inputs=2),
    "GroupNormalization": Spec(
        _ANY, {}, {"axis": ("-1", "1", "2"), "groups": ("1", "2", "3", "-1"), "scale": _FLAG, "center": _FLAG}
    ),
    "UnitNormalization": Spec(_ANY),
    "Attention": Spec((3,), {}, {"use_scale": _FLAG}, inputs=2),
    "AdditiveAttention": Spec((3,), {}, {"use_scale": _FLAG}, inputs=2),
    "Resizing": Spec((4,), {"height": _FEW, "width": _FEW}),
    "CenterCrop": Spec((4,), {"height": _STEPS, "width": _STEPS}),
    "Rescaling": Spec(_ANY, {"scale": ("0.5",)}),
    "RandomFlip": Spec((4,)),
    "Dot": Spec(_ANY, {"axes": ("-1", "1", "2", "(1, 2)", "(2, 1)", "[1, 1]", "(1, 3)")}, inputs=2),
}

SPECS = {1: KERAS1, 2: KERAS2}


def layer_cases(version: int, count: int, seed: int) -> Iterator[Case]:
    """``count`` random cases, each class about as often as any other."""
    chosen = random.Random(f"{version} {seed}")
    names = sorted(SPECS[version])
    for number in range(count):
        name = names[number % len(names)]
        spec = SPECS[version][name]
        ordering = chosen.choice(("tf", "th"))
        shapes = _shapes(spec, chosen)
        yield Case(_call(name, spec, chosen), shapes, ordering)


def model_cases(version: int, count: int, seed: int) -> Iterator[Case]:
    """``count`` random chains of 5 to 30 layers."""
    chosen = random.Random(f"models {version} {seed}")
    table = {name: spec for name, spec in SPECS[version].items() if spec.inputs == 1}
    for _ in range(count):
        length = chosen.randint(5, 30)
        ordering = chosen.choice(("tf", "th"))
        rank = chosen.choice((3, 4, 4, 4, 5))
        shape = (_samples(chosen), *(_size(chosen, 0.03, (8, 12, 16, 20, 24, 3)) for _ in range(rank - 1)))
        calls = []
        for _ in range(length):
            fitting = sorted(name for name, spec in table.items() if rank in spec.ranks)
            if not fitting:
                break
            name = chosen.choice(fitting)
            if name in _TO_VECTORS and chosen.random() < 0.7:
                continue
            calls.append(_call(name, table[name], chosen, ordering="" if chosen.random() < 0.9 else None))
            rank = _rank_after(name, calls[-1], rank)
        if calls:
            yield Case(calls[0], (shape,), ordering, tuple(calls[1:]))


_TO_VECTORS = frozenset(("Flatten", *(f"Global{way}Pooling{n}D" for n in (1, 2, 3) for way in ("Max", "Average"))))


def _rank_after(name: str, call: str, rank: int) -> int:
    """The number of axes after a layer, well enough to choose a next one."""
    if name in _TO_VECTORS:
        return 2
    if name in ("SimpleRNN", "GRU", "LSTM", "RNN"):
        return 3 if "return_sequences=True" in call else 2
    if name.startswith("ConvLSTM"):
        return rank if "return_sequences=True" in call else rank - 1
    if name == "Bidirectional":
        return 3 if "return_sequences=True" in call else 2
    if name in ("RepeatVector", "Embedding"):
        return rank + 1
    if name == "Reshape":
        target = ast.literal_eval(call.removeprefix("Reshape(").removeprefix("target_shape=").removesuffix(")"))
        return 1 + len(target)
    return rank


def _call(name: str, spec: Spec, chosen: random.Random, ordering: str | None = None) -> str:
    """The source of a call; without an argument for the ordering if ``ordering`` is ""."""
    given = {parameter: chosen.choice(values) for parameter, values in spec.required.items()}
    positional = chosen.random() < 0.3
    optional = list(spec.optional)
    for parameter in optional:
        if ordering == "" and parameter in ("dim_ordering", "data_format"):
            continue
        if chosen.random() < 0.35:
            given[parameter] = chosen.choice(spec.optional[parameter])
    written = []
    for place, (parameter, value) in enumerate(given.items()):
        first = positional and place < len(spec.required) and name not in ("Merge", "BatchNormalization")
        written.append(value if first else f"{parameter}={value}")
    return f"{name}({', '.join(written)})"


def _samples(chosen: random.Random) -> int | None:
    return None if chosen.random() < 0.8 else chosen.randint(1, 4)


def _size(chosen: random.Random, open_share: float, sizes: tuple[int, ...]) -> int | None:
    return None if chosen.random() < open_share else chosen.choice(sizes)


def _shapes(spec: Spec, chosen: random.Random) -> tuple[Shape, ...]:
    if spec.fitting and chosen.random() < 0.5:
        return ((_samples(chosen), *chosen.choice(spec.fitting)),)
    rank = chosen.choice(spec.ranks) if chosen.random() < 0.93 else chosen.randint(2, 5)
    share = chosen.choice((0.0, 0.0, 0.1, 0.5))
    pool = chosen.choice(((1, 2, 3, 4, 5, 6), (5, 6, 7, 8, 9, 12), (2, 3, 4, 6, 12)))
    first: Shape = (_samples(chosen), *(_size(chosen, share, pool) for _ in range(rank - 1)))
    if spec.inputs == 1:
        return (first,)
    shapes = [first]
    for _ in range(chosen.choice((1, 1, 1, 2)) if spec.inputs == 2 else 0):
        other = list(first)
        for _ in range(chosen.choice((0, 0, 1, 1, 2))):
            other[chosen.randrange(0 if chosen.random() < 0.1 else 1, rank)] = _size(chosen, share, (*pool, 1, 1))
        if chosen.random() < 0.08:
            other.pop()
        elif chosen.random() < 0.08:
            other.append(3)
        shapes.append(tuple(other) if len(other) > 1 else first)
    return tuple(shapes)

"""The arguments of a constructor call, bound as the Keras of the program binds them, in Keras 2's names and terms.

The signatures are facts (``keras_api.keras1``, ``keras_api.layer_signatures``), and what Keras 1's names became are the
rows of ``keras_api``. Nothing is known here of shapes.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping, Sequence

from kmigrate import keras_api
from kmigrate.keras_api.model import Packed, Row, To
from kmigrate.program.shapes.layers.sizes import as_size, known
from kmigrate.program.shapes.tensors import Fault, Layer, Level, Remark, Shape

Arguments = dict[str, object]

#: Classes of Keras 1 whose Keras 2 class has another name than the row's target says, or none.
_KINDS = {
    "keras.engine.topology.Merge": "Merge",
    "keras.engine.topology.merge": "Merge",
    "keras.engine.topology.Input": "InputLayer",
    "keras.engine.topology.InputLayer": "InputLayer",
    "keras.layers.core.TimeDistributedDense": "TimeDistributedDense",
}
#: Whose row says what became of the parameters, where a class has none that does.
_ROW_OF = {"keras.layers.core.TimeDistributedDense": "keras.layers.core.Dense"}

#: What every layer takes besides its own: ``Layer.__init__`` of tf_keras (``tf_keras/src/engine/base_layer.py``) and of
#: Keras 3 (``keras/src/layers/layer.py``).
_COMMON: Mapping[int, frozenset[str]] = {
    2: frozenset(
        (
            *("name", "trainable", "dtype", "dynamic", "input_shape", "batch_input_shape", "input_dim", "batch_size"),
            *("weights", "activity_regularizer", "autocast", "implementation"),
        )
    ),
    3: frozenset(
        (
            "name",
            "trainable",
            "dtype",
            "autocast",
            "activity_regularizer",
            "input_shape",
            "batch_input_shape",
            "input_dim",
        )
    ),
}
#: Layers that make an input shape of ``input_length`` and ``input_dim``.
_SEQUENCES = frozenset(
    (
        *("SimpleRNN", "GRU", "LSTM", "RNN", "CuDNNGRU", "CuDNNLSTM"),
        *("Conv1D", "LocallyConnected1D", "TimeDistributedDense"),
    )
)
#: Layers whose constructor takes rows and columns of the kernel one by one in Keras 1.
_KERNELS = frozenset(("Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D", "LocallyConnected2D", "ConvLSTM2D"))
_FORMATS = frozenset(("channels_first", "channels_last"))


def configure(
    symbol_or_kind: str,
    version: int,
    positional: Sequence[object] = (),
    keywords: Mapping[str, object] | None = None,
    default_format: str = "channels_last",
    place: object = None,
) -> Layer:
    """The layer that a constructor call makes.

    ``symbol_or_kind`` is the full name ("keras.layers.convolutional.Convolution2D") or the class alone; ``version`` is
    the Keras whose signature it has. A lower-case function (``concatenate``, ``merge``) makes the layer that it
    applies, its tensors under ``arguments["inputs"]``.

    :raises Fault: of kind "arguments", if that Keras refuses the call for certain
    """
    name = symbol_or_kind.rpartition(".")[2]
    given = dict(keywords or {})
    remarks: list[Remark] = []
    symbol = _keras1_symbol(symbol_or_kind)
    modern = _signature(name, version)
    if symbol is not None and (version == 1 or modern is None):
        kind, arguments = _bind_keras1(symbol, name, positional, given)
    elif modern is not None:
        kind, parameters = modern
        arguments = _bind(name, parameters, positional, given)
        arguments = _check_keywords(name, kind, parameters, arguments, version, symbol)
        _check_required(name, parameters, arguments)
        _look_at_kernel(name, kind, positional, given, remarks)
    else:
        kind, arguments = name, {**dict(enumerated(positional)), **given}
    _check_words(name, arguments, version)
    own_name = arguments.get("name")
    return Layer(
        kind,
        arguments,
        version,
        place,
        own_name if isinstance(own_name, str) else "",
        _entry(kind, version, arguments),
        default_format=default_format,
        symbol=name,
        remarks=remarks,
    )


def enumerated(positional: Sequence[object]) -> list[tuple[str, object]]:
    """Arguments of a class that is not known, by their place."""
    return [(str(at), value) for at, value in enumerate(positional)]


# --- Keras 1 ----------------------------------------------------------------------------------------------------------


@functools.cache
def _keras1_symbol(path: str) -> str | None:
    """The full Keras 1.2.2 name; that of ``keras.layers`` where the path is a class alone."""
    for candidate in (path, f"keras.layers.{path.rpartition('.')[2]}"):
        symbol = keras_api.canonical(candidate)
        if symbol is not None and keras_api.kind(symbol) in ("class", "function"):
            return symbol
    return None


def _bind_keras1(
    symbol: str, name: str, positional: Sequence[object], keywords: Mapping[str, object]
) -> tuple[str, Arguments]:
    parameters = [(each, default) for each, default in keras_api.params(symbol) if not each.startswith("*")]
    bound = _bind(name, parameters, positional, keywords)
    row = keras_api.row(_ROW_OF.get(symbol, symbol))
    _check_required(name, parameters, bound)
    accepted = keras_api.accepted(symbol) | set(row.params if row else ())
    for each in bound:
        if each not in accepted and row is not None:
            raise Fault("arguments", f"{name} takes no {each} in Keras 1", blames=f"argument:{each}")
    arguments = _translated(row, bound)
    if "ZeroPadding" in name and "padding" in arguments:
        arguments["padding"] = _paddings(arguments["padding"], lines=name.endswith("1D"))
    return _KINDS.get(symbol) or _target(row, symbol), arguments


def _target(row: Row | None, symbol: str) -> str:
    return (row.to if row is not None and row.to else symbol).rpartition(".")[2]


def _translated(row: Row | None, bound: Mapping[str, object]) -> Arguments:
    """Keras 1's arguments under Keras 2's names, with Keras 2's words for what they say."""
    arguments: Arguments = {}
    packed: dict[str, dict[int, object]] = {}
    for each, value in bound.items():
        disposition = row.params.get(each) if row is not None else None
        if isinstance(disposition, To):
            words = disposition.value.literals if disposition.value else {}
            arguments[disposition.name] = _word(words, value)
        elif isinstance(disposition, Packed):
            packed.setdefault(disposition.name, {})[disposition.index] = value
            packed[disposition.name][-1] = disposition.count
        else:
            arguments[each] = value
    for name, parts in packed.items():
        count = parts.pop(-1)
        assert isinstance(count, int)
        if name == "input_shape":
            # ``if self.input_dim: kwargs['input_shape'] = (self.input_length, self.input_dim)``
            if parts.get(count - 1):
                arguments[name] = tuple(parts.get(at) for at in range(count))
        else:
            arguments[name] = tuple(parts.get(at) for at in range(count))
    return arguments


def _word(words: Mapping[str, str], value: object) -> object:
    """The value as Keras 2 says it. Only plain values have source text to look up."""
    if not (value is None or isinstance(value, (str, bool))):
        return value
    text = words.get(repr(value))
    return value if text is None else ast.literal_eval(text)


def _paddings(value: object, *, lines: bool) -> object:
    """``padding`` of Keras 1's ZeroPadding as Keras 2 takes it: pairs instead of a dictionary or four numbers."""
    if isinstance(value, dict):
        top, bottom, left, right = (value.get(f"{side}_pad", 0) for side in ("top", "bottom", "left", "right"))
        return (left, right) if lines else ((top, bottom), (left, right))
    if isinstance(value, (list, tuple)) and len(value) == 4:
        return (tuple(value[:2]), tuple(value[2:]))
    return value


# --- Keras 2 and 3 ----------------------------------------------------------------------------------------------------


@functools.cache
def _signature(name: str, version: int) -> tuple[str, keras_api.Parameters] | None:
    """The class that the name stands for, and its parameters, variadic ones included."""
    from kmigrate.keras_api.layer_signatures import LAYERS

    return LAYERS.get(max(version, 2), {}).get(name)


def _check_keywords(
    name: str,
    kind: str,
    parameters: Sequence[tuple[str, str | None]],
    arguments: Arguments,
    version: int,
    symbol: str | None,
) -> Arguments:
    """The arguments, those that only Keras 1 knew translated (Keras 2.0 to 2.2 took them with a warning).

    :raises Fault: if neither knows one
    """
    own = {each for each, _ in parameters}
    allowed = own | _COMMON[max(version, 2)]
    if kind in _SEQUENCES or kind == "Embedding":
        allowed |= {"input_length"}
    if kind == "InputLayer":
        allowed |= {"shape", "batch_shape", "batch_size", "input_shape", "batch_input_shape"}
    old: Arguments = {}
    for each in list(arguments):
        if each in allowed:
            continue
        if symbol is not None and each in keras_api.accepted(symbol):
            old[each] = arguments.pop(each)
        else:
            raise Fault("arguments", f"{name} takes no {each}", blames=f"argument:{each}")
    if old and symbol is not None:
        arguments = {**_translated(keras_api.row(symbol), old), **arguments}
    return arguments


def _look_at_kernel(
    name: str, kind: str, positional: Sequence[object], keywords: Mapping[str, object], remarks: list[Remark]
) -> None:
    """``Conv2D(8, 5, 5)``: rows and columns in Keras 1, kernel and strides since Keras 2."""
    if kind not in _KERNELS or len(positional) < 3 or "strides" in keywords:
        return
    size, steps = positional[1], positional[2]
    if known(size) and known(steps) and (size == steps > 1 or (name != kind and not size == steps == 1)):
        remarks.append(
            Remark(
                "positional-kernel",
                f"{name}({positional[0]}, {size}, {steps}) is a kernel of {size} with strides of {steps}; Keras 1 took "
                f"it for a kernel of {size} × {steps}",
                Level.WARNING,
                "argument:kernel_size",
                f"kernel_size=({size}, {steps})",
            )
        )


# --- both -------------------------------------------------------------------------------------------------------------


def _bind(
    name: str,
    parameters: Sequence[tuple[str, str | None]],
    positional: Sequence[object],
    keywords: Mapping[str, object],
) -> Arguments:
    """Parameter -> value, for what is given.

    :raises Fault: if there are too many, or one is given twice
    """
    places = [each for each, _ in parameters if not each.startswith("*")]
    if len(positional) > len(places):
        raise Fault("arguments", f"{name} takes {len(places)} arguments by position, and gets {len(positional)}")
    bound = dict(zip(places, positional, strict=False))
    twice = next((each for each in keywords if each in bound), None)
    if twice is not None:
        raise Fault("arguments", f"{name} gets {twice} by position and by name", blames=f"argument:{twice}")
    bound.update(keywords)
    return bound


def _check_required(name: str, parameters: Sequence[tuple[str, str | None]], arguments: Mapping[str, object]) -> None:
    missing = [each for each, default in parameters if default is None and each[0] != "*" and each not in arguments]
    if missing:
        raise Fault("arguments", f"{name} needs {' and '.join(missing)}")


def _check_words(name: str, arguments: Arguments, version: int) -> None:
    """Hold ``padding`` and ``data_format`` against the words that there are; Keras 2 takes them in any case.

    :raises Fault: if there is no such word
    """
    for argument, allowed in (
        ("data_format", _FORMATS),
        ("padding", frozenset(("valid", "same", "full") if version == 1 else ("valid", "same", "causal"))),
    ):
        value = arguments.get(argument)
        if not isinstance(value, str):
            continue
        word = value if version == 1 else value.lower()
        if word not in allowed:
            old = {"data_format": "dim_ordering", "padding": "border_mode"}[argument] if version == 1 else argument
            raise Fault("arguments", f"{name}: {old} cannot be '{value}'", blames=f"argument:{argument}")
        arguments[argument] = word


def _entry(kind: str, version: int, arguments: Mapping[str, object]) -> Shape | None:
    """The shape, samples first, that the arguments say the layer is made for."""
    whole = arguments.get("batch_input_shape", arguments.get("batch_shape"))
    if isinstance(whole, (list, tuple)):
        return tuple(as_size(size) for size in whole)
    samples = as_size(arguments.get("batch_size"))
    length, features = arguments.get("input_length"), arguments.get("input_dim")
    if kind == "Embedding":
        if version == 1 or (version == 2 and "input_shape" not in arguments):
            lengths = length if isinstance(length, (list, tuple)) else (length or None,)
            return (samples, *(as_size(size) for size in lengths))
    elif kind in _SEQUENCES and (features or (version > 1 and length)) and "input_shape" not in arguments:
        return (samples, as_size(length), as_size(features))
    shape = arguments.get("input_shape", arguments.get("shape"))
    if isinstance(shape, (list, tuple)):
        return (samples, *(as_size(size) for size in shape))
    if known(shape) and version > 1 and kind != "InputLayer":
        return (samples, shape)
    if features is not None and kind != "Embedding" and "input_shape" not in arguments:
        return (samples, as_size(features))
    return None

"""Every layer of Keras 1.2.2 with each argument alone, as a model of one layer: what ``layers`` compares.

The calls are those that ``keras_api/calls`` generates from the signatures, and the cases of ``layer_cases``: merges,
masks, wrappers, and each border mode in each ordering.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.keras_api import calls
from tests.keras_api.test_upgraded_calls import legal
from tests.verify import layer_cases

#: Ending of a parameter -> why it changes no computation that is compared.
_WITHOUT_EFFECT = {
    "init": "initial values",
    "weights": "initial values",
    "regularizer": "training alone",
    "constraint": "training alone",
    "trainable": "training alone",
    "momentum": "training alone",
    "l1": "training alone",
    "l2": "training alone",
    "seed": "random numbers",
    "name": "a name",
    "input_shape": "the input",
    "input_dim": "the input",
    "input_length": "the input",
    "input_dtype": "the input",
}
#: Parameters that end like one of these and do change it: Embedding's vocabulary.
_REQUIRED = {("Embedding", "input_dim")}

_IMAGE, _VOLUME, _SEQUENCE, _VECTOR = (10, 11, 3), (8, 9, 7, 2), (7, 6), (6,)
_FILM = (3, 9, 8, 2)
#: Class, or its ending -> the shape of its input, channels last.
_SHAPES: dict[str, tuple[int, ...]] = {
    "ConvLSTM2D": _FILM,
    "Deconvolution2D": (7, 8, 3),
    "Embedding": (7,),
    "Lambda": (2, 3),
    "Permute": (4, 3),
    "RepeatVector": _VECTOR,
    "Reshape": _VECTOR,
    "Dense": _VECTOR,
    "Highway": _VECTOR,
    "MaxoutDense": _VECTOR,
    "TimeDistributedDense": _SEQUENCE,
    "1D": _SEQUENCE,
    "2D": _IMAGE,
    "3D": _VOLUME,
    "LSTM": _SEQUENCE,
    "GRU": _SEQUENCE,
    "SimpleRNN": _SEQUENCE,
    "Masking": _SEQUENCE,
    "Bidirectional": _SEQUENCE,
    "TimeDistributed": _SEQUENCE,
}
_OTHERS = (4, 5, 3)
#: A deconvolution's output is fixed, and its input has the size that makes it.
_DECONVOLVED = {"'same'": (9, 9, 3), "(2, 3)": (4, 3, 3)}


#: What the programs import and define, for the models of ``layer_models`` too.
_HEAD = """\
from keras import backend as K
from keras.models import Model, Sequential
from keras.layers import *


def tail(y):
    return Dense(3)(Flatten()(y) if K.ndim(y) > 2 else y)


"""


@dataclass(frozen=True, slots=True)
class LayerCall:
    """A model of one layer: the layer's class, an expression in ``x`` or ``inputs``, the shapes of the inputs.

    ``group`` is the class, or "cases"; ``batch`` a fixed batch size. ``words``: the inputs are whole numbers.
    """

    group: str
    code: str
    shapes: tuple[tuple[int, ...], ...]
    words: bool = False
    batch: int | None = None

    @property
    def said(self) -> str:
        """What a report calls it."""
        return self.code

    @property
    def models(self) -> int:
        """How many models the program of it makes."""
        return 1

    def lines(self, name: str) -> list[str]:
        """The statements that build the model."""
        dtype = ", dtype='int32'" if self.words else ""
        inputs = [f"Input(batch_shape={(self.batch, *shape)}{dtype})" for shape in self.shapes]
        return [
            f"inputs = [{', '.join(inputs)}]",
            "x = inputs[0]",
            f"Model(input=inputs, output={self.code}, name='{name}')",
        ]


def program(found: list[LayerCall], *, alone: bool = False) -> str:
    """A program of one model for each, called ``model0``, …; one that a Keras refuses stops the others if ``alone``."""
    lines = [*_HEAD.splitlines(), *calls.PREAMBLE.splitlines()]
    for number, call in enumerate(found):
        built = call.lines(f"model{number}")
        lines += built if alone else ["try:", *(f"    {line}" for line in built), "except Exception:", "    pass"]
    return "\n".join(lines) + "\n"


def without_effect(call: calls.Call) -> str | None:
    """Why a call computes what the class computes with its required arguments only; None where it may not."""
    required = {name for name, default in calls.declared(call.symbol) if default is None}
    for name, _ in call.arguments:
        if name in required or (call.name, name) in _REQUIRED:
            continue
        for ending, why in _WITHOUT_EFFECT.items():
            if name.endswith(ending):
                return why
    return None


def generated(
    ordering: str, each: Callable[[str], Iterator[calls.Call]] = calls.singles
) -> tuple[list[LayerCall], Counter[str]]:
    """A model for each call of a layer under an ordering, and why calls are left out, with how many.

    ``each``: which calls of a class, ``calls.singles`` or ``calls.pairs``.
    """
    found: dict[str, LayerCall] = {}
    left: Counter[str] = Counter()
    seen: set[str] = set()
    for symbol in calls.symbols():
        if not symbol.startswith("keras.layers."):
            continue
        every = [call for call in each(symbol) if call.key not in seen and not seen.add(call.key)]  # type: ignore[func-returns-value]
        accepted = {call.key for call in legal(every)}
        for call in every:
            if call.key not in accepted:
                left["Keras 1.2.2 refuses the call"] += 1
            elif why := without_effect(call):
                left[f"the argument is about {why}"] += 1
            else:
                found[call.key] = _model(call, ordering)
    return list(found.values()), left


def _model(call: calls.Call, ordering: str) -> LayerCall:
    given = dict(call.arguments)
    shape = _shape(call, given)
    at = given.get("dim_ordering", f"'{ordering}'")
    is_image = any(name == "dim_ordering" for name, _ in calls.declared(call.symbol))
    if at == "'th'" and is_image:
        # films have their time before the channels
        start = 1 if call.name == "ConvLSTM2D" else 0
        shape = (*shape[:start], shape[-1], *shape[start:-1])
        if "output_shape" in given:
            given["output_shape"] = "(None, 4, 9, 9)"
    code = f"{call.name}({', '.join(f'{name}={value}' for name, value in given.items())})(x)"
    return LayerCall(call.name, code, (shape,), call.name == "Embedding", 3 if "stateful" in given else None)


def _shape(call: calls.Call, given: dict[str, str]) -> tuple[int, ...]:
    if call.name == "Deconvolution2D":
        return _DECONVOLVED.get(given.get("border_mode", given.get("subsample", "")), _SHAPES[call.name])
    if call.name in _SHAPES:
        return _SHAPES[call.name]
    return _SHAPES.get(call.name[-2:], _OTHERS)


def written() -> Iterator[LayerCall]:
    """A model for each of ``layer_cases``."""
    for case in layer_cases.cases():
        batch = 3 if "Deconvolution2D" in case.code else None
        yield LayerCall("cases", case.code, case.shapes, case.data == "words", batch)

"""Layers inside a model: between others, in branches, shared, nested, wrapped and masked, around the calls of
``layer_calls``.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.verify.layer_calls import LayerCall

_MASKS = re.compile(r"Masking\(|mask_zero=True")
_RECURRENT = re.compile(r"(LSTM|GRU|SimpleRNN)\(")


@dataclass(frozen=True, slots=True)
class Surrounding:
    """What a layer is put into: the lines that build a model, and which calls can be.

    In the lines ``tail`` makes three numbers of each sample's (``layer_calls``), ``LAYER`` is the layer, ``INPUT`` an
    input that fits it, ``FRAMES`` one with three of them, ``BEFORE`` a layer with weights that keeps its input's shape,
    ``FIRST`` the same as the first of a Sequential, and ``NAME`` the model's name.
    """

    name: str
    lines: tuple[str, ...]
    fits: Callable[[LayerCall], bool] = lambda _: True


def _takes_masks(call: LayerCall) -> bool:
    return len(call.shapes[0]) == 2 and not call.words


SURROUNDINGS = (
    Surrounding("between", ("x = INPUT", "Model(input=x, output=tail(LAYER(BEFORE(x))), name='NAME')")),
    Surrounding(
        "in branches",
        (
            "x = INPUT",
            "branches = [LAYER(x), LAYER(BEFORE(x))]",
            "Model(input=x, output=tail(merge(branches, mode='concat', concat_axis=-1)), name='NAME')",
        ),
    ),
    Surrounding(
        "shared",
        (
            "a, b = INPUT, INPUT",
            "shared = LAYER",
            "ends = [tail(shared(a)), tail(shared(BEFORE(b)))]",
            "Model(input=[a, b], output=merge(ends, mode='sum'), name='NAME')",
        ),
    ),
    Surrounding(
        "nested",
        (
            "x = INPUT",
            "inner = Model(input=x, output=LAYER(BEFORE(x)), name='NAME_inner')",
            "a, b = INPUT, INPUT",
            "Model(input=[a, b], output=merge([tail(inner(a)), tail(inner(b))], mode='mul'), name='NAME')",
        ),
    ),
    Surrounding(
        "in a Sequential",
        (
            "inner = Sequential(name='NAME_inner')",
            "inner.add(FIRST)",
            "inner.add(LAYER)",
            "x = INPUT",
            "Model(input=x, output=tail(inner(x)), name='NAME')",
        ),
        lambda call: not call.words,
    ),
    Surrounding(
        "in TimeDistributed", ("x = FRAMES", "Model(input=x, output=tail(TimeDistributed(LAYER)(x)), name='NAME')")
    ),
    Surrounding(
        "in Bidirectional",
        ("x = INPUT", "Model(input=x, output=tail(Bidirectional(LAYER)(BEFORE(x))), name='NAME')"),
        lambda call: _RECURRENT.match(call.code) is not None,
    ),
    Surrounding(
        "masked",
        (
            "x = INPUT",
            "y = LAYER(Masking(0.)(x))",
            "Model(input=x, output=[y, Dense(3)(LSTM(4)(y) if K.ndim(y) == 3 else y)], name='NAME')",
        ),
        _takes_masks,
    ),
)


@dataclass(frozen=True, slots=True)
class Surrounded(LayerCall):
    """A call within a surrounding; ``code`` is the layer without what it is applied to."""

    surrounding: Surrounding = SURROUNDINGS[0]
    ordering: str = "tf"

    @property
    def said(self) -> str:
        """What a report calls it."""
        return f"{self.code} {self.surrounding.name}"

    @property
    def models(self) -> int:
        """How many models the program of it makes."""
        return 2

    def lines(self, name: str) -> list[str]:
        """The statements that build the model."""
        shape = self.shapes[0]
        dtype = ", dtype='int32'" if self.words else ""
        before = _before(self.code, shape, self.ordering)
        given = {
            "LAYER": self.code,
            "INPUT": f"Input(batch_shape={(self.batch, *shape)}{dtype})",
            "FRAMES": f"Input(batch_shape={(self.batch, 3, *shape)}{dtype})",
            "BEFORE": "" if self.words else before,
            "FIRST": f"{before[:-1]}, batch_input_shape={(self.batch, *shape)})",
            "NAME": name,
        }
        if _MASKS.search(self.code):  # only some layers take a mask
            given["tail"] = "LSTM(3)"
        return [re.sub("|".join(given), lambda match: given[match[0]], line) for line in self.surrounding.lines]


def _before(code: str, shape: Sequence[int], ordering: str) -> str:
    """A layer with weights that keeps the shape that the layer ``code`` gets."""
    is_film = code.startswith("ConvLSTM2D")
    images = shape[1:] if is_film else shape
    channels = images[0] if ordering == "th" else images[-1]
    same = f"border_mode='same', dim_ordering='{ordering}'"
    found = {
        1: f"Dense({shape[-1]})",
        2: f"Convolution1D({shape[-1]}, 2, border_mode='same')",
        3: f"Convolution2D({channels}, 2, 3, {same})",
        4: f"Convolution3D({channels}, 2, 1, 3, {same})",
    }[len(images)]
    return f"TimeDistributed({found})" if is_film else found


def layer(code: str) -> str | None:
    """The layer in ``LAYER(x)``; None in other expressions."""
    node = ast.parse(code, mode="eval").body
    is_layer = isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and code.endswith(")(x)")
    return code.removesuffix("(x)") if is_layer else None


def surrounded(found: Sequence[LayerCall], ordering: str, *, everywhere: bool = False) -> Iterator[Surrounded]:
    """The first call of each class in all surroundings that it fits into, each other call in one of them in turn.

    ``everywhere``: each call in all of them.
    """
    turns: Counter[str] = Counter()
    for call in found:
        made = layer(call.code)
        if made is None or len(call.shapes) != 1:
            continue
        name = made.partition("(")[0]
        fitting = [one for one in SURROUNDINGS if one.fits(call)]
        chosen = fitting if everywhere or not turns[name] else [fitting[turns[name] % len(fitting)]]
        turns[name] += 1
        for one in chosen:
            yield Surrounded(call.group, made, call.shapes, call.words, call.batch, one, _ordering(call, ordering))


def _ordering(call: LayerCall, ordering: str) -> str:
    """The ordering of the data that a call gets."""
    told = re.search(r"dim_ordering='(th|tf)'", call.code)
    return told[1] if told else ordering

"""Hypothesis strategies for Keras 1 programs, written in all the ways in which people write them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

#: Layers with positional arguments and keywords of Keras 1.2.2 (keras/layers/core.py, convolutional.py, pooling.py, …).
_LAYERS: dict[str, tuple[str, tuple[tuple[str, ...], ...], tuple[str, ...]]] = {
    "Dense": (
        "core",
        (("10",), ("n_out", "'uniform'"), ("4 * k",)),
        ("init='he_normal'", "W_regularizer=None", "bias=False", "activation='relu'", "input_dim=3", "name='d_é'"),
    ),
    "Convolution2D": (
        "convolutional",
        (("8", "3", "3"), ("nb", "k", "2 * k"), ("8", "3", "3", "'uniform'")),
        (
            "border_mode='same'",
            "subsample=(2, 2)",
            "dim_ordering='tf'",
            "init='zero'",
            "bias=True",
            "input_shape=(8, 8, 3)",
        ),
    ),
    "MaxPooling2D": ("pooling", ((), ("(2, 2)",)), ("pool_size=(3, 3)", "strides=(1, 1)", "border_mode='valid'")),
    "Dropout": ("core", (("0.5",), ("rate",)), ()),
    "LSTM": ("recurrent", (("8",),), ("inner_init='orthogonal'", "return_sequences=True", "consume_less='gpu'")),
    "Embedding": ("embeddings", (("100", "8"), ("100", "8", "'uniform'")), ("input_length=4", "mask_zero=False")),
    "BatchNormalization": ("normalization", ((),), ("mode=0", "axis=-1", "gamma_init='one'")),
    "ZeroPadding2D": ("convolutional", (("(1, 1)",), ((),)[0]), ()),
}
_COMMENTS = ("# plain", "# é ü 😀", "# type: ignore", "# Convolution2D(8, 3, 3, border_mode='same')", "#")
#: Statements that have nothing to do with Keras and must come through as they are, decoys among them.
_OTHERS = (
    "x = np.pad(x, 1, mode='constant')",
    "y = theano.tensor.nnet.conv2d(x, w, border_mode='full', subsample=(1, 1))",
    "parser.add_argument('--nb_epoch', default=3)",
    "def conv(x, nb_filter, nb_row, nb_col, border_mode='same', init=None):\n    return nb_filter * nb_row",
    "z = conv(1, nb_filter=2, nb_row=3, nb_col=4, border_mode='valid')",
    "s = '''two\nlines 😀 border_mode='same' '''",
    "s = f'{n_out!r:>{k}} é {dict(nb_epoch=3)}'",
    "t = 'a' \\\n    'b'",
    "if k: pass; n = 1",
    "\x0c",
    "class Own(object):\n\tdim = 3\n\n\tdef fit(self, nb_epoch=3): return nb_epoch",
    "f = lambda nb_row=3, *a, **b: (nb_row, a, b)",
    "d = {'nb_epoch': 3, 'border_mode': \"same\", }",
    "w = r'\\d+' + b'raw'.decode() + u'u'",
    "@decorate(nb_row=3)\ndef decorated(): return 0x1F + 1_000 + 1e-3 + 3j",
    "q = [i for i in range(3)\n     if i]  # inside",
)


@dataclass(frozen=True)
class Generated:
    """A program as text, and the pieces of it that are not Keras's, in order."""

    text: str
    kept: tuple[str, ...] = ()


@st.composite
def _imports(draw: st.DrawFn, used: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    """Import statements for ``used``, and how each is then written."""
    lines: list[str] = []
    names: dict[str, str] = {}
    whole = False
    grouped: dict[str, list[str]] = {}
    for layer in used:
        old = f"keras.layers.{_LAYERS[layer][0]}"
        style = draw(st.sampled_from(("from", "old", "as", "whole", "module", "group", "star", "try", "multi")))
        names[layer] = layer
        if style == "from":
            lines.append(f"from keras.layers import {layer}")
        elif style == "old":
            lines.append(f"from {old} import {layer}  # old path")
        elif style == "as":
            names[layer] = f"{layer}_1"
            lines.append(f"from {old} import {layer} as {layer}_1")
        elif style == "whole":
            names[layer] = f"keras.layers.{layer}"
            if not whole:
                lines.append("import keras, keras.layers")
            whole = True
        elif style == "module":
            names[layer] = f"L{len(lines)}.{layer}"
            lines.append(
                f"import {old} as L{len(lines)}"
                if draw(st.booleans())
                else f"from keras import layers as L{len(lines)}"
            )
        elif style == "group":
            grouped.setdefault(old, []).append(layer)
        elif style == "star":
            lines.append(f"from {old} import *")
        elif style == "try":
            lines.append(
                f"try:\n    from {old} import {layer}\nexcept ImportError:\n    from keras.layers import {layer}"
            )
        else:
            lines.append(f"from {old} import (  # open\n    # own line\n    {layer},  # it\n    )")
    for old, group in grouped.items():
        lines.append(f"from {old} import " + draw(st.sampled_from((", ", ", \\\n    ", ",  "))).join(group))
    if draw(st.booleans()):
        lines.insert(0, "import os; import sys  # both")
    return lines, names


@st.composite
def _call(draw: st.DrawFn, layer: str, written: str) -> str:
    _, positionals, keywords = _LAYERS[layer]
    arguments = list(draw(st.sampled_from(positionals)))
    if keywords:
        arguments += draw(st.lists(st.sampled_from(keywords), unique_by=lambda kw: kw.partition("=")[0], max_size=3))
    shape = draw(st.sampled_from(("plain", "lines", "comments", "trailing", "spaces", "continued", "tight", "dict")))
    if shape == "lines":
        body = "\n    " + ",\n    ".join(arguments) + "\n" if arguments else ""
    elif shape == "comments":
        parts = [f"\n    {a},  {draw(st.sampled_from(_COMMENTS))}" for a in arguments]
        body = "".join(parts) + "\n    # last\n"
    elif shape == "trailing":
        body = ", ".join(arguments) + "," if arguments else ""
    elif shape == "spaces":
        body = " " + " , ".join(a.replace("=", " = ") if "==" not in a else a for a in arguments) + " "
    elif shape == "continued":
        body = ", \\\n\t".join(arguments)
    elif shape == "dict" and arguments and "=" in arguments[-1]:
        name, _, value = arguments[-1].partition("=")
        body = ", ".join([*arguments[:-1], f"**{{'{name}': {value}}}"])
    else:
        body = (", " if shape == "plain" else ",").join(arguments)
    return f"{written}({body})"


@st.composite
def _statement(draw: st.DrawFn, names: dict[str, str]) -> str:
    layer = draw(st.sampled_from(sorted(names)))
    written = names[layer]
    call = draw(_call(layer, written))
    form = draw(
        st.sampled_from(
            (
                "assign",
                "add",
                "nested",
                "function",
                "alias",
                "partial",
                "getattr",
                "lambda",
                "fstring",
                "wide",
                "semicolon",
            )
        )
    )
    if form == "assign":
        return f"x = {call}(x)  {draw(st.sampled_from(_COMMENTS))}"
    if form == "add":
        return f"model.add({call})"
    if form == "nested":
        other = draw(st.sampled_from(sorted(names)))
        return f"x = {call}({draw(_call(other, names[other]))}(x))"
    if form == "function":
        indented = f"x = {call}(x)"
        return f"def build_{len(call)}(x, border_mode='same', nb_filter=3):\n\t{indented}\n\treturn x"
    if form == "alias":
        return f"Alias = {written}\ny = Alias{call[len(written) :]}"
    if form == "partial":
        return f"make = functools.partial{'(' + written + ', ' + call[len(written) + 1 :]}\n"
    if form == "getattr":
        return f"x = getattr(layers, {layer!r}){call[len(written) :]}"
    if form == "lambda":
        return f"g = lambda x: {call}(x)"
    if form == "fstring" and "\n" not in call and "\\" not in call and '"' not in call and "{" not in call:
        return f's = f"é😀 {{{call}}} {{k}}"'
    if form == "wide":
        return f"x = ('é😀', {call}, '\u2028\x0b', {call})  # 😀"
    return f"n = 1; x = {call}; m = 2"


@st.composite
def keras1_programs(draw: st.DrawFn) -> Generated:
    """A Keras 1 program: imports, calls of layers, a model compiled and trained, and much else besides."""
    used = tuple(draw(st.lists(st.sampled_from(sorted(_LAYERS)), unique=True, min_size=1, max_size=4)))
    lines, names = draw(_imports(used))
    inside = draw(st.booleans()) and not any("*" in line for line in lines)
    head = ['"""A docstring, é."""'] if draw(st.booleans()) else []
    head += ["import numpy as np, functools", "from keras import layers"]
    body = draw(
        st.lists(st.one_of(_statement(names), st.sampled_from(_OTHERS), st.sampled_from(_COMMENTS)), max_size=6)
    )
    if draw(st.booleans()):
        body += [
            "from keras.models import Sequential",
            "model = Sequential()",
            "model.fit(X, Y, batch_size=32, nb_epoch=5, show_accuracy=True)",
        ]
    if inside:
        imported = "\n".join(f"    {line}" for statement in lines for line in statement.split("\n"))
        statement = draw(_statement(names)).replace("\n", "\n    ").replace("\t", "    ")
        lines = [f"def inside(x):\n{imported}\n    {statement}"]
        body = [line for line in body if not any(written in line for written in names.values())]
    text = "\n".join([*head, *lines, *body])
    newline = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    text = text.replace("\n", newline)
    if draw(st.booleans()):
        text += newline
    mark = "\ufeff" if draw(st.integers(0, 9)) == 0 else ""
    kept = tuple(piece.replace("\n", newline) for piece in body if piece in _OTHERS)
    return Generated(mark + text, kept)

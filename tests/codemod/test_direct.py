"""Plain edits of a call's text against LibCST, which must give the same wherever both can do it."""

from __future__ import annotations

import ast

from hypothesis import assume, given
from hypothesis import strategies as st

from kmigrate.codemod.calls import rewrite_call
from kmigrate.codemod.direct import direct_edits
from kmigrate.codemod.rewrite import splice
from kmigrate.findings import Add, ArgumentOp, Drop, Keyword, Value
from kmigrate.program.scopes import read_module

_VALUES = st.sampled_from(
    ["3", "(3)", "x", "a[0]", "f(1, 2)", "'same'", "a if b else c", "lambda x: x", "-1", "{'k': 1}"]
)
_GAPS = st.sampled_from([", ", ",", " , ", ",\n    ", ",  # why\n    "])


@st.composite
def _calls(draw: st.DrawFn) -> tuple[str, int]:
    count = draw(st.integers(0, 5))
    named = draw(st.integers(0, count))
    parts = [
        draw(_VALUES) if i < named else f"k{i}{draw(st.sampled_from(['=', ' = ']))}{draw(_VALUES)}"
        for i in range(count)
    ]
    tail = draw(st.sampled_from(["", "", "", "**options", "*rest"]))
    if tail == "*rest" and named < count:
        tail = ""
    if tail:
        parts.append(tail)
    text = "".join(part + (draw(_GAPS) if at + 1 < len(parts) else "") for at, part in enumerate(parts))
    end = draw(st.sampled_from(["", "", ",", "\n", " "])) if parts else ""
    return f"K.call({text}{end})", count


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, list[ArgumentOp]]:
    text, count = draw(_calls())
    ops: list[ArgumentOp] = []
    at = 0
    while at < count:
        kind = draw(st.sampled_from(["keep", "rename", "value", "both", "pack", "drop"]))
        if kind == "pack" and at + 1 < count:
            ops += [Value(at, f"({{{at}}}, {{{at + 1}}})"), Drop(at + 1)]
            if draw(st.booleans()) or text.count("="):
                ops.append(Keyword(at, "size"))
            at += 1
        elif kind == "drop":
            ops.append(Drop(at))
        else:
            if kind in ("rename", "both"):
                ops.append(Keyword(at, f"new{at}"))
            if kind in ("value", "both"):
                ops.append(Value(at, "'other'"))
        at += 1
    ops += [Add(f"pin{i}", "1") for i in range(draw(st.integers(0, 2)))]
    return text, ops


@given(_cases())
def test_same_as_libcst(case: tuple[str, list[ArgumentOp]]) -> None:
    text, ops = case
    module = read_module(text)
    node = next(n for n, _ in module.calls if module.span(n).end == len(text))
    assert isinstance(node, ast.Call)
    edits = direct_edits(module, node, ops)
    if edits is not None:
        done = splice(text, edits)
        assume(_parses(done))  # the operations of a rule never put a positional argument behind a keyword
        assert done == rewrite_call(text, ops)


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def test_what_real_code_has_most_needs_no_tree() -> None:
    text = "Convolution2D(64, 3, 3, border_mode='same', init='normal')"
    module = read_module(text)
    ops: list[ArgumentOp] = [
        Value(1, "({1}, {2})"),
        Drop(2),
        Keyword(3, "padding"),
        Value(4, "'random_normal'"),
        Add("pin", "1"),
    ]
    edits = direct_edits(module, module.calls[0][0], ops)
    assert edits is not None
    assert splice(text, edits) == "Convolution2D(64, (3, 3), padding='same', init='random_normal', pin=1)"

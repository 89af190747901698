"""Rewriting a call keeps its line ends, its comments and everything that no operation touches."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate.codemod.calls import rewrite_call
from kmigrate.codemod.line_ends import first_line_end
from kmigrate.findings import Add, ArgumentOp, Callee, Drop, Keyword, Value, Wrap

_COMMENT = re.compile(r"#c\d+")


@pytest.mark.parametrize(
    ("code", "ops", "expected"),
    [
        ("f(a, b, c)", [Drop(1)], "f(a, c)"),
        ("f(a,b, c)", [Drop(1)], "f(a, c)"),
        ("f(a,\n  b)", [Drop(0)], "f(b)"),
        ("f(a,\n  b)", [Drop(1)], "f(a)"),
        ("f(a)", [Drop(0)], "f()"),
        ("f(a, )", [Drop(0)], "f()"),
        ("f(a, \\\n  b, \\\n  c)", [Drop(1)], "f(a, \\\n  c)"),
        ("f(a,  # a\n  b,  # b\n  c)", [Drop(1)], "f(a,  # a\n  # b\n  c)"),
        ("f(a,  # a\n  b)", [Drop(1)], "f(a  # a\n  )"),
        ("f(\n  a,  # a\n  b,  # b\n)", [Drop(1)], "f(\n  a,  # a\n  # b\n)"),
        ("f(\n  a,  # a\n  b,  # b\n)", [Add("x", "1")], "f(\n  a,  # a\n  b,  # b\n  x=1,\n)"),
        ("f(\n  a,  # a\n  b  # b\n)", [Add("x", "1")], "f(\n  a,  # a\n  b,  # b\n  x=1\n)"),
        ("f(a, **k)", [Add("x", "1")], "f(a, x=1, **k)"),
        ("f(*a)", [Add("x", "1")], "f(*a, x=1)"),
        ("f()", [Add("x", "1")], "f(x=1)"),
        ("f(a,)", [Add("x", "1")], "f(a, x=1,)"),
        ("f( a , b )", [Keyword(1, "k")], "f( a , k=b )"),
        ("f(a, k = b)", [Keyword(1, "new")], "f(a, new = b)"),
        ("f(a, 3, 4 + x)", [Value(1, "({1}, {2})"), Drop(2)], "f(a, (3, 4 + x))"),
        ("f(a + b)", [Value(0, "{0:p} * 2")], "f((a + b) * 2)"),
        ("f(a.b)", [Value(0, "{0:p} * 2")], "f(a.b * 2)"),
        ("f (a)", [Callee("g.h")], "g.h (a)"),
        ("f(a)", [Wrap("Outer({call}, {0})")], "Outer(f(a), a)"),
        ("f(a)", [Wrap("{call}"), Keyword(0, "k")], "f(k=a)"),
        ("f(x for x in y)", [Keyword(0, "k")], "f(k=(x for x in y))"),
        ("f(x for x in y)", [Add("k", "{0}")], "f((x for x in y), k=(x for x in y))"),
        ("f(x for x in y)", [Callee("g")], "g(x for x in y)"),
        ("f((x for x in y))", [Keyword(0, "k")], "f(k=(x for x in y))"),
        ("f(a := 1)", [Keyword(0, "k")], "f(k=(a := 1))"),
        ("f(lambda: 0)", [Value(0, "{0:p} + 1")], "f((lambda: 0) + 1)"),
        ("f('{x}', d)", [Value(0, "({0}, 1)")], "f(('{x}', 1), d)"),
        ("f(\r\n  a,  # a\r\n  b)", [Keyword(1, "k")], "f(\r\n  a,  # a\r\n  k=b)"),
        ("f(\r  a,\r  b)", [Drop(0)], "f(\r  b)"),
        ("f(\r\n  a,\n  b,\r  c)", [Value(1, "({1}, {2})"), Drop(2)], "f(\r\n  a,\n  (b, c))"),
    ],
)
def test_rewrite(code: str, ops: list[ArgumentOp], expected: str) -> None:
    """Each operation changes just what it is about."""
    assert rewrite_call(code, ops) == expected


def _spaces(inside: bool) -> st.SearchStrategy[str]:
    """White space as it may stand between arguments."""
    plain = st.sampled_from(["", " ", "  "])
    return st.one_of(plain, st.sampled_from(["\n  ", "  #c\n  ", "\n#c\n\n    #c\n\t", " \\\n "])) if inside else plain


@st.composite
def _calls(draw: st.DrawFn) -> tuple[str, int]:
    """A call of plain arguments with white space, line ends and numbered comments in all places, and their number."""
    values = draw(st.lists(st.sampled_from(["a", "1 + 2", "'é😀'", "g(b)", "[1,\n 2]", "lambda: 0"]), max_size=4))
    parts: list[str] = [draw(_spaces(True))]
    for index, value in enumerate(values):
        last = index == len(values) - 1
        comma = "," if not last or draw(st.booleans()) else ""
        keyword = f"k{index}=" if index >= 2 else ""
        parts += [keyword, value, draw(_spaces(True)), comma, draw(_spaces(True)) if comma else ""]
    number = iter(range(100))
    code = re.sub("#c", lambda _: f"#c{next(number)}", f"f({''.join(parts)})")
    return code.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))), len(values)


def _dump(code: str) -> str:
    return ast.dump(ast.parse(f"({code})".replace("\r\n", "\n").replace("\r", "\n"), mode="eval").body)


@settings(max_examples=400, deadline=None)
@given(_calls(), st.data())
def test_comments_and_line_ends_survive(call: tuple[str, int], data: st.DataObject) -> None:
    """Whatever is dropped or added: it parses, each comment is there once and in order, line ends are of one kind."""
    code, count = call
    dropped = data.draw(st.sets(st.integers(0, count - 1)) if count else st.just(set[int]()))
    ops: list[ArgumentOp] = [Drop(index) for index in sorted(dropped)]
    added = data.draw(st.booleans())
    if added:
        ops.append(Add("new", "{0}" if count else "1"))
    if not ops:
        return
    result = rewrite_call(code, ops)
    tree = ast.parse(f"({code})".replace("\r\n", "\n").replace("\r", "\n"), mode="eval").body
    assert isinstance(tree, ast.Call)
    values = [ast.unparse(value) for value in [*tree.args, *(keyword.value for keyword in tree.keywords)]]
    kept = [f"k{index}={value}" if index >= 2 else value for index, value in enumerate(values) if index not in dropped]
    if added:
        kept.append(f"new={values[0] if values else 1}")
    assert _dump(result) == _dump(f"f({', '.join(kept)})")
    assert _COMMENT.findall(result) == _COMMENT.findall(code)
    kinds = set(re.findall(r"\r\n|\r|\n", result))
    assert kinds <= {first_line_end(code)}, result

"""Names are found where Python itself finds them: held against ``symtable``."""

from __future__ import annotations

import ast
import io
import symtable
import sys
import tokenize
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate.findings import LineIndex
from kmigrate.program.scopes import Scope, read_module

_PROGRAMS = {
    "plain": "a = 1\ndef f(b, *c, d=a, **e):\n    g = b\n    return lambda h: g + h\n",
    "global": "a = 1\ndef f():\n    global a, b\n    a = 2\n    b = 3\n    def g():\n        return a\n",
    "nonlocal": (
        "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n        def h():\n            return a\n"
    ),
    "class": "a = 1\nclass C(a):\n    a = 2\n    def f(self, x=a):\n        return a\n    b = a\n",
    "walrus": "def f(q):\n    return [(a := z) for z in q if (b := z)]\nx = [y := 1, y ** 2]\n",
    "with": "with q as (a, [b, *c]), r as d:\n    a, b, c, d\nwith q as x.y, z as x[0]: pass\n",
    "match": (
        "def f(q):\n    match q:\n        case [a, *b]: return a, b\n        case {'k': c, **d}: return c, d\n"
        "        case C(e, k=g) | C(g, k=e): return e, g\n        case str() as h: return h\n"
    ),
    "for": "for a, (b, *c) in q:\n    pass\nelse:\n    d = a\n",
    "except": (
        "try:\n    import a.b, c.d as e\n    from f import g, h as i\nexcept E as j:\n    j\nfinally:\n    k = 1\n"
    ),
    "del": "def f():\n    a = 1\n    del a\n    return a\n",
    "augmented": "def f():\n    a += 1\n    b: int = 2\n    c: int\n    return a, b\n",
    "async": (
        "async def f(a):\n    async for b in a:\n        async with b as c:\n            return [d async for d in c]\n"
    ),
    "comprehensions": "a = [b for b in a for c in b if c]\nd = {e: g for e, g in a}\nh = {i for i in (j for j in a)}\n",
    "decorators": "@a\ndef f(b: c = d) -> e:\n    @g(lambda h: h)\n    class I(J, metaclass=K): pass\n",
    "shadowed": "def f(a):\n    def a(): return a\n    return a\na = f\n",
    "global class": "class C:\n    global a\n    def f(self):\n        return a\n    import a\n",
}


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _bound(table: symtable.SymbolTable) -> set[str]:
    """The names that Python keeps in this scope."""
    module = table.get_type() == "module"
    return {
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_local() or module)
        and (symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter() or symbol.is_namespace())
        and not symbol.get_name().startswith(".")
    }


@pytest.mark.parametrize("source", _PROGRAMS.values(), ids=_PROGRAMS.keys())
def test_bindings(source: str) -> None:
    """Every scope binds what Python binds there; names that ``global`` gives to the module are the module's."""
    module = read_module(source)
    top = symtable.symtable(source, "<test>", "exec")
    ours: dict[tuple[str, int], list[set[str]]] = {}
    inlined: dict[tuple[str, int], set[str]] = {}
    for scope in module.scopes.values():
        line = 0 if scope.parent is None else getattr(scope.node, "lineno", 0)
        ours.setdefault((scope.kind, line), []).append(set(scope.bindings))
        around = scope.parent
        if sys.version_info >= (3, 12) and scope.kind == "comprehension" and around is not None:
            key = (around.kind, 0 if around.parent is None else getattr(around.node, "lineno", 0))
            inlined.setdefault(key, set()).update(scope.bindings)
    given_away = {
        symbol.get_name()
        for table in _tables(top)
        for symbol in table.get_symbols()
        if symbol.is_declared_global() and (symbol.is_assigned() or symbol.is_imported())
    }
    for table in _tables(top):
        kind = str(getattr(table.get_type(), "value", table.get_type()))
        comprehension = table.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr")
        key = ("comprehension" if comprehension else kind, 0 if kind == "module" else table.get_lineno())
        expected = _bound(table)
        if kind == "module":
            expected |= given_away
        else:
            expected -= given_away
        if "a += 1" in source or "c: int" in source:
            expected.discard("c")  # an annotation without a value binds nothing
        # Python 3.12 inlines comprehensions (PEP 709), and 3.13's symtable shows their names in the scope around them
        assert any(expected == own or expected == own | inlined.get(key, set()) for own in ours.get(key, [])), (
            *(key, expected, ours),
        )


def test_lookup() -> None:
    """A name read in a scope is the one that Python would read."""
    source = "a = 1\nclass C:\n    a = 2\n    def f(self):\n        return a\n    b = a\n"
    module = read_module(source)
    found: list[Scope] = []
    for name, scope in module.names:
        if name.id == "a":
            looked_up = scope.lookup("a")
            assert looked_up is not None
            found.append(looked_up[0])
    assert [scope.kind for scope in found] == ["module", "class"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "é", "😀", "\t", " ", "\n", "\r\n", "\r", "\x0c", "\x0b", "\u2028", "'"]), max_size=30
    )
)
def test_positions_there_and_back(pieces: list[str]) -> None:
    """Offsets become lines and columns and offsets again; lines are those of Python's own reader."""
    text = "".join(pieces)
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        position = index.position(offset)
        line = index.line(offset)
        assert line.start <= offset <= line.end
        assert line.start + position.column - 1 == offset
        prefix = text[line.start : offset]
        assert index.offset(position.line, len(prefix.encode())) == offset
    lines = io.StringIO(text, newline="").readlines()
    assert len(index.starts) == len(lines) + (not lines or lines[-1].endswith(("\n", "\r")))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["f(a, b)", "'é😀'", "x.y", "f'{f(1)} é {x.y}'", "'''1\n2'''", "[1,\n 2]", "-z"]),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff", "\x0c", "# é\n"]),
)
def test_spans_are_the_source_of_nodes(parts: list[str], newline: str, head: str) -> None:
    """The stretch of a call or attribute holds just its text, whatever stands before it on the line."""
    text = (head + "x = (" + ", ".join(parts) + ")\n").replace("\n", newline)
    module = read_module(text)
    for node, _ in [*module.calls, *module.attributes]:
        assert ast.dump(ast.parse(module.source(node), mode="eval").body) == ast.dump(node)
    count = sum(part.count("f(") for part in parts)
    assert len(module.calls) == count
    tokens = tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff").replace(newline, "\n")).readline)
    assert list(tokens)

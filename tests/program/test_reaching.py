"""Which assignment a name has its value from, held against what really happens when the program runs."""

from __future__ import annotations

import ast
import contextlib
import random
import textwrap
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Parameter, read_module

_SIMPLE = st.sampled_from(
    ["x = value({n})", "use(x, {n})", "x = use(x, {n}) or value({n}000)", "x += 0", "other = x", "raise_()"]
)
_BLOCKS = st.sampled_from(
    [
        "if choose():\n{a}",
        "if choose():\n{a}\nelse:\n{b}",
        "for x in items({n}):\n{a}",
        "for _ in items(0):\n{a}\nelse:\n{b}",
        "while choose():\n{a}",
        "with context() as y:\n{a}",
        "with context() as x:\n{a}",
        "try:\n{a}\nexcept ValueError:\n{b}",
        "try:\n{a}\nfinally:\n{b}",
    ]
)


@st.composite
def _programs(draw: st.DrawFn, depth: int = 0) -> str:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        if depth < 3 and draw(st.integers(0, 2)) == 0:
            parts = {name: textwrap.indent(draw(_programs(depth=depth + 1)), "    ") for name in ("a", "b")}
            lines.append(draw(_BLOCKS).format(**parts, n="{n}"))
        else:
            lines.append(draw(_SIMPLE))
    return "\n".join(lines)


def _numbered(program: str) -> str:
    parts = program.split("{n}")
    # a statement may say its number more than once: the same line, the same number
    text = ""
    for part in parts[:-1]:
        text += part
        text += str(text.count("\n") + 1)
    return text + parts[-1]


def _runs(program: str, seed: int) -> dict[int, set[int]]:
    """For each use, by its number, the values that it saw."""
    chance = random.Random(seed)
    seen: dict[int, set[int]] = {}

    def use(value: int, number: int) -> None:
        seen.setdefault(number, set()).add(value)

    @contextlib.contextmanager
    def context() -> Iterator[int]:
        yield -1

    def raise_() -> None:
        if chance.random() < 0.5:
            raise ValueError

    names = {
        "use": use,
        "value": lambda number: number,
        "choose": lambda: chance.random() < 0.6,
        "items": lambda number: [number] * chance.randrange(3),
        "context": context,
        "raise_": raise_,
        "x": 0,
    }
    with contextlib.suppress(ValueError):
        exec(compile(program, "program", "exec"), names)
    return seen


@settings(max_examples=200, deadline=None)
@given(_programs())
def test_no_other_value_ever_arrives(program: str) -> None:
    """What is said to reach a use is the only thing that does, in 12 runs of random programs."""
    text = "x = value(0)\n" + _numbered(program)
    module = read_module(text)
    said: dict[int, int] = {}
    for call, scope in module.calls_of("use"):
        name, place = call.args
        assert isinstance(name, ast.Name)
        assert isinstance(place, ast.Constant)
        assert isinstance(place.value, int)
        binding = reaching(module, name, scope)
        if isinstance(binding, Assigned):
            found = [n.value for n in ast.walk(binding.value) if isinstance(n, ast.Constant)]
            assert isinstance(found[-1], int)
            said[place.value] = found[-1]
    for seed in range(12):
        for number, values in _runs(text, seed).items():
            if number in said:
                assert values == {said[number]}, text


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("x = 1\nuse(x)", 1),
        ("x = 1\nx = 2\nuse(x)", 2),
        ("x = 1\nuse(x)\nx = 2", 1),
        ("x = 1\nif a:\n    x = 2\nuse(x)", None),
        ("x = 1\nif a:\n    x = 2\n    use(x)", 3),
        ("for a in b:\n    use(x)\n    x = 2\nx = 1", None),
        ("x = 1\nfor a in b:\n    use(x)\n    x = 2", None),
        ("for a in b:\n    x = 2\n    use(x)", 2),
        ("with a:\n    x = 1\nuse(x)", 2),
        ("try:\n    x = 1\nexcept E:\n    pass\nuse(x)", None),
        ("for x in a:\n    use(x)", 1),
        ("for x in a:\n    pass\nuse(x)", None),
        ("x = 1\ndef f():\n    use(x)", 1),
        ("x = 1\ndef f():\n    use(x)\nx = 2", None),
        ("x = 1\ndef f():\n    global x\n    x = 2\nf()\nuse(x)", None),
        ("x = 1\n[use(x) for a in b]", 1),
        ("[use(x) for x in b]", 1),
        ("use(x)", None),
    ],
)
def test_statements(program: str, line: int | None) -> None:
    module = read_module(program)
    call, scope = module.calls_of("use")[0]
    name = call.args[0]
    assert isinstance(name, ast.Name)
    binding = reaching(module, name, scope)
    assert (binding.value.lineno if isinstance(binding, Assigned) else None) == line


def test_a_parameter_reaches_until_it_is_bound_again() -> None:
    module = read_module("def f(x):\n    use(x)\n    x = 1\n    use(x)")
    (first, scope), (second, _) = module.calls_of("use")
    assert isinstance(first.args[0], ast.Name)
    assert isinstance(second.args[0], ast.Name)
    assert isinstance(reaching(module, first.args[0], scope), Parameter)
    assert isinstance(reaching(module, second.args[0], scope), Assigned)

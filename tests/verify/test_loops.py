"""Loops that train are left after a few turns, others are not."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from kmigrate.verify.child.capture import loops


class _Model:
    def __init__(self) -> None:
        self.fits = 0

    def fit(self) -> None:
        self.fits += 1


def _run(text: str, models: list[int] | None = None) -> dict[str, Any]:
    built = models if models is not None else []
    names: dict[str, Any] = {"model": _Model(), "built": built, loops.NAME: loops.turns(lambda: len(built))}
    exec(compile(loops.cut(ast.parse(text)), "program", "exec"), names)
    return names


def test_a_loop_that_trains_is_left_and_another_one_is_not() -> None:
    names = _run("for epoch in range(100):\n    model.fit()\nfor n in range(100):\n    pass\n")
    assert (names["model"].fits, names["n"]) == (loops.TURNS, 99)


def test_a_while_that_trains_is_left_or_ends_by_its_own_test() -> None:
    assert _run("while True:\n    model.fit()\n")["model"].fits == loops.TURNS
    assert _run("n = 2\nwhile n:\n    n -= 1\n    model.fit()\nelse:\n    done = 1\n")["done"] == 1


def test_turns_that_build_models_go_on() -> None:
    names = _run("for size in range(20):\n    built.append(size)\n    model.fit()\n", [])
    assert names["model"].fits == 20


def test_break_and_continue_keep_their_loop_and_lines_stay() -> None:
    body = "    n += 1\n    if n == 2:\n        break\n    model.fit()\n    continue\n"
    text = f"n = 0\nwhile True:\n{body}raise ValueError(n)\n"
    with pytest.raises(ValueError, match="2") as raised:
        _run(text)
    assert raised.traceback[-1].lineno == 7  # counted from 0

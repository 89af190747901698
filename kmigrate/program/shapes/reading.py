"""What the text alone says of statements and expressions, before anything is followed.

A program is followed in several worlds, and a loop's body in many rounds: these facts stay the same, so that they are
worked out once for each node.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from kmigrate.program.scopes import Module

#: Roots of dotted names, and names alone, whose calls change nothing that decides about a shape: they print, log, draw,
#: make folders, or make a text or a number of what they are given.
_TELLING = frozenset(
    (
        *(
            "print",
            "str",
            "len",
            "int",
            "float",
            "round",
            "repr",
            "type",
            "sorted",
            "min",
            "max",
            "sum",
            "abs",
            "range",
        ),
        *("os", "sys", "logging", "logger", "log", "plt", "pylab", "matplotlib", "time", "shutil", "warnings"),
    )
)
#: Methods of a list that change its length.
FILLS = frozenset(("append", "extend", "insert", "pop", "remove", "clear"))
_TEXT_METHODS = frozenset(("format", "join"))


class Facts:
    """Facts about the nodes of one program and of the modules that it imports."""

    def __init__(self) -> None:
        self._assigned: dict[ast.AST, tuple[str, ...]] = {}
        self._filled: dict[ast.AST, list[ast.expr]] = {}
        self._short: dict[ast.AST, str] = {}
        self._forks: dict[ast.AST | None, bool] = {}
        self._entries: dict[ast.AST, list[tuple[str, str]]] = {}

    def assigned(self, node: ast.AST) -> tuple[str, ...]:
        """Names that a loop assigns."""
        found = self._assigned.get(node)
        if found is None:
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            found = self._assigned[node] = tuple(sorted(names))
        return found

    def filled(self, node: ast.AST) -> list[ast.expr]:
        """What a loop's body fills: the receivers of ``append`` and the like, and lists that something is added to."""
        found = self._filled.get(node)
        if found is None:
            found = self._filled[node] = []
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in FILLS:
                    found.append(inner.func.value)
                elif isinstance(inner, ast.AugAssign) and isinstance(inner.op, ast.Add):
                    found.append(inner.target)
        return found

    def short(self, module: Module, node: ast.AST) -> str:
        """The source of an expression as a name for a value that is not known; "" where it is long."""
        found = self._short.get(node)
        if found is None:
            start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
            one_line = getattr(node, "lineno", 0) == getattr(node, "end_lineno", 1)
            found = self._short[node] = module.source(node) if one_line and 0 < end - start <= 40 else ""
        return found

    def forks(self, yes: object, no: object) -> bool:
        """Whether the two ways of a condition may lead to different shapes: those of an ``if``, or None."""
        if not isinstance(yes, list) or not isinstance(no, list):
            return True
        key = yes[0] if yes else None
        if key not in self._forks:
            self._forks[key] = not (only_tells(yes) and only_tells(no))
        return self._forks[key]

    def imported(self, module: Module, statement: ast.ImportFrom) -> list[tuple[str, str]]:
        """The names that ``from … import`` binds, each with its dotted path."""
        found = self._entries.get(statement)
        if found is None:
            for entry in module.imports:
                self._entries.setdefault(entry.statement, []).append((entry.name, entry.path))
            found = self._entries.setdefault(statement, [])
        return found


def targets(node: ast.For | ast.While | ast.AsyncFor) -> set[str]:
    """The names that a loop gives its items."""
    if isinstance(node, ast.While):
        return set()
    return {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}


def root_of(node: ast.expr) -> ast.expr:
    """What is subscripted in ``node``, itself where nothing is."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def asks_backend(test: ast.expr) -> bool:
    """Whether a condition asks which backend Keras runs on."""
    return any(
        isinstance(node, ast.Attribute | ast.Name)
        and getattr(node, "attr", getattr(node, "id", "")) in ("backend", "_BACKEND")
        for node in ast.walk(test)
    )


def leaves(body: object) -> bool:
    """Whether statements certainly end in raising something, leaving a loop, or leaving the program."""
    if not isinstance(body, list) or not body:
        return False
    last = body[-1]
    if isinstance(last, (ast.Raise, ast.Break, ast.Continue)):
        return True
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and isinstance(last.value.func, (ast.Name, ast.Attribute))
        and getattr(last.value.func, "id", getattr(last.value.func, "attr", "")) in ("exit", "quit", "_exit", "error")
    )


def only_tells(body: Sequence[ast.stmt]) -> bool:
    """Whether statements do nothing that decides about a shape: they print, log, draw or make folders."""
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and _is_telling(node.value))
        or (isinstance(node, ast.If) and _is_telling(node.test) and only_tells(node.body) and only_tells(node.orelse))
        for node in body
    )


def _is_telling(expression: ast.expr) -> bool:
    for node in ast.walk(expression):
        if isinstance(node, ast.NamedExpr):
            return False
        if isinstance(node, ast.Call) and not _tells(node.func):
            return False
    return True


def _tells(callee: ast.expr) -> bool:
    if isinstance(callee, ast.Attribute) and callee.attr in _TEXT_METHODS:
        return True
    while isinstance(callee, ast.Attribute):
        callee = callee.value
    return isinstance(callee, ast.Name) and callee.id in _TELLING


def catches_keras(handler: ast.ExceptHandler) -> bool:
    """Whether a handler would catch what Keras raises for shapes."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        getattr(kind, "id", "") in ("Exception", "BaseException", "ValueError", "TypeError", "StandardError")
        for kind in types
    )


def expects_failure(context: ast.expr) -> bool:
    """Whether ``with context:`` is there because its block fails: ``pytest.raises(…)``, ``self.assertRaises(…)``."""
    if not isinstance(context, ast.Call):
        return False
    name = getattr(context.func, "attr", getattr(context.func, "id", ""))
    return name in ("raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "assert_raises", "suppress")

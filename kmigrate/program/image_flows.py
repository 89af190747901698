"""Keras's iterators over images: the calls of `ImageDataGenerator` that make them, and what was said in them.

The signatures are those of Keras 1.2.2 and of Keras 2.15 (preprocessing/image.py), which agree on every parameter that
is named here, but for the first of ``flow`` (``X`` in Keras 1). ``flow_from_dataframe`` came in 2.2.5.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kmigrate.program.program import Program
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.program.values import Instance, OwnFunction

GENERATOR = "keras.preprocessing.image.ImageDataGenerator"

#: Parameters in order, as far as all versions agree on the order.
_PARAMETERS = {
    "flow": ("x", "y", "batch_size", "shuffle"),
    "flow_from_directory": (
        "directory",
        "target_size",
        "color_mode",
        "classes",
        "class_mode",
        "batch_size",
        "shuffle",
        "seed",
    ),
    "flow_from_dataframe": ("dataframe", "directory", "x_col", "y_col"),
}
_DEFAULTS: dict[str, object] = {"batch_size": 32, "shuffle": True, "class_mode": "categorical", "classes": None}

#: Attributes that list something of every sample, in the order of the files.
PER_SAMPLE = frozenset({"classes", "filenames", "labels", "filepaths"})
PREDICTIONS = frozenset({"predict", "predict_generator", "predict_proba", "predict_classes"})


class _NotKnown:
    """What an argument may be when the program does not show it."""


NOT_KNOWN: Final = _NotKnown()


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One call of ``flow``, ``flow_from_directory`` or ``flow_from_dataframe``.

    ``arguments`` are those written, by the name of Keras 2; ``is_open`` where ``*`` or ``**`` may bring others.
    """

    call: ast.Call
    scope: Scope
    method: str
    arguments: dict[str, ast.expr]
    is_open: bool

    @property
    def generator(self) -> ast.expr:
        """The ``ImageDataGenerator`` that was called."""
        assert isinstance(self.call.func, ast.Attribute)
        return self.call.func.value


def flows(program: Program) -> dict[ast.AST, Flow]:
    """The calls that make an image iterator of Keras's, by their node."""
    if "ImageDataGenerator" not in program.module.text:
        return {}
    found: dict[ast.AST, Flow] = {}
    for method, names in _PARAMETERS.items():
        for call, scope in program.module.calls_of(method):
            if isinstance(call.func, ast.Attribute) and _is_generator(program, call.func.value, scope):
                found[call] = _flow(call, scope, method, names)
    return found


def _is_generator(program: Program, expr: ast.expr, scope: Scope) -> bool:
    values = program.values.of(expr, scope)
    return bool(values) and all(isinstance(v, Instance) and v.symbol == GENERATOR for v in values)


def _flow(call: ast.Call, scope: Scope, method: str, names: tuple[str, ...]) -> Flow:
    arguments: dict[str, ast.expr] = {}
    is_open = any(isinstance(a, ast.Starred) for a in call.args) or len(call.args) > len(names)
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        arguments[name] = value
    for keyword in call.keywords:
        if keyword.arg is None:
            is_open = True
        else:
            arguments["x" if keyword.arg == "X" else keyword.arg] = keyword.value
    return Flow(call, scope, method, arguments, is_open)


def said(program: Program, flow: Flow, name: str) -> object:
    """The value of a parameter: a constant, written or the default; ``NOT_KNOWN`` where it is neither.

    Nothing is known of what the program sets as an attribute of something later (``test.shuffle = False``).
    """
    stores = program.module.attribute_stores.get(name, ())
    if any(not (isinstance(target.value, ast.Name) and target.value.id == "self") for target, _ in stores):
        return NOT_KNOWN
    expr = flow.arguments.get(name)
    if expr is None:
        return NOT_KNOWN if flow.is_open else _DEFAULTS.get(name, NOT_KNOWN)
    return constant(program, expr, flow.scope)


def constant(program: Program, expr: ast.expr, scope: Scope) -> object:
    """The constant, or the tuple of constants, that ``expr`` certainly is where it stands; else ``NOT_KNOWN``."""
    if isinstance(expr, ast.Constant):
        return expr.value
    if isinstance(expr, (ast.Tuple, ast.List)):
        items = tuple(constant(program, element, scope) for element in expr.elts)
        return NOT_KNOWN if NOT_KNOWN in items else items
    if isinstance(expr, ast.Name):
        bound = reaching(program.module, expr, scope)
        if isinstance(bound, Assigned) and not bound.path:
            return constant(program, bound.value, bound.scope)
        if isinstance(bound, Assigned) and isinstance(bound.value, (ast.Tuple, ast.List)) and len(bound.path) == 1:
            at = bound.path[0]
            if at is not None and at < len(bound.value.elts):
                return constant(program, bound.value.elts[at], bound.scope)
    known = program.values.constant(expr, scope)
    return known.value if known is not None else NOT_KNOWN


def _item(value: ast.expr | None, path: tuple[int | None, ...]) -> ast.expr | None:
    """The part of ``value`` that unpacking by ``path`` gives, where it is written out."""
    for at in path:
        if not isinstance(value, (ast.Tuple, ast.List)) or at is None or at >= len(value.elts):
            return None
        if any(isinstance(element, ast.Starred) for element in value.elts):
            return None
        value = value.elts[at]
    return value


class Flows:
    """The image iterators of one file, and which of them an expression is."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.by_call = flows(program)

    def of(self, expr: ast.expr, scope: Scope, depth: int = 0) -> Flow | None:
        """The iterator that ``expr`` certainly is where it stands; None if that is not known."""
        if not self.by_call or depth > 8:
            return None
        if isinstance(expr, ast.Call):
            return self.by_call.get(expr) or self._returned(expr, scope, (), depth)
        if isinstance(expr, ast.Name):
            bound = reaching(self.program.module, expr, scope)
        elif isinstance(expr, ast.Attribute) and isinstance(expr.value, ast.Name) and expr.value.id == "self":
            stores = self.program.module.attribute_stores.get(expr.attr, [])
            bound = stores[0][1] if len(stores) == 1 else None
        else:
            return None
        if not isinstance(bound, Assigned):
            return None
        if isinstance(bound.value, ast.Call) and bound.path:
            return self._returned(bound.value, bound.scope, bound.path, depth)
        value = _item(bound.value, bound.path)
        return self.of(value, bound.scope, depth + 1) if value is not None else None

    def _returned(self, call: ast.Call, scope: Scope, path: tuple[int | None, ...], depth: int) -> Flow | None:
        """What a function of the file returns, if it is called but once: two calls would make two iterators."""
        function = self.program.values.only(call.func, scope)
        if not isinstance(function, OwnFunction) or isinstance(function.node, ast.Lambda):
            return None
        module = self.program.module
        returned = module.returns.get(function.node, [])
        if function.module is not module or len(returned) != 1 or len(module.calls_of(function.node.name)) != 1:
            return None
        value = _item(returned[0].value, path)
        return self.of(value, module.scopes[function.node], depth + 1) if value is not None else None

    def predictions(self) -> Iterator[tuple[ast.Call, Scope, Flow]]:
        """Calls that predict over an iterator that is known."""
        if not self.by_call:
            return
        for name in sorted(PREDICTIONS):
            for call, scope in self.program.module.calls_of(name):
                data = first_argument(call, ("x", "generator"))
                flow = self.of(data, scope) if data is not None and isinstance(call.func, ast.Attribute) else None
                if flow is not None:
                    yield call, scope, flow


def first_argument(call: ast.Call, keywords: tuple[str, ...]) -> ast.expr | None:
    """The first argument of a call, or the one under one of these keywords."""
    if call.args:
        return None if isinstance(call.args[0], ast.Starred) else call.args[0]
    return next((k.value for k in call.keywords if k.arg in keywords), None)

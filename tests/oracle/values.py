"""What names of one file may stand for: a small flow-insensitive evaluation, for the oracle only.

It is written apart from kmigrate's own resolution, so that it can catch its mistakes.
"""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.oracle import reality

_COMPAT = Path(__file__).resolve().parents[2] / "kmigrate" / "compat"


@dataclass(frozen=True)
class Real:
    """An object of Keras 2; ``bound`` to an instance of ``owner`` for a method."""

    obj: Any
    bound: bool = False
    owner: Any = None


@dataclass(frozen=True)
class Instance:
    """Some instance of a Keras 2 class."""

    cls: Any


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the file."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    bound: bool = False


@dataclass(frozen=True, eq=False)
class Class:
    """A class of the file: its methods, what is set on ``self`` or in its body, and the values of its bases."""

    node: ast.ClassDef
    scope: Scope
    methods: dict[str, Function] = field(default_factory=dict)
    attrs: dict[str, list[tuple[ast.expr | None, Scope]]] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnInstance:
    """An instance of a class of the file."""

    cls: Class


@dataclass(frozen=True)
class Super:
    """``super()`` inside a class of the file."""

    cls: Class


@dataclass(frozen=True)
class Partial:
    """``functools.partial`` of something."""

    value: Value


class _Mark:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


UNKNOWN = _Mark("unknown")
#: None, numbers and the like: says nothing about what else a name may be
NEUTRAL = _Mark("neutral")
#: something Keras 2 lacks; said where it was looked up, so not again where it is used
GONE = _Mark("gone")
#: the image ordering, as ``image_data_format()`` gives it
ORDERING = _Mark("ordering")
PARTIAL = _Mark("functools.partial")
FUNCTOOLS = _Mark("functools")
TENSORFLOW = _Mark("tensorflow")
CONTRIB = _Mark("tensorflow.contrib")

Value = Real | Instance | Function | Class | OwnInstance | Super | Partial | _Mark
Values = frozenset[Value]
#: what the oracle knows of TensorFlow
TENSORFLOW_NAMES: dict[str, Value] = {"keras": Real(reality.keras), "contrib": CONTRIB}


@functools.cache
def compat_names() -> frozenset[str]:
    """What kmigrate.compat exports, read from its source."""
    names: set[str] = set()
    for node in ast.parse((_COMPAT / "__init__.py").read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == "MODULES"
            and node.value
        ):
            for exported in ast.literal_eval(ast.unparse(node.value)).values():
                names.update(exported)
    return frozenset(names)


class Scope:
    """The names of a module, function or class body; ``bindings`` holds all that each may be, in no order."""

    def __init__(self, kind: str, parent: Scope | None = None, owner: Class | None = None) -> None:
        self.kind = kind
        self.parent = parent
        self.owner = owner  #: the class whose method this is
        self.bindings: dict[str, list[Value | tuple[ast.expr, Scope]]] = {}
        self.returns: list[ast.expr] = []
        self.self_name: str | None = None
        self.outer_names: set[str] = set()

    def bind(self, name: str, value: Value | tuple[ast.expr, Scope]) -> None:
        """One more thing that ``name`` may be."""
        scope: Scope = self
        if name in self.outer_names:
            while scope.parent is not None:
                scope = scope.parent
        scope.bindings.setdefault(name, []).append(value)

    def find(self, name: str) -> tuple[Scope, list[Value | tuple[ast.expr, Scope]]] | None:
        """The scope that binds ``name`` for code in this one."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and (scope is self or scope.kind != "class"):
                return scope, scope.bindings[name]
            scope = scope.parent
        return None


#: Keras functions whose result the oracle knows.
def _results() -> dict[int, Value]:
    keras = reality.keras
    made: dict[Any, Value] = {
        keras.backend.image_data_format: ORDERING,
        keras.initializers.get: Instance(keras.initializers.Initializer),
        keras.regularizers.get: Instance(keras.regularizers.Regularizer),
        keras.constraints.get: Instance(keras.constraints.Constraint),
    }
    for name in ("load_model", "model_from_json", "model_from_yaml", "clone_model", "model_from_config"):
        function = getattr(keras.models, name, None)
        if function is not None:
            made[function] = Instance(reality.Model)
    for name in dir(keras.applications):
        function = getattr(keras.applications, name)
        if isinstance(function, types.FunctionType):
            made[function] = Instance(reality.Model)
    return {id(key): value for key, value in made.items()}


RESULTS = _results()


class Program:
    """Evaluates expressions of one file, whose scopes have been built by ``scopes.build``."""

    def __init__(self) -> None:
        self.bodies: dict[ast.AST, Scope] = {}  #: the scope of each function, lambda and class body
        self.classes: dict[ast.ClassDef, Class] = {}
        self.stored: set[str] = set()  #: attribute names that the file sets on anything
        self._active: set[tuple[int, int]] = set()
        self._known: dict[tuple[int, int], Values] = {}

    def evaluate(self, node: ast.expr, scope: Scope) -> Values:
        """All that ``node`` may be; empty where that depends on itself."""
        key = (id(node), id(scope))
        if key in self._known:
            return self._known[key]
        if key in self._active:
            return frozenset()
        self._active.add(key)
        try:
            values = self._evaluate(node, scope)
        finally:
            self._active.discard(key)
        if not self._active:
            self._known[key] = values
        return values

    def _evaluate(self, node: ast.expr, scope: Scope) -> Values:
        if isinstance(node, ast.Name):
            return self.name(node.id, scope)
        if isinstance(node, ast.Attribute):
            return frozenset(v for base in self.evaluate(node.value, scope) for v in self.attribute(base, node.attr))
        if isinstance(node, ast.Call):
            return frozenset(v for callee in self.evaluate(node.func, scope) for v in self.result(callee, node, scope))
        if isinstance(node, ast.IfExp):
            return self.evaluate(node.body, scope) | self.evaluate(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            return frozenset(v for each in node.values for v in self.evaluate(each, scope))
        if isinstance(node, ast.NamedExpr):
            return self.evaluate(node.value, scope)
        if isinstance(node, ast.Constant):
            return frozenset({NEUTRAL})
        if isinstance(node, ast.Lambda):
            return frozenset({Function(node, scope)})
        return frozenset({UNKNOWN})

    def name(self, name: str, scope: Scope) -> Values:
        """All that a name may be in ``scope``."""
        found = scope.find(name)
        if found is None:
            return frozenset({UNKNOWN})
        values: set[Value] = set()
        for each in found[1]:
            if isinstance(each, tuple):
                values |= self.evaluate(*each)
            else:
                values.add(each)
        return frozenset(values)

    def bases(self, cls: Class) -> Iterator[Value]:
        """What a class of the file derives from, nearest first, through other classes of the file."""
        seen: set[int] = set()
        todo = [cls]
        while todo:
            each = todo.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            for base in each.node.bases:
                for value in self.evaluate(base, each.scope):
                    yield value
                    if isinstance(value, Class):
                        todo.append(value)

    def real_bases(self, cls: Class) -> list[Any]:
        """The Keras classes that a class of the file derives from; empty if some base is not known."""
        found: list[Any] = []
        for base in self.bases(cls):
            if isinstance(base, Real) and inspect.isclass(base.obj):
                found.append(base.obj)
            elif isinstance(base, Class):
                continue
            else:
                return []
        return found

    def attribute(self, base: Value, name: str) -> Values:
        """All that attribute ``name`` of a value may be."""
        if isinstance(base, Real):
            if inspect.ismodule(base.obj) or inspect.isclass(base.obj):
                found = reality.member(base.obj, name)
                if found is reality.MISSING and inspect.isclass(base.obj) and name in self.stored:
                    return frozenset({UNKNOWN})
                return frozenset({GONE if found is reality.MISSING else Real(found, owner=base.obj)})
        elif isinstance(base, Instance):
            return self._instance_attribute(base.cls, name)
        elif isinstance(base, OwnInstance):
            return self._own_attribute(base.cls, name)
        elif isinstance(base, Super):
            return frozenset(v for each in self.bases(base.cls) for v in self._super_attribute(each, name))
        elif isinstance(base, Class):
            method = base.methods.get(name)
            return frozenset({method}) if method else frozenset({UNKNOWN})
        elif base is TENSORFLOW:
            return frozenset({TENSORFLOW_NAMES.get(name, UNKNOWN)})
        elif base is CONTRIB:
            return frozenset({GONE if name == "keras" else UNKNOWN})
        elif base is FUNCTOOLS and name == "partial":
            return frozenset({PARTIAL})
        return frozenset({UNKNOWN})

    def _instance_attribute(self, cls: Any, name: str) -> Values:
        found = inspect.getattr_static(cls, name, None)
        if inspect.isfunction(found):
            return frozenset({Real(getattr(cls, name), bound=True, owner=cls)})
        if reality.has_attribute(cls, name) or name in self.stored:
            return frozenset({UNKNOWN})
        return frozenset({GONE})

    def _own_attribute(self, cls: Class, name: str) -> Values:
        own = [cls, *(base for base in self.bases(cls) if isinstance(base, Class))]
        for each in own:
            if name in each.methods:
                return frozenset({each.methods[name]})
        values: set[Value] = set()
        for each in own:
            for node, scope in each.attrs.get(name, ()):
                values |= self.evaluate(node, scope) if node is not None else {UNKNOWN}
        if values:
            return frozenset(values)
        real = self.real_bases(cls)
        if not real:
            return frozenset({UNKNOWN})
        found = [self._instance_attribute(each, name) for each in real]
        known = [each for each in found if each != {GONE}]
        return frozenset(v for each in known for v in each) if known else frozenset({GONE})

    def _super_attribute(self, base: Value, name: str) -> Values:
        if isinstance(base, Real) and inspect.isclass(base.obj):
            if name == "__init__":
                return frozenset({Real(base.obj, bound=True, owner=Super)})
            return self._instance_attribute(base.obj, name)
        return frozenset({UNKNOWN})

    def result(self, callee: Value, call: ast.Call, scope: Scope) -> Values:
        """What a call of ``callee`` gives."""
        if isinstance(callee, Real):
            if callee.owner is Super:
                return frozenset({NEUTRAL})
            if inspect.isclass(callee.obj):
                return frozenset({Instance(callee.obj)})
            known = RESULTS.get(id(callee.obj))
            if known is not None:
                return frozenset({known})
        elif isinstance(callee, Class):
            return frozenset({OwnInstance(callee)})
        elif isinstance(callee, Function):
            return self._returned(callee)
        elif isinstance(callee, Partial):
            return self.result(callee.value, call, scope)
        elif callee is PARTIAL and call.args:
            return frozenset(Partial(v) for v in self.evaluate(call.args[0], scope))
        elif callee is UNKNOWN and isinstance(call.func, ast.Name) and call.func.id == "super":
            owner: Scope | None = scope
            while owner is not None and owner.owner is None:
                owner = owner.parent
            if owner is not None and owner.owner is not None:
                return frozenset({Super(owner.owner)})
        elif callee is UNKNOWN and isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) > 1:
            name = call.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                owners = self.evaluate(call.args[0], scope)
                return frozenset(v for base in owners for v in self.attribute(base, name.value))
        return frozenset({UNKNOWN})

    def _returned(self, function: Function) -> Values:
        if isinstance(function.node, ast.Lambda):
            return self.evaluate(function.node.body, self.bodies[function.node])
        inner = self.bodies[function.node]
        values = frozenset(v for node in inner.returns for v in self.evaluate(node, inner))
        return values or frozenset({NEUTRAL})

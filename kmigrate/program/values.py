"""What an expression may stand for: Keras symbols, instances, the file's own functions and classes, constants.

An inference over names, without regard to order and bounded in depth. It answers with a set of possibilities; when the
set holds :data:`UNKNOWN`, something else is possible too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from kmigrate import keras_api
from kmigrate.program.project import Project
from kmigrate.program.scopes import (
    Assigned,
    Binding,
    Defined,
    FunctionNode,
    ImportAlias,
    Module,
    Parameter,
    Scope,
)

_MAX_DEPTH = 40
_MAX_VALUES = 24


@dataclass(frozen=True, slots=True)
class Ref:
    """Something imported, by its dotted path. ``symbol`` is its full Keras 1 name, None for what is not Keras 1's."""

    path: str
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of a Keras 1 class (full name)."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a Keras 1 class, bound to an instance; ``symbol`` is the full name of the method's definition."""

    symbol: str
    owner: str


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """A function of the user's code; ``bound`` when ``self`` is already given."""

    module: Module
    node: FunctionNode
    bound: bool = False


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class of the user's code."""

    module: Module
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class OwnInstance:
    """An instance of a class of the user's code."""

    cls: OwnClass


@dataclass(frozen=True, slots=True)
class OwnModule:
    """A module of the user's code."""

    module: Module


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` inside a method of ``cls``."""

    cls: OwnClass


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial(target, …)``: ``given`` positional arguments and ``keywords`` are already supplied."""

    target: Value
    given: int
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: its value, and where it stands."""

    value: object
    module: Module
    node: ast.expr


@dataclass(frozen=True, slots=True)
class Display:
    """A tuple, list or dict display."""

    node: ast.expr
    module: Module
    scope: Scope


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a layer called on something gives."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Could be anything."""


UNKNOWN = Unknown()

Value = (
    Ref
    | Instance
    | Method
    | OwnFunction
    | OwnClass
    | OwnInstance
    | OwnModule
    | Super
    | Partial
    | Const
    | Display
    | Tensor
    | Unknown
)
Values = frozenset[Value]
NOTHING: Values = frozenset()
_ANY: Values = frozenset({UNKNOWN})

MODEL = "keras.engine.training.Model"
SEQUENTIAL = "keras.models.Sequential"
LAYER = "keras.engine.topology.Layer"

#: Keras 1 functions that return an instance of a Keras 1 class (models by other means).
_RETURNS = {
    "keras.models.load_model": MODEL,
    "keras.models.model_from_config": MODEL,
    "keras.models.model_from_json": MODEL,
    "keras.models.model_from_yaml": MODEL,
    "keras.engine.training.Model.fit": "keras.callbacks.History",
    "keras.engine.training.Model.fit_generator": "keras.callbacks.History",
    "keras.models.Sequential.fit": "keras.callbacks.History",
    "keras.models.Sequential.fit_generator": "keras.callbacks.History",
    "keras.preprocessing.image.ImageDataGenerator.flow": "keras.preprocessing.image.NumpyArrayIterator",
    "keras.preprocessing.image.ImageDataGenerator.flow_from_directory": "keras.preprocessing.image.DirectoryIterator",
}

_PREFIXES = (
    "tensorflow.contrib.keras.python.keras",
    "tensorflow.contrib.keras.api.keras",
    "tensorflow.contrib.keras",
    "tensorflow.python.keras",
    "tensorflow.keras",
    "tf_keras",
)


#: Where upgraded code takes what Keras 2 lacks from: the package, and the module that ``--vendor-compat`` writes.
_COMPAT = ("kmigrate.compat.", "keras1_compat.")


def keras_path(path: str) -> str | None:
    """``path`` with ``keras`` in front in place of whichever package provides Keras; None if it is not Keras's."""
    if path == "keras" or path.startswith("keras."):
        return path
    if path.startswith(("tensorflow.", "tf_keras")):
        for prefix in _PREFIXES:
            if path == prefix or path.startswith(prefix + "."):
                return "keras" + path[len(prefix) :]
    return None


def _rank(value: Value) -> tuple[str, str, int]:
    """An order of possibilities that is the same in every run, as that of a set is not."""
    module = getattr(value, "module", None)
    name = getattr(value, "path", "") or getattr(value, "symbol", "") or getattr(module, "path", "")
    return type(value).__name__, name, getattr(getattr(value, "node", None), "lineno", 0)


def reference(path: str) -> Ref:
    """The reference for a dotted import path."""
    keras = keras_path(path)
    return Ref(path, keras_api.canonical(keras) if keras else None)


def _is_application(symbol: str) -> bool:
    return symbol.startswith("keras.applications.") and symbol.rpartition(".")[2][:1].isupper()


@dataclass(slots=True, eq=False)
class _State:
    """What the inferences over the modules of one question share.

    ``cycle`` is the smallest depth, among the expressions being worked out, that was met again: what lies deeper than
    that depends on an answer that is not there yet, and is not kept.
    """

    memo: dict[tuple[int, int], Values] = field(default_factory=dict)
    provisional: dict[tuple[int, int], Values] = field(default_factory=dict)
    busy: dict[tuple[int, int], int] = field(default_factory=dict)
    cycle: int = 0
    #: inferences over other modules, by path
    peers: dict[str, Inference] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Inference:
    """The inference over one module and, through ``project``, over what it imports of the user's own code."""

    module: Module
    project: Project
    state: _State = field(default_factory=lambda: _State())
    #: dotted path -> what importing it in this module gives
    imported: dict[str, Value] = field(default_factory=dict)

    def of(self, node: ast.expr, scope: Scope) -> Values:
        """Everything that ``node``, evaluated in ``scope``, may be."""
        state = self.state
        if node.__class__ is ast.Name:
            # all uses of a name in a scope stand for the same, so they share one answer
            found = scope.lookup(node.id)
            key = (id(found[1]), 0) if found is not None else (id(node), id(scope))
        else:
            key = (id(node), id(scope))
        known = state.memo.get(key)
        if known is None:
            known = state.provisional.get(key)
        if known is not None:
            return known
        if key in state.busy:
            state.cycle = min(state.cycle, state.busy[key])
            return NOTHING
        depth = len(state.busy)
        if depth > _MAX_DEPTH:
            return _ANY
        state.busy[key] = depth
        outer, state.cycle = state.cycle, depth
        try:
            result = self._of(node, scope)
        finally:
            del state.busy[key]
        if len(result) > _MAX_VALUES:
            result = _ANY
        if state.cycle >= depth:
            state.memo[key] = result
        else:
            # Part of a cycle that is still being worked out: good for the rest of this question only.
            state.provisional[key] = result
        state.cycle = min(outer, state.cycle)
        if not state.busy:
            state.provisional.clear()
        return result

    def release(self) -> None:
        """Let go of what points back and forth."""
        self.state.memo.clear()
        self.state.peers.clear()

    def only(self, node: ast.expr, scope: Scope) -> Value | None:
        """The one thing that ``node`` can be, None if there is more than one or it is not known."""
        values = self.of(node, scope)
        if len(values) == 1:
            (value,) = values
            return None if value is UNKNOWN else value
        return None

    def constant(self, node: ast.expr, scope: Scope) -> Const | None:
        """The literal that ``node`` certainly is, through names that are bound once."""
        value = self.only(node, scope)
        return value if isinstance(value, Const) else None

    def _peer(self, module: Module) -> Inference:
        if module is self.module:
            return self
        peers = self.state.peers
        peers.setdefault(self.module.path, self)
        peer = peers.get(module.path)
        if peer is None:
            peer = peers[module.path] = Inference(module, self.project, self.state)
        return peer

    # expressions

    def _of(self, node: ast.expr, scope: Scope) -> Values:
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if isinstance(node, ast.Attribute):
            values = self.of(node.value, scope)
            if len(values) == 1:  # nearly always
                (value,) = values
                return _ANY if value is UNKNOWN else self.attribute(value, node.attr)
            return self._union(self.attribute(value, node.attr) for value in values)
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.Constant):
            return frozenset({Const(node.value, self.module, node)})
        if isinstance(node, ast.IfExp):
            return self.of(node.body, scope) | self.of(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            return self._union(self.of(value, scope) for value in node.values)
        if isinstance(node, ast.NamedExpr):
            return self.of(node.value, scope)
        if isinstance(node, (ast.Tuple, ast.List, ast.Dict)):
            return frozenset({Display(node, self.module, scope)})
        if isinstance(node, ast.Lambda):
            return frozenset({OwnFunction(self.module, node)})
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope)
        return _ANY

    def _union(self, parts: Iterable[Values]) -> Values:
        result: Values | None = None
        for part in parts:
            result = part if result is None else result | part
        return NOTHING if result is None else result

    def _name(self, name: str, scope: Scope) -> Values:
        found = scope.lookup(name)
        if found is None:
            return self._star(name, scope.module())
        if len(found[1]) == 1:
            return self._binding(found[1][0])
        return self._union(self._binding(binding) for binding in found[1])

    def _star(self, name: str, scope: Scope) -> Values:
        for alias in reversed(scope.stars):
            value = self._import(f"{alias.path}.{name}")
            if value is not UNKNOWN and (not isinstance(value, Ref) or value.symbol is not None):
                return frozenset({value})
            own = self._own_module(alias.path) if keras_path(alias.path) is None else None
            if own is not None:
                found = self._peer(own)._name(name, own.scope)
                if found and found != _ANY:
                    return found
        return _ANY

    def _own_module(self, path: str) -> Module | None:
        return self.project.module(path, self.module.path)

    def _import(self, path: str) -> Value:
        known = self.imported.get(path)
        if known is None:
            known = self.imported[path] = self._imported(path)
        return known

    def _imported(self, path: str) -> Value:
        ref = reference(path)
        if ref.symbol is not None or keras_path(path) is not None:
            return ref
        own = self._own_module(path)
        if own is not None:
            return OwnModule(own)
        root = path.partition(".")[0]
        return ref if root and self._own_module(root) is None else UNKNOWN

    def _binding(self, binding: Binding) -> Values:
        if isinstance(binding, ImportAlias):
            value = self._import(binding.path)
            if (isinstance(value, Ref) and value.symbol is None and not keras_path(binding.path)) or value is UNKNOWN:
                head, _, last = binding.path.rpartition(".")
                own = self._own_module(head) if head else None
                if own is not None:
                    return self._peer(own)._name(last, own.scope)
            return frozenset({value})
        if isinstance(binding, Assigned):
            return self._assigned(binding)
        if isinstance(binding, Defined):
            if isinstance(binding.node, ast.ClassDef):
                return frozenset({OwnClass(self.module, binding.node)})
            return frozenset({OwnFunction(self.module, binding.node)})
        if isinstance(binding, Parameter):
            return self._parameter(binding)
        return _ANY

    def _assigned(self, binding: Assigned) -> Values:
        values = self.of(binding.value, binding.scope)
        for index in binding.path:
            values = self._union(self._element(value, index) for value in values)
        return values

    def _element(self, value: Value, index: int | None) -> Values:
        if isinstance(value, Display) and isinstance(value.node, (ast.Tuple, ast.List)):
            elements = value.node.elts
            peer = self._peer(value.module)
            if any(isinstance(e, ast.Starred) for e in elements):
                return _ANY
            if index is None:
                return self._union(peer.of(e, value.scope) for e in elements)
            if -len(elements) <= index < len(elements):
                return peer.of(elements[index], value.scope)
        return _ANY

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        key = self.constant(node.slice, scope)
        result: list[Values] = []
        for value in self.of(node.value, scope):
            if key is not None and isinstance(key.value, int) and isinstance(value, Display):
                result.append(self._element(value, key.value))
            elif key is not None and isinstance(value, Display) and isinstance(value.node, ast.Dict):
                peer = self._peer(value.module)
                matches = [
                    peer.of(v, value.scope)
                    for k, v in zip(value.node.keys, value.node.values, strict=True)
                    if isinstance(k, ast.Constant) and k.value == key.value
                ]
                result.append(matches[-1] if matches else _ANY)
            else:
                result.append(_ANY)
        return self._union(result)

    # attributes

    def attribute(self, value: Value, name: str) -> Values:
        """What ``value.name`` may be."""
        if isinstance(value, Ref):
            if value.symbol is not None and keras_api.kind(value.symbol) == "class":
                method = keras_api.member(value.symbol, name)
                return frozenset({Ref(f"{value.path}.{name}", method)}) if method else _ANY
            return frozenset({self._import(f"{value.path}.{name}")})
        if isinstance(value, OwnModule):
            return self._peer(value.module)._name(name, value.module.scope)
        if isinstance(value, Instance):
            method = keras_api.member(value.symbol, name)
            return frozenset({Method(method, value.symbol)}) if method else _ANY
        if isinstance(value, OwnInstance):
            return self._own_attribute(value.cls, name, bound=True)
        if isinstance(value, OwnClass):
            return self._own_attribute(value, name, bound=False)
        if isinstance(value, Super):
            return self._union(self._base_attribute(base, name, bound=True) for base in self.bases(value.cls))
        return _ANY

    def bases(self, cls: OwnClass) -> list[Value]:
        """What the direct bases of a class of the user's are."""
        peer = self._peer(cls.module)
        scope = cls.module.scopes[cls.node].parent
        assert scope is not None
        return [value for base in cls.node.bases for value in sorted(peer.of(base, scope), key=_rank)]

    def keras_base(self, cls: OwnClass, seen: frozenset[int] = frozenset()) -> str | None:
        """The nearest Keras 1 class that ``cls`` derives from, directly or through the user's own classes."""
        if id(cls.node) in seen or len(seen) > _MAX_DEPTH:
            return None
        for base in self.bases(cls):
            if isinstance(base, Ref) and base.symbol is not None:
                return base.symbol
            if isinstance(base, OwnClass):
                found = self.keras_base(base, seen | {id(cls.node)})
                if found:
                    return found
        return None

    def _base_attribute(
        self, base: Value, name: str, *, bound: bool, seen: frozenset[OwnClass] = frozenset()
    ) -> Values:
        if isinstance(base, Ref) and base.symbol is not None:
            member = base.symbol if name == "__init__" else keras_api.member(base.symbol, name)
            if member is None:
                return _ANY
            return frozenset({Method(member, base.symbol)}) if bound else frozenset({Ref(base.path, member)})
        if isinstance(base, OwnClass) and base not in seen:
            return self._own_attribute(base, name, bound=bound, seen=seen)
        return _ANY

    def _own_attribute(
        self, cls: OwnClass, name: str, *, bound: bool, seen: frozenset[OwnClass] = frozenset()
    ) -> Values:
        module = cls.module
        peer = self._peer(module)
        result: list[Values] = []
        for binding in module.scopes[cls.node].bindings.get(name, ()):
            if isinstance(binding, Defined) and not isinstance(binding.node, ast.ClassDef):
                static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in binding.node.decorator_list)
                if any(isinstance(d, ast.Name) and d.id == "property" for d in binding.node.decorator_list):
                    result.append(peer.returns(OwnFunction(module, binding.node, bound=True)))
                else:
                    result.append(frozenset({OwnFunction(module, binding.node, bound=bound and not static)}))
            else:
                result.append(peer._binding(binding))
        for target, assigned in module.attribute_stores.get(name, ()):
            if module.enclosing_class(assigned.scope) is cls.node and isinstance(target.value, ast.Name):
                result.append(peer._assigned(assigned))
        if result:
            return self._union(result)
        seen |= {cls}
        return self._union(self._base_attribute(b, name, bound=bound, seen=seen) for b in self.bases(cls)) or _ANY

    # calls

    def _call(self, node: ast.Call, scope: Scope) -> Values:
        return self._union(self.result(value, node, scope) for value in self.of(node.func, scope))

    def result(self, value: Value, node: ast.Call, scope: Scope) -> Values:
        """What calling ``value`` as in ``node`` may return."""
        if isinstance(value, Ref):
            if value.symbol is not None:
                if keras_api.kind(value.symbol) == "class":
                    return frozenset({Instance(value.symbol)})
                if _is_application(value.symbol):
                    return frozenset({Instance(MODEL)})
                returned = _RETURNS.get(value.symbol)
                return frozenset({Instance(returned)}) if returned else _ANY
            if value.path.startswith(_COMPAT):
                return frozenset({Instance(value.path)})
            if value.path in ("functools.partial", "partial") and node.args:
                given = 99 if any(isinstance(a, ast.Starred) for a in node.args[1:]) else len(node.args) - 1
                keywords = tuple(k.arg for k in node.keywords if k.arg)
                return (
                    frozenset(Partial(t, given, keywords) for t in self.of(node.args[0], scope) if t is not UNKNOWN)
                    or _ANY
                )
            return _ANY
        if isinstance(value, Method):
            returned = _RETURNS.get(value.symbol)
            return frozenset({Instance(returned)}) if returned else _ANY
        if isinstance(value, OwnClass):
            return frozenset({OwnInstance(value)})
        if isinstance(value, OwnFunction):
            return self._peer(value.module).returns(value)
        if isinstance(value, (Instance, OwnInstance)):
            return frozenset({Tensor()}) if self.is_layer(value) else _ANY
        if isinstance(value, Partial):
            return self.result(value.target, node, scope)
        if value is UNKNOWN and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "super", "dict"):
            return self._builtin(node.func.id, node, scope)
        return _ANY

    def _builtin(self, name: str, node: ast.Call, scope: Scope) -> Values:
        if name == "super":
            cls = self.module.enclosing_class(scope)
            return frozenset({Super(OwnClass(self.module, cls))}) if cls is not None else _ANY
        if name == "dict":
            return frozenset({Display(node, self.module, scope)})
        if name == "getattr" and len(node.args) >= 2:
            attr = self.constant(node.args[1], scope)
            if attr is not None and isinstance(attr.value, str):
                text = attr.value
                return self._union(self.attribute(v, text) for v in self.of(node.args[0], scope))
        return _ANY

    def is_layer(self, value: Value) -> bool:
        """Whether ``value`` is an instance of a Keras layer (models are layers)."""
        symbol = None
        if isinstance(value, Instance):
            symbol = value.symbol
        elif isinstance(value, OwnInstance):
            symbol = self.keras_base(value.cls)
        return symbol is not None and LAYER in keras_api.mro(symbol)

    def returns(self, function: OwnFunction) -> Values:
        """What a function of this module may return."""
        node = function.node
        inner = self.module.scopes[node]
        if isinstance(node, ast.Lambda):
            return self.of(node.body, inner)
        if node in self.module.generators:
            return _ANY
        return self._union(self.of(r.value, inner) for r in self.module.returns.get(node, ()) if r.value) or _ANY

    # parameters

    def _parameter(self, binding: Parameter) -> Values:
        node = binding.function
        if binding.variadic:
            return _ANY
        owner = binding.scope.node if binding.scope.kind == "class" else None
        if binding.index == 0 and isinstance(owner, ast.ClassDef) and not isinstance(node, ast.Lambda):
            decorators = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
            cls = OwnClass(self.module, owner)
            if "classmethod" in decorators:
                return frozenset({cls})
            if "staticmethod" not in decorators:
                return frozenset({OwnInstance(cls)})
        default = default_of(node, binding)
        result: list[Values] = [self.of(default, binding.scope)] if default is not None else []
        arguments = list(self._arguments(binding, owner))
        result.extend(peer.of(expr, scope) for peer, expr, scope in arguments)
        if not arguments:
            result.append(_ANY)
        return self._union(result)

    def _arguments(self, binding: Parameter, owner: ast.AST | None) -> Iterable[tuple[Inference, ast.expr, Scope]]:
        """The expressions given for a parameter by the calls of the run, as far as names tell them."""
        node = binding.function
        if isinstance(node, ast.Lambda):
            return
        called = node.name
        if called == "__init__" and isinstance(owner, ast.ClassDef):
            called = owner.name
        shift = 1 if isinstance(owner, ast.ClassDef) else 0
        places: list[Inference] = [self]
        places.extend(self._peer(module) for module in self.project.users(self.module.path, called))
        for peer in places:
            for call, scope in peer.module.calls_of(called):
                if not peer._is_call_of(call, scope, node, owner):
                    continue
                expr = _argument(call, binding, shift)
                if expr is not None:
                    yield peer, expr, scope

    def _is_call_of(self, call: ast.Call, scope: Scope, node: ast.AST, owner: ast.AST | None) -> bool:
        for value in self.of(call.func, scope):
            if isinstance(value, OwnFunction) and value.node is node:
                return True
            if isinstance(value, OwnClass) and value.node is owner:
                return True
        return False


def default_of(node: FunctionNode, binding: Parameter) -> ast.expr | None:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if binding.index is not None:
        at = binding.index - (len(positional) - len(arguments.defaults))
        return arguments.defaults[at] if at >= 0 else None
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.arg == binding.name:
            return default
    return None


def _argument(call: ast.Call, binding: Parameter, shift: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == binding.name:
            return keyword.value
    if binding.index is None:
        return None
    at = binding.index - shift
    if 0 <= at < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args[: at + 1]):
        return call.args[at]
    return None

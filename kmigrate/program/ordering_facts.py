"""What one file says about image orderings: which variables, parameters, attributes and items take them from which."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from kmigrate import keras_api
from kmigrate.findings import Span
from kmigrate.keras_api.model import ByRule, Dropped, How, To
from kmigrate.program.program import KerasCall, Program, arguments_of
from kmigrate.program.scopes import Assigned, Defined, FunctionNode, ImportAlias, Parameter, Scope
from kmigrate.program.values import (
    Display,
    Instance,
    Method,
    OwnClass,
    OwnFunction,
    OwnInstance,
    OwnModule,
    Partial,
    Ref,
    Super,
    Value,
    default_of,
)

#: What Keras 2 says for each word of Keras 1 (1.2.2, ``backend/common.py`` and the layers' ``dim_ordering='default'``).
WORDS = {"th": "channels_first", "tf": "channels_last", "default": None}
GETTER = "keras.backend.common.image_dim_ordering"
SETTER = "keras.backend.common.set_image_dim_ordering"
_NEW = frozenset({"keras.backend.image_data_format", "keras.backend.set_image_data_format"})
_NAMES = "the names of Keras 2, 'channels_first' or 'channels_last'"

#: A binding ("var", file, scope, name), an attribute ("attr", class, name), a result ("return", file, function), an
#: item of a dict ("item", key), the elements of any of these ("of", …), or a place in a file (kind, file, start):
#: "literal", "use" (of a function of Keras), "keras attribute", "layer attribute" (if it is a layer) or "unknown".
Key = tuple[str, ...]

_SAME_TEXT = frozenset({"lower", "strip", "upper", "encode", "decode"})
_HARMLESS = frozenset(
    {
        "print",
        "isinstance",
        "repr",
        "len",
        "type",
        "hasattr",
        "id",
        "ValueError",
        "Exception",
        "RuntimeError",
        "warn",
        "info",
    }
    | {"debug", "warning", "error", "TypeError", "NotImplementedError", "append", "super"}
)

_NOT_ESCAPES = _HARMLESS | _SAME_TEXT | {"str", "getattr", "dict", "get"}


@dataclass(frozen=True, slots=True)
class Place:
    """Something to rewrite: a literal word, a name of Keras 1's functions, or an attribute that a Keras layer owns."""

    node: ast.expr
    scope: Scope
    span: Span


@dataclass(slots=True)
class Facts:
    """What one file says. Keys name functions and classes, not nodes, so that they hold for any reading of the file."""

    edges: list[tuple[Key, Key]] = field(default_factory=list)
    certain: set[Key] = field(default_factory=set)
    #: parameters that are an ordering by their name only, with the assumption that a rewrite then rests on
    likely: dict[Key, str] = field(default_factory=dict)
    #: values that come from, or go to, where nothing is known: the assumption that a rewrite then rests on
    doubts: list[tuple[Key, str]] = field(default_factory=list)
    #: parameters without a default, with the words for a value that no call is seen to give
    required: dict[Key, str] = field(default_factory=dict)
    given: set[Key] = field(default_factory=set)
    #: keys that are written; and keys that are read, with the source of the read
    written: set[Key] = field(default_factory=set)
    read: list[tuple[Key, str]] = field(default_factory=list)
    places: dict[Key, Place] = field(default_factory=dict)


class Reader:
    """Collects the facts of one file."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.module = program.module
        self.path = program.module.path
        self.values = program.values
        self.result = Facts()

    def facts(self) -> Facts:
        """Everything the file says, but for the uses that ``follow_escapes`` adds."""
        for scope in [self.module.scope, *self.module.scopes.values()]:
            for name, bindings in scope.bindings.items():
                for binding in bindings:
                    self._binding(self._variable(scope, name), binding)
        for name, stores in self.module.attribute_stores.items():
            for target, assigned in stores:
                for key in self._attribute(target.value, name, assigned.scope, target):
                    self.result.written.add(key)
                    self._assigned(key, assigned)
        self._item_facts()
        for node, scope in self.module.calls:
            self._call(node, scope)
        for call in self.program.calls:
            self._keras_call(call)
        for compare, scope in self.module.compares:
            self._compare(compare, scope)
        for attribute, scope in self.module.attributes:
            if attribute.attr == "dim_ordering" and isinstance(attribute.ctx, ast.Load):
                self.keys(attribute, scope)
        for use in self.program.uses:
            if use.symbol in (GETTER, SETTER):
                self._place("use", use.node, use.scope)
        return self.result

    def follow_escapes(self) -> None:
        """Add to the facts the uses that leave what is followed."""
        for name_node, scope in self.module.names:
            self._escape(name_node, scope)
        for attribute, scope in self.module.attributes:
            self._escape(attribute, scope)

    # keys

    def _variable(self, scope: Scope, name: str) -> Key:
        if scope.kind == "class" and isinstance(scope.node, ast.ClassDef):
            return self._class_key(OwnClass(self.module, scope.node), name)
        return ("var", self.path, self._qualified(scope), name)

    def _qualified(self, scope: Scope) -> str:
        parts: list[str] = []
        current: Scope | None = scope
        while current is not None and current.parent is not None:
            node = current.node
            name = getattr(node, "name", None)
            parts.insert(0, name or f"<{getattr(node, 'lineno', 0)}:{getattr(node, 'col_offset', 0)}>")
            current = current.parent
        return ".".join(parts)

    def _function_key(self, function: OwnFunction) -> tuple[str, str]:
        reader = self if function.module is self.module else None
        scope = function.module.scopes[function.node]
        return function.module.path, (reader or self)._qualified(scope)

    def _class_key(self, cls: OwnClass, name: str) -> Key:
        """The attribute of the class's topmost ancestor among the user's classes: one key for a whole family."""
        seen: set[int] = set()
        while id(cls.node) not in seen:
            seen.add(id(cls.node))
            own = [base for base in self.values.bases(cls) if isinstance(base, OwnClass)]
            if not own:
                break
            cls = own[0]
        return ("attr", f"{cls.module.path}:{cls.node.name}", name)

    def _place(self, kind: str, node: ast.expr, scope: Scope) -> Key:
        span = self.module.span(node)
        key = (kind, self.path, str(span.start))
        self.result.places[key] = Place(node, scope, span)
        if kind != "literal":
            self.result.certain.add(key)
        return key

    def keys(self, node: ast.expr, scope: Scope) -> list[Key]:
        """What ``node`` gets its value from."""
        if isinstance(node, ast.Constant):
            return [self._place("literal", node, scope)] if node.value in WORDS and isinstance(node.value, str) else []
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if isinstance(node, ast.Attribute):
            use = self.program.use_of.get(node)
            if use is not None:
                return [self._place("use", node, scope)] if use.symbol == GETTER else []
            return self._attribute(node.value, node.attr, scope, node)
        if isinstance(node, ast.Call):
            return self._result(node, scope)
        if isinstance(node, ast.IfExp):
            return self.keys(node.body, scope) + self.keys(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            return [key for value in node.values for key in self.keys(value, scope)]
        if isinstance(node, ast.NamedExpr):
            return self.keys(node.value, scope)
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                key = ("item", node.slice.value)
                self.result.read.append((key, self._gives(node)))
                return [key]
            if isinstance(node.value, ast.Dict):
                return [key for value in node.value.values for key in self.keys(value, scope)]
            return self._element_keys(node.value, scope)
        if isinstance(node, (ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Lambda)):
            return []
        return self._unknown(node)

    def _gives(self, node: ast.expr) -> str:
        return f"`{self._said(node)}` gives {_NAMES}"

    def _unknown(self, node: ast.expr) -> list[Key]:
        key = ("unknown", self.path, str(self.module.span(node).start))
        self.result.doubts.append((key, self._gives(node)))
        return [key]

    def _name(self, name: str, scope: Scope) -> list[Key]:
        found = scope.lookup(name)
        if found is None:
            for alias in self.module.scope.stars:
                own = self.program.project.module(alias.path, self.path)
                if own is not None and name in own.scope.bindings:
                    return [("var", own.path, "", name)]
            return []
        where, bindings = found
        result: list[Key] = []
        for binding in bindings:
            if isinstance(binding, ImportAlias):
                head, _, last = binding.path.rpartition(".")
                own = self.program.project.module(head, self.path) if head else None
                if own is not None and last in own.scope.bindings:
                    result.append(("var", own.path, "", last))
        return result or [self._variable(where, name)]

    def _attribute(self, base: ast.expr, name: str, scope: Scope, node: ast.expr) -> list[Key]:
        result: list[Key] = []
        for value in self.values.of(base, scope):
            if isinstance(value, OwnModule):
                result.append(("var", value.module.path, "", name))
            elif isinstance(value, (OwnInstance, OwnClass)):
                cls = value.cls if isinstance(value, OwnInstance) else value
                if name == "dim_ordering" and self._parent_owns(cls):
                    result.append(self._place("keras attribute", node, scope))
                else:
                    key = self._class_key(cls, name)
                    if name == "dim_ordering" and self.values.keras_base(cls):
                        self.result.certain.add(key)
                    result.append(key)
            elif isinstance(value, Instance):
                if name == "dim_ordering" and has_ordering(value.symbol):
                    result.append(self._place("keras attribute", node, scope))
            elif not isinstance(value, (Ref, Method)):
                key = ("attr", "?", name)
                result.append(key)
                if name == "dim_ordering":
                    self._join(key, [self._place("layer attribute", node, scope)])
                elif isinstance(getattr(node, "ctx", None), ast.Load):
                    self.result.read.append((key, self._gives(node)))
        return list(dict.fromkeys(result))

    def _parent_owns(self, cls: OwnClass) -> bool:
        """Whether a Keras layer above ``cls`` holds the ordering, and no class of the user's between sets it."""
        base = self.values.keras_base(cls)
        if base is None or not has_ordering(base):
            return False
        todo, seen = [cls], set[int]()
        while todo:
            current = todo.pop()
            if id(current.node) in seen:
                continue
            seen.add(id(current.node))
            if "dim_ordering" in current.module.scopes[current.node].bindings:
                return False
            for _, assigned in current.module.attribute_stores.get("dim_ordering", ()):
                if current.module.enclosing_class(assigned.scope) is current.node:
                    return False
            todo.extend(b for b in self.values.bases(current) if isinstance(b, OwnClass))
        return True

    def _result(self, node: ast.Call, scope: Scope) -> list[Key]:
        """What the value of a call comes from."""
        call = self.program.call_of.get(node)
        use = self.program.use_of.get(node.func)
        if (call is not None and call.symbol == GETTER) or (use is not None and use.symbol == GETTER):
            return [self._place("use", node.func, scope)]
        if use is not None and use.path in _NEW:
            key = ("unknown", self.path, str(self.module.span(node).start))
            self.result.certain.add(key)
            return [key]
        func = node.func
        if isinstance(func, ast.Attribute):
            if func.attr in _SAME_TEXT and not node.args:
                return self.keys(func.value, scope)
            first = node.args[0] if node.args else None
            if func.attr in ("get", "pop", "setdefault") and isinstance(first, ast.Constant):
                default = [key for value in node.args[1:2] for key in self.keys(value, scope)]
                item = ("item", str(first.value))
                if not default:
                    self.result.read.append((item, self._gives(node)))
                return [item, *default]
        if _copies(node):
            return []
        if isinstance(func, ast.Name) and func.id == "str" and len(node.args) == 1:
            return self.keys(node.args[0], scope)
        if isinstance(func, ast.Name) and func.id == "getattr" and len(node.args) >= 2:
            name = node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                default = [key for value in node.args[2:3] for key in self.keys(value, scope)]
                return [("attr", "?", name.value), *default]
        own = [value for value in self.values.of(func, scope) if isinstance(value, OwnFunction)]
        return [("return", *self._function_key(function)) for function in own] or self._unknown(node)

    # joining

    def _join(self, key: Key, others: Iterable[Key]) -> None:
        self.result.edges.extend((key, other) for other in others if other != key)

    def _binding(self, key: Key, binding: object) -> None:
        if isinstance(binding, Assigned):
            self.result.written.add(key)
            self._assigned(key, binding)
        elif isinstance(binding, Parameter) and not binding.variadic:
            if binding.name in ("dim_ordering", "image_dim_ordering"):
                name = getattr(binding.function, "name", "a lambda")
                self.result.likely[key] = f"callers of `{name}` give {_NAMES}"
            default = default_of(binding.function, binding)
            if default is not None:
                self._flow(key, default, binding.scope)
            else:
                name = getattr(binding.function, "name", "a lambda")
                words = f"`{name}` is given {_NAMES}, as `{binding.name}`"
                self.result.required[key] = words
        elif isinstance(binding, Defined) and not isinstance(binding.node, ast.ClassDef):
            self._returns(binding.node, key)

    def _returns(self, node: FunctionNode, name_key: Key) -> None:
        inner = self.module.scopes[node]
        key = ("return", self.path, self._qualified(inner))
        if any(isinstance(d, ast.Name) and d.id == "property" for d in getattr(node, "decorator_list", ())):
            self._join(key, [name_key])
            self.result.written.add(name_key)
        for statement in self.module.returns.get(node, ()):
            if statement.value is not None:
                self._flow(key, statement.value, inner)

    def _flow(self, key: Key, node: ast.expr, scope: Scope) -> None:
        """``key`` gets the value of ``node``, with its elements where it is a container that is written out."""
        self._join(key, self.keys(node, scope))
        if _written_out(node) is not None:
            self._join(("of", *key), self._element_keys(node, scope))

    def _assigned(self, key: Key, binding: Assigned) -> None:
        items = [binding.value]
        for at, index in enumerate(binding.path):
            if index is None and at == len(binding.path) - 1:
                for item in items:
                    self._join(key, self._element_keys(item, binding.scope))
                return
            items = [element for item in items for element in _written_out(item, index) or ()]
        for item in items:
            self._flow(key, item, binding.scope)
        if not items:
            self._join(key, self._unknown(binding.value))

    def _element_keys(self, node: ast.expr, scope: Scope) -> list[Key]:
        """What the elements of a container come from."""
        elements = _written_out(node)
        if elements is not None:
            return [key for element in elements for key in self.keys(element, scope)]
        if isinstance(node, ast.Call) and _copies(node):
            return self._element_keys(node.args[0], scope)
        return [("of", *key) for key in self.keys(node, scope)]

    def _item_facts(self) -> None:
        """Dict displays, and stores under a key."""
        self.result.certain.add(("item", "dim_ordering"))
        for node, scope in self.module.dicts:
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._item(key.value, value, scope)
        for target, stored in self.module.item_stores:
            if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str) and not stored.path:
                self._item(target.slice.value, stored.value, stored.scope)
        for subscript, scope in self.module.subscripts:
            if not isinstance(subscript.slice, ast.Constant):
                self._looked_up(subscript.value, subscript.slice, scope)

    def _item(self, name: str, value: ast.expr, scope: Scope) -> None:
        self.result.written.add(("item", name))
        self._flow(("item", name), value, scope)

    def _looked_up(self, container: ast.expr, index: ast.expr, scope: Scope) -> None:
        """``{'th': …, 'tf': …}[ordering]``: the dict's keys meet the ordering."""
        for value in self.values.of(container, scope):
            if isinstance(value, Display) and isinstance(value.node, ast.Dict) and value.module is self.module:
                words = [k for k in value.node.keys if isinstance(k, ast.Constant) and k.value in WORDS]
                for key in self.keys(index, scope) if words else ():
                    for word in words:
                        self._join(key, self.keys(word, value.scope))

    def _compare(self, node: ast.Compare, scope: Scope) -> None:
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
                others = self.keys(right, scope)
            elif isinstance(op, (ast.In, ast.NotIn)):
                others = self._element_keys(right, scope)
            else:
                others = []
            if others:
                for key in self.keys(left, scope):
                    self._join(key, others)
            left = right

    # calls

    def _call(self, node: ast.Call, scope: Scope) -> None:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr == "add_argument":
            self._command_line(node, scope)
        if isinstance(func, ast.Attribute) and func.attr == "get" and node.args:
            self._looked_up(func.value, node.args[0], scope)
        if isinstance(func, ast.Name) and func.id == "dict":
            for keyword in node.keywords:
                if keyword.arg:
                    self._item(keyword.arg, keyword.value, scope)
        use = self.program.use_of.get(func)
        if use is not None and use.path in _NEW:
            for argument in arguments_of(node):
                self.result.certain.update(self.keys(argument.value, scope))
        for keyword in node.keywords:
            is_given = keyword.arg == "dim_ordering" and not isinstance(keyword.value, ast.Constant)
            if is_given and takes_either(self.program, func, scope):
                self.result.certain.update(self.keys(keyword.value, scope))
        for value in self.values.of(func, scope):
            self._own_call(value, node, scope)

    def _own_call(self, value: Value, node: ast.Call, scope: Scope) -> None:
        given = 0
        if isinstance(value, Partial):
            given = value.given
            value = value.target
        if isinstance(value, OwnClass):
            inits = [f for f in self.values.attribute(OwnInstance(value), "__init__") if isinstance(f, OwnFunction)]
            for init in inits:
                self._arguments(init, node, scope, given)
        elif isinstance(value, OwnFunction):
            self._arguments(value, node, scope, given)

    def _arguments(self, function: OwnFunction, node: ast.Call, scope: Scope, given: int) -> None:
        arguments = function.node.args
        path, qualified = self._function_key(function)
        positional = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
        names = {*positional, *(a.arg for a in arguments.kwonlyargs)}
        at = given + (1 if function.bound else 0)
        seen: set[str] = set()
        for argument in arguments_of(node):
            name = argument.keyword
            if argument.star == "*":
                at = len(positional)
            elif argument.star == "" and name is None:
                name = positional[at] if at < len(positional) else None
                at += 1
            if name is None:
                continue
            seen.add(name)
            key = ("var", path, qualified, name) if name in names else ("item", name)
            self.result.given.add(key)
            if name not in names:
                self.result.written.add(key)
            self._flow(key, argument.value, scope)
        if any(keyword.arg is None for keyword in node.keywords):
            for name in names - seen:
                self.result.given.add(("var", path, qualified, name))
                self._join(("var", path, qualified, name), [("item", name)])

    def _command_line(self, node: ast.Call, scope: Scope) -> None:
        """``parser.add_argument('--ordering', choices=['th', 'tf'])``: what a person types changes with the choices."""
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        flags = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        dest = keywords.get("dest")
        name = dest.value if isinstance(dest, ast.Constant) else None
        if name is None:
            long = [flag for flag in flags if flag.startswith("--")] or flags
            name = long[0].lstrip("-").replace("-", "_") if long else None
        if not isinstance(name, str):
            return
        key = ("attr", "?", name)
        self.result.written.add(key)
        words = f"whoever runs the program gives `{(flags or [name])[0]}` {_NAMES}"
        self.result.doubts.append((key, words))
        if "default" in keywords:
            self._join(key, self.keys(keywords["default"], scope))
        if "choices" in keywords:
            self._join(key, self._element_keys(keywords["choices"], scope))

    def _keras_call(self, call: KerasCall) -> None:
        node, scope = call.node, call.scope
        if call.symbol == SETTER:
            key = self._place("use", node.func, scope)
            for argument in arguments_of(node):
                self._join(key, self.keys(argument.value, scope))
            return
        for entry in self.program.bound(call):
            value, keyword = entry.argument.value, entry.argument.keyword
            parameter = entry.parameter or ("" if keyword in call.own_parameters else keyword)
            if parameter not in ("dim_ordering", "data_format") or isinstance(value, ast.Constant):
                continue
            row = self.program.row(call.symbol)
            disposition = row.params.get(parameter) if row is not None else None
            goes = isinstance(disposition, Dropped) and disposition.when is None
            renamed = isinstance(disposition, To) and disposition.name == "data_format"
            compat = row is not None and (row.how is How.COMPAT or disposition == ByRule("KM111"))
            kept = parameter == "dim_ordering" and not renamed and not compat and not goes
            for key in self.keys(value, scope):
                if kept:
                    name = call.symbol.rpartition(".")[2]
                    self.result.doubts.append((key, f"`{name}` takes {_NAMES}"))
                else:
                    self.result.certain.add(key)

    # where an ordering goes

    def _escape(self, node: ast.expr, scope: Scope) -> None:
        """Note a use that leaves what is followed: an argument of an unknown function, a piece of a text."""
        above = self.module.parents.get(node)
        if isinstance(above, ast.Call) and above.func is node:
            if self.program.use_of.get(node) is None:
                return
            node, above = above, self.module.parents.get(above)
        if isinstance(above, ast.keyword):
            above = self.module.parents.get(above)
        words = ""
        if isinstance(above, ast.Call) and above.func is not node:
            name = above.func.attr if isinstance(above.func, ast.Attribute) else getattr(above.func, "id", "")
            if name == "format":
                words = "text"
            elif name not in _NOT_ESCAPES and above not in self.program.call_of and not self._followed(above, scope):
                words = f"`{self._said(above.func)}` takes {_NAMES}"
        elif self._makes_text(above):
            words = "text"
        if not words or self._only_shown(above):
            return
        if words == "text":
            words = "the text made of the ordering is only shown, and names no file"
        for key in self.keys(node, scope):
            self.result.doubts.append((key, words))

    def _said(self, node: ast.AST) -> str:
        """The source of a node on one line, for a message."""
        return " ".join(self.module.source(node).split())

    def _makes_text(self, node: ast.AST | None) -> bool:
        if isinstance(node, ast.Tuple):
            node = self.module.parents.get(node)
        return isinstance(node, (ast.BinOp, ast.FormattedValue))

    def _followed(self, call: ast.Call, scope: Scope) -> bool:
        kinds = (OwnFunction, OwnClass, Partial, Method, Super)
        values = self.values.of(call.func, scope)
        if all(isinstance(v, kinds) or (isinstance(v, Ref) and v.symbol is not None) for v in values):
            return True
        return takes_either(self.program, call.func, scope)

    def _only_shown(self, node: ast.AST | None) -> bool:
        while node is not None and not isinstance(node, ast.stmt):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in _HARMLESS:
                    return True
            node = self.module.parents.get(node)
        return isinstance(node, (ast.Raise, ast.Assert))


def _written_out(node: ast.expr, index: int | None = None) -> list[ast.expr] | None:
    """The elements of a display (of a dict, its keys), or the one at ``index``; None where not all are seen."""
    if isinstance(node, ast.Dict) and index is None:
        return [key for key in node.keys if key is not None]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and not any(isinstance(e, ast.Starred) for e in node.elts):
        return node.elts if index is None else node.elts[index : index + 1]
    return None


def _copies(node: ast.Call) -> bool:
    """Whether the call makes a container of another's elements."""
    names = ("set", "list", "tuple", "frozenset", "sorted")
    return isinstance(node.func, ast.Name) and node.func.id in names and len(node.args) == 1


def takes_either(program: Program, node: ast.expr, scope: Scope) -> bool:
    """Whether ``node`` is a function of ``kmigrate.compat`` (or of a copy), which takes either version's words."""
    modules = ("kmigrate.compat", program.options.vendor_compat)
    values = program.values.of(node, scope)
    return bool(values) and all(isinstance(v, Ref) and v.path.rpartition(".")[0] in modules for v in values)


def has_ordering(symbol: str) -> bool:
    """Whether instances of a Keras 1 class hold ``dim_ordering`` (it is a parameter of the class or of one above)."""
    return any(name == "dim_ordering" for cls in keras_api.mro(symbol) for name, _ in keras_api.params(cls))

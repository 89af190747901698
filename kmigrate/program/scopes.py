"""Reading one module: its scopes, what binds each name, and the places that rules look at. One walk over the ``ast``.

Names are resolved as Python does (function scopes see enclosing functions and the module, never enclosing classes), but
without regard to order: a name stands for everything that is ever bound to it in its scope.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, cast

from kmigrate.findings import LineIndex, Span

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True, eq=False)
class ImportAlias:
    """One name bound by an import statement. ``path`` is the full dotted path that the name stands for."""

    statement: ast.Import | ast.ImportFrom
    index: int
    path: str
    name: str
    scope: Scope

    @property
    def alias(self) -> ast.alias:
        """The ``ast.alias`` inside the statement."""
        return self.statement.names[self.index]


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A name bound to (part of) an expression; ``path`` are the indices of unpacking, ``None`` an unknown element."""

    value: ast.expr
    scope: Scope
    path: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A name bound as a parameter of ``function``; ``index`` counts positional ones, None for keyword-only and **."""

    function: FunctionNode
    name: str
    index: int | None
    scope: Scope
    variadic: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Defined:
    """A name bound by ``def`` or ``class``."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """A name bound in a way that is not followed: ``except as``, augmented assignment, ``del``, ``global``."""

    node: ast.AST


Binding = ImportAlias | Assigned | Parameter | Defined | Opaque


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function or comprehension scope."""

    node: ast.AST
    parent: Scope | None
    kind: str
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[ImportAlias] = field(default_factory=list)
    outer_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)

    def bind(self, name: str, binding: Binding) -> None:
        """Record that ``name`` is bound here (or in the scope that ``global`` or ``nonlocal`` named)."""
        scope: Scope = self
        if name in self.outer_names:
            scope = self.module()
        elif name in self.nonlocal_names and self.parent is not None:
            found = self.parent.lookup(name)
            scope = found[0] if found is not None else self
        scope.bindings.setdefault(name, []).append(binding)

    def module(self) -> Scope:
        """The module scope around this one."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def lookup(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """Where ``name``, read in this scope, is bound, and to what; None if nowhere by name (a star import may)."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if first or scope.kind != "class":
                found = scope.bindings.get(name)
                if found:
                    return scope, found
            first = first and scope.kind == "comprehension"
            scope = scope.parent
        return None


@dataclass(slots=True, eq=False)
class Module:
    """One parsed Python source with what the walk found. Every list is in source order."""

    text: str
    path: str
    package: str
    tree: ast.Module
    lines: LineIndex
    scope: Scope
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    imports: list[ImportAlias] = field(default_factory=list)
    names: list[tuple[ast.Name, Scope]] = field(default_factory=list)
    attributes: list[tuple[ast.Attribute, Scope]] = field(default_factory=list)
    calls: list[tuple[ast.Call, Scope]] = field(default_factory=list)
    compares: list[tuple[ast.Compare, Scope]] = field(default_factory=list)
    functions: list[tuple[FunctionNode, Scope]] = field(default_factory=list)
    classes: list[tuple[ast.ClassDef, Scope]] = field(default_factory=list)
    strings: list[tuple[ast.Constant, Scope]] = field(default_factory=list)
    subscripts: list[tuple[ast.Subscript, Scope]] = field(default_factory=list)
    dicts: list[tuple[ast.Dict, Scope]] = field(default_factory=list)
    #: ``x['key'] = value``, in each of its targets
    item_stores: list[tuple[ast.Subscript, Assigned]] = field(default_factory=list)
    #: function -> its own return statements that give a value
    returns: dict[ast.AST, list[ast.Return]] = field(default_factory=dict)
    #: functions that yield
    generators: set[ast.AST] = field(default_factory=set)
    #: attribute name -> assignments ``x.attribute = value`` with the scope they are in
    attribute_stores: dict[str, list[tuple[ast.Attribute, Assigned]]] = field(default_factory=dict)

    _calls_by_name: dict[str, list[tuple[ast.Call, Scope]]] | None = None

    def release(self) -> None:
        """Let go of what points back and forth, so that all memory is free at once. The module is of no use after."""
        for scope in self.scopes.values():
            scope.bindings.clear()
            scope.stars.clear()
        self.scopes.clear()
        self.parents.clear()

    def calls_of(self, name: str) -> list[tuple[ast.Call, Scope]]:
        """Calls of something whose last name is ``name``, in source order."""
        if self._calls_by_name is None:
            self._calls_by_name = {}
            for call, scope in self.calls:
                func = call.func
                last = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
                self._calls_by_name.setdefault(last, []).append((call, scope))
        return self._calls_by_name.get(name, [])

    def span(self, node: ast.AST) -> Span:
        """The stretch of text that ``node`` occupies."""
        where = cast(ast.expr, node)
        assert where.end_lineno is not None and where.end_col_offset is not None
        offset = self.lines.offset
        return Span(offset(where.lineno, where.col_offset), offset(where.end_lineno, where.end_col_offset))

    def source(self, node: ast.AST) -> str:
        """The text of ``node``."""
        span = self.span(node)
        return self.text[span.start : span.end]

    def keyword_span(self, keyword: ast.keyword) -> Span:
        """The stretch of the name of a keyword argument."""
        assert keyword.arg is not None
        start = self.lines.offset(keyword.lineno, keyword.col_offset)
        return Span(start, start + len(keyword.arg))

    def enclosing_class(self, scope: Scope) -> ast.ClassDef | None:
        """The class whose method ``scope`` is (or lies in), if any."""
        current: Scope | None = scope
        while current is not None:
            if current.kind == "class":
                return cast(ast.ClassDef, current.node)
            current = current.parent
        return None


#: What stands before the module in the place of ``%run module.py`` of a notebook (``sources.magics``).
_RUN = re.compile(r"\Akmigrate_+\d+_\.")


def _import_base(statement: ast.ImportFrom, package: str) -> str:
    """The absolute module of a ``from`` import, given the package the file is in; "." leads when it cannot be known."""
    base = _RUN.sub("", statement.module or "")
    if not statement.level:
        return base
    parts = package.split(".") if package else []
    keep = len(parts) - statement.level + 1
    if keep < 0 or not package:
        return "." * statement.level + base
    parts = parts[:keep]
    return ".".join([*parts, base] if base else parts) or "." * statement.level + base


#: Fields of ast nodes that never hold an expression or a statement, or (``names`` of imports) none that matters here.
_LEAF_FIELDS = frozenset(
    {"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "name"}
    | {"names", "op", "ops", "rest", "simple", "tag", "type_comment", "type_ignores"}
)


class _ChildFields(dict[type[ast.AST], tuple[str, ...]]):
    """Class of node -> the fields that the walk has to follow, worked out when first asked for."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        if kind in (ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton):
            fields: tuple[str, ...] = ()
        else:
            fields = tuple(name for name in kind._fields if name not in _LEAF_FIELDS)
        self[kind] = fields
        return fields


_CHILD_FIELDS = _ChildFields()


class _Reader:
    """The walk. Dispatches on the few node types that bind names or that rules ask for; the rest is passed through."""

    #: what is done with a node of a type; set below
    handlers: ClassVar[dict[type[ast.AST], Callable[..., None]]]

    def __init__(self, module: Module) -> None:
        self.module = module

    def visit(self, node: ast.AST, scope: Scope) -> None:
        handler = self.handlers.get(type(node))
        if handler is not None:
            handler(self, node, scope)
        else:
            self.children(node, scope)

    def children(self, node: ast.AST, scope: Scope) -> None:
        # Half of all nodes are names and constants: they are dealt with here, without a call.
        parents = self.module.parents
        handlers = self.handlers
        for name in _CHILD_FIELDS[type(node)]:
            value = getattr(node, name, None)
            if value is None:
                continue
            for item in value if value.__class__ is list else (value,):
                kind = item.__class__
                if kind is ast.Name:
                    parents[item] = node
                    if item.ctx.__class__ is ast.Load:
                        self.module.names.append((item, scope))
                    else:
                        self.name(item, scope)
                elif kind is ast.Constant:
                    parents[item] = node
                    if item.value.__class__ is str:
                        self.module.strings.append((item, scope))
                elif item is not None:
                    parents[item] = node
                    handler = handlers.get(kind)
                    if handler is not None:
                        handler(self, item, scope)
                    else:
                        self.children(item, scope)

    def child(self, node: ast.AST | None, parent: ast.AST, scope: Scope) -> None:
        if node is not None:
            self.module.parents[node] = parent
            self.visit(node, scope)

    # names and uses

    def name(self, node: ast.Name, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            self.module.names.append((node, scope))
        elif isinstance(node.ctx, ast.Del):
            scope.bind(node.id, Opaque(node))

    def attribute(self, node: ast.Attribute, scope: Scope) -> None:
        self.module.attributes.append((node, scope))
        self.child(node.value, node, scope)

    def call(self, node: ast.Call, scope: Scope) -> None:
        self.module.calls.append((node, scope))
        self.children(node, scope)

    def compare(self, node: ast.Compare, scope: Scope) -> None:
        self.module.compares.append((node, scope))
        self.children(node, scope)

    def constant(self, node: ast.Constant, scope: Scope) -> None:
        if isinstance(node.value, str):
            self.module.strings.append((node, scope))

    def subscript(self, node: ast.Subscript, scope: Scope) -> None:
        self.module.subscripts.append((node, scope))
        self.children(node, scope)

    def dict_(self, node: ast.Dict, scope: Scope) -> None:
        self.module.dicts.append((node, scope))
        self.children(node, scope)

    def return_(self, node: ast.Return, scope: Scope) -> None:
        if node.value is not None:
            self.module.returns.setdefault(scope.node, []).append(node)
            self.children(node, scope)

    def yield_(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        self.module.generators.add(scope.node)
        self.children(node, scope)

    # imports

    def import_(self, node: ast.Import, scope: Scope) -> None:
        for index, alias in enumerate(node.names):
            if alias.asname:
                entry = ImportAlias(node, index, alias.name, alias.asname, scope)
            else:
                root = alias.name.partition(".")[0]
                entry = ImportAlias(node, index, root, root, scope)
            self.module.imports.append(entry)
            scope.bind(entry.name, entry)

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = _import_base(node, self.module.package)
        for index, alias in enumerate(node.names):
            if alias.name == "*":
                entry = ImportAlias(node, index, base, "*", scope)
                scope.stars.append(entry)
            else:
                joiner = "" if base.endswith(".") else "."
                entry = ImportAlias(node, index, f"{base}{joiner}{alias.name}", alias.asname or alias.name, scope)
                scope.bind(entry.name, entry)
            self.module.imports.append(entry)

    # definitions

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        scope.bind(node.name, Defined(node, scope))
        self.module.functions.append((node, scope))
        for decorator in node.decorator_list:
            self.child(decorator, node, scope)
        inner = self._parameters(node, scope)
        for statement in node.body:
            self.child(statement, node, inner)

    def lambda_(self, node: ast.Lambda, scope: Scope) -> None:
        self.module.functions.append((node, scope))
        inner = self._parameters(node, scope)
        self.child(node.body, node, inner)

    def _parameters(self, node: FunctionNode, scope: Scope) -> Scope:
        inner = Scope(node, scope, "function")
        self.module.scopes[node] = inner
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            self.child(default, node, scope)
        for index, argument in enumerate(positional):
            self.child(argument.annotation, node, scope)
            inner.bind(argument.arg, Parameter(node, argument.arg, index, scope))
        for argument in arguments.kwonlyargs:
            self.child(argument.annotation, node, scope)
            inner.bind(argument.arg, Parameter(node, argument.arg, None, scope))
        if arguments.vararg:
            inner.bind(arguments.vararg.arg, Parameter(node, arguments.vararg.arg, None, scope, "*"))
        if arguments.kwarg:
            inner.bind(arguments.kwarg.arg, Parameter(node, arguments.kwarg.arg, None, scope, "**"))
        if not isinstance(node, ast.Lambda):
            self.child(node.returns, node, scope)
        return inner

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        scope.bind(node.name, Defined(node, scope))
        self.module.classes.append((node, scope))
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self.child(part, node, scope)
        inner = Scope(node, scope, "class")
        self.module.scopes[node] = inner
        for statement in node.body:
            self.child(statement, node, inner)

    # bindings

    def _target(self, target: ast.expr, value: ast.expr, scope: Scope, path: tuple[int | None, ...]) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, Assigned(value, scope, path))
        elif isinstance(target, (ast.Tuple, ast.List)):
            starred = any(isinstance(e, ast.Starred) for e in target.elts)
            for index, element in enumerate(target.elts):
                inner = element.value if isinstance(element, ast.Starred) else element
                self._target(inner, value, scope, (*path, None if starred else index))
        elif isinstance(target, ast.Attribute):
            entry = (target, Assigned(value, scope, path))
            self.module.attribute_stores.setdefault(target.attr, []).append(entry)
        elif isinstance(target, ast.Subscript):
            self.module.item_stores.append((target, Assigned(value, scope, path)))

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._target(target, node.value, scope, ())
        self.children(node, scope)

    def ann_assign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._target(node.target, node.value, scope, ())
        self.children(node, scope)

    def aug_assign(self, node: ast.AugAssign, scope: Scope) -> None:
        if isinstance(node.target, ast.Name):
            scope.bind(node.target.id, Opaque(node))
        self.children(node, scope)

    def named(self, node: ast.NamedExpr, scope: Scope) -> None:
        around = scope
        while around.kind == "comprehension" and around.parent is not None:
            around = around.parent
        if around is scope:
            self._target(node.target, node.value, scope, ())
        else:
            around.bind(node.target.id, Assigned(node.value, scope))
        self.children(node, scope)

    def for_(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self._target(node.target, node.iter, scope, (None,))
        self.children(node, scope)

    def with_(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            for target in ast.walk(item.optional_vars) if item.optional_vars is not None else ():
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    scope.bind(target.id, Opaque(node))
        self.children(node, scope)

    def except_(self, node: ast.ExceptHandler, scope: Scope) -> None:
        if node.name:
            scope.bind(node.name, Opaque(node))
        self.children(node, scope)

    def capture(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scope: Scope) -> None:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            scope.bind(name, Opaque(node))
        self.children(node, scope)

    def global_(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        names = scope.outer_names if isinstance(node, ast.Global) else scope.nonlocal_names
        names.update(node.names)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> None:
        inner = Scope(node, scope, "comprehension")
        self.module.scopes[node] = inner
        for generator in node.generators:
            self.module.parents[generator] = node
            self._target(generator.target, generator.iter, inner, (None,))
            self.children(generator, inner)
        if isinstance(node, ast.DictComp):
            self.child(node.key, node, inner)
            self.child(node.value, node, inner)
        else:
            self.child(node.elt, node, inner)


_Reader.handlers = {
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.Call: _Reader.call,
    ast.Import: _Reader.import_,
    ast.ImportFrom: _Reader.import_from,
    ast.FunctionDef: _Reader.function,
    ast.AsyncFunctionDef: _Reader.function,
    ast.Lambda: _Reader.lambda_,
    ast.ClassDef: _Reader.class_,
    ast.Assign: _Reader.assign,
    ast.AnnAssign: _Reader.ann_assign,
    ast.AugAssign: _Reader.aug_assign,
    ast.NamedExpr: _Reader.named,
    ast.For: _Reader.for_,
    ast.AsyncFor: _Reader.for_,
    ast.With: _Reader.with_,
    ast.AsyncWith: _Reader.with_,
    ast.ExceptHandler: _Reader.except_,
    ast.Global: _Reader.global_,
    ast.Nonlocal: _Reader.global_,
    ast.ListComp: _Reader.comprehension,
    ast.SetComp: _Reader.comprehension,
    ast.GeneratorExp: _Reader.comprehension,
    ast.DictComp: _Reader.comprehension,
    ast.Compare: _Reader.compare,
    ast.Constant: _Reader.constant,
    ast.Subscript: _Reader.subscript,
    ast.Dict: _Reader.dict_,
    ast.Return: _Reader.return_,
    ast.Yield: _Reader.yield_,
    ast.YieldFrom: _Reader.yield_,
    ast.MatchAs: _Reader.capture,
    ast.MatchStar: _Reader.capture,
    ast.MatchMapping: _Reader.capture,
}


def read_module(text: str, path: str = "<string>", package: str = "") -> Module:
    """Parse and walk ``text``. ``package`` is the dotted package the file lies in, for relative imports.

    Raises SyntaxError or ValueError (null bytes) where Python 3 would.
    """
    tree = ast.parse(text.removeprefix("\ufeff"))
    scope = Scope(tree, None, "module")
    module = Module(text, path, package, tree, LineIndex(text), scope)
    module.scopes[tree] = scope
    _Reader(module).children(tree, scope)
    return module

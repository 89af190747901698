"""What rules ask: which expressions are Keras symbols, which calls are Keras calls, and which Keras a file is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kmigrate import keras_api
from kmigrate.config import Options
from kmigrate.findings import Finding
from kmigrate.keras_api.model import Dropped, Packed, Row, To
from kmigrate.program import uses
from kmigrate.program.project import Project
from kmigrate.program.scopes import ImportAlias, Module, Scope
from kmigrate.program.uses import Use
from kmigrate.program.values import (
    MODEL,
    UNKNOWN,
    Display,
    Inference,
    Instance,
    Method,
    OwnClass,
    OwnFunction,
    OwnInstance,
    Partial,
    Ref,
    Tensor,
    Unknown,
    Value,
    keras_path,
)

if TYPE_CHECKING:
    from kmigrate.program.shapes.analysis import Report

#: Modules that no Keras 2 had, not even one that still took most of Keras 1's spellings (2.0.0 renamed both).
_ONLY_KERAS1 = ("keras.initializations", "keras.utils.visualize_util")


#: Keywords of Keras 1 that Keras 2 changed only later (``lr`` in 2.3, the others in tf_keras): no sign of Keras 1.
_SHARED_WITH_KERAS2 = frozenset({"lr", "decay", "epsilon", "sample_weight_mode", "schedule_decay"})


# What there is very many of is not frozen, which would make each one three times as slow to make; nobody changes it.


@dataclass(slots=True, eq=False)
class Argument:
    """One argument as written. ``index`` counts all arguments in source order; ``star`` is "", "*" or "**"."""

    index: int
    keyword: str | None
    value: ast.expr
    star: str
    node: ast.keyword | None


@dataclass(slots=True, eq=False)
class Bound:
    """An argument and the Keras 1 parameter that it is for (None: not a Keras 1 parameter, or unknown)."""

    argument: Argument
    parameter: str | None


@dataclass(slots=True, eq=False)
class KerasCall:
    """A call that gives arguments to a Keras 1 callable.

    ``symbol`` is the full Keras 1 name (a class stands for its constructor). ``skip`` arguments at the front are not
    the callable's (``partial``'s first, ``self`` of ``Layer.__init__(self, …)``); ``given`` positional parameters were
    supplied elsewhere. ``keywords_only``: the positional arguments are the user's own function's, and only keywords
    reach Keras through its ``**kwargs``. ``complete`` is False where other arguments may come later (``partial``).
    ``certain`` is False where the callee could be something else; ``assumes`` then says what is taken for granted.
    """

    node: ast.Call
    scope: Scope
    symbol: str
    certain: bool = True
    assumes: str = ""
    skip: int = 0
    given: int = 0
    keywords_only: bool = False
    complete: bool = True
    direct: bool = True
    own_parameters: frozenset[str] = frozenset()


def arguments_of(node: ast.Call) -> list[Argument]:
    """The arguments of a call in source order."""
    if not any(value.__class__ is ast.Starred for value in node.args):  # nearly always, and then they are in order
        found = [Argument(index, None, value, "", None) for index, value in enumerate(node.args)]
        for index, keyword in enumerate(node.keywords, len(found)):
            found.append(Argument(index, keyword.arg, keyword.value, "" if keyword.arg else "**", keyword))
        return found
    entries: list[tuple[int, int, str | None, ast.expr, str, ast.keyword | None]] = []
    for value in node.args:
        if isinstance(value, ast.Starred):
            entries.append((value.lineno, value.col_offset, None, value.value, "*", None))
        else:
            entries.append((value.lineno, value.col_offset, None, value, "", None))
    for keyword in node.keywords:
        star = "" if keyword.arg else "**"
        entries.append((keyword.lineno, keyword.col_offset, keyword.arg, keyword.value, star, keyword))
    entries.sort(key=lambda entry: (entry[0], entry[1]))
    return [Argument(index, kw, value, star, node_) for index, (_, _, kw, value, star, node_) in enumerate(entries)]


@dataclass(frozen=True, slots=True)
class Origin:
    """What was known of a text before rewrites took the signs of it away."""

    #: the text was Python 2 until kmigrate brought it to Python 3: its divisions are still meant as Python 2's
    was_python2: bool = False
    #: whether kmigrate has rewritten the text, so that ``written_for`` is that of the text before
    is_rewritten: bool = False
    written_for: int | None = None


class Program:
    """One file, read for the rules. Everything is worked out when first asked for."""

    def __init__(self, module: Module, options: Options, project: Project, origin: Origin = Origin()) -> None:
        self.module = module
        self.options = options
        self.origin = origin
        self.project = project.seen_from(module)
        self.values = Inference(module, self.project)
        self._versions: dict[KerasCall, set[int]] = {}
        self._rows = keras_api.rows(options.target)
        self._bound: dict[KerasCall, list[Bound]] = {}
        #: findings that two rules share, by the name of what found them
        self.memo: dict[str, list[Finding]] = {}

    def release(self) -> None:
        """Let go of what points back and forth, so that all memory is free at once. The program is of no use after."""
        self.values.release()
        self.module.release()
        known: Report | None = self.__dict__.get("shapes")
        for application in known.applications if known is not None else ():
            application.outputs = ()

    def row(self, symbol: str) -> Row | None:
        """What becomes of ``symbol`` on the target."""
        return self._rows.get(symbol)

    # names

    @cached_property
    def keras_imports(self) -> list[ImportAlias]:
        """Import aliases that bring in Keras or something of it."""
        return [alias for alias in self.module.imports if keras_path(alias.path) is not None]

    @cached_property
    def uses(self) -> list[Use]:
        """Every expression of the file that names something of Keras, in source order."""
        return uses.uses(self.module, self.project, self.values)

    @cached_property
    def use_of(self) -> dict[ast.AST, Use]:
        """The use that an expression is."""
        return {use.node: use for use in self.uses}

    @cached_property
    def touches_keras(self) -> bool:
        """Whether the file imports Keras, or takes it from a module of the user's that does."""
        if self.keras_imports or self.serves_models:
            return True
        return bool(self.uses)

    @cached_property
    def _neighbours(self) -> list[Module]:
        """The user's modules that the file imports, and those that import it."""
        here = self.module.path
        found: list[Module] = []
        for alias in self.module.imports:
            own = self.project.module(alias.path, here) or self.project.module(alias.path.rpartition(".")[0], here)
            if own is not None:
                found.append(own)
        return [*found, *self.project.users(here, "")]

    @property
    def serves_models(self) -> bool:
        """Whether a module of the user's that the file imports, or that imports it, names Keras."""
        return any("keras" in module.text for module in self._neighbours)

    @cached_property
    def _is_cut_off(self) -> bool:
        """Whether nothing of Keras can be in the file: it imports none, and neither imports nor serves other files."""
        if self.keras_imports or any(a.path.partition(".")[0] == "tensorflow" for a in self.module.imports):
            return False
        return not self._neighbours

    # calls

    @cached_property
    def calls(self) -> list[KerasCall]:
        """Every call of the file whose arguments reach something of Keras 1, in source order."""
        if self._is_cut_off:
            return []
        return [found for node, scope in self.module.calls for found in self._keras_calls(node, scope)]

    @cached_property
    def call_of(self) -> dict[ast.AST, KerasCall]:
        """The Keras call that a call node is."""
        return {call.node: call for call in self.calls}

    def _keras_calls(self, node: ast.Call, scope: Scope) -> Iterator[KerasCall]:
        if node.func.__class__ is ast.Name and not self.module.scope.stars and scope.lookup(node.func.id) is None:
            return  # a function of Python's own
        values = self.values.of(node.func, scope)
        if len(values) == 1 and UNKNOWN in values:
            return
        found: list[KerasCall] = []
        open_ended = False
        for value in values:
            candidate = self._candidate(value, node, scope)
            if candidate is not None:
                found.append(candidate)
            elif isinstance(value, Ref) and value.path == "functools.partial":
                yield from self._partial(node, scope)
            elif not isinstance(value, Tensor):
                open_ended = True
        if not found:
            return
        symbols = sorted({call.symbol for call in found})
        first = min(found, key=lambda call: (call.symbol, call.skip, call.given, call.keywords_only))
        if open_ended or (len(symbols) > 1 and len({self._effect(symbol) for symbol in symbols}) > 1):
            name = symbols[0].rpartition(".")[2]
            assumes = f"`{self.module.source(node.func)}` is Keras's {name}"
            yield replace(first, certain=False, assumes=assumes)
        else:
            yield first

    def _effect(self, symbol: str) -> object:
        row = self.row(symbol)
        if row is None:
            return symbol
        return (tuple(sorted((k, repr(v)) for k, v in row.params.items())), row.pins, keras_api.params(symbol))

    def _candidate(self, value: Value, node: ast.Call, scope: Scope) -> KerasCall | None:
        if isinstance(value, Ref):
            if value.symbol is None:
                return None
            kind = keras_api.kind(value.symbol)
            if kind in ("class", "function"):
                above = node.func
                if isinstance(above, ast.Attribute) and above.attr == "__init__":
                    return KerasCall(node, scope, value.symbol, skip=1, direct=False)
                return KerasCall(node, scope, value.symbol)
            if kind == "method":
                return KerasCall(node, scope, value.symbol, skip=1, direct=False)
            return None
        if isinstance(value, Method):
            kind = keras_api.kind(value.symbol)
            return KerasCall(node, scope, value.symbol, direct=False) if kind in ("method", "class") else None
        if isinstance(value, Partial):
            inner = self._candidate(value.target, node, scope)
            if inner is None or value.given > 50:
                return None
            return KerasCall(
                node, scope, inner.symbol, inner.certain, given=value.given + inner.given, complete=False, direct=False
            )
        if isinstance(value, OwnClass):
            return self._own_class(value, node, scope)
        if isinstance(value, OwnFunction):
            return self._forwarded(value, node, scope)
        return None

    def _partial(self, node: ast.Call, scope: Scope) -> Iterator[KerasCall]:
        if node.args:
            for value in self.values.of(node.args[0], scope):
                inner = self._candidate(value, node, scope)
                if inner is not None:
                    yield KerasCall(node, scope, inner.symbol, skip=1, given=inner.given, complete=False, direct=False)

    def _own_class(self, value: OwnClass, node: ast.Call, scope: Scope) -> KerasCall | None:
        base = self.values.keras_base(value)
        if base is None or keras_api.kind(base) != "class":
            return None
        inits = [n for n in value.node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        if not inits:
            direct = [b for b in self.values.bases(value) if isinstance(b, Ref)]
            return KerasCall(node, scope, base, direct=False) if direct else None
        return self._forwarded(OwnFunction(value.module, inits[0], bound=True), node, scope)

    def _forwarded(self, function: OwnFunction, node: ast.Call, scope: Scope) -> KerasCall | None:
        """The Keras call that keyword arguments reach through ``**kwargs`` of the user's own function, if just one."""
        target = self._kwargs_target(function)
        if target is None or not node.keywords:
            return None
        arguments = function.node.args
        own = frozenset(a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])
        return KerasCall(node, scope, target, keywords_only=True, complete=False, direct=False, own_parameters=own)

    def _kwargs_target(self, function: OwnFunction, depth: int = 0) -> str | None:
        node = function.node
        if node.args.kwarg is None or depth > 3:
            return None
        name = node.args.kwarg.arg
        inner = function.module.scopes[node]
        program = self if function.module is self.module else None
        values = self.values._peer(function.module)
        found: set[str] = set()
        for call, scope in function.module.calls:
            if scope is not inner or not any(
                k.arg is None and isinstance(k.value, ast.Name) and k.value.id == name for k in call.keywords
            ):
                continue
            for value in values.of(call.func, scope):
                candidate = (program or self)._candidate_symbol(value, depth)
                found.add(candidate or "")
        return found.pop() if len(found) == 1 else None

    def _candidate_symbol(self, value: Value, depth: int) -> str | None:
        if isinstance(value, (Ref, Method)) and value.symbol is not None:
            return value.symbol if keras_api.kind(value.symbol) in ("class", "function", "method") else None
        if isinstance(value, OwnFunction):
            return self._kwargs_target(value, depth + 1)
        return None

    def bound(self, call: KerasCall) -> list[Bound]:
        """The arguments of ``call``, each with its Keras 1 parameter by Keras 1's signature."""
        known = self._bound.get(call)
        if known is None:
            known = self._bound[call] = self._bind(call)
        return known

    def _bind(self, call: KerasCall) -> list[Bound]:
        names = [name for name, _ in keras_api.params(call.symbol) if not name.startswith("*")]
        row = self.row(call.symbol)
        known = set(names) | set(row.params if row else ())
        at = call.given - call.skip
        result: list[Bound] = []
        unknown = False
        named = {keyword.arg for keyword in call.node.keywords}  # what is given by position too is a mistake, and stays
        for argument in arguments_of(call.node):
            parameter = None
            if argument.star:
                unknown = unknown or argument.star == "*"
            elif argument.keyword is not None:
                if argument.keyword in known and argument.keyword not in call.own_parameters:
                    parameter = argument.keyword
            else:
                if not unknown and not call.keywords_only and 0 <= at < len(names):
                    parameter = names[at] if names[at] not in named else None
                at += 1
            result.append(Bound(argument, parameter))
        return result

    # what a value is

    def model_like(self, node: ast.expr, scope: Scope) -> bool | None:
        """True: certainly a Keras model; False: certainly not; None: not known."""
        values = self.values.of(node, scope)
        if not values:
            return None
        verdicts = {self._is_model(value) for value in values}
        return verdicts.pop() if len(verdicts) == 1 else None

    def _is_model(self, value: Value) -> bool | None:
        if isinstance(value, Unknown):
            return None
        symbol = None
        if isinstance(value, Instance):
            symbol = value.symbol
        elif isinstance(value, OwnInstance):
            symbol = self.values.keras_base(value.cls)
        return symbol is not None and MODEL in keras_api.mro(symbol)

    def display(self, node: ast.expr, scope: Scope) -> Display | None:
        """The dict, list or tuple display that ``node`` certainly is."""
        value = self.values.only(node, scope)
        return value if isinstance(value, Display) else None

    def is_imported(self, name: str) -> bool:
        """Whether another file of the run imports ``name``, or everything, from this one, or says ``this.name``."""
        return self._is_taken(self.module, name, frozenset())

    def _is_taken(self, module: Module, name: str, seen: frozenset[str]) -> bool:
        for user in self.project.users(module.path, name):
            for alias in user.imports:
                is_star = alias.name == "*"
                if (is_star or alias.alias.name == name) and self._is(
                    module, alias.path if is_star else alias.path.rpartition(".")[0], user
                ):
                    return True
            for node, scope in user.attributes:
                if node.attr == name and self._names_module(module, node.value, scope, user):
                    return True
        for user in self.project.users(module.path, "import *"):  # which hands on what it does not mention
            stars = [alias for alias in user.scope.stars if self._is(module, alias.path, user)]
            if stars and user.path not in seen and self._is_taken(user, name, seen | {module.path}):
                return True
        return False

    @cached_property
    def is_imported_whole(self) -> bool:
        """Whether another file of the run imports everything from this one, whatever it uses of that."""
        return any(
            alias.name == "*" and self._is(self.module, alias.path, user)
            for user in self.project.users(self.module.path, "")
            for alias in user.imports
        )

    def _is(self, module: Module, path: str, user: Module) -> bool:
        """Whether ``path`` is ``module`` in the file ``user``."""
        # what says keras is taken for Keras, even where the run holds a copy of it
        own = self.project.module(path, user.path) if path and keras_path(path) is None else None
        return own is not None and own.path == module.path

    def _names_module(self, module: Module, node: ast.expr, scope: Scope, user: Module) -> bool:
        """Whether an expression in ``user``, a name or a dotted one, is ``module``."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        found = scope.lookup(node.id) if isinstance(node, ast.Name) else None
        aliases = [binding for binding in found[1] if isinstance(binding, ImportAlias)] if found else []
        return any(self._is(module, ".".join([alias.path, *parts]), user) for alias in aliases)

    @cached_property
    def shapes(self) -> Report:
        """What follows about the tensors and models of the file; worked out once, for all rules that ask."""
        from kmigrate.program.shapes.start import report

        return report(self)

    # which Keras

    @cached_property
    def written_for(self) -> int | None:
        """The major version of Keras that the file is written for, by what only one of them has; None if nothing tells.

        1 wins over 2 where both are found: a file that someone began to port.
        """
        evidence: set[int] = set()
        for use in self.uses:
            row = self.row(use.symbol) if use.symbol else None
            new = row.to.rpartition(".")[2] if row is not None and row.to else ""
            # Keras 2 had the optimizers in lower case too, until 2.3.
            renamed = new and new.lower() != use.path.rpartition(".")[2].lower()
            if renamed or use.path.startswith(_ONLY_KERAS1):
                return 1
            if use.symbol is None and not keras_api.is_module(use.path) and keras_api.on_keras2(use.path):
                evidence.add(2)
        for call in self.calls:
            versions = self.call_version(call)
            if versions != {1} or not self._is_shared(call):
                if 1 in versions:
                    return 1
                evidence |= versions
        if self.origin.is_rewritten:  # by now kmigrate itself has written what only Keras 2 has
            return self.origin.written_for
        return 2 if evidence else None

    def _is_shared(self, call: KerasCall) -> bool:
        """Whether all that looks like Keras 1 in the call are keywords that Keras 2 had as well, until 2.3."""
        row = self.row(call.symbol)
        old = {k.arg for k in call.node.keywords if k.arg is not None and row is not None and k.arg in row.params}
        return bool(old) and old <= _SHARED_WITH_KERAS2

    def call_version(self, call: KerasCall) -> set[int]:
        """Which versions' own spellings the call uses: of keywords, and of the number of arguments."""
        known = self._versions.get(call)
        if known is None:
            known = self._versions[call] = self._call_version(call)
        return known

    def _call_version(self, call: KerasCall) -> set[int]:
        row = self.row(call.symbol)
        if row is None:
            return set()
        known = keras_api.accepted(call.symbol)
        new = target_names(row)
        closed = call.direct and not any(name.startswith("**") for name in known)
        versions: set[int] = set()
        for keyword in call.node.keywords:
            name = keyword.arg
            if name is None or name in call.own_parameters:
                continue
            disposition = row.params.get(name)
            gone = name in known and isinstance(disposition, (Dropped, Packed))
            if gone or (isinstance(disposition, To) and disposition.name != name):
                versions.add(1)
            elif name not in known and (name in new or (closed and name not in row.params)):
                versions.add(2)
        if not versions and call.direct and call.complete and self.lacks_required(call):
            versions.add(2)
        return versions

    def lacks_required(self, call: KerasCall) -> bool:
        """Whether a parameter that Keras 1 requires is certainly missing: then the call is not Keras 1's."""
        if any(isinstance(a, ast.Starred) for a in call.node.args) or any(k.arg is None for k in call.node.keywords):
            return False
        params = [p for p in keras_api.params(call.symbol) if not p[0].startswith("*")]
        given = {k.arg for k in call.node.keywords}
        count = call.given + len(call.node.args) - call.skip
        return any(default is None and at >= count and name not in given for at, (name, default) in enumerate(params))


def target_names(row: Row) -> frozenset[str]:
    """Parameter names of the target that the row knows of."""
    known = _TARGET_NAMES.get(id(row))
    if known is None:
        known = _TARGET_NAMES[id(row)] = _target_names(row)
    return known


#: Rows live as long as the process, so their identity is a good key.
_TARGET_NAMES: dict[int, frozenset[str]] = {}


def _target_names(row: Row) -> frozenset[str]:
    names = {d.name for d in row.params.values() if isinstance(d, (To, Packed))}
    names.update(pin.name for pin in row.pins)
    names.update(row.order or ())
    names.update(getattr(d, "name", None) or "" for d in row.params.values())
    names.discard("")
    return frozenset(names)

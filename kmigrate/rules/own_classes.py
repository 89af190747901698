"""What the rules about people's own classes share: which derive from Keras, their methods, who owns an attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate import keras_api
from kmigrate.findings import Span
from kmigrate.keras_api.attributes import attribute_row
from kmigrate.program.program import Program
from kmigrate.program.scopes import Assigned, Module, Scope
from kmigrate.program.values import OwnClass, OwnInstance, Ref

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Derived:
    """A class of the file that derives from Keras; ``base`` is the nearest Keras 1 class above it (full name)."""

    own: OwnClass
    base: str

    @property
    def node(self) -> ast.ClassDef:
        """The class statement."""
        return self.own.node

    @property
    def parent(self) -> str:
        """The name of the Keras class without its module, as messages say it."""
        return self.base.rpartition(".")[2]


def derived(program: Program, root: str) -> Iterator[Derived]:
    """The classes of the file that derive from the Keras 1 class ``root``, in source order."""
    for node, _ in program.module.classes:
        own = OwnClass(program.module, node)
        base = program.values.keras_base(own)
        if base is not None and root in keras_api.mro(base):
            yield Derived(own, base)


def has_unknown_base(program: Program, node: ast.ClassDef) -> bool:
    """Whether a base of the class comes from code that is not read, so that it may be a Keras class."""
    scope = program.module.scopes[node].parent
    assert scope is not None
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in ("object", "dict", "list", "Exception"):
            continue
        for value in program.values.of(base, scope):
            if not isinstance(value, OwnClass) and not (isinstance(value, Ref) and value.symbol is not None):
                return True
    return False


def methods(node: ast.ClassDef) -> dict[str, FunctionDef]:
    """The functions defined in the body of a class, by name (the last of a name counts)."""
    return {item.name: item for item in node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))}


def chain(program: Program, own: OwnClass) -> list[OwnClass]:
    """``own`` and the user's own classes that it derives from."""
    found: list[OwnClass] = []
    todo = [own]
    while todo:
        current = todo.pop(0)
        if current not in found:
            found.append(current)
            todo.extend(base for base in program.values.bases(current) if isinstance(base, OwnClass))
    return found


def stores(program: Program, own: OwnClass, attribute: str) -> list[tuple[Module, Assigned | None]]:
    """What ``self.attribute`` is set to in ``own`` and its own bases; None: set in the body of the class."""
    found: list[tuple[Module, Assigned | None]] = []
    for cls in chain(program, own):
        if attribute in cls.module.scopes[cls.node].bindings:
            found.append((cls.module, None))
        for target, assigned in cls.module.attribute_stores.get(attribute, ()):
            if isinstance(target.value, ast.Name) and cls.module.enclosing_class(assigned.scope) is cls.node:
                found.append((cls.module, assigned))
    return found


def own_receiver(program: Program, node: ast.Attribute, scope: Scope) -> OwnClass | None:
    """The user's class that ``node``'s value is certainly an instance of (``self`` in its methods)."""
    value = program.values.only(node.value, scope)
    return value.cls if isinstance(value, OwnInstance) else None


def new_spelling(program: Program, node: ast.Attribute, scope: Scope) -> str:
    """The text of ``self.attribute``, under its new name where Keras owns it (KM142 cannot reach into rewrites)."""
    receiver = own_receiver(program, node, scope)
    base = program.values.keras_base(receiver) if receiver is not None else None
    if receiver is not None and base is not None and not stores(program, receiver, node.attr):
        row = attribute_row(base, node.attr)
        if row is not None and row.new:
            return f"{program.module.source(node.value)}.{row.new}"
    return program.module.source(node)


def made_by(program: Program, own: OwnClass, attribute: str, paths: frozenset[str]) -> bool:
    """Whether ``self.attribute`` is only ever set to the result of calling one of the dotted Keras ``paths``."""
    found = stores(program, own, attribute)
    return bool(found) and all(
        assigned is not None and not assigned.path and _is_call_of(program, module, assigned, paths)
        for module, assigned in found
    )


def _is_call_of(program: Program, module: Module, assigned: Assigned, paths: frozenset[str]) -> bool:
    value = assigned.value
    if not isinstance(value, ast.Call) or module is not program.module:
        return False
    found = program.values.only(value.func, assigned.scope)
    return isinstance(found, Ref) and (found.symbol or found.path) in paths


def function_of(program: Program, node: ast.AST) -> FunctionDef | None:
    """The method (or function) that ``node`` stands in: the outermost below the class."""
    found: FunctionDef | None = None
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.ClassDef):
        if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = current
        current = program.module.parents.get(current)
    return found


def attribute_span(program: Program, node: ast.Attribute) -> Span:
    """The stretch of the attribute's name alone."""
    end = program.module.span(node).end
    return Span(end - len(node.attr), end)


def name_span(program: Program, node: FunctionDef) -> Span:
    """The stretch of the name in a ``def``."""
    last = node.decorator_list[-1] if node.decorator_list else None
    start = program.module.span(last).end if last is not None else program.module.span(node).start
    at = program.module.text.index(node.name, program.module.text.index("def", start) + 3)
    return Span(at, at + len(node.name))


def header_span(program: Program, node: ast.ClassDef | FunctionDef) -> Span:
    """From the start of a definition to the end of its header, as far as the first statement of its body."""
    start = program.module.span(node).start
    end = program.module.span(node.body[0]).start
    return Span(start, start + len(program.module.text[start:end].rstrip()))

"""Which assignment a name has its value from, at one place of a program that is read from top to bottom.

``Inference`` knows everything that a name is ever bound to; where a script gives the same name to one thing after the
other (``generator = …`` for training, then for validation), only the order of statements tells which one is meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.program.scopes import Assigned, Binding, Defined, ImportAlias, Module, Opaque, Parameter, Scope

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BLOCKS = ("body", "orelse", "finalbody", "handlers")
_START = (0, 0)


def statement(module: Module, node: ast.AST) -> ast.stmt | None:
    """The statement that ``node`` is part of; None for the module."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        current = module.parents.get(current)
    return current


def reaching(module: Module, name: ast.Name, scope: Scope) -> Binding | None:
    """The one binding that ``name``, read in ``scope``, has its value from; None where it may be another one.

    A binding counts if its statement is sure to run before: an earlier one of a block that the use is in. None, too, if
    something that may run in between binds the name again (a branch, a loop's next round, another function).
    """
    found = scope.lookup(name.id)
    if found is None:
        return None
    home, bindings = found
    inner: Scope | None = scope
    while inner is not None and inner is not home and inner.kind == "comprehension":
        inner = inner.parent
    if inner is not home or home.kind == "comprehension":
        return bindings[0] if len(bindings) == 1 else None
    use = statement(module, name)
    if use is None:
        return None
    if any(isinstance(b, Assigned) and not _is_inline(b.scope, home) for b in bindings):
        return None  # some other function binds it
    above = list(_above(module, use))
    placed = [(binding, _place(module, binding)) for binding in bindings]
    before = [(_at(where), n) for n, (b, where) in enumerate(placed) if _runs_before(module, b, where, use, above)]
    if not before:
        return None
    best_at, at = max(before)
    best, best_where = placed[at]
    outside = list(_above(module, best_where))
    loops = [node for node in above if isinstance(node, _LOOPS) and node not in outside]
    for binding, where in placed:
        if binding is best or where is None:
            continue
        if best_at < _at(where) < _at(use) or any(node in loops for node in _above(module, where)):
            return None
    return best


def _is_inline(scope: Scope, home: Scope) -> bool:
    """Whether ``scope`` runs where it stands, as part of ``home``."""
    current: Scope | None = scope
    while current is not None and current is not home and current.kind == "comprehension":
        current = current.parent
    return current is home


def _place(module: Module, binding: Binding) -> ast.stmt | None:
    """The statement that binds; None for a parameter, which is bound before all of them."""
    if isinstance(binding, Parameter):
        return None
    if isinstance(binding, ImportAlias):
        return binding.statement
    node: ast.AST = binding.value if isinstance(binding, Assigned) else binding.node
    assert isinstance(binding, (Assigned, Defined, Opaque))
    return statement(module, node)


def _at(where: ast.stmt | None) -> tuple[int, int]:
    return (where.lineno, where.col_offset + 1) if where is not None else _START


def _above(module: Module, node: ast.AST | None) -> Iterator[ast.AST]:
    """``node`` and what it lies in, up to the function or the module."""
    current = node
    while current is not None:
        yield current
        if isinstance(current, (*_FUNCTIONS, ast.ClassDef)) and current is not node:
            return
        current = module.parents.get(current)


def _runs_before(module: Module, binding: Binding, where: ast.stmt | None, use: ast.stmt, above: list[ast.AST]) -> bool:
    """Whether the statement ``where`` has run whenever ``use`` runs."""
    if where is None:
        return True
    if isinstance(where, (ast.For, ast.AsyncFor)) and where is not use and where in above:
        return isinstance(binding, Assigned) and _in_block(where.body, above) is not None
    current: ast.AST = where
    while isinstance(parent := module.parents.get(current), (ast.With, ast.AsyncWith)) and parent not in above:
        current = parent
    if isinstance(where, (ast.For, ast.AsyncFor)):
        return False  # what a loop over nothing binds is not bound
    for field in _BLOCKS:
        block = getattr(parent, field, None)
        if isinstance(block, list) and current in block:
            at = _in_block(block, above)
            return at is not None and block.index(current) < at
    return False


def _in_block(block: list[ast.stmt], above: list[ast.AST]) -> int | None:
    """Which statement of ``block`` the use is in."""
    return next((at for at, entry in enumerate(block) if entry in above), None)


def comes_before(module: Module, first: ast.AST, then: ast.AST) -> bool:
    """Whether the statement of ``first`` has surely run, in the same function, when that of ``then`` runs."""
    where, use = statement(module, first), statement(module, then)
    if where is None or use is None or where is use:
        return False
    return _runs_before(module, Opaque(where), where, use, list(_above(module, use)))

"""Which expressions are the number of a class that a model predicted."""

from __future__ import annotations

import ast

from kmigrate.program.program import Program
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope

_NUMBERS = frozenset({"argmax", "predict_classes"})
_CASTS = frozenset({"int", "item"})


def is_class_number(program: Program, expr: ast.expr, scope: Scope, depth: int = 0) -> bool:
    """Whether ``expr`` is the number of a class: what ``argmax`` gives, or an item of it."""
    if isinstance(expr, ast.Constant):
        return type(expr.value) is int
    if isinstance(expr, ast.Subscript):
        return is_class_number(program, expr.value, scope, depth) and not isinstance(expr.value, ast.Constant)
    if isinstance(expr, ast.Call):
        name = expr.func.attr if isinstance(expr.func, ast.Attribute) else getattr(expr.func, "id", "")
        if name in _CASTS:
            inner = expr.args[0] if expr.args else expr.func.value if isinstance(expr.func, ast.Attribute) else None
            return inner is not None and is_class_number(program, inner, scope, depth)
        return name in _NUMBERS
    if isinstance(expr, ast.Name) and depth < 6:
        bound = reaching(program.module, expr, scope)
        if isinstance(bound, Assigned) and bound.path in ((), (None,)):
            return is_class_number(program, bound.value, bound.scope, depth + 1)
    return False

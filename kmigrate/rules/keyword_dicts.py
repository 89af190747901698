"""Dicts that become keywords, ``call(**options)``: where their keys are written, and what else the dict is used for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from kmigrate.findings import Edit
from kmigrate.program.program import Program
from kmigrate.program.scopes import Binding, Module, Scope


@dataclass(slots=True)
class KeywordDict:
    """The keys that are written out for one dict, and what a renaming of them takes for granted ("" for nothing)."""

    #: the place of the key (a string, or the keyword of ``dict(key=…)``), its name, and the value
    entries: list[tuple[ast.AST, str, ast.expr]] = field(default_factory=list)
    doubt: str = ""
    #: whether ``entries`` are all that is written: no ``**more`` in it, no key that is computed
    closed: bool = True


def keyword_dict(program: Program, node: ast.expr, scope: Scope) -> KeywordDict | None:
    """What is known of the dict that ``**node`` spreads; None if it is not written out in this file."""
    display = program.display(node, scope)
    if display is None or display.module is not program.module:
        return None
    found = KeywordDict(list(written_keys(display.node)))
    found.closed = len(found.entries) == _size(display.node)
    if isinstance(node, ast.Name):
        looked_up = scope.lookup(node.id)
        assert looked_up is not None  # a name with a display is bound
        _stores(program, node.id, looked_up[1], found)
        if _is_used_otherwise(program, node.id, looked_up[1]):
            found.doubt = f"`{node.id}` is used for nothing else that knows Keras 1's names"
    return found


def written_keys(node: ast.expr) -> Iterator[tuple[ast.AST, str, ast.expr]]:
    """Keys and values of a dict display or of ``dict(key=value)``."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key, key.value, value
    elif isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield keyword, keyword.arg, keyword.value


def _size(node: ast.expr) -> int:
    """How many keys, dicts and pairs make up a dict display or ``dict(…)``."""
    if isinstance(node, ast.Call):
        return len(node.args) + len(node.keywords)
    return len(node.keys) if isinstance(node, ast.Dict) else 0


def key_edit(module: Module, key: ast.AST, name: str) -> Edit:
    """The edit that writes ``name`` for a key: a string, in its own quotes, or a keyword of ``dict``."""
    if isinstance(key, ast.keyword):
        return Edit(module.keyword_span(key), name)
    span = module.span(key)
    quote = module.text[span.end - 1]
    return Edit(span, f"{quote}{name}{quote}")


def _stores(program: Program, name: str, bindings: list[Binding], found: KeywordDict) -> None:
    """``options['key'] = value``."""
    for target, stored in program.module.item_stores:
        key = target.slice
        if isinstance(target.value, ast.Name) and target.value.id == name and not stored.path:
            same = stored.scope.lookup(name)
            if not same or same[1] is not bindings:
                continue
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.entries.append((key, key.value, stored.value))
            else:
                found.closed = False


def _is_used_otherwise(program: Program, name: str, bindings: list[Binding]) -> bool:
    """Whether the dict is read elsewhere than behind ``**`` and in stores under a key that is written out."""
    parents = program.module.parents
    for node, scope in program.module.names:
        if node.id != name:
            continue
        found = scope.lookup(name)
        if found is None or found[1] is not bindings:
            continue
        above = parents.get(node)
        if isinstance(above, ast.keyword) and above.arg is None:
            call = parents.get(above)
            if call in program.call_of or _is_guess(program, call):
                continue
        elif _is_store_under_a_key(above):
            continue
        return True
    return False


def _is_store_under_a_key(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant)


def _is_guess(program: Program, node: ast.AST | None) -> bool:
    """Whether ``node`` is a call of a method that a model has, on something that may be one."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node not in program.call_of and node.func.attr in MODEL_METHODS


#: Methods of models whose Keras 1 keywords give them away.
MODEL_METHODS = (
    "fit",
    "fit_generator",
    "evaluate",
    "evaluate_generator",
    "predict_generator",
    "compile",
)

"""Rewrites that would leave out a call of the user's, or swap two, are not safe: the calls may do something."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable, Iterator

from kmigrate.findings import CallEdit, Drop, Finding, Safety, Span
from kmigrate.program.program import Argument, Program, arguments_of

_PLACE = re.compile(r"\{(\d+)")

#: Functions of Python that do nothing but compute.
_HARMLESS = frozenset(
    {"abs", "bool", "dict", "float", "int", "len", "list", "max", "min", "range", "round", "set", "sorted", "str"}
    | {"sum", "tuple", "zip"}
)


def guarded(program: Program, findings: Iterable[Finding]) -> Iterator[Finding]:
    """``findings``; unsafe are those whose rewrite drops an argument that calls something, or swaps two of them."""
    nodes: dict[Span, ast.Call] | None = None
    for finding in findings:
        edits = [e for e in finding.rewrite.calls if _moves(e)] if finding.rewrite is not None else []
        if edits and nodes is None:
            nodes = {program.module.span(call.node): call.node for call in program.calls}
        assumed = [words for e in edits for words in _assumed(program, e, (nodes or {}).get(e.span))]
        if assumed and finding.rewrite is not None:
            assumes = " and ".join(filter(None, [finding.rewrite.assumes, *assumed]))
            rewrite = dataclasses.replace(finding.rewrite, safety=Safety.UNSAFE, assumes=assumes)
            message = f"{finding.message} (if {' and '.join(assumed)})"
            finding = dataclasses.replace(finding, rewrite=rewrite, message=message)
        yield finding


def _moves(edit: CallEdit) -> bool:
    return any(isinstance(op, Drop) for op in edit.ops)


def _assumed(program: Program, edit: CallEdit, node: ast.Call | None) -> Iterator[str]:
    if node is None:
        return
    arguments = {argument.index: argument for argument in arguments_of(node)}
    kept: list[list[int]] = []
    for op in edit.ops:
        template = getattr(op, "template", None)
        if isinstance(template, str):
            kept.append([int(number) for number in _PLACE.findall(template)])
    used = {number for places in kept for number in places}
    for op in edit.ops:
        if isinstance(op, Drop) and op.index not in used and _acts(program, arguments.get(op.index)):
            yield f"`{program.module.source(arguments[op.index].value)}` need not run"
    for places in kept:
        acting = [number for number in dict.fromkeys(places) if _acts(program, arguments.get(number))]
        if acting != sorted(acting):
            sources = ", ".join(f"`{program.module.source(arguments[number].value)}`" for number in acting)
            yield f"{sources} may run in this order"


def _acts(program: Program, argument: Argument | None) -> bool:
    """Whether evaluating an argument calls something that may do more than compute."""
    return argument is not None and any(
        isinstance(node, ast.Call)
        and node not in program.call_of
        and node.func not in program.use_of
        and not (isinstance(node.func, ast.Name) and node.func.id in _HARMLESS)
        for node in ast.walk(argument.value)
    )

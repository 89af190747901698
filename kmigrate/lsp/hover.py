"""Hover: what a Keras 1 name is and becomes, in this very call, and what is known of tensors and models."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lsprotocol import types

from kmigrate import engine, keras_api
from kmigrate.codemod.rewrite import splice
from kmigrate.findings import Finding, Safety, Span
from kmigrate.keras_api.model import How, Row
from kmigrate.lsp import shapes
from kmigrate.lsp.analysis import Checked
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.values import keras_path
from kmigrate.report import mapping, shapes_text
from kmigrate.report.shapes_summary import ModelSummary, Value

_HOW = {
    How.SAME: "the same on Keras 2",
    How.RENAMED: "on Keras 2",
    How.COMPAT: "gone from Keras 2; provided by",
    How.RULE: "on Keras 2",
    How.PERSON: "for a person",
    How.INTERNAL: "not part of what programs use",
}
#: Lines of a call that a hover shows.
_MOST_LINES = 12


def hover(checked: Checked, uri: str, position: types.Position) -> types.Hover | None:
    """What there is to say about the place; None if nothing."""
    program, snapshot = checked.study.program, checked.snapshot
    offset = snapshot.offset(uri, position)
    if program is None or not checked.parses or offset is None:
        return None
    there = checked.study.there(offset)
    node = _node_at(program, there)
    imported = _import_at(program, there)
    if imported is not None:
        span, symbol = imported
        parts = [*_what_it_became(program, symbol)]
    elif node is not None:
        span = program.module.span(node)
        parts = [*_symbol(checked, program, node), *_shapes(checked, program, node)]
    else:
        return None
    if not parts:
        return None
    place = checked.study.place
    where = snapshot.place(Span(place(span.start), place(span.end)))
    content = types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(parts))
    return types.Hover(content, where.range if where.uri == uri else None)


def _node_at(program: Program, offset: int) -> ast.expr | None:
    """The name, attribute or call whose own words are at the offset."""
    best: ast.expr | None = None
    for node in ast.walk(program.module.tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not hasattr(node, "lineno"):
            continue
        span = program.module.span(node)
        start = span.end - len(node.attr) if isinstance(node, ast.Attribute) else span.start
        if start <= offset <= span.end and (best is None or span.end - span.start > 0):
            best = node
            if start <= offset < span.end:
                break
    return best


def _import_at(program: Program, offset: int) -> tuple[Span, str] | None:
    """The name of Keras 1 that is imported at the offset: where, and its full name."""
    for imported in program.module.imports:
        span = program.module.span(imported.alias)
        if span.start <= offset <= span.end:
            path = keras_path(imported.path)
            symbol = keras_api.canonical(path) if path is not None else None
            return (span, symbol) if symbol is not None else None
    return None


# --- the symbol -----------------------------------------------------------------------------------------------------


def _symbol(checked: Checked, program: Program, node: ast.expr) -> Iterator[str]:
    parent = program.module.parents.get(node)
    call = None
    if isinstance(parent, ast.Call) and parent.func is node:
        call = program.call_of.get(parent)
    use = program.use_of.get(node)
    symbol = call.symbol if call is not None else use.symbol if use is not None else None
    if symbol is None:
        return
    yield from _what_it_became(program, symbol)
    if call is not None:
        yield from _this_call(checked, program, call, program.row(symbol))


def _what_it_became(program: Program, symbol: str) -> Iterator[str]:
    row = program.row(symbol)
    yield _became(symbol, row)
    if row is not None and row.note:
        yield row.note


def _became(symbol: str, row: Row | None) -> str:
    signature = ", ".join(
        name if default is None else f"{name}={default}" for name, default in keras_api.params(symbol)
    )
    lines = ["```python", f"{symbol}({signature})" if keras_api.kind(symbol) != "property" else symbol, "```"]
    how = _HOW[row.how if row is not None else How.SAME]
    to = mapping.becomes(row) if row is not None else ""
    lines.append(f"Keras 1.2.2 → {how}{': ' if to else ''}{to}")
    return "\n".join(lines)


def _this_call(checked: Checked, program: Program, call: KerasCall, row: Row | None) -> Iterator[str]:
    """What becomes of the arguments that the call gives, and the call after its upgrade."""
    lines = []
    for bound in program.bound(call):
        change = row.params.get(bound.parameter) if row is not None and bound.parameter is not None else None
        if change is not None and bound.parameter is not None:
            lines.append(f"- {mapping.change_text(bound.parameter, change)}")
    if lines:
        yield "\n".join(lines)
    new, old, assumed = _upgraded(checked, program, call)
    if new != old:
        shown = new.splitlines()
        more = ["…"] if len(shown) > _MOST_LINES else []
        yield "\n".join(["This call becomes", "```python", *shown[:_MOST_LINES], *more, "```"])
    for assumption in assumed:
        yield f"*unsafe: {assumption}*"


def _upgraded(checked: Checked, program: Program, call: KerasCall) -> tuple[str, str, list[str]]:
    """The call after and before the rewrites within it, and what unsafe ones of them take for granted."""
    module = program.module
    span = module.span(call.node)
    place = checked.study.place
    inside = [f for f in checked.findings if f.rewrite and _within(f, Span(place(span.start), place(span.end)))]
    safe = [f for f in inside if f.safety is Safety.SAFE]
    old = module.source(call.node)
    if module.text != checked.snapshot.text:  # Python 2: the rewrites are for the Python 3 text, as the call is
        safe = []
    edits = engine.fix_edits(
        module.text, safe, checked.folder.configuration.options, path=module.path, project=checked.folder.project
    )
    mine = [edit for edit in edits if span.contains(edit.span)]
    shift = sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in mine)
    new = splice(module.text, mine)[span.start : span.end + shift]
    assumed = [f.rewrite.assumes for f in inside if f.rewrite and f.safety is Safety.UNSAFE and f.rewrite.assumes]
    return new, old, list(dict.fromkeys(assumed))


def _within(finding: Finding, span: Span) -> bool:
    return span.contains(finding.span)


# --- shapes ---------------------------------------------------------------------------------------------------------


def _shapes(checked: Checked, program: Program, node: ast.expr) -> Iterator[str]:
    module = program.module
    parent = module.parents.get(node)
    made: ast.AST = parent if isinstance(parent, ast.Call) and parent.func is node else node
    layers = {id(layer.node): layer for layer in shapes.layers_at(checked, program)}
    # the layer that is called here, or called and then applied: Dense(3)(x)
    outer = module.parents.get(made)
    applied = outer if isinstance(outer, ast.Call) and outer.func is made else made
    layer = layers.get(id(applied)) or layers.get(id(made))
    value = _assigned(program, node) if isinstance(node, ast.Name) else None
    if layer is None and value is not None:
        layer = layers.get(id(value))
    if layer is not None:
        yield _layer_text(layer)
        return
    summary = _model_of(checked, program, node, value)
    if summary is not None:
        yield "\n".join(["```text", *shapes_text.model_lines(summary, checked.snapshot.path, color=False), "```"])


def _layer_text(layer: shapes.LayerAt) -> str:
    if layer.fault:
        return f"**Keras refuses this**: {layer.fault}"
    lines = [f"takes {_value_text(value)}" for value in layer.inputs]
    lines += [f"gives {_value_text(value)}" for value in layer.outputs] or ["the output shape is not known"]
    if layer.params is not None:
        lines.append(f"{layer.params:,} parameters")
    return "  \n".join(lines)


def _value_text(value: Value) -> str:
    return f"`{shapes_text.shape_text(value)}` ({shapes_text.layout_text(value)})"


def _assigned(program: Program, name: ast.Name) -> ast.expr | None:
    """What is assigned to a name by the nearest statement before it, or by the one that it is in."""
    best: tuple[int, ast.expr] | None = None
    here = _function_of(program, name)
    for node in ast.walk(program.module.tree):
        if isinstance(node, ast.Assign) and node.lineno <= name.lineno and _function_of(program, node) is here:
            is_target = any(isinstance(target, ast.Name) and target.id == name.id for target in node.targets)
            own = any(target is name for target in node.targets)
            if is_target and (own or node.lineno < name.lineno) and (best is None or node.lineno >= best[0]):
                best = node.lineno, node.value
    return best[1] if best is not None else None


def _function_of(program: Program, node: ast.AST) -> ast.AST | None:
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        current = program.module.parents.get(current)
    return current


def _model_of(checked: Checked, program: Program, node: ast.expr, value: ast.expr | None) -> ModelSummary | None:
    """The model that a name stands for."""
    called = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    summaries: Sequence[ModelSummary] = shapes.models(checked, program)
    named = [summary for summary in summaries if summary.name.rpartition(".")[2].partition("#")[0] == called]
    if value is not None:
        index, place = checked.snapshot.index, checked.study.place
        line = index.position(place(program.module.span(value).start))
        at_value = [s for s in summaries if s.where.line == line.line and s.where.path == checked.snapshot.path]
        made_in = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        made = [s for s in summaries if made_in and s.maker == made_in]
        named = at_value or made or named
    return named[0] if named else None

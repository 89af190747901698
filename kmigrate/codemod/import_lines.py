"""An import over several lines with other names in it: the part of ``imports`` that needs LibCST, slow to load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from kmigrate.codemod.newlines import keep_line_ends

if TYPE_CHECKING:
    from kmigrate.codemod.imports import Entry


def rewritten(code: str, old: Sequence[Entry], new: Sequence[Entry]) -> str:
    """A ``from`` import over several lines with other names, its layout and comments kept where names stay."""
    line = keep_line_ends(cst.ensure_type(cst.parse_statement(code), cst.SimpleStatementLine), code)
    node = cst.ensure_type(line.body[0], cst.ImportFrom)
    assert not isinstance(node.names, cst.ImportStar)
    kept: list[cst.ImportAlias] = []
    todo = list(new)
    for before, alias in zip(old, node.names, strict=True):
        if before in todo:
            todo.remove(before)
            kept.append(alias)
            continue
        same = next((e for e in todo if e.name == before.name and e.asname == before.asname), None)
        if same is not None:
            todo.remove(same)
            kept.append(alias)
            continue
        place = next((e for e in todo if e not in old), None)
        if place is not None:
            todo.remove(place)
            kept.append(_renamed(alias, place))
    for entry in todo:
        comma = kept[0].comma if len(kept) > 1 else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        last = kept[-1]
        kept[-1] = last.with_changes(comma=comma)
        kept.append(_renamed(cst.ImportAlias(cst.Name("x"), comma=last.comma), entry))
    if node.names and kept and kept[-1].comma is not node.names[-1].comma:
        kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
    dotted = new[0].module
    relative = len(dotted) - len(dotted.lstrip("."))
    base = dotted.lstrip(".")
    changed = node.with_changes(
        names=kept,
        module=cst.parse_expression(base) if base else None,
        relative=[cst.Dot()] * relative,
    )
    text = cst.Module([line.with_changes(body=[changed])]).code
    return text.rstrip("\r\n")


def _renamed(alias: cst.ImportAlias, entry: Entry) -> cst.ImportAlias:
    asname = None
    if entry.asname and entry.asname != entry.name:
        asname = cst.AsName(cst.Name(entry.asname))
    assert entry.name is not None
    return alias.with_changes(name=cst.Name(entry.name), asname=asname)

"""Import statements after a rewrite: names that the new text needs, and old ones that nothing uses any more.

Works on whole statements: each is left alone, or written anew with the names that stay, the ones that take the place of
others, and the ones that come. What moves to a module that an import above already names is merged into that one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kmigrate import keras_api
from kmigrate.codemod.line_ends import first_line_end
from kmigrate.config import Target
from kmigrate.findings import Edit, Import, Span
from kmigrate.program.scopes import Module
from kmigrate.program.values import keras_path

_MAX_LINE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One imported name: ``from module import name as asname``; ``name`` None for ``import module as asname``."""

    module: str
    name: str | None
    asname: str | None

    @property
    def item(self) -> str:
        bound = self.name if self.name is not None else self.module
        return f"{bound} as {self.asname}" if self.asname and self.asname != bound else bound


@dataclass(slots=True)
class _Statement:
    """An import statement, the names it is to hold, and where it stands."""

    node: ast.Import | ast.ImportFrom
    span: Span
    block: ast.AST
    at: int
    old: list[Entry]
    new: list[Entry] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.new != self.old

    @property
    def one_line(self) -> bool:
        return self.node.lineno == self.node.end_lineno


def in_namespace(entry: Import, namespace: str) -> Entry:
    """The import as it is written when Keras comes from ``namespace`` ("keras", "tf_keras", "tensorflow.keras")."""
    module, name, asname = entry.module, entry.name, entry.asname
    if namespace != "keras" and (module == "keras" or module.startswith("keras.")):
        if name is None and not asname:
            if namespace == "tensorflow.keras":
                return Entry("tensorflow", "keras", None)
            return Entry(namespace, None, "keras")
        if name is None and namespace == "tensorflow.keras" and module == "keras":
            return Entry("tensorflow", "keras", asname)
        module = namespace + module[len("keras") :]
    return Entry(module, name, asname)


def _statements(module: Module) -> list[_Statement]:
    found: list[_Statement] = []
    seen: set[int] = set()
    for alias in module.imports:
        node = alias.statement
        if id(node) in seen:
            continue
        seen.add(id(node))
        block = module.parents.get(node, module.tree)
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            old = [Entry(source, a.name, a.asname) for a in node.names]
        else:
            old = [Entry(a.name, None, a.asname) for a in node.names]
        found.append(_Statement(node, module.span(node), block, len(found), old))
    return found


def _still_used(module: Module, name: str, replaced: Sequence[Edit]) -> bool:
    """Whether ``name`` occurs outside the replaced stretches, or in what replaces them; or it was never used."""
    word = re.compile(rf"(?<![\w.]){re.escape(name)}\b")
    occurrences = [module.span(node) for node, _ in module.names if node.id == name]
    if not occurrences:
        return True
    for span in occurrences:
        if not any(edit.span.contains(span) for edit in replaced):
            return True
    return any(word.search(edit.text) for edit in replaced)


def exported(module: Module, name: str) -> bool:
    """Whether ``__all__`` lists ``name``."""
    for node, _ in module.strings:
        if node.value == name:
            inside = module.parents.get(node)
            while inside is not None and not isinstance(inside, ast.stmt):
                inside = module.parents.get(inside)
            if inside is not None and any(isinstance(n, ast.Name) and n.id == "__all__" for n in ast.walk(inside)):
                return True
    return False


def import_edits(
    module: Module,
    needed: Sequence[Import],
    unimported: Sequence[int],
    replaced: Sequence[Edit],
    namespace: str,
    is_imported: Callable[[str], bool] = lambda _: False,
) -> list[Edit]:
    """Edits of the import statements of ``module`` for a text in which ``replaced`` are the new pieces.

    ``needed`` are names that the new pieces use, ``unimported`` the offsets of imported names that go in any case.
    ``is_imported`` says which names other files take from this one: those stay bound.
    """
    if not needed and not unimported:
        return []
    statements = _statements(module)
    going = set(unimported)
    placed: dict[int | None, list[Entry]] = {}
    for entry in needed:
        written = in_namespace(entry, namespace)
        if written not in placed.setdefault(entry.near, []):
            placed[entry.near].append(written)
    for statement in statements:
        for alias, old in zip(statement.node.names, statement.old, strict=True):
            offset = module.lines.offset(alias.lineno, alias.col_offset)
            arriving = placed.pop(offset, [])
            bound = alias.asname or alias.name.partition(".")[0]
            # What only moves to another module keeps its bound name; what comes instead of it may make it unused.
            moved = [e for e in arriving if alias.name != "*" and (e.asname or e.name or "") == bound]
            if len(arriving) > len(moved) and alias.name != "*" and not _still_used(module, bound, replaced):
                entries = [e for e in arriving if e not in moved]
                if exported(module, bound) or is_imported(bound):
                    entries += moved or [_kept(old, entries)]
            else:
                entries = ([] if offset in going else [old]) + arriving
            statement.new.extend(e for e in entries if e not in statement.new)
    rest = [entry for entries in placed.values() for entry in entries]
    inserted = _place_rest(module, statements, rest, replaced)
    _merge(module, statements)
    edits = [_write(module, s) for s in statements if s.changed]
    return edits + inserted


def _kept(old: Entry, arriving: Sequence[Entry]) -> Entry:
    """The import that keeps the name ``old`` bound, where it gives way to others in this file: of what it became."""
    symbol = keras_api.canonical(keras_path(f"{old.module}.{old.name}") or "")
    row = keras_api.row(symbol, Target.KERAS2) if symbol else None
    same = row.to.rpartition(".")[2] if row is not None and row.to is not None else None
    new = next((entry for entry in arriving if entry.name == same), None)
    return Entry(new.module, new.name, old.asname or old.name) if new is not None else old


def _place_rest(
    module: Module, statements: list[_Statement], rest: list[Entry], replaced: Sequence[Edit]
) -> list[Edit]:
    """Put names that take no other's place after an import of Keras at the top level, or on top of the file.

    That is the last one above the first use, and the first one where all are below it.
    """
    top = [s for s in statements if s.block is module.tree]
    present = {entry for s in top for entry in s.new}
    rest = [entry for entry in rest if entry not in present]
    if not rest:
        return []
    keras = [s for s in top if any("keras" in entry.module for entry in s.new)] or top
    if keras:
        for entry in rest:
            use = _first_use(entry, replaced)
            above = [statement for statement in keras if statement.span.end <= use]
            home = (above or keras[:1])[-1]
            home.new.append(entry)
        return []
    body = module.tree.body
    docstring = bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    newline = first_line_end(module.text)
    if docstring:
        at = module.span(body[0]).end
        return [Edit(Span(at, at), newline + newline.join(_lines(rest)))]
    at = module.span(body[0]).start if body else 0
    return [Edit(Span(at, at), newline.join([*_lines(rest), ""]))]


def _first_use(entry: Entry, replaced: Sequence[Edit]) -> float:
    """Where the new text names ``entry`` first; infinity if it does not."""
    bound = (entry.asname or entry.name or entry.module).partition(".")[0]
    word = re.compile(rf"(?<![\w.]){re.escape(bound)}\b")
    return min((edit.span.start for edit in replaced if word.search(edit.text)), default=float("inf"))


def _merge(module: Module, statements: list[_Statement]) -> None:
    """Move names of changed statements into an import of the same module above, across nothing but imports.

    What an earlier statement imports already is not imported again, if there are but imports in between: further down
    it was imported again for a reader, as in the cells of a notebook.
    """
    there: dict[ast.AST, set[Entry]] = {}
    last: dict[ast.AST, int] = {}
    for statement in statements:
        body = getattr(statement.block, "body", [])
        at = body.index(statement.node) if statement.node in body else -1
        if at != last.get(statement.block, at) + 1:
            there[statement.block] = set()
        last[statement.block] = at
        before = there.setdefault(statement.block, set())
        statement.new = [e for e in statement.new if e not in before or e in statement.old]
        before.update(statement.new)
    for statement in statements:
        if not statement.changed or not statement.one_line or _comment_behind(module, statement):
            continue
        stays = {entry.module for entry in statement.old}
        for entry in list(statement.new):
            if entry.name in (None, "*") or entry.module in stays:
                continue
            home = _home(statements, statement, entry)
            if home is not None:
                if entry not in home.new:
                    home.new.append(entry)
                statement.new.remove(entry)
    for statement in statements:
        if statement.changed and statement.one_line and not _comment_behind(module, statement):
            _move_all(statements, statement)


def _move_all(statements: list[_Statement], statement: _Statement) -> None:
    modules = {entry.module for entry in statement.new}
    if (
        len(modules) != 1
        or modules == {entry.module for entry in statement.old}
        or any(entry.name in (None, "*") for entry in statement.new)
    ):
        return
    home = _home(statements, statement, *statement.new)
    if home is not None:
        home.new.extend(e for e in statement.new if e not in home.new)
        statement.new = []


def _home(statements: list[_Statement], statement: _Statement, *entries: Entry) -> _Statement | None:
    body = list(getattr(statement.block, "body", []))
    if statement.node not in body:
        return None
    at = body.index(statement.node)
    by_node = {id(s.node): s for s in statements}
    while at > 0:
        at -= 1
        other = by_node.get(id(body[at]))
        if other is None:
            return None
        named = {entry.module for entry in other.new if entry.name not in (None, "*")}
        if entries[0].module in named and len(named) == 1 and isinstance(other.node, ast.ImportFrom):
            missing = [e for e in entries if e not in other.new]
            if not other.one_line or len(_lines([*other.new, *missing])[0]) + _column(other) <= _MAX_LINE:
                return other
    return None


def _column(statement: _Statement) -> int:
    return statement.node.col_offset


def _comment_behind(module: Module, statement: _Statement) -> bool:
    return bool(module.text[statement.span.end : module.lines.line(statement.span.end).end].strip())


def _lines(entries: Sequence[Entry]) -> list[str]:
    """The statements that import ``entries``: one a module, in order of first appearance."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for entry in entries:
        key = (entry.module if entry.name is not None else "", entry.name == "*")
        items = groups.setdefault(key, [])
        if entry.item not in items:
            items.append(entry.item)
    return [
        f"from {module} import {', '.join(items)}" if module else f"import {', '.join(items)}"
        for (module, _), items in groups.items()
    ]


def _write(module: Module, statement: _Statement) -> Edit:
    span = statement.span
    if not statement.new:
        return _removal(module, statement)
    if not statement.one_line and isinstance(statement.node, ast.ImportFrom):
        modules = {entry.module for entry in statement.new}
        if len(modules) == 1 and all(entry.name for entry in statement.new):
            from kmigrate.codemod.import_lines import rewritten

            return Edit(span, rewritten(module.text[span.start : span.end], statement.old, statement.new))
    lines = _lines(statement.new)
    before = module.text[module.lines.line(span.start).start : span.start]
    newline = first_line_end(module.text)
    joiner = newline + before if not before.strip() else "; "
    return Edit(span, joiner.join(lines))


def _removal(module: Module, statement: _Statement) -> Edit:
    text, span = module.text, statement.span
    body = getattr(statement.block, "body", [])
    start, end = module.lines.line(span.start).start, module.lines.line(span.end).end
    alone = not text[start : span.start].strip() and not text[span.end : end].strip()
    if alone and (len(body) > 1 or statement.block is module.tree):
        return Edit(Span(start, end), "")
    return Edit(span, "pass")

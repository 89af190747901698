"""An import names a module or a name that Keras 2 does not have there.

Keras 2 has one public place for each name: layers come from `keras.layers`, not from `keras.layers.core` or
`keras.layers.convolutional`; `keras.objectives` became `keras.losses`, `keras.utils.np_utils` is part of `keras.utils`.
TensorFlow's copies (`tensorflow.contrib.keras` and the paths below it) were removed in TensorFlow 2.

Before::

    from keras.layers.core import Dense, Dropout
    from keras.layers.normalization import BatchNormalization
    model.add(Dense(10))

After::

    from keras.layers import Dense, Dropout, BatchNormalization
    model.add(Dense(10))

The fix is safe: the name stays bound to the same thing. Names that only the rewrite made unused go; others stay, used
or not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.codemod.imports import exported, in_namespace
from kmigrate.findings import Finding, Import, Rewrite, Severity, Span
from kmigrate.keras_api.model import How
from kmigrate.program.program import Program
from kmigrate.program.scopes import ImportAlias
from kmigrate.program.values import keras_path
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import alias_offset, module_target, renaming, split_target, target_path


def check(program: Program) -> Iterator[Finding]:
    """One finding an import statement, for all of its names that have to move."""
    by_statement: dict[ast.stmt, list[ImportAlias]] = {}
    for alias in program.keras_imports:
        by_statement.setdefault(alias.statement, []).append(alias)
    for statement, aliases in by_statement.items():
        imports: list[Import] = []
        gone: list[int] = []
        said: list[str] = []
        for alias in aliases:
            named: list[Import] = []
            if alias.name == "*":
                yield from _lost(program, alias)
                named = list(_named(program, alias))
                said += [f"`{entry.name}` is `{_path(entry)}`" for entry in named]
            new = _target(program, alias)
            if new is None:
                imports += named
                path = keras_path(alias.path) or ""
                if alias.name == "*" and keras_api.is_module(path) and keras_api.module_target(path) is None:
                    gone.append(alias_offset(program, alias))
                    said.append(f"`{alias.path}` is gone")
                continue
            if isinstance(alias.statement, ast.ImportFrom):
                old_module = "." * alias.statement.level + (alias.statement.module or "")
                old = Import(old_module, alias.alias.name, alias.alias.asname)
            else:
                old = Import(alias.alias.name, None, alias.alias.asname)
            written = in_namespace(new, program.options.namespace)
            if (written.module, written.name, written.asname) == (old.module, old.name, old.asname):
                imports += named
                continue
            offset = alias_offset(program, alias)
            imports += [Import(new.module, new.name, new.asname, near=offset), *named]
            gone.append(offset)
            said.append(f"`{_path(old)}` is `{_path(Import(written.module, written.name))}`")
        if imports or gone:
            span = program.module.span(statement)
            rewrite = Rewrite("import from where Keras 2 has it", imports=tuple(imports), unimports=tuple(gone))
            yield Finding("KM102", "; ".join(said), Severity.ERROR, Span(span.start, span.end), rewrite)


def _named(program: Program, alias: ImportAlias) -> Iterator[Import]:
    """Names that a star import brought, are used under the same name, and come from elsewhere now."""
    path = keras_path(alias.path) or ""
    home = keras_api.module_target(path)
    found: dict[str, Import] = {}
    for use in program.uses:
        if use.alias is not alias or use.symbol is None or not isinstance(use.node, ast.Name):
            continue
        target = target_path(program, use.symbol)
        if target is not None and target[0] != home and target[1] == use.node.id:
            found[use.node.id] = Import(*target, near=alias_offset(program, alias))
    yield from found.values()


def _lost(program: Program, alias: ImportAlias) -> Iterator[Finding]:
    """Modules of Keras that a module of Keras 1 had imported for itself, and a star import brought along."""
    path = keras_path(alias.path) or ""
    said: set[str] = set()
    for node, scope in program.module.names:
        if node.id in said or scope.lookup(node.id) is not None:
            continue
        module = keras_api.exported_module(f"{path}.{node.id}")
        target = module and keras_api.module_target(module)
        if module is not None:
            said.add(node.id)
            parent, _, leaf = (target or module).rpartition(".")
            advice = f"from {parent} import {leaf}{f' as {node.id}' if leaf != node.id else ''}"
            message = f"`{node.id}` came with `from {alias.path} import *` in Keras 1, not in Keras 2: `{advice}`"
            yield Finding("KM102", message, Severity.ERROR, program.module.span(node))


def _path(entry: Import) -> str:
    return f"{entry.module}.{entry.name}" if entry.name else entry.module


def _target(program: Program, alias: ImportAlias) -> Import | None:
    """What the imported name should be imported as; None if the import may stay, or only a person can tell."""
    path = keras_path(alias.path)
    assert path is not None
    if alias.path.startswith("tensorflow.keras") and program.options.namespace == "keras":
        return None
    asname = alias.alias.asname
    if isinstance(alias.statement, ast.Import):
        full = keras_path(alias.alias.name) or ""
        if asname:
            return Import(module_target(full), None, asname)
        if alias.alias.name == "keras":
            return Import("keras")
        return Import(module_target(full)) if full == alias.alias.name and keras_api.is_module(full) else None
    if alias.name == "*":
        home = keras_api.module_target(path)
        return Import(home, "*") if home is not None else None
    symbol = keras_api.canonical(path)
    if symbol is not None:
        return _symbol(program, alias, symbol)
    if keras_api.is_module(path):
        module = module_target(path)
        parent, _, leaf = module.rpartition(".")
        if asname or leaf == alias.alias.name:
            return Import(parent or module, leaf, asname) if parent else None
        if _stays(program, alias.alias.name):
            return Import(parent, leaf, alias.alias.name) if parent else None
        if any(use.alias is alias for use in program.uses):
            return None
        return Import(parent, leaf)
    return None


def _symbol(program: Program, alias: ImportAlias, symbol: str) -> Import | None:
    statement = alias.statement
    assert isinstance(statement, ast.ImportFrom)
    row = program.row(symbol)
    target = target_path(program, symbol)
    if target is None:
        if row is not None and row.how is not How.RULE:
            return None
        if row is not None and row.to is not None and alias.alias.asname:
            return Import(*split_target(program, row.to), alias.alias.asname)  # its uses keep their name
        home = module_target(keras_path(alias.path.rpartition(".")[0]) or "")
        used = any(use.alias is alias for use in program.uses)
        if not used and not keras_api.on_keras2(f"{home}.{alias.alias.name}"):
            return None
        return Import(home, alias.alias.name, alias.alias.asname) if statement.level == 0 else None
    module, name = target
    asname = alias.alias.asname
    if statement.level:
        home = module_target(alias.path.rpartition(".")[0])
        if home == module and home == keras_path(alias.path.rpartition(".")[0]):
            module = "." * statement.level + (statement.module or "")
    if asname or name == alias.alias.name:
        return Import(module, name, asname if asname != name else None)
    uses = [use for use in program.uses if use.alias is alias]
    if any((new := renaming(program, use)) is not None and new.text for use in uses):
        return None
    if not _stays(program, alias.alias.name):
        return Import(module, name)
    if keras_api.on_keras2(f"{module}.{alias.alias.name}"):
        return Import(module, alias.alias.name)
    return Import(module, name, alias.alias.name)


def _stays(program: Program, name: str) -> bool:
    """Whether the file still says ``name`` after all uses of Keras are renamed, as where it is bound twice."""
    module = program.module
    return (
        exported(module, name)
        or program.is_imported(name)
        or any(node.id == name and node not in program.use_of for node, _ in module.names)
    )


RULE = Rule("KM102", "moved-import", __doc__, check)

"""How a Keras name is written on the target: shared by the rules that touch names."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from kmigrate import keras_api
from kmigrate.findings import Edit, Import
from kmigrate.keras_api.model import How
from kmigrate.program.program import Program
from kmigrate.program.scopes import ImportAlias, Scope
from kmigrate.program.uses import Handed, Use
from kmigrate.program.values import keras_path

#: Dispositions whose name simply takes the old one's place.
_NAMED = (How.SAME, How.RENAMED, How.COMPAT)


@dataclass(frozen=True, slots=True)
class Renaming:
    """New text for an expression that names a Keras symbol (None: it stays), and the imports that it needs."""

    text: str | None
    imports: tuple[Import, ...] = ()


def target_path(program: Program, symbol: str) -> tuple[str, str] | None:
    """Module and name that take the place of ``symbol`` on the target; None if nothing does by name alone."""
    row = program.row(symbol)
    if row is None or row.to is None or row.how not in _NAMED:
        return None
    return split_target(program, row.to)


def split_target(program: Program, path: str) -> tuple[str, str]:
    """Module and name of a table's target path; ``kmigrate.compat`` gives way to a vendored module."""
    module, _, name = path.rpartition(".")
    if module == "kmigrate.compat" and program.options.vendor_compat:
        module = program.options.vendor_compat
    return module, name


def alias_offset(program: Program, alias: ImportAlias) -> int:
    """Where the imported name stands in the text."""
    node = alias.alias
    return program.module.lines.offset(node.lineno, node.col_offset)


def is_free(program: Program, name: str, scope: Scope, module: str) -> bool:
    """Whether ``name`` can be imported from ``module`` for a use in ``scope`` without hiding something else."""
    found = scope.lookup(name)
    if found is None:
        return not _from_star(program, name, module)
    for binding in found[1]:
        if not isinstance(binding, ImportAlias) or binding.statement.__class__ is ast.Import:
            return False
        symbol = keras_api.canonical(keras_path(binding.path) or "")
        target = target_path(program, symbol) if symbol else None
        if target is None:
            path = keras_path(binding.path) or binding.path
            if path != f"{module}.{name}":
                return False
        elif target != (module, name):
            return False
    return True


def _from_star(program: Program, name: str, module: str) -> bool:
    """Whether ``name`` is read somewhere without being bound, and a star import of something else may provide it."""
    if all(alias.name != "*" or keras_path(alias.path) is not None for alias in program.module.imports):
        return False
    for node, scope in program.module.names:
        if node.id == name and scope.lookup(name) is None:
            use = program.use_of.get(node)
            if use is None or use.symbol is None or target_path(program, use.symbol) != (module, name):
                return True
    return False


def renaming(program: Program, use: Use) -> Renaming | None:
    """How ``use`` is written on the target; None if its symbol has no name there."""
    if use.symbol is None:
        return None
    target = target_path(program, use.symbol)
    return write_as(program, use, *target) if target else None


def write_as(program: Program, use: Use, module: str, name: str) -> Renaming:
    """How ``module.name`` is written in the place of ``use``, through the same import where that can serve."""
    if use.handed is not None:
        return _write_handed(program, use, use.handed, module, name)
    near = alias_offset(program, use.alias)
    direct = Import(module, name, near=near)
    if isinstance(use.node, ast.Name):
        if use.alias.name == "*":
            star = module_target(use.alias.path)
            return Renaming(None if name == use.node.id else name, () if star == module else (direct,))
        if use.alias.alias.asname or name == use.node.id:
            return Renaming(None)
        if is_free(program, name, use.scope, module):
            return Renaming(name, (direct,))
        return _aliased(program, use, module, name)
    root = _root(use.node)
    if isinstance(use.alias.statement, ast.Import) and not use.alias.alias.asname and use.alias.path == "keras":
        if module == "keras" or module.startswith("keras."):
            return Renaming(_changed(program, use, f"{root}{module[len('keras') :]}.{name}"))
        return Renaming(name, (direct,))
    if keras_path(use.alias.path) is None and module.startswith("keras"):
        return Renaming(_changed(program, use, f"{root}.keras{module[len('keras') :]}.{name}"))
    bound = module_target(use.alias.path)
    stays = use.alias.alias.asname is not None or bound.rpartition(".")[2] == use.alias.path.rpartition(".")[2]
    if stays and (module == bound or module.startswith(bound + ".")):
        return Renaming(_changed(program, use, f"{root}{module[len(bound) :]}.{name}"))
    parent, _, leaf = bound.rpartition(".")
    moved = module == bound and parent == "keras" == (keras_path(use.alias.path) or "").rpartition(".")[0]
    if moved and is_free(program, leaf, use.scope, parent):
        return Renaming(f"{leaf}.{name}", (Import(parent, leaf, near=near),))
    if is_free(program, name, use.scope, module):
        return Renaming(name, (direct,))
    return _aliased(program, use, module, name)


def _write_handed(program: Program, use: Use, handed: Handed, module: str, name: str) -> Renaming:
    """The same for what a module of the user's own hands on: by its name there if that stays when it is upgraded."""
    if handed.node is use.node:
        home = module_target(handed.path.rpartition(".")[0])
        stays = handed.by_name or (module == home and name == handed.path.rpartition(".")[2])
        if stays and use.symbol is not None and target_path(program, use.symbol) == (module, name):
            return Renaming(None)
    elif handed.by_name:
        bound = module_target(handed.path)
        if module == bound or module.startswith(bound + "."):
            root = program.module.source(handed.node)
            return Renaming(_changed(program, use, f"{root}{module[len(bound) :]}.{name}"))
    # a name that the file took from there goes with its last use; the module itself stays, whatever importing it does
    near = alias_offset(program, use.alias) if isinstance(use.alias.statement, ast.ImportFrom) else None
    if is_free(program, name, use.scope, module):
        return Renaming(name, (Import(module, name, near=near),))
    return _aliased(program, use, module, name)


def write_instead(program: Program, use: Use, path: str) -> tuple[str, tuple[Import, ...]]:
    """How ``path``, another thing than ``use`` names, is written in the place of ``use``; with the imports for it."""
    module, name = split_target(program, path)
    if isinstance(use.node, ast.Attribute):
        new = write_as(program, use, module, name)
        return new.text or program.module.source(use.node), new.imports
    if use.alias.name == "*" and module_target(use.alias.path) == module:
        return name, ()
    if is_free(program, name, use.scope, module):
        return name, (Import(module, name, near=alias_offset(program, use.alias)),)
    aliased = _aliased(program, use, module, name)
    return aliased.text or name, aliased.imports


def write_compat(program: Program, use: Use) -> tuple[str, tuple[Import, ...]]:
    """What kmigrate.compat has in place of ``use``, under a name of its own, beside the Keras name that it shares."""
    assert use.symbol is not None
    module, name = split_target(program, f"kmigrate.compat.{use.symbol.rpartition('.')[2]}")
    asname = f"Compat{name}"
    return asname, (Import(module, name, asname, near=alias_offset(program, use.alias)),)


def write_anywhere(program: Program, scope: Scope, path: str) -> tuple[str, tuple[Import, ...]]:
    """How ``path`` is written in ``scope`` where no name of Keras stood: by ``import keras`` if the file has it."""
    module, name = split_target(program, path)
    bound = scope.lookup("keras")
    if module.partition(".")[0] == "keras" and bound is not None:
        bindings = [b for b in bound[1] if isinstance(b, ImportAlias)]
        if len(bindings) == len(bound[1]) and all(keras_path(b.path) == "keras" for b in bindings):
            return f"{module}.{name}", ()
    if is_free(program, name, scope, module):
        return name, (Import(module, name),)
    return f"keras_{name}", (Import(module, name, f"keras_{name}"),)


def _aliased(program: Program, use: Use, module: str, name: str) -> Renaming:
    """The name is taken: import it under another."""
    other = f"keras_{name}"
    return Renaming(other, (Import(module, name, other, near=alias_offset(program, use.alias)),))


def module_target(path: str) -> str:
    """The module that takes the place of the Keras 1 module ``path`` (as imported from whichever package)."""
    keras = keras_path(path) or path
    return keras_api.module_target(keras) or keras


def _changed(program: Program, use: Use, text: str) -> str | None:
    return None if program.module.source(use.node) == text else text


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    assert isinstance(node, ast.Name)
    return node.id


def rename_edits(program: Program, use: Use) -> tuple[tuple[Edit, ...], tuple[Import, ...]]:
    """Edits and imports that write ``use`` for the target; both empty if it stays as it is."""
    new = renaming(program, use)
    if new is None or new.text is None:
        return (), new.imports if new else ()
    return (Edit(program.module.span(use.node), new.text),), new.imports

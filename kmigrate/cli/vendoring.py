"""The module that ``--vendor-compat DIR`` writes: where it is, what it is called, and which names it has to have."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

_FILE = "keras1_compat.py"
#: Stands in the first lines of each such module (``codemod.vendor`` writes it).
_MARK = b"Copied by kmigrate from its package kmigrate.compat"


@dataclass(frozen=True, slots=True)
class Module:
    """The module in the user's tree: its dotted name, as the user's code imports it, and its path."""

    name: str
    path: Path


def module_in(folder: Path) -> Module:
    """The module in a folder: ``package.keras1_compat`` if the folder is a package, else ``keras1_compat``."""
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"--vendor-compat: {folder} is not a folder")
    parts = [_FILE.removesuffix(".py")]
    above = Path(os.path.realpath(folder))
    while (above / "__init__.py").is_file():
        if not above.name.isidentifier():
            raise click.UsageError(f"--vendor-compat: {above} cannot be imported, its name is not an identifier")
        parts.insert(0, above.name)
        above = above.parent
    return Module(".".join(parts), folder / _FILE)


def out_of_reach(module: Module, importers: Iterable[str]) -> list[str]:
    """Those of the files ``importers`` that find the module only if its folder is put on the import path.

    A module of no package is found by programs that lie in its folder, where Python looks first.
    """
    if "." in module.name:
        return []
    folder = os.path.realpath(module.path.parent)
    return [path for path in importers if os.path.dirname(os.path.realpath(path)) != folder]  # noqa: PTH120


def is_vendored(path: str, data: bytes) -> bool:
    """Whether a file is a module that ``--vendor-compat`` wrote: code for Keras 2, which is not to be upgraded."""
    return path.endswith(_FILE) and _MARK in data[:1000]


def imported_names(text: str, module: str) -> frozenset[str]:
    """The names that a source takes from the module, by ``from module import …`` or as attributes of it."""
    if module.rpartition(".")[2] not in text:
        return frozenset()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    package, _, last = module.rpartition(".")
    names: set[str] = set()
    bound = {module}  # dotted names that the module has in this source
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module == module or (node.level and _ends(node.module, last))):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module == package or (node.level and node.module is None)):
            bound.update(alias.asname or alias.name for alias in node.names if alias.name == last)
        elif isinstance(node, ast.Import):
            bound.update(alias.asname for alias in node.names if alias.name == module and alias.asname)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in bound:
            names.add(node.attr)
    return frozenset(names - {"*"})


def _ends(module: str | None, last: str) -> bool:
    return module is not None and module.rpartition(".")[2] == last


def source(module: Module, names: Iterable[str], namespace: str) -> tuple[bytes | None, bytes] | None:
    """The bytes of the module as it is (None: not there) and as it has to be; None if nothing is needed from it.

    Names that it has already stay: files outside this run may use them.
    """
    wanted = set(names)
    old: bytes | None = None
    if os.path.lexists(module.path):
        try:
            old = module.path.read_bytes()
            text = old.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"--vendor-compat: {module.path} cannot be read: {error}") from error
        if not is_vendored(module.path.name, old):
            raise click.UsageError(f"--vendor-compat: {module.path} was not written by kmigrate; move it away first")
        wanted |= _exported(text)
    if not wanted:
        return None
    from kmigrate.codemod.vendor import vendored_source

    try:
        new = vendored_source(sorted(wanted), namespace)
    except ValueError as error:  # the code imports a name that the module never had
        raise click.UsageError(f"--vendor-compat: {error}") from error
    return old, new.encode("utf-8")


def _exported(text: str) -> set[str]:
    """The names in ``__all__`` of a vendored module."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return set(ast.literal_eval(node.value))
    return set()

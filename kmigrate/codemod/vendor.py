"""Copying what a program needs of ``kmigrate.compat`` into one module of its own (``--vendor-compat``).

The sources of ``kmigrate.compat`` are read as text and cut at their top-level statements; none of its modules is
imported, so Keras need not be installed. They keep to what this needs: only definitions, assignments and imports at the
top level, private names that are unique across the package, and ``keras`` from ``kmigrate.compat._keras``.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from kmigrate.compat import MODULES

#: How each namespace imports Keras under the name ``keras``.
_KERAS_IMPORTS = {
    "keras": "import keras",
    "tf_keras": "import tf_keras as keras",
    "tensorflow.keras": "from tensorflow import keras",
}

_PACKAGE = "kmigrate.compat"

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class _Piece:
    """A top-level definition: its source, with decorators and the comment above, and the names that it uses."""

    source: str
    uses: frozenset[str]
    compound: bool  #: a function or class, which blank lines surround


@dataclass(frozen=True)
class _Import:
    """``import module as name``, or ``from module import original as name``."""

    module: str
    name: str
    original: str | None


@dataclass
class _Module:
    """One module of ``kmigrate.compat``, cut up."""

    imports: dict[str, _Import] = field(default_factory=dict)
    pieces: dict[str, _Piece] = field(default_factory=dict)


def vendored_source(names: Iterable[str], namespace: str) -> str:
    """Return the text of a module that defines just ``names`` of ``kmigrate.compat``, and what they need.

    ``namespace`` is the Keras that it imports: "keras", "tf_keras" or "tensorflow.keras". The same names give the same
    text, in whatever order they come.
    """
    if namespace not in _KERAS_IMPORTS:
        raise ValueError(f"unknown namespace {namespace!r}: it is one of {', '.join(_KERAS_IMPORTS)}")
    wanted = sorted(set(names))
    homes = {name: module for module, exported in MODULES.items() for name in exported}
    unknown = [name for name in wanted if name not in homes]
    if unknown:
        raise ValueError(f"kmigrate.compat has no {', '.join(unknown)}")

    pieces, imports = _needed([(homes[name], name) for name in wanted])
    lines = [
        '"""What Keras 1 had and Keras 2 has no equal of, as far as this program needs it.',
        "",
        "Copied by kmigrate from its package kmigrate.compat (Apache License 2.0).",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        *_import_lines(imports, namespace),
        "",
        "__all__ = [" + ", ".join(f'"{name}"' for name in wanted) + "]",
    ]
    text = _wrapped("\n".join(lines))
    # A private helper that is needed twice, such as the name K, is the same in each module.
    seen: set[str] = set()
    after_block = False
    for module in MODULES:
        for name, piece in _read(module).pieces.items():
            if (module, name) in pieces and piece.source not in seen:
                seen.add(piece.source)
                text += ("\n\n" if piece.compound or after_block else "\n") + piece.source + "\n"
                after_block = piece.compound
    return text


def _needed(roots: list[tuple[str, str]]) -> tuple[set[tuple[str, str]], set[_Import]]:
    """The (module, name) of every piece that the roots reach, and the imports that those pieces use."""
    found: set[tuple[str, str]] = set()
    imports: set[_Import] = set()
    todo = list(roots)
    while todo:
        module_name, name = todo.pop()
        if (module_name, name) in found:
            continue
        found.add((module_name, name))
        module = _read(module_name)
        for used in module.pieces[name].uses:
            if used in module.pieces:
                todo.append((module_name, used))
            elif used in module.imports:
                imported = module.imports[used]
                owner = imported.module.removeprefix(f"{_PACKAGE}.")
                if owner in MODULES and imported.original is not None:
                    todo.append((owner, imported.original))
                else:
                    imports.add(imported)
    return found, imports


def _import_lines(imports: set[_Import], namespace: str) -> list[str]:
    """The import statements, in the usual order: the standard library, then the rest."""
    groups: tuple[list[str], list[str]] = ([], [])
    from_imports: dict[str, set[str]] = {}
    for imported in imports:
        group = groups[imported.module.split(".")[0] not in sys.stdlib_module_names]
        if imported.module == f"{_PACKAGE}._keras":
            group.append(_KERAS_IMPORTS[namespace])
        elif imported.original is None:
            alias = "" if imported.name == imported.module else f" as {imported.name}"
            group.append(f"import {imported.module}{alias}")
        else:
            alias = "" if imported.name == imported.original else f" as {imported.name}"
            from_imports.setdefault(imported.module, set()).add(imported.original + alias)
    for module, names in from_imports.items():
        group = groups[module.split(".")[0] not in sys.stdlib_module_names]
        group.append(f"from {module} import {', '.join(sorted(names))}")
    standard, others = (sorted(group, key=lambda line: (line.startswith("from"), line)) for group in groups)
    return [*standard, "", *others] if standard and others else [*standard, *others]


def _wrapped(head: str) -> str:
    """The head of the module, its ``__all__`` one name a line where it is long; ends with a line break."""
    *lines, exported = head.split("\n")
    if len(exported) > 100:
        names = exported.removeprefix("__all__ = [").removesuffix("]").split(", ")
        exported = "__all__ = [\n" + "".join(f"    {name},\n" for name in names) + "]"
    return "\n".join([*lines, exported]) + "\n"


@cache
def _read(name: str) -> _Module:
    """Cut up the source of one module of ``kmigrate.compat``."""
    source = resources.files(_PACKAGE).joinpath(f"{name}.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    module = _Module()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                module.imports[alias.asname or alias.name] = _Import(alias.name, alias.asname or alias.name, None)
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                local = alias.asname or alias.name
                module.imports[local] = _Import(statement.module or "", local, alias.name)
        elif isinstance(statement, _Definition):
            compound = not isinstance(statement, (ast.Assign, ast.AnnAssign))
            text = "\n".join(lines[_first_line(statement, lines) : statement.end_lineno])
            piece = _Piece(text, frozenset(_global_names(statement)), compound)
            for defined in _defined(statement):
                module.pieces[defined] = piece
    return module


def _defined(statement: _Definition) -> list[str]:
    """The names that a top-level statement defines."""
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign):
        return [statement.target.id] if isinstance(statement.target, ast.Name) else []
    return [statement.name]


def _first_line(statement: _Definition, lines: list[str]) -> int:
    """The index of a statement's first line, its decorators and the comment right above it included."""
    decorators = [] if isinstance(statement, (ast.Assign, ast.AnnAssign)) else statement.decorator_list
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return first


def _global_names(node: ast.AST) -> Iterator[str]:
    """The names that a definition looks up outside itself, annotations included."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            yield node.id
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        inner = node.body if isinstance(node.body, list) else [node.body]
        outer = [child for child in ast.iter_child_nodes(node) if child not in inner]
        arguments = node.args
        bound = {
            argument.arg
            for argument in (
                *arguments.posonlyargs,
                *arguments.args,
                *arguments.kwonlyargs,
                arguments.vararg,
                arguments.kwarg,
            )
            if argument
        }
        for statement in inner:
            bound.update(_bound_names(statement))
        for child in outer:
            yield from _global_names(child)
        for statement in inner:
            yield from (name for name in _global_names(statement) if name not in bound)
        return
    for child in ast.iter_child_nodes(node):
        yield from _global_names(child)


def _bound_names(node: ast.AST) -> Iterator[str]:
    """The names that a statement of a function's body makes local to the function."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
            yield inner.name
        elif isinstance(inner, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in inner.names)
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            yield inner.name

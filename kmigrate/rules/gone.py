"""A name of Keras is gone from Keras 2, and nothing takes its place by itself.

Some classes, functions, methods and properties of Keras 1 have no equal on Keras 2 (`Graph`, `K.get_session`,
`model.to_yaml`), and some names were never public (`keras.engine.training.standardize_input_data`). The finding
says what to do instead. A name that is neither Keras 1's nor Keras 2's is reported too, and one that is Keras 2's
but imported from a module that Keras 2.15 no longer has (`keras.layers.merge`) is imported from where it is.

Before::

    from keras.layers.merge import concatenate
    from keras.models import Graph, Sequential
    x = concatenate([a, b])
    model = Sequential()

After::

    from keras.layers import concatenate
    from keras.models import Sequential
    x = concatenate([a, b])
    model = Sequential()

There is no fix for a name that is used. An import of one that is not used in the file goes, which is safe: it would
fail.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.config import Target
from kmigrate.findings import Finding, Import, Rewrite, Severity, Span
from kmigrate.keras_api.model import How, Row
from kmigrate.program.program import Program
from kmigrate.program.scopes import ImportAlias, Scope
from kmigrate.program.values import Instance, keras_path
from kmigrate.rules.base import Rule
from kmigrate.rules.private_names import GONE
from kmigrate.rules.renaming import alias_offset

_CODE = "KM113"
_GONE = (How.PERSON, How.INTERNAL)

#: Names that a module of Keras 1 had only because it imported them, and that programs took from there all the same.
_NOT_KERAS = {
    "keras.backend.tf": "`import tensorflow as tf`, whose functions of version 1 are `tf.compat.v1`",
    "keras.backend.tensorflow_backend.tf": "`import tensorflow as tf`, whose functions of version 1 are `tf.compat.v1`",
    "keras.backend.T": "Theano's; Keras 2 runs on TensorFlow",
    "keras.backend.theano": "Theano's; Keras 2 runs on TensorFlow",
    "keras.backend.np": "`import numpy as np`",
}


def check(program: Program) -> Iterator[Finding]:
    """Findings for names, for imports that nothing uses, and for methods and properties of known objects."""
    used = {use.alias for use in program.uses}
    for use in program.uses:
        about = _about(program, use.path, use.symbol)
        if about is not None and _import_of(program, use.alias) is None:
            yield Finding(_CODE, about, Severity.ERROR, program.module.span(use.node))
    for alias in program.keras_imports:
        yield from _import(program, alias, alias in used)
    for node, scope in program.module.attributes:
        yield from _member(program, node, scope)


def _about(program: Program, path: str, symbol: str | None) -> str | None:
    """What to say about a name, None where it is not gone."""
    name = path.removeprefix("keras.")
    if symbol is not None:
        row = program.row(symbol)
        if row is None or row.how not in _GONE or symbol.rpartition(".")[2].startswith("_"):
            return None
        return _words(name, row)
    if keras_api.is_module(path) or path == "keras" or _known(path):
        return None
    if path.rpartition(".")[2].startswith("_"):
        return None  # KM146's, where it is used
    note = _NOT_KERAS.get(path)
    return f"`{name}` is not Keras's own: {note}" if note else f"neither Keras 1 nor Keras 2 has `{name}`"


def _words(name: str, row: Row) -> str:
    what = "was never a public name" if row.how is How.INTERNAL else "is gone from Keras 2, or does not work there"
    return f"`{name}` {what}: {row.note}"


def _known(path: str) -> bool:
    """Whether Keras 2 has ``path``, or has its name where the module that it is in went."""
    head, _, last = path.rpartition(".")
    home = keras_api.module_target(head)
    return keras_api.on_keras2(path) or (home is not None and keras_api.on_keras2(f"{home}.{last}"))


def _import_of(program: Program, alias: ImportAlias) -> Import | None:
    """Where Keras 2 has a name that ``alias`` imports from a module that is gone; None if it is no such name."""
    path = keras_path(alias.path)
    if path is None or not isinstance(alias.statement, ast.ImportFrom) or alias.statement.level or alias.name == "*":
        return None
    if keras_api.canonical(path) is not None or keras_api.is_module(path) or keras_api.on_keras2(path):
        return None
    if program.options.namespace == "keras" and alias.path.startswith("tensorflow.keras"):
        return None
    head, _, last = path.rpartition(".")
    for home in (keras_api.module_target(head), ".".join(head.split(".")[:2]), "keras.layers", "keras.utils"):
        if home is not None and home != head and keras_api.on_keras2(f"{home}.{last}"):
            return Import(home, alias.alias.name, alias.alias.asname, near=alias_offset(program, alias))
    return None


def _import(program: Program, alias: ImportAlias, used: bool) -> Iterator[Finding]:
    path = keras_path(alias.path)
    if path is None or alias.name == "*":
        return
    start = alias_offset(program, alias)
    span = Span(start, start + len(alias.alias.name))
    moved = _import_of(program, alias)
    if moved is not None:
        message = f"Keras 2.15 has `{path.removeprefix('keras.')}` as `{moved.module}.{moved.name}` only"
        rewrite = Rewrite("import it from there", imports=(moved,), unimports=(start,))
        yield Finding(_CODE, message, Severity.ERROR, span, rewrite)
        return
    if isinstance(alias.statement, ast.Import):
        path = keras_path(alias.alias.name) or path
    symbol = keras_api.canonical(path)
    about = _about(program, path, symbol)
    if about is None and symbol is None and alias.name.startswith("_") and isinstance(alias.statement, ast.ImportFrom):
        about = f"`{path.removeprefix('keras.')}` was private to Keras 1, and Keras 2 does not have it there"
    row = program.row(symbol) if symbol else None
    if used:
        # The import itself fails, before any use does.
        if about is None and row is not None and not _known(path) and _is_left(program, alias, row):
            about = f"`{alias.alias.name}` is gone from Keras 2, and not all of its uses can be rewritten"
        if (
            about is None
            and row is not None
            and row.to is None
            and not _known(path)
            and program.is_imported(alias.name)
        ):
            about = f"`{alias.alias.name}` is gone from Keras 2, and other files take it from here"
        if about is None and symbol is None and _is_dead_module(program, alias, path):
            about = f"Keras 2 has no module `{path}`, and not all of its uses can be rewritten"
        if about is not None and isinstance(alias.statement, ast.ImportFrom):
            yield Finding(_CODE, about, Severity.ERROR, span)
        return
    if about is None and row is not None and row.how is How.RULE and not _known(path):
        about = f"`{alias.alias.name}` is gone from Keras 2: {row.note or 'nothing here uses it'}"
    if about is None:
        return
    removal = Rewrite("remove the import of a name that nothing uses", unimports=(start,))
    yield Finding(_CODE, about, Severity.ERROR, span, None if _is_exported(program, alias.name) else removal)


def _is_left(program: Program, alias: ImportAlias, row: Row) -> bool:
    """Whether the rule that rewrites the uses of a name leaves one of them to a person."""
    from kmigrate.rules import find_rule

    rule = find_rule(row.rule) if row.rule is not None else None
    if rule is None or row.how is not How.RULE:
        return False
    left = [finding.span for finding in rule.check(program) if finding.rewrite is None]
    uses = (program.module.span(use.node) for use in program.uses if use.alias is alias)
    return any(span.contains(use) for use in uses for span in left)


def _is_dead_module(program: Program, alias: ImportAlias, path: str) -> bool:
    """Whether ``path`` is a module that Keras 2 does not have, and something is used of it that has no place there."""
    if not keras_api.is_module(path) or keras_api.module_target(path) == path:
        return False
    uses = (use for use in program.uses if use.alias is alias)
    return any(_about(program, use.path, use.symbol) is not None for use in uses)


def _is_exported(program: Program, name: str) -> bool:
    """Whether the name is read, or may be meant for whoever imports this file."""
    module = program.module
    if module.path.endswith("__init__.py") or program.is_imported_whole or program.is_imported(name):
        return True
    paths = {alias.path for alias in module.imports if alias.name == name}
    if any(node.id == name and (len(paths) > 1 or node not in program.use_of) for node, _ in module.names):
        return True  # where all imports of it are of one name of Keras, each use has its own
    return any(node.value == name for node, _ in module.strings)


@functools.cache
def _gone_members() -> frozenset[str]:
    """Names of methods and properties that are gone from some class."""
    rows = keras_api.rows(Target.KERAS2)
    names = {s.rpartition(".")[2] for s, row in rows.items() if row.how in _GONE and keras_api.kind(s) in _MEMBERS}
    return frozenset(names - GONE.keys())


_MEMBERS = ("method", "property")


def _member(program: Program, node: ast.Attribute, scope: Scope) -> Iterator[Finding]:
    if node.attr not in _gone_members() or not isinstance(node.ctx, ast.Load) or node in program.use_of:
        return
    values = program.values.of(node.value, scope)
    rows: set[str] = set()
    for value in values:
        symbol = keras_api.member(value.symbol, node.attr) if isinstance(value, Instance) else None
        row = program.row(symbol) if symbol is not None else None
        if row is None or row.how not in _GONE:
            return
        rows.add(_words(node.attr, row))
    if rows:  # ``values`` may be empty
        end = program.module.span(node).end
        yield Finding(_CODE, min(rows), Severity.ERROR, Span(end - len(node.attr), end))


RULE = Rule(_CODE, "gone", __doc__, check)

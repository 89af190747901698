"""What Keras 1 had and what became of each piece: declarative tables, no behaviour.

Facts come from ``keras1`` (generated) and ``legacy`` (older spellings); decisions are the rows of the other modules.
Nothing is loaded before it is asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import ModuleType

from kmigrate.config import Target
from kmigrate.keras_api.model import Row

Parameters = tuple[tuple[str, str | None], ...]


@functools.cache
def _tables() -> tuple[ModuleType, ...]:
    from kmigrate.keras_api import backend, data, layers_conv, layers_core, layers_recurrent, legacy, models, training

    return (backend, data, layers_conv, layers_core, layers_recurrent, legacy, models, training)


@functools.cache
def _facts() -> tuple[Mapping[str, tuple[str, Parameters]], Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Symbols, exports and bases of Keras 1.2.2 and of what older versions, and private names, add to them."""
    from kmigrate.keras_api import keras1

    symbols, exports, bases = dict(keras1.SYMBOLS), dict(keras1.EXPORTS), dict(keras1.BASES)
    for table in _tables():
        symbols.update(getattr(table, "LEGACY_SYMBOLS", {}))
        exports.update(getattr(table, "LEGACY_EXPORTS", {}))
        bases.update(getattr(table, "LEGACY_BASES", {}))
    return symbols, exports, bases


@functools.cache
def rows(target: Target = Target.KERAS2) -> Mapping[str, Row]:
    """All rows for ``target``: full Keras 1 name -> what becomes of it. There are none for keras3 yet."""
    merged: dict[str, Row] = {}
    if target is Target.KERAS2:
        for table in _tables():
            merged.update(table.ROWS)
    return merged


@functools.cache
def canonical(path: str) -> str | None:
    """The full defining name of a public Keras 1 path ("keras.layers.Dense"); None if Keras 1 has no such name."""
    symbols, exports, _ = _facts()
    if path in symbols:
        return path
    if path in exports:
        found = exports[path]
        return found if found in symbols else None
    head, _, last = path.rpartition(".")
    owner = exports.get(head, head)
    if head and owner in symbols and symbols[owner][0] == "class":
        return member(owner, last)
    if head and owner != head:
        return canonical(f"{owner}.{last}")
    return None


@functools.cache
def member(cls: str, name: str) -> str | None:
    """The full name of method or property ``name`` of a Keras 1 class, where it or a base defines it."""
    symbols = _facts()[0]
    return next((f"{owner}.{name}" for owner in mro(cls) if f"{owner}.{name}" in symbols), None)


@functools.cache
def mro(cls: str) -> tuple[str, ...]:
    """``cls`` and its Keras 1 bases, nearest first."""
    bases = _facts()[2]
    found: list[str] = []
    todo = [cls]
    while todo:
        current = todo.pop(0)
        if current not in found:
            found.append(current)
            todo.extend(bases.get(current, ()))
    return tuple(found)


def kind(symbol: str) -> str | None:
    """What the symbol is: "class", "function", "method", "property" or "constant"."""
    entry = _facts()[0].get(symbol)
    return entry[0] if entry else None


def params(symbol: str) -> Parameters:
    """Parameters of a Keras 1 symbol in order: (name, source of the default, None if required)."""
    entry = _facts()[0].get(symbol)
    return entry[1] if entry else ()


@functools.cache
def accepted(symbol: str) -> frozenset[str]:
    """Names of the parameters of a Keras 1 symbol, and of those that it hands on to its bases through ``**kwargs``."""
    names: set[str] = set()
    for owner in mro(symbol):
        names.update(name for name, _ in params(owner))
        if not any(name.startswith("**") for name, _ in params(owner)):
            break
        if owner == "keras.engine.topology.Layer":
            from kmigrate.keras_api.values import COMMON_KEYWORDS

            names.update(COMMON_KEYWORDS)
    return frozenset(names)


def row(symbol: str, target: Target = Target.KERAS2) -> Row | None:
    """What becomes of the Keras 1 symbol with that full name on ``target``."""
    return rows(target).get(symbol)


def symbols() -> Mapping[str, tuple[str, Parameters]]:
    """Every Keras 1 name: full name -> (kind, parameters)."""
    return _facts()[0]


def exported_module(path: str) -> str | None:
    """The Keras 1 module that the public path ``path`` is another name of ("keras.layers.core.K"), if it is one."""
    found = _facts()[1].get(path)
    return found if found is not None and found not in _facts()[0] and is_module(found) else None


def is_module(path: str) -> bool:
    """Whether Keras 1 had a module with that path."""
    return path in _modules()


def module_target(path: str) -> str | None:
    """The public module that takes the place of the Keras 1 module ``path``; None if no single one does."""
    return _modules().get(path)


def on_keras2(path: str) -> bool:
    """Whether Keras 2 has the dotted ``path`` as a public name or module ("keras.layers.Conv2DTranspose")."""
    head, _, last = path.rpartition(".")
    return path in _keras2_names() or last in _keras2_names().get(head, ())


@functools.cache
def _keras2_names() -> Mapping[str, frozenset[str]]:
    from kmigrate.keras_api.keras2_names import NAMES

    return {module: frozenset(names.split()) for module, names in NAMES.items()}


@functools.cache
def _modules() -> Mapping[str, str | None]:
    from kmigrate.keras_api.modules import MODULES

    return MODULES

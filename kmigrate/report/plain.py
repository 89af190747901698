"""Dataclasses and named tuples as lists that JSON can hold, and back: nothing but their own types decides what.

A field with the metadata ``LEFT_OUT`` is no part of the list, and has its default when it comes back.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

_T = TypeVar("_T")
LEFT_OUT = {"left out": True}
_PLAIN = (str, int, bool, type(None))


def dump(value: object) -> Any:
    """``value`` as what ``json.dumps`` takes. Raises TypeError for what has no such form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [dump(getattr(value, name)) for name in _names(type(value))]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(dump(item) for item in value)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, _PLAIN):
        return value
    raise TypeError(f"{type(value).__name__} has no plain form")


def load(kind: type[_T], data: Any) -> _T:
    """The value of type ``kind`` that was dumped. Raises TypeError or ValueError if ``data`` is not such a value."""
    return cast(_T, _loader(cast(Hashable, kind))(data))


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind) if not field.metadata.keys() & LEFT_OUT.keys())


@functools.cache
def _loader(kind: Any) -> Callable[[Any], object]:
    """What makes a value of a type, given as in an annotation, from its plain form."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_loader(kind)
    if isinstance(kind, type) and issubclass(kind, tuple) and kind is not tuple:
        hints = typing.get_type_hints(kind)
        return _by_place(kind, [_loader(hints[name]) for name in kind._fields])  # type: ignore[attr-defined]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {member.value: member for member in kind}.__getitem__
    if kind is bytes:
        return lambda data: _checked(data, str).encode("latin-1")
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union) and len(arguments) == 2 and arguments[1] is type(None):
        inner = _loader(arguments[0])
        return lambda data: None if data is None else inner(data)
    if origin is tuple and arguments[1:] == (...,):
        inner = _loader(arguments[0])
        return lambda data: tuple([inner(item) for item in _checked(data, list)])
    if origin is tuple:
        loaders = [_loader(argument) for argument in arguments]
        return lambda data: tuple([back(item) for back, item in zip(loaders, _checked(data, list), strict=True)])
    if origin is frozenset:
        inner = _loader(arguments[0])
        return lambda data: frozenset([inner(item) for item in _checked(data, list)])
    if kind in _PLAIN:
        return lambda data: _checked(data, kind)
    raise TypeError(f"{kind} has no plain form")


def _dataclass_loader(kind: type) -> Callable[[Any], object]:
    hints = typing.get_type_hints(kind)
    names = _names(kind)
    loaders = [_loader(hints[name]) for name in names]
    if names == tuple(field.name for field in dataclasses.fields(kind))[: len(names)]:  # by place, which is quicker
        return _by_place(kind, loaders)

    def by_name(data: Any) -> object:
        items = zip(names, loaders, _checked(data, list), strict=True)
        return kind(**{name: back(item) for name, back, item in items})

    return by_name


def _by_place(kind: type, loaders: list[Callable[[Any], object]]) -> Callable[[Any], object]:
    return lambda data: kind(*[back(item) for back, item in zip(loaders, _checked(data, list), strict=True)])


def _checked(data: Any, kind: type) -> Any:
    if data.__class__ is not kind:
        raise TypeError(f"{type(data).__name__} where {kind.__name__} was kept")
    return data

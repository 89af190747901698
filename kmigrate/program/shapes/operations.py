"""Operators, comparisons, subscripts and methods of Python's own values, some of which may be unknown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from kmigrate.program.shapes.tensors import Array, Tensor, Unknown
from kmigrate.program.shapes.values import (
    Dict,
    External,
    List,
    is_open,
)


def arithmetic(run: Callable[[object, object], object], sign: str, left: object, right: object) -> object:
    """An operation on plain values; Unknown where it fails or the result would be huge."""
    if sign == "**" and not _small_power(left, right):
        return Unknown()
    if sign in ("*", "<<") and not _small_product(sign, left, right):
        return Unknown()
    if sign == "%" and isinstance(left, (str, bytes)):
        try:
            return run(left, right) if _all_plain(right) else Unknown()
        except (TypeError, ValueError, KeyError, OverflowError):
            return Unknown()
    try:
        result = run(left, right)
    except (ArithmeticError, TypeError, ValueError):
        return Unknown()
    return List(result) if isinstance(result, list) else result


def _all_plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(_all_plain(item) for item in value)
    return isinstance(value, (int, float, str, bytes))


def _small_power(left: object, right: object) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return abs(left) < 2**40 and abs(right) <= 64
    return True


def _small_product(sign: str, left: object, right: object) -> bool:
    if sign == "<<":
        return isinstance(right, int) and 0 <= right <= 64
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, bytes, tuple, list)) and isinstance(other, int):
            return len(one) * other <= 100_000
    return True


def compared(run: Callable[[object, object], object], op: ast.cmpop, left: object, right: object) -> object:
    """A comparison of two values."""
    if isinstance(op, (ast.Eq, ast.NotEq)):
        same = equal(left, right)
        return Unknown() if same is None else same is isinstance(op, ast.Eq)
    if isinstance(left, (int, float, str, tuple, list)) and isinstance(right, (int, float, str, tuple, list)):
        if not (known(left) and known(right)):
            return Unknown()
        try:
            return run(left, right)
        except TypeError:
            return Unknown()
    return Unknown()


def known(value: object) -> bool:
    if isinstance(value, (tuple, list)):
        return not is_open(value) and all(known(item) for item in value)
    return isinstance(value, (int, float, str, bytes, type(None)))


def equal(left: object, right: object) -> bool | None:
    """Whether two values are equal; None if it is not known."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return True if left is right else None
    if isinstance(left, (tuple, list)) and isinstance(right, (tuple, list)):
        if is_open(left) or is_open(right):
            return None
        if len(left) != len(right):
            return False
        parts = [equal(a, b) for a, b in zip(left, right, strict=True)]
        return False if False in parts else None if None in parts else True
    if known(left) and known(right):
        return bool(left == right)
    if isinstance(left, (Array, Tensor, External)) or isinstance(right, (Array, Tensor, External)):
        if isinstance(left, External) and isinstance(right, External):
            return left.path == right.path
        return None
    return left is right


def contains(container: object, item_: object, positive: bool) -> object:
    """``item in container`` (or ``not in``)."""
    if isinstance(container, str) and isinstance(item_, str):
        return (item_ in container) is positive
    if isinstance(container, (tuple, list, set, dict, range)):
        found = [equal(item_, other) for other in list(container)[:1000]]
        if True in found:
            return positive
        if None in found or is_open(container):
            return Unknown()
        return not positive
    return Unknown()


def item(owner: object, key: object, name: str) -> object:
    """``owner[key]`` of Python's own containers."""
    if isinstance(owner, dict):
        try:
            if key in owner:
                return owner[key]
        except TypeError:
            pass
        return Unknown(name)
    if isinstance(key, (bool, int, slice)) and not (isinstance(key, slice) and not _plain_slice(key)):
        opened = isinstance(owner, List) and owner.open
        if opened and (isinstance(key, slice) or key < 0):
            if isinstance(key, slice):
                made = List(owner[:2])  # type: ignore[index]
                made.open = True
                return made
            last = owner[-1] if owner else Unknown(name)  # type: ignore[index]
            return Unknown(name) if isinstance(last, (int, float, str)) else last
        try:
            found = owner[key]  # type: ignore[index]
        except (IndexError, ValueError):
            return Unknown(name)
        return List(found) if isinstance(found, list) and not isinstance(found, List) else found
    return Unknown(name)


def _plain_slice(key: slice) -> bool:
    return all(part is None or isinstance(part, int) for part in (key.start, key.stop, key.step))


def store(owner: object, key: object, value: object) -> None:
    """``owner[key] = value`` of Python's own containers."""
    if isinstance(owner, Dict):
        try:
            owner[key] = value
        except TypeError:
            owner.open = True
        if isinstance(key, Unknown):
            owner.open = True
    elif isinstance(owner, List):
        if isinstance(key, int) and -len(owner) <= key < len(owner):
            owner[key] = value
        else:
            owner.open = True


def delete(owner: object, key: object) -> None:
    """``del owner[key]``."""
    if isinstance(owner, Dict) and not isinstance(key, Unknown) and key in owner:
        del owner[key]
        return
    if isinstance(owner, List) and isinstance(key, int) and -len(owner) <= key < len(owner):
        del owner[key]
        return
    if isinstance(owner, (List, Dict)):
        owner.open = True


def method(receiver: object, name: str, positional: list[object], keywords: dict[str, object]) -> object:
    """A method of a list, dict, string, tuple or set."""
    if isinstance(receiver, List):
        return _list_method(receiver, name, positional, keywords)
    if isinstance(receiver, Dict):
        return _dict_method(receiver, name, positional)
    if (
        isinstance(receiver, str)
        and name == "join"
        and len(positional) == 1
        and isinstance(positional[0], (list, tuple))
    ):
        parts = positional[0]
        if not is_open(parts) and all(isinstance(part, str) for part in parts):
            return receiver.join(parts)
        return Unknown()
    kind = tuple if isinstance(receiver, tuple) else type(receiver)
    given = [*positional, *keywords.values()]
    if name in _SAFE.get(kind, ()) and all(value is None or _all_plain(value) for value in given):
        try:
            found = getattr(receiver, name)(*positional, **keywords)
        except (TypeError, ValueError, LookupError):
            return Unknown()
        return List(found) if isinstance(found, list) else found
    return Unknown()


def _list_method(receiver: List, name: str, positional: list[object], keywords: dict[str, object]) -> object:
    if name == "append" and positional:
        receiver.append(positional[0])
    elif name == "extend" and positional:
        given = positional[0]
        if isinstance(given, (tuple, list, range)) and not is_open(given):
            receiver.extend(given)
        else:
            receiver.open = True
    elif name == "insert" and len(positional) == 2:
        if isinstance(positional[0], int):
            receiver.insert(positional[0], positional[1])
        else:
            receiver.open = True
    elif name == "pop":
        at = positional[0] if positional else -1
        if isinstance(at, int) and -len(receiver) <= at < len(receiver) and not receiver.open:
            return receiver.pop(at)
        receiver.open = True
        return Unknown()
    elif name == "copy":
        made = List(receiver)
        made.open = receiver.open
        return made
    elif name == "reverse":
        receiver.reverse()
    elif name == "sort":
        if not keywords and known(receiver):
            try:
                receiver.sort()
            except TypeError:
                receiver.open = True
        else:
            receiver.open = True
    elif name in ("remove", "clear"):
        receiver.open = True
    elif name in ("index", "count"):
        if known(receiver) and positional and known(positional[0]):
            try:
                return getattr(list(receiver), name)(*positional)
            except (ValueError, TypeError):
                return Unknown()
        return Unknown()
    else:
        return Unknown()
    return None


def _dict_method(receiver: Dict, name: str, positional: list[object]) -> object:
    if name in ("keys", "iterkeys", "values", "itervalues", "items", "iteritems"):
        found: list[object] = (
            list(receiver)
            if "keys" in name
            else list(receiver.values())
            if "values" in name
            else [tuple(pair) for pair in receiver.items()]
        )
        made = List(found)
        made.open = receiver.open
        return made
    key = positional[0] if positional else None
    if name in ("get", "pop", "setdefault") and not isinstance(key, (Unknown, list, dict)):
        if key in receiver:
            return receiver.pop(key) if name == "pop" else receiver[key]
        default = positional[1] if len(positional) > 1 else None
        if name == "setdefault":
            receiver[key] = default
        return Unknown(str(key)) if receiver.open else default
    if name == "update":
        if isinstance(key, dict):
            receiver.update(key)
            receiver.open = receiver.open or is_open(key)
        else:
            receiver.open = True
        return None
    if name == "copy":
        made_dict = Dict(receiver)
        made_dict.open = receiver.open
        return made_dict
    return Unknown()


_SAFE: Mapping[type, frozenset[str]] = {
    str: frozenset(
        (
            *("lower", "upper", "strip", "lstrip", "rstrip", "split", "rsplit", "startswith", "endswith", "replace"),
            *("format", "find", "index", "count", "title", "capitalize", "isdigit", "splitlines", "zfill"),
            *("partition", "rpartition", "encode"),
        )
    ),
    tuple: frozenset(("index", "count")),
    range: frozenset(("index", "count")),
}

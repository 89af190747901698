"""Python's own functions, and the methods of its lists, dicts and strings, on values that may be unknown."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kmigrate.program.scopes import Module
from kmigrate.program.shapes.tensors import Array, Layer, Tensor, Unknown, Whole
from kmigrate.program.shapes.values import (
    Bound,
    Class,
    Dict,
    External,
    Frame,
    Function,
    List,
    Model,
    Object,
    Place,
    is_open,
    truth,
)


class Library(Protocol):
    """What the interpreter asks about everything that is not the user's code."""

    #: the image ordering in effect
    data_format: str
    #: the backend that Keras runs on
    keras_backend: str

    def star(self, name: str, modules: Sequence[str]) -> object:
        """What ``name`` is when it comes from one of the star-imported ``modules``; None if it does not."""

    def undefined(self, name: str, module: Module) -> object:
        """What a name stands for that nothing in the file binds."""

    def external_attribute(self, owner: External, name: str) -> object:
        """``owner.name`` of something imported."""

    def attribute(self, owner: object, name: str) -> object:
        """``owner.name`` of a value that is not the user's."""

    def set_attribute(self, owner: object, name: str, value: object) -> None:
        """``owner.name = value``."""

    def call(
        self,
        callee: object,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        frame: Frame,
        complete: bool,
    ) -> object:
        """Call something that is not the user's."""

    def construct(
        self, made: Object, positional: list[object], keywords: dict[str, object], place: Place, complete: bool
    ) -> None:
        """The constructor that a class of the user's inherits."""

    def subscript(self, owner: object, key: object, place: Place) -> object:
        """``owner[key]``."""

    def binary(self, sign: str, left: object, right: object, place: Place | None) -> object:
        """An operation on arrays or tensors."""

    def element(self, value: object) -> object:
        """What iterating over ``value`` gives, where how often is not known."""

    def items(self, value: object) -> list[object] | None:
        """What iterating over ``value`` gives, None where that is not known."""

    def entered(self, value: object) -> object:
        """What ``with value as name`` gives."""

    def alike(self, one: object, other: object) -> bool:
        """Whether two values are the same for all that matters here: equal numbers, arrays of one shape."""


#: Python's own functions that are followed; others give Unknown.
_NAMES = frozenset(
    (
        *("abs", "all", "any", "bool", "bytes", "callable", "dict", "divmod", "enumerate", "exit", "filter", "float"),
        *("format", "frozenset", "getattr", "globals", "hasattr", "id", "input", "int", "isinstance", "issubclass"),
        *("iter", "len", "list", "locals", "long", "map", "max", "min", "next", "object", "open", "print", "quit"),
        *("range", "raw_input", "repr", "reversed", "round", "set", "setattr", "slice", "sorted", "str", "sum"),
        *("tuple", "type", "unicode", "vars", "xrange", "zip"),
    )
)
_NAMED: Mapping[str, External] = {name: External(f"builtins.{name}") for name in _NAMES}
_CONSTANTS: Mapping[str, object] = {"True": True, "False": False, "None": None}


def named(name: str) -> object:
    """What a name that the program does not bind stands for."""
    found = _NAMED.get(name)
    if found is not None:
        return found
    return _CONSTANTS[name] if name in _CONSTANTS else Unknown(name)


def decorated(function: Function, node: ast.FunctionDef | ast.AsyncFunctionDef, decorators: list[object]) -> object:
    """What the decorators of a function make of it."""
    names = {
        d.id if isinstance(d, ast.Name) else d.attr
        for d in node.decorator_list
        if isinstance(d, (ast.Name, ast.Attribute))
    }
    function.decorated = frozenset(names)
    if names - {"staticmethod", "classmethod", "property", "abstractmethod", "wraps", "lru_cache", "jit"} or len(
        names
    ) != len(decorators):
        function.opaque = "setter" not in names
    return function


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
        if not (_known(left) and _known(right)):
            return Unknown()
        try:
            return run(left, right)
        except TypeError:
            return Unknown()
    return Unknown()


def _known(value: object) -> bool:
    if isinstance(value, (tuple, list)):
        return not is_open(value) and all(_known(item) for item in value)
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
    if _known(left) and _known(right):
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
        if not keywords and _known(receiver):
            try:
                receiver.sort()
            except TypeError:
                receiver.open = True
        else:
            receiver.open = True
    elif name in ("remove", "clear"):
        receiver.open = True
    elif name in ("index", "count"):
        if _known(receiver) and positional and _known(positional[0]):
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


def call(name: str, arguments: list[object], keywords: dict[str, object], library: Library) -> object:
    """One of Python's own functions, ``name``; those that call back (map, filter) are the library's."""
    handler = _FUNCTIONS.get(name)
    if handler is not None:
        return handler(arguments, keywords, library)
    return Unknown()


def _len(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    value = arguments[0] if arguments else None
    if isinstance(value, Array):
        return Unknown() if not value.shape or value.shape[0] is None else value.shape[0]
    if isinstance(value, (tuple, list, dict, str, set, frozenset, range)) and not is_open(value):
        return len(value)
    return Unknown()


def _range(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if 1 <= len(arguments) <= 3 and all(isinstance(a, int) for a in arguments):
        try:
            return range(*arguments)  # type: ignore[call-overload]
        except ValueError:
            return Unknown()
    return Unknown()


def _sequence(kind: type) -> Callable[[list[object], dict[str, object], Library], object]:
    def run(arguments: list[object], _keywords: dict[str, object], library: Library) -> object:
        if not arguments:
            return List() if kind is list else kind()
        value = arguments[0]
        items = list(value) if isinstance(value, (tuple, list, range, set, str, dict)) and not is_open(value) else None
        items = library.items(value) if items is None and not isinstance(value, (list, dict)) else items
        if items is None:
            if kind is list:
                made = List([library.element(value)])
                made.open = True
                return made
            return value if isinstance(value, List) else Unknown()
        if kind is list:
            return List(items)
        if kind in (set, frozenset):
            return kind(items) if all(isinstance(i, (int, float, str)) for i in items) else Unknown()
        return tuple(items)

    return run


def _number(kind: type) -> Callable[[list[object], dict[str, object], Library], object]:
    def run(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
        if not arguments:
            return kind()
        value = arguments[0]
        if isinstance(value, (bool, int, float, str)):
            try:
                return kind(value)
            except (ValueError, OverflowError):
                return Unknown()
        return Unknown(value.name) if isinstance(value, Unknown) else Unknown()

    return run


def _bool(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    known = truth(arguments[0]) if arguments else False
    return Unknown() if known is None else known


def _extreme(run: Callable[..., object]) -> Callable[[list[object], dict[str, object], Library], object]:
    def handler(arguments: list[object], keywords: dict[str, object], _library: Library) -> object:
        values = (
            list(arguments[0]) if len(arguments) == 1 and isinstance(arguments[0], (tuple, list, range)) else arguments
        )
        if keywords or not values or (len(arguments) == 1 and is_open(arguments[0])):
            return Unknown()
        if all(isinstance(v, (int, float)) for v in values) or all(isinstance(v, str) for v in values):
            return run(values)
        return Unknown()

    return handler


def _sum(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    values = arguments[0] if arguments else None
    if (
        isinstance(values, (tuple, list, range))
        and not is_open(values)
        and all(isinstance(v, (int, float)) for v in values)
    ):
        return sum(values)
    return Unknown()


def _zip(arguments: list[object], _keywords: dict[str, object], library: Library) -> object:
    parts = [
        None if is_open(a) else list(a) if isinstance(a, (tuple, list, range, str, dict)) else library.items(a)
        for a in arguments
    ]
    if all(part is not None for part in parts):
        return List([tuple(group) for group in zip(*(part or [] for part in parts), strict=False)])
    made = List([tuple(library.element(a) for a in arguments)])
    made.open = True
    return made


def _enumerate(arguments: list[object], keywords: dict[str, object], library: Library) -> object:
    if not arguments:
        return Unknown()
    start = arguments[1] if len(arguments) > 1 else keywords.get("start", 0)
    value = arguments[0]
    items = (
        None
        if is_open(value)
        else list(value)
        if isinstance(value, (tuple, list, range, str, dict))
        else library.items(value)
    )
    if items is not None and isinstance(start, int):
        return List([(start + at, item_) for at, item_ in enumerate(items)])
    made = List([(Whole("index"), library.element(value))])
    made.open = True
    return made


def _reversed(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    value = arguments[0] if arguments else None
    if isinstance(value, (tuple, list, range, str)) and not is_open(value):
        return List(list(value)[::-1])
    return Unknown()


def _sorted(arguments: list[object], keywords: dict[str, object], _library: Library) -> object:
    value = arguments[0] if arguments else None
    if isinstance(value, (tuple, list, range, dict, set)) and not is_open(value):
        items = list(value)
        if not keywords and all(_known(i) for i in items):
            try:
                return List(sorted(items))
            except TypeError:
                pass
        made = List(items)
        made.open = True
        return made
    return Unknown()


def _dict(arguments: list[object], keywords: dict[str, object], _library: Library) -> object:
    made = Dict()
    if arguments:
        given = arguments[0]
        if isinstance(given, dict):
            made.update(given)
            made.open = is_open(given)
        elif isinstance(given, (list, tuple)) and all(isinstance(p, (tuple, list)) and len(p) == 2 for p in given):
            for pair in given:
                store(made, pair[0], pair[1])
            made.open = made.open or is_open(given)
        else:
            made.open = True
    made.update(keywords)
    return made


def _isinstance(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if len(arguments) != 2:
        return Unknown()
    value, kinds = arguments
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    answers = [_is_instance(value, kind) for kind in wanted]
    return True if True in answers else Unknown() if None in answers else False


_PYTHON_KINDS: Mapping[str, tuple[type, ...]] = {
    "int": (int,), "float": (float,), "str": (str,), "unicode": (str,), "long": (int,), "bool": (bool,),
    "tuple": (tuple,), "list": (list,), "dict": (dict,), "set": (set,), "bytes": (bytes,), "basestring": (str,),
}  # fmt: skip


def _is_instance(value: object, kind: object) -> bool | None:
    if isinstance(value, Unknown):
        return None
    if isinstance(kind, External) and kind.path.startswith("builtins."):
        types = _PYTHON_KINDS.get(kind.path.partition(".")[2])
        return isinstance(value, types) if types else None
    if isinstance(kind, Unknown) and kind.name == "basestring":
        return isinstance(value, str)
    if isinstance(kind, Class) and isinstance(value, Object):
        return _derives(value.cls, kind)
    if isinstance(kind, External) and isinstance(value, Layer):
        name = kind.path.rpartition(".")[2]
        return True if name in ("Layer", value.symbol, value.kind) else None if name[:1].islower() else False
    if isinstance(value, (int, float, str, tuple, list, dict, type(None))) and isinstance(kind, (Class, External)):
        return False
    return None


def type_of(value: object) -> object:
    """``type(value)``: the class of Keras that a layer is made by, or the user's own."""
    if isinstance(value, Layer):
        return External(f"keras.layers.{value.symbol or value.kind}")
    if isinstance(value, Object) and value.cls is not None:
        return value.cls
    for kind, name in _TYPE_NAMES:
        if isinstance(value, kind):
            return External(name)
    return Unknown()


#: In this order: a truth value is a whole number, too.
_TYPE_NAMES: Sequence[tuple[type, str]] = (
    (bool, "builtins.bool"),
    (int, "builtins.int"),
    (float, "builtins.float"),
    (str, "builtins.str"),
    (tuple, "builtins.tuple"),
    (list, "builtins.list"),
    (dict, "builtins.dict"),
    (Array, "numpy.ndarray"),
    (Tensor, "tensorflow.Tensor"),
)


def _derives(cls: Class | None, kind: Class, depth: int = 0) -> bool | None:
    if cls is None or depth > 20:
        return None
    if cls is kind:
        return True
    answers = [_derives(base, kind, depth + 1) if isinstance(base, Class) else False for base in cls.bases]
    return True if True in answers else None if None in answers else False


def _getattr(arguments: list[object], _keywords: dict[str, object], library: Library) -> object:
    if len(arguments) >= 2 and isinstance(arguments[1], str):
        owner, name = arguments[0], arguments[1]
        if isinstance(owner, External):
            return library.external_attribute(owner, name)
        if isinstance(owner, Object) and name in owner.attributes:
            return owner.attributes[name]
        if not isinstance(owner, (Object, Class, Unknown)):
            return library.attribute(owner, name)
    return Unknown()


def _setattr(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if len(arguments) == 3 and isinstance(arguments[0], Object) and isinstance(arguments[1], str):
        arguments[0].attributes[arguments[1]] = arguments[2]
    return None


def _hasattr(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if len(arguments) == 2 and isinstance(arguments[0], Object) and isinstance(arguments[1], str):
        owner = arguments[0]
        if arguments[1] in owner.attributes or (owner.cls and arguments[1] in owner.cls.names):
            return True
    return Unknown()


def _callable(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    value = arguments[0] if arguments else Unknown()
    if isinstance(value, (Function, Class, Bound, External, Layer, Model)):
        return True
    return False if isinstance(value, (int, float, str, tuple, list, dict, type(None))) else Unknown()


def _round(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if arguments and all(isinstance(a, (int, float)) for a in arguments):
        try:
            return round(*arguments)  # type: ignore[call-overload]
        except (ValueError, OverflowError, TypeError):
            return Unknown()
    return Unknown()


def _str(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if not arguments:
        return ""
    return str(arguments[0]) if isinstance(arguments[0], (int, float, str)) else Unknown()


def _divmod(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    if len(arguments) == 2 and all(isinstance(a, int) for a in arguments) and arguments[1]:
        return divmod(*arguments)  # type: ignore[misc]
    return (Unknown(), Unknown())


def _all(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    return _quantified(arguments, stop=False)


def _any(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    return _quantified(arguments, stop=True)


def _quantified(arguments: list[object], *, stop: bool) -> object:
    value = arguments[0] if arguments else Unknown()
    if not isinstance(value, (tuple, list)):
        return Unknown()
    answers = [truth(v) for v in value]
    if stop in answers:
        return stop
    return Unknown() if None in answers or is_open(value) else not stop


def _abs(arguments: list[object], _keywords: dict[str, object], _library: Library) -> object:
    value = arguments[0] if arguments else None
    return (
        operator.abs(value)
        if isinstance(value, (int, float))
        else value
        if isinstance(value, (Array, Tensor))
        else Unknown()
    )


_FUNCTIONS: Mapping[str, Callable[[list[object], dict[str, object], Library], object]] = {
    "len": _len, "range": _range, "xrange": _range, "list": _sequence(list), "tuple": _sequence(tuple),
    "set": _sequence(set), "frozenset": _sequence(frozenset), "int": _number(int), "long": _number(int),
    "float": _number(float), "bool": _bool, "str": _str, "unicode": _str, "max": _extreme(max), "min": _extreme(min),
    "sum": _sum, "zip": _zip, "enumerate": _enumerate, "reversed": _reversed, "sorted": _sorted, "dict": _dict,
    "isinstance": _isinstance, "getattr": _getattr, "setattr": _setattr, "hasattr": _hasattr, "callable": _callable,
    "round": _round, "divmod": _divmod, "all": _all, "any": _any, "abs": _abs,
    "type": lambda arguments, _keywords, _library: type_of(arguments[0]) if len(arguments) == 1 else Unknown(),
    "print": lambda _arguments, _keywords, _library: None,
}  # fmt: skip

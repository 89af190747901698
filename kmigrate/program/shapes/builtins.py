"""Python's own functions, on values that may be unknown."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kmigrate.program.scopes import Module
from kmigrate.program.shapes.operations import known, store
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
        if not keywords and all(known(i) for i in items):
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

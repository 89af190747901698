"""Functions of Python's library that decide about shapes: command-line arguments, mathematics, paths."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kmigrate.program.shapes.arrays import NOT_KNOWN
from kmigrate.program.shapes.tensors import Unknown
from kmigrate.program.shapes.values import Dict, External, List, Object

if TYPE_CHECKING:
    from kmigrate.program.shapes.interpreter import Interpreter

_MATH: Mapping[str, Callable[..., object]] = {
    f"math.{name}": getattr(math, name)
    for name in ("ceil", "floor", "sqrt", "log", "log2", "log10", "exp", "pow", "fabs", "gcd", "trunc")
}


class Parser(Object):
    """An ``argparse.ArgumentParser``, or what stands for one."""

    __slots__ = ("given",)

    def __init__(self) -> None:
        super().__init__(None)
        self.given: dict[str, object] = {}


def standard(path: str, positional: list[object], keywords: dict[str, object], run: Interpreter) -> object:
    """A call of Python's library; NOT_KNOWN if it is none that is followed."""
    if path in _MATH:
        if positional and all(isinstance(value, (int, float)) for value in positional):
            try:
                return _MATH[path](*positional)
            except (ValueError, OverflowError, TypeError):
                return Unknown()
        return Unknown()
    if path in ("argparse.ArgumentParser", "optparse.OptionParser"):
        return Parser()
    if path == "argparse.Namespace":
        return Object(None, dict(keywords))
    if path == "os.path.join" and all(isinstance(p, str) for p in positional):
        return "/".join(str(p).rstrip("/") for p in positional)
    if path in ("collections.OrderedDict", "collections.defaultdict"):
        made = Dict(keywords)
        given = positional[0] if positional and path.endswith("OrderedDict") else None
        if isinstance(given, dict):
            made.update(given)
        made.open = path.endswith("defaultdict") or (given is not None and not isinstance(given, dict))
        return made
    if path == "copy.copy" and positional and isinstance(positional[0], (int, float, str, tuple, list)):
        return List(positional[0]) if isinstance(positional[0], list) else positional[0]
    if path.startswith("six.moves."):
        name = path.rpartition(".")[2]
        return run.library.call(
            External(f"builtins.{name}"), positional, keywords, run.calls[-1], run.modules[run.module.path], True
        )
    return NOT_KNOWN


def parser_method(
    parser: Parser, name: str, positional: list[object], keywords: dict[str, object], run: Interpreter
) -> object:
    """A method of an argument parser: what ``parse_args`` gives are the defaults, which a message then names."""
    if name in ("add_argument", "add_option"):
        flags = [flag for flag in positional if isinstance(flag, str)]
        long = [flag for flag in flags if flag.startswith("--")] or flags
        destination = keywords.get("dest")
        key = destination if isinstance(destination, str) else long[0].lstrip("-").replace("-", "_") if long else ""
        action = keywords.get("action")
        if "default" in keywords:
            default = keywords["default"]
        elif action in ("store_true", "store_false"):
            default = action == "store_false"
        elif flags and flags[0].startswith("-"):
            default = None if not keywords.get("required") else Unknown(key)
        else:
            default = Unknown(key)
        kind = keywords.get("type")
        if isinstance(default, str) and isinstance(kind, External) and kind.path in ("builtins.int", "builtins.float"):
            default = _converted(default, kind.path)
        parser.given[key] = default
        return None
    if name in ("parse_args", "parse_known_args"):
        known = run.world.arguments
        values: dict[str, object] = {}
        for key, default in parser.given.items():
            # a flag's own False is as good as unknown where the other value matters: the other world sees to it
            values[key] = default if known and default is not None else Unknown(key)
            if known and default is not None and not isinstance(default, Unknown):
                run.ran.arguments[key] = default
        space = Object(None, values)
        return space if name == "parse_args" else (space, Unknown())
    if name in ("add_argument_group", "add_mutually_exclusive_group"):
        return parser
    return Unknown(name)


def _converted(text: str, kind: str) -> object:
    try:
        return int(text) if kind == "builtins.int" else float(text)
    except ValueError:
        return Unknown()

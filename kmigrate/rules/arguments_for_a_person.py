"""An argument of a Keras call has no counterpart that a table can give.

Some parameters of Keras 1 are gone, mean something else, or take values that Keras 2 does not (`weights=` of layers
whose arrays have another layout, `border_mode='full'`, a dict of keywords that is not seen). The argument is left as
it is, so that Keras 2 refuses it rather than computing something else, and the message says what to write instead.

So is a class that is handed to something else together with arguments by position, which would fill other parameters.

Found::

    from keras.layers import Convolution2D
    layers = map(Convolution2D, [32, 64], [3, 3], [5, 5])

There is no fix. The other arguments of the same call are rewritten (KM103).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kmigrate import keras_api
from kmigrate.findings import Finding, Severity
from kmigrate.keras_api.model import Dropped, Packed, Row
from kmigrate.program.program import Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import OwnFunction, Ref
from kmigrate.rules.arguments import argument_findings, target_order
from kmigrate.rules.base import Rule

#: Functions and methods that call their first argument with one positional argument for each of the others, and those
#: that call it with what sequences hold (builtins, itertools, multiprocessing.pool and concurrent.futures of CPython).
_EACH = frozenset({"map", "imap"})
_UNPACKED = frozenset({"apply", "apply_async", "starmap", "starmap_async", "submit"})


def check(program: Program) -> Iterator[Finding]:
    """Findings for arguments that are left to a person, and for callables that are handed away with theirs."""
    yield from (finding for finding in argument_findings(program) if finding.code == "KM104")
    if program.written_for == 1:
        for node, scope in program.module.calls:
            if node not in program.call_of:
                yield from _handed(program, node, scope)


def _handed(program: Program, node: ast.Call, scope: Scope) -> Iterator[Finding]:
    """Callables of Keras among the arguments of a call that gives them positional arguments out of sight."""
    if len(node.args) < 2:
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    function = program.values.only(node.func, scope)
    places: Iterable[int] = ()
    if isinstance(function, OwnFunction):
        arguments = function.node.args
        if arguments.vararg is not None:
            named = len(arguments.posonlyargs) + len(arguments.args) - function.bound
            places = range(max(named, 0), len(node.args) - 1)
    elif name in _EACH | _UNPACKED:
        places = (0,)
    is_counted = name not in _UNPACKED and not any(isinstance(argument, ast.Starred) for argument in node.args)
    for at in places:
        value = program.values.only(node.args[at], scope)
        symbol = value.symbol if isinstance(value, Ref) else None
        row = program.row(symbol) if symbol is not None else None
        if symbol is None or row is None or keras_api.kind(symbol) not in ("class", "function"):
            continue
        if _moves(symbol, row, len(node.args) - 1 - at if is_counted else None):
            message = (
                f"`{ast.unparse(node.func)}` gives `{symbol.rpartition('.')[2]}` its arguments by position, and its "
                "parameters have another order now: give it a function that names them"
            )
            yield Finding("KM104", message, Severity.ERROR, program.module.span(node.args[at]))


def _moves(symbol: str, row: Row, given: int | None) -> bool:
    """Whether one of the first ``given`` positional parameters (None: of all) is another one on the target."""
    order = target_order(symbol, row)
    names = [name for name, _ in keras_api.params(symbol) if not name.startswith("*")]
    for at, name in enumerate(names[:given]):
        disposition = row.params.get(name)
        new = getattr(disposition, "name", None) or name
        if isinstance(disposition, (Packed, Dropped)) or at >= len(order) or order[at] != new:
            return True
    return False


RULE = Rule("KM104", "argument-for-a-person", __doc__, check)

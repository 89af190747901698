"""`patience` counts one epoch less in Keras 2.

`EarlyStopping(patience=p)` and `ReduceLROnPlateau(patience=p)` of Keras 1 acted after p + 1 epochs in a row without
improvement; Keras 2 acts after p (and `EarlyStopping` after one where p is 0, as before). Without a change the
training stops an epoch earlier, with other weights.

Before::

    from keras.callbacks import EarlyStopping, ReduceLROnPlateau
    model.fit(x, y, nb_epoch=20, callbacks=[EarlyStopping(patience=2), ReduceLROnPlateau(patience=p)])

After::

    from keras.callbacks import EarlyStopping, ReduceLROnPlateau
    model.fit(x, y, epochs=20, callbacks=[EarlyStopping(patience=2 + 1), ReduceLROnPlateau(patience=p + 1)])

A value that ends in `+ 1` already is taken to be right. The fix is safe for `EarlyStopping` in a file that is
written for Keras 1. It is unsafe where the file gives no sign of the version, and for `ReduceLROnPlateau`, which in
Keras 1 took p + 1 epochs to the first reduction on a plateau and p to each further one: the fix is right about the
first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Add, ArgumentOp, CallEdit, Finding, Rewrite, Safety, Severity, Value
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.rules.base import Rule

_STOP = "keras.callbacks.EarlyStopping"
_REDUCE = "keras.callbacks.ReduceLROnPlateau"


def check(program: Program) -> Iterator[Finding]:
    """One finding a call, where the file is not Keras 2's."""
    if program.written_for == 2:
        return
    for call in program.calls:
        if call.symbol in (_STOP, _REDUCE) and 2 not in program.call_version(call):
            finding = _call(program, call)
            if finding is not None:
                yield finding


def _call(program: Program, call: KerasCall) -> Finding | None:
    bound = program.bound(call)
    if any(entry.argument.star for entry in bound):
        return None
    argument = next((entry.argument for entry in bound if entry.parameter == "patience"), None)
    op: ArgumentOp
    if argument is not None:
        if _is_done(program, call, argument):
            return None
        op = Value(argument.index, f"{{{argument.index}:p}} + 1")
        span = program.module.span(argument.node if argument.node is not None else argument.value)
        doing = f"write {program.module.source(argument.value)} + 1"
    elif call.symbol == _REDUCE and call.complete and not call.keywords_only:
        op = Add("patience", "10 + 1")
        span = program.module.span(call.node)
        doing = "write the default of 10 as patience=10 + 1"
    else:
        return None
    name = call.symbol.rpartition(".")[2]
    did = "stopped" if call.symbol == _STOP else "reduced the rate"
    assumes = [call.assumes, "" if program.written_for == 1 else "the file is written for Keras 1"]
    if call.symbol == _REDUCE:
        assumes.append("no plateau sees a second reduction")
    assumed = " and ".join(filter(None, assumes))
    rewrite = Rewrite(
        doing,
        Safety.UNSAFE if assumed else Safety.SAFE,
        calls=(CallEdit(program.module.span(call.node), (op,)),),
        assumes=assumed,
    )
    message = (
        f"`{name}` of Keras 1 {did} after patience + 1 epochs without improvement, Keras 2 after patience: {doing}"
    )
    return Finding("KM207", message + (f" (if {assumed})" if assumed else ""), Severity.WARNING, span, rewrite)


def _is_done(program: Program, call: KerasCall, argument: Argument) -> bool:
    """Whether the value ends in ``+ 1`` already, or is a 0 that means the same in both."""
    value = argument.value
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and isinstance(value.right, ast.Constant):
        return value.right.value == 1
    constant = program.values.constant(value, call.scope)
    return call.symbol == _STOP and constant is not None and constant.value == 0


RULE = Rule("KM207", "patience", __doc__, check)

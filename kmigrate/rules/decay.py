"""`decay=` of an optimizer is refused: the rate follows a schedule in Keras 2.

In Keras 1 the rate at step n was lr / (1 + decay · n). Since Keras 2.11 optimizers take no `decay`;
`InverseTimeDecay(lr, 1, decay)` as the learning rate gives the same rate at every step.

Before::

    from keras.optimizers import SGD
    sgd = SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
    adam = SGD(lr=0.1, decay=0.0)

After::

    from keras.optimizers import SGD
    from keras.optimizers.schedules import InverseTimeDecay
    sgd = SGD(learning_rate=InverseTimeDecay(0.01, 1, 1e-6), momentum=0.9, nesterov=True)
    adam = SGD(learning_rate=0.1)

The fix is safe. A `decay` by position is one in Keras 1 only: where the file gives no sign of the Keras it was
written for, the fix is unsafe and assumes Keras 1. It is unsafe too in a file that also sets the rate while it trains
(`LearningRateScheduler`, `ReduceLROnPlateau`, `K.set_value(optimizer.lr, …)`): a rate that is a schedule cannot be
set.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import (
    Add,
    ArgumentOp,
    CallEdit,
    Drop,
    Finding,
    Import,
    Keyword,
    Rewrite,
    Safety,
    Severity,
    Value,
)
from kmigrate.keras_api.model import ByRule
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import Instance
from kmigrate.rules.arguments import is_keras1_call
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import write_anywhere

_CODE = "KM206"
_SETTERS = frozenset({"keras.callbacks.LearningRateScheduler", "keras.callbacks.ReduceLROnPlateau"})


def check(program: Program) -> Iterator[Finding]:
    """One finding a call of an optimizer that gives ``decay``."""
    for call in program.calls:
        row = program.row(call.symbol)
        if row is None or row.params.get("decay") != ByRule(_CODE, "learning_rate"):
            continue
        bound = program.bound(call)
        decay = next((entry.argument for entry in bound if entry.parameter == "decay"), None)
        if decay is not None and (decay.keyword is not None or is_keras1_call(program, call)):
            rate = next((e.argument for e in bound if "learning_rate" in (e.argument.keyword, e.parameter)), None)
            rate = rate or next((entry.argument for entry in bound if entry.parameter == "lr"), None)
            yield _call(program, call, decay, rate)


def _call(program: Program, call: KerasCall, decay: Argument, rate: Argument | None) -> Finding:
    module = program.module
    span = module.span(decay.node if decay.node is not None else decay.value)
    constant = program.values.constant(decay.value, call.scope)
    ops: list[ArgumentOp] = [Drop(decay.index)]
    imports: tuple[Import, ...] = ()
    assumes = [call.assumes]
    if decay.keyword is None:
        # what stands behind it moves to its place, which on the next run would again be read as Keras 1's decay
        ops += [
            Keyword(entry.argument.index, entry.parameter)
            for entry in program.bound(call)
            if entry.parameter is not None and entry.argument.keyword is None and entry.argument.index > decay.index
        ]
        if program.written_for is None and not program.call_version(call):
            assumes.append("the file is written for Keras 1")
    if constant is not None and constant.value in (0, None):
        doing = "drop it, being 0"
    else:
        defaults = dict(keras_api.params(call.symbol))
        has_stars = any(isinstance(a, ast.Starred) for a in call.node.args) or any(
            not k.arg for k in call.node.keywords
        )
        if rate is None and (has_stars or not call.complete or call.keywords_only):
            message = "optimizers take no `decay`: give learning_rate=InverseTimeDecay(lr, 1, decay)"
            return Finding(_CODE, message, Severity.ERROR, span)
        schedule, imports = write_anywhere(program, call.scope, "keras.optimizers.schedules.InverseTimeDecay")
        if rate is None:
            ops.append(Add("learning_rate", f"{schedule}({defaults['lr']}, 1, {{{decay.index}}})"))
        else:
            ops.append(Value(rate.index, f"{schedule}({{{rate.index}}}, 1, {{{decay.index}}})"))
            if rate.keyword is not None:
                ops.append(Keyword(rate.index, "learning_rate"))
        doing = "give the rate as a schedule, InverseTimeDecay"
        if _sets_rate(program):
            assumes.append("nothing sets the rate of this optimizer while it trains")
    assumed = " and ".join(filter(None, assumes))
    rewrite = Rewrite(
        doing,
        Safety.UNSAFE if assumed else Safety.SAFE,
        calls=(CallEdit(module.span(call.node), tuple(ops)),),
        imports=imports,
        assumes=assumed,
    )
    message = f"optimizers take no `decay` since Keras 2.11: {doing}" + (f" (if {assumed})" if assumed else "")
    return Finding(_CODE, message, Severity.ERROR, span, rewrite)


def _sets_rate(program: Program) -> bool:
    """Whether the file has a callback that sets a rate, or reads or sets an optimizer's rate."""
    if any(use.symbol in _SETTERS for use in program.uses):
        return True
    return any(
        node.attr in ("lr", "learning_rate") and _is_optimizer(program, node.value, scope)
        for node, scope in program.module.attributes
    )


def _is_optimizer(program: Program, node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "optimizer":
        return True
    values = program.values.of(node, scope)
    return any(isinstance(value, Instance) and value.symbol.startswith("keras.optimizers.") for value in values)


RULE = Rule(_CODE, "optimizer-decay", __doc__, check)

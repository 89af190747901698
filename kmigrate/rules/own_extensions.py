"""An own initializer, regularizer or optimizer was written for what Keras 1 called.

Keras 1 called an initialization function with `(shape, name=None)` and took the variable that it returned; Keras 2
calls it with `(shape, dtype=…)` and takes values: such a function is wrapped by `kmigrate.compat.initializer`.
Regularizers up to Keras 1.1 had `set_param(p)` or `set_layer(layer)` and added their penalty to the loss that they
got; Keras 2 calls them with the weight (or the output) and takes the penalty itself, as Keras 1.2 did.
`get_updates(params, constraints, loss)` of an optimizer is never called.

Before::

    from keras import backend as K
    from keras.layers import Dense
    def tiny(shape, name=None):
        return K.random_normal_variable(shape, 0, 0.001, name=name)
    layer = Dense(4, init=tiny)

After::

    from keras import backend as K
    from keras.layers import Dense
    from kmigrate.compat import initializer
    def tiny(shape, name=None):
        return K.random_normal_variable(shape, 0, 0.001, name=name)
    layer = Dense(4, kernel_initializer=initializer(tiny))

The fix is safe, except where the images may be channels-first: the function then got the kernel's shape in another
order, and the fix assumes that the order makes no difference to it. Regularizers of Keras 1.2, constraints, and
functions given as loss or metric, are the same in Keras 2 and stay; own regularizers of before and own optimizers are
left to a person.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.config import Target
from kmigrate.findings import CallEdit, Finding, Rewrite, Safety, Severity, Value
from kmigrate.keras_api.model import To
from kmigrate.keras_api.values import INITIALIZER
from kmigrate.program.ordering import may_be_channels_first
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.program.scopes import FunctionNode
from kmigrate.program.values import OwnFunction, Partial
from kmigrate.program.values import Value as Inferred
from kmigrate.rules import initializations
from kmigrate.rules.arguments import is_keras1_call
from kmigrate.rules.base import Rule
from kmigrate.rules.own_classes import Derived, FunctionDef, derived, header_span, methods
from kmigrate.rules.renaming import write_anywhere

_REGULARIZER = "keras.regularizers.Regularizer"
_OPTIMIZER = "keras.optimizers.Optimizer"
_ADAPTER = "kmigrate.compat.initializer"
_IMAGES = ("keras.layers.convolutional.", "keras.layers.local.", "keras.layers.convolutional_recurrent.")


def check(program: Program) -> Iterator[Finding]:
    """Functions given as initializers, then own regularizers and optimizers."""
    for call in program.calls:
        yield from _initializers(program, call)
    for own in derived(program, _REGULARIZER):
        yield from _regularizer(program, own)
    for own in derived(program, _OPTIMIZER):
        yield from _optimizer(program, own)


# --- initializers ----------------------------------------------------------------------------------------------------


@functools.cache
def _initializer_parameters(symbol: str, target: Target) -> dict[str, To]:
    """The parameters of the target that take an initializer, by name."""
    row = keras_api.row(symbol, target)
    return {d.name: d for d in row.params.values() if isinstance(d, To) and d.value is INITIALIZER} if row else {}


def _initializers(program: Program, call: KerasCall) -> Iterator[Finding]:
    row = program.row(call.symbol)
    by_new_name = _initializer_parameters(call.symbol, program.options.target)
    if row is None or not by_new_name:
        return
    for entry in program.bound(call):
        disposition = row.params.get(entry.parameter or "")
        if entry.parameter is None and entry.argument.keyword in by_new_name:
            disposition = by_new_name[entry.argument.keyword]
        if not isinstance(disposition, To) or disposition.value is not INITIALIZER:
            continue
        assumes = [call.assumes] if call.assumes else []
        if entry.argument.keyword is None:
            if not is_keras1_call(program, call):
                continue
            if program.written_for is None and not program.call_version(call):
                assumes.append("the file is written for Keras 1")
        yield from _initializer(program, call, entry.argument, assumes)


def _initializer(program: Program, call: KerasCall, argument: Argument, assumes: list[str]) -> Iterator[Finding]:
    values = program.values.of(argument.value, call.scope)
    verdicts = {_is_keras1_function(value) for value in values}
    if True not in verdicts:
        return
    span = program.module.span(argument.value)
    if isinstance(argument.value, ast.Lambda) and span in _rewritten(program):
        return
    source = program.module.source(argument.value) if not isinstance(argument.value, ast.Lambda) else "lambda"
    if verdicts != {True}:
        assumes.append(f"`{source}` is always a function of Keras 1's kind")
    if call.symbol.startswith(_IMAGES) and may_be_channels_first(program):
        assumes.append(f"the order of the kernel's axes makes no difference to `{source}`")
    text, imports = write_anywhere(program, call.scope, _ADAPTER)
    operand = f"{{{argument.index}}}"
    rewrite = Rewrite(
        f"wrap it by {text}",
        Safety.UNSAFE if assumes else Safety.SAFE,
        calls=(CallEdit(program.module.span(call.node), (Value(argument.index, f"{text}({operand})"),)),),
        imports=imports,
        assumes="; ".join(assumes),
    )
    condition = f" (if {' and '.join(assumes)})" if assumes else ""
    message = (
        f"Keras 2 calls an initializer with (shape, dtype=...), which `{source}` does not take: wrap it{condition}"
    )
    yield Finding("KM144", message, Severity.ERROR, span, rewrite)


def _rewritten(program: Program) -> set[object]:
    """What the rule about Keras's own initialization functions replaces: whole lambdas among it."""
    return {e.span for f in initializations.check(program) if f.rewrite is not None for e in f.rewrite.edits}


def _is_keras1_function(value: Inferred) -> bool | None:
    """Whether ``value`` is a function that cannot take ``dtype``; None where it is not a function of the user's."""
    if isinstance(value, Partial):
        return _is_keras1_function(value.target) if "dtype" not in value.keywords else None
    if not isinstance(value, OwnFunction):
        return None
    return _takes_no_dtype(value.node)


def _takes_no_dtype(node: FunctionNode) -> bool | None:
    arguments = node.args
    names = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    if not names or (not isinstance(node, ast.Lambda) and node.name == "__init__"):
        return None
    return "dtype" not in names and arguments.kwarg is None


# --- regularizers and optimizers -------------------------------------------------------------------------------------


def _regularizer(program: Program, own: Derived) -> Iterator[Finding]:
    defined = methods(own.node)
    for name, what in (("set_param", "the weight"), ("set_layer", "the output of the layer")):
        if name in defined:
            message = (
                f"Keras 2 never calls `{name}` of a regularizer: write __call__(self, x), which is given {what}, and "
                "return the penalty alone"
            )
            yield Finding("KM144", message, Severity.ERROR, header_span(program, defined[name]))
    call = defined.get("__call__")
    if call is not None and _adds_to_loss(call):
        message = (
            "Keras 2 calls a regularizer with the weight or the output, not with the loss, and adds what it returns "
            "to the "
            "loss: return the penalty alone"
        )
        yield Finding("KM144", message, Severity.ERROR, header_span(program, call))


def _adds_to_loss(call: FunctionDef) -> bool:
    """Whether ``__call__`` is of the kind before Keras 1.2, ``(self, loss)``, and adds to it."""
    parameters = [a.arg for a in call.args.args]
    if len(parameters) != 2 or "loss" not in parameters[1]:
        return False
    loss = parameters[1]
    return any(
        (isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == loss)
        or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Add)
            and any(isinstance(side, ast.Name) and side.id == loss for side in (node.left, node.right))
        )
        for node in ast.walk(call)
    )


def _optimizer(program: Program, own: Derived) -> Iterator[Finding]:
    updates = methods(own.node).get("get_updates")
    if updates is None:
        return
    message = (
        f"Keras 2 never calls `get_updates` of `{own.node.name}`, so that it would train by {own.parent}'s own steps: "
        "write build(self, variables), which makes the slots with self.add_variable_from_reference, and "
        "update_step(self, gradient, variable), which assigns. Constraints are applied by Keras itself"
    )
    yield Finding("KM144", message, Severity.ERROR, program.module.span(updates))
    for call in program.calls:
        in_class = program.module.enclosing_class(call.scope) is own.node
        named = any(keyword.arg in ("name", None) for keyword in call.node.keywords)
        if call.symbol == _OPTIMIZER and not call.direct and in_class and not named:
            words = "the constructor of Keras 2's Optimizer needs a name: give it one with the port of get_updates"
            yield Finding("KM144", words, Severity.ERROR, program.module.span(call.node))


RULE = Rule("KM144", "own-extension", __doc__, check)

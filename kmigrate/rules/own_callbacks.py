"""An own callback reads what Keras 2 does not give to callbacks.

`self.params` of a callback holds `epochs`, `steps` and `verbose` on Keras 2; `nb_epoch` is `epochs`, and `nb_sample`,
`batch_size`, `do_validation` and `metrics` are gone (Keras 2.15 and tf_keras, `engine/training.py`). The logs of a
batch no longer hold `size` and `batch`, and `self.validation_data` is always None. `_set_model` and `_set_params`
(Keras 1.0 to 1.1) are `set_model` and `set_params`.

Before::

    from keras.callbacks import Callback
    class Progress(Callback):
        def on_epoch_end(self, epoch, logs={}):
            print('%d of %d' % (epoch + 1, self.params['nb_epoch']))

After::

    from keras.callbacks import Callback
    class Progress(Callback):
        def on_epoch_end(self, epoch, logs={}):
            print('%d of %d' % (epoch + 1, self.params['epochs']))

The fix is safe in classes that derive from a Keras callback. What is gone is left to a person.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Rewrite, Severity, Span
from kmigrate.program.program import Program
from kmigrate.rules.base import Rule
from kmigrate.rules.own_classes import Derived, derived, function_of, methods, name_span, own_receiver, stores

_CALLBACK = "keras.callbacks.Callback"
#: Keras 1.2.2 (engine/training.py, _fit_loop and fit_generator) gave these; Keras 2 gives epochs, steps, verbose.
PARAMS = {"nb_epoch": "epochs"}
GONE_PARAMS = {
    "nb_sample": "callbacks do not know the number of samples; params['steps'] is the batches of an epoch",
    "batch_size": "give the batch size to the callback's constructor",
    "do_validation": "see in on_epoch_end whether logs has keys beginning with val_",
    "metrics": "the keys of logs are the metrics",
}
#: Logs of on_batch_begin and on_batch_end (Keras 1.2.2, engine/training.py).
GONE_LOGS = {
    "size": "give the batch size to the callback's constructor",
    "batch": "it is the first argument of the method",
}
_HOOKS = {"_set_model": "set_model", "_set_params": "set_params"}
_BATCH_METHODS = ("on_batch_begin", "on_batch_end")


def check(program: Program) -> Iterator[Finding]:
    """One finding a place that reads, in classes that derive from a Keras callback."""
    callbacks = {own.node: own for own in derived(program, _CALLBACK)}
    if not callbacks:
        return
    for own in callbacks.values():
        yield from _hooks(program, own)
    for subscript, _ in program.module.subscripts:
        yield from _read(program, callbacks, subscript.value, subscript.slice, subscript.ctx, loud=True)
    for call, _ in program.module.calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "get" and call.args:
            yield from _read(program, callbacks, func.value, call.args[0], ast.Load(), loud=False)
    for node, scope in program.module.attributes:
        if node.attr == "validation_data" and isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
            receiver = own_receiver(program, node, scope)
            if receiver is None or receiver.node not in callbacks or stores(program, receiver, "validation_data"):
                continue
            message = "Keras 2 leaves `validation_data` of a callback None: give the data to the callback's constructor"
            yield Finding("KM145", message, Severity.ERROR, program.module.span(node))


def _hooks(program: Program, own: Derived) -> Iterator[Finding]:
    defined = methods(own.node)
    for old, new in _HOOKS.items():
        if old in defined and new not in defined:
            span = name_span(program, defined[old])
            rewrite = Rewrite(f"rename to {new}", edits=(Edit(span, new),))
            yield Finding(
                "KM145", f"`{old}` is `{new}` in Keras 2, which never calls the old name", Severity.ERROR, span, rewrite
            )


def _read(
    program: Program,
    callbacks: dict[ast.ClassDef, Derived],
    value: ast.expr,
    key: ast.expr,
    context: ast.expr_context,
    *,
    loud: bool,
) -> Iterator[Finding]:
    """``value[key]`` or ``value.get(key)``, where value is the callback's params or logs."""
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or not isinstance(context, ast.Load):
        return
    name = key.value
    function = function_of(program, value)
    if function is None or program.module.parents.get(function) not in callbacks:
        return
    span = program.module.span(key)
    severity = Severity.ERROR if loud else Severity.WARNING
    if isinstance(value, ast.Attribute) and value.attr == "params" and _is_self(value.value, function):
        if name in PARAMS:
            new = PARAMS[name]
            quote = program.module.text[span.end - 1]
            rewrite = Rewrite(f"write {new!r}", edits=(Edit(span, f"{quote}{new}{quote}"),))
            message = f"`params[{name!r}]` of a callback is `params[{new!r}]` in Keras 2"
            yield Finding("KM145", message, Severity.ERROR, span, rewrite)
        elif name in GONE_PARAMS:
            yield _gone(f"`params[{name!r}]` of a callback", GONE_PARAMS[name], span, severity)
    elif isinstance(value, ast.Name) and name in GONE_LOGS and function.name in _BATCH_METHODS:
        arguments = function.args.args
        if len(arguments) > 2 and value.id == arguments[2].arg:
            yield _gone(f"`{value.id}[{name!r}]` of a batch", GONE_LOGS[name], span, severity)


def _is_self(node: ast.expr, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = function.args.args[:1]
    return isinstance(node, ast.Name) and bool(first) and node.id == first[0].arg


def _gone(what: str, advice: str, span: Span, severity: Severity) -> Finding:
    return Finding("KM145", f"{what} is not given by Keras 2: {advice}", severity, span)


RULE = Rule("KM145", "own-callback", __doc__, check)

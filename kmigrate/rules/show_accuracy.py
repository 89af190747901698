"""`show_accuracy=True` and `class_mode=` are Keras 0.x: the accuracy is asked for in `compile`.

Up to Keras 0.3 `fit`, `evaluate` and `train_on_batch` were told to report the accuracy, and `compile` which kind of
classes there are. Since Keras 1.0 `compile(metrics=['accuracy'])` says so once, and the loss says which kind; Keras
2 refuses the old arguments.

Before::

    from keras.models import Sequential
    model = Sequential()
    model.compile(loss='categorical_crossentropy', optimizer='sgd', class_mode='categorical')
    model.fit(X, y, nb_epoch=2, show_accuracy=True)
    score = model.evaluate(X, y, show_accuracy=True)

After::

    from keras.models import Sequential
    model = Sequential()
    model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
    model.fit(X, y, epochs=2)
    score = model.evaluate(X, y)

The fix is safe where the model's `compile` is seen and every `evaluate` of the model asks for the accuracy. It is
unsafe where one does not: that one returns the accuracy too afterwards. Without a `compile` in the file it is left
to a person.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Add, ArgumentOp, CallEdit, Drop, Finding, Rewrite, Safety, Severity
from kmigrate.keras_api.model import ByRule
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.rules.base import Rule

_CODE = "KM112"
#: Methods that return one number without a metric, and several with one.
_RETURN_MORE = ("evaluate", "evaluate_generator", "test_on_batch", "train_on_batch")


def check(program: Program) -> Iterator[Finding]:
    """One finding an argument of the old kind."""
    for call in [*program.calls, *_guessed(program)]:
        row = program.row(call.symbol)
        if row is None:
            continue
        for entry in program.bound(call):
            # On a model that is known, class_mode is dropped as its row says.
            guessed = entry.parameter == "class_mode" and call.node not in program.call_of
            if guessed or row.params.get(entry.parameter or "") == ByRule(_CODE):
                yield _finding(program, call, entry.argument)


def _guessed(program: Program) -> Iterator[KerasCall]:
    """Calls of such methods on something unknown, with a keyword that only Keras 0.x had."""
    if not program.touches_keras:
        return
    known = program.call_of
    for node, scope in program.module.calls:
        if node in known or not isinstance(node.func, ast.Attribute):
            continue
        keywords = {keyword.arg for keyword in node.keywords}
        if keywords & {"show_accuracy", "class_mode"} and program.model_like(node.func.value, scope) is not False:
            symbol = f"keras.models.Sequential.{node.func.attr}"
            assumes = f"`{program.module.source(node.func.value)}` is a Keras model"
            yield KerasCall(node, scope, symbol, False, assumes, direct=False)


def _finding(program: Program, call: KerasCall, argument: Argument) -> Finding:
    module = program.module
    span = module.span(argument.node if argument.node is not None else argument.value)
    name = argument.keyword or module.source(argument.value)
    edits = [CallEdit(module.span(call.node), (Drop(argument.index),))]
    assumes = [call.assumes]
    doing = f"drop `{name}`"
    constant = program.values.constant(argument.value, call.scope)
    if name != "class_mode" and not (constant is not None and not constant.value):
        compiles = [found for found in _methods(program, call) if found.func.attr == "compile"]  # type: ignore[attr-defined]
        if not compiles:
            message = f"Keras 2 has no `{name}`: drop it, and give metrics=['accuracy'] to the model's compile"
            return Finding(_CODE, message, Severity.ERROR, span)
        lacking = [found for found in compiles if not _has_metrics(found)]
        added: tuple[ArgumentOp, ...] = (Add("metrics", "['accuracy']"),)
        edits += [CallEdit(module.span(found), added) for found in lacking]
        if lacking:
            doing += ", and give metrics=['accuracy'] to compile"
            if any(not _asks(found) for found in _methods(program, call) if _returns_more(found)):
                assumes.append("nothing minds that every evaluation returns the accuracy too")
        if constant is None:
            assumes.append(f"`{module.source(argument.value)}` is true")
    assumed = " and ".join(filter(None, assumes))
    safety = Safety.UNSAFE if assumed else Safety.SAFE
    rewrite = Rewrite(doing, safety, calls=tuple(edits), assumes=assumed)
    condition = f" (if {assumed})" if assumed else ""
    return Finding(_CODE, f"Keras 2 has no `{name}`: {doing}{condition}", Severity.ERROR, span, rewrite)


def _methods(program: Program, call: KerasCall) -> list[ast.Call]:
    """The calls of methods on what this call is on: the same name in the same place, or the same attribute of self."""
    receiver = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    if receiver is None:
        return []
    text = ast.unparse(receiver)
    root = text.partition(".")[0]
    home = call.scope.lookup(root)
    found = []
    for node, scope in program.module.calls:
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == text:
            other = scope.lookup(root)
            same = home is not None and other is not None and other[0] is home[0]
            if same or (root == "self" and "." in text):
                found.append(node)
    return found


def _has_metrics(node: ast.Call) -> bool:
    return any(k.arg in ("metrics", None) for k in node.keywords) or len(node.args) > 2


def _returns_more(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _RETURN_MORE


def _asks(node: ast.Call) -> bool:
    return any(keyword.arg in ("show_accuracy", "accuracy") for keyword in node.keywords)


RULE = Rule(_CODE, "show-accuracy", __doc__, check)

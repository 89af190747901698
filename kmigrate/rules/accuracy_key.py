"""The accuracy that is compiled as 'accuracy' is logged as 'accuracy', not as 'acc'.

Keras 1 called it `acc` (and `val_acc`) in the logs whichever way it was asked for; so did Keras 2 up to 2.2. From
Keras 2.3 on the key is what `compile` was given: `metrics=['accuracy']` logs `accuracy` and `val_accuracy`,
`metrics=['acc']` still `acc`. `history['acc']` raises KeyError, and callbacks that monitor `val_acc` only warn, so
that nothing is saved or stopped.

Before::

    from keras.models import Sequential
    from keras.callbacks import ModelCheckpoint
    model = Sequential()
    model.compile('sgd', 'mse', metrics=['accuracy'])
    best = ModelCheckpoint('weights.{epoch:02d}-{val_acc:.2f}.h5', monitor='val_acc')
    history = model.fit(x, y, callbacks=[best], nb_epoch=3)
    print(history.history['acc'])

After::

    from keras.models import Sequential
    from keras.callbacks import ModelCheckpoint
    model = Sequential()
    model.compile('sgd', 'mse', metrics=['accuracy'])
    best = ModelCheckpoint('weights.{epoch:02d}-{val_accuracy:.2f}.h5', monitor='val_accuracy')
    history = model.fit(x, y, callbacks=[best], epochs=3)
    print(history.history['accuracy'])

The fix is safe where every `compile` in the file that asks for the accuracy calls it 'accuracy' and the place is
certainly Keras's. It is unsafe where the file compiles nothing, or the history comes from somewhere unknown.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Rewrite, Safety, Severity
from kmigrate.program.program import Program
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.program.values import Instance, OwnClass
from kmigrate.rules.base import Rule

_KEY = re.compile(r"(?:val_)?(?:\w+_)?acc\Z")
_TEMPLATE = re.compile(r"\{((?:val_)?(?:\w+_)?)acc(?=[:!}])")
_HISTORY = "keras.callbacks.History"
_CALLBACK = "keras.callbacks.Callback"


def check(program: Program) -> Iterator[Finding]:
    """One finding a place that names the key."""
    if "acc" not in program.module.text or not program.touches_keras:
        return
    names = _compiled(program)
    if names == {"acc"}:
        return
    general = ""
    if not names:
        general = "the model is compiled with metrics=['accuracy']"
    elif "acc" in names:
        general = "the model meant is the one compiled with 'accuracy'"
    seen: set[ast.Constant] = set()
    for node, assumes, template in _places(program):
        if node in seen:
            continue
        seen.add(node)
        finding = _finding(program, node, [a for a in (general, assumes) if a], template=template)
        if finding is not None:
            yield finding


def _compiled(program: Program) -> set[str]:
    """Which of 'acc' and 'accuracy' the calls of ``compile`` in the file ask for."""
    found: set[str] = set()
    for node, _ in program.module.calls:
        if not isinstance(node.func, ast.Attribute) or node.func.attr != "compile":
            continue
        for value in [k.value for k in node.keywords if k.arg == "metrics"] + node.args[2:3]:
            found |= {
                n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and n.value in ("acc", "accuracy")
            }
        if any(k.arg == "show_accuracy" for k in node.keywords):
            found.add("accuracy")
    return found


def _places(program: Program) -> Iterator[tuple[ast.Constant, str, bool]]:
    """String literals that are keys of logs (or templates filled in with logs), with what that takes for granted."""
    for subscript, scope in program.module.subscripts:
        if isinstance(subscript.slice, ast.Constant):
            assumes = _logs(program, subscript.value, scope)
            if assumes is not None:
                yield subscript.slice, assumes, False
    for node, scope in program.module.calls:
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr == "get"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            assumes = _logs(program, func.value, scope)
            if assumes is not None:
                yield node.args[0], assumes, False
    for compare, scope in program.module.compares:
        if isinstance(compare.left, ast.Constant) and isinstance(compare.ops[0], (ast.In, ast.NotIn)):
            assumes = _logs(program, compare.comparators[0], scope)
            if assumes is not None:
                yield compare.left, assumes, False
    for call in program.calls:
        if not call.symbol.startswith("keras.callbacks."):
            continue
        for entry in program.bound(call):
            if entry.parameter in ("monitor", "filepath"):
                constant = program.values.constant(entry.argument.value, call.scope)
                if (
                    constant is not None
                    and constant.module is program.module
                    and isinstance(constant.node, ast.Constant)
                ):
                    yield constant.node, call.assumes, entry.parameter == "filepath"


def _logs(program: Program, node: ast.expr, scope: Scope) -> str | None:
    """Whether ``node`` is a dict of logs: "" surely, else the assumption; None: no."""
    if isinstance(node, ast.Attribute) and node.attr == "history":
        values = program.values.of(node.value, scope)
        if values and all(isinstance(v, Instance) and v.symbol == _HISTORY for v in values):
            return ""
        return f"`{ast.unparse(node.value)}` is the History that fit returned"
    if not isinstance(node, ast.Name):
        return None
    if node.id == "logs":
        cls = program.module.enclosing_class(scope)
        base = program.values.keras_base(OwnClass(program.module, cls)) if cls is not None else None
        return "" if base is not None and base.startswith("keras.callbacks.") else None
    found = scope.lookup(node.id)
    if found is not None and len(found[1]) == 1 and isinstance(found[1][0], Assigned) and not found[1][0].path:
        binding = found[1][0]
        if isinstance(binding.value, ast.Attribute) and binding.value.attr == "history":
            return _logs(program, binding.value, binding.scope)
    return None


def _finding(program: Program, node: ast.Constant, assumes: list[str], *, template: bool) -> Finding | None:
    if not isinstance(node.value, str):
        return None
    source = program.module.source(node)
    if template:
        new = _TEMPLATE.sub(r"{\1accuracy", source)
        said = "`acc` in the file name"
    elif _KEY.match(node.value) and source[:-1].endswith(node.value):
        new = f"{source[:-1]}uracy{source[-1]}"
        said = f"{node.value!r}"
    else:
        return None
    if new == source:
        return None
    words = "; ".join(assumes)
    rewrite = Rewrite(
        f"write {new}",
        Safety.UNSAFE if assumes else Safety.SAFE,
        edits=(Edit(program.module.span(node), new),),
        assumes=words,
    )
    message = f"{said}: the accuracy is logged as 'accuracy' when compiled so" + (f" (if {words})" if words else "")
    return Finding("KM204", message, Severity.ERROR, program.module.span(node), rewrite)


RULE = Rule("KM204", "accuracy-key", __doc__, check)

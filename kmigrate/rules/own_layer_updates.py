"""Updates of an own layer's variables are lost, or run at the wrong time.

In Keras 1 a layer listed what training does to its variables: `self.add_update([(variable, value)], x)`, or operations
such as `K.moving_average_update`; they ran with each batch of `fit` and `train_on_batch`, and not in `predict` or
`evaluate`. Keras 2 on TensorFlow 2 ignores pairs without a word, so that the variable keeps its first value; and an
operation runs wherever the layer is called, so that `predict` changes a moving average too.

Before::

    from keras import backend as K
    from keras.layers import Layer
    class Mean(Layer):
        def call(self, x, mask=None):
            self.add_update([(self.mean, K.mean(x))], x)
            return x - self.mean

After::

    from keras import backend as K
    from keras.layers import Layer
    class Mean(Layer):
        def call(self, x, mask=None):
            self.add_update([(self.mean, K.mean(x))])
            return x - self.mean

There is no fix: give `call` a parameter `training=None`, and write
`self.mean.assign(K.in_train_phase(K.mean(x), self.mean, training))`. Nothing is said of an operation under an `if`
that asks for `training`, or in a file that is written for Keras 2.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Finding, Severity
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import Display
from kmigrate.rules.base import Rule

_CODE = "KM147"
_ADD_UPDATE = "keras.engine.topology.Layer.add_update"
_PAIR = (
    "Keras 2 ignores a pair (variable, value) given to add_update, so that the variable keeps its value: call "
    "variable.assign(value), with K.in_train_phase(value, variable, training) for the value where only training is to "
    "change it"
)
_OPERATION = (
    "Keras 1 ran what is given to add_update only while training, Keras 2 runs it whenever the layer is called, in "
    "predict and evaluate too: do it only if training"
)


def check(program: Program) -> Iterator[Finding]:
    """One finding a call of ``add_update`` that does otherwise on Keras 2."""
    for call in program.calls:
        if call.symbol != _ADD_UPDATE:
            continue
        updates = next((entry.argument.value for entry in program.bound(call) if entry.parameter == "updates"), None)
        if updates is None:
            continue
        if any(_is_pair(node) for node in _elements(program, updates, call.scope)):
            message = _PAIR
        elif program.written_for == 2 or _asks_for_training(program, call, updates):
            continue
        else:
            message = _OPERATION
        yield Finding(_CODE, message, Severity.WARNING, program.module.span(call.node))


def _elements(program: Program, node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """What a list of updates holds as far as that is written in the same file, and a single update itself."""
    if isinstance(node, ast.ListComp):
        yield node.elt
    elif isinstance(node, ast.Tuple):
        yield node
    for value in program.values.of(node, scope):
        if isinstance(value, Display) and isinstance(value.node, ast.List) and value.module is program.module:
            yield from value.node.elts
    if isinstance(node, ast.Name):
        home = scope.lookup(node.id)
        for call, where in program.module.calls:
            func = call.func
            if not (isinstance(func, ast.Attribute) and func.attr == "append" and isinstance(func.value, ast.Name)):
                continue
            if func.value.id == node.id and home is not None and (where.lookup(node.id) or (None,))[0] is home[0]:
                yield from call.args


def _is_pair(node: ast.expr) -> bool:
    return isinstance(node, ast.Tuple) and len(node.elts) == 2


def _asks_for_training(program: Program, call: KerasCall, updates: ast.expr) -> bool:
    """Whether the updates depend on the phase, are made by a function that Keras asks, or are none at all."""
    if isinstance(updates, ast.Lambda) or (isinstance(updates, (ast.List, ast.Tuple)) and not updates.elts):
        return True
    if isinstance(updates, ast.Constant) or "in_train_phase" in ast.unparse(updates):
        return True
    node: ast.AST | None = call.node
    while node is not None and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        if isinstance(node, (ast.If, ast.IfExp)) and "training" in ast.unparse(node.test):
            return True
        node = program.module.parents.get(node)
    return False


RULE = Rule(_CODE, "own-layer-updates", __doc__, check)

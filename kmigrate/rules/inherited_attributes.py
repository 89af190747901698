"""An attribute that a Keras layer owns has another name on Keras 2.

Keras 2.0 renamed what layers keep on themselves along with their parameters: `W` is `kernel`, `b` is `bias` (and
`bias`, the flag, is `use_bias`), `output_dim` is `units`, `nb_filter` is `filters`, `W_regularizer` is
`kernel_regularizer`. Classes that derive from a layer and read such an attribute fail, and so does code that reads it
on a layer. Attributes that the class sets itself are its own and stay.

Before::

    from keras import backend as K
    from keras.layers import Dense
    class Scaled(Dense):
        def call(self, x, mask=None):
            return 2 * (K.dot(x, self.W) + self.b) if self.bias else self.output_dim

After::

    from keras import backend as K
    from keras.layers import Dense
    class Scaled(Dense):
        def call(self, x, mask=None):
            return 2 * (K.dot(x, self.kernel) + self.bias) if self.use_bias else self.units

The fix is safe: the object is known to be that layer. A class that derives from `Recurrent`, or from `LSTM`, `GRU` or
`SimpleRNN` and overrides how a step is computed (`step`, `get_constants`, `preprocess_input`, `get_initial_states`,
`build`), has no counterpart: Keras 2 computes a step in a cell. It is reported as a whole.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import Edit, Finding, Rewrite, Severity
from kmigrate.keras_api.attributes import Attribute, attribute_names, attribute_row
from kmigrate.program.program import Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import LAYER, Instance, OwnClass, OwnInstance
from kmigrate.rules.base import Rule
from kmigrate.rules.own_classes import Derived, attribute_span, chain, derived, methods, stores

_RECURRENT = "keras.layers.recurrent.Recurrent"
_CONV_RECURRENT = "keras.layers.convolutional_recurrent.ConvRecurrent2D"
_STEP_METHODS = ("step", "get_constants", "preprocess_input", "get_initial_states", "build")
#: Weights that the parent's own methods read under their new name.
_OWN_WEIGHTS = ("W", "b")


def check(program: Program) -> Iterator[Finding]:
    """Recurrent classes as a whole, then each attribute."""
    cells = list(_cells(program))
    for own, message in cells:
        yield Finding("KM142", message, Severity.ERROR, program.module.span(own.node))
    unportable = {own.node for own, _ in cells}
    names = attribute_names()
    for node, scope in program.module.attributes:
        if node.attr in names:
            yield from _attribute(program, node, scope, unportable)
    for own in derived(program, LAYER):
        if own.node not in unportable:
            yield from _hidden_weights(program, own)


def _cells(program: Program) -> Iterator[tuple[Derived, str]]:
    """Classes whose steps Keras 2 would compute in a cell, with what to say about them."""
    for root in (_RECURRENT, _CONV_RECURRENT):
        for own in derived(program, root):
            defined = {name for cls in chain(program, own.own) for name in methods(cls.node)}
            changed = [name for name in _STEP_METHODS if name in defined]
            if own.base == root or changed:
                why = f"overrides {', '.join(changed)}" if changed else f"derives from {own.parent}, which is gone"
                yield (
                    own,
                    (
                        f"`{own.node.name}` {why}: Keras 2 computes a step in a cell. Write a layer class with "
                        f"state_size, "
                        "build(input_shape) and call(inputs, states), which returns (output, new states), and use "
                        f"keras.layers.RNN({own.node.name}Cell(...)); what get_constants made goes into the cell's call"
                    ),
                )


def _attribute(program: Program, node: ast.Attribute, scope: Scope, unportable: set[ast.ClassDef]) -> Iterator[Finding]:
    value = program.values.only(node.value, scope)
    if isinstance(value, Instance):
        symbol = value.symbol
    elif isinstance(value, OwnInstance):
        base = program.values.keras_base(value.cls)
        if base is None or value.cls.node in unportable or _is_own(program, value.cls, node.attr):
            return
        symbol = base
    else:
        return
    row = attribute_row(symbol, node.attr)
    if row is None or LAYER not in keras_api.mro(symbol):
        return
    if node.attr == "bias" and not _is_flag(program, node):
        return
    yield from _renamed(program, node, row, symbol)


def _is_own(program: Program, cls: OwnClass, name: str) -> bool:
    return bool(stores(program, cls, name)) or any(name in methods(c.node) for c in chain(program, cls))


def _is_flag(program: Program, node: ast.Attribute) -> bool:
    """Whether ``x.bias`` is used as the truth value that it was in Keras 1; in Keras 2 it is the variable."""
    parents = program.module.parents
    above = parents.get(node)
    if isinstance(above, (ast.If, ast.IfExp, ast.While)):
        return above.test is node
    if isinstance(above, ast.BoolOp) or (isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Not)):
        return True
    if isinstance(above, ast.keyword):
        return above.arg in ("bias", "use_bias")
    if isinstance(above, ast.Dict):
        keys = [k for k, v in zip(above.keys, above.values, strict=True) if v is node]
        return any(isinstance(k, ast.Constant) and k.value in ("bias", "use_bias") for k in keys)
    return False


def _renamed(program: Program, node: ast.Attribute, row: Attribute, symbol: str) -> Iterator[Finding]:
    span = attribute_span(program, node)
    source = program.module.source(node)
    layer = symbol.rpartition(".")[2]
    if not row.new:
        yield Finding("KM142", f"`{source}` of {layer}: {row.note}", Severity.ERROR, program.module.span(node))
        return
    message = f"`{source}` of {layer} is `{row.new}` in Keras 2"
    if isinstance(node.ctx, ast.Load):
        yield Finding("KM142", message, Severity.ERROR, span, Rewrite(f"write {row.new}", edits=(Edit(span, row.new),)))
        return
    above = program.module.parents.get(node)
    if isinstance(node.ctx, ast.Del) and isinstance(above, ast.Delete) and len(above.targets) == 1:
        # Keras 2 reads the attribute again after build(), so that it has to be there.
        text = f"{program.module.source(node.value)}.{row.new} = None"
        edit = Edit(program.module.span(above), text)
        yield Finding("KM142", message, Severity.ERROR, span, Rewrite(f"write {text}", edits=(edit,)))
        return
    yield Finding("KM142", message, Severity.ERROR, span)


def _hidden_weights(program: Program, own: Derived) -> Iterator[Finding]:
    """A class that makes the parent's weights under their old names and leaves it to the parent to use them."""
    defined = methods(own.node)
    if "build" not in defined or any("call" in methods(cls.node) for cls in chain(program, own.own)):
        return
    for name in _OWN_WEIGHTS:
        row = attribute_row(own.base, name)
        if row is None or not row.new:
            continue
        for target, assigned in program.module.attribute_stores.get(name, ()):
            if program.module.enclosing_class(assigned.scope) is own.node and isinstance(target.value, ast.Name):
                message = (
                    f"`{own.node.name}` makes `{name}`, but {own.parent}.call of Keras 2, which it inherits, reads "
                    f"`{row.new}`: give the weight that name"
                )
                yield Finding("KM142", message, Severity.ERROR, attribute_span(program, target))


RULE = Rule("KM142", "inherited-attribute", __doc__, check)

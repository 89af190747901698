"""An own layer makes or declares its weights as Keras 1 had it.

In Keras 1 a layer made variables in `build`, by `self.init(shape, name=…)` or `K.variable`, and listed them itself:
`self.trainable_weights = [self.W, self.b]`. In Keras 2 an initializer returns values and not a variable,
`trainable_weights` is read-only (setting it raises AttributeError), and reading it gives a new list each time, so
that `append` does nothing. This rule makes the variables with `add_weight` and keeps the list, with its order, in
`_trainable_weights`, which Keras 2.15 and tf_keras read as Keras 1 did. `name` is set through `_name` in the same
way. `InputSpec(ndim='2+')` is `min_ndim=2`.

Before::

    from keras import initializations
    from keras.layers import Layer
    class Scale(Layer):
        def __init__(self, init='one', **kwargs):
            self.init = initializations.get(init)
            super(Scale, self).__init__(**kwargs)
        def build(self, input_shape):
            self.W = self.init((input_shape[1],), name='W')
            self.trainable_weights = [self.W]
        def call(self, x, mask=None):
            return x * self.W

After::

    from keras import initializers
    from keras.layers import Layer
    class Scale(Layer):
        def __init__(self, init='one', **kwargs):
            self.init = initializers.get(init)
            super(Scale, self).__init__(**kwargs)
        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[1],), name='W', initializer=self.init)
            self._trainable_weights = [self.W]
        def call(self, x, mask=None):
            return x * self.W

Where several weights are drawn from one `self.init`, each is given an initializer of its own: an initializer object
of Keras 2.11 and later gives the same numbers each time, so that the weights would start equal and could not learn to
differ.

The fix is safe in classes that derive from a Keras layer, except that sharing: it assumes that the initializer is an
object. What has no such counterpart is left to a person: `regularizers` and `constraints` of a layer (Keras 2 ignores
the first, and a variable cannot be a key of the second), weights that are not to be trained, an initializer called
with a scale or outside `build`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import (
    Add,
    ArgumentOp,
    CallEdit,
    Callee,
    Edit,
    Finding,
    Keyword,
    Rewrite,
    Safety,
    Severity,
    Span,
    Value,
)
from kmigrate.keras_api.attributes import attribute_row
from kmigrate.program.program import Program, arguments_of
from kmigrate.program.scopes import Scope
from kmigrate.program.values import LAYER, Const
from kmigrate.rules.base import Rule
from kmigrate.rules.own_classes import (
    Derived,
    attribute_span,
    derived,
    function_of,
    made_by,
    methods,
    new_spelling,
    own_receiver,
    stores,
)

_CONTAINER = "keras.engine.topology.Container"
_INPUT_SPEC = "keras.engine.topology.InputSpec"
#: What gives an initializer: Keras 1's function, and Keras 2's in a file that is partly upgraded.
INITIALIZERS = frozenset({"keras.initializations.get", "keras.initializers.get"})
#: What gives the same numbers anyway.
_CONSTANT = ("zero", "zeros", "one", "ones", "identity")
_MUTATORS = frozenset({"append", "extend", "insert", "remove", "pop"})

#: Attributes that a Keras 1 layer could set, and that are properties without a setter in Keras 2 (base_layer.py), with
#: what to do. ``name`` and ``trainable_weights`` are rewritten.
READ_ONLY = {
    "non_trainable_weights": "make the weights with self.add_weight(..., trainable=False)",
    "losses": "call self.add_loss(...) in call()",
    "updates": "run K.update(variable, value) in call()",
    "weights": "weights made by self.add_weight are found",
    "input": "give it another name",
    "output": "give it another name",
    "input_mask": "give it another name",
    "input_shape": "give it another name; Keras 2 sets it when the layer is called",
    "output_shape": "define compute_output_shape(self, input_shape)",
    "inbound_nodes": "Keras 2 links layers itself: call the layer",
    "outbound_nodes": "Keras 2 links layers itself: call the layer",
    "dtype": "give dtype= to the constructor of the base class",
    "dynamic": "give it another name",
    "metrics": "give it another name",
    "variables": "give it another name",
    "submodules": "give it another name",
}
_NO_REGULARIZERS = (
    "Keras 2 ignores the `regularizers` of a layer, so that it would train without them: give regularizer= to "
    "self.add_weight, or activity_regularizer= to the constructor of the base class"
)
_NO_CONSTRAINTS = (
    "Keras 2 ignores the `constraints` of a layer, and a variable cannot be the key of a dictionary: give constraint= "
    "to "
    "self.add_weight"
)


def check(program: Program) -> Iterator[Finding]:
    """Attributes that own layers set, calls of their initializers, and their input specifications."""
    layers = {own.node: own for own in derived(program, LAYER) if _CONTAINER not in keras_api.mro(own.base)}
    if layers:
        for node, scope in program.module.attributes:
            own = _layer(program, node, scope, layers)
            if own is not None:
                yield from _attribute(program, own, node)
        yield from _initializers(program, layers)
    for keras_call in program.calls:
        if keras_call.symbol == _INPUT_SPEC:
            yield from _input_spec(program, keras_call.node)


def _layer(program: Program, node: ast.Attribute, scope: Scope, layers: dict[ast.ClassDef, Derived]) -> Derived | None:
    """The own layer that ``self`` in ``self.attribute`` is."""
    if not isinstance(node.value, ast.Name):
        return None
    own = own_receiver(program, node, scope)
    return layers.get(own.node) if own is not None and own.module is program.module else None


def _attribute(program: Program, own: Derived, node: ast.Attribute) -> Iterator[Finding]:
    name = node.attr
    if name in ("trainable_weights", "name", "non_trainable_weights") or name in READ_ONLY:
        if name in methods(own.node) or name in program.module.scopes[own.node].bindings:
            return
        if isinstance(node.ctx, ast.Store) or _is_mutated(program, node):
            yield from _read_only(program, node)
    elif name == "regularizers" and _adds_something(program, node):
        yield Finding("KM141", _NO_REGULARIZERS, Severity.WARNING, _statement_span(program, node))
    elif name == "constraints" and _adds_something(program, node):
        yield Finding("KM141", _NO_CONSTRAINTS, Severity.ERROR, _statement_span(program, node))


def _read_only(program: Program, node: ast.Attribute) -> Iterator[Finding]:
    span = attribute_span(program, node)
    name = node.attr
    receiver = program.module.source(node.value)
    if name == "trainable_weights":
        if _is_before_base_init(program, node):
            message = (
                f"`{receiver}.trainable_weights` is read-only in Keras 2, and the constructor of the base class "
                f"empties the "
                "list of weights: make the weights after it, or in build()"
            )
            yield Finding("KM141", message, Severity.ERROR, span)
            return
        rewrite = Rewrite("keep the list in _trainable_weights", edits=(Edit(span, "_trainable_weights"),))
        message = f"`{receiver}.trainable_weights` is read-only in Keras 2: the list of weights is `_trainable_weights`"
        yield Finding("KM141", message, Severity.ERROR, span, rewrite)
    elif name == "name":
        if isinstance(node.ctx, ast.Store):
            rewrite = Rewrite("set _name", edits=(Edit(span, "_name"),))
            message = f"`{receiver}.name` is read-only in Keras 2: set `_name`"
            yield Finding("KM141", message, Severity.ERROR, span, rewrite)
    else:
        changed = "is read-only" if isinstance(node.ctx, ast.Store) else "is made anew each time it is read"
        message = f"`{receiver}.{name}` {changed} in Keras 2: {READ_ONLY[name]}"
        yield Finding("KM141", message, Severity.ERROR, _statement_span(program, node))


def _is_mutated(program: Program, node: ast.Attribute) -> bool:
    """``self.x.append(…)`` and its like."""
    above = program.module.parents.get(node)
    if not isinstance(above, ast.Attribute) or above.attr not in _MUTATORS:
        return False
    call = program.module.parents.get(above)
    return isinstance(call, ast.Call) and call.func is above


def _adds_something(program: Program, node: ast.Attribute) -> bool:
    """Whether the statement puts something into the attribute, other than an empty list or dict."""
    parents = program.module.parents
    above = parents.get(node)
    if isinstance(node.ctx, ast.Store):
        if isinstance(above, ast.Assign):
            return not (
                (isinstance(above.value, (ast.List, ast.Tuple)) and not above.value.elts)
                or (isinstance(above.value, ast.Dict) and not above.value.keys)
            )
        return isinstance(above, ast.AugAssign)
    if isinstance(above, ast.Subscript):
        return isinstance(above.ctx, ast.Store)
    return _is_mutated(program, node)


def _statement_span(program: Program, node: ast.AST) -> Span:
    """The statement around ``node``."""
    current = node
    while not isinstance(current, ast.stmt):
        current = program.module.parents[current]
    return program.module.span(current)


def _is_before_base_init(program: Program, node: ast.AST) -> bool:
    """Whether ``node`` stands in ``__init__`` before the call of the base class's constructor."""
    function = function_of(program, node)
    if function is None or function.name != "__init__":
        return False
    where = program.module.span(node).start
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "__init__"
        and program.module.span(call).start > where
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
    )


# --- initializers that are called ------------------------------------------------------------------------------------


def is_initializer(program: Program, own: Derived, attribute: str) -> bool:
    """Whether ``self.attribute`` is an initializer: made by ``initializations.get``, or a Keras base class's own."""
    if made_by(program, own.own, attribute, INITIALIZERS):
        return True
    if stores(program, own.own, attribute):
        return False
    row = attribute_row(own.base, attribute)
    return attribute.endswith("_initializer") or (row is not None and row.new.endswith("_initializer"))


def _initializers(program: Program, layers: dict[ast.ClassDef, Derived]) -> Iterator[Finding]:
    """Calls of initializers, and initializers that several weights share, in source order."""
    used: set[tuple[ast.ClassDef, str]] = set()
    for call, scope in program.module.calls:
        func = call.func
        own = _layer(program, func, scope, layers) if isinstance(func, ast.Attribute) else None
        if own is None or not isinstance(func, ast.Attribute):
            continue
        if func.attr == "add_weight":
            for argument in arguments_of(call):
                value = argument.value
                if argument.keyword != "initializer" and (argument.keyword is not None or argument.index != 1):
                    continue
                if isinstance(value, ast.Attribute) and _layer(program, value, scope, layers) is own:
                    key = (own.node, _new_name(program, value, scope))
                    if _is_shared(program, own, value.attr, call, key in used):
                        yield _shared(program, call, argument.index, value, scope)
                    used.add(key)
        elif _is_initializer_call(program, own, call, func):
            key = (own.node, _new_name(program, func, scope))
            shared = _is_shared(program, own, func.attr, call, key in used)
            used.add(key)
            yield _initializer_call(program, own, call, func, scope, shared=shared)


def _new_name(program: Program, node: ast.Attribute, scope: Scope) -> str:
    """The attribute's name on Keras 2: an initializer may stand under both names in a file that is partly upgraded."""
    return new_spelling(program, node, scope).rpartition(".")[2]


def _is_initializer_call(program: Program, own: Derived, call: ast.Call, func: ast.Attribute) -> bool:
    if not call.args and not any(k.arg == "shape" for k in call.keywords):
        return False
    if any(k.arg == "dtype" for k in call.keywords) or isinstance(program.module.parents.get(call), ast.Call):
        return False
    return is_initializer(program, own, func.attr)


def _is_shared(program: Program, own: Derived, attribute: str, call: ast.Call, again: bool) -> bool:
    """Whether more than one weight is drawn from ``self.attribute``, which then would all hold the same numbers."""
    if not is_initializer(program, own, attribute) or not (again or _is_repeated(program, call)):
        return False
    for _, assigned in stores(program, own.own, attribute):
        if assigned is None or not isinstance(assigned.value, ast.Call) or not assigned.value.args:
            return True
        values = program.values.of(assigned.value.args[0], assigned.scope)
        if not all(isinstance(value, Const) and value.value in _CONSTANT for value in values):
            return True
    return not stores(program, own.own, attribute)


def _is_repeated(program: Program, node: ast.AST) -> bool:
    """Whether ``node`` stands in a loop."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, (ast.FunctionDef, ast.ClassDef)):
        if isinstance(current, (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.DictComp)):
            return True
        current = program.module.parents.get(current)
    return False


def _fresh(text: str) -> str:
    return f"type({text}).from_config({text}.get_config())"


def _shared(program: Program, call: ast.Call, index: int, value: ast.Attribute, scope: Scope) -> Finding:
    text = new_spelling(program, value, scope)
    assumes = f"`{text}` is an object of keras.initializers"
    rewrite = Rewrite(
        "give each weight an initializer of its own",
        Safety.UNSAFE,
        calls=(CallEdit(program.module.span(call), (Value(index, _fresh(text)),)),),
        assumes=assumes,
    )
    message = (
        f"several weights share the initializer `{program.module.source(value)}`: an initializer object of Keras 2 "
        f"gives the same numbers each time, so that they would start equal: give each its own (if {assumes})"
    )
    return Finding("KM141", message, Severity.WARNING, program.module.span(value), rewrite)


def _initializer_call(
    program: Program, own: Derived, call: ast.Call, func: ast.Attribute, scope: Scope, *, shared: bool
) -> Finding:
    span = program.module.span(call)
    source = program.module.source(func)
    base = f"`{source}(…)` returns values in Keras 2, in Keras 1 a variable"
    function = function_of(program, call)
    others = [k.arg for k in call.keywords if k.arg not in ("shape", "name")] + call.args[1:]
    if others:
        message = (
            f"{base}, and takes nothing but the shape and dtype: give a scale where the initializer is made "
            "(RandomUniform(-scale, scale), RandomNormal(0, scale)), and make the weight by self.add_weight"
        )
        return Finding("KM141", message, Severity.ERROR, span)
    if function is None or function.name != "build":
        message = f"{base}: make the weight by self.add_weight in build(), or by K.variable({source}(shape))"
        return Finding("KM141", message, Severity.ERROR, span)
    text = new_spelling(program, func, scope)
    ops: list[ArgumentOp] = [Callee(f"{program.module.source(func.value)}.add_weight")]
    ops += [Keyword(a.index, "shape") for a in arguments_of(call) if a.keyword is None]
    ops.append(Add("initializer", _fresh(text) if shared else text))
    assumes: list[str] = []
    if not any(stores(program, own.own, name) for name in ("trainable_weights", "_trainable_weights")):
        assumes.append("the weight is to be trained")
    if shared:
        base += ", and the same numbers each time it is asked, so that it would make equal weights"
        assumes.append(f"`{text}` is an object of keras.initializers")
    rewrite = Rewrite(
        "make the weight by add_weight",
        Safety.UNSAFE if assumes else Safety.SAFE,
        calls=(CallEdit(span, tuple(ops)),),
        assumes="; ".join(assumes),
    )
    condition = f" (if {' and '.join(assumes)})" if assumes else ""
    return Finding("KM141", f"{base}: make the weight by self.add_weight{condition}", Severity.ERROR, span, rewrite)


def _input_spec(program: Program, call: ast.Call) -> Iterator[Finding]:
    for argument in arguments_of(call):
        value = argument.value
        if argument.keyword != "ndim" or not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            continue
        if not value.value.endswith("+") or not value.value[:-1].isdigit():
            continue
        least = value.value[:-1]
        span = program.module.span(call)
        ops = (Keyword(argument.index, "min_ndim"), Value(argument.index, least))
        rewrite = Rewrite(f"write min_ndim={least}", calls=(CallEdit(span, ops),))
        message = f"`InputSpec(ndim='{least}+')` matches nothing in Keras 2: it is min_ndim={least}"
        yield Finding("KM141", message, Severity.ERROR, span, rewrite)


RULE = Rule("KM141", "own-layer-weights", __doc__, check)

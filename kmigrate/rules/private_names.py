"""A private name of Keras 1, or a way into its insides, is gone.

Tensors have no `_keras_shape` (`K.int_shape(x)` gives it), the backend no `_EPSILON` and `_FLOATX` (`K.epsilon()`,
`K.floatx()`). `model.layers` is a new list each time it is read, so that `model.layers.pop()` removes nothing. Other
insides of models, layers and tensors (`container_nodes`, `uses_learning_phase`, `_make_predict_function`, …) have no
counterpart.

Before::

    from keras import backend as K
    from keras.layers import Input
    x = Input((3,))
    n = x._keras_shape[-1] + K._EPSILON

After::

    from keras import backend as K
    from keras.layers import Input
    x = Input((3,))
    n = K.int_shape(x)[-1] + K.epsilon()

The fix is safe: the names can only be Keras's. `hasattr(x, '_keras_shape')` asks whether `x` is a tensor that Keras
made; the fix asks for `_keras_history` and is unsafe, because Keras 1 gave placeholders the one without the other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Import, Rewrite, Safety, Severity, Span
from kmigrate.keras_api.model import How
from kmigrate.program.program import Program
from kmigrate.program.scopes import ImportAlias, Scope
from kmigrate.program.values import LAYER, Instance, keras_path
from kmigrate.rules.base import Rule
from kmigrate.rules.own_classes import derived, own_receiver, stores
from kmigrate.rules.renaming import is_free, write_instead

#: Attributes that only Keras 1 had (engine/topology.py, engine/training.py), whatever they are read on, and what to do.
GONE = {
    "_uses_learning_phase": "Keras 2 does not mark tensors: training= of call() tells the phase",
    "uses_learning_phase": "Keras 2 passes training= to call(); K.function has no use for K.learning_phase()",
    "container_nodes": "Keras 2 has the private _network_nodes; model.layers and layer.output reach the same",
    "nodes_by_depth": "Keras 2 has the private _nodes_by_depth; model.layers and layer.output reach the same",
    "layers_by_depth": "model.layers is in the order in which layers are computed",
    "flattened_layers": "it is model.layers, whose models have layers of their own",
    "internal_input_shapes": "K.int_shape of each of model.inputs",
    "internal_output_shapes": "K.int_shape of each of model.outputs",
    "input_layers_node_indices": "private in Keras 1 already; model.inputs are the tensors",
    "output_layers_node_indices": "private in Keras 1 already; model.outputs are the tensors",
    "run_internal_graph": "call the model on the tensors: model(inputs)",
    "metrics_tensors": "Keras 2 has model.metrics, objects, and returns their values from train_on_batch",
    "_collected_trainable_weights": "compile the model again after changing `trainable`",
    "_make_train_function": "leave the call out: Keras 2 makes its functions when they are needed",
    "_make_test_function": "leave the call out: Keras 2 makes its functions when they are needed",
    "_make_predict_function": "leave the call out: Keras 2 makes its functions when they are needed",
}
#: The same for names that other objects may have too: only on what is known to be a model.
_GONE_FROM_MODELS = {
    "input_layers": "[layer for layer in model.layers if isinstance(layer, InputLayer)]",
    "output_layers": "private in Keras 1 already; model.outputs are the tensors",
}
#: What layers of Keras 0.x (core.py, Layer) called on themselves: only in classes that derive from a Keras layer.
_GONE_FROM_LAYERS = {
    "get_input": "Keras 2 gives the input to call(self, x)",
    "get_input_mask": "Keras 2 gives the mask to call(self, x, mask=None)",
    "previous": "a layer does not know the one before it: call(self, x) gets what that gave",
    "set_previous": "call the layer on the output of the one before it",
    "nb_input": "call(self, x) gets a list where there are several inputs",
}
_READ_ONLY = ("trainable_weights", "non_trainable_weights")


def check(program: Program) -> Iterator[Finding]:
    """Attributes, strings in ``hasattr``, changes of ``model.layers``, and private names of the backend."""
    if not program.touches_keras:
        return
    own_layers = {own.node for own in derived(program, LAYER)}
    for node, scope in program.module.attributes:
        if node.attr == "_keras_shape":
            yield from _keras_shape(program, node, scope)
        elif node.attr in GONE:
            yield from _gone(program, node, scope)
        elif node.attr in _GONE_FROM_MODELS and program.model_like(node.value, scope):
            message = f"`{node.attr}` of Keras 1 is gone: {_GONE_FROM_MODELS[node.attr]}"
            yield Finding("KM146", message, Severity.ERROR, program.module.span(node))
        elif node.attr in _GONE_FROM_LAYERS and isinstance(node.ctx, ast.Load):
            receiver = own_receiver(program, node, scope)
            if receiver is not None and receiver.node in own_layers and not stores(program, receiver, node.attr):
                message = f"`{node.attr}` of Keras 0.x is gone: {_GONE_FROM_LAYERS[node.attr]}"
                yield Finding("KM146", message, Severity.ERROR, program.module.span(node))
        elif node.attr == "name" and isinstance(node.ctx, ast.Store):
            yield from _name(program, node, scope)
        elif node.attr in _READ_ONLY and isinstance(node.ctx, ast.Store):
            yield from _read_only(program, node, scope, own_layers)
    for string, _ in program.module.strings:
        if string.value == "_keras_shape":
            yield from _asked(program, string)
    for call, scope in program.module.calls:
        yield from _layers_pop(program, call, scope)
    yield from _backend_names(program)


def _keras_shape(program: Program, node: ast.Attribute, scope: Scope) -> Iterator[Finding]:
    span = program.module.span(node)
    if not isinstance(node.ctx, ast.Load):
        message = (
            "`_keras_shape` means nothing to Keras 2, which infers the shape of tensors itself: leave the statement out"
        )
        yield Finding("KM146", message, Severity.WARNING, span)
        return
    backend, imports = _backend(program, scope)
    # Two edits around the expression, so that what is inside it can be rewritten too.
    inner = program.module.span(node.value)
    edits = (Edit(Span(span.start, span.start), f"{backend}.int_shape("), Edit(Span(inner.end, span.end), ")"))
    if program.module.text[span.start : inner.start].strip():
        edits = (Edit(Span(span.start, inner.start), f"{backend}.int_shape("), edits[1])
    rewrite = Rewrite(f"ask {backend}.int_shape", edits=edits, imports=imports)
    yield Finding("KM146", "Keras 2 has no `_keras_shape`: it is `K.int_shape(x)`", Severity.ERROR, span, rewrite)


def _backend(program: Program, scope: Scope) -> tuple[str, tuple[Import, ...]]:
    """The name of ``keras.backend`` in the file, or a new one with its import."""
    for alias in program.keras_imports:
        if keras_path(alias.path) == "keras.backend" and alias.name != "*":
            found = scope.lookup(alias.name)
            if found is not None and all(isinstance(b, ImportAlias) for b in found[1]):
                return alias.name, ()
    name = "K" if is_free(program, "K", scope, "keras") else "keras_backend"
    return name, (Import("keras", "backend", name),)


def _gone(program: Program, node: ast.Attribute, scope: Scope) -> Iterator[Finding]:
    if not isinstance(node.ctx, ast.Load):
        return
    receiver = own_receiver(program, node, scope)
    if receiver is not None and (
        program.values.keras_base(receiver) is None or node.attr in receiver.module.attribute_stores
    ):
        return
    message = f"`{node.attr}` of Keras 1 is gone: {GONE[node.attr]}"
    yield Finding("KM146", message, Severity.ERROR, program.module.span(node))


def _read_only(program: Program, node: ast.Attribute, scope: Scope, own_layers: set[ast.ClassDef]) -> Iterator[Finding]:
    receiver = own_receiver(program, node, scope)
    if receiver is not None and (receiver.node in own_layers or program.values.keras_base(receiver) is None):
        return
    source = program.module.source(node)
    message = f"`{source}` is read-only in Keras 2: set `trainable` of the layers, then compile the model"
    yield Finding("KM146", message, Severity.ERROR, program.module.span(node))


def _name(program: Program, node: ast.Attribute, scope: Scope) -> Iterator[Finding]:
    """``model.name = …``: a property without a setter on tf_keras, which keeps the name in ``_name``."""
    values = program.values.of(node.value, scope)
    if values and all(isinstance(value, Instance) and program.values.is_layer(value) for value in values):
        span = program.module.span(node)
        edit = Edit(Span(span.end - len("name"), span.end), "_name")
        message = "the name of a layer or model cannot be set in Keras 2: it is kept in `_name`"
        yield Finding("KM146", message, Severity.ERROR, span, Rewrite("write `_name`", edits=(edit,)))


def _asked(program: Program, string: ast.Constant) -> Iterator[Finding]:
    above = program.module.parents.get(string)
    if not (
        isinstance(above, ast.Call) and isinstance(above.func, ast.Name) and above.func.id in ("hasattr", "getattr")
    ):
        return
    span = program.module.span(string)
    rewrite = None
    if above.func.id == "hasattr":
        quote = program.module.text[span.end - 1]
        edit = Edit(span, f"{quote}_keras_history{quote}")
        assumes = "the question is whether Keras made the tensor"
        rewrite = Rewrite("ask for _keras_history", Safety.UNSAFE, edits=(edit,), assumes=assumes)
    yield Finding("KM146", "no tensor of Keras 2 has `_keras_shape`", Severity.ERROR, span, rewrite)


def _layers_pop(program: Program, call: ast.Call, scope: Scope) -> Iterator[Finding]:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in ("pop", "append", "insert", "remove", "extend"):
        return
    layers = func.value
    if not isinstance(layers, ast.Attribute) or layers.attr != "layers":
        return
    is_model = program.model_like(layers.value, scope)
    if is_model is False or (is_model is None and func.attr != "pop"):
        return
    source = program.module.source(layers.value)
    message = (
        f"`{source}.layers` is a new list each time it is read in Keras 2, so that this changes nothing: for a "
        f"Sequential call "
        f"`{source}.pop()` or `{source}.add(...)`, else make a new Model up to the output that is wanted, "
        f"Model(inputs={source}.inputs, outputs={source}.layers[-2].output)"
    )
    yield Finding("KM146", message, Severity.ERROR if is_model else Severity.WARNING, program.module.span(call))


def _backend_names(program: Program) -> Iterator[Finding]:
    for use in program.uses:
        row = program.row(use.symbol) if use.symbol else None
        if row is None or row.how is not How.RULE or row.rule != RULE.code or row.to is None:
            continue
        text, imports = write_instead(program, use, row.to)
        span = program.module.span(use.node)
        message = f"`{program.module.source(use.node)}` is `{text}()` in Keras 2"
        if not isinstance(use.node.ctx, ast.Load):
            yield Finding("KM146", f"{message}, and is set by a function: {row.note}", Severity.ERROR, span)
            continue
        rewrite = Rewrite(f"call {text}()", edits=(Edit(span, f"{text}()"),), imports=imports)
        yield Finding("KM146", message, Severity.ERROR, span, rewrite)


RULE = Rule("KM146", "private-name", __doc__, check)

"""An own layer, or code that calls one, uses a method name of Keras 1.

Keras 2.0 renamed `get_output_shape_for` of layers to `compute_output_shape`. A layer that still defines the old name
is never asked: a model built from it may get a wrong static shape, and callers of the old name fail. The definition
in classes that derive from a Keras layer and every caller are renamed together. `call(self, x, mask=None)` and
`build(self, input_shape)` stay as they are: Keras 2 passes the mask by name, and marks a layer as built by itself.

Before::

    from keras.engine.topology import Layer
    class Scale(Layer):
        def call(self, x, mask=None):
            return 2 * x
        def get_output_shape_for(self, input_shape):
            return input_shape
    shape = Scale().get_output_shape_for((None, 3))

After::

    from keras.layers import Layer
    class Scale(Layer):
        def call(self, x, mask=None):
            return 2 * x
        def compute_output_shape(self, input_shape):
            return input_shape
    shape = Scale().compute_output_shape((None, 3))

The fix is safe where the class is known to derive from a Keras layer, and unsafe where its base, or the object that
is asked, comes from code that is not read. Classes that have nothing to do with Keras keep their method. Layers of
Keras 0.x, which define `get_output(train)` in place of `call`, are left to a person.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import Edit, Finding, Rewrite, Safety, Severity, Span
from kmigrate.program.program import Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import LAYER, Instance, OwnClass, OwnInstance, Ref, Super, Value
from kmigrate.rules.base import Rule
from kmigrate.rules.own_classes import attribute_span, has_unknown_base, header_span, methods, name_span

_OLD, _NEW = "get_output_shape_for", "compute_output_shape"


def check(program: Program) -> Iterator[Finding]:
    """Definitions first, then callers, then the name as a string."""
    if not program.touches_keras or "get_output" not in program.module.text:
        return
    for node, _ in program.module.classes:
        yield from _definitions(program, node)
    for attribute, scope in program.module.attributes:
        if attribute.attr == _OLD and isinstance(attribute.ctx, ast.Load):
            yield from _caller(program, attribute, scope)
    for string, _ in program.module.strings:
        if string.value == _OLD and _is_looked_up(program, string):
            span = program.module.span(string)
            quote = program.module.text[span.end - 1]
            yield _finding(span, Edit(span, f"{quote}{_NEW}{quote}"), "the object is a Keras layer")


def _definitions(program: Program, node: ast.ClassDef) -> Iterator[Finding]:
    verdict = _is_layer_class(program, OwnClass(program.module, node))
    if verdict is False:
        return
    own = methods(node)
    if _OLD in own and _NEW not in own:
        span = name_span(program, own[_OLD])
        assumes = "" if verdict else f"`{node.name}` derives from a Keras layer"
        yield _finding(span, Edit(span, _NEW), assumes)
    if verdict and "get_output" in own and "call" not in own:
        message = (
            f"`{node.name}.get_output(train)` is a layer of Keras 0.x, which Keras 2 never calls: define "
            "call(self, x, mask=None), which gets the input and returns the output, and compute_output_shape(self, "
            "input_shape)"
        )
        yield Finding("KM140", message, Severity.ERROR, header_span(program, own["get_output"]))


def _is_layer_class(program: Program, own: OwnClass) -> bool | None:
    base = program.values.keras_base(own)
    if base is not None:
        return LAYER in keras_api.mro(base)
    return None if own.module is program.module and has_unknown_base(program, own.node) else False


def _caller(program: Program, node: ast.Attribute, scope: Scope) -> Iterator[Finding]:
    verdicts = {_is_layer(program, value) for value in program.values.of(node.value, scope)}
    if verdicts == {False}:
        return
    source = program.module.source(node.value)
    span = attribute_span(program, node)
    yield _finding(span, Edit(span, _NEW), "" if verdicts == {True} else f"`{source}` is a Keras layer")


def _is_layer(program: Program, value: Value) -> bool | None:
    if isinstance(value, (OwnInstance, Super)):
        return _is_layer_class(program, value.cls)
    if isinstance(value, OwnClass):
        return _is_layer_class(program, value)
    if isinstance(value, Instance):
        return LAYER in keras_api.mro(value.symbol)
    if isinstance(value, Ref) and value.symbol is not None:
        return LAYER in keras_api.mro(value.symbol)
    return None


def _is_looked_up(program: Program, string: ast.Constant) -> bool:
    above = program.module.parents.get(string)
    return isinstance(above, ast.Call) and isinstance(above.func, ast.Name) and above.func.id in ("getattr", "hasattr")


def _finding(span: Span, edit: Edit, assumes: str) -> Finding:
    safety = Safety.UNSAFE if assumes else Safety.SAFE
    rewrite = Rewrite(f"write {_NEW}", safety, edits=(edit,), assumes=assumes)
    condition = f" (if {assumes})" if assumes else ""
    return Finding("KM140", f"`{_OLD}` is `{_NEW}` in Keras 2{condition}", Severity.ERROR, span, rewrite)


RULE = Rule("KM140", "own-layer-method", __doc__, check)

"""`predict_classes` and `predict_proba` are gone.

`Sequential.predict_proba(x)` of Keras 1 was `predict(x)` with a warning where values were no probabilities, and
`predict_classes(x)` the index of the largest output, or, where the last axis has one, 1 for outputs over 0.5 (Keras
1.2.2, `models.py`). Keras 2 deprecated both in 2.5 and removed them in 2.6. Where the last layer's size is seen,
the expression for it is written out; otherwise `kmigrate.compat.predict_classes` decides by the shape as Keras 1
did.

Before::

    from keras.models import Sequential
    from keras.layers import Dense
    model = Sequential()
    model.add(Dense(10, activation='softmax', input_dim=4))
    classes = model.predict_classes(x, batch_size=64)
    probabilities = model.predict_proba(x)

After::

    from keras.models import Sequential
    from keras.layers import Dense
    model = Sequential()
    model.add(Dense(10, activation='softmax', input_dim=4))
    classes = model.predict(x, batch_size=64).argmax(axis=-1)
    probabilities = model.predict(x)

Before::

    from keras.models import Sequential
    model = Sequential(layers)
    classes = model.predict_classes(x)

After::

    from keras.models import Sequential
    from kmigrate.compat import predict_classes
    model = Sequential(layers)
    classes = predict_classes(model, x)

The fix is safe where the receiver is known to be a Sequential model; `predict_classes` of something unknown is
assumed to be one's. `predict_proba` of something unknown is left alone: classifiers of scikit-learn have it too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import CallEdit, Edit, Finding, Import, Rewrite, Safety, Severity, Span, Wrap
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.program.values import SEQUENTIAL, Instance, OwnFunction, Ref
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import split_target

_CLASSES = f"{SEQUENTIAL}.predict_classes"
_PROBA = f"{SEQUENTIAL}.predict_proba"
#: Layers after which the last axis is as long as it was (Keras 1.2.2, ``layers/core.py``).
_KEEPS_SIZE = frozenset({"keras.layers.core.Activation", "keras.layers.core.Dropout"})
_DENSE = "keras.layers.core.Dense"


def check(program: Program) -> Iterator[Finding]:
    """One finding a call."""
    for call in [*program.calls, *_guessed(program)]:
        func = call.node.func
        if call.symbol not in (_CLASSES, _PROBA) or not isinstance(func, ast.Attribute) or call.skip:
            continue
        yield _proba(program, call, func) if call.symbol == _PROBA else _classes(program, call, func)


def _guessed(program: Program) -> Iterator[KerasCall]:
    if not program.touches_keras:
        return
    known = program.call_of
    for node, scope in program.module.calls:
        func = node.func
        if (
            node in known
            or not isinstance(func, ast.Attribute)
            or func.attr not in ("predict_classes", "predict_proba")
        ):
            continue
        if any(isinstance(value, OwnFunction) for value in program.values.of(func, scope)):
            continue
        verdict = program.model_like(func.value, scope)
        values = program.values.of(func.value, scope)
        if any(isinstance(value, Ref) for value in values) or any(
            isinstance(value, Instance) and value.symbol.startswith("keras.wrappers.") for value in values
        ):
            continue
        if verdict is True or (verdict is None and func.attr == "predict_classes"):
            source = program.module.source(func.value)
            symbol = f"{SEQUENTIAL}.{func.attr}"
            yield KerasCall(node, scope, symbol, False, f"`{source}` is a Sequential model of Keras", direct=False)


def _attribute_span(program: Program, func: ast.Attribute) -> Span:
    end = program.module.span(func).end
    return Span(end - len(func.attr), end)


def _x_keyword(program: Program, call: KerasCall) -> list[Edit]:
    """Before Keras 1.0 the data were called ``X``."""
    return [Edit(program.module.keyword_span(k), "x") for k in call.node.keywords if k.arg == "X"]


def _made(
    program: Program, call: KerasCall, text: str, edits: list[Edit], wrap: str = "", imports: tuple[Import, ...] = ()
) -> Finding:
    span = program.module.span(call.node)
    name = call.symbol.rpartition(".")[2]
    rewrite = Rewrite(
        f"write {text}",
        Safety.UNSAFE if call.assumes else Safety.SAFE,
        edits=tuple(edits),
        calls=(CallEdit(span, (Wrap(wrap),)),) if wrap else (),
        imports=imports,
        assumes=call.assumes,
    )
    condition = f" (if {call.assumes})" if call.assumes else ""
    return Finding("KM110", f"`{name}` is gone from Keras 2: write {text}{condition}", Severity.ERROR, span, rewrite)


def _proba(program: Program, call: KerasCall, func: ast.Attribute) -> Finding:
    edits = [Edit(_attribute_span(program, func), "predict"), *_x_keyword(program, call)]
    return _made(program, call, "`predict`", edits)


def _classes(program: Program, call: KerasCall, func: ast.Attribute) -> Finding:
    size = _outputs(program, func.value, call.scope)
    predict = [Edit(_attribute_span(program, func), "predict"), *_x_keyword(program, call)]
    if size is not None and size > 1:
        return _made(program, call, "`predict(…).argmax(axis=-1)`", predict, "{call}.argmax(axis=-1)")
    if size == 1:
        text = "`(predict(…) > 0.5).astype('int32')`"
        return _made(program, call, text, predict, "({call} > 0.5).astype('int32')")
    module = program.module
    target, name = split_target(program, "kmigrate.compat.predict_classes")
    span = module.span(func)
    opening = module.text.index("(", span.end) + 1
    separator = "," if module.text[opening : opening + 1].isspace() else ", "
    edits = [
        Edit(span, name),
        Edit(Span(opening, opening), f"{module.source(func.value)}{separator}"),
        *_x_keyword(program, call),
    ]
    return _made(program, call, f"`{name}(model, …)` of {target}", edits, imports=(Import(target, name),))


def _outputs(program: Program, model: ast.expr, scope: Scope) -> int | None:
    """The length of the last axis of what a Sequential gives, where it is built in one place that is seen whole."""
    if not isinstance(model, ast.Name):
        return None
    found = scope.lookup(model.id)
    if found is None or len(found[1]) != 1:
        return None
    (binding,) = found[1]
    if not isinstance(binding, Assigned) or binding.path or not isinstance(binding.value, ast.Call):
        return None
    made = program.call_of.get(binding.value)
    if made is None or made.symbol != SEQUENTIAL:
        return None
    layers: list[ast.expr] = []
    for argument in binding.value.args[:1]:
        display = program.display(argument, made.scope)
        if display is None or not isinstance(display.node, (ast.List, ast.Tuple)):
            return None
        layers += display.node.elts
    if binding.value.keywords:
        return None
    for node, where in program.module.calls:
        func = node.func
        if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name) or func.value.id != model.id:
            continue
        if func.attr == "pop" or (func.attr == "add" and (where is not found[0] or len(node.args) != 1)):
            return None
        if func.attr == "add":
            layers += node.args
    for layer in reversed(layers):
        known = program.call_of.get(layer)
        if known is None:
            return None
        if known.symbol == _DENSE:
            return _units(program, known)
        if known.symbol not in _KEEPS_SIZE:
            return None
    return None


def _units(program: Program, call: KerasCall) -> int | None:
    given = [k.value for k in call.node.keywords if k.arg in ("output_dim", "units")] or call.node.args[:1]
    constant = program.values.constant(given[0], call.scope) if given else None
    return constant.value if constant is not None and type(constant.value) is int else None


RULE = Rule("KM110", "predict-classes", __doc__, check)

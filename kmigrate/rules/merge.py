"""`merge` and `Merge` are gone: Keras 2 has a function and a layer for each mode.

Keras 2.0 took `merge(inputs, mode=…)` and the layer `Merge` apart into `add`, `multiply`, `concatenate`, `average`,
`maximum` and `dot`, and the layers `Add`, `Multiply` and so on; 'concat' takes its axis as `axis`, 'dot' its axes
as `axes`. A function as the mode becomes a `Lambda`. The mode 'cos' has no equal, since its result has another rank
there; `kmigrate.compat` has it as Keras 1.2.2 computed it, and `merge` itself for modes that only the running
program knows.

Before::

    from keras.layers import Dense, Input, merge
    a = Input(shape=(8,))
    b = Dense(8)(a)
    x = merge([a, b], mode='concat', concat_axis=1, name='both')
    y = merge([a, b])
    z = merge([a, b], mode=lambda pair: pair[0] - pair[1], output_shape=(8,))

After::

    from keras.layers import Dense, Input, concatenate, add, Lambda
    a = Input(shape=(8,))
    b = Dense(8)(a)
    x = concatenate([a, b], axis=1, name='both')
    y = add([a, b])
    z = Lambda(lambda pair: pair[0] - pair[1], output_shape=(8,))([a, b])

The fix is safe, but for 'dot': the fix takes for granted that both inputs are 2-D, or both 3-D, the batch counted;
elsewhere the result of Keras 2 has another shape. `Merge([left, right], mode)` as the first layer of a `Sequential`
made a model of several inputs, which a `Sequential` of Keras 2 has not. `kmigrate.compat` has a `Merge` that does it
there; the fix takes for granted that such a model is not saved as a whole (its weights can be). To do without it, call
the layers that follow on `add([left.output, right.output])` and make a `Model`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kmigrate.findings import (
    Add,
    ArgumentOp,
    CallEdit,
    Drop,
    Edit,
    Finding,
    Keyword,
    Rewrite,
    Safety,
    Severity,
    Value,
    Wrap,
)
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.program.uses import Use
from kmigrate.program.values import Const, OwnFunction, Ref
from kmigrate.rules.base import Rule
from kmigrate.rules.names import is_callee
from kmigrate.rules.renaming import write_compat, write_instead

_FUNCTION = "keras.engine.topology.merge"
_LAYER = "keras.engine.topology.Merge"

#: mode -> function and layer of Keras 2
_MODES: Mapping[str, tuple[str, str]] = {
    "sum": ("keras.layers.add", "keras.layers.Add"),
    "mul": ("keras.layers.multiply", "keras.layers.Multiply"),
    "ave": ("keras.layers.average", "keras.layers.Average"),
    "max": ("keras.layers.maximum", "keras.layers.Maximum"),
    "concat": ("keras.layers.concatenate", "keras.layers.Concatenate"),
    "dot": ("keras.layers.dot", "keras.layers.Dot"),
    "cos": ("kmigrate.compat.merge_cos", "kmigrate.compat.MergeCos"),
}

#: Measured: Keras 1.2.2 and tf_keras agree for 2-D with 2-D and 3-D with 3-D inputs, and give other shapes elsewhere.
_SAME_RANK = "both inputs of the dot product are 2-D, or both are 3-D"
_NOT_SAVED = "the model is not saved as a whole, only its weights"
_GONE = (
    "`{}` is gone from Keras 2: use the function or layer of the mode (add, multiply, concatenate, average, maximum, "
    "dot; "
    "Add, Multiply, Concatenate, Average, Maximum, Dot)"
)


def check(program: Program) -> Iterator[Finding]:
    """One finding a call of ``merge`` or ``Merge``, and one for each other use of the names."""
    for call in program.calls:
        use = program.use_of.get(call.node.func)
        if call.symbol in (_FUNCTION, _LAYER) and use is not None and call.direct:
            yield _call(program, call, use)
    for use in program.uses:
        if use.symbol in (_FUNCTION, _LAYER) and not is_callee(program, use):
            name = use.path.rpartition(".")[2]
            yield Finding("KM108", _GONE.format(name), Severity.ERROR, program.module.span(use.node))


def _call(program: Program, call: KerasCall, use: Use) -> Finding:
    is_layer = call.symbol == _LAYER
    name = "Merge" if is_layer else "merge"
    span = program.module.span(call.node)
    bound = program.bound(call)
    given = {entry.parameter: entry.argument for entry in bound if entry.parameter}
    if any(entry.parameter is None for entry in bound):
        return Finding("KM108", f"{_GONE.format(name)}; its arguments are not all known here", Severity.ERROR, span)
    layers = given.pop("layers", None)
    if is_layer and layers is not None and not _is_none(layers):
        return _of_models(program, call, use, given.get("mode"))
    kind, mode = _mode(program, call, given.get("mode"))
    written: _Written | None
    if kind == "function":
        written = _as_lambda(given, is_layer)
    elif kind == "unknown":
        written = None if is_layer else _Written("kmigrate.compat.merge", [])
    else:
        written = _as_mode(mode, given, is_layer)
    if written is None:
        source = program.module.source(given["mode"].value) if "mode" in given else mode
        return Finding(
            "KM108", f"{_GONE.format(name)}; what the mode `{source}` is, is not known", Severity.ERROR, span
        )
    if layers is not None:
        written.ops.append(Drop(layers.index))
    text, imports = write_instead(program, use, written.target)
    ops = [_filled(op, text) for op in written.ops]
    assumes = "; ".join(filter(None, [call.assumes, written.assumes]))
    rewrite = Rewrite(
        f"write it as `{text}`",
        Safety.UNSAFE if assumes else Safety.SAFE,
        edits=(Edit(program.module.span(call.node.func), text),),
        calls=(CallEdit(span, tuple(ops)),) if ops else (),
        imports=imports,
        assumes=assumes,
    )
    what = f"with mode {mode!r} " if kind == "literal" else ""
    condition = f" (if {assumes})" if assumes else ""
    return Finding("KM108", f"`{name}` {what}is `{text}` now{condition}", Severity.ERROR, span, rewrite)


class _Written:
    """What a call becomes: the target's name and operations, in whose templates ``<name>`` stands for that name."""

    def __init__(self, target: str, ops: list[ArgumentOp], assumes: str = "") -> None:
        self.target = target
        self.ops = ops
        self.assumes = assumes


def _filled(op: ArgumentOp, text: str) -> ArgumentOp:
    return Wrap(op.template.replace("<name>", text)) if isinstance(op, Wrap) else op


def _is_none(argument: Argument) -> bool:
    return isinstance(argument.value, ast.Constant) and argument.value.value is None


def _mode(program: Program, call: KerasCall, argument: Argument | None) -> tuple[str, str]:
    """Of what kind the mode is ("literal", "function", "unknown"), and the literal."""
    if argument is None:
        return "literal", "sum"
    values = program.values.of(argument.value, call.scope)
    if values and all(isinstance(value, (OwnFunction, Ref)) for value in values):
        return "function", ""
    value = program.values.only(argument.value, call.scope)
    if isinstance(value, Const) and isinstance(value.value, str):
        return "literal", value.value
    return "unknown", ""


def _as_mode(mode: str, given: Mapping[str, Argument], is_layer: bool) -> _Written | None:
    if mode not in _MODES:
        return None
    ops: list[ArgumentOp] = []
    for parameter, argument in given.items():
        if parameter in ("inputs", "name"):
            if parameter == "name" and argument.keyword is None:
                ops.append(Keyword(argument.index, "name"))
        elif parameter == "concat_axis" and mode == "concat":
            ops.append(Keyword(argument.index, "axis"))
        elif parameter == "dot_axes" and mode in ("dot", "cos"):
            ops.append(Keyword(argument.index, "axes" if mode == "dot" else "dot_axes"))
            ops += _flat(argument)
        else:
            ops.append(Drop(argument.index))
    if mode == "dot" and "dot_axes" not in given:
        ops.append(Add("axes", "-1"))
    return _Written(_MODES[mode][1 if is_layer else 0], ops, _SAME_RANK if mode == "dot" else "")


def _flat(argument: Argument) -> list[ArgumentOp]:
    """Keras 0.3 and 1.0 wrote the axes as lists of one, ``([1], [1])``."""
    value = argument.value
    if not isinstance(value, (ast.Tuple, ast.List)) or not value.elts:
        return []
    inner = [e.elts[0] for e in value.elts if isinstance(e, (ast.Tuple, ast.List)) and len(e.elts) == 1]
    if len(inner) != len(value.elts):
        return []
    axes = ", ".join(ast.unparse(axis) for axis in inner)
    return [Value(argument.index, f"({axes})" if isinstance(value, ast.Tuple) else f"[{axes}]")]


#: parameters of ``merge`` -> those of ``Lambda``
_LAMBDA = {"output_shape": "output_shape", "output_mask": "mask", "arguments": "arguments", "name": "name"}


def _as_lambda(given: Mapping[str, Argument], is_layer: bool) -> _Written:
    if not is_layer:
        parts = [f"{{{given['mode'].index}}}"]
        parts += [f"{new}={{{given[old].index}}}" for old, new in _LAMBDA.items() if old in given]
        inputs = f"{{{given['inputs'].index}}}"
        return _Written("keras.layers.Lambda", [Wrap(f"<name>({', '.join(parts)})({inputs})")])
    ops: list[ArgumentOp] = []
    for parameter, argument in given.items():
        if parameter == "mode":
            ops.append(Keyword(argument.index, "function"))
        elif parameter in _LAMBDA:
            ops.append(Keyword(argument.index, _LAMBDA[parameter]))
        else:
            ops.append(Drop(argument.index))
    return _Written("keras.layers.Lambda", ops)


def _of_models(program: Program, call: KerasCall, use: Use, mode: Argument | None) -> Finding:
    """``Merge([left, right], mode)``, with which a Sequential begins."""
    kind, literal = _mode(program, call, mode)
    text, imports = write_compat(program, use)
    dot = _SAME_RANK if (kind, literal) == ("literal", "dot") else ""
    assumes = "; ".join(filter(None, [call.assumes, _NOT_SAVED, dot]))
    rewrite = Rewrite(
        f"use `{text}` of kmigrate.compat",
        Safety.UNSAFE,
        edits=(Edit(program.module.span(call.node.func), text),),
        imports=imports,
        assumes=assumes,
    )
    message = (
        "`Merge` of models is gone, and a Sequential has one input in Keras 2: write `Merge` of kmigrate.compat (if "
        f"{assumes}), or call the layers that follow on the outputs of the models and make a `Model`"
    )
    return Finding("KM108", message, Severity.ERROR, program.module.span(call.node), rewrite)


RULE = Rule("KM108", "merge", __doc__, check)

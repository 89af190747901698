"""What would mend a fault of shapes or layouts, for those where one small change does. All are unsafe: each assumes.

A fix changes the place where the layer or the shape is written, in the file that is looked at; elsewhere there is none.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from kmigrate.findings import Add, ArgumentOp, CallEdit, Edit, Import, Rewrite, Safety, Span, Value
from kmigrate.program.program import Program, arguments_of
from kmigrate.program.shapes.analysis import Verdict
from kmigrate.program.shapes.tensors import Axis, Layer, Tensor
from kmigrate.program.shapes.values import Application, Place
from kmigrate.rules.renaming import alias_offset

_RECURRENT = frozenset(("LSTM", "GRU", "SimpleRNN", "ConvLSTM2D", "CuDNNLSTM", "CuDNNGRU"))
_OLD_FORMATS = {"channels_first": "'th'", "channels_last": "'tf'"}


def fix(verdict: Verdict, program: Program) -> Rewrite | None:
    """The rewrite that settles a verdict, None if a person has to."""
    made = _FIXES.get(verdict.kind)
    return made(verdict, program) if made is not None else None


def _unsafe(message: str, assumes: str, *edits: Edit, calls: tuple[CallEdit, ...] = ()) -> Rewrite:
    return Rewrite(message, Safety.UNSAFE, edits=edits, calls=calls, assumes=assumes)


def _call_here(place: object, program: Program) -> ast.Call | None:
    """The constructor call at ``place``, if it stands in this file."""
    if isinstance(place, Place) and place.module is program.module and isinstance(place.node, ast.Call):
        return place.node
    return None


def _set(
    call: ast.Call, program: Program, names: tuple[str, ...], value: str, message: str, assumes: str
) -> Rewrite | None:
    """Give ``call`` the keyword ``names[0]``, or change the value of the first of ``names`` that it has."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return None
    op: ArgumentOp = Add(names[0], value)
    for argument in arguments_of(call):
        if argument.keyword in names:
            op = Value(argument.index, value)
    return _unsafe(message, assumes, calls=(CallEdit(program.module.span(call), (op,)),))


def _application(verdict: Verdict) -> tuple[Application, Layer] | None:
    about = verdict.about
    if isinstance(about, Application) and isinstance(about.layer, Layer):
        return about, about.layer
    return None


def _permute(verdict: Verdict, program: Program) -> Rewrite | None:
    """Write the shape in the other order, where it is written as a tuple here."""
    node = verdict.place.node
    if not isinstance(node, (ast.Tuple, ast.List)) or verdict.place.module is not program.module:
        return None
    elements = [program.module.source(element) for element in node.elts]
    if len(elements) != 3 or verdict.fix == "":
        return None
    wanted = [part.strip() for part in verdict.fix.strip("()").split(",")]
    first_last = [elements[2], *elements[:2]]
    last_first = [*elements[1:], elements[0]]
    values = [element.value if isinstance(element, ast.Constant) else None for element in node.elts]
    moved = last_first if str(values[0]) == wanted[-1] or values[0] is None else first_last
    if str(values[0]) != wanted[-1] and str(values[-1]) != wanted[0]:
        return None
    spans = [program.module.span(element) for element in node.elts]
    edits = [Edit(span, text) for span, text in zip(spans, moved, strict=True)]
    said = ", ".join(moved)
    return _unsafe(f"write the shape as ({said})", "the data are brought into that order too", *edits)


def _batchnorm_axis(verdict: Verdict, program: Program) -> Rewrite | None:
    found = _application(verdict)
    call = _call_here(found[1].place, program) if found else None
    if found is None or call is None or found[1].kind != "BatchNormalization" or len(call.args) > 2:
        return None
    channel = found[0].inputs[0].axis(Axis.CHANNELS)
    if channel is None:
        return None
    value = "1" if channel == 1 else "-1"
    return _set(
        call, program, ("axis",), value, f"normalize the channels: axis={value}", "the weights are trained anew"
    )


def _concat_axis(verdict: Verdict, program: Program) -> Rewrite | None:
    found = _application(verdict)
    call = _call_here(found[1].place, program) if found else None
    if found is None or call is None:
        return None
    channel = found[0].inputs[0].axis(Axis.CHANNELS)
    names = [a.keyword for a in arguments_of(call) if a.keyword in ("axis", "concat_axis")]
    if channel is None or not names:
        return None
    value = "1" if channel == 1 else "-1"
    return _set(call, program, (names[0] or "",), value, f"join the channels: {names[0]}={value}", "channels are meant")


def _same_format(verdict: Verdict, program: Program) -> Rewrite | None:
    """Give a layer the data format that the tensor it gets has."""
    found = _application(verdict)
    call = _call_here(found[1].place, program) if found else None
    if found is None or call is None:
        return None
    application, layer = found
    channel = application.inputs[0].axis(Axis.CHANNELS)
    if channel is None:
        return None
    wanted = "channels_first" if channel == 1 else "channels_last"
    old, new = ("dim_ordering", _OLD_FORMATS[wanted]), ("data_format", repr(wanted))
    name, value = old if layer.version == 1 else new
    assumes = "the layers before it are in the order that is meant"
    return _set(call, program, (name,), value, f"say {name}={value} here too", assumes)


def _sequences(verdict: Verdict, program: Program) -> Rewrite | None:
    """A recurrent layer after another: let the first give its sequence."""
    found = _application(verdict)
    if found is None or found[1].kind not in _RECURRENT or found[0].inputs[0].rank != 2:
        return None
    made_by = found[0].inputs[0].made_by
    if not isinstance(made_by, Application) or not isinstance(made_by.layer, Layer):
        return None
    call = _call_here(made_by.layer.place, program)
    if made_by.layer.kind not in _RECURRENT or call is None:
        return None
    message = "let the recurrent layer before it give its whole sequence: return_sequences=True"
    return _set(call, program, ("return_sequences",), "True", message, "the sequence is meant")


def _insert_flatten(verdict: Verdict, program: Program) -> Rewrite | None:
    """``model.add(Flatten())`` before ``model.add(Dense(…))``."""
    module, dense = program.module, verdict.place.node
    add = module.parents.get(dense)
    statement = module.parents.get(add) if add is not None else None
    if (
        verdict.place.module is not module
        or not isinstance(add, ast.Call)
        or not isinstance(add.func, ast.Attribute)
        or add.func.attr != "add"
        or not isinstance(statement, ast.Expr)
    ):
        return None
    line = module.lines.line(module.span(statement).start)
    start = module.span(statement).start
    indent = module.text[line.start : start]
    use = program.use_of.get(dense.func) if isinstance(dense, ast.Call) else None
    # the layer is imported from where the file itself imports Dense from
    if indent.strip() or use is None or not isinstance(use.node, ast.Name) or use.handed is not None:
        return None
    home = use.alias.path if use.alias.name == "*" else use.alias.path.rpartition(".")[0]
    ending = "\r\n" if "\r\n" in module.text else "\n"
    text = f"{module.source(add.func)}(Flatten()){ending}{indent}"
    return Rewrite(
        "flatten the images before the last Dense",
        Safety.UNSAFE,
        edits=(Edit(Span(start, start), text),),
        imports=(Import(home, "Flatten", near=alias_offset(program, use.alias)),),
        assumes="one answer for each image is meant",
    )


def _many(verdict: Verdict, program: Program) -> Rewrite | None:
    """``x[None]`` for one sample, ``x[..., None]`` for a missing last axis."""
    call = _call_here(verdict.place, program)
    if call is None or not call.args or not isinstance(call.args[0], (ast.Name, ast.Attribute, ast.Subscript)):
        return None
    tensor = verdict.about
    last = (
        isinstance(tensor, Tensor)
        and tensor.rank is not None
        and verdict.fix == f"np.expand_dims(x, {tensor.rank - 1})"
    )
    if verdict.kind == "data-rank" and not last:
        return None
    end = program.module.span(call.args[0]).end
    text = "[..., None]" if verdict.kind == "data-rank" else "[None]"
    message = f"give the data the axis that is missing: {program.module.source(call.args[0])}{text}"
    return _unsafe(message, "it is a NumPy array", Edit(Span(end, end), text))


def _kernel(verdict: Verdict, program: Program) -> Rewrite | None:
    """``Conv2D(8, (5, 5))`` for ``Conv2D(8, 5, 5)``."""
    call = _call_here(verdict.place, program)
    if call is None or len(call.args) != 3 or program.written_for != 2:
        return None
    spans = [program.module.span(argument) for argument in call.args[1:]]
    text = f"({', '.join(program.module.source(argument) for argument in call.args[1:])})"
    return _unsafe(
        f"make it a kernel: {text}", "the code comes from Keras 1", Edit(Span(spans[0].start, spans[1].end), text)
    )


_FIXES: Mapping[str, Callable[[Verdict, Program], Rewrite | None]] = {
    "input-layout": _permute,
    "batchnorm-axis": _batchnorm_axis,
    "concat-axis": _concat_axis,
    "mixed-layout": _same_format,
    "rank": _sequences,
    "missing-flatten": _insert_flatten,
    "single-sample": _many,
    "data-rank": _many,
    "positional-kernel": _kernel,
}

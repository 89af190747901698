"""A string given to `compile` names something else in Keras 2, or nothing.

`optimizer='adadelta'` makes the optimizer with its defaults, and the defaults changed: Adadelta's rate was 1.0 and
is 0.001, epsilons were 1e-08 and are 1e-07. The fix writes the object with the values of Keras 1.2.2. The loss
'cosine_proximity' and the metrics 'precision', 'recall', 'fmeasure', 'fbeta_score' and 'matthews_correlation' are
gone; `kmigrate.compat` has them.

Before::

    from keras.models import Sequential
    model = Sequential()
    model.compile(loss='mse', optimizer='adadelta', metrics=['accuracy', 'precision'])
    model.fit(x, y, nb_epoch=2)

After::

    from keras.models import Sequential
    from keras.optimizers import Adadelta
    from kmigrate.compat import precision
    model = Sequential()
    model.compile(loss='mse', optimizer=Adadelta(learning_rate=1.0, epsilon=1e-08), metrics=['accuracy', precision])
    model.fit(x, y, epochs=2)

The fix is safe for a model's `compile` in a file that is written for Keras 1. Where the file gives no sign of the
version, or it is not known that the receiver is a model, it is unsafe.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kmigrate.findings import Edit, Finding, Import, Rewrite, Safety, Severity
from kmigrate.keras_api.training import STRING_LOSSES, STRING_METRICS, STRING_OPTIMIZERS
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import Const, Display
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import write_anywhere

_COMPILE = ("keras.engine.training.Model.compile", "keras.models.Sequential.compile")
_GETTERS: Mapping[str, tuple[str, str]] = {
    "keras.optimizers.get": ("identifier", "optimizer"),
    "keras.objectives.get": ("identifier", "loss"),
    "keras.metrics.get": ("identifier", "metrics"),
}


def check(program: Program) -> Iterator[Finding]:
    """One finding a string."""
    for call, parameter, node in named_functions(program):
        if parameter == "optimizer":
            yield from _optimizer(program, call, node)
        else:
            table = STRING_LOSSES if parameter == "loss" else STRING_METRICS
            for literal in _strings(program, node, call.scope):
                yield from _function(program, call, parameter, literal, table)


def named_functions(program: Program) -> Iterator[tuple[KerasCall, str, ast.expr]]:
    """Calls with what they give as optimizer, loss and metrics."""
    for call in [*program.calls, *_guessed(program)]:
        wanted: dict[str, str] = {}
        if call.symbol in _COMPILE:
            wanted = {name: name for name in ("optimizer", "loss", "metrics")}
        elif call.symbol in _GETTERS:
            wanted = dict([_GETTERS[call.symbol]])
        for entry in program.bound(call):
            if entry.parameter in wanted:
                yield call, wanted[entry.parameter], entry.argument.value


def _guessed(program: Program) -> Iterator[KerasCall]:
    """Calls of ``compile`` on something unknown with ``loss`` and ``optimizer``, which only a model's takes."""
    if not program.touches_keras:
        return
    known = program.call_of
    for node, scope in program.module.calls:
        if node not in known and isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
            keywords = {keyword.arg for keyword in node.keywords}
            if {"loss", "optimizer"} <= keywords and program.model_like(node.func.value, scope) is not False:
                assumes = f"`{program.module.source(node.func.value)}` is a Keras model"
                yield KerasCall(node, scope, _COMPILE[0], False, assumes, direct=False)


def _optimizer(program: Program, call: KerasCall, node: ast.expr) -> Iterator[Finding]:
    if program.written_for == 2:
        return
    span = program.module.span(node)
    found = [v for v in program.values.of(node, call.scope) if isinstance(v, Const) and isinstance(v.value, str)]
    texts = {str(v.value): STRING_OPTIMIZERS.get(str(v.value).lower()) for v in found}
    changed = {text: new for text, new in texts.items() if new is not None}
    if not changed:
        return
    for text, new in changed.items():
        message = f"`{text}` by name has the defaults of Keras 2, where Keras 1.2.2 had `{new}`"
        literal = _literal(program, node, call.scope)
        if literal is None or literal.value != text or (literal is not node and _may_repeat(program, node)):
            yield Finding("KM205", f"{message}: give the object", Severity.WARNING, span)
            continue
        name, _, arguments = new.partition("(")
        written, imports = write_anywhere(program, call.scope, f"keras.optimizers.{name}")
        unknown = "" if program.written_for == 1 else "the file is written for Keras 1"
        yield _finding(program, call, literal, f"{written}({arguments}", imports, message, Severity.WARNING, unknown)


def _function(
    program: Program, call: KerasCall, parameter: str, literal: ast.Constant, table: Mapping[str, str]
) -> Iterator[Finding]:
    new = table.get(str(literal.value))
    if new is not None:
        written, imports = write_anywhere(program, call.scope, new)
        message = f"Keras 2 has no {parameter.rstrip('s')} {literal.value!r}"
        yield _finding(program, call, literal, written, imports, message, Severity.ERROR, "")


def _finding(
    program: Program,
    call: KerasCall,
    literal: ast.Constant,
    text: str,
    imports: tuple[Import, ...],
    message: str,
    severity: Severity,
    unknown: str,
) -> Finding:
    span = program.module.span(literal)
    assumes = " and ".join(filter(None, [call.assumes, unknown]))
    rewrite = Rewrite(
        f"write `{text}`",
        Safety.UNSAFE if assumes else Safety.SAFE,
        edits=(Edit(span, text),),
        imports=imports,
        assumes=assumes,
    )
    condition = f" (if {assumes})" if assumes else ""
    return Finding("KM205", f"{message}: write `{text}`{condition}", severity, span, rewrite)


def _literal(program: Program, node: ast.expr, scope: Scope) -> ast.Constant | None:
    """The string literal that ``node`` is: itself, or what a variable that is read here only is set to once."""
    if isinstance(node, ast.Constant):
        return node if isinstance(node.value, str) else None
    constant = program.values.constant(node, scope)
    if constant is None or constant.module is not program.module or not isinstance(constant.node, ast.Constant):
        return None
    return constant.node if _is_read_once(program, node, scope) else None


def _is_read_once(program: Program, node: ast.expr, scope: Scope) -> bool:
    if not isinstance(node, ast.Name):
        return False
    home = scope.lookup(node.id)
    if home is None or len(home[1]) != 1:
        return False
    reads = [n for n, s in program.module.names if n.id == node.id and (s.lookup(n.id) or (None,))[0] is home[0]]
    return len(reads) == 1


def _may_repeat(program: Program, node: ast.expr) -> bool:
    """Whether ``node`` stands in a loop or a function, where one optimizer object would serve several models."""
    above = program.module.parents.get(node)
    while above is not None:
        if isinstance(above, (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return True
        above = program.module.parents.get(above)
    return False


def _strings(program: Program, node: ast.expr, scope: Scope) -> Iterator[ast.Constant]:
    """The string literals in an argument: itself, or the elements of the list or values of the dict that it is."""
    literal = _literal(program, node, scope)
    if literal is not None:
        yield literal
        return
    value = program.values.only(node, scope)
    if not isinstance(value, Display) or value.module is not program.module:
        return
    display = value.node
    elements: list[ast.expr] = []
    if isinstance(display, (ast.List, ast.Tuple)):
        elements = display.elts
    elif isinstance(display, ast.Dict):
        elements = display.values
    for element in elements:
        if isinstance(element, (ast.Constant, ast.List, ast.Tuple, ast.Dict)):
            yield from _strings(program, element, value.scope)


RULE = Rule("KM205", "compile-strings", __doc__, check)

"""The functions of `keras.initializations` are gone: Keras 2 has initializer objects.

In Keras 1 `initializations.normal(shape, scale=0.02, name=…)` made a variable, and the function itself, or a lambda
around it, was given as `init=`. In Keras 2 an initializer is an object that is asked for values. A function given
to a layer becomes the object with the same numbers, a lambda that only sets `scale` too; a call that makes a
variable calls the function of the same name in `kmigrate.compat`, which makes one still.

Before::

    from keras import initializations
    from keras.layers import Dense
    x = Dense(8, init=initializations.uniform)(x)
    y = Dense(8, init=lambda shape, name=None: initializations.normal(shape, scale=0.02, name=name))(x)
    W = initializations.glorot_normal((3, 4), name='W')

After::

    from keras import initializers
    from kmigrate.compat import glorot_normal
    from keras.layers import Dense
    x = Dense(8, kernel_initializer=initializers.RandomUniform())(x)
    y = Dense(8, kernel_initializer=initializers.RandomNormal(stddev=0.02))(x)
    W = glorot_normal((3, 4), name='W')

The fix is safe for the functions that draw from the same distribution in both. `glorot_normal` and `he_normal`, and
those that count a kernel's inputs and outputs, have no such object; for these the function of `kmigrate.compat`
stands in, which Keras 2 takes as an initializer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import Edit, Finding, Import, Rewrite, Safety, Severity, Span
from kmigrate.keras_api.model import Row, To
from kmigrate.keras_api.values import INITIALIZER
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.uses import Use
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import write_instead

_CODE = "KM111"

#: Functions whose object draws from the same distribution -> how its parameters follow from Keras 1's ``scale``
#: (Keras 1.2.2, initializations.py; tf_keras, initializers/initializers.py).
_OBJECTS = {
    "uniform": "minval=-{scale}, maxval={scale}",
    "normal": "stddev={scale}",
    "identity": "gain={scale}",
    "zero": "",
    "one": "",
}
#: What the object has without parameters.
_DEFAULTS = {"uniform": "0.05", "normal": "0.05", "identity": "1"}


def check(program: Program) -> Iterator[Finding]:
    """One finding a use of such a function."""
    given = _given(program)
    for use in program.uses:
        row = program.row(use.symbol) if use.symbol else None
        if row is None or row.rule != _CODE or use.symbol is None:
            continue
        above = program.module.parents.get(use.node)
        called = above if isinstance(above, ast.Call) and above.func is use.node else None
        if called is not None:
            function = _lambda(program, called, given)
            yield _reduced(program, use, row, called, function) if function is not None else _compat(program, use)
        elif use.node in given and use.symbol.rpartition(".")[2] in _OBJECTS:
            yield _object(program, use, row, program.module.span(use.node), "", given[use.node].assumes)
        else:
            yield _compat(program, use)


def _given(program: Program) -> dict[ast.AST, KerasCall]:
    """The expressions that Keras calls are given as initializers -> the call."""
    found: dict[ast.AST, KerasCall] = {}
    for call in program.calls:
        row = program.row(call.symbol)
        for entry in program.bound(call) if row is not None else ():
            disposition = row.params.get(entry.parameter or "") if row is not None else None
            if isinstance(disposition, To) and disposition.value is INITIALIZER:
                found[entry.argument.value] = call
    return found


def _lambda(program: Program, call: ast.Call, given: dict[ast.AST, KerasCall]) -> ast.Lambda | None:
    """The lambda given as an initializer that does nothing but make ``call`` on the shape and name that it gets."""
    above = program.module.parents.get(call)
    if not isinstance(above, ast.Lambda) or above.body is not call or above not in given:
        return None
    arguments = [*above.args.posonlyargs, *above.args.args]
    names = {a.arg for a in [*arguments, *above.args.kwonlyargs]}
    if not arguments or not call.args or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    first = call.args[0]
    if not isinstance(first, ast.Name) or first.id != arguments[0].arg:
        return None
    for expression in [*call.args[1:], *(keyword.value for keyword in call.keywords)]:
        passed = isinstance(expression, ast.Name) and expression.id in names
        reads = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
        if not passed and reads & names:
            return None
    return above


def _reduced(program: Program, use: Use, row: Row, call: ast.Call, function: ast.Lambda) -> Finding:
    """The object in place of the whole lambda, where there is one; else the compat function inside it."""
    assert use.symbol is not None
    kind = use.symbol.rpartition(".")[2]
    parameters = [name for name, _ in keras_api.params(use.symbol)]
    arguments = dict(zip(parameters, call.args, strict=False)) | {k.arg: k.value for k in call.keywords if k.arg}
    if kind not in _OBJECTS or not arguments.keys() <= set(parameters) or any(k.arg is None for k in call.keywords):
        return _compat(program, use)
    scale = arguments.get("scale")
    text = ""
    if scale is not None and ast.unparse(scale) != _DEFAULTS[kind]:
        source = program.module.source(scale)
        atom = kind != "uniform" or isinstance(scale, (ast.Name, ast.Constant, ast.Attribute, ast.Call))
        text = _OBJECTS[kind].format(scale=source if atom else f"({source})")
    return _object(program, use, row, program.module.span(function), text, "")


def _object(program: Program, use: Use, row: Row, span: Span, arguments: str, assumes: str) -> Finding:
    assert row.to is not None
    written, imports = write_instead(program, use, row.to)
    text = f"{written}({arguments})"
    return _finding(program, use, Edit(span, text), imports, assumes)


def _compat(program: Program, use: Use) -> Finding:
    assert use.symbol is not None
    text, imports = write_instead(program, use, f"kmigrate.compat.{use.symbol.rpartition('.')[2]}")
    return _finding(program, use, Edit(program.module.span(use.node), text), imports, "")


def _finding(program: Program, use: Use, edit: Edit, imports: tuple[Import, ...], assumes: str) -> Finding:
    name = program.module.source(use.node)
    rewrite = Rewrite(
        f"write `{edit.text}`",
        Safety.UNSAFE if assumes else Safety.SAFE,
        edits=(edit,),
        imports=imports,
        assumes=assumes,
    )
    message = f"`{name}` is gone from Keras 2: write `{edit.text}`" + (f" (if {assumes})" if assumes else "")
    return Finding(_CODE, message, Severity.ERROR, program.module.span(use.node), rewrite)


RULE = Rule(_CODE, "initialization-functions", __doc__, check)

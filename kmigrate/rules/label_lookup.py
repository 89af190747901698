"""`class_indices` maps names to numbers, and is asked with a number.

`class_indices` of an iterator over folders is `{'cat': 0, 'dog': 1}` in every version of Keras. A prediction is a
number, so `class_indices[np.argmax(prediction)]` raises KeyError, and `class_indices.get(...)` is None for every image.

Before::

    import numpy as np
    from keras.preprocessing.image import ImageDataGenerator
    train = ImageDataGenerator().flow_from_directory('train')
    label = train.class_indices[np.argmax(model.predict(x)[0])]

After::

    import numpy as np
    from keras.preprocessing.image import ImageDataGenerator
    train = ImageDataGenerator().flow_from_directory('train')
    label = list(train.class_indices)[np.argmax(model.predict(x)[0])]

The names stand in the order of their numbers, so a list of the keys is the way back (Python 3.7 and later). The fix is
safe: what it replaces cannot have worked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Rewrite, Severity
from kmigrate.program.class_numbers import is_class_number
from kmigrate.program.image_flows import Flows
from kmigrate.program.program import Program
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.rules.base import Rule


def check(program: Program) -> Iterator[Finding]:
    """One finding a look-up."""
    if "class_indices" not in program.module.text:
        return
    flows = Flows(program)
    if not flows.by_call:
        return
    module = program.module
    for node, scope in module.subscripts:
        if isinstance(node.ctx, ast.Load) and is_class_number(program, node.slice, scope):
            yield from _finding(flows, node.value, scope, node, "raises KeyError")
    for call, scope in module.calls_of("get"):
        if (
            isinstance(call.func, ast.Attribute)
            and len(call.args) == 1
            and is_class_number(program, call.args[0], scope)
        ):
            yield from _finding(flows, call.func.value, scope, call, "is always None")


def _finding(flows: Flows, names: ast.expr, scope: Scope, node: ast.expr, what: str) -> Iterator[Finding]:
    if not _is_class_indices(flows, names, scope):
        return
    module = flows.program.module
    source = module.source(names)
    message = (
        f"`{source}` maps names to numbers, and is asked with a number: this {what}; `list({source})[…]` is the name"
    )
    index = node.slice if isinstance(node, ast.Subscript) else node.args[0] if isinstance(node, ast.Call) else node
    edit = Edit(module.span(node), f"list({source})[{module.source(index)}]")
    rewrite = Rewrite("look the number up in the list of names", edits=(edit,))
    yield Finding("KM405", message, Severity.ERROR, module.span(node), rewrite)


def _is_class_indices(flows: Flows, expr: ast.expr, scope: Scope) -> bool:
    """Whether ``expr`` is the dict of an iterator, as it is."""
    if isinstance(expr, ast.Attribute):
        return expr.attr == "class_indices" and flows.of(expr.value, scope) is not None
    if isinstance(expr, ast.Name):
        bound = reaching(flows.program.module, expr, scope)
        return isinstance(bound, Assigned) and not bound.path and _is_class_indices(flows, bound.value, bound.scope)
    return False


RULE = Rule("KM405", "label-lookup", __doc__, check)

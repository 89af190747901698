"""The image ordering is set twice, to different things.

`K.set_image_dim_ordering` (Keras 1, and still there up to Keras 2.2) and `K.set_image_data_format` (Keras 2) set the
same thing, and the later call wins. Where nothing of Keras stands between the two, the first has no effect: someone
added a line for the other version, or for another backend, and the program runs in the ordering that it names last.

Found::

    from keras import backend as K
    K.set_image_dim_ordering('th')
    K.set_image_data_format('channels_last')

No fix: a person knows which one the shapes of the program are for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from kmigrate.findings import Finding, Related, Severity
from kmigrate.program.image_flows import constant
from kmigrate.program.program import Program
from kmigrate.program.reaching import comes_before
from kmigrate.rules.base import Rule

_SETTERS = ("set_image_dim_ordering", "set_image_data_format")
_MEANINGS = {"th": "th", "channels_first": "th", "tf": "tf", "channels_last": "tf"}


def check(program: Program) -> Iterator[Finding]:
    """One finding a pair of calls."""
    module = program.module
    if sum(module.text.count(name) for name in _SETTERS) < 2:
        return
    found: list[tuple[ast.Call, str]] = []
    for node, scope in module.calls:
        use = program.use_of.get(node.func)
        if use is None or use.path.rpartition(".")[2] not in _SETTERS:
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        value = constant(program, given[0], scope) if len(given) == 1 else None
        found.append((node, _MEANINGS.get(value, "") if isinstance(value, str) else ""))
    for (first, one), (second, other) in pairwise(found):
        if not one or not other or one == other or not comes_before(module, first, second):
            continue
        between = (use.node for use in program.uses if use.node is not first.func and use.node is not second.func)
        if any(_at(first) < _at(node) < _at(second) for node in between):
            continue
        message = (
            f"`{module.source(second)}` undoes `{module.source(first)}`: they set the same thing, and nothing of Keras "
            "stands between them; keep the one that the shapes of the program are for"
        )
        related = (Related("set here first", module.span(first)),)
        yield Finding("KM506", message, Severity.WARNING, module.span(second), related=related)


def _at(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


RULE = Rule("KM506", "ordering-set-twice", __doc__, check)

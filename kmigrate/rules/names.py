"""A Keras name has another name on Keras 2.

Keras 2.0 renamed classes and functions (`Convolution2D` is `Conv2D`, `K.image_dim_ordering` is `K.image_data_format`)
and modules (`keras.objectives` is `keras.losses`). This rule is for names that are used without a call: in
`isinstance`, as a value, as a base class. Calls are KM103's, which renames callee and arguments together.

Before::

    from keras.layers import Convolution2D
    convolutions = [layer for layer in model.layers if isinstance(layer, Convolution2D)]

After::

    from keras.layers import Conv2D
    convolutions = [layer for layer in model.layers if isinstance(layer, Conv2D)]

The fix is safe: the table of the API says that both names are the same thing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Finding, Rewrite, Severity
from kmigrate.keras_api.model import How
from kmigrate.program.program import Program
from kmigrate.program.uses import Use
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import rename_edits


def check(program: Program) -> Iterator[Finding]:
    """Findings for names outside calls; calls of Keras callables belong to KM103."""
    for use in program.uses:
        if use.symbol is None or is_callee(program, use):
            continue
        edits, imports = rename_edits(program, use)
        row = program.row(use.symbol)
        if not edits or row is None or row.to is None:
            continue
        old, new = use.path.rpartition(".")[2], row.to.rpartition(".")[2]
        place = "kmigrate.compat" if row.how is How.COMPAT else "Keras 2"
        message = f"`{old}` is `{new}` in {place}" if old != new else f"`{program.module.source(use.node)}` moved"
        rewrite = Rewrite(f"write `{edits[0].text}`", edits=edits, imports=imports)
        yield Finding("KM101", message, Severity.ERROR, program.module.span(use.node), rewrite)


def is_callee(program: Program, use: Use) -> bool:
    """Whether ``use`` is what a resolved Keras call calls."""
    above = program.module.parents.get(use.node)
    return isinstance(above, ast.Call) and above.func is use.node and above in program.call_of


RULE = Rule("KM101", "renamed-name", __doc__, check)

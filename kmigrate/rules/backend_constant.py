"""`K._BACKEND` is gone: ask `K.backend()`.

Up to Keras 1.0.5 programs read the backend's name from the module's variable `_BACKEND`; since 1.0.6 there is the
function `backend()`, and Keras 2 has the function only.

Before::

    from keras import backend as K
    if K._BACKEND == 'theano':
        channels_first = True

After::

    from keras import backend as K
    if K.backend() == 'theano':
        channels_first = True

The fix is safe: both give the same string.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Rewrite, Severity
from kmigrate.program.program import Program
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import write_instead

_SYMBOL = "keras.backend._BACKEND"


def check(program: Program) -> Iterator[Finding]:
    """One finding a use."""
    for use in program.uses:
        if use.symbol == _SYMBOL:
            text, imports = write_instead(program, use, "keras.backend.backend")
            span = program.module.span(use.node)
            rewrite = Rewrite(f"write `{text}()`", edits=(Edit(span, f"{text}()"),), imports=imports)
            yield Finding("KM131", "`_BACKEND` is the function `backend()` now", Severity.ERROR, span, rewrite)


RULE = Rule("KM131", "backend-constant", __doc__, check)

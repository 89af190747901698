"""`K.categorical_crossentropy` and its kin take (target, output) now, not (output, target).

The backend's `categorical_crossentropy`, `binary_crossentropy` and `sparse_categorical_crossentropy` took the
network's output first in Keras 1 and take the target first since Keras 2.0.7. A call by position runs either way,
and computes another number: 10.8 in place of 1.1 in one measured case. The functions of `keras.objectives`,
(y_true, y_pred), did not change.

Before::

    from keras import backend as K
    def loss(y_true, y_pred):
        return K.categorical_crossentropy(K.clip(y_pred, 0.1, 0.9), y_true)
    model.fit(x, y, nb_epoch=2)

After::

    from keras import backend as K
    def loss(y_true, y_pred):
        return K.categorical_crossentropy(output=K.clip(y_pred, 0.1, 0.9), target=y_true)
    model.fit(x, y, epochs=2)

The fix is safe in a file that is written for Keras 1: it names the arguments as Keras 1 took them. Where the file
gives no sign of the version, it is unsafe and assumes Keras 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmigrate.findings import ArgumentOp, CallEdit, Finding, Keyword, Rewrite, Safety, Severity
from kmigrate.program.program import KerasCall, Program
from kmigrate.rules.base import Rule
from kmigrate.rules.names import is_callee

_SYMBOLS = frozenset(
    f"keras.backend.tensorflow_backend.{name}"
    for name in ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")
)


def check(program: Program) -> Iterator[Finding]:
    """One finding a call with positional arguments, and one for each use of the name as a value."""
    if program.written_for == 2:
        return
    for call in program.calls:
        if call.symbol in _SYMBOLS:
            finding = _call(program, call)
            if finding is not None:
                yield finding
    for use in program.uses:
        if use.symbol in _SYMBOLS and not is_callee(program, use):
            name = use.symbol.rpartition(".")[2]
            message = (
                f"`K.{name}` takes (target, output) since Keras 2.0.7 and took (output, target) in Keras 1: see that "
                "whoever "
                "calls this value gives the target first"
            )
            yield Finding("KM130", message, Severity.WARNING, program.module.span(use.node))


def _call(program: Program, call: KerasCall) -> Finding | None:
    name = call.symbol.rpartition(".")[2]
    span = program.module.span(call.node)
    bound = program.bound(call)
    positional = [entry for entry in bound if entry.argument.keyword is None and entry.argument.index >= call.skip]
    if not positional:
        return None
    message = f"`{name}` takes (target, output) since Keras 2.0.7, and took (output, target) in Keras 1"
    if any(entry.parameter is None for entry in positional) or call.keywords_only:
        return Finding("KM130", f"{message}: name the arguments", Severity.WARNING, span)
    ops: list[ArgumentOp] = [Keyword(entry.argument.index, entry.parameter or "") for entry in positional]
    unknown = "" if program.written_for == 1 else "the file is written for Keras 1"
    assumes = "; ".join(filter(None, [call.assumes, unknown]))
    rewrite = Rewrite(
        "name the arguments",
        Safety.UNSAFE if assumes else Safety.SAFE,
        calls=(CallEdit(span, tuple(ops)),),
        assumes=assumes,
    )
    condition = f" (if {assumes})" if assumes else ""
    return Finding("KM130", f"{message}: name the arguments{condition}", Severity.WARNING, span, rewrite)


RULE = Rule("KM130", "swapped-crossentropy", __doc__, check)

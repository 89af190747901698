"""`Embedding(dropout=)` is gone from Keras 2.

`dropout` of `Embedding` dropped whole words of the vocabulary while training (Keras 1.0 to 1.2.2): every occurrence
of a word in the batch, or none. No layer of Keras 2 does that; `kmigrate.compat` has the `Embedding` that does.

Before::

    from keras.layers import Embedding
    x = Embedding(1000, 64, dropout=0.2)(words)
    y = Embedding(1000, 64, dropout=0.)(words)

After::

    from keras.layers import Embedding
    from kmigrate.compat import Embedding as CompatEmbedding
    x = CompatEmbedding(1000, 64, dropout=0.2)(words)
    y = Embedding(1000, 64)(words)

The fix is safe: the layer of `kmigrate.compat` computes what Keras 1.2.2 did.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmigrate.findings import CallEdit, Drop, Edit, Finding, Import, Keyword, Rewrite, Safety, Severity
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import write_compat

_BATCH_NORMALIZATION_DOC = """`BatchNormalization(mode=)` is gone from Keras 2.

Keras 2.0 kept mode 0 only. Mode 1 normalized each sample over its last axis, mode 2 each batch by its own
statistics, at inference too. `kmigrate.compat` has a `BatchNormalization` with the three modes.

Before::

    from keras.layers import BatchNormalization
    x = BatchNormalization(mode=0, axis=1)(a)
    y = BatchNormalization(mode=2)(x)

After::

    from keras.layers import BatchNormalization
    from kmigrate.compat import BatchNormalization as CompatBatchNormalization
    x = BatchNormalization(axis=1)(a)
    y = CompatBatchNormalization(mode=2)(x)

The fix is safe: mode 0 is what Keras 2 does, and the layer of `kmigrate.compat` computes what Keras 1.2.2 did.
"""

_EMBEDDING = "keras.layers.embeddings.Embedding"
_BATCH_NORMALIZATION = "keras.layers.normalization.BatchNormalization"


def check_embedding(program: Program) -> Iterator[Finding]:
    """One finding a call of ``Embedding`` that gives ``dropout``."""
    for call, argument in _given(program, _EMBEDDING, "dropout"):
        what = "Keras 2's Embedding has no `dropout`, which dropped whole words"
        yield _finding(program, call, argument, "dropout", "KM105", what)


def check_batch_normalization(program: Program) -> Iterator[Finding]:
    """One finding a call of ``BatchNormalization`` that gives ``mode``."""
    for call, argument in _given(program, _BATCH_NORMALIZATION, "mode"):
        what = "Keras 2's BatchNormalization has no `mode`"
        yield _finding(program, call, argument, "mode", "KM106", what)


def _given(program: Program, symbol: str, parameter: str) -> Iterator[tuple[KerasCall, Argument]]:
    for call in program.calls:
        if call.symbol == symbol and 2 not in program.call_version(call):
            for entry in program.bound(call):
                if entry.parameter == parameter:
                    yield call, entry.argument


def _finding(program: Program, call: KerasCall, argument: Argument, parameter: str, code: str, what: str) -> Finding:
    module = program.module
    span = module.span(argument.node if argument.node is not None else argument.value)
    constant = program.values.constant(argument.value, call.scope)
    if constant is not None and (constant.value is None or constant.value == 0):
        doing = f"drop `{module.source(argument.value)}`, what Keras 2 does anyway"
        rewrite = _rewrite(program, call, doing, Drop(argument.index))
        return Finding(code, f"{what}: {doing}", Severity.ERROR, span, rewrite)
    use = program.use_of.get(call.node.func)
    if use is None or not call.direct:
        callee = module.source(call.node.func)
        message = f"{what}, and `{callee}` is not that class by name: use the one of kmigrate.compat"
        return Finding(code, message, Severity.ERROR, span)
    text, imports = write_compat(program, use)
    doing = "use the layer of kmigrate.compat"
    edits = (Edit(module.span(use.node), text),)
    rewrite = _rewrite(program, call, doing, Keyword(argument.index, parameter), edits, imports)
    return Finding(code, f"{what}: {doing}", Severity.ERROR, span, rewrite)


def _rewrite(
    program: Program,
    call: KerasCall,
    doing: str,
    op: Drop | Keyword,
    edits: tuple[Edit, ...] = (),
    imports: tuple[Import, ...] = (),
) -> Rewrite:
    safety = Safety.UNSAFE if call.assumes else Safety.SAFE
    ops = CallEdit(program.module.span(call.node), (op,))
    return Rewrite(doing, safety, edits=edits, calls=(ops,), imports=imports, assumes=call.assumes)


RULES = (
    Rule("KM105", "embedding-dropout", __doc__, check_embedding),
    Rule("KM106", "batch-normalization-mode", _BATCH_NORMALIZATION_DOC, check_batch_normalization),
)

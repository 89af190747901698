"""`TimeDistributedDense` is gone: it is `TimeDistributed(Dense(…))`.

Keras 1.2 already called it deprecated, and Keras 2.0 removed it. What the layer itself took (its name, the shape of
its input) goes to the wrapper, the rest to `Dense`.

Before::

    from keras.layers.core import TimeDistributedDense
    x = TimeDistributedDense(5, activation='softmax', input_dim=3, input_length=7, name='tags')

After::

    from keras.layers import TimeDistributed, Dense
    x = TimeDistributed(Dense(5, activation='softmax'), input_shape=(7, 3), name='tags')

The fix is safe: both compute the same from the same two weights. Arguments of `Dense` that have other names now are
renamed like those of any other `Dense`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from kmigrate.findings import ArgumentOp, CallEdit, Drop, Edit, Finding, Rewrite, Safety, Severity, Wrap
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.uses import Use
from kmigrate.rules.arguments import map_arguments
from kmigrate.rules.base import Rule
from kmigrate.rules.names import is_callee
from kmigrate.rules.renaming import write_instead

_SYMBOL = "keras.layers.core.TimeDistributedDense"
#: It took the same parameters in the same order (Keras 1.2.2, layers/core.py).
_DENSE = "keras.layers.core.Dense"

#: Keywords that are the wrapper's: those of every layer (Keras 1.2.2, engine/topology.py), and the weights.
_WRAPPER = ("input_shape", "batch_input_shape", "name", "trainable", "weights")


def check(program: Program) -> Iterator[Finding]:
    """One finding a call; other uses of the name are left to a person."""
    for call in program.calls:
        use = program.use_of.get(call.node.func)
        if call.symbol == _SYMBOL and use is not None and call.direct:
            yield _call(program, call, use)
    for use in program.uses:
        if use.symbol == _SYMBOL and not is_callee(program, use):
            message = "`TimeDistributedDense` is gone from Keras 2: use `TimeDistributed(Dense(…))`"
            yield Finding("KM109", message, Severity.ERROR, program.module.span(use.node))


def _call(program: Program, call: KerasCall, use: Use) -> Finding:
    span = program.module.span(call.node)
    message = "`TimeDistributedDense` is `TimeDistributed(Dense(…))` in Keras 2"
    bound = program.bound(call)
    given = {entry.parameter or entry.argument.keyword: entry.argument for entry in bound}
    if any(entry.argument.star for entry in bound):
        return Finding("KM109", f"{message}; its arguments are not all known here", Severity.ERROR, span)
    wrapper, imports = write_instead(program, use, "keras.layers.TimeDistributed")
    dense, dense_imports = write_instead(program, use, "keras.layers.Dense")
    ops: list[ArgumentOp] = []
    parts: list[str] = []
    size, length = given.get("input_dim"), given.get("input_length")
    if size is not None:
        parts.append(f"input_shape=({f'{{{length.index}}}' if length else 'None'}, {{{size.index}}})")
    # Keras 1 took no notice of input_shape beside input_dim (layers/core.py)
    taken = [name for name in _WRAPPER if name in given and (name != "input_shape" or size is None)]
    parts += [f"{name}={{{given[name].index}}}" for name in taken]
    if "input_dtype" in given:
        parts.append(f"dtype={{{given['input_dtype'].index}}}")
    gone = {given[name].index for name in ("input_dim", "input_length", "input_dtype", *_WRAPPER) if name in given}
    ops += [Drop(index) for index in sorted(gone)]
    row = program.row(_DENSE)
    if row is not None:
        mapped = map_arguments(program, dataclasses.replace(call, symbol=_DENSE), row)
        ops += [op for op in mapped.ops if getattr(op, "index", -1) not in gone]
    ops.append(Wrap(f"{wrapper}({', '.join(['{call}', *parts])})"))
    rewrite = Rewrite(
        "wrap a Dense in TimeDistributed",
        Safety.UNSAFE if call.assumes else Safety.SAFE,
        edits=(Edit(program.module.span(call.node.func), dense),),
        calls=(CallEdit(span, tuple(ops)),),
        imports=(*imports, *dense_imports),
        assumes=call.assumes,
    )
    return Finding("KM109", message, Severity.ERROR, span, rewrite)


RULE = Rule("KM109", "time-distributed-dense", __doc__, check)

"""A default changed between Keras 1.2.2 and Keras 2, so that the same call computes something else.

Where Keras 1 code relies on a default that Keras 2 changed, the old value is written out: `fit` trains 10 epochs in
Keras 1 and 1 in Keras 2, `LSTM` and `GRU` used `hard_sigmoid` for their gates, `Flatten` of channels-first images
keeps the order of memory only with `data_format='channels_last'`, optimizers have other rates and epsilons. Only
defaults that matter to the call are pinned, and only in files written for Keras 1. What `**options` may hold already
is left to win: `fit(x, y, **options)` becomes `fit(x, y, **{'epochs': 10, **options})`.

Before::

    from keras.layers import Convolution1D, LSTM
    x = Convolution1D(8, 3, border_mode='same')(x)
    y = LSTM(32)(x)

After::

    from keras.layers import Conv1D, LSTM
    x = Conv1D(8, 3, padding='same')(x)
    y = LSTM(32, recurrent_activation='hard_sigmoid')(x)

The fix is safe: it states what Keras 1.2.2 did. Where the file gives no sign of the Keras it was written for, the fix
is unsafe and assumes Keras 1.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import Add, CallEdit, Edit, Finding, Rewrite, Safety, Severity, Span
from kmigrate.keras_api.model import Pin
from kmigrate.program.ordering import may_be_channels_first
from kmigrate.program.program import KerasCall, Program
from kmigrate.rules.arguments import is_default
from kmigrate.rules.base import Rule
from kmigrate.rules.keyword_dicts import keyword_dict


def check(program: Program) -> Iterator[Finding]:
    """One finding a call with defaults to pin."""
    if program.written_for == 2:
        return
    for call in program.calls:
        row = program.row(call.symbol)
        if row is None or not row.pins or not call.complete or call.given or 2 in program.call_version(call):
            continue
        given = {entry.parameter for entry in program.bound(call)}
        given |= {keyword.arg for keyword in call.node.keywords}
        open_ended: list[ast.expr] = []
        for keyword in call.node.keywords:
            if keyword.arg is None:
                known = keyword_dict(program, keyword.value, call.scope)
                given.update(name for _, name, _ in (known.entries if known else ()))
                if known is None or known.doubt or not known.closed:
                    open_ended.append(keyword.value)
        pins = [pin for pin in row.pins if _applies(program, pin, given) and _matters(program, call, pin)]
        if pins:
            yield _finding(program, call, pins, open_ended)


def _applies(program: Program, pin: Pin, given: set[str | None]) -> bool:
    if pin.name in given or any(name in given for name in pin.unless):
        return False
    return pin.only_if != "channels_first" or may_be_channels_first(program)


def _matters(program: Program, call: KerasCall, pin: Pin) -> bool:
    """Whether one of the parameters without which the default makes no difference is given, and not as its default."""
    if not pin.given:
        return True
    defaults = dict(keras_api.params(call.symbol))
    return any(
        entry.parameter in pin.given and not is_default(entry.argument, defaults.get(entry.parameter))
        for entry in program.bound(call)
    )


def _finding(program: Program, call: KerasCall, pins: list[Pin], open_ended: list[ast.expr]) -> Finding:
    span = program.module.span(call.node)
    name = call.symbol.rpartition(".")[2]
    assumes = call.assumes or ("" if program.written_for == 1 else "the file is written for Keras 1")
    said = ", ".join(f"{pin.name}={pin.value}" for pin in pins)
    safety = Safety.UNSAFE if assumes else Safety.SAFE
    calls: tuple[CallEdit, ...] = ()
    edits: tuple[Edit, ...] = ()
    if open_ended:
        edits = _beneath(program, open_ended[0], pins)
    else:
        calls = (CallEdit(span, tuple(Add(pin.name, _literal(pin.value)) for pin in pins)),)
    rewrite = Rewrite(f"pin {said}", safety, edits=edits, calls=calls, assumes=assumes)
    why = "; ".join(dict.fromkeys(pin.why for pin in pins))
    condition = f" (if {assumes})" if assumes else ""
    known = rewrite if len(open_ended) < 2 else None
    return Finding("KM202", f"`{name}`: {why}: pin {said}{condition}", Severity.WARNING, span, known)


def _beneath(program: Program, options: ast.expr, pins: list[Pin]) -> tuple[Edit, ...]:
    """The edits that make ``**options`` to ``**{'epochs': 10, **options}``: what ``options`` may give itself wins.

    A keyword next to ``**options`` would be a TypeError where ``options`` has the key.
    """
    span = program.module.span(options)
    bare = isinstance(options, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Dict))
    before = "{" + "".join(f"'{pin.name}': {pin.value}, " for pin in pins) + ("**" if bare else "**(")
    after = "}" if bare else ")}"
    if options in program.call_of:  # what is inserted at either end would become part of that call
        return (Edit(span, before + program.module.source(options) + after),)
    return Edit(Span(span.start, span.start), before), Edit(Span(span.end, span.end), after)


def _literal(value: str) -> str:
    """``value`` as a template that stands for itself."""
    return value.replace("{", "{{").replace("}", "}}")


RULE = Rule("KM202", "changed-default", __doc__, check)

"""A default changed between Keras 1.2.2 and Keras 2, so that the same call computes something else.

Where Keras 1 code relies on a default that Keras 2 changed, the old value is written out: `fit` trains 10 epochs in
Keras 1 and 1 in Keras 2, `LSTM` and `GRU` used `hard_sigmoid` for their gates, `Flatten` of channels-first images
keeps the order of memory only with `data_format='channels_last'`, optimizers have other rates and epsilons. Only
defaults that matter to the call are pinned, and only in files written for Keras 1.

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

from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.findings import Add, CallEdit, Finding, Rewrite, Safety, Severity
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
        if any(keyword.arg is None for keyword in call.node.keywords):
            given |= _starred_keys(program, call)
        pins = [pin for pin in row.pins if _applies(program, pin, given) and _matters(program, call, pin)]
        if pins:
            yield _finding(program, call, pins)


def _starred_keys(program: Program, call: KerasCall) -> set[str | None]:
    """Keys that ``**options`` gives, where it is a dict that is seen."""
    keys: set[str | None] = set()
    for keyword in call.node.keywords:
        if keyword.arg is None:
            known = keyword_dict(program, keyword.value, call.scope)
            keys.update(name for _, name, _ in (known.entries if known else ()))
    return keys


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


def _finding(program: Program, call: KerasCall, pins: list[Pin]) -> Finding:
    span = program.module.span(call.node)
    name = call.symbol.rpartition(".")[2]
    assumes = call.assumes or ("" if program.written_for == 1 else "the file is written for Keras 1")
    said = ", ".join(f"{pin.name}={pin.value}" for pin in pins)
    rewrite = Rewrite(
        f"pin {said}",
        Safety.UNSAFE if assumes else Safety.SAFE,
        calls=(CallEdit(span, tuple(Add(pin.name, _literal(pin.value)) for pin in pins)),),
        assumes=assumes,
    )
    why = "; ".join(dict.fromkeys(pin.why for pin in pins))
    condition = f" (if {assumes})" if assumes else ""
    return Finding("KM202", f"`{name}`: {why}: pin {said}{condition}", Severity.WARNING, span, rewrite)


def _literal(value: str) -> str:
    """``value`` as a template that stands for itself."""
    return value.replace("{", "{{").replace("}", "}}")


RULE = Rule("KM202", "changed-default", __doc__, check)

"""A softmax over one unit is 1 whatever the input.

Softmax divides by the sum over the units, and one unit over itself is 1, in every version of Keras: the model says the
same for every sample, and no gradient reaches the layers before it. A network that tells one of two classes with one
unit ends with a sigmoid; with a softmax it needs two units. One that predicts a number ends with no activation.

Before::

    from keras.layers import Dense
    from keras.models import Sequential
    model = Sequential()
    model.add(Dense(1, input_dim=20, activation='softmax'))

After::

    from keras.layers import Dense
    from keras.models import Sequential
    model = Sequential()
    model.add(Dense(1, input_dim=20, activation='sigmoid'))

The fix is unsafe: it assumes that the unit is to tell one of two classes. There is none in a program that trains with
the error of a number (`mse`, `mae`), or with the loss of several classes.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmigrate.findings import CallEdit, Finding, Rewrite, Safety, Severity, Value
from kmigrate.program.image_flows import constant
from kmigrate.program.model_ends import DENSE
from kmigrate.program.program import Program
from kmigrate.rules.base import Rule

#: What a program that trains with such a loss wants instead.
_INSTEAD = {
    **dict.fromkeys(
        ("mse", "mean_squared_error", "mae", "mean_absolute_error", "msle", "mape", "huber", "logcosh"),
        "a network that predicts a number ends with no activation",
    ),
    **dict.fromkeys(("categorical_crossentropy", "sparse_categorical_crossentropy"), "give it a unit for each class"),
}
_ASSUMES = "the unit is to tell one of two classes"


def check(program: Program) -> Iterator[Finding]:
    """One finding a layer."""
    if "softmax" not in program.module.text:
        return
    for call in program.calls:
        if call.symbol != DENSE or not call.certain or not call.direct:
            continue
        given = {
            "units" if entry.argument.keyword == "units" else entry.parameter: entry.argument
            for entry in program.bound(call)
            if not entry.argument.star
        }
        units = given.get("units") or given.get("output_dim")
        activation = given.get("activation")
        if units is None or activation is None or constant(program, units.value, call.scope) != 1:
            continue
        if constant(program, activation.value, call.scope) == "softmax":
            span = program.module.span
            message = "a softmax over one unit is always 1"
            instead = next((_INSTEAD[n.value] for n, _ in program.module.strings if n.value in _INSTEAD), None)
            if instead is not None:
                yield Finding("KM407", f"{message}: {instead}", Severity.WARNING, span(activation.value))
                continue
            message += f": write activation='sigmoid' (if {_ASSUMES})"
            edit = CallEdit(span(call.node), (Value(activation.index, "'sigmoid'"),))
            rewrite = Rewrite("write activation='sigmoid'", Safety.UNSAFE, calls=(edit,), assumes=_ASSUMES)
            yield Finding("KM407", message, Severity.WARNING, span(activation.value), rewrite)


RULE = Rule("KM407", "one-unit-softmax", __doc__, check)

"""The labels that an iterator gives do not fit the last layer and the loss.

`class_mode` says what labels look like: `'binary'` and `'sparse'` give one number for each image, `'categorical'` (the
default) one column for each folder, `None` nothing at all. Together with the last layer and the loss, that decides
whether a model can be trained. What was observed, on Keras 1.2.2, tf_keras 2.21 and Keras 3:

- one unit with `categorical_crossentropy`: the loss is 0 from the first batch, and nothing is learned, silently;
- one unit with `binary_crossentropy` and the columns of `'categorical'`: Keras 1 and Keras 3 refuse it, tf_keras
  broadcasts: the best the model can do is to say 0.5;
- several units with one number for each image, or `sparse_categorical_crossentropy` with columns: refused;
- `None` where a loss wants labels: refused.

Before::

    from keras.layers import Dense, Flatten
    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    model = Sequential()
    model.add(Flatten(input_shape=(64, 64, 3)))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='sgd')
    train = ImageDataGenerator().flow_from_directory('cats_and_dogs', target_size=(64, 64))
    model.fit_generator(train, steps_per_epoch=100)

After::

    from keras.layers import Dense, Flatten
    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    model = Sequential()
    model.add(Flatten(input_shape=(64, 64, 3)))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='sgd')
    train = ImageDataGenerator().flow_from_directory('cats_and_dogs', target_size=(64, 64), class_mode='binary')
    model.fit_generator(train, steps_per_epoch=100)

It is found where the iterator, the last layer and the loss are all in sight. The fix is unsafe: it assumes that the
last layer and the loss are what is meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Add, CallEdit, Finding, Related, Rewrite, Safety, Severity, Value
from kmigrate.program.image_flows import NOT_KNOWN, Flow, Flows, first_argument, said
from kmigrate.program.model_ends import End, end_of
from kmigrate.program.program import Program, arguments_of
from kmigrate.rules.base import Rule

_CATEGORICAL = "categorical_crossentropy"
_BINARY = "binary_crossentropy"
_SPARSE = "sparse_categorical_crossentropy"
_REFUSED = "Keras refuses it"

#: (labels are columns, the last layer has one unit, loss) -> (what happens, severity, class_mode that fits or None)
_OUTCOMES: dict[tuple[bool, bool, str], tuple[str, Severity, str | None]] = {
    (False, True, _CATEGORICAL): ("the loss is 0 from the first batch, and nothing is learned", Severity.WARNING, None),
    (False, True, _SPARSE): (_REFUSED, Severity.ERROR, None),
    (False, False, _BINARY): (_REFUSED, Severity.ERROR, "categorical"),
    (False, False, _CATEGORICAL): (_REFUSED, Severity.ERROR, "categorical"),
    (True, True, _BINARY): (
        "Keras 1 and Keras 3 refuse it, tf_keras compares the one output with every column, and the model learns "
        "to say 0.5",
        Severity.ERROR,
        "binary",
    ),
    (True, True, _CATEGORICAL): (_REFUSED, Severity.ERROR, None),
    (True, True, _SPARSE): (_REFUSED, Severity.ERROR, None),
    (True, False, _SPARSE): (_REFUSED, Severity.ERROR, "sparse"),
}
_LABELS = {
    "categorical": "one column of labels for each class",
    "binary": "one label for each image",
    "sparse": "one label for each image",
}


def check(program: Program) -> Iterator[Finding]:
    """One finding an iterator that a model is trained with."""
    flows = Flows(program)
    if not flows.by_call:
        return
    seen: set[ast.Call] = set()
    for method in ("fit", "fit_generator"):
        for call, scope in program.module.calls_of(method):
            if not isinstance(call.func, ast.Attribute):
                continue
            data = first_argument(call, ("x", "generator"))
            flow = flows.of(data, scope) if data is not None else None
            if flow is None or flow.method == "flow" or flow.call in seen:
                continue
            mode = said(program, flow, "class_mode")
            end = end_of(program, call.func.value, scope, call) if mode is not NOT_KNOWN else None
            finding = _finding(program, flow, mode, end) if end is not None else None
            if finding is not None:
                seen.add(flow.call)
                yield finding


def _finding(program: Program, flow: Flow, mode: object, end: End) -> Finding | None:
    span = program.module.span
    if end.loss is None:
        return None
    related = (Related("the last layer", span(end.layer)),)
    if mode is None:
        message = f"class_mode=None gives no labels, and the loss {end.loss!r} wants them: Keras refuses to train"
        return Finding("KM406", message, Severity.ERROR, span(flow.call), related=related)
    if not isinstance(mode, str) or mode not in _LABELS or end.units is None:
        return None
    outcome = _OUTCOMES.get((mode == "categorical", end.units == 1, end.loss))
    if outcome is None:
        return _count(program, flow, mode, end, related)
    what, severity, fitting = outcome
    default = "" if "class_mode" in flow.arguments else " (the default)"
    units = "1 unit" if end.units == 1 else f"{end.units} units"
    message = (
        f"class_mode={mode!r}{default} gives {_LABELS[mode]}, the last layer has {units} and the loss is "
        f"{end.loss!r}: {what}"
    )
    if fitting is None:
        advice = "binary_crossentropy" if end.units == 1 else _SPARSE
        message += f"; one unit with a sigmoid wants class_mode='binary' and loss={advice!r}"
        return Finding("KM406", message, severity, span(flow.call), related=related)
    assumes = "the last layer and the loss are what is meant"
    if fitting == "binary":
        assumes += ", and there are two folders"
    given = next((a for a in arguments_of(flow.call) if a.value is flow.arguments.get("class_mode")), None)
    op = Add("class_mode", repr(fitting)) if given is None else Value(given.index, repr(fitting))
    rewrite = Rewrite(
        f"write class_mode={fitting!r}", Safety.UNSAFE, calls=(CallEdit(span(flow.call), (op,)),), assumes=assumes
    )
    message += f": write class_mode={fitting!r} (if {assumes})"
    return Finding("KM406", message, severity, span(flow.call), rewrite, related)


def _count(program: Program, flow: Flow, mode: str, end: End, related: tuple[Related, ...]) -> Finding | None:
    """The number of classes where they are listed, against the units of the last layer."""
    classes = said(program, flow, "classes")
    if not isinstance(classes, tuple) or end.units is None or end.units == 1:
        return None
    number = len(classes)
    fits = end.units == number if mode == "categorical" else end.units >= number
    if fits or end.activation != "softmax" or number == 0:
        return None
    message = f"`classes` lists {number} classes, and the last layer has {end.units} units: Keras refuses it"
    return Finding("KM406", message, Severity.ERROR, program.module.span(flow.call), related=related)


RULE = Rule("KM406", "class-mode", __doc__, check)

"""Predictions over an iterator that shuffles are joined with labels or file names in another order.

`flow`, `flow_from_directory` and `flow_from_dataframe` shuffle unless told otherwise, in every version of Keras.
`predict_generator` (and `predict` since TensorFlow 2.0) then gives the predictions in the shuffled order, while
`.classes`, `.labels` and `.filenames` of the iterator, and the labels that were given to `flow`, keep theirs: every
prediction is compared with the label of another image. Nothing fails; a good model looks as bad as chance.

Before::

    from keras.preprocessing.image import ImageDataGenerator
    from sklearn.metrics import confusion_matrix
    images = ImageDataGenerator(rescale=1. / 255)
    test = images.flow_from_directory('test', batch_size=16)
    predicted = model.predict_generator(test, steps=len(test)).argmax(axis=1)
    print(confusion_matrix(test.classes, predicted))

After::

    from keras.preprocessing.image import ImageDataGenerator
    from sklearn.metrics import confusion_matrix
    images = ImageDataGenerator(rescale=1. / 255)
    test = images.flow_from_directory('test', batch_size=16, shuffle=False)
    predicted = model.predict_generator(test, steps=len(test)).argmax(axis=1)
    print(confusion_matrix(test.classes, predicted))

It is found where both sides of the join are followed to the same iterator. The fix is unsafe: it assumes that nothing
else wants the iterator shuffled. There is none where the model is trained with the same iterator: a person makes a
second one, for predictions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Add, CallEdit, Finding, Related, Rewrite, Safety, Severity, Value
from kmigrate.program.image_flows import Flow, Flows, said
from kmigrate.program.joins import joins
from kmigrate.program.program import Program, arguments_of
from kmigrate.rules.base import Rule

_TRAINING = ("fit", "fit_generator", "train_on_batch")


def check(program: Program) -> Iterator[Finding]:
    """One finding a prediction that is joined with what is in another order."""
    flows = Flows(program)
    shuffled = {
        call: (flow, scope) for call, scope, flow in flows.predictions() if said(program, flow, "shuffle") is True
    }
    for call, (join, label) in joins(flows, {call: flow for call, (flow, _) in shuffled.items()}).items():
        flow = shuffled[call][0]
        span = program.module.span
        name = program.module.source(label)
        related = (
            Related("the iterator shuffles", span(flow.call)),
            Related("the predictions are taken to be in the order of the files", span(join)),
        )
        message = f"the predictions come in the shuffled order of the iterator, `{name}` does not: "
        trained = _is_trained_with(flows, flow)
        if trained:
            message += "predict over a second iterator, made with shuffle=False (this one is trained with)"
            yield Finding("KM402", message, Severity.WARNING, span(call), related=related)
            continue
        assumes = "nothing else wants this iterator shuffled"
        given = next((a for a in arguments_of(flow.call) if a.value is flow.arguments.get("shuffle")), None)
        op = Add("shuffle", "False") if given is None else Value(given.index, "False")
        rewrite = Rewrite(
            "make the iterator with shuffle=False",
            Safety.UNSAFE,
            calls=(CallEdit(span(flow.call), (op,)),),
            assumes=assumes,
        )
        message += f"make the iterator with shuffle=False (if {assumes})"
        yield Finding("KM402", message, Severity.WARNING, span(call), rewrite, related)


def _is_trained_with(flows: Flows, flow: Flow) -> bool:
    """Whether a model is trained with the iterator (to be validated with it wants no order)."""
    for method in _TRAINING:
        for call, scope in flows.program.module.calls_of(method):
            given = [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("x", "generator"))]
            if any(flows.of(value, scope) is flow for value in given if not isinstance(value, ast.Starred)):
                return True
    return False


RULE = Rule("KM402", "shuffled-predictions", __doc__, check)

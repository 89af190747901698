"""Samples with several labels meet a softmax, or a loss for one label.

`MultiLabelBinarizer` of scikit-learn makes rows with as many ones as a sample has labels. A softmax shares one whole
among the units, so that no two labels can both be near 1; `categorical_crossentropy` looks only at how the outputs
compare with each other. A model for several labels ends with a sigmoid and is trained with `binary_crossentropy`, in
every version of Keras. Nothing fails: the second label of a sample is never found.

Found::

    from keras.layers import Dense
    from keras.models import Sequential
    from sklearn.preprocessing import MultiLabelBinarizer
    labels = MultiLabelBinarizer().fit_transform(genres)
    model = Sequential()
    model.add(Dense(20, input_dim=100, activation='softmax'))
    model.compile('adam', 'categorical_crossentropy')
    model.fit(films, labels)

It is found where labels and model are followed to the same `fit`. It assumes that samples have several labels. No fix:
activation and loss change together, and so does what is done with the predictions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Finding, Related, Severity
from kmigrate.program.model_ends import end_of
from kmigrate.program.program import Program
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.rules.base import Rule

_CLASS = "sklearn.preprocessing.MultiLabelBinarizer"
_MAKERS = frozenset({"fit_transform", "transform"})
_ASSUMES = "samples have more than one label"


def check(program: Program) -> Iterator[Finding]:
    """One finding a model."""
    if "MultiLabelBinarizer" not in program.module.text:
        return
    for call, scope in program.module.calls_of("fit"):
        labels = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "y"), None)
        if labels is None or not isinstance(call.func, ast.Attribute):
            continue
        made = _made(program, labels, scope)
        end = end_of(program, call.func.value, scope, call) if made is not None else None
        if made is None or end is None:
            continue
        wrong = [name for name in (end.activation, end.loss) if name in ("softmax", "categorical_crossentropy")]
        if wrong:
            message = (
                f"these labels are several for a sample, and {' and '.join(wrong)} {'are' if len(wrong) > 1 else 'is'} "
                f"for one: end with a sigmoid, and train with binary_crossentropy (if {_ASSUMES})"
            )
            related = (Related("the labels", program.module.span(made)),)
            yield Finding("KM410", message, Severity.WARNING, program.module.span(end.layer), related=related)


def _made(program: Program, expr: ast.expr, scope: Scope, depth: int = 0) -> ast.Call | None:
    """The call of ``MultiLabelBinarizer`` that makes ``expr``, also before it is split for training."""
    if isinstance(expr, ast.Call):
        func = expr.func
        is_made = isinstance(func, ast.Attribute) and func.attr in _MAKERS
        return (
            expr if is_made and isinstance(func, ast.Attribute) and _is_binarizer(program, func.value, scope) else None
        )
    if not isinstance(expr, ast.Name) or depth > 6:
        return None
    bound = reaching(program.module, expr, scope)
    if not isinstance(bound, Assigned):
        return None
    if not bound.path:
        return _made(program, bound.value, bound.scope, depth + 1)
    split = bound.value
    at = bound.path[0]
    if isinstance(split, ast.Call) and len(bound.path) == 1 and at is not None and at // 2 < len(split.args):
        name = split.func.attr if isinstance(split.func, ast.Attribute) else getattr(split.func, "id", "")
        return _made(program, split.args[at // 2], bound.scope, depth + 1) if name == "train_test_split" else None
    return None


def _is_binarizer(program: Program, expr: ast.expr, scope: Scope) -> bool:
    if isinstance(expr, ast.Name):
        bound = reaching(program.module, expr, scope)
        if not isinstance(bound, Assigned) or bound.path:
            return False
        expr, scope = bound.value, bound.scope
    value = program.values.only(expr.func, scope) if isinstance(expr, ast.Call) else None
    return getattr(value, "path", None) == _CLASS


RULE = Rule("KM410", "multi-label", __doc__, check)

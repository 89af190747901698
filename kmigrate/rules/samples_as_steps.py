"""A number of samples is given where Keras counts batches.

Since Keras 2.0 `steps_per_epoch`, `validation_steps` and `steps` count batches. A program that gives them the number of
samples runs over its data as often as a batch has images: an "epoch" of 32 epochs, and, of `predict_generator`, every
prediction 32 times. (In Keras 1 `samples_per_epoch` and `nb_val_samples` do count samples: KM201 rewrites those.)

Before::

    from keras.datasets import cifar10
    from keras.preprocessing.image import ImageDataGenerator
    (x, y), _ = cifar10.load_data()
    images = ImageDataGenerator()
    train = images.flow_from_directory('train', batch_size=16)
    model.fit_generator(train, steps_per_epoch=train.samples, epochs=50)
    model.fit_generator(images.flow(x, y, batch_size=32), steps_per_epoch=len(x), epochs=50)

After::

    from keras.datasets import cifar10
    from keras.preprocessing.image import ImageDataGenerator
    (x, y), _ = cifar10.load_data()
    images = ImageDataGenerator()
    train = images.flow_from_directory('train', batch_size=16)
    model.fit_generator(train, steps_per_epoch=len(train), epochs=50)
    model.fit_generator(images.flow(x, y, batch_size=32), steps_per_epoch=-(-len(x) // 32), epochs=50)

It is found where the iterator is known and makes batches of more than one: for its own count (`train.samples`), for the
length of the arrays that it was made from, and for a number under a name that says samples (`nb_train_samples`). The
fix is unsafe: it assumes that an epoch is to go over the data once.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate.findings import CallEdit, Finding, Related, Rewrite, Safety, Severity, Value
from kmigrate.program.batches import batch_size
from kmigrate.program.image_flows import Flow, Flows, first_argument, said
from kmigrate.program.program import Program, arguments_of
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.rules.base import Rule

_TRAINING = ("steps_per_epoch", "validation_steps")
_METHODS = {
    "fit": _TRAINING,
    "fit_generator": _TRAINING,
    "evaluate": ("steps",),
    "evaluate_generator": ("steps",),
    "predict": ("steps",),
    "predict_generator": ("steps",),
}
#: Attributes of Keras's iterators that count samples, in Keras 1 (``nb_sample``) and in Keras 2.
_COUNTS = frozenset({"samples", "n", "nb_sample"})
_NAMED = re.compile(
    r"(?:nb|num|n|no|number_of|total)_?(?:of_)?(?:train|training|val|valid|validation|test|testing)?_?"
    r"(?:samples?|images?|imgs?|examples?)",
    re.IGNORECASE,
)


def check(program: Program) -> Iterator[Finding]:
    """One finding a number of samples."""
    flows = Flows(program)
    if not flows.by_call:
        return
    for method, names in _METHODS.items():
        for call, scope in program.module.calls_of(method):
            if not isinstance(call.func, ast.Attribute):
                continue
            for argument in arguments_of(call):
                if argument.keyword in names and argument.keyword is not None:
                    data = _data(call, argument.keyword)
                    flow = flows.of(data, scope) if data is not None else None
                    size = said(program, flow, "batch_size") if flow is not None else None
                    if data is None or flow is None or type(size) is not int or size < 2:
                        continue
                    counted = _counted(flows, flow, argument.value, scope, size)
                    if counted is not None:
                        use = _Use(program, call, scope, argument.index, argument.keyword, argument.value, data)
                        yield _finding(use, flow, size, counted)


def _data(call: ast.Call, keyword: str) -> ast.expr | None:
    if keyword == "validation_steps":
        return next((k.value for k in call.keywords if k.arg == "validation_data"), None)
    return first_argument(call, ("x", "generator"))


@dataclass(frozen=True, slots=True)
class _Use:
    """A count in a call, and the iterator that it is for."""

    program: Program
    call: ast.Call
    scope: Scope
    index: int
    keyword: str
    count: ast.expr
    data: ast.expr


def _counted(flows: Flows, flow: Flow, count: ast.expr, scope: Scope, size: int, depth: int = 0) -> str | None:
    """Whether ``count`` is the number of the iterator's samples: "" surely, else what that assumes; None: no."""
    module = flows.program.module
    if isinstance(count, ast.Attribute) and count.attr in _COUNTS:
        return "" if flows.of(count.value, scope) is flow else None
    if isinstance(count, ast.Call) and isinstance(count.func, ast.Name) and count.func.id == "len":
        of = count.args[0] if len(count.args) == 1 else None
        listed = isinstance(of, ast.Attribute) and of.attr in ("filenames", "classes", "labels", "filepaths")
        if listed and isinstance(of, ast.Attribute) and flows.of(of.value, scope) is flow:
            return ""
        return "" if of is not None and _is_data_of(flows, flow, of, scope) else None
    if (
        isinstance(count, ast.Subscript)
        and isinstance(count.slice, ast.Constant)
        and count.slice.value == 0
        and isinstance(count.value, ast.Attribute)
        and count.value.attr == "shape"
    ):
        return "" if _is_data_of(flows, flow, count.value.value, scope) else None
    if isinstance(count, ast.Name) and depth < 4:
        bound = reaching(module, count, scope)
        if isinstance(bound, Assigned) and not bound.path:
            value = bound.value
            if isinstance(value, ast.Constant) and type(value.value) is int and value.value > size:
                return f"`{count.id}` is a number of samples" if _NAMED.fullmatch(count.id) else None
            return _counted(flows, flow, value, bound.scope, size, depth + 1)
    return None


def _is_data_of(flows: Flows, flow: Flow, expr: ast.expr, scope: Scope) -> bool:
    """Whether ``expr`` is an array that ``flow`` was given."""
    if flow.method != "flow" or not isinstance(expr, ast.Name):
        return False
    module = flows.program.module
    for given in (flow.arguments.get("x"), flow.arguments.get("y")):
        if isinstance(given, ast.Name) and given.id == expr.id:
            bound = reaching(module, given, flow.scope)
            return bound is not None and bound is reaching(module, expr, scope)
    return False


def _finding(use: _Use, flow: Flow, size: int, doubt: str) -> Finding:
    program = use.program
    span = program.module.span
    source = program.module.source(use.count)
    template = _batches(use, flow, source)
    shown = template.replace(f"{{{use.index}:p}}", source) if template else f"{source} over the batch size"
    once = "an epoch is to go over the data once" if use.keyword in _TRAINING else "every sample is meant once"
    assumes = "; ".join(filter(None, (doubt, once)))
    message = (
        f"`{use.keyword}` counts batches, and `{source}` is a number of samples: with batches of {size} the data are "
        f"gone over {size} times: `{use.keyword}={shown}` (if {assumes})"
    )
    rewrite = None
    if template:
        edit = CallEdit(span(use.call), (Value(use.index, template),))
        rewrite = Rewrite(f"write {use.keyword}={shown}", Safety.UNSAFE, calls=(edit,), assumes=assumes)
    related = (Related("the iterator, and its batch size", span(flow.call)),)
    return Finding("KM404", message, Severity.WARNING, span(use.count), rewrite, related)


def _batches(use: _Use, flow: Flow, source: str) -> str | None:
    """A template for the number of batches; None where the batch size cannot be written there."""
    own = isinstance(use.count, ast.Attribute) and use.count.attr in _COUNTS
    if own and isinstance(use.count, ast.Attribute):
        return f"len({ast.unparse(use.count.value)})"
    if isinstance(use.data, (ast.Name, ast.Attribute)) and flow.method != "flow":
        return f"len({ast.unparse(use.data)})" if not _NAMED.fullmatch(source) else _over(use)
    return _over(use)


def _over(use: _Use) -> str | None:
    size = batch_size(use.program, use.data, use.scope)
    return f"-(-{{{use.index}:p}} // {size.text})" if size is not None and not size.assumes else None


RULE = Rule("KM404", "samples-as-steps", __doc__, check)

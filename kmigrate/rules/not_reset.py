"""Keras 1 goes on in an iterator where its last use stopped.

In Keras 1 (1.2.2, engine/training.py) `predict_generator` takes batches from wherever the iterator stands, and
`fit_generator` and `evaluate_generator` before it have read up to `max_q_size` batches ahead. With `shuffle=False` the
predictions are then in the order of the files, but begin somewhere in the middle: joined with `.classes` or
`.filenames`, every one is compared with another image. Since Keras 2.1 the methods ask the iterator for its batches by
number, from 0, so that the upgraded program gives other results, and the right ones.

Before::

    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    model = Sequential()
    test = ImageDataGenerator().flow_from_directory('test', batch_size=10, shuffle=False)
    score = model.evaluate_generator(test, val_samples=1000)
    predicted = model.predict_generator(test, val_samples=1000)
    wrong = test.classes != predicted.argmax(axis=1)

After::

    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    model = Sequential()
    test = ImageDataGenerator().flow_from_directory('test', batch_size=10, shuffle=False)
    score = model.evaluate_generator(test, steps=100)
    test.reset()
    predicted = model.predict_generator(test, steps=100)
    wrong = test.classes != predicted.argmax(axis=1)

It is found in programs for Keras 1 where an earlier use surely comes first and nothing resets the iterator. The fix is
safe: it is what the join takes for granted, and on Keras 2 it changes nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Related, Rewrite, Severity, Span
from kmigrate.program.image_flows import Flow, Flows, first_argument, said
from kmigrate.program.joins import joins
from kmigrate.program.program import Program
from kmigrate.program.reaching import comes_before, statement
from kmigrate.program.scopes import Scope
from kmigrate.rules.base import Rule

_USES = ("fit_generator", "evaluate_generator", "predict_generator")


def check(program: Program) -> Iterator[Finding]:
    """One finding a prediction that may begin anywhere."""
    flows = Flows(program)
    if not flows.by_call:
        return
    ordered = {
        call: flow
        for call, _, flow in flows.predictions()
        if said(program, flow, "shuffle") is False and _is_of_keras1(program, call)
    }
    for call, (join, label) in joins(flows, ordered).items():
        flow = ordered[call]
        before = [use for use in _uses(flows, flow) if comes_before(program.module, use, call)]
        if not before or _is_reset(flows, flow):
            continue
        span = program.module.span
        data = first_argument(call, ("generator",))
        name = program.module.source(data) if data is not None else "the iterator"
        message = (
            f"Keras 1 goes on in `{name}` where its last use stopped, so these predictions do not begin with the first "
            f"of `{program.module.source(label)}`: call {name}.reset() first"
        )
        related = (Related("an earlier use", span(before[-1])), Related("where they are joined", span(join)))
        yield Finding("KM403", message, Severity.WARNING, span(call), _reset(program, call, name, data), related)


def _is_of_keras1(program: Program, call: ast.Call) -> bool:
    """Whether it is ``predict_generator`` as Keras 1 has it: ``val_samples`` is ``steps`` in Keras 2."""
    keywords = {keyword.arg for keyword in call.keywords}
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "predict_generator" or "steps" in keywords:
        return False
    return program.written_for == 1 or "val_samples" in keywords


def _uses(flows: Flows, flow: Flow) -> Iterator[ast.Call]:
    """Calls that take batches from the iterator, in source order."""
    found: list[ast.Call] = []
    calls: list[tuple[ast.Call, Scope]] = [c for name in _USES for c in flows.program.module.calls_of(name)]
    for call, scope in calls:
        given = [first_argument(call, ("generator",))]
        given += [keyword.value for keyword in call.keywords if keyword.arg == "validation_data"]
        if any(value is not None and flows.of(value, scope) is flow for value in given):
            found.append(call)
    for call, scope in flows.program.module.calls_of("next"):
        taken = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0] if call.args else None
        if taken is not None and flows.of(taken, scope) is flow:
            found.append(call)
    return iter(sorted(found, key=lambda call: (call.lineno, call.col_offset)))


def _is_reset(flows: Flows, flow: Flow) -> bool:
    """Whether something resets the iterator anywhere."""
    return any(
        isinstance(call.func, ast.Attribute) and flows.of(call.func.value, scope) in (flow, None)
        for call, scope in flows.program.module.calls_of("reset")
    )


def _reset(program: Program, call: ast.Call, name: str, data: ast.expr | None) -> Rewrite | None:
    """A line before the statement, where that begins its line."""
    where = statement(program.module, call)
    if where is None or not isinstance(data, (ast.Name, ast.Attribute)):
        return None
    start = program.module.span(where).start
    line = program.module.lines.line(start).start
    indent = program.module.text[line:start]
    if indent.strip():
        return None
    return Rewrite(f"call {name}.reset() first", edits=(Edit(Span(start, start), f"{name}.reset()\n{indent}"),))


RULE = Rule("KM403", "not-reset", __doc__, check)

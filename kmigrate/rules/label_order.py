"""Class names in the program stand in another order than the iterator's classes.

`flow_from_directory` numbers the folders in alphanumeric order (`sorted(os.listdir(directory))`, in Keras 1.2.2 and
2.15): capitals before small letters, `Class_10` before `Class_2`. `classes=[…]` gives the order outright. A list of
names in another order turns every prediction into the wrong word, without an error.

Found::

    import numpy as np
    from keras.preprocessing.image import ImageDataGenerator
    train = ImageDataGenerator().flow_from_directory('animals', classes=['cat', 'dog'])
    names = ['dog', 'cat']
    print(names[np.argmax(model.predict(image)[0])])

Where the folder is in the tree that is looked at, its folders are read, and the message shows both orders. It also says
where

- a folder whose name begins with a dot (`.ipynb_checkpoints`) would be taken for a class;
- the folders for training and for validation differ, so that the same number means another class;
- nothing is known of the folders, but the names are numbered and counted as people count (a hint).

No fix: a person decides which order is meant. `list(train.class_indices)` is always right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kmigrate.findings import Finding, Related, Severity
from kmigrate.program.class_numbers import is_class_number
from kmigrate.program.image_flows import NOT_KNOWN, Flow, Flows, constant, first_argument, said
from kmigrate.program.program import Program
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.rules.base import Rule

_DIGITS = re.compile(r"(\d+)")
_SHOWN = 8


def check(program: Program) -> Iterator[Finding]:
    """Findings on the folders of iterators, and on lists of names."""
    flows = Flows(program)
    over_folders = [flow for flow in flows.by_call.values() if flow.method == "flow_from_directory"]
    if not over_folders:
        return
    orders = {flow: _order(program, flow) for flow in over_folders}
    known = {flow: order for flow, order in orders.items() if order is not None}
    yield from _folders(program, known)
    yield from _pairs(flows, known)
    for names in _lists(program):
        yield from _list(program, names, list(known.items()), certain=len(known) == len(orders))


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """The classes of an iterator in the order of their numbers; ``folder`` where they are read from there."""

    names: tuple[str, ...]
    folder: str | None


def _order(program: Program, flow: Flow) -> _Order | None:
    classes = said(program, flow, "classes")
    if isinstance(classes, tuple) and classes and all(isinstance(name, str) for name in classes):
        return _Order(tuple(str(name) for name in classes), None)
    directory = said(program, flow, "directory")
    if classes is not None or not isinstance(directory, str):
        return None
    folders = program.project.folders_in(directory, program.module.path)
    return _Order(tuple(sorted(folders)), directory) if folders else None


# the folders themselves


def _folders(program: Program, known: dict[Flow, _Order]) -> Iterator[Finding]:
    for flow, order in known.items():
        if order.folder is None or said(program, flow, "class_mode") is None:
            continue
        span = program.module.span(flow.arguments["directory"])
        hidden = [name for name in order.names if name.startswith((".", "__pycache__"))]
        if hidden:
            message = (
                f"{order.folder} holds the folder {hidden[0]}, which is taken for a class: {_mapping(order.names)}; "
                "delete it, or name the classes with classes=[…]"
            )
            yield Finding("KM401", message, Severity.WARNING, span)
        elif list(order.names) != sorted(order.names, key=_as_counted):
            message = f"the labels follow the alphanumeric order of the folders: {_mapping(order.names)}"
            yield Finding("KM401", message, Severity.HINT, span)


def _pairs(flows: Flows, known: dict[Flow, _Order]) -> Iterator[Finding]:
    """Training and validation whose folders differ."""
    module = flows.program.module
    for method in ("fit", "fit_generator"):
        for call, scope in module.calls_of(method):
            data = first_argument(call, ("x", "generator"))
            validation = next((k.value for k in call.keywords if k.arg == "validation_data"), None)
            one = flows.of(data, scope) if data is not None else None
            other = flows.of(validation, scope) if validation is not None else None
            if one not in known or other not in known or one is None or other is None:
                continue
            trained, validated = known[one].names, known[other].names
            if trained != validated:
                message = (
                    f"the labels of validation are other classes than those of training: {_mapping(trained)} against "
                    f"{_mapping(validated)}: give both iterators the same classes=[…], or the same folders"
                )
                related = (Related("the iterator for training", module.span(one.call)),)
                yield Finding("KM401", message, Severity.WARNING, module.span(other.call), related=related)


# lists of names


@dataclass(frozen=True, slots=True, eq=False)
class _Names:
    """Names in the order in which the program numbers them, and where they stand."""

    names: tuple[str, ...]
    display: ast.expr


def _lists(program: Program) -> Iterator[_Names]:
    """Lists and dicts of names that are asked with the number of a predicted class, or name the classes of a report."""
    module = program.module
    found: dict[ast.expr, _Names] = {}
    for node, scope in module.subscripts:
        if isinstance(node.ctx, ast.Load) and not isinstance(node.slice, (ast.Constant, ast.Slice)):
            display = _display(program, node.value, scope)
            if display is not None and display.display not in found and is_class_number(program, node.slice, scope):
                found[display.display] = display
    for call, scope in module.calls_of("classification_report"):
        given = next((k.value for k in call.keywords if k.arg == "target_names"), None)
        display = _display(program, given, scope) if given is not None else None
        if display is not None:
            found.setdefault(display.display, display)
    yield from found.values()


def _display(program: Program, expr: ast.expr, scope: Scope) -> _Names | None:
    """The list, tuple or dict from numbers that ``expr`` is, if all of it is written out."""
    if isinstance(expr, ast.Name):
        bound = reaching(program.module, expr, scope)
        if not isinstance(bound, Assigned) or bound.path:
            return None
        expr, scope = bound.value, bound.scope
    if isinstance(expr, ast.Dict):
        keys = [constant(program, key, scope) if key is not None else NOT_KNOWN for key in expr.keys]
        values = [constant(program, value, scope) for value in expr.values]
        if sorted(map(repr, keys)) != sorted(map(repr, range(len(keys)))):
            return None
        ordered = [
            value for _, value in sorted(zip(map(repr, keys), values, strict=True), key=lambda pair: int(pair[0]))
        ]
    elif isinstance(expr, (ast.List, ast.Tuple)):
        ordered = [constant(program, element, scope) for element in expr.elts]
    else:
        return None
    names = tuple(name for name in ordered if isinstance(name, str))
    return _Names(names, expr) if len(names) == len(ordered) > 1 and len(set(names)) == len(names) else None


def _list(program: Program, names: _Names, known: Sequence[tuple[Flow, _Order]], *, certain: bool) -> Iterator[Finding]:
    module = program.module
    same = [(flow, order) for flow, order in known if set(map(_plain, order.names)) == set(map(_plain, names.names))]
    if same and certain and all(_as_plain(order.names) != _as_plain(names.names) for _, order in same):
        flow, order = same[0]
        where = f"the folders of {order.folder} are" if order.folder else "the iterator has"
        message = (
            f"these names are numbered {_mapping(names.names)}, {where} {_mapping(order.names)}: "
            "`list(….class_indices)` has the order of the iterator"
        )
        related = (Related("the iterator", module.span(flow.call)),)
        yield Finding("KM401", message, Severity.WARNING, module.span(names.display), related=related)
    elif not known and list(names.names) == sorted(names.names, key=_as_counted) != sorted(names.names):
        message = (
            f"if the folders have these names, flow_from_directory numbers them {_mapping(sorted(names.names))}, in "
            f"alphanumeric order, and this list {_mapping(names.names)}"
        )
        yield Finding("KM401", message, Severity.HINT, module.span(names.display))


def _plain(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def _as_plain(names: Sequence[str]) -> list[str]:
    return [_plain(name) for name in names]


def _as_counted(name: str) -> list[tuple[int, str]]:
    """A key that puts ``Class_2`` before ``Class_10``, as people count."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _DIGITS.split(name)]


def _mapping(names: Sequence[str]) -> str:
    shown = ", ".join(f"{number}: {name}" for number, name in enumerate(names[:_SHOWN]))
    return f"{shown}, …" if len(names) > _SHOWN else shown


RULE = Rule("KM401", "label-order", __doc__, check)

"""Models: how Sequential and functional ones come about, and what calling one as a layer gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kmigrate.program.shapes.tensors import Fault, Shape, Tensor, Unknown
from kmigrate.program.shapes.values import Application, Model, Place

#: Applies a layer, model or object to tensors, at a place, and records it.
Apply = Callable[[object, Sequence[Tensor], Place], list[Tensor]]


def steps_between(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> tuple[list[Application], list[Tensor], bool]:
    """The applications that lead to ``outputs``, in the order they were made; inputs they start from that are not in
    ``inputs``; and whether all of them are known.
    """
    given = {id(tensor) for tensor in inputs}
    found: dict[int, Application] = {}
    loose: list[Tensor] = []
    known = True
    todo = list(outputs)
    seen: set[int] = set()
    while todo:
        tensor = todo.pop()
        if id(tensor) in seen or id(tensor) in given:
            continue
        seen.add(id(tensor))
        made_by = tensor.made_by
        if not isinstance(made_by, Application):
            known = False
            continue
        if not made_by.inputs:
            loose.append(tensor)
            continue
        found[made_by.number] = made_by
        todo.extend(made_by.inputs)
    return [found[number] for number in sorted(found)], loose, known


def functional(model: Model, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> list[Tensor]:
    """Fill ``model`` in as ``Model(inputs, outputs)`` does; gives the inputs that are needed and were not named."""
    model.inputs, model.outputs = list(inputs), list(outputs)
    model.steps, loose, known = steps_between(inputs, outputs)
    model.known = model.known and known
    layers: dict[int, object] = {}
    for step in model.steps:
        layers.setdefault(id(step.layer), step.layer)
    starts = [t.made_by.layer for t in inputs if isinstance(t.made_by, Application) and not t.made_by.inputs]
    model.layers[:] = [*starts, *layers.values()]
    return loose


def same_shape(one: Shape | None, other: Shape | None) -> bool:
    """Whether a model that was built for ``one`` certainly takes ``other`` without anything changing."""
    if one is None or other is None or len(one) != len(other):
        return False
    return all(a == b or a is b for a, b in zip(one, other, strict=True))


def misfit(expected: Shape | None, given: Shape | None) -> str:
    """How ``given`` certainly does not fit an input made for ``expected``: "rank", "size", or ""."""
    if expected is None or given is None:
        return ""
    if len(expected) != len(given):
        return "rank"
    sizes = zip(expected[1:], given[1:], strict=True)
    if any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in sizes):
        return "size"
    return ""


def call_model(model: Model, inputs: Sequence[Tensor], place: Place, apply: Apply) -> list[Tensor]:
    """What calling ``model`` on ``inputs`` gives: its steps again, on the new shapes.

    Raises :class:`Fault` where an input has another rank than the model was built for.
    """
    if not model.known or not model.inputs or len(inputs) != len(model.inputs):
        return [Tensor(None) for _ in model.outputs] or [Tensor(None)]
    for tensor, own in zip(inputs, model.inputs, strict=True):
        kind = misfit(own.shape, tensor.shape)
        if kind == "rank" or (kind == "size" and model.version >= 3):
            raise Fault(
                "model-input",
                f"the model takes {shape_text(own.shape)}, and is called on {shape_text(tensor.shape)}",
            )
    if all(same_shape(own.shape, tensor.shape) for tensor, own in zip(inputs, model.inputs, strict=True)):
        return [Tensor(o.shape, o.axes, o.trust, o.born, o.broken, masked=o.masked) for o in model.outputs]
    made: dict[int, Tensor] = {id(own): tensor for own, tensor in zip(model.inputs, inputs, strict=True)}
    for step in model.steps:
        given = [made.get(id(tensor), tensor) for tensor in step.inputs]
        for old, new in zip(step.outputs, apply(step.layer, given, place), strict=False):
            made[id(old)] = new
    return [made.get(id(tensor), Tensor(None)) for tensor in model.outputs]


def shape_text(shape: Shape | None) -> str:
    """A shape as the program would write it, samples left out: ``(28, 28, 1)``; "an unknown shape"."""
    if shape is None:
        return "an unknown shape"
    return sizes_text(shape[1:])


def sizes_text(sizes: Iterable[object]) -> str:
    """Sizes as a tuple in the program would stand: ``(28, None, height)``."""
    parts = [str(size) if not isinstance(size, Unknown) or size.name else "?" for size in sizes]
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"

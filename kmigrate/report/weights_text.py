"""What converting a file of weights came to, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from kmigrate.weights.results import Checked, Outcome
from kmigrate.weights.saved import Shape

_ORDERINGS = {"th": "kernels in the ordering th", "tf": "kernels in the ordering tf"}
_BACKENDS = {"theano": "Theano", "tensorflow": "TensorFlow"}
_STATUSES = {"identical": "green", "differs": "red", "not_compared": "yellow"}


def render(outcome: Outcome) -> str:
    """A table of layers, what was taken to be so, and what was written and checked."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    plan = outcome.plan
    facts = [f"Keras {outcome.version}"] if outcome.version else []
    facts += [_BACKENDS[plan.backend]] if plan.backend else []
    facts += [_ORDERINGS[plan.ordering]] if plan.ordering else []
    yield f"{outcome.source}{': ' if facts else ''}{', '.join(facts)}"
    yield from _table(
        [
            (
                one.step.part.name,
                one.step.cls or "(own)",
                f"{_shapes(one.step.part.shapes)} -> {_shapes(one.after)}" if one.done else _shapes(one.after),
                ", ".join(one.done) or "as it was",
            )
            for one in outcome.converted
        ]
    )
    inferred = [one.step.part.name for one in outcome.converted if one.step.source == "inferred"]
    if inferred:
        which = "the classes" if len(inferred) == len(outcome.converted) else f"those of {', '.join(inferred)}"
        yield f"  assumed: {which} are told by the names and shapes of the weights"
    for sentence in plan.assumptions:
        yield f"  assumed: {sentence}"
    for sentence in outcome.left:
        yield click.style(f"  left to you: {sentence}", fg="yellow")
    if not outcome.converted:
        yield f"Wrote the architecture to {outcome.destination}."
        return
    layers = f"{len(outcome.converted)} layer{'s' if len(outcome.converted) != 1 else ''}"
    what = "the model" if outcome.is_model else "the weights"
    yield f"Wrote {what} of {layers} to {outcome.destination}."
    if outcome.checked is not None:
        yield _checked(outcome.checked)
        if plan.backend == "theano":
            yield "Theano itself was not run: Keras 1.2.2 computed on TensorFlow, from a copy with turned kernels."
    elif outcome.unchecked:
        yield f"Not checked: {outcome.unchecked}."


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for row in rows:
        yield "  " + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])


def _shapes(shapes: Sequence[Shape]) -> str:
    """Shapes; what repeats is counted: ``(3, 4) (4, 4) (4,) x4``."""
    count = len(shapes)
    period = next((n for n in range(1, count) if count % n == 0 and shapes == tuple(shapes[:n]) * (count // n)), count)
    said = " ".join(map(str, shapes[:period]))
    return said if period == count else f"{said} x{count // period}"


def _checked(checked: Checked) -> str:
    if checked.status == "identical":
        found = f"the outputs of {checked.layers} layers are the same on Keras 1.2.2 and on tf_keras, "
        said = f"{found}within {checked.max_abs_error:.1e}"
    else:
        said = str(checked.reason).rstrip(".")
        if checked.max_abs_error is not None:
            said += f"; the outputs are {checked.max_abs_error:.2g} apart"
    word = "Checked" if checked.status == "identical" else checked.status.replace("_", " ").capitalize()
    return f"{click.style(word, fg=_STATUSES[checked.status], bold=True)}: {said}."

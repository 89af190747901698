"""What training came to, as a part of a page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kmigrate.report import error_axis
from kmigrate.report.error_axis import TOLERANCES, bar
from kmigrate.report.verify_svg import error_text, level_of
from kmigrate.verify.results import LayerError, Status, Training


def section(training: Training, floatx: str | None) -> str:
    """The losses of each step, the gradients of the first one, and what the steps changed.

    What differs stands above, as that of the model.
    """
    parts = ["<h3>Training</h3>"]
    if training.status is Status.NOT_COMPARED:
        return f"{parts[0]}<p class=soft>not compared: {escape(training.reason or '')}</p>"
    parts.append(_notes(training.notes))
    if training.losses:
        rows = "".join(
            f"<tr><td>step {at + 1}<td class=n>{old:.9g}<td class=n>{new:.9g}"
            for at, (old, new) in enumerate(training.losses)
        )
        metrics = "".join(
            f"<tr><td>{escape(one.name)}<td class=n>{one.old:.9g}<td class=n>{one.new:.9g}" for one in training.metrics
        )
        head = "<tr><th>loss before<th class=n>Keras 1.2.2<th class=n>now"
        parts.append(f"<div class=scroll><table class='layers plain'>{head}{rows}{metrics}</table></div>")
    steps = f"{training.steps} step{'s' if training.steps != 1 else ''}"
    named = (("gradient of the first step", training.gradients), (f"change of weights after {steps}", training.weights))
    parts += [_errors(title, errors, floatx) for title, errors in named if errors]
    return "".join(parts)


def _notes(notes: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(note)}" for note in notes)
    return f"<ul class=notes>{items}</ul>" if items else ""


def _errors(title: str, errors: Sequence[LayerError], floatx: str | None) -> str:
    tolerance = TOLERANCES.get(floatx or "", 0.0)
    rows = "".join(
        f"<tr><td>{escape(one.name)}<td class=n>{error_text(one.max_abs_error)}"
        f"<td>{bar(one.max_abs_error, level_of(one.max_abs_error, tolerance), floatx)}"
        for one in errors
    )
    head = f"<tr><th>{escape(title)}<th class=n>relative<th class=axis>{error_axis.ticks()}"
    return f"<div class=scroll><table class=layers>{head}{rows}</table></div>"

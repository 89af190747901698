"""A compared model as a drawing: a card for each call of a layer, colored by how far its outputs are apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from kmigrate.report.cards import CARD_STYLE, MONO, Card, connected, text
from kmigrate.verify.results import INPUT, Result, Status, Step

#: Class in the style sheet -> what it means, in the order of the scale. Errors are relative: over the largest value.
LEVELS = {
    "same": "equal",
    "round": "rounding",
    "d1": "differs, < 1e-6",
    "d2": "< 1e-3",
    "d3": "< 0.1",
    "d4": "0.1 and more",
    "other": "another shape, or NaN",
    "none": "not compared",
}
#: Upper ends of the levels that differ, below the last.
_ENDS = ((1e-6, "d1"), (1e-3, "d2"), (1e-1, "d3"))
#: Colours of the levels in the light look and in the dark one: that of the mark, and a soft one for the card.
LIGHT = {
    "same": "#2f8f5b", "same-soft": "#eaf6ef", "round": "#6fb58d", "round-soft": "#f1f8f3", "d1": "#d9b400",
    "d1-soft": "#fdf6d4", "d2": "#ee9a1f", "d2-soft": "#fdecd1", "d3": "#e2632a", "d3-soft": "#fde1d3",
    "d4": "#c81e2b", "d4-soft": "#fbdadd", "other": "#8a2c8f", "other-soft": "#f4e0f5", "none": "#98a2b0",
    "none-soft": "#f1f3f6",
}  # fmt: skip
DARK = {
    "same": "#3fae74", "same-soft": "#17281f", "round": "#5c9c7a", "round-soft": "#1a2521", "d1": "#e0c02c",
    "d1-soft": "#37310f", "d2": "#f2a63b", "d2-soft": "#402c12", "d3": "#f0763f", "d3-soft": "#452314",
    "d4": "#ff5c66", "d4-soft": "#4a181d", "other": "#c873cf", "other-soft": "#3a1d3d", "none": "#6c788a",
    "none-soft": "#1e242d",
}  # fmt: skip

_PAD, _STRIPE, _LINE = 10.0, 7.0, 17.0
#: What is said at the layer in which a difference begins, in what the layers compute or in how they train.
_FLAG, _TRAINING_FLAG = "first to differ", "trains otherwise"
STYLE = CARD_STYLE + (
    ".km .err{font-weight:700;font-size:11px}.km .end{text-anchor:end}.km .flag{fill:var(--error)}"
    ".km .flag-text{fill:var(--page);font-weight:700;font-size:11px}.km .begins>.card{stroke:var(--error);"
    "stroke-width:3}.km .chosen>.card{stroke:var(--last);stroke-width:3}.km .none>.card{stroke-dasharray:4 3}"
    + "".join(
        f".km .{name}>.card{{fill:var(--{name}-soft);stroke:var(--{name})}}.km .{name}>.stripe{{fill:var(--{name})}}"
        for name in LEVELS
    )
)


def level(step: Step) -> str:
    """The level of a step: a key of :data:`LEVELS`."""
    if step.max_rel_error is None:
        return "same" if step.cls == INPUT else "none"
    # what counts as a difference the comparison says: its tolerance is of 1 + the largest value
    return level_of(step.max_rel_error, -1.0 if step.is_too_far else math.inf)


def level_of(error: float | None, tolerance: float) -> str:
    """The level of a relative error, of which what is below the tolerance is rounding."""
    if error is None:
        return "none"
    if error <= tolerance:
        return "round" if error else "same"
    return next((name for end, name in _ENDS if error < end), "d4" if math.isfinite(error) else "other")


def error_text(error: float | None) -> str:
    """An error as the page says it."""
    if error is None:
        return "not compared"
    if not error or not math.isfinite(error):
        return "another shape, or NaN" if error else "equal"
    return f"{error:.2g}" if 1e-3 <= error < 1e3 else f"{error:.1e}"


def shape_text(shape: Sequence[int | None]) -> str:
    """A shape as Keras writes it."""
    return f"({', '.join(map(str, shape))})"


def class_text(step: Step) -> str:
    """What a layer was and, if that is another class, is."""
    return step.cls if step.now in (None, step.cls) else f"{step.cls} → {step.now}"


@dataclass(slots=True)
class Drawing:
    """A model as it is drawn: its elements, their size, and the steps by their identifiers (``data-step``)."""

    body: str
    width: float
    height: float
    steps: Mapping[str, Step] = field(default_factory=dict)


def draw(result: Result, prefix: str) -> Drawing:
    """The drawing of a model. ``prefix`` begins the identifiers of its steps."""
    steps: dict[str, Step] = {}
    first = (result.first_diverging_layer or "").split("/")
    is_trained = result.training is not None and result.training.status is Status.DIFFERS
    flag = _TRAINING_FLAG if is_trained else _FLAG
    body, width, height = _graph(result.steps, first, prefix, steps, flag if result.status is Status.DIFFERS else "")
    return Drawing(body, width, height, steps)


def _graph(
    steps: Sequence[Step], first: Sequence[str], prefix: str, found: dict[str, Step], flag: str
) -> tuple[str, float, float]:
    cards = []
    begins = next((at for at, step in enumerate(steps) if first and step.layer == first[0]), None)
    for number, step in enumerate(steps):
        name = f"{prefix}-{number}"
        found[name] = step
        inner = ("", 0.0, 0.0)
        if step.inner:
            inner = _graph(step.inner, first[1:] if number == begins else (), name, found, flag)
        cards.append(_card(step, name, inner, flag if number == begins and not step.inner else ""))
    edges = {
        (source, number): "bad" if flag and steps[source].is_too_far else ""
        for number, step in enumerate(steps)
        for source in step.inputs
    }
    return connected(cards, edges, level_gap=24.0)


def _card(step: Step, name: str, inner: tuple[str, float, float], flag: str) -> Card:
    kind, error = level(step), error_text(step.max_rel_error)
    error = "the same on both sides" if step.cls == INPUT else error
    facts = f"{step.layer} · {shape_text(step.shape)}"
    letters = max(len(class_text(step)) * 12.5, (len(facts)) * 11, (len(error) + (len(flag) + 4) * bool(flag)) * 11)
    body, inner_width, inner_height = inner
    width = max(letters * MONO, inner_width, 120.0) + 2 * _PAD + _STRIPE
    x, y = _PAD + _STRIPE, 18.0
    parts = [text(x, y, class_text(step), "cls"), text(x, y + _LINE, facts, "soft")]
    y += 2 * _LINE
    parts.append(text(x, y, error, "err"))
    y += 9
    if inner_height:
        parts.append(f'<g transform="translate({(width - inner_width + _STRIPE) / 2:.1f} {y + 4:.1f})">{body}</g>')
        y += inner_height + 14
    if flag:
        room = len(flag) * 11 * MONO + 12
        parts.append(
            f'<rect class="flag" x="{width - room - 5:.1f}" y="{y - 21:.1f}" width="{room:.1f}" height="16" rx="3"/>'
        )
        parts.append(text(width - room + 1, y - 9, flag, "flag-text"))
    shape = f'<rect class="card" width="{width:.1f}" height="{y:.1f}" rx="6"/>'
    stripe = f'<path class="stripe" d="M6 0H{_STRIPE}V{y:.1f}H6a6 6 0 0 1-6-6V6a6 6 0 0 1 6-6z"/>'
    group = f'<g class="{kind}{" begins" * bool(flag)}" data-step="{escape(name)}">{shape}{stripe}{"".join(parts)}</g>'
    return Card(group, width, y)

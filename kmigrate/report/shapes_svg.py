"""Models as a drawing in SVG: a card for each layer, with its output shape axis by axis, and lines between them.

Layers that change neither shape nor layout (activations, normalizations, dropout) stand on the card of the layer before
them. Models within models are boxes. Where the channels are shows in the order and the colour of the axes, and in the
colour of the lines. What Keras would refuse, and the line that leads there, are red.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap

from kmigrate.findings import Severity
from kmigrate.report.cards import CARD_STYLE, DARK, LIGHT, MONO, Card, connected, svg_element, text, variables
from kmigrate.report.shapes_summary import ModelSummary, Problem, Step, Summary, Value
from kmigrate.report.shapes_text import layout_text, shape_text

#: Classes that stand on the card of the layer before them.
_FOLDED = frozenset(
    {
        "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dropout", "ELU",
        "GaussianDropout", "GaussianNoise", "LayerNormalization", "LeakyReLU", "Masking", "ParametricSoftplus", "PReLU",
        "ReLU", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "SReLU", "ThresholdedReLU",
    }
)  # fmt: skip
#: A model with more layers than this is drawn by itself, not within another.
_MOST_NESTED = 60
_TAGS = {
    "samples": "samples", "rows": "rows", "columns": "cols", "channels": "channels", "planes": "planes", "time": "time",
    "features": "features", "?": "",
}  # fmt: skip
#: Classes in the style sheet of the axes that have a colour.
_KINDS = {"channels": "chan", "rows": "space", "columns": "space", "planes": "space", "time": "time"}
_PAD = 10.0
_TITLE, _LINE, _FOLD, _CELL, _NOTE = 21.0, 17.0, 18.0, 34.0, 15.0
_NOTE_LETTERS = 58
#: Width of the explanation of the colours.
LEGEND_WIDTH = 780.0
#: Rules on layouts: where one of them says something, lines at which the channels become another axis are marked.
_LAYOUT_RULES = frozenset(("KM301", "KM302"))

#: What the elements of a drawing look like, beside what is so in every drawing.
STYLE = (
    CARD_STYLE
    + """
.km .tag{font-size:9px;fill:var(--soft)}
.km .fold{stroke:var(--edge);stroke-dasharray:2 3}
.km .edge.last{stroke:var(--last)}.km .tip.last{fill:var(--last)}
.km .edge.first{stroke:var(--first)}.km .tip.first{fill:var(--first)}
.km .edge.gone{stroke:var(--edge);stroke-dasharray:4 4}.km .tip.gone{fill:var(--edge)}
.km .edge.mixed{stroke:var(--error);stroke-width:2.2;stroke-dasharray:6 3}.km .tip.mixed{fill:var(--error)}
.km .cell{fill:var(--plain);stroke:var(--card)}.km .last .cell.space{fill:var(--last-soft)}
.km .first .cell.space{fill:var(--first-soft)}.km .last .cell.chan{fill:var(--last)}
.km .first .cell.chan{fill:var(--first)}.km .cell.time{fill:var(--time)}
.km .last .in-chan,.km .first .in-chan{fill:var(--strong);font-weight:700}
.km .looks .cell{stroke:var(--line);stroke-dasharray:2 2}
.km .note{fill:var(--error-soft);stroke:var(--error)}.km .note-text{fill:var(--error);font-size:11px}
.km .warning .note{fill:var(--warning-soft);stroke:var(--warning)}
.km .warning .note-text{fill:var(--warning)}
.km .fails>.card{stroke:var(--error);stroke-width:2.4}.km .warns>.card{stroke:var(--warning);stroke-width:2}
.km .gone>.card{stroke-dasharray:4 4;fill:none}.km .gone text{fill:var(--soft)}
"""
)


def render(summaries: Sequence[Summary]) -> str:
    """A drawing of all models of some sources, one below the other, as a file of its own."""
    drawn = [(summary, drawing) for summary in summaries for drawing in drawings(summary)]
    width = max([LEGEND_WIDTH, *(drawing.width for _, drawing in drawn)])
    parts, y = [legend()], 44.0
    for _, drawing in drawn:
        parts.append(f'<g transform="translate(0 {y:.0f})">{drawing.body}</g>')
        y += drawing.height + 34
    if not drawn:
        parts.append('<text x="0" y="60">No model is built.</text>')
        y += 40
    style = f".km{{{variables(LIGHT)}}}@media(prefers-color-scheme:dark){{.km{{{variables(DARK)}}}}}{STYLE}"
    return svg_element(width, y, "".join(parts), style, with_page=True)


def legend() -> str:
    """What the colours mean."""
    samples = (
        ("channels last", Value((None, 28, 28, 3), ("samples", "rows", "columns", "channels"), "proved")),
        ("channels first", Value((None, 3, 28, 28), ("samples", "channels", "rows", "columns"), "proved")),
    )
    parts, x = [], 0.0
    for name, value in samples:
        cells, width = _cells(value, x, -8.0)
        parts += [cells, text(x + width + 8, 12, name, "soft")]
        x += width + 24 + len(name) * 11 * MONO
    parts.append(text(x, 12, "dashed: it looks like it", "soft"))
    return "".join(parts)


@dataclass(slots=True)
class Drawing:
    """A model as it is drawn: the elements, and how much room they take."""

    model: ModelSummary
    body: str
    width: float
    height: float
    #: by the identifier in the drawing (``data-step``)
    steps: dict[str, Step] = field(default_factory=dict)


def drawings(summary: Summary) -> list[Drawing]:
    """The models of a source that are not drawn as part of another."""
    inside: set[str] = set()
    for model in summary.models:
        inside.update(step.nested.name for step in model.steps if step.nested and _fits_in(step.nested))
    found = []
    for number, model in enumerate(summary.models):
        if model.steps and model.name not in inside:
            found.append(_Painter(f"m{number}").drawing(model, summary.path))
    return found


def _fits_in(model: ModelSummary) -> bool:
    return 0 < len(model.steps) <= _MOST_NESTED


@dataclass(slots=True)
class _Card(Card):
    """A box of the drawing: a layer with those folded onto it, or a model with what is in it."""

    steps: list[Step] = field(default_factory=list)

    @property
    def first(self) -> Step:
        return self.steps[0]

    @property
    def last(self) -> Step:
        return self.steps[-1]


class _Painter:
    """Draws one model."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.steps: dict[str, Step] = {}
        #: models that are drawn already
        self.shown: set[str] = {""}

    def drawing(self, model: ModelSummary, path: str) -> Drawing:
        """The drawing with its heading."""
        self.shown.add(model.name)
        body, width, height = self.graph(model)
        at_least = "" if model.is_total else "at least "
        kind = model.kind if model.kind[:1].isupper() else "layers"
        facts = f"{kind}, {model.where.relative(path)} · {at_least}{model.params:,} parameters"
        head = text(0, 14, model.name, "head") + text(0, 32, f"{path} · {facts}", "soft")
        width = max(width, len(model.name) * 16 * MONO, (len(path) + len(facts) + 3) * 11 * MONO)
        return Drawing(model, f'{head}<g transform="translate(0 48)">{body}</g>', width, height + 48, self.steps)

    def graph(self, model: ModelSummary) -> tuple[str, float, float]:
        """The cards and lines of a model: elements, width, height."""
        cards, card_of = self.cards(model)
        edges: dict[tuple[int, int], str] = {}
        is_mixed = any(problem.code in _LAYOUT_RULES for step in model.steps for problem in step.problems)
        for card in cards:
            step = card.first
            for at, number in enumerate(step.inputs):
                value = step.takes[at] if at < len(step.takes) else None
                kind = "bad" if step.fails else "gone" if not step.is_reached else value.channels if value else ""
                if is_mixed and step.is_sound and _turns(step, value):
                    kind = "mixed"
                edges.setdefault((card_of[number], card_of[step.number]), kind)
        return connected(cards, edges)

    def cards(self, model: ModelSummary) -> tuple[list[_Card], dict[int, int]]:
        """The cards of a model, and which one each step is on."""
        uses: dict[int, int] = {}
        for step in model.steps:
            for number in step.inputs:
                uses[number] = uses.get(number, 0) + 1
        cards: list[_Card] = []
        card_of: dict[int, int] = {}
        for step in model.steps:
            before = card_of.get(step.inputs[0]) if len(step.inputs) == 1 else None
            if before is not None and uses[step.inputs[0]] == 1 and _folds(step, cards[before]):
                cards[before].steps.append(step)
                card_of[step.number] = before
            else:
                card_of[step.number] = len(cards)
                cards.append(_Card(steps=[step]))
        for card in cards:
            self.paint(card)
        return cards, card_of

    def paint(self, card: _Card) -> None:
        """Fill in what a card looks like, and its size."""
        step = card.first
        nested = step.nested
        inner = ""
        inner_width = inner_height = 0.0
        facts = _facts(step)
        if nested is not None and nested.name not in self.shown and _fits_in(nested):
            self.shown.add(nested.name)
            inner, inner_width, inner_height = self.graph(nested)
        elif nested is not None:
            facts += " · the same layers again" if nested.name in self.shown else f" · {len(nested.steps)} layers"
        title = f"{step.cls or 'from elsewhere'} {step.details}".strip()
        folded = [f"{fold.cls} {fold.details}".strip() + f" · {_line(fold)}" for fold in card.steps[1:]]
        notes = [(p, wrap(_note(p), _NOTE_LETTERS)) for s in card.steps for p in s.problems]
        values = card.last.gives if step.is_sound else ()
        cells = [_cells(value, 0.0, 0.0)[1] for value in values]
        letters = max(
            (len(title) + 1) * 12.5, len(facts) * 11, *(len(line) * 11 + 12 for line in folded), 12 * 11,
            *((len(line) + 2) * 11 for _, lines in notes for line in lines),
        )  # fmt: skip
        width = max(letters * MONO, inner_width, sum(cells) + 6 * (len(cells) - 1)) + 2 * _PAD
        parts = []
        y = _TITLE
        parts.append(
            f'<text x="{_PAD}" y="{y - 5:.0f}"><tspan class="cls">{escape(step.cls or "from elsewhere")}</tspan>'
            f'<tspan class="soft"> {escape(step.details)}</tspan></text>'
        )
        parts.append(text(_PAD, y + 11, facts, "soft"))
        y += _LINE
        for line in folded:
            parts.append(f'<line class="fold" x1="{_PAD}" x2="{width - _PAD:.1f}" y1="{y + 3:.1f}" y2="{y + 3:.1f}"/>')
            parts.append(text(_PAD, y + _FOLD - 3, line, "soft"))
            y += _FOLD
        if inner:
            parts.append(f'<g transform="translate({(width - inner_width) / 2:.1f} {y + 8:.1f})">{inner}</g>')
            y += inner_height + 16
        for problem, lines in notes:
            parts.append(_note_box(problem, lines, y + 5, width))
            y += len(lines) * _NOTE + 13
        if values:
            x = (width - sum(cells) - 6 * (len(cells) - 1)) / 2
            for value in values:
                drawn, taken = _cells(value, x, y + 4)
                parts.append(drawn)
                x += taken + 6
            y += _CELL + 4
        card.width, card.height = width, y + 5
        identifier = f"{self.prefix}-{len(self.steps)}"
        self.steps[identifier] = step
        worst = {problem.severity for problem in step.problems}
        state = "fails" if step.fails or Severity.ERROR in worst else "warns" if Severity.WARNING in worst else ""
        state = state if step.is_reached else "gone"
        shape = f'<rect class="card{" box" * bool(inner)}" width="{width:.1f}" height="{card.height:.1f}" rx="7"/>'
        hint = escape("\n".join(_hint(s) for s in card.steps))
        body = f"{shape}<title>{hint}</title>{''.join(parts)}"
        card.body = f'<g class="{state}" data-step="{identifier}" tabindex="0">{body}</g>'


def _folds(step: Step, card: _Card) -> bool:
    before = card.last
    plain = step.cls in _FOLDED and not step.problems and step.is_sound and not before.is_input
    return plain and before.nested is None and before.is_sound and before.gives == step.gives


def _turns(step: Step, value: Value | None) -> bool:
    """Whether a layer takes images in one image ordering for images in the other."""
    before, after = (value.channels if value else ""), (step.gives[0].channels if step.gives else "")
    return bool(before and after) and before != after and step.cls not in ("Permute", "Reshape", "Lambda")


def _facts(step: Step) -> str:
    params = f" · {step.params:,} params" if step.params else ""
    return f"{step.name} · {_line(step)}{params}"


def _line(step: Step) -> str:
    return ("" if step.where.cell is None else f"cell {step.where.cell}, ") + f"line {step.where.line}"


def _note(problem: Problem) -> str:
    return f"{problem.code} {problem.where.relative(problem.where.path)}: {problem.message}".strip()


def _hint(step: Step) -> str:
    """What a drawing shows beside the pointer."""
    takes = ", ".join(shape_text(value) for value in step.takes) or "—"
    gives = ", ".join(f"{shape_text(value)} {layout_text(value)}" for value in step.gives) if step.is_sound else "—"
    return f"{step.name}: {step.cls}\n{takes} → {gives}\n{step.where.path}:{step.where.line}: {step.where.text}"


def _note_box(problem: Problem, lines: Sequence[str], y: float, width: float) -> str:
    height = len(lines) * _NOTE + 8
    place = f'x="{_PAD - 4}" y="{y:.1f}" width="{width - 2 * _PAD + 8:.1f}" height="{height:.1f}"'
    box = f'<rect class="note" {place} rx="4"/>'
    texts = "".join(text(_PAD + 2, y + 15 + at * _NOTE, line, "note-text") for at, line in enumerate(lines))
    return f'<g class="{"" if problem.severity is Severity.ERROR else "warning"}">{box}{texts}</g>'


def _cells(value: Value, x: float, y: float) -> tuple[str, float]:
    """A shape axis by axis, and its width."""
    if value.shape is None:
        return f"<g>{_cell(x, y, 90.0, 'unknown', 'shape', '')}</g>", 90.0
    axes = value.axes or ("?",) * len(value.shape)
    parts, at = [], x
    for size, axis in zip(value.shape, axes, strict=True):
        words = "None" if size is None else f"{size}" if len(str(size)) <= 16 else f"{str(size)[:15]}…"
        tag = _TAGS[axis]
        width = max(len(words) * 12 * MONO, len(tag) * 9 * MONO) + 10
        kind = {"channels": "chan", "rows": "space", "columns": "space", "planes": "space", "time": "time"}.get(
            axis, ""
        )
        parts.append(_cell(at, y, width, words, tag, kind))
        at += width
    looks = " looks" if value.trust == "looks" else ""
    return f'<g class="{value.channels}{looks}">{"".join(parts)}</g>', at - x


def _cell(x: float, y: float, width: float, words: str, tag: str, kind: str) -> str:
    middle = x + width / 2
    inside = f" in-{kind}" if kind == "chan" else ""
    return (
        f'<rect class="cell {kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="30" rx="3"/>'
        f"{text(middle, y + 14, words, 'mid' + inside)}{text(middle, y + 25, tag, 'tag mid' + inside)}"
    )

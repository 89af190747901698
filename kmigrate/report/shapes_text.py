"""The layers of models as tables for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmigrate.findings import Severity
from kmigrate.report.shapes_summary import ModelSummary, Problem, Step, Summary, Value
from kmigrate.report.text import count

_COLORS = {Severity.ERROR: 31, Severity.WARNING: 33}
_HEADINGS = ("layer", "class", "line", "output shape", "layout", "params", "connected to")
#: Of more layers that feed one, only the first are named.
_MOST_CONNECTED = 5
#: Columns whose entries end at the right.
_RIGHT = frozenset(("line", "params"))


def render(summary: Summary, *, color: bool = False) -> str:
    """All that is said of one source: a table for each model, what else is wrong, and how far it could be followed."""
    blocks = ["\n".join(model_lines(model, summary.path, color=color)) for model in summary.models]
    if summary.others:
        lines = [f"{summary.path}: beside the layers"]
        blocks.append("\n".join([*lines, *(f"  {problem_text(p, summary.path, color=color)}" for p in summary.others)]))
    if not blocks:
        return f"{summary.path}: builds no model"
    return "\n\n".join([*blocks, "\n".join(closing(summary))])


def _paint(text: str, code: int | None, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color and code is not None else text


def model_lines(model: ModelSummary, path: str, *, color: bool) -> Iterator[str]:
    """The table of one model."""
    made = f" in {model.maker}()" if model.maker else ""
    times = f", built {model.times} times" if model.times > 1 else ""
    kind = model.kind if model.kind[:1].isupper() else "layers"
    yield _paint(f"{path}: {model.name}, {kind} of {model.where.relative(path)}{made}{times}", 1, color)
    shown = [step for step in model.steps if step.is_reached]
    if not shown:
        yield "  nothing is known of its layers"
        return
    rows = [_row(step, model, path) for step in shown]
    is_chain = all(step.inputs == ((step.number - 1,) if step.number else ()) for step in model.steps)
    columns = len(_HEADINGS) - is_chain
    widths = [max(len(row[at]) for row in [_HEADINGS, *rows]) for at in range(columns)]
    yield _line(_HEADINGS, widths)
    yield "  " + "─" * (sum(widths) + 2 * (columns - 1))
    for step, row in zip(shown, rows, strict=True):
        worst = max((problem.severity for problem in step.problems), key=_weight, default=Severity.INFO)
        code = _COLORS[Severity.ERROR] if step.fails else _COLORS.get(worst)
        yield _paint(_line(row, widths), code, color)
        for problem in step.problems:
            yield f"    {problem_text(problem, path, color=color)}"
    left = len(model.steps) - len(shown)
    if left:
        yield f"  {count(left, 'layer')} behind it: not reached"
    at_least = "" if model.is_total and not model.failing else "at least " if model.params else "not known, at least "
    yield f"  parameters: {at_least}{model.params:,}"
    if not model.is_known:
        yield "  not all of this model is known: the program does something to it that is not followed"


def _weight(severity: Severity) -> int:
    return {Severity.ERROR: 2, Severity.WARNING: 1}.get(severity, 0)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(_HEADINGS, row, widths, strict=False)
    return ("  " + "  ".join(f"{c:>{w}}" if heading in _RIGHT else f"{c:<{w}}" for heading, c, w in cells)).rstrip()


def _row(step: Step, model: ModelSummary, path: str) -> tuple[str, ...]:
    where = step.where
    line = str(where.line) if where.cell is None else f"{where.cell}:{where.line}"
    if where.path != path:
        line = f"{where.path.rpartition('/')[2]}:{line}"
    params = "?" if step.params is None else f"{step.params:,}"
    if step.fails or (step.shared is not None and step.params):
        params = "" if step.fails else "shared"
    shape = "fails" if step.fails else ", ".join(shape_text(value) for value in step.gives)
    layout = "" if step.fails or not step.gives else layout_text(step.gives[0])
    connected = ", ".join(model.steps[number].name for number in step.inputs[:_MOST_CONNECTED])
    if len(step.inputs) > _MOST_CONNECTED:
        connected += f" and {len(step.inputs) - _MOST_CONNECTED} more"
    return step.name, step.cls or "?", line, shape, layout, params, connected


def shape_text(value: Value) -> str:
    """A shape as Python writes it, ``?`` or a name for sizes that the program does not tell."""
    if value.shape is None:
        return "?"
    sizes = ", ".join(str(size) for size in value.shape)
    return f"({sizes},)" if len(value.shape) == 1 else f"({sizes})"


def layout_text(value: Value) -> str:
    """What the axes count; with a question mark where only the sizes or their names look like it."""
    if value.axes is None or set(value.axes[1:]) == {"?"}:
        return "?"
    return ", ".join(value.axes) + (" ?" if value.trust == "looks" else "")


def problem_text(problem: Problem, path: str, *, color: bool = False) -> str:
    """A problem with its place, in one sentence."""
    word = _paint(problem.severity.value, _COLORS.get(problem.severity), color) if problem.code else "refused"
    code = f" {problem.code}" if problem.code else ""
    return f"{word}{code}, {problem.where.relative(path)}: {problem.message}"


def closing(summary: Summary) -> Iterator[str]:
    """How far a source could be followed, and under which assumptions, line by line."""
    failing = f"; {count(summary.failing, 'layer')} would be refused" * bool(summary.failing)
    behind = f", {summary.behind} more {'is' if summary.behind == 1 else 'are'} behind" * bool(summary.behind)
    lost = "; not followed:" * bool(summary.lost)
    known = f"{summary.known} of {count(summary.layers, 'layer')} have a known shape"
    yield f"{summary.path}: {known}{failing}{behind}{lost}"
    for item in summary.lost[:12]:
        yield f"  {item.what or 'a tensor'} of {item.where.relative(summary.path)}: {item.why}"
    if len(summary.lost) > 12:
        yield f"  and {len(summary.lost) - 12} more"
    if summary.ordering:
        yield f"  image ordering: {summary.ordering}"
    for assumption in summary.assumptions:
        yield f"  assumed: {assumption}"

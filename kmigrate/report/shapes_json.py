"""The layers of models as JSON. The keys are a contract; see docs/shapes.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from kmigrate.report.shapes_summary import Step, Summary, Value


def render(summaries: Iterable[Summary]) -> str:
    """One JSON array with an object for each layer, in order, one a line."""
    rows = [json.dumps(row, ensure_ascii=False) for summary in summaries for row in _rows(summary)]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"


def _rows(summary: Summary) -> Iterable[dict[str, object]]:
    for model in summary.models:
        for step in model.steps:
            row: dict[str, object] = {
                "path": step.where.path,
                "model": model.name,
                "layer": step.name,
                "class": step.cls,
                "line": step.where.line,
                "input_shape": _shapes(step.takes),
                "output_shape": _shapes(step.gives) if step.is_sound else None,
                "layout": _layout(step),
                "params": step.params,
            }
            if step.where.cell is not None:
                row["cell"] = step.where.cell
            yield row


def _shapes(values: Sequence[Value]) -> object:
    """The shape of one tensor, a list of those of several; of what is not known, null."""
    shapes = [
        None if value.shape is None else [size if isinstance(size, int) else None for size in value.shape]
        for value in values
    ]
    return None if not shapes else shapes[0] if len(shapes) == 1 else shapes


def _layout(step: Step) -> object:
    """What each axis of the first output counts, null where nothing says."""
    axes = step.gives[0].axes if step.gives and step.is_sound else None
    return None if axes is None else [None if axis == "?" else axis for axis in axes]

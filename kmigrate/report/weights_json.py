"""What converting a file of weights came to, as JSON."""

from __future__ import annotations

import dataclasses
import json
import math

from kmigrate.weights.results import Outcome


def render(outcome: Outcome) -> str:
    """One object: the file's facts, a row for each layer, and the check (null where there was none)."""
    checked = dataclasses.asdict(outcome.checked) if outcome.checked else None
    if checked is not None:
        for key in ("max_abs_error", "max_rel_error"):
            value = checked[key]
            checked[key] = value if value is not None and math.isfinite(value) else None
    found = {
        "source": outcome.source,
        "destination": outcome.destination,
        "keras_version": outcome.version,
        "backend": outcome.plan.backend,
        "image_dim_ordering": outcome.plan.ordering,
        "is_model": outcome.is_model,
        "layers": [
            {
                "group": one.step.part.group,
                "name": one.step.part.name,
                "class": one.step.cls,
                "told_by": one.step.source,
                "before": one.step.part.shapes,
                "after": one.after,
                "done": one.done,
            }
            for one in outcome.converted
        ],
        "assumptions": outcome.plan.assumptions,
        "left": outcome.left,
        "checked": checked,
        "unchecked": outcome.unchecked,
    }
    return json.dumps(found, indent=1) + "\n"

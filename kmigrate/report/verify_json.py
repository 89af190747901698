"""What verifying came to, as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from kmigrate.report import training_json
from kmigrate.verify.results import Result, Verified


def render(verified: Iterable[Verified]) -> str:
    """One array with an object for each model, and for each program of which no model could be captured.

    An error that is no number, because shapes differ or one side is NaN, is null.
    """
    return json.dumps([_result(result, one.device) for one in verified for result in one.results], indent=1) + "\n"


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _result(result: Result, device: str) -> dict[str, Any]:
    return {
        "path": result.path,
        "model": result.model,
        "status": result.status.value,
        "reason": result.reason,
        "max_abs_error": _number(result.max_abs_error),
        "max_rel_error": _number(result.max_rel_error),
        "first_diverging_layer": result.first_diverging_layer,
        "diagnosis": result.diagnosis,
        "layers": [{"name": layer.name, "max_abs_error": _number(layer.max_abs_error)} for layer in result.layers],
        "device": device,
        "training": training_json.plain(result.training),
    }

"""What training came to, as JSON."""

from __future__ import annotations

import math
from typing import Any

from kmigrate.verify.results import Training


def plain(training: Training | None) -> dict[str, Any] | None:
    """An object with the keys of :class:`Training`; numbers that are none are null."""
    if training is None:
        return None
    return {
        "status": training.status.value,
        "reason": training.reason,
        "steps": training.steps,
        "losses": [{"old": _number(old), "new": _number(new)} for old, new in training.losses],
        "max_loss_error": _number(training.loss_error),
        "gradients": [{"name": one.name, "max_rel_error": _number(one.max_abs_error)} for one in training.gradients],
        "weights": [{"name": one.name, "max_rel_error": _number(one.max_abs_error)} for one in training.weights],
        "metrics": [
            {"name": one.name, "now": one.now, "old": _number(one.old), "new": _number(one.new)}
            for one in training.metrics
        ],
        "first_layer": training.first_layer,
        "differences": list(training.differences),
        "notes": list(training.notes),
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None

"""What differs in how two models are compiled: the optimizer and its settings, the losses and their weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Settings = Mapping[str, Any]

#: Setting of Keras 1.2.2 (optimizers.py, ``get_config``) -> what it is called, and its name in tf_keras.
_SAME: dict[str, tuple[str, str]] = {
    "lr": ("learning rate", "learning_rate"),
    "decay": ("decay", "decay"),
    "momentum": ("momentum", "momentum"),
    "nesterov": ("nesterov", "nesterov"),
    "rho": ("rho", "rho"),
    "epsilon": ("epsilon", "epsilon"),
    "beta_1": ("beta_1", "beta_1"),
    "beta_2": ("beta_2", "beta_2"),
    "clipvalue": ("clipvalue", "clipvalue"),
    "clipnorm": ("norm of all gradients clipped at", "global_clipnorm"),
}
#: Settings that tf_keras alone has -> the value that changes nothing.
_NEW: dict[str, tuple[str, Any]] = {
    "initial_accumulator_value": ("initial accumulator", 0.0),
    "weight_decay": ("weight decay", None),
    "amsgrad": ("amsgrad", False),
    "centered": ("centered", False),
    "use_ema": ("moving average of weights", False),
    "clipnorm": ("norm of each gradient by itself clipped at", None),
}
#: Other names of losses (Keras 1.2.2, objectives.py; tf_keras, src/losses.py).
_LOSSES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "kld": "kullback_leibler_divergence",
    "kl_divergence": "kullback_leibler_divergence",
    "cosine": "cosine_proximity",
}
#: Optimizers of tf_keras that add epsilon under the root, where Keras 1 added it to the root.
UNDER_THE_ROOT = frozenset({"RMSprop", "Adagrad"})
_MISSING = object()


def optimizers(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The settings of the optimizers that differ, in words."""
    if old["optimizer"].lower() != new["optimizer"].lower():
        return [f"optimizer {new['optimizer']}, was {old['optimizer']}"]
    before, after = _numbers(old["settings"]), _numbers(new["settings"])
    found = []
    for key, (words, name) in _SAME.items():
        had, has = before.get(key), after.get(name)
        if key in ("clipnorm", "clipvalue", "decay"):
            had, has = had or None, has or None
        elif key not in before or name not in after:
            if name == "momentum" and has:  # RMSprop of tf_keras has one
                found.append(f"momentum {_said(has)}, was none")
            continue
        if key == "epsilon" and had is not None and has is not None and new["optimizer"] in UNDER_THE_ROOT:
            if not _is_same(had, has**0.5):
                found.append(f"epsilon {_said(has)}, was {_said(had)}, which is {_said(had**2)} under the root")
        elif not _is_same(had, has):
            found.append(f"{words} {_said(has)}, was {_said(had)}")
    for key, (words, usual) in _NEW.items():
        has = after.get(key, _MISSING)
        if has is not _MISSING and not _is_same(has or None, usual or None):
            found.append(f"{words} {_said(has)}, was {_said(usual)}")
    return found


def _numbers(settings: Settings) -> dict[str, Any]:
    """Settings with the rate of a schedule that decays by steps as Keras 1's ``lr`` and ``decay``."""
    found = dict(settings)
    schedule = found.get("learning_rate")
    if not isinstance(schedule, Mapping):
        return found
    inner = schedule.get("config", {})
    if schedule.get("class_name") == "InverseTimeDecay" and not inner.get("staircase"):
        found["learning_rate"] = inner["initial_learning_rate"]
        found["decay"] = inner["decay_rate"] / inner["decay_steps"]
    else:
        found["learning_rate"] = str(schedule.get("class_name"))
    return found


def _is_same(old: Any, new: Any) -> bool:
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return math.isclose(old, new, rel_tol=1e-6)
    return bool(old == new)


def _said(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def losses(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Losses of another name, and other weights of losses."""
    found = []
    before, after = (_spread([_LOSSES.get(name, name) for name in one["losses"]], old) for one in (old, new))
    if before != after and len(after) == len(before):
        found.append(f"loss {', '.join(after)}, was {', '.join(before)}")
    had, has = (_weights(one["loss_weights"], len(before)) for one in (old, new))
    if had != has:
        found.append(f"loss weights {has}, were {had}")
    return found


def _spread(names: list[str], old: Mapping[str, Any]) -> list[str]:
    return names * len(old["losses"]) if len(names) == 1 else names


def _weights(value: Any, count: int) -> list[float]:
    """Those of each output; a dict's by name."""
    if isinstance(value, Mapping):
        return [float(value[key]) for key in sorted(value)]
    return [float(one) for one in value] if isinstance(value, list) else [1.0] * count

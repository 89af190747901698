"""Converting one file from end to end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kmigrate.weights import architecture, converting, planning
from kmigrate.weights.model_config import ModelConfigError, Upgrade, training
from kmigrate.weights.planning import Told
from kmigrate.weights.results import Outcome
from kmigrate.weights.saved import Saved, WeightsError, opened


def run(source: str, destination: str, told: Told, model: str | None) -> Outcome:
    """Convert the file ``source`` to ``destination``.

    ``model`` is a file with the architecture. Raises :class:`WeightsError`.
    """
    with opened(source) as saved:
        if not any(group.weights for group in saved.groups):
            raise WeightsError(f"{source} has no weights")
        config = architecture.read(model) if model is not None else saved.config
        if config is not None:
            told = replace(
                told,
                architecture=architecture.leaves(config),
                by_number=architecture.numbered(config) if saved.is_numbered else None,
            )
        plan = planning.plan(saved, told)
        converted = tuple(converting.describe(plan))
        whole = _whole(saved)
        converting.write(saved, plan, destination, config=whole.config, training=whole.training)
        return Outcome(
            source,
            destination,
            told.version or saved.version,
            plan,
            converted,
            None if config is None else Path(model or source).name,
            whole.config is not None,
            whole.left,
        )


@dataclass(frozen=True, slots=True)
class _Whole:
    """A saved model's architecture and training in Keras 2's terms, and what a person has to know."""

    config: Mapping[str, Any] | None = None
    training: Mapping[str, Any] | None = None
    left: tuple[str, ...] = ()


def _whole(saved: Saved) -> _Whole:
    if saved.config is None:
        return _Whole()
    upgrade = Upgrade()
    try:
        config = upgrade.model(saved.config)
    except ModelConfigError as error:
        why = f"the new file has the weights alone, build the model with the upgraded program: {error}"
        return _Whole(left=(why,))
    left = list(upgrade.left)
    compiled = None
    if saved.training is not None:
        try:
            compiled = training(saved.training)
        except (ModelConfigError, KeyError) as error:
            left.append(f"compile the model again, what it was compiled with was not converted: {error}")
    if saved.has_optimizer:
        left.append("the optimizer's state was not converted: training goes on with a fresh one")
    return _Whole(config, compiled, tuple(left))

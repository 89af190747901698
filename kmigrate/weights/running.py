"""Converting one file from end to end: read, plan, write, check."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmigrate.weights import architecture, converting, planning
from kmigrate.weights.model_config import ModelConfigError, Upgrade, training
from kmigrate.weights.planning import Plan, Told
from kmigrate.weights.results import Checked, Outcome
from kmigrate.weights.saved import Saved, WeightsError, opened

if TYPE_CHECKING:  # it runs TensorFlow's children
    from kmigrate.weights.checking import Checker, Program


@dataclass(frozen=True, slots=True)
class Checks:
    """What is needed to compare both models: ``scratch`` is an empty folder.

    ``unwanted`` is why they are not to be compared, where the program alone is to be asked how the model is built.
    """

    checker: Checker
    scratch: Path
    unwanted: str | None = None


def run(
    source: str,
    destination: str,
    told: Told,
    *,
    config: Mapping[str, Any] | None = None,
    program: Program | None = None,
    checks: Checks | str,
) -> Outcome:
    """Convert the file ``source`` to ``destination``, and compare what both models compute.

    ``config`` is an architecture of Keras 1, ``program`` one that builds the model; without either, a saved model's own
    counts. ``checks`` is why nothing is to be compared, where it is not. Raises :class:`WeightsError`, and
    :class:`kmigrate.verify.problems.VerifyError` where a Keras does not start.
    """
    with opened(source) as saved:
        if not any(group.weights for group in saved.groups):
            raise WeightsError(f"{source} has no weights")
        config = config if config is not None else saved.config
        layers = None
        if program is not None:
            assert isinstance(checks, Checks)
            layers = checks.checker.layers(program, saved.groups)
            told = replace(told, architecture=layers.leaves)
        elif config is not None:
            numbered = architecture.numbered(config) if saved.is_numbered else None
            told = replace(told, architecture=architecture.leaves(config), by_number=numbered)
        plan = planning.plan(saved, told)
        ordered = saved if layers is None else _ordered(saved, layers.order)
        if ordered is not saved:
            said = "layers are in the order in which the upgraded program's model has them"
            plan = replace(plan, assumptions=(*plan.assumptions, said))
        converted = tuple(converting.describe(plan))
        if config is not None:
            config = _completed(config, plan)
        is_whole = config is not None and saved.config is not None and not told.flattened
        whole = _whole(saved, config) if is_whole and config is not None else _Whole()
        converting.write(ordered, plan, destination, config=whole.config, training=whole.training)
        made = Outcome(
            source,
            destination,
            told.version or saved.version,
            plan,
            converted,
            is_model=whole.config is not None,
            left=whole.left,
        )
        checked = _checked(made, saved, plan, config, program, checks)
        return replace(made, **({"unchecked": checked} if isinstance(checked, str) else {"checked": checked}))


def run_architecture(source: str, destination: str) -> Outcome:
    """Convert an architecture that ``to_json()`` or ``to_yaml()`` wrote to one that ``model_from_json`` reads.

    Raises :class:`WeightsError`.
    """
    plan = Plan((), None, None, ())
    upgrade = Upgrade()
    try:
        config = upgrade.model(_completed(architecture.read(source), plan))
    except ModelConfigError as error:
        raise WeightsError(
            f"{source} cannot be converted, build the model with the upgraded program: {error}"
        ) from error
    converting.write_text(destination, json.dumps({**config, "keras_version": "2.15.0", "backend": "tensorflow"}))
    return Outcome(source, destination, None, plan, (), left=tuple(upgrade.left), unchecked="it has no weights")


@dataclass(frozen=True, slots=True)
class _Whole:
    """A saved model's architecture and training in Keras 2's terms, and what a person has to know."""

    config: Mapping[str, Any] | None = None
    training: Mapping[str, Any] | None = None
    left: tuple[str, ...] = ()


def _ordered(saved: Saved, order: Sequence[int] | None) -> Saved:
    """The file with its layers in another order; the same file where that is its own, or they do not correspond."""
    weighty = [group for group in saved.groups if group.weights]
    if order is None or len(order) != len(weighty) or list(order) == sorted(order):
        return saved
    return replace(saved, groups=tuple(weighty[number] for number in order))


def _completed(config: Mapping[str, Any], plan: Plan) -> Mapping[str, Any]:
    shapes = {step.part.name: step.part.shapes[0] for step in plan.steps}
    orderings = architecture.orderings(config) | ({plan.ordering} if plan.ordering else set())
    found: Mapping[str, Any] = architecture.completed(config, orderings.pop() if len(orderings) == 1 else None, shapes)
    return found


def _whole(saved: Saved, given: Mapping[str, Any]) -> _Whole:
    upgrade = Upgrade()
    try:
        config = upgrade.model(given)
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


def _checked(
    made: Outcome,
    saved: Saved,
    plan: Plan,
    config: Mapping[str, Any] | None,
    program: Program | None,
    checks: Checks | str,
) -> Checked | str:
    """What comparing both models came to, or why they were not."""
    if any(step.flattened for step in plan.steps):
        return "the new weights are for a model that is channels-last, and the old one is not"
    if isinstance(checks, str):
        return checks
    if checks.unwanted is not None:
        return checks.unwanted
    if program is None:
        if config is None:
            return "the file does not say how the model is built, --model does"
        try:
            upgraded = Upgrade().model(config)
        except ModelConfigError as error:
            return str(error)
        from kmigrate.weights import checking

        program = checking.of_architecture(made.source, config, upgraded, checks.scratch)
    if made.is_model:
        problem = checks.checker.loads(made.destination)
        if problem is not None:
            return Checked("not_compared", f"load_model fails on the new file: {problem}")
    return checks.checker.check(program, saved, plan, made.source, made.destination)

"""Shapes, numbers of weights and refusals of layers, held against the real Keras 1.2.2 and tf_keras."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable

import pytest

from kmigrate.verify import reference, target
from tests.program.shapes import cases, oracle
from tests.program.shapes.accepted import accepted
from tests.program.shapes.cases import Case
from tests.program.shapes.record import RECORDED


def recorded(version: int) -> list[tuple[Case, oracle.Answer]]:
    """The recorded cases and what that Keras said of them."""
    record = json.loads(gzip.decompress(RECORDED.read_bytes()))[str(version)]
    return [
        (Case(call, tuple(tuple(shape) for shape in shapes), ordering, tuple(more)), answer)
        for call, shapes, ordering, more, answer in record
    ]


def _differences(version: int, answered: Iterable[tuple[Case, oracle.Answer]]) -> tuple[list[str], Counter[str]]:
    """What is not as Keras says, in words; and how often each accepted difference came."""
    wrong, meant = [], Counter[str]()
    for case, real in answered:
        ours = oracle.inferred(case, version, real["asked"])
        if oracle.agree(real, ours):
            continue
        entry = accepted(version, case, real, ours)
        if entry is None:
            wrong.append(f"{case}\n  Keras:    {real}\n  kmigrate: {ours}")
        else:
            meant[entry.reason] += 1
    return wrong, meant


@pytest.mark.parametrize("version", [1, 2])
def test_recorded_answers(version: int) -> None:
    answered = recorded(version)
    wrong, meant = _differences(version, answered)
    assert not wrong, "\n".join(wrong)
    assert sum(meant.values()) < 0.02 * len(answered), meant


@pytest.mark.parametrize("version", [1, 2])
def test_every_class_is_recorded_working_and_refused(version: int) -> None:
    """So that a class that is added to the cases is recorded, and the record is of use."""
    answered = [(case.call.partition("(")[0], answer) for case, answer in recorded(version) if not case.more]
    assert {name for name, _ in answered} == set(cases.SPECS[version])
    assert {name for name, answer in answered if not answer["error"]} == set(cases.SPECS[version])
    assert sum(bool(answer["error"]) for _, answer in answered) > 0.1 * len(answered)


def test_a_wrong_answer_is_a_difference() -> None:
    """The comparison can fail."""
    case, answer = next((case, answer) for case, answer in recorded(1) if not answer["error"])
    for change in ({"shapes": [[[None, 99]]]}, {"weights": -1}, {"error": "ValueError"}):
        wrong, _ = _differences(1, [(case, {**answer, **change})])
        assert len(wrong) == 1, change


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("what", ["layers", "models"])
def test_live_answers(version: int, what: str) -> None:
    chosen = list(cases.layer_cases(version, 10_000, 7) if what == "layers" else cases.model_cases(version, 300, 7))
    with (reference if version == 1 else target).worker() as worker:
        wrong, _ = _differences(version, zip(chosen, oracle.asked(worker, chosen), strict=True))
    assert not wrong, "\n".join(wrong)

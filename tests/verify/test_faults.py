"""verify finds faults that are seeded into upgraded programs, and names the layer that each is in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmigrate.verify.results import Result, Status
from tests.verify.both import Both, upgraded
from tests.verify.faults import PROGRAMS, Fault, faults, is_found, seed, verify
from tests.verify.seeded import MISNAMED

FAULTS = faults()
#: One of each of these kinds, of different programs, on each change.
SAMPLE = (
    ("images_tf", "stride"),
    ("images_th", "Flatten transposed"),
    ("sentences", "gates swapped"),
    ("two_inputs", "swapped inputs"),
    ("text_convolution", "kernel flipped"),
    ("activations_th", "missing layer"),
    ("masked", "argument"),
    ("questions", "copy of a shared layer"),
)


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with Both() as found:
        yield found


def _check(fault: Fault, result: Result) -> None:
    assert is_found(result), result
    assert result.first_diverging_layer == MISNAMED.get((fault.program, fault.old), fault.layer)


def _first(program: str, kind: str) -> Fault:
    return next(fault for fault in FAULTS if (fault.program, fault.kind) == (program, kind))


def test_every_fault_is_one_change_of_an_upgraded_program() -> None:
    assert len(FAULTS) >= 364
    texts = {program: upgraded(text, ordering) for program, (ordering, text) in PROGRAMS.items()}
    for fault in FAULTS:
        compile(seed(fault, texts[fault.program]), fault.name, "exec")
    assert {fault.program for fault in FAULTS} == set(PROGRAMS)
    misnamed = [fault for fault in FAULTS if (fault.program, fault.old) in MISNAMED]
    assert len(misnamed) == len(MISNAMED)
    assert all(fault.layer != MISNAMED[fault.program, fault.old] for fault in misnamed)


def test_a_fault_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 such places"):
        seed(Fault("images_tf", "stride", "conv1", "strides=(7, 7)", ""), "model = 1\n")


@pytest.mark.parametrize(("program", "kind"), SAMPLE)
def test_some_faults_are_found(program: str, kind: str, both: Both) -> None:
    fault = _first(program, kind)
    _check(fault, verify(both, program, fault))


def test_a_program_without_a_fault_is_identical(both: Both) -> None:
    assert verify(both, "sentences").status is Status.IDENTICAL


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_without_a_fault_is_identical(program: str, both: Both) -> None:
    assert verify(both, program).status is Status.IDENTICAL


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_found(fault: Fault, both: Both) -> None:
    _check(fault, verify(both, fault.program, fault))

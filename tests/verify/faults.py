"""Faults seeded into upgraded programs, and whether verify finds them: ``python -m tests.verify.faults [NAME…]``.

The names are those of programs, or ``held_out`` for all of that module. A fault is a change of the text that the
upgrade makes of one of ``fault_programs`` or ``held_out``, or of the way in which a layer's weights go over. Each is
verified against the original under Keras 1.2.2. It is found if the model differs, and rightly named if the report's
first diverging layer is the one that the fault is in.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from unittest import mock

from kmigrate.verify import weights
from kmigrate.verify.results import Result, Status
from tests.verify import fault_programs, held_out, seeded
from tests.verify.both import Both, upgraded
from tests.verify.weight_faults import changed

PROGRAMS = {**fault_programs.PROGRAMS, **held_out.PROGRAMS}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a program: ``old`` is replaced by ``new`` in its upgraded text, or the weights go ``way``.

    ``layer`` is the name of the first layer that computes something else; None where only the model's outputs are
    others.
    """

    program: str
    kind: str
    layer: str | None
    old: str = ""
    new: str = ""
    way: Callable[[], dict[str, weights.Way]] | None = None

    @property
    def name(self) -> str:
        """What a report calls it."""
        change = f"{self.old} -> {self.new or 'nothing'}" if self.old else "of the weights"
        return f"{self.program}, {self.kind}: {change}"


def faults() -> list[Fault]:
    """All of them: each fault of a pair of programs in both orderings, where it can be."""
    found = []
    for family, kind, layer, old, new in (*seeded.TEXTS, *held_out.TEXTS):
        found += [Fault(program, kind, layer, old, new) for program in _family(family)]
    for family, kind, layer, cls, change in (*seeded.WEIGHTS, *held_out.WEIGHTS):
        found += [Fault(program, kind, layer, way=changed(cls, change)) for program in _family(family)]
    return found


def _family(name: str) -> list[str]:
    return [name] if name in PROGRAMS else [f"{name}_tf", f"{name}_th"]


def seed(fault: Fault | None, text: str) -> str:
    """The upgraded text with the fault; it may use all of ``tf_keras``."""
    if fault is not None and fault.old:
        if text.count(fault.old) != 1:
            raise ValueError(f"{fault.name}: there are {text.count(fault.old)} such places")
        text = text.replace(fault.old, fault.new)
    return f"import tf_keras\n{text}"


def verify(both: Both, program: str, fault: Fault | None = None) -> Result:
    """What comes of the program's only model."""
    ordering, text = PROGRAMS[program]
    ways = fault.way() if fault is not None and fault.way is not None else {}
    with mock.patch.dict(weights._WAYS, ways):
        results = both.verify(program, text, seed(fault, upgraded(text, ordering)), ordering).results
    if len(results) != 1:
        raise ValueError(f"{program} has {len(results)} models")
    return results[0]


def run(found: Sequence[Fault]) -> Iterator[tuple[Fault, Result]]:
    """What comes of each fault, in order."""
    with Both() as both:
        for fault in found:
            yield fault, verify(both, fault.program, fault)


def is_found(result: Result) -> bool:
    """Whether the report says that the model differs: one that could not be compared is not found."""
    return result.status is Status.DIFFERS


def main(names: list[str]) -> int:
    """Verify all faults of the programs and print those that are missed; 0 if all are found."""
    if names == ["held_out"]:
        names = list(held_out.PROGRAMS)
    wanted = [fault for fault in faults() if not names or fault.program in names]
    started = time.monotonic()
    missed = misnamed = 0
    for fault, result in run(wanted):
        if not is_found(result):
            missed += 1
            print(f"missed: {fault.name}: {result.status.value} {result.reason or ''}", flush=True)
        elif result.first_diverging_layer != fault.layer:
            misnamed += 1
            print(f"misnamed: {fault.name}: {result.first_diverging_layer} for {fault.layer}", flush=True)
    found = len(wanted) - missed
    kinds = len({fault.kind for fault in wanted})
    print(f"{len(wanted)} faults of {kinds} kinds in {len({fault.program for fault in wanted})} programs")
    print(f"found: {found} of {len(wanted)}")
    print(f"the first diverging layer rightly named: {found - misnamed} of {len(wanted)}")
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

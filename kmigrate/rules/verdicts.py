"""Rules on shapes and layouts: each says some kinds of what following the program found out (``program.shapes``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmigrate.findings import Finding, Related, Severity
from kmigrate.program.program import Program
from kmigrate.program.shapes.analysis import Verdict
from kmigrate.program.shapes.tensors import Level
from kmigrate.program.shapes.values import Place
from kmigrate.rules.base import Rule
from kmigrate.rules.shape_fixes import fix

_SEVERITIES: Mapping[Level, Severity] = {
    Level.ERROR: Severity.ERROR,
    Level.WARNING: Severity.WARNING,
    Level.HINT: Severity.HINT,
}


def shape_rule(code: str, name: str, doc: str, *kinds: str) -> Rule:
    """A rule that says the verdicts of those ``kinds``."""

    def check(program: Program) -> Iterator[Finding]:
        for verdict in program.shapes.verdicts:
            if verdict.kind in kinds:
                yield _finding(code, verdict, program)

    check.kinds = kinds  # type: ignore[attr-defined]
    return Rule(code, name, doc, check)


def _finding(code: str, verdict: Verdict, program: Program) -> Finding:
    related = tuple(_related(message, place, program) for message, place in verdict.related)
    span = program.module.span(verdict.place.node)
    return Finding(code, verdict.message, _SEVERITIES[verdict.level], span, fix(verdict, program), related)


def _related(message: str, place: Place, program: Program) -> Related:
    here = place.module is program.module
    return Related(message, place.module.span(place.node), None if here else place.module.path)

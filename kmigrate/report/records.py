"""Findings as reports show them: with their place as line and column, and their edits spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kmigrate.findings import Edit, Finding, LineIndex, Position, Safety, Severity, Span


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace what is from ``start`` to ``end`` by ``text``."""

    start: Position
    end: Position
    text: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place that a finding rests on."""

    path: str
    start: Position
    end: Position
    message: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One finding in one file. Picklable, and complete without the file's text."""

    path: str
    code: str
    severity: Severity
    message: str
    start: Position
    end: Position
    safety: Safety | None = None
    fix: str | None = None  # what the rewrite does, in the imperative
    edits: tuple[TextEdit, ...] = ()
    related: tuple[RelatedPlace, ...] = ()
    cell: int | None = None

    @property
    def is_left(self) -> bool:
        """Whether the finding, if it is there at the end, leaves something to do: all but remarks do."""
        return self.safety is not None or self.severity in (Severity.ERROR, Severity.WARNING)


#: The page of rules, relative to the root of the source distribution.
_RULES_PAGE = "docs/rules.md"


def documentation_url(code: str) -> str:
    """Where a rule is documented: the anchor of its code in the page of rules."""
    return f"{_RULES_PAGE}#{code.lower()}"


def record(
    finding: Finding,
    path: str,
    index: LineIndex,
    *,
    other_index: Callable[[str], LineIndex | None] = lambda _path: None,
    edits: tuple[TextEdit, ...] = (),
) -> Record:
    """The record of a finding. ``index`` is of the text it is in, ``other_index`` gives those of other files."""
    related = []
    for place in finding.related:
        where = place.path if place.path is not None else path
        lines = index if where == path else other_index(where)
        span = place.span if place.span is not None and lines is not None else Span(0, 0)
        lines = lines or index
        start, end = lines.position(span.start), lines.position(span.end)
        related.append(RelatedPlace(where, start, end, place.message, lines.cell(span.start)))
    return Record(
        path=path,
        code=finding.code,
        severity=finding.severity,
        message=finding.message,
        start=index.position(finding.span.start),
        end=index.position(finding.span.end),
        safety=finding.safety,
        fix=finding.rewrite.message if finding.rewrite else None,
        edits=edits,
        related=tuple(related),
        cell=index.cell(finding.span.start) if finding.cell is None else finding.cell,
    )


def text_edits(edits: Iterable[Edit], index: LineIndex) -> tuple[TextEdit, ...]:
    """Edits with their places as lines and columns, in the order of their places."""
    return tuple(
        TextEdit(index.position(e.span.start), index.position(e.span.end), e.text, index.cell(e.span.start))
        for e in sorted(edits, key=lambda edit: edit.span)
    )

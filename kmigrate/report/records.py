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


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place that a finding rests on."""

    path: str
    start: Position
    end: Position
    message: str


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
    other_text: Callable[[str], str | None] = lambda _path: None,
    edits: tuple[TextEdit, ...] = (),
) -> Record:
    """The record of a finding. ``index`` is of the text it is in, ``other_text`` gives that of other files."""
    related = []
    for place in finding.related:
        where = place.path if place.path is not None else path
        text = index.text if where == path else other_text(where)
        lines = index if where == path or text is None else LineIndex(text)
        span = place.span if place.span is not None and text is not None else Span(0, 0)
        related.append(RelatedPlace(where, lines.position(span.start), lines.position(span.end), place.message))
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
        cell=finding.cell,
    )


def text_edits(edits: Iterable[Edit], index: LineIndex) -> tuple[TextEdit, ...]:
    """Edits with their places as lines and columns."""
    return tuple(TextEdit(index.position(e.span.start), index.position(e.span.end), e.text) for e in edits)

"""Findings as the protocol's diagnostics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lsprotocol import types

from kmigrate.findings import Drop, Finding, Related, Rewrite, Safety, Severity, Span
from kmigrate.lsp import pages
from kmigrate.lsp.analysis import Checked
from kmigrate.lsp.documents import uri_of
from kmigrate.lsp.notebooks import NotebookSnapshot
from kmigrate.lsp.positions import Lines
from kmigrate.sources import notebook

_SEVERITIES: Mapping[Severity, types.DiagnosticSeverity] = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
#: Rules about what Keras 2 has under another name or no more: editors strike it out.
_DEPRECATED = frozenset(
    {
        *("KM101", "KM102", "KM103", "KM105", "KM106", "KM107", "KM108", "KM109", "KM110", "KM111", "KM112", "KM113"),
        *("KM131", "KM140", "KM142", "KM146", "KM502", "KM503", "KM505"),
    }
)
SOURCE = "kmigrate"
_LINE_END = re.compile(r"[\r\n]")


def diagnostics(checked: Checked) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of each document of a source; every document is there, be it with none."""
    snapshot = checked.snapshot
    found: dict[str, list[types.Diagnostic]] = {uri: [] for uri in snapshot.uris}
    for finding in checked.findings:
        place = location(checked, finding)
        found[place.uri].append(_at(finding, place.range, checked))
    for uri in found:
        found[uri] += [shown for shown, _ in more_diagnostics(checked, uri)]
    return found


def more_diagnostics(checked: Checked, uri: str) -> Iterator[tuple[types.Diagnostic, Finding]]:
    """Those of findings that are not the engine's, in one document."""
    snapshot = checked.snapshot
    if isinstance(snapshot, NotebookSnapshot) and snapshot.cells:
        for finding, index in checked.more:
            place = snapshot.place_by(index, finding.span)
            if place.uri == uri:
                yield _at(finding, place.range, checked), finding


def location(checked: Checked, finding: Finding) -> types.Location:
    """Where a finding is marked: of what goes over several lines the first."""
    text, span = checked.snapshot.text, finding.span
    found = _LINE_END.search(text, span.start, span.end)
    line_end = found.start() if found is not None else span.end
    return checked.snapshot.place(Span(span.start, line_end if line_end > span.start else span.end))


def diagnostic(finding: Finding, checked: Checked) -> types.Diagnostic:
    """One finding of the engine's."""
    return _at(finding, location(checked, finding).range, checked)


def _at(finding: Finding, where: types.Range, checked: Checked) -> types.Diagnostic:
    page = pages.page(finding.code)
    safety = {Safety.UNSAFE: " [unsafe]", None: ""}.get(finding.safety, "")
    return types.Diagnostic(
        range=where,
        message=finding.message + safety,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(page) if page else None,
        source=SOURCE,
        tags=_tags(finding) or None,
        related_information=[_related(related, checked) for related in finding.related] or None,
    )


def _tags(finding: Finding) -> list[types.DiagnosticTag]:
    tags = []
    if finding.rewrite is not None and _takes_away(finding.rewrite):
        tags.append(types.DiagnosticTag.Unnecessary)
    if finding.code in _DEPRECATED:
        tags.append(types.DiagnosticTag.Deprecated)
    return tags


def _takes_away(rewrite: Rewrite) -> bool:
    """Whether all that a rewrite does is to take text away."""
    ops = [op for call in rewrite.calls for op in call.ops]
    if rewrite.imports or not (ops or rewrite.edits or rewrite.unimports):
        return False
    return all(isinstance(op, Drop) for op in ops) and not any(edit.text for edit in rewrite.edits)


def _related(related: Related, checked: Checked) -> types.DiagnosticRelatedInformation:
    snapshot = checked.snapshot
    if related.path is None or related.path == snapshot.path:
        place = snapshot.place(related.span or Span(0, 0))
        return types.DiagnosticRelatedInformation(place, related.message)
    return types.DiagnosticRelatedInformation(
        types.Location(uri_of(related.path), _range_in(checked, related.path, related.span)), related.message
    )


def _range_in(checked: Checked, path: str, span: Span | None) -> types.Range:
    """Where a stretch of another file is; the start of a notebook, whose cells may not be open."""
    text = None if span is None or path.endswith(notebook.SUFFIX) else checked.folder.text(path)
    lines = Lines(text or "", checked.snapshot.encoding)
    return lines.range(span if text is not None and span is not None else Span(0, 0))

"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read: rules with their help, places, fixes.

Lines and columns count from 1, columns in code points (``columnKind``). A place in a notebook is told by its cell, in
the properties of the result and as a logical location, lines counted in the cell: SARIF has no word for it. So what is
in a notebook comes without fixes, whose places would be taken for those of the JSON text.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping, Sequence

from kmigrate import __version__
from kmigrate.findings import Position, Severity
from kmigrate.report.records import Record, RelatedPlace, documentation_url

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.HINT: "note"}


def render(records: Iterable[Record], documentation: Mapping[str, str]) -> str:
    """The log of one run. ``documentation`` has the text of each code."""
    records = list(records)
    codes = sorted({record.code for record in records})
    driver = {
        "name": "kmigrate",
        "version": __version__,
        "rules": [_rule(code, inspect.cleandoc(documentation.get(code, code))) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(record, codes) for record in records],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(code: str, text: str) -> dict[str, object]:
    title, _, body = text.partition("\n")
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": body.strip() or title},
        "help": {"text": text},
        "properties": {"documentation": documentation_url(code)},
    }


def _result(record: Record, codes: Sequence[str]) -> dict[str, object]:
    properties: dict[str, object] = {"safety": record.safety.value if record.safety else None}
    if record.cell is not None:
        properties["cell"] = record.cell
    result: dict[str, object] = {
        "ruleId": record.code,
        "ruleIndex": codes.index(record.code),
        "level": _LEVELS[record.severity],
        "message": {"text": record.message},
        "locations": [_location(record)],
        "partialFingerprints": {"kmigrate/v1": fingerprint(record)},
        "properties": properties,
    }
    if record.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": place.message}}
            for number, place in enumerate(record.related, 1)
        ]
    if record.fix is not None and record.edits and record.cell is None:
        replacements = [
            {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": edit.text}}
            for edit in record.edits
        ]
        change = {"artifactLocation": {"uri": uri(record.path)}, "replacements": replacements}
        result["fixes"] = [{"description": {"text": record.fix}, "artifactChanges": [change]}]
    return result


def _location(place: Record | RelatedPlace) -> dict[str, object]:
    region = _region(place.start, place.end)
    location: dict[str, object] = {"physicalLocation": {"artifactLocation": {"uri": uri(place.path)}, "region": region}}
    if place.cell is not None:
        location["logicalLocations"] = [{"name": f"cell {place.cell}"}]
    return location


def _region(start: Position, end: Position) -> dict[str, int]:
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def uri(path: str) -> str:
    """``path`` as a relative URI reference."""
    from urllib.parse import quote

    return quote(path.replace("\\", "/").removeprefix("./"))


def fingerprint(record: Record) -> str:
    """What tells a finding from others, and stays when lines are added above it."""
    text = f"{record.code}\n{record.path}\n{record.cell}\n{record.message}\n{record.start.column}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

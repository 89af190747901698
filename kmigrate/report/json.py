"""Findings as JSON: one array of objects, whose keys scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kmigrate.findings import Position
from kmigrate.report.records import Record, RelatedPlace, TextEdit, documentation_url


def _place(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _in_cell(place: TextEdit | RelatedPlace) -> dict[str, int]:
    """The cell of a place in a notebook, which may be another one than that of the finding."""
    return {} if place.cell is None else {"cell": place.cell}


def as_object(record: Record) -> dict[str, object]:
    """One finding: lines from 1, columns from 1 in code points; ``fix`` null where a person has to decide."""
    fix = None
    if record.fix is not None:
        edits = [{**_in_cell(e), "start": _place(e.start), "end": _place(e.end), "text": e.text} for e in record.edits]
        fix = {"message": record.fix, "edits": edits}
    return {
        "path": record.path,
        "cell": record.cell,
        "code": record.code,
        "severity": record.severity.value,
        "message": record.message,
        "start": _place(record.start),
        "end": _place(record.end),
        "safety": record.safety.value if record.safety else None,
        "fix": fix,
        "related": [
            {
                "path": place.path,
                **_in_cell(place),
                "start": _place(place.start),
                "end": _place(place.end),
                "message": place.message,
            }
            for place in record.related
        ],
        "url": documentation_url(record.code),
    }


def render(records: Iterable[Record]) -> str:
    """The array, one finding a line."""
    lines = [json.dumps(as_object(record)) for record in records]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"

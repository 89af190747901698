"""Findings for build servers: workflow commands of GitHub Actions, and the code quality report of GitLab."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from kmigrate.findings import Severity
from kmigrate.report.records import Record
from kmigrate.report.sarif import fingerprint

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", Severity.HINT: "notice"}
_GRADES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info", Severity.HINT: "info"}


def github(records: Iterable[Record]) -> str:
    """One workflow command a finding (docs.github.com, "Workflow commands": what is escaped in text and properties)."""
    lines = []
    for record in records:
        place = {
            "file": record.path,
            "line": record.start.line,
            "endLine": record.end.line,
            "col": record.start.column,
            "endColumn": record.end.column,
            "title": record.code if record.cell is None else f"{record.code}, cell {record.cell}",
        }
        properties = ",".join(f"{name}={_escaped(str(value), ',:')}" for name, value in place.items())
        lines.append(f"::{_COMMANDS[record.severity]} {properties}::{_escaped(record.message)}\n")
    return "".join(lines)


def _escaped(text: str, others: str = "") -> str:
    for character in "%\r\n" + others:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def gitlab(records: Iterable[Record]) -> str:
    """The report that GitLab shows on a merge request (docs.gitlab.com, "Code Quality": its JSON format)."""
    seen: Counter[str] = Counter()
    found = []
    for record in records:
        mark = fingerprint(record)
        seen[mark] += 1
        found.append(
            {
                "description": record.message,
                "check_name": record.code,
                "fingerprint": f"{mark}-{seen[mark]}",
                "severity": _GRADES[record.severity],
                "location": {"path": record.path, "lines": {"begin": record.start.line, "end": record.end.line}},
            }
        )
    return json.dumps(found, indent=1) + "\n"

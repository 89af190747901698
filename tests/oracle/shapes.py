"""How much of real programs the analysis of shapes follows, and what it says: ``python -m tests.oracle.shapes PATH...``

A row for each folder or file: the files that build models, the applications of layers, how many of them have a known
output shape (or are the one at which Keras fails), and the errors and warnings of the rules on shapes (KM3) and on data
and labels (KM4). With ``--list`` every finding follows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kmigrate.config import Options
from kmigrate.program.program import Program
from kmigrate.program.project import Project
from kmigrate.program.scopes import read_module
from kmigrate.sources import python_file
from kmigrate.sources.python2 import to_python3

_ROOT = Path(__file__).resolve().parents[2]
_SEVERITIES = ("error", "warning")


@dataclass(slots=True)
class Row:
    """What was found in one folder."""

    name: str
    files: int = 0
    known: int = 0
    layers: int = 0
    findings: list[dict[str, object]] = field(default_factory=list)

    def count(self, severity: str) -> int:
        """The findings of one severity."""
        return sum(finding["severity"] == severity for finding in self.findings)


def measure(path: Path) -> Row:
    """Follow the Python files of a folder, or one file, and ask the command line for its findings."""
    row = Row(path.name)
    base = path if path.is_dir() else path.parent
    paths = sorted(p.relative_to(base).as_posix() for p in path.rglob("*.py")) if path.is_dir() else [path.name]

    def load(name: str) -> str | None:
        try:
            decoded = python_file.decode((base / name).read_bytes())
        except OSError:
            return None
        if not isinstance(decoded, python_file.PythonFile):
            return None
        converted = to_python3(decoded.text)
        return decoded.text if converted is None else converted.text

    project = Project(load, ("",), paths)
    for name in paths:
        text = load(name)
        if text is None:
            continue
        try:
            module = read_module(text, name)
        except (SyntaxError, ValueError):
            continue
        known, layers = Program(module, Options(), project.seen_from(module)).shapes.followed()
        row.files += layers > 0
        row.known += known
        row.layers += layers
    row.findings = list(_findings(path))
    return row


def _findings(path: Path) -> Iterator[dict[str, object]]:
    where, what = (path, ".") if path.is_dir() else (path.parent, path.name)
    command = [sys.executable, "-m", "kmigrate", "check", "--no-cache", "--select", "KM3,KM4"]
    run = subprocess.run(
        [*command, "--output-format", "json", what],
        cwd=where,
        env={"PYTHONPATH": str(_ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    for finding in json.loads(run.stdout):
        if finding["severity"] in _SEVERITIES and finding["code"].startswith(("KM3", "KM4")):
            yield finding


def table(rows: Sequence[Row]) -> str:
    """The rows as a table, with their sum."""
    total = Row("all", *(sum(getattr(row, name) for row in rows) for name in ("files", "known", "layers")))
    total.findings = [finding for row in rows for finding in row.findings]
    lines = [
        "| programs | files with models | layers | known | share | errors | warnings |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in [*rows, total]:
        share = f"{100 * row.known / row.layers:.0f} %" if row.layers else ""
        counts = " | ".join(str(row.count(severity)) for severity in _SEVERITIES)
        lines.append(f"| {row.name} | {row.files} | {row.layers} | {row.known} | {share} | {counts} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Print the table; with ``--list`` the findings, too."""
    paths = [Path(a) for a in arguments if not a.startswith("--")]
    if not paths:
        print("python -m tests.oracle.shapes [--list] PATH...", file=sys.stderr)
        return 2
    rows = [measure(path) for path in paths]
    print(table(rows))
    if "--list" in arguments:
        for row in rows:
            for f in row.findings:
                start = f["start"]
                assert isinstance(start, dict)
                cell = f" (cell {f['cell']})" if f.get("cell") else ""
                print(f"{row.name}/{f['path']}:{start['line']}{cell}: {f['code']} {f['severity']}: {f['message']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Measures ``kmigrate upgrade --unsafe`` on folders of real Keras 1 code: ``python -m tests.oracle.corpus PATH...``

Each folder is copied, upgraded through the command line, and judged by the oracle: what is left that Keras 2 does not
have, and how much of that no finding speaks of. The table has a row for each folder. With ``--sources`` a second table
counts what became of Python files and notebooks as sources (``tests.oracle.census``).
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from tests.oracle.census import Census, census, census_table
from tests.oracle.leftovers import Leftover, leftovers

#: The checkout, so that its kmigrate is the one that is measured.
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Outcome:
    """What became of one folder."""

    name: str
    files: int = 0
    parsed: int = 0
    upgraded: int = 0
    before: int = 0
    after: int = 0
    findings: int = 0
    unsaid: list[tuple[Path, Leftover]] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)
    changed_again: list[Path] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    census: Census = field(default_factory=Census)


#: Headings of the table, in the order of ``row``.
HEADINGS = (
    "folder",
    "files",
    "parsed",
    "upgraded",
    "before",
    "after",
    "unsaid",
    "findings",
    "broken",
    "again",
    "errors",
)


def row(outcome: Outcome) -> tuple[str | int, ...]:
    """The cells of one folder."""
    return (
        outcome.name,
        outcome.files,
        outcome.parsed,
        outcome.upgraded,
        outcome.before,
        outcome.after,
        len(outcome.unsaid),
        outcome.findings,
        len(outcome.broken),
        len(outcome.changed_again),
        len(outcome.errors),
    )


def _decoded(data: bytes) -> str | None:
    """The text of a Python file, or None where Python itself would not read or parse it."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
        ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    return text


def _python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if path.is_file())


def _kmigrate(arguments: Sequence[str], folder: Path, errors: list[str]) -> str:
    command = [sys.executable, "-m", "kmigrate", *arguments]
    search = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": search},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    # 1: something is left for a person
    if result.returncode not in (0, 1):
        errors.append(f"kmigrate {arguments[0]}: exit status {result.returncode}: {result.stderr[-2000:]}")
    if "Traceback" in result.stderr or "No module named" in result.stderr:
        errors.append(f"kmigrate {arguments[0]}: a traceback: {result.stderr[-2000:]}")
    return result.stdout


def _said(report: str, folder: Path, errors: list[str]) -> tuple[int, dict[Path, set[int]]]:
    """How many findings a JSON report holds, and the lines of each file that they speak of."""
    try:
        findings = json.loads(report)
    except ValueError:
        errors.append("kmigrate check: what it wrote is not JSON")
        return 0, {}
    lines: dict[Path, set[int]] = {}
    for finding in findings:
        covered = range(finding["start"]["line"], finding["end"]["line"] + 1)
        lines.setdefault((folder / finding["path"]).resolve(), set()).update(covered)
    return len(findings), lines


def measure(source: Path, name: str | None = None, namespace: str = "keras") -> Outcome:
    """Copy ``source``, upgrade the copy and judge it."""
    outcome = Outcome(name or source.name)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (Path(temporary) / "tree").resolve()
        # version control and virtual environments are no part of the program
        shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv"))
        texts = {path: _decoded(path.read_bytes()) for path in _python_files(folder)}
        before = {path: path.read_bytes() for path in sorted([*texts, *folder.rglob("*.ipynb")])}
        outcome.files = len(texts)
        parsed = {path: text for path, text in texts.items() if text is not None}
        outcome.parsed = len(parsed)
        outcome.before = sum(len(leftovers(text, namespace)) for text in parsed.values())

        shared = ["--namespace", namespace, "."]
        _kmigrate(["upgrade", "--unsafe", *shared], folder, outcome.errors)
        after = {path: path.read_bytes() for path in before}
        outcome.upgraded = sum(after[path] != before[path] for path in texts)
        report = _kmigrate(["check", "--output-format", "json", *shared], folder, outcome.errors)
        outcome.findings, said = _said(report, folder, outcome.errors)
        for path in parsed:
            text = _decoded(after[path])
            if text is None:
                outcome.broken.append(path.relative_to(folder))
                continue
            left = leftovers(text, namespace)
            outcome.after += len(left)
            silent = [each for each in left if each.line not in said.get(path, ())]
            outcome.unsaid += [(path.relative_to(folder), each) for each in silent]

        _kmigrate(["upgrade", "--unsafe", *shared], folder, outcome.errors)
        outcome.changed_again = [p.relative_to(folder) for p, data in after.items() if p.read_bytes() != data]
        outcome.census = census(folder, before, after, report)
    return outcome


def complaints(outcome: Outcome) -> list[str]:
    """One line for each thing of a folder that must not be."""
    name = outcome.name
    return [
        *(f"{name}/{path}:{each.line}: {each.what}: {each.message}" for path, each in outcome.unsaid),
        *(f"{name}/{path}: parsed before, does not now" for path in outcome.broken),
        *(f"{name}/{path}: a second run changes it" for path in outcome.changed_again),
        *(f"{name}/{path}: {what}" for path, what in outcome.census.broken),
        *(f"{name}/{path}: not understood, and no finding says so" for path in outcome.census.silent),
        *(f"{name}: {error}" for error in outcome.errors),
    ]


def table(outcomes: Sequence[Outcome]) -> str:
    """All folders in a Markdown table, with the sum below."""
    rows = [row(outcome) for outcome in outcomes]
    if len(rows) > 1:
        rows.append(("all", *(sum(int(cells[i]) for cells in rows) for i in range(1, len(HEADINGS)))))
    cells = [HEADINGS, tuple("---" if i == 0 else "---:" for i in range(len(HEADINGS))), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in cells)


def main(arguments: Sequence[str]) -> int:
    """Measure the folders named on the command line; 1 if something of them must not be."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    outcomes = [measure(Path(argument)) for argument in arguments if argument != "--sources"]
    problems = [line for outcome in outcomes for line in complaints(outcome)]
    print("\n".join(problems))
    print(table(outcomes))
    if "--sources" in arguments:
        print(f"\n{census_table([(outcome.name, outcome.census) for outcome in outcomes])}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

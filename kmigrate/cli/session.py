"""What upgrade and check share: from the chosen paths to the outcomes, and from outcomes to output and exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from kmigrate.cli import configuration, looking, run
from kmigrate.cli.memory import Memory, key
from kmigrate.cli.options import SPELLED_OUT, Chosen
from kmigrate.findings import Finding, LineIndex
from kmigrate.report import json as json_report
from kmigrate.report import text as text_report
from kmigrate.report.records import Record, record
from kmigrate.sources import notebook
from kmigrate.sources.discovery import Discovery, discover
from kmigrate.sources.store import Store
from kmigrate.sources.tree import Tree


@dataclass(slots=True)
class Session:
    """One run over files: what was found, what could not be looked at, and what came of each file."""

    discovery: Discovery
    #: files that go through the engine
    paths: list[str]
    #: findings about sources that do not go through the engine
    problems: list[Record]
    job: run.Job
    #: outcomes of earlier runs, if they are wanted
    memory: Memory | None = None

    def outcomes(self, jobs: int | None) -> list[run.Outcome]:
        """What came of each file, in order."""

        def work(paths: Sequence[str]) -> list[run.Outcome]:
            processes = jobs or run.default_jobs(len(paths))
            return run.with_progress(run.outcomes(self.job, paths, processes), len(paths))

        return self.memory.outcomes(self.job, self.paths, work) if self.memory else work(self.paths)


def located(path: str, finding: Finding) -> Record:
    """The record of a finding about a file as a whole."""
    return record(finding, path, LineIndex(""))


def open_session(chosen: Chosen, *, upgrade: bool) -> Session:
    """Find the files and settle what is to be done to them."""
    discovery = discover(chosen.paths, docs=chosen.docs)
    memory = _memory(chosen, upgrade=upgrade)
    paths, unreadable = run.concerned(discovery, memory.ledger if memory else looking.FirstLook())
    said = [located(path, finding) for path, finding in (*discovery.problems, *unreadable)]
    configured = configuration.gather(discovery, paths)
    said += configured.problems
    selected = [found for found in said if chosen.options.selects(found.code)]
    notebooks = (path for path in paths if path.endswith(notebook.SUFFIX))  # others have nothing to do with Keras
    tree = Tree((*discovery.files, *notebooks), discovery.roots)
    spell_out = chosen.output_format in SPELLED_OUT
    job = run.Job(
        chosen.options,
        tree,
        upgrade,
        spell_out,
        configured.ordering,
        chosen.docs,
        configured.keras_json,
        configured.pin,
    )
    return Session(discovery, sorted([*paths, *configured.paths]), selected, job, memory)


def _memory(chosen: Chosen, *, upgrade: bool) -> Memory | None:
    if chosen.cache is None:
        return None
    found = key(chosen, upgrade=upgrade)
    return Memory(Store(chosen.cache), found) if found else None


def in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """Findings by file and place."""
    return tuple(sorted(records, key=lambda found: (found.path, found.cell or 0, found.start, found.end, found.code)))


def print_findings(records: Iterable[Record], chosen: Chosen, *, err: bool = False) -> None:
    """Print findings in the chosen format."""
    if chosen.output_format != "text":
        click.echo(_rendered(records, chosen.output_format), nl=False, err=err)
        return
    for found in records:
        click.echo(text_report.finding(found, color=True), err=err)  # click takes the colors off but on a terminal


def _rendered(records: Iterable[Record], output_format: str) -> str:
    if output_format == "json":
        return json_report.render(records)
    if output_format == "sarif":
        from kmigrate.cli.explain import documentation
        from kmigrate.report import sarif

        return sarif.render(records, documentation())
    from kmigrate.report import annotations

    return annotations.github(records) if output_format == "github" else annotations.gitlab(records)


def print_failures(outcomes: Iterable[run.Outcome]) -> int:
    """Print what went wrong inside kmigrate, and return on how many files it did."""
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    for failure in failures:
        click.echo(failure, err=True)
    return len(failures)


def status(*, failed: int, left: Iterable[Record], would_change: bool = False) -> int:
    """The exit status: 2 if kmigrate failed on a file, 1 if something is left or would change, else 0."""
    if failed:
        return 2
    return 1 if would_change or any(found.is_left for found in left) else 0


def from_stdin(chosen: Chosen) -> tuple[str, bytes, run.Source | Finding]:
    """The name and the bytes of the source on standard input, and its text or why it has none."""
    data = sys.stdin.buffer.read()
    path = chosen.stdin_filename or "<stdin>"
    return path, data, run.decode(path, data, docs=chosen.docs)

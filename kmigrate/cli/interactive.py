"""``kmigrate upgrade --interactive``: ask for each change."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from kmigrate import engine
from kmigrate.cli import run
from kmigrate.config import Options
from kmigrate.findings import Finding
from kmigrate.program.project import Project
from kmigrate.report import diff as diff_report
from kmigrate.sources.notebook import Notebook
from kmigrate.sources.pages import Page

_QUESTION = "Make this change? [y]es, [n]o, [a]ll (safe ones, unless --unsafe), [q]uit asking"


#: Changes that overlap wait for the next round.
_MAX_ROUNDS = 6
#: What a person said no to: code, message and the source it is about, as often as that occurs.
_Declined = Counter[tuple[str, str, str]]


@dataclass(slots=True)
class _Asking:
    """Asks a person about the changes of one file after the other."""

    options: Options
    #: the answer that holds for everything that is left: "a" or "q"
    final: str = ""
    file: run.Source | None = None

    def upgrade_of(self, file: run.Source) -> run.Upgrade:
        """What upgrades this file, with a person in it."""
        self.file = file
        return self.upgrade

    def upgrade(self, source: str, options: Options, *, path: str, project: Project) -> engine.Result:
        """``engine.upgrade_source`` with a person in it."""
        text = source
        first = findings = engine.check_source(text, options, path=path, project=project)
        applied: list[Finding] = []
        declined: _Declined = Counter()
        origin = engine.origin_of(text, options, path=path, project=project)
        for _ in range(_MAX_ROUNDS):
            accepted = self._accepted(text, engine.comes_first(findings, text), path, declined)
            if not accepted:
                break
            text = engine.apply(text, accepted, options, path=path, project=project)
            applied += accepted
            origin = dataclasses.replace(origin, was_python2=any(finding.code == "KM010" for finding in applied))
            findings = engine.check_source(text, options, path=path, project=project, origin=origin)
        return engine.Result(first, text, tuple(applied), findings, origin)

    def _accepted(self, text: str, findings: Iterable[Finding], path: str, declined: _Declined) -> list[Finding]:
        """The findings whose change the person wants, of those that were not declined before."""
        before = declined.copy()
        accepted = []
        for finding in findings:
            if finding.rewrite is None:
                continue
            about = (finding.code, finding.message, text[finding.span.start : finding.span.end])
            if before[about]:
                before[about] -= 1
            elif self._wants(text, finding, path):
                accepted.append(finding)
            else:
                declined[about] += 1
        return accepted

    def _wants(self, text: str, finding: Finding, path: str) -> bool:
        if self.final:
            return self.final == "a" and engine.default_accept(self.options)(finding)
        new = engine.apply(text, [finding], self.options, path=path)
        if new == text or finding.rewrite is None:
            return False
        click.echo(f"\n{finding.code} [{finding.rewrite.safety.value}] {finding.message}")
        if finding.rewrite.assumes:
            click.echo(f"This assumes: {finding.rewrite.assumes}")
        if isinstance(self.file, Notebook):
            diff = b"".join(diff_report.cell(path, *changed) for changed in self.file.changed_cells(new, text))
        elif isinstance(self.file, Page):
            diff = diff_report.unified(self.file.encode(text), self.file.encode(new), path)
        else:
            diff = diff_report.unified(text.encode(), new.encode(), path)
        for line in diff_report.colored(diff, "utf-8"):
            click.echo(line)
        answer = click.prompt(_QUESTION, type=click.Choice(["y", "n", "a", "q"]), show_choices=False, default="n")
        if answer in ("a", "q"):
            self.final = answer
        return answer in ("y", "a")


def outcomes(job: run.Job, paths: Sequence[str]) -> Iterator[run.Outcome]:
    """What comes of each file with the changes that the person takes; unsafe ones are offered too."""
    worker = run.Worker(job)
    asking = _Asking(job.options)
    try:
        for path in paths:
            yield worker.file(path, asking.upgrade_of)
    except (click.Abort, KeyboardInterrupt):
        raise click.Abort("all files are as they were") from None

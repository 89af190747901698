"""``kmigrate check``: report findings, write nothing."""

from __future__ import annotations

from typing import Any

import click

from kmigrate.cli import run, session
from kmigrate.cli.options import SPELLED_OUT, Chosen, choose, shared
from kmigrate.findings import Finding
from kmigrate.report import text as text_report
from kmigrate.sources.tree import Tree


@click.command("check")
@shared
def command(**given: Any) -> int:
    """Report what there is to upgrade in the files and folders PATH…; write nothing.

    The exit status is 0 if there is nothing to do, 1 if there is, and 2 if kmigrate could not do its work.
    """
    chosen = choose(**given)
    if chosen.from_stdin:
        return _check_stdin(chosen)
    opened = session.open_session(chosen, upgrade=False)
    outcomes = opened.outcomes(chosen.jobs)
    found = session.in_order([*opened.problems, *(item for outcome in outcomes for item in outcome.found)])
    session.print_findings(found, chosen)
    failed = session.print_failures(outcomes)
    if chosen.statistics:
        click.echo(text_report.statistics(found), err=chosen.output_format != "text")
    if chosen.output_format == "text":
        discovery = opened.discovery
        work = text_report.Work(
            files=len(discovery.files),
            notebooks=len(discovery.notebooks),
            configs=len(discovery.configs),
            pages=len(discovery.pages),
            concerned=len(opened.paths),
            changed=0,
            applied=(),
            left=found,
            failed=failed,
            links=discovery.links,
        )
        click.echo(text_report.check_summary(work))
    return session.status(failed=failed, left=found)


def _check_stdin(chosen: Chosen) -> int:
    path, data, file = session.from_stdin(chosen)
    if isinstance(file, Finding):
        outcome = run.Outcome(path, found=(session.located(path, file),))
    else:
        tree = Tree((path,), ("",))
        job = run.Job(chosen.options, tree, upgrade=False, spell_out=chosen.output_format in SPELLED_OUT)
        outcome = run.Worker(job).source(path, data, file)
    session.print_findings(outcome.found, chosen)
    failed = session.print_failures([outcome])
    return session.status(failed=failed, left=outcome.found)

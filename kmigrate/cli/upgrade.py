"""``kmigrate upgrade``: rewrite in place, or show what that would do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from kmigrate.cli import configuration, run, session, vendoring
from kmigrate.cli.options import SPELLED_OUT, Chosen, choose, shared
from kmigrate.findings import Finding
from kmigrate.report import diff as diff_report
from kmigrate.report import text as text_report
from kmigrate.report.records import Record
from kmigrate.sources import write
from kmigrate.sources.tree import Tree

#: The compatibility module with its bytes before (None: it is not there) and after.
_NewModule = tuple[vendoring.Module, "bytes | None", bytes]


@click.command("upgrade")
@shared
@click.option("--diff", "show_diff", is_flag=True, help="Print what would change as a unified diff; write nothing.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if something would change.")
@click.option("--interactive", "ask", is_flag=True, help="Ask for each change.")
@click.option("--unsafe/--safe", default=None, help="Make changes that rest on an assumption, too.")
@click.option("--vendor-compat", metavar="DIR", help="Write what Keras 2 lacks to DIR/keras1_compat.py; import that.")
def command(show_diff: bool, only_check: bool, ask: bool, **given: Any) -> int:
    """Upgrade the Keras 1 code in the files and folders PATH… in place.

    The exit status is 0 if nothing is left to do, 1 if something is left to a person (or would change, with --diff and
    --check), and 2 if kmigrate could not do its work.
    """
    chosen = choose(**given, shows_changes=show_diff)
    if show_diff and chosen.output_format not in ("text", "html"):
        form = chosen.output_format
        raise click.UsageError(f"--diff prints a diff; for the changes as {form} take --check --output-format {form}")
    if ask and (chosen.from_stdin or show_diff or only_check):
        raise click.UsageError("--interactive changes files: it goes with neither -, --diff nor --check")
    if chosen.from_stdin and chosen.output_format == "html":
        raise click.UsageError("a page of changes is of files and folders, not of -")
    if chosen.from_stdin:
        return _upgrade_stdin(chosen, show_diff, only_check)
    writes = not (show_diff or only_check)
    opened = session.open_session(chosen, upgrade=True)
    refused: dict[str, Finding] = {}
    unasked = 0
    if ask:
        outcomes, refused, vendored, unasked = _asked(opened, chosen)
    else:
        outcomes = opened.outcomes(chosen.jobs)
        vendored = _vendored(chosen, outcomes)
    if writes and not ask:
        refused = _write(outcomes, vendored)
    elif show_diff and chosen.output_format == "html":
        _print_page(outcomes, opened, chosen, vendored)
    elif show_diff:
        _print_diff(outcomes, vendored)
    problems = opened.problems
    if writes and any(problem.code == "KM504" for problem in problems):
        new = {outcome.path: outcome.new for outcome in outcomes if outcome.is_changed and outcome.path not in refused}
        problems = [problem for problem in problems if problem.code != "KM504"]
        problems += configuration.disagreements(opened.discovery, opened.paths, new)
    failed = session.print_failures(outcomes)
    changed = [outcome for outcome in outcomes if outcome.is_changed and outcome.path not in refused]
    left = session.in_order([*problems, *_left(outcomes, refused)])
    found = session.in_order([*opened.problems, *(item for outcome in outcomes for item in outcome.found)])
    applied = tuple(item for outcome in changed for item in outcome.applied)
    aside = show_diff or chosen.output_format != "text"  # standard output holds something that a program reads
    if not show_diff:
        session.print_findings(left if writes else found, chosen)
    if chosen.statistics:
        click.echo(text_report.statistics(left, applied), err=aside)
    if chosen.output_format == "text":
        work = text_report.Work(
            files=len(opened.discovery.files),
            notebooks=len(opened.discovery.notebooks),
            configs=len(opened.discovery.configs),
            pages=len(opened.discovery.pages),
            concerned=len(opened.paths),
            changed=len(changed),
            applied=applied,
            left=left,
            failed=failed,
            links=opened.discovery.links,
            vendored=str(vendored[0].path) if vendored else None,
            written=writes,
            asked=ask,
        )
        click.echo(text_report.upgrade_summary(work), err=aside)
        if chosen.vendor is not None:
            far = vendoring.out_of_reach(chosen.vendor, (outcome.path for outcome in outcomes if outcome.vendored))
            if far:
                folder = chosen.vendor.path.parent
                files = far[0] if len(far) == 1 else f"{far[0]} and {text_report.count(len(far) - 1, 'other file')}"
                advice = f"put it on the import path (PYTHONPATH={folder}), or name the folder of the program"
                click.echo(f"{folder} is no package, where {files} would find the module: {advice}.", err=aside)
    return session.status(
        failed=failed, left=left, would_change=unasked > 0 or (not writes and bool(changed or vendored))
    )


def _left(outcomes: Iterable[run.Outcome], refused: dict[str, Finding]) -> Iterable[Record]:
    """What is left in each file: a file that could not be written has all that it had, and the reason."""
    for outcome in outcomes:
        if outcome.path in refused:
            yield session.located(outcome.path, refused[outcome.path])
            yield from outcome.found
        else:
            yield from outcome.left


def _vendored(chosen: Chosen, outcomes: Sequence[run.Outcome]) -> _NewModule | None:
    """The compatibility module with its bytes before and after, if it is wanted and has to change."""
    if chosen.vendor is None:
        return None
    names = frozenset[str]().union(*(outcome.vendored for outcome in outcomes))
    found = vendoring.source(chosen.vendor, names, chosen.options.namespace)
    return None if found is None or found[0] == found[1] else (chosen.vendor, *found)


def _asked(
    opened: session.Session, chosen: Chosen
) -> tuple[list[run.Outcome], dict[str, Finding], _NewModule | None, int]:
    """What came of the files that a person was asked about, which of them could not be written, the compatibility
    module if it was written, and how many files were not come to.
    """
    from kmigrate.cli.interactive import Sitting  # brings the engine, which a run in which all is known does without

    vendored: list[_NewModule] = []

    def prepare(outcomes: Sequence[run.Outcome]) -> None:
        change = _vendored(chosen, outcomes)
        if change is not None:
            _write_module(change)
            vendored.append(change)

    err = chosen.output_format != "text"
    sitting = Sitting(opened.job, opened.paths, prepare, err)
    sitting.hold()
    if sitting.lost:
        codes = ", ".join(code for code, _ in sitting.lost.most_common())
        changes = text_report.count(sitting.lost.total(), "refused change")
        click.echo(f"{changes} will not be offered by another run, which sees upgraded code: {codes}.", err=err)
    if sitting.unasked:
        click.echo(f"{text_report.count(sitting.unasked, 'file')} not come to.", err=err)
    return sitting.outcomes, sitting.refused, vendored[-1] if vendored else None, sitting.unasked


def _write_module(vendored: _NewModule | None) -> None:
    """Put the compatibility module in place, if there is one to write."""
    if vendored is None:
        return
    module, old, new = vendored
    try:
        module.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--vendor-compat: {module.path.parent} cannot be made: {error.strerror}") from error
    refusal = write.replace(str(module.path), old, new)
    if refusal:
        raise click.UsageError(f"--vendor-compat: {module.path} {refusal.message}; no file that needs it was changed")


def _write(outcomes: Sequence[run.Outcome], vendored: _NewModule | None) -> dict[str, Finding]:
    """Put the new bytes in place; what could not be, and why. The module that files import comes first."""
    _write_module(vendored)
    write.remove_left_behind(outcome.path for outcome in outcomes if outcome.is_changed)
    refused: dict[str, Finding] = {}
    written = 0
    try:
        for outcome in outcomes:
            if outcome.is_changed:
                refusal = write.replace(outcome.path, outcome.old, outcome.new)
                if refusal:
                    refused[outcome.path] = refusal
                else:
                    written += 1
    except KeyboardInterrupt:
        files = text_report.count(written, "file")
        raise click.Abort(f"{files} upgraded, the others are as they were") from None
    return refused


def _print_diff(outcomes: Iterable[run.Outcome], vendored: _NewModule | None) -> None:
    """The diff of everything: bytes as they are for a program that applies it, text in colors for a person."""
    diffs: list[tuple[bytes, str]] = []
    if vendored:
        module, old, new = vendored
        diffs.append((diff_report.unified(old, new, _shown(str(module.path))), "utf-8"))
    for outcome in outcomes:
        path = _shown(outcome.path)
        if outcome.cells and sys.stdout.isatty():
            diffs += [(diff_report.cell(path, *changed), "utf-8") for changed in outcome.cells]
        elif outcome.is_changed:
            diffs.append((diff_report.unified(outcome.old, outcome.new, path), outcome.encoding))
    for diff, encoding in diffs:
        print_diff(diff, encoding)


def _print_page(
    outcomes: Iterable[run.Outcome],
    opened: session.Session,
    chosen: Chosen,
    vendored: _NewModule | None,
) -> None:
    from kmigrate.cli import review

    new_module = None if vendored is None else (_shown(str(vendored[0].path)), *vendored[1:])
    sys.stdout.buffer.write(review.page(outcomes, opened.problems, opened.job, chosen, new_module))
    sys.stdout.buffer.flush()


def print_diff(diff: bytes, encoding: str) -> None:
    """Print one diff."""
    if sys.stdout.isatty():
        for line in diff_report.colored(diff, encoding):
            click.echo(line)
    else:
        stream = sys.stdout.buffer
        stream.write(diff)
        stream.flush()


def _shown(path: str) -> str:
    """The path as ``patch -p1`` finds it from the current folder, where the file is below it."""
    here = Path.cwd()
    absolute = Path(path) if Path(path).is_absolute() else here / path
    normal = Path(*absolute.parts) if ".." not in absolute.parts else Path(os.path.realpath(absolute))
    return str(normal.relative_to(here)) if normal.is_relative_to(here) else str(normal)


def _upgrade_stdin(chosen: Chosen, show_diff: bool, only_check: bool) -> int:
    """Standard input to standard output; findings go to standard error, with --check to output."""
    path, data, file = session.from_stdin(chosen)
    if isinstance(file, Finding):
        problem = (session.located(path, file),)
        outcome = run.Outcome(path, found=problem, left=problem)
    else:
        outcome = _upgraded_text(chosen, path, data, file)
    vendored = _vendored(chosen, [outcome])
    if show_diff:
        _print_diff([outcome], vendored)
    elif not only_check:
        if vendored:
            _write([], vendored)
        stream = sys.stdout.buffer
        stream.write(outcome.new if outcome.is_changed else data)
        stream.flush()
    failed = session.print_failures([outcome])
    session.print_findings(outcome.found if only_check else outcome.left, chosen, err=not only_check)
    if chosen.statistics:
        click.echo(text_report.statistics(outcome.left, outcome.applied), err=True)
    would_change = (show_diff or only_check) and outcome.is_changed
    return session.status(failed=failed, left=outcome.left, would_change=would_change)


def _upgraded_text(chosen: Chosen, path: str, data: bytes, file: run.Source) -> run.Outcome:
    tree = Tree((path,), ("",))
    job = run.Job(chosen.options, tree, upgrade=True, spell_out=chosen.output_format in SPELLED_OUT, docs=chosen.docs)
    return run.Worker(job).source(path, data, file)

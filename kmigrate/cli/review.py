"""``kmigrate review``: what ``upgrade`` would do as a page to look through; nothing else is written."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import click

from kmigrate.cli import run, session
from kmigrate.cli.options import Chosen, choose, shared
from kmigrate.cli.shapes import draw, project_of, summary_of
from kmigrate.findings import Finding
from kmigrate.program.project import Project
from kmigrate.report import review, review_html
from kmigrate.report.records import Record
from kmigrate.report.shapes_summary import Summary
from kmigrate.sources import config_files, pages, python_file
from kmigrate.sources.notebook import Notebook

#: A module that would be written: its path, and its bytes before (None: it is not there) and after.
NewModule = tuple[str, bytes | None, bytes]


@click.command("review")
@shared
@click.option("--html", metavar="FILE", required=True, help="Where to write the page.")
@click.option("--unsafe/--safe", default=None, help="Show the changes that rest on an assumption as made, too.")
def command(html: str, **given: Any) -> int:
    """Write a page of HTML that shows what `kmigrate upgrade PATH…` would do, for a person to look through.

    The exit status is that of `kmigrate upgrade --diff`: 0 if nothing is left to do, 1 if something would change or is
    left to a person, and 2 if kmigrate could not do its work.
    """
    chosen = choose(**given)
    if chosen.output_format != "text":
        raise click.UsageError("review writes HTML: it goes without --output-format")
    if chosen.from_stdin:
        raise click.UsageError("review takes files and folders, not -")
    chosen = dataclasses.replace(chosen, output_format="html")
    opened = session.open_session(chosen, upgrade=True)
    outcomes = opened.outcomes(chosen.jobs)
    draw(html, page(outcomes, opened.problems, opened.job, chosen))
    failed = session.print_failures(outcomes)
    found = [*opened.problems, *(record for outcome in outcomes for record in outcome.left)]
    changed = sum(outcome.is_changed for outcome in outcomes)
    click.echo(f"Wrote {html}: {changed} of {len(outcomes)} files that were looked at in depth would change.")
    return session.status(failed=failed, left=found, would_change=changed > 0)


def page(
    outcomes: Iterable[run.Outcome],
    problems: Iterable[Record],
    job: run.Job,
    chosen: Chosen,
    new_module: NewModule | None = None,
) -> bytes:
    """The page on what came of files, and on problems with files that did not go through the engine."""
    from kmigrate.cli.explain import documentation

    project = project_of(job)
    files = [
        review.file_review(reviewed, is_python=_is_python(reviewed.path))
        for outcome in outcomes
        if (outcome.found or outcome.is_changed) and (reviewed := _reviewed(outcome, project, chosen))
    ]
    by_path: dict[str, list[Record]] = {}
    for record in problems:
        by_path.setdefault(record.path, []).append(record)
    for path, records in by_path.items():
        notes = tuple(review.Note(record, is_done=False) for record in records)
        files.append(review.FileReview(path, (), notes))
    if new_module is not None:
        path, old, new = new_module
        text = review.Text((old or b"").decode("utf-8", "replace"), new.decode("utf-8", "replace"))
        files.append(review.file_review(review.Reviewed(path, (text,), ())))
    files.sort(key=lambda file: file.path)
    return review_html.render(files, documentation()).encode("utf-8", "backslashreplace")


def _is_python(path: str) -> bool:
    return not pages.is_page(path) and config_files.kind(path) is None


def _reviewed(outcome: run.Outcome, project: Project, chosen: Chosen) -> review.Reviewed | None:
    """A file with its texts; None where it has gone since it was read."""
    data = outcome.old
    if not outcome.is_changed:
        try:
            data = python_file.read_bytes(outcome.path)
        except OSError:
            return None
    source = run.decode(outcome.path, data, docs=chosen.docs)
    texts = tuple(_texts(outcome, data, source))
    shapes = _shapes(outcome.path, source, chosen, project) if _is_python(outcome.path) else None
    return review.Reviewed(outcome.path, texts, outcome.found, outcome.applied, outcome.left, shapes)


def _texts(outcome: run.Outcome, data: bytes, source: run.Source | Finding) -> Iterator[review.Text]:
    if isinstance(source, Notebook):
        new = {index: text for index, _, text in outcome.cells}
        for cell in source.cells:
            yield review.Text(cell.source, new.get(cell.index, cell.source), cell.index)
        return
    encoding = "utf-8" if isinstance(source, Finding) else source.encoding
    old, text = (part.decode(encoding, "replace") for part in (data, outcome.new if outcome.is_changed else data))
    yield review.Text(old, text)


def _shapes(path: str, source: run.Source | Finding, chosen: Chosen, project: Project) -> Summary | None:
    """The shapes of the layers in a file, where they can be followed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's parser, about the user's source
            found = summary_of(path, source, chosen, project)
    except Exception:  # noqa: BLE001  -- shapes are an extra here, and `kmigrate shapes` says what is wrong
        return None
    return None if isinstance(found, Finding) else found

"""Taking files through the engine, in this process or in several, and keeping what came of each."""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

import click

from kmigrate import engine
from kmigrate.cli import vendoring
from kmigrate.config import Options
from kmigrate.findings import Finding, LineIndex
from kmigrate.program.project import Project
from kmigrate.report.records import Record, TextEdit, record, text_edits
from kmigrate.sources import problems, python_file
from kmigrate.sources.discovery import Discovery
from kmigrate.sources.python_file import PythonFile
from kmigrate.sources.tree import Tree

#: ``engine.upgrade_source``, or what stands in for it where a person is asked
Upgrade = Callable[..., engine.Result]

#: Fewer files than this are done sooner in one process than several processes start.
_FILES_WORTH_A_POOL = 32
_FILES_PER_TASK = 8


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done to every file of a run. Picklable."""

    options: Options
    tree: Tree
    upgrade: bool
    #: spell out the edits of each rewrite, as JSON shows them
    spell_out: bool = False
    #: "th" or "tf", where a keras.json says so
    keras_json_ordering: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file. Picklable."""

    path: str
    #: findings of the text as it was
    found: tuple[Record, ...] = ()
    #: those whose rewrite was carried out
    applied: tuple[Record, ...] = ()
    #: findings of the new text; ``found`` where nothing was changed
    left: tuple[Record, ...] = ()
    #: the bytes before and after, where they differ
    old: bytes = b""
    new: bytes = b""
    encoding: str = "utf-8"
    #: names that the new text takes from the vendored module
    vendored: frozenset[str] = frozenset()
    #: what went wrong inside kmigrate
    failure: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the upgrade changes the file."""
        return self.old != self.new


def _problem(path: str, finding: Finding) -> Outcome:
    found = (record(finding, path, LineIndex("")),)
    return Outcome(path, found=found, left=found)


@dataclass(slots=True)
class Worker:
    """Does a job, file by file."""

    job: Job
    project: Project = field(init=False)

    def __post_init__(self) -> None:
        tree = self.job.tree
        self.project = Project(tree.load, tree.roots, tree.files, self.job.keras_json_ordering)

    def file(self, path: str) -> Outcome:
        """What comes of the file at ``path``."""
        found = python_file.read(path)
        if isinstance(found, Finding):
            return _problem(path, found)
        return self.source(path, *found)

    def source(self, path: str, data: bytes, file: PythonFile, upgrade: Upgrade | None = None) -> Outcome:
        """What comes of a text; whatever goes wrong in the engine is kept to this one file."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of Python's parser, about the user's source
                if self.job.upgrade:
                    return self._upgraded(path, data, file, upgrade or engine.upgrade_source)
                found = engine.check_source(file.text, self.job.options, path=path, project=self.project)
                records = self._records(found, path, file.text, self.job.spell_out)
                return Outcome(path, found=records, left=records)
        except Exception as error:  # noqa: BLE001  -- a mistake in a rule is one file's misfortune, not the run's
            return Outcome(path, failure=_failure(path, error))

    def _upgraded(self, path: str, data: bytes, file: PythonFile, upgrade: Upgrade) -> Outcome:
        options = self.job.options
        result = upgrade(file.text, options, path=path, project=self.project)
        is_changed = result.text != file.text
        remaining: Iterable[Finding] = result.remaining
        if self.job.spell_out and is_changed:
            # what is left keeps the rewrites that were found for the old text: find them for the new one
            remaining = engine.check_source(result.text, options, path=path, project=self.project)
        names: frozenset[str] = frozenset()
        if options.vendor_compat:
            names = vendoring.imported_names(result.text, options.vendor_compat)
        return Outcome(
            path,
            found=self._records(result.findings, path, file.text, self.job.spell_out),
            applied=self._records(result.applied, path, file.text) if is_changed else (),
            left=self._records(remaining, path, result.text, self.job.spell_out),
            old=data if is_changed else b"",
            new=file.encode(result.text) if is_changed else b"",
            encoding=file.encoding,
            vendored=names,
        )

    def _records(
        self, findings: Iterable[Finding], path: str, text: str, spell_out: bool = False
    ) -> tuple[Record, ...]:
        index = LineIndex(text)
        records = []
        for finding in findings:
            edits: tuple[TextEdit, ...] = ()
            if spell_out and finding.rewrite is not None:
                edits = text_edits(engine.fix_edits(text, [finding], self.job.options, path=path), index)
            records.append(record(finding, path, index, other_text=self.job.tree.load, edits=edits))
        return tuple(records)


def _failure(path: str, error: BaseException) -> str:
    if os.environ.get("KMIGRATE_TRACEBACK"):
        traceback.print_exception(error)
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return (
        f"{path}: kmigrate failed on this file and left it as it is ({said}); "
        "please report this with the file, and with the output under KMIGRATE_TRACEBACK=1"
    )


def concerned(discovery: Discovery) -> tuple[list[str], list[tuple[str, Finding]]]:
    """The files that may have to do with Keras, in order, and those that cannot be read.

    A file without the word keras counts if it has a word of Keras 1 and another file of the run names Keras: models and
    star imports cross files. Files that were named themselves count if they are not even text, so that this is said.
    """
    names: set[str] = set()
    others: list[str] = []
    unreadable: list[tuple[str, Finding]] = []
    for path in discovery.files:
        try:
            data = python_file.read_bytes(path)
        except OSError as error:
            unreadable.append((path, problems.unreadable(problems.reason(error))))
            continue
        if python_file.names_keras(data):
            if vendoring.is_vendored(path, data):
                continue
            names.add(path)
        elif path in discovery.named and isinstance(python_file.decode(data), Finding):
            names.add(path)
        else:
            others.append(path)
    if names:
        for path in others:
            try:
                if python_file.may_be_handed_keras(python_file.read_bytes(path)):
                    names.add(path)
            except OSError as error:
                unreadable.append((path, problems.unreadable(problems.reason(error))))
    return sorted(names), sorted(unreadable, key=lambda item: item[0])


# --- several processes ----------------------------------------------------------------------------------------------

_worker: Worker | None = None


def _start(job: Job) -> None:
    """Prepare a process of the pool."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process says what an interruption means
    _worker = Worker(job)


def _do(paths: Sequence[str]) -> list[Outcome]:
    assert _worker is not None
    return [_worker.file(path) for path in paths]


def default_jobs(files: int) -> int:
    """How many processes pay for so many files."""
    if files < _FILES_WORTH_A_POOL:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, files // (_FILES_WORTH_A_POOL // 2)))


def outcomes(job: Job, paths: Sequence[str], jobs: int) -> Iterator[Outcome]:
    """What comes of each file, in the order of ``paths``."""
    if jobs == 1 or len(paths) < 2:
        worker = Worker(job)
        for path in paths:
            yield worker.file(path)
        return
    tasks = [paths[at : at + _FILES_PER_TASK] for at in range(0, len(paths), _FILES_PER_TASK)]
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_start, initargs=(job,))
    done = 0
    try:
        futures = [pool.submit(_do, task) for task in tasks]
        for future, task in zip(futures, tasks, strict=True):
            yield from future.result()
            done += len(task)
    except BrokenProcessPool:
        pool.shutdown(wait=False, cancel_futures=True)
        yield from _one_by_one(job, paths[done:])
    finally:
        pool.shutdown(cancel_futures=True)


def _one_by_one(job: Job, paths: Sequence[str]) -> Iterator[Outcome]:
    """After a process died: each file by itself, so that the one that kills its process is known."""
    pool: ProcessPoolExecutor | None = None
    for path in paths:
        pool = pool or ProcessPoolExecutor(1, initializer=_start, initargs=(job,))
        future: Future[list[Outcome]] = pool.submit(_do, [path])
        try:
            yield from future.result()
        except BrokenProcessPool as error:
            pool.shutdown(wait=False)
            pool = None
            yield Outcome(path, failure=_failure(path, error))
    if pool:
        pool.shutdown()


def with_progress(results: Iterator[Outcome], length: int) -> list[Outcome]:
    """All results, with a progress bar on standard error where that is a terminal and there is much to do."""
    if length < _FILES_WORTH_A_POOL or not sys.stderr.isatty():
        return list(results)
    with click.progressbar(results, length=length, label="Upgrading", file=sys.stderr) as bar:
        return list(bar)

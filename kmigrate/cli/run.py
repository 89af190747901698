"""Taking files through the engine, in this process or in several, and keeping what came of each."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

import click

from kmigrate.cli import looking, vendoring
from kmigrate.config import Options
from kmigrate.findings import Finding, LineIndex
from kmigrate.program.project import Asked, Pin, Project
from kmigrate.report import plain
from kmigrate.report.records import Record, TextEdit, record, text_edits
from kmigrate.sources import notebook, pages, problems, python2, python_file
from kmigrate.sources.commands import Commands
from kmigrate.sources.discovery import Discovery
from kmigrate.sources.magics import parse_error
from kmigrate.sources.notebook import Notebook
from kmigrate.sources.pages import Page
from kmigrate.sources.pieces import Pieces
from kmigrate.sources.python_file import PythonFile
from kmigrate.sources.tree import Tree

if TYPE_CHECKING:  # the engine takes as long to load as all of a run in which every outcome is known
    from kmigrate import engine

#: ``engine.upgrade_source``, or what stands in for it where a person is asked
Upgrade = Callable[..., "engine.Result"]

#: What a file is read as
Source = PythonFile | Notebook | Page


class Asker(Protocol):
    """Decides about the changes of one file, in place of the options."""

    def upgrade_of(self, file: Source) -> Upgrade:
        """What upgrades the text of the file."""

    def takes_command(self, commands: Commands, finding: Finding) -> bool:
        """Whether to make the change of a shell line of the notebook."""


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
    #: read pages of documentation
    docs: bool = False
    #: the keras.json that says so
    keras_json: str | None = None
    #: the version of Keras 1 that the requirements of the run ask for
    pin: Pin | None = None


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
    old: bytes = field(default=b"", metadata=plain.LEFT_OUT)  # whoever keeps an outcome has the file
    new: bytes = b""
    encoding: str = "utf-8"
    #: of a notebook, the cells that change: which, and their source before and after
    cells: tuple[tuple[int, str, str], ...] = ()
    #: names that the new text takes from the vendored module
    vendored: frozenset[str] = frozenset()
    #: what went wrong inside kmigrate
    failure: str | None = field(default=None, metadata=plain.LEFT_OUT)
    #: what of other files it rests on, where that is known
    asked: Asked | None = field(default=None, compare=False, repr=False, metadata=plain.LEFT_OUT)

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
        ordering = self.job.keras_json_ordering
        own = self.job.keras_json
        pin = self.job.pin
        self.project = Project(tree.load, tree.roots, tree.files, ordering, tree.glance, tree.folders, own, pin)

    def file(self, path: str, asker: Asker | None = None) -> Outcome:
        """What comes of the file at ``path``."""
        try:
            found = self._read(path)
        except Exception as error:  # noqa: BLE001  -- as below
            return failed(path, error)
        if isinstance(found, Finding):
            return _problem(path, found)
        data, file = found
        self.project.make_room()
        with self.project.listening() as asked:
            outcome = self.source(path, data, file, asker)
        return replace(outcome, asked=asked)

    def _read(self, path: str) -> tuple[bytes, Source] | Finding:
        if path.endswith(notebook.SUFFIX):
            return notebook.read(path)
        if pages.is_page(path) and (self.job.docs or path.endswith(pages.SUFFIXES)):
            return pages.read(path) if self.job.docs else problems.page_without_docs()
        return python_file.read(path)

    def source(self, path: str, data: bytes, file: Source, asker: Asker | None = None) -> Outcome:
        """What comes of a text; whatever goes wrong in the engine is kept to this one file."""
        from kmigrate import engine

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of Python's parser, about the user's source
                if isinstance(file, Notebook | Page):
                    file = file.readable(self._can_read)
                if self.job.upgrade:
                    return self._upgraded(path, data, file, asker)
                found = engine.check_source(file.text, self.job.options, path=path, project=self.project)
                records = self._records(found, path, file, file.text, self.job.spell_out)
                return Outcome(path, found=records, left=records)
        except Exception as error:  # noqa: BLE001  -- a mistake in a rule is one file's misfortune, not the run's
            return failed(path, error)

    def _can_read(self, text: str) -> bool:
        """Whether the engine can work on a text."""
        options = self.job.options
        if parse_error(text) is None:
            return True
        return options.python2 and options.selects("KM010") and python2.to_python3(text) is not None

    def _upgraded(self, path: str, data: bytes, file: Source, asker: Asker | None) -> Outcome:
        from kmigrate import engine

        options = self.job.options
        upgrade = asker.upgrade_of(file) if asker else engine.upgrade_source
        result = upgrade(file.text, options, path=path, project=self.project)
        new_file: Source = file
        commands: tuple[Record, ...] = ()
        found = self._records(result.findings, path, file, file.text, self.job.spell_out)
        if isinstance(file, Pieces) and file.leaves_behind(result.text):
            return Outcome(path, found=found, left=found)
        if isinstance(file, Notebook):
            new_file, commands = self._with_commands(path, file, asker)
        is_changed = result.text != file.text or new_file is not file
        remaining: Iterable[Finding] = result.remaining
        if self.job.spell_out and is_changed:
            # what is left keeps the rewrites that were found for the old text: find them for the new one
            remaining = engine.check_source(result.text, options, path=path, project=self.project, origin=result.origin)
        names: frozenset[str] = frozenset()
        if options.vendor_compat:
            names = vendoring.imported_names(result.text, options.vendor_compat)
        return Outcome(
            path,
            found=found,
            applied=(*self._applied(result.applied, path, file), *commands) if is_changed else (),
            left=self._records(remaining, path, new_file, result.text, self.job.spell_out),
            old=data if is_changed else b"",
            new=new_file.encode(result.text) if is_changed else b"",
            encoding=file.encoding,
            cells=tuple(new_file.changed_cells(result.text)) if isinstance(new_file, Notebook) and is_changed else (),
            vendored=names,
        )

    def _with_commands(self, path: str, file: Notebook, asker: Asker | None) -> tuple[Notebook, tuple[Record, ...]]:
        """The notebook with the shell lines upgraded that are to be, and what that settles."""
        from kmigrate import engine

        options = self.job.options
        commands = Commands(file)
        accept = partial(asker.takes_command, commands) if asker else engine.default_accept(options)
        new_file, applied = commands.upgraded(options, accept)
        index = commands.index(file.text)
        return new_file, tuple(record(finding, path, index) for finding in applied)

    def _applied(self, findings: Iterable[Finding], path: str, file: Source) -> Iterator[Record]:
        index = file.index(file.text)
        for finding in findings:
            yield record(finding, path, index, other_index=self.job.tree.index)

    def _records(
        self, findings: Iterable[Finding], path: str, file: Source, text: str, spell_out: bool = False
    ) -> tuple[Record, ...]:
        """Findings of a text of ``file``, and those about its cells and shell lines."""
        index = file.index(text)
        records = []
        findings = list(findings)
        if isinstance(file, Page):
            from kmigrate.cli import unimported

            findings += unimported.findings(text, findings, self.job.options, path, self.project)
        for finding in findings:
            edits: tuple[TextEdit, ...] = ()
            if spell_out and finding.rewrite is not None:
                edits = self._spelled_out(finding, path, file, text, index)
            records.append(record(finding, path, index, other_index=self.job.tree.index, edits=edits))
        if isinstance(file, Pieces):
            said = (finding for finding in file.findings(text) if self.job.options.selects(finding.code))
            records += [record(finding, path, index) for finding in said]
        if isinstance(file, Notebook):
            commands = Commands(file)
            lines = commands.index(text)
            for finding in commands.findings(self.job.options):
                edits = text_edits(finding.rewrite.edits, lines) if spell_out and finding.rewrite else ()
                records.append(record(finding, path, lines, edits=edits))
        if isinstance(file, Pieces):
            records.sort(key=lambda found: (found.cell or 0, found.start, found.end, found.code))
        return tuple(records)

    def _spelled_out(
        self, finding: Finding, path: str, file: Source, text: str, index: LineIndex
    ) -> tuple[TextEdit, ...]:
        """The edits of the rewrite of a finding; in a page with what stands before the code in new lines."""
        from kmigrate import engine
        from kmigrate.codemod.rewrite import smallest, splice

        edits = engine.fix_edits(text, [finding], self.job.options, path=path, project=self.project)
        if isinstance(file, Page):
            places, changes = file.edits(text, splice(text, edits))
            return text_edits(smallest(places.text, changes), places)
        return text_edits(edits, index)


def failed(path: str, error: BaseException) -> Outcome:
    """What came of a file that something went wrong on inside kmigrate."""
    return Outcome(path, failure=_failure(path, error))


def _failure(path: str, error: BaseException) -> str:
    if os.environ.get("KMIGRATE_TRACEBACK"):
        traceback.print_exception(error)
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return (
        f"{path}: kmigrate failed on this file and left it as it is ({said}); "
        "please report this with the file, and with the output under KMIGRATE_TRACEBACK=1"
    )


def decode(path: str, data: bytes, *, docs: bool = False) -> Source | Finding:
    """What the bytes of a file of that name are, or why they are nothing that can be worked on."""
    if pages.is_page(path) and (docs or path.endswith(pages.SUFFIXES)):
        return pages.decode(path, data) if docs else problems.page_without_docs()
    return notebook.decode(data) if path.endswith(notebook.SUFFIX) else python_file.decode(data)


def _is_no_text(path: str) -> bool:
    return isinstance(decode(path, python_file.read_bytes(path), docs=True), Finding)


def concerned(
    discovery: Discovery, look: looking.FirstLook = looking.FirstLook()
) -> tuple[list[str], list[tuple[str, Finding]]]:
    """The files that may have to do with Keras, in order, and those that cannot be read.

    A file without the word keras counts if it has a word of Keras 1 and another file of the run names Keras: models and
    star imports cross files. Files that were named themselves count if they are not even text, so that this is said.
    """
    names: set[str] = set()
    others: list[str] = []
    unreadable: list[tuple[str, Finding]] = []
    for path in (*discovery.files, *discovery.notebooks, *discovery.pages):
        try:
            names_keras = look.names_keras(path)
            if names_keras is None:
                continue
            if names_keras or (path in discovery.named and _is_no_text(path)):
                names.add(path)
            else:
                others.append(path)
        except OSError as error:
            unreadable.append((path, problems.unreadable(problems.reason(error))))
    if names:
        for path in others:
            try:
                if look.may_be_handed_keras(path):
                    names.add(path)
            except OSError as error:
                unreadable.append((path, problems.unreadable(problems.reason(error))))
    return sorted(names), sorted(unreadable, key=lambda item: item[0])


# --- several processes ----------------------------------------------------------------------------------------------

_worker: Worker | None = None


def _start(worker: Worker) -> None:
    """Prepare a process of the pool."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process says what an interruption means
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    _worker = worker


def _end_with_the_first() -> None:
    """A process of the pool would wait for work for ever if the first process was killed."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)


def _do(paths: Sequence[str]) -> list[Outcome]:
    assert _worker is not None
    return [_worker.file(path) for path in paths]


def default_jobs(files: int) -> int:
    """How many processes pay for so many files."""
    if files < _FILES_WORTH_A_POOL:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, files // (_FILES_WORTH_A_POOL // 2)))


def _load() -> None:
    """Load rules and tables, which stay to the end: the garbage collector need not look at them for each file.

    Before processes are forked, so that they share them.
    """
    from kmigrate import keras_api
    from kmigrate.rules import rules

    rules()
    keras_api.canonical("keras")
    gc.collect()
    gc.freeze()


def outcomes(job: Job, paths: Sequence[str], jobs: int) -> Iterator[Outcome]:
    """What comes of each file, in the order of ``paths``."""
    if paths:
        _load()
    worker = Worker(job)
    if jobs == 1 or len(paths) < 2:
        for path in paths:
            yield worker.file(path)
        return
    worker.project.imports.look()  # once: processes that are forked have it
    tasks = [paths[at : at + _FILES_PER_TASK] for at in range(0, len(paths), _FILES_PER_TASK)]
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_start, initargs=(worker,))
    done = 0
    try:
        futures = [pool.submit(_do, task) for task in tasks]
        for future, task in zip(futures, tasks, strict=True):
            yield from future.result()
            done += len(task)
    except BrokenProcessPool:
        pool.shutdown(wait=False, cancel_futures=True)
        yield from _one_by_one(worker, paths[done:])
    finally:
        pool.shutdown(cancel_futures=True)


def _one_by_one(worker: Worker, paths: Sequence[str]) -> Iterator[Outcome]:
    """After a process died: each file by itself, so that the one that kills its process is known."""
    pool: ProcessPoolExecutor | None = None
    for path in paths:
        pool = pool or ProcessPoolExecutor(1, initializer=_start, initargs=(worker,))
        future: Future[list[Outcome]] = pool.submit(_do, [path])
        try:
            yield from future.result()
        except BrokenProcessPool as error:
            pool.shutdown(wait=False)
            pool = None
            yield failed(path, error)
    if pool:
        pool.shutdown()


def with_progress(results: Iterator[Outcome], length: int) -> list[Outcome]:
    """All results, with a progress bar on standard error where that is a terminal and there is much to do."""
    if length < _FILES_WORTH_A_POOL or not sys.stderr.isatty():
        return list(results)
    with click.progressbar(results, length=length, label="Upgrading", file=sys.stderr) as bar:
        return list(bar)

"""What came of files in an earlier run with the same options, for as long as all that it rests on is as it was.

One text of the store holds the last run over the same paths. Every outcome in it was right when it was written, for the
files as its rows describe them. So an outcome still holds unless one of these changed: a file that was read for it; the
file that an import in such a file leads to; which files import such a file; what the job says, such as the ordering
that keras.json chooses.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import json
import os
import posixpath
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import kmigrate
from kmigrate.cli.looking import Ledger, Row, digest_of
from kmigrate.cli.options import Chosen
from kmigrate.cli.run import Job, Outcome
from kmigrate.program.project import Project
from kmigrate.report import plain
from kmigrate.sources.python_file import read_bytes
from kmigrate.sources.store import Store

#: Of what was chosen, that on which no outcome depends; whatever else there will ever be counts.
_WITHOUT_EFFECT = frozenset({"jobs", "statistics", "cache"})
#: Libraries on whose version an outcome depends, and the file that says which it is.
_LIBRARIES = {"libcst": "_version.py", "fissix": "__version__.py"}
#: A rule that failed may have failed for want of memory.
_RULE_FAILED = "KM009"


#: Folders, each with the names of the folders in it; None of one that is not there.
_Folders = tuple[tuple[str, tuple[str, ...] | None], ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What came of one file, the paths of the files that were read for it (its own, too), and what folders held."""

    outcome: Outcome
    is_changed: bool
    reads: frozenset[str]
    folders: _Folders


@dataclass(slots=True)
class _Page:
    """The last run: the files as they were, what was asked of them all together, and what came of each."""

    #: all that outcomes depend on beside the files and what the key holds
    circumstances: str = ""
    #: the files among which imports were followed
    tree: frozenset[str] = frozenset()
    rows: dict[str, Row] = field(default_factory=dict)
    #: (folder, dotted name) -> path of the module
    modules: dict[tuple[str, str], str | None] = field(default_factory=dict)
    #: path -> the files that import it
    importers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    entries: dict[str, _Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Written:
    """A page as JSON holds it: ``files`` are all paths, and numbers count in them."""

    circumstances: str
    files: tuple[str, ...]
    tree: tuple[int, ...]
    rows: tuple[tuple[int, Row], ...]
    modules: tuple[tuple[str, str, int | None], ...]
    importers: tuple[tuple[int, tuple[int, ...]], ...]
    entries: tuple[tuple[int, Outcome, bool, tuple[int, ...], _Folders], ...]


def _encoded(page: _Page) -> bytes:
    numbers: dict[str, int] = {}

    def number(path: str) -> int:
        return numbers.setdefault(path, len(numbers))

    def all_of(paths: Iterable[str]) -> tuple[int, ...]:
        return tuple(number(path) for path in sorted(paths))

    written = _Written(
        circumstances=page.circumstances,
        files=(),
        tree=all_of(page.tree),
        rows=tuple((number(path), row) for path, row in page.rows.items()),
        modules=tuple(
            (folder, name, None if path is None else number(path)) for (folder, name), path in page.modules.items()
        ),
        importers=tuple((number(path), all_of(others)) for path, others in page.importers.items()),
        entries=tuple(
            (number(path), entry.outcome, entry.is_changed, all_of(entry.reads), entry.folders)
            for path, entry in page.entries.items()
        ),
    )
    return json.dumps(plain.dump(dataclasses.replace(written, files=tuple(numbers)))).encode("ascii")


def _decoded(text: bytes | None) -> _Page:
    """The page that a text says; an empty one where it says anything that was not written here."""
    try:
        return _page(plain.load(_Written, json.loads(text))) if text else _Page()
    except (ValueError, TypeError, LookupError, RecursionError, MemoryError):
        return _Page()


def _page(written: _Written) -> _Page:
    files = written.files
    return _Page(
        circumstances=written.circumstances,
        tree=frozenset(files[at] for at in written.tree),
        rows={files[at]: row for at, row in written.rows},
        modules={(folder, name): None if at is None else files[at] for folder, name, at in written.modules},
        importers={files[at]: tuple(files[other] for other in others) for at, others in written.importers},
        entries={
            files[at]: _Entry(outcome, is_changed, frozenset(files[other] for other in reads), folders)
            for at, outcome, is_changed, reads, folders in written.entries
        },
    )


# --- which runs may know of each other ------------------------------------------------------------------------------


def key(chosen: Chosen, *, upgrade: bool) -> str | None:
    """What all that decides about outcomes, but for the files, comes to; None where that cannot be known."""
    try:
        parts = [
            kmigrate.__version__,
            *_own_sources(Path(kmigrate.__file__).parent),
            *(_version_of(library, file) for library, file in _LIBRARIES.items()),
            sys.version,
            os.geteuid() if hasattr(os, "geteuid") else None,  # what one user can read another may not
            os.getcwd(),  # noqa: PTH109
            upgrade,
            *(
                repr(getattr(chosen, field.name))
                for field in dataclasses.fields(chosen)
                if field.name not in _WITHOUT_EFFECT
            ),
        ]
    except OSError:
        return None
    return digest_of(json.dumps(parts).encode("ascii"))


def _own_sources(folder: Path) -> Iterator[str]:
    """The modules of kmigrate as they are on the disk: whoever works on it does not change the version each time."""
    for above, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(above, name)  # noqa: PTH118
                status = os.stat(path)  # noqa: PTH116
                yield f"{path} {status.st_size} {status.st_mtime_ns}"


def _version_of(library: str, file: str) -> str:
    spec = importlib.util.find_spec(library)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(library)
    return digest_of(read_bytes(str(Path(spec.origin).parent / file)))


# --- using it -------------------------------------------------------------------------------------------------------


class Memory:
    """The outcomes of the last run under a key, and a ledger of the files with which they stand and fall."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._page = _decoded(store.read(key))
        self.ledger = Ledger(self._page.rows)

    def outcomes(
        self, job: Job, paths: Sequence[str], work: Callable[[Sequence[str]], Iterable[Outcome]]
    ) -> list[Outcome]:
        """What comes of each of ``paths``, in order: as known, or by ``work`` on those of which that is not known."""
        tree = frozenset(job.tree.files)
        for path in (*job.tree.files, *paths):
            with contextlib.suppress(OSError):  # what cannot be read counts as changed
                self.ledger.row(path)
        holding = self._holding(job, tree, frozenset(paths))
        known = {path: outcome for path in paths if (outcome := self._known(path, holding)) is not None}
        fresh = list(work([path for path in paths if path not in known]))
        if fresh or self.ledger.is_changed or tree != self._page.tree:
            kept = {path: entry for path, entry in holding.items() if path in known}
            self._keep(job, tree, paths, kept, fresh)
        known |= {outcome.path: outcome for outcome in fresh}
        return [known[path] for path in paths]

    def _known(self, path: str, holding: Mapping[str, _Entry]) -> Outcome | None:
        entry = holding.get(path)
        if entry is None or not entry.is_changed:
            return entry.outcome if entry else None
        try:
            data = read_bytes(path)
        except OSError:
            return None
        if digest_of(data) != self.ledger.rows[path].digest:
            return None
        return dataclasses.replace(entry.outcome, old=data)

    def _holding(self, job: Job, tree: frozenset[str], paths: frozenset[str]) -> dict[str, _Entry]:
        """The entries that still hold; what was asked is brought to what the answers are by now."""
        page = self._page
        if page.circumstances != _circumstances(job):
            page.entries = {}
        now: dict[str, tuple[str, ...] | None] = {}
        for folder in {folder for entry in page.entries.values() for folder, _ in entry.folders}:
            now[folder] = _in_order(job.tree.folders(folder))
        page.entries = {
            path: entry
            for path, entry in page.entries.items()
            if all(now[folder] == names for folder, names in entry.folders)
        }
        changed = {path for path in tree | page.tree | paths if not self._is_same(path)}
        if tree == page.tree and not changed:
            return page.entries
        if any(posixpath.basename(path) == "__init__.py" for path in tree ^ page.tree):
            page.entries = {}  # other packages
        if not page.entries:
            page.modules, page.importers = {}, {}
            return {}
        project = Project(job.tree.load, job.tree.roots, job.tree.files, job.keras_json_ordering)
        folders = set(self._led_elsewhere(project)) if tree != page.tree else set()
        imported = {path for path in list(page.importers) if self._is_imported_anew(path, project, changed, tree)}
        return {
            path: entry
            for path, entry in page.entries.items()
            if not (entry.reads & changed or entry.reads & imported)
            and not (folders and any(_folder(read) in folders for read in entry.reads))
        }

    def _is_same(self, path: str) -> bool:
        then, now = self._page.rows.get(path), self.ledger.rows.get(path)
        return then is not None and now is not None and then.digest == now.digest

    def _led_elsewhere(self, project: Project) -> Iterator[str]:
        """The folders in whose files some import leads to another file by now."""
        for (folder, name), path in list(self._page.modules.items()):
            if project.module_path(name, folder) != path:
                del self._page.modules[folder, name]
                yield folder

    def _is_imported_anew(self, path: str, project: Project, changed: set[str], tree: frozenset[str]) -> bool:
        """Whether a file that changed imports the one at ``path``, or did."""
        if not changed.isdisjoint(self._page.importers[path]) or any(project.importing(path, sorted(changed & tree))):
            del self._page.importers[path]
            return True
        return False

    def _keep(
        self,
        job: Job,
        tree: frozenset[str],
        paths: Sequence[str],
        entries: dict[str, _Entry],
        fresh: Iterable[Outcome],
    ) -> None:
        page = self._page
        rows = self.ledger.unchanged(sorted({*tree, *paths}))
        for outcome in fresh:
            asked = outcome.asked
            entry = _entry(outcome)
            if asked is not None and entry is not None and entry.reads <= rows.keys():
                entries[outcome.path] = entry
                page.modules.update(asked.modules)
                page.importers.update(asked.importers)
        read = frozenset().union(*(entry.reads for entry in entries.values()))
        folders = {_folder(path) for path in read}
        kept = _Page(
            circumstances=_circumstances(job),
            tree=tree,
            rows=rows,
            modules={question: path for question, path in page.modules.items() if question[0] in folders},
            importers={path: others for path, others in page.importers.items() if path in read},
            entries=entries,
        )
        self._store.write(self._key, _encoded(kept))


def _entry(outcome: Outcome) -> _Entry | None:
    """What is kept of an outcome; None where it rests on more than files."""
    asked = outcome.asked
    if asked is None or outcome.failure or any(found.code == _RULE_FAILED for found in (*outcome.found, *outcome.left)):
        return None
    reads = frozenset({outcome.path, *asked.read})
    folders = {_folder(path) for path in reads}
    if not (asked.importers.keys() <= reads and all(folder in folders for folder, _ in asked.modules)):
        return None
    listed = tuple((folder, _in_order(names)) for folder, names in sorted(asked.folders.items()))
    return _Entry(dataclasses.replace(outcome, old=b"", asked=None), outcome.is_changed, reads, listed)


def _in_order(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted(names))


def _circumstances(job: Job) -> str:
    others = {field.name: getattr(job, field.name) for field in dataclasses.fields(job) if field.name != "tree"}
    return repr((job.tree.roots, others))


def _folder(path: str) -> str:
    return posixpath.dirname(path.replace("\\", "/"))

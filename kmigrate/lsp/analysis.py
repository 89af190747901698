"""Checking what is open. All of it happens in one thread, one source after the other, on snapshots."""

from __future__ import annotations

import dataclasses
import gc
import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kmigrate import engine, keras_api
from kmigrate.cli import vendoring
from kmigrate.findings import Edit, Finding, LineIndex, Span
from kmigrate.lsp.configuration import Configuration
from kmigrate.lsp.documents import Snapshot
from kmigrate.lsp.projects import Folder, nearest
from kmigrate.program.importers import import_words
from kmigrate.program.program import Origin
from kmigrate.program.project import Asked
from kmigrate.rules import rules
from kmigrate.sources import config_files, python_file

logger = logging.getLogger(__name__)

#: So many texts that a change of ours leads to are remembered for each source.
_OFFERS_KEPT = 50


@dataclass(slots=True, eq=False)
class Checked:
    """What is known of one source at one moment.

    ``findings`` are at their places in the snapshot's text; ``more`` are those that are not the engine's, each with the
    index for its place. ``parses`` is False where the findings are those of the last text that did.
    """

    snapshot: Snapshot
    folder: Folder
    findings: tuple[Finding, ...] = ()
    more: list[tuple[Finding, LineIndex]] = field(default_factory=list)
    parses: bool = True
    study: engine.Study = field(default_factory=lambda: engine.Study((), Origin()))
    asked: Asked = field(default_factory=Asked)
    #: another file that it rests on has changed
    is_outdated: bool = False
    failure: str = ""


class Analyst:
    """Knows the folders and what was last found in each open source. Not for more than one thread."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._folders: dict[str, Folder] = {}
        #: those of sources that are in none of the workspace's folders
        self._loose: dict[str, Folder] = {}
        self._loose_configuration = Configuration()
        self._checked: dict[str, Checked] = {}
        self._origins: dict[str, Origin] = {}
        self._offers: dict[str, dict[int, Origin]] = {}

    @staticmethod
    def load() -> None:
        """Load rules and tables, which stay to the end: the garbage collector need not look at them again."""
        rules()
        keras_api.canonical("keras")
        gc.collect()
        gc.freeze()
        # else it looks at all that a check has read as soon as the check is over: a tenth of the time. See ``tidy``.
        gc.set_threshold(300_000)

    @staticmethod
    def tidy() -> None:
        """Free the memory of what was read before, which refers to itself; between two keystrokes nobody waits."""
        gc.collect()

    # folders

    def set_folders(self, configurations: Mapping[str, Configuration], loose: Configuration) -> None:
        """Work in these folders; ``loose`` is for sources that are in none of them."""
        self._folders = {
            root: Folder(root, configuration, self._texts) for root, configuration in configurations.items()
        }
        self._loose.clear()
        self._loose_configuration = loose
        for checked in self._checked.values():
            checked.is_outdated = True

    @property
    def folders(self) -> Sequence[Folder]:
        """The folders."""
        return tuple(self._folders.values())

    def folder(self, path: str) -> Folder:
        """The folder that a source is in."""
        found = nearest(self._folders.values(), path)
        if found is None:
            root = os.path.dirname(path)  # noqa: PTH120  -- of what may be no path
            found = self._loose.get(root)
            if found is None:
                found = self._loose[root] = Folder(root, self._loose_configuration, self._texts, is_walked=False)
        return found

    def on_disk(self, path: str, *, is_new: bool) -> None:
        """A file on the disk has changed, has come, or is gone."""
        folder = self.folder(path)
        if is_new or config_files.kind(path) is not None:
            folder.look_again()
            for checked in self._checked.values():
                checked.is_outdated = checked.is_outdated or checked.folder is folder
        elif path not in self._texts:
            folder.changed(path, None, None)
            self._outdate(path)

    def close(self, uri: str) -> None:
        """A source is open no more: from now on what is on the disk counts."""
        checked = self._checked.pop(uri, None)
        self._origins.pop(uri, None)
        self._offers.pop(uri, None)
        if checked is not None:
            path = checked.snapshot.path
            checked.study.release()
            checked.folder.changed(path, self._texts.pop(path, None), None)
            self._outdate(path)

    def outdated(self) -> list[str]:
        """The URIs of open sources that have to be checked again."""
        return [uri for uri, checked in self._checked.items() if checked.is_outdated]

    def _outdate(self, path: str) -> None:
        for checked in self._checked.values():
            asked = checked.asked
            if checked.snapshot.path != path and (
                path in asked.read
                or any(found == path for found in asked.modules.values())
                or any(path in importers for importers in asked.importers.values())
            ):
                checked.is_outdated = True

    # one source

    def check(self, snapshot: Snapshot) -> Checked:
        """What there is to say about a source as it is in ``snapshot``; never raises."""
        known = self._checked.get(snapshot.uri)
        if known is not None and not known.is_outdated and known.snapshot.state == snapshot.state:
            return known
        folder = self.folder(snapshot.path)
        try:
            checked = self._check(snapshot, folder, known)
        except Exception as error:
            logger.exception("kmigrate failed on %s", snapshot.uri)
            said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            checked = Checked(snapshot, folder, failure=f"kmigrate failed on this file ({said}): please report this")
        if known is not None and known.study is not checked.study:
            known.study.release()
        self._checked[snapshot.uri] = checked
        if checked.parses and self._texts.get(snapshot.path) != snapshot.text:
            self._take(snapshot, folder)
        return checked

    def _take(self, snapshot: Snapshot, folder: Folder) -> None:
        """From now on the other files see this text."""
        path, text = snapshot.path, snapshot.text
        old = self._texts.get(path) or folder.text(path)
        self._texts[path] = text
        if old == text:
            return
        folder.changed(path, old, text)
        if old is None or import_words(old) != import_words(text):  # any file may be imported now that was not
            for checked in self._checked.values():
                checked.is_outdated = checked.is_outdated or (
                    checked.folder is folder and checked.snapshot.path != path
                )
        else:
            self._outdate(path)

    def _check(self, snapshot: Snapshot, folder: Folder, known: Checked | None) -> Checked:
        text = snapshot.text
        options = folder.configuration.options
        data = text.encode("utf-8", "surrogatepass")
        is_config = config_files.kind(snapshot.path) is not None
        concerned = is_config or python_file.names_keras(data) or python_file.may_be_handed_keras(data)
        if not concerned or vendoring.is_vendored(snapshot.path, data):
            return Checked(snapshot, folder, more=snapshot.more_findings(options))
        offered = self._offers.get(snapshot.uri, {}).get(hash(text))
        if offered is not None:
            self._origins[snapshot.uri] = offered
        project = folder.project
        project.make_room()
        with warnings.catch_warnings(), project.listening() as asked:
            warnings.simplefilter("ignore")  # of Python's parser, about the user's source
            study = engine.study(
                text,
                options,
                path=snapshot.path,
                project=project,
                origin=self._origins.get(snapshot.uri, Origin()),
            )
        for finding in study.findings:
            if finding.code == "KM009":
                logger.error("%s: %s", snapshot.uri, finding.message)
        if study.program is None and not is_config:
            if known is not None and known.study.program is not None:
                findings = moved(known.snapshot.text, text, known.findings)
                return Checked(snapshot, folder, findings, parses=False, study=known.study, asked=known.asked)
            return Checked(snapshot, folder, study.findings, snapshot.more_findings(options), False, study, asked)
        return Checked(snapshot, folder, study.findings, snapshot.more_findings(options), True, study, asked)

    def offer(self, checked: Checked, edits: Sequence[Edit]) -> None:
        """Remember that a change of ours leads to a text: it is then still known which Keras the source is for."""
        offers = self._offers.setdefault(checked.snapshot.uri, {})
        origin = dataclasses.replace(checked.study.origin, is_rewritten=True)
        offers[hash(checked.snapshot.result_of(edits))] = origin
        while len(offers) > _OFFERS_KEPT:
            del offers[next(iter(offers))]


def moved(old: str, new: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of ``old`` at their places in ``new``, without those whose text is gone."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    last, shift = len(old) - tail, len(new) - len(old)

    def there(offset: int) -> int:
        return offset if offset <= head else offset + shift if offset >= last else min(offset, len(new) - tail)

    found = []
    for finding in findings:
        span = Span(there(finding.span.start), there(finding.span.end))
        if span.start < span.end or finding.span.start == finding.span.end:
            found.append(dataclasses.replace(finding, span=span))
    return tuple(found)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low

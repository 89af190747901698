"""A workspace folder as the engine sees it: the files on the disk, those that are open first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from kmigrate.cli import configuration as cli_configuration
from kmigrate.findings import LineIndex
from kmigrate.lsp.configuration import Configuration
from kmigrate.program.importers import import_words
from kmigrate.program.project import Project
from kmigrate.sources.discovery import discover
from kmigrate.sources.tree import Tree


class Folder:
    """One folder. ``open_texts`` are the texts of open sources by their path, which stand before those on the disk.

    ``is_walked`` is False for the folder of a file that was opened by itself: what else is in it is only looked at
    where the file imports it.
    """

    def __init__(
        self, root: str, configuration: Configuration, open_texts: Mapping[str, str], *, is_walked: bool = True
    ) -> None:
        self.root = root
        self.is_walked = is_walked
        self.configuration = configuration
        self._open = open_texts
        self._tree: Tree | None = None
        self._project: Project | None = None

    def holds(self, path: str) -> bool:
        """Whether a path is in the folder."""
        return path.startswith(os.path.join(self.root, ""))  # noqa: PTH118  -- a path's string, often

    @property
    def project(self) -> Project:
        """The files of the folder; looked for when first asked for."""
        if self._project is None:
            self._project = self._found()
        return self._project

    def _found(self) -> Project:
        if not self.is_walked:
            self._tree = Tree((), (self.root,))
            return Project(self.text, (self.root,), (), None, self._glance, self._tree.folders)
        discovery = discover((self.root,))
        configured = cli_configuration.gather(discovery, ())
        opened = [path for path in self._open if self.holds(path)]
        files = tuple(sorted({*discovery.files, *discovery.notebooks, *opened}))
        self._tree = tree = Tree(files, discovery.roots)
        return Project(
            self.text,
            tree.roots,
            files,
            configured.ordering,
            self._glance,
            tree.folders,
            configured.keras_json,
            configured.pin,
        )

    @property
    def files(self) -> tuple[str, ...]:
        """All Python files and notebooks, in order."""
        return self.project.files

    def text(self, path: str) -> str | None:
        """The text of a source: that of the editor, if it is open."""
        opened = self._open.get(path)
        if opened is not None:
            return opened
        return self._tree.load(path) if self.project and self._tree else None

    def _glance(self, path: str) -> str | None:
        opened = self._open.get(path)
        if opened is not None:
            return opened
        assert self._tree is not None
        return self._tree.glance(path)

    def index(self, path: str) -> LineIndex | None:
        """Places in a source that is on the disk; None where there is none."""
        return self._tree.index(path) if self._tree is not None else None

    def changed(self, path: str, old: str | None, new: str | None) -> None:
        """Take note that a source, open or not, has another text now; None where that is not known."""
        if self._project is None:
            return
        if path not in self._project.files:
            self.look_again()
            return
        assert self._tree is not None
        self._tree.forget(path)
        imports = old is None or new is None or import_words(old) != import_words(new)
        self._project.forget(path, imports=imports)

    def look_again(self) -> None:
        """Look for the files anew when they are next asked for."""
        self._project = None
        self._tree = None


def nearest(folders: Iterable[Folder], path: str) -> Folder | None:
    """The folder that a source is in; of several the innermost."""
    return max((folder for folder in folders if folder.holds(path)), key=lambda folder: len(folder.root), default=None)

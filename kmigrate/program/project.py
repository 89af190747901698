"""The user's other files: which module a dotted name is, and which files use what a file defines.

Reading is left to the caller (``load``), so that the engine stays pure. The answers depend on the files' contents and
names only, never on the order in which they are asked for.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from kmigrate.program.scopes import Module, read_module


def _nothing(path: str) -> str | None:
    return None


class Project:
    """The Python files of one run.

    ``load(path)`` gives the decoded text of a Python file, or None if there is none or it cannot be read; ``files`` are all
    Python files of the run and ``roots`` the folders that were named. Paths use ``/`` or the system's separator; a
    module is looked for beside the file that imports it, in the folders above it, and in the roots.
    """

    def __init__(
        self,
        load: Callable[[str], str | None] = _nothing,
        roots: Sequence[str] = (),
        files: Sequence[str] = (),
    ) -> None:
        self.load = load
        self.roots = tuple(roots)
        self.files = tuple(sorted(files))
        self._texts: dict[str, str | None] = {}
        self._modules: dict[str, Module | None] = {}
        self._here: Module | None = None
        #: what an inference over whole files has found out: (which inference, path) -> its answer
        self.memo: dict[tuple[str, str], object] = {}

    def seen_from(self, module: Module) -> Project:
        """The same project in which the file at ``module.path`` is ``module`` itself, so that its nodes can be compared.

        Only for this view: what other files see stays what was loaded, whatever becomes of this one.
        """
        view = Project.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._here = module
        return view

    def text(self, path: str) -> str | None:
        """The text of ``path``, read once."""
        if path not in self._texts:
            self._texts[path] = self.load(path)
        return self._texts[path]

    def package(self, path: str) -> str:
        """The dotted package that ``path`` lies in: the folders above it as long as they hold an ``__init__.py``."""
        parts: list[str] = []
        folder = posixpath.dirname(path.replace("\\", "/"))
        while folder and posixpath.basename(folder):
            if self.text(posixpath.join(folder, "__init__.py")) is None:
                break
            parts.insert(0, posixpath.basename(folder))
            folder = posixpath.dirname(folder)
        return ".".join(parts)

    def read(self, path: str) -> Module | None:
        """The module at ``path``; None if there is no such file or it does not parse."""
        if self._here is not None and path == self._here.path:
            return self._here
        if path not in self._modules:
            text = self.text(path)
            module: Module | None = None
            if text is not None:
                try:
                    module = read_module(text, path, self.package(path))
                except (SyntaxError, ValueError, RecursionError):
                    module = None
            self._modules[path] = module
        return self._modules[path]

    def module(self, name: str, importer: str) -> Module | None:
        """The user's module that ``name`` means in the file ``importer``, None if it is not in the run."""
        if not name or name.startswith("."):
            return None
        relative = name.replace(".", "/")
        folder = posixpath.dirname(importer.replace("\\", "/"))
        folders = [folder]
        while folder and posixpath.dirname(folder) != folder:
            if folder in self.roots:
                break
            folder = posixpath.dirname(folder)
            folders.append(folder)
        for place in [*folders, *self.roots]:
            for candidate in (f"{relative}.py", f"{relative}/__init__.py"):
                path = posixpath.join(place, candidate)
                if path != importer and self._exists(path):
                    return self.read(path)
        return None

    def _exists(self, path: str) -> bool:
        return (not self.files or path in self._file_set()) and self.text(path) is not None

    def _file_set(self) -> frozenset[str]:
        found: frozenset[str] | None = self.__dict__.get("_set")
        if found is None:
            found = self.__dict__["_set"] = frozenset(self.files)
        return found

    def users(self, path: str, name: str) -> list[Module]:
        """Modules of the run, other than ``path``, that mention ``name`` and import the module at ``path``."""
        stem = posixpath.basename(path.replace("\\", "/")).removesuffix(".py")
        if stem == "__init__":
            stem = posixpath.basename(posixpath.dirname(path))
        pattern = re.compile(rf"^\s*(?:from|import)\b[^\n]*\b{re.escape(stem)}\b", re.MULTILINE)
        found: list[Module] = []
        for other in self.files:
            if other == path:
                continue
            text = self.text(other)
            if text is None or name not in text or not pattern.search(text):
                continue
            module = self.read(other)
            if module is not None:
                found.append(module)
        return found

    def __getstate__(self) -> dict[str, object]:
        return {"load": self.load, "roots": self.roots, "files": self.files}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(**state)  # type: ignore[misc]

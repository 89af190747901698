"""The user's other files: which module a dotted name is, and which files use what a file defines.

Reading is left to the caller (``load``), so that the engine stays pure. The answers depend on the files' contents and
names only, never on the order in which they are asked for.
"""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from kmigrate.program.importers import Importers
from kmigrate.program.scopes import Module, read_module
from kmigrate.sources.python2 import to_python3

_T = TypeVar("_T")

#: So many parsed files, at half a megabyte each, are kept between two sources.
_MODULES_KEPT = 100


def _nothing(_path: str) -> str | None:
    return None


def _no_folders(_path: str) -> tuple[str, ...] | None:
    return None


@dataclass(frozen=True, slots=True)
class Pin:
    """The newest version of Keras before 2 that a project's requirements admit, and in words where they say so."""

    version: tuple[int, ...]
    words: str

    @property
    def ordering(self) -> str:
        """The image ordering that this version had as its default (keras/backend/common.py; "tf" since 1.1.0)."""
        return "th" if self.version < (1, 1) else "tf"

    @property
    def batch_normalization_epsilon(self) -> str:
        """The default of BatchNormalization's epsilon in this version (keras/layers/normalization.py)."""
        return "1e-05" if self.version < (1, 2) else "0.001"


@dataclass(slots=True)
class Asked:
    """What was asked of a project to find something out: as long as the answers stay, so does what was found.

    Plain data. That a file is read means that its text and the package that it lies in count.
    """

    #: paths of the files that were read
    read: set[str] = field(default_factory=set)
    #: (folder of the importer, dotted name) -> path of the user's module of that name
    modules: dict[tuple[str, str], str | None] = field(default_factory=dict)
    #: path -> the files that may import it, as their import statements look
    importers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: folder -> the names of the folders in it, None where there is no such folder
    folders: dict[str, tuple[str, ...] | None] = field(default_factory=dict)

    def add(self, other: Asked) -> None:
        """Count what ``other`` rests on, too."""
        self.read |= other.read
        self.modules.update(other.modules)
        self.importers.update(other.importers)
        self.folders.update(other.folders)


class Project:
    """The Python files of one run.

    ``load(path)`` gives the decoded text of a Python file, or None if there is none or it cannot be read; ``files`` are
    all Python files of the run and ``roots`` the folders that were named. Paths use ``/`` or the system's separator; a
    module is looked for beside the file that imports it, in the folders above it, and in the roots. ``glance(path)`` is
    for a look at the import statements of a file; where ``load`` does more than read, it can be cheaper.
    """

    def __init__(
        self,
        load: Callable[[str], str | None] = _nothing,
        roots: Sequence[str] = (),
        files: Sequence[str] = (),
        keras_json_ordering: str | None = None,
        glance: Callable[[str], str | None] | None = None,
        list_folders: Callable[[str], tuple[str, ...] | None] = _no_folders,
        keras_json: str | None = None,
        pin: Pin | None = None,
    ) -> None:
        self.load = load
        self.glance = glance or self.text
        self.list_folders = list_folders
        self.roots = tuple(roots)
        self.files = tuple(sorted(files))
        #: "th" or "tf", where the keras.json that the files run under is known
        self.keras_json_ordering = keras_json_ordering
        #: the keras.json that says so, for messages; the user's own starts with "~"
        self.keras_json = keras_json
        #: the version of Keras 1 that the project's requirements ask for, where they do
        self.pin = pin
        self._known = frozenset(self.files)
        #: names of all folders and modules, to see at once that a library is none of the user's
        self._parts = frozenset(
            part for path in self.files for part in path.replace("\\", "/").removesuffix(".py").split("/")
        )
        self._texts: dict[str, str | None] = {}
        self._modules: dict[str, Module | None] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self.imports = Importers(self.files, self.roots, self.glance)
        self._importers: dict[str, tuple[str, ...]] = {}
        self._here: Module | None = None
        #: (which inference over a whole file, path) -> its answer, and what that rests on
        self._worked_out: dict[tuple[str, str], tuple[object, Asked]] = {}
        #: those who listen to what is asked, the last one first; at the bottom one for all that nobody listens to
        self._listeners = [Asked()]

    def seen_from(self, module: Module) -> Project:
        """The same project in which the file at ``module.path`` is ``module`` itself, so that nodes can be compared.

        Only for this view: what other files see stays what was loaded, whatever becomes of this one.
        """
        view = Project.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._here = module
        return view

    @contextlib.contextmanager
    def listening(self) -> Iterator[Asked]:
        """What is asked within the block, of this project and of its views."""
        asked = Asked()
        self._listeners.append(asked)
        try:
            yield asked
        finally:
            self._listeners.pop()
            self._listeners[-1].add(asked)

    def once(self, what: str, path: str, work: Callable[[], _T]) -> _T:
        """The answer of the inference ``what`` over the whole file at ``path``: ``work()``, the first time."""
        key = (what, path)
        if key not in self._worked_out:
            with self.listening() as asked:
                self._worked_out[key] = work(), asked
        answer, asked = self._worked_out[key]
        self._listeners[-1].add(asked)
        return cast(_T, answer)

    def text(self, path: str) -> str | None:
        """The text of ``path``, read once."""
        if path not in self._texts:
            self._texts[path] = self.load(path)
        return self._texts[path]

    def make_room(self) -> None:
        """Let go of what was read if it is much; it is read again when it is asked for.

        Only between two sources: while the engine works on one, it tells nodes of modules by their identity.
        """
        if len(self._modules) > _MODULES_KEPT:
            for module in self._modules.values():
                if module is not None:
                    module.release()
            self._modules.clear()
            self._worked_out.clear()
            self._texts.clear()

    def forget(self, path: str, *, imports: bool = True) -> None:
        """Let go of what was read of the file at ``path``, which has changed. Only between two sources.

        ``imports`` is False where its import statements are what they were.
        """
        self._texts.pop(path, None)
        self._modules.pop(path, None)
        self._worked_out.clear()
        if imports:
            self._importers.clear()
            self.imports = Importers(self.files, self.roots, self.glance)

    def package(self, path: str) -> str:
        """The dotted package that ``path`` lies in: the folders above it as long as they hold an ``__init__.py``."""
        parts: list[str] = []
        folder = posixpath.dirname(path.replace("\\", "/"))
        while folder and posixpath.basename(folder):
            if not self._exists(posixpath.join(folder, "__init__.py")):
                break
            parts.insert(0, posixpath.basename(folder))
            folder = posixpath.dirname(folder)
        return ".".join(parts)

    def read(self, path: str) -> Module | None:
        """The module at ``path``; None if there is no such file or it does not parse."""
        if self._here is not None and path == self._here.path:
            return self._here
        self._listeners[-1].read.add(path)
        if path not in self._modules:
            text = self.text(path)
            module: Module | None = None
            if text is not None:
                try:
                    module = read_module(text, path, self.package(path))
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    converted = to_python3(text)
                    module = read_module(converted.text, path, self.package(path)) if converted else None
            self._modules[path] = module
        return self._modules[path]

    def module(self, name: str, importer: str) -> Module | None:
        """The user's module that ``name`` means in the file ``importer``, None if it is not in the run.

        A dot leads where the file lies in no package, and the import is meant for one all the same: ``.layers``.
        """
        if not name.strip("."):
            return None
        folder = posixpath.dirname(importer.replace("\\", "/"))
        path = self._listeners[-1].modules[folder, name] = self.module_path(name, folder)
        return self.read(path) if path is not None and path != importer else None

    def module_path(self, name: str, folder: str) -> str | None:
        """The path of the user's module that ``name`` means in a file in ``folder``; no file is read for it."""
        key = (folder, name)
        if key not in self._found and name.startswith("."):
            self._found[key] = self._beside(folder, name)
        elif key not in self._found:
            there = name.partition(".")[0] in self._parts if self._known else self.load is not _nothing
            self._found[key] = self._find(folder, name.replace(".", "/")) if there else None
        return self._found[key]

    def _beside(self, folder: str, name: str) -> str | None:
        """The path of a module named from its folder, as Python takes it when the folder is run as a package."""
        relative = name.lstrip(".")
        for _ in range(len(name) - len(relative) - 1):
            if not posixpath.basename(folder):
                return None
            folder = posixpath.dirname(folder)
        return self._in(folder, relative.replace(".", "/"))

    def _in(self, folder: str, relative: str) -> str | None:
        for candidate in (f"{relative}.py", f"{relative}/__init__.py"):
            path = posixpath.join(folder, candidate)
            if self._exists(path):
                return path
        return None

    def _find(self, folder: str, relative: str) -> str | None:
        folders = [folder]
        while folder and folder not in self.roots and posixpath.dirname(folder) != folder:
            folder = posixpath.dirname(folder)
            folders.append(folder)
        for place in [*folders, *self.roots]:
            path = self._in(place, relative)
            if path is not None:
                return path
        return None

    def _exists(self, path: str) -> bool:
        return path in self._known if self._known else self.text(path) is not None

    def folders_in(self, path: str, importer: str) -> tuple[str, ...] | None:
        """The names, in order, of the folders in ``path``, as the program ``importer`` may mean it; None without it.

        A program runs in its own folder or in one above: the nearest that has such a folder counts, up to the roots.
        """
        place = posixpath.dirname(importer.replace("\\", "/"))
        while True:
            folder = posixpath.normpath(posixpath.join(place, path.replace("\\", "/")))
            found = self._listeners[-1].folders[folder] = self.list_folders(folder)
            if found is not None or not place or place in self.roots or posixpath.dirname(place) == place:
                return None if found is None else tuple(sorted(found))
            place = posixpath.dirname(place)

    def users(self, path: str, name: str) -> list[Module]:
        """Modules of the run, other than ``path``, that mention ``name`` and import the module at ``path``."""
        if path not in self._importers:
            self._importers[path] = self.imports.of(path)
        importers = self._listeners[-1].importers[path] = self._importers[path]
        found: list[Module] = []
        for other in importers:
            if name in (self.text(other) or ""):
                module = self.read(other)
                if module is not None:
                    found.append(module)
        return found

    def importing(self, path: str, among: Iterable[str]) -> Iterator[str]:
        """Those of the files ``among`` that may import the module at ``path``, as their import statements look."""
        return (other for other in among if self.imports.may_import(path, other))

    def __getstate__(self) -> dict[str, object]:
        return {
            "load": self.load,
            "roots": self.roots,
            "files": self.files,
            "keras_json_ordering": self.keras_json_ordering,
            "glance": None if self.glance == self.text else self.glance,
            "list_folders": self.list_folders,
            "keras_json": self.keras_json,
            "pin": self.pin,
        }

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(**state)  # type: ignore[misc]

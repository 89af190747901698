"""From the files and folders that a person named to the sources to work on, always in the same order."""

# os.scandir hands out names and kinds without a system call each, which pathlib does not.
# ruff: noqa: PTH100, PTH110, PTH111, PTH112, PTH113, PTH118, PTH120, PTH123

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from kmigrate.findings import Finding
from kmigrate.sources import config_files, pages, problems
from kmigrate.sources.gitignore import IgnoreFile, parse

#: Folders that hold no code of the person's own.
SKIPPED_FOLDERS = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
    }
)
#: A folder that holds one of these is an environment that venv, virtualenv or conda made.
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
_PYTHON = (".py", ".pyw")
_NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is to work on. Paths are as a person would write them from where the command runs."""

    #: Python files, sorted
    files: tuple[str, ...]
    #: files and notebooks that were named themselves
    named: frozenset[str]
    #: notebooks, sorted
    notebooks: tuple[str, ...]
    #: folders from which imports of the files start; "" is the current one
    roots: tuple[str, ...]
    #: what could not be looked at: path and finding
    problems: tuple[tuple[str, Finding], ...]
    #: links in folders that were not followed, sorted
    links: tuple[str, ...]
    #: configuration files, sorted; those that were named are in ``named`` too
    configs: tuple[str, ...] = ()
    #: pages of documentation, sorted
    pages: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    """The state of one discovery."""

    files: dict[str, str] = field(default_factory=dict)  # real path -> path as shown
    named: set[str] = field(default_factory=set)
    problems: dict[str, Finding] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    configs: dict[str, str] = field(default_factory=dict)  # as ``files``
    #: endings of what is taken in folders
    endings: tuple[str, ...] = (*_PYTHON, _NOTEBOOK)

    def folder(self, shown: str, real: str, ignoring: list[tuple[int, IgnoreFile]]) -> None:
        """Take what is in a folder. ``ignoring``: each .gitignore above, with the length of its folder's real path."""
        pending = [(shown, real, ignoring)]
        while pending:
            shown, real, ignoring = pending.pop()
            try:
                with os.scandir(shown or ".") as scan:
                    entries = list(scan)
            except OSError as error:
                self.problems[shown or "."] = problems.unreadable(problems.reason(error))
                continue
            names = {entry.name for entry in entries}
            if ".git" in names:
                ignoring = _exclude_file(real)  # git decides about a repository by that repository's own files
            if ".gitignore" in names and (own := self.gitignore(os.path.join(shown, ".gitignore"))):
                ignoring = [*ignoring, (len(real) + 1, own)]
            for entry in entries:
                name = entry.name
                path = os.path.join(shown, name)
                try:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    is_link = not is_folder and entry.is_symlink()
                    links_to_folder = is_link and os.path.isdir(path)
                except OSError as error:
                    self.problems[path] = problems.unreadable(problems.reason(error))
                    continue
                if is_folder:
                    if name in SKIPPED_FOLDERS or _is_ignored(real + "/" + name, name, True, ignoring):
                        continue
                    if not _is_environment(path):
                        pending.append((path, real + "/" + name, ignoring))
                elif links_to_folder:
                    # git sees a link as a file, whatever it leads to
                    if not _is_ignored(real + "/" + name, name, False, ignoring):
                        self.links.add(path)
                elif name.endswith(self.endings) and not name.startswith(".#"):  # ".#x.py" is an Emacs lock
                    if _is_ignored(real + "/" + name, name, False, ignoring):
                        continue
                    if is_link:
                        self.links.add(path)
                    elif entry.is_file(follow_symlinks=False):
                        self.files.setdefault(real + "/" + name, path)
                elif config_files.kind(path) is not None and real + "/" + name != _own_keras_json():
                    if _is_ignored(real + "/" + name, name, False, ignoring):
                        continue
                    if is_link:
                        self.links.add(path)
                    elif entry.is_file(follow_symlinks=False):
                        self.configs.setdefault(real + "/" + name, path)

    def gitignore(self, path: str) -> IgnoreFile | None:
        """The rules of a .gitignore; one that cannot be read is a problem and rules nothing out."""
        try:
            with open(path, "rb") as stream:
                return parse(stream.read())
        except OSError as error:
            self.problems[path] = problems.unreadable(problems.reason(error))
            return None


def _own_keras_json() -> str:
    """The file under which all programs of the user run: it is none of a tree's, even of one that it lies in."""
    return os.path.realpath(os.path.expanduser(config_files.OWN))


def _is_environment(folder: str) -> bool:
    return any(os.path.lexists(os.path.join(folder, mark)) for mark in _ENVIRONMENT_MARKS)


def _is_ignored(real: str, name: str, is_folder: bool, ignoring: list[tuple[int, IgnoreFile]]) -> bool:
    for start, rules in reversed(ignoring):
        decision = rules.decides(real[start:], name, is_folder)
        if decision is not None:
            return decision
    return False


def _exclude_file(repository: str) -> list[tuple[int, IgnoreFile]]:
    """The rules in .git/info/exclude, which a person keeps for one clone."""
    try:
        with open(os.path.join(repository, ".git", "info", "exclude"), "rb") as stream:
            return [(len(repository) + 1, parse(stream.read()))]
    except OSError:  # most repositories have none, and in a worktree or submodule .git is a file
        return []


def _rules_above(walk: _Walk, real: str) -> list[tuple[int, IgnoreFile]]:
    """What the .gitignore files between the repository's root and a named folder say about what is in the folder."""
    above: list[str] = []
    folder = real
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return []  # not in a repository: only .gitignore files inside the named folder count
        above.append(folder := parent)
    if folder == real:
        return []  # the walk starts at the root and reads them itself
    ignoring = _exclude_file(folder)
    for folder in reversed(above):
        path = os.path.join(folder, ".gitignore")
        if os.path.isfile(path) and (rules := walk.gitignore(path)):
            ignoring.append((len(folder.rstrip("/")) + 1, rules))
    return ignoring


def _import_root(folder: str) -> str:
    """The folder from which ``folder`` is imported: the first one upwards that is not a package itself."""
    folder = os.path.abspath(folder or ".")
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    shown = os.path.relpath(folder)
    if shown == os.curdir:
        return ""  # so that joining a name to it gives the path as it is shown
    return folder if shown.startswith(os.pardir) else shown


def discover(paths: Iterable[str], *, docs: bool = False) -> Discovery:
    """The Python files and notebooks among and below ``paths``, with ``docs`` pages of documentation too.

    Named files are always taken, whatever their name. In folders, .gitignore files are respected, and version control,
    caches and virtual environments are passed over; a link is not followed, so that nothing outside the named folders
    is changed and a loop of links does no harm.
    """
    walk = _Walk(endings=(*_PYTHON, _NOTEBOOK, *(pages.SUFFIXES if docs else ())))
    roots: dict[str, None] = {}
    folders: list[str] = []
    for given in sorted({os.path.normpath(path) for path in paths}):
        if os.path.isdir(given):
            shown = "" if given == "." else given
            real = os.path.realpath(given).rstrip("/")
            folders.append(real)
            roots.setdefault(_import_root(given))
            walk.folder(shown, real, _rules_above(walk, real or "/"))
            continue
        if not os.path.lexists(given):
            walk.problems[given] = problems.unreadable("no such file or directory")
        elif not os.path.exists(given):
            walk.problems[given] = problems.unreadable("the link leads nowhere")
        elif not os.path.isfile(given):
            walk.problems[given] = problems.unreadable("neither a file nor a folder")
        elif config_files.kind(given) is not None:
            walk.named.add(walk.configs.setdefault(os.path.realpath(given), given))
        else:
            real = os.path.realpath(given)
            shown = walk.files.setdefault(real, given)
            walk.named.add(shown)
            roots.setdefault(_import_root(os.path.dirname(given)))
    links = []
    for link in sorted(walk.links):
        if not os.path.exists(link):
            walk.problems[link] = problems.unreadable("the link leads nowhere")
        elif not _leads_into(link, folders):
            links.append(link)
    found: dict[str, list[str]] = {"files": [], "notebooks": [], "pages": []}
    for path in sorted(walk.files.values()):
        is_page = path.endswith(pages.NAMED_SUFFIXES if docs else pages.SUFFIXES)
        found["notebooks" if path.endswith(_NOTEBOOK) else "pages" if is_page else "files"].append(path)
    return Discovery(
        files=tuple(found["files"]),
        named=frozenset(walk.named),
        notebooks=tuple(found["notebooks"]),
        pages=tuple(found["pages"]),
        roots=tuple(roots),
        problems=tuple(sorted(walk.problems.items(), key=lambda item: item[0])),
        links=tuple(links),
        configs=tuple(sorted(walk.configs.values())),
    )


def _leads_into(link: str, folders: list[str]) -> bool:
    """Whether what the link leads to is found without it."""
    real = os.path.realpath(link)
    return any(real == folder or real.startswith(folder + "/") for folder in folders)

"""Reading ``[tool.kmigrate]`` of pyproject.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from kmigrate.config import NAMESPACES, Target

#: Option -> what its value has to be.
_CHOICES = {
    "target": tuple(target.value for target in Target),
    "namespace": NAMESPACES,
    "image-dim-ordering": ("tf", "th", "auto"),
}
_LISTS = ("select", "ignore")
_SWITCHES = ("unsafe", "docs")
_NAMES = (*_CHOICES, *_LISTS, *_SWITCHES, "vendor-compat")


class SettingsError(Exception):
    """pyproject.toml says something about kmigrate that cannot be followed. Its text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a pyproject.toml chooses; None where it is silent. ``vendor_compat`` is a folder."""

    target: str | None = None
    namespace: str | None = None
    image_dim_ordering: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool | None = None
    vendor_compat: str | None = None
    docs: bool | None = None


def find(paths: Iterable[str]) -> Path | None:
    """The pyproject.toml that counts: the first with ``[tool.kmigrate]``, upwards from the folder of all paths.

    The search ends at the root of a git repository.
    """
    # not Path.resolve: before Python 3.13 that fails on a link that leads to itself
    resolved = [Path(os.path.realpath(path)) for path in paths]
    folders = [path if path.is_dir() else path.parent for path in resolved] or [Path.cwd()]
    common = folders[0]
    for folder in folders[1:]:
        while common != folder and common not in folder.parents:
            common = common.parent
    for folder in (common, *common.parents):
        candidate = folder / "pyproject.toml"
        if candidate.is_file() and _table(candidate) is not None:
            return candidate
        if (folder / ".git").exists():
            break
    return None


def _table(path: Path) -> Mapping[str, object] | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data = path.read_bytes()
        if b"kmigrate" not in data:
            return None  # someone else's file need not even be right
        tool = tomllib.loads(data.decode("utf-8")).get("tool", {})
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise SettingsError(f"{path} is not TOML: {error}") from error
    table = tool.get("kmigrate") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{path}: tool.kmigrate has to be a table")
    return table


def read(path: Path) -> Settings:
    """The settings in ``[tool.kmigrate]`` of one pyproject.toml. Raises SettingsError for what cannot be followed."""
    return of_table(_table(path) or {}, f"{path}: [tool.kmigrate]", str(path.parent))


def of_table(table: Mapping[str, object], where: str, folder: str) -> Settings:
    """The settings in a table that is ``where``; folders that it names are in ``folder``. Raises SettingsError."""
    for name, value in table.items():
        if name not in _NAMES:
            near = get_close_matches(name, _NAMES, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(_NAMES)}"
            raise SettingsError(f"{where} has no option {name}{hint}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise SettingsError(f"{where}: {name} has to be one of {', '.join(_CHOICES[name])}, not {value!r}")
        if name in _LISTS and not (isinstance(value, list) and all(isinstance(code, str) for code in value)):
            raise SettingsError(f"{where}: {name} has to be a list of rule codes, not {value!r}")
        if name in _SWITCHES and not isinstance(value, bool):
            raise SettingsError(f"{where}: {name} has to be true or false, not {value!r}")
        if name == "vendor-compat" and not isinstance(value, str):
            raise SettingsError(f"{where}: vendor-compat has to be a folder, not {value!r}")

    def text(name: str) -> str | None:
        value = table.get(name)
        return value if isinstance(value, str) else None

    def codes(name: str) -> tuple[str, ...]:
        value = table.get(name, [])
        return tuple(str(code) for code in value) if isinstance(value, list) else ()

    unsafe, docs, vendor = table.get("unsafe"), table.get("docs"), text("vendor-compat")
    return Settings(
        target=text("target"),
        namespace=text("namespace"),
        image_dim_ordering=text("image-dim-ordering"),
        select=codes("select"),
        ignore=codes("ignore"),
        unsafe=unsafe if isinstance(unsafe, bool) else None,
        docs=docs if isinstance(docs, bool) else None,
        vendor_compat=None if vendor is None else str(Path(folder) / vendor),
    )

"""What import statements look like against what they mean: no file that imports a module is missed."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Container

from hypothesis import example, given
from hypothesis import strategies as st

from kmigrate.program.importers import Importers, import_words
from kmigrate.program.project import Project
from kmigrate.program.scopes import ImportAlias

_NAMES = ("a", "b", "c")
_PATHS = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3).map("/".join)
_DOTTED = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3).map(".".join)
_STATEMENTS = st.one_of(
    _DOTTED.map("import {}".format),
    st.builds("from {} import {}".format, _DOTTED, st.sampled_from(_NAMES)),
    st.builds("from {}{} import {}".format, st.sampled_from([".", ".."]), _DOTTED, st.sampled_from(_NAMES)),
    st.builds("from {} import {}".format, st.sampled_from([".", ".."]), st.sampled_from(_NAMES)),
    st.builds("if 1:\n  from {} \\\n    import {}".format, _DOTTED, st.sampled_from(_NAMES)),
)
_FILES = st.dictionaries(
    st.one_of(_PATHS.map("{}.py".format), _PATHS.map("{}/__init__.py".format), st.just("__init__.py")),
    st.lists(_STATEMENTS, max_size=3).map("\n".join),
    min_size=2,
    max_size=7,
)
_ROOTS = st.lists(st.sampled_from(["", "a", "b", "a/b"]), max_size=2)


@given(files=_FILES, roots=_ROOTS)
@example(files={"a/b/c.py": "", "b.py": "import c"}, roots=["a/b"])
@example(files={"a/b.py": "", "a/c/a.py": "from ..b import a", "a/__init__.py": "", "a/c/__init__.py": ""}, roots=[""])
def test_all_who_import_a_module_are_found(files: dict[str, str], roots: list[str]) -> None:
    project = Project(files.get, roots, list(files))
    imports = Importers(project.files, roots, files.get)
    found = {path: imports.of(path) for path in files}
    for importer in files:
        module = project.read(importer)
        assert module is not None
        for alias in module.imports:
            for name in (alias.path, alias.path.rpartition(".")[0]):
                meant = project.module(name, importer)
                if meant is None or meant.path == importer:
                    continue
                if meant.path not in _led_to(alias, importer):
                    continue  # a relative import never leads elsewhere, though a file elsewhere has that name
                if meant.path.endswith("__init__.py"):
                    continue  # "from . import x" does not name the package
                assert importer in found[meant.path]
    for path in files:
        assert found[path] == tuple(other for other in project.files if imports.may_import(path, other))


class _Everything:
    def __contains__(self, _path: object) -> bool:
        return True


def _led_to(alias: ImportAlias, importer: str) -> Container[str]:
    """The modules that a relative import can mean, by Python's own rule."""
    statement = alias.statement
    if isinstance(statement, ast.Import) or not statement.level:
        return _Everything()
    folder = importer
    for _ in range(statement.level):
        folder = posixpath.dirname(folder)
    parts = (statement.module or "").split(".") if statement.module else []
    return [posixpath.join(folder, *names) + ".py" for names in (parts, [*parts, alias.alias.name]) if names]


def test_a_module_of_the_same_name_elsewhere_is_not_meant() -> None:
    files = {f"{project}/{name}.py": "import utils\n" for project in ("one", "two") for name in ("utils", "train")}
    imports = Importers(sorted(files), ["."], files.get)
    assert imports.of("one/utils.py") == ("one/train.py",)


def test_words_of_imports() -> None:
    text = "import a.b as c\n# import no\nx = important\n\tfrom . import d\n"
    text += "from e \\\n  import (f,\n g)\nimport h; import i"
    assert import_words(text) == {"import", "from", "as", *"abcdefhi"}

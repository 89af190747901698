"""What import statements look like against what they mean: no file that imports a module is missed."""

from __future__ import annotations

import posixpath

from hypothesis import example, given
from hypothesis import strategies as st

from kmigrate.program.importers import Importers, import_words
from kmigrate.program.project import Project

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
        package = project.package(importer)
        for alias in module.imports:
            for name in (alias.path, alias.path.rpartition(".")[0]):
                meant = project.module(name, importer)
                if meant is None or meant.path == importer:
                    continue
                relative = getattr(alias.statement, "level", 0)
                if relative and not (_is_beside(meant.path, importer) and name.startswith(package + ".")):
                    continue  # it never leads out of its package, and does not name what it starts from
                if meant.path.endswith("__init__.py"):
                    continue  # "from . import x" does not name the package
                assert importer in found[meant.path]
    for path in files:
        assert found[path] == tuple(other for other in project.files if imports.may_import(path, other))


def _is_beside(path: str, importer: str) -> bool:
    """Whether a file lies in the package of another, or in the one above."""
    above = posixpath.dirname(posixpath.dirname(importer))
    return path.startswith(f"{above}/" if above else "")


def test_a_module_of_the_same_name_elsewhere_is_not_meant() -> None:
    files = {f"{project}/{name}.py": "import utils\n" for project in ("one", "two") for name in ("utils", "train")}
    imports = Importers(sorted(files), ["."], files.get)
    assert imports.of("one/utils.py") == ("one/train.py",)


def test_words_of_imports() -> None:
    text = "import a.b as c\n# import no\nx = important\n\tfrom . import d\n"
    text += "from e \\\n  import (f,\n g)\nimport h; import i"
    assert import_words(text) == {"import", "from", "as", *"abcdefhi"}

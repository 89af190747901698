"""The module that ``--vendor-compat`` writes."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from kmigrate.cli import vendoring
from tests.cli.conftest import Kmigrate


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from p.keras1_compat import Highway, MaxoutDense as M\n", {"Highway", "MaxoutDense"}),
        ("from .keras1_compat import Highway\n", {"Highway"}),
        ("from . import keras1_compat as kc\nkc.Highway()\n", {"Highway"}),
        ("from p import keras1_compat\nkeras1_compat.SReLU\n", {"SReLU"}),
        ("import p.keras1_compat\np.keras1_compat.SReLU\n", {"SReLU"}),
        ("import p.keras1_compat as kc\nkc.SReLU, kc.Highway\n", {"SReLU", "Highway"}),
        ("from q.keras1_compat import Highway\n", set()),
        ("from p.keras1_compat import *\n", set()),
        ("print 'keras1_compat'\n", set()),
        ("import keras\n", set()),
    ],
)
def test_names_that_a_source_takes(source: str, names: set[str]) -> None:
    assert vendoring.imported_names(source, "p.keras1_compat") == names


def test_where_the_module_is(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert vendoring.module_in(tmp_path / "a" / "b").name == "keras1_compat"
    (tmp_path / "a" / "b" / "__init__.py").write_text("")
    assert vendoring.module_in(tmp_path / "a" / "b").name == "b.keras1_compat"
    (tmp_path / "a" / "__init__.py").write_text("")
    assert vendoring.module_in(tmp_path / "a" / "b").name == "a.b.keras1_compat"


MARK = "Copied by kmigrate from its package kmigrate.compat"


@pytest.fixture
def _vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for what writes the module, so that only the names matter here."""
    module = types.ModuleType("kmigrate.codemod.vendor")

    def vendored_source(names: list[str], namespace: str) -> str:
        return f"# {MARK}\n__all__ = {list(names)!r}\nimport {namespace}\n"

    module.__dict__["vendored_source"] = vendored_source
    monkeypatch.setitem(sys.modules, "kmigrate.codemod.vendor", module)


@pytest.mark.usefixtures("_vendor")
def test_names_are_not_lost_on_a_second_run(tmp_path: Path, kmigrate: Kmigrate) -> None:
    source = "from keras.layers import Dense\nfrom keras1_compat import {}\n"
    for name in ("Highway", "SReLU"):
        (tmp_path / f"{name}.py").write_text(source.format(name))
    done = kmigrate("upgrade", "--vendor-compat", ".", "Highway.py")
    written = tmp_path / "keras1_compat.py"
    assert written.read_text() == f"# {MARK}\n__all__ = ['Highway']\nimport keras\n"
    assert "Wrote keras1_compat.py." in done.out
    kmigrate("upgrade", "--vendor-compat", ".", "SReLU.py")
    assert "['Highway', 'SReLU']" in written.read_text()
    done = kmigrate("upgrade", "--vendor-compat", ".", ".")
    assert "['Highway', 'SReLU']" in written.read_text()
    assert "Wrote" not in done.out


@pytest.mark.usefixtures("_vendor")
def test_a_diff_shows_the_new_module_and_writes_nothing(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text("import keras\nfrom keras1_compat import Highway\n")
    done = kmigrate("upgrade", "--diff", "--vendor-compat", "compat", "a.py")
    assert done.out.startswith("--- /dev/null\n+++ b/compat/keras1_compat.py\n@@ -0,0 +1,3 @@\n")
    assert not (tmp_path / "compat").exists()
    assert done.status == 1


@pytest.mark.usefixtures("_vendor")
def test_nothing_is_written_that_nobody_needs(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text("import keras\n")
    assert kmigrate("upgrade", "--vendor-compat", ".", ".").status == 0
    assert not (tmp_path / "keras1_compat.py").exists()


@pytest.mark.usefixtures("_vendor")
def test_someone_elses_module_is_not_overwritten(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text("import keras\nfrom keras1_compat import Highway\n")
    (tmp_path / "keras1_compat.py").write_text("mine = 1\n")
    done = kmigrate("upgrade", "--vendor-compat", ".", ".")
    assert done.status == 2
    assert "was not written by kmigrate" in done.err
    assert (tmp_path / "keras1_compat.py").read_text() == "mine = 1\n"


def test_the_real_module_is_written_and_not_upgraded_itself(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text("from keras.layers import Highway\nlayer = Highway()\n")
    done = kmigrate("upgrade", "--vendor-compat", "lib", ".")
    assert done.status == 0
    assert (tmp_path / "a.py").read_text() == "from keras1_compat import Highway\nlayer = Highway()\n"
    written = (tmp_path / "lib" / "keras1_compat.py").read_text()
    assert vendoring.is_vendored("keras1_compat.py", written.encode())
    assert "class Highway" in written
    done = kmigrate("upgrade", "--vendor-compat", "lib", ".")
    assert "Upgraded 0 files" in done.out
    assert done.status == 0
    assert (tmp_path / "lib" / "keras1_compat.py").read_text() == written


def test_a_name_that_the_module_cannot_have(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text("import keras\nfrom keras1_compat import Hihgway\n")
    done = kmigrate("upgrade", "--vendor-compat", ".", ".")
    assert done.status == 2
    assert "Hihgway" in done.err


def test_a_folder_that_is_no_package_has_to_be_on_the_path(kmigrate: Kmigrate, tmp_path: Path) -> None:
    """Unless the programs lie in it, or it is a package: then nothing is to be said."""
    for path in ("own/a.py", "lib/b.py", "c.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("from keras.layers import Highway\nx = Highway()(y)\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").touch()
    said = "lib is no package"
    out = kmigrate("upgrade", "--check", "--vendor-compat", "lib", ".").out
    assert f"{said}, where c.py and 1 other file would find the module" in out
    assert said not in kmigrate("upgrade", "--check", "--vendor-compat", "lib", "lib").out
    assert "is no package" not in kmigrate("upgrade", "--check", "--vendor-compat", "package", ".").out

"""``kmigrate upgrade`` and ``check`` on pages of documentation."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Kmigrate

OLD = "# A title\n\n```python\nfrom keras.layers import Dense\n```\n\n>>> Dense(output_dim=3)\noutput_dim\n"
NEW = OLD.replace("(output_dim", "(units")


def test_pages_are_read_with_docs_alone(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "docs").mkdir()
    names = ["README.md", "docs/a.markdown", "docs/b.rst", "docs/c.txt"]
    rst = OLD.replace("```python\n", ".. code:: python\n\n   ").replace("```\n", "")
    for name in names:
        (tmp_path / name).write_text(rst if name.endswith("t") else OLD)
    assert kmigrate("upgrade", ".").out == "No Python files were found.\n"
    done = kmigrate("upgrade", "--docs", ".")
    assert "Upgraded 3 files with 3 changes (0 Python files and 3 pages looked at, 3 of them in depth)." in done.out
    for name in names[:2]:
        assert (tmp_path / name).read_text() == NEW
    assert (tmp_path / names[2]).read_text() == rst.replace("(output_dim", "(units")
    assert (tmp_path / names[3]).read_text() == rst
    assert kmigrate("upgrade", "--docs", ".").out.startswith("Upgraded 0 files")
    kmigrate("upgrade", "--docs", names[3])
    assert (tmp_path / names[3]).read_text() == rst.replace("(output_dim", "(units")


def test_a_named_page_without_docs_says_how(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "README.md").write_text(OLD)
    (tmp_path / "other.md").write_text("x")
    for command in ("check", "upgrade"):
        done = kmigrate(command, "README.md", "other.md")
        assert "README.md:1:1: KM007 is a page of documentation and was left as it is: with --docs" in done.out
        assert "other.md" not in done.out
        assert done.status == 1
    assert (tmp_path / "README.md").read_text() == OLD


def test_places_and_diffs_are_of_the_page(tmp_path: Path, kmigrate: Kmigrate) -> None:
    path = tmp_path / "README.md"
    path.write_text(OLD)
    (found,) = json.loads(kmigrate("check", "--docs", "--output-format", "json", ".").out)
    assert (found["path"], found["cell"], found["start"]) == ("README.md", None, {"line": 7, "column": 5})
    edit = {"start": {"line": 7, "column": 11}, "end": {"line": 7, "column": 21}, "text": "units"}
    assert found["fix"]["edits"] == [edit]
    diff = kmigrate("upgrade", "--docs", "--diff", ".")
    subprocess.run(["git", "apply"], input=diff.raw, cwd=tmp_path, check=True)
    assert path.read_text() == NEW


def test_edits_of_json_have_the_prompts_of_new_lines(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.md").write_text(
        "> ```\n> >>> from keras.models import Sequential\n> >>> m = Sequential()\n> >>> m.compile('adam')\n"
        "> >>> m.fit(x, y, nb_epoch=1)\n> ```\n"
    )
    found = json.loads(kmigrate("check", "--docs", "--output-format", "json", ".").out)
    texts = [edit["text"] for one in found if one["code"] == "KM205" for edit in one["fix"]["edits"]]
    assert texts == ["> >>> from keras.optimizers import Adam\n", "Adam(epsilon=1e-08)"]


def test_a_block_that_does_not_parse_is_a_finding(tmp_path: Path, kmigrate: Kmigrate) -> None:
    path = tmp_path / "README.md"
    path.write_text(OLD + "\n```python\nmodel.fit(nb_epoch=1, ...)\n```\n")
    done = kmigrate("upgrade", "--docs", ".")
    assert path.read_text() == NEW + "\n```python\nmodel.fit(nb_epoch=1, ...)\n```\n"
    assert "README.md:11:1: KM003 this block is not Python 3" in done.out
    assert done.status == 1
    assert "KM003" not in kmigrate("check", "--docs", "--select", "KM1", ".").out


def test_standard_input_named_as_a_page(kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    for docs, expected in (["--docs"], NEW), ([], OLD):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
        assert kmigrate("upgrade", *docs, "-", "--stdin-filename", "a.md").raw == expected.encode()


def test_settings_and_vendored_module(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.kmigrate]\ndocs = true\n")
    (tmp_path / "a.md").write_text("```python\nfrom keras.layers import Highway\nHighway()\n```\n")
    kmigrate("upgrade", "--vendor-compat", "lib", ".")
    assert "from keras1_compat import Highway\n" in (tmp_path / "a.md").read_text()
    assert "class Highway" in (tmp_path / "lib/keras1_compat.py").read_text()


def test_a_person_is_shown_the_page(tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text(OLD)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    done = kmigrate("upgrade", "--docs", "--interactive", ".")
    assert "->>> Dense(output_dim=3)" in done.out
    assert "kmigrate_" not in done.out
    assert (tmp_path / "README.md").read_text() == NEW


def test_names_that_the_page_does_not_import(tmp_path: Path, kmigrate: Kmigrate) -> None:
    text = "# keras\n\n```python\nx = 1\n```\n\n```python\nmodel.add(Dense(3, init='uniform'))\n```\n"
    (tmp_path / "a.md").write_text(text)
    done = kmigrate("upgrade", "--unsafe", "--docs", ".")
    assert "a.md:8:11: KM008 no block of this page imports `Dense`; if Keras's are meant, KM103 holds here" in done.out
    assert (done.status, (tmp_path / "a.md").read_text()) == (1, text)
    (tmp_path / "a.md").write_text(text.replace("x = 1", "from mine import Dense"))
    assert kmigrate("check", "--docs", ".").status == 0

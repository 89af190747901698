"""From bytes to text and back."""

from __future__ import annotations

import codecs
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmigrate.findings import Finding
from kmigrate.sources.python_file import PythonFile, decode, may_be_handed_keras, names_keras, read, read_bytes
from kmigrate.sources.tree import Tree


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"x = 1\r\ny = 2\rz = 3\n", "utf-8", "x = 1\r\ny = 2\rz = 3\n"),
        (b"", "utf-8", ""),
        ("é".encode(), "utf-8", "é"),
        (codecs.BOM_UTF8 + "é\r\n".encode(), "utf-8", "é\r\n"),
        (b"# -*- coding: latin-1 -*-\r\nx = '\xe9'", "iso-8859-1", "# -*- coding: latin-1 -*-\r\nx = 'é'"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'\n", "cp1252", None),
        (b"#!/usr/bin/python\r# coding: cp1252\r'\x80'\r", "cp1252", None),
        (b"# coding: gbk\n'\xc4\xe3'\n", "gbk", "# coding: gbk\n'你'\n"),
        (b"\x0c# coding: latin-1\n'\xe9'\n", "iso-8859-1", None),
        (b"x = 1\n# coding: latin-1\n", "utf-8", None),  # the first line is code, so Python reads no further
        (b"x = 1\x0c\n\x1a", "utf-8", "x = 1\x0c\n\x1a"),
    ],
)
def test_decodes_as_python_does(data: bytes, encoding: str, text: str | None) -> None:
    file = decode(data)
    assert isinstance(file, PythonFile)
    assert file.encoding == encoding
    assert file.bom == data.startswith(codecs.BOM_UTF8)
    if text is not None:
        assert file.text == text
    assert file.encode(file.text) == data


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.booleans(),
)
def test_text_goes_back_to_the_same_bytes(text: str, bom: bool) -> None:
    data = codecs.BOM_UTF8 * bom + text.encode()
    file = decode(data)
    if isinstance(file, PythonFile):  # the text may happen to name an encoding
        assert file.encode(file.text) == data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"import keras\nx = '\xe9'\n", "byte 0xe9 in line 2 is not utf-8; name the encoding"),
        (b"x = '\xe9'\nimport keras\n", "not utf-8; name the encoding"),
        (b"\x89PNG\r\n\x1a\n\0\0", "zero bytes"),
        ("import keras".encode("utf-16"), "zero bytes"),
        (b"# coding: klingon\nimport keras\n", "unknown encoding: klingon"),
        (b"# coding: rot13\nimport keras\n", "encoding"),
        (b"# coding: hex\nimport keras\n", "encoding"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "encoding problem"),
        (b"# coding: ascii\n# \xc3\xa9 keras\n", "is not ascii"),
        (b"# coding: utf-7\nx = '+AGE-'\n", "does not give the same bytes back"),
        (b"# coding: undefined\nx\n", "encoding"),
        (b"# coding: idna\nx..y\n", "encoding"),
    ],
)
def test_what_is_no_python_text(data: bytes, words: str) -> None:
    finding = decode(data)
    assert isinstance(finding, Finding)
    assert finding.code == "KM002"
    assert words in finding.message


_VALID = [
    b"'\xe9'\n",
    b"# coding: latin-1\n'\xe9'\n",
    b"\n# coding: latin-1\n'\xe9'\n",
    b"1\n# coding: latin-1\n'\xe9'\n",
]
_VALID += [
    codecs.BOM_UTF8 + b"# coding: utf-8\n'\xc3\xa9'\n",
    b"# coding: latin-1\r\r\n'\xe9'\n",
    b"\x0c\n#coding=latin1\n'\xe9'",
]


@pytest.mark.parametrize("data", _VALID)
def test_refuses_what_python_refuses(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(data)
    runs = subprocess.run([sys.executable, "-I", path], capture_output=True, check=False).returncode == 0
    assert isinstance(decode(data), PythonFile) == runs


def test_the_quick_look() -> None:
    assert names_keras(b"from keras.models import Model")
    assert not names_keras(b"import numpy")
    assert may_be_handed_keras(b"from utils import *\nm.fit(x, y, nb_epoch=3)")
    assert not may_be_handed_keras(b"import numpy as np\nnp.pad(x, mode='same')")


@pytest.mark.parametrize("size", [0, 1, 4096, 3_000_000])
def test_reads_all_bytes(tmp_path: Path, size: int) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * size)
    assert read_bytes(str(path)) == b"x" * size


def test_reads_files_that_have_no_size() -> None:
    # the kernel makes these up as they are read and says that they are empty
    path = Path("/proc/self/status")
    if path.exists():
        assert read_bytes(str(path)).startswith(b"Name:")
    else:
        pytest.skip("no /proc on this system")


@pytest.mark.parametrize("name", ["missing.py", "folder"])
def test_an_unreadable_file_is_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    finding = read(str(tmp_path / name))
    assert isinstance(finding, Finding)
    assert finding.code == "KM001"


def test_the_tree_gives_texts_of_the_run_and_nothing_outside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.py").write_bytes(b"# coding: latin-1\r\n'\xe9'")
    (tmp_path / "in" / "bad.py").write_bytes(b"\xe9")
    (tmp_path / "out.py").write_text("secret")
    (tmp_path / "in" / "link.py").symlink_to("../out.py")
    tree = Tree(("in/a.py",), ("in",))
    assert tree.load("in/a.py") == "# coding: latin-1\r\n'é'"
    assert tree.load("in/../in/a.py") == tree.load("in/a.py")
    assert [tree.load(path) for path in ("in/bad.py", "in/none.py", "in/link.py", "out.py", "in")] == [None] * 5

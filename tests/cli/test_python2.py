"""Python 2 files on the command line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Kmigrate

OLD = "from keras.layers import Dense\r\nprint 'x', 7 / 2\r\nlayer = Dense(output_dim=3)\r\n"
NEW = "from keras.layers import Dense\r\nprint('x', 7 // 2)\r\nlayer = Dense(units=3)\r\n"


def _write(folder: Path, text: str = OLD) -> Path:
    file = folder / "a.py"
    file.write_bytes(text.encode())
    return file


def test_both_upgrades_are_in_one_diff(tmp_path: Path, kmigrate: Kmigrate) -> None:
    file = _write(tmp_path)
    done = kmigrate("upgrade", "--diff", ".")
    assert done.raw.count(b"--- ") == 1
    added = [line[1:].rstrip() for line in done.out.split("\n") if line.startswith("+") and line[:3] != "+++"]
    assert added == NEW.splitlines()[1:]
    assert "Would upgrade 1 file with 3 changes" in done.err
    assert kmigrate("upgrade", ".").status == 0
    assert file.read_bytes() == NEW.encode()
    assert kmigrate("upgrade", "--check", ".").status == 0


def test_it_can_be_turned_off(tmp_path: Path, kmigrate: Kmigrate) -> None:
    file = _write(tmp_path)
    done = kmigrate("upgrade", "--no-python2", ".")
    assert "a.py:2:1: KM003" in done.out
    assert done.status == 1
    assert file.read_bytes() == OLD.encode()


def test_json_has_the_edits_of_the_first_step(tmp_path: Path, kmigrate: Kmigrate) -> None:
    """Those of the way to Python 3; the others are for the text after it."""
    _write(tmp_path)
    found = json.loads(kmigrate("check", "--output-format", "json", ".").out)
    assert [(f["code"], f["start"]["line"], bool(f["fix"]["edits"])) for f in found] == [
        ("KM010", 2, True),
        ("KM011", 2, False),
        ("KM103", 3, False),
    ]


def test_json_after_an_upgrade_still_divides_as_python2_does(tmp_path: Path, kmigrate: Kmigrate) -> None:
    _write(tmp_path, "import keras\nprint 'x'\ndef f(a, b):\n    return a[a / b]\n")
    left = json.loads(kmigrate("upgrade", "--output-format", "json", ".").out)
    assert [(f["code"], f["start"]["line"]) for f in left] == [("KM011", 4)]


def test_interactive_asks_for_python3_first(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _write(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\ny\nn\n"))
    done = kmigrate("upgrade", "--interactive", ".")
    assert done.out.index("KM010 [safe]") < done.out.index("KM011 [safe]") < done.out.index("KM103 [safe]")
    assert file.read_bytes() == NEW.replace("units", "output_dim").encode()
    file = _write(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    done = kmigrate("upgrade", "--interactive", ".")
    assert "KM103 [safe]" not in done.out.partition("Left to do")[0].replace("a.py:3:9: KM103 [safe]", "")
    assert file.read_bytes() == OLD.encode()


def test_what_a_python2_file_defines_is_seen_from_others(tmp_path: Path, kmigrate: Kmigrate) -> None:
    """A model that comes from a file in Python 2 is a model in the file that trains it."""
    _write(tmp_path, "from keras.models import Sequential\ndef build():\n    print 'x'\n    return Sequential()\n")
    user = tmp_path / "b.py"
    user.write_text("from a import build\nimport keras\nmodel = build()\nmodel.fit([1], [2], nb_epoch=3)\n")
    assert kmigrate("upgrade", ".").status == 0
    assert "model.fit([1], [2], epochs=3" in user.read_text()

"""``kmigrate upgrade`` and ``check`` on notebooks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.cli.conftest import Kmigrate

IMPORTS = "%matplotlib inline\nfrom keras.models import Sequential\nfrom keras.layers import Dense"
MODEL = "m = Sequential()\nm.add(Dense(output_dim=3, input_dim=2))\nm.compile('sgd', 'mse')"


def _book(*sources: str, metadata: dict[str, Any] | None = None) -> bytes:
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "metadata": {}, "source": ["# A title"]}]
    for source in sources:
        cell: dict[str, Any] = {
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        cells.append({"cell_type": "code", **cell})
    content = {"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 0}
    return (json.dumps(content, indent=1) + "\n").encode()


def test_a_notebook_is_upgraded_in_place(tmp_path: Path, kmigrate: Kmigrate) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(_book(IMPORTS, MODEL, "%time m.fit(x, y, nb_epoch=2)"))
    done = kmigrate("upgrade", ".")
    assert path.read_bytes() == _book(IMPORTS, MODEL.replace("output_dim", "units"), "%time m.fit(x, y, epochs=2)")
    assert "Upgraded 1 file with 2 changes (0 Python files and 1 notebook looked at" in done.out
    assert done.status == 0
    nbformat.validate(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    assert kmigrate("upgrade", ".").out.startswith("Upgraded 0 files")


def test_findings_and_diffs_name_the_cell(tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _book(IMPORTS, MODEL)
    (tmp_path / "a.ipynb").write_bytes(data)
    assert "a.ipynb:cell 2:2:7: KM103 [safe]" in kmigrate("check", ".").out
    (found,) = json.loads(kmigrate("check", "--output-format", "json", ".").out)
    assert (found["path"], found["cell"], found["start"]) == ("a.ipynb", 2, {"line": 2, "column": 7})
    assert found["fix"]["edits"] == [
        {"cell": 2, "start": {"line": 2, "column": 13}, "end": {"line": 2, "column": 23}, "text": "units"}
    ]
    assert '-    "m.add(Dense(output_dim=3, ' in kmigrate("upgrade", "--diff", "a.ipynb").out  # for patch
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert kmigrate("upgrade", "--diff", "a.ipynb").out == (
        "--- a/a.ipynb#cell2\n+++ b/a.ipynb#cell2\n@@ -1,3 +1,3 @@\n m = Sequential()\n"
        "-m.add(Dense(output_dim=3, input_dim=2))\n+m.add(Dense(units=3, input_dim=2))\n m.compile('sgd', 'mse')\n"
    )
    assert (tmp_path / "a.ipynb").read_bytes() == data


def test_keras_through_a_star_import_of_a_local_module(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "utils.py").write_text("from keras.models import Sequential\nfrom keras.layers import *\n")
    (tmp_path / "a.ipynb").write_bytes(_book("from utils import *", MODEL))
    (tmp_path / "b.ipynb").write_bytes(_book("x = 1"))
    done = kmigrate("upgrade", ".")
    assert b"units=3" in (tmp_path / "a.ipynb").read_bytes()
    assert "2 of them in depth" in done.out


def test_a_place_in_another_notebook_has_its_cell(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "nets.py").write_text("from keras.layers import Dense\ndef net(m, width):\n    m.add(Dense(width))\n")
    (tmp_path / "a.ipynb").write_bytes(_book(IMPORTS + "\nfrom nets import net", "net(Sequential(), 4)"))
    for found in json.loads(kmigrate("check", "--output-format", "json", ".").out):
        assert (found["cell"] is None) == found["path"].endswith(".py")
        assert all(("cell" in place) == place["path"].endswith(".ipynb") for place in found["related"])


def test_standard_input_named_as_a_notebook(kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    stream = io.TextIOWrapper(io.BytesIO(_book(IMPORTS, MODEL)))
    monkeypatch.setattr(sys, "stdin", stream)
    done = kmigrate("upgrade", "-", "--stdin-filename", "a.ipynb")
    assert done.raw == _book(IMPORTS, MODEL.replace("output_dim", "units"))


def test_what_is_left_alone_is_said(tmp_path: Path, kmigrate: Kmigrate) -> None:
    books = {
        "r.ipynb": _book("library(keras)", metadata={"kernelspec": {"name": "ir", "display_name": "R"}}),
        "broken.ipynb": _book(IMPORTS)[:-40],
        "cell.ipynb": _book(IMPORTS, "Dense(output_dim=3) = = 1", MODEL),
        "file.ipynb": _book(IMPORTS, "%%writefile net.py\nfrom keras.layers import Dense\n"),
    }
    for name, data in books.items():
        (tmp_path / name).write_bytes(data)
    done = kmigrate("upgrade", ".")
    said = {line.split(":")[0]: line for line in done.out.splitlines() if ": KM00" in line}
    assert {name: line.split(": ")[1].split()[0] for name, line in said.items()} == {
        "r.ipynb": "KM005",
        "broken.ipynb": "KM002",
        "cell.ipynb": "KM003",
        "file.ipynb": "KM005",
    }
    assert said["cell.ipynb"].startswith("cell.ipynb:cell 2:1:")
    for name, data in books.items():
        assert (tmp_path / name).read_bytes() == data
    assert done.status == 1


def test_shell_lines_are_upgraded_with_unsafe(tmp_path: Path, kmigrate: Kmigrate) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(_book("!pip install keras==1.2.2", IMPORTS))
    assert "a.ipynb:cell 1:1:14: KM503 [unsafe]" in kmigrate("upgrade", ".").out
    assert path.read_bytes() == _book("!pip install keras==1.2.2", IMPORTS)
    assert kmigrate("upgrade", "--unsafe", ".").status == 0
    assert b"!pip install tensorflow~=2.15.0 keras~=2.15.0" in path.read_bytes()
    assert "KM503" not in kmigrate("check", ".").out


def test_a_person_is_shown_cells(tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    path = tmp_path / "a.ipynb"
    path.write_bytes(_book(IMPORTS, "%time m = f()\n" + MODEL, "m.fit(x, y, nb_epoch=2)"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\nn\n"))
    done = kmigrate("upgrade", "--interactive", ".")
    assert "a.ipynb:cell 2:3  1 of 2\n" in done.out
    assert " %time m = f()\n" in done.out
    assert "kmigrate_" not in done.out
    new = MODEL.replace("output_dim", "units")
    assert path.read_bytes() == _book(IMPORTS, "%time m = f()\n" + new, "m.fit(x, y, nb_epoch=2)")


def test_the_result_does_not_depend_on_processes(tmp_path: Path, kmigrate: Kmigrate) -> None:
    for number in range(3):
        (tmp_path / f"{number}.ipynb").write_bytes(_book(IMPORTS, MODEL, "!pip install keras==1.2.2"))
    assert kmigrate("check", "-j", "2", ".").out == kmigrate("check", "-j", "1", ".").out
    assert kmigrate("upgrade", "--diff", "-j", "2", ".").raw == kmigrate("upgrade", "--diff", "-j", "1", ".").raw


def test_what_a_script_that_is_run_brings_is_known(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/tools.py").write_text(
        "from keras import backend as K\nfrom keras.layers import merge\n"
        "from keras.layers import Convolution2D as Conv\n"
    )
    path = tmp_path / "a.ipynb"
    code = "K.image_dim_ordering()\nx = merge([Conv(8, 3, 3), a], mode='sum')"
    path.write_bytes(_book("%run -i ./lib/tools.py --fast\n%run class.py", code))
    kmigrate("upgrade", ".")
    new = "K.image_data_format()\nx = add([Conv(8, (3, 3)), a])"
    run = "%run -i ./lib/tools.py --fast\nfrom keras.layers import add\n%run class.py"
    assert path.read_bytes() == _book(run, new)
    assert "Conv2D as Conv" in (tmp_path / "lib/tools.py").read_text()

"""``kmigrate review`` and ``upgrade --diff --output-format html``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kmigrate

_SOURCE = """from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.callbacks import ReduceLROnPlateau

model = Sequential()
model.add(Dense(10, input_dim=4, init='uniform'))
model.add(Dropout(p=0.5))
plateau = ReduceLROnPlateau(patience=3)
"""


def test_the_page_shows_changes_and_what_is_left(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a&b.py").write_text(_SOURCE)
    done = kmigrate("review", "--html", "page.html", ".")
    assert done.status == 1
    assert "Wrote page.html" in done.out
    page = (tmp_path / "page.html").read_text()
    assert (tmp_path / "a&b.py").read_text() == _SOURCE
    assert "a&amp;b.py" in page
    assert "<mark>" in page and "kernel_initializer" in page
    assert 'data-code=KM207 data-kind="unsafe"' in page and "not in this diff: with --unsafe" in page
    assert "<article class=rule id=KM103>" in page
    assert "(None, 10) samples, features" in page  # the output shape of the Dense
    printed = kmigrate("upgrade", "--diff", "--output-format", "html", ".")
    assert (printed.status, printed.out) == (1, page)


def test_nothing_but_the_page_is_loaded(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text(_SOURCE)
    kmigrate("review", "--html", "page.html", ".")
    page = (tmp_path / "page.html").read_text()
    assert not [word for word in (" src=", "url(", "@import", "http:", "https:", "<link") if word in page]


def test_notebooks_are_shown_by_cell(tmp_path: Path, kmigrate: Kmigrate) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# A title\n"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": _SOURCE},
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    (tmp_path / "n.ipynb").write_text(json.dumps(content))
    kmigrate("review", "--html", "page.html", ".")
    page = (tmp_path / "page.html").read_text()
    assert "<p class=cellname>cell 1</p>" in page
    assert "cell_type" not in page


def test_files_that_cannot_be_read_and_pages_are_in_it(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text("import keras\nif (\n")
    (tmp_path / "b.md").write_text(f"```python\n{_SOURCE}```\n")
    kmigrate("review", "--docs", "--html", "page.html", ".")
    page = (tmp_path / "page.html").read_text()
    assert "KM003" in page and "b.md" in page and "kernel_initializer" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["review", "."], "--html"),
        (["review", "--html", "p.html", "-"], "files and folders"),
        (["review", "--html", "p.html", "--output-format", "json", "."], "without --output-format"),
        (["check", "--output-format", "html", "."], "html shows changes"),
        (["upgrade", "--output-format", "html", "."], "html shows changes"),
        (["review", "--html", "nowhere/p.html", "a.py"], "nowhere/p.html"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, kmigrate: Kmigrate, arguments: list[str], words: str) -> None:
    (tmp_path / "a.py").write_text(_SOURCE)
    done = kmigrate(*arguments)
    assert done.status == 2
    assert words in done.err

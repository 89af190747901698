"""The review page in a real browser: filters, keys, narrow windows, light and dark, without an error of its script."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmigrate.cli import main
from tests.report.browser import Browser, browser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    with browser(program, tmp_path_factory.mktemp("chromium")) as opened:
        yield opened
        assert not opened.errors


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page on two programs and a notebook."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / ".git").mkdir()
    shutil.copytree(ROOT / "testdata", folder / "testdata")
    source = "from keras.layers import Dense\nx = Dense(output_dim=3, init='uniform')  # é 😀\n"
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
    (folder / "b.ipynb").write_text(
        json.dumps({"cells": [cell] * 2, "metadata": {}, "nbformat": 4, "nbformat_minor": 0})
    )
    assert main(["review", "--no-cache", "--html", str(folder / "page.html"), str(folder)]) == 1
    return folder / "page.html"


def _seen(window: Browser) -> list[str]:
    """The codes of the findings that are shown."""
    shown = "[...document.querySelectorAll('.note')].filter(note=>note.checkVisibility()).map(note=>note.dataset.code)"
    found = window.value(shown)
    assert isinstance(found, list)
    return found


def test_keys_lead_from_change_to_change(window: Browser, page: Path) -> None:
    window.open(page, 1600, 900)
    places = window.value("document.querySelectorAll('.part').length")
    where = [window.value("where.textContent")]
    for key in ("j", "j", "k", "n", "p"):
        window.type(key)
        where.append(window.value("where.textContent"))
        if key == "j":
            window.until("now.getBoundingClientRect().top>=0&&now.getBoundingClientRect().top<innerHeight")
    at = ["", *(f"{number} of " for number in (1, 2, 1))]
    assert where[:4] == [f"{number}{places} places" for number in at]
    assert where[4] != where[3] == where[5]
    window.type("d")
    window.until("now.querySelector('.about').open&&now.querySelector('.about .rule-text h3')!==null")
    window.type("?")
    assert window.value("help.open")
    window.type("?")
    assert not window.value("help.open")


def test_filters(window: Browser, page: Path) -> None:
    window.open(page, 1600, 900)
    everything = _seen(window)
    window.type("f", *"km202", "Enter")
    assert set(_seen(window)) == {"KM202"}
    window.type("r")
    assert _seen(window) == everything
    window.click(".chip[data-rule=KM102]")
    assert _seen(window) == [code for code in everything if code == "KM102"]
    window.click(".chip[data-safety=unsafe]")
    assert _seen(window) == []
    assert window.value("!find('nothing').hidden")
    window.click(".chip[data-rule=KM102]")
    assert 0 < len(_seen(window)) < len(everything)
    window.click("#clear")
    window.type("f", *"b.ipynb", "Escape")
    assert window.value("[...document.querySelectorAll('.cellname')].filter(n=>n.checkVisibility()).length") == 2
    assert set(_seen(window)) == {"KM103"}


@pytest.mark.parametrize(("width", "inline"), [(390, True), (800, True), (1600, True), (1920, False)])
def test_nothing_is_wider_than_the_window(window: Browser, page: Path, width: int, inline: bool) -> None:
    window.open(page, width, 800)
    assert window.value("document.body.classList.contains('inline')") is inline
    for _ in range(2):  # side by side, and inline
        assert window.value("document.documentElement.scrollWidth") <= width
        window.type("s")


def test_light_and_dark(window: Browser, page: Path) -> None:
    color = "getComputedStyle(document.body).backgroundColor"
    window.open(page, 1280, 800)
    light = window.value(color)
    window.type("t")
    dark = window.value(color)
    assert dark != light
    window.open(page, 1280, 800, dark=True)
    assert window.value(color) == dark
    window.type("t")
    assert window.value(color) == light

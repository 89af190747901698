"""The page on what verifying came to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

from kmigrate.report import cards, verify_html, verify_svg
from kmigrate.report.verify_svg import LEVELS, level
from kmigrate.verify.results import INPUT, Result, Status, Step, Verified


def _step(layer: str, *inputs: int, error: float | None = 0.0, inner: tuple[Step, ...] = ()) -> Step:
    is_too_far = error is not None and error > 1e-9
    return Step(layer, "Dense", "Dense", inputs, (None, 3), error, error, is_too_far, inner)


_GIVEN = Step("input 1", INPUT, INPUT, (), (None, 3))
_INNER = (_GIVEN, _step("one", 0), _step("<two>", 1, error=0.5))
#: Two branches, one of them a nested model in which the difference begins.
_STEPS = (
    _GIVEN,
    _step("left", 0, error=1e-16),
    _step("tower", 0, error=0.5, inner=_INNER),
    _step("both", 1, 2, error=1e-4),
    _step("last", 3, error=None),
)
_DIFFERS = Result(
    "a&b.py", "model_1", Status.DIFFERS, "layer computes", 2.0, 0.25, "tower/<two>", "Flatten order", floatx="float64"
)
_PROGRAM = Verified(
    "a&b.py",
    (
        replace(_DIFFERS, steps=_STEPS),
        Result("a&b.py", "model_2", Status.IDENTICAL, None, 0.0, 0.0, floatx="float32", steps=(_GIVEN, _step("d", 0))),
        Result("a&b.py", None, Status.NOT_COMPARED, "it needs <data>"),
    ),
    ("made up: the argument <n>",),
)


class _Page(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_each_layer_is_in_the_drawing_and_in_the_table() -> None:
    page = _Page(verify_html.render([_PROGRAM]))
    drawn = Counter(
        attributes["data-step"] for tag, attributes in page.found if tag == "g" and "data-step" in attributes
    )
    listed = Counter(
        attributes["data-step"] for tag, attributes in page.found if tag == "tr" and "data-step" in attributes
    )
    assert drawn == listed
    assert set(drawn.values()) == {1}
    assert len(drawn) == len(_STEPS) + len(_INNER) + 2


def test_the_layer_that_differs_first_is_marked_within_the_nested_model() -> None:
    text = verify_html.render([_PROGRAM])
    page = _Page(text)
    marked = [a["data-step"] for tag, a in page.found if tag == "g" and "begins" in (a.get("class") or "")]
    assert (
        marked == ["s1-2-2"] == [a["data-step"] for tag, a in page.found if tag == "tr" and a.get("class") == "first"]
    )
    assert text.count("first to differ</text>") == 1


def test_what_is_said_is_text_and_no_markup() -> None:
    page = verify_html.render([_PROGRAM])
    for words in ("a&amp;b.py", "it needs &lt;data&gt;", "made up: the argument &lt;n&gt;", "Flatten order"):
        assert words in page
    assert "<two>" not in page
    assert not re.search(r'(?:src|href)=["\']?(?!["\']?#)', page)  # it needs no other file


def test_every_colour_is_there_in_both_looks() -> None:
    page = verify_html.render([_PROGRAM])
    used = set(re.findall(r"var\(--([\w-]+)\)", page))
    for colors in ({**cards.LIGHT, **verify_svg.LIGHT}, {**cards.DARK, **verify_svg.DARK}):
        assert used <= colors.keys()


def test_levels_rise_with_the_error() -> None:
    errors = [0.0, 1e-16, 1e-12, 1e-8, 1e-5, 0.01, 0.5, 1e9, float("inf")]
    order = list(LEVELS)
    found = [order.index(level(_step("x", error=error))) for error in errors]
    assert all(a <= b for a, b in pairwise(found))
    assert (found[0], found[-1]) == (order.index("same"), order.index("other"))
    assert level(_step("x", error=None)) == "none"


def test_many_models_are_folded_up_and_few_are_not() -> None:
    def is_open(results: int) -> int:
        identical = replace(_PROGRAM.results[1])
        return verify_html.render([Verified("a.py", (identical,) * results)]).count(" open><summary>")

    assert (is_open(3), is_open(4)) == (3, 0)

"""Tables, JSON and drawings of models."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from kmigrate.config import Options
from kmigrate.engine import Followed, follow_source
from kmigrate.findings import Finding, LineIndex
from kmigrate.report import shapes_html, shapes_json, shapes_svg, shapes_text
from kmigrate.report.shapes_summary import Summary, summarize
from tests.report.shapes_programs import PROGRAMS

_SVG = "{http://www.w3.org/2000/svg}"

FAILING = """\
from keras.models import Sequential
from keras.layers import Convolution2D, MaxPooling2D, Flatten, Dense
model = Sequential()
model.add(Convolution2D(8, 3, 3, input_shape=(5, 5, 3)))
model.add(MaxPooling2D((4, 4)))
model.add(Flatten())
model.add(Dense(2))
"""


def summary_of(text: str, ordering: str = "tf") -> Summary:
    followed = follow_source(text, Options(image_dim_ordering=ordering), path="model.py")
    assert isinstance(followed, Followed)
    return summarize(followed, "model.py", LineIndex(text), text)


@pytest.mark.parametrize("name", PROGRAMS)
def test_weights_are_those_that_keras_counts(name: str) -> None:
    summary = summary_of(PROGRAMS[name].text)
    (model,) = [model for model in summary.models if model.name == "model"]
    assert (model.params, model.is_total) == (PROGRAMS[name].params, True)
    assert summary.known == summary.layers


class _Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


@pytest.mark.parametrize("text", [*(program.text for program in PROGRAMS.values()), FAILING, "import keras\n"])
def test_drawings_are_well_formed_and_whole(text: str) -> None:
    summary = summary_of(text)
    root = ElementTree.fromstring(shapes_svg.render([summary]))
    shown = " ".join(root.itertext())
    for model in summary.models:
        for step in model.steps:
            assert step.cls in shown
            assert f"line {step.where.line}" in shown
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    assert root.attrib["viewBox"] == f"0 0 {width:.0f} {height:.0f}"

    page = shapes_html.render([summary])
    parser = _Tags()
    parser.feed(page)
    assert parser.found.count("svg") == 1 + len(shapes_svg.drawings(summary))
    data = re.search(r'<script type="application/json" id=steps>(.*?)</script>', page, re.DOTALL)
    assert data is not None
    steps = json.loads(data[1])
    assert steps.keys() == set(re.findall(r'data-step="([^"]+)"', page))
    assert not re.search(r'(?:src|href)="(?!#)', page)  # it needs no other file


def _classes(root: ElementTree.Element, tag: str) -> list[str]:
    return [element.attrib.get("class", "") for element in root.iter(_SVG + tag)]


def test_the_line_to_the_layer_that_fails_is_marked() -> None:
    summary = summary_of(FAILING)
    (model,) = summary.models
    assert [step.fails for step in model.steps] == [False, False, True, False, False]
    assert [step.is_reached for step in model.steps] == [True, True, True, False, False]
    assert (summary.layers, summary.known, summary.failing, summary.behind) == (4, 1, 1, 2)
    root = ElementTree.fromstring(shapes_svg.render([summary]))
    edges = [kind.strip() for kind in _classes(root, "path") if kind.startswith("edge")]
    assert edges == ["edge", "edge gone", "edge gone", "edge bad"]  # those that matter are drawn last
    assert _classes(root, "g").count("fails") == 1
    assert any("KM305" in text for text in root.itertext())


def test_layouts_are_told_apart() -> None:
    text = "from keras.layers import *\nfrom keras.models import Model\nx = Input({})\n"
    text += "y = Convolution2D(4, 3, 3)(x)\nmodel = Model(x, MaxPooling2D()(y))\n"
    for ordering, shape, kind in (("tf", (32, 40, 3), "last"), ("th", (3, 32, 40), "first")):
        root = ElementTree.fromstring(shapes_svg.render([summary_of(text.format(shape), ordering)]))
        edges = [name for name in _classes(root, "path") if name.startswith("edge")]
        assert edges == [f"edge {kind}"] * 2


def test_models_in_models_are_boxes_and_drawn_once() -> None:
    summary = summary_of(PROGRAMS["shared"].text)
    (drawing,) = shapes_svg.drawings(summary)
    assert drawing.body.count("card box") == 1
    assert drawing.body.count("the same layers again") == 1


def test_json() -> None:
    rows = json.loads(shapes_json.render([summary_of(FAILING)]))
    assert [row["layer"] for row in rows] == ["input_1", "convolution2d_1", "maxpooling2d_1", "flatten_1", "dense_1"]
    assert rows[1] == {
        "path": "model.py",
        "model": "model",
        "layer": "convolution2d_1",
        "class": "Convolution2D",
        "line": 4,
        "input_shape": [None, 5, 5, 3],
        "output_shape": [None, 3, 3, 8],
        "layout": ["samples", "rows", "columns", "channels"],
        "params": 224,
    }
    assert [row["output_shape"] for row in rows[2:]] == [None, None, None]
    assert shapes_json.render([]) == "[]\n"


def test_the_table_says_what_fails_and_where() -> None:
    text = shapes_text.render(summary_of(FAILING))
    assert re.search(r"maxpooling2d_1 +MaxPooling2D +5 +fails\n +error KM305, line 4: ", text)
    assert "2 layers behind it: not reached" in text
    assert "flatten_1" not in text
    assert "1 of 4 layers have a known shape; 1 layer would be refused, 2 more are behind" in text
    assert "channels_last ('tf' in Keras 1): --image-dim-ordering says so" in text


def test_what_is_not_followed_is_named() -> None:
    text = (
        "from keras.models import Sequential\nfrom keras.layers import Dense\nfrom keras.engine import Layer\n"
        "import thing\nclass Odd(Layer):\n    def get_output_shape_for(self, shape):\n        return thing.of(shape)\n"
        "model = Sequential([Dense(3, input_shape=(4,)), Odd(), Dense(5)])\n"
    )
    shown = shapes_text.render(summary_of(text))
    assert "Odd of line 8: what its own code gives could not be followed" in shown
    assert re.search(r"odd_1 +Odd +8 +\? ", shown)
    assert "parameters: at least 15" in shown


def test_a_source_that_does_not_parse_is_a_finding() -> None:
    found = follow_source("model = (\n", path="model.py")
    assert isinstance(found, Finding)
    assert found.code == "KM003"


def test_an_ignored_finding_is_not_said() -> None:
    text = FAILING.replace("(5, 5, 3)))", "(5, 5, 3)))  # kmigrate: ignore[KM305]")
    summary = summary_of(text)
    assert not [problem for problem in summary.problems if problem.code]
    assert "refused, line 5: " in shapes_text.render(summary)


def test_sizes_below_zero_fail_nothing() -> None:
    """A generator without samples gives them: what an own class works out of an empty list of files, say."""
    text = "import numpy as np\nimport keras\nfrom keras.layers import Input\nx = Input((3,))\n"
    assert summary_of(text + "a = np.random.permutation(-2)[:10]\n").path == "model.py"

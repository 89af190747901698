"""Following a program ends, whatever it does, and does no more than it has to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kmigrate.engine import Followed, check_source, follow_source
from kmigrate.program.project import Project
from kmigrate.program.shapes import analysis, world
from kmigrate.program.shapes.interpreter import Interpreter
from kmigrate.program.shapes.world import MAX_ALL_STEPS

_HEAD = "from keras.layers import Dense\nfrom keras.models import Sequential\n"

#: what would take for ever, or very long, if it were run
_ENDLESS = {
    "branching recursion": "def f(x):\n    for a in x:\n        f(a)\n        f(x)\n        f(a.b)\n",
    "mutual recursion": "def f(n):\n    g(n)\n    g(n + 1)\n\ndef g(n):\n    f(n)\n    f(n - 1)\n\nf(0)\n",
    "loop without end": "n = 0\nwhile True:\n    n += 1\n",
    "loops in loops": "for a in range(9999):\n" + "".join(
        f"{'    ' * d}for x{d} in range(9999):\n" for d in range(1, 9)
    ) + "    " * 9 + "n = a\n",
    "comprehension of comprehensions": "x = [[[[a * b * c for a in range(200)] for b in range(200)] "
    "for c in range(200)] for d in range(200)]\n",
    "product": "x = [(a, b, c) for a in range(200) for b in range(200) for c in range(200)]\n",
    "layers without end": "model = Sequential()\nmodel.add(Dense(8, input_dim=8))\n"
    "while True:\n    model.add(Dense(8))\n",
}  # fmt: skip


def _steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many nodes each run over the next program evaluates."""
    steps: list[int] = []
    run = analysis._run

    def counted(interpreter: Interpreter) -> analysis._Run:
        found = run(interpreter)
        steps.append(interpreter.steps)
        return found

    monkeypatch.setattr(analysis, "_run", counted)
    return steps


@pytest.mark.parametrize("text", _ENDLESS.values(), ids=_ENDLESS)
def test_following_ends(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = _steps(monkeypatch)
    assert isinstance(follow_source(f"{_HEAD}model = Sequential()\n{text}"), Followed)
    assert 0 < sum(steps) <= MAX_ALL_STEPS + len(steps)


def test_a_function_that_has_no_end_does_not_hide_the_next_one() -> None:
    layers = "def build():\n    return Sequential([Dense(8, input_shape=(4,)), Dense(2)])\n"
    text = f"{_HEAD}def f(x):\n    for a in x:\n        f(a)\n        f(a.b)\n        f(a.c)\n        f(x)\n\n{layers}"
    followed = follow_source(text)
    assert isinstance(followed, Followed)
    assert [model.outputs[0].shape for model in followed.report.models] == [(None, 2)]


@pytest.mark.parametrize(
    ("branch", "runs"),
    [
        ("print('small', len(x))", 1),
        ("raise ValueError(x)", 1),
        ("os.makedirs('out')", 1),
        ("size = 3", 2),
        ("model.add(Dense(3))", 2),
        ("print(model.add(Dense(3)))", 2),
    ],
)
def test_the_other_way_of_a_condition_is_followed_where_it_matters(
    branch: str, runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _steps(monkeypatch)
    follow_source(f"import os\n{_HEAD}model = Sequential()\nif x > 3:\n    {branch}\n")
    assert len(steps) == runs


def test_what_is_meant_to_fail_is_no_finding() -> None:
    wrong = "Dense(8, input_shape=(4,), nonsense=1)"
    said = check_source(f"{_HEAD}import pytest\nlayer = {wrong}\n")
    assert [finding.code for finding in said if finding.code.startswith("KM3")]
    meant = check_source(f"{_HEAD}import pytest\nwith pytest.raises(TypeError):\n    layer = {wrong}\n")
    assert not [finding.code for finding in meant if finding.code.startswith("KM3")]


def test_an_expression_that_is_false_ends_nothing() -> None:
    followed = follow_source(f"{_HEAD}0\n''\nmodel = Sequential([Dense(8, input_shape=(4,))])\n")
    assert isinstance(followed, Followed)
    assert len(followed.report.models) == 1


def test_the_source_of_keras_in_the_run_is_not_followed() -> None:
    files = {
        "keras/__init__.py": "",
        "keras/models.py": "def Sequential(*layers):\n    return None\n",
        "keras/layers/__init__.py": "def Dense(*sizes, **more):\n    return None\n",
        "a.py": f"{_HEAD}model = Sequential([Dense(8, input_shape=(4,))])\n",
    }
    project = Project(files.get, ("",), tuple(files))
    followed = follow_source(files["a.py"], path="a.py", project=project)
    assert isinstance(followed, Followed)
    assert [model.outputs[0].shape for model in followed.report.models] == [(None, 8)]


def test_the_page_on_shapes_names_all_bounds() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "shapes.md").read_text(encoding="utf-8")
    said = {
        name: int(value.replace(",", "")) for name, value in re.findall(r"^\| `(MAX_\w+)` \| ([\d,]+) \|", page, re.M)
    }
    assert said == {name: value for name, value in vars(world).items() if name.startswith("MAX_")}

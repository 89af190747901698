"""What is known of programs as they are written, and what is not: nothing wrong is said of what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmigrate.config import Options
from kmigrate.program.program import Program
from kmigrate.program.project import Project
from kmigrate.program.scopes import read_module
from kmigrate.program.shapes.tensors import Level
from tests.oracle.shapes import measure, table

_HEAD = "import numpy as np\nfrom keras import backend as K\nfrom keras.layers import *\nfrom keras.models import *\n"
_DENSE = "m = Sequential([Dense(2, input_dim=3)])\nm.compile('sgd', 'mse')\n"


def kinds(text: str) -> list[str]:
    """The kinds of errors and warnings, in the order of the lines."""
    report = Program(read_module(text, "a.py"), Options(), Project()).shapes
    return [verdict.kind for verdict in report.verdicts if verdict.level > Level.HINT]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # lists that a loop fills which is not followed to its end
        (_DENSE + "x = []\nfor f in files:\n    if f.ok:\n        x.append(np.zeros(3))\nm.predict(np.array(x))", []),
        (_DENSE + "x = [[], []]\nfor f in files:\n    x[f.at].append(np.zeros(3))\nm.predict(np.array(x[0]))", []),
        (
            _DENSE + "x = [[], []]\nfor a in files:\n    for r, l in zip(a, x):\n        l.append(r)\nm.predict(x[1])",
            [],
        ),
        (_DENSE + "x = []\nfor f in files:\n    x.append(np.zeros(3))\nm.predict(x)", ["data-inputs"]),
        # a program that refuses one backend
        (
            "if K.backend() == 'tensorflow':\n    raise RuntimeError\nK.set_image_dim_ordering('th')\n"
            "def f(x):\n    return BatchNormalization(axis=1)(Convolution2D(8, 3, 3)(x))",
            [],
        ),
        # what is called like the ordering is the ordering
        ("def f(dim_ordering):\n    return (1, 28, 28) if dim_ordering == 'th' else (28, 28, 1)\nInput(f(o))", []),
        # an axis that is the channels' under neither ordering
        ("BatchNormalization(axis=2)(Convolution2D(4, 3, 3)(Input((32, 32, 3))))", []),
        ("BatchNormalization(axis=1)(Convolution2D(4, 3, 3)(Input((32, 32, 3))))", ["batchnorm-axis"]),
        # layers popped, to an effect and to none
        ("m = Sequential([Dense(2, input_dim=3)])\nm.layers.pop()\nModel(m.input, m.layers[-1].output)", []),
        (_DENSE + "m.layers.pop()\nm.predict(x)", ["layers-pop"]),
        # losses that want probabilities
        ("m = Sequential([Dense(9, input_dim=3)])\nm.compile('sgd', 'binary_crossentropy')", ["loss-output"]),
        (
            "m = Sequential([Dense(9, input_dim=3, activation='tanh')])\nm.compile('sgd', 'binary_crossentropy')\n"
            "m.predict(x)",
            [],
        ),
        ("m = Sequential([Dense(9, input_dim=3), Activation('sigmoid')])\nm.compile('sgd', 'binary_crossentropy')", []),
        # text with a piece of an array
        ("s = 'abc'\nfor i in range(3):\n    s = s + np.random.choice(letters)\nt = s[-2:]", []),
        # a layer of Keras 0.x says its output by a property
        (
            "class Own(Dense):\n    @property\n    def output_shape(self):\n        return (None, 5)\n"
            "m = Sequential([Dense(4, input_dim=3), Own(2)])\nm.compile('sgd', 'mse')\n"
            "m.fit(np.zeros((9, 3)), np.zeros((9, 5)))",
            [],
        ),
        # tables
        (
            "import pandas as pd\nd = pd.read_csv('a.csv')\ny = d['label'].astype(int) - 1\n" + _DENSE + "m.predict(y)",
            ["data-shape"],
        ),
    ],
)
def test_said(text: str, said: list[str]) -> None:
    assert kinds(_HEAD + text + "\n") == said


def test_a_piece_of_a_program() -> None:
    piece = "model = Sequential()\nmodel.add(Conv2D(8, (3, 3), input_shape=(8, 8)))\n"
    assert kinds(piece) == ["rank"]
    assert kinds("import torch\n" + piece) == []
    assert kinds("class Conv2D: pass\n" + piece) == []


def test_measured(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(_HEAD + _DENSE + "m.fit(np.zeros((9, 4)), np.zeros((9, 2)))\n")
    (tmp_path / "b.py").write_text(_HEAD + "def f(x):\n    return Dense(2)(unknown(x))\n")
    row = measure(tmp_path)
    assert (row.files, row.layers, row.known) == (2, 2, 1)
    assert [(f["code"], f["severity"]) for f in row.findings] == [("KM320", "error")]
    assert "| all | 2 | 2 | 1 | 50 % | 1 | 0 |" in table([row])

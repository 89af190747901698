"""What the engine changes and, more often, what it leaves alone."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kmigrate.config import Options
from kmigrate.engine import apply, check_source, fix_edits, upgrade_source
from kmigrate.findings import LineIndex, Safety
from kmigrate.program.project import Project

_UNSAFE = Options(unsafe=True)

#: Programs in which nothing may change, not even with unsafe rewrites.
_UNTOUCHED = {
    "no Keras": "def Dense(n, init): return n\nDense(3, init='uniform')\nmodel.fit(x, nb_epoch=3)\n",
    "own function": (
        "import keras\ndef conv(x, nb_filter, nb_row, border_mode='same'): pass\nconv(1, nb_filter=2, nb_row=3)\n"
    ),
    "own class": (
        "import keras\nclass Dense(object):\n    def __init__(self, n, init): pass\nDense(3, init='uniform')\n"
    ),
    "own fit": "import keras\nclass A(object):\n    def fit(self, nb_epoch): pass\nA().fit(nb_epoch=3)\n",
    "numpy": "import keras\nimport numpy as np\nnp.pad(x, 1, mode='constant')\n",
    "theano": (
        "import keras\nfrom theano.tensor.nnet import conv2d\nconv2d(x, w, border_mode='full', subsample=(1, 1))\n"
    ),
    "keras-rl": (
        "import keras\nfrom rl.agents import DQNAgent\ndqn = DQNAgent(model=None)\n"
        "dqn.fit(env, nb_steps=5, verbose=2)\n"
    ),
    "argparse": "import keras\nparser.add_argument('--nb_epoch', type=int, default=3)\nprint(args.nb_epoch)\n",
    "checkpoint": "from keras.callbacks import ModelCheckpoint\nModelCheckpoint('f', monitor='m', mode='max')\n",
    "other package": "from lasagne.layers import Conv2DLayer, DenseLayer\nDenseLayer(3, init='uniform')\n",
    "other name of a module": "import other.keras.layers as L\nL.Dense(3, init='uniform')\n",
    "parameter": "from keras.models import Model\ndef f(Dense):\n    return Dense(3, init='uniform')\n",
    "comprehension": "import keras\n[Dense(3, init='uniform') for Dense in things]\n",
    "words in strings": "import keras\ns = 'from keras.layers import Convolution2D'\nd = {'nb_epoch': 3}\n",
    "words in comments": "import keras  # keras.layers.Convolution2D(3, 3, 3, border_mode='same')\n",
    "Keras 2": "from keras.layers import Conv2D\nConv2D(8, (5, 5), padding='same', kernel_initializer='uniform')\n",
    "Keras 2 by position": "from keras.layers import Conv2D\nConv2D(8, 5, 2, padding='same')\n",
    "tf.keras": "import tensorflow as tf\ntf.keras.layers.Dense(3, kernel_initializer='uniform')\n",
    "own keyword dict": "import keras\nkw = {'border_mode': 'same', 'nb_epoch': 3}\nown(**kw)\n",
    "attributes": "import keras\nself.nb_epoch = 3\nargs.border_mode = 'th'\n",
    "getattr on own": "import keras\ngetattr(tools, 'Convolution2D')(8, 3, 3)\n",
    "ignored": "from keras.layers.core import Dense  # kmigrate: ignore[KM1]\n",
    "ignored altogether": "from keras.layers.core import Dense  # kmigrate: ignore\n",
}

#: Where a name might still be Keras's, but is not for certain: the safe upgrade leaves these alone.
_UNSURE = {
    "rebound": "from keras.layers import Dense\nDense = other(Dense)\nDense(3, init='uniform')\n",
    "deleted": "from keras.layers import Dense\ndel Dense\nfrom own import *\nDense(3, init='uniform')\n",
    "with": "from keras.layers import Dense\nwith q as (Dense, b):\n    Dense(3, init='uniform')\n",
    "walrus": "from keras.layers import Dense\ny = [(Dense := z) for z in q]\nDense(3, init='uniform')\n",
    "match": "from keras.layers import Dense\nmatch q:\n    case [Dense, *_]:\n        Dense(3, init='uniform')\n",
    "nonlocal": (
        "def f():\n    from keras.layers import Dense\n    def g():\n        nonlocal Dense\n        Dense = own\n"
        "    return Dense(3, init='uniform')\n"
    ),
    "global": "from keras.layers import Dense\ndef f():\n    global Dense\n    Dense = own\nDense(3, init='uniform')\n",
    "for": "from keras.layers import Dense\nfor Dense in things:\n    Dense(3, init='uniform')\n",
    "except": "from keras.layers import Dense\ntry: pass\nexcept Error as Dense: Dense(3, init='uniform')\n",
    "two imports": (
        "try:\n    from keras.layers import Dense\nexcept ImportError:\n    from own import Dense\n"
        "Dense(3, init='uniform')\n"
    ),
    "unknown model": "import keras\nnet.fit(x, nb_epoch=3)\n",
    "either": "from keras.layers import Dense\nmake = Dense if q else own\nmake(3, init='uniform')\n",
}

#: What is rewritten safely: the line that shows it, before and after.
_REWRITTEN = {
    "from": ("from keras.layers import Dense\nDense(3, init='zero')\n", "Dense(3, kernel_initializer='zeros')"),
    "old path": (
        "from keras.layers.core import Dense\nDense(3, init='zero')\n",
        "Dense(3, kernel_initializer='zeros')",
    ),
    "as": ("from keras.layers import Dense as D\nD(3, init='zero')\n", "D(3, kernel_initializer='zeros')"),
    "star": ("from keras.layers import *\nDense(3, init='zero')\n", "Dense(3, kernel_initializer='zeros')"),
    "module": ("import keras.layers.core as c\nc.Dense(3, init='zero')\n", "c.Dense(3, kernel_initializer='zeros')"),
    "package": (
        "import keras\nkeras.layers.Dense(3, init='zero')\n",
        "keras.layers.Dense(3, kernel_initializer='zeros')",
    ),
    "alias": ("from keras.layers import Dense\nD = Dense\nD(3, init='zero')\n", "D(3, kernel_initializer='zeros')"),
    "partial": (
        "from functools import partial\nfrom keras.layers import Dense\np = partial(Dense, init='zero')\n",
        "partial(Dense, kernel_initializer='zeros')",
    ),
    "called partial": (
        "from functools import partial\nfrom keras.layers import Dense\np = partial(Dense, 3)\np(init='zero')\n",
        "p(kernel_initializer='zeros')",
    ),
    "getattr": (
        "from keras import layers\ngetattr(layers, 'Dense')(3, init='zero')\n",
        "getattr(layers, 'Dense')(3, kernel_initializer='zeros')",
    ),
    "dict": (
        "from keras.layers import Dense\nk = {'init': 'zero'}\nDense(3, **k)\n",
        "k = {'kernel_initializer': 'zeros'}",
    ),
    "dict call": (
        "from keras.layers import Dense\nk = dict(init='zero')\nDense(3, **k)\n",
        "k = dict(kernel_initializer='zeros')",
    ),
    "self.model": (
        "from keras.models import Sequential\nclass A(object):\n    def __init__(self):\n"
        "        self.model = Sequential()\n"
        "    def go(self):\n        self.model.fit(x, y, nb_epoch=3)\n",
        "self.model.fit(x, y, epochs=3)",
    ),
    "returned": (
        "from keras.models import Sequential\ndef make():\n    m = Sequential()\n    return m\n"
        "make().fit(x, y, nb_epoch=3)\n",
        "make().fit(x, y, epochs=3)",
    ),
    "passed": (
        "from keras.models import Sequential\ndef run(m):\n    m.fit(x, y, nb_epoch=3)\nrun(Sequential())\n",
        "m.fit(x, y, epochs=3)",
    ),
    "subclass": (
        "from keras.models import Sequential\nclass Net(Sequential): pass\nNet().fit(x, y, nb_epoch=3)\n",
        "Net().fit(x, y, epochs=3)",
    ),
    "contrib": (
        "from tensorflow.contrib.keras.python.keras.layers import Dense\nDense(3, init='zero')\n",
        "Dense(3, kernel_initializer='zeros')",
    ),
    "in a function": (
        "def f():\n    from keras.layers import Dense\n    return Dense(3, init='zero')\n",
        "return Dense(3, kernel_initializer='zeros')",
    ),
    "backend": (
        "from keras import backend as K\nK.set_image_dim_ordering('th')\n",
        "K.set_image_data_format('channels_first')",
    ),
    "a named value": (
        "from keras.layers import Dense\nDense(3, i := 'zero', bias=False)\n",
        "Dense(3, kernel_initializer=(i := 'zero'), use_bias=False)",
    ),
    "looks like Keras 2": (
        "from keras.layers import Conv2D\nConv2D(32, 3, 3, subsample=(2, 2))\n",
        "Conv2D(32, (3, 3), strides=(2, 2))",
    ),
}


@pytest.mark.parametrize("source", _UNTOUCHED.values(), ids=_UNTOUCHED.keys())
def test_nothing_changes(source: str) -> None:
    """What is not Keras's, or not Keras 1, stays to the letter."""
    assert upgrade_source(source, _UNSAFE).text == source


@pytest.mark.parametrize("source", _UNSURE.values(), ids=_UNSURE.keys())
def test_nothing_changes_safely(source: str) -> None:
    """Where something else is possible, only an unsafe rewrite is offered, and it says what it assumes."""
    assert upgrade_source(source).text == source
    for finding in check_source(source):
        if finding.rewrite is not None:
            assert finding.safety is Safety.UNSAFE
            assert finding.rewrite.assumes
            assert finding.rewrite.assumes in finding.message


@pytest.mark.parametrize(("source", "line"), _REWRITTEN.values(), ids=_REWRITTEN.keys())
def test_rewritten(source: str, line: str) -> None:
    """Keras 1 calls are rewritten safely, however Keras came in."""
    result = upgrade_source(source)
    assert line in result.text
    assert line not in source
    assert all(finding.safety is Safety.SAFE for finding in result.applied)


def test_there_are_more_cases_of_leaving_alone() -> None:
    """A renamer is judged by what it leaves alone."""
    assert len(_UNTOUCHED) + len(_UNSURE) > len(_REWRITTEN)


_PROGRAM = """\
import keras
import keras.backend as K
from keras import layers
from keras.models import Sequential, Model
from keras.layers.core import Dense, Flatten
from keras.layers.convolutional import Convolution2D
from keras.regularizers import l2
from keras.layers import merge, Input

model = Sequential()
model.add(Convolution2D(4, 3, 3, border_mode='same', input_shape=(8, 8, 3), dim_ordering='tf', W_regularizer=l2(0.1)))
model.add(Flatten())
model.add(Dense(2, init='uniform', activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='sgd')
x = Input(shape=(3,))
both = merge([layers.Dense(4)(x), keras.layers.Dense(4, bias=False)(x)], mode='concat')
joined = Model(input=x, output=both)
assert K.ndim(both) == 2
shapes = [model.output_shape, joined.output_shape]
"""


@pytest.mark.parametrize("namespace", ["tf_keras", "tensorflow.keras"])
def test_namespaces_run(namespace: str) -> None:
    """The upgraded program runs with Keras from each namespace and builds the same models."""
    result = upgrade_source(_PROGRAM, Options(unsafe=True, namespace=namespace))
    imported = [line for line in result.text.splitlines() if line.startswith(("import ", "from "))]
    assert imported
    assert all(namespace in line or line == "from tensorflow import keras" for line in imported), imported
    assert upgrade_source(result.text, Options(unsafe=True, namespace=namespace)).text == result.text
    run = subprocess.run(
        [sys.executable, "-c", result.text + "\nprint(shapes)\n"],
        env={**os.environ, "TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{result.text}\n{run.stderr}"
    assert run.stdout.splitlines()[-1] == "[(None, 2), (None, 8)]"


def test_fix_edits_of_each_finding() -> None:
    """Findings can be carried out one after the other, as an editor does, with the same result."""
    at_once = upgrade_source(_PROGRAM, _UNSAFE).text
    text = _PROGRAM
    for _ in range(60):
        fixable = [finding for finding in check_source(text, _UNSAFE) if finding.rewrite is not None]
        if not fixable:
            break
        assert fix_edits(text, fixable[:1], _UNSAFE)
        text = apply(text, fixable[:1], _UNSAFE)
    imports = {"import ", "from "}
    body = [line for line in text.splitlines() if not line.startswith(tuple(imports))]
    assert body == [line for line in at_once.splitlines() if not line.startswith(tuple(imports))]


def test_positions_after_a_byte_order_mark() -> None:
    """The mark takes no column, as in editors, and the text keeps it."""
    source = "\ufefffrom keras.layers.core import Dense\n"
    (finding,) = check_source(source)
    position = LineIndex(source).position(finding.span.start)
    assert (position.line, position.column) == (1, 1)
    assert upgrade_source(source).text == "\ufefffrom keras.layers import Dense\n"


def test_what_is_left_is_where_it_now_stands() -> None:
    """Inside a call that grows, shrinks and moves, a finding that is left keeps its own words."""
    source = (
        "from keras.models import Sequential\nmodel = Sequential()\n"
        "model.fit_generator(gen, samples_per_epoch=count, nb_epoch=5, max_q_size=3, nb_worker=2)\n"
    )
    result = upgrade_source(source)
    left = {result.text[f.span.start : f.span.end] for f in result.remaining if f.code == "KM201"}
    assert "max_queue_size=3" in result.text
    assert left
    assert all("samples_per_epoch" in words or "count" in words for words in left)


def test_what_is_inserted_behind_is_no_part_of_a_finding() -> None:
    """A new import after an import that is left does not become part of what is said of that one."""
    source = (
        "from keras.models import Sequential\nfrom keras.utils.test_utils import keras_test\n"
        "model = Sequential()\nmodel.compile('adagrad', loss='mse')\nkeras_test(model.fit(x, y, nb_epoch=1))\n"
    )
    result = upgrade_source(source, _UNSAFE)
    fresh = {(f.code, f.span) for f in check_source(result.text, _UNSAFE)}
    assert result.applied
    assert result.remaining
    assert {(f.code, f.span) for f in result.remaining} <= fresh


# --- several files --------------------------------------------------------------------------------------------------

_TREE = {
    "tree/pkg/__init__.py": "",
    "tree/pkg/helpers.py": (
        "from keras.layers.convolutional import Convolution2D\nfrom keras.models import Sequential\n"
        "def conv(x, nb_filter, border_mode='same', **kw):\n"
        "    return Convolution2D(nb_filter, 3, 3, border_mode=border_mode, **kw)(x)\n"
        "def make():\n    model = Sequential()\n    return model\n"
        "class Wrapper(object):\n    def __init__(self, model):\n        self.model = model\n"
        "    def train(self, nb_epoch):\n        self.model.fit(x, y, nb_epoch=nb_epoch)\n"
    ),
    "tree/pkg/train.py": (
        "from .helpers import conv, make, Wrapper\nmodel = make()\nmodel.fit(x, y, nb_epoch=3)\n"
        "y = conv(x, nb_filter=8, border_mode='valid', subsample=(2, 2))\nWrapper(model).train(nb_epoch=3)\n"
    ),
    "tree/run.py": (
        "from pkg import helpers\nhelpers.make().fit(x, y, nb_epoch=4)\n"
        "helpers.Wrapper(helpers.make()).train(nb_epoch=1)\n"
    ),
    "tree/stars.py": (
        "from pkg.helpers import *\nConvolution2D(8, 3, 3, border_mode='same')\nmake().fit(x, y, nb_epoch=2)\n"
    ),
    "tree/circle.py": "from circle import make\nfrom pkg.train import model\nmodel.fit(x, y, nb_epoch=6)\n",
}


def _upgraded(order: list[str]) -> dict[str, str]:
    project = Project(_TREE.get, roots=("tree",), files=tuple(order))
    return {path: upgrade_source(_TREE[path], path=path, project=project).text for path in order}


def test_across_files() -> None:
    """Models and layers are followed into other files; people's own parameters stay."""
    texts = _upgraded(sorted(_TREE))
    assert "Conv2D(nb_filter, (3, 3), padding=border_mode, **kw)" in texts["tree/pkg/helpers.py"]
    assert "def conv(x, nb_filter, border_mode='same', **kw)" in texts["tree/pkg/helpers.py"]
    assert "self.model.fit(x, y, epochs=nb_epoch)" in texts["tree/pkg/helpers.py"]
    assert "model.fit(x, y, epochs=3)" in texts["tree/pkg/train.py"]
    assert "conv(x, nb_filter=8, border_mode='valid', strides=(2, 2))" in texts["tree/pkg/train.py"]
    assert ".train(nb_epoch=3)" in texts["tree/pkg/train.py"]
    assert "helpers.make().fit(x, y, epochs=4)" in texts["tree/run.py"]
    assert "make().fit(x, y, epochs=2)" in texts["tree/stars.py"]
    assert "model.fit(x, y, epochs=6)" in texts["tree/circle.py"]


def test_any_order_of_files() -> None:
    """The order in which files come, and which came before, changes nothing."""
    forwards = _upgraded(sorted(_TREE))
    assert _upgraded(sorted(_TREE, reverse=True)) == forwards
    for path in _TREE:
        alone = Project(_TREE.get, roots=("tree",), files=tuple(sorted(_TREE)))
        assert upgrade_source(_TREE[path], path=path, project=alone).text == forwards[path]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_any_order_of_sets(seed: str) -> None:
    """Nor does the order that sets happen to have in one run of Python."""
    program = (
        "from tests.engine.test_engine import _PROGRAM, _TREE, _upgraded\nfrom kmigrate.engine import check_source\n"
        "source = '''import keras\\nfrom keras.layers import *\\nB = LSTM if x else (GRU if y else Dense)\\n"
        "class A(B): pass\\nA(3, init='zero').fit(nb_epoch=3)\\nB(3, inner_init='zero', W_regularizer=None)\\n'''\n"
        "print(_upgraded(sorted(_TREE)), check_source(source), check_source(_PROGRAM))\n"
    )

    def run(number: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": number}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert run(seed) == run("0")


def test_what_a_file_was_written_for_is_not_forgotten_between_passes() -> None:
    """Nested `merge` takes more than one pass; after the first, nothing in the text is Keras 1's any more."""
    source = (
        "from keras.callbacks import ReduceLROnPlateau\nfrom keras.layers import merge\n"
        "b = merge([merge([a, a], mode='sum'), merge([a, a], mode='concat')], mode='sum')\n"
        "c = ReduceLROnPlateau('val_loss', patience=n)\n"
    )
    result = upgrade_source(source)
    assert "add([add([a, a]), concatenate([a, a])])" in result.text
    assert [finding.code for finding in result.remaining] == ["KM207"]
    assert check_source(result.text) == ()
    again = check_source(result.text, origin=result.origin)
    assert [(f.message, f.span) for f in again] == [(f.message, f.span) for f in result.remaining]
    assert "patience=n + 1)" in upgrade_source(source, Options(unsafe=True)).text


def test_an_import_that_is_corrected_shows_more_to_correct() -> None:
    """Upgrades reach their end in one run also where a module of Keras that never was hid what its names are."""
    source = "from keras.layer import Convolution2D as C\nC(8, 3, 3)\n"
    result = upgrade_source(source)
    assert result.text == "from keras.layers import Conv2D as C\nC(8, (3, 3))\n"


def test_what_was_read_is_free_at_once() -> None:
    """Nothing but the collector would free what points at itself; in an editor that is all of a file, each time."""
    source = (Path(__file__).parents[2] / "testdata" / "mnist_cnn" / "train.py").read_text(encoding="utf-8")
    check_source(source)
    gc.collect()
    gc.disable()
    try:
        check_source(source)
        left = gc.collect()
    finally:
        gc.enable()
    assert left < 200

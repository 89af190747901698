"""Workers answer questions about the real Keras 1.2.2 and about tf_keras."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from kmigrate.verify import reference, target
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.processes import ChildError, Code, LayerCall, Runtime, Worker, run_script, this_python


def test_each_side_has_its_own_keras(keras1: Worker, keras2: Worker) -> None:
    assert keras1.versions["keras"] == "1.2.2"
    assert int(keras2.versions["keras"].split(".")[0]) == 2


@pytest.mark.parametrize(("ordering", "shape"), [("tf", (None, 7, 6, 4)), ("th", (None, 4, 6, 1))])
def test_a_convolution_in_both_orderings(ordering: str, shape: object, keras1: Worker, keras2: Worker) -> None:
    old = keras1.output_shape(
        "Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3}, (None, 9, 8, 3), ordering=ordering
    )
    new = keras2.output_shape("Conv2D", {"filters": 4, "kernel_size": (3, 3)}, (None, 9, 8, 3), ordering=ordering)
    for found in (old, new):
        assert (found.shape, found.tensor, found.declared, found.errors) == (shape, shape, shape, {})


def test_arguments_that_are_layers_functions_and_tuples(keras1: Worker) -> None:
    wrapped = LayerCall("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3, "subsample": (2, 1)})
    assert keras1.output_shape("TimeDistributed", {"layer": wrapped}, (None, 5, 9, 8, 3)).shape == (None, 5, 4, 6, 4)
    total = Code("lambda x: K.sum(x, axis=1)")
    assert keras1.output_shape("Lambda", {"function": total}, (None, 9, 8)).shape == (None, 8)


def test_several_inputs(keras1: Worker) -> None:
    found = keras1.output_shape("Merge", {"mode": "concat"}, (None, 9, 8), (None, 9, 3))
    assert found.shape == found.declared == (None, 9, 11)


def test_what_raises_is_told_by_its_stage(keras1: Worker, keras2: Worker) -> None:
    rank = keras1.output_shape("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3}, (None, 9))
    assert rank.errors["connect"].startswith("ValueError: Input 0 is incompatible")
    assert rank.shape is None
    unknown = keras1.output_shape("Convolution2D", {"filters": 4}, (None, 9, 8, 3))
    assert list(unknown.errors) == ["make"]
    negative = keras2.output_shape("MaxPooling2D", {"pool_size": (9, 9)}, (None, 3, 3, 1))
    assert "connect" in negative.errors
    missing = keras2.output_shape("Convolution", {}, (None, 3))
    assert missing.errors["make"].startswith("AttributeError")


def test_questions_go_on_when_graphs_are_thrown_away(keras1: Worker, keras2: Worker) -> None:
    for worker, argument in ((keras1, "output_dim"), (keras2, "units")):
        answers = worker.output_shapes([("Dense", {argument: 1 + n}, [(None, 4)], "tf") for n in range(110)])
        assert [answer.shape for answer in answers] == [(None, 1 + n) for n in range(110)]


def test_a_function_of_the_caller(keras1: Worker) -> None:
    source = """
from keras import backend as K

def f(n, pair):
    print("this does not come between the answers")
    return {"ones": K.eval(K.ones((n,))), "pair": pair}
"""
    assert keras1.call(source, "f", 2, (1, "x")) == {"ones": [1.0, 1.0], "pair": (1, "x")}
    with pytest.raises(ChildError, match="ZeroDivisionError: division by zero"):
        keras1.call("def f(): return 1 / 0", "f")


@pytest.fixture
def empty(tmp_path: Path) -> Runtime:
    """How to start a child quickly: one whose tf_keras has nothing in it."""
    package = tmp_path / "tf_keras"
    package.mkdir()
    (package / "__init__.py").write_text("__version__ = '2'\n")
    for name in ("layers", "backend"):
        (package / f"{name}.py").touch()
    return Runtime(this_python(), {"side": "target", "standins": [], "path": [str(tmp_path)]})


def test_a_child_that_ends_or_hangs_is_said(empty: Runtime) -> None:
    with Worker(empty) as worker, pytest.raises(VerifyError, match="a child ended with status 3: goodbye"):
        worker.call("import os, sys\ndef f():\n    print('goodbye', flush=True)\n    os._exit(3)", "f")
    with Worker(empty) as worker:
        worker._time_limit = 0.5
        with pytest.raises(VerifyError, match=r"longer than 0\.5 s"):
            worker.call("import time\ndef f(): time.sleep(60)", "f")


def test_weights_without_values_change_no_shape(keras1: Worker) -> None:
    """Questions about shapes are answered with weights of no value; a layer with its real weights says the same."""
    source = """
from keras import layers

def f(name, kwargs, shape):
    return tuple(getattr(layers, name)(**kwargs)(layers.Input(batch_shape=shape))._keras_shape)
"""
    for name, kwargs, shape in (
        ("Dense", {"output_dim": 3}, (None, 5)),
        ("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 2, "init": "orthogonal"}, (2, 9, 8, 3)),
        ("LSTM", {"output_dim": 3, "consume_less": "gpu"}, (None, 4, 5)),
        ("GRU", {"output_dim": 3, "return_sequences": True, "stateful": True}, (2, 4, 5)),
        ("BatchNormalization", {}, (None, 4, 5)),
        ("PReLU", {"shared_axes": [1]}, (None, 4, 5)),
        ("Embedding", {"input_dim": 9, "output_dim": 4, "dropout": 0.5}, (None, 6)),
    ):
        found = keras1.output_shape(name, kwargs, shape)
        assert (found.shape, found.errors) == (keras1.call(source, "f", name, kwargs, shape), {})


def test_a_child_has_a_home_of_its_own_as_long_as_it_lives(empty: Runtime) -> None:
    configured = replace(empty, home='{"image_dim_ordering": "th"}')
    source = """
import os

def f():
    home = os.path.expanduser("~")
    return home, open(home + "/.keras/keras.json").read()
"""
    with Worker(configured) as worker:
        home, text = worker.call(source, "f")
    assert text == '{"image_dim_ordering": "th"}'
    assert not Path(home).exists()
    assert Path(home) != Path.home()


def test_a_script_runs_as_python_would_run_it(
    empty: Runtime, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "program" / "main.py"
    script.parent.mkdir()
    (script.parent / "beside.py").write_text("NAME = 'beside'\n")
    script.write_text("import sys, beside\nprint(__name__, sys.argv, beside.NAME)\nsys.exit(3)\n")
    assert run_script(empty, str(script), ["-x", "1"]) == 3
    assert capfd.readouterr().out == f"__main__ {[str(script), '-x', '1']} beside\n"


def test_the_pages_example_runs(keras1: Worker, keras2: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    monkeypatch.setattr(reference, "worker", lambda: nullcontext(keras1))
    monkeypatch.setattr(target, "worker", lambda: nullcontext(keras2))
    exec(example, {})

"""The real Keras 1.2.2 saves, kmigrate converts, tf_keras loads: every layer computes what it computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from kmigrate.verify import reference, target
from kmigrate.verify.processes import Programs
from kmigrate.verify.verification import Limits
from kmigrate.weights import running
from kmigrate.weights.checking import Checker, Program, of_architecture
from kmigrate.weights.model_config import Upgrade
from kmigrate.weights.planning import Told, plan
from kmigrate.weights.results import Outcome
from kmigrate.weights.saved import WeightsError, opened
from tests.verify.both import upgraded
from tests.verify.layer_cases import Case, cases
from tests.weights import files

_SAVING = (Path(__file__).parent / "saving.py").read_text(encoding="utf-8")
#: These return their input itself in Keras 1, which leaves no model; and steps of a Bidirectional that are masked are
#: others in Keras 2 where they are a model's output. Lambda is saved as bytecode.
_LEFT_OUT = frozenset(("Act_linear", "ActivityRegularization", "Emb_mask_BiLSTM_seq"))
_CASES = [case for case in cases() if case.name not in _LEFT_OUT and "Lambda" not in case.code]
#: At least one of each class whose weights change, and of each way to nest one; of channels-first.
_SAMPLE = frozenset(
    (
        *("Conv1D_same", "Conv2D_th_same", "Atrous2D_th_valid", "Separable2D_th_same", "Deconv2D_th_same_odd"),
        *("Local2D_th", "ConvLSTM2D_th_same", "Conv3D_th_valid", "LSTM_gpu", "GRU_mem", "Bi_LSTM_concat"),
        *("BN_mode0_4D_axis1", "BN_mode1", "PReLU_shared", "Highway", "TimeDistributedDense", "Emb_mask_LSTM_TDDense"),
        *("Merge_cos", "ZeroPad2D_th"),
    )
)
_NESTED = Case(
    "nested",
    "Dense(2)(Sequential([Convolution2D(4, 3, 2, dim_ordering='th', input_shape=(3, 9, 8)), "
    "BatchNormalization(axis=1), Flatten(), Dense(3)])(x))",
    ((3, 9, 8),),
)


class Converting:
    """Saves cases with Keras 1 and converts what it saved."""

    def __init__(self, keras1: Programs, keras2: Programs, folder: Path) -> None:
        self.keras1 = keras1
        self.folder = folder
        self.checker = Checker(keras1, keras2, folder, Limits(400))

    def save(self, cases: Sequence[Case], **paths: str | None) -> int:
        """Save the model of the cases, see ``saving.save``; how many weights it has."""
        given = {name: path and str(self.folder / path) for name, path in paths.items()}
        asked = [(case.name, case.code, case.shapes, case.data) for case in cases]
        with self.keras1.program() as worker:
            count: int = worker.call(
                _SAVING, "save", asked, given.get("whole"), given.get("weights"), given.get("architecture")
            )
        return count

    def convert(self, source: str, **how: Any) -> Outcome:
        """Convert to ``new.h5``, with a check."""
        scratch = self.folder / f"program-{source}"
        scratch.mkdir()
        checks = running.Checks(self.checker, scratch)
        return running.run(
            str(self.folder / source), str(self.folder / "new.h5"), how.pop("told", Told()), checks=checks, **how
        )


@pytest.fixture
def converting(keras1: Programs, keras2: Programs, tmp_path: Path) -> Converting:
    """In an empty folder."""
    return Converting(keras1, keras2, tmp_path)


def _is_of(case: Case, ordering: str) -> bool:
    """Whether a case is of an ordering, or of none: what one file leaves open is told by all others in it."""
    other = {"th": "tf", "tf": "th"}[ordering]
    return f"_{other}" not in case.name and f"'{other}'" not in case.code


def _check_all(converting: Converting, chosen: Sequence[Case]) -> None:
    assert converting.save(chosen, whole="old.h5", weights="weights.h5") > 0
    outcome = converting.convert("old.h5")
    assert outcome.is_model
    assert outcome.checked is not None
    assert outcome.checked.status == "identical", outcome.checked
    assert outcome.checked.layers >= len(chosen) / 2
    # the weights alone, told by their names and shapes: the same arrays
    told = files.read(converting.folder / "new.h5")
    running.run(
        str(converting.folder / "weights.h5"), str(converting.folder / "alone.h5"), Told(), checks="not in this test"
    )
    alone = files.read(converting.folder / "alone.h5")
    assert list(alone) == list(told)
    for name, arrays in told.items():
        assert [(a.shape, a.tobytes()) for a in alone[name]] == [(a.shape, a.tobytes()) for a in arrays], name


def test_layers_compute_the_same(converting: Converting) -> None:
    _check_all(converting, [case for case in _CASES if case.name in _SAMPLE])


@pytest.mark.slow
@pytest.mark.parametrize("ordering", ["th", "tf"])
def test_all_layers_compute_the_same(converting: Converting, ordering: str) -> None:
    _check_all(converting, [case for case in _CASES if _is_of(case, ordering)])


def _double_kernel(file: Any) -> None:
    file["model_weights/convolution2d_1/convolution2d_1/kernel:0"][...] *= 1.001


def _swap_gates(file: Any) -> None:
    kernel = file["model_weights/lstm_1/lstm_1/kernel:0"]
    values = kernel[()]
    kernel[...] = np.concatenate([values[:, 4:8], values[:, :4], values[:, 8:]], -1)


def _turn(file: Any) -> None:
    kernel = file["model_weights/convolution2d_1/convolution2d_1/kernel:0"]
    kernel[...] = kernel[()][::-1, ::-1]


def test_the_check_sees_wrong_weights(converting: Converting) -> None:
    chosen = [case for case in _CASES if case.name in ("Conv2D_th_same", "LSTM_cpu")]
    converting.save(chosen, whole="old.h5")
    assert converting.convert("old.h5").checked is not None
    source, destination = str(converting.folder / "old.h5"), converting.folder / "new.h5"
    right = destination.read_bytes()
    with opened(source) as saved:
        assert saved.config is not None
        program = of_architecture("old.h5", saved.config, Upgrade().model(saved.config), converting.folder / "again")
        for spoil in (_double_kernel, _swap_gates, _turn):
            destination.write_bytes(right)
            with h5py.File(destination, "r+") as file:
                spoil(file)
            found = converting.checker.check(program, saved, plan(saved, Told()), source, str(destination))
            assert found.status == "differs", spoil.__name__


@pytest.mark.parametrize("suffix", ["yaml", pytest.param("json", marks=pytest.mark.slow)])
def test_weights_beside_an_architecture(converting: Converting, suffix: str) -> None:
    from kmigrate.weights import architecture

    chosen = [case for case in _CASES if case.name in ("Conv2D_th_same", "Bi_GRU_noseq")]
    converting.save(chosen, weights="old.h5", architecture=f"model.{suffix}")
    outcome = converting.convert("old.h5", config=architecture.read(str(converting.folder / f"model.{suffix}")))
    assert not outcome.is_model
    assert {one.step.source for one in outcome.converted} == {"architecture"}
    assert outcome.checked is not None
    assert outcome.checked.status == "identical", outcome.checked


_SCRIPT = """
from {keras}.layers import {names}
from {keras}.models import Model, Sequential
def build(n):
    other = Sequential([Dense(3, input_shape=(4,))])
    x = Input((3, 9, 8))
    inner = Sequential([{first}, BatchNormalization(axis=1), {flatten}, Dense(3)])
    return Model(x, Dense(n)(inner(x)))
"""
_OLD = _SCRIPT.format(
    keras="keras",
    names="BatchNormalization, Convolution2D, Dense, Flatten, Input",
    first="Convolution2D(4, 3, 2, dim_ordering='th', input_shape=(3, 9, 8))",
    flatten="Flatten()",
)
_NEW = _SCRIPT.format(
    keras="tf_keras",
    names="BatchNormalization, Conv2D, Dense, Flatten, Input",
    first="Conv2D(4, (3, 2), data_format='channels_first', input_shape=(3, 9, 8))",
    flatten="Flatten(data_format='channels_last')",
)


def test_weights_beside_a_program(converting: Converting) -> None:
    converting.save([_NESTED], weights="old.h5")
    old, new = (converting.folder / side for side in ("before", "after"))
    for folder, text in ((old, _OLD), (new, _NEW)):
        folder.mkdir()
        (folder / "models.py").write_text(text)
    program = Program("models.py", old, new, script="models.py", call="build(2)")
    outcome = converting.convert("old.h5", program=program)
    assert outcome.checked is not None
    assert outcome.checked.status == "identical", outcome.checked
    (converting.folder / "program-old.h5").rmdir()
    with pytest.raises(WeightsError, match=r"no model that models\.py builds has weights"):
        converting.convert("old.h5", program=Program("models.py", old, new, script="models.py", call="build(3)"))


_BRANCHES = """
from keras.layers import Convolution2D, Dense, Embedding, Flatten, LSTM, Merge
from keras.models import Sequential
def build():
    a = Sequential([Convolution2D(4, 3, 2, input_shape=(9, 8, 3)), Flatten(), Dense(3)])
    b = Sequential([Embedding(10, 4, input_length=6), LSTM(3)])
    return Sequential([Merge([a, b], mode='concat'), Dense(2)])
"""


def test_layers_are_put_in_the_order_of_the_upgraded_model(converting: Converting) -> None:
    # Keras 1 saves one branch after the other, Keras 2 layer by layer from the inputs on
    source = str(converting.folder / "old.h5")
    with converting.keras1.program() as worker:
        worker.call(f"{_BRANCHES}\ndef save(path):\n    build().save_weights(path)\n", "save", source)
    old, new = (converting.folder / side for side in ("before", "after"))
    for folder, text in ((old, _BRANCHES), (new, upgraded(_BRANCHES, "tf"))):
        folder.mkdir()
        (folder / "models.py").write_text(text)
    outcome = converting.convert("old.h5", program=Program("models.py", old, new, script="models.py", call="build()"))
    assert outcome.checked is not None
    assert outcome.checked.status == "identical", outcome.checked
    assert any("in the order" in one for one in outcome.plan.assumptions)
    order = [[name.split("_")[0] for name in files.read(path)] for path in (Path(source), converting.folder / "new.h5")]
    assert [name for name in order[0] if name != "flatten"] == ["convolution2d", "dense", "embedding", "lstm", "dense"]
    assert order[1] != order[0]
    assert sorted(order[1]) == sorted(name for name in order[0] if name != "flatten")


_CHANNELS_LAST = """
import numpy as np
import tf_keras
def outputs(path, images):
    layers = tf_keras.layers
    model = tf_keras.Sequential([
        layers.Conv2D(4, (3, 2), input_shape=(9, 8, 3)), layers.Flatten(), layers.Dense(3)
    ])
    model.load_weights(path)
    return model.predict_on_batch(np.array(images, dtype="float32").transpose(0, 2, 3, 1)).tolist()
"""


def test_a_model_made_channels_last(converting: Converting, keras2: Programs) -> None:
    code = "Dense(3)(Flatten()(Convolution2D(4, 3, 2, dim_ordering='th')(x)))"
    converting.save([Case("flat", code, ((3, 9, 8),))], whole="whole.h5", weights="old.h5")
    with opened(str(converting.folder / "old.h5")) as saved:
        names = [group.name for group in saved.groups]
    flattened = {name: (4, 7, 7) for name in names if name.startswith("dense")}
    outcome = converting.convert("old.h5", told=Told(flattened=flattened))
    assert [one.done for one in outcome.converted] == [("kernel transposed",), ("rows channels-last",)]
    images = np.random.default_rng(1).normal(size=(2, 3, 9, 8)).tolist()
    with converting.keras1.program() as old, keras2.program() as new:
        before = old.call(_SAVING, "outputs", str(converting.folder / "whole.h5"), [images])[0]
        after = new.call(_CHANNELS_LAST, "outputs", str(converting.folder / "new.h5"), images)
    np.testing.assert_allclose(after, before, rtol=1e-5, atol=1e-5)


_LOADING = """
import numpy as np
import tf_keras
from kmigrate.verify.child.capture import channels_first
channels_first.install()
def outputs(path, inputs):
    model = tf_keras.models.load_model(path, compile=False)
    found = model.predict_on_batch([np.array(one, dtype="float32") for one in inputs])
    return [one.tolist() for one in (found if isinstance(found, list) else [found])]
"""
_LOADED = """
import h5py
import numpy as np
import tf_keras
from kmigrate.verify.child.capture import channels_first
channels_first.install()
def loaded(whole, *paths):
    with h5py.File(whole) as file:
        config = file.attrs["model_config"]
    models = [tf_keras.models.model_from_json(config) for _ in paths]
    for model, path in zip(models, paths):
        try:
            model.load_weights(path)
        except ValueError:
            return "refused"
    first, second = [model.get_weights() for model in models]
    return "the same" if all(np.array_equal(a, b) for a, b in zip(first, second)) else "others"
def load(path):
    try:
        tf_keras.models.load_model(path)
    except (TypeError, ValueError) as error:
        return type(error).__name__
"""
_SINGLE = (
    *("Conv1D_valid", "Conv2D_th_valid", "Conv2D_tf_valid", "Separable2D_th_valid", "Separable2D_tf_valid"),
    *("Deconv2D_th_valid", "ConvLSTM2D_th_valid", "ConvLSTM2D_tf_valid", "LSTM_cpu", "GRU_cpu", "Bi_LSTM_concat"),
)


@pytest.mark.slow
def test_what_tf_keras_reads_by_itself(tmp_path: Path) -> None:
    """The page of weights says it; where it changes, the page has to."""
    whole, alone, new, converted = (str(tmp_path / f"{name}.h5") for name in ("whole", "alone", "new", "converted"))
    found = {}
    with reference.worker() as keras1, target.worker() as keras2:
        for case in _CASES:
            if case.name not in _SINGLE:
                continue
            keras1.call(_SAVING, "save", [(case.name, case.code, case.shapes, case.data)], whole, alone)
            running.run(whole, new, Told(), checks="not in this test")
            running.run(alone, converted, Told(), checks="not in this test")
            found[case.name] = keras2.call(_LOADED, "loaded", new, alone, converted)
            assert keras2.call(_LOADED, "load", whole) in ("TypeError", "ValueError"), case.name
        # as if Theano had saved it: the same file but for the names
        (case,) = (case for case in _CASES if case.name == "Conv2D_th_valid")
        keras1.call(_SAVING, "save", [(case.name, case.code, case.shapes, case.data)], whole, alone)
        running.run(whole, new, Told(), checks="not in this test")
        running.run(alone, converted, Told(backend="theano"), checks="not in this test")
        assert keras2.call(_LOADED, "loaded", new, alone, converted) == "others"
    assert {name for name, said in found.items() if said != "the same"} == {
        "Separable2D_th_valid",
        "ConvLSTM2D_th_valid",
    }
    assert len(found) == len(_SINGLE)


_CONVOLVED = ("Conv1D", "Atrous1D", "Conv2D", "Atrous2D", "Conv3D", "ConvLSTM2D", "Deconv2D", "TD_Conv2D", "Local")


@pytest.mark.slow
def test_what_theano_saved_computes_the_same(tmp_path: Path) -> None:
    # borders are valid: Theano pads others on the other side, among them those of a ConvLSTM2D's state
    chosen = [case for case in _CASES if case.name.startswith(_CONVOLVED) and "_same" not in case.name]
    chosen = [case for case in chosen if not case.name.startswith("ConvLSTM2D_last")]  # its kernel has even sides
    assert len(chosen) > 15
    saved, converted = str(tmp_path / "old.h5"), str(tmp_path / "new.h5")
    random = np.random.default_rng(1)
    with reference.worker("theano") as keras1, target.worker() as keras2:
        for case in chosen:
            keras1.call(_SAVING, "save", [(case.name, case.code, case.shapes, case.data)], saved, None)
            outcome = running.run(saved, converted, Told(), checks="not in this test")
            assert outcome.plan.backend == (None if "Local" in case.name else "theano")
            inputs = [random.normal(size=(3, *shape)).tolist() for shape in case.shapes]
            before = keras1.call(_SAVING, "outputs", saved, inputs)
            after = keras2.call(_LOADING, "outputs", converted, inputs)
            np.testing.assert_allclose(after[0], before[0], rtol=1e-5, atol=1e-5, err_msg=case.name)

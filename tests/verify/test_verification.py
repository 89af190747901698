"""Programs run on both sides, their models compared: what computes the same, what does not and why."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from kmigrate.verify import reference, target
from kmigrate.verify.processes import Programs
from kmigrate.verify.results import Result, Status, Verified
from kmigrate.verify.verification import Limits, Task, Verifier
from tests.verify.programs import IMAGES_NEW, SEQUENCES_NEW, SEQUENCES_OLD, SOURCES

Verify = Callable[[str, str], Verified]


@pytest.fixture(scope="module")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verify]:
    """Compare two texts."""
    folder = tmp_path_factory.mktemp("verify")
    scratch = folder / "scratch"
    scratch.mkdir()
    numbers = itertools.count()
    limits = Limits(seconds=20)

    with Verifier(Programs(reference.runtime(), 8000), Programs(target.runtime(), 8000), scratch, limits) as verifier:

        def run(old: str, new: str) -> Verified:
            place = folder / str(next(numbers))
            for side, text in (("old", old), ("new", new)):
                (place / side).mkdir(parents=True)
                (place / side / "train.py").write_text(text, encoding="utf-8")
            return verifier.verify(Task("train.py", "train.py", place / "old", place / "new"))

        yield run


def only(verified: Verified) -> Result:
    """The one result."""
    (result,) = verified.results
    return result


_CHANNELS_FIRST = """
from keras import backend as K
from keras.models import Sequential
from keras.layers import {convolution}, Dense, Flatten, MaxPooling2D

K.{setter}
model = Sequential()
model.add({call}, input_shape=(3, 11, 9)))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten({pin}))
model.add(Dense(5))
"""
_OLD = _CHANNELS_FIRST.format(
    convolution="Convolution2D", setter="set_image_dim_ordering('th')", call="Convolution2D(4, 3, 2", pin=""
)
_NEW = {"convolution": "Conv2D", "setter": "set_image_data_format('channels_first')", "call": "Conv2D(4, (3, 2)"}


def test_flatten_of_channels_first_data_is_found_and_the_pin_cures_it(verify: Verify) -> None:
    found = only(verify(_OLD, _CHANNELS_FIRST.format(**_NEW, pin="")))
    assert (found.status, found.first_diverging_layer) == (Status.DIFFERS, "flatten_1")
    assert found.diagnosis is not None
    assert found.diagnosis.startswith("Flatten order: channels-first")
    pinned = only(verify(_OLD, _CHANNELS_FIRST.format(**_NEW, pin="data_format='channels_last'")))
    assert (pinned.status, pinned.floatx) == (Status.IDENTICAL, "float64")
    assert pinned.max_abs_error is not None
    assert pinned.max_abs_error < 1e-12


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_programs_without_a_fault_compute_the_same(name: str, verify: Verify) -> None:
    found = only(verify(*SOURCES[name]))
    assert (found.status, found.diagnosis) == (Status.IDENTICAL, None)


def test_a_default_that_differs_is_named(verify: Verify) -> None:
    new = SEQUENCES_NEW.replace("reset_after=False, ", "").replace(
        "GRU(4, recurrent_activation='hard_sigmoid'", "GRU(4"
    )
    assert new != SEQUENCES_NEW
    found = only(verify(SEQUENCES_OLD, new))
    assert (found.status, found.first_diverging_layer) == (Status.DIFFERS, "gru")
    new = SEQUENCES_NEW.replace("GRU(4, recurrent_activation='hard_sigmoid'", "GRU(4")
    found = only(verify(SEQUENCES_OLD, new))
    assert found.diagnosis == "recurrent_activation is 'sigmoid', and was 'hard_sigmoid'"


def test_an_original_that_fails_is_said_with_its_error(verify: Verify) -> None:
    found = only(verify("import keras\nraise ValueError('no such luck')\n", IMAGES_NEW))
    assert found.status is Status.NOT_COMPARED
    assert found.reason is not None
    assert "the original fails under Keras 1.2.2" in found.reason
    assert "ValueError: no such luck (train.py line 2)" in found.reason


def test_what_was_built_before_an_error_is_compared(verify: Verify) -> None:
    old, new = (text + "\nopen('data.npy')\n" for text in SOURCES["images"])
    found = verify(old, new)
    assert only(found).status is Status.IDENTICAL
    assert any("data.npy" in note for note in found.notes)


@pytest.mark.slow  # it hangs for 20 s
def test_one_that_hangs_or_dies_is_stopped_and_the_next_one_runs(verify: Verify) -> None:
    hanging = "import keras\nwhile True: pass\n"
    found = verify(hanging, hanging)
    assert any("stopped after 20 s" in note for note in found.notes)
    dying = "import os\nos.kill(os.getpid(), 9)\n"
    assert "signal 9" in str(only(verify(dying, dying)).reason)
    assert only(verify(*SOURCES["images"])).status is Status.IDENTICAL


def test_training_downloads_and_waiting_are_cut_short(verify: Verify) -> None:
    text = """
import time
from keras.datasets import cifar10, mnist
(X, y), _ = mnist.load_data()
(C, c), _ = cifar10.load_data()
assert X.shape == (60000, 28, 28) and C.shape == (50000, 32, 32, 3) and c.shape == (50000, 1)
X = X.reshape(60000, 784).astype('float32')
time.sleep(1000)
input()
{build}
model.compile('sgd', 'mse', metrics=['accuracy'])
turns = 0
while True:
    history = model.fit(X, y, {epochs}=3)
    turns += 1
    if turns > 1000:
        raise RuntimeError('not cut')
assert len(history.history['loss']) == 3
loss, accuracy = model.evaluate(X, y)
assert model.predict(X[:7]).shape == (7, 4)
"""
    build = "from keras.models import Sequential\nfrom keras.layers import Dense\n"
    build += "model = Sequential()\nmodel.add(Dense(4, input_dim=784))\n"
    found = verify(text.format(build=build, epochs="nb_epoch"), text.format(build=build, epochs="epochs"))
    assert found.notes == ()
    assert only(found).status is Status.IDENTICAL


def test_a_program_without_a_model_has_nothing_to_compare(verify: Verify) -> None:
    assert verify("print('hello')\n", "print('hello')\n").results == ()

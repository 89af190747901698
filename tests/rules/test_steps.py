"""KM201: counts of samples become counts of batches."""

from __future__ import annotations

import ast
import itertools

import pytest

from tests.rules.own_code import assumed, findings, unchanged, unfixed, upgrade

HEAD = """from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
import numpy as np
model = Sequential()
images = ImageDataGenerator()
model.fit(x, y, nb_epoch=1)
"""


def last(source: str, *, unsafe: bool = False) -> str:
    """The last line after the rewrites of KM201."""
    return upgrade(HEAD + source + "\n", "KM201", unsafe=unsafe).splitlines()[-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("model.fit_generator(images.flow(x, y), 2000, 5)", "images.flow(x, y), steps_per_epoch=63, epochs=5)"),
        ("model.fit_generator(images.flow(x, y, 50), samples_per_epoch=2000)", "steps_per_epoch=40)"),
        (
            "model.fit_generator(images.flow(x, y, batch_size=b), samples_per_epoch=len(x))",
            "steps_per_epoch=-(-len(x) // b))",
        ),
        (
            "model.fit_generator(images.flow(x, y, batch_size=b), samples_per_epoch=x.shape[0])",
            "steps_per_epoch=-(-x.shape[0] // b))",
        ),
        (
            "model.fit_generator(images.flow(x, y, batch_size=2 * b), samples_per_epoch=n)",
            "steps_per_epoch=-(-n // (2 * b)))",
        ),
        ("model.fit_generator(images.flow(x, y, batch_size=b), samples_per_epoch=b * 10)", "steps_per_epoch=10)"),
        ("model.fit_generator(images.flow(x, y, batch_size=b), samples_per_epoch=k * b)", "steps_per_epoch=k)"),
        ("model.fit_generator(images.flow(x, y, batch_size=b), samples_per_epoch=b)", "steps_per_epoch=1)"),
        (
            "model.fit_generator(images.flow(x, y), samples_per_epoch=a + c)",
            "steps_per_epoch=-(-(a + c) // 32))",
        ),
        (
            "model.fit_generator(images.flow(x, y), samples_per_epoch=n / 2)",
            "steps_per_epoch=int(-(-(n / 2) // 32)))",
        ),
        ("model.evaluate_generator(images.flow(x, y), 100)", "steps=4)"),
        ("model.predict_generator(images.flow_from_directory('d', batch_size=8), val_samples=9)", "steps=2)"),
        (
            "it = images.flow_from_directory('d')\nmodel.fit_generator(it, samples_per_epoch=it.nb_sample)",
            "steps_per_epoch=len(it))",
        ),
        ("SIZE = 20\nmodel.fit_generator(images.flow(x, y, batch_size=SIZE), 100)", "steps_per_epoch=-(-100 // SIZE))"),
        (
            "a = images.flow(x, y, 4)\nmodel.fit_generator(a, 8, validation_data=images.flow(v, w), nb_val_samples=64)",
            "steps_per_epoch=2, validation_data=images.flow(v, w), validation_steps=2)",
        ),
        (
            "model.fit_generator(images.flow(x, y), 64, validation_data=(v, w), nb_val_samples=64)",
            "steps_per_epoch=2, validation_data=(v, w))",
        ),
        ("model.fit_generator(zip(images.flow(x), images.flow(y)), 64)", "steps_per_epoch=2)"),
        (
            "def gen(n):\n    while 1:\n        x = np.zeros((n, 3))\n        yield x, x\n"
            "model.fit_generator(gen(16), 100)",
            "steps_per_epoch=7)",
        ),
    ],
)
def test_proved(before: str, after: str) -> None:
    assert last(before).endswith(after)


@pytest.mark.parametrize(
    "source",
    [
        "model.fit_generator(images.flow(x, y), steps_per_epoch=63, epochs=5)",
        "model.evaluate_generator(images.flow(x, y), steps=4)",
        "trainer.fit_generator(images.flow(x, y))",
        "samples_per_epoch = 3",
        "train(samples_per_epoch=3)",
        "model.fit(x, y, nb_epoch=3)",
        "Trainer.run(gen, samples_per_epoch=100, nb_val_samples=10)",
    ],
)
def test_left_alone(source: str) -> None:
    assert unchanged(HEAD + source + "\n", "KM201")


def test_positional_counts_of_a_file_for_keras_2_are_batches() -> None:
    source = "from keras.models import Sequential\nfrom keras.layers import Conv2D\nmodel = Sequential()\n"
    source += "model.add(Conv2D(8, (3, 3), padding='same'))\nmodel.fit_generator(gen, 10)\n"
    assert unchanged(source, "KM201")


@pytest.mark.parametrize(
    "source",
    [
        "model.fit_generator(unknown(), samples_per_epoch=10)",
        "model.fit_generator(gen, samples_per_epoch=10)",
        "model.fit_generator(images.flow(x, y, **options), samples_per_epoch=10)",
        "if a:\n    g = images.flow(x, y, 4)\nelse:\n    g = images.flow(x, y, 8)\n"
        "model.fit_generator(g, samples_per_epoch=10)",
        "b = 4\ng = images.flow(x, y, b)\nb = 8\nmodel.fit_generator(g, samples_per_epoch=10)",
        "def make(b):\n    return images.flow(x, y, b)\ng = make(z)\nmodel.fit_generator(g, samples_per_epoch=10)",
        "model.fit_generator(zip(images.flow(x), images.flow(y, None, 8)), samples_per_epoch=10)",
        "def gen(x):\n    for i in range(0, 9, 3):\n        yield x[i:i + 3]\n"
        "model.fit_generator(gen(x), samples_per_epoch=10)",
    ],
)
def test_what_is_not_proved_is_left_to_a_person(source: str) -> None:
    assert len(unfixed(HEAD + source + "\n", "KM201")) == 1
    assert upgrade(HEAD + source + "\n", "KM201", unsafe=True) == HEAD + source + "\n"


def test_a_count_by_position_that_is_not_proved_gets_the_name_that_keras_2_refuses() -> None:
    source = (
        HEAD + "from keras.layers import Convolution2D\nConvolution2D(3, 3, 3)\nmodel.fit_generator(gen, 1000, 5, 1)\n"
    )
    text = upgrade(source, "KM201")
    assert text.endswith("model.fit_generator(gen, samples_per_epoch=1000, epochs=5, verbose=1)\n")
    assert len(unfixed(text, "KM201")) == 1


@pytest.mark.parametrize(
    ("source", "words", "after"),
    [
        (
            "def gen(x, batch_size=32):\n    for i in range(9):\n        yield x[i:i + batch_size]\n"
            "model.fit_generator(gen(x), samples_per_epoch=64)",
            "`gen` yields batches of `batch_size` samples",
            "steps_per_epoch=2)",
        ),
        (
            "batch_size = 16\ndef gen():\n    for i in range(9):\n        yield x[i:i + batch_size]\n"
            "model.fit_generator(gen(), samples_per_epoch=n)",
            "`gen` yields batches of `batch_size` samples",
            "steps_per_epoch=-(-n // batch_size))",
        ),
        (
            "model.fit_generator(batches, samples_per_epoch=batches.nb_sample)",
            "`batches` is an iterator of Keras's ImageDataGenerator",
            "steps_per_epoch=len(batches))",
        ),
        (
            "net.fit_generator(images.flow(x, y), samples_per_epoch=64)",
            "`net` is a Keras model",
            "steps_per_epoch=2)",
        ),
    ],
)
def test_what_looks_like_it_is_unsafe(source: str, words: str, after: str) -> None:
    (assumption,) = assumed(HEAD + source + "\n", "KM201")
    assert words in assumption
    assert last(source, unsafe=True).endswith(after)
    assert upgrade(HEAD + source + "\n", "KM201") == HEAD + source + "\n"


def test_the_batch_size_is_shown_as_evidence() -> None:
    source = HEAD + "model.fit_generator(images.flow(x, y, batch_size=16), samples_per_epoch=64)\n"
    (finding,) = findings(source, "KM201")
    (related,) = finding.related
    assert related.span is not None
    assert source[related.span.start : related.span.end] == "16"


def _batches_of_keras1(count: int, size: int, samples: int) -> int:
    """How many batches fit_generator of Keras 1.2.2 (engine/training.py) takes from its iterator over ``samples``."""
    seen = batches = 0
    rounds = itertools.cycle([min(size, samples - start) for start in range(0, samples, size)])
    while seen < count:
        seen += next(rounds)
        batches += 1
    return batches


@pytest.mark.parametrize("size", [1, 7, 32])
@pytest.mark.parametrize("samples", [1, 31, 32, 33, 100])
def test_as_many_batches_as_keras_1_took(size: int, samples: int) -> None:
    for count in {1, samples // 2 or 1, samples}:
        line = last(f"model.fit_generator(images.flow(x, y, batch_size={size}), samples_per_epoch={count})")
        keyword = ast.parse(line).body[0].value.keywords[-1]  # type: ignore[attr-defined]
        assert ast.literal_eval(keyword.value) == _batches_of_keras1(count, size, samples)
    line = last(f"model.fit_generator(images.flow(x, y, batch_size={size}), samples_per_epoch=len(x))")
    steps = line.partition("steps_per_epoch=")[2].removesuffix(")")
    assert eval(steps, {"x": range(samples)}) == _batches_of_keras1(samples, size, samples)


def test_a_count_by_position_is_named_where_its_rewrite_is_unsafe() -> None:
    source = HEAD + "def gen(x, batch_size=32):\n    for i in range(9):\n        yield x[i:i + batch_size]\n"
    source += "model.fit_generator(gen(x), 64, 5)\n"
    assert upgrade(source, "KM201").endswith("gen(x), samples_per_epoch=64, epochs=5)\n")
    assert upgrade(source, "KM201", unsafe=True).endswith("gen(x), steps_per_epoch=2, epochs=5)\n")


def test_a_count_by_position_is_unsafe_where_nothing_tells_the_version() -> None:
    source = HEAD.replace("model.fit(x, y, nb_epoch=1)\n", "") + "model.fit_generator(images.flow(x, y), 64)\n"
    assert assumed(source, "KM201") == ["the file is written for Keras 1"]


@pytest.mark.parametrize("call", ["nb_worker=1, val_samples=9", "9"])
def test_a_method_of_ones_own_keeps_its_parameters(call: str) -> None:
    head = "from keras.models import Model\nfrom keras.layers import Dense\nDense(output_dim=1)\n"
    own = f"""{head}class Own(Model):
    def evaluate_generator(self, generator, val_samples, nb_worker=1):
        return generator
    def f(self, x):
        self.evaluate_generator(x, {call})
"""
    assert f"self.evaluate_generator(x, {call})" in upgrade(own, unsafe=True)

"""KM404: numbers of samples where Keras counts batches."""

from __future__ import annotations

import pytest

from tests.rules.own_code import assumed, findings, unchanged, upgrade

HEAD = """from keras.preprocessing.image import ImageDataGenerator
images = ImageDataGenerator()
batch_size = 16
nb_train_samples = 2000
x, y = load()
train = images.flow_from_directory('train', batch_size=batch_size)
test = images.flow_from_directory('test')
"""


def last(source: str) -> str:
    """The last line after the rewrites of KM404."""
    return upgrade(HEAD + source + "\n", "KM404", unsafe=True).splitlines()[-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("model.fit(train, steps_per_epoch=train.samples)", "model.fit(train, steps_per_epoch=len(train))"),
        ("model.fit_generator(generator=train, steps_per_epoch=train.n)", "steps_per_epoch=len(train))"),
        (
            "model.fit_generator(train, steps_per_epoch=9, validation_data=test, validation_steps=test.samples)",
            "validation_data=test, validation_steps=len(test))",
        ),
        ("model.fit(train, steps_per_epoch=nb_train_samples)", "steps_per_epoch=-(-nb_train_samples // batch_size))"),
        ("n = train.samples\nmodel.fit(train, steps_per_epoch=n)", "steps_per_epoch=len(train))"),
        ("model.fit(train, steps_per_epoch=len(train.filenames))", "steps_per_epoch=len(train))"),
        ("model.predict_generator(test, steps=test.samples)", "steps=len(test))"),
        ("model.evaluate_generator(test, steps=len(test.classes))", "steps=len(test))"),
        (
            "model.fit_generator(images.flow(x, y, batch_size=batch_size), steps_per_epoch=len(x))",
            "steps_per_epoch=-(-len(x) // batch_size))",
        ),
        (
            "def f():\n    a = images.flow_from_directory('a')\n    return a, images.flow_from_directory('b')\n"
            "one, other = f()\nmodel.fit(one, steps_per_epoch=one.samples)",
            "model.fit(one, steps_per_epoch=len(one))",
        ),
        ("model.fit_generator(images.flow(x, y), steps_per_epoch=x.shape[0])", "steps_per_epoch=-(-x.shape[0] // 32))"),
    ],
)
def test_found(before: str, after: str) -> None:
    assert last(before).endswith(after)


@pytest.mark.parametrize(
    "source",
    [
        "model.fit(train, steps_per_epoch=train.samples // batch_size)",
        "model.fit(train, steps_per_epoch=train.samples / 16)",
        "model.fit(train, steps_per_epoch=len(train))",
        "model.fit(train, steps_per_epoch=100)",
        "model.fit(train, steps_per_epoch=nb_train_samples // 16)",
        "model.fit(train, steps_per_epoch=test.samples)",
        "model.fit(train)",
        "steps = train.samples // batch_size\nmodel.fit(train, steps_per_epoch=steps)",
        "nb_train_samples = 10\nmodel.fit(train, steps_per_epoch=nb_train_samples)",
        "nb_train_samples = nb_train_samples // 16\nmodel.fit(train, steps_per_epoch=nb_train_samples)",
        "samples_per_epoch = 2000\nmodel.fit(train, steps_per_epoch=samples_per_epoch)",
        "n_steps = 2000\nmodel.fit(train, steps_per_epoch=n_steps)",
        "one = images.flow_from_directory('a', batch_size=1)\nmodel.predict(one, steps=one.samples)",
        "one = images.flow_from_directory('a', batch_size=args.size)\nmodel.predict(one, steps=one.samples)",
        "one = images.flow_from_directory('a', **options)\nmodel.predict(one, steps=one.samples)",
        "if debug:\n    batch_size = 1\ntrain = images.flow_from_directory('t', batch_size=batch_size)\n"
        "model.fit(train, steps_per_epoch=train.samples)",
        "model.fit(images.flow(x, y), steps_per_epoch=len(other))",
        "data = images.flow(x, y)\nx = x[:100]\nmodel.fit(data, steps_per_epoch=len(x))",
        "model.fit(own(), steps_per_epoch=len(x))",
        "train.batch_size = 1\nmodel.fit(train, steps_per_epoch=train.samples)",
        "def f(train):\n    model.fit(train, steps_per_epoch=train.samples)",
        "def f(name):\n    return images.flow_from_directory(name)\na, b = f('a'), f('b')\n"
        "model.fit(a, steps_per_epoch=b.samples)",
        "model.fit_generator(train, samples_per_epoch=train.samples, nb_epoch=5)",
        "model.fit_generator(train, samples_per_epoch=nb_train_samples, nb_epoch=5, validation_data=test, "
        "nb_val_samples=test.nb_sample)",
        "model.evaluate_generator(test, val_samples=test.nb_sample)",
        "model.fit_generator(train, 2000, 5)",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD + source, "KM404")


def test_what_keras_1_counted_stays_right_after_its_upgrade() -> None:
    source = HEAD + "model.fit_generator(train, samples_per_epoch=nb_train_samples, nb_epoch=5)\n"
    after = upgrade("from keras.models import Sequential\nmodel = Sequential()\n" + source)
    assert "steps_per_epoch=-(-nb_train_samples // batch_size)" in after
    assert unchanged(after, "KM404")


def test_how_often_the_data_are_gone_over() -> None:
    (found,) = findings(HEAD + "model.fit(train, steps_per_epoch=train.samples)", "KM404")
    assert "gone over 16 times" in found.message
    assert assumed(HEAD + "model.fit(train, steps_per_epoch=nb_train_samples)", "KM404") == [
        "`nb_train_samples` is a number of samples; an epoch is to go over the data once"
    ]

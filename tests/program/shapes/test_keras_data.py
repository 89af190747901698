"""Keras's own data functions on abstract values, held against tf_keras, and what its data sets are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from kmigrate.program.shapes import arrays
from kmigrate.program.shapes.tensors import AXES, Array, Axis, Fault, Unknown
from tests.program.shapes.test_arrays import abstract, agrees


@pytest.fixture(scope="module")
def tf_keras() -> Iterator[Any]:
    import tf_keras

    yield tf_keras


def call(path: str, *args: object, version: int = 2, data_format: str = "channels_last", **keywords: object) -> Any:
    context = arrays.Context(version=version, data_format=data_format)
    return arrays.call(f"keras.{path}", list(args), keywords, context)


def labels(r: random.Random) -> np.ndarray:
    shape = r.choice([(7,), (7, 1), (4, 3), (4, 3, 1)])
    return np.random.default_rng(r.randint(0, 99)).integers(0, 4, shape)


def test_to_categorical(tf_keras: Any) -> None:
    r = random.Random(1)
    for turn in range(200):
        doubt = 0.0 if turn % 2 else 0.5
        y, classes = labels(r), r.choice([None, 4, 6])
        found = call("utils.to_categorical", abstract(y, r, doubt), classes)
        real = tf_keras.utils.to_categorical(y, classes)
        assert not agrees(found, real), f"{y.shape}, {classes}: {found} for {real.shape}"
        if doubt == 0 and classes:
            assert found.shape == real.shape


@pytest.mark.parametrize(("shape", "expected"), [((7,), (7, 4)), ((7, 1), (7, 4)), ((4, 3), (12, 4))])
def test_to_categorical_of_keras_1_flattens(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """keras/utils/np_utils.py of Keras 1.2.2: ``np.array(y).ravel()``."""
    assert call("utils.np_utils.to_categorical", Array(shape), nb_classes=4, version=1).shape == expected


def test_pad_sequences(tf_keras: Any) -> None:
    r = random.Random(2)
    for _ in range(200):
        sequences = [[r.randint(1, 9) for _ in range(r.randint(0, 5))] for _ in range(r.randint(1, 4))]
        sequences[0] = [1, 2, 3]
        maxlen = r.choice([None, 3, 10])
        found = call("preprocessing.sequence.pad_sequences", sequences, maxlen)
        real = tf_keras.preprocessing.sequence.pad_sequences(sequences, maxlen)
        assert found.shape == real.shape
        assert np.dtype(found.dtype) == real.dtype
    vectors = [[[1.0, 2.0]] * 3, [[1.0, 2.0]] * 2]
    found = call("preprocessing.sequence.pad_sequences", vectors, 4, dtype="float32")
    assert found.shape == tf_keras.preprocessing.sequence.pad_sequences(vectors, 4, dtype="float32").shape


def test_tokenizer(tf_keras: Any) -> None:
    texts = ["the cat sat on the mat", "the dog"]
    real = tf_keras.preprocessing.text.Tokenizer(num_words=5)
    real.fit_on_texts(texts)
    found = call("preprocessing.text.Tokenizer", nb_words=5)
    assert arrays.method(found, "texts_to_matrix", [texts], {}).shape == real.texts_to_matrix(texts).shape  # type: ignore[attr-defined]
    sequences = arrays.method(found, "texts_to_sequences", [texts], {})
    assert isinstance(sequences, Array) and sequences.values is not None
    numbers = [number for one in real.texts_to_sequences(texts) for number in one]
    assert len(numbers) and all(sequences.values[0] <= number < sequences.values[1] for number in numbers)
    padded = call("preprocessing.sequence.pad_sequences", sequences, maxlen=6)
    assert padded.shape == (2, 6)


@pytest.mark.filterwarnings("ignore:NumpyArrayIterator")
@pytest.mark.parametrize("data_format", ["channels_first", "channels_last"])
def test_image_generators(tf_keras: Any, data_format: str) -> None:
    """``flow`` gives batches in the shapes of the real one, and refuses what it refuses."""
    r = random.Random(data_format)
    refused = 0
    for _ in range(60):
        shape = r.choice([(10, 8, 8, 3), (10, 3, 8, 8), (10, 8, 8, 1), (10, 8, 8), (10, 6, 7, 3)])
        x, y = np.zeros(shape), np.zeros(r.choice([(10,), (10, 4), (9,)]))
        batch_size = r.choice([1, 4, 10])
        real = tf_keras.preprocessing.image.ImageDataGenerator(data_format=data_format)
        generator = call("preprocessing.image.ImageDataGenerator", data_format=data_format)
        try:
            flow = real.flow(x, y, batch_size=batch_size)
        except ValueError:
            with pytest.raises(Fault):
                arrays.method(generator, "flow", [Array(shape), Array(y.shape)], {"batch_size": batch_size})
            refused += 1
            continue
        found = arrays.method(generator, "flow", [Array(shape), Array(y.shape)], {"batch_size": batch_size})
        assert arrays.length(found) == len(flow)
        batch = arrays.batch(found)
        assert isinstance(batch, tuple)
        assert not agrees(batch, list(flow[0]))
        assert batch[0].shape[1:] == flow[0][0].shape[1:]
        assert batch[1].shape[1:] == flow[0][1].shape[1:]
    assert refused > 5


@pytest.mark.parametrize("data_format", ["channels_first", "channels_last"])
def test_pictures(tf_keras: Any, data_format: str) -> None:
    """A picture becomes three axes in the order of the data format."""

    class Picture:
        """As PIL's, for NumPy: rows, columns, channels."""

        def __init__(self, shape: tuple[int, ...]) -> None:
            self.array = np.zeros(shape)

        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            return self.array

    for grey, shape in ((False, (20, 30, 3)), (True, (20, 30))):
        real = tf_keras.preprocessing.image.img_to_array(Picture(shape), data_format=data_format)
        picture = call("preprocessing.image.load_img", "a.png", grayscale=grey, target_size=(20, 30))
        found = call("preprocessing.image.img_to_array", picture, data_format=data_format)
        assert found.shape == real.shape
        assert found.axes == AXES[4, data_format][1:]
        samples = arrays.call("numpy.expand_dims", [found], {"axis": 0}, arrays.Context())
        assert isinstance(samples, Array) and samples.axes == AXES[4, data_format]


@pytest.mark.parametrize("data_format", ["channels_first", "channels_last"])
def test_images_of_folders(data_format: str) -> None:
    """Keras 1.2.2 and 2.15: ``DirectoryIterator.image_shape``; labels by ``class_mode``."""
    generator = call("preprocessing.image.ImageDataGenerator", data_format=data_format)

    def batch(**keywords: object) -> Any:
        return arrays.batch(arrays.method(generator, "flow_from_directory", ["photos"], keywords))

    x, y = batch(target_size=(150, 100), classes=["cats", "dogs"])
    assert x.shape[1:] == ((3, 150, 100) if data_format == "channels_first" else (150, 100, 3))
    assert y.shape[1:] == (2,)
    assert x.shape[0] is y.shape[0]
    x, y = batch(color_mode="grayscale", class_mode="binary")
    assert x.shape[1:] == ((1, 256, 256) if data_format == "channels_first" else (256, 256, 1))
    assert len(y.shape) == 1
    assert isinstance(batch(class_mode=None), Array)


def test_channels_that_keras_1_refuses() -> None:
    """NumpyArrayIterator of Keras 1.2.2 raises for 28 channels, Keras 2 warns."""
    for version, refused in ((1, True), (2, False)):
        generator = call("preprocessing.image.ImageDataGenerator", version=version)
        context = arrays.Context(version=version)
        try:
            arrays.method(generator, "flow", [Array((100, 1, 28, 28))], {}, context)
        except Fault as fault:
            assert refused and fault.remark.kind == "generator-channels"
        else:
            assert not refused and [remark.kind for remark in context.remarks] == ["generator-channels"]


#: what ``load_data`` of Keras 1.2.2 and 2.15 gives: training samples, test samples, shape of a sample
DATA_SETS = {
    "mnist": (60000, 10000, (28, 28), ()),
    "fashion_mnist": (60000, 10000, (28, 28), ()),
    "cifar10": (50000, 10000, (32, 32, 3), (1,)),
    "cifar100": (50000, 10000, (32, 32, 3), (1,)),
    "imdb": (25000, 25000, (), ()),
    "reuters": (8982, 2246, (), ()),
    "boston_housing": (404, 102, (13,), ()),
}


@pytest.mark.parametrize("name", sorted(DATA_SETS))
def test_data_sets(name: str) -> None:
    training, testing, sample, label = DATA_SETS[name]
    halves = call(f"datasets.{name}.load_data")
    for (x, y), count in zip(halves, (training, testing), strict=True):
        assert x.shape == (count, *sample) and y.shape == (count, *label)
        assert x.axes[0] is Axis.SAMPLES


def test_cifar_follows_the_ordering() -> None:
    (x, _), _ = call("datasets.cifar10.load_data", data_format="channels_first")
    assert x.shape == (50000, 3, 32, 32) and x.axes == AXES[4, "channels_first"]


def test_the_number_of_classes_is_read_from_labels() -> None:
    """``np.max(y) + 1`` and ``len(np.unique(y))`` of labels that are drawn thousands of times; not of a few."""
    (_, y), _ = call("datasets.reuters.load_data")
    context = arrays.Context()
    largest = arrays.call("numpy.max", [y], {}, context)
    assert isinstance(largest, int) and largest + 1 == 46
    assert arrays.length(arrays.call("numpy.unique", [y], {}, context)) == 46
    few = arrays.call("numpy.random.randint", [10], {"size": 12}, context)
    assert isinstance(arrays.length(arrays.call("numpy.unique", [few], {}, context)), Unknown)
    without_zero = arrays.subscript(y, arrays.compare(">", y, 0))
    assert isinstance(arrays.length(arrays.call("numpy.unique", [without_zero], {}, context)), Unknown)


def test_parts_for_training_and_testing() -> None:
    """scikit-learn's model_selection/_split.py: tests are rounded up, the rest is for training."""
    x, y = Array((101, 5)), Array((101,))
    path, context = "sklearn.model_selection.train_test_split", arrays.Context()
    parts = arrays.call(path, [x, y], {"test_size": 0.2}, context)
    assert isinstance(parts, list) and [part.shape for part in parts] == [(80, 5), (21, 5), (80,), (21,)]
    with pytest.raises(Fault):
        arrays.call(path, [x, Array((100,))], {}, context)


def test_opencv_takes_the_width_first() -> None:
    context = arrays.Context()
    picture = arrays.call("cv2.imread", ["a.png"], {}, context)
    resized = arrays.call("cv2.resize", [picture, (320, 240)], {}, context)
    assert isinstance(resized, Array) and resized.shape == (240, 320, 3)

"""Whatever a program gives to a function, following it never fails: it gives a value, an Unknown, or a Fault."""

from __future__ import annotations

import random

import pytest

from kmigrate.program.shapes import arrays, backend
from kmigrate.program.shapes.arrays import creation, dispatch, elementwise, reductions
from kmigrate.program.shapes.arrays.datasets import LOADERS
from kmigrate.program.shapes.backend import functions, tensorflow
from kmigrate.program.shapes.tensors import Array, Axis, Fault, Tensor, Trust, Unknown

IMAGES = Array((5, 8, 8, 3), (Axis.SAMPLES, Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS), Trust.PROVED, "uint8")

ARRAY_PATHS = sorted(
    [
        *(f"numpy.{name}" for name in (*dispatch.NUMPY, *elementwise.FUNCTIONS, *elementwise.FUNCTIONS_OF_TWO)),
        *(f"numpy.{name}" for name in (*reductions.REDUCTIONS, *reductions.OF_ONE_AXIS)),
        *(f"numpy.random.{name}" for name in creation.DISTRIBUTIONS),
        *(f"keras.utils.{name}" for name in dispatch.KERAS),
        *(f"keras.datasets.{name}.load_data" for name in LOADERS),
        *dispatch.LIBRARIES,
    ]
)
BACKEND_PATHS = sorted(
    [
        *(f"keras.backend.{name}" for name in functions.FUNCTIONS),
        *(f"tensorflow.{name}" for name in tensorflow.FUNCTIONS),
    ]
)

#: names that functions have for their parameters
KEYWORDS = ("axis", "keepdims", "dtype", "shape", "size", "maxlen", "target_size", "num_classes", "data_format", "mode")


def anything(r: random.Random, depth: int = 2) -> object:
    """A value of any kind that a program may have."""
    plain: list[object] = [
        *(None, True, 0, 1, -1, 3, 10**12, 2.5, -0.0, float("nan"), float("inf"), "", "th", "float32", "x", b"x", 2j),
        *(Unknown(), Unknown("n"), range(3), range(0), slice(None), ..., {}, {"a": 1}, set(), object(), int, float),
        *(
            Array(None),
            Array(()),
            Array((), dtype="int64", value=3),
            Array((0,)),
            Array((3,), dtype="int64", value=[0, 2, 1]),
        ),
        *(Array((2, 3)), Array((Unknown(), 3)), Array((None, 4)), IMAGES, Array((4,), dtype="object", values=(0, 9))),
        *(
            Array((2, 2), dtype="bool", value=[[True, False], [False, True]]),
            Array((3,), dtype="str", value=["a", "b", "c"]),
        ),
        *(
            Tensor(None),
            Tensor(()),
            Tensor((None, 4)),
            Tensor((None, 8, 8, 3)),
            Tensor((2, Unknown(), 3)),
            Tensor((2, 6)),
        ),
        *(arrays.Picture(8, Unknown(), 3), arrays.Picture(8, 9, None), arrays.Tokenizer(None)),
        *(arrays.ImageDataGenerator("channels_last"), arrays.ImageDataGenerator(None)),
    ]
    if depth and r.random() < 0.35:
        items = [anything(r, depth - 1) for _ in range(r.randint(0, 3))]
        return tuple(items) if r.random() < 0.5 else items
    return r.choice(plain)


def arguments(r: random.Random) -> tuple[list[object], dict[str, object]]:
    return [anything(r) for _ in range(r.randint(0, 4))], {
        key: anything(r) for key in r.sample(KEYWORDS, r.choice((0, 0, 1, 2)))
    }


@pytest.mark.parametrize("paths", [ARRAY_PATHS, BACKEND_PATHS], ids=["arrays", "backend"])
def test_calls(paths: list[str]) -> None:
    call = arrays.call if paths is ARRAY_PATHS else backend.call
    for path in paths:
        r = random.Random(path)
        for _ in range(40):
            args, keywords = arguments(r)
            context = arrays.Context(r.choice((1, 2, 3)), r.choice(("channels_first", "channels_last", None)))
            try:
                found = call(path, args, keywords, context)
            except Fault:
                continue
            except Exception as error:  # noqa: BLE001  -- every kind of error is one too many
                pytest.fail(f"{path}({args}, {keywords}): {error!r}")
            assert found is not arrays.NOT_KNOWN, path


OBJECT_METHODS = (
    *dispatch.METHODS,
    *dispatch.OWN_METHODS,
    *("fit", "flow", "flow_from_directory", "flow_from_dataframe", "next", "random_transform", "convert", "thumbnail"),
    *("texts_to_matrix", "texts_to_sequences", "fit_transform", "transform", "split", "head", "drop"),
)


def test_methods_subscripts_and_operators() -> None:
    r = random.Random(6)
    objects: list[object] = [
        one for one in (anything(r, 0) for _ in range(400)) if isinstance(one, Array | arrays.DataObject)
    ]
    objects.append(arrays.call("pandas.read_csv", ["f"], {}, arrays.Context()))
    objects.append(arrays.call("sklearn.preprocessing.StandardScaler", [], {}, arrays.Context()))
    assert len(objects) > 50
    for _ in range(3000):
        one, (args, keywords) = r.choice(objects), arguments(r)
        what = r.randrange(7)
        assert isinstance(one, Array | arrays.DataObject)
        try:
            if what == 0:
                arrays.method(one, r.choice(OBJECT_METHODS), args, keywords)
            elif what == 1:
                arrays.subscript(one, anything(r))
            elif what == 2:
                arrays.binary(r.choice(["+", "/", "**", "@", "&"]), one, anything(r), in_place=r.random() < 0.5)
            elif what == 3:
                arrays.compare(r.choice(["==", "<"]), anything(r), one)
            elif what == 4:
                arrays.unary(r.choice(["-", "~"]), one)
            elif what == 5:
                arrays.length(one), arrays.any_element(one), arrays.elements(one), arrays.batch(one)
            elif isinstance(one, Array):
                arrays.store(Array(one.shape, dtype=one.dtype), anything(r), anything(r))
        except Fault:
            continue


def test_tensors() -> None:
    r = random.Random(7)
    tensors = [one for one in (anything(r, 0) for _ in range(300)) if isinstance(one, Tensor)]
    for _ in range(1500):
        one, (args, keywords) = r.choice(tensors), arguments(r)
        what = r.randrange(5)
        try:
            if what == 0:
                backend.method(one, r.choice(["sum", "get_shape", "dot", "astype", "eval"]), args, keywords)
            elif what == 1:
                backend.subscript(one, anything(r))
            elif what == 2:
                backend.binary(r.choice(["+", "/", "@"]), one, anything(r))
            elif what == 3:
                backend.compare("<", anything(r), one)
            else:
                backend.attribute(one, r.choice(["shape", "ndim", "T", "dtype"]))
        except Fault:
            continue

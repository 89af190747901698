"""KM408: images made wide where the model takes them high."""

from __future__ import annotations

import pytest

from tests.rules.own_code import unchanged, upgrade

HEAD = """import cv2
from keras.layers import Conv2D, Input
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator, load_img
model = Sequential()
model.add(Conv2D(8, (3, 3), input_shape={shape}))
"""


@pytest.mark.parametrize("shape", ["(120, 160, 3)", "(3, 120, 160)", "(120, 160, 1)"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cv2.resize(a, (120, 160))", "cv2.resize(a, (160, 120))"),
        ("cv2.resize(a, dsize=(120, 160))", "cv2.resize(a, dsize=(160, 120))"),
        ("rows, cols = 120, 160\ncv2.resize(a, (rows, cols))", "cv2.resize(a, (cols, rows))"),
        (
            "ImageDataGenerator().flow_from_directory('a', target_size=(160, 120))",
            "ImageDataGenerator().flow_from_directory('a', target_size=(120, 160))",
        ),
        ("load_img('a', target_size=(160, 120))", "load_img('a', target_size=(120, 160))"),
    ],
)
def test_found(shape: str, before: str, after: str) -> None:
    assert upgrade(HEAD.format(shape=shape) + before, "KM408", unsafe=True).endswith(after)


@pytest.mark.parametrize(
    "source",
    [
        "cv2.resize(a, (160, 120))",
        "cv2.resize(a, (64, 48))",
        "cv2.resize(a, (rows, cols))",
        "cv2.resize(a, None, fx=2, fy=2)",
        "a.resize((120, 160))",
        "np.resize(a, (120, 160))",
        "cv2.resize(a, (120, 160)).transpose(1, 0, 2)",
        "cv2.resize(a, (120, 160))\nb = np.rot90(a)",
        "cv2.resize(a, (120, 160))\nx = Input(shape=(160, 120, 3))",
        "ImageDataGenerator().flow_from_directory('a', target_size=(120, 160))",
        "load_img('a', target_size=(120, 160))",
        "ImageDataGenerator().flow_from_directory('a', target_size=size)",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD.format(shape="(120, 160, 3)") + source, "KM408")


def test_a_square_can_be_turned() -> None:
    assert unchanged(HEAD.format(shape="(120, 120, 3)") + "cv2.resize(a, (120, 120))", "KM408")


def test_without_a_model_nothing_is_known() -> None:
    assert unchanged("import cv2\nimport keras\ncv2.resize(a, (120, 160))", "KM408")

"""KM409: validation images that are altered at random."""

from __future__ import annotations

import pytest

from kmigrate.findings import Severity
from tests.rules.own_code import findings, unchanged

HEAD = """from keras.preprocessing.image import ImageDataGenerator
altered = ImageDataGenerator(rescale=1. / 255, rotation_range=30, horizontal_flip=True)
plain = ImageDataGenerator(rescale=1. / 255, rotation_range=0, horizontal_flip=False, zoom_range=0.0)
"""


@pytest.mark.parametrize(
    "source",
    [
        "model.fit(x, validation_data=altered.flow_from_directory('a'))",
        "val = altered.flow(x, y)\nmodel.fit_generator(train, validation_data=val)",
        "val = ImageDataGenerator(vertical_flip=True).flow(x, y)\nmodel.fit_generator(train, validation_data=val)",
        "ANGLE = 40\nval = ImageDataGenerator(rotation_range=ANGLE).flow(x)\nmodel.fit(train, validation_data=val)",
    ],
)
def test_found(source: str) -> None:
    assert [found.severity for found in findings(HEAD + source, "KM409")] == [Severity.HINT]


@pytest.mark.parametrize(
    "source",
    [
        "model.fit(altered.flow_from_directory('a'), validation_data=plain.flow_from_directory('b'))",
        "model.fit(altered.flow(x, y), validation_data=(v, w))",
        "model.fit(altered.flow(x, y))",
        "model.evaluate(altered.flow(x, y))",
        "val = ImageDataGenerator(rotation_range=angle).flow(x)\nmodel.fit(train, validation_data=val)",
        "val = ImageDataGenerator(**options).flow(x)\nmodel.fit(train, validation_data=val)",
        "val = altered.flow(x, y)\nval = plain.flow(x, y)\nmodel.fit(train, validation_data=val)",
        "altered = plain\nmodel.fit(train, validation_data=altered.flow(x))",
        "val = altered.flow(x) if a else plain.flow(x)\nmodel.fit(train, validation_data=val)",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD + source, "KM409")

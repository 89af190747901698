"""KM405: `class_indices` asked with a number."""

from __future__ import annotations

import pytest

from tests.rules.own_code import unchanged, upgrade

HEAD = """import numpy as np
from keras.preprocessing.image import ImageDataGenerator
train = ImageDataGenerator().flow_from_directory('train')
predicted = model.predict(x)
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("train.class_indices[np.argmax(predicted[0])]", "list(train.class_indices)[np.argmax(predicted[0])]"),
        ("train.class_indices.get(int(predicted.argmax()))", "list(train.class_indices)[int(predicted.argmax())]"),
        ("labels = train.class_indices\nlabels[np.argmax(predicted)]", "list(labels)[np.argmax(predicted)]"),
        (
            "labels = train.class_indices\nindex = np.argmax(predicted, axis=1)[0]\nlabels[index]",
            "list(labels)[index]",
        ),
        (
            "labels = train.class_indices\n[labels[k] for k in np.argmax(predicted, axis=1)]",
            "[list(labels)[k] for k in np.argmax(predicted, axis=1)]",
        ),
        ("train.class_indices[0]", "list(train.class_indices)[0]"),
    ],
)
def test_found(before: str, after: str) -> None:
    assert upgrade(HEAD + before, "KM405").splitlines()[-1] == after


@pytest.mark.parametrize(
    "source",
    [
        "labels = {v: k for k, v in train.class_indices.items()}\nlabels[np.argmax(predicted)]",
        "labels = train.class_indices\nlabels = dict((v, k) for k, v in labels.items())\nlabels[np.argmax(predicted)]",
        "list(train.class_indices)[np.argmax(predicted)]",
        "list(train.class_indices.keys())[np.argmax(predicted)]",
        "train.class_indices['cat']",
        "train.class_indices[name]",
        "train.class_indices.get('cat')",
        "class_indices = {0: 'cat'}\nclass_indices[np.argmax(predicted)]",
        "class_indices = json.load(open('a'))\nclass_indices[np.argmax(predicted)]",
        "other.class_indices[np.argmax(predicted)]",
        "labels = train.class_indices\nif a:\n    labels = other\nlabels[np.argmax(predicted)]",
        "train.classes[np.argmax(predicted)]",
        "train.class_indices['cat'] = 0",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD + source, "KM405")

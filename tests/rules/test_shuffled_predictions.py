"""KM402: predictions over an iterator that shuffles, joined with what is in the order of the files."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules.own_code import assumed, findings, unchanged, unfixed, upgrade

HEAD = """import numpy as np
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from sklearn.metrics import classification_report, confusion_matrix, accuracy_score
images = ImageDataGenerator()
test = images.flow_from_directory('test', batch_size=16)
ordered = images.flow_from_directory('test', batch_size=16, shuffle=False)
"""
PREDICTED = "predicted = np.argmax(model.predict(test), axis=1)\n"


@pytest.mark.parametrize(
    "source",
    [
        PREDICTED + "confusion_matrix(test.classes, predicted)",
        PREDICTED + "names = test.filenames\nresult = pd.DataFrame({'file': names, 'class': predicted})",
        PREDICTED + "wrong = test.labels != predicted",
        PREDICTED + "p = [labels[k] for k in predicted]\nd = pd.DataFrame({'file': test.filenames, 'predicted': p})",
        PREDICTED + "wrong = [a for a, b in zip(test.classes, predicted) if a != b]",
        "scores = model.predict_generator(test, steps=10)\ntruth = test.classes\nprint(truth, scores > 0.5)",
        "p = model.predict(test)\np = np.argmax(p, axis=-1)\nprint(np.mean(p == test.classes))",
        "p = model.predict(test)\nfor name, one in zip(test.filenames, p):\n    print(name, one)",
        "p = model.predict(test)\nfor i, name in enumerate(test.filenames):\n    print(name, p[i])",
        "x, y = load()\nagain = images.flow(x, y, batch_size=8)\naccuracy_score(y, model.predict(again).round())",
        "def f(model):\n    p = model.predict_generator(test, len(test))\n    print(test.classes, p.argmax(1))",
        "test = images.flow_from_directory('b', shuffle=True)\n"
        + PREDICTED
        + "confusion_matrix(test.classes, predicted)",
    ],
)
def test_found(source: str) -> None:
    (found,) = findings(HEAD + source, "KM402")
    assert found.rewrite is not None
    assert len(found.related) == 2
    after = upgrade(HEAD + source, "KM402", unsafe=True)
    assert after.count("shuffle=False") == 2
    assert unchanged(after, "KM402")


@pytest.mark.parametrize(
    "source",
    [
        "confusion_matrix(ordered.classes, np.argmax(model.predict(ordered), axis=1))",
        "confusion_matrix(ordered.classes, np.argmax(model.predict(test), axis=1))",
        PREDICTED + "print(len(test.filenames), predicted)",
        PREDICTED + "print(predicted.shape, test.classes.shape)",
        "test.shuffle = False\n" + PREDICTED + "confusion_matrix(test.classes, predicted)",
        PREDICTED + "print(predicted)\nprint(test.classes)",
        PREDICTED + "names = list(test.class_indices)\nprint(names[predicted[0]])",
        PREDICTED + "np.histogram(predicted, bins=len(np.unique(test.classes)))",
        PREDICTED + "classification_report(truth, predicted)",
        "score = model.evaluate(test)\nprint(score, test.classes)",
        "predicted = model.predict(test, steps=len(test.filenames))",
        "weights = compute_class_weight('balanced', np.unique(test.classes), test.classes)\n"
        + PREDICTED
        + "print(weights, predicted)",
        PREDICTED + "predicted = np.argmax(model.predict(ordered), axis=1)\nconfusion_matrix(test.classes, predicted)",
        PREDICTED + "test = ordered\nconfusion_matrix(test.classes, predicted)",
        PREDICTED + "if again:\n    predicted = other()\nconfusion_matrix(test.classes, predicted)",
        "test = images.flow_from_directory('b', shuffle=flag)\n"
        + PREDICTED
        + "confusion_matrix(test.classes, predicted)",
        "test = images.flow_from_directory('b', **options)\n" + PREDICTED + "confusion_matrix(test.classes, predicted)",
        "test = other.flow_from_directory('b')\n" + PREDICTED + "confusion_matrix(test.classes, predicted)",
        "x, y = load()\nagain = images.flow(x, y, batch_size=8)\naccuracy_score(y_other, model.predict(again).round())",
        "x, y = load()\nagain = images.flow(x, y, shuffle=False)\naccuracy_score(y, model.predict(again).round())",
        "x, y = load()\nagain = images.flow(x, y)\ny = load()\naccuracy_score(y, model.predict(again).round())",
        "accuracy_score(y, model.predict(x))",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD + source, "KM402")


def test_what_is_trained_with_stays_shuffled() -> None:
    source = HEAD + "model.fit(test)\n" + PREDICTED + "confusion_matrix(test.classes, predicted)"
    (message,) = unfixed(source, "KM402")
    assert "a second iterator" in message


def test_it_says_what_it_takes_for_granted() -> None:
    source = HEAD + PREDICTED + "confusion_matrix(test.classes, predicted)"
    assert assumed(source, "KM402") == ["nothing else wants this iterator shuffled"]


def test_an_argument_by_position_is_changed_in_its_place() -> None:
    source = HEAD + "x, y = load()\na = images.flow(x, y, 32, True)\nprint(model.predict(a) == y)"
    assert "images.flow(x, y, 32, False)" in upgrade(source, "KM402", unsafe=True)


def test_that_is_what_keras_does() -> None:
    import tf_keras
    from tf_keras.preprocessing.image import ImageDataGenerator

    labels = np.arange(40.0)
    pictures = np.tile(labels[:, None, None, None], (1, 2, 2, 1))
    model = tf_keras.Sequential([tf_keras.layers.GlobalAveragePooling2D(input_shape=(2, 2, 1))])
    shuffled, in_order = (
        model.predict(ImageDataGenerator().flow(pictures, labels, shuffle=shuffle), verbose=0)[:, 0]
        for shuffle in (True, False)
    )
    assert (shuffled != labels).any()
    assert sorted(shuffled) == list(labels) == list(in_order)

"""Every piece of kmigrate.compat computes what the real Keras 1.2.2 computed (recorded)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras

from kmigrate import compat
from tests.compat import cases
from tests.compat.conftest import Record

TOLERANCE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-6}
K = tf_keras.backend


def _layer_model(case: str) -> Any:
    name, arguments, shape = cases.LAYERS[case]
    layer = getattr(compat, name)(**arguments)
    x = tf_keras.Input(shape)
    return tf_keras.Model(x, layer(x))


@pytest.mark.parametrize("case", cases.LAYERS)
@pytest.mark.parametrize("phase", ["test", "train"])
def test_layer(case: str, phase: str, keras1: Record) -> None:
    model = _layer_model(case)
    model.set_weights(keras1.series(f"layers/{case}/weight"))
    output = model(keras1[f"layers/{case}/input"], training=phase == "train").numpy()
    np.testing.assert_allclose(output, keras1[f"layers/{case}/{phase}"], **TOLERANCE)


def test_every_compat_layer_is_recorded() -> None:
    recorded = {name for name, _, _ in cases.LAYERS.values()} | {"Embedding"}
    assert recorded == set(compat.MODULES["layers"])


def _whole_words(words: Any, vectors: Any, table: Any, dropout: float) -> int:
    """Check that each word is dropped or scaled as a whole, everywhere alike; return how many words are dropped."""
    dropped = 0
    for word in np.unique(words):
        factors = vectors[words == word] / table[word]
        assert np.ptp(factors) < 1e-5
        assert min(abs(factors.mean()), abs(factors.mean() - 1 / (1 - dropout))) < 1e-5
        dropped += factors.mean() < 0.5
    return dropped


def test_embedding_dropout(keras1: Record) -> None:
    table, words = keras1["embedding/weight0"], keras1["embedding/input"]
    x = tf_keras.Input((5,), dtype="int32")
    model = tf_keras.Model(x, compat.Embedding(6, 3, dropout=0.4)(x))
    model.set_weights([table])
    np.testing.assert_allclose(model(words, training=False), keras1["embedding/test"], **TOLERANCE)
    trained = [model(words, training=True).numpy() for _ in range(8)]
    for batches in (keras1["embedding/train"], trained):
        dropped = [_whole_words(words, vectors, table, 0.4) for vectors in batches]
        assert 0 < sum(dropped) < 8 * len(np.unique(words))


@pytest.mark.parametrize("pair", cases.PAIRS)
@pytest.mark.parametrize("name", cases.METRICS)
def test_metric(name: str, pair: str, keras1: Record) -> None:
    truth, guess = cases.PAIRS[pair]
    np.testing.assert_allclose(getattr(compat, name)(truth, guess), keras1[f"metrics/{name}/{pair}"], **TOLERANCE)


@pytest.mark.parametrize("pair", cases.PAIRS)
def test_fbeta_score_with_other_betas(pair: str, keras1: Record) -> None:
    truth, guess = cases.PAIRS[pair]
    scores = [compat.fbeta_score(truth, guess, beta=beta) for beta in cases.BETAS]
    np.testing.assert_allclose(scores, keras1[f"metrics/betas/{pair}"], **TOLERANCE)


@pytest.mark.parametrize("pair", cases.PAIRS)
@pytest.mark.parametrize("name", cases.LOSSES)
def test_loss(name: str, pair: str, keras1: Record) -> None:
    truth, guess = cases.PAIRS[pair]
    np.testing.assert_allclose(getattr(compat, name)(truth, guess), keras1[f"losses/{name}/{pair}"], **TOLERANCE)


def test_every_metric_and_loss_is_recorded() -> None:
    assert (set(cases.METRICS), set(cases.LOSSES)) == (set(compat.MODULES["metrics"]), set(compat.MODULES["losses"]))


@pytest.mark.parametrize("case", cases.MERGES)
def test_merge(case: str, keras1: Record) -> None:
    arguments, shapes = cases.MERGES[case]
    inputs = [tf_keras.Input(shape) for shape in shapes]
    model = tf_keras.Model(inputs, compat.merge(inputs, **arguments))
    expected = keras1[f"merges/{case}/output"]
    output = model(keras1.series(f"merges/{case}/input"))
    assert output.shape == expected.shape
    np.testing.assert_allclose(output, expected, **TOLERANCE)


@pytest.mark.parametrize("case", cases.BACKEND)
def test_backend_function(case: str, keras1: Record) -> None:
    name, arguments, _ = cases.BACKEND[case]
    expected = keras1[f"backend/{case}/output"]
    tensors = [K.constant(array) for array in keras1.series(f"backend/{case}/input")]
    output = getattr(compat, name)(*tensors, **arguments).numpy()
    assert output.shape == expected.shape
    np.testing.assert_allclose(output, expected, **TOLERANCE)


def test_every_backend_function_is_recorded() -> None:
    assert {name for name, _, _ in cases.BACKEND.values()} == set(compat.MODULES["backend"])


def test_eigenvalue_regularizer(keras1: Record) -> None:
    penalty = compat.EigenvalueRegularizer(0.3)(K.constant(keras1["eigenvalue/input"]))
    np.testing.assert_allclose(penalty, keras1["eigenvalue/output"], **TOLERANCE)


@pytest.mark.parametrize(
    ("name", "factors"), [("activity_l1", [0.02]), ("activity_l2", [0.03]), ("activity_l1l2", [0.02, 0.03])]
)
def test_activity_regularizer(name: str, factors: list[float], keras1: Record) -> None:
    dense = tf_keras.layers.Dense(3, input_shape=(4,), activity_regularizer=getattr(compat, name)(*factors))
    model = tf_keras.Sequential([dense])
    model.compile("sgd", "mse")
    model.set_weights(keras1.series(f"activity/{name}/weight"))
    loss = model.evaluate(keras1[f"activity/{name}/input"], keras1[f"activity/{name}/target"], batch_size=10, verbose=0)
    np.testing.assert_allclose(loss, keras1[f"activity/{name}/loss"], **TOLERANCE)


@pytest.mark.parametrize("shape", cases.FAN_SHAPES)
@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_fans(shape: tuple[int, ...], ordering: str, keras1: Record) -> None:
    np.testing.assert_allclose(compat.get_fans(shape, ordering), keras1[f"fans/{shape}/{ordering}"])


@pytest.mark.parametrize("name", cases.SPREADS)
def test_initializer_spread(name: str, keras1: Record) -> None:
    for shape, (deviation, largest) in zip(cases.SPREAD_SHAPES, keras1[f"spreads/{name}"], strict=True):
        values = getattr(compat, name)(shape, dtype="float32").numpy()
        assert values.std() == pytest.approx(deviation, rel=0.05)
        # A truncated normal, or a uniform distribution in place of a normal one, ends much earlier.
        assert np.abs(values).max() == pytest.approx(largest, rel=0.02 if "uniform" in name else 0.3)


@pytest.mark.parametrize("shape", cases.ORTHOGONAL_SHAPES)
def test_orthogonal_is_the_same_matrix_for_the_same_seed(shape: tuple[int, ...], keras1: Record) -> None:
    np.random.seed(5)
    values = compat.orthogonal(shape, dtype="float32")
    np.testing.assert_allclose(values, keras1[f"orthogonal/{shape}"], **TOLERANCE)


@pytest.mark.parametrize("case", cases.ARRAYS)
def test_array_function(case: str, keras1: Record) -> None:
    name, arguments = cases.ARRAYS[case]
    result = np.asarray(getattr(compat, name)(*arguments))
    expected = keras1[f"arrays/{case}"]
    assert (result.shape, result.dtype.kind) == (expected.shape, expected.dtype.kind)
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_convolution_lengths(keras1: Record) -> None:
    output = [compat.conv_output_length(*convolution) for convolution in cases.CONVOLUTIONS]
    assert output == keras1["conv_output_length"].tolist()
    lengths = [compat.conv_input_length(*convolution[:4]) for convolution in cases.CONVOLUTIONS]
    assert lengths == keras1["conv_input_length"].tolist()
    assert compat.conv_output_length(None, 3, "same", 1) is None
    assert compat.conv_input_length(None, 3, "same", 1) is None


@pytest.mark.parametrize("case", cases.IMAGES)
def test_image_function(case: str, keras1: Record) -> None:
    name, arguments = cases.IMAGES[case]
    np.random.seed(6)
    np.testing.assert_allclose(getattr(compat, name)(cases.IMAGE, *arguments), keras1[f"images/{case}"], rtol=1e-12)


@pytest.mark.parametrize("classification", [True, False])
def test_test_data(classification: bool, keras1: Record) -> None:
    np.random.seed(7)
    (x_train, y_train), (x_test, y_test) = compat.get_test_data(4, 2, (3,), (2,), classification, 3)
    for what, array in (("x_train", x_train), ("y_train", y_train), ("x_test", x_test), ("y_test", y_test)):
        np.testing.assert_array_equal(array, keras1[f"test_data/{classification}/{what}"])


@pytest.mark.parametrize("units", [1, 3])
def test_predict_classes_and_proba(units: int, keras1: Record) -> None:
    model = tf_keras.Sequential([tf_keras.layers.Dense(units, input_shape=(4,), activation="sigmoid")])
    model.set_weights(keras1.series(f"predict/{units}/weight"))
    batch = keras1[f"predict/{units}/input"]
    classes = compat.predict_classes(model, batch, verbose=0)
    np.testing.assert_array_equal(classes, keras1[f"predict/{units}/classes"])
    assert classes.dtype == keras1[f"predict/{units}/classes"].dtype
    proba = compat.predict_proba(model, batch, verbose=0)
    np.testing.assert_allclose(proba, keras1[f"predict/{units}/proba"], **TOLERANCE)


@pytest.mark.parametrize("kind", ["spatial", "temporal"])
def test_convert_all_kernels(kind: str, keras1: Record) -> None:
    layers = tf_keras.layers
    if kind == "spatial":
        model = tf_keras.Sequential(
            [
                layers.Conv2D(2, (3, 2), input_shape=(7, 7, 1)),
                layers.Conv2D(2, (2, 2), dilation_rate=(2, 2)),
                layers.Conv2DTranspose(1, (2, 2)),
                layers.Flatten(),
                layers.Dense(2),
            ]
        )
    else:
        model = tf_keras.Sequential([layers.Conv1D(2, 3, input_shape=(5, 2))])
    before, after = (keras1.series(f"flipped/{kind}/{when}") for when in ("before", "after"))
    if kind == "spatial":
        # Keras 2 stores a transposed kernel as (rows, columns, out, in), and a 1-D kernel without the second axis.
        before[4], after[4] = (weights[4].transpose(0, 1, 3, 2) for weights in (before, after))
    else:
        before[0], after[0] = before[0][:, 0], after[0][:, 0]
    assert any((first != second).any() for first, second in zip(before, after, strict=True))
    model.set_weights(before)
    compat.convert_all_kernels_in_model(model)
    for weight, expected in zip(model.get_weights(), after, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_the_record_has_no_case_that_nothing_reads(keras1: Record) -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    kinds = {re.split(r"[/{]", key)[0] for key in keras1.arrays}
    assert not [kind for kind in kinds if f'"{kind}' not in source]

"""KM105 and KM106: arguments of Embedding and BatchNormalization that only kmigrate.compat has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.rules.own_code import findings, run, unchanged, unfixed, upgrade

EMBEDDING = "from keras.layers import Embedding\n"
NORMALIZATION = "from keras.layers import BatchNormalization\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{EMBEDDING}Embedding(3, 4)\n",
        f"{EMBEDDING}Embedding(3, 4, input_length=5, mask_zero=True)\n",
        "from kmigrate.compat import Embedding\nEmbedding(3, 4, dropout=0.2)\n",
        "from torch.nn import Embedding\nEmbedding(3, 4, dropout=0.2)\n",
        "from keras.layers import LSTM\nLSTM(3, dropout=0.2)\n",
        "from keras.layers import Embedding\nEmbedding(3, 4, embeddings_initializer='zeros')\n",
    ],
)
def test_embedding_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM105")


@pytest.mark.parametrize(
    "text",
    [
        f"{NORMALIZATION}BatchNormalization()\n",
        f"{NORMALIZATION}BatchNormalization(axis=1, momentum=0.9)\n",
        f"{NORMALIZATION}BatchNormalization(1e-6)\n",
        "from kmigrate.compat import BatchNormalization\nBatchNormalization(mode=2)\n",
        "from keras.layers import merge\nx = merge([a, b], mode='sum')\n",
        "open(path, mode='w')\nfrom keras.layers import BatchNormalization\n",
    ],
)
def test_batch_normalization_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM106")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Embedding(3, 4, dropout=0.)", "Embedding(3, 4)"),
        ("Embedding(3, 4, dropout=0.2)", "CompatEmbedding(3, 4, dropout=0.2)"),
        ("Embedding(3, 4, dropout=rate)", "CompatEmbedding(3, 4, dropout=rate)"),
    ],
)
def test_embedding(old: str, new: str) -> None:
    assert upgrade(f"{EMBEDDING}{old}\n", "KM105").splitlines()[-1] == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BatchNormalization(mode=0)", "BatchNormalization()"),
        ("BatchNormalization(1e-6, 0, 1)", "BatchNormalization(epsilon=1e-6, axis=1)"),
        ("BatchNormalization(1e-6, 2)", "CompatBatchNormalization(epsilon=1e-6, mode=2)"),
        ("BatchNormalization(mode=mode)", "CompatBatchNormalization(mode=mode)"),
    ],
)
def test_batch_normalization_with_the_other_arguments(old: str, new: str) -> None:
    assert upgrade(f"{NORMALIZATION}{old}\n", unsafe=True).splitlines()[-1] == new


def test_a_class_of_ones_own_is_left() -> None:
    source = f"{NORMALIZATION}class Mine(BatchNormalization):\n    pass\nMine(mode=2)\n"
    assert unfixed(source, "KM106")


def test_mode_2_normalizes_by_the_batch_when_it_predicts() -> None:
    names: dict[str, Any] = run(
        """
        from keras.layers import BatchNormalization, Convolution1D
        from keras.models import Sequential
        unused = Convolution1D(1, 1)
        model = Sequential([BatchNormalization(mode=2, input_shape=(3,))])
        """
    )
    batch = np.random.default_rng(0).random((64, 3)) * 10
    got = names["model"].predict(batch, batch_size=64, verbose=0)
    np.testing.assert_allclose(got.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(got.std(0), 1, atol=1e-3)


def test_the_finding_points_at_the_argument() -> None:
    (finding,) = findings(f"{EMBEDDING}Embedding(3, 4, dropout=0.2)\n", "KM105")
    assert f"{EMBEDDING}Embedding(3, 4, dropout=0.2)\n"[finding.span.start : finding.span.end] == "dropout=0.2"

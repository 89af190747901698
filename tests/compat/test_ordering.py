"""Functions that keep Keras 1's ``dim_ordering`` take it in the words of either version."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import tf_keras

from kmigrate import compat

K = tf_keras.backend

IMAGES = np.arange(2 * 4 * 4 * 4, dtype="float32").reshape(2, 4, 4, 4)
KERNEL = np.arange(4 * 4 * 4 * 4, dtype="float32").reshape(4, 4, 4, 4)
#: What Keras 2 says for each word of Keras 1.
WORDS = {"th": "channels_first", "tf": "channels_last", "default": None}


def _numbered(shape: Any, name: str | None = None) -> Any:
    return np.arange(np.prod(shape)).reshape(shape)


def _drawn(name: str) -> Callable[[str | None], Any]:
    def draw(ordering: str | None) -> Any:
        np.random.seed(0)
        return K.get_value(getattr(compat, name)((3, 3, 4, 8), dim_ordering=ordering))

    return draw


#: Each function as one of its ordering; the shapes make sense in both.
ORDERED: dict[str, Callable[[str | None], Any]] = {
    "asymmetric_spatial_2d_padding": lambda ordering: compat.asymmetric_spatial_2d_padding(
        IMAGES, 1, 1, 1, 1, ordering
    ),
    "atrous_conv2d": lambda ordering: compat.atrous_conv2d(IMAGES, KERNEL, 1, "same", ordering),
    "deconv2d": lambda ordering: compat.deconv2d(IMAGES, KERNEL, IMAGES.shape, (1, 1), "same", ordering),
    "convert_kernel": lambda ordering: compat.convert_kernel(KERNEL, ordering),
    "get_fans": lambda ordering: compat.get_fans((3, 3, 4, 8), ordering),
    "initializer": lambda ordering: compat.initializer(_numbered, ordering)((3, 2, 4, 5)),
    **{name: _drawn(name) for name in ("glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_uniform")},
}
#: Drawn alike whatever the ordering, in Keras 1.2.2 too (initializations.py).
WITHOUT_FANS = {"uniform", "normal", "orthogonal", "identity", "zero", "one"}


@pytest.fixture(params=["channels_first", "channels_last"])
def setting(request: pytest.FixtureRequest) -> Iterator[str]:
    before = K.image_data_format()
    K.set_image_data_format(request.param)
    yield request.param
    K.set_image_data_format(before)


def _same(one: Any, other: Any) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other))


@pytest.mark.parametrize("name", ORDERED)
def test_both_versions_words_mean_the_same(name: str, setting: str) -> None:
    results = {word: ORDERED[name](word) for word in WORDS}
    for old, new in WORDS.items():
        assert _same(results[old], ORDERED[name](new)), old
    assert not _same(results["th"], results["tf"])


@pytest.mark.parametrize(
    "name", ["asymmetric_spatial_2d_padding", "atrous_conv2d", "deconv2d", "get_fans", "initializer"]
)
def test_none_is_the_ordering_that_keras_is_set_to(name: str, setting: str) -> None:
    assert _same(ORDERED[name](None), ORDERED[name](setting))


@pytest.mark.parametrize("name", ORDERED)
def test_another_word_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="'channel_first'"):
        ORDERED[name]("channel_first")


def test_every_function_with_an_ordering_is_here() -> None:
    functions = {name: getattr(compat, name) for name in compat.__all__}
    found = {name for name, value in functions.items() if "dim_ordering" in inspect.signature(value).parameters}
    assert found == {*ORDERED, *WITHOUT_FANS}

"""KM202 and KM104: defaults that make no difference are not pinned, and are no problem."""

from __future__ import annotations

import pytest

from tests.rules.own_code import findings, unchanged, upgrade

IMAGES = "from keras.preprocessing.image import ImageDataGenerator\n"
LAYERS = "from keras.layers import GRU, LSTM\n"


@pytest.mark.parametrize(
    "call",
    [
        "ImageDataGenerator(horizontal_flip=True)",
        "ImageDataGenerator(rotation_range=0)",
        "ImageDataGenerator(rotation_range=0.0, zoom_range=0)",
        "ImageDataGenerator(rotation_range=20, interpolation_order=1)",
        "ImageDataGenerator().flow(x, y)",
        "ImageDataGenerator().flow(x, y, save_to_dir=None)",
        "ImageDataGenerator().flow(x, y, save_to_dir='d', save_format='png')",
    ],
)
def test_nothing_is_pinned_where_it_makes_no_difference(call: str) -> None:
    assert unchanged(f"{IMAGES}{call}\n", "KM202")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ImageDataGenerator(rotation_range=20)", "ImageDataGenerator(rotation_range=20, interpolation_order=0)"),
        ("g.flow(x, y, save_to_dir='d')", "g.flow(x, y, save_to_dir='d', save_format='jpeg')"),
    ],
)
def test_a_default_is_pinned_where_it_matters(old: str, new: str) -> None:
    assert upgrade(f"{IMAGES}g = ImageDataGenerator()\n{old}\n", "KM202", unsafe=True).splitlines()[-1] == new


@pytest.mark.parametrize(
    ("arguments", "pinned"),
    [("", False), (", dropout_W=0.2", True), (", dropout_U=0.2", True), (", dropout_W=0.", False)],
)
def test_masks_per_gate_are_pinned_where_there_is_dropout(arguments: str, pinned: bool) -> None:
    text = upgrade(f"{LAYERS}LSTM(3{arguments})\n", unsafe=True)
    assert ("implementation=1" in text) is pinned


def test_an_argument_that_only_repeats_the_default_is_no_problem() -> None:
    assert findings(f"{IMAGES}ImageDataGenerator(samplewise_center=False)\n", "KM10") == []
    (finding,) = findings(f"{IMAGES}ImageDataGenerator(samplewise_center=True)\n", "KM10")
    assert (finding.code, finding.rewrite) == ("KM104", None)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ("options", "{'recurrent_activation': 'hard_sigmoid', **options}"),
        ("given or {}", "{'recurrent_activation': 'hard_sigmoid', **(given or {})}"),
        ("{KEY: 'relu'}", "{'recurrent_activation': 'hard_sigmoid', **{KEY: 'relu'}}"),
        ("get(1)", "{'recurrent_activation': 'hard_sigmoid', **get(1)}"),
    ],
)
def test_a_pin_gives_way_to_what_unknown_keywords_may_hold(options: str, kept: str) -> None:
    old = f"{LAYERS}def f(**options):\n    return LSTM(3, inner_init='one', **{options})\n"
    new = upgrade(old, unsafe=True)
    assert new.splitlines()[-1] == f"    return LSTM(3, recurrent_initializer='ones', **{kept})"
    assert upgrade(new, unsafe=True) == new


def test_options_that_are_all_seen_are_left_as_they_are() -> None:
    text = f"{LAYERS}LSTM(3, inner_init='one', **{{'unroll': True}})\n"
    last = upgrade(text, unsafe=True).splitlines()[-1]
    assert last.endswith("recurrent_activation='hard_sigmoid', **{'unroll': True})")


def test_two_sets_of_unknown_keywords_are_left_to_a_person() -> None:
    (finding,) = findings(f"{LAYERS}def f(a, b):\n    LSTM(3, inner_init='one', **a, **b)\n", "KM202")
    assert finding.rewrite is None

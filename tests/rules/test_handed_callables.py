"""A class of Keras that is called out of sight, with arguments by position, is said (KM104)."""

from __future__ import annotations

import pytest

from kmigrate.engine import check_source, upgrade_source

HEAD = "from multiprocessing import Pool\nfrom keras.layers import Convolution2D, Dense\n"


@pytest.mark.parametrize(
    ("call", "is_said"),
    [
        ("map(Convolution2D, a, b, c)", True),
        ("map(Dense, a, b)", True),  # the second was init, and is activation
        ("map(Dense, a)", False),
        ("map(Dense, *a)", True),
        ("Pool().starmap(Convolution2D, rows)", True),
        ("build(Convolution2D, 8, 3, 3)", True),
        ("build(Dense, 8)", False),
        ("build(Convolution2D)", False),
        ("named(Convolution2D, 8)", False),
        ("isinstance(x, Convolution2D)", False),
        ("print(Convolution2D, 3, 3, 3)", False),
    ],
)
def test_what_is_called_out_of_sight(call: str, is_said: bool) -> None:
    own = "def build(*spec):\n    return spec[0](*spec[1:])\ndef named(cls, n):\n    return n\n"
    text = f"{HEAD}{own}y = Convolution2D\nx = {call}\n"
    found = [finding for finding in check_source(text) if finding.code == "KM104"]
    assert bool(found) == is_said
    result = upgrade_source(text)
    assert [finding.code for finding in result.remaining if finding.code == "KM104"] == ["KM104"] * is_said
    again = check_source(result.text)
    assert not [finding for finding in again if finding.code == "KM104"], "what is upgraded is Keras 2's"

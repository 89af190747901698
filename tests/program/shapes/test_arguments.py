"""Command-line arguments: what they are at their defaults is an assumption, and is named."""

from __future__ import annotations

import pytest

from kmigrate.engine import check_source
from kmigrate.findings import Severity

_TEXT = """import argparse
from keras.layers import Convolution2D, MaxPooling2D
from keras.models import Sequential
parser = argparse.ArgumentParser()
parser.add_argument('--size', type=int{default})
args = parser.parse_args()
model = Sequential()
model.add(Convolution2D(8, 3, 3, input_shape=(args.size, args.size, 1)))
model.add(MaxPooling2D((4, 4)))
"""


def _said(default: str) -> list[tuple[Severity, str]]:
    found = check_source(_TEXT.format(default=default))
    return [(finding.severity, finding.message) for finding in found if finding.code == "KM305"]


def test_a_default_is_an_assumption() -> None:
    ((severity, message),) = _said(", default=4")
    assert severity is Severity.WARNING
    assert "size=4" in message


@pytest.mark.parametrize("default", ["", ", default=28", ", required=True"])
def test_what_fits_or_is_not_known_is_no_finding(default: str) -> None:
    assert not _said(default)

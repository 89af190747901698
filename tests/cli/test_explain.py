"""``kmigrate explain`` knows every code that kmigrate's own sources speak of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kmigrate as package
from tests.cli.conftest import Kmigrate

_CODE = re.compile(r"\bKM\d{3}\b")


CODES = sorted(
    {
        code
        for path in Path(package.__file__).parent.rglob("*.py")
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
    }
)


def test_codes_are_found() -> None:
    assert {"KM001", "KM009", "KM103", "KM104", "KM209"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str, kmigrate: Kmigrate) -> None:
    done = kmigrate("explain", code)
    assert done.status == 0, done.err
    first, _, rest = done.out.partition("\n\n")
    assert first == code
    title, _, text = rest.partition("\n")
    assert title
    assert len(text.split()) > 15, "a title alone explains nothing"

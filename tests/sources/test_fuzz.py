"""What fuzzing found, so that it stays found, and a short run of the fuzzer (``python -m tests.sources.fuzz``)."""

from __future__ import annotations

import json

import pytest

from kmigrate.sources.notebook import Notebook
from tests.sources import fuzz

FOUND: list[tuple[str, bytes]] = [
    # two imports of a name that is gone, of which only the first was known to be unused
    (
        "python",
        b"from keras.layers import merge,n\nfrom e import M#\nfrom keras.layers import merge,n\nfrom e import M\n"
        b"b=merge([],mode='concat',concat_axis=1)\nc()",
    ),
    # a module that never was hides what the name is until the import is corrected
    ("python", b"from keras.l import Convolution2D as C\nC(8,3,3)\n"),
    ("python", b"#\nfrom keras.s import Convolution2D\nfrom e import e\nif ()and ():print''%n"),
    # an argument given by position and by name came out as the same keyword twice
    (
        "python",
        b"from keras.models import Sequential\nm = Sequential()\nm.fit_generator(g,(),samples_per_epoch=1,s=0)",
    ),
    # a line that ends in CR alone before the mark of the next cell
    (
        "notebook",
        json.dumps(
            {"cells": [{"cell_type": "code", "source": source} for source in ("\rimport keras.a", "")]}
        ).encode(),
    ),
]


@pytest.mark.parametrize(("target", "data"), FOUND)
def test_what_fuzzing_found(target: str, data: bytes) -> None:
    fuzz.CHECKS[target](data)


@pytest.mark.parametrize("target", sorted(fuzz.CHECKS))
def test_a_short_run(target: str) -> None:
    """Cases of all kinds: most of them reach what they are for."""
    became = [fuzz.CHECKS[target](fuzz.case(target, 3, number)) for number in range(60)]
    assert len(set(became)) > 2
    assert {"converted", "upgraded"} & set(became)


def test_the_fuzzer_sees_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that comes back with another byte, and one that is upgraded twice, are failures."""
    data = json.dumps({"cells": [{"cell_type": "code", "source": "import keras"}], "metadata": {}}).encode()
    assert fuzz.failure(fuzz.check_notebook, data) is None
    monkeypatch.setattr(Notebook, "encode", lambda self, text: data + b" ")
    said = fuzz.failure(fuzz.check_notebook, data)
    assert said is not None and "the bytes do not come back" in said
    assert fuzz.shrunk(fuzz.check_notebook, b"  " + data, said)

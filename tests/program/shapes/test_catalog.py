"""The layout and shape bugs that were observed: what is said, how surely, and where; nothing of the controls."""

from __future__ import annotations

import pytest

from kmigrate.program.project import Project
from kmigrate.program.scopes import read_module
from kmigrate.program.shapes.analysis import Ordering, analyse
from kmigrate.program.shapes.tensors import Level
from tests.program.shapes.catalog import CATALOG, Entry

_HEAD = """\
import numpy as np
from keras.models import *
from keras.layers import *
from keras import backend as K
R = np.random.rand
"""
_LINES = _HEAD.count("\n")
#: What failed on Keras 2.2.4 and runs on 2.15, which is meant.
_ONLY_THEN = {("P59_globalpool_then_flatten", 2)}
#: Nothing is wrong with them.
_CONTROLS = {"P36", "P42", "P52"}


_PROGRAMS = [
    pytest.param(entry, version, id=f"{entry.name}-{version}")
    for entry in CATALOG
    for version, text in ((1, entry.keras1), (2, entry.keras2))
    if text
]


@pytest.mark.parametrize(("entry", "version"), _PROGRAMS)
def test_said(entry: Entry, version: int) -> None:
    text = entry.keras1 if version == 1 else entry.keras2
    ordering = Ordering("channels_last", "the default", stated=False)
    report = analyse(read_module(_HEAD + text, "a.py"), Project(), version, ordering, "tensorflow")
    said = [(v.level.name, v.kind, v.place.line - _LINES) for v in report.verdicts if v.level > Level.HINT]
    assert said == list(entry.said1 if version == 1 else entry.said2)


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.name)
def test_what_failed_is_an_error(entry: Entry) -> None:
    for version, said in ((1, entry.said1), (2, entry.said2)):
        levels = [level for level, _, _ in said]
        if version in entry.fails and (entry.name, version) not in _ONLY_THEN:
            assert "ERROR" in levels
        if entry.name[:3] in _CONTROLS:
            assert not levels

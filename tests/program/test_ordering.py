"""Which ordering a program runs under: the options, its own calls, keras.json, or the default of its Keras."""

from __future__ import annotations

import pickle

import pytest

from kmigrate.config import Options
from kmigrate.program.ordering import orderings
from kmigrate.program.program import Program
from kmigrate.program.project import Pin, Project
from kmigrate.program.scopes import read_module

_IMPORT = "from keras import backend as K\n"
_SETS_TH = _IMPORT + "K.set_image_dim_ordering('th')\n"
_SETS_LAST = _IMPORT + "K.set_image_data_format('channels_last')\n"


@pytest.mark.parametrize(
    ("text", "option", "keras_json", "expected"),
    [
        (_IMPORT, "auto", None, "tf"),
        (_IMPORT, "auto", "th", "th"),
        (_IMPORT, "auto", "tf", "tf"),
        (_IMPORT, "tf", "th", "tf"),
        (_IMPORT, "th", None, "th"),
        (_SETS_TH, "auto", "tf", "th"),
        (_SETS_LAST, "auto", "th", "tf"),
        (_SETS_TH, "tf", "th", "tf"),
    ],
)
def test_who_wins(text: str, option: str, keras_json: str | None, expected: str) -> None:
    project = pickle.loads(pickle.dumps(Project(keras_json_ordering=keras_json)))
    program = Program(read_module(text, "a.py"), Options(image_dim_ordering=option), project)
    assert orderings(program) == {expected}


@pytest.mark.parametrize(
    ("text", "version", "keras_json", "expected"),
    [
        (_IMPORT, (1, 0, 8), None, "th"),
        (_IMPORT, (1, 1), None, "tf"),
        (_IMPORT, (1, 0, 8), "tf", "tf"),
        (_SETS_LAST, (1, 0, 8), None, "tf"),
        (_IMPORT + "K.image_data_format()\n", (1, 0, 8), None, "tf"),  # upgraded already
    ],
)
def test_the_version_that_is_pinned(text: str, version: tuple[int, ...], keras_json: str | None, expected: str) -> None:
    project = pickle.loads(pickle.dumps(Project(keras_json_ordering=keras_json, pin=Pin(version, "a file"))))
    assert orderings(Program(read_module(text, "a.py"), Options(), project)) == {expected}

"""KM102: a name that the file goes on using stays bound."""

from __future__ import annotations

import pytest

from kmigrate.engine import check_source, upgrade_source
from kmigrate.program.project import Project
from tests.rules.own_code import upgrade

CONV = "from keras.layers import Convolution2D\n"


@pytest.mark.parametrize(
    "text",
    [
        f"try:\n    {CONV}except ImportError:\n    Convolution2D = None\nprint(Convolution2D)\n",
        f"{CONV}def f():\n    global Convolution2D\n    Convolution2D = 3\nprint(Convolution2D)\n",
        f"{CONV}print(Convolution2D)\ndel Convolution2D\n",
        f"{CONV}__all__ = ['Convolution2D']\n",
    ],
)
def test_a_name_that_is_bound_or_said_elsewhere_too_stays(text: str) -> None:
    assert upgrade(text) == text


def test_a_name_that_stays_moves_with_its_module() -> None:
    text = "try:\n    from keras.layers.convolutional import Convolution2D\nexcept ImportError:\n"
    text += "    Convolution2D = None\n"
    assert "    from keras.layers import Convolution2D\n" in upgrade(f"{text}print(Convolution2D)\n")


def test_a_name_whose_uses_are_all_renamed_goes() -> None:
    text = f"try:\n    {CONV}except ImportError:\n    from keras.layers.convolutional import Convolution2D\n"
    assert "Convolution2D" not in upgrade(f"{text}print(Convolution2D)\n")


@pytest.mark.parametrize("imported", ["from pk.own import Convolution2D", "from pk.own import *"])
def test_a_name_that_another_file_imports_from_here_stays(imported: str) -> None:
    files = {
        "run/pk/own.py": CONV,
        "run/main.py": f"{imported}\nprint(Convolution2D)\n",
    }
    project = Project(files.get, ("run",), sorted(files))
    path = "run/pk/own.py"
    assert upgrade_source(files[path], path=path, project=project).text == files[path]


def test_a_star_import_of_tensorflow_keras_stays() -> None:
    text = "from tensorflow.keras.layers import *\nx = Dense(units=3)\n"
    assert not check_source(text)

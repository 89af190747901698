"""What one file defines or imports, another of the run uses: both come out so that they still fit together."""

from __future__ import annotations

from kmigrate.engine import Result, apply, check_source, upgrade_source
from kmigrate.program.project import Project

LAYERS = (
    "from keras import backend as K\nfrom keras.layers import Convolution2D, Dense, merge\n\n\n"
    "def conv(x, nb_filter, **more):\n    return merge([x, Convolution2D(nb_filter, 3, 3, **more)(x)], mode='sum')\n"
)


def together(files: dict[str, str]) -> dict[str, Result]:
    project = Project(files.get, files=tuple(files))
    return {path: upgrade_source(text, path=path, project=project) for path, text in files.items()}


def test_relative_imports_in_folders_that_are_no_packages() -> None:
    """Such a folder is a package of Python 3, or is run with ``-m``: the import names the file beside it."""
    result = together(
        {
            "own/layers.py": LAYERS,
            "own/a.py": "from .layers import conv\nconv(x, 8, border_mode='same')\n",
            "own/b.py": "from . import layers\nlayers.conv(x, 8, border_mode='same')\n",
            "own/deep/c.py": "from ..layers import *\nDense(output_dim=3)\n",
            "own/deep/d.py": "from ...layers import conv\nconv(x, 8, border_mode='same')\n",
        }
    )
    assert result["own/a.py"].text.endswith("conv(x, 8, padding='same')\n")
    assert result["own/b.py"].text.endswith("layers.conv(x, 8, padding='same')\n")
    assert result["own/deep/c.py"].text.endswith("Dense(units=3)\n")
    assert not result["own/deep/d.py"].applied


def test_names_that_another_file_takes_stay_bound() -> None:
    """Also those that the file uses itself, under their new names; whether they are imported or asked of the module."""
    for use in ("from layers import Convolution2D\nConvolution2D", "import layers as L\nL.Convolution2D"):
        result = together({"layers.py": LAYERS, "a.py": f"{use}(8, 3, 3, bias=True)\n"})
        assert "import Conv2D, Conv2D as Convolution2D, Dense" in result["layers.py"].text
        assert result["a.py"].text == f"{use}(8, (3, 3), use_bias=True)\n"
    alone = together({"layers.py": LAYERS})["layers.py"].text
    assert "import Conv2D, Dense" in alone


def test_a_gone_name_that_another_file_takes_is_said() -> None:
    result = together({"layers.py": LAYERS, "a.py": "from layers import merge\n"})
    assert "merge" in result["layers.py"].text.partition("def")[0]
    assert ["other files take it" in finding.message for finding in result["layers.py"].remaining] == [True]


def test_one_rewrite_alone_keeps_names_that_another_file_takes() -> None:
    text = LAYERS.replace("x, Convolution2D(nb_filter, 3, 3, **more)(x)", "Convolution2D")
    files = {"layers.py": text, "a.py": "from layers import Convolution2D\n"}
    project = Project(files.get, files=tuple(files))
    (finding,) = (f for f in check_source(text, path="layers.py", project=project) if f.code == "KM101")
    assert "Conv2D as Convolution2D" in apply(text, [finding], path="layers.py", project=project)
    assert "Conv2D as Convolution2D" not in apply(text, [finding], path="layers.py")

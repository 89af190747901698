"""What one file defines or imports, another of the run uses: both come out so that they still fit together."""

from __future__ import annotations

import pytest

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


HANDING = (
    "import keras\nfrom keras import backend as K\nfrom keras.layers import Convolution2D, merge\n"
    "from keras.layers.pooling import *\nfrom keras.utils import np_utils\n"
)


@pytest.mark.parametrize(
    ("use", "upgraded"),
    [
        ("from own import K\nK.image_dim_ordering()\n", "from own import K\nK.image_data_format()\n"),
        ("import own as L\nL.K.image_dim_ordering()\n", "import own as L\nL.K.image_data_format()\n"),
        ("from own import *\nK.image_dim_ordering()\n", "from own import *\nK.image_data_format()\n"),
        (
            "import own\nown.keras.layers.core.Dense(output_dim=3)\n",
            "import own\nown.keras.layers.Dense(units=3)\n",
        ),
        (
            "import own as L\nx = L.merge([a, b], mode='sum')\n",
            "import own as L\nfrom keras.layers import add\nx = add([a, b])\n",
        ),
        (
            "from own import K, merge as m\nx = m([a, b], mode='sum')\n",
            "from own import K\nfrom keras.layers import add\nx = add([a, b])\n",
        ),
        # the name that the star import of Keras brought is not there any more
        (
            "from own import *\nx = [MaxPooling2D(border_mode='same'), AtrousConvolution2D]\n",
            "from own import *\nx = [MaxPooling2D(padding='same'), AtrousConvolution2D]\n",
        ),
        (
            "from own import *\nnp_utils.to_categorical(y)\nnp_utils.convert_kernel(w)\n",
            "from own import *\nfrom kmigrate.compat import convert_kernel\nnp_utils.to_categorical(y)\n"
            "convert_kernel(w)\n",
        ),
    ],
)
def test_what_an_own_module_hands_on(use: str, upgraded: str) -> None:
    for files in ({"own.py": HANDING}, {"base.py": HANDING, "own.py": "from base import *\n"}):
        result = together({**files, "a.py": use})
        assert result["a.py"].text == upgraded
        ((_, first), *_) = result.items()
        namespace = {name.partition(" as ")[2] or name for name in _imported(first.text)}
        assert not {"K", "keras"} - namespace
        assert ("np_utils" in namespace) == ("np_utils" in use)


def _imported(text: str) -> list[str]:
    """The items of the import statements of a text."""
    lines = [line.partition("import ")[2].split(", ") for line in text.splitlines() if "import " in line]
    return [item for items in lines for item in items]


def test_a_name_that_a_star_import_of_keras_hands_on_comes_from_keras_itself() -> None:
    result = together(
        {"own.py": "from keras.layers.convolutional import *\n", "a.py": "from own import *\nConvolution2D\n"}
    )
    assert result["a.py"].text == "from own import *\nfrom keras.layers import Conv2D\nConv2D\n"


def test_what_is_gone_is_said_where_it_is_used() -> None:
    files = {"own.py": HANDING, "a.py": "import own as L\nsession = L.K.get_session()\n"}
    (finding,) = check_source(files["a.py"], path="a.py", project=Project(files.get, files=tuple(files)))
    assert (finding.code, finding.rewrite) == ("KM113", None)
    assert files["a.py"][finding.span.start : finding.span.end] == "L.K.get_session"


def test_a_name_of_keras_that_an_own_module_hands_on_can_be_imported_beside_it() -> None:
    use = "from own import *\nm.compile(Adam(), 'mse')\nModel(input=a, output=b).compile('adam', 'mse')\n"
    own = "from keras.models import Model\nfrom keras.optimizers import Adam\n"
    upgraded = together({"own.py": own, "a.py": use})["a.py"].text
    assert "Adam(epsilon=1e-08), 'mse'" in upgraded.splitlines()[-1]
    assert "keras_Adam" not in upgraded


def test_a_star_import_from_a_folder_that_is_no_package() -> None:
    result = together({"lib/own.py": HANDING, "a.py": "from lib.own import *\nK.image_dim_ordering()\n"})
    assert result["a.py"].text.endswith("K.image_data_format()\n")


def test_a_fix_imports_no_layer_from_where_an_own_module_has_it() -> None:
    use = (
        "import numpy as np\nfrom own import *\nmodel = Sequential()\n"
        "model.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))\nmodel.add(Dense(10))\n"
        "model.compile('sgd', 'categorical_crossentropy')\n"
        "model.fit(np.zeros((4, 28, 28, 1)), np.zeros((4, 10)), epochs=2)\n"
    )
    own = "from keras.layers import Conv2D, Dense\nfrom keras.models import Sequential\n"
    files = {"own.py": own, "a.py": use}
    found = check_source(use, path="a.py", project=Project(files.get, files=tuple(files)))
    assert [(finding.code, finding.rewrite) for finding in found if finding.code == "KM311"] == [("KM311", None)]

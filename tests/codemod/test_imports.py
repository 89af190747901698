"""Import statements after an upgrade, in every form in which people write them."""

from __future__ import annotations

import pytest

from kmigrate.config import Options
from kmigrate.engine import upgrade_source

#: Before and after. The rest of the file is as it was.
_CASES = {
    "moved": ("from keras.layers.core import Dense\n", "from keras.layers import Dense\n"),
    "unused stays": (
        "from keras.layers.core import Dense, Dropout\nDense(1)\n",
        "from keras.layers import Dense, Dropout\nDense(1)\n",
    ),
    "merged": (
        "from keras.layers.core import Dense\nfrom keras.layers.convolutional import ZeroPadding2D\n",
        "from keras.layers import Dense, ZeroPadding2D\n",
    ),
    "comment keeps it apart": (
        "from keras.layers.core import Dense  # why\nfrom keras.layers.recurrent import SimpleRNN  # so\n",
        "from keras.layers import Dense  # why\nfrom keras.layers import SimpleRNN  # so\n",
    ),
    "not across statements": (
        "from keras.layers.core import Dense\nx = 1\nfrom keras.layers.recurrent import SimpleRNN\n",
        "from keras.layers import Dense\nx = 1\nfrom keras.layers import SimpleRNN\n",
    ),
    "again": (
        "from keras.layers import merge\nmerge([a, b])\nfrom keras.layers import merge\nmerge([a, b], mode='mul')\n",
        "from keras.layers import add\nadd([a, b])\nfrom keras.layers import multiply\nmultiply([a, b])\n",
    ),
    "again, and not used": (
        "from keras.layers import merge\nmerge([a, b])\nfrom keras.layers import merge, Dense\nDense(1)\n",
        "from keras.layers import add\nadd([a, b])\nfrom keras.layers import Dense\nDense(1)\n",
    ),
    "again, and from elsewhere": (
        "from keras.applications.vgg16 import preprocess_input\npreprocess_input(x)\n"
        "from keras.applications.music_tagger_crnn import preprocess_input\npreprocess_input(y)\n",
        "from keras.applications.imagenet_utils import preprocess_input\npreprocess_input(x)\n"
        "from keras.applications.music_tagger_crnn import preprocess_input\npreprocess_input(y)\n",
    ),
    "before it is used": (
        "from keras.models import Sequential\nSequential().compile('adam', 'mse')\nfrom keras.layers import Dense\n",
        "from keras.models import Sequential\nfrom keras.optimizers import Adam\n"
        "Sequential().compile(Adam(epsilon=1e-08), 'mse')\nfrom keras.layers import Dense\n",
    ),
    "parenthesised": (
        "from keras.layers.core import (  # a\n    # b\n    Dense,  # c\n    Dropout\n)  # d\n",
        "from keras.layers import (  # a\n    # b\n    Dense,  # c\n    Dropout\n)  # d\n",
    ),
    "continued": (
        "from keras.layers.core import Dense, \\\n    Dropout\n",
        "from keras.layers import Dense, \\\n    Dropout\n",
    ),
    "CRLF": (
        "from keras.layers.core import (\r\n    Dense,\r\n    Dropout,\r\n)\r\n",
        "from keras.layers import (\r\n    Dense,\r\n    Dropout,\r\n)\r\n",
    ),
    "CR": (
        "import os\rfrom keras.layers.core import Dense\rx = 1\r",
        "import os\rfrom keras.layers import Dense\rx = 1\r",
    ),
    "tabs": ("def f():\n\tfrom keras.layers.core import Dense\n", "def f():\n\tfrom keras.layers import Dense\n"),
    "form feed": ("\x0cfrom keras.layers.core import Dense\n", "\x0cfrom keras.layers import Dense\n"),
    "semicolons": (
        "import os; from keras.layers.core import Dense; x = 1\n",
        "import os; from keras.layers import Dense; x = 1\n",
    ),
    "one line block": ("if 1: from keras.layers.core import Dense\n", "if 1: from keras.layers import Dense\n"),
    "guarded": (
        "try:\n    from keras.layers.core import Dense\nexcept ImportError:\n    from keras.layers import Dense\n",
        "try:\n    from keras.layers import Dense\nexcept ImportError:\n    from keras.layers import Dense\n",
    ),
    "as": ("from keras.layers.core import Dense as D\n", "from keras.layers import Dense as D\n"),
    "module as": ("import keras.layers.core as core\n", "import keras.layers as core\n"),
    "star": ("from keras.layers.core import *\n", "from keras.layers import *\n"),
    "no line end": ("from keras.layers.core import Dense", "from keras.layers import Dense"),
    "renamed": (
        "from keras.layers import Convolution2D, Dense\nConvolution2D(1, 2, 3)\nDense(1)\n",
        "from keras.layers import Conv2D, Dense\nConv2D(1, (2, 3))\nDense(1)\n",
    ),
    "renamed as": (
        "from keras.layers import Convolution2D as C\nC(1, 2, 3)\n",
        "from keras.layers import Conv2D as C\nC(1, (2, 3))\n",
    ),
    "the new name is taken": (
        "from keras.layers import Convolution2D\nConv2D = 1\nConvolution2D(1, 2, 3)\n",
        "from keras.layers import Conv2D as keras_Conv2D\nConv2D = 1\nkeras_Conv2D(1, (2, 3))\n",
    ),
    "already there": (
        "from keras.layers import Conv2D, Convolution2D\nConvolution2D(1, 2, 3, bias=True)\n",
        "from keras.layers import Conv2D\nConv2D(1, (2, 3), use_bias=True)\n",
    ),
    "duplicates": (
        "from keras.layers.core import Dense\nfrom keras.layers import Dense\n",
        "from keras.layers import Dense\nfrom keras.layers import Dense\n",
    ),
    "docstring first": (
        '"""Doc."""\nfrom keras.layers.core import Dense\n',
        '"""Doc."""\nfrom keras.layers import Dense\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), _CASES.values(), ids=_CASES.keys())
def test_imports(before: str, after: str) -> None:
    """Imports come out as people write them today, once, where they stood."""
    result = upgrade_source(before, Options(unsafe=True)).text
    assert result == after
    assert upgrade_source(result, Options(unsafe=True)).text == result


@pytest.mark.parametrize(
    "source",
    [
        "from keras.layers import Dense\n",
        "from keras.layers import (\n    Dense,\n    Dropout,\n)\n",
        "import keras\nimport keras.backend as K\n",
        "from keras import backend as K, layers\n",
        "from keras.models import *\n",
        "from keras.layers import Dense; from keras.models import Model\n",
        "from .layers import Convolution2D\n",
        "from . import core\n",
        "import kerastuner\nfrom kerasx.layers.core import Dense\n",
        "from keras_contrib.layers.core import Dense\n",
        "from mykeras.layers.convolutional import Convolution2D\nConvolution2D(1, 2, 3)\n",
    ],
)
def test_imports_that_stay(source: str) -> None:
    """Imports that Keras 2 has, and those of others, stay as they are."""
    assert upgrade_source(source, Options(unsafe=True)).text == source


@pytest.mark.parametrize(
    ("namespace", "after"),
    [
        ("tf_keras", "import tf_keras as keras\nfrom tf_keras.layers import Dense\nimport tf_keras.backend as K\n"),
        (
            "tensorflow.keras",
            "from tensorflow import keras\nfrom tensorflow.keras.layers import Dense\n"
            "import tensorflow.keras.backend as K\n",
        ),
    ],
)
def test_namespaces(namespace: str, after: str) -> None:
    """Keras comes from the namespace that was asked for, under the same names."""
    before = "import keras\nfrom keras.layers.core import Dense\nimport keras.backend as K\n"
    options = Options(namespace=namespace)
    assert upgrade_source(before, options).text == after
    assert upgrade_source(after, options).text == after


def test_two_names_that_became_one_are_imported_once() -> None:
    before = "from keras.layers import AtrousConvolution2D\nfrom keras.layers import Convolution2D\n"
    uses = "x = AtrousConvolution2D(1, 2, 3)(Convolution2D(1, 2, 3)(x))\n"
    after = upgrade_source(before + uses, Options(unsafe=True)).text
    assert after.count("import Conv2D") == 1

"""KM506: the image ordering set twice, to different things."""

from __future__ import annotations

import pytest

from tests.rules.own_code import findings, unchanged

HEAD = "from keras import backend as K\nfrom keras.layers import Dense\n"


@pytest.mark.parametrize(
    "source",
    [
        "K.set_image_dim_ordering('th')\nK.set_image_data_format('channels_last')",
        "K.set_image_data_format('channels_first')\nK.set_image_dim_ordering('tf')",
        "K.set_image_data_format('channels_first')\nK.set_image_data_format('channels_last')",
        "K.set_image_dim_ordering('th')\nprint(1)\nK.set_image_dim_ordering(dim_ordering='tf')",
        "def f():\n    K.set_image_dim_ordering('th')\n    K.set_image_data_format('channels_last')",
    ],
)
def test_found(source: str) -> None:
    assert len(findings(HEAD + source, "KM506")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "K.set_image_dim_ordering('th')",
        "K.set_image_dim_ordering('th')\nK.set_image_data_format('channels_first')",
        "K.set_image_dim_ordering('tf')\nK.set_image_data_format('channels_last')",
        "K.set_image_dim_ordering('th')\nDense(1)\nK.set_image_dim_ordering('tf')",
        "K.set_image_dim_ordering('th')\nprint(K.image_dim_ordering())\nK.set_image_dim_ordering('tf')",
        "if a:\n    K.set_image_dim_ordering('th')\nelse:\n    K.set_image_dim_ordering('tf')",
        "if a:\n    K.set_image_dim_ordering('th')\nK.set_image_dim_ordering('tf')",
        "K.set_image_dim_ordering('tf')\nif a:\n    K.set_image_dim_ordering('tf')",
        "K.set_image_dim_ordering(ordering)\nK.set_image_dim_ordering('tf')",
        "K.set_image_dim_ordering('th')\nK.set_image_data_format(K.image_data_format())",
        "def f():\n    K.set_image_dim_ordering('th')\ndef g():\n    K.set_image_dim_ordering('tf')",
        "mine.set_image_dim_ordering('th')\nK.set_image_dim_ordering('tf')",
    ],
)
def test_not_found(source: str) -> None:
    assert unchanged(HEAD + source, "KM506")

"""KM505: image functions that SciPy no longer has."""

from __future__ import annotations

import importlib

import pytest

from kmigrate.engine import check_source
from kmigrate.rules import scipy_images


def _found(text: str) -> list[str]:
    whole = "import keras\n" + text
    return [whole[found.span.start : found.span.end] for found in check_source(whole) if found.code == "KM505"]


@pytest.mark.parametrize(
    "text",
    [
        "import scipy\nscipy.stats.norm(1)\n",
        "from scipy.misc import logsumexp, comb\n",
        "from scipy import ndimage\nndimage.zoom(x, 2)\n",
        "from scipy.ndimage import rotate\n",
        "from imageio import imread\n",
        "from cv2 import imread\nimread('scipy.misc.imread')\n",
        "from misc import imresize\n",
        "class scipy: misc = None\nscipy.misc.imread('x')\n",
        "import scipy.io as sio\nsio.loadmat('x')\n",
    ],
)
def test_left_alone(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from scipy.misc import imread, imresize as resize\nresize(imread('x'), 2)\n", ["imread", "imresize"]),
        ("import scipy.misc\nscipy.misc.imsave('x', y)\n", ["scipy.misc.imsave"]),
        ("from scipy import misc\nmisc.toimage(y).save('x')\n", ["misc.toimage"]),
        ("import scipy.misc as sm\nf = sm.imresize\n", ["sm.imresize"]),
        ("from scipy.ndimage import imread\n", ["imread"]),
        ("import scipy.ndimage\nscipy.ndimage.imread('x')\n", ["scipy.ndimage.imread"]),
    ],
)
def test_found(text: str, expected: list[str]) -> None:
    assert _found(text) == expected


def test_scipy_has_none_of_them() -> None:
    """Held against the SciPy that is installed beside the target."""
    for path in scipy_images.GONE:
        module, _, name = path.rpartition(".")
        try:
            found = hasattr(importlib.import_module(module), name)
        except ModuleNotFoundError:
            found = False
        assert not found, path

"""KM011: which divisions of a Python 2 file are of whole numbers."""

from __future__ import annotations

import pytest

from kmigrate.config import Options
from kmigrate.engine import Result, upgrade_source
from kmigrate.findings import Finding, Safety

HEAD = "from keras.models import Sequential\nimport numpy as np\nfor _ in xrange(2):\n    pass\n"


def _result(text: str, head: str = HEAD, *, unsafe: bool = False) -> Result:
    return upgrade_source(head + text, Options(unsafe=unsafe))


def _divisions(text: str, head: str = HEAD) -> list[Finding]:
    return [finding for finding in _result(text, head).findings if finding.code == "KM011"]


@pytest.mark.parametrize(
    "text",
    [
        "x = 7 / 2\n",
        "x = len(a) / 2\n",
        "x = a.shape[0] / 2\n",
        "x = input_shape[1] / 2\n",
        "rows, cols = a.shape\nx = rows / 2\n",
        "n = 5\nn = n / 2\n",
        "n = 5\nn += 1\nx = n / 2\n",
        "n = 9\nn /= 2\n",
        "for i in range(9):\n    x = i / 2\n",
        "for i, row in enumerate(a):\n    x = i / 2\n",
        "a, (b, c) = 1, (2, 3)\nx = a / c\n",
        "sizes = (1, 2)\nx = sizes[0] / 2\n",
        "n, m = 3, 4\nx = max(n, m) / 2\n",
        "n = 8\nx = -(n - 3) / (2 * n)\n",
        "n = 8 if a else 9\nx = n / 2\n",
        "x = int(a) / 2  # 1 / 2\n",
        "x = (len(a)  # a / b\n    / 2)\n",
        "class A:\n    n = 4\n    m = n / 2\n",
        "n = 2\ndef f():\n    return n ** 3 / 4\n",
    ],
)
def test_whole_numbers_for_certain(text: str) -> None:
    """Safe, and only the operator changes."""
    (finding,) = _divisions(text)
    assert finding.safety is Safety.SAFE
    new = _result(text).text.split("pass\n", 1)[1]
    assert new.replace("//", "/") == text
    assert new.count("//") == 1
    assert upgrade_source(HEAD + text).text == upgrade_source(upgrade_source(HEAD + text).text).text


@pytest.mark.parametrize(
    "text",
    [
        "x = 7.0 / 2\n",
        "x = a / 2.\n",
        "x = float(n) / 2\n",
        "n = 5\nn = 2.5\nx = n / 2\n",
        "n = 5\nn *= 1.5\nx = [0][n / 2]\n",
        "n = 2.0\nm = n + 1\nx = m / 2\n",
        "x = a / b\n",
        "a /= 255\n",
        "a = a / 2\n",
        "def f(x):\n    x /= 2\n    x = x / 2\n",
        "for a in b:\n    a = a / 2\n",
        "x = np.mean(a) / np.std(b)\n",
        "def f(rate=0.5):\n    return range(rate / 2)\n",
        "def f(test_size, x):\n    return test_size / x\n",
        "x = 2 ** -1 / 3.0\n",
        "x = round(a) / 2\n",
        "x = int(a / b)\n",
        "x = path / 'a'\n",
        "from math import floor\nx = floor(3) / 2\n",
        "x = 7 // 2\n",
    ],
)
def test_others_are_left(text: str) -> None:
    assert not _divisions(text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(nb_filter):\n    return nb_filter / 4\n",
        "def f(n, batch_size=32):\n    return len(n) / batch_size\n",
        "x = self.img_rows / 4\n",
        "from numpy import *\nsteps = nb_samples / batch_size\n",
    ],
)
def test_names_of_counts_are_an_assumption(text: str) -> None:
    (finding,) = _divisions(text)
    assert finding.rewrite is not None
    assert finding.safety is Safety.UNSAFE
    assert "whole number" in finding.rewrite.assumes
    assert text in _result(text).text
    assert "//" in _result(text, unsafe=True).text


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, b):\n    return a[b / 2]\n",
        "def f(a, b):\n    return a[:b / 2 + 1]\n",
        "def f(a, b):\n    return np.zeros((a / b, 3))\n",
        "def f(a, b):\n    return range(a / b)\n",
        "def f(a, b, m, g):\n    m.fit_generator(g, samples_per_epoch=a / b)\n",
        "def f(a, b):\n    nb_batches = a / b\n",
    ],
)
def test_unknown_operands_of_sizes_are_for_a_person(text: str) -> None:
    """A finding that stays when the other changes are made."""
    (finding,) = _divisions(text)
    assert finding.rewrite is None
    assert "KM011" in {left.code for left in _result(text).remaining}


@pytest.mark.parametrize(
    "head",
    [
        "from keras.models import Sequential\n",
        "for _ in xrange(2):\n    pass\n",
        "from __future__ import division\nfrom keras.models import Sequential\nfor _ in xrange(2):\n    pass\n",
        "from keras.models import Sequential\nimport six\nfor _ in xrange(2):\n    pass\n",
    ],
)
def test_only_in_files_of_keras_for_python2(head: str) -> None:
    assert not _divisions("x = 7 / 2\n", head)


def test_python2_syntax_shows_it_too() -> None:
    result = upgrade_source("n = 7\nprint n / 2\n")
    assert result.text == "n = 7\nprint(n // 2)\n"
    assert [f.code for f in result.applied] == ["KM010", "KM011"]


def test_names_that_lead_to_one_another_end() -> None:
    """Every name is assigned from all others: the search is given up, and nothing is taken for known."""
    names = [f"v{at}" for at in range(14)]
    text = "".join(f"{one} = {other} + 1\n" for one in names for other in names) + "x = v0 / 2\n"
    assert not _divisions(text)

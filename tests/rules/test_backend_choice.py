"""KM502 in Python: KERAS_BACKEND set to a backend that is gone."""

from __future__ import annotations

import pytest

from kmigrate.config import Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.findings import Safety

_HEAD = "import os\nimport keras\n"


def _codes(line: str) -> list[str]:
    return [found.code for found in check_source(_HEAD + line + "\n") if found.code == "KM502"]


@pytest.mark.parametrize(
    "line",
    [
        "os.environ['KERAS_BACKEND'] = 'tensorflow'",
        "os.environ['KERAS_BACKEND'] = backend",
        "os.environ['BACKEND'] = 'theano'",
        "# os.environ['KERAS_BACKEND'] = 'theano'",
        "if os.environ['KERAS_BACKEND'] == 'theano': pass",
        "os.environ.get('KERAS_BACKEND', 'theano')",
        "del os.environ['KERAS_BACKEND']",
        "print('KERAS_BACKEND', 'theano')",
        "x = 'KERAS_BACKEND=theano'",
        "os.environ['KERAS_BACKEND'] = 'theano'  # kmigrate: ignore[KM502]",
    ],
)
def test_left_alone(line: str) -> None:
    assert _codes(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "os.environ['KERAS_BACKEND'] = 'theano'",
        'os.environ["KERAS_BACKEND"] = "cntk"',
        "os.environ.setdefault('KERAS_BACKEND', u'theano')",
        "os.putenv('KERAS_BACKEND', 'theano')",
        "os.environ.update(KERAS_BACKEND='theano')",
        "run(env={'KERAS_BACKEND': 'theano'})",
    ],
)
def test_found_and_rewritten_if_asked(line: str) -> None:
    assert _codes(line) == ["KM502"]
    (found,) = [f for f in check_source(_HEAD + line + "\n") if f.code == "KM502"]
    assert found.safety is Safety.UNSAFE
    new = upgrade_source(_HEAD + line + "\n", Options(unsafe=True)).text
    assert new == _HEAD + line.replace("theano", "tensorflow").replace("cntk", "tensorflow") + "\n"
    assert upgrade_source(_HEAD + line + "\n").text == _HEAD + line + "\n"


@pytest.mark.parametrize(
    ("ordering", "costs"),
    [
        ("keras.backend.set_image_dim_ordering('tf')", True),
        ("keras.backend.set_image_data_format('channels_last')", True),
        ("keras.backend.set_image_dim_ordering('th')", False),
        ("keras.backend.set_image_dim_ordering(ordering)", False),
        ("", False),
    ],
)
def test_channels_last_on_theano_cost_time(ordering: str, costs: bool) -> None:
    source = f"{_HEAD}os.environ['KERAS_BACKEND'] = 'theano'\n{ordering}\n"
    (message,) = (found.message for found in check_source(source) if found.code == "KM502")
    assert ("cost time" in message) is costs

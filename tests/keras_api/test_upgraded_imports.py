"""Every public name of Keras 1.2.2, imported in every way, runs on tf_keras after the upgrade, or a person was told."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from kmigrate.config import Options
from kmigrate.engine import upgrade_source
from kmigrate.findings import Severity
from kmigrate.keras_api import keras1

OPTIONS = Options(unsafe=True, namespace="tf_keras")


@functools.cache
def paths() -> tuple[tuple[str, str], ...]:
    """Module and name of everything to import from Keras 1.2.2: where it is defined, or re-exported."""
    modules = set(keras1.MODULES)
    found = {name for name, (kind, _) in keras1.SYMBOLS.items() if kind in ("class", "function", "constant")}
    found |= set(keras1.EXPORTS)
    pairs = ((path.rpartition(".")[0], path.rpartition(".")[2]) for path in found - modules)
    return tuple(sorted((module, name) for module, name in pairs if module in modules))


def programs(module: str, name: str) -> Iterator[tuple[str, str]]:
    """Programs that bind ``value`` to the name, by the way in which they import it."""
    parent, _, leaf = module.rpartition(".")
    yield "from", f"from {module} import {name}\nvalue = {name}\n"
    yield "from as", f"from {module} import {name} as other\nvalue = other\n"
    yield "import as", f"import {module} as other\nvalue = other.{name}\n"
    yield "import", f"import {module}\nvalue = {module}.{name}\n"
    yield "import keras", f"import keras\nvalue = {module}.{name}\n"
    yield "star", f"from {module} import *\nvalue = {name}\n"
    if parent:
        yield "module", f"from {parent} import {leaf}\nvalue = {leaf}.{name}\n"
        yield "module as", f"from {parent} import {leaf} as other\nvalue = other.{name}\n"


def run(text: str) -> Any:
    """What ``value`` is after the upgrade; None where a person was told of the name, at its import or its use."""
    result = upgrade_source(text, OPTIONS)
    told = any(finding.severity in (Severity.ERROR, Severity.WARNING) for finding in result.remaining)
    space: dict[str, Any] = {}
    try:
        exec(compile(result.text, "upgraded", "exec"), space)
    except (ImportError, AttributeError, NameError) as error:
        if told:
            return None
        raise AssertionError(f"{text!r} became {result.text!r}: {type(error).__name__}: {error}") from None
    return None if told else space["value"]


def wrong(found: tuple[tuple[str, str], ...]) -> list[str]:
    """The programs that neither run nor have a finding, and those that get another thing than others for one name."""
    said = []
    for module, name in found:
        values: dict[str, Any] = {}
        for how, text in programs(module, name):
            try:
                values[how] = run(text)
            except AssertionError as error:
                said.append(str(error))
        got = {id(value): how for how, value in values.items() if value is not None and not isinstance(value, float)}
        if len(got) > 1:
            said.append(f"{module}.{name} is not the same after {' and '.join(got.values())}")
    return said


@functools.cache
def modules() -> tuple[str, ...]:
    """The modules that have names to import."""
    return tuple(sorted({module for module, _ in paths()}))


def test_there_are_names_to_import() -> None:
    assert len(paths()) > 1000


@pytest.mark.parametrize("module", modules())
def test_names_run_or_are_told(module: str) -> None:
    assert not wrong(tuple(path for path in paths() if path[0] == module))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "from keras.layers import Convolution2D\n__all__ = ['Convolution2D']\nConvolution2D\n",
            "from keras.layers import Conv2D, Conv2D as Convolution2D\n__all__ = ['Convolution2D']\nConv2D\n",
        ),
        (
            "from keras.regularizers import l1l2\nx = l1l2(), 'l1l2'\n",
            "from keras.regularizers import l1_l2\nx = l1_l2(), 'l1l2'\n",
        ),
        ("from keras.engine.topology import *\nLayer\n", "from keras.layers import Layer\nLayer\n"),
        (
            "from keras.layers import *\nHighway()\n",
            "from keras.layers import *\nfrom kmigrate.compat import Highway\nHighway()\n",
        ),
    ],
)
def test_what_stays_bound(text: str, after: str) -> None:
    """``__all__`` keeps a name bound; another string does not; a star import that lost a name gets it by name."""
    result = upgrade_source(text, Options(unsafe=True))
    assert result.text == after
    assert upgrade_source(after, Options(unsafe=True)).text == after

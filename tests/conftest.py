"""Fixtures that several test folders share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import registry


@pytest.fixture(scope="session")
def keras1_sdist() -> Path:
    """The source distribution of Keras 1.2.2 (``Keras-1.2.2.tar.gz``), its SHA-256 checked."""
    return registry.fetch(registry.KERAS1)


@pytest.fixture(scope="session", autouse=True)
def no_cache() -> Iterator[None]:
    """Runs of kmigrate keep no results: tests put other things in the engine's place, and the user has a cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KMIGRATE_NO_CACHE", "1")
        yield

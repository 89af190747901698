"""Fixtures that several test folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import registry


@pytest.fixture(scope="session")
def keras1_sdist() -> Path:
    """The source distribution of Keras 1.2.2 (``Keras-1.2.2.tar.gz``), its SHA-256 checked."""
    return registry.fetch(registry.KERAS1)

"""The recorded results of the real Keras 1.2.2, and the Keras 2 to compare with them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras
from tf_keras.src.saving import object_registration

from kmigrate import compat


class Record:
    """What Keras 1.2.2 computed, by key; asking for a key that was not recorded fails."""

    def __init__(self, path: Path) -> None:
        with np.load(io.BytesIO(gzip.decompress(path.read_bytes()))) as arrays:
            self.arrays = dict(arrays)

    def __getitem__(self, key: str) -> Any:
        return self.arrays[key]

    def series(self, prefix: str) -> list[Any]:
        """The arrays ``prefix0``, ``prefix1``, …"""
        found: list[Any] = []
        while f"{prefix}{len(found)}" in self.arrays:
            found.append(self.arrays[f"{prefix}{len(found)}"])
        return found


@pytest.fixture(scope="session")
def keras1() -> Record:
    """The recorded results (``tests/compat/record.py`` made them)."""
    return Record(Path(__file__).parent / "recorded" / "keras1.npz.gz")


@pytest.fixture(autouse=True)
def fresh_session() -> Iterator[None]:
    """Forget the models of the test before, make random numbers repeatable, and undo what a test registers.

    A vendored copy registers its classes under the names of the originals.
    """
    tf_keras.backend.clear_session()
    tf_keras.utils.set_random_seed(0)
    tables = (object_registration._GLOBAL_CUSTOM_OBJECTS, object_registration._GLOBAL_CUSTOM_NAMES)
    before = [dict(table) for table in tables]
    yield
    for table, entries in zip(tables, before, strict=True):
        table.clear()
        table.update(entries)


@pytest.fixture(scope="session", autouse=True)
def originals() -> None:
    """Load the whole package first, so that its own classes are registered for good."""
    for name in compat.__all__:
        getattr(compat, name)

"""One child with each Keras for all tests of this folder: to import TensorFlow takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmigrate.verify import processes, reference, target
from kmigrate.verify.processes import Programs

_MEGABYTES = 8000


@pytest.fixture(scope="session")
def keras1() -> Iterator[Programs]:
    """The real Keras 1.2.2 under the stand-ins."""
    with processes.Programs(reference.runtime(), _MEGABYTES) as programs:
        yield programs


@pytest.fixture(scope="session")
def keras2() -> Iterator[Programs]:
    """tf_keras."""
    with processes.Programs(target.runtime(), _MEGABYTES) as programs:
        yield programs

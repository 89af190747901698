"""One child with each Keras for all tests of this folder: to import TensorFlow takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmigrate.verify import reference, target
from kmigrate.verify.processes import Worker


@pytest.fixture(scope="session")
def keras1() -> Iterator[Worker]:
    """The real Keras 1.2.2 under the stand-ins."""
    with reference.worker() as worker:
        yield worker


@pytest.fixture(scope="session")
def keras2() -> Iterator[Worker]:
    """tf_keras."""
    with target.worker() as worker:
        yield worker

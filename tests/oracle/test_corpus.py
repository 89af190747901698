"""Real Keras 1 code from the package registry, upgraded through the command line and judged by the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import registry
from tests.oracle import corpus


@pytest.mark.parametrize("package", registry.PACKAGES, ids=lambda package: package.name)
def test_registry_package(package: registry.Package, tmp_path: Path) -> None:
    """Nothing that Keras 2 lacks is left without a finding, nothing is broken, and a second run changes nothing."""
    outcome = corpus.measure(registry.unpack(package, tmp_path), package.name)
    assert corpus.complaints(outcome) == [], corpus.table([outcome])
    assert outcome.files > 0
    if package.name != "hyperas":  # Keras 1 is only in the documentation of hyperas 0.3
        assert outcome.before > 0, "the oracle saw no Keras 1 in it"
        assert outcome.upgraded > 0

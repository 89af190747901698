"""Layers compute after the upgrade what they computed in Keras 1.2.2, in both orderings, with each argument alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kmigrate.verify.results import Status
from tests.verify.both import Both
from tests.verify.layer_calls import LayerCall, generated, written
from tests.verify.layers import Outcome, known, outcomes

#: One model in this many on each change; a prime, so that classes come in turn.
STRIDE = 43


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with Both() as found:
        yield found


def _models(ordering: str) -> list[LayerCall]:
    return [*generated(ordering)[0], *written()]


def _is_wrong(one: Outcome) -> bool:
    if one.result is None:  # Keras 1.2.2 does not build it
        return False
    if known(one.call):
        return one.result.status is not Status.DIFFERS
    return one.result.status is not Status.IDENTICAL or one.result.floatx != "float64" or not one.varies


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_some_layers_compute_the_same(ordering: str, both: Both) -> None:
    sample = [replace(call, group="sample") for call in _models(ordering)[(ordering == "th") :: STRIDE]]
    found = list(outcomes(both, sample, ordering))
    assert len(found) >= 6
    assert not [one for one in found if _is_wrong(one)]


@pytest.mark.slow
@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_every_layer_computes_the_same(ordering: str, both: Both) -> None:
    found = list(outcomes(both, _models(ordering), ordering))
    assert sum(one.result is not None for one in found) >= 340
    assert not [one for one in found if _is_wrong(one)]

"""Layers compute after the upgrade what they computed in Keras 1.2.2: alone, with two arguments, and inside models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kmigrate.config import Options
from kmigrate.engine import upgrade_source
from kmigrate.verify.results import Status
from tests.verify.both import Both
from tests.verify.layer_calls import program
from tests.verify.layer_models import SURROUNDINGS, Surrounded
from tests.verify.layers import Outcome, known, models, outcomes

#: Of each kind of model one in this many on each change, under an ordering; primes, so that classes come in turn.
SAMPLES = [("tf", "alone", 61), ("th", "alone", 61), ("tf", "pairs", 53), ("th", "inside", 127)]


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with Both() as found:
        yield found


def _is_wrong(one: Outcome) -> bool:
    if one.result is None:  # Keras 1.2.2 does not build it
        return False
    if known(one.call):
        return one.result.status is not Status.DIFFERS
    return one.result.status is not Status.IDENTICAL or one.result.floatx != "float64" or not one.varies


@pytest.mark.parametrize(("ordering", "what", "stride"), SAMPLES)
def test_some_layers_compute_the_same(ordering: str, what: str, stride: int, both: Both) -> None:
    sample = [replace(call, group="sample") for call in models(what, ordering)[0][(ordering == "th") :: stride]]
    found = list(outcomes(both, sample, ordering))
    assert len(found) >= 4
    assert not [one for one in found if _is_wrong(one)]


@pytest.mark.slow
@pytest.mark.parametrize("ordering", ["tf", "th"])
@pytest.mark.parametrize(("what", "least"), [("alone", 400), ("pairs", 200), ("inside", 600)])
def test_every_layer_computes_the_same(ordering: str, what: str, least: int, both: Both) -> None:
    found = list(outcomes(both, models(what, ordering)[0], ordering))
    assert sum(one.result is not None for one in found) >= least
    assert not [one for one in found if _is_wrong(one)]


def test_recurrent_layers_of_channels_first_programs_are_told_of() -> None:
    """What ``layers`` does to compare them is what the finding advises."""
    options = Options(unsafe=True, namespace="tf_keras", image_dim_ordering="th")
    recurrent = [call for call in models("alone", "th")[0] if re.search(r"\b(LSTM|GRU|SimpleRNN)\(", call.code)]
    assert len(recurrent) >= 60
    for call in recurrent:
        left = upgrade_source(program([call], alone=True), options).remaining
        assert any(found.code == "KM318" and "set channels_last for the program" in found.message for found in left)


def test_each_class_is_put_into_every_surrounding() -> None:
    found = models("inside", "tf")[0]
    assert {call.surrounding for call in found if isinstance(call, Surrounded)} == set(SURROUNDINGS)
    inside = {name for call in found for name in re.findall(r"\b[A-Z]\w+(?=\()", call.code)}
    alone = {call.group for call in models("alone", "tf")[0]} - {"cases"}
    # those that merge are in the surroundings themselves
    assert alone - inside <= {"Merge"}

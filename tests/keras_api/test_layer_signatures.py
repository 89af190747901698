"""The signatures of layers in Keras 2 and 3, made again by reflection."""

from __future__ import annotations

from kmigrate.keras_api import generate_layer_signatures
from kmigrate.keras_api.layer_signatures import LAYERS


def test_the_signatures_of_keras_2_are_current() -> None:
    found = generate_layer_signatures.signatures("tf_keras")
    current = {name: (kind, tuple(parameters)) for name, (kind, parameters) in found.items()}
    assert current == LAYERS[2], "run: python -m kmigrate.keras_api.generate_layer_signatures"


def test_keras_3_still_takes_what_is_recorded() -> None:
    """A newer Keras 3 may have more."""
    found = generate_layer_signatures.signatures("keras")
    for name, (kind, parameters) in LAYERS[3].items():
        now, taken = found[name]
        assert now == kind
        assert {each for each, _ in parameters} <= {each for each, _ in taken}, name

"""What is not known makes no finding: whatever is taken from a call that works, nothing is said against it."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

import pytest

from kmigrate.program.shapes import layers
from kmigrate.program.shapes.layers.sizes import known
from kmigrate.program.shapes.tensors import Layer, Level, Tensor, Unknown
from tests.program.shapes import oracle
from tests.program.shapes.cases import Case
from tests.program.shapes.test_layers_against_keras import recorded

#: What is an error though Keras builds the layer: nothing is left, or TensorFlow refuses when it runs.
_ONLY_WHEN_IT_RUNS = {"negative-size", "deconvolution-shape"}


def _working(version: int) -> Iterator[tuple[Case, oracle.Answer]]:
    """Layers that Keras makes something of."""
    for case, answer in recorded(version):
        if answer["error"] or case.more:
            continue
        outcome = layers.apply(_layer(version, case), [Tensor(shape) for shape in case.shapes])
        if not {remark.kind for remark in outcome.remarks if remark.level is Level.ERROR} & _ONLY_WHEN_IT_RUNS:
            yield case, answer


def _layer(version: int, case: Case) -> Layer:
    layer = oracle.built(ast.parse(case.call, mode="eval").body, version, case.ordering)
    assert isinstance(layer, Layer)
    return layer


def _unlike(version: int, case: Case, answer: oracle.Answer, layer: Layer, tensors: list[Tensor]) -> Iterator[str]:
    """What is said of a layer or of its output that Keras does not say."""
    outcome = layers.apply(layer, tensors)
    for remark in outcome.remarks:
        if remark.level is Level.ERROR:
            yield f"{case}: {remark}"
    for tensor, shape in zip(outcome.outputs, answer["shapes"][0], strict=False):
        if tensor.shape is None:
            continue
        if len(tensor.shape) != len(shape):
            yield f"{case}: {tensor.shape} is not {shape}"
        for ours, real in zip(tensor.shape, shape, strict=False):
            if known(ours) and ours != real:
                yield f"{case}: {tensor.shape} is not {shape}"
    if outcome.params is not None and outcome.params != answer["weights"]:
        yield f"{case}: {outcome.params} weights are not {answer['weights']}"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_sizes(version: int, share: float) -> None:
    chosen = random.Random(share)
    said: list[str] = []
    for case, answer in _working(version):
        tensors = [
            Tensor(tuple(Unknown("n") if size and chosen.random() < share else size for size in shape))
            for shape in case.shapes
        ]
        said += _unlike(version, case, answer, _layer(version, case), tensors)
    assert not said, "\n".join(said)


@pytest.mark.parametrize("version", [1, 2])
def test_a_shape(version: int) -> None:
    said: list[str] = []
    for case, answer in _working(version):
        said += _unlike(version, case, answer, _layer(version, case), [Tensor(None) for _ in case.shapes])
    assert not said, "\n".join(said)


@pytest.mark.parametrize("version", [1, 2])
def test_arguments(version: int) -> None:
    said: list[str] = []
    for case, answer in _working(version):
        for name in _layer(version, case).arguments:
            layer = _layer(version, case)
            layer.arguments[name] = Unknown(name)
            said += _unlike(version, case, answer, layer, [Tensor(shape) for shape in case.shapes])
    assert not said, "\n".join(said)

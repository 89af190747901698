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


def _working(version: int) -> Iterator[tuple[Case, oracle.Answer]]:
    for case, answer in recorded(version):
        if not answer["error"] and not case.more:
            yield case, answer


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
    said = []
    for case, answer in _working(version):
        tensors = [
            Tensor(tuple(Unknown("n") if chosen.random() < share else size for size in shape)) for shape in case.shapes
        ]
        layer = oracle.built(ast.parse(case.call, mode="eval").body, version, case.ordering)
        assert isinstance(layer, Layer)
        said += _unlike(version, case, answer, layer, tensors)
    assert not said, "\n".join(said)


@pytest.mark.parametrize("version", [1, 2])
def test_a_shape(version: int) -> None:
    said = []
    for case, answer in _working(version):
        layer = oracle.built(ast.parse(case.call, mode="eval").body, version, case.ordering)
        assert isinstance(layer, Layer)
        said += _unlike(version, case, answer, layer, [Tensor(None) for _ in case.shapes])
    assert not said, "\n".join(said)


@pytest.mark.parametrize("version", [1, 2])
def test_arguments(version: int) -> None:
    said = []
    for case, answer in _working(version):
        names = oracle.built(ast.parse(case.call, mode="eval").body, version, case.ordering)
        assert isinstance(names, Layer)
        for name in names.arguments:
            layer = oracle.built(ast.parse(case.call, mode="eval").body, version, case.ordering)
            assert isinstance(layer, Layer)
            layer.arguments[name] = Unknown(name)
            said += _unlike(version, case, answer, layer, [Tensor(shape) for shape in case.shapes])
    assert not said, "\n".join(said)

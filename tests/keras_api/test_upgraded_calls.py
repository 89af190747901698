"""Calls of Keras 1, upgraded and run on tf_keras, make what the real Keras 1.2.2 made of them.

The calls are generated (``calls``), what Keras 1.2.2 makes of them is recorded (``record_calls``), and what that is in
Keras 2 is written by hand (``configs``): none of the three reads the tables that the upgrade goes by.
"""

from __future__ import annotations

import ast
import functools
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kmigrate.config import Options
from kmigrate.engine import upgrade_source
from kmigrate.findings import Finding, LineIndex, Severity
from tests.keras_api import calls, configs
from tests.keras_api.record_calls import RECORDED

OPTIONS = Options(unsafe=True, namespace="tf_keras", image_dim_ordering="tf")

#: Every parameter (or value of it) that the upgrade leaves to a person, with the class: all of them, and no other.
_WEIGHTS = (
    *("AtrousConvolution1D", "AtrousConvolution2D", "Bidirectional", "ConvLSTM2D", "Convolution1D", "Convolution2D"),
    *("Convolution3D", "Deconvolution2D", "GRU", "LSTM", "SeparableConvolution2D"),
)
_PADDED = (
    *("AtrousConvolution1D", "AtrousConvolution2D", "ConvLSTM2D", "Convolution1D", "Convolution2D", "Convolution3D"),
    "Deconvolution2D",
)
LEFT = {
    *((name, "weights", "[1.0]") for name in _WEIGHTS),
    *((name, "border_mode", "'full'") for name in _PADDED),
    *((name, "forget_bias_init", "'uniform'") for name in ("ConvLSTM2D", "LSTM")),
    *(("SeparableConvolution2D", "init", value) for value in ("'uniform'", "'he_normal'")),
    ("Nadam", "schedule_decay", "0.005"),
}
#: Left only where nothing in the call tells Keras 1 from Keras 2, where the same name has another meaning.
LEFT_WITHOUT_A_SIGN = {("Adagrad", "epsilon"), ("RMSprop", "epsilon")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call: its statement after the upgrade, what was left to a person there, and what it made."""

    call: calls.Call
    text: str
    left: tuple[Finding, ...]
    error: str
    differences: tuple[str, ...]


@functools.cache
def recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(RECORDED.read_bytes()))
    return found


def legal(found: Iterable[calls.Call]) -> list[calls.Call]:
    """The calls that Keras 1.2.2 itself accepts, and whose parameters do not contradict each other."""
    return [call for call in found if isinstance(recorded()[call.key], dict) and not contradictory(call)]


def contradictory(call: calls.Call) -> bool:
    """Whether it says twice how large its input is, or gives strides with a rate.

    Keras 1 then took one of the two sizes (not always the same one); its TensorFlow backend asserts strides of 1 where
    there is a rate (``conv2d`` in ``keras/backend/tensorflow_backend.py``), but only when the layer is called.
    """
    given = {name for name, _ in call.arguments}
    sizes = {"input_shape", "batch_input_shape"} & given
    if len(sizes) + bool(sizes and given & {"input_dim", "input_length"}) > 1:
        return True
    return "atrous_rate" in given and bool({"subsample", "subsample_length"} & given)


def outcomes(symbol: str, found: list[calls.Call]) -> Iterator[Outcome]:
    """Upgrade one program with all the calls, and run it statement by statement."""
    result = upgrade_source(calls.program(symbol, [call.text for call in found]), OPTIONS)
    lines = LineIndex(result.text)
    errors: dict[int, list[Finding]] = {}
    for finding in result.remaining:
        if finding.severity is Severity.ERROR:
            errors.setdefault(lines.position(finding.span.start).line, []).append(finding)
    space: dict[str, Any] = {}
    seen = 0
    for statement in ast.parse(result.text).body:
        code = compile(ast.Module([statement], []), symbol, "exec")
        if not isinstance(statement, ast.Assign):
            exec(code, space)
            continue
        call = found[seen]
        assert isinstance(statement.targets[0], ast.Name)
        name = statement.targets[0].id
        assert name == f"made{seen}"
        seen += 1
        text = ast.get_source_segment(result.text, statement.value) or ""
        last = statement.end_lineno or statement.lineno
        left = tuple(finding for line in range(statement.lineno, last + 1) for finding in errors.get(line, ()))
        try:
            exec(code, space)
        except Exception as error:  # noqa: BLE001 - whatever tf_keras says is what is compared
            yield Outcome(call, text, left, f"{type(error).__name__}: {error}", ())
        else:
            yield Outcome(call, text, left, "", tuple(compare(call, space[name])))
    assert seen == len(found)


def compare(call: calls.Call, made: Any) -> list[str]:
    """What the object has otherwise than the Keras 1 call asked for."""
    wanted = configs.expected(recorded()[call.key])
    if "input_dtype" in dict(call.arguments) and "dtype" not in wanted:
        # Keras 1 took no notice of it without a shape; Keras 2 computes in it
        wanted["dtype"] = configs.Either()
    return configs.differences(wanted, configs.actual(made), type(made).__name__)


def wrong(found: Iterable[Outcome]) -> list[str]:
    """What is neither equal nor rightly left to a person."""
    said = []
    for outcome in found:
        given = {(outcome.call.name, *argument) for argument in outcome.call.arguments}
        places = [name for name, _ in calls.declared(outcome.call.symbol)[: outcome.call.positional]]
        may = bool(given & LEFT) or any(
            (outcome.call.name, p) in LEFT_WITHOUT_A_SIGN for p in [*places, *dict(outcome.call.arguments)]
        )
        what = f"{outcome.call.text} -> {outcome.text}"
        if outcome.left and not may:
            said.append(f"{what}: left to a person: {outcome.left[0].message}")
        elif given & LEFT and not outcome.left:
            said.append(f"{what}: nobody was told")
        elif not outcome.left and (outcome.error or outcome.differences):
            said.append(f"{what}: {outcome.error or '; '.join(outcome.differences)}")
    return said


@pytest.mark.parametrize("symbol", calls.symbols())
def test_each_parameter_alone(symbol: str) -> None:
    found = list(outcomes(symbol, legal(calls.singles(symbol))))
    assert found
    assert not wrong(found)


#: One pair in this many; a prime, so that no parameter is always left out.
STRIDE = 11


@pytest.mark.parametrize("symbol", calls.symbols())
def test_pairs_of_parameters(symbol: str) -> None:
    assert not wrong(outcomes(symbol, legal(list(calls.pairs(symbol))[::STRIDE])))


@pytest.mark.slow
@pytest.mark.parametrize("symbol", calls.symbols())
def test_all_pairs_of_parameters(symbol: str) -> None:
    found = legal(calls.pairs(symbol))
    for start in range(0, len(found), 400):
        assert not wrong(outcomes(symbol, found[start : start + 400]))


@pytest.mark.slow
@pytest.mark.parametrize("symbol", calls.symbols())
def test_a_call_alone_in_its_file_becomes_the_same(symbol: str) -> None:
    """Nothing but the call and its import tells which Keras the file is for."""
    module, _, name = symbol.rpartition(".")
    for call in legal(calls.singles(symbol)):
        among = upgrade_source(calls.program(symbol, [call.text]), OPTIONS).text.splitlines()[-1]
        alone = upgrade_source(f"from {module} import {name}\nmade0 = {call.text}\n", OPTIONS).text.splitlines()[-1]
        if not any(word in call.text for word in ("l1", "l2", "norm", "Dense(3)", "LSTM(3)", "nonneg")):
            assert alone == among


def test_every_recorded_call_is_generated() -> None:
    """The file was recorded from these calls and no others."""
    generated = {call.key for s in calls.symbols() for call in (*calls.singles(s), *calls.pairs(s))}
    assert generated == set(recorded())


def test_what_is_left_is_left_somewhere() -> None:
    """Every entry of LEFT is a call that was generated and that Keras 1 accepts."""
    given = {
        (call.name, *argument)
        for s in calls.symbols()
        for call in legal(calls.singles(s))
        for argument in call.arguments
    }
    assert given >= LEFT


def test_no_argument_is_given_twice() -> None:
    """Calls that say something twice stay Python: each name once."""
    twice = [call for s in calls.symbols() for call in (*calls.singles(s), *calls.pairs(s)) if contradictory(call)]
    assert twice
    for symbol in sorted({call.symbol for call in twice}):
        texts = [call.text for call in twice if call.symbol == symbol]
        compile(upgrade_source(calls.program(symbol, texts), OPTIONS).text, symbol, "exec")

"""The tables against reality: Keras 1.2.2's source distribution (parsed) and the installed tf_keras (by reflection)."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kmigrate import compat, keras_api
from kmigrate.config import Target
from kmigrate.keras_api import generate, keras1, legacy, statistics, training
from kmigrate.keras_api.model import ByRule, Disposition, Dropped, How, Packed, Person, Row, To, ValueMap
from kmigrate.keras_api.modules import MODULES
from kmigrate.report import mapping

TABLE = keras_api.rows(Target.KERAS2)
ROWS = sorted(TABLE.items())

_PRINTED = "what is printed, not what is computed"
#: Defaults of the target that differ from Keras 1's and change nothing that a program computes, each with the reason.
OTHER_DEFAULTS = {
    ("keras.callbacks.TensorBoard", "log_dir"): "'./logs' and 'logs' are the same folder",
    ("keras.engine.topology.Container.summary", "line_length"): _PRINTED,
    ("keras.engine.topology.Container.summary", "positions"): _PRINTED,
    ("keras.engine.topology.Input", "dtype"): "None means K.floatx()",
    ("keras.engine.topology.Input", "sparse"): "None means False",
    ("keras.engine.topology.InputLayer", "sparse"): "None means False",
    ("keras.engine.topology.Layer.add_weight", "trainable"): "None means True",
    ("keras.layers.core.MaskedLambda", "arguments"): "None means {}",
    ("keras.layers.embeddings.Embedding", "init"): "'uniform' and 'random_uniform' are one initializer",
    **{
        (f"{model}.{method}", name): reason
        for model in ("keras.engine.training.Model", "keras.models.Sequential")
        for method in ("fit", "evaluate", "predict")
        for name, reason in (("batch_size", "None means 32"), ("verbose", _PRINTED))
    },
}

#: Targets whose signature is (*args, **kwargs) and hands everything on.
HANDED_ON = {"keras.layers.Layer.__call__", "keras.layers.Layer.call"}


# --- the real Keras 2 -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def resolve() -> Callable[[str], Any]:
    """What a row's ``to`` is on the installed tf_keras; raises AttributeError where it has nothing there."""
    import tf_keras

    @cache
    def find(path: str) -> Any:
        found: Any = tf_keras
        for name in path.split(".")[1:]:
            found = getattr(found, name)
        return found

    return find


def signature(thing: Any) -> inspect.Signature:
    """The parameters a caller gives: without ``self``, or ``instance``, as a decorator of tf_keras calls it."""
    found = inspect.signature(thing)
    parameters = list(found.parameters.values())
    bound = inspect.ismethod(thing) or inspect.isclass(thing)
    if not bound and parameters and parameters[0].name in ("self", "instance"):
        parameters = parameters[1:]
    return found.replace(parameters=parameters)


def accepted(thing: Any) -> set[str]:
    """Names that the target takes though its signature says ``**kwargs``: what its constructors read from there."""
    names: set[str] = set()
    constructors = [vars(cls).get("__init__") for cls in inspect.getmro(thing)] if inspect.isclass(thing) else [thing]
    for function in constructors:
        try:
            source = inspect.getsource(inspect.unwrap(function))  # type: ignore[arg-type]
        except (TypeError, OSError):
            continue
        names |= set(inspect.signature(function).parameters)  # type: ignore[arg-type]
        tree = ast.parse(inspect.cleandoc("\n" + source) if source[:1].isspace() else source)
        names |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return names


def on_keras(rows: list[tuple[str, Row]]) -> Iterator[tuple[str, Row, str]]:
    """The rows whose ``to`` is a name of Keras 2."""
    for symbol, row in rows:
        if row.to is not None and row.to.startswith("keras."):
            yield symbol, row, row.to


def changes(symbol: str, row: Row) -> Iterator[tuple[str, str | None, Disposition]]:
    """Each Keras 1 parameter with its default and its disposition; those accepted through ``**kwargs`` come last."""
    seen = set()
    for name, default in keras_api.params(symbol):
        seen.add(name)
        if not name.startswith("*"):
            yield name, default, row.params.get(name, To(name))
    for name in row.params:
        if name not in seen:
            yield name, None, row.params[name]


def ends_in(change: Disposition) -> str | None:
    """The target's parameter in which a Keras 1 parameter ends, if any."""
    return change.name if isinstance(change, To | Packed | ByRule) else None


def positions(symbol: str, row: Row) -> list[str]:
    """The target's parameters that a call may give by position: the row's ``order``, or what Keras 1's becomes."""
    if row.order is not None:
        return list(row.order)
    order: dict[str, None] = {}
    for name, _ in keras_api.params(symbol):
        change = row.params.get(name)
        if not name.startswith("*") and not isinstance(change, Dropped):
            order[(ends_in(change) if change else None) or name] = None
    return list(order)


# --- facts ----------------------------------------------------------------------------------------------------------


def test_facts_are_those_of_the_source_distribution(keras1_sdist: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        generate.main(str(keras1_sdist))
    assert printed.getvalue() == Path(keras1.__file__).read_text(encoding="utf-8")


def test_every_symbol_has_a_row() -> None:
    symbols = set(keras_api.symbols())
    assert symbols >= set(keras1.SYMBOLS)
    assert sorted(symbols - set(TABLE)) == []
    assert sorted(set(TABLE) - symbols) == []


def test_every_module_is_mapped() -> None:
    assert sorted(keras1.MODULES - set(MODULES)) == []


def test_modules_lead_to_modules(resolve: Callable[[str], Any]) -> None:
    for new in {new for new in MODULES.values() if new}:
        assert inspect.ismodule(resolve(new)), new


# --- rows and Keras 1 -----------------------------------------------------------------------------------------------


def test_rows_speak_of_parameters_that_keras_1_had() -> None:
    problems = []
    for symbol, row in ROWS:
        names = {name for name, _ in keras_api.params(symbol)} | set(legacy.LEGACY_PARAMETERS.get(symbol, ()))
        open_ended = any(name.startswith("**") for name in names)
        pinned = {name for pin in row.pins for name in (*pin.unless, *pin.given)}
        problems += [f"{symbol}({name})" for name in {*row.params, *pinned} - names if not open_ended]
    assert not problems, "\n".join(problems)


def test_rows_are_complete() -> None:
    """A row says what it has to for its kind."""
    problems = []
    for symbol, row in ROWS:
        last = row.to.rpartition(".")[2] if row.to else None
        if row.how in (How.SAME, How.RENAMED, How.COMPAT) and row.to is None:
            problems.append(f"{symbol}: no target")
        if row.how is How.SAME and last != symbol.rpartition(".")[2]:
            problems.append(f"{symbol}: the same, yet {row.to}")
        if (row.how is How.COMPAT) != (row.to is not None and row.to.startswith("kmigrate.compat.")):
            problems.append(f"{symbol}: {row.how} with {row.to}")
        if (row.how is How.RULE) != (row.rule is not None):
            problems.append(f"{symbol}: {row.how} with rule {row.rule}")
        if row.how in (How.PERSON, How.INTERNAL) and not row.note:
            problems.append(f"{symbol}: no words for a person")
    assert not problems, "\n".join(problems)


def test_compat_has_what_the_rows_promise() -> None:
    promised = {row.to.split(".")[2] for _, row in ROWS if row.how is How.COMPAT and row.to}
    assert sorted(promised - set(compat.__all__)) == []


# --- rows and Keras 2 -----------------------------------------------------------------------------------------------


def test_targets_exist(resolve: Callable[[str], Any]) -> None:
    problems = []
    for symbol, _, to in on_keras(ROWS):
        try:
            resolve(to)
        except AttributeError as error:
            problems.append(f"{symbol} -> {to}: {error}")
    assert not problems, "\n".join(problems)


def test_parameters_end_in_parameters_of_the_target(resolve: Callable[[str], Any]) -> None:
    problems = []
    for symbol, row, to in on_keras(ROWS):
        thing = resolve(to)
        if not callable(thing) or to in HANDED_ON:
            continue
        parameters = signature(thing).parameters
        open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        more = accepted(thing) if open_ended else set()
        for name, _, change in changes(symbol, row):
            new = ends_in(change)
            if new is not None and new not in parameters and new not in more:
                problems.append(f"{symbol}({name}) -> {to}({new})")
    assert not problems, "\n".join(problems)


def test_order_is_that_of_the_target(resolve: Callable[[str], Any]) -> None:
    problems = []
    for symbol, row, to in on_keras(ROWS):
        thing = resolve(to)
        if not callable(thing):
            continue
        parameters = list(signature(thing).parameters.values())
        if any(p.kind is p.VAR_POSITIONAL for p in parameters):
            continue
        real = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        order = positions(symbol, row)
        if real[: len(order)] != order:
            problems.append(f"{symbol}: {order}, but {to}{real}")
    assert not problems, "\n".join(problems)


def test_pins_are_needed_and_possible(resolve: Callable[[str], Any]) -> None:
    problems = []
    for symbol, row, to in on_keras(ROWS):
        thing: Any = resolve(to)
        for pin in row.pins:
            parameters = signature(thing).parameters
            if pin.name in parameters:
                default = parameters[pin.name].default
            elif pin.name in accepted(thing):
                default = resolve(to)(1).get_config()[pin.name]  # what the constructor takes from **kwargs
            else:
                problems.append(f"{symbol}: {to} has no {pin.name}")
                continue
            if default == ast.literal_eval(pin.value):
                problems.append(f"{symbol}: {pin.name}={pin.value} is the default already")
            if not pin.why:
                problems.append(f"{symbol}: {pin.name} does not say why")
    assert not problems, "\n".join(problems)


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except ValueError:
        return text


def test_defaults_are_the_same_or_pinned(resolve: Callable[[str], Any]) -> None:
    """A default that changed is pinned, or it is listed above with the reason why it need not be."""
    problems = []
    listed = set()
    for symbol, row, to in on_keras(ROWS):
        thing = resolve(to)
        if not callable(thing) or row.how in (How.PERSON, How.RULE):
            continue
        parameters = signature(thing).parameters
        pinned = {pin.name for pin in row.pins}
        for name, default, change in changes(symbol, row):
            if default is None or not isinstance(change, To) or change.name not in parameters:
                continue
            old = _value((change.value.literals.get(default, default)) if change.value else default)
            new = parameters[change.name].default
            if change.name in pinned or new is inspect.Parameter.empty or old == new:
                continue
            listed.add((symbol, name))
            if (symbol, name) not in OTHER_DEFAULTS:
                problems.append(f"{symbol}({name}={default}) -> {to}({change.name}={new!r})")
    assert not problems, "\n".join(problems)
    assert set(OTHER_DEFAULTS) == listed


def test_compat_takes_what_keras_1_took() -> None:
    """Names of ``kmigrate.compat`` keep Keras 1's parameters and their order, but for what a row says has changed."""
    problems = []
    for symbol, row in ROWS:
        if row.how is not How.COMPAT or row.to is None or row.to.endswith(".call"):  # Keras calls `call`, as it likes
            continue
        thing: Any = compat
        for name in row.to.split(".")[2:]:
            thing = getattr(thing, name)
        if not callable(thing):
            continue
        parameters = signature(thing).parameters
        open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        wanted = [n for n in positions(symbol, row) if not n.startswith("*")]
        real = [p.name for p in parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        more = accepted(thing) if open_ended else set()
        if real[: len(wanted)] != wanted and not (real == [] and set(wanted) <= more):
            problems.append(f"{symbol}: {wanted}, but {row.to}{real}")
        for name, _, change in changes(symbol, row):
            new = ends_in(change)
            if new is not None and new not in parameters and new not in more:
                problems.append(f"{symbol}({name}) -> {row.to}({new})")
    assert not problems, "\n".join(problems)


# --- values ---------------------------------------------------------------------------------------------------------


def value_maps() -> Iterator[tuple[str, str, str, ValueMap]]:
    for symbol, row in ROWS:
        for name, change in row.params.items():
            if isinstance(change, To) and change.value is not None:
                yield symbol, name, change.name, change.value


def test_values_are_python() -> None:
    for symbol, name, _, values in value_maps():
        for old, new in values.literals.items():
            assert ast.unparse(ast.parse(old, mode="eval")) == old, (symbol, name)
            ast.parse(new, mode="eval")
        if values.template is not None:
            ast.parse(values.template.replace("{}", "x"), mode="eval")


def test_dropped_parameters_say_why() -> None:
    for symbol, row in ROWS:
        for name, change in row.params.items():
            if isinstance(change, Dropped) and change.when is not None:
                assert change.message, (symbol, name)
                for value in change.when:
                    assert ast.unparse(ast.parse(value, mode="eval")) == value, (symbol, name)
            if isinstance(change, Person):
                assert change.message, (symbol, name)


def test_values_are_known_to_keras_2(resolve: Callable[[str], Any]) -> None:
    known = {
        "initializer": resolve("keras.initializers.get"),
        "regularizer": resolve("keras.regularizers.get"),
        "constraint": resolve("keras.constraints.get"),
    }
    enumerated = {"data_format": {"channels_first", "channels_last", None}}
    checked = 0
    for symbol, name, new, values in value_maps():
        for text in values.literals.values():
            value = ast.literal_eval(text)
            kind = new.rpartition("_")[2]
            if kind in known and isinstance(value, str):
                assert not isinstance(known[kind](value), str), (symbol, name, value)
                checked += 1
            elif new in enumerated:
                assert value in enumerated[new], (symbol, name, value)
                checked += 1
    assert checked > 100


def test_strings_that_need_another_object(resolve: Callable[[str], Any]) -> None:
    optimizers = vars(resolve("keras.optimizers"))
    for name, expression in training.STRING_OPTIMIZERS.items():
        assert type(eval(expression, dict(optimizers))).__name__.lower() == name
    for name, path in {**training.STRING_LOSSES, **training.STRING_METRICS}.items():
        assert path.rpartition(".")[2] in compat.__all__, name
        if name != "cosine_proximity":  # as a metric Keras 2 knows it, with another sign
            assert name not in vars(resolve("keras.metrics")), name
    assert "sgd" not in training.STRING_OPTIMIZERS


# --- looking names up -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "full"),
    [
        ("keras.layers.Dense", "keras.layers.core.Dense"),
        ("keras.layers.core.Dense", "keras.layers.core.Dense"),
        ("keras.layers.Conv2D", "keras.layers.convolutional.Convolution2D"),
        ("keras.backend.mean", "keras.backend.tensorflow_backend.mean"),
        ("keras.backend.theano_backend.mean", "keras.backend.tensorflow_backend.mean"),
        ("keras.layers.core.K.mean", "keras.backend.tensorflow_backend.mean"),
        ("keras.models.Model", "keras.engine.training.Model"),
        ("keras.objectives.mse", "keras.objectives.mean_squared_error"),
        ("keras.constraints.maxnorm", "keras.constraints.MaxNorm"),
        ("keras.regularizers.WeightRegularizer", "keras.regularizers.L1L2Regularizer"),
        ("keras.regularizers.ActivityRegularizer", "keras.regularizers.ActivityRegularizer"),
        ("keras.models.Sequential.summary", "keras.engine.topology.Container.summary"),
        ("keras.models.Sequential.fit", "keras.models.Sequential.fit"),
        ("keras.layers.LSTM.get_config", "keras.layers.recurrent.LSTM.get_config"),
        ("keras.optimizers.adam.get_weights", "keras.optimizers.Optimizer.get_weights"),
        ("keras.backend.common", None),
        ("keras.backend._BACKEND", "keras.backend._BACKEND"),
        ("keras.layers.Nonsense", None),
        ("keras.layers.Dense.nonsense", None),
        ("numpy.mean", None),
        ("", None),
    ],
)
def test_canonical(path: str, full: str | None) -> None:
    assert keras_api.canonical(path) == full


def test_every_export_leads_to_a_row_or_a_module() -> None:
    for path in keras1.EXPORTS:
        full = keras_api.canonical(path) or keras1.EXPORTS[path]
        assert full in TABLE or full in MODULES, path


def test_looking_up_costs_nothing_before_it_is_used() -> None:
    code = "import sys, kmigrate.keras_api; print([m for m in sys.modules if m.startswith('kmigrate.keras_api.')])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "['kmigrate.keras_api.model']\n"


def test_keras3_has_no_tables_yet() -> None:
    assert keras_api.row("keras.layers.core.Dense", Target.KERAS3) is None


# --- figures and pages ----------------------------------------------------------------------------------------------


def test_statistics_count_everything() -> None:
    counted = statistics.count()
    assert counted.complete
    assert sum(counted.symbols.values()) == len(keras1.SYMBOLS)
    parameters = [name for _, params in keras1.SYMBOLS.values() for name, _ in params if not name.startswith("*")]
    assert sum(counted.parameters.values()) == len(parameters)
    assert not statistics.count(Target.KERAS3).complete


def test_the_page_of_the_mapping_is_current() -> None:
    committed = Path(__file__).parents[2] / "docs" / "api-mapping.md"
    assert committed.read_text(encoding="utf-8") == mapping.page(), (
        "run: python -m kmigrate.report.mapping > docs/api-mapping.md"
    )


def test_the_page_has_every_row() -> None:
    lines = [line for line in mapping.page().splitlines() if line.startswith(("| `", "| *"))]
    assert len(lines) == len(TABLE)
    assert all(len(re.split(r"(?<!\\)\|", line)) == 5 for line in lines)

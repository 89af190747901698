"""A call runs on Keras 2 as it is, or after its rewrite, and computes something else.

Some changes between Keras 1.2.2 and Keras 2 leave no trace in a program: it runs, and its numbers differ. Where one
applies to the very arguments of a call, and no rewrite brings the old numbers back, this says what changed and what to
do: activity regularizers are divided by the batch size, `hinge` turns targets of 0 into -1, samples of weight 0 count
in the mean of the loss, `Nadam` has another schedule, `Tokenizer` numbers words with equal counts otherwise, `{epoch}`
in a checkpoint's name starts at 1, and more.

Before::

    from keras.layers import Dense
    from keras.regularizers import l2
    x = Dense(8, activity_regularizer=l2(0.01), W_regularizer=l2(0.01))(x)

After::

    from keras.layers import Dense
    from keras.regularizers import l2
    x = Dense(8, activity_regularizer=l2(0.01), kernel_regularizer=l2(0.01))(x)

There is no fix, and nothing is said in files that are written for Keras 2. Only the `epsilon` of `BatchNormalization`
is written out, which is safe, where the project's requirements ask for a Keras before 1.2 (`keras==1.0.6`): its default
was 1e-5 then.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kmigrate import keras_api
from kmigrate.findings import Add, CallEdit, Finding, Rewrite, Safety, Severity
from kmigrate.keras_api import legacy
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.program.values import LAYER, Const, Display, Ref
from kmigrate.rules.arguments import is_default
from kmigrate.rules.base import Rule
from kmigrate.rules.compile_strings import named_functions

Given = Mapping[str, Argument]
_CODE = "KM209"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for calls of ``symbols`` that give ``parameter``; ``when`` narrows it further."""

    symbols: tuple[str, ...]
    parameter: str
    message: str
    when: Callable[[Program, KerasCall, Argument, Given], bool] = lambda *_: True
    severity: Severity = Severity.WARNING


def _string(program: Program, call: KerasCall, argument: Argument) -> str | None:
    constant = program.values.constant(argument.value, call.scope)
    return constant.value if constant is not None and isinstance(constant.value, str) else None


def _not_hdf5(program: Program, call: KerasCall, argument: Argument, _: Given) -> bool:
    name = _string(program, call, argument)
    # .keras is HDF5 for weights (Keras 2.15, saving/legacy/saving_utils.py), and a format that Keras 2 reads for models
    return name is not None and not name.endswith((".h5", ".hdf5", ".keras"))


def _counts_epochs(program: Program, call: KerasCall, argument: Argument, _: Given) -> bool:
    return "{epoch" in (_string(program, call, argument) or "")


def _not_gpu(program: Program, call: KerasCall, _: Argument, given: Given) -> bool:
    return "consume_less" not in given or _string(program, call, given["consume_less"]) != "gpu"


def _not_cpu(program: Program, call: KerasCall, _: Argument, given: Given) -> bool:
    return "consume_less" in given and _string(program, call, given["consume_less"]) in ("mem", "gpu")


def _shifts_differ(_: Program, __: KerasCall, argument: Argument, given: Given) -> bool:
    """Whether the two ranges are not the same, or may be 1 and more."""
    texts = {ast.unparse(given[n].value) if n in given else "0.0" for n in ("width_shift_range", "height_shift_range")}
    value = argument.value.value if isinstance(argument.value, ast.Constant) else 0
    return len(texts) > 1 or (isinstance(value, (int, float)) and value >= 1)


def _is_hinge(program: Program, call: KerasCall, argument: Argument, _: Given) -> bool:
    values = program.values.of(argument.value, call.scope)
    elements = [e for v in values if isinstance(v, Display) for e in ast.walk(v.node) if isinstance(e, ast.Constant)]
    if _string(program, call, argument) in ("hinge", "squared_hinge"):
        return True
    if any(element.value in ("hinge", "squared_hinge") for element in elements):
        return True
    return any(isinstance(v, Ref) and v.symbol is not None and v.symbol.endswith("hinge") for v in values)


def _is_weight_regularizer(program: Program, call: KerasCall, argument: Argument, _: Given) -> bool:
    """Whether it is not one of the activity regularizers of Keras 1, whose counterparts undo the division."""
    value = argument.value
    callee = program.values.only(value.func, call.scope) if isinstance(value, ast.Call) else None
    name = callee.symbol if isinstance(callee, Ref) else None
    return name is None or "activity" not in name.lower()


_BATCH_NORMALIZATION = "keras.layers.normalization.BatchNormalization"
_RECURRENT = tuple(f"keras.layers.recurrent.{name}" for name in ("SimpleRNN", "GRU", "LSTM"))
_NADAM = "keras.optimizers.Nadam"
_MODELS = ("keras.engine.training.Model", "keras.models.Sequential")
_GENERATOR = ("keras.preprocessing.image.ImageDataGenerator",)
_SAVE = (
    "Keras 1 wrote HDF5 whatever the name; Keras 2 writes {} unless the name ends in .h5: end it so, or say "
    "save_format='h5'"
)
_IGNORED = (
    "Keras 1.2.2 ignored {0} unless consume_less is 'gpu' (1.1.2 and before did not); Keras 2 uses it: leave it out "
    "for the "
    "numbers of 1.2.2"
)

CHANGES = (
    Change(
        tuple(
            f"{model}.{method}"
            for model in _MODELS
            for method in ("fit", "train_on_batch", "evaluate", "test_on_batch")
        ),
        "sample_weight",
        "Keras 1 divided the loss by the share of samples whose weight is not 0, Keras 2 divides it by the batch "
        "size: the "
        "loss is smaller where weights are 0",
    ),
    Change(
        tuple(f"{model}.compile" for model in _MODELS),
        "loss",
        "where all targets are 0 or 1, Keras 2 turns the 0 into -1 for hinge losses, Keras 1 did not: for its "
        "numbers use "
        "kmigrate.compat.hinge or squared_hinge",
        _is_hinge,
    ),
    Change(
        ("keras.layers.core.ActivityRegularization",),
        "l1",
        "Keras 2 divides activity regularization by the batch size, Keras 1 did not",
    ),
    Change(
        ("keras.layers.core.ActivityRegularization",),
        "l2",
        "Keras 2 divides activity regularization by the batch size, Keras 1 did not",
    ),
    Change(_RECURRENT, "inner_init", _IGNORED.format("inner_init"), _not_gpu),
    Change(_RECURRENT, "U_regularizer", _IGNORED.format("U_regularizer"), _not_gpu),
    Change(
        ("keras.layers.recurrent.SimpleRNN",),
        "dropout_W",
        "Keras 1.2.2 dropped inputs of SimpleRNN with consume_less='cpu' alone; Keras 2 drops them: leave dropout_W "
        "out for its numbers",
        _not_cpu,
    ),
    Change(
        ("keras.preprocessing.text.Tokenizer",),
        "nb_words",
        "words with equal counts may have other numbers than Keras 1 gave them, and another word may be the last one "
        "kept: "
        "keep the old word_index for a model that is trained already",
    ),
    Change(
        ("keras.callbacks.ModelCheckpoint",),
        "filepath",
        "{epoch} in the file's name counts from 1 in Keras 2, from 0 in Keras 1",
        _counts_epochs,
    ),
    Change(
        ("keras.engine.topology.Container.save_weights", "keras.models.Sequential.save_weights"),
        "filepath",
        _SAVE.format("a TensorFlow checkpoint"),
        _not_hdf5,
    ),
    Change(("keras.engine.topology.Container.save",), "filepath", _SAVE.format("a SavedModel folder"), _not_hdf5),
    Change(
        _GENERATOR,
        "zca_whitening",
        "Keras 2 whitens along other axes than Keras 1: the images differ",
    ),
    Change(
        _GENERATOR,
        "width_shift_range",
        "Keras 2 counts a range of 1 or more in pixels, where Keras 1 took a fraction, and moves rows by the width's "
        "range and "
        "columns by the height's",
        _shifts_differ,
    ),
)


def check(program: Program) -> Iterator[Finding]:
    """One finding an argument that a change is about."""
    if program.written_for == 2:
        return
    for call in program.calls:
        if 2 in program.call_version(call):
            continue
        changes = _changes_for(call.symbol)
        if not changes:
            continue
        given = {entry.parameter: entry.argument for entry in program.bound(call) if entry.parameter}
        defaults = dict(keras_api.params(call.symbol))
        for change in changes:
            argument = given.get(change.parameter)
            if argument is None or is_default(argument, defaults.get(change.parameter)):
                continue
            if change.when(program, call, argument, given):
                yield _finding(program, call, argument, change)
    yield from _older(program)
    yield from _nadam(program)


@functools.cache
def _changes_for(symbol: str) -> tuple[Change, ...]:
    """What changed for calls of ``symbol``: of those that make a layer, activity regularizers, too."""
    own = tuple(change for change in CHANGES if symbol in change.symbols)
    if keras_api.kind(symbol) != "class" or LAYER not in keras_api.mro(symbol):
        return own
    message = (
        "Keras 2 divides activity regularization by the batch size, Keras 1 did not: kmigrate.compat.activity_l1, "
        "activity_l2 "
        "and activity_l1l2 take that back"
    )
    return (*own, Change((symbol,), "activity_regularizer", message, _is_weight_regularizer))


def _finding(program: Program, call: KerasCall, argument: Argument, change: Change) -> Finding:
    span = program.module.span(argument.node if argument.node is not None else argument.value)
    name = call.symbol.rpartition(".")[2]
    return Finding(_CODE, f"`{name}`: {change.message}", change.severity, span)


def _older(program: Program) -> Iterator[Finding]:
    """The epsilon that batch normalization had before Keras 1.2, in files that use what only older versions had."""
    pin = program.project.pin
    if pin is not None and pin.batch_normalization_epsilon == "0.001":
        return
    older = (
        pin is not None
        or any(use.symbol in legacy.LEGACY_SYMBOLS for use in program.uses)
        or any(
            keyword.arg in legacy.LEGACY_PARAMETERS.get(call.symbol, ())
            for call in program.calls
            for keyword in call.node.keywords
        )
    )
    if not older:
        return
    for call in program.calls:
        if call.symbol != _BATCH_NORMALIZATION or not call.complete or call.keywords_only:
            continue
        if not any(entry.parameter == "epsilon" or entry.argument.star for entry in program.bound(call)):
            message = "`BatchNormalization`: epsilon was 1e-5 by default up to Keras 1.1.2, and is 1e-3 since"
            span = program.module.span(call.node)
            if pin is None:
                yield Finding(_CODE, message, Severity.WARNING, span)
                continue
            operation = CallEdit(span, (Add("epsilon", pin.batch_normalization_epsilon),))
            safety = Safety.UNSAFE if call.assumes else Safety.SAFE
            rewrite = Rewrite("write the old default out", safety, calls=(operation,), assumes=call.assumes)
            yield Finding(_CODE, f"{message}; {pin.words}", Severity.WARNING, span, rewrite)


def _nadam(program: Program) -> Iterator[Finding]:
    """Nadam, made or named: its momentum grows by 0.96 ** (0.004 * step) in Keras 1.2.2, by 0.96 ** step in Keras 2."""
    message = (
        "`Nadam`: its momentum rises within 100 steps in Keras 2, where Keras 1 took 25000, and no argument brings "
        "that back: train again, and tune the rate again"
    )
    for call in program.calls:
        if call.symbol == _NADAM and not call.keywords_only and 2 not in program.call_version(call):
            yield Finding(_CODE, message, Severity.WARNING, program.module.span(call.node))
    for call, parameter, node in named_functions(program):
        values = program.values.of(node, call.scope) if parameter == "optimizer" else ()
        if any(isinstance(value, Const) and str(value.value).lower() == "nadam" for value in values):
            yield Finding(_CODE, message, Severity.WARNING, program.module.span(node))


RULE = Rule(_CODE, "silent-change", __doc__, check)

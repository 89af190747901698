"""What became of activations, callbacks, constraints, initializations, metrics, objectives, optimizers, regularizers.

The facts are those of Keras 1.2.2 (the module of each name). The rows are held against tf_keras by reflection;
sentences about behaviour come from reading both sources, and, where they give figures, from running both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kmigrate.keras_api.model import ByRule, Disposition, Dropped, How, Pin, Row, Table, To, ValueMap
from kmigrate.keras_api.numbers import Numbers


def _same(module: str, names: str, note: str = "") -> Iterable[tuple[str, Row]]:
    return ((f"{module}.{name}", Row(to=f"{module}.{name}", note=note)) for name in names.split())


def _compat(module: str, names: str, note: str = "") -> Iterable[tuple[str, Row]]:
    return ((f"{module}.{name}", Row(How.COMPAT, f"kmigrate.compat.{name}", note=note)) for name in names.split())


#: ``get(identifier, kwargs)``: a dict to instantiate with, gone with Keras 2.0.
_GET_KWARGS = Dropped(
    ("None", "{}"), "`get` takes no kwargs in Keras 2: give it a config {'class_name': …, 'config': …}"
)

# --- activations ----------------------------------------------------------------------------------------------------

ACTIVATIONS: Table = {
    **dict(_same("keras.activations", "elu get hard_sigmoid linear relu sigmoid softplus softsign tanh")),
    "keras.activations.softmax": Row(
        to="keras.activations.softmax",
        note="Keras 1 refused tensors of rank 4 and more; Keras 2 takes the last axis, whatever the image ordering.",
    ),
}

# --- callbacks ------------------------------------------------------------------------------------------------------

_PATIENCE = ByRule("KM207", "patience")
_MONITOR = "Where metrics=['accuracy'], Keras 2 logs 'accuracy' and 'val_accuracy' (Keras 1: 'acc' and 'val_acc')."

CALLBACKS: Table = {
    **dict(
        _same(
            "keras.callbacks",
            "BaseLogger BaseLogger.on_batch_end BaseLogger.on_epoch_begin BaseLogger.on_epoch_end CSVLogger "
            "CSVLogger.on_epoch_end CSVLogger.on_train_begin CSVLogger.on_train_end Callback.on_batch_begin "
            "Callback.on_batch_end Callback.on_epoch_begin Callback.on_epoch_end Callback.on_train_begin "
            "Callback.on_train_end Callback.set_model Callback.set_params CallbackList.append "
            "CallbackList.on_batch_begin "
            "CallbackList.on_batch_end CallbackList.on_epoch_begin CallbackList.on_epoch_end "
            "CallbackList.on_train_begin "
            "CallbackList.on_train_end CallbackList.set_model CallbackList.set_params EarlyStopping.on_epoch_end "
            "EarlyStopping.on_train_begin EarlyStopping.on_train_end History History.on_epoch_end "
            "History.on_train_begin "
            "LambdaCallback LearningRateScheduler.on_epoch_begin ModelCheckpoint.on_epoch_end ProgbarLogger "
            "ProgbarLogger.on_batch_begin ProgbarLogger.on_batch_end ProgbarLogger.on_epoch_begin "
            "ProgbarLogger.on_epoch_end ProgbarLogger.on_train_begin ReduceLROnPlateau.in_cooldown "
            "ReduceLROnPlateau.on_epoch_end ReduceLROnPlateau.on_train_begin RemoteMonitor.on_epoch_end "
            "TensorBoard TensorBoard.on_epoch_end TensorBoard.set_model",
        )
    ),
    "keras.callbacks.Callback": Row(
        to="keras.callbacks.Callback",
        note="`self.params` holds 'epochs', 'steps' and 'verbose' in Keras 2 (Keras 1: 'nb_epoch', 'nb_sample', "
        "'batch_size', 'do_validation', 'metrics').",
    ),
    "keras.callbacks.CallbackList": Row(
        to="keras.callbacks.CallbackList",
        params={"queue_length": Dropped()},
        order=("callbacks",),
        note="The last argument `queue_length` sized the timing statistics only.",
    ),
    "keras.callbacks.EarlyStopping": Row(
        to="keras.callbacks.EarlyStopping",
        params={"patience": _PATIENCE},
        note="Keras 1 stopped after patience + 1 epochs without improvement (Keras 2: after patience, but at least 1). "
        + _MONITOR,
    ),
    "keras.callbacks.LearningRateScheduler": Row(
        to="keras.callbacks.LearningRateScheduler",
        note="Keras 2 calls schedule(epoch, lr) first, and schedule(epoch) only where that is refused: a schedule "
        "with an "
        "optional second parameter gets the current rate there.",
    ),
    "keras.callbacks.ModelCheckpoint": Row(
        to="keras.callbacks.ModelCheckpoint",
        params={"period": To("period")},
        order=("filepath", "monitor", "verbose", "save_best_only", "save_weights_only", "mode"),
        note="{epoch} in the file name counts from 1 in Keras 2 (Keras 1: from 0). A name that does not end in .h5, "
        ".hdf5 or "
        ".keras is written as a TensorFlow folder. " + _MONITOR,
    ),
    "keras.callbacks.ReduceLROnPlateau": Row(
        to="keras.callbacks.ReduceLROnPlateau",
        params={"patience": _PATIENCE, "epsilon": To("min_delta")},
        note="Further reductions on the same plateau came after patience epochs each in Keras 1. " + _MONITOR,
    ),
    "keras.callbacks.RemoteMonitor": Row(
        to="keras.callbacks.RemoteMonitor",
        pins=(
            Pin(
                "headers",
                "{'Accept': 'application/json', 'Content-Type': 'application/json'}",
                "Keras 1 sent these headers where none were given, Keras 2 sends none of its own",
                unless=("headers",),
            ),
        ),
    ),
    "keras.callbacks.TensorBoard.on_train_end": Row(
        to="keras.callbacks.TensorBoard.on_train_end", params={"_": To("logs")}
    ),
    "keras.callbacks.requests": Row(How.INTERNAL, note="The `requests` package, if it was there: import it yourself."),
}

# --- constraints ----------------------------------------------------------------------------------------------------

_AXIS = (
    "axis counts axes of the weights: a convolution's kernel is (rows, columns, input, output) in Keras 2 whatever "
    "the image "
    "ordering, and was (output, input, rows, columns) under 'th'."
)

CONSTRAINTS: Table = {
    **dict(
        _same(
            "keras.constraints",
            "Constraint Constraint.get_config MaxNorm.get_config MinMaxNorm.get_config NonNeg UnitNorm.get_config",
        )
    ),
    **{
        f"keras.constraints.{name}.__call__": Row(to=f"keras.constraints.{name}.__call__", params={"p": To("w")})
        for name in ("Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm")
    },
    "keras.constraints.MaxNorm": Row(to="keras.constraints.MaxNorm", params={"m": To("max_value")}, note=_AXIS),
    "keras.constraints.MinMaxNorm": Row(
        to="keras.constraints.MinMaxNorm", params={"low": To("min_value"), "high": To("max_value")}, note=_AXIS
    ),
    "keras.constraints.UnitNorm": Row(to="keras.constraints.UnitNorm", note=_AXIS),
    "keras.constraints.get": Row(to="keras.constraints.get", params={"kwargs": _GET_KWARGS}),
}

# --- initializations ------------------------------------------------------------------------------------------------


def _initialization(name: str, note: str = "") -> Row:
    """Functions (shape, …) -> variable became objects (shape, dtype) -> tensor in Keras 2.0."""
    params = {parameter: ByRule("KM111") for parameter in ("shape", "scale", "name", "dim_ordering")}
    if name not in ("RandomUniform", "RandomNormal", "Orthogonal", "Identity"):
        del params["scale"]
    return Row(How.RULE, f"keras.initializers.{name}", params, order=(), rule="KM111", note=note)


_TRUNCATED = "Keras 2 draws from a truncated normal distribution, Keras 1 from the plain one: other initial weights."
_FANS = "Keras 1 counted the fans of a 1-D kernel and of 'th' kernels otherwise: other initial weights."

INITIALIZATIONS: Table = {
    "keras.initializations.get": Row(
        How.RENAMED,
        "keras.initializers.get",
        # own layers said it as Keras's did; it had no effect (1.2.2, initializations.py, utils/generic_utils.py)
        {"dim_ordering": Dropped()},
        note="It returns an object that is called with (shape, dtype) and returns values; in Keras 1 a function "
        "(shape, name=) "
        "that returned a variable.",
    ),
    "keras.initializations.get_fans": Row(How.COMPAT, "kmigrate.compat.get_fans"),
    "keras.initializations.uniform": _initialization("RandomUniform"),
    "keras.initializations.normal": _initialization("RandomNormal"),
    "keras.initializations.lecun_uniform": _initialization("LecunUniform", _FANS),
    "keras.initializations.glorot_normal": _initialization("GlorotNormal", _TRUNCATED),
    "keras.initializations.glorot_uniform": _initialization("GlorotUniform", _FANS),
    "keras.initializations.he_normal": _initialization("HeNormal", _TRUNCATED),
    "keras.initializations.he_uniform": _initialization("HeUniform", _FANS),
    "keras.initializations.orthogonal": _initialization("Orthogonal", "The gain was 1.1 in Keras 1 and is 1.0 now."),
    "keras.initializations.identity": _initialization("Identity"),
    "keras.initializations.zero": _initialization("Zeros"),
    "keras.initializations.one": _initialization("Ones"),
}

# --- metrics and objectives -----------------------------------------------------------------------------------------

_COMMON_LOSSES = (
    "categorical_crossentropy kullback_leibler_divergence mean_absolute_error mean_absolute_percentage_error "
    "mean_squared_error mean_squared_logarithmic_error poisson sparse_categorical_crossentropy"
)
_BINARY = "tf_keras adds epsilon inside the logarithm: differs from Keras 1 near 0 and 1 only."
_HINGE = "Where all targets are 0 or 1, Keras 2 turns them into -1 and 1; Keras 1 took them as they are."
_PER_SAMPLE = "Called directly it returns one number a sample; in Keras 1 the mean over the batch."
_COSINE = "Mean over the last axis; `cosine_similarity` of Keras 2 sums over it (and as a metric has the other sign)."
_BATCHWISE = "Removed in Keras 2.0 because a mean over batches is not the value over the data set."

METRICS: Table = {
    **dict(_same("keras.metrics", _COMMON_LOSSES, _PER_SAMPLE)),
    **dict(_same("keras.metrics", "hinge squared_hinge", f"{_HINGE} {_PER_SAMPLE}")),
    **dict(
        _same(
            "keras.metrics", "categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy", _PER_SAMPLE
        )
    ),
    **dict(_compat("keras.metrics", "fbeta_score fmeasure matthews_correlation precision recall", _BATCHWISE)),
    "keras.metrics.binary_accuracy": Row(
        to="keras.metrics.binary_accuracy",
        note=f"Keras 2 compares with a threshold of 0.5 where Keras 1 rounded: the same for outputs below 1.5. "
        f"{_PER_SAMPLE}",
    ),
    "keras.metrics.binary_crossentropy": Row(to="keras.metrics.binary_crossentropy", note=f"{_BINARY} {_PER_SAMPLE}"),
    "keras.metrics.cosine_proximity": Row(How.COMPAT, "kmigrate.compat.cosine_proximity", note=_COSINE),
    "keras.metrics.get": Row(to="keras.metrics.get"),
}

OBJECTIVES: Table = {
    **{
        f"keras.objectives.{name}": Row(How.RENAMED, f"keras.losses.{name}", note=note)
        for names, note in (
            (_COMMON_LOSSES, ""),
            ("get", ""),
            ("binary_crossentropy", _BINARY),
            ("hinge squared_hinge", _HINGE),
        )
        for name in names.split()
    },
    "keras.objectives.cosine_proximity": Row(How.COMPAT, "kmigrate.compat.cosine_proximity", note=_COSINE),
}

# --- optimizers -----------------------------------------------------------------------------------------------------

#: ``lr / (1 + decay * step)``, refused since Keras 2.11; a rule turns it into a schedule.
_DECAY = ByRule("KM206", "learning_rate")
_CLIPPING = "clipnorm clipped the norm of all gradients together in Keras 1; that is global_clipnorm now."
_SQUARED = ValueMap(Numbers(lambda epsilon: epsilon * epsilon, "1e-08", "1e-06"), template="{} ** 2")


def _optimizer(
    name: str,
    rate: str | None = None,
    epsilon: str | None = "1e-08",
    order: tuple[str, ...] | None = None,
    more: tuple[Pin, ...] = (),
    note: str = "",
    **params: Disposition,
) -> Row:
    pins: list[Pin] = []
    if rate:
        why = f"the default rate was {rate} in Keras 1.2.2 and is 0.001 since Keras 2.11"
        pins.append(Pin("learning_rate", rate, why, unless=("lr",)))
    pins += more
    if epsilon == "1e-16":
        why = "Keras 1.2.2 added 1e-08 to the square root, Keras 2 adds epsilon (default 1e-07) inside it"
        pins.append(Pin("epsilon", epsilon, why, unless=("epsilon",)))
        params["epsilon"] = To("epsilon", _SQUARED)
    elif epsilon:
        why = f"the default epsilon was {epsilon} in Keras 1.2.2 and is 1e-07 now"
        pins.append(Pin("epsilon", epsilon, why, unless=("epsilon",)))
    changed: dict[str, Disposition] = {"lr": To("learning_rate"), **params, "clipnorm": To("global_clipnorm")}
    if name != "Nadam":
        changed["decay"] = _DECAY
    notes = f"{note} {_CLIPPING}".strip()
    return Row(to=f"keras.optimizers.{name}", params=changed, order=order, pins=tuple(pins), note=notes)


_UPDATES = (
    "An optimizer of one's own defines `update_step(gradient, variable)` and `build(var_list)` in Keras 2.11 and "
    "later, where "
    "Keras 1 had `get_updates(params, constraints, loss)`; constraints are applied by Keras itself."
)
_INSIDE = (
    "epsilon is added inside the square root now, so the old one is squared. Measured over three steps: gradients of "
    "1e-4 "
    "move the weights as far as in Keras 1 to 3e-4, gradients of 1e-6 to 3 %; with Keras 2's default, 3 to 8 times "
    "and 240 to "
    "760 times less far."
)

OPTIMIZERS: Table = {
    "keras.optimizers.SGD": _optimizer("SGD", epsilon=None, order=("learning_rate", "momentum")),
    "keras.optimizers.RMSprop": _optimizer("RMSprop", epsilon="1e-16", order=("learning_rate", "rho"), note=_INSIDE),
    "keras.optimizers.Adagrad": _optimizer(
        "Adagrad",
        "0.01",
        "1e-16",
        order=("learning_rate",),
        more=(
            Pin(
                "initial_accumulator_value",
                "0.0",
                "Keras 1.2.2 started the accumulator at 0, Keras 2.11 and later start it at 0.1",
            ),
        ),
        note=_INSIDE,
    ),
    "keras.optimizers.Adadelta": _optimizer("Adadelta", "1.0", order=("learning_rate", "rho", "epsilon")),
    "keras.optimizers.Adam": _optimizer("Adam", order=("learning_rate", "beta_1", "beta_2", "epsilon")),
    "keras.optimizers.Adamax": _optimizer("Adamax", "0.002", order=("learning_rate", "beta_1", "beta_2", "epsilon")),
    "keras.optimizers.Nadam": _optimizer(
        "Nadam",
        "0.002",
        order=("learning_rate", "beta_1", "beta_2", "epsilon"),
        note="Keras 2 has another momentum schedule: the steps are not those of Keras 1.",
        schedule_decay=Dropped(("0.004",), "Keras 2 has a momentum schedule without parameters"),
    ),
    **{
        f"keras.optimizers.{name}.get_config": Row(
            to=f"keras.optimizers.{name}.get_config", note="Its keys are those of Keras 2 ('learning_rate' for 'lr')."
        )
        for name in ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Optimizer")
    },
    **{
        f"keras.optimizers.{name}.get_updates": Row(How.PERSON, note=_UPDATES)
        for name in ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Optimizer", "TFOptimizer")
    },
    "keras.optimizers.Optimizer": Row(
        How.PERSON, "keras.optimizers.Optimizer", {"clipnorm": To("global_clipnorm")}, note=_UPDATES
    ),
    "keras.optimizers.Optimizer.from_config": Row(
        to="keras.optimizers.Optimizer.from_config",
        note="A config that Keras 1 made has 'lr' and 'decay', which Keras 2 does not take.",
    ),
    "keras.optimizers.Optimizer.get_gradients": Row(
        How.PERSON, note="Gradients are taken with `tf.GradientTape` now and given to `optimizer.apply_gradients`."
    ),
    "keras.optimizers.Optimizer.get_weights": Row(
        How.PERSON, note="Removed with Keras 2.11: `[v.numpy() for v in optimizer.variables]`, the step count first."
    ),
    "keras.optimizers.Optimizer.set_weights": Row(
        to="keras.optimizers.Optimizer.set_weights", note="The order and number of the arrays is not that of Keras 1."
    ),
    **{
        f"keras.optimizers.TFOptimizer{name}": Row(
            How.PERSON,
            note="It wrapped an optimizer of TensorFlow 1 (`tf.train`): use the Keras optimizer of the same name, or "
            "`keras.optimizers.legacy`.",
        )
        for name in ("", ".from_config", ".get_config", ".weights")
    },
    "keras.optimizers.clip_norm": Row(
        How.INTERNAL, note="Use `tf.clip_by_norm`, or `global_clipnorm=` of the optimizer."
    ),
    "keras.optimizers.get": Row(to="keras.optimizers.get", params={"kwargs": _GET_KWARGS}),
    "keras.optimizers.optimizer_from_config": Row(
        How.RENAMED,
        "keras.optimizers.deserialize",
        note="A config that Keras 1 made has 'lr' and 'decay', which Keras 2 does not take.",
    ),
}

# --- regularizers ---------------------------------------------------------------------------------------------------

_BATCH = (
    "Keras 2 divides what an activity regularizer returns by the batch size, Keras 1 did not; the one in "
    "kmigrate.compat "
    "takes that back. As a weight regularizer use l1, l2 or l1_l2."
)

REGULARIZERS: Table = {
    **dict(_same("keras.regularizers", "Regularizer Regularizer.__call__ Regularizer.get_config")),
    **{
        f"keras.regularizers.Regularizer.{name}": Row(
            How.PERSON, note="It did nothing in Keras 1.2.2: remove the call."
        )
        for name in ("set_layer", "set_param")
    },
    **{
        f"keras.regularizers.{old}": Row(How.RENAMED, f"keras.regularizers.{new}")
        for old, new in (
            ("L1L2Regularizer", "L1L2"),
            ("L1L2Regularizer.__call__", "L1L2.__call__"),
            ("L1L2Regularizer.get_config", "L1L2.get_config"),
            ("l1l2", "l1_l2"),
        )
    },
    "keras.regularizers.l1": Row(to="keras.regularizers.l1", params={"l": To("l1")}),
    "keras.regularizers.l2": Row(to="keras.regularizers.l2", params={"l": To("l2")}),
    **dict(_compat("keras.regularizers", "ActivityRegularizer activity_l1 activity_l2 activity_l1l2", _BATCH)),
    **dict(_compat("keras.regularizers", "EigenvalueRegularizer EigenvalueRegularizer.__call__")),
    "keras.regularizers.get": Row(to="keras.regularizers.get", params={"kwargs": _GET_KWARGS}),
}

ROWS: Table = {
    **ACTIVATIONS,
    **CALLBACKS,
    **CONSTRAINTS,
    **INITIALIZATIONS,
    **METRICS,
    **OBJECTIVES,
    **OPTIMIZERS,
    **REGULARIZERS,
}

#: An alias of L1L2Regularizer in Keras 1.2.2 that says what it is for, so it has a row of its own.
LEGACY_SYMBOLS: dict[str, tuple[str, tuple[tuple[str, str | None], ...]]] = {
    "keras.regularizers.ActivityRegularizer": ("class", (("l1", "0.0"), ("l2", "0.0"))),
}

# --- what strings meant ---------------------------------------------------------------------------------------------


def _string_optimizers() -> dict[str, str]:
    out = {}
    for symbol, row in OPTIMIZERS.items():
        if row.pins:
            name = symbol.rpartition(".")[2]
            out[name.lower()] = f"{name}({', '.join(f'{pin.name}={pin.value}' for pin in row.pins)})"
    return out


#: ``optimizer='adadelta'`` in lower case -> an object with the defaults of Keras 1 (a name of ``keras.optimizers``).
#: 'sgd' is not here: its defaults are the same.
STRING_OPTIMIZERS: Mapping[str, str] = _string_optimizers()

#: ``loss='…'`` that Keras 2 does not know -> what to use.
STRING_LOSSES: Mapping[str, str] = {
    "cosine": "kmigrate.compat.cosine_proximity",
    "cosine_proximity": "kmigrate.compat.cosine_proximity",
}

#: ``metrics=['…']`` that Keras 2 does not know, or computes otherwise -> what to use.
STRING_METRICS: Mapping[str, str] = {
    **STRING_LOSSES,
    "f1score": "kmigrate.compat.fmeasure",
    "fbeta_score": "kmigrate.compat.fbeta_score",
    "fmeasure": "kmigrate.compat.fmeasure",
    "fscore": "kmigrate.compat.fmeasure",
    "matthews_correlation": "kmigrate.compat.matthews_correlation",
    "precision": "kmigrate.compat.precision",
    "recall": "kmigrate.compat.recall",
}

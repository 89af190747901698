"""What is done with a model: compile, fit, predict, evaluate, weights. The data are held against inputs and outputs.

The checks are those of Keras 1.2.2 (engine/training.py, ``_standardize_input_data`` and ``_check_loss_and_target…``),
which Keras 2 up to 2.3 has too; tf_keras and Keras 3 make fewer of them, and broadcast instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kmigrate.program.shapes import arrays
from kmigrate.program.shapes.models import misfit, shape_text, sizes_text
from kmigrate.program.shapes.tensors import Array, Layer, Level, Remark, Shape, Tensor, Trust, Unknown
from kmigrate.program.shapes.values import Application, External, List, Model, Place, Yields, is_open

if TYPE_CHECKING:
    from kmigrate.program.shapes.building import Building
    from kmigrate.program.shapes.library import Library

#: Said at ``model.layers.pop()``.
LAYERS_POP = Remark(
    "layers-pop",
    "model.layers.pop() takes the layer out of the list only: the model's output stays what it was; make a new model "
    "instead, Model(model.input, model.layers[-2].output), or call pop() of a Sequential",
    Level.WARNING,
)

#: Losses of Keras that compare element by element, so that unequal shapes broadcast where they are not refused.
_ELEMENTWISE = frozenset(
    "mse mae mape msle mean_squared_error mean_absolute_error mean_absolute_percentage_error "  # noqa: SIM905
    "mean_squared_logarithmic_error squared_hinge hinge poisson binary_crossentropy kullback_leibler_divergence kld "
    "cosine_proximity logcosh".split()
)
_CATEGORICAL = "categorical_crossentropy"
_SPARSE = "sparse_categorical_crossentropy"
_CLASSES = (_CATEGORICAL, _SPARSE)
#: Layers that make sequences shorter.
_SHORTENING = frozenset(("Conv1D", "MaxPooling1D", "AveragePooling1D", "LocallyConnected1D"))

#: Method -> positions of inputs and targets among its positional arguments, None where it takes no targets.
_DATA = {
    "fit": (0, 1), "evaluate": (0, 1), "train_on_batch": (0, 1), "test_on_batch": (0, 1), "predict": (0, None),
    "predict_on_batch": (0, None), "predict_classes": (0, None), "predict_proba": (0, None),
}  # fmt: skip
#: Method -> position of ``batch_size``.
_BATCH_SIZE = {"fit": 2, "evaluate": 2, "predict": 1}
_TRAINING = frozenset(("fit", "train_on_batch", "fit_generator"))
_GENERATORS = {"fit_generator", "evaluate_generator", "predict_generator"}


@dataclass(slots=True, eq=False)
class Weights:
    """What ``get_weights()`` of a model or layer gives."""

    of: Model | Layer


def used_after_pop(library: Building, model: Model) -> None:
    """Say that the layers of a model were popped to no effect, now that what it gives is used."""
    if model.popped is not None:
        library.say(LAYERS_POP, model.popped, model)
        model.popped = None


def method(
    library: Library,
    model: Model,
    name: str,
    positional: list[object],
    keywords: dict[str, object],
    place: Place,
) -> object:
    """A call of a model's method."""
    model.called.add(name)
    used_after_pop(library, model)
    if name == "compile":
        model.compiled = True
        model.loss = keywords.get("loss", positional[1] if len(positional) > 1 else None)
        _compiled(library, model, place)
        return None
    if name in _DATA:
        given = positional[0] if positional else keywords.get("x")
        if isinstance(given, arrays.Generator):
            # tf.keras takes iterators where Keras takes arrays
            like = "predict_generator" if name.startswith("predict") else "fit_generator"
            return _generator(library, model, like, [given], keywords, place)
        return _data(library, model, name, positional, keywords, place)
    if name in _GENERATORS:
        return _generator(library, model, name, positional, keywords, place)
    if name == "get_weights":
        return Weights(model)
    if name == "set_weights":
        given = positional[0] if positional else keywords.get("weights")
        if isinstance(given, Weights):
            _weights(library, model, given, place)
        return None
    if name == "load_weights":
        _weights_file(library, model, positional[0] if positional else keywords.get("filepath"), place)
        return None
    return Unknown(name)


# --- losses and outputs ---------------------------------------------------------------------------------------------


def loss_names(model: Model) -> list[str]:
    """The loss of each output by its Keras name, "" where it is none of Keras's or not known."""
    given = model.loss
    if isinstance(given, dict):
        return ["" for _ in model.outputs]
    listed = list(given) if isinstance(given, (list, tuple)) and not is_open(given) else [given] * len(model.outputs)
    if len(listed) != len(model.outputs):
        return ["" for _ in model.outputs]
    return [_loss_name(item) for item in listed]


def _loss_name(given: object) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, External) and "keras" in given.path:
        return given.path.rpartition(".")[2]
    return ""


def _last_layer(output: Tensor) -> Layer | None:
    made_by = output.made_by
    if isinstance(made_by, Application) and isinstance(made_by.layer, Layer):
        layer = made_by.layer
        if layer.kind == "Activation" and made_by.inputs:
            return _last_layer(made_by.inputs[0])
        return layer
    return None


def _compiled(library: Library, model: Model, place: Place) -> None:
    if not model.known:
        return
    for output, loss in zip(model.outputs, loss_names(model), strict=False):
        if output.broken or output.shape is None:
            continue
        if loss == _CATEGORICAL and output.shape[-1] == 1 and len(output.shape) == 2:
            message = (
                "categorical_crossentropy on one output: its only class has probability 1 whatever the model learns; "
                "use binary_crossentropy with a sigmoid, or as many outputs as there are classes"
            )
            library.say(Remark("loss-output", message, Level.WARNING), place, model)
        made_by = output.made_by
        if loss in (*_CLASSES, "binary_crossentropy") and _forgot_flatten_steps(output):
            assert isinstance(made_by, Application)
            message = (
                f"the output {shape_text(output.shape)} is a class for every step that convolutions and poolings left: "
                "no Flatten and no global pooling stands before the last Dense"
            )
            library.say(Remark("missing-flatten", message, Level.WARNING, fix="Flatten()"), made_by.place, model)
        if loss in _CLASSES and _forgot_flatten(output):
            message = (
                f"the output has {len(output.shape)} axes, {shape_text(output.shape)}, a class for every position: the "
                "last Dense stands on images that no Flatten has made flat"
            )
            where = made_by.place if isinstance(made_by, Application) else place
            library.say(Remark("missing-flatten", message, Level.WARNING, fix="Flatten()"), where, model)


def at_the_end(library: Library) -> None:
    """What is to be said of models once all of the program was followed.

    A model that is a part of another, or predicts without being trained, is compiled so that it can predict, as the
    generator of a GAN: its loss is none.
    """
    ran = library.run.ran
    parts = {id(application.layer) for application in ran.applications}
    parts |= {id(layer) for model in ran.models for layer in model.layers}
    # nothing is said of a model past its first fault
    parts |= {id(about) for _, _, remark, about in library.said if remark.level is Level.ERROR}
    for model in ran.models:
        trained = not model.called.isdisjoint(_TRAINING) or not any(name.startswith("predict") for name in model.called)
        if model.compiled and model.known and trained and id(model) not in parts:
            for output, loss in zip(model.outputs, loss_names(model), strict=False):
                if not output.broken and output.shape is not None:
                    _last_activation(library, output, loss, model)


def _last_activation(library: Library, output: Tensor, loss: str, model: Model) -> None:
    """A cross-entropy wants probabilities: say where the last layer certainly gives something else."""
    if loss not in (*_CLASSES, "binary_crossentropy") or not isinstance(output.made_by, Application):
        return
    if output.shape is None:
        return
    layer = output.made_by.layer
    if not isinstance(layer, Layer) or layer.kind not in ("Dense", "Conv2D", "Conv1D", "Activation"):
        return
    given = layer.arguments.get("activation", "linear")
    name = "linear" if given is None else given
    # KM407 speaks of a Dense in a file that imports Keras
    own = layer.kind == "Activation" or not output.made_by.place.module.imports
    if name == "softmax" and own and loss != _CATEGORICAL and output.shape[-1:] == (1,):
        message = "a softmax over one unit is always 1: end with a sigmoid, or with a unit for each class"
        library.say(Remark("loss-output", message, Level.WARNING), output.made_by.place, model)
    if not isinstance(name, str) or name not in ("linear", "relu", "tanh"):
        return
    wanted = "sigmoid" if loss == "binary_crossentropy" else "softmax"
    has = "no activation" if name == "linear" else f"the activation {name}"
    message = (
        f"{loss} takes probabilities, and the last layer has {has}: what lies outside of 0 to 1 is cut off, and its "
        f"gradient is lost; end with {wanted}"
    )
    library.say(Remark("loss-output", message, Level.WARNING), output.made_by.place, model)


def _forgot_flatten_steps(output: Tensor) -> bool:
    """Whether a Dense gives a class for each step of a sequence that convolutions or poolings have made shorter.

    Where every step of the input has its own class, the number of steps stays.
    """
    steps: list[Application] = []
    made_by = output.made_by
    while isinstance(made_by, Application) and len(made_by.inputs) == 1 and isinstance(made_by.layer, Layer):
        steps.append(made_by)
        made_by = made_by.inputs[0].made_by
    if not isinstance(made_by, Application) or made_by.inputs or output.rank != 3 or output.shape is None:
        return False
    kinds = [step.layer.kind for step in steps if isinstance(step.layer, Layer)]
    last = next((kind for kind in kinds if kind not in ("Dense", "Dropout", "Activation")), "")
    start = made_by.outputs[0].shape
    if "Dense" not in kinds or last not in _SHORTENING or start is None or len(start) < 2:
        return False
    return isinstance(start[1], int) and isinstance(output.shape[1], int) and start[1] != output.shape[1]


def _forgot_flatten(output: Tensor) -> bool:
    """Whether the last layer is a Dense on the image that a convolution or pooling made."""
    made_by = output.made_by
    if not isinstance(made_by, Application) or not isinstance(made_by.layer, Layer) or output.rank != 4:
        return False
    if made_by.layer.kind == "Activation":
        return _forgot_flatten(made_by.inputs[0])
    if made_by.layer.kind == "Dropout":
        return _forgot_flatten(made_by.inputs[0])
    if made_by.layer.kind != "Dense":
        return False
    return made_by.inputs[0].trust is Trust.PROVED and made_by.inputs[0].rank == 4


# --- data -----------------------------------------------------------------------------------------------------------


def _data(
    library: Library, model: Model, name: str, positional: list[object], keywords: dict[str, object], place: Place
) -> object:
    at, target_at = _DATA[name]
    x = positional[at] if len(positional) > at else keywords.get("x", keywords.get("X"))
    y = keywords.get("y")
    if target_at is not None and len(positional) > target_at:
        y = positional[target_at]
    _build_late(library, model, x, place)
    faulty = _inputs(library, model, x, place)
    if target_at is not None and not faulty:
        faulty = _targets(library, model, y, place)
        if not faulty:
            _samples(library, x, y, place)
    validation = keywords.get("validation_data")
    if isinstance(validation, (tuple, list)) and len(validation) >= 2 and not faulty:
        faulty = _inputs(library, model, validation[0], place, "validation data")
        if not faulty and not _targets(library, model, validation[1], place):
            _samples(library, validation[0], validation[1], place, "the validation data")
    if not faulty:
        _whole_batches(library, model, name, positional, keywords, x, place)
    if not name.startswith("predict"):
        return Unknown("history")
    return _predicted(model, name, x)


def _predicted(model: Model, name: str, x: object) -> object:
    first = _arrays(x)
    rows = first[0].shape[0] if first and first[0].shape else Unknown()
    made: list[object] = []
    for output in model.outputs:
        if output.shape is None or not model.known or output.broken:
            made.append(Array(None))
        elif name == "predict_classes":
            made.append(Array((rows,), dtype="int64"))
        else:
            made.append(Array((rows, *output.shape[1:]), (output.axes or None), output.trust, "float32"))
    return made[0] if len(made) == 1 else List(made) if made else Unknown()


def _build_late(library: Library, model: Model, x: object, place: Place) -> None:
    """A Sequential without an input shape gets it from the first data (tf.keras, Keras 2.2 and later)."""
    data = _arrays(x)
    if model.kind != "Sequential" or model.inputs or model.version < 2 or len(data) != 1 or data[0].shape is None:
        return
    if not model.layers or not all(isinstance(layer, Layer) for layer in model.layers):
        return
    first = model.layers[0]
    assert isinstance(first, Layer)
    shape = (None, *data[0].shape[1:])
    start = Layer("InputLayer", {}, first.version, first.place, input_shape=shape, born=data[0].born or place)
    source = library.source(start, place)
    model.inputs, model.outputs, model.known = [source], [source], True
    for layer in list(model.layers):
        written = layer.place if isinstance(layer, Layer) else None
        model.outputs = library.apply(layer, model.outputs, written if isinstance(written, Place) else place)
        model.steps.append(library.run.ran.applications[-1])


def _arrays(value: object) -> list[Array]:
    """The arrays that data consist of; [] if they are not known."""
    if isinstance(value, Array):
        return [value]
    if isinstance(value, arrays.DataObject):
        found = value.whole()
        return [] if found is None else [found]
    if isinstance(value, (list, tuple)) and value and not is_open(value) and all(isinstance(v, Array) for v in value):
        return list(value)
    return []


def _inputs(library: Library, model: Model, x: object, place: Place, what: str = "the data") -> bool:
    """Hold the data against the model's inputs; whether something was wrong."""
    data = _arrays(x)
    if not model.known or not model.inputs or any(t.broken for t in [*model.inputs, *model.outputs]):
        return False
    if isinstance(x, list) and len(x) > len(model.inputs) and all(isinstance(v, Array) and v.shape for v in x):
        # a list that may hold more than is seen holds at least that
        count = f"more than {len(x) - 1}" if is_open(x) else str(len(x))
        message = (
            f"the model has {_number(len(model.inputs), 'input')} and is given a list of {count} arrays, each of which "
            "is taken for an input of its own"
        )
        library.say(Remark("data-inputs", message, fix="np.array(x)"), place, model)
        return True
    if not data:
        return False
    if len(data) != len(model.inputs):
        if isinstance(x, Array) and len(model.inputs) > 1:
            message = f"the model has {len(model.inputs)} inputs and is given one array"
            library.say(Remark("data-inputs", message), place, model)
            return True
        return False
    for array, tensor in zip(data, model.inputs, strict=True):
        remark = _input_remark(array, tensor.shape, what)
        if remark is not None:
            library.say(remark, place, tensor)
            return True
    return False


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _input_remark(array: Array, expected: Shape | None, what: str) -> Remark | None:
    shape = array.shape
    if shape is None or expected is None:
        return None
    if len(shape) == 1 and len(expected) == 2:  # Keras makes a column of it
        shape = (shape[0], 1)
        if expected[1] == 1:
            return None
        if isinstance(expected[1], int) and array.shape is not None and array.shape[0] == expected[1]:
            message = f"{what} {sizes_text(array.shape)} are one sample; the model takes many of {shape_text(expected)}"
            return Remark("single-sample", message, fix="np.expand_dims(x, 0)")
    kind = misfit(expected, shape)
    if not kind:
        return None
    said = f"the model takes samples of {shape_text(expected)}, and {what} are {sizes_text(array.shape or ())}"
    if kind == "rank":
        if len(shape) == len(expected) - 1:
            if all(_may_be(a, b) for a, b in zip(shape, expected[1:], strict=True)):
                return Remark("single-sample", f"{said}: one sample where there should be many", fix="x[np.newaxis]")
            if any(size == 1 for size in expected[1:]):
                at = next(at for at in range(len(expected) - 1, 0, -1) if expected[at] == 1)
                return Remark("data-rank", f"{said}: an axis of size 1 is missing", fix=f"np.expand_dims(x, {at})")
        return Remark("data-rank", f"{said}: {len(shape)} axes where there should be {len(expected)}, samples included")
    if _permuted(expected[1:], shape[1:]):
        message = f"{said}: the same sizes in another order, as if channels were first in one and last in the other"
        return Remark("data-layout", message)
    return Remark("data-shape", said)


def _may_be(one: object, other: object) -> bool:
    return one == other or not (isinstance(one, int) and isinstance(other, int))


def _permuted(expected: Sequence[object], given: Sequence[object]) -> bool:
    """Whether two shapes differ by where the channels stand only."""
    if len(expected) < 3 or not all(isinstance(size, int) for size in [*expected, *given]):
        return False
    moved = [expected[-1], *expected[:-1]], [*expected[1:], expected[0]]
    return list(given) in moved


def _targets(library: Library, model: Model, y: object, place: Place) -> bool:
    data = _arrays(y)
    if not model.known or not model.compiled or not data or not model.outputs:
        return False
    if isinstance(y, list) and len(data) > len(model.outputs) and all(array.shape for array in data):
        message = (
            f"the model has {_number(len(model.outputs), 'output')} and is given a list of {len(data)} arrays of "
            "targets, each of which is taken for an output of its own"
        )
        library.say(Remark("target-count", message), place, model)
        return True
    if len(data) != len(model.outputs):
        return False
    for array, output, loss in zip(data, model.outputs, loss_names(model), strict=True):
        if output.broken or output.shape is None or array.shape is None:
            continue
        remark = _target_remark(array, output, loss)
        if remark is not None:
            where = place
            if remark.kind == "missing-flatten" and isinstance(output.made_by, Application):
                where = output.made_by.place
            library.say(remark, where, model)
            return True
    return False


def _target_remark(array: Array, output: Tensor, loss: str) -> Remark | None:
    assert array.shape is not None and output.shape is not None
    known = loss in _ELEMENTWISE or loss in _CLASSES
    if not known:
        return None
    shape: Shape = array.shape if len(array.shape) > 1 else (*array.shape, 1)
    expected: Shape = (*output.shape[:-1], 1) if loss == _SPARSE else output.shape
    kind = misfit(expected, shape)
    if not kind:
        return None
    said = f"the model gives {shape_text(output.shape)}, the targets are {sizes_text(array.shape)}"
    if len(output.shape) == 4 and len(array.shape) <= 2 and _forgot_flatten(output):
        return Remark("missing-flatten", f"{said}: no Flatten stands before the last Dense", fix="Flatten()")
    if loss == _CATEGORICAL and kind == "size" and shape[-1] == 1:
        message = f"{said}: class numbers, where categorical_crossentropy wants one column a class"
        return Remark("target-classes", message, fix="to_categorical(y), or sparse_categorical_crossentropy")
    if loss == _SPARSE:
        message = f"{said}: sparse_categorical_crossentropy wants class numbers, one column"
        return Remark("target-classes", message, fix="categorical_crossentropy")
    if kind == "rank" and len(output.shape) == 3 and len(shape) == 2:
        message = f"{said}: a value for every step, because the last recurrent layer has return_sequences=True"
        made_by = output.made_by
        while isinstance(made_by, Application) and made_by.inputs:
            layer = made_by.layer
            if isinstance(layer, Layer) and layer.arguments.get("return_sequences") is True:
                return Remark("target-rank", message + _later(loss), fix="return_sequences=False")
            made_by = made_by.inputs[0].made_by
    if kind == "rank":
        return Remark("target-rank", said + _later(loss))
    return Remark("target-shape", said + _later(loss))


def _later(loss: str) -> str:
    if loss in _ELEMENTWISE:
        return "; Keras 1 and early Keras 2 refuse that, tf_keras and Keras 3 broadcast it silently"
    return ""


def _whole_batches(
    library: Library,
    model: Model,
    name: str,
    positional: list[object],
    keywords: dict[str, object],
    x: object,
    place: Place,
) -> None:
    """A model that keeps states between batches takes whole batches only.

    Keras 1.2.2, engine/training.py, ``_standardize_user_data``: "In a stateful network, you should only pass inputs
    with a number of samples that can be divided by the batch size". tf_keras fails in the last batch.
    """
    at = _BATCH_SIZE.get(name)
    layers = [layer for layer in model.layers if isinstance(layer, Layer)]
    if at is None or not model.known or not any(layer.arguments.get("stateful") is True for layer in layers):
        return
    size = positional[at] if len(positional) > at else keywords.get("batch_size", 32)
    rows = {array.shape[0] for array in _arrays(x) if array.shape}
    split = keywords.get("validation_split", 0.0)
    if not isinstance(size, int) or size < 1 or len(rows) != 1 or not isinstance(split, (int, float)):
        return
    whole = rows.pop()
    if not isinstance(whole, int):
        return
    kept = int(whole * (1.0 - split))
    for count, what in ((kept, "samples"), (whole - kept, "samples for validation")):
        if count > size and count % size:
            message = f"a layer keeps its states between batches of {size}: {count} {what} are no whole number of them"
            library.say(Remark("stateful-samples", message), place, model)
            return


def _samples(library: Library, x: object, y: object, place: Place, what: str = "the inputs and targets") -> None:
    rows = {a.shape[0] for a in [*_arrays(x), *_arrays(y)] if a.shape and isinstance(a.shape[0], int)}
    if len(rows) > 1:
        message = f"{what} have different numbers of samples: {', '.join(map(str, sorted(rows)))}"
        library.say(Remark("data-samples", message), place)


def _generator(
    library: Library, model: Model, name: str, positional: list[object], keywords: dict[str, object], place: Place
) -> object:
    given = positional[0] if positional else keywords.get("generator")
    batch = library.element(given) if isinstance(given, (arrays.Generator, Yields)) else given
    if isinstance(batch, tuple) and len(batch) >= 2:
        faulty = _inputs(library, model, batch[0], place, "the generator's batches")
        if not faulty and name != "predict_generator":
            _targets(library, model, batch[1], place)
    if name == "predict_generator":
        return _predicted(model, "predict", None)
    return Unknown("history")


# --- weights --------------------------------------------------------------------------------------------------------


def _formats(owner: Model | Layer) -> list[object]:
    """The data formats of the convolutions of a model, in order."""
    listed = owner.layers if isinstance(owner, Model) else [owner]
    return [
        layer.arguments.get("data_format") or layer.default_format
        for layer in listed
        if isinstance(layer, Layer) and "Conv" in layer.kind
    ]


def _weights(library: Library, model: Model | Layer, given: Weights, place: Place) -> None:
    """``a.set_weights(b.get_weights())``: kernels of Keras 1 are stored in the order of the layer's data format."""
    mine, theirs = _formats(model), _formats(given.of)
    if len(mine) != len(theirs) or mine == theirs or library.version != 1:
        return
    message = (
        "weights go from a channels-first model to a channels-last one: Keras 1 stores a kernel as (filters, channels, "
        "rows, columns) in the first and (rows, columns, channels, filters) in the second, so they are refused, or "
        "silently wrong where the sizes agree"
    )
    library.say(Remark("weights-layout", message, _weights_level(model)), place, model)


def _weights_level(model: Model | Layer) -> Level:
    first = next((la for la in (model.layers if isinstance(model, Model) else [model]) if isinstance(la, Layer)), None)
    if first is None or first.input_shape is None:
        return Level.WARNING
    kernel = first.arguments.get("kernel_size")
    filters = first.arguments.get("filters")
    channels = first.input_shape[
        1 if (first.arguments.get("data_format") or first.default_format) == "channels_first" else -1
    ]
    same = isinstance(kernel, tuple) and len(kernel) == 2 and kernel == (filters, channels)
    return Level.WARNING if same else Level.ERROR


def _weights_file(library: Library, model: Model, given: object, place: Place) -> None:
    """A weights file whose name says its ordering ("vgg16_weights_th_dim_ordering_th_kernels.h5")."""
    if not isinstance(given, str):
        return
    name = given.lower()
    said = (
        "channels_first"
        if "th_dim_ordering" in name or "_th." in name
        else "channels_last"
        if "tf_dim_ordering" in name or "_tf." in name
        else ""
    )
    formats = set(_formats(model))
    if said and formats and formats == ({"channels_first", "channels_last"} - {said}):
        message = f"{given} holds weights for {said}, by its name, and the model is {formats.pop()}"
        library.say(Remark("weights-layout", message, Level.WARNING), place, model)

"""Training, evaluation and prediction without doing them: what they return has the right form and plausible values.

Both sides return the same values, drawn from what is asked for, so that a program takes the same way on both.
"""

import functools
import inspect
import os
import sys
import types
import zlib
from typing import Any, Callable, Dict, List

from kmigrate.verify.child.capture.compiling import Trainings
from kmigrate.verify.child.capture.recording import Recorder

#: A program is stopped after so many calls that train or predict: it is in a loop that would go on for hours.
MOST_CALLS = 2000


class Stop(BaseException):
    """The program has been watched long enough: what it built is compared."""


class _History(dict):  # type: ignore[type-arg]
    """The history of a training: whatever series a program asks for is there."""

    def __init__(self, epochs: int, asked: Callable[[str], None]) -> None:
        super().__init__()
        self._epochs = epochs
        self._asked = asked

    def __missing__(self, key: str) -> List[float]:
        self[key] = [0.5] * self._epochs
        self._asked(key)
        return self[key]  # type: ignore[no-any-return]


def plausible(shape: Any) -> Any:
    """Values between 0 and 1, the same for the same shape; along the last axis they sum to 1, as of a softmax."""
    import numpy as np

    random = np.random.RandomState(zlib.crc32(repr(tuple(shape)).encode()) % 2**31)
    values = random.uniform(0.05, 1.0, tuple(shape))
    if len(shape) > 1 and shape[-1] > 1:
        values = values / values.sum(-1, keepdims=True)
    return values.astype("float32")


def samples(data: Any) -> int:
    """How many samples an argument of ``fit`` or ``predict`` holds."""
    while isinstance(data, dict):
        data = next(iter(data.values()))
    if isinstance(data, (list, tuple)) and data and hasattr(data[0], "shape"):
        data = data[0]
    return int(data.shape[0]) if hasattr(data, "shape") else len(data)


class Shortcuts:
    """Replaces the methods of models."""

    def __init__(self, recorder: Recorder, trainings: Trainings, say: Callable[[str], None]) -> None:
        self._recorder = recorder
        self._trainings = trainings
        self._side = recorder.side
        self._say = say
        self._calls = 0
        self._outputs: Dict[int, int] = {}
        #: calls of the upgraded program that Keras 2 does not take, and why
        self.refused: List[str] = []

    def install(self) -> None:
        """Replace them on every class that has them."""
        ways = {
            "compile": self._compile,
            "fit": self._fit,
            "fit_generator": self._fit,
            "train_on_batch": self._score,
            "test_on_batch": self._score,
            "evaluate": self._score,
            "evaluate_generator": self._score,
            "predict": self._predict,
            "predict_on_batch": self._predict,
            "predict_proba": self._predict,
            "predict_classes": self._predict_classes,
            "predict_generator": self._predict_generator,
            "load_weights": self._load_weights,
            "save_weights": self._saved,
            "save": self._saved,
        }
        owners = [self._side.Model, self._side.Sequential]
        if self._side.is_reference:
            owners.insert(0, self._side.module("engine.topology").Container)
        for owner in owners:
            for name, way in ways.items():
                if name in vars(owner):
                    self._replace(owner, name, way)
        self._side.K.function = _function
        self._draw_nothing()
        if not self._side.is_reference:
            self._name_metrics()

    def _draw_nothing(self) -> None:
        """Pictures of models need pydot, which Keras 1's module imports at once."""
        if not self._side.is_reference:
            self._side.module("utils").plot_model = self._nothing
            return
        drawing = types.ModuleType("keras.utils.visualize_util")
        vars(drawing).update(plot=self._nothing, model_to_dot=self._nothing)
        sys.modules[drawing.__name__] = drawing
        self._side.module("utils").visualize_util = drawing

    def _name_metrics(self) -> None:
        """tf_keras knows the names of its metrics when it has trained; here it never does."""
        real = self._side.Model.metrics_names

        def metrics_names(model: Any) -> List[str]:
            names = list(real.fget(model))
            return names or ["loss"] + ["metric_{}".format(at) for at in range(1, self._outputs.get(id(model), 1))]

        self._side.Model.metrics_names = property(metrics_names)

    def _replace(self, owner: Any, name: str, way: Callable[..., Any]) -> None:
        original = getattr(owner, name)
        signature = inspect.signature(original)
        defaults = {n: p.default for n, p in signature.parameters.items() if p.default is not p.empty}

        @functools.wraps(original)
        def method(model: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                bound = signature.bind(model, *args, **kwargs)
            except TypeError as error:
                if self._side.is_reference or not name.endswith("_generator"):
                    raise  # a call that Keras refuses is refused here
                # what an upgrade leaves to a person: it is told, and what comes after the call is compared all the same
                self.refused.append("{}: {}".format(name, error))
                return way(model, name, {}, lambda: None)
            given = dict(list(bound.arguments.items())[1:])
            given.update(given.pop("kwargs", {}))
            result = way(model, name, given, lambda: original(model, *args, **kwargs))
            try:
                self._trainings.called(model, name, {**defaults, **given})
            except Exception as error:  # noqa: BLE001  -- what cannot be read of a call must not end the program
                self._say("a call of {} could not be read: {}".format(name, error))
            return result

        method.__signature__ = signature  # type: ignore[attr-defined]  # Keras 1's scikit-learn wrapper reads it
        setattr(owner, name, method)

    def _used(self, model: Any, name: str, given: Dict[str, Any]) -> None:
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise Stop("stopped after {} calls that train or predict".format(MOST_CALLS))
        record = self._recorder.note(model, name)
        data = given.get("x")
        if record is not None and data is not None and not record.seen:
            if isinstance(data, dict):
                data = list(data.values())
            arrays = data if isinstance(data, (list, tuple)) and data and hasattr(data[0], "shape") else [data]
            record.seen = [list(array.shape[1:]) for array in arrays if hasattr(array, "shape")]

    def _compile(self, model: Any, _: str, given: Dict[str, Any], real: Callable[[], Any]) -> Any:
        result = real()
        metrics = given.get("metrics") or []
        outputs = max(1, len(getattr(model, "outputs", None) or []))
        counted = sum(map(len, metrics.values())) if isinstance(metrics, dict) else len(metrics) * outputs
        self._outputs[id(model)] = 1 + (outputs if outputs > 1 else 0) + counted
        self._recorder.note(model, "compile")
        return result

    def _fit(self, model: Any, _name: str, given: Dict[str, Any], _: Callable[[], Any]) -> Any:
        self._used(model, "fit", given)
        epochs = int(given.get("nb_epoch") or given.get("epochs") or (10 if self._side.is_reference else 1))
        history = self._side.module("callbacks").History()
        history.params, history.epoch, history.model = (
            {"nb_epoch": epochs, "epochs": epochs},
            list(range(epochs)),
            model,
        )
        history.history = _History(epochs, lambda key: self._trainings.asked(model, key))
        for key in ["loss", "val_loss"] if given.get("validation_data") is not None else ["loss"]:
            history.history[key]
        return history

    def _score(self, model: Any, name: str, given: Dict[str, Any], _: Callable[[], Any]) -> Any:
        self._used(model, name, given)
        count = self._outputs.get(id(model), 1)
        return [0.5] * count if count > 1 else 0.5

    def _made(self, model: Any, count: int) -> Any:
        shapes = model.output_shape
        several = isinstance(shapes, list)
        made = [plausible([count] + [size or 5 for size in shape[1:]]) for shape in (shapes if several else [shapes])]
        return made if several else made[0]

    def _predict(self, model: Any, name: str, given: Dict[str, Any], real: Callable[[], Any]) -> Any:
        self._used(model, name, given)
        try:
            return self._made(model, samples(given["x"]))
        except Exception:  # noqa: BLE001  -- a model without a known shape has to compute
            return real()

    def _predict_classes(self, model: Any, name: str, given: Dict[str, Any], _: Callable[[], Any]) -> Any:
        self._used(model, name, given)
        made = self._made(model, samples(given["x"]))
        return made.argmax(-1) if made.shape[-1] > 1 else (made > 0.5).astype("int32")

    def _predict_generator(self, model: Any, name: str, given: Dict[str, Any], _: Callable[[], Any]) -> Any:
        self._used(model, name, given)
        return self._made(model, int(given.get("val_samples") or given.get("steps") or 10))

    def _load_weights(self, model: Any, name: str, given: Dict[str, Any], _: Callable[[], Any]) -> None:
        self._recorder.note(model, name)
        path = str(next(iter(given.values()), ""))
        self._say("weights were not loaded: {}".format(os.path.basename(path)))

    def _saved(self, _model: Any, _name: str, given: Dict[str, Any], _: Callable[[], Any]) -> None:
        self._trainings.saved.append(str(given.get("filepath")))

    def _nothing(self, *_: Any, **__: Any) -> None:
        return None


def _function(_inputs: Any, outputs: Any, *_: Any, **__: Any) -> Callable[[Any], Any]:
    """``K.function`` whose result has the right shapes."""
    several = isinstance(outputs, (list, tuple))
    tensors = list(outputs) if several else [outputs]

    def call(values: Any) -> Any:
        import numpy as np

        values = list(values) if isinstance(values, (list, tuple)) else [values]
        fed = [np.shape(value) for value in values if np.ndim(value) > 1]
        made = []
        for tensor in tensors:
            shape = getattr(tensor, "shape", None)
            sizes = shape.as_list() if shape is not None and getattr(shape, "rank", None) is not None else []
            if fed and sizes and len(sizes) == len(fed[0]):
                sizes = [b if a is None else a for a, b in zip(sizes, fed[0])]
            batch = fed[0][0] if fed else 1
            full = [(batch if at == 0 else 5) if size is None else size for at, size in enumerate(sizes)]
            made.append(plausible(full) if full else np.float32(0.5))
        return made if several else made[0]

    return call

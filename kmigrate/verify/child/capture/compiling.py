"""How models are compiled and trained: what ``compile`` was told, and each call that trains or evaluates."""

from typing import Any, Dict, List, Optional

from kmigrate.verify.child.capture.describing import Describer
from kmigrate.verify.child.capture.fitting import KINDS, Generators, describe
from kmigrate.verify.child.capture.recording import Record, Recorder
from kmigrate.verify.child.capture.sides import Side

#: Calls of a model after so many are not described.
MOST_CALLS = 8
#: Initial values of larger weights are not looked at.
_MANY = 5_000_000


class Compiled:
    """A model as it was compiled last, and what it was asked for since."""

    def __init__(self, model: Any, snapshot: int) -> None:
        self.model = model
        self.snapshot = snapshot
        self.calls: List[Dict[str, Any]] = []
        #: those of each training
        self.callbacks: List[Any] = []
        #: the weights that an optimizer changes: both Keras settle that when they compile
        self.trained: List[Any] = []
        #: series that the program has read from a history
        self.asked: List[str] = []


class Trainings:
    """Watches ``compile`` and what follows."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._side = recorder.side
        self._found: Dict[int, Compiled] = {}
        self._generators = Generators()
        #: paths of files that models were saved to, which the callbacks' decisions are read from
        self.saved: List[str] = []

    def find(self, record: Record) -> Optional[Compiled]:
        """How a recorded model is compiled."""
        return self._found.get(id(record))

    def called(self, model: Any, method: str, given: Dict[str, Any]) -> None:
        """A method of a model has been called; ``given`` has its arguments, and defaults for the others."""
        record = self._recorder.find(model)
        if record is None:
            return
        if method == "compile":
            made = self._found[id(record)] = Compiled(inner(self._side, model), max(0, len(record.snapshots) - 1))
            made.trained = trained(self._side, made.model)
            return
        known = self._found.get(id(record))
        if known is None or method not in KINDS or len(known.calls) >= MOST_CALLS:
            return
        is_training = "training" in KINDS[method]
        call = describe(self._side.is_reference, method, given, self._generators)
        if call not in known.calls:
            known.calls.append(call)
        if not known.callbacks and is_training:
            known.callbacks = list(given.get("callbacks") or [])

    def asked(self, model: Any, key: str) -> None:
        """The program reads a series of a model's history."""
        record = self._recorder.find(model)
        known = self._found.get(id(record)) if record is not None else None
        if known is not None and key not in known.asked:
            known.asked.append(key)

    def described(self, record: Record, describer: Describer, places: Dict[int, Any]) -> Optional[Dict[str, Any]]:
        """How a model was compiled and trained; None if it was not. ``places`` are those of its weights."""
        found = self.find(record)
        if found is None:
            return None
        model = found.model
        side = describer.side
        is_reference = side.is_reference
        losses = (
            [getattr(one, "__name__", type(one).__name__) for one in model.loss_functions]
            if is_reference
            else _loss_names(model.loss)
        )
        return {
            "snapshot": found.snapshot,
            "optimizer": type(model.optimizer).__name__,
            "settings": _settings(model.optimizer),
            "losses": losses,
            "loss_weights": _plain(model.loss_weights if is_reference else model.compiled_loss._loss_weights),
            "modes": list(model.sample_weight_modes) if is_reference else [],
            "shapes": [side.shape(tensor) for tensor in model.outputs],
            "trained": [places[id(weight)] for weight in found.trained if id(weight) in places],
            "calls": found.calls,
            "asked": found.asked,
            "initial": _moments(
                side, {place: describer.leaves[place[0]].weights[place[1]] for place in map(tuple, places.values())}
            ),
            "patience": _patience(found),
            "callbacks": [callback_name(side, one) for one in found.callbacks],
        }


def inner(side: Side, model: Any) -> Any:
    """The model that is trained: a Sequential of Keras 1 holds one (models.py)."""
    return model.model if side.is_reference and isinstance(model, side.Sequential) else model


def trained(side: Side, model: Any) -> List[Any]:
    """The weights that an optimizer changes now."""
    return list(model._collected_trainable_weights if side.is_reference else model.trainable_weights)


def callback_name(side: Side, callback: Any) -> Dict[str, Any]:
    """A callback's class, and whether it is the program's own."""
    kind = type(callback)
    return {"class": kind.__name__, "own": kind.__module__.split(".")[0] not in (side.package, "keras", "kmigrate")}


def _loss_names(loss: Any) -> List[str]:
    if isinstance(loss, dict):
        loss = [loss[key] for key in sorted(loss)]
    several = loss if isinstance(loss, (list, tuple)) else [loss]
    return [one if isinstance(one, str) else getattr(one, "__name__", type(one).__name__) for one in several]


def _settings(optimizer: Any) -> Dict[str, Any]:
    try:
        return {key: _plain(value) for key, value in optimizer.get_config().items()}
    except Exception:  # noqa: BLE001  -- an optimizer of the program's own need not have a configuration
        return {}


def _plain(value: Any) -> Any:
    """Numbers, strings, lists and dicts of them; what else there is as its text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def _patience(found: Compiled) -> int:
    """The most epochs that a callback waits for."""
    waits = [getattr(one, "patience", 0) + getattr(one, "cooldown", 0) for one in found.callbacks]
    return max([int(one) for one in waits if isinstance(one, (int, float))] + [0])


def _moments(side: Side, weights: Dict[Any, Any]) -> Dict[str, List[float]]:
    """For each weight, "LAYER_NUMBER", its size and the means of its first, second and fourth power."""
    found = {}
    for (layer, at), weight in weights.items():
        if not 0 < int(side.K.count_params(weight)) <= _MANY:
            continue
        values = side.K.get_value(weight).astype("float64").ravel()
        powers = [float((values**power).mean()) for power in (1, 2, 4)]
        found["{}_{}".format(layer, at)] = [float(values.size)] + powers
    return found

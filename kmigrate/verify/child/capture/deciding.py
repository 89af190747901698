"""What a program's callbacks decide when they see given losses and metrics: to stop, a rate, a file to save to."""

from typing import Any, Dict, List

from kmigrate.verify.child.capture.compiling import Compiled, Trainings, callback_name
from kmigrate.verify.child.capture.sides import Side

#: The classes of Keras that decide something, in both.
DECIDING = ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint", "LearningRateScheduler")


def decide(
    side: Side, model: Any, compiled: Compiled, trainings: Trainings, names: List[Any], values: List[float], epochs: int
) -> List[Dict[str, Any]]:
    """Ask each callback of the program's training by itself, epoch for epoch.

    ``names`` are pairs of the name that this Keras logs and whether it rises (1 - value in place of the value);
    ``values`` has a number for each epoch. A result has ``class``, ``stopped`` (the epoch after which training stops,
    or None), ``rates`` (at the end of each epoch), ``saved`` (pairs of epoch and path) and ``error``.
    """
    return [
        _one(side, model, callback, trainings, names, values, epochs)
        for callback in compiled.callbacks
        if callback_name(side, callback)["class"] in DECIDING
    ]


def _one(
    side: Side, model: Any, callback: Any, trainings: Trainings, names: List[Any], values: List[float], epochs: int
) -> Dict[str, Any]:
    found: Dict[str, Any] = {"class": type(callback).__name__, "stopped": None, "rates": [], "saved": [], "error": None}
    is_scheduler = found["class"] == "LearningRateScheduler"
    rate = _rate(side, model)
    model.stop_training = False
    callback.verbose = 0
    try:
        # ``_set_model`` in Keras 1.1 and before
        (callback.set_model if hasattr(callback, "set_model") else callback._set_model)(model)
        logged = [name for name, _ in names]
        callback.set_params({"nb_epoch": epochs, "epochs": epochs, "metrics": logged, "verbose": 0})
        callback.on_train_begin({})
        for epoch, value in enumerate(values[:epochs] if is_scheduler else values):
            callback.on_epoch_begin(epoch, {})
            del trainings.saved[:]
            callback.on_epoch_end(epoch, {name: 1.0 - value if rises else value for name, rises in names})
            found["rates"].append(_rate(side, model))
            found["saved"] += [[epoch, path] for path in trainings.saved]
            if model.stop_training:
                found["stopped"] = epoch
                break
    except Exception as error:  # noqa: BLE001  -- that a callback fails is what it comes to
        found["error"] = "{}: {}".format(type(error).__name__, " ".join(str(error).split())[:200])
    model.stop_training = False
    if rate is not None and _rate(side, model) != rate:
        side.K.set_value(model.optimizer.lr, rate)
    return found


def _rate(side: Side, model: Any) -> Any:
    try:
        return float(side.K.get_value(model.optimizer.lr))
    except Exception:  # noqa: BLE001  -- a schedule is no variable
        return None

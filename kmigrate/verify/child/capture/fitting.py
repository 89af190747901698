"""What the calls that train, evaluate or predict ask for, in numbers: epochs, batches, weights of samples, callbacks.

Both sides are described in the words of Keras 2, so that two calls that mean the same have equal descriptions:
Keras 1 counts samples (``samples_per_epoch``) where Keras 2 counts batches (``steps_per_epoch``).
"""

import math
import threading
from typing import Any, Dict, List, Optional

#: Method -> what it does.
KINDS = {
    "fit": "training",
    "fit_generator": "training",
    "train_on_batch": "a training step",
    "evaluate": "evaluation",
    "evaluate_generator": "evaluation",
    "test_on_batch": "an evaluation step",
    "predict_generator": "prediction",
}
#: Seconds to wait for the first batch of a generator.
_PATIENCE = 10.0
#: Samples of the targets that are looked at.
_LOOKED_AT = 500


class Generators:
    """The first batch of each generator that a program trains on; a generator is asked once."""

    def __init__(self) -> None:
        self._seen: List[Any] = []

    def first(self, generator: Any) -> Any:
        """``(batch, error)``: the first batch, or None and what the generator raised, if it raised."""
        for known, found in self._seen:
            if known is generator:
                return found
        box: List[Any] = []

        def ask() -> None:
            try:
                if hasattr(generator, "__next__"):
                    box.append((next(generator), None))
                elif hasattr(generator, "__getitem__"):
                    box.append((generator[0], None))
            except Exception as error:  # noqa: BLE001  -- what a program's generator raises is the answer
                box.append((None, "{}: {}".format(type(error).__name__, " ".join(str(error).split())[:200])))

        thread = threading.Thread(target=ask)
        thread.daemon = True
        thread.start()
        thread.join(_PATIENCE)
        found = box[0] if box else (None, None)
        self._seen.append((generator, found))
        return found


def describe(is_reference: bool, method: str, given: Dict[str, Any], generators: Generators) -> Dict[str, Any]:
    """A call of a model's ``method``; ``given`` are its arguments with the defaults of those that it leaves out."""
    data = given.get("generator", given.get("x"))
    found: Dict[str, Any] = {"kind": KINDS[method], "method": method, "error": None}
    targets, weights = given.get("y"), given.get("sample_weight")
    batch_size = given.get("batch_size") or 32
    if _is_generator(data):
        batch_size = getattr(data, "batch_size", None)
        # one that reads pictures has no folder to read
        batch, found["error"] = generators.first(data) if batch_size is None else (None, None)
        if isinstance(batch, (list, tuple)) and len(batch) > 1:
            targets, weights = batch[1], batch[2] if len(batch) > 2 else None
        if batch is not None and batch_size is None:
            batch_size = count(batch[0] if isinstance(batch, (list, tuple)) else batch)
    if "training" in found["kind"] and "step" not in found["kind"]:
        found["epochs"] = _whole(given.get("nb_epoch", given.get("epochs")))
        found["initial_epoch"] = _whole(given.get("initial_epoch", 0))
        found["validation"] = _validation(is_reference, given, batch_size, data)
        if not _is_generator(data):
            found["shuffle"] = (
                given.get("shuffle") if isinstance(given.get("shuffle"), str) else bool(given.get("shuffle"))
            )
    if "step" not in found["kind"]:
        found["batches"] = _batches(is_reference, given, batch_size, data)
    found["class_weight"] = _class_weight(given.get("class_weight"))
    found["sample_weight"] = [_weights(one) for one in arrays(weights)] or None
    found["targets"] = [seen(one) for one in arrays(targets)]
    return found


def count(data: Any) -> Optional[int]:
    """How many samples there are; None where that is unknown."""
    one = arrays(data)
    shape = getattr(one[0], "shape", None) if one else None
    return int(shape[0]) if shape else None


def arrays(data: Any) -> List[Any]:
    """The arrays of an argument, which is one, several, or has a name for each."""
    import numpy as np

    if data is None:
        return []
    if isinstance(data, dict):
        return [data[key] for key in sorted(data)]
    if isinstance(data, (list, tuple)):
        if data and all(hasattr(one, "shape") and len(one.shape) for one in data):
            return list(data)
        try:
            return [np.asarray(data)]
        except ValueError:
            return []
    return [data] if hasattr(data, "shape") else []


def seen(array: Any) -> Dict[str, Any]:
    """What targets look like: their shape without the samples, their range, and whether they are 0/1, -1/1, whole."""
    import numpy as np

    values = np.asarray(array[:_LOOKED_AT])
    if values.dtype.kind not in "biuf" or not values.size:
        return {"shape": list(values.shape[1:]), "values": None}
    values = values.astype("float64")
    found: Dict[str, Any] = {"shape": list(values.shape[1:]), "low": float(values.min()), "high": float(values.max())}
    kinds = {"bits": (0.0, 1.0), "signs": (-1.0, 1.0)}
    present = np.unique(values[:50])
    found["values"] = next((name for name, two in kinds.items() if all(one in two for one in present)), None)
    if found["values"] is None and np.all(values == np.round(values)):
        found["values"] = "whole"
    if found["values"] == "bits" and values.ndim > 1 and values.shape[-1] > 1 and np.all(values.sum(-1) == 1):
        found["values"] = "one hot"
    return found


def _is_generator(data: Any) -> bool:
    return data is not None and not hasattr(data, "shape") and not isinstance(data, (list, tuple, dict))


def _whole(value: Any) -> Optional[int]:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None


def _length(generator: Any) -> Optional[int]:
    try:
        return len(generator)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _steps(samples: Any, batch_size: Any) -> Optional[int]:
    """A batch that overshoots counts (Keras 1.2.2, engine/training.py, ``fit_generator``)."""
    return math.ceil(float(samples) / batch_size) if samples is not None and batch_size else None


def _batches(is_reference: bool, given: Dict[str, Any], batch_size: Any, data: Any) -> Optional[int]:
    """Batches of an epoch, of an evaluation or of a prediction."""
    if _is_generator(data):
        if is_reference:
            return _steps(given.get("samples_per_epoch", given.get("val_samples")), batch_size)
        steps = given.get("steps_per_epoch", given.get("steps"))
        return _length(data) if steps is None else _whole(steps)
    steps = given.get("steps_per_epoch", given.get("steps"))
    if steps is not None:
        return _whole(steps)
    samples = count(data)
    split = given.get("validation_split")
    if samples and split and given.get("validation_data") is None:
        samples = int(samples * (1.0 - split))
    return _steps(samples, batch_size)


def _validation(is_reference: bool, given: Dict[str, Any], batch_size: Any, data: Any) -> Optional[str]:
    """What it is validated on, in words; None where it is not."""
    held = given.get("validation_data")
    if held is None:
        samples, split = count(data) if not _is_generator(data) else None, given.get("validation_split")
        return "{} samples".format(samples - int(samples * (1.0 - split))) if samples and split else None
    if not _is_generator(held):
        return "{} samples".format(count(held[0] if isinstance(held, (list, tuple)) else held))
    if is_reference:
        steps = _steps(given.get("nb_val_samples"), getattr(held, "batch_size", None) or batch_size)
    else:
        told = given.get("validation_steps")
        steps = _length(held) if told is None else _whole(told)
    return "{} batches".format("all" if steps is None else steps)


def _class_weight(value: Any) -> Any:
    """Pairs of a class and its weight; True for what is no such dict."""
    if not value:
        return None
    try:
        return sorted([int(key), float(weight)] for key, weight in value.items())
    except (TypeError, ValueError, AttributeError):
        return True


def _weights(array: Any) -> Dict[str, Any]:
    import numpy as np

    values = np.asarray(array)
    return {"rank": int(values.ndim), "zeros": bool((values == 0).any())}

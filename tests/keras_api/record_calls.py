"""Record what the real Keras 1.2.2 makes of every generated call: ``python -m tests.keras_api.record_calls``.

Run it from the repository's root where ``import keras`` gives Keras 1.2.2 on TensorFlow with ``image_dim_ordering``
'tf': the genuine stack, or a later TensorFlow in graph mode under stand-ins for what was removed since. It writes
``recorded/calls.json.gz``: for each call, written with keywords, the config of the object that it made. All ways to
write a call must make the same; a call that Keras 1.2.2 itself refuses has its error instead.
"""

from __future__ import annotations

import gzip
import json
import numbers
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.keras_api import calls

RECORDED = Path(__file__).parent / "recorded" / "calls.json.gz"


def plain(value: Any) -> Any:
    """``value`` as JSON has it; functions, and classes' objects, by name or by their config."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if not _numbered(key, item)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": plain(value.get_config())}
    return getattr(value, "__name__", None) or f"<{type(value).__name__}>"


def _numbered(key: str, value: Any) -> bool:
    """Whether it is a name that Keras chose, which depends on what was made before."""
    return key == "name" and isinstance(value, str) and re.fullmatch(r"[a-z0-9_]+_\d+", value) is not None


def config(made: Any, parameters: Iterable[str]) -> dict[str, Any]:
    """The config of an object; what its class does not put there is taken from attributes."""
    found: dict[str, Any] = plain(made.get_config()) if hasattr(made, "get_config") else {}
    if "batch_input_shape" in vars(made):
        found["batch_input_shape"] = plain(made.batch_input_shape)  # stateful layers tell it only once they are built
    for name in parameters:
        if hasattr(getattr(made, name, None), "get_config") and name != "layer":
            found[name] = plain(getattr(made, name).get_config())  # SeparableConvolution2D mixes them up
        elif name.startswith("pointwise_"):
            found[name] = None
    for name in (*parameters, "initial_weights", "sep", "k"):
        if name in vars(made) and name != "name":
            found.setdefault(name, plain(getattr(made, name)))
    if hasattr(made, "monitor_op"):
        found["less is better"] = bool(made.monitor_op(0, 1))
    if found.get("function_type"):
        found["function"] = made.function.__name__  # not its bytecode
    return found


def record() -> dict[str, Any]:
    """The configs of all calls."""
    record: dict[str, Any] = {}
    for symbol in calls.symbols():
        space: dict[str, Any] = {}
        exec(calls.program(symbol, []), space)
        parameters = (*(name for name, _ in calls.declared(symbol)), *calls.keywords(symbol))
        for call in (*calls.singles(symbol), *calls.pairs(symbol)):
            try:
                made = eval(call.text, space)
            except Exception as error:  # noqa: BLE001 - whatever Keras 1 says is what is recorded
                found: Any = f"{type(error).__name__}: {error}"
            else:
                found = {"class_name": type(made).__name__, "config": config(made, parameters)}
            known = record.setdefault(call.key, found)
            if known != found and not isinstance(known, str):
                raise AssertionError(f"{call.text} is not {call.key}: {found} against {known}")
    return record


if __name__ == "__main__":
    RECORDED.parent.mkdir(exist_ok=True)
    text = json.dumps(record(), indent=None, separators=(",", ":"), sort_keys=True)
    RECORDED.write_bytes(gzip.compress(text.encode(), mtime=0))

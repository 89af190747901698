"""Python values as JSON: what a call's arguments may be, and what JSON alone would lose.

A tuple is ``{"tuple": […]}``, a dict ``{"dict": [[key, value], …]}``, a layer ``{"layer": NAME, "kwargs": {…}}`` and
any other Python expression ``{"code": TEXT}`` (``K``, ``keras`` and ``np`` have their meaning in it). Lists, numbers,
strings, booleans and None are themselves.
"""

from typing import Any


def encode(value: Any) -> Any:
    """The JSON form of a result: tuples, lists, dicts, NumPy scalars and arrays (as nested lists), plain values."""
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    return value.tolist() if hasattr(value, "tolist") else value


def decode(value: Any, layers: Any) -> Any:
    """The value of its JSON form; ``layers`` makes layers and knows the names of expressions."""
    if isinstance(value, list):
        return [decode(item, layers) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple([decode(item, layers) for item in value["tuple"]])
    if "dict" in value:
        return {decode(key, layers): decode(item, layers) for key, item in value["dict"]}
    if "layer" in value:
        return layers.make(value["layer"], value["kwargs"])
    return eval(value["code"], layers.names())

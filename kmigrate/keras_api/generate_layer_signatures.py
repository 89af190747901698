"""Make ``layer_signatures`` by reflection: how the layers of Keras 2 and Keras 3 are called.

``python -m kmigrate.keras_api.generate_layer_signatures > kmigrate/keras_api/layer_signatures.py`` with ``tf_keras``
and ``keras`` 3 installed. The tests make it again and compare.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any

_HEADER = '''"""How the layers of tf_keras {two} and Keras {three} are called, made by ``generate_layer_signatures``.

Do not edit.

``LAYERS`` maps the version to the public names of ``keras.layers`` with the class that the name stands for and its
parameters, ``(name, default)``: the default as source text, ``None`` for a required one, a name with ``*`` or ``**``
for variadic ones. A function (``add``) has the class that it makes, and its parameters, ``inputs`` first.
"""

# ruff: noqa: E501
# fmt: off

LAYERS: dict[int, dict[str, tuple[str, tuple[tuple[str, str | None], ...]]]] = {{
'''

#: Functions that make a layer and apply it.
_FUNCTIONS = {
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
}

Parameters = list[tuple[str, str | None]]


def signatures(module: str) -> dict[str, tuple[str, Parameters]]:
    """Public name of ``module``.layers -> (class, parameters)."""
    layers = importlib.import_module(f"{module}.layers")
    base = layers.Layer
    found: dict[str, tuple[str, Parameters]] = {}
    for name in sorted(dir(layers)):
        value: Any = getattr(layers, name)
        if inspect.isclass(value) and issubclass(value, base) and value is not base:
            found[name] = (value.__name__, _constructor(value, base))
        elif name in _FUNCTIONS:
            found[name] = (_FUNCTIONS[name], _parameters(value))
        elif name == "Input":
            found[name] = ("InputLayer", _parameters(value))
    return found


def _constructor(cls: type, base: type) -> Parameters:
    """The parameters of a constructor, and those that it hands on to its bases through ``**kwargs``."""
    own = _parameters(vars(cls).get("__init__", cls.__init__))[1:]  # type: ignore[misc]
    for ancestor in cls.__mro__[1:]:
        if ancestor is base or not any(name.startswith("**") for name, _ in own):
            break
        if "__init__" in vars(ancestor):
            known = {name for name, _ in own}
            handed = [(name, default) for name, default in _parameters(vars(ancestor)["__init__"])[1:] if default]
            own[-1:-1] = [(name, default) for name, default in handed if name not in known and name[0] != "*"]
    return own


def _parameters(function: Any) -> Parameters:
    marks: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [
        (
            marks.get(parameter.kind, "") + parameter.name,
            None if parameter.default is parameter.empty else _source(parameter.default),
        )
        for parameter in inspect.signature(function).parameters.values()
    ]


def _source(default: object) -> str:
    plain = default is None or isinstance(default, bool | int | float | str | tuple | list | dict)
    return repr(default) if plain else "..."


def source() -> str:
    """The text of ``layer_signatures.py``."""
    modules = {2: "tf_keras", 3: "keras"}
    versions = {number: importlib.import_module(module).__version__ for number, module in modules.items()}
    parts = [_HEADER.format(two=versions[2], three=versions[3])]
    for number, module in modules.items():
        parts.append(f"    {number}: {{\n")
        for name, (kind, parameters) in signatures(module).items():
            parts.append(f"        {name!r}: ({kind!r}, {tuple(parameters)!r}),\n")
        parts.append("    },\n")
    return "".join([*parts, "}\n"])


if __name__ == "__main__":
    sys.stdout.write(source())

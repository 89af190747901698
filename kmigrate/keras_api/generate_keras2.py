"""Make ``keras2_names`` by reflection: the public names of every public module of Keras 2.

``python -m kmigrate.keras_api.generate_keras2 > kmigrate/keras_api/keras2_names.py`` with ``tf_keras`` installed. The
tests make it again and compare.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import textwrap
from types import ModuleType
from typing import Any

_HEADER = '''"""The public names of Keras 2, made from tf_keras {version} by ``generate_keras2``; do not edit.

``NAMES`` maps a public module, with ``keras`` in front, to its names in alphabetical order, modules included.
"""

# fmt: off

NAMES: dict[str, str] = {{
'''


def public_names() -> dict[str, list[str]]:
    """Public module ("keras.layers") -> its names, by walking the modules of ``tf_keras`` that it exports."""
    found: dict[str, list[str]] = {}
    _walk(importlib.import_module("tf_keras"), "keras", found)
    return dict(sorted(found.items()))


def _walk(module: ModuleType, path: str, found: dict[str, list[str]]) -> None:
    names = [name for name in dir(module) if not name.startswith("_") or name == "__version__"]
    found[path] = []
    for name in names:
        value: Any = getattr(module, name)
        if inspect.ismodule(value) and not _is_public(value):
            continue
        found[path].append(name)
        if inspect.ismodule(value) and f"{path}.{name}" not in found:
            _walk(value, f"{path}.{name}", found)


def _is_public(module: ModuleType) -> bool:
    """Whether a module is one of the interface's: the rest, other packages too, only happens to be there."""
    name = module.__name__
    return name.startswith("tf_keras.") and not name.startswith(("tf_keras.src", "tf_keras.api", "tf_keras.protobuf"))


def source() -> str:
    """The text of ``keras2_names.py``."""
    version = importlib.import_module("tf_keras").__version__
    parts = [_HEADER.format(version=version)]
    for module, names in public_names().items():
        lines = textwrap.wrap(" ".join(names), 100)
        parts.append(f'    "{module}": (\n')
        parts += [f'        "{line}{" " if at < len(lines) - 1 else ""}"\n' for at, line in enumerate(lines)]
        parts.append("    ),\n" if lines else '        ""\n    ),\n')
    return "".join([*parts, "}\n"])


if __name__ == "__main__":
    sys.stdout.write(source())

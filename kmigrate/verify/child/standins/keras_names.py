"""``import keras`` in the target: tf_keras, which is Keras 2, whatever ``keras`` is installed beside it."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from typing import Any, Dict


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self) -> None:
        self._specs: Dict[str, Any] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        """The modules of ``keras`` are those of ``tf_keras``; None for all others."""
        if name != "keras" and not name.startswith("keras."):
            return None
        if importlib.util.find_spec("tf_" + name) is None:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> Any:
        """The module of tf_keras itself."""
        module = importlib.import_module("tf_" + spec.name)
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: Any) -> None:
        """It has been executed already; its spec, which the import replaced, is its own again."""
        module.__spec__ = self._specs[module.__spec__.name]


def install() -> None:
    """Come before what finds an installed ``keras``."""
    sys.meta_path.insert(0, _Finder())

"""Changing a module when it has been imported, and not before: nothing is imported that the program does not use."""

import importlib.abc
import importlib.util
import sys
from typing import Any, Callable, Dict, List

Change = Callable[[Any], None]

_changes: Dict[str, List[Change]] = {}


def after(module: str, change: Change) -> None:
    """Call ``change`` with the module once, when it has been executed; at once if it is there already."""
    if module in sys.modules:
        change(sys.modules[module])
        return
    if not _changes:
        sys.meta_path.insert(0, _Finder())
    _changes.setdefault(module, []).append(change)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of :func:`after` as every other finder does, and adds the change to their execution."""

    def __init__(self) -> None:
        self._busy = ""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        """The module's spec, with a loader that changes the module; None for all others."""
        if name not in _changes or self._busy == name:
            return None
        self._busy = name
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._busy = ""
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            # its package may have imported it while it was looked for: then it is changed already
            for change in _changes.pop(name, ()):
                change(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

"""The first file a child process runs: ``python start.py SETTINGS``, where SETTINGS is one JSON object.

Its keys: ``side`` ("reference" or "target"), ``standins`` (names of modules in ``standins``, each of which is
installed before anything else is imported), ``path`` (folders to import from, first), and ``script`` with
``arguments``, a program to run as ``python SCRIPT ARGUMENTS`` would; without it the process becomes a worker.
``device``, a kind of TensorFlow's devices, is made ready to compute on; such a worker makes no copies of itself.
"""

import importlib
import json
import os
import runpy
import sys
import types
from typing import Any, Dict

_CHILD = os.path.dirname(os.path.abspath(__file__))


def _bare_packages() -> None:
    """Make this package importable without running kmigrate's own code, which an old Python cannot read."""
    folder = _CHILD
    for name in ("kmigrate.verify.child", "kmigrate.verify", "kmigrate"):
        package = types.ModuleType(name)
        package.__path__ = [folder]
        sys.modules[name] = package
        folder = os.path.dirname(folder)


def main(settings: Dict[str, Any]) -> None:
    """Prepare the process and run the script or the worker."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _CHILD]
    sys.path[0:0] = settings["path"]
    if settings["side"] == "reference":
        _bare_packages()
    else:
        sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(_CHILD))))
    for name in settings["standins"]:
        importlib.import_module("kmigrate.verify.child.standins." + name).install()
    device = settings.get("device")
    if device is not None:
        importlib.import_module("kmigrate.verify.child.devices").prepare(device)
    script = settings.get("script")
    if script is None:
        importlib.import_module("kmigrate.verify.child.worker").serve(settings["side"], device is None)
        return
    sys.argv[:] = [script] + settings["arguments"]
    if os.path.isdir(script):
        runpy.run_path(script, run_name="__main__")
        return
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

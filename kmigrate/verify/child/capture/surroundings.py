"""What a program finds around it while it is watched: no terminal, no network, no windows, no waiting."""

import argparse
import builtins
import functools
import importlib.abc
import importlib.machinery
import os
import socket
import sys
import time
from typing import Any, Callable, List
from unittest import mock

from kmigrate.verify.child import imports

#: Modules that a program may use for pictures, tables and the like: where one is missing, an empty one stands in.
_OPTIONAL = frozenset(
    [
        "cairocffi",
        "cv2",
        "editdistance",
        "gensim",
        "gym",
        "h5py",
        "IPython",
        "matplotlib",
        "mpl_toolkits",
        "nltk",
        "pandas",
        "PIL",
        "pydot",
        "pydot_ng",
        "pygame",
        "pylab",
        "seaborn",
        "skimage",
        "sklearn",
        "tqdm",
        "wandb",
        "theano",
    ]
)
#: Names of Python 2 that code from then may still use where it parses as Python 3.
_PYTHON2 = {
    "xrange": range,
    "unicode": str,
    "long": int,
    "basestring": str,
    "unichr": chr,
    "reduce": functools.reduce,
    "raw_input": lambda *_: "",
}


def install(side: str, folder: str, say: Callable[[str], None]) -> None:
    """Change this process; ``folder`` holds the program's own files."""
    builtins.input = lambda *_: ""
    time.sleep = lambda _: None
    if side == "reference":
        for name, value in _PYTHON2.items():
            setattr(builtins, name, value)
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["DISPLAY"] = ""
    _no_network()
    _no_processes()
    sys.meta_path.append(_Optional(folder, say))
    imports.after("matplotlib.pyplot", lambda module: setattr(module, "show", lambda *_, **__: None))
    imports.after("scipy.optimize", lambda module: setattr(module, "fmin_l_bfgs_b", _minimum))
    _arguments(say)


def _no_network() -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError("kmigrate verify lets a program use no network")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse


def _no_processes() -> None:
    os.system = lambda *_: 0


def _minimum(func: Any, x0: Any, fprime: Any = None, args: Any = (), **_: Any) -> Any:
    """One evaluation of what is minimized, in place of hundreds."""
    import numpy as np

    value = func(x0, *args)
    if fprime is not None:
        fprime(x0, *args)
    return np.asarray(x0, "float64"), float(np.ravel(value)[0]), {}


def _arguments(say: Callable[[str], None]) -> None:
    """Arguments that a program wants on its command line and does not get: plausible ones."""
    parse = argparse.ArgumentParser.parse_args

    def parse_args(parser: Any, args: Any = None, namespace: Any = None) -> Any:
        given: List[str] = list(sys.argv[1:] if args is None else args)
        if not given:
            for action in parser._actions:
                if action.required or (not action.option_strings and action.nargs not in ("?", "*")):
                    value = str(next(iter(action.choices))) if action.choices else "1" if action.type else action.dest
                    given += [action.option_strings[0], value] if action.option_strings else [value]
                    say("made up: the argument {}".format(action.dest))
        return parse(parser, given, namespace)

    changed: Any = argparse.ArgumentParser
    changed.parse_args = parse_args


class _Optional(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: finds what nobody else has found."""

    def __init__(self, folder: str, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        """An empty module, if it is one of those and the program itself imports it."""
        top = name.split(".")[0]
        if top not in _OPTIONAL or not self._from_program():
            return None
        if "." not in name:
            self._say("not installed, an empty module stands in: {}".format(name))
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def _from_program(self) -> bool:
        """Whether the import is the program's: Keras itself asks for optional modules, too, and knows what to do."""
        frame: Any = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame is not None and frame.f_code.co_filename.startswith(self._folder)

    def create_module(self, spec: Any) -> Any:
        """An object that has every name."""
        module = mock.MagicMock(name=spec.name)
        module.__path__ = []
        module.__spec__ = spec
        module.__file__ = spec.name
        return module

    def exec_module(self, module: Any) -> None:
        """Nothing is in it."""

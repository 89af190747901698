"""What a program finds around it while it is watched: no terminal, no network, no windows, no waiting."""

import argparse
import ast
import builtins
import functools
import importlib.abc
import importlib.machinery
import io
import os
import re
import socket
import sys
import time
from typing import Any, Callable, Dict, List, Tuple

from kmigrate.verify.child import imports
from kmigrate.verify.child.capture.absent import Anything

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
        "tqdm",
        "wandb",
        "theano",
    ]
)
#: What no empty module can stand in for.
_NEVER = frozenset(["keras", "tensorflow", "tf_keras", "kmigrate", "numpy", "scipy"])
#: Where scikit-learn has, and had before 0.20, its search over parameters.
_SEARCHES = ("sklearn.model_selection", "sklearn.grid_search")
#: Windows, which nobody sees: an empty module stands in for these where they are installed, too.
_WINDOWS = frozenset(["tkinter", "Tkinter", "turtle", "pyglet", "pygame", "wx", "gtk", "gi", "kivy"]) | frozenset(
    ["PyQt4", "PyQt5", "PyQt6", "PySide", "PySide2", "PySide6"]
)
#: What a question on the terminal is answered with: a number, a text, and Python.
_ANSWER = "1"
#: Names of Python 2 that code from then may still use where it parses as Python 3.
_PYTHON2 = {
    "xrange": range,
    "unicode": str,
    "long": int,
    "basestring": str,
    "unichr": chr,
    "reduce": functools.reduce,
    "raw_input": lambda *_: _ANSWER,
}


def install(side: str, folder: str, say: Callable[[str], None]) -> None:
    """Change this process; ``folder`` holds the program's own files."""
    builtins.input = lambda *_: _ANSWER
    time.sleep = lambda _: None
    if side == "reference":
        for name, value in _PYTHON2.items():
            setattr(builtins, name, value)
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["DISPLAY"] = ""
    _no_network()
    _no_processes()
    sys.meta_path.append(_Optional(folder, say))
    sys.meta_path.insert(0, _Windows(folder, say))
    imports.after("urllib.request", lambda module: _downloads(module, say))
    imports.after("matplotlib.pyplot", lambda module: setattr(module, "show", lambda *_, **__: None))
    imports.after("scipy.optimize", lambda module: setattr(module, "fmin_l_bfgs_b", _minimum))
    imports.after("scipy.misc", lambda module: _pictures(module, say))
    imports.after("sklearn.model_selection", lambda module: setattr(module, "GridSearchCV", _GridSearch))
    _arguments(say)
    _split_as_before()


def _no_network() -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError("kmigrate verify lets a program use no network")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse


def _downloads(request: Any, say: Callable[[str], None]) -> None:
    """What a program downloads by itself: text, or a file that is made up when it is read (``missing``)."""

    def urlopen(url: Any, *_: Any, **__: Any) -> Any:
        say("made up: what {} holds".format(getattr(url, "full_url", url)))
        return io.BytesIO(b"1,2,3\n" * 100)

    def urlretrieve(url: Any, filename: Any = None, *_: Any, **__: Any) -> Any:
        name = filename or os.path.basename(str(url))
        say("not downloaded: {}".format(url))
        return name, None

    request.urlopen, request.urlretrieve = urlopen, urlretrieve


def _no_processes() -> None:
    os.system = lambda *_: 0


def _minimum(func: Any, x0: Any, fprime: Any = None, args: Any = (), **_: Any) -> Any:
    """One evaluation of what is minimized, in place of hundreds."""
    import numpy as np

    value = func(x0, *args)
    if fprime is not None:
        fprime(x0, *args)
    return np.asarray(x0, "float64"), float(np.ravel(value)[0]), {}


def _pictures(misc: Any, say: Callable[[str], None]) -> None:
    """The functions for images that SciPy has dropped (1.2 and 1.3)."""
    import numpy as np

    def imread(path: Any, *_: Any, **__: Any) -> Any:
        say("made up: the image {}".format(os.path.basename(str(path))))
        return np.random.RandomState(7).randint(0, 256, (96, 80, 3)).astype("uint8")

    def imresize(image: Any, size: Any, *_: Any, **__: Any) -> Any:
        return np.resize(np.asarray(image), tuple(size[:2]) + np.shape(image)[2:]).astype("uint8")

    for name, function in (("imread", imread), ("imresize", imresize), ("imsave", _nothing), ("imshow", _nothing)):
        setattr(misc, name, function)


def _nothing(*_: Any, **__: Any) -> None:
    return None


class _GridSearch:
    """A search over parameters that tries the first value of each: every other one builds a model of the same kind."""

    def __init__(self, estimator: Any, param_grid: Any = None, *_: Any, **__: Any) -> None:
        grid = param_grid[0] if isinstance(param_grid, list) else param_grid or {}
        self.best_params_ = {name: values[0] for name, values in grid.items()}
        self.best_estimator_ = estimator
        self.best_score_ = 0.5
        self.cv_results_: Dict[str, Any] = {}

    def fit(self, x: Any, y: Any = None, **_: Any) -> Any:
        """Build and fit with the first values."""
        self.best_estimator_.set_params(**self.best_params_)
        self.best_estimator_.fit(x, y)
        return self


def _split_as_before() -> None:
    """``re.split`` as it was before Python 3.7: a match of nothing splits nothing."""
    split = re.split

    def standin(pattern: Any, string: Any, maxsplit: int = 0, flags: int = 0) -> Any:
        compiled = re.compile(pattern, flags)
        if compiled.match("" if isinstance(string, str) else b"") is None:
            return split(pattern, string, maxsplit, flags)
        parts: List[Any] = []
        end = 0
        for match in compiled.finditer(string):
            if match.end() > match.start() and not (maxsplit and len(parts) >= maxsplit):
                parts += [string[end : match.start()]] + list(match.groups())
                end = match.end()
        return parts + [string[end:]]

    re.split = standin


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


def is_tried(frame: Any) -> bool:
    """Whether the line that a frame is at stands in a ``try``: then the program knows what to do without the module."""
    return any(start <= frame.f_lineno <= end for start, end in _tried(frame.f_code.co_filename))


@functools.lru_cache(maxsize=None)
def _tried(path: str) -> List[Tuple[int, int]]:
    """The lines of a file that stand in a ``try`` with handlers, from its first to that of the first handler."""
    with open(path, "rb") as stream:
        tree = ast.parse(stream.read())
    return [
        (node.body[0].lineno, node.handlers[0].lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and node.handlers
    ]


class _Optional(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: finds what nobody else has found."""

    def __init__(self, folder: str, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        """An empty module, if it is one of those and the program itself imports it."""
        top = name.split(".")[0]
        frame = self._importing()
        if frame is None or top in _NEVER or (top not in _OPTIONAL and is_tried(frame)):
            return None
        if "." not in name:
            self._say("not installed, an empty module stands in: {}".format(name))
        return self._empty(name)

    def _empty(self, name: str) -> Any:
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def _importing(self) -> Any:
        """The frame of the import if it is the program's: Keras itself tries modules, too, and knows what to do."""
        frame: Any = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame if frame is not None and frame.f_code.co_filename.startswith(self._folder) else None

    def create_module(self, spec: Any) -> Any:
        """An object that has every name."""
        module: Any = Anything()
        module.__path__ = []
        module.__spec__ = spec
        module.__file__ = spec.name
        if spec.name in _SEARCHES:
            module.GridSearchCV = _GridSearch
        return module

    def exec_module(self, module: Any) -> None:
        """Nothing is in it."""


class _Windows(_Optional):
    """Comes first: toolkits of windows are found nowhere else."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        """An empty module for a toolkit that the program itself imports."""
        return self._empty(name) if name.split(".")[0] in _WINDOWS and self._importing() is not None else None

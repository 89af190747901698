"""Data files that a program reads and that are not there: made up, and said, unless the program is ready for that.

Text gets lines, tables of numbers and word vectors get numbers; what a library would read (NumPy, pickle, HDF5, pandas,
MATLAB) is an object that takes everything (``absent.Anything``). Folders of images give random ones. Both sides get the
same. Models that are missing are not made up: then there is nothing to compare.
"""

import builtins
import functools
import io
import itertools
import os
import re
import sys
from typing import Any, Callable, Dict, List, Tuple

from kmigrate.verify.child import imports
from kmigrate.verify.child.capture import surroundings
from kmigrate.verify.child.capture.absent import Anything
from kmigrate.verify.child.capture.sides import Side

TEXT = (
    "The quick brown fox jumps over the lazy dog. How vexingly quick daft zebras jump!\n"
    "Pack my box with five dozen jugs.\n"
)
_WORDS = sorted(set(re.findall("[a-z]+", TEXT.lower())))
_VECTORS = re.compile(r"glove|w2v|word2vec|\.vec|embedding", re.IGNORECASE)
#: What is read of them makes the model itself.
_MODELS = (".json", ".yaml", ".yml")
#: Module -> functions whose first argument is a file to read.
_READERS: Dict[str, Tuple[str, ...]] = {
    "numpy": ("load", "loadtxt", "genfromtxt", "fromfile"),
    "pickle": ("load",),
    "scipy.io": ("loadmat",),
    "scipy.io.wavfile": ("read",),
    "pandas": ("read_csv", "read_table", "read_excel", "read_hdf", "read_json", "read_pickle"),
    "h5py": ("File",),
}
#: Samples in a folder of images.
_SAMPLES = 64
_NUMBERS = itertools.count()
_FILES = ["{}.jpg".format(at) for at in range(20)] + list(map(str, range(20)))


def install(side: Side, folder: str, say: Callable[[str], None]) -> None:
    """Change this process; ``folder`` holds the program's own files."""
    missing = _Missing(folder, say)
    real = builtins.open

    @functools.wraps(real)
    def opened(file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
        is_read = isinstance(mode, str) and not set("wax+") & set(mode)
        if is_read and not str(file).endswith(_MODELS) and missing.is_made_up(file, sys._getframe(1)):
            content = _content(str(file))
            return _Bytes(content.encode("utf-8")) if "b" in mode else _Text(content)
        return real(file, mode, *args, **kwargs)

    builtins.open = io.open = opened
    _folders(missing)
    for module, names in _READERS.items():
        imports.after(module, functools.partial(_read, names=names, missing=missing))
    imports.after("PIL.Image", functools.partial(_pictures, missing=missing))
    imports.after("csv", _columns)
    generator = side.module("preprocessing.image").ImageDataGenerator
    flow = generator.flow_from_directory

    @functools.wraps(flow)
    def flow_from_directory(self: Any, directory: Any, *args: Any, **kwargs: Any) -> Any:
        if missing.is_made_up(directory, sys._getframe(1)):
            return _Folder(side, *args, **kwargs)
        return flow(self, directory, *args, **kwargs)

    generator.flow_from_directory = flow_from_directory
    for owner in (side.Layer, side.Model, side.Sequential):
        if "set_weights" in vars(owner):
            _keep_weights(owner, say)


def _folders(missing: "_Missing") -> None:
    """A folder that is not there has two with files in them."""
    listed, is_folder = os.listdir, os.path.isdir
    made = missing.folders

    @functools.wraps(listed)
    def listdir(path: Any = ".") -> List[Any]:
        name = str(path).rstrip("/")
        if name not in made and missing.is_made_up(path, sys._getframe(1)):
            made[name] = ["class0", "class1"]
            made.update({os.path.join(name, one): _FILES for one in made[name]})
        return made[name] if name in made else listed(path)

    @functools.wraps(is_folder)
    def isdir(path: Any) -> bool:
        return str(path).rstrip("/") in made or is_folder(path)

    os.listdir = listdir
    vars(os.path).update(isdir=isdir)


class _Missing:
    """Decides which files are made up: those that are not there and that the program itself reads, not in a ``try``."""

    def __init__(self, folder: str, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say
        #: folder that is not there -> what is in it
        self.folders: Dict[str, List[str]] = {}

    def is_made_up(self, path: Any, frame: Any) -> bool:
        """Whether what is at ``path`` is made up for the code that ``frame`` runs."""
        if getattr(path, "is_made_up", False):
            return True
        if not isinstance(path, (str, os.PathLike)) or os.path.exists(path):
            return False
        if not frame.f_code.co_filename.startswith(self._folder) or surroundings.is_tried(frame):
            return False
        if os.path.dirname(str(path)) not in self.folders:
            self._say("made up: {}, which is not there".format(os.path.basename(str(path)) or path))
        return True


class _Text(io.StringIO):
    is_made_up = True


class _Bytes(io.BytesIO):
    is_made_up = True


def _content(path: str) -> str:
    import numpy as np

    name = os.path.basename(path)
    random = np.random.RandomState(7)
    if _VECTORS.search(name):
        size = int(re.findall(r"(\d+)d", name)[-1]) if re.search(r"\dd", name) else 50
        rows = [[word, *("{:.3f}".format(value) for value in random.uniform(-1, 1, size))] for word in _WORDS]
        return "\n".join(map(" ".join, rows)) + "\n"
    if name.endswith((".csv", ".tsv", ".data")):
        separator = "\t" if name.endswith(".tsv") else ","
        return (
            "\n".join(separator.join("{:.3f}".format(v) for v in random.uniform(0, 1, 10)) for _ in range(200)) + "\n"
        )
    # real texts have a large vocabulary, and every file words of its own
    return TEXT * 100 + " ".join("word{}".format(next(_NUMBERS)) for _ in range(1000))


def _read(module: Any, names: Tuple[str, ...], missing: _Missing) -> None:
    for name in names:
        real = getattr(module, name)
        way = functools.partial(_anything, real=real, missing=missing)
        if not isinstance(real, type):
            setattr(module, name, functools.wraps(real)(way))
            continue

        def new(cls: Any, file: Any, *_: Any, **__: Any) -> Any:
            return Anything() if missing.is_made_up(file, sys._getframe(1)) else object.__new__(cls)

        # a class stays one: programs and Keras ask whether something is its instance
        vars(module)[name].__new__ = staticmethod(new)


def _anything(file: Any, *args: Any, real: Any, missing: _Missing, **kwargs: Any) -> Any:
    return Anything() if missing.is_made_up(file, sys._getframe(1)) else real(file, *args, **kwargs)


def _pictures(module: Any, missing: _Missing) -> None:
    import numpy as np

    real = module.open

    @functools.wraps(real)
    def opened(file: Any, *args: Any, **kwargs: Any) -> Any:
        if missing.is_made_up(file, sys._getframe(1)):
            return module.fromarray(np.random.RandomState(7).randint(0, 256, (96, 80, 3)).astype("uint8"))
        return real(file, *args, **kwargs)

    module.open = opened


def _columns(module: Any) -> None:
    """A table that is made up has every column, with a number in it."""
    real = module.DictReader

    class Row(Dict[str, str]):
        def __missing__(self, _: str) -> str:
            return "1"

    def read(file: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(file, "is_made_up", False):
            return iter([Row() for _ in range(200)])
        return real(file, *args, **kwargs)

    module.DictReader = read


def _keep_weights(owner: Any, say: Callable[[str], None]) -> None:
    real = owner.set_weights

    @functools.wraps(real)
    def set_weights(layer: Any, weights: Any) -> Any:
        if isinstance(weights, Anything) or any(isinstance(weight, Anything) for weight in weights):
            say("weights were not set: the file that they come from is not there")
            return None
        return real(layer, weights)

    owner.set_weights = set_weights


class _Folder:
    """What ``flow_from_directory`` gives of a folder that is not there: random images, in two classes or those named.

    The parameters are those of Keras 1.2.2 (preprocessing/image.py), which Keras 2 has in the same order.
    """

    def __init__(
        self,
        side: Side,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: Any = "categorical",
        batch_size: int = 32,
        *_: Any,
        **__: Any,
    ) -> None:
        import numpy as np

        names = list(classes or ["class0", "class1"])
        self.class_indices = {name: at for at, name in enumerate(names)}
        self.nb_class = self.num_class = self.num_classes = len(names)
        self.samples = self.nb_sample = self.N = self.n = _SAMPLES
        self.classes = np.arange(_SAMPLES) % len(names)
        self.batch_size = min(batch_size, _SAMPLES)
        self.filenames = ["{}/{}.jpg".format(names[at], number) for number, at in enumerate(self.classes)]
        self.target_size = tuple(target_size)
        channels = (1 if color_mode == "grayscale" else 3,)
        first = side.is_channels_first()
        self.image_shape = channels + self.target_size if first else self.target_size + channels
        self.class_mode = class_mode

    def __iter__(self) -> Any:
        return self

    def __len__(self) -> int:
        return -(-_SAMPLES // self.batch_size)

    def __next__(self) -> Any:
        import numpy as np

        images = np.random.RandomState(7).uniform(0, 1, (self.batch_size,) + self.image_shape).astype("float32")
        labels = self.classes[: self.batch_size]
        if self.class_mode == "categorical":
            return images, np.eye(self.nb_class, dtype="float32")[labels]
        return images if self.class_mode is None else (images, labels)

    next = __next__

    def reset(self) -> None:
        """From the first one again."""

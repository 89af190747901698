"""Data that nobody has to download: the sets of ``keras.datasets`` with their real shapes, layouts and types.

Both sides draw the same values.
"""

import io
import json
import os
import sys
import tarfile
from typing import Any, Callable, Dict

from kmigrate.verify.child.capture.missing import TEXT
from kmigrate.verify.child.capture.sides import Side

#: Different images of a set; the others repeat them.
_DIFFERENT = 500
_SEQUENCES = 1000
_STORY = (
    "1 Mary moved to the bathroom.\n2 John went to the hallway.\n3 Where is Mary? \tbathroom\t1\n"
    "4 Daniel went back to the hallway.\n5 Sandra moved to the garden.\n6 Where is Daniel? \thallway\t4\n"
)


def _images(count: int, shape: Any, classes: int, column: bool) -> Any:
    import numpy as np

    random = np.random.RandomState(count + classes)
    different = random.randint(0, 256, (_DIFFERENT,) + tuple(shape)).astype("uint8")
    labels = np.arange(count) % classes
    return np.resize(different, (count,) + tuple(shape)), labels.reshape(-1, 1) if column else labels.astype("uint8")


def _image_set(side: Side, size: int, channels: int, counts: Any, classes: int) -> Callable[..., Any]:
    def load_data(*_: Any, **__: Any) -> Any:
        first = side.is_channels_first()
        shape: Any = (channels, size, size) if first else (size, size, channels)
        shape = shape if channels > 1 else (size, size)
        return tuple([_images(count, shape, classes, channels > 1) for count in counts])

    return load_data


def _sequence_set(words: int, classes: int) -> Callable[..., Any]:
    def load_data(path: Any = "", nb_words: Any = None, *_: Any, **named: Any) -> Any:  # noqa: ARG001
        import numpy as np

        most = nb_words or named.get("num_words") or words
        parts = []
        for part in (0, 1):
            random = np.random.RandomState(classes + part)
            sequences = np.empty(_SEQUENCES, dtype=object)
            for at in range(_SEQUENCES):
                sequences[at] = [1] + random.randint(4, max(5, most), random.randint(5, 200)).tolist()
            parts.append((sequences, np.arange(_SEQUENCES) % classes))
        return tuple(parts)

    return load_data


def _word_index(*_: Any, **__: Any) -> Dict[str, int]:
    return {"word{}".format(number): number for number in range(1, 1001)}


def install(side: Side, folder: str, say: Callable[[str], None]) -> None:
    """Replace the loaders of data; ``folder`` is where files are made that a program wants to download."""
    loaders = {
        "mnist": _image_set(side, 28, 1, (60000, 10000), 10),
        "fashion_mnist": _image_set(side, 28, 1, (60000, 10000), 10),
        "cifar10": _image_set(side, 32, 3, (50000, 10000), 10),
        "cifar100": _image_set(side, 32, 3, (50000, 10000), 100),
        "imdb": _sequence_set(20000, 2),
        "reuters": _sequence_set(20000, 46),
    }
    for name, load_data in loaders.items():
        try:
            module = side.module("datasets." + name)
        except ImportError:  # Keras 1 has no fashion_mnist
            continue
        module.load_data = load_data
        if hasattr(module, "get_word_index"):
            module.get_word_index = _word_index

    def get_file(fname: Any, origin: Any = None, untar: bool = False, *_: Any, **__: Any) -> str:  # noqa: ARG001
        path = os.path.join(folder, os.path.basename(str(fname)))
        if untar:
            os.makedirs(path, exist_ok=True)
            return path
        if path.endswith((".h5", ".hdf5")):
            return path  # weights: they are not loaded
        say("made up: {}, which the program downloads".format(os.path.basename(path)))
        if path.endswith((".tar.gz", ".tgz")):
            _archive(path)
        elif path.endswith(".json"):  # the names of ImageNet's classes are one
            with open(path, "w", encoding="ascii") as stream:
                json.dump({str(at): ["n{:08d}".format(at), "class{}".format(at)] for at in range(1000)}, stream)
        else:
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(TEXT * 100)
        return path

    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == side.package and "get_file" in vars(module):
            vars(module)["get_file"] = get_file
    _images_from_files(side, say)


def _archive(path: str) -> None:
    """The bAbI tasks as they are packed: what programs of Keras 1's time download as an archive."""
    tasks = ("qa1_single-supporting-fact", "qa2_two-supporting-facts", "qa3_three-supporting-facts")
    data = (_STORY * 20).encode("ascii")
    with tarfile.open(path, "w:gz") as archive:
        for language in ("en", "en-10k"):
            for task in tasks:
                for part in ("train", "test"):
                    member = tarfile.TarInfo("tasks_1-20_v1-2/{}/{}_{}.txt".format(language, task, part))
                    member.size = len(data)
                    archive.addfile(member, io.BytesIO(data))


def _images_from_files(side: Side, say: Callable[[str], None]) -> None:
    """``load_img`` of a file that is not there, or where Pillow is not: an array of the size that is asked for."""

    def load_img(path: Any, grayscale: bool = False, target_size: Any = None, *_: Any, **__: Any) -> Any:  # noqa: ARG001
        import numpy as np

        say("made up: the image {}".format(os.path.basename(str(path))))
        rows, columns = (target_size or (96, 80))[:2]
        return _Image(np.random.RandomState(rows * 7 + columns).randint(0, 256, (rows, columns, 3)).astype("uint8"))

    for name in ("preprocessing.image",) if side.is_reference else ("preprocessing.image", "utils"):
        side.module(name).load_img = load_img


class _Image:
    """What ``load_img`` returns, as far as programs use it."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self.size = (array.shape[1], array.shape[0])
        self.width, self.height = self.size
        self.mode = "RGB"

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._array if dtype is None else self._array.astype(dtype)

"""How fast kmigrate is, as ratios measured in one run: ``python -m tests.benchmark.run [PATH...]``

Without a path it takes the Keras 1 packages that the tests download. All figures are CPU time (user and system); each
is the least of several rounds that alternate with what it is compared with, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import ast
import gc
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst

from kmigrate.cli.run import concerned
from kmigrate.config import Options
from kmigrate.engine import upgrade_source
from kmigrate.program.program import Program
from kmigrate.program.project import Project
from kmigrate.program.scopes import read_module
from kmigrate.sources.discovery import Discovery
from tests import registry

_ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 5
#: A file with at least this many rewrites in a hundred lines counts as heavily rewritten.
_HEAVY = 5.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU seconds of kmigrate, CPU seconds of what it is compared with, and how many times that it may take."""

    what: str
    seconds: float
    other: float
    against: str
    #: how many times it may take at most; None where the figure is only shown
    goal: float | None

    @property
    def times(self) -> float:
        """How many times what it is compared with."""
        return self.seconds / self.other


def _alternating(one: Callable[[], float], other: Callable[[], float], rounds: int = _ROUNDS) -> tuple[float, float]:
    """The least of several measurements of each."""
    pairs = [(one(), other()) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _cpu_of_command(arguments: Sequence[str], folder: Path) -> float:
    """CPU seconds of a command and of the processes that it starts."""
    search = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": search},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # both kmigrate and libcst.tool end with 1 where a file of the tree needs a person or does not parse; of the latter,
    # libcst.tool shows a traceback
    unusable = "not a valid" in result.stderr or ("kmigrate" in arguments and "Traceback" in result.stderr)
    if result.returncode not in (0, 1) or unusable:
        raise RuntimeError(f"{' '.join(arguments)}: exit status {result.returncode}\n{result.stderr}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _texts(folders: Sequence[Path]) -> dict[str, str]:
    """Python files below the folders that Python 3 parses and that name Keras."""
    texts: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            try:
                text = path.read_bytes().decode("utf-8-sig")
                ast.parse(text)
            except (SyntaxError, ValueError):
                continue
            if "keras" in text.lower():
                texts[str(path)] = text
    return texts


def _engine(folders: Sequence[Path]) -> list[Ratio]:
    options = Options(unsafe=True)
    heavy: dict[str, str] = {}
    typical: dict[str, str] = {}
    for path, text in _texts(folders).items():  # also warms up: tables and rules are loaded now
        applied = upgrade_source(text, options, path=path).applied
        if any(finding.code == "KM010" for finding in applied):
            continue  # fissix brings it to Python 3 first, which takes many times as long as all the rest
        rewrites = len(applied)
        (heavy if rewrites * 100 >= _HEAVY * (text.count("\n") + 1) else typical)[path] = text
        libcst.parse_module(text)

    gc.collect()
    gc.freeze()  # what is loaded by now is no part of either side's work; the command does the same

    def ratio(texts: dict[str, str], name: str, goal: float) -> Ratio:
        seconds, other = _alternating(
            lambda: _cpu(lambda: [upgrade_source(text, options, path=path) for path, text in texts.items()]),
            lambda: _cpu(lambda: [libcst.parse_module(text) for text in texts.values()]),
        )
        lines = sum(text.count("\n") for text in texts.values())
        what = f"engine, {len(texts)} {name} files with Keras ({lines:,} lines)"
        return Ratio(what, seconds, other, "`libcst.parse_module`", goal)

    found = [(typical, "typical", 0.3), (heavy, "heavily rewritten", 0.7)]
    return [ratio(texts, name, goal) for texts, name, goal in found if texts]


_LAYERS = """\
from keras.layers import Activation, BatchNormalization, Convolution2D, Dense, Dropout, Flatten, Input, merge
from keras.layers import MaxPooling2D
from keras.models import Model, Sequential

"""
#: 30 lines that build one model, as functions of scripts do
_BLOCK = """\
def build_{number}(classes=10, dropout=0.5):
    \"\"\"A classifier of images.\"\"\"
    model = Sequential()
    model.add(Convolution2D(32, 3, 3, border_mode='same', input_shape=(64, 64, 3)))
    model.add(BatchNormalization())
    model.add(Activation('relu'))
    model.add(Convolution2D(32, 3, 3))
    model.add(Activation('relu'))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout(dropout))
    for width in (64, 128):
        model.add(Convolution2D(width, 3, 3, border_mode='same'))
        model.add(Activation('relu'))
        model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Flatten())
    model.add(Dense(512))
    model.add(Activation('relu'))
    model.add(Dropout(dropout))
    model.add(Dense(classes))
    model.add(Activation('softmax'))
    model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
    return model


def report_{number}(model, x, y):
    scores = model.evaluate(x, y, batch_size=128)
    for name, score in zip(model.metrics_names, scores):
        print('%s: %.4f' % (name, score))
    return scores


"""
_RESNET = (
    _LAYERS
    + """\
def unit(x, width, stride, project):
    y = Convolution2D(width, 1, 1, subsample=(stride, stride))(x)
    y = Activation('relu')(BatchNormalization()(y))
    y = Convolution2D(width, 3, 3, border_mode='same')(y)
    y = Activation('relu')(BatchNormalization()(y))
    y = BatchNormalization()(Convolution2D(4 * width, 1, 1)(y))
    if project:
        x = BatchNormalization()(Convolution2D(4 * width, 1, 1, subsample=(stride, stride))(x))
    return Activation('relu')(merge([x, y], mode='sum'))


image = Input(shape=(224, 224, 3))
x = Convolution2D(64, 7, 7, subsample=(2, 2), border_mode='same')(image)
x = MaxPooling2D((3, 3), strides=(2, 2), border_mode='same')(Activation('relu')(BatchNormalization()(x)))
for stage, units in enumerate([3, 8, 36, 3]):
    for at in range(units):
        x = unit(x, 64 * 2 ** stage, 2 if at == 0 and stage else 1, at == 0)
model = Model(image, Dense(1000, activation='softmax')(Flatten()(x)))
"""
)


def _followed(text: str, path: str) -> float:
    """CPU seconds that following a text takes, its parse and what the other rules use left out."""
    program = Program(read_module(text, path), Options(), Project())
    _ = program.touches_keras, program.written_for
    return _cpu(lambda: program.shapes)


def _shapes(folders: Sequence[Path]) -> list[Ratio]:
    """The inference of shapes alone: of real files against LibCST's parser, of two made-up ones against a goal."""
    texts = _texts(folders)
    seconds, other = _alternating(
        lambda: sum(_followed(text, path) for path, text in texts.items()),
        lambda: _cpu(lambda: [libcst.parse_module(text) for text in texts.values()]),
    )
    lines = sum(text.count("\n") for text in texts.values())
    what = f"shapes, {len(texts)} files with Keras ({lines:,} lines)"
    ratios = [Ratio(what, seconds, other, "`libcst.parse_module`", 0.25)]
    long = _LAYERS + "".join(_BLOCK.replace("{number}", str(number)) for number in range(16))
    for what, text, goal in (
        (f"shapes, a file of {long.count(chr(10))} lines that builds 16 models", long, 0.050),
        ("shapes, a ResNet-152 built in loops", _RESNET, 0.5),
    ):
        took, _ = _alternating(lambda text=text: _followed(text, "a.py"), lambda: 0.0)  # type: ignore[misc]
        ratios.append(Ratio(what, took, goal, "the goal", 1.0))
    return ratios


def _without_keras() -> list[Ratio]:
    """Files of Python's standard library, as the command line looks at them."""
    library = Path(sysconfig.get_path("stdlib"))
    paths = [str(path) for path in sorted(library.glob("*.py")) if b"keras" not in path.read_bytes().lower()]
    discovery = Discovery(tuple(paths), frozenset(), (), ("",), (), ())

    def read_text() -> None:
        for path in paths:
            with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  -- the cheapest way to read
                file.read()

    def read_bytes() -> None:
        for path in paths:
            with open(path, "rb") as file:  # noqa: PTH123
                file.read()

    def look() -> float:
        return _cpu(lambda: concerned(discovery))

    what = f"{len(paths)} files without Keras"
    text = Ratio(what, *_alternating(look, lambda: _cpu(read_text), rounds=6 * _ROUNDS), "reading them as text", 1.2)
    data = Ratio(what, *_alternating(look, lambda: _cpu(read_bytes), rounds=6 * _ROUNDS), "reading their bytes", None)
    return [text, data]


def _command_line(folders: Sequence[Path]) -> Ratio:
    """The whole command on a tree, against LibCST's own tool with one rename on the same tree."""
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "fresh"
        for number, folder in enumerate(folders):
            shutil.copytree(folder, fresh / f"{number}-{folder.name}", ignore=shutil.ignore_patterns(".git"))

        def on_copy(*arguments: str) -> float:
            tree = Path(temporary) / "tree"
            shutil.copytree(fresh, tree)
            try:
                return _cpu_of_command([*arguments, "."], tree)
            finally:
                shutil.rmtree(tree)

        codemod = ["codemod", "rename.RenameCommand", "-j", "1", "--hide-progress", "--no-format"]
        rename = ["--old_name", "keras.objectives.mse", "--new_name", "keras.losses.mse"]
        seconds, other = _alternating(
            lambda: on_copy("-m", "kmigrate", "upgrade", "--unsafe", "--no-cache", "-j", "1"),
            lambda: on_copy("-m", "libcst.tool", *codemod, *rename),
            rounds=2,
        )
    return Ratio("`kmigrate upgrade` on the whole tree", seconds, other, "`libcst.tool codemod`, one rename", 0.1)


def _second_run(folders: Sequence[Path]) -> Ratio:
    """A run in which nothing has changed, against the first, which has no results to use yet."""
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary) / "tree"
        for number, folder in enumerate(folders):
            shutil.copytree(folder, tree / f"{number}-{folder.name}", ignore=shutil.ignore_patterns(".git"))
        time.sleep(2.5)  # the status of files that are newer is not believed
        cache = Path(temporary) / "cache"
        check = ["-m", "kmigrate", "check", "-j", "1", "--cache-dir", str(cache), "."]

        def first() -> float:
            shutil.rmtree(cache, ignore_errors=True)
            return _cpu_of_command(check, tree)

        other, seconds = _alternating(first, lambda: _cpu_of_command(check, tree), rounds=2)
        files = sum(1 for path in tree.rglob("*") if path.suffix in (".py", ".ipynb"))
    return Ratio(f"`kmigrate check` again, {files} files", seconds, other, "the first time", 0.1)


def _start() -> Ratio:
    seconds, other = _alternating(
        lambda: _cpu_of_command(["-m", "kmigrate", "--version"], _ROOT),
        lambda: _cpu_of_command(["-c", "pass"], _ROOT),
        rounds=4 * _ROUNDS,
    )
    return Ratio("`kmigrate --version`", seconds, other, "`python -c pass`", 3.0)


def table(ratios: Sequence[Ratio]) -> str:
    """The figures in Markdown."""
    lines = ["| what | CPU s | against | CPU s | ratio | at most |", "|---|---:|---|---:|---:|---:|"]
    for each in ratios:
        goal = "" if each.goal is None else f"{each.goal:g}"
        figures = f"{each.seconds:.3f} | {each.against} | {each.other:.3f} | {each.times:.2f} | {goal}"
        lines.append(f"| {each.what} | {figures} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measure and print the table; 1 if some ratio is above its goal."""
    warnings.simplefilter("ignore")  # of Python's parser, about the measured source
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(argument) for argument in arguments]
        if not folders:
            folders = [registry.unpack(each, Path(temporary) / each.name) for each in registry.PACKAGES]
        ratios = [
            *_engine(folders),
            *_shapes(folders),
            *_without_keras(),
            _command_line(folders),
            _second_run(folders),
            _start(),
        ]
    print(table(ratios))
    return 1 if any(each.goal is not None and each.times > each.goal for each in ratios) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

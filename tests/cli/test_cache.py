"""What a run takes over from an earlier one: the same as without, whatever has happened to the files in between."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kmigrate.config
from kmigrate.cli import looking, memory, options, run
from kmigrate.program.project import Asked
from kmigrate.report import plain
from kmigrate.sources import store
from tests.cli.conftest import Kmigrate

_BOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": ["from nets.blocks import *\n", "m = Sequential()\n", "m.add(Dense(output_dim=3))"],
        }
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 0,
}

#: Paths of a small project, and texts that each may have; they reach into each other in every way that there is.
_TEXTS: dict[str, tuple[str, ...]] = {
    # parameters get their values from the callers, and names go on by a star import
    "nets/blocks.py": (
        "from keras.models import Sequential\nfrom keras.layers import *\n"
        "def block(model, ordering='th', n=3):\n"
        "    model.add(Convolution2D(n, 3, 3, border_mode='same', dim_ordering=ordering))\n"
        "    return model\n",
        "from keras.models import Sequential\nfrom keras.layers import Dense, Convolution2D\n"
        "def block(model, ordering, n):\n    return Dense(output_dim=n)\n",
        "def block(model, ordering, n):\n    return model\n",
        "def block(model:\n",
        "def block(model, ordering, n):\n    print 'Keras', n\n",
    ),
    "train.py": (
        "from nets.blocks import *\nfrom nets import settings\n"
        "m = block(Sequential(), settings.ORDERING)\nm.fit(x, y, nb_epoch=settings.EPOCHS)\n",
        "from nets.blocks import block\nimport keras\nm = block(keras.models.Sequential(), 'tf', 4)\n"
        "m.compile('sgd', 'mse')\nm.fit(x, y, nb_epoch=2)\n",
        "from nets.blocks import block\nm = block(None, ordering='channels')\n",
        "import settings\nfrom keras.callbacks import EarlyStopping\nEarlyStopping(patience=settings.EPOCHS)\n",
    ),
    "nets/settings.py": (
        "ORDERING = 'th'\nEPOCHS = 3\n",
        "ORDERING = 'tf'\nEPOCHS = 'keras'\n",
        "from keras import backend as K\nORDERING = K.image_dim_ordering()\nEPOCHS = 1\n",
    ),
    # these come to be found, or to stand in front of others
    "settings.py": ("EPOCHS = 4\n", "from nets.settings import *\n"),
    "nets/nets/blocks.py": ("def block(*a):\n    pass\n",),
    "nets/__init__.py": ("", "from .blocks import block\n"),
    "more/user.py": (
        "from nets.blocks import block\nblock(0, 'th', 5)\n",
        "import nets.blocks\nnets.blocks.block(0, 'tf')\n",
        "print('nothing')\n",
    ),
    "more/plain.py": (
        "def go(model, d):\n    model.fit(d, nb_epoch=3, samples_per_epoch=8)\n",
        "import train\ntrain.m.fit(d, nb_epoch=3)\n",
    ),
    "images.py": (
        "from keras.layers import Convolution2D, Flatten\nConvolution2D(3, 3, 3)\nFlatten()\n",
        "from keras.layers import Conv2D, Flatten\nConv2D(3, (3, 3))\nFlatten()\n",
    ),
    "book.ipynb": (json.dumps(_BOOK), json.dumps(_BOOK).replace("blocks", "settings"), "{"),
    "keras.json": ('{"image_dim_ordering": "th"}', '{"image_dim_ordering": "tf"}', '{"backend": "theano"}'),
    "requirements.txt": ("keras==1.2.2\n", "keras==2.0\n", "numpy\n"),
}
_COMMANDS = (
    ("check",),
    ("check", "--output-format", "json"),
    ("upgrade", "--diff"),
    ("upgrade", "--check", "--output-format", "json", "--unsafe"),
    ("check", "--image-dim-ordering", "th"),
    ("check", "--select", "KM2,KM0", "--statistics"),
)


class _Files:
    """The project on the disk, changed at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        for name in _TEXTS:
            self.write(name)

    def write(self, name: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = self.random.choice(_TEXTS[name])
        if path.exists() and self.random.random() < 0.3:
            # in the same number of bytes and with the same time, so that these do not show it
            status = path.stat()
            path.write_bytes(text.encode().ljust(status.st_size)[: status.st_size])
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        else:
            path.write_text(text)
        return f"{name} = {text!r}"

    def change(self) -> str:
        """Change something; what, in words."""
        name = self.random.choice(list(_TEXTS))
        path = self.folder / name
        what = self.random.random()
        if path.exists() and what < 0.25:
            path.unlink()
            return f"{name} is gone"
        if path.exists() and what < 0.35:
            os.utime(path)
            return f"{name} has another time"
        if path.exists() and what < 0.45:
            other = path.with_name(self.random.choice(["settings.py", "blocks.py", "zebra.py"]))
            path.replace(other)
            return f"{name} is {other.name} now"
        return self.write(name)


def _compare(kmigrate: Kmigrate, history: list[str], *command: str) -> None:
    cached = kmigrate(*command, ".")
    plainly = kmigrate(*command, "--no-cache", ".")
    assert cached == plainly, "\n".join([*history, " ".join(command)])


@pytest.fixture(params=[looking._STEP, 0], ids=["all are read", "statuses are believed"])
def step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files of these tests are too new for their status to be believed, unless that is switched off."""
    monkeypatch.setattr(looking, "_STEP", request.param)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the cache."""
    found = tmp_path.with_name(tmp_path.name + "-cache")
    monkeypatch.setenv("KMIGRATE_CACHE_DIR", str(found))
    monkeypatch.delenv("KMIGRATE_NO_CACHE")
    monkeypatch.setattr(memory, "_own_sources", lambda folder: iter(["kmigrate"]))  # these may be worked on meanwhile
    return found


@pytest.fixture
def worked_on(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that go through the engine."""
    paths: list[str] = []
    original = run.Worker.file

    def file(self: run.Worker, path: str, *more: run.Asker | None) -> run.Outcome:
        paths.append(path)
        return original(self, path, *more)

    monkeypatch.setattr(run.Worker, "file", file)
    return paths


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize("seed", range(4))
def test_a_run_says_what_it_would_without_a_cache(tmp_path: Path, kmigrate: Kmigrate, seed: int) -> None:
    """Random changes of files that depend on each other, and after each the same run with and without a cache."""
    _random_walk(tmp_path, kmigrate, seed, changes=25)


@pytest.mark.slow
@pytest.mark.usefixtures("step")
@pytest.mark.parametrize("seed", range(4, 34))
def test_many_runs_say_what_they_would_without_a_cache(tmp_path: Path, kmigrate: Kmigrate, seed: int) -> None:
    _random_walk(tmp_path, kmigrate, seed, changes=120)


def _random_walk(folder: Path, kmigrate: Kmigrate, seed: int, changes: int) -> None:
    files = _Files(folder, seed)
    history: list[str] = []
    for _ in range(changes):
        history += [files.change() for _ in range(files.random.choice([0, 1, 1, 1, 2, 5]))]
        command = files.random.choice(_COMMANDS[:2] * 3 + _COMMANDS)
        jobs = ("-j", "2") if files.random.random() < 0.1 else ()
        _compare(kmigrate, history, *command, *jobs)


def _project(folder: Path) -> None:
    for name, texts in _TEXTS.items():
        if name not in ("settings.py", "nets/nets/blocks.py"):
            (folder / name).parent.mkdir(exist_ok=True, parents=True)
            (folder / name).write_text(texts[0])


@pytest.mark.usefixtures("step")
def test_only_what_may_have_changed_is_worked_on(tmp_path: Path, kmigrate: Kmigrate, worked_on: list[str]) -> None:
    _project(tmp_path)

    def work(*command: str) -> set[str]:
        worked_on.clear()
        kmigrate(*command)
        return set(worked_on)

    everything = work("check", ".")
    assert "images.py" in everything
    assert "train.py" in everything
    assert work("check", ".") == set()
    assert work("check", "-j", "2", "--statistics", ".") == set()
    (tmp_path / "images.py").touch()
    assert work("check", ".") == set()  # the same bytes
    (tmp_path / "images.py").write_text(_TEXTS["images.py"][1])
    assert work("check", ".") == {"images.py"}
    (tmp_path / "nets/settings.py").write_text(_TEXTS["nets/settings.py"][1])
    changed = work("check", ".")
    assert changed >= {"train.py", "nets/settings.py"}
    assert not changed & {"images.py", "requirements.txt", "book.ipynb"}
    (tmp_path / "zebra.py").write_text("from nets.blocks import block\nblock(1, 'th', 8)\n")
    changed = work("check", ".")
    assert "nets/blocks.py" in changed  # what it is called with counts
    assert not changed & {"images.py", "requirements.txt"}
    (tmp_path / "zebra.py").unlink()
    assert work("check", ".") == changed
    (tmp_path / "keras.json").write_text(_TEXTS["keras.json"][1])
    assert work("check", ".") >= everything
    assert work("check", "--image-dim-ordering", "th", ".") >= everything
    assert work("check", "--no-cache", ".") >= everything
    assert work("check", ".") == set()


_PLAIN = "from keras.layers import Dense\nDense(output_dim=2)\n"
_CALL = _TEXTS["nets/blocks.py"][0]
_FLOW = (
    "from keras.preprocessing.image import ImageDataGenerator\nnames = ['dog', 'cat']\n"
    "flow = ImageDataGenerator().flow_from_directory('images')\nprint(names[0])\n"
)
_STOP = "from keras.callbacks import EarlyStopping\n"
#: What there is, what is written then (None: deleted), and the files that have to be worked on again, among others.
_CHANGES: dict[str, tuple[dict[str, str], dict[str, str | None], set[str]]] = {
    "a module is found that was none": (
        {"a.py": f"{_STOP}from settings import N\nEarlyStopping(patience=N)\n"},
        {"settings.py": "N = 3\n"},
        {"a.py"},
    ),
    "a module stands in front of another": (
        {"in/a.py": f"{_STOP}import settings\nEarlyStopping(patience=settings.N)\n", "settings.py": "N = 3\n"},
        {"in/settings.py": "N = None\n"},
        {"in/a.py"},
    ),
    "a module is gone": (
        {"in/a.py": f"{_STOP}import settings\nEarlyStopping(patience=settings.N)\n", "settings.py": "N = 3\n"},
        {"settings.py": None},
        {"in/a.py"},
    ),
    "a module further off": (
        {
            "a.py": f"{_STOP}from b import N\nEarlyStopping(patience=N)\n",
            "b.py": "from c import *\n",
            "c.py": "N = 3\n",
        },
        {"c.py": "N = 4\n"},
        {"a.py"},
    ),
    "a folder becomes a package": (
        {"in/a.py": f"{_STOP}from .settings import N\nEarlyStopping(patience=N)\n", "in/settings.py": "N = 3\n"},
        {"in/__init__.py": ""},
        {"in/a.py"},
    ),
    "a new caller": (
        {"a.py": _CALL, "b.py": "import a\na.block(None, 3)\n"},
        {"c.py": "from a import block\nblock(None, 'x')\n"},
        {"a.py"},
    ),
    "a caller that was no importer": (
        {"a.py": _CALL, "b.py": "import other\n"},
        {"b.py": "from a import block\nblock(None, 'x')\n"},
        {"a.py"},
    ),
    "a caller is gone": (
        {"a.py": _CALL, "b.py": "import a\na.block(None, 3)\n"},
        {"b.py": None},
        {"a.py"},
    ),
    "folders of images": (
        {"a.py": _FLOW, "images/cat/1.jpg": "", "images/dog/1.jpg": ""},
        {"images/bird/1.jpg": ""},
        {"a.py"},
    ),
    "keras.json": (
        {"a.py": _TEXTS["images.py"][0], "keras.json": '{"image_dim_ordering": "tf"}'},
        {"keras.json": '{"image_dim_ordering": "th"}'},
        {"a.py", "keras.json"},
    ),
}


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize("what", _CHANGES)
def test_what_another_file_changes(tmp_path: Path, kmigrate: Kmigrate, worked_on: list[str], what: str) -> None:
    """Each way in which a result rests on other files, by itself."""
    before, change, again = _CHANGES[what]
    for name, text in (*before.items(), ("far/plain.py", _PLAIN)):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    kmigrate("check", ".")
    for name, new in change.items():
        if new is None:
            (tmp_path / name).unlink()
        else:
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_text(new)
    worked_on.clear()
    cached = kmigrate("check", ".")
    assert again <= set(worked_on)
    if not {"keras.json", "in/__init__.py"} & change.keys():  # after these, all is worked on
        assert "far/plain.py" not in worked_on
    assert cached == kmigrate("check", "--no-cache", ".")


@pytest.mark.usefixtures("step")
def test_a_file_that_changes_before_its_old_text_is_shown(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A diff is from the bytes that are there to those that they become, not from one file to another."""
    _project(tmp_path)
    kmigrate("upgrade", "--diff", ".")
    original = memory.Memory._holding

    def holding(self: memory.Memory, *more: Any) -> Any:
        (tmp_path / "images.py").write_text("from keras.layers import Dropout\nDropout(p=1)\n")
        return original(self, *more)

    with monkeypatch.context() as patch:
        patch.setattr(memory.Memory, "_holding", holding)
        said = kmigrate("upgrade", "--diff", ".")
    assert said == kmigrate("upgrade", "--diff", "--no-cache", ".")


def test_the_own_keras_json_counts(tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home/.keras").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    (tmp_path / "work/a.py").write_text(_TEXTS["images.py"][0])
    said = set()
    for text in ('{"image_dim_ordering": "th"}', '{"image_dim_ordering": "tf"}'):
        (tmp_path / "home/.keras/keras.json").write_text(text)
        said.add(kmigrate("check", "work").out)
    assert len(said) == 2


@pytest.mark.usefixtures("step")
def test_after_an_upgrade_in_place_the_new_text_is_seen(tmp_path: Path, kmigrate: Kmigrate) -> None:
    _project(tmp_path)
    old = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    first = kmigrate("upgrade", ".")
    new = {path: path.read_bytes() for path in old}
    assert new != old
    _compare(kmigrate, [], "upgrade", "--diff")
    _compare(kmigrate, [], "check")
    for path, data in old.items():  # as git checkout does
        path.write_bytes(data)
    kmigrate("upgrade", "--diff", ".")
    assert kmigrate("upgrade", ".") == first
    assert {path: path.read_bytes() for path in old} == new


def test_a_file_that_changes_while_it_is_worked_on(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch, step: None
) -> None:
    """What was found in a text that is gone again is not taken for what the text before it says."""
    _project(tmp_path)
    path = tmp_path / "images.py"
    original = run.Worker.file

    def file(self: run.Worker, name: str, *more: run.Asker | None) -> run.Outcome:
        if name == "images.py":
            path.write_text("from keras.layers import Dropout\nDropout(p=1)\n")
        return original(self, name, *more)

    with monkeypatch.context() as patch:
        patch.setattr(run.Worker, "file", file)
        assert "`Dropout`" in kmigrate("check", "-j", "1", ".").out
    path.write_text(_TEXTS["images.py"][0])
    _compare(kmigrate, [], "check")


# --- the folder -----------------------------------------------------------------------------------------------------


def _texts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.kmigrate-cache"))


@pytest.mark.usefixtures("step")
def test_a_text_that_was_damaged_is_as_none(tmp_path: Path, folder: Path, kmigrate: Kmigrate) -> None:
    """Cut off, changed at random places, and well-formed but of another kind."""
    _project(tmp_path)
    (tmp_path / "images.py").write_text("from keras.layers import Dense\nDense(output_dim=3)\n")
    expected = kmigrate("check", "--no-cache", ".")
    assert kmigrate("check", ".") == expected
    (path,) = _texts(folder)
    whole = path.read_bytes()
    chance = random.Random(0)
    damaged = [b"", whole[:-1], whole + b" ", whole[: len(whole) // 2], bytes(len(whole))]
    for _ in range(12):
        at = chance.randrange(len(whole))
        damaged.append(whole[:at] + bytes([whole[at] ^ chance.randrange(1, 256)]) + whole[at + 1 :])
    for data in damaged:
        path.write_bytes(data)
        assert kmigrate("check", ".") == expected
    body = json.loads(whole.partition(b"\n")[2])
    forged = [_signed(_mutated(body, chance)) for _ in range(25)]
    wrong: list[object] = [[], {}, None, [[]] * 8, [None, [], ["a"], [9], [], [], [], []]]
    forged += [_signed(other) for other in wrong]
    for data in forged:
        path.write_bytes(data)
        assert kmigrate("check", ".").status in (0, 1)
    path.write_bytes(whole[:-1])
    assert kmigrate("check", ".") == expected
    assert store.Store(folder).read(path.stem) is not None


def _signed(body: object) -> bytes:
    text = json.dumps(body).encode()
    return store._head(text) + text


def _mutated(body: list[object], chance: random.Random) -> object:
    """Something of another type put somewhere in a text that is otherwise right: that must not be an error."""
    copy = json.loads(json.dumps(body))
    at: object = copy
    while True:
        assert isinstance(at, list)
        index = chance.randrange(len(at))
        if isinstance(at[index], list) and at[index] and chance.random() < 0.85:
            at = at[index]
            continue
        at[index] = chance.choice([None, "x", [], {}, -(10**9), 10**9, 1.5, True])
        return copy


@pytest.mark.parametrize("failing", ["open", "replace", "scandir"])
def test_a_disk_that_takes_nothing_only_loses_the_cache(
    tmp_path: Path, folder: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    _project(tmp_path)
    expected = kmigrate("check", "--no-cache", ".")

    def fail(path: object, *more: object) -> object:
        if str(folder) in str(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(path, *more)

    original: Callable[..., object] = getattr(os, failing)
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, fail)
        assert kmigrate("check", ".") == expected
        assert kmigrate("check", ".") == expected
    assert not list(folder.glob("*-tmp"))


def test_a_folder_that_cannot_be(tmp_path: Path, kmigrate: Kmigrate) -> None:
    _project(tmp_path)
    expected = kmigrate("check", "--no-cache", ".")
    (tmp_path / "file").touch()
    assert kmigrate("check", "--cache-dir", "file/folder", ".") == expected
    assert kmigrate("check", "--cache-dir", "file", ".") == expected
    assert (tmp_path / "file").read_bytes() == b""


def test_where_the_cache_is(tmp_path: Path, folder: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    _project(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    kmigrate("check", "--no-cache", ".")
    monkeypatch.setenv("KMIGRATE_NO_CACHE", "1")
    kmigrate("check", ".")
    assert not folder.exists()
    monkeypatch.delenv("KMIGRATE_NO_CACHE")
    kmigrate("check", ".")
    assert sorted(path.name for path in folder.iterdir() if path not in _texts(folder)) == [
        ".gitignore",
        "CACHEDIR.TAG",
    ]
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert sorted(tmp_path.rglob("*")) == before  # nothing is written beside the user's files
    other = folder.with_name("other-" + folder.name)
    kmigrate("check", "--cache-dir", str(other), ".")
    assert len(_texts(other)) == 1
    shutil.rmtree(folder)
    shutil.rmtree(other)


def test_what_decides_about_outcomes_is_in_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option but those that are for the run as a whole; the version, Python, the folder, the sources."""
    monkeypatch.chdir(tmp_path)
    chosen = options.Chosen(
        (".",), kmigrate.config.Options(), "text", 1, stdin_filename=None, statistics=False, vendor=None
    )
    keys = {memory.key(chosen, upgrade=False), memory.key(chosen, upgrade=True)}
    changes: list[dict[str, Any]] = [{"jobs": 2}, {"statistics": True}, {"cache": tmp_path}]
    for change in changes:
        assert memory.key(dataclasses.replace(chosen, **change), upgrade=False) in keys
    differing: list[object] = []
    for field in dataclasses.fields(options.Chosen):
        if field.name not in ("jobs", "statistics", "cache"):
            change = {field.name: ("another",)}
            other = dataclasses.replace(chosen, **change)
            differing.append(memory.key(other, upgrade=False))
    for option in dataclasses.fields(kmigrate.config.Options):
        change = {option.name: "another"}
        other = dataclasses.replace(chosen, options=dataclasses.replace(chosen.options, **change))
        differing.append(memory.key(other, upgrade=False))
    with monkeypatch.context() as patch:
        for target, name, value in (
            (kmigrate, "__version__", "0.0"),
            (sys, "version", "3.99"),
            (memory, "_own_sources", lambda folder: iter(["other"])),
            (memory, "_version_of", lambda library, file: "0.0"),
            (os, "geteuid", lambda: 4711),
        ):
            with patch.context() as one:
                one.setattr(target, name, value, raising=False)
                differing.append(memory.key(chosen, upgrade=False))
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir("sub")
    differing.append(memory.key(chosen, upgrade=False))
    assert None not in differing
    assert len({*keys, *differing}) == len(keys) + len(differing)


def test_all_that_can_be_asked_is_seen_to() -> None:
    """Whatever else a project comes to be asked, an outcome rests on it: what is kept has to hold it as well."""
    assert {field.name for field in dataclasses.fields(Asked)} == {"read", "modules", "importers", "folders"}


def test_work_on_kmigrate_itself_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "package").mkdir()
    path = tmp_path / "package/rule.py"
    said = set()
    for text in ("a = 1\n", "a = 12\n"):
        path.write_text(text)
        said.add(tuple(memory._own_sources(tmp_path)))
    path.with_name("rules.py").touch()
    said.add(tuple(memory._own_sources(tmp_path)))
    assert len(said) == 3


def test_where_it_is_if_nobody_says() -> None:
    """As the XDG base directory specification, Apple and Microsoft have it."""
    home = Path.home()
    assert store.default_folder({"XDG_CACHE_HOME": "/x"}, "linux") == Path("/x/kmigrate")
    assert store.default_folder({"XDG_CACHE_HOME": "x"}, "linux") == home / ".cache/kmigrate"
    assert store.default_folder({}, "linux") == home / ".cache/kmigrate"
    assert store.default_folder({}, "darwin") == home / "Library/Caches/kmigrate"
    assert store.default_folder({"LOCALAPPDATA": "local"}, "win32") == Path("local/kmigrate/Cache")
    assert store.default_folder({}, "win32") is None


def test_the_folder_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts used last stay; what is not of the cache is never touched."""
    others = [tmp_path / "keras.json", tmp_path / "a.py", tmp_path / "x.tmp"]
    for path in others:
        path.touch()
        os.utime(path, (0, 0))
    kept = store.Store(tmp_path)

    def write(name: str, text: bytes, age: float) -> None:
        kept.write(name, text)
        os.utime(tmp_path / f"{name}.kmigrate-cache", (time.time() - age,) * 2)

    monkeypatch.setattr(store, "_MOST", 3)
    for age in (9, 8, 7, 6):
        write(f"a{age}", b"text", age)
    assert kept.read("a9") is None
    assert kept.read("a7") == b"text"  # and it is the youngest by that
    monkeypatch.setattr(store, "_MOST", 2)
    write("new", b"x", 0)
    assert [path.stem for path in _texts(tmp_path)] == ["a7", "new"]
    monkeypatch.setattr(store, "_MOST_BYTES", 150)  # a head has 82
    write("newer", b"x", 0)
    assert [path.stem for path in _texts(tmp_path)] == ["newer"]
    write("newer", b"x", 91 * 24 * 3600)
    write("newest", b"x", 0)
    assert [path.stem for path in _texts(tmp_path)] == ["newest"]
    monkeypatch.setattr(store, "_LARGEST", 10)
    kept.write("large", b"x" * 11)
    assert kept.read("large") is None
    left = tmp_path / "newest.01234567.kmigrate-cache-tmp"
    for age in (10, 4000):
        left.touch()
        os.utime(left, (time.time() - age,) * 2)
        kept.write("newest", b"x")
        assert left.exists() == (age == 10)
    assert all(path.exists() for path in others)


def test_runs_that_share_it(tmp_path: Path, folder: Path, kmigrate: Kmigrate) -> None:
    """Processes that start together, while the files change under some of them; then all is as without a cache."""
    files = _Files(tmp_path, 1)
    environment = {**os.environ, "PYTHONPATH": str(Path(run.__file__).parents[2])}
    command = [sys.executable, "-m", "kmigrate"]
    for _ in range(3):
        processes = [
            subprocess.Popen(
                [*command, *arguments, "."], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for arguments in (("check",), ("check",), ("upgrade", "--diff"))
        ]
        while any(process.poll() is None for process in processes):
            files.change()
            time.sleep(0.02)
        for process in processes:
            _out, err = process.communicate()
            assert process.returncode in (0, 1), err.decode()
        _compare(kmigrate, [], "check")
        _compare(kmigrate, [], "upgrade", "--diff")
    assert not list(folder.glob("*-tmp"))


# --- outcomes as plain data -----------------------------------------------------------------------------------------

_OUTCOMES = st.from_type(run.Outcome).map(lambda outcome: dataclasses.replace(outcome, old=b"", failure=None))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_OUTCOMES)
def test_an_outcome_comes_back_as_it_was(outcome: run.Outcome) -> None:
    assert plain.load(run.Outcome, json.loads(json.dumps(plain.dump(outcome)))) == outcome


def test_what_is_not_an_outcome_does_not_come_back() -> None:
    data = plain.dump(run.Outcome("a.py"))
    wrong: list[object] = [3.5, {}, [None]]
    for at in range(len(data)):
        for other in wrong:
            with pytest.raises((TypeError, ValueError, LookupError)):
                plain.load(run.Outcome, [*data[:at], other, *data[at + 1 :]])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        plain.load(run.Outcome, data[:-1])
    with pytest.raises(TypeError):
        plain.dump(object())

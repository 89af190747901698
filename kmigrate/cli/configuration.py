"""The configuration files of a run: which of them matter, what they say together, and the layout they choose."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kmigrate.findings import Finding, LineIndex
from kmigrate.program.project import Pin
from kmigrate.report.records import Record, record
from kmigrate.sources import config_files, notebook, problems, python_file
from kmigrate.sources.discovery import Discovery


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the configuration of a run comes to."""

    #: files to work on, sorted
    paths: tuple[str, ...]
    #: what cannot be read, and what the files of the tree say against each other (KM504)
    problems: tuple[Record, ...]
    #: "th" or "tf", where a keras.json says so
    ordering: str | None
    #: the keras.json that says so
    keras_json: str | None = None
    #: the version of Keras 1 that the requirements ask for
    pin: Pin | None = None


def gather(discovery: Discovery, programs: Iterable[str]) -> Configuration:
    """Read the configuration files, and what the ``programs`` of the run choose.

    A file that was named is always worked on. Another is if it names Keras, or if it has a word of what Keras 1 ran on
    and something of the run names Keras.
    """
    programs = [path for path in programs if path.endswith(_PROGRAMS)]
    reading = _Reading()
    chosen: list[str] = []
    others: list[str] = []
    for path in discovery.configs:
        try:
            data = python_file.read_bytes(path)
        except OSError as error:
            reading.unreadable.append(record(problems.unreadable(problems.reason(error)), path, LineIndex("")))
            continue
        if not config_files.may_matter(path, data) and path not in discovery.named:
            continue
        (chosen if config_files.names_keras(path, data) or path in discovery.named else others).append(path)
        reading.take(path, data)
    reading.programs(programs)
    if chosen or programs:
        chosen += others
    own = [c for c in reading.found if c.role in ("keras.json", "script") and c.what == "ordering"]
    own.sort(key=lambda choice: choice.role != "keras.json")
    pin = reading.pin()
    choices: Sequence[config_files.Choice] = reading.found
    if not own:
        # Keras writes its own default into the user's file: what a program was made for says more about it
        choices = () if pin is not None and pin.ordering == "th" else _of_the_user()
    ordering = config_files.tree_ordering(choices)
    keras_json = None if ordering is None else own[0].path if own else config_files.OWN
    problems_ = (*reading.unreadable, *reading.disagreements())
    return Configuration(tuple(sorted(chosen)), problems_, ordering, keras_json, pin)


def disagreements(discovery: Discovery, programs: Iterable[str], upgraded: Mapping[str, bytes]) -> tuple[Record, ...]:
    """What the files say against each other (KM504) when those that were ``upgraded`` have their new bytes."""
    reading = _Reading(upgraded)
    for path in discovery.configs:
        with contextlib.suppress(OSError):  # said before
            reading.take(path, upgraded.get(path) or python_file.read_bytes(path))
    reading.programs(path for path in programs if path.endswith(_PROGRAMS))
    return reading.disagreements()


_PROGRAMS = (".py", ".pyw", notebook.SUFFIX)


@dataclass(slots=True)
class _Reading:
    """What files choose, as they are read one after the other."""

    #: bytes that stand for those of a file
    instead: Mapping[str, bytes] = field(default_factory=dict)
    found: list[config_files.Choice] = field(default_factory=list)
    places: dict[str, LineIndex] = field(default_factory=dict)
    unreadable: list[Record] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)

    def programs(self, paths: Iterable[str]) -> None:
        """Take what Python files and notebooks choose."""
        for path in paths:
            try:
                data = self.instead.get(path) or python_file.read_bytes(path)
            except OSError:  # said where the file itself is read
                continue
            if any(word in data for word in config_files.CODE_WORDS) or path.endswith("setup.py"):
                self.take(path, data)

    def take(self, path: str, data: bytes) -> None:
        """Take what one file chooses."""
        file = notebook.decode(data) if path.endswith(notebook.SUFFIX) else python_file.decode(data)
        if isinstance(file, Finding):
            return
        if isinstance(file, notebook.Notebook):
            sources = file.originals
            index: LineIndex = notebook.SourceIndex(sources, [cell.index for cell in file.cells])
        else:
            index = LineIndex(file.text)
        self.places[path] = index
        self.found += config_files.choices(path, index.text)
        for version, written in config_files.keras_pins(path, index.text):
            self.pins.append(Pin(version, f"{path} pins {written}"))

    def pin(self) -> Pin | None:
        """The pin of Keras, where all that there are mean a version with the same defaults; the newest of them."""
        defaults = {(pin.ordering, pin.batch_normalization_epsilon) for pin in self.pins}
        return max(self.pins, key=lambda pin: (pin.version, pin.words)) if len(defaults) == 1 else None

    def disagreements(self) -> tuple[Record, ...]:
        """What has been taken says this against itself (KM504)."""
        return tuple(self._located(path, finding) for path, finding in config_files.disagreement(self.found))

    def _located(self, path: str, finding: Finding) -> Record:
        return record(finding, path, self.places[path], other_index=self.places.get)


def _of_the_user() -> tuple[config_files.Choice, ...]:
    """What the user's own keras.json chooses, where there is one: programs without another run under it."""
    try:
        path = Path(config_files.OWN).expanduser()
        reading = _Reading()
        reading.take(str(path), path.read_bytes())
    except (OSError, RuntimeError):  # there is none, or there is no home
        return ()
    return tuple(reading.found)

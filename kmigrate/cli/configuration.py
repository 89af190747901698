"""The configuration files of a run: which of them matter, what they say together, and the layout they choose."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kmigrate.findings import Finding, LineIndex
from kmigrate.report.records import Record, RelatedPlace, record
from kmigrate.sources import config_files, problems, python_file
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


def gather(discovery: Discovery, programs: Iterable[str]) -> Configuration:
    """Read the configuration files, and what the ``programs`` of the run choose.

    A file that was named is always worked on. Another is if it names Keras, or if it has a word of what Keras 1 ran on
    and something of the run names Keras.
    """
    programs = [path for path in programs if path.endswith((".py", ".pyw"))]
    found: list[config_files.Choice] = []
    texts: dict[str, str] = {}
    unreadable: list[Record] = []
    chosen: list[str] = []
    others: list[str] = []
    for path in discovery.configs:
        try:
            data = python_file.read_bytes(path)
        except OSError as error:
            unreadable.append(record(problems.unreadable(problems.reason(error)), path, LineIndex("")))
            continue
        if not config_files.may_matter(path, data) and path not in discovery.named:
            continue
        (chosen if config_files.names_keras(path, data) or path in discovery.named else others).append(path)
        found += _choices(path, data, texts)
    for path in programs:
        try:
            data = python_file.read_bytes(path)
        except OSError:  # said where the file itself is read
            continue
        if any(word in data for word in config_files.CODE_WORDS):
            found += _choices(path, data, texts)
    if chosen or programs:
        chosen += others
    disagreements = [_located(path, finding, texts) for path, finding in config_files.disagreement(found)]
    has_own = any(choice.role == "keras.json" and choice.what == "ordering" for choice in found)
    ordering = config_files.tree_ordering(found if has_own else _of_the_user())
    return Configuration(tuple(sorted(chosen)), (*unreadable, *disagreements), ordering)


def _choices(path: str, data: bytes, texts: dict[str, str]) -> tuple[config_files.Choice, ...]:
    file = python_file.decode(data)
    if isinstance(file, Finding):
        return ()
    texts[path] = file.text
    return config_files.choices(path, file.text)


def _of_the_user() -> tuple[config_files.Choice, ...]:
    """What the user's own keras.json chooses, where there is one: programs without another run under it."""
    try:
        path = Path(config_files.OWN).expanduser()
        return _choices(str(path), path.read_bytes(), {})
    except (OSError, RuntimeError):  # there is none, or there is no home
        return ()


def _located(path: str, finding: Finding, texts: Mapping[str, str]) -> Record:
    related = []
    for place in finding.related:
        if place.path is not None and place.span is not None:
            index = LineIndex(texts[place.path])
            start, end = index.position(place.span.start), index.position(place.span.end)
            related.append(RelatedPlace(place.path, start, end, place.message))
    plain = dataclasses.replace(finding, related=())
    return dataclasses.replace(record(plain, path, LineIndex(texts[path])), related=tuple(related))

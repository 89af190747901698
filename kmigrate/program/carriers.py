"""Which variables, parameters, attributes and items carry an image ordering, across the files of a run.

Keras 1 said ``'th'`` and ``'tf'`` where Keras 2 says ``'channels_first'`` and ``'channels_last'``. A literal can
only be rewritten together with all that it meets, so everything that an ordering flows through (bindings,
arguments, returns, comparisons) is joined into groups, without regard to direction or order. A group in which
something is certainly an ordering (``K.image_dim_ordering()``, a ``dim_ordering`` argument of Keras) is one unit of
rewriting.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate.config import Options
from kmigrate.program.ordering_facts import Facts, Key, Place, Reader
from kmigrate.program.program import Program
from kmigrate.program.project import Project
from kmigrate.program.scopes import Module

_RELEVANT = re.compile(r"dim_ordering|image_data_format|data_format|['\"](?:th|tf)['\"]")


@dataclass(slots=True)
class Group:
    """Places of one file that must be rewritten together, and what that takes for granted."""

    places: dict[Key, Place]
    doubts: tuple[str, ...]


def groups(program: Program) -> list[Group]:
    """The groups that have places in the program's file, in source order."""
    if not _RELEVANT.search(program.module.text) or not program.touches_keras:
        return []
    reader = Reader(program)
    own = reader.facts()
    if not own.places:
        return []
    reader.follow_escapes()
    return _grouped(own, [own, *_connected(program)])


def _connected(program: Program) -> Iterator[Facts]:
    """The facts of the files that the program's file imports or that import it, and so on."""
    project = program.project
    seen = {program.module.path}
    todo = list(_neighbours(program, program.module))
    while todo:
        module = todo.pop()
        if module.path in seen:
            continue
        seen.add(module.path)
        todo.extend(_neighbours(program, module))
        if not _RELEVANT.search(module.text):
            continue
        work = functools.partial(_facts, module, program.options, project)
        yield project.once("carriers", module.path, work)


def _facts(module: Module, options: Options, project: Project) -> Facts:
    reader = Reader(Program(module, options, project))
    found = reader.facts()
    reader.follow_escapes()
    return found


def _neighbours(program: Program, module: Module) -> Iterator[Module]:
    project = program.project
    for alias in module.imports:
        for path in (alias.path, alias.path.rpartition(".")[0]):
            own = project.module(path, module.path) if path else None
            if own is not None:
                yield own
    yield from project.users(module.path, "")


def _grouped(own: Facts, all_facts: list[Facts]) -> list[Group]:
    parent: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        above = parent.setdefault(key, key)
        while above != parent[above]:
            parent[above] = parent[parent[above]]
            above = parent[above]
        parent[key] = above
        return above

    for facts in all_facts:
        for one, other in facts.edges:
            parent[root(one)] = root(other)
            parent[root(("of", *one))] = root(("of", *other))
    written = set().union(*(facts.written for facts in all_facts))
    given = set().union(*(facts.given for facts in all_facts))
    stores = {key for key in written if key[0] == "attr"}
    for key in [key for key in parent if key[:2] == ("attr", "?")]:
        for other in stores:
            if other[2] == key[2]:
                parent[root(key)] = root(other)
    if any(key[2] == "dim_ordering" for key in stores):
        own.places = {key: place for key, place in own.places.items() if key[0] != "layer attribute"}
    certain = {root(key) for facts in all_facts for key in facts.certain}
    doubts: dict[Key, set[str]] = {}
    likely = {root(key): words for facts in all_facts for key, words in facts.likely.items()}
    for key, words in likely.items():
        if key not in certain:
            doubts.setdefault(key, set()).add(words)
    certain |= likely.keys()
    for facts in all_facts:
        for key, words in facts.doubts:
            doubts.setdefault(root(key), set()).add(words)
            doubts.setdefault(root(("of", *key)), set()).add(words)
        for key, words in facts.required.items():
            if key not in given:
                doubts.setdefault(root(key), set()).add(words)
        for key, words in facts.read:
            known = key in written or (key[0] == "attr" and any(other[2] == key[2] for other in stores))
            if not known:
                doubts.setdefault(root(key), set()).add(words)
    for key, place in own.places.items():
        if key[0] == "layer attribute":
            receiver = ast.unparse(place.node.value) if isinstance(place.node, ast.Attribute) else ""
            doubts.setdefault(root(key), set()).add(f"`{receiver}` is a layer of Keras")
    found: dict[Key, dict[Key, Place]] = {}
    for key, place in own.places.items():
        if root(key) in certain:
            found.setdefault(root(key), {})[key] = place
    result = [Group(places, tuple(sorted(doubts.get(key, ())))) for key, places in found.items()]
    return sorted(result, key=lambda group: min(place.span for place in group.places.values()))

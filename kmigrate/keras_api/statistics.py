"""What becomes of the Keras 1.2.2 API, in numbers: symbols and parameters of the facts, counted by their rows."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kmigrate import keras_api
from kmigrate.config import Target
from kmigrate.keras_api.model import ByRule, Disposition, Dropped, How, Packed, Person, Row, To


class Fate(enum.Enum):
    """What the upgrade does about a symbol or a parameter; the value is how it is called in the report."""

    SAME = "the same"
    REWRITTEN = "rewritten from its row"
    RULE = "rewritten by a rule of its own"
    COMPAT = "provided by kmigrate.compat"
    PERSON = "left to a person, with words"
    MISSING = "without a row"


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many symbols, and how many of their parameters, have which fate."""

    symbols: Mapping[Fate, int]
    parameters: Mapping[Fate, int]

    @property
    def complete(self) -> bool:
        """Whether everything has a row."""
        return not self.symbols[Fate.MISSING] and not self.parameters[Fate.MISSING]


def symbol_fate(symbol: str, row: Row | None) -> Fate:
    """The fate of a symbol's name. A name that only moved to another module is rewritten: imports of it are."""
    if row is None:
        return Fate.MISSING
    if row.how in (How.PERSON, How.INTERNAL):
        return Fate.PERSON
    if row.how is How.COMPAT:
        return Fate.COMPAT
    if row.how is How.RULE:
        return Fate.RULE
    stays = row.to is not None and keras_api.canonical(row.to) == symbol
    return Fate.SAME if stays and not row.pins else Fate.REWRITTEN


def parameter_fate(name: str, row: Row | None) -> Fate:
    """The fate of a parameter. What goes because Keras 2 does it anyway is rewritten."""
    if row is None:
        return Fate.MISSING
    if row.how in (How.PERSON, How.INTERNAL) and row.to is None:
        return Fate.PERSON
    change: Disposition = row.params.get(name, To(name))
    if isinstance(change, Person):
        return Fate.PERSON
    if isinstance(change, ByRule):
        return Fate.RULE
    if isinstance(change, Packed | Dropped) or change.name != name or change.value is not None:
        return Fate.REWRITTEN
    return Fate.COMPAT if row.how is How.COMPAT else Fate.SAME


def count(target: Target = Target.KERAS2) -> Statistics:
    """Count the public functions, classes, methods, properties and constants of Keras 1.2.2, and their parameters."""
    from kmigrate.keras_api import keras1

    symbols: Counter[Fate] = Counter(dict.fromkeys(Fate, 0))
    parameters: Counter[Fate] = Counter(dict.fromkeys(Fate, 0))
    for symbol, (_, params) in keras1.SYMBOLS.items():
        row = keras_api.row(symbol, target)
        symbols[symbol_fate(symbol, row)] += 1
        for name, _ in params:
            if not name.startswith("*"):
                parameters[parameter_fate(name, row)] += 1
    return Statistics(symbols, parameters)


def report(target: Target = Target.KERAS2) -> str:
    """The counts as a table of text, one line a fate."""
    statistics = count(target)
    symbols, parameters = sum(statistics.symbols.values()), sum(statistics.parameters.values())
    lines = [f"{'Keras 1.2.2 on ' + target.value:<32} {'symbols':>8} {'parameters':>11}"]
    lines += [
        f"{fate.value:<32} {statistics.symbols[fate]:>8} {statistics.parameters[fate]:>11}"
        for fate in Fate
        if fate is not Fate.MISSING or not statistics.complete
    ]
    lines.append(f"{'together':<32} {symbols:>8} {parameters:>11}")
    return "\n".join(lines)

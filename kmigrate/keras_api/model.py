"""The vocabulary of the tables: what a row can say about a Keras 1 symbol and its parameters.

The *facts* (which symbols Keras 1.2.2 has, with which parameters and defaults) are generated into ``keras1.py``. A
:class:`Row` is a *decision*: what the symbol and each of its parameters become on one target. A few generic engines
(``rules``) read the rows; the tests hold every row against the real signatures.

Values are source text: ``"'channels_first'"`` is a string literal, ``"10"`` a number, ``"None"`` None.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class How(enum.Enum):
    """What became of a symbol."""

    SAME = "same"  #: same public name, at the same or another module
    RENAMED = "renamed"  #: another name, or another module of another meaning
    COMPAT = "compat"  #: gone from the target; kmigrate.compat provides it
    RULE = "rule"  #: a rule of its own rewrites its uses (``rule`` names the code)
    PERSON = "person"  #: left to a person; ``note`` says what to do
    INTERNAL = "internal"  #: not part of what programs use (a module's own helper); a finding when used, like PERSON


@dataclass(frozen=True, slots=True)
class ValueMap:
    """How the value of a parameter changes.

    ``literals`` maps the source text of a Keras 1 literal (normalised by ``ast.unparse``) to the target's text;
    literals that are missing stay as they are. ``template`` is for any other expression, ``{}`` standing for it;
    without one the expression stays. ``flow`` names a kind of value whose literals are found through variables by a
    rule of its own ("ordering" for 'th'/'tf'), so nothing is done to an expression here. ``message`` is said where
    an expression is not a literal and nothing could be done. ``refused`` are literals that the target does not take,
    with what to say about each; they stay, so that the call fails loudly.
    """

    literals: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None
    flow: str | None = None
    message: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    safe: bool = True  #: whether applying ``template`` to an unknown expression is certain to mean the same


@dataclass(frozen=True, slots=True)
class To:
    """The parameter is ``name`` on the target, its value the same or mapped."""

    name: str
    value: ValueMap | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """The parameter is element ``index`` of the target's tuple parameter ``name``, which takes ``count`` of them."""

    name: str
    index: int
    count: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """The target has no such parameter; the argument goes when its value is one of ``when`` (source text).

    ``when=None``: whatever the value, it has no effect on what the program computes (e.g. ``consume_less='mem'``).
    Any other value is left in place (the call then fails loudly) with a finding that says ``message``.
    """

    when: tuple[str, ...] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """If the argument is given, a person has to look: ``message`` says what to do."""

    message: str


@dataclass(frozen=True, slots=True)
class ByRule:
    """A rule of its own (``code``) deals with the argument; ``name`` is the target's parameter it ends in, if any."""

    code: str
    name: str | None = None


Disposition = To | Packed | Dropped | Person | ByRule


@dataclass(frozen=True, slots=True)
class Pin:
    """A default that changed: when ``unless`` (Keras 1 parameters) are all absent, add ``name=value``.

    ``only_if`` limits it: "" always; "channels_first" only where the layer's image ordering is or may be channels
    first. ``given`` limits it to calls that give at least one of these Keras 1 parameters (empty: no limit),
    because without them the default makes no difference. ``why`` is the sentence a person reads, with the versions.
    """

    name: str
    value: str
    why: str
    unless: tuple[str, ...] = ()
    only_if: str = ""
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """What one Keras 1 symbol becomes on one target.

    ``to`` is the public path on the target with ``keras.`` in front ("keras.layers.Conv2D",
    "keras.models.Model.fit"), "kmigrate.compat.Name" for ``How.COMPAT``, or None where nothing takes its place.
    ``params`` holds the parameters that change: one that is not named keeps its name, its value and its meaning,
    and the tests check that the target has it. ``order`` names the target's leading parameters that may be given by
    position, where their order is not simply that of the Keras 1 parameters (None: every place holds; packed
    parameters share one place). ``pins`` are defaults that changed. ``note`` is for a person. ``rule`` is the code
    of the rule that deals with uses when ``how`` is ``RULE``.
    """

    how: How = How.SAME
    to: str | None = None
    params: Mapping[str, Disposition] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    pins: tuple[Pin, ...] = ()
    note: str = ""
    rule: str | None = None


#: A table: full Keras 1 name -> what becomes of it.
Table = Mapping[str, Row]

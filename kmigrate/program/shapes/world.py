"""What a run takes for granted, what it leaves behind, how far it goes, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from kmigrate.program.shapes.values import (
    Application,
    Model,
)

#: Nodes evaluated in one run, and in all runs over one program: a network of 400 layers takes 8,000.
MAX_STEPS = 80_000
MAX_ALL_STEPS = 200_000
#: Nodes evaluated in a function that the program does not call: one that applies layers, and any other; in all those
#: others of a run together; and in each of them when these are spent, which may still come to a layer.
MAX_FUNCTION_STEPS = 40_000
MAX_PLAIN_FUNCTION_STEPS = 5_000
MAX_PLAIN_STEPS = 8_000
MIN_PLAIN_FUNCTION_STEPS = 500
#: Calls of the user's functions inside one another, and how often one may call itself again until it is left.
MAX_DEPTH = 40
MAX_RECURSIONS = 100
#: Nodes that one loop may evaluate before what it changes becomes Unknown: one that applies layers, and any other.
MAX_LOOP_STEPS = 30_000
MAX_PLAIN_LOOP_STEPS = 400
#: Rounds of a comprehension that are followed, and nodes that those of one that applies no layer may evaluate.
MAX_ROUNDS = 200
MAX_COMPREHENSION_STEPS = 4_000


class Spent(Exception):  # noqa: N818  -- a signal, not an error
    """The run has evaluated as many nodes as it may."""


class Stopped(Exception):  # noqa: N818
    """The program ends here: it raises something, or exits."""


class Yielded(Exception):  # noqa: N818
    """A generator has come to its first ``yield``."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Return(Exception):  # noqa: N818
    """Never raised: the class marks the signal of a return statement."""


@dataclass(frozen=True, slots=True)
class World:
    """What a run takes for granted where the program does not tell.

    ``first``: an unknown condition is true (else false). ``data_format`` is the image ordering the program starts
    under; ``arguments``: command-line arguments have their defaults (else they are unknown); ``defaults``: so have
    parameters of functions that nobody calls.
    """

    data_format: str = "channels_last"
    first: bool = True
    arguments: bool = True
    defaults: bool = True
    #: what the program sets as its ordering is taken for the other one
    flipped: bool = False


@dataclass(slots=True)
class Ran:
    """What a run leaves behind."""

    #: every application of a layer, in order
    applications: list[Application] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    #: conditions that were decided by the world: place -> (decision, source)
    decided: dict[tuple[str, int, int], tuple[bool, str]] = field(default_factory=dict)
    #: one of them may lead to other shapes the other way
    forks: bool = False
    #: the user's functions that were followed, by their nodes
    functions: set[int] = field(default_factory=set)
    #: command-line arguments that had their default: name -> default
    arguments: dict[str, object] = field(default_factory=dict)
    #: something was said in a function that nobody calls, with the defaults of its parameters
    defaults: bool = False
    spent: bool = False
    #: applications of layers to values that are not known to be tensors
    lost: int = 0

"""What names stand for while a program is followed, beside plain Python values, tensors, arrays and layers.

Whole numbers, strings, tuples, lists and dicts are Python's own, so that sharing and changing them works as it does in
the program. ``Unknown`` is everything else.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from kmigrate.program.scopes import FunctionNode, Module
from kmigrate.program.shapes.tensors import Layer, Remark, Shape, Tensor, Unknown


@dataclass(slots=True, eq=False)
class Place:
    """A node of the program's text, with the file it is in. Never changed; not frozen, since that costs time."""

    module: Module
    node: ast.AST

    @property
    def line(self) -> int:
        """The line it starts in."""
        return int(getattr(self.node, "lineno", 1))


class Tuple(tuple[object, ...]):
    """A tuple that the program writes out: it knows where."""

    place: Place | None = None


class List(list[object]):
    """A list of the program's. ``open``: it may hold more than is seen (filled by a loop that was not followed)."""

    open = False
    place: Place | None = None


class Dict(dict[object, object]):
    """A dict of the program's. ``open``: it may hold other keys too."""

    open = False


@dataclass(frozen=True, slots=True)
class External:
    """Something imported that is not the user's, by its dotted path ("numpy.zeros", "keras.layers.Dense")."""

    path: str


@dataclass(slots=True, eq=False)
class Frame:
    """The names of a module, a function call or a class body. ``parent`` is where names are looked up next."""

    module: Module
    parent: Frame | None = None
    names: dict[str, object] = field(default_factory=dict)
    #: names that ``global`` and ``nonlocal`` send elsewhere
    elsewhere: dict[str, Frame] = field(default_factory=dict)
    #: modules star-imported that are not the user's
    stars: list[str] = field(default_factory=list)
    #: what a class body or function belongs to
    owner: Class | None = None

    def top(self) -> Frame:
        """The module's own frame."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame


@dataclass(slots=True, eq=False)
class Function:
    """A function of the user's with what it closes over. ``receiver`` is ``self`` once it is bound."""

    node: FunctionNode
    frame: Frame
    defaults: tuple[object, ...] = ()
    keyword_defaults: dict[str, object] = field(default_factory=dict)
    owner: Class | None = None
    receiver: object = None
    decorated: frozenset[str] = frozenset()
    #: what an unknown decorator made of it is not known
    opaque: bool = False

    @property
    def name(self) -> str:
        """Its name, "<lambda>" for a lambda."""
        return getattr(self.node, "name", "<lambda>")


@dataclass(slots=True, eq=False)
class Class:
    """A class of the user's: its bases (classes, externals, unknown) and the names of its body."""

    node: ast.ClassDef
    frame: Frame
    bases: tuple[object, ...] = ()
    names: dict[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name


@dataclass(slots=True, eq=False)
class Object:
    """An instance of a class of the user's. ``layer`` or ``model`` is what a Keras base class's constructor made."""

    cls: Class | None
    attributes: dict[str, object] = field(default_factory=dict)
    layer: Layer | None = None
    model: Model | None = None
    place: Place | None = None


@dataclass(slots=True, eq=False)
class Bound:
    """A method of something that is not the user's: ``receiver.name``."""

    receiver: object
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Parent:
    """``super()`` of ``cls`` for ``receiver``."""

    cls: Class
    receiver: object


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """``functools.partial``."""

    target: object
    positional: tuple[object, ...]
    keywords: dict[str, object]


@dataclass(slots=True, eq=False)
class Yields:
    """What calling a function with ``yield`` gives; ``frame`` has its arguments. ``batch`` is what it yields first."""

    function: Function
    frame: Frame
    batch: object = None


@dataclass(slots=True, eq=False)
class Application:
    """One application of a layer (or of a model) to tensors."""

    layer: Layer | Model | Object
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    place: Place
    #: how many came before it in the run
    number: int = 0
    params: int | None = None
    remarks: tuple[Remark, ...] = ()
    #: what Keras would refuse it for
    fault: Remark | None = None


@dataclass(slots=True, eq=False)
class Model:
    """A model of the program's: a Sequential, a functional model, or one of ``keras.applications``.

    ``steps`` are the applications that lead from its inputs to its outputs, in order. ``known`` is False once
    something was done to it that is not followed.
    """

    kind: str
    version: int
    place: Place
    name: str = ""
    layers: list[object] = field(default_factory=List)
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    steps: list[Application] = field(default_factory=list)
    known: bool = True
    #: what ``compile`` was given
    loss: object = None
    compiled: bool = False
    metrics: object = None
    #: names of its methods that were called
    called: set[str] = field(default_factory=set)
    #: model.layers.pop() was called: the outputs stayed what they were
    popped: Place | None = None

    @property
    def input_shapes(self) -> list[Shape | None]:
        """The shapes of its inputs, samples first."""
        return [tensor.shape for tensor in self.inputs]


def is_open(value: object) -> bool:
    """Whether nothing certain can be said of ``value``."""
    return isinstance(value, Unknown) or (isinstance(value, (List, Dict)) and value.open)


def truth(value: object) -> bool | None:
    """Whether ``value`` counts as true in a condition; None if reading the program does not tell."""
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return bool(value)
    if isinstance(value, (tuple, list, dict, set, frozenset, range)):
        return None if is_open(value) and not value else bool(value)
    if isinstance(value, (Function, Class, Model, Layer, External, Bound, Partial)):
        return True
    if isinstance(value, Object):
        return None if value.cls and {"__bool__", "__len__", "__nonzero__"} & value.cls.names.keys() else True
    return None


def open_inside(value: object, depth: int = 3) -> None:
    """Open the lists inside a container."""
    if not isinstance(value, (list, tuple, dict)) or not depth:
        return
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, List):
            item.open = True
        open_inside(item, depth - 1)

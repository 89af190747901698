"""Which layers a group of weights is of, told by the names and shapes of the arrays alone.

The names are those that the ``build`` methods of Keras 1.2.2 give: the layer's name, ``_`` and what the weight is for;
TensorFlow appends ``:0``, and ``_1`` before it to a name that is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kmigrate.weights.saved import Group, Shape

_ROLES = (
    *("depthwise_kernel", "pointwise_kernel", "running_mean", "running_std", "W_carry", "b_carry"),
    *(f"{kind}_{gate}" for kind in "WUb" for gate in "izrhcfo"),
    *("gamma", "beta", "alphas", "betas", "t_left", "a_left", "t_right", "a_right", "W", "U", "b"),
)
_NAMED = re.compile(rf"(?P<layer>.+)_(?P<role>{'|'.join(_ROLES)})(?:_\d+)?(?::\d+)?", re.DOTALL)

#: Names that Keras gives to layers itself: the class in lower case, and a number.
_AUTOMATIC = re.compile(r"(?:forward_|backward_)?(?P<cls>[a-z0-9]+)_\d+")
_IMAGE_KERNELS = (
    "Convolution1D",
    "AtrousConvolution1D",
    "Convolution2D",
    "AtrousConvolution2D",
    "Deconvolution2D",
)
#: The classes that a kernel of two axes may be of: its array stays as it is in all of them.
_MATRICES = ("Dense", "Embedding", "TimeDistributedDense")
#: The same of three axes.
_CUBES = ("LocallyConnected1D", "LocallyConnected2D", "MaxoutDense")
_BY_NAME = {cls.lower(): cls for cls in (*_IMAGE_KERNELS, *_MATRICES, *_CUBES)}

_LSTM = tuple(f"{kind}_{gate}" for gate in "icfo" for kind in "WUb")
_GRU = tuple(f"{kind}_{gate}" for gate in "zrh" for kind in "WUb")


@dataclass(frozen=True, slots=True)
class Part:
    """The weights of one layer in a group: ``at`` are their places in it, ``roles`` what each is for.

    ``name`` is the layer's, as its weights call it. ``roles`` are those of Keras 1, such as "W" and "running_std";
    none where the names are not Keras's, as in a layer of the user's own.
    """

    group: str
    name: str
    at: tuple[int, ...]
    roles: tuple[str, ...]
    shapes: tuple[Shape, ...]


def is_automatic(name: str) -> bool:
    """Whether a layer's name is one that Keras gives, so that it tells the class."""
    match = _AUTOMATIC.fullmatch(name)
    return match is not None and match["cls"] in _BY_NAME


def parts(group: Group, *, is_numbered: bool) -> list[Part]:
    """The layers in a group, in the order of their first weights."""
    shapes = [weight.shape for weight in group.weights]
    if is_numbered:
        return [Part(group.name, group.name, tuple(range(len(shapes))), _by_shapes(shapes), tuple(shapes))]
    found: dict[str, list[tuple[int, str]]] = {}
    for at, weight in enumerate(group.weights):
        match = _NAMED.fullmatch(weight.name)
        if match is None:  # some weight is the user's own, so all are
            return [Part(group.name, group.name, tuple(range(len(shapes))), (), tuple(shapes))]
        found.setdefault(match["layer"], []).append((at, match["role"]))
    return [
        Part(
            group.name,
            name,
            tuple(at for at, _ in places),
            tuple(role for _, role in places),
            tuple(shapes[at] for at, _ in places),
        )
        for name, places in found.items()
    ]


def _by_shapes(shapes: Sequence[Shape]) -> tuple[str, ...]:
    """What the arrays of a layer of Keras 0.x are for, which does not name them."""
    ranks = [len(shape) for shape in shapes]
    if ranks == [2, 2, 1] * 4:
        return _LSTM
    if ranks == [2, 2, 1] * 3:
        return _GRU
    known = {
        (1, 1, 1, 1): ("gamma", "beta", "running_mean", "running_std"),
        (2, 1, 2, 1): ("W", "b", "W_carry", "b_carry"),
        (2, 2, 1): ("W", "U", "b"),
        (1,): ("alphas",),
    }
    if tuple(ranks) in known:
        return known[tuple(ranks)]
    if len(ranks) == 2 and ranks[0] > 1 and ranks[1] in (1, 2):
        return ("W", "b")
    return ("W",) if len(ranks) == 1 else ()


@dataclass(frozen=True, slots=True)
class Inferred:
    """What a layer is: ``cls`` None for a layer of the user's own, whose arrays stay as they are.

    ``others`` are the classes that it could be as well and whose arrays change in another way.
    """

    cls: str | None
    others: tuple[str, ...] = ()


def infer(part: Part) -> Inferred:
    """The class of a layer in Keras 1.2.2."""
    roles, shapes = set(part.roles), part.shapes
    by_role = {
        "W_z": "GRU",
        "W_i": "ConvLSTM2D" if len(shapes[0]) == 4 else "LSTM",
        "depthwise_kernel": "SeparableConvolution2D",
        "W_carry": "Highway",
        "running_mean": "BatchNormalization",
        "gamma": "BatchNormalization",
        "beta": "BatchNormalization",
        "t_left": "SReLU",
        "betas": "ParametricSoftplus",
        "alphas": "PReLU",
    }
    for role, of_role in by_role.items():
        if role in roles:
            return Inferred(of_role)
    if "U" in roles:
        return Inferred({1: "SimpleRNN", 3: "GRU", 4: "LSTM"}.get(_gates(part)))
    if "W" not in roles:
        return Inferred(None)
    named = _AUTOMATIC.fullmatch(part.name)
    cls = _BY_NAME.get(named["cls"]) if named else None
    rank = len(shapes[part.roles.index("W")])
    if rank == 4:
        return Inferred(cls) if cls in _IMAGE_KERNELS else _images(part)
    kind: str | None = {2: _MATRICES[0], 3: _CUBES[0], 5: "Convolution3D"}.get(rank)
    return Inferred(cls if cls in (*_MATRICES, *_CUBES) else kind)


def _gates(part: Part) -> int:
    """How many gates are joined in a recurrent layer's W, U and b."""
    rows, columns = part.shapes[part.roles.index("U")]
    return columns // rows if rows and columns % rows == 0 else 0


def _images(part: Part) -> Inferred:
    """A kernel of four axes, of a layer that the user named."""
    kernel = part.shapes[part.roles.index("W")]
    outputs = part.shapes[part.roles.index("b")][0] if "b" in part.roles else None
    is_steps = kernel[1] == 1 and outputs in (None, kernel[3])  # (length, 1, in, out), since Keras 1.1.0
    is_old_steps = kernel[3] == 1 and outputs in (None, kernel[0])  # (out, in, length, 1), before
    return Inferred("Convolution2D", ("Convolution1D",) if is_steps or is_old_steps else ())

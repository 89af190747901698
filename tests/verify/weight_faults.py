"""Weights that go over wrongly: ways of ``kmigrate.verify.weights`` with a change at their end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kmigrate.verify import weights
from kmigrate.verify.weights import Arguments, Array, Way


def changed(layer: str, change: Callable[[list[Array]], list[Array]]) -> Callable[[], dict[str, Way]]:
    """The layer's weights go over as they should, and are then changed."""

    def ways() -> dict[str, Way]:
        right = weights.way(layer)

        def there(arrays: Sequence[Array], arguments: Arguments) -> list[Array]:
            return change(right.there(arrays, arguments))

        return {layer: Way(there, right.back)}

    return ways


def flipped(arrays: list[Array]) -> list[Array]:
    """A kernel (sizes…, in, out) turned around, as Theano's."""
    kernel = arrays[0]
    turned: Array = np.flip(kernel, tuple(range(kernel.ndim - 2)))
    return [turned, *arrays[1:]]


def gates(one: int, other: int, of: int) -> Callable[[list[Array]], list[Array]]:
    """Two of the joined gates, changed for each other."""

    def change(arrays: list[Array]) -> list[Array]:
        swapped = []
        for array in arrays:
            parts = np.split(array, of, -1)
            parts[one], parts[other] = parts[other], parts[one]
            swapped.append(np.concatenate(parts, -1))
        return swapped

    return change


def scaled(arrays: list[Array]) -> list[Array]:
    """The last array 0.1 % too large."""
    return [*arrays[:-1], np.asarray(arrays[-1] * 1.001)]


def recurrent_transposed(arrays: list[Array]) -> list[Array]:
    """The recurrent kernel of a SimpleRNN."""
    return [arrays[0], arrays[1].T, *arrays[2:]]


def statistics_swapped(arrays: list[Array]) -> list[Array]:
    """The mean in the variance's place."""
    return [*arrays[:2], np.abs(arrays[3]), arrays[2]]


def reversed_rows(arrays: list[Array]) -> list[Array]:
    """A Dense that takes what it is fed from the last to the first."""
    return [arrays[0][::-1], *arrays[1:]]

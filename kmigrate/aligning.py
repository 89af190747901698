"""Which of two sequences' items belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def align(old: Sequence[_Item], new: Sequence[_Item], alike: Callable[[_Item, _Item], float]) -> list[tuple[int, int]]:
    """Pairs of positions, both rising, whose sum of ``alike`` is the largest; what is alike by 0 is not paired."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    scores = [[alike(a, b) for b in new] for a in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = best[i + 1][j + 1] + scores[i][j] if scores[i][j] > 0 else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if scores[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs

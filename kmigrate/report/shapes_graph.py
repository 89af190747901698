"""Where the boxes and lines of a graph go: layers of the longest paths, few crossings, straight lines.

The way of Sugiyama, Tagawa and Toda (1981): each node is put one level below its lowest predecessor, edges over several
levels are cut at each, the order within levels is improved by barycentres, and then all get the place in x that is
nearest to the mean of their neighbours, as far as the order and the widths allow. Lengths are in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

#: Sweeps over all levels, down and up by turns: for the order, for the places by the neighbours on one side, and for
#: the places by those on both sides.
_ORDER_SWEEPS = 8
_PLACE_SWEEPS = 8
_SETTLING_SWEEPS = 40
#: Room beside a line that passes a node.
_LINE_WIDTH = 14.0


@dataclass(slots=True)
class Node:
    """A box of ``width`` × ``height``; ``x`` is its middle, ``y`` its upper edge."""

    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    #: the lower edge of its whole level
    bottom: float = 0.0
    level: int = 0
    #: one of the points of an edge over several levels
    is_bend: bool = False
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawn graph: nodes in the order given, the points each edge passes from node to node, and the whole size."""

    nodes: list[Node]
    routes: list[list[tuple[float, float]]]
    width: float
    height: float


def place(
    sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]], *, gap: float, level_gap: float
) -> Placed:
    """Place nodes of the ``sizes`` (width, height). Edges lead from an earlier node to a later one."""
    nodes = [Node(width, height) for width, height in sizes]
    _levels(nodes, edges)
    chains: list[list[int]] = []
    for start, end in edges:
        chain = [start]
        for level in range(nodes[start].level + 1, nodes[end].level):
            nodes.append(Node(_LINE_WIDTH, 0.0, level=level, is_bend=True))
            chain.append(len(nodes) - 1)
        chain.append(end)
        for one, other in pairwise(chain):
            nodes[one].after.append(other)
            nodes[other].before.append(one)
        chains.append(chain)
    rows: list[list[int]] = [[] for _ in range(max((node.level for node in nodes), default=-1) + 1)]
    for number, node in enumerate(nodes):
        rows[node.level].append(number)
    _order(nodes, rows)
    _spread(nodes, rows, gap)
    y = 0.0
    for row in rows:
        height = max(nodes[number].height for number in row)
        for number in row:
            node = nodes[number]
            node.y = y
            node.bottom = y + height
            node.height = height if node.is_bend else node.height
        y += height + level_gap
    left = min((node.x - node.width / 2 for node in nodes), default=0.0)
    for node in nodes:
        node.x -= left
    width = max((node.x + node.width / 2 for node in nodes), default=0.0)
    routes = [[point for at, n in enumerate(chain) for point in _points(nodes[n], at, len(chain))] for chain in chains]
    return Placed(nodes[: len(sizes)], routes, width, max(y - level_gap, 0.0))


def _points(node: Node, at: int, length: int) -> list[tuple[float, float]]:
    """Where an edge goes at its ``at``-th node: straight down beside the others of a level, across between levels."""
    if at == length - 1:
        return [(node.x, node.y)]
    return [(node.x, node.y + (node.height if at == 0 else 0.0)), (node.x, node.bottom)]


def _levels(nodes: Sequence[Node], edges: Sequence[tuple[int, int]]) -> None:
    ends: dict[int, list[int]] = {}
    fed: set[int] = set()
    for start, end in sorted(edges):
        ends.setdefault(start, []).append(end)
        fed.add(end)
    for number, node in enumerate(nodes):
        for end in ends.get(number, ()):
            nodes[end].level = max(nodes[end].level, node.level + 1)
    for number in range(len(nodes)):  # what starts somewhere in the middle stands right above where it is used
        if number not in fed and number in ends:
            nodes[number].level = min(nodes[end].level for end in ends[number]) - 1


def _order(nodes: list[Node], rows: list[list[int]]) -> None:
    best, fewest = [list(row) for row in rows], _crossings(nodes, rows)
    for sweep in range(_ORDER_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            at = {number: place for other in rows for place, number in enumerate(other)}
            keys = {}
            for place_now, number in enumerate(row):
                near = nodes[number].before if down else nodes[number].after
                keys[number] = sum(at[n] for n in near) / len(near) if near else float(place_now)
            row.sort(key=lambda number: keys[number])
        crossings = _crossings(nodes, rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _crossings(nodes: Sequence[Node], rows: Sequence[Sequence[int]]) -> int:
    total = 0
    for row, below in pairwise(rows):
        at = {number: place for place, number in enumerate(below)}
        lines = [(place, at[end]) for place, number in enumerate(row) for end in nodes[number].after]
        total += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for index, a in enumerate(lines) for b in lines[index + 1 :])
    return total


def _spread(nodes: list[Node], rows: Sequence[Sequence[int]], gap: float) -> None:
    for row in rows:
        x = 0.0
        for number in row:
            nodes[number].x = x + nodes[number].width / 2
            x += nodes[number].width + gap
        for number in row:
            nodes[number].x -= x / 2
    for sweep in range(_PLACE_SWEEPS + _SETTLING_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            if len(row) == 1:  # what all goes through stands on one line, from top to bottom
                nodes[row[0]].x = 0.0
                continue
            wishes, weights = [], []
            for number in row:
                node = nodes[number]
                near = (node.before if down else node.after) or (node.after if down else node.before)
                if sweep >= _PLACE_SWEEPS:
                    near = node.before + node.after
                weigh = [_stiffness(node, nodes[n]) for n in near]
                wish = sum(w * nodes[n].x for n, w in zip(near, weigh, strict=True)) / sum(weigh) if near else node.x
                wishes.append(wish)
                weights.append(sum(weigh) if near else 0.1)
            for number, x in zip(row, _apart(wishes, weights, [nodes[n].width for n in row], gap), strict=True):
                nodes[number].x = x


def _stiffness(one: Node, other: Node) -> float:
    """How much it matters that an edge is straight: of a long edge most, of a chain more than where it branches."""
    if one.is_bend and other.is_bend:
        return 8.0
    upper, lower = (one, other) if one.level < other.level else (other, one)
    return 4.0 if len(upper.after) == len(lower.before) == 1 else 1.0


def _apart(wishes: Sequence[float], weights: Sequence[float], widths: Sequence[float], gap: float) -> list[float]:
    """The places nearest to the wishes (least squares) at which nothing overlaps, in the order given.

    With each node's least distance from the first taken off, the places must only not fall: isotonic regression, by
    pooling adjacent violators.
    """
    offsets = [0.0]
    for one, other in pairwise(widths):
        offsets.append(offsets[-1] + (one + other) / 2 + gap)
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        mean, total, size = wish - offset, weight, 1
        while pools and pools[-1][0] > mean:
            before, more, length = pools.pop()
            mean = (mean * total + before * more) / (total + more)
            total, size = total + more, size + length
        pools.append((mean, total, size))
    flat = [mean for mean, _, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]

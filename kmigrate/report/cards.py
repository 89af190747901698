"""Cards and the lines between them as SVG: what the drawings of ``kmigrate shapes`` and ``kmigrate verify`` share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kmigrate.report import shapes_graph

#: Width of a letter of the monospaced font as a share of its size.
MONO = 0.61
_GAP, _MARGIN = 26.0, 24.0

#: Colours of the light and of the dark look, by what they are for.
LIGHT = {
    "page": "#ffffff", "card": "#ffffff", "box": "#f4f6f9", "edge": "#c3cad5", "text": "#1b2330", "soft": "#5f6b7c",
    "line": "#8b96a7", "plain": "#eceff4", "last": "#0b66c3", "last-soft": "#d8e9fb", "first": "#c25400",
    "first-soft": "#fde6d2", "time": "#dcefe3", "strong": "#ffffff", "error": "#c81e2b", "error-soft": "#fde8e9",
    "warning": "#9a6700", "warning-soft": "#fff4d1",
}  # fmt: skip
DARK = {
    "page": "#12161d", "card": "#1b212b", "box": "#161b23", "edge": "#3b4656", "text": "#e6ebf2", "soft": "#9aa7b8",
    "line": "#6c788a", "plain": "#2a323e", "last": "#4d9fec", "last-soft": "#1c3855", "first": "#f08a3c",
    "first-soft": "#4b2f17", "time": "#1f3d2e", "strong": "#0c1117", "error": "#ff6b72", "error-soft": "#46191d",
    "warning": "#e0b341", "warning-soft": "#41350f",
}  # fmt: skip

#: What the elements of every drawing look like; the colours are custom properties.
CARD_STYLE = """
.km text{font:12px ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono',Consolas,monospace;fill:var(--text)}
.km .soft{fill:var(--soft);font-size:11px}.km .cls{font-weight:700;font-size:12.5px}
.km .head{font-weight:700;font-size:16px}.km .mid{text-anchor:middle}
.km .card{fill:var(--card);stroke:var(--edge);stroke-width:1.2}.km .box{fill:var(--box);stroke:var(--edge)}
.km .edge{fill:none;stroke:var(--line);stroke-width:1.6}.km .tip{fill:var(--line)}
.km .edge.bad{stroke:var(--error);stroke-width:3}.km .tip.bad{fill:var(--error)}
.km [data-step]:hover>.card{stroke-width:2.6}
"""


@dataclass(slots=True)
class Card:
    """A box of a drawing: its elements, with the upper left corner at 0, 0, and its size in pixels."""

    body: str = ""
    width: float = 0.0
    height: float = 0.0


def variables(colors: Mapping[str, str]) -> str:
    """The colours as custom properties of CSS."""
    return "".join(f"--{name}:{value};" for name, value in colors.items())


def svg_element(width: float, height: float, body: str, style: str = "", *, with_page: bool = False) -> str:
    """An ``<svg>`` with a margin around ``body``."""
    wide, high = width + 2 * _MARGIN, height + 2 * _MARGIN
    page = f'<rect width="{wide:.0f}" height="{high:.0f}" fill="var(--page)"/>' if with_page else ""
    style = f"<style>{style}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="km" viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{wide:.0f}" height="{high:.0f}">{style}{page}'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">{body}</g></svg>\n'
    )


def text(x: float, y: float, words: str, kind: str) -> str:
    """A ``<text>`` that starts at a point; ``kind`` is its class in the style sheet."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def connected(
    cards: Sequence[Card], edges: Mapping[tuple[int, int], str], *, level_gap: float = 30.0
) -> tuple[str, float, float]:
    """The cards in levels, and a line for each edge (from, to) of the class that it has: elements, width, height.

    Lines of the class "bad" come to lie over the others.
    """
    sizes = [(card.width, card.height) for card in cards]
    placed = shapes_graph.place(sizes, list(edges), gap=_GAP, level_gap=level_gap)
    routes = dict(zip(edges, placed.routes, strict=True))
    _spread_ends(routes, placed)
    back = [_line(routes[edge], kind) for edge, kind in edges.items() if kind != "bad"]
    front = [_line(routes[edge], kind) for edge, kind in edges.items() if kind == "bad"]
    parts = [
        f'<g transform="translate({node.x - node.width / 2:.1f} {node.y:.1f})">{card.body}</g>'
        for card, node in zip(cards, placed.nodes, strict=False)
    ]
    return "".join((*back, *front, *parts)), placed.width, placed.height


def _spread_ends(routes: dict[tuple[int, int], list[tuple[float, float]]], placed: shapes_graph.Placed) -> None:
    """Let lines that end at one card end side by side, in the order in which they come."""
    ends: dict[int, list[tuple[int, int]]] = {}
    for edge in routes:
        ends.setdefault(edge[1], []).append(edge)
    for end, edges in ends.items():
        node = placed.nodes[end]
        step = min(26.0, node.width * 0.8 / len(edges))
        edges.sort(key=lambda edge: routes[edge][-2][0])
        for at, edge in enumerate(edges):
            x, y = routes[edge][-1]
            routes[edge][-1] = (x + (at - (len(edges) - 1) / 2) * step, y)


def _line(route: Sequence[tuple[float, float]], kind: str) -> str:
    """A line through the points, straight down and in curves between, with a tip."""
    x, y = route[0]
    path = [f"M{x:.1f} {y:.1f}"]
    ends = [*route[1:-1], (route[-1][0], route[-1][1] - 6)]
    for new_x, new_y in ends:
        if abs(new_x - x) < 0.5:
            path.append(f"L{new_x:.1f} {new_y:.1f}")
        else:
            middle = (y + new_y) / 2
            path.append(f"C{x:.1f} {middle:.1f} {new_x:.1f} {middle:.1f} {new_x:.1f} {new_y:.1f}")
        x, y = new_x, new_y
    tip = f"M{x - 4.5:.1f} {y - 1:.1f}h9l-4.5 7z"
    return f'<path class="edge {kind}" d="{"".join(path)}"/><path class="tip {kind}" d="{tip}"/>'

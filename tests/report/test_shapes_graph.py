"""Where the cards of a drawing go."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kmigrate.report import shapes_graph

Graph = tuple[list[tuple[float, float]], list[tuple[int, int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Sizes of up to 14 cards, and edges from earlier ones to later ones."""
    size = st.tuples(st.floats(40, 300), st.floats(20, 200))
    sizes = draw(st.lists(size, min_size=1, max_size=14))
    pairs = [(start, end) for end in range(len(sizes)) for start in range(end)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=24)) if pairs else []
    return sizes, edges


@given(graphs())
def test_cards_do_not_overlap_and_lines_go_down(graph: Graph) -> None:
    sizes, edges = graph
    placed = shapes_graph.place(sizes, edges, gap=20, level_gap=30)
    boxes = [(node.x - node.width / 2, node.y, node.x + node.width / 2, node.y + node.height) for node in placed.nodes]
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left > -1e-6
        assert right < placed.width + 1e-6
        assert bottom < placed.height + 1e-6
        for other_left, other_top, other_right, other_bottom in boxes[at + 1 :]:
            beside = right + 19.9 < other_left or other_right + 19.9 < left
            assert beside or bottom + 29.9 < other_top or other_bottom + 29.9 < top
    for (start, end), route in zip(edges, placed.routes, strict=True):
        heights = [y for _, y in route]
        assert heights == sorted(heights)
        assert route[0] == (placed.nodes[start].x, boxes[start][3])
        assert route[-1] == (placed.nodes[end].x, boxes[end][1])


@given(graphs())
def test_lines_keep_clear_of_cards(graph: Graph) -> None:
    """Beside the cards of a level, lines run straight down, and none through a card."""
    sizes, edges = graph
    placed = shapes_graph.place(sizes, edges, gap=20, level_gap=30)
    for (start, end), route in zip(edges, placed.routes, strict=True):
        for (x, y), (other_x, other_y) in pairwise(route):
            if x != other_x:
                continue
            for number, node in enumerate(placed.nodes):
                if number not in (start, end) and y < node.y + node.height and node.y < other_y:
                    assert abs(x - node.x) > node.width / 2


def test_a_chain_is_straight() -> None:
    placed = shapes_graph.place([(100, 20), (300, 20), (50, 20)], [(0, 1), (1, 2)], gap=20, level_gap=30)
    assert [node.x for node in placed.nodes] == [150, 150, 150]
    assert (placed.width, placed.height) == (300, 120)


def test_branches_do_not_cross() -> None:
    """0 leads to 1 and 2, and these to 4 and 3: the lower two change places."""
    edges = [(0, 1), (0, 2), (1, 4), (2, 3)]
    placed = shapes_graph.place([(50, 20)] * 5, edges, gap=20, level_gap=30)
    x = [node.x for node in placed.nodes]
    assert (x[1] < x[2]) == (x[4] < x[3])


def test_an_input_stands_above_its_use() -> None:
    placed = shapes_graph.place([(50, 20)] * 5, [(0, 1), (1, 2), (2, 4), (3, 4)], gap=20, level_gap=30)
    assert [node.level for node in placed.nodes] == [0, 1, 2, 2, 3]

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from sample_journey import graph_of, send, two_ways_to_one, win_back

from campaignspec.graph.layering import layered
from campaignspec.graph.layout import BOX_WIDTH, layout
from campaignspec.graph.ordering import crossings, untangled
from campaignspec.graph.placing import rising


@st.composite
def journeys(draw):
    """Draw graphs without cycles, in which every node can be reached."""
    size = draw(st.integers(1, 14))
    edges = []
    for target in range(size):
        sources = draw(st.lists(st.integers(-1, target - 1), min_size=1, max_size=3))
        edges += [(source, target) for source in sources]
    names = ["entry", *(f"n{number}" for number in range(size))]
    nodes = tuple(send(name) for name in names[1:])
    ways = tuple(
        (names[source + 1], f"w{number}", names[target + 1])
        for number, (source, target) in enumerate(edges)
    )
    return graph_of(nodes, ways, holdout=None)


@settings(deadline=None, max_examples=60)
@given(journeys())
def test_boxes_never_overlap_and_edges_lead_down(graph):
    drawing = layout(graph)

    for a, b in combinations(drawing.boxes, 2):
        assert a.y != b.y or abs(a.x - b.x) >= BOX_WIDTH
    for route in drawing.routes:
        assert all(below[1] > above[1] for above, below in pairwise(route.points))
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - BOX_WIDTH
        assert 0 <= box.y <= drawing.height - box.height


@settings(deadline=None, max_examples=60)
@given(journeys())
def test_untangling_never_adds_crossings_and_loses_nobody(graph):
    layers = layered(graph)

    rows = untangled(layers)

    assert crossings(rows, layers.below) <= crossings(layers.rows, layers.below)
    assert [sorted(row) for row in rows] == [sorted(row) for row in layers.rows]


@settings(deadline=None, max_examples=60)
@given(journeys())
def test_every_edge_begins_and_ends_at_its_boxes(graph):
    drawing = layout(graph)

    place = {box.node: box for box in drawing.boxes}
    for route in drawing.routes:
        source, target = place[route.edge.source], place[route.edge.target]
        (x0, y0), (x1, y1) = route.points[0], route.points[-1]
        assert y0 == source.y + source.height
        assert y1 == target.y
        assert source.x <= x0 <= source.x + BOX_WIDTH
        assert target.x <= x1 <= target.x + BOX_WIDTH


def test_the_same_journey_is_always_drawn_the_same():
    assert layout(win_back()) == layout(win_back())


def test_the_sample_journey_has_no_crossings():
    layers = layered(win_back())

    assert crossings(untangled(layers), layers.below) == 0


def test_steps_in_a_row_stand_under_each_other():
    x = {box.node: box.x for box in layout(win_back()).boxes}

    assert x["until-10:00"] == x["hello"] == x["wait-for-basket"]
    assert x["wait-3d"] == x["last-call"] == x["end"]


def test_two_ways_with_the_same_ends_do_not_lie_on_each_other():
    first, second = layout(two_ways_to_one()).routes[1:3]

    assert first.edge.target == second.edge.target
    assert abs(first.label_at[0] - second.label_at[0]) > 80


def test_crossings_are_counted():
    below = [(3,), (2,), (), ()]

    assert crossings([[0, 1], [2, 3]], below) == 1
    assert crossings([[0, 1], [3, 2]], below) == 0


def test_pooling_gives_the_nearest_rising_sequence():
    assert rising([1.0, 3.0, 2.0], [1.0, 1.0, 1.0]) == [1.0, 2.5, 2.5]
    assert rising([4.0, 0.0], [3.0, 1.0]) == [3.0, 3.0]
    assert rising([1.0, 2.0], [1.0, 1.0]) == [1.0, 2.0]


def test_an_end_that_nobody_reaches_is_not_drawn():
    from campaignspec.graph.nodes import EndNode, LeaveNode

    graph = graph_of(
        (LeaveNode(id="leave-now", reason="now"), EndNode()), (("entry", "next", "leave-now"),)
    )

    assert [box.node for box in layout(graph).boxes] == ["entry", "leave-now"]

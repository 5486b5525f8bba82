"""The layout: what is promised of every picture, and how it compares with dot."""

from __future__ import annotations

import re
import subprocess
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.views.layout import MARGIN, Layout, LayoutError, NodeBox, layout
from dagnb.views.layout.layers import split
from dagnb.views.layout.order import count_crossings
from dagnb.views.models import Direction
from tests.views.curves import Point, crosses, polyline
from tests.views.graphs import PIPELINES, Pairs, acyclic, boxes, corpus, named, windowed

directions = st.sampled_from(["lr", "tb"])


@st.composite
def cards(draw: st.DrawFn) -> tuple[list[NodeBox], list[tuple[str, str]]]:
    """A graph whose cards differ in size, as expanded composites do."""
    size, pairs = draw(acyclic())
    sizes = draw(st.lists(st.tuples(st.integers(20, 300), st.integers(20, 200)), min_size=size, max_size=size))
    return [NodeBox(str(number), w, h) for number, (w, h) in enumerate(sizes)], named(pairs)


def overlap(found: Layout, nodes: list[NodeBox]) -> list[tuple[str, str]]:
    def apart(one: NodeBox, other: NodeBox) -> bool:
        (x, y), (u, v) = found.positions[one.id], found.positions[other.id]
        return x + one.width <= u or u + other.width <= x or y + one.height <= v or v + other.height <= y

    return [(one.id, other.id) for one, other in combinations(nodes, 2) if not apart(one, other)]


@given(cards(), directions)
@settings(deadline=None)
def test_cards_lie_apart_and_inside_the_picture(
    graph: tuple[list[NodeBox], list[tuple[str, str]]], direction: Direction
) -> None:
    nodes, edges = graph
    found = layout(nodes, edges, direction)
    assert overlap(found, nodes) == []
    for box in nodes:
        x, y = found.positions[box.id]
        assert MARGIN <= x <= found.width - MARGIN - box.width
        assert MARGIN <= y <= found.height - MARGIN - box.height
    for path, (x, y) in zip(found.edge_paths, found.label_points, strict=True):
        assert all(0 <= px <= found.width and 0 <= py <= found.height for px, py in polyline(path))
        assert 0 <= x <= found.width
        assert 0 <= y <= found.height


@given(cards(), directions)
@settings(deadline=None)
def test_edges_lead_forward_from_side_to_side(
    graph: tuple[list[NodeBox], list[tuple[str, str]]], direction: Direction
) -> None:
    nodes, edges = graph
    box = {node.id: node for node in nodes}
    found = layout(nodes, edges, direction)
    for (source, target), path in zip(edges, found.edge_paths, strict=True):
        points = [point if direction == "lr" else point[::-1] for point in polyline(path)]
        assert all(one <= other for (one, _), (other, _) in pairwise(points))
        for end, point, edge in ((source, points[0], "far"), (target, points[-1], "near")):
            (x, y), w, h = found.positions[end], box[end].width, box[end].height
            main, cross, long, deep = (x, y, w, h) if direction == "lr" else (y, x, h, w)
            assert point[0] == pytest.approx(main + (long if edge == "far" else 0), abs=0.5)
            assert cross <= point[1] <= cross + deep


@given(cards(), directions)
@settings(deadline=None)
def test_edges_never_run_through_cards(
    graph: tuple[list[NodeBox], list[tuple[str, str]]], direction: Direction
) -> None:
    nodes, edges = graph
    found = layout(nodes, edges, direction)
    for (source, target), path in zip(edges, found.edge_paths, strict=True):
        for box in nodes:
            if box.id in (source, target):
                continue
            x, y = found.positions[box.id]
            assert not any(_inside(point, x, y, box) for point in _dense(polyline(path))), (source, target, box.id)


def _dense(points: list[Point]) -> list[Point]:
    """Points at most a few pixels apart along a polyline."""
    found: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = 1 + int(max(abs(x1 - x0), abs(y1 - y0)) / 5)
        found += [(x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps) for step in range(steps + 1)]
    return found


def _inside(point: Point, x: float, y: float, box: NodeBox) -> bool:
    return x + 1 < point[0] < x + box.width - 1 and y + 1 < point[1] < y + box.height - 1


@given(acyclic())
@settings(deadline=None)
def test_the_crossings_counted_are_those_drawn(graph: tuple[int, Pairs]) -> None:
    size, pairs = graph
    pairs = sorted(set(pairs))
    found = layout(boxes(size), named(pairs))
    lines = [polyline(path) for path in found.edge_paths]
    assert found.crossings == sum(crosses(one, other) for one, other in combinations(lines, 2))


@given(st.lists(st.lists(st.lists(st.integers(0, 7), max_size=4, unique=True), max_size=8), max_size=4))
@settings(deadline=None)
def test_crossings_are_counted_as_by_brute_force(gaps: list[list[list[int]]]) -> None:
    """Each gap lists, for the elements of one layer, their neighbours among the eight of the next."""
    layers = [list(range(8 * index, 8 * index + 8)) for index in range(len(gaps) + 1)]
    after: list[list[int]] = [[] for _ in range(8 * len(layers))]
    expected = 0
    for index, gap in enumerate(gaps):
        ends = [(place, target) for place, targets in enumerate(gap) for target in targets]
        expected += sum((one[0] - other[0]) * (one[1] - other[1]) < 0 for one, other in combinations(ends, 2))
        for place, targets in enumerate(gap):
            after[8 * index + place] = [8 * (index + 1) + target for target in targets]
    places = [element % 8 for element in range(len(after))]
    assert count_crossings(layers, after, places) == expected


@given(acyclic(most=30))
@settings(deadline=None)
def test_the_same_graph_gives_the_same_picture(graph: tuple[int, Pairs]) -> None:
    size, pairs = graph
    first = layout(boxes(size), named(pairs))
    assert layout(boxes(size), named(pairs)) == first


@given(acyclic(most=40))
@settings(max_examples=60, deadline=None)
def test_layers_are_short_of_no_shift_of_one_node(graph: tuple[int, Pairs]) -> None:
    """Every edge spans a layer or more, and no single node can move so that the edges get shorter in sum."""
    size, pairs = graph
    for part in split([46.0] * size, pairs):
        rank = {element: index for index, layer in enumerate(part.layers) for element in layer}
        ends = [(chain[0], chain[-1]) for chain in part.chains.values()]
        assert all(rank[source] < rank[target] for source, target in ends)
        for chain in part.chains.values():
            assert [rank[element] for element in chain] == list(range(rank[chain[0]], rank[chain[-1]] + 1))
        for node in range(len(part.nodes)):
            sources = [rank[source] for source, target in ends if target == node]
            targets = [rank[target] for source, target in ends if source == node]
            if len(targets) > len(sources):
                assert rank[node] == min(targets) - 1
            if len(sources) > len(targets):
                assert rank[node] == max(sources) + 1


def test_a_chain_and_a_lone_long_edge_are_straight() -> None:
    size, chain = PIPELINES[-1]
    found = layout(boxes(size), named(chain))
    assert len({y for _, y in found.positions.values()}) == 1
    assert all(re.fullmatch(r"M\d+ \d+H\d+", path) for path in found.edge_paths)
    detour = layout(boxes(4), [("0", "1"), ("1", "2"), ("2", "3"), ("0", "3")])
    assert detour.edge_paths[3].count("C") <= 2
    assert detour.edge_paths[3].count("H") == 1


def test_parallel_edges_are_drawn_side_by_side() -> None:
    found = layout(boxes(2), [("0", "1")] * 3)
    assert len(set(found.edge_paths)) == 3
    assert len({y for _, y in found.label_points}) == 3
    assert found.crossings == 0
    turned = layout(boxes(2), [("0", "1")] * 3, "tb")
    first, second, third = sorted(x for x, _ in turned.label_points)
    assert second - first >= 44
    assert third - second >= 44


@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_labels_do_not_cover_each_other_in_a_usual_pipeline(direction: Direction) -> None:
    for size, pairs in PIPELINES:
        if size == 12:
            continue  # Ten edges into one side: their ends are closer together than labels are high.
        found = layout(boxes(size), named(pairs), direction)
        for (x, y), (u, v) in combinations(found.label_points, 2):
            assert abs(x - u) > 40 or abs(y - v) >= 17, (size, (x, y), (u, v))


@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_loose_nodes_fill_a_picture_that_is_wider_than_high(direction: Direction) -> None:
    found = layout(boxes(60), [], direction)
    assert found.height < found.width < 3 * found.height


def test_no_nodes_leave_an_empty_picture() -> None:
    found = layout([], [])
    assert found == Layout({}, (), (), 2 * MARGIN, 2 * MARGIN, 0)


def test_a_cycle_is_named_in_the_direction_of_its_edges() -> None:
    with pytest.raises(LayoutError) as caught:
        layout(boxes(5), [("0", "1"), ("1", "2"), ("2", "3"), ("3", "1"), ("3", "4")])
    ring = str(caught.value.got).split(" → ")
    assert ring[0] == ring[-1]
    assert set(pairwise(ring)) == {("1", "2"), ("2", "3"), ("3", "1")}


def test_a_node_that_feeds_itself_is_a_cycle() -> None:
    with pytest.raises(LayoutError, match="0 → 0"):
        layout(boxes(1), [("0", "0")])


def test_unknown_and_doubled_ids_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"not in the graph\n  got: 7"):
        layout(boxes(2), [("0", "7")])
    with pytest.raises(LayoutError, match=r"one id\n  got: 1"):
        layout([*boxes(2), NodeBox("1", 10, 10)], [])


def test_a_large_graph_has_the_same_promises() -> None:
    nodes = boxes(600)
    found = layout(nodes, named(windowed(600, seed=3)))
    assert overlap(found, nodes) == []


def _dot_crossings(size: int, pairs: Pairs) -> int:
    """How many crossings dot itself counts when it has ordered its ranks."""
    text = f"digraph {{rankdir=LR; node [shape=box]; {'; '.join(map(str, range(size)))}; "
    text += "; ".join(f"{source} -> {target}" for source, target in pairs) + "}"
    ran = subprocess.run(["dot", "-v", "-Tplain"], input=text, capture_output=True, text=True, check=True)
    counts = re.findall(r"mincross .*: (\d+) crossings", ran.stderr)
    assert counts or not pairs, ran.stderr
    return sum(map(int, counts))


def test_edges_cross_about_as_rarely_as_in_dot() -> None:
    ours = theirs = 0
    for size, pairs in corpus():
        ours += layout(boxes(size), named(pairs)).crossings
        theirs += _dot_crossings(size, pairs)
    assert ours <= 1.3 * theirs, f"crossings over {len(corpus())} graphs: {ours}, dot {theirs}"

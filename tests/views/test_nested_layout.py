"""The layout of groups in groups: what is promised of every picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.views.layout import Layout, LayoutError, Nest, NodeBox, layout
from dagnb.views.models import Direction
from tests.views.curves import polyline

directions = st.sampled_from(["lr", "tb"])
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Nested:
    nodes: list[NodeBox]
    edges: list[tuple[str, str]]
    nest: Nest

    def around(self, element: str) -> list[str]:
        parent = self.nest.parents.get(element)
        return [] if parent is None else [parent, *self.around(parent)]


@st.composite
def nested(draw: st.DrawFn, most: int = 14) -> Nested:
    """Groups in groups: each holds some of the nodes that follow each other, so that no two feed each other."""
    size = draw(st.integers(1, most))
    pair = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda ends: ends[0] != ends[1])
    pairs = [] if size == 1 else draw(st.lists(pair, max_size=2 * size))
    edges = [(str(min(ends)), str(max(ends))) for ends in pairs]
    parents: dict[str, str] = {}
    count = 0

    def fill(first: int, last: int, parent: str | None, depth: int) -> None:
        nonlocal count
        at = first
        while at < last:
            end = draw(st.integers(at + 1, last))
            if depth < 3 and draw(st.booleans()):
                count += 1
                group = f"group {count}"
                if parent is not None:
                    parents[group] = parent
                fill(at, end, group, depth + 1)
            elif parent is not None:
                parents.update((str(number), parent) for number in range(at, end))
            at = end

    fill(0, size, None, 0)
    wide = draw(st.sampled_from([150.0, 161.0]))
    outputs = tuple(draw(st.lists(st.sampled_from("ab"), min_size=len(edges), max_size=len(edges))))
    return Nested([NodeBox(str(number), wide, 46.0) for number in range(size)], edges, Nest(parents, outputs))


def drawn(graph: Nested, direction: Direction) -> tuple[Layout, dict[str, Box]]:
    found = layout(graph.nodes, graph.edges, direction, graph.nest)
    cards = {box.id: (*found.positions[box.id], box.width, box.height) for box in graph.nodes}
    return found, {**cards, **found.boxes}


def apart(one: Box, other: Box) -> bool:
    (x, y, w, h), (u, v, wide, high) = one, other
    return x + w <= u or u + wide <= x or y + h <= v or v + high <= y


def inside(inner: Box, outer: Box) -> bool:
    (x, y, w, h), (u, v, wide, high) = inner, outer
    return u < x and v < y and x + w < u + wide and y + h < v + high


@given(nested(), directions)
@settings(deadline=None)
def test_cards_lie_in_their_boxes_and_nothing_overlaps(graph: Nested, direction: Direction) -> None:
    found, boxes = drawn(graph, direction)
    assert set(found.boxes) == set(graph.nest.parents.values())
    for one, other in combinations(boxes, 2):
        if one in graph.around(other):
            assert inside(boxes[other], boxes[one]), (other, one)
        elif other in graph.around(one):
            assert inside(boxes[one], boxes[other]), (one, other)
        else:
            assert apart(boxes[one], boxes[other]), (one, other)
    for box in boxes.values():
        assert inside(box, (0, 0, found.width, found.height))


@given(nested(), directions)
@settings(deadline=None)
def test_edges_lead_forward_from_card_to_card(graph: Nested, direction: Direction) -> None:
    found, boxes = drawn(graph, direction)
    for (source, target), path in zip(graph.edges, found.edge_paths, strict=True):
        assert path.count("M") == 1
        points = [point if direction == "lr" else point[::-1] for point in polyline(path)]
        assert all(one <= other + 1 for (one, _), (other, _) in pairwise(points))
        for end, point, far in ((source, points[0], True), (target, points[-1], False)):
            x, y, w, h = boxes[end]
            main, cross, long, deep = (x, y, w, h) if direction == "lr" else (y, x, h, w)
            assert point[0] == pytest.approx(main + long * far, abs=1)
            assert cross - 1 <= point[1] <= cross + deep + 1


@given(nested(), directions)
@settings(deadline=None)
def test_edges_run_through_no_card_and_enter_only_the_boxes_that_they_lead_to(
    graph: Nested, direction: Direction
) -> None:
    found, boxes = drawn(graph, direction)
    for (source, target), path in zip(graph.edges, found.edge_paths, strict=True):
        own = {source, target, *graph.around(source), *graph.around(target)}
        points = polyline(path)
        for name, (x, y, w, h) in boxes.items():
            if name in own:
                continue
            assert not any(x + 2 < px < x + w - 2 and y + 2 < py < y + h - 2 for px, py in points), (path, name)


@given(nested(), directions)
@settings(deadline=None)
def test_pills_lie_inside_the_picture_and_on_no_card(graph: Nested, direction: Direction) -> None:
    found, boxes = drawn(graph, direction)
    for x, y in found.label_points:
        assert 0 <= x <= found.width
        assert 0 <= y <= found.height
        for card in graph.nodes:
            left, top, wide, high = boxes[card.id]
            assert not (left < x < left + wide and top < y < top + high), card


def test_without_groups_the_picture_is_as_ever() -> None:
    nodes = [NodeBox(name, 150.0, 46.0) for name in "abc"]
    edges = [("a", "b"), ("a", "c")]
    assert layout(nodes, edges, "lr", Nest({}, ("x", "x"))) == layout(nodes, edges)


def test_what_enters_a_box_together_enters_it_at_one_port() -> None:
    nodes = [NodeBox(name, 150.0, 46.0) for name in "abcd"]
    edges = [("a", "b"), ("a", "c"), ("d", "c")]
    found = layout(nodes, edges, "lr", Nest({"b": "g", "c": "g"}, ("x", "x", "x")))
    left = found.boxes["g"][0]

    def entry(path: str) -> set[float]:
        return {y for x, y in polyline(path) if abs(x - left) < 1}

    first, second, third = (entry(path) for path in found.edge_paths)
    assert first & second
    assert not (first & second) & third


def test_a_cycle_between_boxes_is_told() -> None:
    nodes = [NodeBox(name, 150.0, 46.0) for name in "abc"]
    with pytest.raises(LayoutError, match="cycle") as caught:
        layout(nodes, [("a", "b"), ("b", "c")], "lr", Nest({"a": "g", "c": "g"}, ("", "")))
    assert "g" in str(caught.value)

"""Nested: groups of nodes, each laid out by itself and then placed as one large node in what it lies in.

An edge that enters or leaves a group does so at a *port* on the border of its box. Inside, the ports are nodes without
length in a layer of their own, the first or the last; outside, edges end where the ports came to lie. So cards never
overlap, boxes are disjoint or one inside the other, and no edge runs through a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import ceil
from typing import TYPE_CHECKING, Literal, NamedTuple

from dagnb.views.layout.layers import PILL_HEIGHT, PILL_WIDTH, Cycle, split
from dagnb.views.layout.order import order_layers
from dagnb.views.layout.pack import PART_GAP, pack_parts
from dagnb.views.layout.place import place_layers
from dagnb.views.layout.route import Drawn, Point, draw
from dagnb.views.layout.shapes import MARGIN, Layout, Nest, NodeBox

if TYPE_CHECKING:
    from dagnb.views.models import Direction

__all__ = ["TITLE", "layout_nested"]

# Room in a box above what lies in it, for its name, and around it.
TITLE = 26.0
PADDING = 12.0
PORT_SIDE = 10.0
_ROOT = ""
_AT = re.compile(r"M-?\d+ -?\d+")


class _Port(NamedTuple):
    """Where what an edge carries enters or leaves a group."""

    way: Literal["in", "out"]
    source: str
    output: str


_End = str | _Port


class _Segment(NamedTuple):
    """A piece of edges between two ends in one group. `edge` keeps apart edges that share no port."""

    begin: _End
    end: _End
    source: str
    output: str
    edge: int


@dataclass(slots=True)
class _Level:
    """What lies directly in a group, and in time where it lies there."""

    children: list[str] = field(default_factory=list)
    segments: dict[_Segment, None] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0
    crossings: int = 0
    corners: dict[_End, Point] = field(default_factory=dict)
    # The way of each segment: drawn by whom, its points, the middle of its label, and where that part lies.
    lines: dict[_Segment, tuple[Drawn, list[Point], Point, float, float]] = field(default_factory=dict)

    def ports(self, way: Literal["in", "out"]) -> dict[_Port, None]:
        ends = [end for segment in self.segments for end in (segment.begin, segment.end)]
        return {end: None for end in ends if isinstance(end, _Port) and end.way == way}


def layout_nested(
    nodes: Sequence[NodeBox], edges: Sequence[tuple[str, str]], direction: Direction, nest: Nest
) -> Layout:
    """Place cards in their groups; see `layout`.

    Raises:
        Cycle: the edges between the things in one group form one; its nodes are ids here.
    """
    return _Nested(nodes, edges, nest, turned=direction == "tb").layout()


class _Nested:
    def __init__(self, nodes: Sequence[NodeBox], edges: Sequence[tuple[str, str]], nest: Nest, *, turned: bool) -> None:
        self._nodes = nodes
        self._sizes = {box.id: (box.width, box.height) for box in nodes}
        self._parents = nest.parents
        self._turned = turned
        # From left to right a box is counted as high below what lies in it as above, so that edges run on straight.
        self._spare = 0.0 if turned else TITLE - PADDING
        self._levels: dict[str, _Level] = {_ROOT: _Level()}
        for box in nodes:
            self._settle(box.id)
        # The way of each edge, from its source on, and which piece bears its label.
        self._ways = [
            list(self._way(index, source, target, output))
            for index, ((source, target), output) in enumerate(zip(edges, nest.outputs, strict=True))
        ]
        for way in self._ways:
            for group, segment, _ in way:
                self._levels[group].segments[segment] = None

    def layout(self) -> Layout:
        self._arrange(_ROOT)
        positions: dict[str, Point] = {}
        boxes: dict[str, tuple[float, float, float, float]] = {}
        origins = {_ROOT: (0.0, 0.0)}
        for group in self._outer_first(_ROOT):
            level, (left, top) = self._levels[group], origins[group]
            for child in level.children:
                x, y = level.corners[child]
                positions[child] = origins[child] = (left + x, top + y)
                if child in self._levels:
                    width, height = self._sizes[child]
                    boxes[child] = (left + x, top + y, width, height - self._spare)
        root = self._levels[_ROOT]
        return Layout(
            positions={box.id: positions[box.id] for box in self._nodes},
            edge_paths=tuple(self._whole(way, origins) for way in self._ways),
            label_points=tuple(self._label(way, origins) for way in self._ways),
            width=root.width,
            height=root.height,
            crossings=sum(level.crossings for level in self._levels.values()),
            boxes=boxes,
        )

    def _settle(self, element: str) -> None:
        """Put a node, and the groups around it, where they belong."""
        parent = self._parents.get(element, _ROOT)
        is_new = parent not in self._levels
        level = self._levels.setdefault(parent, _Level())
        level.children.append(element)
        if is_new:
            self._settle(parent)

    def _around(self, element: str) -> list[str]:
        """The groups around a node, the outermost first."""
        found: list[str] = []
        while (parent := self._parents.get(element)) is not None:
            found.append(parent)
            element = parent
        return found[::-1]

    def _way(self, edge: int, source: str, target: str, output: str) -> Iterator[tuple[str, _Segment, bool]]:
        """The pieces of an edge: the group each lies in, the piece, and whether it is the one in the open."""
        out_of, into = self._around(source), self._around(target)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(out_of, into, strict=False))))
        out, entry = _Port("out", source, output), _Port("in", source, output)
        here = source
        for group in reversed(out_of[shared:]):
            yield group, _Segment(here, out, source, output, -1), False
            here = group
        there = into[shared] if len(into) > shared else target
        alone = edge if (here, there) == (source, target) else -1
        yield (out_of[shared - 1] if shared else _ROOT), _Segment(here, there, source, output, alone), True
        for group, inner in zip(into[shared:], [*into[shared + 1 :], target], strict=False):
            yield group, _Segment(entry, inner, source, output, -1), False

    def _outer_first(self, group: str) -> Iterator[str]:
        yield group
        for child in self._levels[group].children:
            if child in self._levels:
                yield from self._outer_first(child)

    def _arrange(self, group: str) -> None:
        """Lay a group out, after the groups in it."""
        level = self._levels[group]
        for child in level.children:
            if child in self._levels:
                self._arrange(child)
        first, last = level.ports("in"), level.ports("out")
        elements: list[_End] = [*level.children, *first, *last]
        numbers = {element: number for number, element in enumerate(elements)}
        copies: dict[tuple[int, int], list[_Segment]] = {}
        for segment in level.segments:
            copies.setdefault((numbers[segment.begin], numbers[segment.end]), []).append(segment)
        pinned = {numbers[port] for port in first}, {numbers[port] for port in last}
        drawn = self._draw(level, elements, copies, pinned)
        for one, (x, y) in zip(drawn, self._pack(group, drawn, pinned), strict=True):
            for number, (node_x, node_y) in one.corners.items():
                level.corners[elements[number]] = (node_x + x, node_y + y)
            for pair, lines in one.lines.items():
                for segment, (points, label) in zip(copies[pair], lines, strict=True):
                    level.lines[segment] = (one, self._to_border(level, segment, points, x, y), label, x, y)
        self._sizes[group] = (level.width, level.height)

    def _draw(
        self,
        level: _Level,
        elements: list[_End],
        copies: dict[tuple[int, int], list[_Segment]],
        pinned: tuple[set[int], set[int]],
    ) -> list[Drawn]:
        sizes = [self._sizes[each] if isinstance(each, str) else self._port_size() for each in elements]
        along = [high if self._turned else wide for wide, high in sizes]
        across = [wide if self._turned else high for wide, high in sizes]
        pairs = [pair for pair, same in copies.items() for _ in same]
        try:
            parts = split(across, pairs, PILL_WIDTH if self._turned else PILL_HEIGHT, *pinned)
        except Cycle as cycle:
            cycle.nodes[:] = [elements[number] for number in cycle.nodes]  # type: ignore[misc]  # ids tell more
            raise
        ports = {pair: [self._offsets(one) for one in same] for pair, same in copies.items()}
        drawn: list[Drawn] = []
        for part in parts:
            level.crossings += order_layers(part)
            drawn.append(draw(part, place_layers(part), along, across, turned=self._turned, ports=ports))
        return drawn

    def _port_size(self) -> tuple[float, float]:
        return (PORT_SIDE, 0.0) if self._turned else (0.0, PORT_SIDE)

    def _offsets(self, segment: _Segment) -> tuple[float | None, float | None]:
        """How far from the middle of a group's side its ports are, where a piece ends at groups."""
        return (
            self._offset(segment.begin, _Port("out", segment.source, segment.output)),
            self._offset(segment.end, _Port("in", segment.source, segment.output)),
        )

    def _offset(self, end: _End, port: _Port) -> float | None:
        if isinstance(end, _Port) or end not in self._levels:
            return None
        level = self._levels[end]
        x, y = level.corners[port]
        return x + PORT_SIDE / 2 - level.width / 2 if self._turned else y + PORT_SIDE / 2 - level.height / 2

    def _pack(self, group: str, drawn: list[Drawn], pinned: tuple[set[int], set[int]]) -> list[Point]:
        """Say where the parts of a group lie, and how large it is."""
        level = self._levels[group]
        if group != _ROOT and any(pinned):
            return self._stack(level, drawn, pinned)
        corners, width, height = pack_parts([(one.width, one.height) for one in drawn], turned=self._turned)
        left, top = (MARGIN, MARGIN) if group == _ROOT else (PADDING, TITLE)
        level.width = width + 2 * left
        level.height = height + top + (MARGIN if group == _ROOT else PADDING + self._spare)
        if group != _ROOT:
            level.width, level.height = _even(level.width), _even(level.height)
        return [(x + left, y + top) for x, y in corners]

    def _stack(self, level: _Level, drawn: list[Drawn], pinned: tuple[set[int], set[int]]) -> list[Point]:
        """Set the parts side by side, each with both of its ends at the border, where its ports are."""
        ahead = TITLE if self._turned else 0.0
        at = PADDING if self._turned else TITLE
        length = 0.0
        places: list[tuple[float, float]] = []
        for one in drawn:
            is_fed, feeds = (not pin.isdisjoint(one.corners) for pin in pinned)
            start = ahead + (0.0 if is_fed else 0.0 if self._turned else PADDING)
            places.append((start, at))
            at += (one.width if self._turned else one.height) + PART_GAP
            end = start + (one.height if self._turned else one.width) + (0.0 if feeds else PADDING)
            length = max(length, end)
        depth = at - PART_GAP + PADDING + self._spare
        level.width, level.height = (_even(depth), _even(length)) if self._turned else (_even(length), _even(depth))
        return [(cross, main) if self._turned else (main, cross) for main, cross in places]

    def _to_border(self, level: _Level, segment: _Segment, points: list[Point], x: float, y: float) -> list[Point]:
        """Lead a piece that begins or ends at a port on to the border of the box."""
        start, size = (y, level.height) if self._turned else (x, level.width)
        if isinstance(segment.begin, _Port):
            points = [(-start, points[0][1]), *points]
        if isinstance(segment.end, _Port):
            points = [*points, (size - start, points[-1][1])]
        return points

    def _whole(self, way: list[tuple[str, _Segment, bool]], origins: dict[str, Point]) -> str:
        """Join the pieces of an edge: each begins where the one before ends."""
        first, *rest = [self._path(group, segment, origins) for group, segment, _ in way]
        return first + "".join([_AT.sub("", piece, count=1) for piece in rest])

    def _path(self, group: str, segment: _Segment, origins: dict[str, Point]) -> str:
        one, points, _, x, y = self._levels[group].lines[segment]
        left, top = origins[group]
        return one.path(points, left + x, top + y)

    def _label(self, way: list[tuple[str, _Segment, bool]], origins: dict[str, Point]) -> Point:
        group, segment = next((group, segment) for group, segment, is_open in way if is_open)
        one, _, label, x, y = self._levels[group].lines[segment]
        left, top = origins[group]
        return one.label(label, left + x, top + y)


def _even(length: float) -> float:
    """Round up to an even number: its middle is a whole pixel, where edges end."""
    return float(2 * ceil(length / 2))

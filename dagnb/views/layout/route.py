"""Route: the cards' corners and the edges' curves of one part.

An edge runs straight through the layers that it passes, where room was kept for it, and bends only in the gaps between
layers, where there are no cards. So it never runs through a card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from math import ceil
from typing import Literal

from dagnb.views.layout.layers import PILL_HEIGHT, PILL_WIDTH, POINT_MARGIN, Part

__all__ = ["Drawn", "draw"]

Point = tuple[float, float]
# Where each layer starts and where it ends on the main axis.
Columns = tuple[list[float], list[float]]
# For each pair, for each of its parallel edges: how far from the middle of its source and of its target it ends; None:
# where parallel edges lie beside each other anyway.
Ports = Mapping[tuple[int, int], Sequence[tuple[float | None, float | None]]]

LAYER_GAP = 56.0
# Beside a layer of ports, which have no length.
PORT_GAP = 28.0
# A gap grows with the longest way across it, up to this, so that no curve stands upright.
STEEP_GAP = 112.0
STEEPNESS = 0.12
LINE_ROOM = 4.0
# Where on a curve a label may sit, best first: how far along, and how far across that is on our curves.
LABEL_SPOTS = tuple(
    (1.5 * t * (1 - t) + t**3, 3 * t**2 - 2 * t**3) for t in (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8, 0.12, 0.88)
)


def _path(points: list[tuple[int, int]], straight: Literal["H", "V"]) -> str:
    """Straight pieces along the main axis, and S-curves that leave and arrive along it."""
    x, y = points[0]
    pieces = [f"M{x} {y}"]
    flat = straight == "H"
    was_straight = False
    for end_x, end_y in points[1:]:
        if end_y == y and end_x == x:
            continue
        is_straight = end_y == y if flat else end_x == x
        if is_straight:
            if was_straight:
                pieces.pop()
            pieces.append(f"{straight}{end_x if flat else end_y}")
        elif flat:
            half = (x + end_x) // 2
            pieces.append(f"C{half} {y} {half} {end_y} {end_x} {end_y}")
        else:
            half = (y + end_y) // 2
            pieces.append(f"C{x} {half} {end_x} {half} {end_x} {end_y}")
        was_straight = is_straight
        x, y = end_x, end_y
    return "".join(pieces)


@dataclass(slots=True)
class Drawn:
    """A part with its places.

    Attributes:
        width, height: its size.
        turned: whether lines have their main axis along y.
        corners: the upper left corner of each card, x and y, by node number.
        lines: by pair of node numbers, for each parallel edge the corners between which it is straight or curved and
            the middle of its label, all on the main and the cross axis.
    """

    width: float
    height: float
    turned: bool
    corners: dict[int, Point] = field(default_factory=dict)
    lines: dict[tuple[int, int], list[tuple[list[Point], Point]]] = field(default_factory=dict)

    def path(self, points: list[Point], x: float, y: float) -> str:
        """SVG path data of a line in whole pixels, moved by x, y."""
        if self.turned:
            return _path([(round(cross + x), round(main + y)) for main, cross in points], "V")
        return _path([(round(main + x), round(cross + y)) for main, cross in points], "H")

    def label(self, point: Point, x: float, y: float) -> Point:
        """The middle of a label, moved by x, y."""
        main, cross = point
        return (cross + x, main + y) if self.turned else (main + x, cross + y)


def draw(
    part: Part,
    centers: list[float],
    along: Sequence[float],
    across: Sequence[float],
    *,
    turned: bool,
    ports: Ports | None = None,
) -> Drawn:
    """Give a placed part its corners and curves.

    Args:
        part: the part, layered and ordered.
        centers: the middle of each element along its layer.
        along, across: the size of each node on the main and on the cross axis.
        turned: the main axis is y.
        ports: where edges leave and enter large nodes, for those that do not do so in the middle.
    """
    halves = [extent - POINT_MARGIN + LINE_ROOM for extent in part.extents]
    halves[: len(part.nodes)] = [across[node] / 2 for node in part.nodes]
    lowest = min([center - half for center, half in zip(centers, halves, strict=True)])
    centers = [center - lowest for center in centers]
    depth = max([center + half for center, half in zip(centers, halves, strict=True)])
    starts, ends = columns = _columns(part, centers, along)
    drawn = Drawn(depth, ends[-1], turned) if turned else Drawn(ends[-1], depth, turned)
    for start, layer in zip(starts, part.layers, strict=True):
        for element in layer:
            if element < len(part.nodes):
                top = centers[element] - halves[element]
                drawn.corners[part.nodes[element]] = (top, start) if turned else (start, top)
    _lines(part, centers, along, columns, drawn, ports=ports or {})
    return drawn


def _columns(part: Part, centers: list[float], along: Sequence[float]) -> Columns:
    """Where each layer starts and ends on the main axis."""
    starts: list[float] = []
    ends: list[float] = []
    at = 0.0
    real = len(part.nodes)
    for layer in part.layers:
        starts.append(at)
        ends.append(float(ceil(at + max([along[part.nodes[element]] for element in layer if element < real]))))
        longest = max(
            [abs(centers[end] - centers[element]) for element in layer for end in part.after[element]], default=0.0
        )
        least = PORT_GAP if ends[-1] == starts[-1] or _is_of_ports(part, layer, along) else LAYER_GAP
        at = float(ceil(ends[-1] + min(STEEP_GAP, max(least, longest * STEEPNESS))))
    return starts, ends


def _is_of_ports(part: Part, layer: list[int], along: Sequence[float]) -> bool:
    """Whether the layer after this one holds ports: they have no length, and stand apart from cards."""
    real = len(part.nodes)
    return any(end < real and not along[part.nodes[end]] for element in layer for end in part.after[element])


def _lines(
    part: Part, centers: list[float], along: Sequence[float], columns: Columns, drawn: Drawn, *, ports: Ports
) -> None:
    starts, ends = columns
    level = [0] * len(part.nodes)
    for index, layer in enumerate(part.layers):
        for element in layer:
            if element < len(level):
                level[element] = index
    taken: list[list[Point]] = [[] for _ in part.layers]
    pill = (PILL_HEIGHT, PILL_WIDTH) if drawn.turned else (PILL_WIDTH, PILL_HEIGHT)
    for pair, chain in part.chains.items():
        first = level[chain[0]]
        begin = float(round(starts[first] + along[pair[0]]))
        drawn.lines[pair] = []
        for shift, (leave, enter) in zip(part.shifts[pair], ports.get(pair) or repeat((None, None)), strict=False):
            crosses = [centers[element] + shift for element in chain]
            if leave is not None:
                crosses[0] = centers[chain[0]] + leave
            if enter is not None:
                crosses[-1] = centers[chain[-1]] + enter
            points = [(begin, crosses[0]), (ends[first], crosses[0])]
            for index in range(1, len(chain) - 1):
                points.append((starts[first + index], crosses[index]))
                points.append((ends[first + index], crosses[index]))
            points.append((starts[first + len(chain) - 1], crosses[-1]))
            drawn.lines[pair].append((points, _label(crosses, first, columns, taken, pill)))


def _label(
    crosses: list[float], first: int, columns: Columns, taken: list[list[Point]], pill: tuple[float, float]
) -> Point:
    """Find the first spot on an edge where its label covers no other, and take it; `pill` is a label's size."""
    starts, ends = columns
    gaps = range(first, first + len(crosses) - 1)
    for spot_main, spot_cross in LABEL_SPOTS:
        for gap in gaps:
            main = _between(ends[gap], starts[gap + 1], spot_main)
            cross = _between(crosses[gap - first], crosses[gap - first + 1], spot_cross)
            if all(abs(main - x) >= pill[0] or abs(cross - y) >= pill[1] for x, y in taken[gap]):
                taken[gap].append((main, cross))
                return main, cross
        if len(gaps) > 1:
            # Beside the cards of the layers in between a long edge has room of its own.
            passed = first + len(gaps) // 2
            return _between(starts[passed], ends[passed], 0.5), crosses[passed - first]
    return _between(ends[first], starts[first + 1], 0.5), _between(crosses[0], crosses[1], 0.5)


def _between(start: float, end: float, part: float) -> float:
    return start + (end - start) * part

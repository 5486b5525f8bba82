"""Route: the cards' corners and the edges' curves of one part.

An edge runs straight through the layers that it passes, where room was kept for it, and bends only in the gaps between
layers, where there are no cards. So it never runs through a card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from dagnb.views.layout.layers import POINT_MARGIN, Part

__all__ = ["Drawn", "Line", "draw"]

LAYER_GAP = 56.0
# A gap grows with the longest way across it, up to this, so that no curve stands upright.
STEEP_GAP = 112.0
STEEPNESS = 0.12
LABEL_HEIGHT = 16.0
LINE_ROOM = 4.0
# Where on a curve a label may sit, best first: how far along, and how far across that is on our curves.
LABEL_SPOTS = tuple(
    (1.5 * t * (1 - t) + t**3, 3 * t**2 - 2 * t**3) for t in (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8)
)


@dataclass(slots=True)
class Line:
    """One edge: the corners between which it is straight or curved, main and cross, and the middle of its label."""

    points: list[tuple[float, float]]
    label: tuple[float, float]
    turned: bool

    def path(self, x: float, y: float) -> str:
        """SVG path data in whole pixels, moved by x, y."""
        return _path([(cross + x, main + y) for main, cross in self.points], "V") if self.turned else _path(
            [(main + x, cross + y) for main, cross in self.points], "H"
        )


def _path(points: list[tuple[float, float]], straight: Literal["H", "V"]) -> str:
    """Straight pieces along the main axis, and S-curves that leave and arrive along it."""
    x, y = points[0]
    pieces = [f"M{x:.0f} {y:.0f}"]
    was_straight = False
    for end_x, end_y in points[1:]:
        if end_y == y and end_x == x:
            continue
        if end_y == y if straight == "H" else end_x == x:
            if was_straight:
                pieces.pop()
            pieces.append(f"{straight}{end_x if straight == 'H' else end_y:.0f}")
            was_straight = True
        else:
            if straight == "H":
                half = (x + end_x) / 2
                pieces.append(f"C{half:.0f} {y:.0f} {half:.0f} {end_y:.0f} {end_x:.0f} {end_y:.0f}")
            else:
                half = (y + end_y) / 2
                pieces.append(f"C{x:.0f} {half:.0f} {end_x:.0f} {half:.0f} {end_x:.0f} {end_y:.0f}")
            was_straight = False
        x, y = end_x, end_y
    return "".join(pieces)


@dataclass(slots=True)
class Drawn:
    """A part with its places: corners by node number, lines by pair of numbers, parallel ones in order."""

    width: float
    height: float
    corners: dict[int, tuple[float, float]] = field(default_factory=dict)
    lines: dict[tuple[int, int], list[Line]] = field(default_factory=dict)


def draw(
    part: Part, centers: list[float], along: Sequence[float], across: Sequence[float], *, turned: bool
) -> Drawn:
    """Give a placed part its corners and curves.

    Args:
        part: the part, layered and ordered.
        centers: the middle of each element along its layer.
        along, across: the size of each node on the main and on the cross axis.
        turned: the main axis is y.
    """
    halves = [extent - POINT_MARGIN + LINE_ROOM for extent in part.extents]
    halves[: len(part.nodes)] = [across[node] / 2 for node in part.nodes]
    lowest = min([center - half for center, half in zip(centers, halves, strict=True)])
    centers = [center - lowest for center in centers]
    depth = max([center + half for center, half in zip(centers, halves, strict=True)])
    starts, ends = _columns(part, centers, along)
    drawn = Drawn(depth, ends[-1]) if turned else Drawn(ends[-1], depth)
    for start, layer in zip(starts, part.layers, strict=True):
        for element in layer:
            if element < len(part.nodes):
                top = centers[element] - halves[element]
                drawn.corners[part.nodes[element]] = (top, start) if turned else (start, top)
    _lines(part, centers, along, starts, ends, drawn, turned=turned)
    return drawn


def _columns(part: Part, centers: list[float], along: Sequence[float]) -> tuple[list[float], list[float]]:
    """Where each layer starts and ends on the main axis."""
    starts: list[float] = []
    ends: list[float] = []
    at = 0.0
    real = len(part.nodes)
    for layer in part.layers:
        starts.append(at)
        ends.append(at + max([along[part.nodes[element]] for element in layer if element < real]))
        longest = max(
            [abs(centers[end] - centers[element]) for element in layer for end in part.after[element]], default=0.0
        )
        at = float(ceil(ends[-1] + min(STEEP_GAP, max(LAYER_GAP, longest * STEEPNESS))))
    return starts, ends


def _lines(
    part: Part,
    centers: list[float],
    along: Sequence[float],
    starts: list[float],
    ends: list[float],
    drawn: Drawn,
    *,
    turned: bool,
) -> None:
    level = [0] * len(part.nodes)
    for index, layer in enumerate(part.layers):
        for element in layer:
            if element < len(level):
                level[element] = index
    taken: list[list[float]] = [[] for _ in part.layers]
    for pair, chain in part.chains.items():
        first = level[chain[0]]
        begin = starts[first] + along[pair[0]]
        drawn.lines[pair] = []
        for shift in part.shifts[pair]:
            crosses = [centers[element] + shift for element in chain]
            points = [(begin, crosses[0]), (ends[first], crosses[0])]
            for index in range(1, len(chain) - 1):
                points.append((starts[first + index], crosses[index]))
                points.append((ends[first + index], crosses[index]))
            points.append((starts[first + len(chain) - 1], crosses[-1]))
            label = _label(crosses, first, starts, ends, taken)
            drawn.lines[pair].append(Line(points, label[::-1] if turned else label, turned))


def _label(
    crosses: list[float],
    first: int,
    starts: list[float],
    ends: list[float],
    taken: list[list[float]],
) -> tuple[float, float]:
    """Find the first spot on an edge where its label covers no other, and take it."""
    best: tuple[float, float] | None = None
    for spot_main, spot_cross in LABEL_SPOTS:
        for index in range(len(crosses) - 1):
            gap = first + index
            main = ends[gap] + (starts[gap + 1] - ends[gap]) * spot_main
            cross = crosses[index] + (crosses[index + 1] - crosses[index]) * spot_cross
            best = best or (main, cross)
            others = taken[gap]
            if not others or min([abs(cross - other) for other in others]) >= LABEL_HEIGHT:
                others.append(cross)
                return main, cross
        if len(crosses) > 2:
            # Beside the cards of the layers in between a long edge has room of its own.
            passed = first + (len(crosses) - 1) // 2
            return (starts[passed] + ends[passed]) / 2, crosses[passed - first]
    assert best is not None
    return best

"""Read SVG path data back as the points of a line, to see what is really drawn."""

from __future__ import annotations

import re
from itertools import pairwise

Point = tuple[float, float]

_COMMAND = re.compile(r"([MHVC])([-\d. ]+)")
STEPS = 24


def polyline(path: str) -> list[Point]:
    """Follow a path of M, H, V and C commands; curves become short straight pieces."""
    points: list[Point] = []
    for command, text in _COMMAND.findall(path):
        values = [float(word) for word in text.split()]
        if command == "M":
            points.append((values[0], values[1]))
        elif command == "H":
            points.append((values[0], points[-1][1]))
        elif command == "V":
            points.append((points[-1][0], values[0]))
        else:
            points += _bezier(points[-1], values)
    assert "".join(command + text for command, text in _COMMAND.findall(path)) == path
    return points


def _bezier(start: Point, values: list[float]) -> list[Point]:
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, values
    points: list[Point] = []
    for step in range(1, STEPS + 1):
        t = step / STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return points


def crosses(one: list[Point], other: list[Point]) -> int:
    """How often two polylines that run to the right pass from one side of each other to the other.

    Both are read at the same places: a crossing is a change of the sign of the difference of their heights.
    """
    start, end = max(one[0][0], other[0][0]), min(one[-1][0], other[-1][0])
    if start >= end:
        return 0
    places = sorted({x for x, _ in (*one, *other) if start <= x <= end} | {start, end})
    signs = [sign for x in places if (sign := _sign(_height(one, x) - _height(other, x)))]
    return sum(first != second for first, second in pairwise(signs))


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-6 else 1 if value > 0 else -1


def _height(points: list[Point], x: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1 and x1 > x0:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]

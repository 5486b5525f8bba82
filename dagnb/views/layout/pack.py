"""Pack: the parts of a disconnected graph on shelves, one beside the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["pack_parts"]

PART_GAP = 32.0
# A picture in a notebook is wider than high.
ASPECT = 1.8


def pack_parts(sizes: Sequence[tuple[float, float]], *, turned: bool) -> tuple[list[tuple[float, float]], float, float]:
    """Place rectangles without overlap.

    Args:
        sizes: width and height of each part.
        turned: the data flows from top to bottom, so that shelves stand instead of lie.

    Returns:
        The upper left corners, then the width and the height of the whole.

    >>> pack_parts([(100, 40), (300, 40), (100, 40)], turned=False)
    ([(0.0, 72.0), (0.0, 0.0), (132.0, 72.0)], 300.0, 112.0)
    """
    corners = [(0.0, 0.0)] * len(sizes)
    if not sizes:
        return corners, 0.0, 0.0
    flat = [(high, wide) for wide, high in sizes] if turned else list(sizes)
    area = sum([(long + PART_GAP) * (deep + PART_GAP) for long, deep in flat])
    aspect = 1 / ASPECT if turned else ASPECT
    room = max(*[long for long, _ in flat], math.sqrt(area * aspect))
    used = shelf = depth = length = 0.0
    for index in sorted(range(len(flat)), key=lambda index: -flat[index][0]):
        long, deep = flat[index]
        if used and used + long > room:
            shelf += depth + PART_GAP
            used = depth = 0.0
        corners[index] = (shelf, used) if turned else (used, shelf)
        length = max(length, used + long)
        depth = max(depth, deep)
        used += long + PART_GAP
    total = shelf + depth
    return corners, *((total, length) if turned else (length, total))

"""Place: where along its layer each element lies.

Sweeps move each layer to where its neighbours pull it, as close as the order and the gaps allow. For one layer that is
a least squares problem with lower bounds on the differences, solved exactly by pooling neighbours that push each
other (isotonic regression; Barlow et al., "Statistical inference under order restrictions", 1972). At last long edges
are made straight where there is room.
"""

from __future__ import annotations

from itertools import pairwise

from dagnb.views.layout.layers import Part

__all__ = ["place"]

PLACE_BUDGET = 16_000
FEWEST_PASSES, MOST_PASSES = 4, 24
# How far a node is moved to take a bend out of an edge, in pixels.
SNAP = 14.0


def place(part: Part) -> list[float]:
    """Find the middle of each element along its layer, whole pixels, the smallest edge at nought or above."""
    centers = [0.0] * len(part.extents)
    for layer in part.layers:
        edge = 0.0
        for element in layer:
            centers[element] = edge + part.extents[element]
            edge += 2 * part.extents[element]
    if len(part.layers) > 1:
        _relax(part, centers)
        left, right = _bounds(part)
        _straighten(part, centers, left, right)
        _snap(part, centers, left, right)
    lowest = min([centers[layer[0]] - part.extents[layer[0]] for layer in part.layers])
    return [float(round(center - lowest)) for center in centers]


def _relax(part: Part, centers: list[float]) -> None:
    size = len(centers)
    passes = max(FEWEST_PASSES, min(MOST_PASSES, PLACE_BUDGET // size))
    real = len(part.nodes)
    for turn in range(passes):
        forward = turn % 2 == 0
        near, other = (part.before, part.after) if forward else (part.after, part.before)
        both = turn >= passes - 2
        for layer in part.layers if forward else reversed(part.layers):
            _settle(layer, near, other if both else None, part.extents, centers, real)


def _settle(
    layer: list[int],
    near: list[list[int]],
    other: list[list[int]] | None,
    extents: list[float],
    centers: list[float],
    real: int,
) -> None:
    """Move one layer as close as it can come to where its neighbours want it."""
    # Blocks of touching elements: the sum of weights, of weighted wishes, the first element's index.
    weights: list[float] = []
    wishes: list[float] = []
    firsts: list[int] = []
    offsets: list[float] = []
    offset = 0.0
    previous = 0.0
    for index, element in enumerate(layer):
        extent = extents[element]
        if index:
            offset += previous + extent
        previous = extent
        offsets.append(offset)
        ends = near[element] if other is None else near[element] + other[element]
        if ends:
            weight = float(len(ends))
            wish = 0.0
            for end in ends:
                wish += centers[end]
            if element >= real:
                weight *= 4.0
                wish *= 4.0
        else:
            weight = 0.05
            wish = centers[element] * weight
        wish -= offset * weight
        first = index
        while weights and wishes[-1] * weight >= wish * weights[-1]:
            weight += weights.pop()
            wish += wishes.pop()
            first = firsts.pop()
        weights.append(weight)
        wishes.append(wish)
        firsts.append(first)
    firsts.append(len(layer))
    for block in range(len(weights)):
        start = wishes[block] / weights[block]
        for index in range(firsts[block], firsts[block + 1]):
            centers[layer[index]] = start + offsets[index]


def _straighten(part: Part, centers: list[float], left: list[int], right: list[int]) -> None:
    """Give the points of a long edge one height, in as few pieces as their neighbours allow."""
    for chain in part.chains.values():
        points = chain[1:-1]
        first = 0
        while first < len(points):
            low, high = _room(points[first], part.extents, centers, left, right)
            last = first + 1
            while last < len(points):
                bottom, top = _room(points[last], part.extents, centers, left, right)
                if max(low, bottom) > min(high, top):
                    break
                low, high = max(low, bottom), min(high, top)
                last += 1
            wish = sorted([centers[point] for point in points[first:last]])[(last - first) // 2]
            if first == 0 and low <= centers[chain[0]] <= high:
                wish = centers[chain[0]]
            elif last == len(points) and low <= centers[chain[-1]] <= high:
                wish = centers[chain[-1]]
            wish = min(max(wish, low), high)
            for point in points[first:last]:
                centers[point] = wish
            first = last


def _snap(part: Part, centers: list[float], left: list[int], right: list[int]) -> None:
    """Take the small bends out: move a node to the height of its nearest neighbour when it is close to it.

    Forward the sources are where they will stay, so that a chain ends up on one line.
    """
    real = len(part.nodes)
    for layer in part.layers:
        for element in layer:
            center = centers[element]
            if element >= real:
                continue
            if part.before[element]:
                near = min([abs(centers[end] - center) for end in part.before[element]])
                ends = [centers[end] for end in part.before[element] if abs(centers[end] - center) == near]
            else:
                near = min([abs(centers[end] - center) for end in part.after[element]])
                ends = [centers[end] for end in part.after[element] if abs(centers[end] - center) == near]
            if 0 < near <= SNAP:
                low, high = _room(element, part.extents, centers, left, right)
                if low <= ends[0] <= high:
                    centers[element] = ends[0]


def _room(
    element: int, extents: list[float], centers: list[float], left: list[int], right: list[int]
) -> tuple[float, float]:
    """Between which places an element can move while its neighbours stay; the first is never above the second."""
    low, high = float("-inf"), float("inf")
    if left[element] >= 0:
        low = centers[left[element]] + extents[left[element]] + extents[element]
    if right[element] >= 0:
        high = centers[right[element]] - extents[right[element]] - extents[element]
    # Sums of halves come out a hair apart where an element has no room at all.
    return (low, high) if low <= high else (centers[element], centers[element])


def _bounds(part: Part) -> tuple[list[int], list[int]]:
    """Each element's neighbours in its layer, -1 where there is none."""
    left, right = [-1] * len(part.extents), [-1] * len(part.extents)
    for layer in part.layers:
        for one, other in pairwise(layer):
            right[one], left[other] = other, one
    return left, right

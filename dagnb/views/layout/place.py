"""Place: where along its layer each element lies.

Sweeps move each layer to where its neighbours pull it, as close as the order and the gaps allow. For one layer that is
a least squares problem with lower bounds on the differences, solved exactly by pooling neighbours that push each
other (isotonic regression; Barlow et al., "Statistical inference under order restrictions", 1972). At last long edges
are made straight where there is room.
"""

from __future__ import annotations

from dagnb.views.layout.layers import Part

__all__ = ["place"]

PLACE_BUDGET = 16_000
FEWEST_PASSES, MOST_PASSES = 4, 24


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
        _straighten(part, centers)
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


def _straighten(part: Part, centers: list[float]) -> None:
    """Give the points of a long edge one height, in as few pieces as their neighbours allow."""
    left, right = _bounds(part)
    extents = part.extents
    for chain in part.chains.values():
        points = chain[1:-1]
        first = 0
        while first < len(points):
            low, high = float("-inf"), float("inf")
            last = first
            while last < len(points):
                point = points[last]
                bottom, top = low, high
                if left[point] >= 0:
                    bottom = max(low, centers[left[point]] + extents[left[point]] + extents[point])
                if right[point] >= 0:
                    top = min(high, centers[right[point]] - extents[right[point]] - extents[point])
                if bottom > top and last > first:
                    break
                low, high = bottom, top
                last += 1
            piece = points[first:last]
            wish = sorted([centers[point] for point in piece])[len(piece) // 2]
            if first == 0 and low <= centers[chain[0]] <= high:
                wish = centers[chain[0]]
            elif last == len(points) and low <= centers[chain[-1]] <= high:
                wish = centers[chain[-1]]
            for point in piece:
                centers[point] = min(max(wish, low), high)
            first = last


def _bounds(part: Part) -> tuple[list[int], list[int]]:
    """Each element's neighbours in its layer, -1 where there is none."""
    left, right = [-1] * len(part.extents), [-1] * len(part.extents)
    for layer in part.layers:
        for one, other in zip(layer, layer[1:]):
            right[one], left[other] = other, one
    return left, right

"""Place: where along its layer each element lies.

Sweeps move each layer to where its neighbours pull it, as close as the order and the gaps allow. For one layer that is
a least squares problem with lower bounds on the differences, solved exactly by pooling neighbours that push each
other (isotonic regression; Barlow et al., "Statistical inference under order restrictions", 1972). At last long edges
are made straight where there is room.
"""

from __future__ import annotations

from itertools import pairwise

from dagnb.views.layout.layers import Part

__all__ = ["place_layers"]

PLACE_BUDGET = 10_000
FEWEST_PASSES, MOST_PASSES = 4, 24
# The weight of a point of a long edge, and of an element that nothing pulls, beside a node's.
POINT_PULL = 4.0
IDLE_PULL = 0.05
# How far elements are moved to take a bend out of an edge, and how close neighbours are that move together, in pixels.
SNAP = 14.0
TOUCHING = 1.0


def place_layers(part: Part) -> list[float]:
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
        _snap(part, centers)
        _straighten(part, centers, left, right)
    lowest = min([centers[layer[0]] - part.extents[layer[0]] for layer in part.layers])
    return [float(round(center - lowest)) for center in centers]


def _relax(part: Part, centers: list[float]) -> None:
    size = len(centers)
    passes = max(FEWEST_PASSES, min(MOST_PASSES, PLACE_BUDGET // size))
    real = len(part.nodes)
    pull = [1.0] * real + [POINT_PULL] * (size - real)
    offsets = _offsets(part)
    for turn in range(passes):
        forward = turn % 2 == 0
        near = part.before if forward else part.after
        if turn >= passes - 2:
            near = [[*before, *after] for before, after in zip(part.before, part.after, strict=True)]
        for layer in part.layers if forward else reversed(part.layers):
            _settle(layer, near, pull, offsets, centers)


def _offsets(part: Part) -> list[float]:
    """How far each element is from the first of its layer when all of them touch."""
    offsets = [0.0] * len(part.extents)
    for layer in part.layers:
        for one, other in pairwise(layer):
            offsets[other] = offsets[one] + part.extents[one] + part.extents[other]
    return offsets


def _settle(
    layer: list[int], near: list[list[int]], pull: list[float], offsets: list[float], centers: list[float]
) -> None:
    """Move one layer as close as it can come to where its neighbours want it."""
    # Runs of touching elements: the sum of their weights, of their weighted wishes, and how many they are.
    weights: list[float] = []
    wishes: list[float] = []
    counts: list[int] = []
    for element in layer:
        ends = near[element]
        if len(ends) == 1:
            weight = pull[element]
            wish = (centers[ends[0]] - offsets[element]) * weight
        elif ends:
            weight = pull[element] * len(ends)
            wish = sum([centers[end] for end in ends]) * pull[element] - offsets[element] * weight
        else:
            weight = IDLE_PULL
            wish = (centers[element] - offsets[element]) * weight
        count = 1
        while weights and wishes[-1] * weight >= wish * weights[-1]:
            weight += weights.pop()
            wish += wishes.pop()
            count += counts.pop()
        weights.append(weight)
        wishes.append(wish)
        counts.append(count)
    at = 0
    for weight, wish, count in zip(weights, wishes, counts, strict=True):
        start = wish / weight
        for element in layer[at : at + count]:
            centers[element] = start + offsets[element]
        at += count


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


def _snap(part: Part, centers: list[float]) -> None:
    """Take small bends out: shift each run of touching elements to where most of its edges are straight."""
    for layer in part.layers:
        runs = _runs(layer, part.extents, centers)
        for index, run in enumerate(runs):
            shift = _best_shift(part, run, centers)
            if not shift:
                continue
            first, last = run[0], run[-1]
            if index:
                above = runs[index - 1][-1]
                if centers[first] + shift - centers[above] < part.extents[first] + part.extents[above]:
                    continue
            if index + 1 < len(runs):
                below = runs[index + 1][0]
                if centers[below] - centers[last] - shift < part.extents[last] + part.extents[below]:
                    continue
            for element in run:
                centers[element] += shift


def _runs(layer: list[int], extents: list[float], centers: list[float]) -> list[list[int]]:
    runs = [[layer[0]]]
    for one, other in pairwise(layer):
        if centers[other] - centers[one] - extents[one] - extents[other] > TOUCHING:
            runs.append([other])
        else:
            runs[-1].append(other)
    return runs


def _best_shift(part: Part, run: list[int], centers: list[float]) -> float:
    """The small shift that makes most edges straight, those between points of long edges above all."""
    real = len(part.nodes)
    votes: dict[float, int] = {}
    for element in run:
        center = centers[element]
        for end in part.before[element] or part.after[element]:
            shift = centers[end] - center
            if abs(shift) <= SNAP:
                shift = round(shift, 3)
                votes[shift] = votes.get(shift, 0) + (8 if element >= real and end >= real else 1)
    if not votes:
        return 0.0
    return min(votes, key=lambda shift: (-votes[shift], abs(shift)))


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

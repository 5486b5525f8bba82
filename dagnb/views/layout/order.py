"""Order: the sequence of the elements in each layer, so that few edges cross.

Sweeps forth and back put each element at the mean or the median place of its neighbours (Eades and Wormald, "Edge
crossings in drawings of bipartite graphs", 1994); then each element is moved within its layer to where its edges
cross least ("sifting": Matuszewski, Schönfeld and Molitor, "Using sifting for k-layer straightline crossing
minimization", 1999). Both only find a low point near to where they start, so small graphs are started from several
orders: depth first, and by relaxing the whole graph like a net of springs. The best order seen is kept.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from dagnb.views.layout.layers import Part

__all__ = ["count_crossings", "order_layers"]

# Elements looked at in the sweeps of one start: a large graph takes few sweeps and a small one many.
SWEEP_BUDGET = 10_000
FEWEST_SWEEPS, MOST_SWEEPS = 4, 12
# Sweeps without a gain after which a start is given up.
PATIENCE = 3
# Elements looked at over all starts.
START_BUDGET = 600
FEWEST_STARTS, MOST_STARTS = 1, 14
# How far an element is moved within its layer: far in small graphs, to the next place in large ones.
SIFT_BUDGET = 4_000
SIFT_ROUNDS = 8

Order = list[list[int]]


def order_layers(part: Part) -> int:
    """Order the part's layers in place.

    Returns:
        How many times edges cross then.
    """
    if len(part.layers) == 1:
        return 0
    size = len(part.extents)
    best: Order = []
    fewest = -1
    starts = max(FEWEST_STARTS, min(MOST_STARTS, START_BUDGET // size))
    for _, start in zip(range(starts), _starts(part), strict=False):
        crossings, order = _improve(part, start)
        if fewest < 0 or crossings < fewest:
            fewest, best = crossings, order
        if not fewest:
            break
    part.layers[:] = best
    return fewest


def count_crossings(layers: Iterable[list[int]], after: list[list[int]], positions: list[int]) -> int:
    """Count the pairs of edges that cross, each between two neighbouring layers.

    Args:
        layers: the elements of each layer in order.
        after: each element's neighbours in the next layer.
        positions: each element's place in its layer.
    """
    crossings = 0
    for layer in layers:
        seen: list[int] = []
        for element in layer:
            targets = after[element]
            ends = [positions[target] for target in targets]
            ends.sort()
            for end in ends:
                at = bisect_right(seen, end)
                crossings += len(seen) - at
                seen.insert(at, end)
    return crossings


def _starts(part: Part) -> Iterator[Order]:
    """Orders to begin with, the most promising first."""
    forward = _depth_first(part.layers, part.after, part.before)
    if len(part.extents) * 2 > START_BUDGET:
        yield forward
        return
    backward = _depth_first(part.layers[::-1], part.before, part.after)[::-1]
    yield _relaxed(part, forward, rounds=40)
    yield _relaxed(part, backward, rounds=40)
    yield forward
    yield backward
    chance = random.Random(len(part.extents))  # noqa: S311 - the same for the same graph
    while True:
        yield _relaxed(part, [chance.sample(layer, len(layer)) for layer in forward], rounds=8)


def _depth_first(layers: Order, onward: list[list[int]], back: list[list[int]]) -> Order:
    found: Order = [[] for _ in layers]
    level = {element: index for index, layer in enumerate(layers) for element in layer}
    seen = bytearray(len(onward))
    for layer in layers:
        for start in layer:
            stack = [start]
            while stack:
                element = stack.pop()
                if seen[element]:
                    continue
                seen[element] = 1
                found[level[element]].append(element)
                stack.extend([near for near in reversed(back[element]) if not seen[near]])
                stack.extend([near for near in reversed(onward[element]) if not seen[near]])
    return found


def _relaxed(part: Part, start: Order, *, rounds: int) -> Order:
    """Let every element drift towards the mean of its neighbours, spread out anew each round, and sort by height.

    This is power iteration towards the graph's second eigenvector, which keeps apart what is loosely joined.
    """
    near = [[*before, *after] for before, after in zip(part.before, part.after, strict=True)]
    heights = [0.0] * len(near)
    for layer in start:
        for place, element in enumerate(layer):
            heights[element] = (place + 0.5) / len(layer)
    ends = sum([len(joined) for joined in near])
    for _ in range(rounds):
        drifted = [
            height + sum([heights[other] for other in joined]) / len(joined)
            for height, joined in zip(heights, near, strict=True)
        ]
        mean = sum([height * len(joined) for height, joined in zip(drifted, near, strict=True)]) / ends
        spread = max([abs(height - mean) for height in drifted]) or 1.0
        heights = [(height - mean) / spread for height in drifted]
    return [sorted(layer, key=heights.__getitem__) for layer in start]


def _improve(part: Part, start: Order) -> tuple[int, Order]:
    """Sweep and sift, and once more from what was found."""
    size = len(part.extents)
    sweeps = max(FEWEST_SWEEPS, min(MOST_SWEEPS, SWEEP_BUDGET // size))
    crossings, best = _sweeps(part, start, sweeps, shift=0)
    if not crossings:
        return 0, best
    crossings, best = _sift(part, best)
    if not crossings or size * 2 > START_BUDGET:
        return crossings, best
    again, order = _sweeps(part, best, sweeps // 3, shift=2)
    again, order = _sift(part, order)
    return (again, order) if again < crossings else (crossings, best)


def _places(part: Part, order: Order) -> list[int]:
    positions = [0] * len(part.extents)
    for layer in order:
        for place, element in enumerate(layer):
            positions[element] = place
    return positions


def _sweeps(part: Part, start: Order, sweeps: int, *, shift: int) -> tuple[int, Order]:
    order = [list(layer) for layer in start]
    positions = _places(part, order)
    best, fewest, idle = order, -1, 0
    sparing = sweeps == FEWEST_SWEEPS
    for sweep in range(shift, shift + sweeps):
        near, ordered = (part.after, order[-2::-1]) if sweep % 2 else (part.before, order[1:])
        _sweep(ordered, near, positions, median=bool(sweep & 2), turn=bool(sweep & 4))
        if sparing and not sweep % 2:
            continue
        crossings = count_crossings(order, part.after, positions)
        idle += 1
        if fewest < 0 or crossings < fewest:
            fewest, idle = crossings, 0
            best = [list(layer) for layer in order]
        if not fewest or idle > PATIENCE:
            break
    return fewest, best


def _sweep(ordered: list[list[int]], near: list[list[int]], positions: list[int], *, median: bool, turn: bool) -> None:
    """Sort each layer by where its neighbours are; an element without neighbours stays beside the one before it."""
    keys = [0.0] * len(positions)
    for layer in ordered:
        if turn:
            layer.reverse()
        last = -1.0
        for element in layer:
            ends = near[element]
            if len(ends) == 1:
                last = positions[ends[0]]
            elif ends:
                last = _middle([positions[end] for end in ends], median=median)
            keys[element] = last
        layer.sort(key=keys.__getitem__)
        for place, element in enumerate(layer):
            positions[element] = place


def _middle(places: list[int], *, median: bool) -> float:
    count = len(places)
    if not median:
        return sum(places) / count
    places.sort()
    half = count // 2
    if count % 2:
        return places[half]
    left, right = places[half - 1] - places[0], places[-1] - places[half]
    if left + right == 0:
        return (places[half - 1] + places[half]) / 2
    # The side on which the places lie closer together counts for more.
    return (places[half - 1] * right + places[half] * left) / (left + right)


def _sift(part: Part, start: Order) -> tuple[int, Order]:
    """Move elements within their layers as long as that takes crossings away."""
    order = [list(layer) for layer in start]
    positions = _places(part, order)
    reach = max(1, SIFT_BUDGET // len(positions))
    for _ in range(min(SIFT_ROUNDS, reach)):
        gained = 0
        for layer in order:
            if len(layer) > 1:
                for element in list(layer):
                    gained += _sift_one(part, layer, element, positions, reach)
        if not gained:
            break
    return count_crossings(order, part.after, positions), order


def _sift_one(part: Part, layer: list[int], element: int, positions: list[int], reach: int) -> int:
    """Move an element to the place in reach where it crosses least; return how many crossings that takes away."""
    before, after = part.before, part.after
    sources, targets = before[element], after[element]
    here = positions[element]
    most, found = 0, here
    gain = 0
    for place in range(here - 1, max(-1, here - 1 - reach), -1):
        other = layer[place]
        gain += _gain(before[other], sources, positions) + _gain(after[other], targets, positions)
        if gain > most:
            most, found = gain, place
    gain = 0
    for place in range(here + 1, min(len(layer), here + 1 + reach)):
        other = layer[place]
        gain += _gain(sources, before[other], positions) + _gain(targets, after[other], positions)
        if gain > most:
            most, found = gain, place
    if found != here:
        layer.insert(found, layer.pop(here))
        for place in range(min(here, found), max(here, found) + 1):
            positions[layer[place]] = place
    return most


def _gain(left: list[int], right: list[int], positions: list[int]) -> int:
    """How many crossings fewer there are when two neighbours with these ends are swapped."""
    gain = 0
    for one in left:
        place = positions[one]
        for other in right:
            if positions[other] < place:
                gain += 1
            elif positions[other] > place:
                gain -= 1
    return gain

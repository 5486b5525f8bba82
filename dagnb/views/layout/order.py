"""Order: the sequence of the elements in each layer, so that few edges cross.

Sweeps forth and back put each element at the mean or the median place of its neighbours (Eades and Wormald, "Edge
crossings in drawings of bipartite graphs", 1994); neighbours that cross less when swapped are swapped (Gansner et
al., "A technique for drawing directed graphs", 1993). The best order seen is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from dagnb.views.layout.layers import Part

__all__ = ["count_crossings", "order_layers"]

# How many elements may be looked at in sweeps, so that a large graph takes few sweeps and a small one many.
SWEEP_BUDGET = 9_000
MOST_SWEEPS = 24
SWAP_BUDGET = 2_500


def order_layers(part: Part) -> int:
    """Order the part's layers in place.

    Returns:
        How many times edges cross then.
    """
    if len(part.layers) < 2:
        return 0
    best: list[list[int]] = []
    fewest = -1
    for start in _starts(part):
        part.layers[:] = start
        crossings, layers = _improve(part)
        if fewest < 0 or crossings < fewest:
            fewest, best = crossings, layers
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
            if len(targets) == 1:
                ends = [positions[targets[0]]]
            else:
                ends = sorted([positions[target] for target in targets])
            for end in ends:
                at = bisect_right(seen, end)
                crossings += len(seen) - at
                seen.insert(at, end)
    return crossings


def _starts(part: Part) -> Iterable[list[list[int]]]:
    """Orders to begin with: depth first along the edges, against them, and both the other way round."""
    size = len(part.extents)
    forward = _depth_first(part.layers, part.after, part.before)
    yield [list(layer) for layer in forward]
    if size > SWEEP_BUDGET // MOST_SWEEPS:
        return
    backward = _depth_first(part.layers[::-1], part.before, part.after)[::-1]
    yield [list(layer) for layer in backward]
    yield [layer[::-1] for layer in forward]
    yield [layer[::-1] for layer in backward]


def _depth_first(
    layers: list[list[int]], onward: list[list[int]], back: list[list[int]]
) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in layers]
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


def _improve(part: Part) -> tuple[int, list[list[int]]]:
    layers, before, after = part.layers, part.before, part.after
    size = len(part.extents)
    positions = [0] * size
    for layer in layers:
        for place, element in enumerate(layer):
            positions[element] = place
    fewest = count_crossings(layers, after, positions)
    best = [list(layer) for layer in layers]
    swaps = size <= SWAP_BUDGET
    idle = 0
    for sweep in range(max(4, min(MOST_SWEEPS, SWEEP_BUDGET // size))):
        if not fewest or idle > 5:
            break
        near, ordered = (after, layers[-2::-1]) if sweep % 2 else (before, layers[1:])
        _sweep(ordered, near, positions, median=sweep % 4 > 1, turn=sweep % 8 > 3)
        if swaps and size <= 400:
            _swap(layers, before, after, positions, equal=sweep % 4 == 3)
        crossings = count_crossings(layers, after, positions)
        idle += 1
        if crossings < fewest:
            fewest, idle = crossings, 0
            best = [list(layer) for layer in layers]
    if swaps and size > 400 and fewest:
        layers[:] = best
        for layer in layers:
            for place, element in enumerate(layer):
                positions[element] = place
        _swap(layers, before, after, positions, equal=False)
        fewest = count_crossings(layers, after, positions)
        best = layers
    return fewest, best


def _sweep(
    ordered: list[list[int]], near: list[list[int]], positions: list[int], *, median: bool, turn: bool
) -> None:
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
    if not median or count == 2:
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


def _swap(
    layers: list[list[int]],
    before: list[list[int]],
    after: list[list[int]],
    positions: list[int],
    *,
    equal: bool,
) -> None:
    """Swap neighbours as long as that takes crossings away; `equal` also swaps where it changes nothing, once."""
    for _ in range(6):
        gained = 0
        for layer in layers:
            for place in range(len(layer) - 1):
                left, right = layer[place], layer[place + 1]
                gain = _gain(before[left], before[right], positions)
                gain += _gain(after[left], after[right], positions)
                if gain > 0 or (equal and gain == 0):
                    layer[place], layer[place + 1] = right, left
                    positions[right], positions[left] = place, place + 1
                    gained += gain
        equal = False
        if not gained:
            break


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

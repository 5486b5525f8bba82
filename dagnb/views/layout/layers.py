"""Layers: which column a node stands in, and the points through which a long edge passes the columns in between."""

from __future__ import annotations

from collections.abc import Sequence, Set  # noqa: PYI025
from dataclasses import dataclass

__all__ = ["Cycle", "Part", "split"]

# About as large as a pill on an edge, with a gap to the next.
PILL_WIDTH = 44.0
PILL_HEIGHT = 18.0
CARD_INSET = 5.0
# Room kept free on either side along a layer; the sum of two is the gap between neighbours.
NODE_MARGIN = 12.0
POINT_MARGIN = 9.0
# How often nodes are shifted to make edges shorter; after this hardly any still move.
SHIFTS = 3


class Cycle(Exception):
    """A message to `layout` and nobody else: the nodes of a cycle, in the order of its edges."""

    def __init__(self, nodes: list[int]) -> None:
        self.nodes = nodes
        super().__init__(nodes)


@dataclass(slots=True)
class Part:
    """A connected part of the graph, cut into layers.

    Its elements are numbers: first the nodes (`nodes[element]` is the number outside), then the points of long edges.

    Attributes:
        nodes: the numbers of the part's nodes.
        layers: the elements of each layer; their order is what `order` works on.
        before, after: the neighbours of each element in the layer before and the one after.
        extents: half the size of each element across, its margin included.
        chains: for each pair of joined nodes (numbers outside) the elements from source to target.
        shifts: for each pair how far each of its parallel edges lies beside the chain.
    """

    nodes: list[int]
    layers: list[list[int]]
    before: list[list[int]]
    after: list[list[int]]
    extents: list[float]
    chains: dict[tuple[int, int], list[int]]
    shifts: dict[tuple[int, int], list[float]]


def split(
    across: Sequence[float],
    pairs: Sequence[tuple[int, int]],
    apart: float = PILL_HEIGHT,
    first: Set[int] = frozenset(),
    last: Set[int] = frozenset(),
) -> list[Part]:
    """Cut a graph into its connected parts and these into layers.

    Args:
        across: the size of each node along its layer.
        pairs: the edges, source and target number; repeated pairs are parallel edges.
        apart: how far parallel edges lie apart, so that their pills do not cover each other, as far as the cards'
            sides are long enough.
        first, last: nodes without edges to or from them, that are to be alone in the first or the last layer of their
            part.

    Raises:
        Cycle: there is one.
    """
    copies: dict[tuple[int, int], int] = {}
    for pair in pairs:
        copies[pair] = copies.get(pair, 0) + 1
    before: list[list[int]] = [[] for _ in across]
    after: list[list[int]] = [[] for _ in across]
    for source, target in copies:
        after[source].append(target)
        before[target].append(source)
    sequence = _topological(before, after)
    ranks = _ranks(sequence, before, after)
    shifts = {
        (source, target): _spread(count, min(across[source], across[target]), apart)
        for (source, target), count in copies.items()
    }
    parts = _connected(before, after)
    if first or last:
        _pin(parts, ranks, first, last)
    return [_cut(nodes, ranks, after, across, shifts) for nodes in parts]


def _pin(parts: list[list[int]], ranks: list[int], first: Set[int], last: Set[int]) -> None:
    for nodes in parts:
        between = [ranks[node] for node in nodes if node not in first and node not in last]
        lowest, highest = min(between), max(between)
        for node in nodes:
            if node in first:
                ranks[node] = lowest - 1
            elif node in last:
                ranks[node] = highest + 1


def _topological(before: list[list[int]], after: list[list[int]]) -> list[int]:
    waiting = [len(sources) for sources in before]
    sequence = [node for node, count in enumerate(waiting) if not count]
    for node in sequence:
        for target in after[node]:
            waiting[target] -= 1
            if not waiting[target]:
                sequence.append(target)
    if len(sequence) < len(before):
        raise Cycle(_find_cycle(waiting, before))
    return sequence


def _find_cycle(waiting: list[int], before: list[list[int]]) -> list[int]:
    """Walk back from a node that was never free: among its sources one was not either."""
    node = next(node for node, count in enumerate(waiting) if count)
    walked: dict[int, int] = {}
    while node not in walked:
        walked[node] = len(walked)
        node = next(source for source in before[node] if waiting[source])
    return list(walked)[walked[node] :][::-1]


def _ranks(sequence: list[int], before: list[list[int]], after: list[list[int]]) -> list[int]:
    """Give each node a layer: the longest path to it, then shifts that make the edges shorter in sum.

    A node with as many edges out as in is carried along, since a chain only gets shorter when all of it moves.
    """
    ranks = [0] * len(before)
    for node in sequence:
        if before[node]:
            ranks[node] = max([ranks[source] for source in before[node]]) + 1
    for _ in range(SHIFTS):
        earlier = list(ranks)
        for node in reversed(sequence):
            targets = after[node]
            if targets and len(targets) >= len(before[node]):
                ranks[node] = min([ranks[target] for target in targets]) - 1
        for node in sequence:
            sources = before[node]
            if sources and len(sources) >= len(after[node]):
                ranks[node] = max([ranks[source] for source in sources]) + 1
        if ranks == earlier:
            break
    return ranks


def _connected(before: list[list[int]], after: list[list[int]]) -> list[list[int]]:
    """The connected parts, each in the order of its nodes' numbers, by their first node."""
    owner = [-1] * len(before)
    parts: list[list[int]] = []
    for start in range(len(before)):
        if owner[start] >= 0:
            continue
        part = len(parts)
        owner[start] = part
        found = [start]
        for node in found:
            for near in (*after[node], *before[node]):
                if owner[near] < 0:
                    owner[near] = part
                    found.append(near)
        parts.append(sorted(found))
    return parts


def _cut(
    nodes: list[int],
    ranks: list[int],
    targets: list[list[int]],
    across: Sequence[float],
    shifts: dict[tuple[int, int], list[float]],
) -> Part:
    lowest = min([ranks[node] for node in nodes])
    element_of = {node: element for element, node in enumerate(nodes)}
    layers: list[list[int]] = [[] for _ in range(max([ranks[node] for node in nodes]) - lowest + 1)]
    for element, node in enumerate(nodes):
        layers[ranks[node] - lowest].append(element)
    before: list[list[int]] = [[] for _ in nodes]
    after: list[list[int]] = [[] for _ in nodes]
    extents = [across[node] / 2 + NODE_MARGIN for node in nodes]
    chains: dict[tuple[int, int], list[int]] = {}
    for source in nodes:
        for target in targets[source]:
            pair = (source, target)
            extent = POINT_MARGIN - shifts[pair][0]
            last = element_of[source]
            chain = [last]
            for layer in layers[ranks[source] - lowest + 1 : ranks[target] - lowest]:
                point = len(extents)
                extents.append(extent)
                layer.append(point)
                before.append([last])
                after.append([])
                after[last].append(point)
                chain.append(point)
                last = point
            end = element_of[target]
            after[last].append(end)
            before[end].append(last)
            chain.append(end)
            chains[pair] = chain
    return Part(nodes, layers, before, after, extents, chains, {pair: shifts[pair] for pair in chains})


def _spread(count: int, side: float, apart: float) -> list[float]:
    """Places of parallel edges around nought, in whole pixels, on the side of a card of this length."""
    if count == 1:
        return [0.0]
    gap = min(apart, max(0.0, side - 2 * CARD_INSET) / (count - 1))
    return [float(round(gap * (index - (count - 1) / 2))) for index in range(count)]

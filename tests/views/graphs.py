"""Graphs for the tests of the layout and of the pictures."""

from __future__ import annotations

import json
import random

from hypothesis import strategies as st

from dagnb.contracts.records import Snapshot
from dagnb.views.layout import CARD_HEIGHT, NodeBox, layout
from dagnb.views.models import Direction, EdgeView, GraphView, NodeView
from dagnb.views.static.metrics import card_label, card_width

Pairs = list[tuple[int, int]]


def boxes(count: int) -> list[NodeBox]:
    return [NodeBox(str(number), 160.0, 46.0) for number in range(count)]


def named(pairs: Pairs) -> list[tuple[str, str]]:
    return [(str(source), str(target)) for source, target in pairs]


def _windowed(chance: random.Random, size: int, window: int, ratio: float) -> Pairs:
    found = {(chance.randrange(max(0, node - window), node), node) for node in range(1, size)}
    while len(found) < int(ratio * size):
        node = chance.randrange(1, size)
        found.add((chance.randrange(max(0, node - window), node), node))
    return sorted(found)


def _staged(chance: random.Random, size: int) -> Pairs:
    stages = max(3, size // 5)
    stage = [node * stages // size for node in range(size)]
    found: set[tuple[int, int]] = set()
    for node in range(size):
        earlier = [other for other in range(size) if stage[other] == stage[node] - 1]
        chosen = chance.sample(earlier, min(len(earlier), chance.choice((1, 1, 2, 2))))
        found.update((other, node) for other in chosen)
    return sorted(found)


def _scattered(chance: random.Random, size: int) -> Pairs:
    found: set[tuple[int, int]] = set()
    while len(found) < size:
        first, second = sorted(chance.sample(range(size), 2))
        found.add((first, second))
    return sorted(found)


def windowed(size: int, seed: int, *, window: int = 14, ratio: float = 1.37) -> Pairs:
    """A long pipeline: each node follows one of those shortly before it."""
    return _windowed(random.Random(seed), size, window, ratio)


def corpus() -> list[tuple[int, Pairs]]:
    """Forty small graphs of four habits: long pipelines, trees with short cuts, stages, loose scatterings."""
    graphs: list[tuple[int, Pairs]] = []
    for seed in range(40):
        chance = random.Random(seed)
        size = 8 + seed * 52 // 39
        if seed % 4 == 0:
            graphs.append((size, _windowed(chance, size, 6, 1.4)))
        elif seed % 4 == 1:
            graphs.append((size, _windowed(chance, size, size, 1.25)))
        elif seed % 4 == 2:
            graphs.append((size, _staged(chance, size)))
        else:
            graphs.append((size, _scattered(chance, size)))
    return [*graphs, *PIPELINES]


# What people build: load, clean, join, report; fan out and in; train and compare; a diamond; a chain.
PIPELINES: list[tuple[int, Pairs]] = [
    (13, [(1, 4), (4, 5), (2, 5), (5, 6), (3, 6), (4, 7), (0, 8), (4, 8), (6, 9), (6, 10), (10, 11), (6, 11), (11, 12),
          (7, 12), (8, 12)]),
    (12, [(0, node) for node in range(1, 11)] + [(node, 11) for node in range(1, 11)]),
    (9, [(0, 1), (1, 2), (3, 4), (4, 5), (1, 6), (4, 6), (6, 7), (7, 8)]),
    (10, [(0, 1), (1, 2), (1, 3), (1, 4), (2, 5), (3, 6), (4, 7), (5, 8), (6, 8), (7, 8), (1, 8), (8, 9), (0, 9)]),
    (4, [(0, 1), (0, 2), (1, 3), (2, 3)]),
    (8, [(node, node + 1) for node in range(7)]),
]  # fmt: skip


def graph_view(names: list[str], pairs: Pairs, *, direction: Direction = "lr", name: str = "etl") -> GraphView:
    """The view of a pipeline of functions between data frames."""
    subtitle = "function · DataFrame"
    width = card_width(names, [subtitle])
    ends = [(names[source], names[target]) for source, target in pairs]
    found = layout([NodeBox(one, width, CARD_HEIGHT) for one in names], ends, direction)
    nodes = tuple(
        NodeView(
            id=one, name=one, label=card_label(one, width), kind="function", subtitle=subtitle,
            x=found.positions[one][0], y=found.positions[one][1], width=width, height=CARD_HEIGHT,
        )
        for one in names
    )  # fmt: skip
    edges = tuple(
        EdgeView(
            id=f"{source}.result>{target}.frame{index}", source=source, output="result", target=target, input="frame",
            path=path, label_x=label[0], label_y=label[1],
        )
        for index, ((source, target), path, label) in enumerate(
            zip(ends, found.edge_paths, found.label_points, strict=True)
        )
    )  # fmt: skip
    return GraphView(
        name=name, description="", direction=direction, width=found.width, height=found.height, nodes=nodes, edges=edges
    )


@st.composite
def acyclic(draw: st.DrawFn, most: int = 14) -> tuple[int, Pairs]:
    """A graph without a cycle, its nodes in any order, with parallel edges and loose parts."""
    size = draw(st.integers(1, most))
    names = draw(st.permutations(range(size)))
    if size == 1:
        return size, []
    pair = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda ends: ends[0] != ends[1])
    pairs = draw(st.lists(pair, max_size=2 * size))
    return size, [(names[min(ends)], names[max(ends)]) for ends in pairs]


def in_composites(count: int, size: int) -> Snapshot:
    """A chain of `count` composites, each of `size` solids that follow one of those shortly before them."""
    nodes = []
    for group in range(count):
        for at in range(size):
            before = [f"part_{group}.step_{source}" for source, target in windowed(size, group) if target == at]
            sources = before or ([f"part_{group - 1}.step_{size - 1}"] if group else [])
            nodes.append(
                {
                    "name": f"part_{group}.step_{at}", "kind": "function", "badge": "function", "description": "",
                    "tags": {}, "outputs": [{"name": "result", "type": "DataFrame", "label": "DataFrame"}],
                    "inputs": [
                        {"name": f"frame_{rank}", "type": "DataFrame", "sources": [[source, "result"]]}
                        for rank, source in enumerate(sources)
                    ],
                }
            )  # fmt: skip
    composites = [{"name": f"part_{group}", "description": "", "inputs": [], "outputs": []} for group in range(count)]
    document = {"name": "large", "description": "", "nodes": nodes, "composites": composites}
    return Snapshot(snapshot_id=f"{count} of {size}", document=json.dumps(document))

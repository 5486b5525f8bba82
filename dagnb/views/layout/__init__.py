"""Where the cards and edges of a graph go: a layered layout in pure Python.

The way of a layout, one module a step: `layers` gives every node its layer and cuts long edges into a chain of
points, one a layer in between; `order` orders each layer so that few edges cross; `place` spreads a layer along its
axis; `route` draws the edges through their points; `pack` sets the parts of a disconnected graph side by side;
`nested` does all this for each group of nodes by itself.
These are the steps of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system
structures", 1981. Everything is deterministic: the same graph gives the same picture.

Inside, a graph has a *main* axis, along which the data flows, and a *cross* axis along which a layer lies: x and y
from left to right, y and x from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dagnb.views.layout.layers import PILL_HEIGHT, PILL_WIDTH, Cycle, split
from dagnb.views.layout.nested import layout_nested
from dagnb.views.layout.order import order_layers
from dagnb.views.layout.pack import pack_parts
from dagnb.views.layout.place import place_layers
from dagnb.views.layout.route import Drawn, draw
from dagnb.views.layout.shapes import CARD_HEIGHT, MARGIN, Layout, LayoutError, Nest, NodeBox

if TYPE_CHECKING:
    from dagnb.views.models import Direction

__all__ = ["CARD_HEIGHT", "MARGIN", "Layout", "LayoutError", "Nest", "NodeBox", "layout"]


def layout(
    nodes: Sequence[NodeBox],
    edges: Sequence[tuple[str, str]],
    direction: Direction = "lr",
    nest: Nest | None = None,
) -> Layout:
    """Place the cards of a graph in layers and draw its edges around them.

    Args:
        nodes: the cards, in the order in which ties are broken.
        edges: pairs of source and target id; a pair may come several times and is drawn as parallel lines.
        direction: `lr` from left to right, `tb` from top to bottom.
        nest: the groups that nodes lie in (default: none do).

    Raises:
        LayoutError: the edges form a cycle or name an unknown node, or two nodes have one id.

    >>> found = layout([NodeBox("a", 160, 46), NodeBox("b", 160, 46)], [("a", "b")])
    >>> found.positions, found.edge_paths
    ({'a': (16.0, 16.0), 'b': (232.0, 16.0)}, ('M176 39H232',))
    """
    numbers = _number(nodes)
    pairs = _pairs(numbers, edges)
    if nest is not None and nest.parents:
        return _nested(nodes, edges, direction, nest)
    turned = direction == "tb"
    along = [box.height if turned else box.width for box in nodes]
    across = [box.width if turned else box.height for box in nodes]
    try:
        parts = split(across, pairs, PILL_WIDTH if turned else PILL_HEIGHT)
    except Cycle as cycle:
        raise _cyclic([nodes[number].id for number in cycle.nodes]) from None
    drawn: list[Drawn] = []
    crossings = 0
    for part in parts:
        crossings += order_layers(part)
        drawn.append(draw(part, place_layers(part), along, across, turned=turned))
    return _assemble(nodes, edges, pairs, drawn, crossings, turned=turned)


def _nested(nodes: Sequence[NodeBox], edges: Sequence[tuple[str, str]], direction: Direction, nest: Nest) -> Layout:
    try:
        return layout_nested(nodes, edges, direction, nest)
    except Cycle as cycle:
        raise _cyclic([str(node) for node in cycle.nodes]) from None


def _cyclic(ids: list[str]) -> LayoutError:
    return LayoutError(
        "the graph has a cycle, so that it has no layers",
        got=" → ".join([*ids, ids[0]]),
        expected="edges that never lead back",
        hint="take one of these edges away",
    )


def _number(nodes: Sequence[NodeBox]) -> dict[str, int]:
    numbers = {box.id: number for number, box in enumerate(nodes)}
    if len(numbers) < len(nodes):
        seen: set[str] = set()
        twice = next(box.id for box in nodes if box.id in seen or seen.add(box.id))  # type: ignore[func-returns-value]
        raise LayoutError("two nodes have one id", got=twice, expected="an id for each node")
    return numbers


def _pairs(numbers: dict[str, int], edges: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    try:
        return [(numbers[source], numbers[target]) for source, target in edges]
    except KeyError as missing:
        raise LayoutError(
            "an edge names a node that is not in the graph", got=str(missing.args[0]), expected="the id of a node"
        ) from None


def _assemble(
    nodes: Sequence[NodeBox],
    edges: Sequence[tuple[str, str]],
    pairs: list[tuple[int, int]],
    drawn: list[Drawn],
    crossings: int,
    *,
    turned: bool,
) -> Layout:
    corners, width, height = pack_parts([(one.width, one.height) for one in drawn], turned=turned)
    places: list[tuple[float, float]] = [(0.0, 0.0)] * len(nodes)
    paths = [""] * len(edges)
    labels: list[tuple[float, float]] = [(0.0, 0.0)] * len(edges)
    copies: dict[tuple[int, int], list[int]] = {}
    for index, pair in enumerate(pairs):
        copies.setdefault(pair, []).append(index)
    for one, (left, top) in zip(drawn, corners, strict=True):
        x, y = left + MARGIN, top + MARGIN
        for number, (node_x, node_y) in one.corners.items():
            places[number] = (node_x + x, node_y + y)
        for pair, lines in one.lines.items():
            for index, (points, label) in zip(copies[pair], lines, strict=True):
                paths[index] = one.path(points, x, y)
                labels[index] = one.label(label, x, y)
    return Layout(
        positions={box.id: place for box, place in zip(nodes, places, strict=True)},
        edge_paths=tuple(paths),
        label_points=tuple(labels),
        width=width + 2 * MARGIN,
        height=height + 2 * MARGIN,
        crossings=crossings,
    )

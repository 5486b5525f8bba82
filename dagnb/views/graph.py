"""The graph of a pipeline, from its snapshot: so that it can be drawn when the definitions are gone."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from dagnb.contracts.records import Snapshot
from dagnb.views.format import plural
from dagnb.views.layout import CARD_HEIGHT, Layout, Nest, NodeBox, layout
from dagnb.views.models import (
    Direction,
    EdgeView,
    GraphView,
    GroupView,
    NodeView,
    PartView,
    PortView,
    SolidDetails,
    SolidKind,
)
from dagnb.views.static.metrics import card_label, card_width, elide
from dagnb.views.structure import LeafEdge, Structure, structure_of

_KEPT = 32
_graphs: OrderedDict[tuple[str, Direction, frozenset[str]], GraphView] = OrderedDict()
_lock = Lock()
# Room in the head of a box for what stands beside its name: how many it holds, and how it stands.
_HEAD_ROOM = 96.0
# The strokes of an edge that fans out or in: how far they reach along it and beside it.
_FAN_LONG, _FAN_WIDE = 9, 5


def graph_of(snapshot: Snapshot, direction: Direction = "lr", opened: Iterable[str] | None = None) -> GraphView:
    """Return the snapshot's graph with positions; the newest 32 are kept.

    Args:
        snapshot: the pipeline as a document.
        direction: from left to right, or from top to bottom.
        opened: the handles of the composites to open (default: all in a pipeline of up to 40 solids, else none);
            handles that are no composites are passed over.
    """
    structure = structure_of(snapshot)
    is_open = structure.opened if opened is None else frozenset(opened).intersection(structure.composites)
    key = (snapshot.snapshot_id, direction, is_open)
    with _lock:
        found = _graphs.get(key)
        if found is not None:
            _graphs.move_to_end(key)
            return found
    made = _Drawing(structure, direction, is_open).graph()
    with _lock:
        _graphs[key] = made
        while len(_graphs) > _KEPT:
            _graphs.popitem(last=False)
    return made


def _kind(node: Mapping[str, Any]) -> SolidKind:
    kind = node["kind"]
    return kind if kind in ("function", "notebook", "cell", "composite") else "function"


def _subtitle(node: Mapping[str, Any]) -> str:
    labels = list(dict.fromkeys(output["label"] for output in node["outputs"]))
    shown = labels[0] if len(labels) == 1 else f"{len(node['outputs'])} outputs" if labels else "no output"
    return f"{node['badge']} · {shown}"


class _Drawing:
    """One picture of a pipeline: some composites open, the others cards."""

    def __init__(self, structure: Structure, direction: Direction, opened: frozenset[str]) -> None:
        self._structure = structure
        self._direction: Direction = direction
        self._opened = opened
        self._shown_as = structure.shown_as(opened)
        self._ids = list(dict.fromkeys(self._shown_as.values()))
        self._subtitles = {each: self._subtitle(each) for each in self._ids}
        self._names = {each: structure.local_name(each) for each in self._ids}
        self._width = card_width(self._names.values(), self._subtitles.values())
        self._edges = self._seen()

    def _subtitle(self, shown: str) -> str:
        node = self._structure.nodes.get(shown)
        return _subtitle(node) if node is not None else plural(len(self._structure.children[shown]), "solid")

    def _seen(self) -> dict[LeafEdge, tuple[str, str]]:
        """The edges that are drawn, with their ends; inside a closed composite there are none."""
        found: dict[LeafEdge, tuple[str, str]] = {}
        merged: set[tuple[str, str, str, str]] = set()
        for edge in self._structure.edges:
            source, target = self._shown_as[edge.source], self._shown_as[edge.target]
            if source == target:
                continue
            if (source, target) != (edge.source, edge.target):
                place = (edge.source, edge.output, target, edge.fan)
                if place in merged:
                    continue
                merged.add(place)
            found[edge] = (source, target)
        return found

    def graph(self) -> GraphView:
        boxes = [NodeBox(each, self._width, CARD_HEIGHT) for each in self._ids]
        outputs = tuple(f"{edge.source}.{edge.output}" for edge in self._edges)
        placed = layout(boxes, list(self._edges.values()), self._direction, Nest(self._parents(), outputs))
        return GraphView(
            name=self._structure.name,
            description=self._structure.description,
            direction=self._direction,
            width=placed.width,
            height=placed.height,
            nodes=tuple(self._node(each, placed) for each in self._ids),
            edges=tuple(self._edge_views(placed)),
            groups=tuple(self._group(each, placed) for each in self._structure.composites),
        )

    def _parents(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in self._ids:
            inner = each
            for outer in self._structure.around(each):
                found[inner] = outer
                inner = outer
        return found

    def _node(self, shown: str, placed: Layout) -> NodeView:
        node = self._structure.nodes.get(shown)
        x, y = placed.positions[shown]
        return NodeView(
            id=shown,
            name=self._names[shown],
            label=card_label(self._names[shown], self._width),
            kind="composite" if node is None else _kind(node),
            subtitle=self._subtitles[shown],
            x=x,
            y=y,
            width=self._width,
            height=CARD_HEIGHT,
            description=(self._structure.composites[shown] if node is None else node)["description"],
            parent=self._structure.parent(shown),
            is_mapped=shown in self._structure.scopes,
        )

    def _group(self, composite: str, placed: Layout) -> GroupView:
        name = self._structure.local_name(composite)
        is_open = composite in self._opened
        is_card = composite in placed.positions
        x, y, width, height = placed.boxes.get(composite) or (
            (*placed.positions[composite], self._width, CARD_HEIGHT) if is_card else (0.0, 0.0, 0.0, 0.0)
        )
        return GroupView(
            id=composite,
            name=name,
            label=elide(name, max(40.0, width - _HEAD_ROOM)),
            count=len(self._structure.children[composite]),
            is_open=is_open,
            x=x,
            y=y,
            width=width,
            height=height,
            parent=self._structure.parent(composite),
            description=self._structure.composites[composite]["description"],
            solids=self._structure.inside[composite] if is_card else (),
        )

    def _edge_views(self, placed: Layout) -> Iterable[EdgeView]:
        for (edge, (source, target)), path, point in zip(
            self._edges.items(), placed.edge_paths, placed.label_points, strict=True
        ):
            yield EdgeView(
                id=edge.id,
                source=source,
                output=edge.output,
                target=target,
                input=edge.input,
                path=path + _fan_strokes(edge, path, self._direction),
                label_x=point[0],
                label_y=point[1],
            )


_START = re.compile(r"M(-?\d+) (-?\d+)")
_NUMBER = re.compile(r"-?\d+")


def _fan_strokes(edge: LeafEdge, path: str, direction: Direction) -> str:
    """Return two strokes more, at the end where the values part or at the one where they come together."""
    if not edge.fan:
        return ""
    start = _START.match(path)
    if edge.fan == "collect" and start is not None:
        x, y, sign = int(start[1]), int(start[2]), 1
    else:
        (x, y), sign = _end(path), -1
    long, wide = _FAN_LONG * sign, _FAN_WIDE
    if direction == "lr":
        return "".join(f"M{x} {y + side}L{x + long} {y}" for side in (-wide, wide))
    return "".join(f"M{x + side} {y}L{x} {y + long}" for side in (-wide, wide))


def _end(path: str) -> tuple[int, int]:
    """Return where a path of M, H, V and C commands ends."""
    x = y = 0
    for command, text in re.findall(r"([MHVC])([-\d ]+)", path):
        values = [int(each) for each in _NUMBER.findall(text)]
        if command == "H":
            x = values[-1]
        elif command == "V":
            y = values[-1]
        else:
            x, y = values[-2:]
    return x, y


def declared(structure: Structure, handle: str) -> SolidDetails:
    """Return the panel of a solid or composite as it is declared."""
    node = structure.nodes.get(handle)
    return declared_details(node) if node is not None else _declared_composite(structure, handle)


def _declared_composite(structure: Structure, handle: str) -> SolidDetails:
    document = structure.composites[handle]
    children = structure.children[handle]
    return SolidDetails(
        id=handle,
        name=handle,
        kind="composite",
        subtitle=f"composite · {plural(len(children), 'solid')}",
        description=document["description"],
        inputs=tuple(PortView(name=each["name"], type=each["type"]) for each in document["inputs"]),
        outputs=tuple(PortView(name=each["name"], type=each["type"]) for each in document["outputs"]),
        schema=document["schema"],
        tags=tuple(f"{key}: {value}" for key, value in document["tags"].items()),
        parts=tuple(PartView(id=child, label=structure.local_name(child)) for child in children),
    )


def declared_details(node: Mapping[str, Any]) -> SolidDetails:
    """Return a solid's panel as it is declared, from its part of the snapshot."""
    return SolidDetails(
        id=node["name"],
        name=node["name"],
        kind=_kind(node),
        subtitle=_subtitle(node),
        description=node["description"],
        inputs=tuple(
            PortView(name=each["name"], type=each["type"], description=each["description"], note=_input_note(each))
            for each in node["inputs"]
        ),
        outputs=tuple(
            PortView(
                name=each["name"],
                type=each["type"],
                description=each["description"],
                note=_output_note(each),
            )
            for each in node["outputs"]
        ),
        schema=node["schema"],
        resources=tuple(node["resources"]),
        tags=tuple(f"{key}: {value}" for key, value in node["tags"].items()),
        source=node["source"],
    )


def _input_note(each: Mapping[str, Any]) -> str:
    sources = [source if output == "result" else f"{source} › {output}" for source, output in each["sources"]]
    if sources:
        return f"from {', '.join(sources)}"
    return "has a default" if each["has_default"] else "from config"


def _output_note(each: Mapping[str, Any]) -> str:
    words = ["dynamic"] if each.get("is_dynamic") else []
    return ", ".join(words if each["is_required"] else [*words, "optional"])

"""The graph of a pipeline, from its snapshot: so that it can be drawn when the definitions are gone."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from dagnb.contracts.records import Snapshot
from dagnb.views.layout import CARD_HEIGHT, NodeBox, layout
from dagnb.views.models import Direction, EdgeView, GraphView, NodeView, PortView, SolidDetails, SolidKind
from dagnb.views.static.metrics import card_label, card_width

_KEPT = 32
_graphs: OrderedDict[tuple[str, Direction], GraphView] = OrderedDict()
_lock = Lock()


def graph_of(snapshot: Snapshot, direction: Direction = "lr") -> GraphView:
    """Return the snapshot's graph with positions; the newest 32 are kept.

    Args:
        snapshot: the pipeline as a document.
        direction: from left to right, or from top to bottom.
    """
    key = (snapshot.snapshot_id, direction)
    with _lock:
        found = _graphs.get(key)
        if found is not None:
            _graphs.move_to_end(key)
            return found
    made = _draw(json.loads(snapshot.document), direction)
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


def _edges(nodes: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [
        (source, output, node["name"], each["name"])
        for node in nodes
        for each in node["inputs"]
        for source, output in each["sources"]
    ]


def _draw(document: Mapping[str, Any], direction: Direction) -> GraphView:
    nodes = document["nodes"]
    subtitles = {node["name"]: _subtitle(node) for node in nodes}
    width = card_width((node["name"] for node in nodes), subtitles.values())
    edges = _edges(nodes)
    placed = layout(
        [NodeBox(node["name"], width, CARD_HEIGHT) for node in nodes],
        [(source, target) for source, _, target, _ in edges],
        direction,
    )
    return GraphView(
        name=document["name"],
        description=document["description"],
        direction=direction,
        width=placed.width,
        height=placed.height,
        nodes=tuple(
            NodeView(
                id=node["name"],
                name=node["name"],
                label=card_label(node["name"], width),
                kind=_kind(node),
                subtitle=subtitles[node["name"]],
                x=placed.positions[node["name"]][0],
                y=placed.positions[node["name"]][1],
                width=width,
                height=CARD_HEIGHT,
                description=node["description"],
            )
            for node in nodes
        ),
        edges=tuple(
            EdgeView(
                id=edge_id(*edge),
                source=edge[0],
                output=edge[1],
                target=edge[2],
                input=edge[3],
                path=path,
                label_x=point[0],
                label_y=point[1],
            )
            for edge, path, point in zip(edges, placed.edge_paths, placed.label_points, strict=True)
        ),
    )


def edge_id(source: str, output: str, target: str, input_name: str) -> str:
    """Return what names an edge: names hold no such characters.

    >>> edge_id("load", "result", "fit", "frame")
    'load.result>fit.frame'
    """
    return f"{source}.{output}>{target}.{input_name}"


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
                note="" if each["is_required"] else "optional",
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

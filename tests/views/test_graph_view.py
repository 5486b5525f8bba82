"""The graph of a pipeline as it is shown, from its snapshot alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dagnb import InputDefinition, Nothing, Output, OutputDefinition, lambda_solid, solid
from dagnb.contracts.records import Snapshot
from dagnb.definitions import compose_pipeline
from dagnb.planning.snapshot import snapshot_of
from dagnb.views.graph import declared_details, graph_of
from dagnb.views.structure import LeafEdge


@solid(output_defs=[OutputDefinition(int, "low"), OutputDefinition(str, "high", is_required=False)])
def split() -> Iterator[Output]:
    """Split it."""
    yield Output(1, "low")


@lambda_solid
def double(number: int, by: int = 2) -> int:
    return number * by


@lambda_solid
def total(numbers: list[int]) -> int:
    return sum(numbers)


@solid(output_defs=[], tags={"kind": "sql"}, input_defs=[InputDefinition("start", Nothing)])
def end() -> None: ...


def body() -> None:
    parts = split()
    end(start=total([parts.low, double(parts.low)]))


def snapshot() -> Snapshot:
    return snapshot_of(compose_pipeline(body, name="p", description="What it is"))


def test_cards_say_what_a_solid_is() -> None:
    graph = graph_of(snapshot())
    assert (graph.name, graph.description, graph.direction) == ("p", "What it is", "lr")
    assert [(node.id, node.kind, node.subtitle) for node in graph.nodes] == [
        ("split", "function", "function · 2 outputs"),
        ("double", "function", "function · int"),
        ("total", "function", "function · int"),
        ("end", "function", "sql · no output"),
    ]
    assert all(node.x >= 0 and node.x + node.width <= graph.width for node in graph.nodes)
    assert all(node.y >= 0 and node.y + node.height <= graph.height for node in graph.nodes)


def test_every_dependency_has_an_edge_of_its_own() -> None:
    graph = graph_of(snapshot())
    assert [(edge.source, edge.output, edge.target, edge.input) for edge in graph.edges] == [
        ("split", "low", "double", "number"),
        ("split", "low", "total", "numbers"),
        ("double", "result", "total", "numbers"),
        ("total", "result", "end", "start"),
    ]
    assert len({edge.id for edge in graph.edges}) == 4
    assert graph.edges[0].id == LeafEdge("split", "low", "double", "number").id


def test_data_runs_in_the_chosen_direction() -> None:
    for direction in ("lr", "tb"):
        graph = graph_of(snapshot(), direction)
        place = {node.id: (node.x if direction == "lr" else node.y) for node in graph.nodes}
        assert all(place[edge.source] < place[edge.target] for edge in graph.edges)


def test_a_graph_is_drawn_once() -> None:
    kept = snapshot()
    assert graph_of(kept) is graph_of(kept)
    assert graph_of(kept) is not graph_of(kept, "tb")


def test_a_declared_panel_says_where_inputs_come_from() -> None:
    nodes = {node["name"]: node for node in json.loads(snapshot().document)["nodes"]}
    panel = declared_details(nodes["double"])
    assert [(port.name, port.type, port.note) for port in panel.inputs] == [
        ("number", "int", "from split › low"),
        ("by", "int", "has a default"),
    ]
    assert [port.note for port in declared_details(nodes["split"]).outputs] == ["", "optional"]
    assert declared_details(nodes["total"]).inputs[0].note == "from split › low, double"
    assert declared_details(nodes["end"]).tags == ("kind: sql",)
    assert declared_details(nodes["split"]).source.startswith("@solid(")


def test_an_empty_pipeline_has_an_empty_graph() -> None:
    graph = graph_of(snapshot_of(compose_pipeline(lambda: None, name="p")))
    assert (graph.nodes, graph.edges) == ((), ())

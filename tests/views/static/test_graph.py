"""The static graph: what is in it, what is never in it, and that it survives any text."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.views.models import EdgeState, GraphView, NodeState, RunHeader
from dagnb.views.static.palette import STATUS_WORDS, Theme
from dagnb.views.static.svg import graph_svg
from tests.views.graphs import graph_view, windowed
from tests.views.static.samples import ATTACKS, EDGE_STATES, GRAPH, RUN, STATES

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "g", "title", "rect", "path", "text", "circle"}
ATTRIBUTES = {
    "id", "width", "height", "viewBox", "role", "x", "y", "rx", "r", "cx", "cy", "d", "fill", "stroke", "stroke-width",
    "stroke-dasharray", "transform", "font-family", "font-size", "font-weight", "text-anchor",
}  # fmt: skip


def parse(svg: str) -> ET.Element:
    root = ET.fromstring(svg)  # noqa: S314  our own picture
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
    return root


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def titles(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}title")]


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_a_run_shows_each_solid_with_its_status_in_words(theme: Theme) -> None:
    root = parse(graph_svg(GRAPH, STATES, EDGE_STATES, RUN, theme=theme))
    words = titles(root)
    assert words[0] == "longitudinal is running: 6 of 9 solids, 1 failed"
    for node in GRAPH.nodes:
        status = STATUS_WORDS[STATES[node.id].status if node.id in STATES else "waiting"]
        assert any(word.startswith(f"{node.name}: {status}") for word in words)
    shown = texts(root)
    assert {"1.2 s", "340 ms", "7 / 12", "× cell 3", "skipped", "cancelled", "337k", "20k ▼22%"} <= set(shown)
    assert {"● running", "6 of 9", "1 failed"} <= set(shown)
    assert "its code changed" in "".join(words)
    assert "336,776 rows" in words


def test_what_has_not_started_is_dashed_and_only_in_a_run() -> None:
    assert graph_svg(GRAPH, STATES, run=RUN).count("stroke-dasharray") == 3
    assert "stroke-dasharray" not in graph_svg(GRAPH)


def test_progress_is_drawn_as_far_as_it_went() -> None:
    def progress(done: int) -> float:
        state = NodeState(id="build_model", status="running", done=done, total=10)
        found = re.search(r'h([\d.]+)" stroke="#[0-9a-f]+" stroke-width="2"', graph_svg(GRAPH, {"build_model": state}))
        assert found
        return float(found[1])

    assert progress(0) == 0
    assert progress(5) * 2 == pytest.approx(progress(10))
    assert progress(99) == progress(10)


def test_the_marker_is_the_pictures_id() -> None:
    assert parse(graph_svg(GRAPH, marker="dagnb-0f3a")).get("id") == "dagnb-0f3a"
    assert parse(graph_svg(GRAPH)).get("id") is None


def test_edges_that_lost_rows_are_red_and_the_others_share_one_path() -> None:
    root = parse(graph_svg(GRAPH, STATES, EDGE_STATES, RUN))
    drawn = [element.get("d") or "" for element in root.iter(f"{SVG}path") if element.get("stroke-width") == "1.5"]
    assert len(drawn) == 2
    assert drawn[1] == GRAPH.edges[5].path
    assert drawn[0].count("M") == len(GRAPH.edges) - 1


@given(st.text(min_size=1) | st.sampled_from(ATTACKS), st.text() | st.sampled_from(ATTACKS))
@settings(max_examples=150, deadline=None)
def test_any_text_leaves_a_well_formed_picture(name: str, other: str) -> None:
    node = replace(GRAPH.nodes[0], id="n", name=name, label=name, subtitle=other)
    edge = replace(GRAPH.edges[0], source="n", target="n", output=other)
    graph = replace(GRAPH, name=name, nodes=(node,), edges=(edge,))
    state = {"n": NodeState(id="n", status="failure", note=other, stale=name)}
    run = replace(RUN, summary=other)
    parse(graph_svg(graph, state, {edge.id: EdgeState(id=edge.id, label=other, title=name)}, run, marker=name))


def test_no_solids_say_what_to_do_next() -> None:
    empty = GraphView(name="etl", description="", direction="lr", width=32, height=32, nodes=(), edges=())
    assert "No solids yet: call a solid in the body of @pipeline." in texts(parse(graph_svg(empty)))


@pytest.mark.parametrize(
    ("state", "words"),
    [("success", "● succeeded 4.3 s"), ("failure", "● failed 4.3 s"), ("canceled", "● cancelled 4.3 s")],
)
def test_the_header_says_how_a_run_ended(state: str, words: str) -> None:
    run: RunHeader = replace(RUN, state=state, ended=RUN.started + 4.3 if RUN.started else None)  # type: ignore[arg-type]
    assert words in texts(parse(graph_svg(GRAPH, STATES, run=run)))


def test_a_thousand_solids_take_half_a_kilobyte_each() -> None:
    graph = graph_view([f"solid_{number}" for number in range(1000)], windowed(1000, seed=1))
    states = {node.id: NodeState(id=node.id, status="success", note="1.2 s") for node in graph.nodes}
    assert len(graph_svg(graph, states)) < 550_000

"""Composites and mapped solids in a run, as they are shown: at every moment, whole, in parts, in text and picture."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb import (
    DynamicOutput,
    DynamicOutputDefinition,
    RetryRequested,
    composite_solid,
    failure_hook,
    lambda_solid,
    solid,
    success_hook,
)
from dagnb.contracts.records import Snapshot
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.events.fold import RunFold
from dagnb.events.records import EventRecord, RunCanceled, StepSucceeded
from dagnb.instance import Instance
from dagnb.planning.snapshot import snapshot_of
from dagnb.views.graph import graph_of
from dagnb.views.models import GraphView, NodeState, RunFrame
from dagnb.views.requests import parse_request
from dagnb.views.service import ViewService
from dagnb.views.static.gantt import gantt_rows
from dagnb.views.static.html import details_html, report_html
from dagnb.views.static.svg import graph_svg
from dagnb.views.static.text import graph_text
from dagnb.views.structure import structure_of
from tests.views.runs import Told

KEYS = ("jfk", "lga", "ewr")


@solid(output_defs=[DynamicOutputDefinition(pd.DataFrame)])
def airports() -> Iterator[Any]:
    for number, key in enumerate(KEYS, 1):
        yield DynamicOutput(pd.DataFrame({"a": range(number)}), mapping_key=key)


@solid(output_defs=[DynamicOutputDefinition(int)])
def years(frame: pd.DataFrame) -> Iterator[Any]:
    for year in range(len(frame) - 1):
        yield DynamicOutput(year, mapping_key=str(2013 + year))


@lambda_solid
def fit(number: int) -> float:
    if number:
        raise ValueError("too late a year")
    return 0.5


@lambda_solid
def rows(frame: pd.DataFrame) -> int:
    return len(frame)


@lambda_solid
def best(numbers: list[Any]) -> int:
    return len(numbers)


@composite_solid
def model(number: int) -> Any:
    """A year's model."""
    return fit(number)


@composite_solid
def by_airport(frame: pd.DataFrame) -> Any:
    """All of an airport."""
    years(frame).map(model)
    return rows(frame)


@composite_solid
def everything() -> Any:
    return best(airports().map(by_airport).collect())


def body() -> None:
    everything()


FIT = "everything.by_airport.model.fit"


@pytest.fixture
def told(instance: Instance) -> Told:
    return Told(body, instance)


def tally(fold: RunFold, handle: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, step in fold.steps.items():
        if key.split("[", 1)[0] == handle:
            found[step.status] = found.get(step.status, 0) + 1
    return found


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_every_moment_a_card_is_what_its_steps_come_to(told: Told, data: st.DataObject) -> None:
    upto = data.draw(st.integers(0, len(told.events)))
    view = told.view(upto)
    states = view.states()
    fold = RunFold.of(told.events[:upto])
    structure = structure_of(told.snapshot)
    for handle in structure.nodes:
        state, steps = states[handle], tally(fold, handle)
        assert ("running" in steps) <= (state.status == "running")
        if state.status in ("success", "failure", "skipped"):
            assert not steps.keys() & {"waiting", "running"}, "an end is told once"
            assert (state.status == "failure") == ("failure" in steps)
        if state.status == "waiting":
            assert steps.keys() <= {"waiting"}
        if handle in structure.scopes and steps:
            assert state.count == sum(steps.values())
        if state.done is not None and handle in structure.scopes:
            assert state.done <= (state.total or 0)
            assert state.note.startswith(f"{state.done} / {state.total}")
    for composite, inside in structure.inside.items():
        statuses = {states[handle].status for handle in inside}
        if "running" in statuses:
            assert states[composite].status == "running"
        if states[composite].status in ("success", "failure", "skipped"):
            assert statuses <= {"success", "failure", "skipped"}
            assert (states[composite].status == "failure") == ("failure" in statuses)


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_frames_add_up_to_the_whole(told: Told, data: st.DataObject) -> None:
    view = told.view()
    page: dict[str, NodeState] = {}
    edges: dict[str, Any] = {}
    seq = -1

    def take(frame: RunFrame | None) -> None:
        nonlocal seq
        if frame is not None:
            seq = frame.seq
            page.update({state.id: state for state in frame.nodes})
            edges.update({state.id: state for state in frame.edges})

    take(view.frame(-1))
    rest = list(told.events)
    while rest:
        size = data.draw(st.integers(1, 12))
        view.take(rest[:size])
        del rest[:size]
        take(view.frame(seq))
        assert page == view.states()
    assert edges == view.edge_states()


def test_a_finished_run_counts_steps_and_says_how_each_solid_went(told: Told) -> None:
    view = told.view(len(told.events))
    states = view.states()
    assert [states[name].count for name in ("everything.airports", "everything.by_airport.years", FIT)] == [None, 3, 3]
    assert (states[FIT].status, states[FIT].note, states[FIT].failed) == ("failure", "1 of 3 failed", 1)
    assert states["everything"].status == "failure"
    assert states["everything.by_airport"].note == "1 of 9 failed"
    header = view.header()
    assert (header.done, header.total, header.failed) == (11, 11, 1)
    assert header.summary.startswith("p failed: 10 of 11 steps succeeded, 1 failed")


def test_edges_sum_over_the_values(told: Told) -> None:
    edges = told.view(len(told.events)).edge_states()
    dynamic = edges["everything.airports.result>everything.by_airport.rows.frame"]
    assert dynamic.label == "6"
    assert dynamic.title.startswith("6 rows in 3 values from everything.airports")
    assert edges["everything.by_airport.rows.result>everything.best.numbers"].label == "× 3"


def test_a_mapped_solids_panel_lists_its_steps_and_each_has_its_own(told: Told) -> None:
    view = told.view(len(told.events))
    panel = view.details(FIT)
    assert [part.status for part in panel.parts] == ["failure", "success", "success"]
    first = panel.parts[0]
    assert (first.id, first.label) == (f"{FIT}[ewr][2014]", "ewr › 2014")
    assert first.summary == "ValueError: too late a year"
    assert panel.parts[1].summary == "0.5"
    step = view.details(first.id)
    assert step.error is not None
    assert (step.name, step.status) == (first.id, "failure")
    values = view.details("everything.airports").output_values
    assert [value.name for value in values] == ["result[jfk]", "result[lga]", "result[ewr]"]
    with pytest.raises(DagnbNotFoundError):
        view.details(f"{FIT}[jfk][1999]")
    page = details_html(panel)
    assert "ewr › 2014" in page
    assert "too late a year" in page


def test_a_composites_panel_leads_to_what_it_is_made_of(told: Told) -> None:
    panel = told.view(len(told.events)).details("everything.by_airport")
    assert (panel.kind, panel.subtitle, panel.description) == (
        "composite",
        "composite · 3 solids",
        "All of an airport.",
    )
    assert {part.label for part in panel.parts} == {"years", "model", "rows"}
    assert "everything.by_airport.model" in {part.id for part in panel.parts}


@lambda_solid
def count(numbers: list[Any]) -> int:
    return len(numbers)


@solid(output_defs=[DynamicOutputDefinition(int)])
def nothing() -> Iterator[Any]:
    yield from ()


@solid(output_defs=[DynamicOutputDefinition(int)])
def broken() -> Iterator[Any]:
    yield DynamicOutput(1, mapping_key="one")
    raise ValueError("no")


def test_a_solid_mapped_over_nothing_is_skipped_and_one_behind_a_failure_too(instance: Instance) -> None:
    def mapped() -> None:
        nothing().map(fit.alias("a"))
        broken().map(fit.alias("b"))

    view = (told := Told(mapped, instance)).view(len(told.events))
    states = view.states()
    assert (states["a"].status, states["a"].note, states["a"].count) == ("skipped", "no values", 0)
    assert (states["b"].status, states["b"].count) == ("skipped", None)
    assert view.edge_states()["nothing.result>a.number"].label == "× 0"
    assert "broken.result>b.number" not in view.edge_states() or view.details("broken").status == "failure"


def test_mapped_solids_wait_until_their_values_are_known_and_end_with_a_canceled_run(told: Told) -> None:
    begun = told.after("StepStarted")
    view = told.view(begun)
    assert view.states()[FIT] == NodeState(id=FIT, status="waiting")
    end = EventRecord(run_id=told.run.run_id, seq=begun + 1, at=told.events[0].at, event=RunCanceled())
    view.take([end])
    assert view.states()[FIT].status == "canceled"
    assert view.states()["everything"].status == "canceled"


def test_between_two_steps_a_mapped_solid_runs_on(told: Told) -> None:
    handle = "everything.by_airport.rows"
    ends = [each.seq for each in told.events if isinstance(each.event, StepSucceeded) and handle in str(each.step_key)]
    state = told.view(ends[0]).states()[handle]
    assert (state.status, state.note, state.done, state.total) == ("running", "1 / 3", 1, 3)


def test_a_part_of_a_pipeline_leaves_out_the_mapped_solids_that_it_does_not_run(instance: Instance) -> None:
    told = Told(body, instance, solid_selection="everything.airports")
    assert list(told.view(len(told.events)).states()) == ["everything.airports", "everything"]


def cards(graph: GraphView) -> list[str]:
    return [node.id for node in graph.nodes]


def test_composites_are_closed_in_a_large_pipeline_and_open_in_a_small_one() -> None:
    @composite_solid
    def many() -> None:
        for number in range(41):
            nothing.alias(f"n{number}")()

    small, large = (
        snapshot_of(compose_pipeline(body, name="p")),
        snapshot_of(compose_pipeline(lambda: [many()], name="q")),
    )
    assert all(group.is_open for group in graph_of(small).groups)
    graph = graph_of(large)
    assert cards(graph) == ["many"]
    assert (graph.nodes[0].kind, graph.nodes[0].subtitle) == ("composite", "41 solids")
    assert len(graph.groups[0].solids) == 41
    assert len(cards(graph_of(large, "lr", ["many"]))) == 41


def test_composites_open_one_by_one() -> None:
    snapshot = snapshot_of(compose_pipeline(body, name="p"))
    assert cards(graph_of(snapshot, "lr", [])) == ["everything"]
    graph = graph_of(snapshot, "lr", ["everything", "everything.by_airport.model", "no such"])
    assert cards(graph) == ["everything.airports", "everything.by_airport", "everything.best"]
    by_id = {group.id: group for group in graph.groups}
    assert by_id["everything.by_airport.model"].is_open
    assert by_id["everything.by_airport.model"].width == 0, "it lies in a closed one"
    assert {node.parent for node in graph.nodes} == {"everything"}
    assert [node.name for node in graph.nodes] == ["airports", "by_airport", "best"]
    assert len(graph.edges) == 2, "an output has one edge to a closed composite"
    assert graph_of(snapshot, "lr", ["everything"]) is graph_of(snapshot, "lr", ("everything",))


def test_edges_that_fan_have_two_strokes_more() -> None:
    snapshot = snapshot_of(compose_pipeline(body, name="p"))
    for direction in ("lr", "tb"):
        paths = {edge.id: edge.path for edge in graph_of(snapshot, direction).edges}
        assert paths["everything.airports.result>everything.by_airport.years.frame"].count("M") == 3
        assert paths["everything.by_airport.rows.result>everything.best.numbers"].count("M") == 3
    fans = {edge.id: edge.fan for edge in structure_of(snapshot).edges}
    assert sorted(fans.values()) == ["collect", "map", "map", "map"]


def test_a_snapshot_from_before_there_were_composites_still_opens() -> None:
    document = {
        "version": 1,
        "name": "old",
        "description": "",
        "nodes": [
            {
                "name": name, "solid": name, "kind": "function", "badge": "function", "description": "",
                "inputs": [{"name": "x", "type": "int", "description": "", "has_default": False, "sources": sources}],
                "outputs": [
                    {"name": "result", "type": "int", "label": "int", "description": "", "is_required": True}
                ],
                "schema": "", "resources": [], "tags": {}, "code_version": None, "source": "",
            }
            for name, sources in (("a", []), ("b", [["a", "result"]]))
        ],
    }  # fmt: skip
    graph = graph_of(Snapshot(snapshot_id="old", document=json.dumps(document)))
    assert (cards(graph), graph.groups, len(graph.edges)) == (["a", "b"], (), 1)


def test_static_forms_tell_the_same(told: Told) -> None:
    view = told.view(len(told.events))
    states, header = view.states(), view.header()
    graph = view.graph_in("lr", ["everything", "everything.by_airport"])
    text = graph_text(graph, states, header)
    assert "× failed     everything.by_airport.model" in text
    assert "× 3 · " in text
    picture = graph_svg(graph, states, view.edge_states(), run=header)
    ET.fromstring(picture)  # noqa: S314  our own
    assert "everything.by_airport: composite of 3 solids, failed, 1 of 9 failed" in picture
    assert "everything.by_airport.model: failed, 1 of 3 failed" in picture
    assert {row.label for row in gantt_rows(graph, states)} == set(cards(graph))
    closed = view.graph_in("tb", [])
    report = report_html(closed, header, states, view.all_details(), edge_states=view.edge_states())
    assert f'id="solid-{FIT}"' in report, "the report has a section for each solid, also of closed composites"


def test_hooks_and_retries_are_in_the_log(instance: Instance) -> None:
    tries: list[int] = []

    @solid
    def flaky() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise RetryRequested
        return 1

    @success_hook
    def tell(_context: Any) -> None: ...

    @success_hook
    def stumble(_context: Any) -> None:
        raise OSError("no line")

    @failure_hook
    def never(_context: Any) -> None: ...

    told = Told(lambda: [flaky.with_hooks({tell, stumble, never})()], instance)
    log = "\n".join(told.view(len(told.events)).details("flaky").log)
    assert "retry try 1 failed" in log
    assert "hook tell ran" in log
    assert "hook stumble failed: OSError: no line" in log
    assert "never" not in log


def test_the_page_says_which_composites_are_open(instance: Instance) -> None:
    definition = compose_pipeline(body, name="p")
    service = ViewService(instance, pipeline=lambda: definition)
    graph = service({"method": "layout", "direction": "tb", "open": ["everything"]})
    assert cards(graph) == ["everything.airports", "everything.by_airport", "everything.best"]
    assert service({"method": "solid", "solid": "everything.by_airport"}).kind == "composite"
    for wrong in ("everything", [1], {"a": 1}):
        with pytest.raises(DagnbInvariantViolationError, match="open"):
            parse_request({"method": "layout", "direction": "tb", "open": wrong})

"""A run as it is shown: frames of what changed, panels, pills on edges, the time that is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Failure,
    ModeDefinition,
    Output,
    Pipeline,
    RetryRequested,
    lambda_solid,
    resource,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbNotFoundError
from dagnb.events.records import ErrorInfo, EventRecord, NotebookExecuted, RunCanceled, RunFailed, StepProgressed
from dagnb.instance import Instance
from dagnb.views.models import EdgeState, NodeState, RunFrame, SolidDetails
from dagnb.views.service import ViewService
from dagnb.views.static.graph import state_pills
from dagnb.views.static.text import graph_text
from tests.views.runs import Told


@solid(config_schema={"rows": int})
def load(context: Any) -> pd.DataFrame:
    """Load it."""
    return pd.DataFrame({"a": range(context.solid_config["rows"]), "b": 1})


@lambda_solid
def clean(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["a"] >= 4].assign(c=1)


@lambda_solid
def count(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.groupby("b", as_index=False)[["a"]].count()


@solid
def write(context: Any, frame: pd.DataFrame) -> Iterator[Any]:
    context.log.info("writing", rows=len(frame))
    yield AssetMaterialization("a.b", "written", [EventMetadataEntry.int(len(frame), "rows")])
    yield ExpectationResult(False, "rows", "more than 100")
    yield Output(len(frame))


@solid
def broken(frame: pd.DataFrame) -> int:
    raise Failure("too few rows", [EventMetadataEntry.int(len(frame), "rows")])


@lambda_solid
def after(number: int) -> int:
    return number


def body() -> None:
    frame = clean(load())
    write(count(frame))
    after(broken(frame))


CONFIG = {"solids": {"load": {"config": {"rows": 10}}}}


@pytest.fixture
def told(instance: Instance) -> Told:
    return Told(body, instance, run_config=CONFIG)


def test_before_the_first_event_everything_waits(told: Told) -> None:
    view = told.view()
    assert view.frame(0) is None
    frame = view.frame(-1)
    assert frame is not None
    assert (frame.seq, frame.run.state, frame.run.done, frame.run.total) == (0, "queued", 0, 6)
    assert {node.status for node in frame.nodes} == {"waiting"}
    assert frame.details == ()


class Page:
    """A page: keeps the newest state of everything that frames tell."""

    def __init__(self) -> None:
        self.seq = -1
        self.nodes: dict[str, NodeState] = {}
        self.edges: dict[str, EdgeState] = {}
        self.details: dict[str, SolidDetails] = {}
        self.frame: RunFrame | None = None

    def take(self, frame: RunFrame | None) -> None:
        if frame is None:
            return
        assert frame.seq > self.seq
        self.seq = frame.seq
        self.frame = frame
        self.nodes.update({node.id: node for node in frame.nodes})
        self.edges.update({edge.id: edge for edge in frame.edges})
        self.details.update({each.id: each for each in frame.details})


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_frames_of_any_lengths_add_up_to_the_whole(told: Told, data: st.DataObject) -> None:
    view, page = told.view(), Page()
    page.take(view.frame(-1))
    rest = list(told.events)
    while rest:
        size = data.draw(st.integers(1, 7))
        view.take(rest[:size])
        del rest[:size]
        if data.draw(st.booleans()):
            page.take(view.frame(page.seq))
            assert page.nodes == view.states(), "what a page knows differs from how the run stands"
    page.take(view.frame(page.seq))
    assert view.frame(page.seq) is None
    assert page.nodes == view.states()
    assert page.edges == view.edge_states()
    assert page.details == {each.id: each for each in view.all_details()}
    assert page.frame is not None
    assert page.frame.run == view.header()


def test_only_what_changed_is_told(told: Told) -> None:
    seq = told.after("StepSucceeded", "load")
    view = told.view(seq)
    view.take(told.events[seq : told.after("StepSucceeded", "clean")])
    frame = view.frame(seq)
    assert frame is not None
    assert [node.id for node in frame.nodes] == ["clean"]
    assert [each.id for each in frame.details] == ["clean"]


def test_events_that_come_twice_or_late_change_nothing(told: Told) -> None:
    once, twice = told.view(len(told.events)), told.view(len(told.events))
    twice.take(told.events)
    twice.take(told.events[:3])
    assert twice.frame(-1) == once.frame(-1)


def test_steps_that_ended_have_their_panels_in_the_frame(told: Told) -> None:
    seq = told.after("StepSucceeded", "load")
    frame = told.view(seq).frame(-1)
    assert frame is not None
    (panel,) = frame.details
    assert (panel.id, panel.status, panel.description) == ("load", "success", "Load it.")
    assert panel.config == "rows: 10\n"
    (value,) = panel.output_values
    assert "10" in value.summary
    assert value.table is not None
    assert value.table.rows[0] == ("0", "1")
    assert value.schema is not None
    assert value.schema.rows[0][0] == "a"


def test_the_edge_of_a_step_that_lost_rows_says_so(told: Told) -> None:
    edges = told.view(len(told.events)).edge_states()
    by_ends = {tuple(key.split(">")): state for key, state in edges.items()}
    kept = by_ends["load.result", "clean.frame"]
    assert (kept.label, kept.tone) == ("10", "plain")
    lost = by_ends["clean.result", "count.frame"]
    assert (lost.label, lost.tone) == ("6 ▼40%", "failure")
    assert "clean lost 40% of its rows" in lost.title
    grouped = by_ends["count.result", "write.frame"]
    assert (grouped.label, grouped.tone) == ("1", "plain")
    assert ("broken.result", "after.number") not in by_ends


def test_a_failed_step_shows_its_error_with_metadata(told: Told) -> None:
    view = told.view(len(told.events))
    panel = view.details("broken")
    assert panel.error is not None
    assert (panel.status, panel.note, panel.error.title, panel.error.message) == (
        "failure",
        "failed",
        "Failure",
        "too few rows",
    )
    assert [(entry.label, entry.text) for entry in panel.error.entries] == [("rows", "6")]
    assert "raise Failure" in panel.error.traceback
    assert view.details("after").note == "skipped"
    assert view.header().state == "failure"
    assert "1 failed" in view.header().summary


def test_a_panel_has_what_the_step_wrote_expected_and_said(told: Told) -> None:
    panel = told.view(len(told.events)).details("write")
    assert [(each.asset, each.description) for each in panel.materializations] == [("a.b", "written")]
    assert panel.materialization_table is not None
    assert panel.materialization_table.rows == (("a.b", "1"),)
    assert [(each.label, each.success, each.description) for each in panel.expectations] == [
        ("rows", False, "more than 100")
    ]
    assert panel.log[0].endswith("info writing rows=1")
    assert panel.input_values[0].source == "count"


def test_a_solid_that_was_not_selected_can_still_be_looked_at(instance: Instance) -> None:
    told = Told(body, instance, run_config=CONFIG, solid_selection="load")
    view = told.view(len(told.events))
    assert list(view.states()) == ["load"]
    assert view.header().total == 1
    assert view.details("write").status == "waiting"
    assert len(view.all_details()) == 6


def test_an_unknown_solid_brings_the_nearest(told: Told) -> None:
    with pytest.raises(DagnbNotFoundError, match="did you mean clean"):
        told.view().details("claen")


def test_the_time_left_comes_from_earlier_runs(told: Told) -> None:
    moment = told.events[0].at.timestamp()
    now = [moment]
    typical = {"load": 4.0, "clean": 2.0, "write": 3.0, "gone": 100.0}
    begun = told.after("StepStarted", "clean")
    view = told.view(begun, typical=typical, now=lambda: now[0])
    started = view.states()["clean"].started
    assert started is not None
    now[0] = started + 0.5
    assert view.header().remaining == pytest.approx(1.5 + 3.0)
    now[0] = started + 60
    assert view.header().remaining == pytest.approx(3.0), "a step that takes longer has nothing left, not less"
    assert told.view(0, typical=typical).header().remaining is None
    assert told.view(begun).header().remaining is None
    assert told.view(len(told.events), typical=typical).header().remaining is None


def told_further(told: Told, upto: int, *events: tuple[str | None, Any]) -> Any:
    view = told.view(upto)
    at = told.events[upto - 1].at
    view.take(
        EventRecord(run_id=told.run.run_id, seq=upto + number, at=at, step_key=step, event=event)
        for number, (step, event) in enumerate(events, 1)
    )
    return view


def test_progress_is_a_count_and_what_runs_now(told: Told) -> None:
    upto = told.after("StepStarted", "clean")
    view = told_further(told, upto, ("clean", StepProgressed(done=3, total=12, text="x = 1", unit="cell")))
    state = view.states()["clean"]
    assert (state.status, state.note, state.done, state.total) == ("running", "3 / 12", 3, 12)
    assert view.details("clean").now == "x = 1"
    counted = told_further(told, upto, ("clean", StepProgressed(done=1500)))
    assert counted.states()["clean"].note.replace("\u202f", "").replace(",", "") == "1500"


def test_an_executed_notebook_can_be_opened(told: Told) -> None:
    upto = told.after("StepStarted", "clean")
    view = told_further(told, upto, ("clean", NotebookExecuted(path="/x/clean.ipynb", cells=4, failed_cell=3)))
    assert view.details("clean").notebook == "/x/clean.ipynb"


def test_a_lost_run_says_so_at_the_step_that_ran(told: Told) -> None:
    upto = told.after("StepStarted", "clean")
    error = ErrorInfo(cls_name="RunLost", message="the run was lost: its process ended")
    view = told_further(told, upto, (None, RunFailed(error=error)))
    panel = view.details("clean")
    assert panel.status == "failure"
    assert panel.error is not None
    assert panel.error.message.startswith("the run was lost")
    assert view.details("count").status == "waiting"
    header = view.header()
    assert header.error is not None
    assert (header.state, header.error.title) == ("failure", "RunLost")


def test_a_resource_that_fails_before_any_step_is_the_runs_own_error(instance: Instance) -> None:
    @resource
    def database(_context: Any) -> int:
        raise ConnectionRefusedError("nobody listens on port 5432")

    @solid(required_resource_keys={"database"})
    def read(_context: Any) -> int:
        raise AssertionError("it has no resource")

    made = Pipeline(
        compose_pipeline(lambda: [read()], name="p", mode_defs=[ModeDefinition("dev", {"database": database})])
    )
    run = made.run(instance=instance, raise_on_error=False)
    view = ViewService(instance).run_view(run.run_id)
    header = view.header()
    assert header.error is not None
    assert "nobody listens on port 5432" in header.error.message
    assert (header.state, header.done, header.failed) == ("failure", 0, 0)
    assert "nobody listens on port 5432" in graph_text(view.graph, view.states(), header)


def test_a_step_that_waits_for_its_next_try_says_which(instance: Instance) -> None:
    tries: list[int] = []

    @solid
    def flaky() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise RetryRequested
        return 1

    told = Told(lambda: [flaky()], instance)
    state = told.view(told.after("StepRetried")).states()["flaky"]
    assert (state.status, state.note) == ("waiting", "try 2")
    assert told.view(len(told.events)).states()["flaky"].status == "success"


def test_a_cancelled_solid_is_not_counted_as_done(instance: Instance) -> None:
    def body() -> None:
        clean(load())

    told = Told(body, instance, run_config={"solids": {"load": {"config": {"rows": 8}}}})
    first = told.after("StepSucceeded", "load")
    view = told.view(first)
    end = EventRecord(run_id=told.run.run_id, seq=first + 1, at=told.events[first].at, event=RunCanceled())
    view.take([end])
    header = view.header()
    assert (header.done, header.total) == (1, 2)
    assert header.summary.startswith("p was cancelled: 1 of 2 solids succeeded, 1 cancelled")
    assert ("1 of 2", "muted") in state_pills(view.graph, header)

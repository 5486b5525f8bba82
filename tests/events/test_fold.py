"""Status is a function of the events: any prefix folds to a legal state, refolding gives the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from dagnb.contracts.records import RunStatus
from dagnb.events.fold import RunFold
from dagnb.events.keys import AssetKey
from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    EventRecord,
    MessageLogged,
    RunCanceled,
    RunFailed,
    RunStarted,
    RunSucceeded,
    StepFailed,
    StepProgressed,
    StepRetried,
    StepSkipped,
    StepStarted,
    StepSucceeded,
    UnrecognizedEvent,
)
from tests.events.strategies import any_event, numbered

STEPS = ("a", "b", "c")
_ERROR = ErrorInfo(cls_name="ValueError", message="no rows")
_RUN_EVENTS = (RunStarted, RunSucceeded, RunFailed, RunCanceled)


@st.composite
def histories(draw: st.DrawFn) -> list[EventRecord]:
    """Return what a run may tell: its steps in any interleaving, tried once or more, cut off anywhere."""
    streams: list[list[tuple[str | None, Any]]] = []
    for step in STEPS:
        events: list[tuple[str | None, Any]] = []
        fate: str = draw(st.sampled_from(["success", "failure", "skipped", "retried", "never"]))
        match fate:
            case "success":
                events = [(step, StepStarted()), (step, StepProgressed(done=1)), (step, StepSucceeded(seconds=1.0))]
            case "failure":
                events = [(step, StepStarted()), (step, StepFailed(error=_ERROR, seconds=1.0))]
            case "skipped":
                events = [(step, StepSkipped(reason="a failed"))]
            case "retried":
                events = [
                    (step, StepStarted()),
                    (step, StepRetried(attempt=1, seconds_to_wait=0.0)),
                    (step, StepStarted(attempt=2)),
                    (step, StepSucceeded(seconds=1.0)),
                ]
        streams.append(events)
    told: list[tuple[str | None, Any]] = [(None, RunStarted(mode="default", step_keys=STEPS))]
    while any(streams):
        stream = draw(st.sampled_from([each for each in streams if each]))
        told.append(stream.pop(0))
    failed = tuple(step for step, event in told if isinstance(event, StepFailed) and step)
    end: Any = draw(st.sampled_from([RunCanceled(), RunFailed(failed_steps=failed, error=None if failed else _ERROR)]))
    told.append((None, end if failed or bool(draw(st.booleans())) else RunSucceeded()))
    return numbered(told)


def check_legal(fold: RunFold) -> None:
    assert list(fold.steps)[:3] == list(STEPS)[: len(fold.steps)] or fold.started is None
    statuses = {step.status for step in fold.steps.values()}
    if fold.is_terminal:
        assert fold.ended is not None
        assert "running" not in statuses
        if fold.status == "canceled":
            assert "waiting" not in statuses
    else:
        assert fold.ended is None
        assert "canceled" not in statuses
    for step in fold.steps.values():
        if step.status == "running":
            assert step.started is not None
        if step.status in ("success", "skipped"):
            assert step.ended is not None
        assert (step.skip_reason is not None) == (step.status == "skipped")
    RunStatus(fold.status)


@given(histories())
def test_every_prefix_of_a_run_folds_to_a_legal_state(history: list[EventRecord]) -> None:
    fold = RunFold()
    before = "queued"
    for count, record in enumerate(history, 1):
        fold.apply(record)
        check_legal(fold)
        assert fold == RunFold.of(history[:count]), "folding one by one differs from folding anew"
        assert (before, fold.status) != ("started", "queued")
        before = fold.status
    assert fold.is_terminal


@given(histories(), st.lists(st.integers(0, 30), max_size=6))
def test_events_that_come_twice_change_nothing(history: list[EventRecord], again: list[int]) -> None:
    fold = RunFold.of(history)
    for index in again:
        fold.apply(history[index % len(history)])
    assert fold == RunFold.of(history)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.none() | st.sampled_from(STEPS), any_event), max_size=12))
def test_no_stream_of_events_breaks_the_fold(told: list[tuple[str | None, Any]]) -> None:
    records = numbered(told)
    fold = RunFold()
    ended = False
    for record in records:
        fold.apply(record)
        assert not ended or fold.is_terminal, "an end was taken back"
        ended = fold.is_terminal
        RunStatus(fold.status)
    assert fold == RunFold.of(records)
    assert fold.seq == len(records)


@settings(max_examples=30)
@given(histories(), st.lists(st.tuples(st.none() | st.sampled_from(STEPS), any_event), max_size=5))
def test_nothing_that_comes_after_the_end_changes_how_it_ended(
    history: list[EventRecord], late: list[tuple[str | None, Any]]
) -> None:
    fold = RunFold.of(history)
    status, ended = fold.status, fold.ended
    statuses = {key: step.status for key, step in fold.steps.items()}
    for record in numbered([(None, UnrecognizedEvent(name="x", payload="{}"))] * len(history) + late)[len(history) :]:
        fold.apply(record)
    assert (fold.status, fold.ended) == (status, ended)
    assert {key: step.status for key, step in fold.steps.items() if key in statuses} == statuses


def test_a_run_that_is_cut_off_marks_what_ran() -> None:
    told: list[tuple[str | None, Any]] = [
        (None, RunStarted(mode="default", step_keys=STEPS)),
        ("a", StepStarted()),
        (None, RunFailed(error=_ERROR)),
    ]
    lost = RunFold.of(numbered(told))
    assert [step.status for step in lost.steps.values()] == ["failure", "waiting", "waiting"]
    canceled = RunFold.of(numbered([*told[:2], (None, RunCanceled())]))
    assert [step.status for step in canceled.steps.values()] == ["canceled", "canceled", "canceled"]
    assert (lost.status, lost.error) == ("failure", _ERROR)


def test_the_newest_lines_of_a_step_are_kept() -> None:
    told: list[tuple[str | None, Any]] = [("a", MessageLogged(level="info", message=str(n))) for n in range(500)]
    lines = RunFold.of(numbered(told)).steps["a"].lines
    assert [record.seq for record in lines] == list(range(301, 501))


def test_what_a_step_wrote_is_kept_with_when_it_did() -> None:
    fold = RunFold.of(numbered([("a", AssetMaterialized(asset_key=AssetKey("x")))]))
    assert fold.steps["a"].materializations[0].seq == 1

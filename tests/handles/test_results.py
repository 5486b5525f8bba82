"""What a person gets from a run: values, frames, summaries, and errors that say where to look."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dagnb
from dagnb import Output, OutputDefinition, lambda_solid, pipeline, solid
from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbNotFoundError, DagnbStepError, DagnbValueError
from dagnb.events.records import StepSucceeded
from dagnb.handles.running import executed
from dagnb.instance import Instance
from tests.handles.solids import make_report


def test_values_of_every_step_are_at_hand(instance: Instance) -> None:
    run = make_report().run(instance=instance)
    assert list(run["load"].value["delay"]) == [0, 1, 2]
    assert run["delays"].value == 1.0
    assert run["headline"].value == "1.0 min"
    assert run.output_for_solid("headline") == "1.0 min"
    assert run.result_for_solid("headline").output_value() == "1.0 min"
    assert [step.key for step in run] == ["load", "delays", "headline"]
    assert len(run) == 3
    assert "load" in run
    assert "lod" not in run


def test_a_run_says_what_it_is(instance: Instance) -> None:
    run = make_report().run(instance=instance)
    assert (run.success, run.status, run.pipeline_name, run.mode) == (True, RunStatus.SUCCESS, "report", "dev")
    assert run.tags == {"team": "data"}
    assert run.run_config == {}
    assert run.started is not None
    assert run.ended is not None
    assert run.started.tzinfo is UTC
    assert run.seconds == (run.ended - run.started).total_seconds()
    assert run.error is None
    assert repr(run) == f"<run {run.run_id[:8]} of report: success>"
    assert repr(run["load"]).startswith("<load: success in ")
    assert "3" in run.summary


def test_materializations_are_a_frame_with_metadata_as_columns(instance: Instance) -> None:
    frame = make_report().run(instance=instance).materializations
    assert list(frame.columns) == [
        "asset",
        "at",
        "step",
        "rows",
        "origin",
        "mean",
        "description",
        "partition",
        "run_id",
    ]
    assert list(frame["asset"]) == ["flights.raw", "flights.delay"]
    assert list(frame["step"]) == ["load", "delays"]
    assert str(frame["at"].dtype).startswith("datetime64")
    assert frame["rows"].iloc[0] == 3
    assert frame["rows"].dtype == "Int64", "a count stays a whole number beside rows that have none"
    assert frame["mean"].iloc[1] == 0.5


def test_steps_and_events_are_frames(instance: Instance) -> None:
    run = make_report().run(instance=instance)
    steps = run.steps
    assert list(steps["step"]) == ["load", "delays", "headline"]
    assert set(steps["status"]) == {"success"}
    assert steps["rows"].iloc[0] == 3
    assert (steps["seconds"] >= 0).all()
    events = run.events
    assert list(events["seq"]) == list(range(1, len(events) + 1))
    assert events["kind"].iloc[0] == "RunStarted"
    assert set(events.columns) == {"seq", "at", "kind", "step", "message", "event"}
    by_kind = dict(zip(events["kind"], events["message"], strict=True))
    assert by_kind["MessageLogged"] == "loaded"
    assert by_kind["ExpectationChecked"] == "no negative delay: as expected"
    assert by_kind["AssetMaterialized"] == "flights.delay"
    assert any(isinstance(event, StepSucceeded) for event in events["event"])
    assert set(run["load"].events["step"]) == {"load"}
    assert run["load"].outputs["rows"].tolist() == [3]
    assert run["load"].materializations["asset"].tolist() == ["flights.raw"]


def test_unknown_names_bring_the_nearest(instance: Instance) -> None:
    run = make_report().run(instance=instance)
    with pytest.raises(DagnbNotFoundError, match="did you mean load") as caught:
        run["laod"]
    assert f"run {run.run_id[:8]}" in str(caught.value)
    with pytest.raises(DagnbNotFoundError, match="no output named resutl"):
        run["load"].output_value("resutl")
    with pytest.raises(LookupError):
        run.result_for_solid("x")


def test_a_run_is_found_by_the_beginning_of_its_id(instance: Instance) -> None:
    report = make_report()
    run = report.run(instance=instance)
    assert dagnb.run(run.run_id[:8], instance=instance).run_id == run.run_id
    last = report.last_run
    assert last is not None
    assert last.run_id == run.run_id
    with pytest.raises(DagnbNotFoundError, match="no run named zzz"):
        dagnb.run("zzz", instance=instance)
    with pytest.raises(DagnbNotFoundError):
        dagnb.run("", instance=instance)


def test_runs_are_a_frame(instance: Instance) -> None:
    report = make_report()
    first = report.run(instance=instance, tags={"day": "monday"})
    second = report.run(instance=instance, mode="prod")
    frame = dagnb.runs(instance=instance)
    assert list(frame["run_id"]) == [second.run_id, first.run_id]
    assert list(frame["mode"]) == ["prod", "dev"]
    assert frame["tags"].iloc[1] == {"team": "data", "day": "monday"}
    assert list(dagnb.runs(tags={"day": "monday"}, instance=instance)["run_id"]) == [first.run_id]
    assert list(dagnb.runs("report", status="success", limit=1, instance=instance)["run_id"]) == [second.run_id]
    assert dagnb.runs("other", instance=instance).empty
    assert list(dagnb.runs("other", instance=instance).columns) == list(frame.columns)
    with pytest.raises(DagnbNotFoundError, match="did you mean failure"):
        dagnb.runs(status="failur", instance=instance)


@solid
def broken() -> int:
    raise ValueError("no rows")


@pipeline
def failing() -> None:
    broken()


def test_a_failed_run_holds_the_exception_itself(instance: Instance) -> None:
    run = failing.run(instance=instance, raise_on_error=False)
    assert isinstance(run.error, ValueError)
    assert run["broken"].error is run.error
    assert run.error.__traceback__ is not None
    assert run.steps["error"].tolist() == ["ValueError: no rows"]
    with pytest.raises(DagnbNotFoundError, match="broken, which failed") as caught:
        _ = run["broken"].value
    assert "no rows" in str(caught.value)


def test_a_failed_run_of_another_day_holds_the_text_of_the_traceback(instance: Instance) -> None:
    run = failing.run(instance=instance, raise_on_error=False)
    executed_here = executed(run.run_id)
    assert executed_here is not None
    object.__setattr__(executed_here, "errors", {})  # as in another process
    error = dagnb.run(run.run_id, instance=instance).error
    assert isinstance(error, DagnbStepError)
    assert "ValueError: no rows" in str(error)
    assert any("raise ValueError" in note for note in error.__notes__)


def test_a_value_that_was_in_memory_only_says_so_when_it_is_gone(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, persist=False)])
    def quick() -> int:
        return 5

    @pipeline
    def short() -> None:
        quick()

    run = short.run(instance=instance)
    assert run["quick"].value == 5
    here = executed(run.run_id)
    assert here is not None
    object.__setattr__(here, "values", {})  # as in another process
    with pytest.raises(DagnbValueError, match="kept in memory only") as caught:
        _ = run["quick"].value
    assert "run the pipeline again" in str(caught.value)


def test_only_the_newest_runs_stay_in_memory(instance: Instance) -> None:
    @lambda_solid
    def one() -> int:
        return 1

    @pipeline
    def short() -> None:
        one()

    runs = [short.run(instance=instance) for _ in range(12)]
    assert sum(executed(run.run_id) is not None for run in runs) <= 8
    assert [run["one"].value for run in runs] == [1] * 12


def test_a_step_of_several_outputs_has_a_value_for_each(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, "low"), OutputDefinition(int, "high")])
    def split() -> Any:
        yield Output(1, "low")
        yield Output(9, "high")

    step = dagnb.execute_solid(split, instance=instance)
    assert step.output_values == {"low": 1, "high": 9}
    assert step["low"] == 1


def test_as_python_runs_it_again(instance: Instance) -> None:
    report = make_report()
    config = {"solids": {"load": {"config": {"rows": 2}}}}
    run = report.run(config, mode="prod", solid_selection="*delays", tags={"a": "b"}, instance=instance)
    text = run.as_python()
    assert text.startswith("report.run({'solids': {'load': {'config': {'rows': 2}}}}, mode='prod'")
    again: Any = eval(f"{text[:-1]}, instance=instance)", {"report": report, "instance": instance})  # noqa: S307  # it is Python
    assert again.run_config == run.run_config
    assert [step.key for step in again] == [step.key for step in run]
    assert (again.mode, again.tags) == (run.mode, run.tags)


def test_diff_says_what_changed_since_the_last_success(instance: Instance) -> None:
    report = make_report()
    with pytest.raises(DagnbNotFoundError, match="no earlier success of the pipeline named report"):
        report.run(instance=instance).diff()
    before = report.last_run
    assert before is not None
    now = report.run({"solids": {"load": {"config": {"rows": 2}}}}, instance=instance)
    frame = now.diff()
    told = {(row.what, row.step): (row.before, row.now) for row in frame.itertuples()}
    assert told["config solids › load › config › rows", ""] == (None, 2)
    assert told["rows of result", "load"] == (3, 2)
    assert told["flights.raw › rows", "load"] == (3, 2)
    assert ("status", "load") not in told
    assert now.diff(before).equals(frame)
    assert now.diff(before.run_id[:8]).equals(frame)
    assert now.diff(now).empty


def test_to_html_is_one_page_without_script(instance: Instance, tmp_path: Path) -> None:
    run = make_report().run(instance=instance)
    page = run.to_html(tmp_path / "run.html")
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == page
    assert "headline" in page
    assert "flights.raw" in page
    assert "<script" not in page.lower()


def test_a_step_shows_itself(instance: Instance) -> None:
    bundle = make_report().run(instance=instance)["load"]._repr_mimebundle_()
    assert "flights.raw" in bundle["text/html"]
    assert bundle["text/plain"].startswith("<load: success")


def test_values_come_back_as_they_were(instance: Instance) -> None:
    values: list[Any] = [pd.DataFrame({"a": [1]}), np.arange(3), {"a": [1, None]}, "text", b"bytes", None, 3.5, {1, 2}]

    @solid
    def give(context: Any) -> Any:
        return values[int(context.get_tag("index"))]

    for index, value in enumerate(values):
        run_id = dagnb.execute_solid(give, tags={"index": str(index)}, instance=instance)._run.run_id
        back = dagnb.run(run_id, instance=instance)["give"].value
        assert type(back) is type(value)
        assert back.equals(value) if isinstance(value, pd.DataFrame) else np.all(back == value)

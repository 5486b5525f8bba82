"""Runs and assets whose stored parts are damaged: one clear sentence for what is lost, and the rest as ever."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dagnb
from dagnb import AssetMaterialization, EventMetadataEntry, Output, Pipeline, Run, lambda_solid, pipeline, solid
from dagnb.errors import DagnbInstanceError, DagnbValueError
from dagnb.handles import running
from dagnb.instance import Instance
from dagnb.storage.damage import DamageWarning
from dagnb.views.service import ViewService

JUNK = ("junk", b"\x00\xff\x01", "", "[1,2]", '{"nodes": 3}', '{"_":"AssetMaterialized"}')


@solid
def load() -> Iterator[Any]:
    yield AssetMaterialization("raw", metadata_entries=[EventMetadataEntry.int(3, "rows")])
    yield Output("x" * 5_000)


@lambda_solid
def measure(text: str) -> int:
    return len(text)


@pytest.fixture
def measured() -> Pipeline:
    @pipeline
    def measured() -> None:
        measure(load())

    return measured


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run_id(measured: Pipeline, home: Path) -> str:
    with Instance.at(home) as instance:
        made = measured.run(instance=instance)
    running._executed.pop(made.run_id)
    return made.run_id


def damage(home: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(home / "dagnb.db")
    with connection:
        assert connection.execute(statement, values).rowcount > 0
    connection.close()


def reread(home: Path, run_id: str) -> tuple[Instance, Run]:
    instance = Instance.at(home)
    return instance, dagnb.run(run_id, instance=instance)


@pytest.mark.parametrize("junk", JUNK)
def test_a_damaged_snapshot_costs_the_graph_only(junk: object, home: Path, run_id: str) -> None:
    damage(home, "UPDATE snapshots SET document = ?", junk)
    instance, run = reread(home, run_id)
    with instance:
        assert (run.status, run["measure"].value, len(run.materializations)) == ("success", 5_000, 1)
        assert run.summary.startswith("measured succeeded: 2 of 2 solids")
        frame = ViewService(instance).since(run_id, -1)
        assert frame is not None
        assert frame.run.error is not None
        for part in (run_id[:8], run._record.snapshot_id[:8], "backup", "run the pipeline again"):
            assert part in frame.run.error.message
        page = run.to_html()
        assert "the stored snapshot of the pipeline cannot be read" in page
        assert "measure" in page


def test_a_snapshot_that_is_no_text_at_all_or_gone(home: Path, run_id: str) -> None:
    for statement in ("UPDATE snapshots SET document = CAST(x'ff' AS TEXT)", "DELETE FROM snapshots"):
        damage(home, statement)
        instance, run = reread(home, run_id)
        with instance:
            assert "the stored snapshot of the pipeline cannot be read" in run.to_html()


def test_running_again_mends_the_snapshot(home: Path, run_id: str, measured: Pipeline) -> None:
    damage(home, "UPDATE snapshots SET document = 'junk'")
    instance, run = reread(home, run_id)
    with instance:
        measured.run(instance=instance)
        header = ViewService(instance).run_view(run_id).header()
        assert header.error is None
        assert run.to_html().count("cannot be read") == 0


@pytest.mark.parametrize("junk", ["junk", "", b"\x00", "[1]"])
def test_a_damaged_run_config_is_named_where_it_is_asked_for(junk: object, home: Path, run_id: str) -> None:
    damage(home, "UPDATE runs SET run_config = ?", junk)
    instance, run = reread(home, run_id)
    with instance:
        for ask in (lambda: run.run_config, run.as_python, lambda: run.diff(run)):
            with pytest.raises(DagnbValueError, match=f"(?s)run config is damaged.*{run_id[:8]}.*backup"):
                ask()
        assert run.success
        assert "run config is damaged" in run.to_html()


KINDS = (
    "RunStarted", "StepStarted", "InputLoaded", "OutputProduced", "AssetMaterialized", "StepSucceeded", "RunSucceeded"
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("junk", JUNK)
def test_a_damaged_event_costs_what_it_told(kind: str, junk: object, home: Path, run_id: str) -> None:
    damage(home, "UPDATE events SET payload = ? WHERE kind = ?", junk, kind)
    instance, run = reread(home, run_id)
    with instance, pytest.warns(DamageWarning, match=f"run {run_id[:8]}.*of kind {kind}, is damaged.*backup"):
        look_at_all_but(kind, instance, run)


def look_at_all_but(kind: str, instance: Instance, run: Run) -> None:
    assert run.status == "success"
    assert {step.key: step.status for step in run} == {"load": "success", "measure": "success"}
    events = run.events
    assert list(events["seq"]) == list(range(1, len(events) + 1))
    assert len(dagnb.runs(instance=instance)) == 1
    assert list(dagnb.asset("raw", instance=instance).history["step"]) == ["load"]
    assert len(dagnb.assets(instance=instance)) == 1
    assert ViewService(instance).asset("raw").count == 1
    assert "load" in run.to_html()
    if kind == "OutputProduced":
        with pytest.raises(DagnbValueError, match=f"(?s){run.run_id[:8]} › measure › result.*is damaged"):
            _ = run["measure"].value
    else:
        assert run["measure"].value == 5_000


def test_a_damaged_event_does_not_keep_the_pipeline_from_running(home: Path, run_id: str, measured: Pipeline) -> None:
    damage(home, "UPDATE events SET payload = 'junk'")
    with Instance.at(home) as instance:
        assert instance.runs.step_timings("measured") == []
        assert measured.run(instance=instance).success
        assert len(instance.runs.step_timings("measured")) == 2


@pytest.mark.parametrize(("column", "junk"), [("status", "?"), ("tags", "{"), ("created_at", "x"), ("step_keys", 3)])
def test_a_damaged_row_hides_one_run(column: str, junk: object, home: Path, run_id: str, measured: Pipeline) -> None:
    damage(home, f"UPDATE runs SET {column} = ?", junk)  # noqa: S608
    with Instance.at(home) as instance:
        with pytest.raises(DagnbInstanceError, match=f"(?s)record of a run is damaged.*{run_id}.*backup"):
            dagnb.run(run_id, instance=instance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DamageWarning)
            good = measured.run(instance=instance)
        with pytest.warns(DamageWarning, match=f"(?s)left out.*{run_id}"):
            assert list(dagnb.runs(instance=instance)["run_id"]) == [good.run_id]


@pytest.mark.parametrize("what", ["junk", "gone", "a folder"])
def test_a_damaged_value_is_named_with_its_run(what: str, home: Path, run_id: str) -> None:
    (file,) = (home / "values").rglob("result.*")
    file.unlink()
    if what == "junk":
        file.write_bytes(b"junk")
    elif what == "a folder":
        file.mkdir()
    instance, run = reread(home, run_id)
    with instance:
        with pytest.raises(DagnbValueError, match=f"(?s)stored value.*run {run_id[:8]} › load › result.*run the step"):
            _ = run["load"].value
        assert run["measure"].value == 5_000
        assert run["load"].outputs["output"].tolist() == ["result"]
        assert ViewService(instance).solid("load", run_id).output_values[0].name == "result"

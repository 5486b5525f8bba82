"""The flights example: a pipeline of fourteen solids on real data."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import dagnb
from dagnb.events.records import ExpectationChecked
from dagnb.handles import Pipeline, Run
from dagnb.instance import Instance
from dagnb.notebooks.loading import load_notebook
from tests.examples.notebooks import NOTEBOOKS, execute, shown

FLIGHTS = "flights/flights.ipynb"
ASSETS = {
    "flights.raw",
    "weather.raw",
    "planes.raw",
    "airports.raw",
    "flights.clean",
    "flights.joined",
    "flights.hours",
    "flights.delay_model",
    "flights.report",
}


def load_pipeline() -> Pipeline:
    path = str(NOTEBOOKS / FLIGHTS)
    loaded: Pipeline = load_notebook(path, lambda value: isinstance(value, Pipeline), "flights_report")[
        "flights_report"
    ]
    return loaded


def expectations(run: Run) -> Mapping[str, bool]:
    events = [(record.step_key, record.event) for record in run.event_list]
    return {f"{step}: {event.label}": event.success for step, event in events if isinstance(event, ExpectationChecked)}


def check_run(run: Run, rows: int) -> None:
    """Check a run of the pipeline against what is known of the data, however many flights it took."""
    assert run.success
    assert len(run) == 14
    assert [step.key for step in run if step.status != "success"] == []
    made = run.materializations.set_index("asset")["rows"]
    assert set(made.index) == ASSETS
    assert made["flights.raw"] == rows
    assert made["weather.raw"] == 26_115
    assert made["planes.raw"] == 3_322
    assert made["airports.raw"] == 1_458
    assert made["flights.joined"] == made["flights.clean"] < rows
    parts = run["split_days"].output_values
    assert len(parts["train"]) + len(parts["test"]) == made["flights.clean"]
    days = [set(zip(part.month, part.day, strict=True)) for part in parts.values()]
    assert days[0].isdisjoint(days[1])
    assert expectations(run) == {
        "load_weather: wind_is_possible": False,
        "join_weather: keeps_every_flight": True,
        "join_planes: keeps_every_flight": True,
        "fit_model: better_than_the_rule": True,
    }
    scores = run["fit_model"].output_value("scores")
    assert 0.8 < scores["r2"] < 0.95
    assert scores["mae"] < scores["mae_of_rule"]
    missed = run["missed_by_month"].value
    assert missed["missed"].sum() == rows - made["flights.clean"]
    assert run["write_report"].value.count("\n") == 4
    for name in ("explore", "fit_model"):
        copy = run[name].notebook
        assert copy is not None
        assert "image/png" in copy.read_text(encoding="utf-8")


def test_every_cell_works_on_a_sample(instance: Instance) -> None:
    sources = sorted((NOTEBOOKS / "flights").glob("*.ipynb"))
    before = [source.read_bytes() for source in sources]
    cells = execute(FLIGHTS, leave_out={"whole-year"})
    assert "flights_report succeeded: 14 of 14 solids" in shown(cells["sample-run"])
    assert "<svg" in shown(cells["model-page"], "image/svg+xml")
    assert "fraction: 0.05" in shown(cells["playground"])
    assert [source.read_bytes() for source in sources] == before

    (run_id,) = dagnb.runs("flights_report", instance=instance).run_id
    run = dagnb.run(run_id, instance=instance)
    assert run.record.mode == "test"
    check_run(run, rows=round(0.05 * 336_776))
    assert shown(cells["report"]).strip() == run["write_report"].value
    assert set(dagnb.assets(instance=instance).asset) == ASSETS


@pytest.mark.long
def test_every_cell_works_on_the_whole_year(instance: Instance) -> None:
    cells = execute(FLIGHTS)
    whole_id, sample_id = dagnb.runs("flights_report", instance=instance).run_id
    whole = dagnb.run(whole_id, instance=instance)
    assert whole.record.mode == "dev"
    check_run(whole, rows=336_776)
    assert "F9 lands latest, 22 minutes" in shown(cells["whole-report"])
    assert "336776" in shown(cells["what-changed"], "text/html")
    assert list(dagnb.asset("flights.delay_model", instance=instance).history.run_id) == [whole_id, sample_id]


@pytest.mark.parametrize("name", ["explore", "fit_model"])
def test_a_notebook_of_the_pipeline_runs_by_hand(name: str, instance: Instance) -> None:
    cells = execute(f"flights/{name}.ipynb")
    assert "materialized flights." in shown(cells["record"])
    assert dagnb.runs(instance=instance).empty


def test_the_types_refuse_frames_that_are_not_flights() -> None:
    output = load_pipeline().definition.nodes["load_flights"].definition.outputs["result"]
    row: dict[str, Any] = {"origin": "EWR", "dest": "IAH", "carrier": "UA", "flight": 1545, "hour": 5, "distance": 1400}
    flights = pd.DataFrame([row | {"time_hour": pd.Timestamp("2013-01-01T10:00Z")}])
    assert output.type.check(flights).success
    twice = output.type.check(pd.concat([flights, flights]))
    assert "expected unique time_hour, carrier, flight, got 2 duplicates" in str(twice.description)
    elsewhere = output.type.check(flights.assign(origin="BOS", distance=0))
    assert "origin: expected one of" in str(elsewhere.description)
    assert "distance: expected at least 1" in str(elsewhere.description)


def test_all_mistakes_in_the_config_are_told_before_anything_runs(instance: Instance) -> None:
    wrong = {
        "resources": {"data": {"config": {"fraction": 5}}},
        "solids": {
            "load_flights": {"config": {"origins": ["JKF"]}},
            "fit_model": {"config": {"alpha": "strong"}},
        },
    }
    with pytest.raises(dagnb.DagnbError) as caught:
        load_pipeline().run(wrong, mode="test", instance=instance)
    told = str(caught.value)
    assert "resources › data › config › fraction" in told
    assert "did you mean JFK?" in told
    assert 'expected a number, got the text "strong"' in told
    assert dagnb.runs(instance=instance).empty


def test_the_command_runs_it_from_its_notebook(instance: Instance, tmp_path: Path) -> None:
    report = tmp_path / "flights.html"
    command = [sys.executable, "-m", "dagnb", "run", str(NOTEBOOKS / FLIGHTS), "--preset", "quick", "--json"]
    done = subprocess.run(
        [*command, "--report", str(report)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    check_run(dagnb.run(told["run_id"], instance=instance), rows=round(0.05 * 336_776))
    assert "flights_report" in report.read_text(encoding="utf-8")

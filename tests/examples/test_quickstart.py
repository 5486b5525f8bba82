"""The quickstart: what a newcomer sees in the first ten minutes."""

from __future__ import annotations

import hashlib

import dagnb
from dagnb.handles import Run
from dagnb.instance import Instance
from tests.examples.notebooks import NOTEBOOKS, execute, shown

SOLIDS = ["load_flights", "carrier_delays", "fit", "summarize"]


def test_every_cell_works_and_the_next_day_the_run_is_found_again(instance: Instance) -> None:
    source = NOTEBOOKS / "quickstart_fit.ipynb"
    before = hashlib.sha256(source.read_bytes()).digest()
    cells = execute("quickstart.ipynb")

    graph = shown(cells["quickstart-pipeline"], "image/svg+xml")
    picture = shown(cells["run-it"], "image/svg+xml")
    assert [solid for solid in SOLIDS if solid not in graph or solid not in picture] == []
    assert "quickstart succeeded: 4 of 4 solids" in shown(cells["run-it"])
    assert "origin: JFK" in shown(cells["show-playground"])
    assert "solid carrier_delays(flights) → delays" in shown(cells["carrier-delays"])
    assert shown(cells["fit"]) == "fit(flights: DataFrame) -> Any"
    assert "AA is the most punctual; every hour later costs 0.8 minutes." in shown(cells["summary-value"])
    for cell, word in (
        ("materializations", "flights.raw"),
        ("assets", "flights.raw"),
        ("asset-history", "load_flights"),
    ):
        assert word in shown(cells[cell])
        assert "<table" in shown(cells[cell], "text/html")

    (run_id,) = dagnb.runs("quickstart", instance=instance).run_id
    check_run(dagnb.run(run_id[:8], instance=instance))
    assert list(dagnb.assets(instance=instance).asset) == ["flights.delay_line", "flights.raw", "flights.summary"]
    assert list(dagnb.asset("flights.raw", instance=instance).history["rows"]) == [5_000]
    assert hashlib.sha256(source.read_bytes()).digest() == before


def check_run(run: Run) -> None:
    """Check what is kept of the run, in a process that had no part in it."""
    assert run.success
    assert run.run_config == {"solids": {"load_flights": {"config": {"origin": "LGA"}}}}
    assert {step.key: step.status for step in run} == dict.fromkeys(SOLIDS, "success")
    assert list(run.materializations.asset) == ["flights.raw", "flights.delay_line", "flights.summary"]
    assert list(run["load_flights"].value.origin.unique()) == ["LGA"]
    assert run["carrier_delays"].value["count"].sum() == 5_000
    assert 0.5 < run["fit"].value["slope"] < 1.5
    copy = run["fit"].notebook
    assert copy is not None
    assert copy.is_file()


def test_the_notebook_solid_runs_by_hand(instance: Instance) -> None:
    cells = execute("quickstart_fit.ipynb")
    assert "minutes an hour, mean absolute error" in shown(cells["fit"])
    assert "materialized flights.delay_line" in shown(cells["record"])
    assert "'slope'" in shown(cells["record"])
    assert dagnb.runs(instance=instance).empty

"""`dagnb runs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Invoke, answer

FOLDS = ("--set", "solids.fit.config.folds=5")


@pytest.fixture
def run_id(invoke: Invoke) -> str:
    document = answer(invoke("run", "etl.py:daily", *FOLDS, "--tag", "team=data", "--json"))
    return str(document["run_id"])


def test_without_runs_it_says_what_to_do(invoke: Invoke) -> None:
    assert "dagnb new" in invoke("runs").stdout
    assert answer(invoke("runs", "--json")) == []


def test_runs_are_listed_newest_first(invoke: Invoke, run_id: str) -> None:
    failed = invoke("run", "etl.py:daily", "--set", "solids.fit.config.folds=90", "--json")
    assert failed.exit_code == 1
    listed = answer(invoke("runs", "--json"))
    assert [run["status"] for run in listed] == ["failure", "success"]
    assert listed[1] | {"run_id": run_id, "tags": {"team": "data"}, "solids": 3} == listed[1]
    lines = invoke("runs").stdout.splitlines()
    assert lines[0].split()[:3] == ["run", "pipeline", "status"]
    assert run_id[:8] in lines[2]
    assert "team=data" in lines[2]
    assert [run["status"] for run in answer(invoke("runs", "--status", "failure", "--json"))] == ["failure"]
    assert invoke("runs", "--pipeline", "dayly").stdout == "No such runs: dagnb runs lists all.\n"
    assert "the newest 1 of 2" in invoke("runs", "-n", "1").stdout


def test_one_run_is_shown_by_the_beginning_of_its_id(invoke: Invoke, run_id: str) -> None:
    text = invoke("runs", "show", run_id[:6]).stdout
    assert run_id in text
    assert "✓ succeeded  load    function · " in text
    assert "→ fit" in text
    assert "rows 3" in text
    assert answer(invoke("runs", "show", run_id, "--json"))["materializations"][0]["asset"] == "raw"


def test_a_run_is_shown_without_the_word(invoke: Invoke, run_id: str) -> None:
    assert invoke("runs", run_id[:8]).stdout == invoke("runs", "show", run_id[:8]).stdout
    assert answer(invoke("runs", run_id, "--json"))["run_id"] == run_id
    assert "no run named zzz" in invoke("runs", "zzz").stderr


def test_one_solid_is_shown_with_its_values(invoke: Invoke, run_id: str, folder: Path) -> None:
    text = invoke("runs", "show", run_id[:8], "--step", "fit").stdout
    assert "folds: 5" in text
    assert "input frame  DataFrame · 3 × 1 · from load" in text
    assert "did you mean fit?" in invoke("runs", "show", run_id, "--step", "fot").stderr
    invoke("runs", "show", run_id, "--report", "r.html")
    assert "daily succeeded" in (folder / "r.html").read_text(encoding="utf-8")


def test_a_failed_solid_is_shown_with_its_whole_traceback(invoke: Invoke) -> None:
    invoke("run", "etl.py:daily", "--set", "solids.fit.config.folds=90")
    (run,) = answer(invoke("runs", "--json"))
    assert "Traceback (most recent call last)" in invoke("runs", "show", run["run_id"], "--step", "fit").stdout
    assert "fit failed at etl.py line" in invoke("runs", "show", run["run_id"]).stdout


def test_an_unknown_run_is_exit_code_1(invoke: Invoke, run_id: str) -> None:
    result = invoke("runs", "show", "zzz")
    assert result.exit_code == 1
    assert "no run named zzz" in result.stderr

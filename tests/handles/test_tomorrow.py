"""The next day, in another process, everything of a run is still there; the definitions are not needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import dagnb
from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbStepError
from dagnb.instance import Instance

ROOT = Path(__file__).resolve().parent.parent.parent

TODAY = """
import pandas as pd
from dagnb import AssetMaterialization, EventMetadataEntry, Output, lambda_solid, pipeline, solid

class Own:
    def __init__(self, n): self.n = n
    def __eq__(self, other): return type(other).__name__ == "Own" and other.n == self.n

@solid
def load(context) -> pd.DataFrame:
    context.log.info("loading")
    yield AssetMaterialization("flights.raw", metadata_entries=[EventMetadataEntry.int(3, "rows")])
    yield Output(pd.DataFrame({"a": range(3)}))

@solid
def broken(flights):
    raise ValueError("no such carrier")

@lambda_solid
def count(flights) -> int:
    return len(flights)

@pipeline
def report():
    flights = load()
    broken(flights)
    count(flights)

run = report.run(raise_on_error=False)
print(run.run_id)
"""


def python(code: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return python(TODAY, tmp_path).split()[-1]


def test_a_run_of_another_process_is_all_there(run_id: str) -> None:
    run = dagnb.run(run_id[:8])
    assert (run.run_id, run.status, run.pipeline_name) == (run_id, RunStatus.FAILURE, "report")
    assert list(run["load"].value["a"]) == [0, 1, 2]
    assert run["count"].value == 3
    assert run.materializations["rows"].tolist() == [3]
    assert list(run.steps["status"]) == ["success", "failure", "success"]
    assert "loading" in set(run.events["message"])
    assert "flights.raw" in run.to_html()
    assert run.as_python() == "report.run()"
    assert "failed" in run.summary
    assert list(dagnb.runs()["run_id"]) == [run_id]
    assert dagnb.asset("flights.raw").history["rows"].tolist() == [3]


def test_its_error_is_the_text_of_the_traceback(run_id: str) -> None:
    error = dagnb.run(run_id).error
    assert isinstance(error, DagnbStepError)
    assert "ValueError: no such carrier" in str(error)
    assert "broken" in str(error)
    assert any("Traceback" in note for note in error.__notes__)


def test_a_new_instance_object_reads_what_another_wrote(run_id: str, dagnb_home: Path) -> None:
    with Instance.at(dagnb_home) as again:
        run = dagnb.run(run_id, instance=again)
        assert run["count"].value == 3
        assert list(dagnb.runs(instance=again)["status"]) == ["failure"]


def test_a_run_is_compared_with_one_of_another_day(run_id: str, tmp_path: Path) -> None:
    other = python(TODAY.replace("range(3)", "range(5)"), tmp_path).split()[-1]
    told = dagnb.run(other).diff(run_id)
    rows = told[(told["what"] == "rows of result") & (told["step"] == "load")]
    assert (rows["before"].item(), rows["now"].item()) == (3, 5)

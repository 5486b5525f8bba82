"""The plug-in for pytest, as somebody's test-suite uses it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.documents import document

pytest_plugins = ["pytester"]

# Installed, it is there by itself; from a checkout that was installed before it came, it has to be named.
_NAMED = [] if "dagnb" in entry_points(group="pytest11").names else ["-p", "dagnb.pytest_plugin"]

ROOT = Path(__file__).resolve().parent.parent

PIPELINES = """
from dagnb import ModeDefinition, PresetDefinition, lambda_solid, pipeline, solid

@solid(config_schema={"rows": int}, required_resource_keys={"source"})
def load(context):
    context.log.info("loading")
    return context.resources.source[: context.solid_config["rows"]]

@lambda_solid
def total(numbers):
    if not numbers:
        raise ValueError("no numbers")
    return sum(numbers)

CONFIG = {"solids": {"load": {"config": {"rows": 2}}}}

@pipeline(
    mode_defs=[ModeDefinition("prod", {"source": [1, 2, 3]}), ModeDefinition("other", {"source": [10, 20]})],
    preset_defs=[PresetDefinition("small", CONFIG, mode="other")],
)
def report():
    total(load())
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A test-suite of somebody's, with pipelines to test and no settings but that warnings are errors."""
    pytester.makepyfile(pipelines=PIPELINES)
    pytester.makefile(".ini", pytest="[pytest]\nfilterwarnings = error\npythonpath = .\n")
    return pytester


def run(suite: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run the suite in a process of its own: within this one, pytester imports dagnb's modules a second time."""
    return suite.runpytest_subprocess(*_NAMED, "-p", "no:cacheprovider", "-p", "no:jupyter", *arguments)


INSTANCES = """
import os
import dagnb
from dagnb.instance import Instance
from pipelines import CONFIG, report

homes = []

def test_one(dagnb_instance):
    homes.append(dagnb_instance.home)
    assert Instance.get() is dagnb_instance
    assert os.environ["DAGNB_HOME"] == str(dagnb_instance.home)
    report.run(CONFIG)
    assert len(dagnb.runs()) == 1

def test_two(dagnb_instance):
    assert not homes[0].exists()
    assert dagnb.runs().empty
    homes.append(dagnb_instance.home)

def test_after():
    assert len(set(homes)) == 2
    assert not any(home.exists() for home in homes)
    assert os.environ.get("DAGNB_HOME") not in map(str, homes)
"""

RUNS = """
from pipelines import CONFIG, report

def test_it(dagnb_run, dagnb_instance):
    run = dagnb_run(report, CONFIG, tags={"a": "b"})
    assert (run.success, run["total"].value, run.tags["a"]) == (True, 3, "b")
    assert dagnb_run(report.definition, preset="small")["total"].value == 30
    assert dagnb_run(report, CONFIG, mode="other")["total"].value == 30
    assert dagnb_run(report, CONFIG, resources={"source": [4, 5]})["total"].value == 9
    only = dagnb_run(report, solid_selection="total", input_values={"total": {"numbers": [6]}})
    assert [step.key for step in only] == ["total"]
    assert len(dagnb_instance.read_runs()) == 5
    failed = dagnb_run(report, CONFIG, resources={"source": []}, raise_on_error=False)
    assert str(failed.error) == "no numbers"
"""

NOTEBOOKS = r"""
import dagnb
import pytest
from dagnb.errors import DagnbError, DagnbNotebookError, DagnbNotFoundError

def test_it(dagnb_run, notebook_pipeline):
    numbers = notebook_pipeline("reports/numbers.ipynb", "numbers")
    assert dagnb.runs().empty, "loading runs nothing"
    assert dagnb_run(numbers)["one"].value == 1
    assert notebook_pipeline("pipelines.py").name == "report"

def test_wrong(notebook_pipeline):
    with pytest.raises(DagnbError, match=r'(?s)several.*notebook_pipeline\("numbers.ipynb", "numbers"\)'):
        notebook_pipeline("reports/numbers.ipynb")
    with pytest.raises(DagnbError, match="defines no pipeline"):
        notebook_pipeline("empty.ipynb")
    with pytest.raises(DagnbNotFoundError, match="did you mean numbers"):
        notebook_pipeline("reports/numbers.ipynb", "number")
    with pytest.raises(DagnbNotebookError):
        notebook_pipeline("missing.ipynb")
"""


def test_the_fixtures_give_instances_runs_and_pipelines_of_notebooks(suite: pytest.Pytester) -> None:
    cells = [
        "from dagnb import lambda_solid, pipeline",
        "@lambda_solid\ndef one():\n    return 1",
        "@pipeline\ndef numbers():\n    one()",
        "run = numbers.run()",
        "@pipeline\ndef others():\n    one()",
    ]
    folder = suite.mkdir("reports")
    nbformat.write(document(*cells), folder / "numbers.ipynb")  # type: ignore[no-untyped-call]
    nbformat.write(document("x = 1"), suite.path / "empty.ipynb")  # type: ignore[no-untyped-call]
    suite.makepyfile(test_instances=INSTANCES, test_runs=RUNS, test_notebooks=NOTEBOOKS)
    run(suite).assert_outcomes(passed=6)


def test_what_fails_is_shown_without_dagnbs_own_frames(suite: pytest.Pytester) -> None:
    text = """
    from pipelines import CONFIG, report

    def test_solid(dagnb_run):
        dagnb_run(report, CONFIG, resources={"source": []})

    def test_config(dagnb_run):
        dagnb_run(report, {"solids": {"load": {"config": {"rows": "x"}}}})
    """
    suite.makepyfile(test_it=text)
    result = run(suite)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*dagnb_run(report, CONFIG*",
            "*if not numbers:*",
            "*raise ValueError*",
            "*pipelines.py:11: ValueError*",
            "*dagnb_run(report, {*",
            "*expected an integer, got the text*",
            "*test_it.py:7: DagnbConfigError*",
        ]
    )
    assert [line for line in result.outlines if "dagnb/" in line and ".py:" in line] == []


def test_the_fixtures_tell_what_they_are(suite: pytest.Pytester) -> None:
    result = run(suite, "--fixtures")
    told = result.stdout.str()
    assert "An instance of this test's own" in told
    assert "Runs a pipeline in `dagnb_instance`" in told
    assert "Loads a pipeline that a notebook" in told


def test_a_session_without_pipelines_pays_next_to_nothing() -> None:
    code = "import sys, pytest\nbefore = set(sys.modules)\nimport dagnb.pytest_plugin\n"
    code += "print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["dagnb", "dagnb._lazy", "dagnb.pytest_plugin"]

"""Repositories on the command line: listed without being made, their pipelines run by name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from tests.cli.conftest import Invoke, WriteNotebook, answer

WORKDAYS = (
    "schedule workdays runs gone, which is not in the repository at 09:00 on Monday through Friday,"
    " Europe/Budapest · next 30 Mar 09:00"
)
NOW = datetime(2020, 3, 28, 22, tzinfo=UTC)


def test_a_repository_is_listed_without_making_its_pipelines(invoke: Invoke) -> None:
    with time_machine.travel(NOW, tick=False):
        text = invoke("list", "company.py").stdout
    assert "made\n" not in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines == [
        "company repository · 2 pipelines · 2 schedules · 3 partition sets",
        "What the company runs.",
        "pipeline daily made when it runs",
        "pipeline broken made when it runs",
        "schedule nightly runs daily at 02:30 every day, UTC · next tomorrow 02:30",
        WORKDAYS,
        "partitions letters runs daily cannot be listed: OSError: the alphabet is gone",
        "partitions none runs daily none yet",
        "partitions nightly_partitions runs daily 60 · 2020-01-01 to 2020-02-29",
    ]


def test_a_narrow_terminal_shows_every_name(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with time_machine.travel(NOW, tick=False):
        lines = invoke("list", "company.py").stdout.splitlines()
    assert max(map(len, lines[2:])) <= 60
    for part, name in (("pipeline", "broken"), ("schedule", "workdays"), ("partitions", "nightly_partitions")):
        assert [line for line in lines if line.split()[:2] == [part, name]]


def test_a_repository_is_listed_as_json(invoke: Invoke) -> None:
    with time_machine.travel(NOW, tick=False):
        (document,) = answer(invoke("list", "company.py", "--json"))
    assert (document["repository"], document["target"]) == ("company", "company.py")
    assert document["pipelines"][0] == {"pipeline": "daily", "solids": None}
    assert document["schedules"][1] == {
        "schedule": "workdays",
        "pipeline": "gone",
        "cron": "0 9 * * MON-FRI",
        "timezone": "Europe/Budapest",
        "words": "at 09:00 on Monday through Friday, Europe/Budapest",
        "next": "2020-03-30T09:00:00+02:00",
        "partition_set": None,
    }
    assert [each["count"] for each in document["partition_sets"]] == [None, 0, 60]
    assert document["partition_sets"][0]["error"] == "OSError: the alphabet is gone"


def test_a_pipeline_of_a_repository_is_run_by_its_name(invoke: Invoke) -> None:
    result = invoke("run", "company:daily")
    assert result.exit_code == 0
    assert result.stdout.count("daily is made") == 1
    unnamed = invoke("run", "company")
    assert unnamed.exit_code == 2
    assert "got: daily, broken" in unnamed.stderr
    unknown = invoke("run", "company", "-p", "dialy")
    assert unknown.exit_code == 2
    assert "did you mean daily?" in unknown.stderr


def test_a_pipeline_that_cannot_be_made_is_told_as_a_target_that_cannot_be_loaded(invoke: Invoke) -> None:
    result = invoke("run", "company", "-p", "broken")
    assert result.exit_code == 3
    assert "got: OSError: the list of files is gone" in result.stderr
    assert "def broken" not in result.stderr
    assert "company.py" in result.stderr


SOLID = "from dagnb import lambda_solid, pipeline, repository\n@lambda_solid\ndef one():\n    return 1"
MADE = "def lazily():\n    @pipeline\n    def lazy():\n        one()\n    return lazy"
COMPANY = "@repository\ndef company():\n    return {'pipelines': {'lazy': lazily}}"


def test_a_notebook_is_loaded_up_to_the_repository_that_has_the_pipeline(
    invoke: Invoke, notebook: WriteNotebook
) -> None:
    notebook("company.ipynb", SOLID, MADE, COMPANY, "raise RuntimeError('too far')")
    assert invoke("run", "company.ipynb", "-p", "lazy").exit_code == 0
    assert "too far" in invoke("run", "company.ipynb").stderr


def test_the_only_pipeline_of_a_repository_needs_no_name(invoke: Invoke, notebook: WriteNotebook) -> None:
    notebook("company.ipynb", SOLID, MADE, COMPANY)
    assert invoke("run", "company.ipynb").exit_code == 0


def test_a_repository_below_the_only_pipeline_of_a_notebook_is_listed(invoke: Invoke, notebook: WriteNotebook) -> None:
    notebook("both.ipynb", SOLID, "@pipeline\ndef first():\n    one()", MADE, COMPANY)
    documents = answer(invoke("list", "both.ipynb", "--json"))
    assert [each.get("pipeline") or each["repository"] for each in documents] == ["first", "company"]
    assert "first  1 solid" in invoke("list", "both.ipynb").stdout

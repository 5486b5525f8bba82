"""How a run is told when it has ended."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from dagnb.cli.summary import plain, print_failures, print_steps
from dagnb.config import Secret
from dagnb.events.fold import RunFold
from dagnb.events.records import (
    ErrorInfo,
    Event,
    EventRecord,
    RunFailed,
    RunStarted,
    StepFailed,
    StepStarted,
    StepSucceeded,
)
from tests.cli.conftest import Invoke, WriteNotebook


def _fold(*events: tuple[str | None, Event]) -> RunFold:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return RunFold.of(
        EventRecord(run_id="r", seq=number, at=at, event=event, step_key=step)
        for number, (step, event) in enumerate(events, 1)
    )


def _text(print_it: Any, *arguments: Any, **options: Any) -> str:
    console = Console(file=StringIO(), width=200, markup=False, highlight=False)
    print_it(console, *arguments, **options)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_of_very_many_solids_those_that_tell_something_are_shown() -> None:
    keys = tuple(f"s{number}" for number in range(200))
    events: list[tuple[str | None, Event]] = [(None, RunStarted(mode="default", step_keys=keys))]
    for number, key in enumerate(keys):
        ended = StepFailed(error=ErrorInfo(cls_name="E", message=""), seconds=0.0)
        events += [(key, StepStarted()), (key, ended if number == 7 else StepSucceeded(seconds=float(number)))]
    text = _text(print_steps, _fold(*events))
    assert [line.split()[0] for line in text.splitlines()[1:-1]] == [
        "s7",
        *(f"s{number}" for number in range(190, 200)),
    ]
    assert "11 of 200 solids" in text
    assert len(_text(print_steps, _fold(*events), every=True).splitlines()) == 201


def test_the_end_of_a_long_traceback_begins_with_a_frame() -> None:
    frames = "".join(f'  File "a{number}.py", line 1, in f\n    call{number}()\n    ^^^^^^\n' for number in range(30))
    error = ErrorInfo(
        cls_name="ValueError",
        message="no rows\nValueError: of any kind",
        traceback=f"Traceback (most recent call last):\n{frames}pkg.ValueError: no rows\n",
        where="a29.py line 1",
    )
    fold = _fold(
        ("s", StepStarted()), ("s", StepFailed(error=error, seconds=1)), (None, RunFailed(failed_steps=("s",)))
    )
    lines = [line.strip() for line in _text(print_failures, fold, "abcd1234").splitlines() if line.strip()]
    assert lines[:5] == [
        "s failed at a29.py line 1",
        "ValueError: no rows",
        "ValueError: of any kind",
        "...",
        'File "a26.py", line 1, in f',
    ]
    assert lines[-3] == "^^^^^^"
    assert 'dagnb.run("abcd1234")' in lines[-1]


def test_a_failing_cell_is_shown_with_its_line(invoke: Invoke, notebook: WriteNotebook) -> None:
    notebook("fit.ipynb", ("folds: int = 3", "parameters"), "x = 1\n1 / (folds - folds)")
    notebook(
        "main.ipynb",
        "from dagnb import notebook_solid, pipeline",
        'fit = notebook_solid("fit.ipynb")',
        "@pipeline\ndef fits():\n    fit()",
    )
    result = invoke("run", "main.ipynb")
    assert result.exit_code == 1, result.output
    assert "fit failed at cell " in result.stdout
    assert "ZeroDivisionError: division by zero" in result.stdout
    assert "----> 2 1 / (folds - folds)" in result.stdout


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, None),
        (-math.inf, None),
        (True, True),
        (datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T00:00:00+00:00"),
        ({1: (Secret("c4nary"), "with c4nary")}, {"1": ["•••••", "with •••••"]}),
        (object, "<class 'object'>"),
    ],
)
def test_plain_data_is_json(value: object, expected: object) -> None:
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False)

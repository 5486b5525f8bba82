"""Exceptions that misbehave: the step's own error is what comes up, and what is recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dagnb
from dagnb import lambda_solid, pipeline
from dagnb.contracts.records import RunStatus


class Unwilling(Exception):
    """Takes no note and has no text."""

    def add_note(self, note: str) -> None:
        raise RuntimeError(note)

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Frozen(Exception):
    """Cannot be changed."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


@pytest.mark.parametrize("cls", [Unwilling, Frozen, RecursionError, StopIteration])
def test_an_exception_of_any_class_comes_up_itself(cls: type[Exception]) -> None:
    @lambda_solid
    def raises() -> int:
        raise cls

    @pipeline
    def failing() -> None:
        raises()

    with pytest.raises(cls):
        failing.run()
    run = dagnb.run(str(dagnb.runs()["run_id"].iloc[0]))
    assert run.status is RunStatus.FAILURE
    assert cls.__name__ in str(run.event_list)
    assert run.to_html()


def test_a_process_that_ends_in_a_step_leaves_a_failed_run(tmp_path: Path) -> None:
    script = tmp_path / "ends.py"
    script.write_text(
        "import os, time\n"
        "from dagnb import lambda_solid, pipeline\n"
        "@lambda_solid\n"
        "def one() -> int:\n"
        "    return 1\n"
        "@lambda_solid\n"
        "def ends(one: int) -> int:\n"
        "    time.sleep(0.2)  # events are committed within 10 ms\n"
        "    os._exit(3)\n"
        "@pipeline\n"
        "def ending():\n"
        "    ends(one())\n"
        "ending.run()\n"
    )
    ended = subprocess.run([sys.executable, str(script)], env={**os.environ}, check=False)
    assert ended.returncode == 3
    run = dagnb.run(str(dagnb.runs()["run_id"].iloc[0]))
    assert run.status is RunStatus.FAILURE
    assert "lost" in str(run.error)
    assert run["one"].value == 1

"""A run whose disk fills once it is created: one clear error, and FAILURE as soon as the store takes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dagnb.instance import Instance

# Files of the process cannot grow past a limit from a moment on: what a full disk is to SQLite. Where the write-ahead
# log stands then decides which of the run's writes is the first to fail.
SCRIPT = """
import os, resource, sys, time
from dagnb import lambda_solid, pipeline
from dagnb.errors import DagnbInstanceError
from dagnb.execution.run import create_run
from dagnb.handles.running import RunInProcess
from dagnb.instance import Instance
from dagnb.planning.plan import make_plan

home, moment, room, makes_room = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "room again"
endless = resource.RLIM_INFINITY

def fill():
    grown = os.path.getsize(os.path.join(home, "dagnb.db-wal"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (grown + room, endless))

@lambda_solid
def one():
    return "x" * 100

@lambda_solid
def two(text):
    if moment == "in a step":
        fill()
    return text * 30

@pipeline
def numbers():
    two(one())

instance = Instance.at(home)
moment, asked = "never", moment
numbers.run(instance=instance)
moment = asked
plan = make_plan(numbers.definition, None)
run = create_run(plan, instance)
if moment == "created":
    fill()
try:
    made = RunInProcess(plan, run, instance)
    if moment == "claimed":
        fill()
    made.execute()
except DagnbInstanceError as error:
    print(error)
if makes_room:
    resource.setrlimit(resource.RLIMIT_FSIZE, (endless, endless))
    until = time.monotonic() + 10
    while not instance.runs.run(run.run_id).status.is_terminal and time.monotonic() < until:
        time.sleep(0.02)
    print("then", instance.read_run(run.run_id).status.value)
"""


def run_it(home: Path, moment: str, *, room: int, room_again: bool) -> str:
    command = [sys.executable, "-c", SCRIPT, str(home), moment, str(room), "room again" if room_again else "full"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("room", [0, 9_000])
@pytest.mark.parametrize("moment", ["created", "claimed", "in a step"])
def test_it_fails_as_soon_as_there_is_room(moment: str, room: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = run_it(home, moment, room=room, room_again=True)
    assert str(home / "dagnb.db") in told
    assert "MiB free there" in told
    assert "next: " in told
    assert told.endswith("then failure\n")


@pytest.mark.parametrize("moment", ["claimed", "in a step"])
def test_whoever_reads_it_later_finds_it_lost(moment: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run_it(home, moment, room=9_000, room_again=False)
    with Instance.at(home) as instance:
        newest, first = instance.read_runs()
        assert (newest.status, first.status) == ("failure", "success")

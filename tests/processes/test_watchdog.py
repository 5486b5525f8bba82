"""What a killed owner leaves behind (R12)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import pytest

from dagnb.processes.family import end_family, family
from tests.leaks import processes_with

TAG = "DAGNB_TEST_FAMILY"
START = """
import os, subprocess, sys, time
subprocess.Popen(["sleep", "600"])
subprocess.Popen(["sleep", "600"], start_new_session=True)
subprocess.Popen(["sleep", "600"], start_new_session=True, env={})
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "600"])
    os._exit(0)
time.sleep(0.2)
open(sys.argv[1], "w").close()
time.sleep(600)
"""
OWN = """
import os, subprocess, sys, time
from dagnb.processes.watchdog import Watchdog
tag, folder = sys.argv[1], sys.argv[2]
dog = Watchdog(("DAGNB_TEST_FAMILY", tag), folder)
command = [sys.executable, "-c", sys.argv[3], folder + "/ready"]
child = subprocess.Popen(command, env={**os.environ, "DAGNB_TEST_FAMILY": tag}, start_new_session=True)
dog.watch(child.pid)
if os.fork() == 0:  # holds the watchdog's pipe open for a while
    time.sleep(3)
    os._exit(0)
time.sleep(600)
"""


def _start(code: str, *arguments: str, tag: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, TAG: tag}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, start_new_session=True)


def _sleepers(before: set[int]) -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if each.pid not in before and each.name() == "sleep"]


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="reads other processes' environment")
def test_a_family_is_found_however_far_its_members_have_gone(tmp_path: Path) -> None:
    tag = uuid.uuid4().hex
    first = _start(START, str(tmp_path / "ready"), tag=tag)
    _wait_for(tmp_path / "ready")
    try:
        names = [psutil.Process(pid).name() for pid in family(first.pid, (TAG, tag))]
        assert names.count("sleep") == 4
    finally:
        end_family(first.pid, (TAG, tag))
        first.wait()
    assert family(first.pid, (TAG, tag)) == []


@pytest.mark.crash
@pytest.mark.skipif(sys.platform != "linux", reason="reads other processes' environment")
def test_nothing_outlives_an_owner_that_is_killed(tmp_path: Path) -> None:
    tag = uuid.uuid4().hex
    private = tmp_path / "private"
    private.mkdir()
    before = {process.pid for process in psutil.process_iter()}
    owner = subprocess.Popen([sys.executable, "-c", OWN, tag, str(private), START])
    _wait_for(private / "ready")
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + 5
    while (left := _sleepers(before)) or private.exists():
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    assert not processes_with(TAG, tag)
    assert not left
    assert not private.exists(), "the private folder holds inputs and config"

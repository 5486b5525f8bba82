"""The check for leaks sees what it is there to see."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests import leaks
from tests.leaks import Snapshot, leaked_since, processes_with


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    monkeypatch.setattr(leaks, "SETTLING_TIME", 0.2)
    return Snapshot.take()


def test_nothing_is_reported_when_nothing_is_left(before: Snapshot) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    assert leaked_since(before) == []


def test_a_thread_is_seen(before: Snapshot) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait, name="forgotten", daemon=True)
    thread.start()
    assert leaked_since(before) == ["thread 'forgotten' (daemon)"]
    done.set()
    thread.join()
    assert leaked_since(before) == []


def test_a_file_descriptor_is_seen(before: Snapshot, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as file:
        assert leaked_since(before) == [f"file descriptor {file.fileno()} -> {tmp_path / 'log'}"]


def test_a_pipe_is_seen(before: Snapshot) -> None:
    ends = os.pipe()
    try:
        assert len(leaked_since(before)) == 2
    finally:
        for end in ends:
            os.close(end)


def test_a_child_is_seen_and_so_is_its_zombie(before: Snapshot) -> None:
    command = [sys.executable, "-c", "input()"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert [text for text in leaked_since(before) if text.startswith(f"child process {child.pid}")]
    child.communicate()
    assert leaked_since(before) == []


def test_a_detached_process_is_found_by_its_environment() -> None:
    detach = (
        "import subprocess, sys\n"
        "quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}\n"
        "print(subprocess.Popen([sys.executable, '-c', 'input()'], stdin=0, start_new_session=True, **quiet).pid)"
    )
    reader, writer = os.pipe()
    parent = subprocess.run(
        [sys.executable, "-c", detach],
        stdin=reader,
        capture_output=True,
        text=True,
        env={**os.environ, "DAGNB_TEST_TAG": "detached"},
        timeout=20,
        check=True,
    )
    os.close(reader)
    found = processes_with("DAGNB_TEST_TAG", "detached")
    assert [process.pid for process in found] == [int(parent.stdout)]
    os.close(writer)
    for process in found:
        process.wait(10)

"""R1 and R8: what the event log keeps when its writers are killed, and when many write at a time."""

from __future__ import annotations

import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dagnb.contracts.records import RunStatus
from dagnb.events.records import MessageLogged
from dagnb.storage.recovery import LostRuns
from dagnb.storage.sql.store import SqliteStore
from tests.storage.samples import SNAPSHOT, a_run

WRITER = """
import sys
from datetime import UTC, datetime
from dagnb.contracts.clock import SystemClock
from dagnb.events.records import MessageLogged, PendingEvent, RunStarted
from dagnb.storage.owner import current_owner
from dagnb.storage.sink import GroupCommitSink
from dagnb.storage.sql.store import SqliteStore

path, run_id, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = SqliteStore(path)
lease = store.runs.claim(run_id, current_owner())
told = lambda records: print(records[-1].seq, flush=True)
sink = GroupCommitSink(store.events, lease, SystemClock(), on_commit=told)
sink.emit(PendingEvent(at=datetime.now(UTC), event=RunStarted(mode="m", step_keys=())))
for number in range(count):
    event = MessageLogged(level="info", message=f"{number} " + "x" * (number % 300))
    sink.emit(PendingEvent(at=datetime.now(UTC), event=event))
sink.close()
store.runs.release(lease)
store.close()
"""


def start_writer(path: Path, run_id: str, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), run_id, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path.cwd(),
    )


def told_until_now(writer: subprocess.Popen[bytes]) -> list[int]:
    """Read every number of which the writer said that it is committed; a half-written last line does not count."""
    assert writer.stdout is not None
    assert writer.stderr is not None
    said = writer.stdout.read()
    writer.stdout.close()
    writer.stderr.close()
    return [int(line) for line in said.split(b"\n")[:-1]]


def wait_for_first_commit(writer: subprocess.Popen[bytes]) -> None:
    assert writer.stdout is not None
    ready, _, _ = select.select([writer.stdout], [], [], 60)
    assert ready, "the writer committed nothing in a minute"


def kill_writers(tmp_path: Path, kills: int) -> None:
    seed = int(os.environ.get("DAGNB_TEST_SEED", "0")) or random.randrange(2**32)
    chance = random.Random(seed)
    path = tmp_path / "dagnb.db"
    store = SqliteStore(path)
    acknowledged = kept = lost = 0
    try:
        # Two at a time, so that a kill also falls into somebody else's transaction.
        for pair in range(0, kills, 2):
            run_ids = [f"run-{number}" for number in range(pair, min(pair + 2, kills))]
            for run_id in run_ids:
                store.runs.create_run(a_run(run_id), SNAPSHOT)
            writers = [start_writer(path, run_id, 10**9) for run_id in run_ids]
            for writer in writers:
                wait_for_first_commit(writer)
                time.sleep(chance.uniform(0.0, 0.15))
                os.kill(writer.pid, signal.SIGKILL)
            for run_id, writer in zip(run_ids, writers, strict=True):
                writer.wait()
                told = told_until_now(writer)
                records = store.events.read(run_id)
                seqs = [record.seq for record in records]
                assert seqs == list(range(1, len(seqs) + 1)), f"seed {seed}: {run_id} has gaps"
                lines = [record.event.message for record in records if isinstance(record.event, MessageLogged)]
                assert [line.split()[0] for line in lines] == [str(number) for number in range(len(lines))]
                lost += max(0, max(told, default=0) - len(seqs))
                acknowledged += max(told, default=0)
                kept += len(seqs)
        print(f"seed {seed}: {kills} kills, {acknowledged} events acknowledged, {kept} kept, {lost} lost")  # noqa: T201  # figures
        assert acknowledged > kills
        assert lost == 0
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        # And all of them are failures to the next reader, with no daemon.
        assert len(LostRuns(store, store.clock).close_all()) == kills
        assert {run.status for run in store.runs.runs()} == {RunStatus.FAILURE}
    finally:
        store.close()


@pytest.mark.crash
def test_no_committed_event_is_lost_when_its_writer_is_killed(tmp_path: Path) -> None:
    kill_writers(tmp_path, 40)


@pytest.mark.crash
@pytest.mark.long
def test_no_committed_event_is_lost_in_two_hundred_kills(tmp_path: Path) -> None:
    kill_writers(tmp_path, 200)


@pytest.mark.crash
def test_eight_writing_processes_and_four_readers_never_meet_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    store = SqliteStore(path)
    each = 1000
    try:
        for number in range(8):
            store.runs.create_run(a_run(f"run-{number}"), SNAPSHOT)
        writers = [start_writer(path, f"run-{number}", each) for number in range(8)]
        reader = (
            "import sys, time; from dagnb.storage.sql.store import SqliteStore; store = SqliteStore(sys.argv[1])\n"
            "end = time.monotonic() + 2\n"
            "while time.monotonic() < end:\n"
            "    [store.events.newest(run.run_id, 50) for run in store.runs.runs()]\n"
            "store.close()"
        )
        readers = [
            subprocess.Popen([sys.executable, "-c", reader, str(path)], stderr=subprocess.PIPE, cwd=Path.cwd())
            for _ in range(4)
        ]
        for writer in writers:
            wait_for_first_commit(writer)
        failed = []
        for process in [*writers, *readers]:
            _, said = process.communicate(timeout=240)
            if process.returncode:
                failed.append(said.decode()[-2000:])
        assert not failed, failed[0]
        counts = [store.events.last_seq(f"run-{number}") for number in range(8)]
        times = [record.at for number in range(8) for record in store.events.read(f"run-{number}")]
        seconds = (max(times) - min(times)).total_seconds()
        rate = sum(counts) / seconds
        print(f"8 writers, 4 readers: {sum(counts)} events in {seconds:.1f} s, {rate:,.0f} a second")  # noqa: T201  # figures
        assert counts == [each + 1] * 8
        for number in range(8):
            assert [record.seq for record in store.events.read(f"run-{number}")] == list(range(1, each + 2))
    finally:
        store.close()


FORKER = """
import os, sys, threading
from datetime import UTC, datetime
from dagnb.events.records import MessageLogged, PendingEvent
from dagnb.storage.owner import current_owner
from dagnb.storage.sql.store import SqliteStore

store = SqliteStore(sys.argv[1])
line = PendingEvent(at=datetime.now(UTC), event=MessageLogged(level="info", message="x"))
parents = store.runs.claim("run-0", current_owner())
store.events.append(parents, [line])
# A transaction is open in another thread when the fork is asked for.
held = threading.Event()
def hold():
    with store._database.write():
        held.set()
        threading.Event().wait(0.2)
thread = threading.Thread(target=hold)
thread.start()
held.wait()
closed, close = os.pipe()
child = os.fork()
if child == 0:
    os.close(close)
    assert store.events.last_seq("run-0") >= 1
    lease = store.runs.claim("run-1", current_owner())
    for _ in range(50): store.events.append(lease, [line])
    # By now the parent has closed its store, which must not have taken the log away from under this one.
    os.read(closed, 1)
    for _ in range(50): store.events.append(lease, [line])
    os.kill(os.getpid(), 9)
thread.join()
for _ in range(50): store.events.append(parents, [line])
while store.events.last_seq("run-1") < 50: pass
store.close()
os.close(close)
os.waitpid(child, 0)
"""


@pytest.mark.crash
def test_a_forked_child_and_its_parent_both_go_on_writing(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    store = SqliteStore(path)
    for number in range(2):
        store.runs.create_run(a_run(f"run-{number}"), SNAPSHOT)
    store.close()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKER, str(path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    store = SqliteStore(path)
    counts = [len(store.events.read(f"run-{number}")) for number in range(2)]
    store.close()
    assert counts == [51, 100]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()

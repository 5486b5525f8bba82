from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from dagnb.contracts.records import Lease, Owner, RunStatus
from dagnb.contracts.stores import Store
from dagnb.errors import DagnbStaleOwnerError
from dagnb.events.records import RunFailed, RunStarted, RunSucceeded, StepStarted
from dagnb.storage.owner import current_owner, owner_is_alive
from dagnb.storage.recovery import GIVEN_UP, LOST, SILENCE, WATCH, LostRuns
from dagnb.storage.sql.store import SqliteStore
from tests.storage.conftest import HandClock
from tests.storage.samples import SNAPSHOT, a_run, pending

OWNER_CODE = """
import json, sys, time
from dataclasses import asdict
from dagnb.storage.owner import current_owner
print(json.dumps(asdict(current_owner())), flush=True)
time.sleep(600)
"""


def another_process() -> tuple[subprocess.Popen[str], Owner]:
    import json

    process = subprocess.Popen([sys.executable, "-c", OWNER_CODE], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Owner(**json.loads(process.stdout.readline()))


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def begun(store: Store, owner: Owner, run_id: str = "run-1") -> Lease:
    store.runs.create_run(a_run(run_id), SNAPSHOT)
    lease = store.runs.claim(run_id, owner)
    store.events.append(lease, [pending(RunStarted(mode="m", step_keys=("a",))), pending(StepStarted(), "a")])
    return lease


def foreign() -> Owner:
    return replace(current_owner(), host="another-machine")


def status(store: Store, run_id: str = "run-1") -> RunStatus:
    run = store.runs.run(run_id)
    assert run is not None
    return run.status


def test_a_process_knows_whether_another_lives() -> None:
    process, owner = another_process()
    assert owner_is_alive(owner)
    assert owner_is_alive(replace(owner, process_started="earlier")) is False
    assert owner_is_alive(replace(owner, host="elsewhere")) is None
    assert owner_is_alive(replace(owner, pid_namespace="pid:[1]")) is None
    os.kill(process.pid, signal.SIGKILL)
    # Dead, but not yet waited for: a zombie writes nothing.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert owner_is_alive(owner) is False
    end(process)
    assert owner_is_alive(owner) is False


def test_a_killed_run_becomes_a_failure_on_the_next_read(store: SqliteStore, clock: HandClock) -> None:
    process, owner = another_process()
    lease = begun(store, owner)
    assert LostRuns(store, clock).close_all() == []
    end(process)
    assert LostRuns(store, clock).close_all() == ["run-1"]
    assert status(store) is RunStatus.FAILURE
    last = store.events.newest("run-1", 1)[0].event
    assert isinstance(last, RunFailed)
    assert last.error is not None
    assert last.error.cls_name == LOST
    assert str(owner.pid) in last.error.message
    assert store.runs.lease("run-1") is None
    assert LostRuns(store, clock).close_all() == []
    with pytest.raises(DagnbStaleOwnerError):
        store.events.append(lease, [pending(RunSucceeded())])


@pytest.mark.parametrize("at", [RunStatus.QUEUED, RunStatus.STARTING, RunStatus.CANCELING])
def test_the_rule_holds_wherever_the_run_was(store: SqliteStore, clock: HandClock, at: RunStatus) -> None:
    store.runs.create_run(a_run(status=at), SNAPSHOT)
    store.runs.claim("run-1", replace(current_owner(), process_started="earlier"))
    assert LostRuns(store, clock).close_all() == ["run-1"]


def test_a_stopped_process_is_not_lost(store: SqliteStore, clock: HandClock) -> None:
    process, owner = another_process()
    begun(store, owner)
    os.kill(process.pid, signal.SIGSTOP)
    clock.advance(10 * GIVEN_UP)
    assert LostRuns(store, clock).close_all() == []
    os.kill(process.pid, signal.SIGCONT)
    end(process)


def test_a_queued_run_waits_for_its_owner(store: SqliteStore, clock: HandClock) -> None:
    store.runs.create_run(a_run(), SNAPSHOT)
    clock.advance(10 * GIVEN_UP)
    assert LostRuns(store, clock).close_all() == []


def test_a_run_that_its_owner_gave_up_half_way_is_lost(store: SqliteStore, clock: HandClock) -> None:
    store.runs.release(begun(store, current_owner()))
    assert LostRuns(store, clock).close_all() == ["run-1"]


def test_from_elsewhere_the_heartbeat_tells(store: SqliteStore, clock: HandClock) -> None:
    lease = begun(store, foreign())
    lost = LostRuns(store, clock)
    for _ in range(100):
        clock.advance(5)
        store.runs.heartbeat(lease)
        assert lost.close_all() == []
    clock.advance(SILENCE)
    assert lost.close_all() == []
    clock.advance(WATCH + 1)
    assert lost.close_all() == ["run-1"]


def test_a_wall_clock_set_by_an_hour_loses_no_run(store: SqliteStore, clock: HandClock) -> None:
    lease = begun(store, foreign())
    lost = LostRuns(store, clock)
    lost.close_all()
    for step in (3600, -7200, 3600):
        moved = clock.moment.timestamp() + step
        clock.moment = type(clock.moment).fromtimestamp(moved, tz=clock.moment.tzinfo)
        clock.seconds += 5
        assert lost.close_all() == []
        assert LostRuns(store, clock).close_all() == []
        store.runs.heartbeat(lease)


def test_a_stop_of_half_a_minute_elsewhere_loses_no_run(store: SqliteStore, clock: HandClock) -> None:
    begun(store, foreign())
    lost = LostRuns(store, clock)
    for _ in range(6):
        assert lost.close_all() == []
        clock.advance(5)
    assert lost.close_all() == []


def test_a_run_of_yesterday_elsewhere_is_lost_at_first_sight(store: SqliteStore, clock: HandClock) -> None:
    begun(store, foreign())
    clock.advance(GIVEN_UP + 1)
    assert LostRuns(store, clock).close_all() == ["run-1"]


def test_many_readers_end_a_lost_run_once(store: SqliteStore, clock: HandClock) -> None:
    begun(store, replace(current_owner(), process_started="earlier"))
    gate = threading.Barrier(8)
    closed: list[str] = []

    def read() -> None:
        gate.wait()
        closed.extend(LostRuns(store, clock).close_all())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert closed == ["run-1"]
    assert len(store.events.read("run-1", kinds=["RunFailed"])) == 1


def test_a_new_owner_is_not_taken_for_the_dead_one(store: SqliteStore, clock: HandClock) -> None:
    dead = begun(store, replace(current_owner(), process_started="earlier"))
    run = store.runs.run("run-1")
    assert run is not None
    lost = LostRuns(store, clock)
    taken = store.runs.claim("run-1", current_owner())
    assert not lost._end("run-1", dead, "it was seen dead before the claim")
    assert store.runs.lease("run-1") == taken
    assert status(store) is RunStatus.STARTED

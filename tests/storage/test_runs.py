from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from dagnb.contracts.clock import SystemClock
from dagnb.contracts.records import RunFilter, RunStatus
from dagnb.contracts.stores import Store
from dagnb.errors import DagnbInstanceError, DagnbInvariantViolationError, DagnbNotFoundError, DagnbStaleOwnerError
from dagnb.events.records import RunStarted, StepStarted, StepSucceeded
from dagnb.storage.sql.database import SqliteDatabase
from dagnb.storage.sql.runs import SqlRunStore
from tests.storage.conftest import HandClock
from tests.storage.samples import NOON, SNAPSHOT, a_run, an_owner, pending, started


def test_a_run_comes_back_as_it_was_given(store: Store) -> None:
    run = a_run(
        status=RunStatus.STARTING,
        tags=(("team", "data"), ("team", "ops"), ("été", "ü\U0001f600")),
        step_keys=("a", "b.c"),
        solid_selection=("*b",),
        parent_run_id="run-0",
        root_run_id="run-00",
        partition="2026-03-01",
        preset="small",
        run_config='{"solids": {}}',
    )
    store.runs.create_run(run, SNAPSHOT)
    assert store.runs.run("run-1") == run
    assert store.runs.snapshot("f00d") == SNAPSHOT
    assert store.runs.run("run-2") is None
    assert store.runs.snapshot("beef") is None


def test_a_run_id_that_is_there_already_is_refused(store: Store) -> None:
    store.runs.create_run(a_run(), SNAPSHOT)
    with pytest.raises(DagnbInvariantViolationError, match="there already"):
        store.runs.create_run(a_run(mode="other"), SNAPSHOT)
    found = store.runs.run("run-1")
    assert found is not None
    assert found.mode == "default"


def test_runs_are_paged_newest_first_without_gap_or_double(store: Store) -> None:
    for number in range(7):
        # Two at each moment: the page must not rely on the time alone.
        store.runs.create_run(a_run(f"run-{number}", created=NOON + timedelta(seconds=number // 2)), SNAPSHOT)
    seen: list[str] = []
    while page := store.runs.runs(limit=2, before=seen[-1] if seen else None):
        seen += [run.run_id for run in page]
    assert seen == [f"run-{number}" for number in reversed(range(7))]
    assert [run.run_id for run in store.runs.runs()] == seen
    with pytest.raises(DagnbNotFoundError, match="no run named gone"):
        store.runs.runs(before="gone")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (RunFilter(), {"a1", "a2", "b%"}),
        (RunFilter(run_id_prefix="a"), {"a1", "a2"}),
        (RunFilter(run_id_prefix="%"), set()),
        (RunFilter(pipeline_name="taxis"), {"b%"}),
        (RunFilter(statuses=(RunStatus.QUEUED, RunStatus.SUCCESS)), {"a1", "b%"}),
        (RunFilter(statuses=()), set()),
        (RunFilter(tags=(("team", "data"),)), {"a1", "a2"}),
        (RunFilter(tags=(("team", "data"), ("day", "1"))), {"a1"}),
        (RunFilter(snapshot_id="f00d"), {"a1", "a2", "b%"}),
        (RunFilter(root_run_id="a1"), {"a2"}),
        (RunFilter(created_after=NOON), {"a2", "b%"}),
        (RunFilter(created_before=NOON + timedelta(hours=2)), {"a1", "a2"}),
    ],
)
def test_runs_are_found_by_each_filter(store: Store, filters: RunFilter, expected: set[str]) -> None:
    hour = timedelta(hours=1)
    runs = [
        a_run("a1", tags=(("team", "data"), ("day", "1"))),
        a_run("a2", tags=(("team", "data"),), status=RunStatus.FAILURE, root_run_id="a1", created=NOON + hour),
        a_run("b%", pipeline_name="taxis", status=RunStatus.SUCCESS, created=NOON + 2 * hour),
    ]
    for run in runs:
        store.runs.create_run(run, SNAPSHOT)
    assert {run.run_id for run in store.runs.runs(filters)} == expected
    assert store.runs.count_runs(filters) == len(expected)


def test_each_claim_makes_the_earlier_ones_stale(store: Store, clock: HandClock) -> None:
    store.runs.create_run(a_run(), SNAPSHOT)
    assert store.runs.lease("run-1") is None
    first = store.runs.claim("run-1", an_owner(1))
    second = store.runs.claim("run-1", an_owner(2))
    assert second.token > first.token
    assert store.runs.lease("run-1") == second
    assert not store.runs.heartbeat(first)
    store.runs.release(first)
    clock.advance(5)
    assert store.runs.heartbeat(second)
    lease = store.runs.lease("run-1")
    assert lease is not None
    assert lease.heartbeat == clock.now()
    with pytest.raises(DagnbStaleOwnerError):
        store.events.append(first, [pending(StepStarted(), "a")])
    assert store.events.last_seq("run-1") == 0


def test_a_lease_given_up_no_longer_writes(store: Store) -> None:
    lease = started(store)
    store.runs.release(lease)
    assert store.runs.lease("run-1") is None
    assert not store.runs.heartbeat(lease)
    with pytest.raises(DagnbStaleOwnerError):
        store.events.append(lease, [pending(StepStarted(), "a")])
    assert store.runs.claim("run-1", an_owner()).token == lease.token + 1


def test_a_claim_from_one_owner_loses_to_a_quicker_one(store: Store) -> None:
    runs = store.runs
    assert isinstance(runs, SqlRunStore)
    lease = started(store)
    quicker = runs.claim("run-1", an_owner(2), replacing=lease)
    for replacing in (lease, "nobody"):
        with pytest.raises(DagnbStaleOwnerError):
            runs.claim("run-1", an_owner(3), replacing=replacing)
    assert runs.lease("run-1") == quicker
    runs.release(quicker)
    assert runs.claim("run-1", an_owner(3), replacing="nobody").token == quicker.token + 1


def test_claiming_a_run_that_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(DagnbNotFoundError, match="no run named gone"):
        store.runs.claim("gone", an_owner())


def test_timings_are_those_of_the_newest_runs_of_the_pipeline(store: Store) -> None:
    for number in range(4):
        lease = started(store, f"run-{number}", created=NOON + timedelta(seconds=number))
        events = [pending(RunStarted(mode="m", step_keys=("a",))), pending(StepStarted(), "a")]
        store.events.append(lease, [*events, pending(StepSucceeded(seconds=number), "a")])
    other = started(store, "other", pipeline_name="taxis", created=NOON + timedelta(days=1))
    store.events.append(other, [pending(StepSucceeded(seconds=99), "a")])
    timings = store.runs.step_timings("flights", runs=2)
    assert [(timing.step_key, timing.seconds) for timing in timings] == [("a", 3), ("a", 2)]


def test_tags_of_any_text_are_kept_and_found(store: Store) -> None:
    tags = (("team", "\udcff"), ("ort", "Köln 😀"), ("nul", "a\0b"))
    started(store, tags=tags)
    assert [run.tags for run in store.runs.runs(RunFilter(tags=tags))] == [tags]
    assert store.runs.count_runs(RunFilter(tags=(("team", "\udcfe"),))) == 0


def test_a_database_that_was_deleted_in_use_is_named(store: Store, tmp_path: Path) -> None:
    lease = started(store)
    store.close()
    (tmp_path / "dagnb.db").unlink()
    sqlite3.connect(tmp_path / "dagnb.db").close()  # what a writer does that finds its file gone
    reopened = SqliteDatabase(tmp_path / "dagnb.db")
    with pytest.raises(DagnbInstanceError, match=r"(?s)deleted while it was in use.*dagnb.db.*new history"):
        SqlRunStore(reopened, SystemClock()).release(lease)
    reopened.close()

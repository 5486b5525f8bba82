from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb.contracts.records import RunStatus
from dagnb.contracts.stores import Store
from dagnb.events.fold import RunFold
from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    Event,
    EventRecord,
    MessageLogged,
    RunCanceled,
    RunFailed,
    RunStarted,
    RunSucceeded,
    StepFailed,
    StepStarted,
    StepSucceeded,
    UnrecognizedEvent,
)
from tests.storage.samples import NOON, pending, started

LIFE: list[Event] = [RunStarted(mode="m", step_keys=("a",)), RunSucceeded(), RunFailed(), RunCanceled()]


def test_events_come_back_typed_in_order_and_numbered_without_a_gap(store: Store) -> None:
    lease = started(store)
    given_events = [
        pending(RunStarted(mode="default", step_keys=("a", "b"))),
        pending(StepStarted(), "a", NOON + timedelta(microseconds=1)),
        pending(StepFailed(error=ErrorInfo(cls_name="ValueError", message="été \0 \udcff"), seconds=0.25), "a"),
        pending(UnrecognizedEvent(name="StepDreamed", payload='{"_":"StepDreamed","of":"sheep"}'), "b"),
    ]
    assert store.events.append(lease, given_events[:1]) == 1
    assert store.events.append(lease, given_events[1:]) == 4
    assert store.events.append(lease, []) == 4
    read = store.events.read("run-1")
    assert read == [
        EventRecord(run_id="run-1", seq=seq, at=item.at, event=item.event, step_key=item.step_key)
        for seq, item in enumerate(given_events, 1)
    ]
    assert store.events.last_seq("run-1") == 4
    assert store.events.last_seq("gone") == 0
    assert store.events.read("gone") == []


def test_a_part_of_the_log_can_be_read(store: Store) -> None:
    lease = started(store)
    events = [pending(StepStarted(), key) for key in "abab"] + [pending(StepSucceeded(seconds=1), "a")]
    store.events.append(lease, events)
    log = store.events
    assert [record.seq for record in log.read("run-1", after=3)] == [4, 5]
    assert [record.seq for record in log.read("run-1", after=1, limit=2)] == [2, 3]
    assert [record.seq for record in log.read("run-1", step_key="a")] == [1, 3, 5]
    assert [record.seq for record in log.read("run-1", kinds=["StepSucceeded"])] == [5]
    assert [record.seq for record in log.newest("run-1", 2)] == [4, 5]


def test_one_append_may_be_long(store: Store) -> None:
    lease = started(store)
    store.events.append(lease, [pending(MessageLogged(level="info", message=str(line))) for line in range(1234)])
    lines = [record.event.message for record in store.events.read("run-1") if isinstance(record.event, MessageLogged)]
    assert lines == [str(line) for line in range(1234)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(st.lists(st.tuples(st.sampled_from(LIFE), st.integers(0, 3)), max_size=4), max_size=4))
def test_the_cached_status_is_that_of_the_fold(store: Store, groups: list[list[tuple[Event, int]]]) -> None:
    run_id = f"run-{store.runs.count_runs()}"
    lease = started(store, run_id)
    for group in groups:
        store.events.append(lease, [pending(event, None, NOON + timedelta(days=day)) for event, day in group])
        fold = RunFold.of(store.events.read(run_id))
        run = store.runs.run(run_id)
        assert run is not None
        assert (run.status.value, run.started, run.ended) == (fold.status, fold.started, fold.ended)


def test_events_of_steps_never_end_the_run(store: Store) -> None:
    lease = started(store)
    store.events.append(lease, [pending(RunStarted(mode="m", step_keys=("a",))), pending(RunSucceeded(), "a")])
    run = store.runs.run("run-1")
    assert run is not None
    assert run.status is RunStatus.STARTED
    assert run.last_seq == 2


def test_assets_have_a_history_over_runs(store: Store) -> None:
    def wrote(rows: int, key: str, partition: str | None = None) -> AssetMaterialized:
        entries = (EventMetadataEntry.int(rows, "rows"),)
        return AssetMaterialized(asset_key=AssetKey(key), metadata=entries, partition=partition)

    first, second = started(store, "run-1"), started(store, "run-2")
    store.events.append(first, [pending(wrote(1, "flights.raw", "jan"), "a"), pending(wrote(2, "flights.raw"), "a")])
    store.events.append(second, [pending(wrote(3, "flights.raw", "jan"), "a"), pending(wrote(4, "flights"), "a")])
    history = store.events.materializations(AssetKey("flights.raw"))
    assert [(record.run_id, record.seq) for record in history] == [("run-2", 1), ("run-1", 2), ("run-1", 1)]
    assert history[0].event == wrote(3, "flights.raw", "jan")
    of_january = store.events.materializations(AssetKey("flights.raw"), partition="jan")
    assert [record.run_id for record in of_january] == ["run-2", "run-1"]
    assert store.events.materializations(AssetKey("flights.raw"), limit=1) == history[:1]
    assert store.events.materializations(AssetKey("gone")) == []
    assert [(str(asset.key), asset.count) for asset in store.events.assets()] == [("flights", 1), ("flights.raw", 3)]
    assert store.events.assets()[1].last == history[0]


def test_assets_are_found_by_the_parts_that_their_key_begins_with(store: Store) -> None:
    lease = started(store)
    keys = [AssetKey(["a"]), AssetKey(["a", "b"]), AssetKey(["ab"]), AssetKey(['a","b']), AssetKey(["é", "%"])]
    store.events.append(lease, [pending(AssetMaterialized(asset_key=key), "s") for key in keys])
    assert [asset.key for asset in store.events.assets(AssetKey(["a"]))] == keys[:2]
    assert [asset.key for asset in store.events.assets(AssetKey(["é"]))] == keys[4:]
    assert store.events.assets(AssetKey(["%"])) == []
    assert {asset.key for asset in store.events.assets()} == set(keys)


def test_nothing_of_a_group_is_kept_when_a_part_of_it_cannot_be(store: Store) -> None:
    lease = started(store)
    bad = pending(MessageLogged(level="info", message="x", fields=(("n", float("nan")),)))
    with pytest.raises(ValueError, match="JSON"):
        store.events.append(lease, [pending(RunSucceeded()), bad])
    assert store.events.last_seq("run-1") == 0
    run = store.runs.run("run-1")
    assert run is not None
    assert run.status is RunStatus.QUEUED

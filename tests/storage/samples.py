"""Runs, owners and events for the tests of the stores."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dagnb.contracts.records import Lease, Owner, RunRecord, Snapshot
from dagnb.contracts.stores import Store
from dagnb.events.records import Event, PendingEvent

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SNAPSHOT = Snapshot(snapshot_id="f00d", document='{"solids":[]}')


def an_owner(pid: int = 1) -> Owner:
    return Owner(host="somewhere", pid_namespace="4026531836", pid=pid, process_started="17")


def a_run(run_id: str = "run-1", **changes: Any) -> RunRecord:
    values: dict[str, Any] = {
        "pipeline_name": "flights",
        "mode": "default",
        "run_config": "{}",
        "snapshot_id": SNAPSHOT.snapshot_id,
        "created": NOON,
        **changes,
    }
    return RunRecord(run_id=run_id, **values)


def started(store: Store, run_id: str = "run-1", **changes: Any) -> Lease:
    """Create a run and own it."""
    store.runs.create_run(a_run(run_id, **changes), SNAPSHOT)
    return store.runs.claim(run_id, an_owner())


def pending(event: Event, step_key: str | None = None, at: datetime = NOON) -> PendingEvent:
    return PendingEvent(at=at, event=event, step_key=step_key)

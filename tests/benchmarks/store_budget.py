"""Reading the store, against the bare SQL of the same rows from the same file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from dagnb.contracts.records import RunRecord, Snapshot
from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.records import AssetMaterialized, PendingEvent, StepSucceeded
from dagnb.instance import Instance
from dagnb.storage.owner import current_owner
from tests.benchmarks.budget import Row, in_turn, ms

_START = datetime(2026, 1, 1, tzinfo=UTC)
_KEY = AssetKey("models.delay")


def _fill(instance: Instance, runs: int, materializations: int) -> str:
    snapshot = Snapshot(snapshot_id="0" * 64, document="{}")
    first = RunRecord(run_id="first", pipeline_name="p", mode="default", run_config="{}",
                      snapshot_id=snapshot.snapshot_id, created=_START)  # fmt: skip
    instance.runs.create_run(first, snapshot)
    lease = instance.runs.claim("first", current_owner())
    entry = EventMetadataEntry.float(0.41, "r2")
    for begin in range(0, materializations, 500):
        events: list[PendingEvent] = []
        for number in range(begin, begin + 500):
            at = _START + timedelta(seconds=number)
            events.append(PendingEvent(at=at, step_key="fit", event=AssetMaterialized(asset_key=_KEY, metadata=(entry,))))
            events.append(PendingEvent(at=at, step_key="fit", event=StepSucceeded(seconds=0.1)))
        instance.events.append(lease, events)
    with sqlite3.connect(instance.database) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
        template = dict(zip(names, connection.execute("SELECT * FROM runs").fetchone(), strict=True))
        copies = (
            tuple(
                {
                    **template,
                    "id": number,
                    "run_id": f"run-{number:06d}",
                    "created_at": template["created_at"] + number,
                    "status": "success",
                }.values()
            )
            for number in range(2, runs + 1)
        )
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO runs ({', '.join(names)}) VALUES ({marks})", copies)  # noqa: S608
    return "first"


def rows() -> Iterator[Row]:
    """Yield the rows of this subject."""
    with Instance.ephemeral() as instance:
        run_id = _fill(instance, 100_000, 10_000)
        connection = sqlite3.connect(instance.database)
        cases: list[tuple[str, Callable[[], Any], str]] = [
            ("newest 1000 events of a run", lambda: instance.events.newest(run_id, 1000),
             "SELECT e.* FROM events e JOIN runs r ON r.id = e.run WHERE r.run_id = 'first' ORDER BY seq DESC LIMIT 1000"),
            ("page of 25 of 100,000 runs", lambda: instance.runs.runs(limit=25), "SELECT * FROM runs ORDER BY created_at DESC, id DESC LIMIT 25"),
            ("history of an asset, 10,000 materializations", lambda: instance.events.materializations(_KEY),
             "SELECT e.* FROM materializations m JOIN events e ON e.id = m.event WHERE m.asset = 1 ORDER BY m.event DESC"),
        ]  # fmt: skip
        for what, ours, sql in cases:
            mine, bare, wall, cpu = in_turn(ours, lambda sql=sql: connection.execute(sql).fetchall())  # type: ignore[misc]
            yield Row(what=what, figure=ms(mine[0]), cpu=f"{ms(mine[1])} CPU, {cpu:.1f}x",
                      reference=f"bare SQL: {ms(bare[0])}", value=wall, budget=3)  # fmt: skip
        connection.close()

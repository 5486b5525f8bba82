"""The event log against bare SQLite doing the same work in turn: appending, reading, paging, an asset's history."""

from __future__ import annotations

import gc
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from dagnb.contracts.clock import SystemClock
from dagnb.events.codec import encode_event
from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.records import (
    AssetMaterialized,
    Event,
    InputLoaded,
    InputVersion,
    OutputProduced,
    PendingEvent,
    StepStarted,
    StepSucceeded,
    TypeCheckInfo,
    ValueInfo,
    ValueReference,
)
from dagnb.storage.moments import to_micros
from dagnb.storage.sink import GroupCommitSink
from dagnb.storage.sql.runs import _row_of
from dagnb.storage.sql.store import SqliteStore
from tests.storage.samples import NOON, SNAPSHOT, a_run, an_owner, pending

__all__ = ["run"]

STEPS = 1000
RUNS = 100_000
MATERIALIZATIONS = 10_000
ROUNDS = 5


def run() -> dict[str, float]:
    """Return CPU milliseconds and ratios by what was done."""
    import_module("dagnb.storage.sql.schema")  # the import of SQLAlchemy is not the subject
    with tempfile.TemporaryDirectory(prefix="dagnb-bench-") as folder:
        figures = _open(Path(folder) / "open.db")
        path = Path(folder) / "dagnb.db"
        store = SqliteStore(path)
        bare = _bare(Path(folder) / "bare.db")
        try:
            figures |= _append(store, bare)
            figures |= _read(store, path)
            figures |= _page(store, path)
            figures |= _history(store, path)
        finally:
            store.close()
            bare.close()
    return figures


def _open(path: Path) -> dict[str, float]:
    figures = {"create a database, ms": _milliseconds(lambda: SqliteStore(path).close())}
    return {**figures, "open it again, ms": _milliseconds(lambda: SqliteStore(path).close())}


def _step(number: int) -> list[PendingEvent]:
    key = f"step_{number}"
    source = InputVersion(
        input_name="x",
        run_id="run",
        step_key=f"step_{number - 1}",
        output_name="result",
        data_version="0123456789abcdef",
    )
    events: list[Event] = [
        StepStarted(),
        InputLoaded(input_name="x", type_check=TypeCheckInfo(type_name="int"), sources=(source,)),
        OutputProduced(
            output_name="result",
            type_check=TypeCheckInfo(type_name="int"),
            value=ValueInfo(type_name="int", bytes=28),
            reference=ValueReference(codec="json", inline=str(number), bytes=4, digest="0123456789abcdef"),
            code_version="0123456789abcdef",
            config_hash="0123456789abcdef",
            data_version="0123456789abcdef",
            inputs=(source,),
        ),
        StepSucceeded(seconds=0.0001),
    ]
    return [pending(event, key) for event in events]


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE events (run TEXT, seq INTEGER, at INTEGER, kind TEXT, payload TEXT)")
    return connection


def _append(store: SqliteStore, bare: sqlite3.Connection) -> dict[str, float]:
    """A chain of 1000 steps: the reference writes a step and three events, each in its own transaction."""
    steps = [_step(number) for number in range(STEPS)]
    payloads = [[encode_event(item.event) for item in step] for step in steps]

    def reference() -> None:
        for number, step in enumerate(payloads):
            for payload in step:
                bare.execute("BEGIN IMMEDIATE")
                bare.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", ("run", number, 0, "kind", payload))
                bare.execute("COMMIT")

    def ours(run_id: str) -> None:
        lease = store.runs.claim(run_id, an_owner())
        with GroupCommitSink(store.events, lease, SystemClock()) as sink:
            for step in steps:
                for event in step:
                    sink.emit(event)

    mine, theirs = [], []
    for number in range(ROUNDS):
        store.runs.create_run(a_run(f"chain-{number}"), SNAPSHOT)
        theirs.append(_milliseconds(reference))
        mine.append(_milliseconds(lambda number=number: ours(f"chain-{number}")))  # type: ignore[misc]  # bound at once
    each = statistics.median(mine) / (4 * STEPS) * 1000
    return {
        "append, CPU microseconds an event (at most 60)": each,
        "append, times bare SQLite with a transaction each": statistics.median(mine) / statistics.median(theirs),
    }


def _read(store: SqliteStore, path: Path) -> dict[str, float]:
    query = (
        "SELECT seq, at, kind, step_key, payload FROM events"
        " WHERE run = (SELECT id FROM runs WHERE run_id = 'chain-1') ORDER BY seq DESC LIMIT 1000"
    )
    return _against("newest 1000 events", path, query, lambda: store.events.newest("chain-1", 1000))


def _page(store: SqliteStore, path: Path) -> dict[str, float]:
    from sqlalchemy import insert

    from dagnb.storage.sql.schema import runs

    rows = [_row_of(a_run(f"run-{number}", created=NOON + timedelta(seconds=number))) for number in range(RUNS)]
    with store._database.write() as connection:
        connection.execute(insert(runs), rows)
    query = (
        f"SELECT * FROM runs WHERE created_at < {to_micros(NOON) + 50_000_000_000} ORDER BY created_at DESC LIMIT 25"  # noqa: S608  # a number
    )
    return _against("page of 25 of 100,000 runs", path, query, lambda: store.runs.runs(limit=25, before="run-50000"))


def _history(store: SqliteStore, path: Path) -> dict[str, float]:
    store.runs.create_run(a_run("assets"), SNAPSHOT)
    lease = store.runs.claim("assets", an_owner())
    key = AssetKey("flights.raw")
    events = [
        pending(AssetMaterialized(asset_key=key, metadata=(EventMetadataEntry.int(number, "rows"),)), "load")
        for number in range(MATERIALIZATIONS)
    ]
    for start in range(0, len(events), 50):
        store.events.append(lease, events[start : start + 50])
    query = (
        "SELECT events.* FROM materializations JOIN events ON events.id = materializations.event"
        " WHERE asset = 1 ORDER BY event DESC"
    )
    return _against("history of an asset, 10,000", path, query, lambda: store.events.materializations(key))


def _against(name: str, path: Path, query: str, ours: Callable[[], Any]) -> dict[str, float]:
    """Compare with the bare read, and with one that also parses the payloads, as any reader of JSON must."""
    bare = sqlite3.connect(path)

    def read() -> list[Any]:
        return bare.execute(query).fetchall()

    def parse() -> list[Any]:
        return [json.loads(row[-1]) for row in read() if isinstance(row[-1], str) and row[-1].startswith("{")]

    try:
        assert len(read()) == len(ours())
        mine, reads, parses = [], [], []
        for _ in range(ROUNDS):
            reads.append(_milliseconds(read))
            parses.append(_milliseconds(parse))
            mine.append(_milliseconds(ours))
    finally:
        bare.close()
    found = statistics.median(mine)
    return {
        f"{name}, ms": found,
        f"{name}, times the bare read (at most 3)": found / statistics.median(reads),
        f"{name}, times the read with json.loads": found / statistics.median(parses),
    }


def _milliseconds(action: Callable[[], Any]) -> float:
    gc.collect()
    started = time.process_time()
    action()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    for label, figure in run().items():
        print(f"{label:58} {figure:9.2f}")

"""The event log, in a database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dagnb.contracts.clock import Clock
from dagnb.contracts.records import AssetRecord, Lease
from dagnb.errors import DagnbStaleOwnerError
from dagnb.events.codec import encode_event
from dagnb.events.keys import AssetKey
from dagnb.events.records import AssetMaterialized, EventRecord, PendingEvent, UnrecognizedEvent
from dagnb.storage.damage import StoredRecord
from dagnb.storage.moments import from_micros, to_micros
from dagnb.storage.sql.assets import note_materializations
from dagnb.storage.sql.database import SqliteDatabase
from dagnb.storage.sql.prepared import PreparedQueries
from dagnb.storage.sql.status import LIFECYCLE, status_after
from dagnb.storage.sql.texts import storable

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Select

_ROWS_A_STATEMENT = 100
_TAKE_NUMBERS = (
    "UPDATE runs SET last_seq = last_seq + ?, heartbeat_at = ?"
    " WHERE run_id = ? AND token = ? AND heartbeat_at IS NOT NULL"
    " RETURNING id, last_seq, status, started_at, ended_at"
)
_SET_STATUS = "UPDATE runs SET status = ?, started_at = ?, ended_at = ? WHERE id = ?"


class SqlEventLog:
    """Keep events in a database.

    Appending goes round SQLAlchemy, on the driver's connection: it is what every step waits for.

    Args:
        database: where.
        clock: tells the time of heartbeats.
    """

    def __init__(self, database: SqliteDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._prepared = PreparedQueries(database)

    def append(self, lease: Lease, events: Sequence[PendingEvent]) -> int:
        """Commit the events in this order and return the number of the last one.

        An append is also a heartbeat, one of no events nothing but that.

        Raises:
            DagnbStaleOwnerError: the lease has passed to somebody else or was given up; nothing is written.
        """
        rows = [(to_micros(item.at), _kind(item), item.step_key, storable(encode_event(item.event))) for item in events]
        now = to_micros(self._clock.now())
        with self._database.write_directly() as driver:
            taken = driver.execute(_TAKE_NUMBERS, (len(rows), now, lease.run_id, lease.token)).fetchall()
            if not taken:
                raise DagnbStaleOwnerError(run_id=lease.run_id, token=lease.token)
            run, last_seq, *status = taken[0]
            first = last_seq - len(rows) + 1
            _insert(driver, run, first, rows)
            _follow(driver, run, status, events)
            materialized = [
                (first + index, item.event)
                for index, item in enumerate(events)
                if type(item.event) is AssetMaterialized
            ]
            if materialized:
                note_materializations(driver, run, materialized)
        return int(last_seq)

    def read(
        self,
        run_id: str,
        *,
        after: int = 0,
        limit: int | None = None,
        kinds: Sequence[str] | None = None,
        step_key: str | None = None,
    ) -> list[EventRecord]:
        """Return the run's committed events with `seq` > `after`, oldest first."""
        wanted = list(kinds) if kinds is not None else None
        values: dict[str, Any] = {"run_id": run_id, "after": after, "limit": limit, "step_key": step_key}
        values |= {f"kind_{number}": kind for number, kind in enumerate(wanted or ())}
        shape = ("read", None if wanted is None else len(wanted), step_key is None, limit is None)

        def build() -> Select[Any]:
            return _part_of_run(
                kinds=None if wanted is None else len(wanted), any_step=step_key is None, limited=limit is not None
            )

        rows = self._prepared.rows(shape, build, values)
        return [_record(run_id, row) for row in rows]

    def newest(self, run_id: str, limit: int) -> list[EventRecord]:
        """Return the newest `limit` events, oldest first."""
        values = {"run_id": run_id, "limit": limit}
        rows = self._prepared.rows("newest", _newest_of_run, values)
        return [_record(run_id, row) for row in reversed(rows)]

    def last_seq(self, run_id: str) -> int:
        """Return the number of the newest committed event; 0 when there is none."""
        rows = self._prepared.rows("last_seq", _last_seq, {"run_id": run_id})
        return int(rows[0][0]) if rows else 0

    def assets(self, prefix: AssetKey | None = None) -> list[AssetRecord]:
        """Return all assets whose key starts with `prefix`, by key."""
        from sqlalchemy import func, or_, select

        from dagnb.storage.sql.schema import assets, events, runs

        wanted = (
            select(assets.c.asset_key, assets.c.materializations, runs.c.run_id, *_columns())
            .join(events, events.c.id == assets.c.last_event)
            .join(runs, runs.c.id == events.c.run)
        )
        if prefix is not None:
            whole = prefix.to_storage()
            begun = f"{whole[:-1]},"
            wanted = wanted.where(
                or_(assets.c.asset_key == whole, func.substr(assets.c.asset_key, 1, len(begun)) == begun)
            )
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        found = [
            AssetRecord(key=asset, count=row[1], last=_record(row[2], row[3:]).about(asset))
            for row in rows
            for asset in (AssetKey.from_storage(row[0]),)
        ]
        return sorted(found, key=lambda asset: asset.key.path)

    def materializations(
        self, key: AssetKey, *, limit: int | None = None, partition: str | None = None
    ) -> list[EventRecord]:
        """Return the asset's materializations, newest first."""
        values = {"asset_key": key.to_storage(), "partition": partition, "limit": limit}
        shape = ("materializations", partition is None, limit is None)

        def build() -> Select[Any]:
            return _of_asset(any_partition=partition is None, limited=limit is not None)

        rows = self._prepared.rows(shape, build, values)
        return [_record(row[0], row[1:]).about(key) for row in rows]


def _kind(pending: PendingEvent) -> str:
    event = pending.event
    return event.name if isinstance(event, UnrecognizedEvent) else type(event).__name__


def _columns() -> list[Any]:
    from dagnb.storage.sql.schema import events

    return [events.c.seq, events.c.at, events.c.kind, events.c.step_key, events.c.payload]


def _of_run() -> Select[Any]:
    from sqlalchemy import bindparam, select

    from dagnb.storage.sql.schema import events, runs

    number = select(runs.c.id).where(runs.c.run_id == bindparam("run_id")).scalar_subquery()
    return select(*_columns()).where(events.c.run == number)


def _last_seq() -> Select[Any]:
    from sqlalchemy import bindparam, select

    from dagnb.storage.sql.schema import runs

    return select(runs.c.last_seq).where(runs.c.run_id == bindparam("run_id"))


def _newest_of_run() -> Select[Any]:
    from sqlalchemy import bindparam

    from dagnb.storage.sql.schema import events

    return _of_run().order_by(events.c.seq.desc()).limit(bindparam("limit"))


def _part_of_run(*, kinds: int | None, any_step: bool, limited: bool) -> Select[Any]:
    from sqlalchemy import bindparam, false, or_

    from dagnb.storage.sql.schema import events

    wanted = _of_run().where(events.c.seq > bindparam("after")).order_by(events.c.seq)
    if kinds is not None:
        wanted = wanted.where(or_(false(), *(events.c.kind == bindparam(f"kind_{number}") for number in range(kinds))))
    if not any_step:
        wanted = wanted.where(events.c.step_key == bindparam("step_key"))
    return wanted.limit(bindparam("limit")) if limited else wanted


def _of_asset(*, any_partition: bool, limited: bool) -> Select[Any]:
    from sqlalchemy import bindparam, select

    from dagnb.storage.sql.schema import assets, events, materializations, runs

    asset = select(assets.c.id).where(assets.c.asset_key == bindparam("asset_key")).scalar_subquery()
    wanted = (
        select(runs.c.run_id, *_columns())
        .join(events, events.c.id == materializations.c.event)
        .join(runs, runs.c.id == events.c.run)
        .where(materializations.c.asset == asset)
        .order_by(materializations.c.event.desc())
    )
    if not any_partition:
        wanted = wanted.where(materializations.c.partition_key == bindparam("partition"))
    return wanted.limit(bindparam("limit")) if limited else wanted


def _record(run_id: str, row: Sequence[Any]) -> StoredRecord:
    seq, at, kind, step_key, payload = row
    record = StoredRecord.stored(run_id, seq, from_micros(at), kind, step_key, payload)
    assert isinstance(record, StoredRecord)  # noqa: S101  # for the type checker
    return record


@lru_cache
def _insertion(rows: int) -> str:
    # One statement for many rows: every statement gives the interpreter lock away and has to win it back, and
    # meanwhile the write lock is held.
    places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * rows)
    return f"INSERT INTO events (run, seq, at, kind, step_key, payload) VALUES {places}"  # noqa: S608  # places only


def _insert(driver: sqlite3.Connection, run: int, first: int, rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        part = rows[start : start + _ROWS_A_STATEMENT]
        values: list[Any] = []
        for seq, row in enumerate(part, first + start):
            values += (run, seq, *row)
        driver.execute(_insertion(len(part)), values)


def _follow(driver: sqlite3.Connection, run: int, status: Sequence[Any], events: Sequence[PendingEvent]) -> None:
    now = tuple(status)
    for pending in events:
        if pending.step_key is None and type(pending.event) in LIFECYCLE:
            now = status_after(now, pending)
    if now != tuple(status):
        driver.execute(_SET_STATUS, (*now, run))

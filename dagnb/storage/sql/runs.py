"""Runs, their snapshots and their owners, in a database."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from dagnb.contracts.clock import Clock
from dagnb.contracts.records import Lease, Owner, RunFilter, RunRecord, RunStatus, Snapshot, StepTiming
from dagnb.errors import DagnbInstanceError, DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.storage.damage import DamageWarning, seconds_in
from dagnb.storage.moments import from_micros, from_micros_or_none, to_micros
from dagnb.storage.sql.database import SqliteDatabase
from dagnb.storage.sql.prepared import PreparedQueries
from dagnb.storage.sql.texts import storable

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select


class SqlRunStore:
    """Keep runs in a database.

    Args:
        database: where.
        clock: tells the time of heartbeats.
    """

    def __init__(self, database: SqliteDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._prepared = PreparedQueries(database)

    def create_run(self, run: RunRecord, snapshot: Snapshot) -> None:
        """Add a run; its snapshot is kept once per hash, a damaged one mended.

        Raises:
            DagnbInvariantViolationError: a run of this id is there already.
        """
        from sqlalchemy import insert, select, update

        from dagnb.storage.sql.schema import run_tags, runs, snapshots

        with self._database.write() as connection:
            if connection.execute(select(runs.c.id).where(runs.c.run_id == run.run_id)).first() is not None:
                raise DagnbInvariantViolationError(
                    "a run of this id is there already", got=run.run_id, hint="give every run an id of its own"
                )
            kept = {"snapshot_id": snapshot.snapshot_id, "document": storable(snapshot.document)}
            same = (snapshots.c.snapshot_id == kept["snapshot_id"], snapshots.c.document == kept["document"])
            if connection.execute(select(snapshots.c.snapshot_id).where(*same)).first() is None:
                # One that is there by this hash and is another was damaged.
                mended = connection.execute(update(snapshots).where(same[0]).values(document=kept["document"]))
                if mended.rowcount == 0:
                    connection.execute(insert(snapshots), kept)
            added = connection.execute(insert(runs), _row_of(run))
            number = (added.inserted_primary_key or (None,))[0]
            # One value a key in the index, the last one; the run's own record keeps them all.
            tags = [{"run": number, "key": key, "value": value} for key, value in _indexed(run.tags)]
            if tags:
                connection.execute(insert(run_tags), tags)

    def run(self, run_id: str) -> RunRecord | None:
        """Return one run, or None.

        Raises:
            DagnbInstanceError: its row is damaged.
        """
        found = self._prepared.rows("run", _one_run, {"run_id": run_id})
        return _record_of(found[0]) if found else None

    def runs(
        self, filters: RunFilter | None = None, *, limit: int | None = None, before: str | None = None
    ) -> list[RunRecord]:
        """Return runs, newest first; `before` is the id of the last one of the page before.

        One whose row is damaged is left out, with a `DamageWarning`.

        Raises:
            DagnbNotFoundError: there is no run `before`.
        """
        values = self._place(before) | {"limit": limit}
        conditions = _conditions(filters)

        def build() -> Select[Any]:
            return _page(before=before is not None, limited=limit is not None).where(*conditions)

        if not conditions:
            return _records_of(self._prepared.rows((before is None, limit is None), build, values))
        rows = self._database.read(lambda connection: connection.execute(build(), values).all())
        return _records_of(rows)

    def _place(self, run_id: str | None) -> dict[str, Any]:
        if run_id is None:
            return {}
        found = self._prepared.rows("place", _place_of_run, {"run_id": run_id})
        if not found:
            raise DagnbNotFoundError("run", run_id)
        return {"before_at": found[0][0], "before_id": found[0][1]}

    def count_runs(self, filters: RunFilter | None = None) -> int:
        """Count the runs."""
        from sqlalchemy import func, select

        from dagnb.storage.sql.schema import runs

        row = self._first(select(func.count()).select_from(runs).where(*_conditions(filters)))
        return int(row[0]) if row else 0

    def snapshot(self, snapshot_id: str) -> Snapshot | None:
        """Return one snapshot, or None."""
        from sqlalchemy import select

        from dagnb.storage.sql.schema import snapshots

        row = self._first(select(snapshots.c.document).where(snapshots.c.snapshot_id == snapshot_id))
        return None if row is None else Snapshot(snapshot_id=snapshot_id, document=row[0])

    def claim(self, run_id: str, owner: Owner, *, replacing: Lease | Literal["anybody", "nobody"] = "anybody") -> Lease:
        """Make `owner` the run's owner: the fencing token grows by one, earlier ones are stale from now on.

        Args:
            run_id: which run.
            owner: the new owner.
            replacing: whom the run may be taken from: `"anybody"` (default), nobody, or the holder of this lease
                alone. Who takes over from the dead says so, lest it take from the living who was quicker.

        Raises:
            DagnbNotFoundError: there is no such run.
            DagnbStaleOwnerError: somebody else owns the run by now.
        """
        from sqlalchemy import select, update

        from dagnb.errors import DagnbStaleOwnerError
        from dagnb.storage.sql.schema import runs

        now = self._clock.now()
        with self._database.write() as connection:
            held = select(runs.c.token, runs.c.heartbeat_at).where(runs.c.run_id == run_id)
            row = connection.execute(held).first()
            if row is None:
                raise DagnbNotFoundError("run", run_id)
            last, heartbeat = row
            taken = replacing == "nobody" and heartbeat is not None
            if taken or (isinstance(replacing, Lease) and last != replacing.token):
                raise DagnbStaleOwnerError(run_id=run_id, token=last)
            token = int(last) + 1
            changed = {
                "token": token,
                "owner_host": owner.host,
                "owner_pid_namespace": owner.pid_namespace,
                "owner_pid": owner.pid,
                "owner_process_started": owner.process_started,
                "heartbeat_at": to_micros(now),
            }
            connection.execute(update(runs).where(runs.c.run_id == run_id).values(changed))
        return Lease(run_id=run_id, token=token, owner=owner, heartbeat=now)

    def lease(self, run_id: str) -> Lease | None:
        """Return the present lease, or None when nobody owns the run."""
        from sqlalchemy import select

        from dagnb.storage.sql.schema import runs

        row = self._first(
            select(
                runs.c.token,
                runs.c.owner_host,
                runs.c.owner_pid_namespace,
                runs.c.owner_pid,
                runs.c.owner_process_started,
                runs.c.heartbeat_at,
            ).where(runs.c.run_id == run_id)
        )
        if row is None or row[5] is None:
            return None
        owner = Owner(host=row[1], pid_namespace=row[2], pid=row[3], process_started=row[4])
        return Lease(run_id=run_id, token=row[0], owner=owner, heartbeat=from_micros(row[5]))

    def heartbeat(self, lease: Lease) -> bool:
        """Say that the owner lives; False when the lease has passed on."""
        return self._change_lease(lease, to_micros(self._clock.now()))

    def release(self, lease: Lease) -> None:
        """Give the lease up; nothing happens when it has passed on."""
        self._change_lease(lease, None)

    def _change_lease(self, lease: Lease, heartbeat: int | None) -> bool:
        from sqlalchemy import update

        from dagnb.storage.sql.schema import runs

        held = (runs.c.run_id == lease.run_id, runs.c.token == lease.token, runs.c.heartbeat_at.is_not(None))
        with self._database.write() as connection:
            return connection.execute(update(runs).where(*held).values(heartbeat_at=heartbeat)).rowcount == 1

    def step_timings(self, pipeline_name: str, *, runs: int = 10) -> list[StepTiming]:
        """Return the durations of the steps that succeeded in the newest `runs` runs of a pipeline."""
        from sqlalchemy import select

        from dagnb.storage.sql import schema

        newest = (
            select(schema.runs.c.id)
            .where(schema.runs.c.pipeline_name == pipeline_name)
            .order_by(schema.runs.c.created_at.desc(), schema.runs.c.id.desc())
            .limit(runs)
        )
        wanted = (
            select(schema.events.c.step_key, schema.events.c.payload)
            .where(schema.events.c.run.in_(newest.scalar_subquery()), schema.events.c.kind == "StepSucceeded")
            .order_by(schema.events.c.id.desc())
        )
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        return [
            StepTiming(step_key=step_key, seconds=seconds)
            for step_key, payload in rows
            if step_key is not None and (seconds := seconds_in(payload)) is not None
        ]

    def _first(self, query: Select[Any]) -> Sequence[Any] | None:
        def first(connection: Connection) -> Sequence[Any] | None:
            return connection.execute(query).first()

        return self._database.read(first)


_STATUSES = {status.value: status for status in RunStatus}


def _conditions(filters: RunFilter | None) -> list[ColumnElement[bool]]:
    from sqlalchemy import func, select

    from dagnb.storage.sql.schema import run_tags, runs

    if filters is None:
        return []
    found: list[ColumnElement[bool]] = []
    if filters.run_id_prefix is not None:
        prefix = filters.run_id_prefix
        found.append(func.substr(runs.c.run_id, 1, len(prefix)) == prefix)
    equal = {
        runs.c.pipeline_name: filters.pipeline_name,
        runs.c.snapshot_id: filters.snapshot_id,
        runs.c.root_run_id: filters.root_run_id,
    }
    found.extend(column == value for column, value in equal.items() if value is not None)
    if filters.statuses is not None:
        found.append(runs.c.status.in_([status.value for status in filters.statuses]))
    if filters.created_after is not None:
        found.append(runs.c.created_at > to_micros(filters.created_after))
    if filters.created_before is not None:
        found.append(runs.c.created_at < to_micros(filters.created_before))
    for key, value in _indexed(filters.tags):
        tagged = select(run_tags.c.run).where(run_tags.c.key == key, run_tags.c.value == value)
        found.append(runs.c.id.in_(tagged))
    return found


def _indexed(tags: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(storable(key), storable(value)) for key, value in dict(tags).items()]


def _one_run() -> Select[Any]:
    from sqlalchemy import bindparam

    from dagnb.storage.sql.schema import runs

    return _record_columns().where(runs.c.run_id == bindparam("run_id"))


def _place_of_run() -> Select[Any]:
    from sqlalchemy import bindparam, select

    from dagnb.storage.sql.schema import runs

    return select(runs.c.created_at, runs.c.id).where(runs.c.run_id == bindparam("run_id"))


def _page(*, before: bool, limited: bool) -> Select[Any]:
    from sqlalchemy import bindparam, tuple_

    from dagnb.storage.sql.schema import runs

    wanted = _record_columns().order_by(runs.c.created_at.desc(), runs.c.id.desc())
    if before:
        place = tuple_(bindparam("before_at"), bindparam("before_id"))
        wanted = wanted.where(tuple_(runs.c.created_at, runs.c.id) < place)
    return wanted.limit(bindparam("limit")) if limited else wanted


def _row_of(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "pipeline_name": run.pipeline_name,
        "mode": run.mode,
        "run_config": storable(run.run_config),
        "snapshot_id": run.snapshot_id,
        "created_at": to_micros(run.created),
        "status": run.status.value,
        "started_at": _micros_or_none(run.started),
        "ended_at": _micros_or_none(run.ended),
        "tags": json.dumps(run.tags),
        "step_keys": _text_or_none(run.step_keys),
        "solid_selection": _text_or_none(run.solid_selection),
        "parent_run_id": run.parent_run_id,
        "root_run_id": run.root_run_id,
        "partition_key": run.partition,
        "preset": run.preset,
        # Events alone make it grow.
        "last_seq": 0,
        "token": 0,
    }


def _record_columns() -> Select[Any]:
    from sqlalchemy import select

    from dagnb.storage.sql.schema import runs

    return select(
        runs.c.run_id,
        runs.c.pipeline_name,
        runs.c.mode,
        runs.c.run_config,
        runs.c.snapshot_id,
        runs.c.created_at,
        runs.c.status,
        runs.c.started_at,
        runs.c.ended_at,
        runs.c.tags,
        runs.c.step_keys,
        runs.c.solid_selection,
        runs.c.parent_run_id,
        runs.c.root_run_id,
        runs.c.partition_key,
        runs.c.preset,
        runs.c.last_seq,
    )


def _records_of(rows: Sequence[Sequence[Any]]) -> list[RunRecord]:
    records = []
    for row in rows:
        try:
            records.append(_record_of(row))
        except DagnbInstanceError as error:
            warnings.warn(f"left out: {error}", DamageWarning, stacklevel=4)
    return records


def _record_of(row: Sequence[Any]) -> RunRecord:
    try:
        return _read_row(row)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise DagnbInstanceError(
            "the record of a run is damaged",
            where=f"run {row[0]}",
            got=f"{type(error).__name__}: {error}",
            hint="put a backup of the instance's database in its place",
        ) from error


def _read_row(row: Sequence[Any]) -> RunRecord:
    return RunRecord(
        run_id=row[0],
        pipeline_name=row[1],
        mode=row[2],
        run_config=row[3],
        snapshot_id=row[4],
        created=from_micros(row[5]),
        status=_STATUSES[row[6]],
        started=from_micros_or_none(row[7]),
        ended=from_micros_or_none(row[8]),
        tags=tuple((key, value) for key, value in json.loads(row[9])) if row[9] != "[]" else (),
        step_keys=_texts_or_none(row[10]),
        solid_selection=_texts_or_none(row[11]),
        parent_run_id=row[12],
        root_run_id=row[13],
        partition=row[14],
        preset=row[15],
        last_seq=row[16],
    )


def _micros_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def _text_or_none(texts: tuple[str, ...] | None) -> str | None:
    return None if texts is None else json.dumps(texts)


def _texts_or_none(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(json.loads(text))

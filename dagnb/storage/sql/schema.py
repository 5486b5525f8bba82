"""The tables, in terms that SQLite and PostgreSQL share: integers for moments, JSON as text.

`migrations/versions` holds the same tables as a series of revisions; a test compares the two.
Importing this module imports SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

# SQLite numbers rows by itself only where the column is exactly INTEGER, which there has 64 bits anyway.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")

HEAD = "0001"

metadata = MetaData()

alembic_version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

snapshots = Table(
    "snapshots",
    metadata,
    Column("snapshot_id", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("run_id", Text, nullable=False, unique=True),
    Column("pipeline_name", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("run_config", Text, nullable=False),
    Column("snapshot_id", Text, ForeignKey("snapshots.snapshot_id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("tags", Text, nullable=False),
    Column("step_keys", Text),
    Column("solid_selection", Text),
    Column("parent_run_id", Text),
    Column("root_run_id", Text),
    Column("partition_key", Text),
    Column("preset", Text),
    Column("last_seq", BigInteger, nullable=False),
    # The lease. The token outlives the owner: a new owner's must be greater than every earlier one.
    Column("token", BigInteger, nullable=False),
    Column("owner_host", Text),
    Column("owner_pid_namespace", Text),
    Column("owner_pid", BigInteger),
    Column("owner_process_started", Text),
    Column("heartbeat_at", BigInteger),
    Index("ix_runs_created", "created_at", "id"),
    Index("ix_runs_pipeline", "pipeline_name", "created_at", "id"),
    Index("ix_runs_status", "status", "created_at", "id"),
    Index("ix_runs_snapshot", "snapshot_id"),
    Index("ix_runs_root", "root_run_id"),
)

run_tags = Table(
    "run_tags",
    metadata,
    Column("run", RowNumber, ForeignKey("runs.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Index("ix_run_tags_value", "key", "value", "run"),
)

events = Table(
    "events",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("run", RowNumber, ForeignKey("runs.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("step_key", Text),
    Column("payload", Text, nullable=False),
    UniqueConstraint("run", "seq", name="uq_events_run_seq"),
)
# For telling the time left: only one event in four has an entry here. (No postgresql_where: naming it would import
# that dialect, 50 ms, on every start; PostgreSQL gets the whole index.)
Index(
    "ix_events_step_succeeded",
    events.c.run,
    sqlite_where=events.c.kind == "StepSucceeded",
)

assets = Table(
    "assets",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("asset_key", Text, nullable=False, unique=True),
    Column("materializations", BigInteger, nullable=False),
    Column("last_event", RowNumber, ForeignKey("events.id"), nullable=False),
)

materializations = Table(
    "materializations",
    metadata,
    Column("asset", RowNumber, ForeignKey("assets.id"), primary_key=True),
    Column("event", RowNumber, ForeignKey("events.id"), primary_key=True),
    Column("partition_key", Text),
    Index("ix_materializations_partition", "asset", "partition_key", "event"),
    sqlite_with_rowid=False,
)

"""Lay out runs, snapshots, events and assets."""  # noqa: INP001  # alembic runs it as a script

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this revision."""
    _runs()
    _events()
    _assets()


def _runs() -> None:
    op.create_table(
        "snapshots",
        sa.Column("snapshot_id", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", _row_number, primary_key=True),
        sa.Column("run_id", sa.Text, nullable=False, unique=True),
        sa.Column("pipeline_name", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("run_config", sa.Text, nullable=False),
        sa.Column("snapshot_id", sa.Text, sa.ForeignKey("snapshots.snapshot_id"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("step_keys", sa.Text),
        sa.Column("solid_selection", sa.Text),
        sa.Column("parent_run_id", sa.Text),
        sa.Column("root_run_id", sa.Text),
        sa.Column("partition_key", sa.Text),
        sa.Column("preset", sa.Text),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("owner_host", sa.Text),
        sa.Column("owner_pid_namespace", sa.Text),
        sa.Column("owner_pid", sa.BigInteger),
        sa.Column("owner_process_started", sa.Text),
        sa.Column("heartbeat_at", sa.BigInteger),
    )
    op.create_index("ix_runs_created", "runs", ["created_at", "id"])
    op.create_index("ix_runs_pipeline", "runs", ["pipeline_name", "created_at", "id"])
    op.create_index("ix_runs_status", "runs", ["status", "created_at", "id"])
    op.create_index("ix_runs_snapshot", "runs", ["snapshot_id"])
    op.create_index("ix_runs_root", "runs", ["root_run_id"])
    op.create_table(
        "run_tags",
        sa.Column("run", _row_number, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_index("ix_run_tags_value", "run_tags", ["key", "value", "run"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", _row_number, primary_key=True),
        sa.Column("run", _row_number, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("step_key", sa.Text),
        sa.Column("payload", sa.Text, nullable=False),
        sa.UniqueConstraint("run", "seq", name="uq_events_run_seq"),
    )
    succeeded = sa.text("kind = 'StepSucceeded'")
    op.create_index("ix_events_step_succeeded", "events", ["run"], sqlite_where=succeeded)


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", _row_number, primary_key=True),
        sa.Column("asset_key", sa.Text, nullable=False, unique=True),
        sa.Column("materializations", sa.BigInteger, nullable=False),
        sa.Column("last_event", _row_number, sa.ForeignKey("events.id"), nullable=False),
    )
    op.create_table(
        "materializations",
        sa.Column("asset", _row_number, sa.ForeignKey("assets.id"), primary_key=True),
        sa.Column("event", _row_number, sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("partition_key", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_materializations_partition", "materializations", ["asset", "partition_key", "event"])

"""The records that stores exchange with the rest: runs, leases, snapshots, assets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dagnb.events.keys import AssetKey
from dagnb.events.records import EventRecord


class RunStatus(StrEnum):
    """Where a run is. Terminal: SUCCESS, FAILURE, CANCELED."""

    QUEUED = "queued"
    STARTING = "starting"
    STARTED = "started"
    CANCELING = "canceling"
    CANCELED = "canceled"
    SUCCESS = "success"
    FAILURE = "failure"

    @property
    def is_terminal(self) -> bool:
        """Whether the run has ended."""
        return self in (RunStatus.SUCCESS, RunStatus.FAILURE, RunStatus.CANCELED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who runs a run: a process, told apart from a later one with the same pid by its start time.

    `pid_namespace` is the inode of /proc/self/ns/pid where there is one; `process_started` is in clock ticks
    or seconds since boot, whatever the platform gives, compared for equality only.
    """

    host: str
    pid_namespace: str
    pid: int
    process_started: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to append to a run: `token` grows with every new owner; a lower one is refused."""

    run_id: str
    token: int
    owner: Owner
    heartbeat: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as the store keeps it.

    `run_config` is the document as JSON text, defaults not filled in; `snapshot_id` is the hash of the
    `Snapshot`; `status` is a cache of the fold of the run's events.
    """

    run_id: str
    pipeline_name: str
    mode: str
    run_config: str
    snapshot_id: str
    created: datetime
    status: RunStatus = RunStatus.QUEUED
    started: datetime | None = None
    ended: datetime | None = None
    tags: tuple[tuple[str, str], ...] = ()
    step_keys: tuple[str, ...] | None = None
    solid_selection: tuple[str, ...] | None = None
    parent_run_id: str | None = None
    root_run_id: str | None = None
    partition: str | None = None
    preset: str | None = None
    last_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs are wanted; what is None does not matter. `tags` must all be there."""

    run_id_prefix: str | None = None
    pipeline_name: str | None = None
    statuses: tuple[RunStatus, ...] | None = None
    tags: tuple[tuple[str, str], ...] = ()
    snapshot_id: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    root_run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A pipeline as it was: a JSON document by its hash, readable when the definitions are gone."""

    snapshot_id: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRecord:
    """An asset and its newest materialization."""

    key: AssetKey
    count: int
    last: EventRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTiming:
    """How long a step took in an earlier run of its pipeline, for telling the time left."""

    step_key: str
    seconds: float

"""Runs as release 0.9.22 keeps them (`dagster.core.storage.pipeline_run`, `dagster.core.execution.stats`)."""

from __future__ import annotations

import uuid
from enum import Enum
from typing import Any, NamedTuple, Self

from dagnb.compat.check import invariant
from dagnb.contracts.records import RunFilter, RunRecord, RunStatus
from dagnb.views.stored import read_config


class PipelineRunStatus(Enum):
    """Where a run is."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    MANAGED = "MANAGED"
    STARTED = "STARTED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


_STATUS = {
    RunStatus.QUEUED: PipelineRunStatus.NOT_STARTED,
    RunStatus.STARTING: PipelineRunStatus.NOT_STARTED,
    RunStatus.STARTED: PipelineRunStatus.STARTED,
    RunStatus.CANCELING: PipelineRunStatus.STARTED,
    RunStatus.SUCCESS: PipelineRunStatus.SUCCESS,
    RunStatus.FAILURE: PipelineRunStatus.FAILURE,
    RunStatus.CANCELED: PipelineRunStatus.FAILURE,
}


class _PipelineRun(NamedTuple):
    pipeline_name: str | None
    run_id: str
    run_config: dict[str, Any]
    mode: str | None
    solid_selection: list[str] | None
    solids_to_execute: frozenset[str] | None
    step_keys_to_execute: list[str] | None
    status: PipelineRunStatus
    tags: dict[str, str]
    root_run_id: str | None
    parent_run_id: str | None
    pipeline_snapshot_id: str | None
    execution_plan_snapshot_id: str | None
    external_pipeline_origin: Any


class PipelineRun(_PipelineRun):
    """A run: what was asked for, and where it is.

    >>> PipelineRun("numbers", "r1").status.name
    'NOT_STARTED'
    """

    __slots__ = ()

    def __new__(
        cls,
        pipeline_name: str | None = None,
        run_id: str | None = None,
        run_config: dict[str, Any] | None = None,
        mode: str | None = None,
        solid_selection: list[str] | None = None,
        solids_to_execute: frozenset[str] | None = None,
        step_keys_to_execute: list[str] | None = None,
        status: PipelineRunStatus | None = None,
        tags: dict[str, str] | None = None,
        root_run_id: str | None = None,
        parent_run_id: str | None = None,
        pipeline_snapshot_id: str | None = None,
        execution_plan_snapshot_id: str | None = None,
        external_pipeline_origin: Any = None,
    ) -> Self:
        """Fill in what is not given."""
        invariant((root_run_id is None) == (parent_run_id is None), "root_run_id and parent_run_id come together")
        return super().__new__(
            cls,
            pipeline_name,
            run_id or str(uuid.uuid4()),
            dict(run_config or {}),
            mode,
            solid_selection,
            solids_to_execute,
            step_keys_to_execute,
            status or PipelineRunStatus.NOT_STARTED,
            dict(tags or {}),
            root_run_id,
            parent_run_id,
            pipeline_snapshot_id,
            execution_plan_snapshot_id,
            external_pipeline_origin,
        )

    def with_status(self, status: PipelineRunStatus) -> PipelineRun:
        """Return it in another status."""
        return self._replace(status=status)

    def with_mode(self, mode: str) -> PipelineRun:
        """Return it in another mode."""
        return self._replace(mode=mode)

    def with_tags(self, tags: dict[str, str]) -> PipelineRun:
        """Return it with other tags."""
        return self._replace(tags=tags)

    def get_root_run_id(self) -> str | None:
        """Return the first of the runs that it repeats."""
        return self.root_run_id

    def get_parent_run_id(self) -> str | None:
        """Return the run that it repeats."""
        return self.parent_run_id

    @property
    def previous_run_id(self) -> str | None:
        """The run that it repeats."""
        return self.parent_run_id

    @property
    def is_finished(self) -> bool:
        """Whether it has ended."""
        return self.status in (PipelineRunStatus.SUCCESS, PipelineRunStatus.FAILURE)

    @property
    def is_success(self) -> bool:
        """Whether it succeeded."""
        return self.status is PipelineRunStatus.SUCCESS

    @property
    def is_failure(self) -> bool:
        """Whether it failed."""
        return self.status is PipelineRunStatus.FAILURE

    @property
    def is_resume_retry(self) -> bool:
        """Whether it goes on from where another run failed."""
        return self.tags.get("dagnb/from_failure") == "true"


def pipeline_run_of(record: RunRecord) -> PipelineRun:
    """Return a run of dagnb as 0.9.22 keeps it."""
    is_child = record.parent_run_id is not None
    return PipelineRun(
        record.pipeline_name,
        record.run_id,
        read_config(record),
        record.mode,
        list(record.solid_selection) if record.solid_selection else None,
        None,
        None,
        _STATUS[record.status],
        dict(record.tags),
        record.root_run_id if is_child else None,
        record.parent_run_id if is_child else None,
        record.snapshot_id,
    )


class PipelineRunsFilter(NamedTuple):
    """Which runs are wanted; what is None does not matter."""

    run_ids: list[str] | None = None
    pipeline_name: str | None = None
    status: PipelineRunStatus | None = None
    tags: dict[str, str] | None = None
    snapshot_id: str | None = None

    @staticmethod
    def for_partition(partition_set: Any, partition: Any) -> PipelineRunsFilter:
        """Return the one for the runs of a partition."""
        tags = {"dagster/partition": partition.name, "dagster/partition_set": partition_set.name}
        return PipelineRunsFilter(tags=tags)


def own_filter(wanted: PipelineRunsFilter | None) -> RunFilter:
    """Return a filter as dagnb has it; ids are not in it."""
    if wanted is None:
        return RunFilter()
    statuses = None
    if wanted.status is not None:
        statuses = tuple(status for status, old in _STATUS.items() if old is wanted.status)
    return RunFilter(
        pipeline_name=wanted.pipeline_name,
        statuses=statuses,
        tags=tuple(sorted((wanted.tags or {}).items())),
        snapshot_id=wanted.snapshot_id,
    )


class PipelineRunStatsSnapshot(NamedTuple):
    """A run in numbers."""

    run_id: str
    steps_succeeded: int
    steps_failed: int
    materializations: int
    expectations: int
    start_time: float | None
    end_time: float | None


class StepEventStatus(Enum):
    """How a step ended."""

    SKIPPED = "SKIPPED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class RunStepKeyStatsSnapshot(NamedTuple):
    """A step of a run in numbers."""

    run_id: str
    step_key: str
    status: StepEventStatus | None = None
    start_time: float | None = None
    end_time: float | None = None
    materializations: list[Any] = []  # noqa: RUF012  # of a tuple, which cannot change
    expectation_results: list[Any] = []  # noqa: RUF012  # of a tuple, which cannot change
    attempts: int | None = None

"""The instance with the queries of release 0.9.22 (`dagster.core.instance`), over one of dagnb."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from dagnb.compat.check import opt_inst_param, str_param
from dagnb.compat.errors import DagsterRunNotFoundError
from dagnb.compat.events import AssetKey
from dagnb.compat.log_events import DagsterEventRecord, DagsterEventType
from dagnb.compat.runs import (
    PipelineRun,
    PipelineRunsFilter,
    PipelineRunStatsSnapshot,
    RunStepKeyStatsSnapshot,
    StepEventStatus,
    own_filter,
    pipeline_run_of,
)
from dagnb.compat.telling import told_records
from dagnb.contracts.records import RunRecord
from dagnb.events.keys import AssetKey as DagnbAssetKey
from dagnb.events.records import EventRecord
from dagnb.instance import Instance

_HOME = "DAGSTER_HOME"
_unkept: weakref.ref[Instance] | None = None


def unkept_runs() -> Instance:
    """Return the instance of the runs that are kept nowhere: it is there as long as somebody holds a result of one."""
    global _unkept  # noqa: PLW0603  # one for the process; opening a database for each run would take longer than it
    found = None if _unkept is None else _unkept()
    if found is None or not found.home.is_dir():
        found = Instance.ephemeral()
        _unkept = weakref.ref(found)
    return found


class DagsterInstance:
    """Where runs are kept.

    `get` opens the one in ``$DAGSTER_HOME``, `ephemeral` makes one that is gone with this process, `local_temp` one in
    a folder. The arguments of the class are those of 0.9.22 and chose its storages; dagnb's instance has its own.

    >>> DagsterInstance.ephemeral().get_runs()
    []
    """

    def __init__(self, instance_type: Any = None, *parts: Any, **settings: Any) -> None:
        del instance_type, parts, settings
        self._own = Instance.ephemeral()

    @classmethod
    def over(cls, instance: Instance) -> DagsterInstance:
        """Return the one over an instance of dagnb; two over the same one are equal."""
        found = cls.__new__(cls)
        found._own = instance  # noqa: SLF001  # of the same class
        return found

    def __eq__(self, other: object) -> bool:
        return self._own is other._own if isinstance(other, DagsterInstance) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._own)

    @staticmethod
    def ephemeral(tempdir: str | None = None, preload: Any = None) -> DagsterInstance:
        """Make one that is gone with this process."""
        del preload
        return DagsterInstance.local_temp(tempdir) if tempdir else DagsterInstance.over(Instance.ephemeral())

    @staticmethod
    def get(fallback_storage: Any = None) -> DagsterInstance:
        """Open the one in ``$DAGSTER_HOME``; where that is not set, make one that is gone with this process."""
        del fallback_storage
        home = os.environ.get(_HOME)
        if not home:
            return DagsterInstance.ephemeral()
        return DagsterInstance.over(Instance.get(Path(home).expanduser()))

    @staticmethod
    def local_temp(tempdir: str | None = None, overrides: Any = None) -> DagsterInstance:
        """Make one in a folder; without one, in a folder that is removed with it."""
        del overrides
        return DagsterInstance.over(Instance.ephemeral() if tempdir is None else Instance.at(tempdir))

    @staticmethod
    def from_config(config_dir: str, config_filename: str = "dagster.yaml") -> DagsterInstance:
        """Open the one in a folder; `dagster.yaml` is not read, `dagnb.yaml` is."""
        del config_filename
        return DagsterInstance.over(Instance.at(config_dir))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispose()

    @property
    def own(self) -> Instance:
        """The instance of dagnb."""
        return self._own

    @property
    def is_ephemeral(self) -> bool:
        """Whether it is gone with this process."""
        return self._own.temporary

    @property
    def is_persistent(self) -> bool:
        """Whether it stays."""
        return not self._own.temporary

    @property
    def is_asset_aware(self) -> bool:
        """Whether assets can be asked for: always."""
        return True

    @property
    def root_directory(self) -> str:
        """Its folder."""
        return str(self._own.home)

    def info_str(self) -> str:
        """Return what is known of it, as YAML."""
        import yaml

        return str(yaml.safe_dump(self._own.info(), sort_keys=False))

    def dispose(self) -> None:
        """Close it; the folder of a temporary one is removed."""
        self._own.close()

    def file_manager_directory(self, run_id: str) -> str:
        """Return the folder for files of a run."""
        return str(self._own.home / "storage" / run_id / "files")

    def intermediates_directory(self, run_id: str) -> str:
        """Return the folder for values of a run."""
        return str(self._own.home / "storage" / run_id / "intermediates")

    def has_run(self, run_id: str) -> bool:
        """Tell whether it has a run."""
        return self._own.runs.run(run_id) is not None

    def get_run_by_id(self, run_id: str) -> PipelineRun | None:
        """Return a run, None when it is not there."""
        return pipeline_run_of(self._own.read_run(run_id)) if self.has_run(run_id) else None

    def _records(self, filters: PipelineRunsFilter | None, cursor: str | None, limit: int | None) -> list[RunRecord]:
        opt_inst_param(filters, "filters", PipelineRunsFilter)
        wanted = None if filters is None else filters.run_ids
        found = self._own.read_runs(own_filter(filters), limit=None if wanted else limit, before=cursor)
        return found if not wanted else [each for each in found if each.run_id in wanted][:limit]

    def get_runs(
        self, filters: PipelineRunsFilter | None = None, cursor: str | None = None, limit: int | None = None
    ) -> list[PipelineRun]:
        """Return runs, newest first.

        Args:
            filters: which runs (default: all).
            cursor: the id of the last run of the page before.
            limit: how many at the most (default: all).
        """
        return [pipeline_run_of(record) for record in self._records(filters, cursor, limit)]

    def get_runs_count(self, filters: PipelineRunsFilter | None = None) -> int:
        """Return how many runs there are."""
        return len(self._records(filters, None, None))

    def get_run_group(self, run_id: str) -> tuple[str, list[PipelineRun]]:
        """Return a run, those that it repeats and those that repeat it: the first one's id, and all of them."""
        record = self._own.runs.run(str_param(run_id, "run_id"))
        if record is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        root = record.root_run_id or record.run_id
        runs = [pipeline_run_of(each) for each in self._own.read_runs() if (each.root_run_id or each.run_id) == root]
        return root, runs

    def get_run_groups(
        self, filters: PipelineRunsFilter | None = None, cursor: str | None = None, limit: int | None = None
    ) -> dict[str, dict[str, Any]]:
        """Return the groups of the runs that are asked for: ``{root: {"runs": [...], "count": n}}``."""
        groups = {}
        for record in self._records(filters, cursor, limit):
            root, runs = self.get_run_group(record.run_id)
            groups[root] = {"runs": runs, "count": len(runs)}
        return groups

    def get_run_tags(self) -> list[tuple[str, set[str]]]:
        """Return the tags of all runs, each with its values."""
        found: dict[str, set[str]] = {}
        for record in self._own.read_runs():
            for key, value in record.tags:
                found.setdefault(key, set()).add(value)
        return sorted(found.items())

    def all_logs(self, run_id: str) -> list[DagsterEventRecord]:
        """Return the log of a run."""
        record = self._own.runs.run(run_id)
        return [] if record is None else list(told_records(record, self._own.events.read(run_id)))

    def logs_after(self, run_id: str, cursor: int) -> list[DagsterEventRecord]:
        """Return the log of a run after a position."""
        return self.all_logs(run_id)[cursor + 1 :]

    def get_run_stats(self, run_id: str) -> PipelineRunStatsSnapshot:
        """Return a run in numbers."""
        kinds = [
            (each.dagster_event.event_type, each.timestamp) for each in self.all_logs(run_id) if each.dagster_event
        ]
        times = dict(kinds)
        counts = {kind: sum(one is kind for one, _ in kinds) for kind in DagsterEventType}
        ended = times.get(DagsterEventType.PIPELINE_SUCCESS, times.get(DagsterEventType.PIPELINE_FAILURE))
        return PipelineRunStatsSnapshot(
            run_id,
            counts[DagsterEventType.STEP_SUCCESS],
            counts[DagsterEventType.STEP_FAILURE],
            counts[DagsterEventType.STEP_MATERIALIZATION],
            counts[DagsterEventType.STEP_EXPECTATION_RESULT],
            times.get(DagsterEventType.PIPELINE_START),
            ended,
        )

    def get_run_step_stats(self, run_id: str, step_keys: list[str] | None = None) -> list[RunStepKeyStatsSnapshot]:
        """Return the steps of a run in numbers."""
        by_step: dict[str, list[DagsterEventRecord]] = {}
        for each in self.all_logs(run_id):
            if each.dagster_event is not None and each.step_key is not None:
                by_step.setdefault(each.step_key, []).append(each)
        wanted = by_step if step_keys is None else {key: by_step[key] for key in step_keys if key in by_step}
        return [_step_stats(run_id, key, records) for key, records in wanted.items()]

    def all_asset_keys(self, prefix_path: list[str] | None = None) -> list[AssetKey]:
        """Return the assets that were materialized."""
        prefix = DagnbAssetKey(prefix_path) if prefix_path else None
        return [AssetKey(list(each.key.path)) for each in self._own.events.assets(prefix)]

    def has_asset_key(self, asset_key: Any) -> bool:
        """Tell whether an asset was materialized."""
        return bool(self._materializations(asset_key, 1))

    def events_for_asset_key(
        self, asset_key: Any, cursor: int | None = None, limit: int | None = None
    ) -> list[tuple[int, DagsterEventRecord]]:
        """Return the materializations of an asset, newest first, each with its number."""
        found: list[tuple[int, DagsterEventRecord]] = []
        for record in self._materializations(asset_key, None):
            run = self._own.runs.run(record.run_id)
            told = list(told_records(run, [record])) if run is not None else []
            found.extend((record.seq, each) for each in told if each.dagster_event and each.dagster_event.asset_key)
        return [each for each in found if cursor is None or each[0] < cursor][:limit]

    def run_ids_for_asset_key(self, asset_key: Any) -> list[str]:
        """Return the runs that materialized an asset, newest first."""
        return list(dict.fromkeys(record.run_id for record in self._materializations(asset_key, None)))

    def _materializations(self, asset_key: Any, limit: int | None) -> list[EventRecord]:
        return self._own.events.materializations(DagnbAssetKey(asset_key.path), limit=limit)

    def watch_event_logs(self, run_id: str, cursor: int, cb: Callable[[DagsterEventRecord], None]) -> None:
        """Call a function with each line of the log of a run after a position."""
        for record in self.logs_after(run_id, cursor):
            cb(record)

    def get_historical_pipeline(self, snapshot_id: str) -> Any:
        """Return a pipeline as it was, a document by its hash; None when there is none."""
        import json

        found = self._own.runs.snapshot(snapshot_id)
        return None if found is None else json.loads(found.document)

    def has_historical_pipeline(self, snapshot_id: str) -> bool:
        """Tell whether a pipeline as it was is kept."""
        return self._own.runs.snapshot(snapshot_id) is not None

    def __repr__(self) -> str:
        return f"DagsterInstance({self.root_directory!r})"


_ENDS = {
    DagsterEventType.STEP_SUCCESS: StepEventStatus.SUCCESS,
    DagsterEventType.STEP_FAILURE: StepEventStatus.FAILURE,
    DagsterEventType.STEP_SKIPPED: StepEventStatus.SKIPPED,
}


def _of_kind(records: list[DagsterEventRecord], *kinds: DagsterEventType) -> Iterator[DagsterEventRecord]:
    return (each for each in records if each.dagster_event and each.dagster_event.event_type in kinds)


def _step_stats(run_id: str, key: str, records: list[DagsterEventRecord]) -> RunStepKeyStatsSnapshot:
    begun = list(_of_kind(records, DagsterEventType.STEP_START))
    again = list(_of_kind(records, DagsterEventType.STEP_RESTARTED))
    ended = next(_of_kind(records, *_ENDS), None)
    wrote = _of_kind(records, DagsterEventType.STEP_MATERIALIZATION)
    expected = _of_kind(records, DagsterEventType.STEP_EXPECTATION_RESULT)
    return RunStepKeyStatsSnapshot(
        run_id,
        key,
        _ENDS[ended.get_dagster_event().event_type] if ended else None,
        begun[0].timestamp if begun else None,
        ended.timestamp if ended else None,
        [each.get_dagster_event().step_materialization_data.materialization for each in wrote],
        [each.get_dagster_event().step_expectation_result_data.expectation_result for each in expected],
        len(begun) + len(again) if begun else None,
    )

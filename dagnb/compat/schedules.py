"""Partitions, schedules and repositories with the names of release 0.9.22."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from dagnb.compat.check import CheckError, ParameterCheckError, invariant
from dagnb.compat.errors import DagsterInvariantViolationError, translated, translating
from dagnb.compat.pipelines import PipelineDefinition, as_old_pipeline
from dagnb.definitions import partition_schedule as dagnb_schedules
from dagnb.definitions.partition import Partition, PartitionSetDefinition as DagnbPartitionSet
from dagnb.definitions.partition_schedule import PartitionScheduleDefinition as DagnbPartitionSchedule, last_partition
from dagnb.definitions.repository import RepositoryDefinition as DagnbRepository
from dagnb.definitions.schedule import ScheduleDefinition as DagnbSchedule
from dagnb.definitions.time_partitions import date_partition_range as dagnb_range
from dagnb.errors import DagnbNotFoundError

__all__ = [
    "Partition",
    "PartitionScheduleDefinition",
    "PartitionSetDefinition",
    "RepositoryDefinition",
    "ScheduleDefinition",
    "ScheduleExecutionContext",
    "daily_schedule",
    "date_partition_range",
    "hourly_schedule",
    "last_partition",
    "monthly_schedule",
    "repository",
    "schedule",
    "weekly_schedule",
]

_MODE = "default"
_MIDNIGHT = time(0, 0)


class ScheduleExecutionContext(NamedTuple):
    """What the functions of a schedule are given."""

    instance: Any
    scheduled_execution_time: Any


def _old_tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("dagnb/", "dagster/", 1): value for key, value in tags.items()}


def _no_config(_partition: Partition) -> dict[str, Any]:
    return {}


class PartitionSetDefinition(DagnbPartitionSet):
    """Define the partitions of a pipeline, and what a run for one of them is given.

    >>> carriers = PartitionSetDefinition("carriers", "flights", lambda: [Partition("AA"), Partition("DL")])
    >>> carriers.get_partition_names()
    ['AA', 'DL']
    """

    def __init__(
        self,
        name: str,
        pipeline_name: str,
        partition_fn: Callable[[], list[Any]],
        solid_selection: Sequence[str] | None = None,
        mode: str | None = None,
        run_config_fn_for_partition: Callable[[Partition], Mapping[str, Any]] = _no_config,
        tags_fn_for_partition: Callable[[Partition], Mapping[str, Any]] = _no_config,
    ) -> None:
        with translating("definition"):
            super().__init__(
                name,
                pipeline_name,
                partition_fn,
                solid_selection=solid_selection,
                mode=mode or _MODE,
                run_config_fn_for_partition=run_config_fn_for_partition,
                tags_fn_for_partition=tags_fn_for_partition,
            )

    @translated("execution")
    def get_partitions(self) -> list[Partition]:
        """Return the partitions."""
        return self.partitions()

    def get_partition(self, name: str) -> Partition:
        """Return a partition by its name.

        Raises:
            CheckError: there is none.
        """
        try:
            return self.partition(name)
        except DagnbNotFoundError as error:
            raise CheckError(str(error)) from None

    def get_partition_names(self) -> list[str]:
        """Return the names of the partitions."""
        return [each.name for each in self.get_partitions()]

    @translated("execution")
    def run_config_for_partition(self, partition: Partition) -> dict[str, Any]:
        """Return the run config of a run for a partition."""
        return self.run_config(partition)

    @translated("execution")
    def tags_for_partition(self, partition: Partition) -> dict[str, str]:
        """Return the tags of a run for a partition."""
        return _old_tags(self.tags(partition))

    @translated("definition")
    def create_schedule_definition(
        self,
        schedule_name: str,
        cron_schedule: str,
        should_execute: Callable[..., bool] | None = None,
        partition_selector: Callable[..., Partition | None] = last_partition,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | None = None,
    ) -> PartitionScheduleDefinition:
        """Define a schedule each of whose runs is for a partition of this set."""
        made = self.schedule(
            schedule_name,
            cron_schedule,
            should_execute=should_execute,
            partition_selector=partition_selector,
            environment_vars=environment_vars,
            execution_timezone=execution_timezone,
        )
        return _old_schedule(made)


class ScheduleDefinition(DagnbSchedule):
    """Define a schedule: when a pipeline runs, and what each run is given.

    >>> nightly = ScheduleDefinition("nightly", "0 2 * * *", "etl", run_config={"solids": {}})
    >>> nightly.get_run_config(ScheduleExecutionContext(None, None))
    {'solids': {}}
    """

    def __init__(
        self,
        name: str,
        cron_schedule: str,
        pipeline_name: str,
        run_config: Mapping[str, Any] | None = None,
        run_config_fn: Callable[..., Mapping[str, Any]] | None = None,
        tags: Mapping[str, Any] | None = None,
        tags_fn: Callable[..., Mapping[str, Any]] | None = None,
        solid_selection: Sequence[str] | None = None,
        mode: str = _MODE,
        should_execute: Callable[..., bool] | None = None,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | None = None,
    ) -> None:
        with translating("definition"):
            super().__init__(
                name,
                cron_schedule,
                pipeline_name,
                run_config=run_config,
                run_config_fn=run_config_fn,
                tags=tags,
                tags_fn=tags_fn,
                solid_selection=solid_selection,
                mode=mode,
                should_execute=should_execute,
                environment_vars=environment_vars,
                execution_timezone=execution_timezone,
            )

    @translated("execution")
    def get_run_config(self, context: Any) -> dict[str, Any]:
        """Return the run config of a tick's run."""
        return self.run_config(context.scheduled_execution_time, instance=context.instance)

    @translated("execution")
    def get_tags(self, context: Any) -> dict[str, str]:
        """Return the tags of a tick's run."""
        return _old_tags(self.tags(context.scheduled_execution_time, instance=context.instance))

    @translated("execution")
    def should_execute(self, context: Any) -> bool:
        """Tell whether a tick makes a run."""
        return self.should_run(context.scheduled_execution_time, instance=context.instance)


class PartitionScheduleDefinition(ScheduleDefinition, DagnbPartitionSchedule):
    """Define a schedule each of whose runs is for a partition."""

    def get_partition_set(self) -> PartitionSetDefinition:
        """Return the partitions."""
        found = self.partition_set
        assert isinstance(found, PartitionSetDefinition)  # noqa: S101  # made so below
        return found


def _old_schedule(made: DagnbPartitionSchedule) -> PartitionScheduleDefinition:
    made.partition_set.__class__ = PartitionSetDefinition
    made.__class__ = PartitionScheduleDefinition
    assert isinstance(made, PartitionScheduleDefinition)  # noqa: S101  # by the line above
    return made


def schedule(
    cron_schedule: str,
    pipeline_name: str,
    name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    tags_fn: Callable[..., Mapping[str, Any]] | None = None,
    solid_selection: Sequence[str] | None = None,
    mode: str = _MODE,
    should_execute: Callable[..., bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    execution_timezone: str | None = None,
) -> Callable[[Callable[..., Mapping[str, Any]]], ScheduleDefinition]:
    """Make a schedule of a function that returns the run config of each of its runs."""
    return lambda function: ScheduleDefinition(
        name or function.__name__,
        cron_schedule,
        pipeline_name,
        None,
        function,
        tags,
        tags_fn,
        solid_selection,
        mode,
        should_execute,
        environment_vars,
        execution_timezone,
    )


def _dated(make: Callable[..., Any], pipeline_name: str, start_date: Any, **options: Any) -> Any:
    with translating("definition"):
        decorate = make(pipeline_name, start_date, **options)

    @translated("definition")
    def decorate_old(function: Callable[[datetime], Mapping[str, Any]]) -> PartitionScheduleDefinition:
        return _old_schedule(decorate(function))

    return decorate_old


def monthly_schedule(
    pipeline_name: str,
    start_date: Any,
    name: str | None = None,
    execution_day_of_month: int = 1,
    execution_time: time = _MIDNIGHT,
    tags_fn_for_date: Callable[[datetime], Mapping[str, Any]] | None = None,
    solid_selection: Sequence[str] | None = None,
    mode: str = _MODE,
    should_execute: Callable[..., bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    end_date: Any = None,
    execution_timezone: str | None = None,
) -> Any:
    """Make a schedule that runs once a month for the month before."""
    return _dated(
        dagnb_schedules.monthly_schedule,
        pipeline_name,
        start_date,
        execution_day_of_month=execution_day_of_month,
        **_options(locals()),
    )


def weekly_schedule(
    pipeline_name: str,
    start_date: Any,
    name: str | None = None,
    execution_day_of_week: int = 0,
    execution_time: time = _MIDNIGHT,
    tags_fn_for_date: Callable[[datetime], Mapping[str, Any]] | None = None,
    solid_selection: Sequence[str] | None = None,
    mode: str = _MODE,
    should_execute: Callable[..., bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    end_date: Any = None,
    execution_timezone: str | None = None,
) -> Any:
    """Make a schedule that runs once a week for the week before."""
    return _dated(
        dagnb_schedules.weekly_schedule,
        pipeline_name,
        start_date,
        execution_day_of_week=execution_day_of_week,
        **_options(locals()),
    )


def daily_schedule(
    pipeline_name: str,
    start_date: Any,
    name: str | None = None,
    execution_time: time = _MIDNIGHT,
    tags_fn_for_date: Callable[[datetime], Mapping[str, Any]] | None = None,
    solid_selection: Sequence[str] | None = None,
    mode: str = _MODE,
    should_execute: Callable[..., bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    end_date: Any = None,
    execution_timezone: str | None = None,
) -> Any:
    """Make a schedule that runs once a day for the day before.

    >>> @daily_schedule("etl", datetime(2020, 1, 1))
    ... def nightly(date):
    ...     return {"solids": {"load": {"config": {"day": f"{date:%Y-%m-%d}"}}}}
    >>> nightly.get_run_config(ScheduleExecutionContext(None, datetime(2020, 3, 1)))
    {'solids': {'load': {'config': {'day': '2020-02-29'}}}}
    """
    return _dated(dagnb_schedules.daily_schedule, pipeline_name, start_date, **_options(locals()))


def hourly_schedule(
    pipeline_name: str,
    start_date: Any,
    name: str | None = None,
    execution_time: time = _MIDNIGHT,
    tags_fn_for_date: Callable[[datetime], Mapping[str, Any]] | None = None,
    solid_selection: Sequence[str] | None = None,
    mode: str = _MODE,
    should_execute: Callable[..., bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    end_date: Any = None,
    execution_timezone: str | None = None,
) -> Any:
    """Make a schedule that runs once an hour for the hour before."""
    return _dated(dagnb_schedules.hourly_schedule, pipeline_name, start_date, **_options(locals()))


_SHARED = frozenset(dagnb_schedules.ScheduleOptions.__annotations__)


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that schedules of all four kinds take."""
    return {name: value for name, value in given.items() if name in _SHARED}


def date_partition_range(
    start: datetime,
    end: datetime | None = None,
    delta: timedelta | None = None,
    delta_range: str | None = "days",
    fmt: str | None = None,
    inclusive: bool = False,
    timezone: str | None = None,
) -> Callable[[], list[Partition]]:
    """Make a `partition_fn` of one partition for each interval between two dates.

    >>> [each.name for each in date_partition_range(datetime(2020, 1, 30), datetime(2020, 2, 1))()]
    ['2020-01-30', '2020-01-31']
    """
    if not isinstance(start, datetime):
        raise ParameterCheckError(f"the argument start takes a datetime, got {start!r}"[:200])
    unit = delta_range
    if delta is not None:
        invariant(not delta_range, "delta and delta_range are not given together")
        unit = _unit_of(delta)
    if end is not None and start > end:
        raise DagsterInvariantViolationError("the partitions end before they start", got=f"{start} to {end}")
    with translating("definition"):
        return dagnb_range(start, end, unit, fmt or "%Y-%m-%d", inclusive=inclusive, timezone=timezone)  # type: ignore[arg-type]  # it checks the unit


def _unit_of(delta: timedelta) -> str:
    units = {timedelta(weeks=1): "weeks", timedelta(days=1): "days", timedelta(hours=1): "hours"}
    found = units.get(delta)
    if found is None:
        raise CheckError(f"partitions are minutes, hours, days, weeks or months long (delta_range), not {delta!r}")
    return found


class RepositoryDefinition(DagnbRepository):
    """Hold pipelines, partition sets and schedules by name; `@repository` makes one."""

    def __init__(self, name: str, repository_data: Any, description: str | None = None) -> None:
        with translating("definition"):
            super().__init__(name, repository_data, description)

    @translated("execution")
    def get_pipeline(self, name: str) -> PipelineDefinition:
        """Return a pipeline."""
        return as_old_pipeline(self.pipeline(name))

    @translated("execution")
    def get_all_pipelines(self) -> list[PipelineDefinition]:
        """Return all pipelines."""
        return [as_old_pipeline(each) for each in self.pipelines]

    def get_all_solid_defs(self) -> list[Any]:
        """Return the definitions of the solids of all pipelines."""
        return list(dict.fromkeys(one for each in self.get_all_pipelines() for one in each.all_solid_defs))

    @translated("execution")
    def solid_def_named(self, name: str) -> Any:
        """Return the definition of a solid."""
        return self.solid(name)

    @property
    def schedule_defs(self) -> list[Any]:
        """The schedules."""
        return self.schedules

    @translated("execution")
    def get_schedule_def(self, name: str) -> Any:
        """Return a schedule."""
        return self.schedule(name)

    def has_schedule_def(self, name: str) -> bool:
        """Tell whether it has a schedule."""
        return name in self.schedule_names

    @property
    def partition_set_defs(self) -> list[Any]:
        """The partition sets."""
        return self.partition_sets

    @translated("execution")
    def get_partition_set_def(self, name: str) -> Any:
        """Return a partition set."""
        return self.partition_set(name)


def repository(name: Any = None, description: str | None = None) -> Any:
    """Make a repository of a function that returns what is in it: `@repository` or `@repository(...)`."""

    @translated("definition")
    def decorate(function: Callable[[], Any]) -> RepositoryDefinition:
        from dagnb.definitions.docs import clean_doc

        chosen = function.__name__ if callable(name) or name is None else name
        return RepositoryDefinition(chosen, function(), description or clean_doc(function.__doc__))

    return decorate(name) if callable(name) else decorate

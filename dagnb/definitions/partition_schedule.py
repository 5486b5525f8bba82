"""Schedules whose runs are for partitions: monthly, weekly, daily, hourly, or of any partition set."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Literal, TypedDict, Unpack

from dagnb.definitions.calendar_time import Unit, find_zone, read_moment
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.partition import Partition, PartitionSetDefinition
from dagnb.definitions.schedule import SCHEDULE_TAG, ScheduleContext, ScheduleDefinition, function_name
from dagnb.definitions.telling import told
from dagnb.definitions.time_partitions import MONTH_FORMAT, Moment, TimePartitions, first_at_or_after
from dagnb.definitions.user_code import call, check_function
from dagnb.errors import DagnbInvalidDefinitionError, DagnbScheduleError, nearest

PartitionSelector = Callable[[ScheduleContext, PartitionSetDefinition], Partition | None]
ConfigOfDate = Callable[[datetime], Mapping[str, Any]]

_LAST_DAY_OF_ALL_MONTHS = 28
_LONGEST_MONTH = 31
_LAST_WEEKDAY = 6
_MIDNIGHT = time(0, 0)


class ScheduleOptions(TypedDict, total=False):
    """What monthly, weekly, daily and hourly schedules take by name; see `daily_schedule`."""

    name: str | None
    execution_time: time
    tags_fn_for_date: Callable[[datetime], Mapping[str, Any]] | None
    solid_selection: Sequence[str] | str | None
    mode: str | None
    should_execute: Callable[..., bool] | None
    environment_vars: Mapping[str, str] | None
    end_date: Moment | None
    execution_timezone: str | None


class ScheduleWarning(UserWarning):
    """A schedule that does what is written, which is perhaps not what is meant."""


def last_partition(context: ScheduleContext, partition_set: PartitionSetDefinition) -> Partition | None:
    """Select the last partition that there is at a tick; of partitions in time, that of the interval before it."""
    return partition_set.last(context.scheduled_execution_time)


class PartitionScheduleDefinition(ScheduleDefinition):
    """Define a schedule each of whose runs is for a partition; `PartitionSetDefinition.schedule` makes one.

    Args:
        name: letters, digits and underscores.
        cron_schedule: when, as for `ScheduleDefinition`.
        partition_set: the partitions, and what a run for one is given.
        partition_selector: takes the context and the partition set, returns the partition to run, or None for none.
        **rest: `should_execute`, `environment_vars`, `execution_timezone`, `description` of `ScheduleDefinition`.

    Raises:
        DagnbInvalidDefinitionError: see `ScheduleDefinition`.

    >>> from dagnb.definitions.time_partitions import daily_partitions
    >>> days = PartitionSetDefinition("days", "etl", daily_partitions("2020-01-01"))
    >>> PartitionScheduleDefinition("nightly", "0 2 * * *", days).partition("2020-03-01T02:00").name
    '2020-02-29'
    """

    def __init__(
        self,
        name: str,
        cron_schedule: str,
        partition_set: PartitionSetDefinition,
        *,
        partition_selector: PartitionSelector = last_partition,
        **rest: Any,
    ) -> None:
        super().__init__(
            name,
            cron_schedule,
            partition_set.pipeline_name,
            solid_selection=partition_set.solid_selection,
            mode=partition_set.mode,
            **rest,
        )
        check_function(partition_selector, f"schedule {name}", "partition_selector")
        self.partition_set: PartitionSetDefinition = partition_set
        self._selector = partition_selector

    def partition(self, at: Moment | None = None, *, instance: Any = None) -> Partition | None:
        """Return the partition that a tick's run is for; None when there is none.

        Args:
            at: the tick (default: now).
            instance: what the context gives the schedule's functions.

        Raises:
            DagnbScheduleError: `partition_selector` raised, or returned no partition.
            DagnbPartitionError: `partition_fn` raised.
        """
        where = f"schedule {self.name} › partition_selector"
        context = self._context(at, instance)
        if self._selector is last_partition:
            return last_partition(context, self.partition_set)
        chosen = call(self._selector, context, self.partition_set, failing=DagnbScheduleError, where=where)
        if chosen is not None and not isinstance(chosen, Partition):
            got = told(chosen)
            hint = "partition_set.partition(name) finds one"
            raise DagnbScheduleError(
                "the function did not return a partition", where=where, got=got, expected="a Partition, or None",
                hint=hint,
            )  # fmt: skip
        return chosen

    def should_run(self, at: Moment | None = None, *, instance: Any = None) -> bool:
        """Tell whether a tick makes a run: `should_execute` has nothing against it, and there is a partition.

        Raises:
            DagnbScheduleError: `should_execute` or `partition_selector` raised.
            DagnbPartitionError: `partition_fn` raised.
        """
        return super().should_run(at, instance=instance) and self.partition(at, instance=instance) is not None

    def run_config(self, at: Moment | None = None, *, instance: Any = None) -> dict[str, Any]:
        """Return the run config of a tick's run: that of its partition.

        Raises:
            DagnbScheduleError: there is no partition for it, or the selector raised.
            DagnbPartitionError: a function of the partition set raised.
        """
        return self.partition_set.run_config(self._needed(at, instance))

    def tags(self, at: Moment | None = None, *, instance: Any = None) -> dict[str, str]:
        """Return the tags of a tick's run: those of its partition, and ``dagnb/schedule_name``.

        Raises:
            DagnbScheduleError: there is no partition for it, or the selector raised.
            DagnbPartitionError: a function of the partition set raised.
        """
        return {**self.partition_set.tags(self._needed(at, instance)), SCHEDULE_TAG: self.name}

    def _needed(self, at: Moment | None, instance: Any) -> Partition:
        found = self.partition(at, instance=instance)
        if found is None:
            raise DagnbScheduleError(
                "the schedule has no partition to run then",
                where=f"schedule {self.name}",
                got=self._moment(at).isoformat(),
                hint="should_run(at) tells whether there is one",
            )
        return found


def monthly_schedule(
    pipeline_name: str, start_date: Moment, *, execution_day_of_month: int = 1, **options: Unpack[ScheduleOptions]
) -> Callable[[ConfigOfDate], PartitionScheduleDefinition]:
    """Make a schedule that runs once a month for the month before; the function takes its first day.

    It makes a partition set ``<schedule>_partitions`` of the months, too.

    Args:
        pipeline_name: the pipeline that runs.
        start_date: the first day of the first month.
        execution_day_of_month: on which day, 1 to 31. A month without this day has no tick.
        **options: as for `daily_schedule`.

    Raises:
        DagnbInvalidDefinitionError: a day or another argument that is none.

    >>> @monthly_schedule("etl", "2020-01-01", execution_day_of_month=5)
    ... def reports(date):
    ...     return {"solids": {"report": {"config": {"month": f"{date:%B}"}}}}
    >>> reports.run_config("2020-03-05")
    {'solids': {'report': {'config': {'month': 'February'}}}}
    >>> reports.cron_schedule, reports.partition_set.name
    ('0 0 5 * *', 'reports_partitions')
    """
    _check_range("execution_day_of_month", execution_day_of_month, 1, _LONGEST_MONTH)
    if execution_day_of_month > _LAST_DAY_OF_ALL_MONTHS:
        text = (
            f"months without a day {execution_day_of_month} have no tick: execution_day_of_month=28 is in all of them"
        )
        warnings.warn(text, ScheduleWarning, stacklevel=2)
    return _partitioned("months", pipeline_name, start_date, f"{{}} {{}} {execution_day_of_month} * *", options)


def weekly_schedule(
    pipeline_name: str, start_date: Moment, *, execution_day_of_week: int = 0, **options: Unpack[ScheduleOptions]
) -> Callable[[ConfigOfDate], PartitionScheduleDefinition]:
    """Make a schedule that runs once a week for the week before; the function takes that week's first day.

    Weeks begin on the weekday of `start_date`. It makes a partition set ``<schedule>_partitions`` of them, too.

    Args:
        pipeline_name: the pipeline that runs.
        start_date: the first day of the first week.
        execution_day_of_week: on which day, 0 (Sunday) to 6 (Saturday).
        **options: as for `daily_schedule`.

    Raises:
        DagnbInvalidDefinitionError: a day or another argument that is none.

    >>> @weekly_schedule("etl", "2020-01-06", execution_day_of_week=1)
    ... def reports(date):
    ...     return {"solids": {"report": {"config": {"monday": str(date.date())}}}}
    >>> reports.run_config("2020-01-20")
    {'solids': {'report': {'config': {'monday': '2020-01-13'}}}}
    """
    _check_range("execution_day_of_week", execution_day_of_week, 0, _LAST_WEEKDAY)
    return _partitioned("weeks", pipeline_name, start_date, f"{{}} {{}} * * {execution_day_of_week}", options)


def daily_schedule(
    pipeline_name: str, start_date: Moment, **options: Unpack[ScheduleOptions]
) -> Callable[[ConfigOfDate], PartitionScheduleDefinition]:
    """Make a schedule that runs once a day for the day before; the function takes that day's midnight.

    It makes a partition set ``<schedule>_partitions`` of the days, too.

    Args:
        pipeline_name: the pipeline that runs.
        start_date: the first day.
        **options: all named:

            - `name`: the schedule's name (default: the function's).
            - `execution_time`: at what time, a `datetime.time` (default: midnight; of hours, only the minute counts).
            - `tags_fn_for_date`: takes what the function takes, returns tags of the run.
            - `solid_selection`: which solids to run (default: all).
            - `mode`: in which mode (default: the pipeline's first).
            - `should_execute`: takes the schedule's context; False leaves a tick out.
            - `environment_vars`: environment variables of its runs.
            - `end_date`: when the last partition has ended (default: never).
            - `execution_timezone`: the time zone (default: that of `start_date`, or UTC).

    Raises:
        DagnbInvalidDefinitionError: a date, time, time zone or another argument that is none.

    >>> @daily_schedule("etl", "2020-01-01", execution_time=time(2, 30), execution_timezone="Europe/Budapest")
    ... def nightly(date):
    ...     return {"solids": {"load": {"config": {"day": f"{date:%Y-%m-%d}"}}}}
    >>> nightly.run_config("2020-03-30T02:30")
    {'solids': {'load': {'config': {'day': '2020-03-29'}}}}
    >>> nightly.tags("2020-03-30T02:30")["dagnb/partition"]
    '2020-03-29'
    """
    return _partitioned("days", pipeline_name, start_date, "{} {} * * *", options)


def hourly_schedule(
    pipeline_name: str, start_date: Moment, **options: Unpack[ScheduleOptions]
) -> Callable[[ConfigOfDate], PartitionScheduleDefinition]:
    """Make a schedule that runs once an hour for the hour before; the function takes when that hour began.

    It makes a partition set ``<schedule>_partitions`` of the hours, too: 23 or 25 of them on days when clocks are
    changed.

    Args:
        pipeline_name: the pipeline that runs.
        start_date: when the first hour begins.
        **options: as for `daily_schedule`.

    Raises:
        DagnbInvalidDefinitionError: an argument that is none.

    >>> @hourly_schedule("etl", "2020-01-01", execution_time=time(0, 5))
    ... def often(date):
    ...     return {"solids": {"load": {"config": {"hour": date.hour}}}}
    >>> often.run_config("2020-01-02T09:05")
    {'solids': {'load': {'config': {'hour': 8}}}}
    """
    given = options.get("execution_time")
    if isinstance(given, time) and given.hour:
        text = f"an hourly schedule runs in every hour: of execution_time={given:%H:%M} only the minute counts"
        warnings.warn(text, ScheduleWarning, stacklevel=2)
    return _partitioned("hours", pipeline_name, start_date, "{} * * * *", options)


def _partitioned(
    unit: Unit,
    pipeline_name: str,
    start_date: Moment,
    cron: str,
    options: ScheduleOptions,
) -> Callable[[ConfigOfDate], PartitionScheduleDefinition]:
    unknown = sorted(options.keys() - ScheduleOptions.__annotations__.keys())
    if unknown:
        near = nearest(unknown[0], ScheduleOptions.__annotations__)
        raise DagnbInvalidDefinitionError(
            "a schedule has no such argument",
            where=f"schedule of {pipeline_name}",
            got=", ".join(unknown),
            expected=f"one of {', '.join(ScheduleOptions.__annotations__)}",
            hint=f"did you mean {near}?" if near else None,
        )
    at = _check_time(options.get("execution_time", _MIDNIGHT), f"schedule of {pipeline_name}")
    partitions = _intervals_of(unit, start_date, options.get("end_date"), options.get("execution_timezone"))
    fields = cron.format(at.minute, at.hour)

    def decorate(function: ConfigOfDate) -> PartitionScheduleDefinition:
        chosen = options.get("name") or function_name(function, "@..._schedule(...)")
        return PartitionScheduleDefinition(
            chosen,
            fields,
            _partition_set(f"{chosen}_partitions", pipeline_name, partitions, function, options),
            should_execute=options.get("should_execute"),
            environment_vars=options.get("environment_vars"),
            execution_timezone=partitions.zone,
            description=clean_doc(function.__doc__),
        )

    return decorate


def _partition_set(
    name: str, pipeline_name: str, partitions: TimePartitions, function: ConfigOfDate, options: ScheduleOptions
) -> PartitionSetDefinition:
    tags_fn = options.get("tags_fn_for_date")
    if tags_fn is not None:
        check_function(tags_fn, f"partition set {name}", "tags_fn_for_date")
    return PartitionSetDefinition(
        name,
        pipeline_name,
        partitions,
        solid_selection=options.get("solid_selection"),
        mode=options.get("mode"),
        run_config_fn_for_partition=lambda partition: function(partition.value),
        tags_fn_for_partition=None if tags_fn is None else lambda partition: tags_fn(partition.value),
    )


def _intervals_of(unit: Unit, start_date: Moment, end_date: Moment | None, timezone: str | None) -> TimePartitions:
    own = start_date.tzinfo if isinstance(start_date, datetime) else None
    where = f"{unit} from {start_date}"
    zone = find_zone(own if timezone is None else timezone, where)
    start = read_moment(start_date, zone, f"{where} › start_date")
    begins_on: dict[Unit, Literal["hours", "days", "months"]] = {"hours": "hours", "months": "months"}
    begin = first_at_or_after(start, begins_on.get(unit, "days"))
    if begin != start:
        first = {"hours": "a full hour", "months": "the first day of a month"}.get(unit, "midnight")
        text = f"start_date {start_date} is not {first}: the first partition begins at {begin.isoformat()}"
        warnings.warn(text, ScheduleWarning, stacklevel=4)
    fmt = MONTH_FORMAT if unit == "months" else None
    return TimePartitions(begin, end_date, unit=unit, fmt=fmt, timezone=zone, future="hidden")


def _check_range(argument: str, value: Any, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise DagnbInvalidDefinitionError(
            f"there is no such {argument}", got=repr(value)[:80], expected=f"an integer from {low} to {high}"
        )


def _check_time(value: Any, where: str) -> time:
    if isinstance(value, time):
        return value
    raise DagnbInvalidDefinitionError(
        "execution_time is a time of day",
        where=where,
        got=told(value),
        expected="datetime.time(2, 30)",
    )

"""Schedules: when a pipeline runs, and what its runs are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

from dagnb.definitions.calendar_time import find_zone, read_moment, zone_name
from dagnb.definitions.cron import check_cron, cron_in_words, cron_times
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.names import check_name, check_tags
from dagnb.definitions.partition import check_pipeline_name, check_solid_selection
from dagnb.definitions.telling import told
from dagnb.definitions.user_code import call, call_for_config, call_for_tags, check_function
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbScheduleError

if TYPE_CHECKING:
    from dagnb.definitions.time_partitions import Moment

SCHEDULE_TAG = "dagnb/schedule_name"


class ScheduleContext:
    """What the functions of a schedule are given.

    Attributes:
        scheduled_execution_time: the tick that it is about, in the schedule's time zone.
    """

    __slots__ = ("_instance", "_schedule", "scheduled_execution_time")

    def __init__(self, scheduled_execution_time: datetime, instance: Any = None, schedule: str = "") -> None:
        self.scheduled_execution_time = scheduled_execution_time
        self._instance = instance
        self._schedule = schedule

    @property
    def instance(self) -> Any:
        """The instance where runs are kept.

        Raises:
            DagnbInvariantViolationError: none was given.
        """
        if self._instance is None:
            raise DagnbInvariantViolationError(
                "the schedule looks at an instance, and none was given",
                where=f"schedule {self._schedule}" if self._schedule else None,
                hint="schedule.run_config(at, instance=Instance.get())",
            )
        return self._instance


class ScheduleDefinition:
    """Define a schedule: when a pipeline runs, and what each run is given.

    Args:
        name: letters, digits and underscores.
        cron_schedule: when: five fields of cron (minute, hour, day of the month, month, weekday), or @daily and the
            like.
        pipeline_name: the pipeline that runs.
        run_config: the run config of every run (default: an empty one).
        run_config_fn: makes it in place of `run_config`: takes the context, or nothing.
        tags: tags of every run.
        tags_fn: makes them in place of `tags`: takes the context, or nothing.
        solid_selection: which solids to run (default: all).
        mode: in which mode (default: the pipeline's first).
        should_execute: takes the context; False leaves a tick out.
        environment_vars: environment variables of its runs.
        execution_timezone: the time zone of `cron_schedule`, such as Europe/Budapest (default: UTC).
        description: what it is for.

    Raises:
        DagnbInvalidDefinitionError: `cron_schedule` is none, there is no such time zone, both of a pair are given, a
            bad name, or a function that is none.

    >>> nightly = ScheduleDefinition("nightly", "0 2 * * *", "etl", run_config={"solids": {}})
    >>> nightly.run_config("2020-01-01T02:00")
    {'solids': {}}
    >>> [f"{each:%d %b %H:%M}" for each in nightly.next_times("2020-02-28T02:00", 2)]
    ['29 Feb 02:00', '01 Mar 02:00']
    """

    partition_set: Any = None  # of schedules whose runs are for partitions

    def __init__(
        self,
        name: str,
        cron_schedule: str,
        pipeline_name: str,
        *,
        run_config: Mapping[str, Any] | None = None,
        run_config_fn: Callable[..., Mapping[str, Any]] | None = None,
        tags: Mapping[str, Any] | None = None,
        tags_fn: Callable[..., Mapping[str, Any]] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        should_execute: Callable[..., bool] | None = None,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | tzinfo | None = None,
        description: str | None = None,
    ) -> None:
        self.name = check_name(name, "schedule")
        where = f"schedule {name}"
        self.cron_schedule = cron_schedule
        self._fields = check_cron(cron_schedule, where)
        self.pipeline_name = check_pipeline_name(pipeline_name, where)
        self._zone = find_zone(execution_timezone, where)
        self._run_config_fn = _one_of_both("run_config", run_config, run_config_fn, where)
        self._tags_fn = _one_of_both("tags", None if tags is None else check_tags(tags, where), tags_fn, where)
        self.solid_selection = check_solid_selection(solid_selection, where)
        self.mode = mode
        if should_execute is not None:
            check_function(should_execute, where, "should_execute")
        self._should_execute = should_execute
        self.environment_vars = _check_environment(environment_vars, where)
        self.description = description

    @property
    def execution_timezone(self) -> str:
        """The name of the time zone of `cron_schedule`."""
        return zone_name(self._zone)

    @property
    def words(self) -> str:
        """When it comes, in words.

        >>> ScheduleDefinition("nightly", "0 2 * * *", "etl").words
        'at 02:00 every day, UTC'
        """
        return f"{cron_in_words(self._fields)}, {self.execution_timezone}"

    def next_times(self, after: Moment | None = None, count: int = 5) -> list[datetime]:
        """Return the next ticks, in the schedule's time zone, each once also where clocks are changed.

        Args:
            after: the moment after which they come (default: now).
            count: how many.

        Raises:
            DagnbInvalidDefinitionError: `after` is no date.
        """
        return list(islice(cron_times(self._fields, self._moment(after), self._zone), count))

    def should_run(self, at: Moment | None = None, *, instance: Any = None) -> bool:
        """Tell whether a tick makes a run.

        Args:
            at: the tick (default: now).
            instance: what the context gives the schedule's functions.

        Raises:
            DagnbScheduleError: `should_execute` raised.
        """
        if self._should_execute is None:
            return True
        return bool(self._call(call, self._should_execute, "should_execute", self._context(at, instance)))

    def run_config(self, at: Moment | None = None, *, instance: Any = None) -> dict[str, Any]:
        """Return the run config of a tick's run; arguments as for `should_run`.

        Raises:
            DagnbScheduleError: the function for it raised, or returned no dict.
        """
        made: dict[str, Any] = self._call(
            call_for_config, self._run_config_fn, "run_config_fn", self._context(at, instance)
        )
        return made

    def tags(self, at: Moment | None = None, *, instance: Any = None) -> dict[str, str]:
        """Return the tags of a tick's run, ``dagnb/schedule_name`` among them; arguments as for `should_run`.

        Raises:
            DagnbScheduleError: the function for them raised, or returned no tags.
        """
        made = self._call(call_for_tags, self._tags_fn, "tags_fn", self._context(at, instance))
        return {**made, SCHEDULE_TAG: self.name}

    def _moment(self, at: Moment | None) -> datetime:
        return read_moment(datetime.now(UTC) if at is None else at, self._zone, f"schedule {self.name}")

    def _context(self, at: Moment | None, instance: Any) -> ScheduleContext:
        return ScheduleContext(self._moment(at), instance, self.name)

    def _call(self, how: Callable[..., Any], function: Callable[..., Any], part: str, context: ScheduleContext) -> Any:
        arguments = (context,) if _takes_context(function) else ()
        return how(function, *arguments, failing=DagnbScheduleError, where=f"schedule {self.name} › {part}")

    def __repr__(self) -> str:
        return f"<schedule {self.name} of {self.pipeline_name}: {self.cron_schedule}>"


def schedule(
    cron_schedule: str,
    pipeline_name: str,
    *,
    name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    tags_fn: Callable[..., Mapping[str, Any]] | None = None,
    solid_selection: Sequence[str] | str | None = None,
    mode: str | None = None,
    should_execute: Callable[..., bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    execution_timezone: str | None = None,
) -> Callable[[Callable[..., Mapping[str, Any]]], ScheduleDefinition]:
    """Make a schedule of a function that returns the run config of each of its runs.

    The function takes the context (`scheduled_execution_time`, `instance`), or nothing. Its docstring is the
    description, and its name the schedule's unless `name` is given; the rest is as for `ScheduleDefinition`.

    Raises:
        DagnbInvalidDefinitionError: see `ScheduleDefinition`.

    >>> @schedule("0 2 * * *", "etl", execution_timezone="Europe/Budapest")
    ... def nightly(context):
    ...     day = context.scheduled_execution_time.date()
    ...     return {"solids": {"load": {"config": {"day": str(day)}}}}
    >>> nightly.run_config("2020-03-29T02:00")
    {'solids': {'load': {'config': {'day': '2020-03-29'}}}}
    """

    def decorate(function: Callable[..., Mapping[str, Any]]) -> ScheduleDefinition:
        return ScheduleDefinition(
            name or function_name(function, "@schedule(...)"),
            cron_schedule,
            pipeline_name,
            run_config_fn=function,
            tags=tags,
            tags_fn=tags_fn,
            solid_selection=solid_selection,
            mode=mode,
            should_execute=should_execute,
            environment_vars=environment_vars,
            execution_timezone=execution_timezone,
            description=clean_doc(function.__doc__),
        )

    return decorate


def function_name(function: Any, decorator: str) -> str:
    """Return the name of what is decorated.

    Raises:
        DagnbInvalidDefinitionError: it is no function.
    """
    name = getattr(function, "__name__", None)
    if not callable(function) or name is None:
        got = told(function)
        raise DagnbInvalidDefinitionError(f"{decorator} decorates a function", got=got)
    return str(name)


def _takes_context(function: Callable[..., Any]) -> bool:
    """Tell whether a function can be given one argument; what cannot be looked into takes it."""
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(each.kind not in (each.KEYWORD_ONLY, each.VAR_KEYWORD) for each in parameters)


def _one_of_both(part: str, value: Any, function: Any, where: str) -> Callable[..., Any]:
    if function is None:
        if value is not None and not isinstance(value, Mapping):
            got = told(value)
            raise DagnbInvalidDefinitionError(f"{part} is a dict", where=where, got=got)
        kept = dict(value or {})
        return lambda: kept
    if value is not None:
        raise DagnbInvalidDefinitionError(
            f"a schedule has either {part} or {part}_fn",
            where=where,
            got="both",
            hint=f"return from {part}_fn what stands in {part}",
        )
    check_function(function, where, f"{part}_fn")
    made: Callable[..., Any] = function
    return made


def _check_environment(variables: Any, where: str) -> dict[str, str]:
    if variables is None:
        return {}
    wrong = not isinstance(variables, Mapping)
    if wrong or not all(isinstance(each, str) for pair in variables.items() for each in pair):
        shown = type(variables).__name__ if wrong else ", ".join(str(key) for key in variables)
        raise DagnbInvalidDefinitionError(
            "environment_vars is a dict of texts", where=where, got=shown[:80], expected='for example {"TZ": "UTC"}'
        )
    return dict(variables)

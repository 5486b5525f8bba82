"""Schedules: when they come, what their runs are given; cron against brute force across changes of clocks."""

# ruff: noqa: DTZ001  # wall clocks; the schedules give them their zone

from __future__ import annotations

import warnings
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings, strategies as st

from dagnb import (
    Partition,
    PartitionSetDefinition,
    ScheduleDefinition,
    daily_partitions,
    daily_schedule,
    hourly_schedule,
    monthly_schedule,
    schedule,
    static_partitions,
    weekly_schedule,
)
from dagnb.definitions.partition_schedule import ScheduleWarning
from dagnb.errors import (
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbPartitionError,
    DagnbScheduleError,
)

ZONES = ["UTC", "Europe/Budapest", "America/New_York"]
moments = st.datetimes(datetime(2019, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))
# Days on which the clocks of these zones are changed.
changes = st.sampled_from(["2020-03-29", "2020-10-25", "2020-03-08", "2020-11-01"]).map(
    lambda day: datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=12)
)


def make(cron: str = "0 2 * * *", **rest: Any) -> ScheduleDefinition:
    return ScheduleDefinition("nightly", cron, "etl", **rest)


def utc(moments: Any) -> list[datetime]:
    return [each.astimezone(UTC) for each in moments]


@settings(deadline=None)  # the machine may be busy
@given(changes | moments, st.integers(0, 23), st.integers(0, 59), st.sampled_from(ZONES))
def test_a_daily_tick_comes_once_a_day_whatever_the_clocks_do(
    after: datetime, hour: int, minute: int, zone: str
) -> None:
    ticks = make(f"{minute} {hour} * * *", execution_timezone=zone).next_times(after, 4)
    assert utc(ticks) == sorted(set(utc(ticks)))
    assert utc(ticks)[0] > after
    first = ticks[0].date()
    assert [each.date() for each in ticks] == [first + timedelta(days=n) for n in range(4)]
    for each in ticks:
        wall = datetime(each.year, each.month, each.day, hour, minute, tzinfo=ZoneInfo(zone))
        exists = wall.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall.replace(tzinfo=None)
        # Where the clocks jump over the time, it comes with the first minute after the jump.
        assert each.replace(tzinfo=None) == wall.replace(tzinfo=None) if exists else (each.hour, each.minute) == (3, 0)
        assert each.fold == 0


@settings(deadline=None)  # the machine may be busy
@given(changes | moments, st.integers(0, 59), st.sampled_from(ZONES))
def test_an_hourly_tick_comes_each_hour_that_passes(after: datetime, minute: int, zone: str) -> None:
    ticks = utc(make(f"{minute} * * * *", execution_timezone=zone).next_times(after, 30))
    assert {later - earlier for earlier, later in pairwise(ticks)} == {timedelta(hours=1)}
    assert timedelta() < ticks[0] - after <= timedelta(hours=1)


@settings(deadline=None)  # the machine may be busy
@given(moments, st.integers(0, 23), st.integers(1, 12), st.sets(st.integers(0, 6), min_size=1))
def test_ticks_are_the_minutes_that_match(after: datetime, hour: int, month: int, weekdays: set[int]) -> None:
    listed = ",".join(map(str, weekdays))
    ticks = make(f"30 {hour} * {month} {listed}").next_times(after, 3)
    found: list[datetime] = []
    day = after.replace(hour=hour, minute=30, second=0, microsecond=0)
    while len(found) < 3:
        if day > after and day.month == month and day.isoweekday() % 7 in weekdays:
            found.append(day)
        day += timedelta(days=1)
    assert ticks == found


@pytest.mark.parametrize("after", ["2020-10-25T00:45:00+00:00", "2020-10-25T01:10:00+00:00"])
def test_a_clock_that_is_set_back_brings_no_tick_again(after: str) -> None:
    budapest = make("30 2 * * *", execution_timezone="Europe/Budapest")
    assert [f"{each:%m-%d %H:%M}" for each in budapest.next_times(after, 1)] == ["10-26 02:30"]


def test_times_that_a_jump_swallows_come_at_one_moment() -> None:
    twice = make("0,30 2 * * *", execution_timezone="Europe/Budapest").next_times("2020-03-28T12:00", 3)
    assert [f"{each:%d %H:%M}" for each in twice] == ["29 03:00", "30 02:00", "30 02:30"]


def test_next_times_begin_now() -> None:
    with time_machine.travel(datetime(2020, 2, 28, 12, tzinfo=UTC), tick=False):
        assert [f"{each:%d %b}" for each in make("0 0 * * *").next_times(count=2)] == ["29 Feb", "01 Mar"]
    assert len(make().next_times()) == 5


@pytest.mark.parametrize(
    ("cron", "text"),
    [
        ("60 * * * *", "look at the minute"),
        ("* 24 * * *", "look at the hour"),
        ("* * * 13 *", "look at the month"),
        ("* * * * 9", "look at the day-of-week"),
        ("0 0 31 2 *", "look at the day-of-month"),
        ("0 0 * *", "five fields: minute, hour"),
        ("", "five fields: minute, hour"),
        (None, "got: None"),
        ("0 0 2 * * *", "leave the seconds out"),
        ("@dayly", "did you mean @daily?"),
        ("every day", "five fields"),
    ],
)
def test_a_bad_cron_schedule_is_refused_where_it_is_written(cron: Any, text: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make(cron)
    assert text in str(caught.value)
    assert "schedule nightly" in str(caught.value)


def test_cron_in_short_and_in_words() -> None:
    assert make("@Weekly").words == "at 00:00 on Sunday, UTC"
    assert make("@weekly").next_times("2020-01-01", 1) == [datetime(2020, 1, 5, tzinfo=UTC)]
    assert make("0 9 * * MON-FRI", execution_timezone="America/New_York").words.endswith(", America/New_York")


def test_a_function_makes_the_run_config_of_each_tick() -> None:
    seen: list[Any] = []

    @schedule(
        "0 2 * * *",
        "etl",
        tags_fn=lambda context: {"hour": context.scheduled_execution_time.hour},
        should_execute=lambda context: context.scheduled_execution_time.day != 2,
        environment_vars={"A": "1"},
        execution_timezone="Europe/Budapest",
        solid_selection=["load*"],
        mode="prod",
    )
    def nightly(context: Any) -> dict[str, Any]:
        """Load at night."""
        seen.append(context.instance)
        return {"at": context.scheduled_execution_time.isoformat()}

    assert (nightly.name, nightly.description, nightly.pipeline_name) == ("nightly", "Load at night.", "etl")
    assert (nightly.mode, nightly.solid_selection, nightly.environment_vars) == ("prod", ["load*"], {"A": "1"})
    tick = datetime(2020, 1, 3, 1, tzinfo=UTC)
    assert nightly.run_config(tick, instance="an instance") == {"at": "2020-01-03T02:00:00+01:00"}
    assert seen == ["an instance"]
    assert nightly.tags(tick) == {"hour": "2", "dagnb/schedule_name": "nightly"}
    assert nightly.should_run(tick)
    assert not nightly.should_run("2020-01-02T02:00")
    assert make(tags={"a": 1}).tags("2020-01-01") == {"a": "1", "dagnb/schedule_name": "nightly"}
    assert make(run_config={"b": 1}).run_config() == {"b": 1}


def test_a_schedule_without_an_instance_says_how_to_give_one() -> None:
    made = make(run_config_fn=lambda context: context.instance.runs)
    with pytest.raises(DagnbScheduleError) as caught:
        made.run_config("2020-01-01")
    assert isinstance(caught.value.__cause__, DagnbInvariantViolationError)
    assert "run_config(at, instance=" in str(caught.value.__cause__)


def raising(*_: Any) -> Any:
    raise KeyError("no such day")


@pytest.mark.parametrize(
    ("part", "use"),
    [("run_config_fn", "run_config"), ("tags_fn", "tags"), ("should_execute", "should_run")],
)
def test_a_function_that_raises_is_named_and_its_exception_is_the_cause(part: str, use: str) -> None:
    rest: dict[str, Any] = {part: raising}
    made = make(**rest)
    with pytest.raises(
        DagnbScheduleError, match=rf"(?s)at: schedule nightly › {part}.*KeyError: 'no such day'"
    ) as caught:
        getattr(made, use)("2020-01-01")
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_function_must_return_a_run_config() -> None:
    with pytest.raises(DagnbScheduleError, match=r"return \{\} where nothing is configured"):
        make(run_config_fn=lambda: None).run_config()
    with pytest.raises(DagnbScheduleError, match="the function did not return tags"):
        make(tags_fn=lambda: None).tags()


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        ({"run_config": {}, "run_config_fn": dict}, "either run_config or run_config_fn"),
        ({"tags": {}, "tags_fn": dict}, "either tags or tags_fn"),
        ({"run_config": "x"}, "run_config is a dict"),
        ({"run_config_fn": 3}, "run_config_fn is a function"),
        ({"tags": {1: "x"}}, "a tag's key is a text"),
        ({"should_execute": True}, "should_execute is a function"),
        ({"environment_vars": {"A": 1}}, "environment_vars is a dict of texts"),
        ({"environment_vars": ["A"]}, "environment_vars is a dict of texts"),
        ({"execution_timezone": "Europe/Budapset"}, "did you mean Europe/Budapest?"),
        ({"execution_timezone": "../etc/passwd"}, "there is no such time zone"),
        ({"execution_timezone": 3}, "there is no such time zone"),
        ({"solid_selection": [1]}, "solid_selection is a list of texts"),
    ],
)
def test_schedules_that_cannot_be_are_refused(rest: dict[str, Any], text: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make(**rest)
    assert text in str(caught.value)


def of(decorate: Any) -> Any:
    """Make a schedule whose run config is when its partition begins."""

    def parts(date: datetime) -> dict[str, Any]:
        return {"begins": date.isoformat()}

    return decorate(parts)


@pytest.mark.parametrize(
    ("made", "cron", "at", "partition"),
    [
        (monthly_schedule("etl", "2020-01-01"), "0 0 1 * *", "2020-03-01", "2020-02"),
        (
            monthly_schedule("etl", "2020-01-01", execution_day_of_month=15, execution_time=time(3, 30)),
            "30 3 15 * *", "2021-01-15T03:30", "2020-12",
        ),
        (weekly_schedule("etl", "2020-01-06"), "0 0 * * 0", "2020-01-19", "2020-01-06"),
        (weekly_schedule("etl", "2020-01-05"), "0 0 * * 0", "2020-01-19", "2020-01-12"),
        (weekly_schedule("etl", "2020-01-06", execution_day_of_week=3), "0 0 * * 3", "2020-01-22", "2020-01-13"),
        (daily_schedule("etl", "2020-01-01"), "0 0 * * *", "2020-03-01", "2020-02-29"),
        (daily_schedule("etl", "2020-02-01", execution_time=time(2)), "0 2 * * *", "2020-03-01T02:00", "2020-02-29"),
        (hourly_schedule("etl", "2020-01-01"), "0 * * * *", "2020-01-02T00:00", "2020-01-01-23:00"),
        (
            hourly_schedule("etl", "2020-01-01", execution_time=time(0, 20)),
            "20 * * * *", "2020-01-02T05:20", "2020-01-02-04:00",
        ),
    ],
)  # fmt: skip
def test_a_tick_runs_the_interval_before_it(made: Any, cron: str, at: str, partition: str) -> None:
    found = of(made)
    assert found.cron_schedule == cron
    assert found.partition(at).name == partition
    assert found.run_config(at) == {"begins": found.partition(at).value.isoformat()}
    assert found.tags(at) == {
        "dagnb/partition": partition,
        "dagnb/partition_set": "parts_partitions",
        "dagnb/schedule_name": "parts",
    }
    assert found.partition_set.partition(partition, datetime.fromisoformat(at).replace(tzinfo=UTC)).name == partition


@settings(deadline=None)  # the machine may be busy
@given(changes | moments, st.sampled_from(ZONES), st.sampled_from([daily_schedule, hourly_schedule, weekly_schedule]))
def test_every_interval_is_run_once_across_clock_changes(after: datetime, zone: str, decorator: Any) -> None:
    begin = (after - timedelta(days=20)).date()
    made = of(decorator("etl", begin, execution_time=time(0, 30), execution_timezone=zone))
    begins = [made.partition(tick).value.astimezone(UTC) for tick in made.next_times(after, 30)]
    every = [each.value.astimezone(UTC) for each in made.partition_set.partitions(made.next_times(after, 30)[-1])]
    assert begins == every[-30:]


def test_a_partitioned_schedule_takes_the_options_of_a_schedule() -> None:
    made = of(
        daily_schedule(
            "etl",
            datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Budapest")),
            name="other",
            tags_fn_for_date=lambda date: {"month": date.month},
            solid_selection=["a"],
            mode="prod",
            should_execute=lambda context: context.scheduled_execution_time.weekday() < 5,
            environment_vars={"A": "1"},
            end_date="2020-01-10",
        )
    )
    assert (made.name, made.mode, made.solid_selection, made.environment_vars) == ("other", "prod", ["a"], {"A": "1"})
    assert made.execution_timezone == "Europe/Budapest"
    assert made.partition_set.name == "other_partitions"
    assert made.tags("2020-01-03")["month"] == "1"
    assert made.should_run("2020-01-03")
    assert not made.should_run("2020-01-04"), "a Saturday"
    assert not made.should_run("2020-01-01"), "no day has ended"
    with pytest.raises(DagnbScheduleError, match="no partition to run then"):
        made.run_config("2020-01-01")
    assert [each.name for each in made.partition_set.partitions()][-1] == "2020-01-09"


@pytest.mark.parametrize(
    ("decorate", "text"),
    [
        (lambda: monthly_schedule("etl", "2020-01-01", execution_day_of_month=32), "an integer from 1 to 31"),
        (lambda: monthly_schedule("etl", "2020-01-01", execution_day_of_month=0), "an integer from 1 to 31"),
        (lambda: weekly_schedule("etl", "2020-01-01", execution_day_of_week=7), "an integer from 0 to 6"),
        (lambda: weekly_schedule("etl", "2020-01-01", execution_day_of_week=True), "an integer from 0 to 6"),
        (lambda: daily_schedule("etl", "tomorrow"), "this is no date"),
        (lambda: daily_schedule("etl", "2020-01-01", end_date="2019-01-01"), "end before they start"),
        (lambda: daily_schedule("etl", "2020-01-01", execution_time="02:00"), "datetime.time(2, 30)"),  # type: ignore[arg-type]
        (lambda: daily_schedule("etl", "2020-01-01", execution_tme=1), "did you mean execution_time?"),  # type: ignore[call-arg]
        (lambda: of(daily_schedule("etl", "2020-01-01", tags_fn_for_date=3)), "tags_fn_for_date is a function"),  # type: ignore[arg-type]
        (lambda: daily_schedule("etl", "2020-01-01")(3), "decorates a function"),  # type: ignore[arg-type]
    ],
)
def test_partitioned_schedules_that_cannot_be_are_refused(decorate: Any, text: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        decorate()
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("decorate", "text", "first"),
    [
        (lambda: monthly_schedule("etl", "2020-01-15"), "not the first day of a month", "2020-02"),
        (lambda: daily_schedule("etl", "2020-01-15T12:00"), "not midnight", "2020-01-16"),
        (lambda: weekly_schedule("etl", "2020-01-15T12:00"), "not midnight", "2020-01-16"),
        (lambda: hourly_schedule("etl", "2020-01-15T12:10"), "not a full hour", "2020-01-15-13:00"),
        (lambda: hourly_schedule("etl", "2020-01-15", execution_time=time(2)), "minute counts", "2020-01-15-00:00"),
        (lambda: monthly_schedule("etl", "2020-01-01", execution_day_of_month=31), "have no tick", "2020-01"),
    ],
)  # fmt: skip
def test_what_is_perhaps_not_meant_is_warned_of(decorate: Any, text: str, first: str) -> None:
    with pytest.warns(ScheduleWarning, match=text) as caught:
        made = of(decorate())
    assert caught[0].filename == __file__
    assert made.partition_set.partitions()[0].name == first


def test_no_warning_without_a_reason() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        of(monthly_schedule("etl", "2020-02-01", execution_timezone="Europe/Budapest", execution_day_of_month=28))
        of(hourly_schedule("etl", "2020-02-01T05:00", execution_timezone="Asia/Kolkata"))


def test_a_partition_set_makes_schedules() -> None:
    letters = PartitionSetDefinition("letters", "etl", static_partitions(["a", "b", "c"]), mode="prod")
    made = letters.schedule("nightly", "0 2 * * *")
    assert (made.pipeline_name, made.mode, made.partition_set) == ("etl", "prod", letters)
    assert made.tags("2020-01-01")["dagnb/partition"] == "c"

    def by_day(context: Any, partition_set: PartitionSetDefinition) -> Partition | None:
        listed = partition_set.partitions()
        day = context.scheduled_execution_time.day
        return listed[day] if day < len(listed) else None

    chosen = letters.schedule("chosen", "0 2 * * *", partition_selector=by_day)
    assert chosen.partition("2020-01-02") == Partition("c")
    assert chosen.should_run("2020-01-02")
    assert not chosen.should_run("2020-01-03")
    assert not letters.schedule("never", "0 2 * * *", should_execute=lambda: False).should_run()
    days = PartitionSetDefinition("days", "etl", daily_partitions("2020-01-01"))
    assert days.schedule("at_two", "0 2 * * *").partition("2020-01-05T02:00") == days.partition("2020-01-04")


def test_selectors_and_partition_functions_that_fail() -> None:
    letters = PartitionSetDefinition("letters", "etl", static_partitions(["a"]), run_config_fn_for_partition=raising)
    with pytest.raises(DagnbPartitionError, match="run_config_fn_for_partition › a"):
        letters.schedule("nightly", "0 2 * * *").run_config("2020-01-01")
    with pytest.raises(DagnbScheduleError, match="partition_selector"):
        letters.schedule("nightly", "0 2 * * *", partition_selector=raising).should_run("2020-01-01")
    named = letters.schedule("nightly", "0 2 * * *", partition_selector=lambda *_: "a")  # type: ignore[arg-type]
    with pytest.raises(DagnbScheduleError, match=r"partition_set.partition\(name\)"):
        named.partition("2020-01-01")

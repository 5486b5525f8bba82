"""Partitions and the sets that they form; partitions in time against brute force."""

# ruff: noqa: DTZ001  # wall clocks; the ranges give them their zone

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings, strategies as st

from dagnb import (
    Partition,
    PartitionSetDefinition,
    daily_partitions,
    date_partition_range,
    hourly_partitions,
    monthly_partitions,
    static_partitions,
    weekly_partitions,
)
from dagnb.definitions.calendar_time import UNITS
from dagnb.definitions.time_partitions import TimePartitions
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbPartitionError

ZONES = ["UTC", "Europe/Budapest", "America/New_York", "Pacific/Apia", "Asia/Kolkata"]
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))


def names(partitions: Any) -> list[str]:
    return [each.name for each in partitions()]


@settings(deadline=None)  # the machine may be busy
@given(days, st.integers(0, 800), st.sampled_from(ZONES))
def test_days_are_those_of_the_calendar(start: date, count: int, zone: str) -> None:
    end = start + timedelta(days=count)
    info = ZoneInfo(zone)
    expected = []
    for number in range(count):
        day = start + timedelta(days=number)
        # A day is there when its midnight is: Apia had no 30 December 2011.
        midnight = datetime(day.year, day.month, day.day, tzinfo=info)
        if midnight.astimezone(UTC).astimezone(info).date() == day:
            expected.append(day)
    made = date_partition_range(start, end, timezone=zone)()
    assert [each.name for each in made] == [str(day) for day in expected]
    assert [each.value.date() for each in made] == expected


@settings(deadline=None)  # the machine may be busy
@given(st.datetimes(datetime(2015, 1, 1), datetime(2026, 1, 1)), st.integers(0, 200), st.sampled_from(ZONES))
def test_hours_follow_one_another_without_gaps(start: datetime, count: int, zone: str) -> None:
    first = start.replace(microsecond=0, tzinfo=UTC)
    made = hourly_partitions(first, first + timedelta(hours=count, minutes=59), timezone=zone)()
    assert [each.value.astimezone(UTC) for each in made] == [first + timedelta(hours=n) for n in range(count)]
    assert len({each.name for each in made}) == count


@settings(deadline=None)  # the machine may be busy
@given(days, st.integers(0, 60))
def test_months_keep_the_day_or_end_earlier(start: date, count: int) -> None:
    expected, year, month = [], start.year, start.month
    for _ in range(count):
        day = start.day
        while True:
            try:
                expected.append(date(year, month, day))
                break
            except ValueError:
                day -= 1
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    end = date(year, month, 28) + timedelta(days=3) if count else start
    made = date_partition_range(start, end, "months")()[:count]
    assert [each.value.date() for each in made] == expected


@settings(deadline=None)  # the machine may be busy
@given(
    st.sampled_from(ZONES),
    st.sampled_from(UNITS),
    st.datetimes(datetime(2018, 1, 1), datetime(2024, 1, 1)),
    st.integers(0, 60 * 24 * 500),
    st.booleans(),
)
def test_names_are_unique_and_found_again(zone: str, unit: Any, start: datetime, minutes: int, inclusive: bool) -> None:
    begin = start.replace(second=0, microsecond=0)
    end = begin + timedelta(minutes=minutes if unit != "minutes" else minutes % 5000)
    if ZoneInfo(zone).utcoffset(begin) != ZoneInfo(zone).utcoffset(end) and end - begin < timedelta(hours=2):
        return  # the clocks show the end before the start
    made = TimePartitions(begin, end, unit=unit, inclusive=inclusive, timezone=zone)
    partitions = made()
    moments = [each.value.astimezone(UTC) for each in partitions]
    assert moments == sorted(set(moments))
    if unit == "years":
        assert len(partitions) <= 3
    assert made.last() == (partitions[-1] if partitions else None)
    for each in partitions[:40] + partitions[-40:]:
        assert made.find(each.name) == each
    assert len({each.name for each in partitions}) == len(partitions)


def test_an_interval_is_there_when_it_has_ended() -> None:
    noon = datetime(2020, 3, 1, 12, tzinfo=UTC)
    made = daily_partitions("2020-02-28")
    assert [each.name for each in made(noon)] == ["2020-02-28", "2020-02-29"]
    assert [each.name for each in made(noon.replace(hour=0))] == ["2020-02-28", "2020-02-29"]
    assert [each.name for each in made(noon.replace(hour=0) - timedelta(seconds=1))] == ["2020-02-28"]
    assert made(datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert made.last(datetime(2020, 1, 1, tzinfo=UTC)) is None
    with time_machine.travel(noon, tick=False):
        assert names(made) == ["2020-02-28", "2020-02-29"]
        assert names(daily_partitions("2020-02-28", "2030-01-01")) == ["2020-02-28", "2020-02-29"]
        assert names(date_partition_range("2020-02-28", inclusive=True))[-1] == "2020-03-01"
        assert len(names(date_partition_range("2020-02-28", "2020-03-05"))) == 6


def test_clock_changes() -> None:
    autumn = hourly_partitions("2020-10-25T01:00", "2020-10-25T04:00", timezone="Europe/Budapest")
    assert names(autumn) == [
        "2020-10-25-01:00+0200", "2020-10-25-02:00+0200", "2020-10-25-02:00+0100", "2020-10-25-03:00+0100",
    ]  # fmt: skip
    jumped = date_partition_range(datetime(2020, 3, 28, 2, 30), "2020-03-31", timezone="Europe/Budapest")
    assert [f"{each.value:%d %H:%M}" for each in jumped()] == ["28 02:30", "29 03:30"]
    apia = date_partition_range("2011-12-29", "2012-01-01", timezone="Pacific/Apia")
    assert names(apia) == ["2011-12-29", "2011-12-31"]
    assert apia.find("2011-12-30") is None


def test_weeks_and_months_by_name() -> None:
    assert names(weekly_partitions("2020-01-06", "2020-01-26")) == ["2020-01-06", "2020-01-13"]
    assert names(monthly_partitions("2019-11-01", "2020-02-15")) == ["2019-11", "2019-12", "2020-01"]
    middle = monthly_partitions("2020-01-15", "2020-04-15")
    assert [middle.find(name) for name in names(middle)] == middle()


def test_the_time_zone_is_that_of_the_start() -> None:
    start = datetime(2020, 1, 1, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert date_partition_range(start, "2020-01-02")()[0].value == start
    assert date_partition_range(start, "2020-01-02", timezone="UTC").start.isoformat() == "2019-12-31T18:30:00+00:00"
    assert (
        pickle.loads(pickle.dumps(date_partition_range(start, "2020-01-03")))()
        == date_partition_range(start, "2020-01-03")()
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("2020-01-02", "2020-01-01"), "the partitions end before they start"),
        (("soon",), "this is no date"),
        ((3,), "this is no date"),
        (("0001-01-01",), "this is no date"),
        (("2020-01-01", None, "day"), "did you mean days?"),
    ],
)
def test_ranges_that_cannot_be_are_refused(arguments: Any, text: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        date_partition_range(*arguments)
    assert text in str(caught.value)
    with pytest.raises(DagnbInvalidDefinitionError, match=r"did you mean Europe/Budapest\?"):
        date_partition_range("2020-01-01", timezone="Europe/Budapes")


def make(partition_fn: Any, **rest: Any) -> PartitionSetDefinition:
    return PartitionSetDefinition("parts", "etl", partition_fn, **rest)


def test_a_partition_has_a_name_and_any_value() -> None:
    assert Partition([1, 2]).name == "[1, 2]"
    assert Partition(name="all") == Partition(None, "all")
    assert len({Partition([1]), Partition([1])}) == 1
    for wrong in ("", 3):
        with pytest.raises(DagnbInvalidDefinitionError, match="a partition's name is a text"):
            Partition(1, wrong)  # type: ignore[arg-type]


def test_a_run_for_a_partition_has_its_config_and_tags() -> None:
    made = make(
        lambda: ["AA", Partition({"code": "DL"}, "Delta")],
        run_config_fn_for_partition=lambda each: {"solids": {"load": {"config": {"of": each.value}}}},
        tags_fn_for_partition=lambda each: {"carrier": each.name, "rank": 2},
        solid_selection="*load",
        mode="prod",
    )
    assert (made.solid_selection, made.mode, made.pipeline_name) == (["*load"], "prod", "etl")
    assert made.partitions() == [Partition("AA"), Partition({"code": "DL"}, "Delta")]
    delta = made.partition("Delta")
    assert made.run_config(delta) == made.run_config("Delta") == {"solids": {"load": {"config": {"of": delta.value}}}}
    assert made.tags("AA") == {
        "carrier": "AA", "rank": "2", "dagnb/partition": "AA", "dagnb/partition_set": "parts",
    }  # fmt: skip
    assert make(static_partitions([1])).run_config("1") == {}
    assert made.last() == delta
    assert make(list).last() is None


def test_an_unknown_partition_names_the_nearest() -> None:
    with pytest.raises(DagnbNotFoundError, match=r"(?s)no partition named 2020-13-01.*partition set parts"):
        make(daily_partitions("2020-01-01", "2020-03-01")).partition("2020-13-01")
    with pytest.raises(DagnbNotFoundError, match=r"did you mean alpha\?"):
        make(static_partitions(["alpha", "beta"])).run_config("alhpa")


def raising(*_: Any) -> Any:
    raise KeyError("no such carrier")


@pytest.mark.parametrize(
    ("use", "place"),
    [
        (lambda: make(raising).partitions(), "partition_fn"),
        (lambda: make(lambda: (raising() for _ in "a")).partitions(), "partition_fn"),
        (lambda: make(lambda: ["a"], run_config_fn_for_partition=raising).run_config("a"), "run_config_fn"),
        (lambda: make(lambda: ["a"], tags_fn_for_partition=raising).tags("a"), "tags_fn_for_partition › a"),
    ],
)
def test_a_function_that_raises_is_named_and_its_exception_is_the_cause(use: Any, place: str) -> None:
    with pytest.raises(DagnbPartitionError) as caught:
        use()
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.where is not None
    assert place in caught.value.where
    assert "no such carrier" in str(caught.value)


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda: make(lambda: None).partitions(), "did not return partitions"),
        (lambda: make(lambda: "abc").partitions(), "did not return partitions"),
        (lambda: make(lambda: [1, "1"]).partitions(), "two partitions have the same name"),
        (
            lambda: make(date_partition_range("2020-01-01", "2020-01-02", "hours", "%Y-%m-%d")).partitions(),
            "two partitions have the same name",
        ),
        (lambda: make(lambda: [1], run_config_fn_for_partition=lambda _: None).run_config("1"), "return {} where"),
        (lambda: make(lambda: [1], tags_fn_for_partition=lambda _: "x").tags("1"), "did not return tags"),
        (lambda: make(lambda: [1], tags_fn_for_partition=lambda _: {1: "x"}).tags("1"), "a tag's key is a text"),
    ],
)
def test_what_functions_must_not_return(use: Any, text: str) -> None:
    with pytest.raises(DagnbPartitionError) as caught:
        use()
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda: make(["a"]), "static_partitions([...]) makes one of values"),
        (lambda: make(3), "partition_fn is a function"),
        (lambda: make(list, run_config_fn_for_partition={}), "run_config_fn_for_partition is a function"),
        (lambda: make(list, solid_selection=[]), "leave it out to run all solids"),
        (lambda: make(list, solid_selection=[3]), "solid_selection is a list of texts"),
        (lambda: PartitionSetDefinition("a b", "etl", list), "partition sets cannot be named so"),
        (lambda: PartitionSetDefinition("a", 3, list), "pipeline_name is the name of a pipeline"),  # type: ignore[arg-type]
        (lambda: static_partitions("abc"), "static_partitions(['abc'])"),
        (lambda: static_partitions([1, "1"]), "two partitions have the same name"),
    ],
)
def test_sets_that_cannot_be_are_refused(use: Any, text: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        use()
    assert text in str(caught.value)

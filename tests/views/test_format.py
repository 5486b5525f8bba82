"""Numbers, times and sizes as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.views.format import (
    format_bytes,
    format_count,
    format_duration,
    format_exact,
    format_number,
    format_offset,
    format_when,
    plural,
    short_count,
    summarize_run,
)
from dagnb.views.models import RunHeader

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str, tz: timezone | ZoneInfo = UTC) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=tz).timestamp()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (-3, "0 ms"),
        (0.0099, "10 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (4.249, "4.2 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min"),
        (119.6, "2 min"),
        (3599.7, "1 h"),
        (86_399, "1 d"),
        (90_000, "1 d 1 h"),
        (float("inf"), "unknown"),
    ],
)
def test_durations_never_carry_over_wrongly(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.floats(min_value=0, max_value=99 * 86_400))
@settings(deadline=None)
def test_a_duration_has_at_most_three_digits_a_part(seconds: float) -> None:
    for part in format_duration(seconds).split(" ")[::2]:
        assert len(part.replace(".", "")) <= 3


@given(st.integers(min_value=-(10**15), max_value=10**15))
@settings(deadline=None)
def test_short_counts_are_short_and_close(count: int) -> None:
    text = short_count(count)
    assert len(text.lstrip("-")) <= 4
    scale = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}.get(text[-1], 1)
    value = float(text.rstrip("kMGTP")) * scale
    assert abs(value - count) <= 0.051 * abs(count)


@given(st.integers(min_value=0, max_value=2**55))
@settings(deadline=None)
def test_sizes_are_short_and_close(size: int) -> None:
    number, unit = format_bytes(size).split(" ")
    scale = 1024 ** ("B", "KiB", "MiB", "GiB", "TiB", "PiB").index(unit)
    assert abs(float(number) * scale - size) <= 0.051 * size
    assert len(number) <= 4


def test_counts_and_numbers() -> None:
    assert format_count(-1_234_567) == "-1,234,567"
    assert plural(1, "entry", "entries") == "1 entry"
    assert plural(2, "entry", "entries") == "2 entries"
    assert format_number(0.0) == "0"
    assert format_number(-0.5) == "-0.5"
    assert format_number(999.95) == "1,000"
    assert format_number(1e15) == "1e+15"
    assert format_number(float("-inf")) == "-inf"
    assert format_offset(2.5) == "2.5 s"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-03-11T14:08:00", "today 14:08"),
        ("2026-03-11T00:00:00", "today 00:00"),
        ("2026-03-10T23:59:59", "yesterday"),
        ("2026-03-12T09:00:00", "tomorrow 09:00"),
        ("2026-03-06T12:00:00", "Friday"),
        ("2026-03-05T12:00:00", "Thursday"),
        ("2026-03-04T12:00:00", "4 Mar"),
        ("2026-03-13T12:00:00", "13 Mar"),
        ("2025-12-31T12:00:00", "31 Dec 2025"),
    ],
)
def test_moments_are_relative_within_a_week_by_the_readers_calendar(moment: str, text: str) -> None:
    now = at("2026-03-11T15:00:00", NEW_YORK)
    assert format_when(at(moment, NEW_YORK), now, NEW_YORK) == text


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment, now = at("2026-03-10T23:30:00"), at("2026-03-11T01:00:00")
    assert format_when(moment, now, UTC) == "yesterday"
    assert format_when(moment, now, timezone(timedelta(hours=2))) == "today 01:30"


def test_exact_moments_follow_the_offset_of_their_day() -> None:
    assert format_exact(at("2026-01-05T12:00:00"), NEW_YORK) == "2026-01-05 07:00:00 -05:00"
    assert format_exact(at("2026-07-05T12:00:00"), NEW_YORK) == "2026-07-05 08:00:00 -04:00"


RUN = RunHeader(
    run_id="7c1e", short_id="7c1e", pipeline="flights", state="started", started=100.0, ended=None,
    done=6, total=9, failed=1, remaining=6.0,
)  # fmt: skip


def test_a_run_in_one_line() -> None:
    assert summarize_run(RUN, now=104.3) == (
        "flights is running: 6 of 9 solids, 1 failed, 4.3 s so far, about 6.0 s left"
    )
    assert summarize_run(RUN) == "flights is running: 6 of 9 solids, 1 failed"
    failed = replace(RUN, state="failure", ended=104.3)
    assert summarize_run(failed) == "flights failed: 5 of 9 solids succeeded, 1 failed, after 4.3 s"
    queued = replace(RUN, state="queued", started=None, done=0, total=1, failed=0)
    assert summarize_run(queued, now=200.0) == "flights is waiting to start: 0 of 1 solid"

"""Partitions in time: one for each hour, day, week, month or year that has ended."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from dagnb.definitions.calendar_time import UNITS, Intervals, Unit, find_zone, on_clock, read_moment, zone_name
from dagnb.definitions.partition import Partition
from dagnb.errors import DagnbInvalidDefinitionError, nearest

Moment = datetime | date | str
DATE_FORMAT = "%Y-%m-%d"
MONTH_FORMAT = "%Y-%m"
_TIME_FORMAT = "%Y-%m-%d-%H:%M"


class TimePartitions:
    """Make the partitions of a time span, a `partition_fn`; each value is the moment at which it begins.

    Args:
        start: when the first one begins.
        end: when the last one has ended (default: whatever the time is).
        unit: how long each is.
        fmt: how names are written, as for `strftime` (default: the date, with the time and, where clocks are
            changed, the offset when the unit is hours or minutes).
        inclusive: True to have the one, too, that has begun and not ended.
        timezone: the time zone (default: that of `start`, or UTC).
        future: whether those are there that have not begun by now, when `end` is later.

    Raises:
        DagnbInvalidDefinitionError: a date, unit or time zone that is none, or an end before the start.

    >>> march = TimePartitions("2020-03-28", "2020-03-31", timezone="Europe/Budapest")
    >>> [(each.name, each.value.isoformat()) for each in march()][1:]
    [('2020-03-29', '2020-03-29T00:00:00+01:00'), ('2020-03-30', '2020-03-30T00:00:00+02:00')]
    """

    def __init__(
        self,
        start: Moment,
        end: Moment | None = None,
        *,
        unit: Unit = "days",
        fmt: str | None = None,
        inclusive: bool = False,
        timezone: str | tzinfo | None = None,
        future: Literal["shown", "hidden"] = "shown",
    ) -> None:
        where = f"partitions from {start}"
        if unit not in UNITS:
            raise DagnbInvalidDefinitionError(
                "there are no such intervals",
                where=where,
                got=repr(unit)[:80],
                expected=f"one of {', '.join(UNITS)}",
                hint=f"did you mean {near}?" if (near := nearest(str(unit), UNITS)) else None,
            )
        own = start.tzinfo if isinstance(start, datetime) else None
        self.zone = find_zone(own if timezone is None else timezone, where)
        self.start = read_moment(start, self.zone, f"{where} › start")
        self.end = None if end is None else read_moment(end, self.zone, f"{where} › end")
        if self.end is not None and self.end.astimezone(UTC) < self.start.astimezone(UTC):
            raise DagnbInvalidDefinitionError(
                "the partitions end before they start", where=where, got=f"end {self.end.isoformat()}"
            )
        self.unit: Unit = unit
        self.fmt = fmt or self._default_format()
        self.inclusive = inclusive
        self.future = future
        self._intervals = Intervals(self.start, unit)

    def _default_format(self) -> str:
        if self.unit not in ("hours", "minutes"):
            return DATE_FORMAT
        return _TIME_FORMAT if self.zone is UTC else f"{_TIME_FORMAT}%z"

    def __call__(self, now: datetime | None = None) -> list[Partition]:
        """Return the partitions that there are at a moment (default: now), the oldest first."""
        numbers = range(self._last_number(now) + 1)
        return [self._make(number) for number in numbers if not self._intervals.is_empty(number)]

    def last(self, now: datetime | None = None) -> Partition | None:
        """Return the newest partition that there is at a moment (default: now); None before the first."""
        number = self._last_number(now)
        while number >= 0 and self._intervals.is_empty(number):
            number -= 1
        return self._make(number) if number >= 0 else None

    def find(self, name: str, now: datetime | None = None) -> Partition | None:
        """Return a partition by its name; None when there is none, or names cannot be read back."""
        moment = self.parse(name)
        if moment is None:
            return None
        near = self._intervals.number_at(moment)
        last = self._last_number(now)
        for number in (near, near + 1, near - 1):
            if 0 <= number <= last and not self._intervals.is_empty(number):
                found = self._make(number)
                if found.name == name:
                    return found
        return None

    def parse(self, name: str) -> datetime | None:
        """Return the moment that a name tells; None when it tells none."""
        try:
            read = datetime.strptime(name, self.fmt)  # noqa: DTZ007  (a name without an offset is a wall clock)
            return on_clock(read, self.zone) if read.tzinfo is None else read.astimezone(self.zone)
        except (ValueError, TypeError, OverflowError):
            return None

    def _last_number(self, now: datetime | None) -> int:
        limit = self.end
        if limit is None or self.future == "hidden":
            present = datetime.now(UTC) if now is None else read_moment(now, self.zone, "now")
            limit = present if limit is None else min(limit.astimezone(UTC), present.astimezone(UTC))
        return self._intervals.number_at(limit) - (0 if self.inclusive else 1)

    def _make(self, number: int) -> Partition:
        begin = self._intervals.begin(number).astimezone(self.zone)
        return Partition(begin, begin.strftime(self.fmt))

    def __repr__(self) -> str:
        until = f" to {self.end.isoformat()}" if self.end is not None else ""
        return f"<{self.unit} from {self.start.isoformat()}{until}, {zone_name(self.zone)}>"


def date_partition_range(
    start: Moment,
    end: Moment | None = None,
    delta_range: Unit = "days",
    fmt: str | None = None,
    *,
    inclusive: bool = False,
    timezone: str | None = None,
) -> TimePartitions:
    """Make a `partition_fn` of one partition for each interval between two dates.

    Days, weeks, months and years follow the wall clock of the time zone; hours and minutes are as long as they are. A
    day that comes twice or lasts 23 hours is one partition; a time that the clocks jump over moves on by the jump.

    Args:
        start: when the first one begins: a datetime, a date, or an ISO text.
        end: when the last one has ended (default: now, each time that partitions are asked for).
        delta_range: how long each is: minutes, hours, days, weeks, months or years.
        fmt: how names are written (default: as 2020-01-31, with the time for hours and minutes).
        inclusive: True to have the one, too, that has begun and not ended.
        timezone: the time zone (default: that of `start`, or UTC).

    Raises:
        DagnbInvalidDefinitionError: a date, unit or time zone that is none, or an end before the start.

    >>> [each.name for each in date_partition_range("2020-01-31", "2020-04-30", "months")()]
    ['2020-01-31', '2020-02-29', '2020-03-31']
    """
    return TimePartitions(start, end, unit=delta_range, fmt=fmt, inclusive=inclusive, timezone=timezone)


def hourly_partitions(
    start: Moment, end: Moment | None = None, *, timezone: str | None = None, fmt: str | None = None
) -> TimePartitions:
    """Make a `partition_fn` of the hours that have ended.

    Args:
        start: when the first one begins.
        end: when the last one has ended (default: now).
        timezone: the time zone (default: that of `start`, or UTC).
        fmt: how names are written.

    Raises:
        DagnbInvalidDefinitionError: as for `date_partition_range`.

    >>> [each.name for each in hourly_partitions("2020-01-01", "2020-01-01T02:30")()]
    ['2020-01-01-00:00', '2020-01-01-01:00']
    """
    return TimePartitions(start, end, unit="hours", fmt=fmt, timezone=timezone, future="hidden")


def daily_partitions(
    start: Moment, end: Moment | None = None, *, timezone: str | None = None, fmt: str | None = None
) -> TimePartitions:
    """Make a `partition_fn` of the days that have ended; arguments as for `hourly_partitions`.

    Raises:
        DagnbInvalidDefinitionError: as for `date_partition_range`.

    >>> [each.name for each in daily_partitions("2020-02-28", "2020-03-01")()]
    ['2020-02-28', '2020-02-29']
    """
    return TimePartitions(start, end, unit="days", fmt=fmt, timezone=timezone, future="hidden")


def weekly_partitions(
    start: Moment, end: Moment | None = None, *, timezone: str | None = None, fmt: str | None = None
) -> TimePartitions:
    """Make a `partition_fn` of the weeks that have ended, from the weekday of `start`; see `hourly_partitions`.

    Raises:
        DagnbInvalidDefinitionError: as for `date_partition_range`.

    >>> [each.name for each in weekly_partitions("2020-01-06", "2020-01-20")()]
    ['2020-01-06', '2020-01-13']
    """
    return TimePartitions(start, end, unit="weeks", fmt=fmt, timezone=timezone, future="hidden")


def monthly_partitions(
    start: Moment, end: Moment | None = None, *, timezone: str | None = None, fmt: str | None = None
) -> TimePartitions:
    """Make a `partition_fn` of the months that have ended; arguments as for `hourly_partitions`.

    Raises:
        DagnbInvalidDefinitionError: as for `date_partition_range`.

    >>> [each.name for each in monthly_partitions("2020-01-01", "2020-03-01")()]
    ['2020-01', '2020-02']
    """
    return TimePartitions(start, end, unit="months", fmt=fmt or MONTH_FORMAT, timezone=timezone, future="hidden")


def first_at_or_after(start: datetime, unit: Literal["hours", "days", "months"]) -> datetime:
    """Return the first full hour, midnight, or midnight of the first of a month, that is not before `start`.

    >>> first_at_or_after(datetime(2020, 1, 31, 12, tzinfo=UTC), "months").isoformat()
    '2020-02-01T00:00:00+00:00'
    """
    assert start.tzinfo is not None  # noqa: S101  (read_moment saw to it)
    begin = start.replace(minute=0, second=0, microsecond=0)
    if unit != "hours":
        day = 1 if unit == "months" else start.day
        begin = on_clock(begin.replace(day=day, hour=0, fold=0, tzinfo=None), start.tzinfo)
    if begin.astimezone(UTC) >= start.astimezone(UTC):
        return begin
    return Intervals(begin, unit).begin(1).astimezone(start.tzinfo)

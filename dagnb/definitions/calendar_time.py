"""Calendar time: zones by name, dates as they are given, intervals across changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal, get_args

from dagnb.errors import DagnbInvalidDefinitionError, nearest

Unit = Literal["minutes", "hours", "days", "weeks", "months", "years"]

UNITS: tuple[str, ...] = get_args(Unit)
_FIXED = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_MONTHS = {"months": 1, "years": 12}
_FIRST_YEAR, _LAST_YEAR = 2, 9998  # so that an offset, or one interval more, can still be counted


def find_zone(name: Any, where: str) -> tzinfo:
    """Return a time zone by its name; a time zone as it is, and UTC for None.

    Raises:
        DagnbInvalidDefinitionError: there is no such time zone.

    >>> find_zone("Europe/Budapest", "here")
    zoneinfo.ZoneInfo(key='Europe/Budapest')
    """
    if name is None or name == "UTC":
        return UTC
    if isinstance(name, tzinfo):
        return name
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(name)
    except (OSError, TypeError, ValueError, LookupError, AttributeError):
        near = nearest(name, sorted(available_timezones())) if isinstance(name, str) else None
        raise DagnbInvalidDefinitionError(
            "there is no such time zone",
            where=where,
            got=repr(name)[:80],
            expected="a name such as Europe/Budapest",
            hint=f"did you mean {near}?" if near else None,
        ) from None


def zone_name(zone: tzinfo) -> str:
    """Return the name of a time zone.

    >>> zone_name(UTC)
    'UTC'
    """
    return getattr(zone, "key", None) or str(zone)


def read_moment(value: Any, zone: tzinfo, where: str) -> datetime:
    """Return a moment in a time zone.

    Args:
        value: a datetime, a date (its midnight) or their ISO text; without an offset it is the zone's wall clock.
        zone: the time zone.
        where: what it is for, for the error.

    Raises:
        DagnbInvalidDefinitionError: it is none of these.

    >>> read_moment("2020-03-29", find_zone("Europe/Budapest", ""), "start").isoformat()
    '2020-03-29T00:00:00+01:00'
    """
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    elif isinstance(value, date) and not isinstance(value, datetime):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a wall clock; its zone comes below)
    if not isinstance(moment, datetime) or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise DagnbInvalidDefinitionError(
            "this is no date",
            where=where,
            got=repr(value)[:80],
            expected="a date, a datetime or a text such as 2020-01-31",
        )
    return on_clock(moment, zone) if moment.tzinfo is None else moment.astimezone(zone)


def on_clock(wall: datetime, zone: tzinfo) -> datetime:
    """Return the moment at which the clocks of a zone show `wall`.

    A time that the clocks jump over is moved on by the jump; of a time that comes twice it is the first.

    >>> on_clock(datetime(2020, 3, 29, 2, 30), find_zone("Europe/Budapest", "")).isoformat()
    '2020-03-29T03:30:00+02:00'
    """
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


class Intervals:
    """Intervals of one unit, one after the other; number 0 begins at `start`.

    Days, weeks, months and years follow the wall clock, whatever the offset is; hours and minutes are as long as they
    are. A month that is too short for the day of `start` begins on its last day. Moments are UTC.

    >>> months = Intervals(read_moment("2020-01-31", UTC, ""), "months")
    >>> [f"{months.begin(number):%m-%d}" for number in range(4)]
    ['01-31', '02-29', '03-31', '04-30']
    """

    __slots__ = ("_utc", "_wall", "start", "unit", "zone")

    def __init__(self, start: datetime, unit: Unit) -> None:
        assert start.tzinfo is not None  # noqa: S101  (read_moment saw to it)
        self.start = start
        self.unit: Unit = unit
        self.zone: tzinfo = start.tzinfo
        self._utc = start.astimezone(UTC)
        self._wall = start.replace(tzinfo=None)

    def begin(self, number: int) -> datetime:
        """Return when an interval begins."""
        if self.unit in ("hours", "minutes"):
            return self._utc + number * _FIXED[self.unit]
        if number == 0:
            return self._utc
        if self.unit in _FIXED:
            wall = self._wall + number * _FIXED[self.unit]
        else:
            wall = _add_months(self._wall, number * _MONTHS[self.unit])
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def is_empty(self, number: int) -> bool:
        """Tell whether an interval has no length: a day that a zone skipped when it crossed the date line."""
        return self.begin(number) >= self.begin(number + 1)

    def number_at(self, moment: datetime) -> int:
        """Return in which interval a moment lies; -1 for every moment before the first."""
        utc = moment.astimezone(UTC)
        if utc < self._utc:
            return -1
        if self.unit in ("hours", "minutes"):
            return (utc - self._utc) // _FIXED[self.unit]
        wall = utc.astimezone(self.zone).replace(tzinfo=None)
        if self.unit in _FIXED:
            number = (wall - self._wall) // _FIXED[self.unit]
        else:
            months = 12 * (wall.year - self._wall.year) + wall.month - self._wall.month
            number = months // _MONTHS[self.unit]
        while self.begin(number) > utc:
            number -= 1
        while self.begin(number + 1) <= utc:
            number += 1
        return number


def _add_months(wall: datetime, count: int) -> datetime:
    import calendar

    years, month = divmod(wall.month - 1 + count, 12)
    year = wall.year + years
    return wall.replace(year=year, month=month + 1, day=min(wall.day, calendar.monthrange(year, month + 1)[1]))

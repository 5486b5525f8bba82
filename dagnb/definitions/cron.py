"""Cron schedules: five fields, checked when they are written, and their times across changes of clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError, nearest

_FIELDS = 5
_SHORT = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_SOME_DAY = datetime(2020, 1, 1, tzinfo=UTC)


def check_cron(schedule: Any, where: str) -> str:
    """Return a cron schedule as five fields.

    Args:
        schedule: minute, hour, day of the month, month, day of the week (0 or 7 is Sunday), or @daily and the like.
        where: whose it is, for the error.

    Raises:
        DagnbInvalidDefinitionError: it is none, or one that never comes.

    >>> check_cron("@daily", "here"), check_cron("30 9  * * MON-FRI", "here")
    ('0 0 * * *', '30 9 * * MON-FRI')
    """
    from cronsim import CronSim, CronSimError

    text = " ".join(schedule.split()) if isinstance(schedule, str) else ""
    fields = _SHORT.get(text.lower(), text)
    if text.startswith("@") and fields is text:
        near = nearest(text.lower(), _SHORT)
        raise _wrong(schedule, where, f"one of {', '.join(_SHORT)}", f"did you mean {near}?" if near else None)
    if len(fields.split()) != _FIELDS:
        hint = "leave the seconds out: schedules count minutes" if len(fields.split()) == _FIELDS + 1 else None
        raise _wrong(schedule, where, "five fields: minute, hour, day, month, weekday, such as 0 2 * * *", hint)
    try:
        next(CronSim(fields, _SOME_DAY))
    except CronSimError as error:
        reason = str(error)
        raise _wrong(
            schedule, where, None, f"look at the {reason[4:]}" if reason.startswith("Bad ") else None
        ) from None
    except StopIteration:
        raise _wrong(schedule, where, "a schedule that comes some day", None) from None
    return fields


def _wrong(schedule: Any, where: str, expected: str | None, hint: str | None) -> DagnbInvalidDefinitionError:
    return DagnbInvalidDefinitionError(
        "this is no cron schedule",
        where=where,
        got=repr(schedule)[:80],
        expected=expected or "five fields such as 0 2 * * *, in their ranges",
        hint=hint,
    )


def cron_times(fields: str, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the times of a cron schedule that come after a moment, each once.

    A time that the clocks jump over comes when they have jumped; of one that they show twice the first counts, as cron
    has it. Schedules whose minute or hour begins with a star go by the time that has really passed.

    Args:
        fields: the five fields.
        after: the moment, with its time zone.
        zone: the time zone of the schedule.

    >>> from zoneinfo import ZoneInfo
    >>> after = datetime(2020, 3, 28, 12, tzinfo=UTC)
    >>> times = cron_times("30 2 * * *", after, ZoneInfo("Europe/Budapest"))
    >>> [next(times).isoformat() for _ in range(2)]
    ['2020-03-29T03:00:00+02:00', '2020-03-30T02:30:00+02:00']
    """
    from cronsim import CronSim

    last = after.astimezone(UTC)
    for found in CronSim(fields, after.astimezone(zone)):
        # Several times that a jump swallows come at one moment, and a clock that is set back shows past times again.
        if found.astimezone(UTC) > last:
            last = found.astimezone(UTC)
            yield found


def cron_in_words(fields: str) -> str:
    """Say when a cron schedule comes.

    >>> cron_in_words("30 9 * * MON-FRI")
    'at 09:30 on Monday through Friday'
    """
    from cronsim import CronSim

    text = CronSim(fields, _SOME_DAY).explain()
    return text[:1].lower() + text[1:]

"""Numbers, times and sizes as the product writes them: short, calm, the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from dagnb.types.numbers import format_count, format_number, plural

if TYPE_CHECKING:
    from dagnb.views.models import RunHeader, RunState

__all__ = [
    "RunTally",
    "format_bytes",
    "format_count",
    "format_duration",
    "format_exact",
    "format_moments",
    "format_number",
    "format_offset",
    "format_when",
    "plural",
    "short_count",
    "summarize_run",
]

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_WEEK_DAYS = len(_WEEKDAYS)
# From here on a value is written with a digit after the point only below it, or not at all.
_ONE_DIGIT = 10
_ONE_DIGIT_MS = 9.5
_LEAST_MS = 0.05
_MILLISECOND = len("14:08:33.120")


def short_count(count: int) -> str:
    """Write a whole number in at most four characters and its sign, for a pill on an edge.

    >>> [short_count(n) for n in (0, 999, 1_234, 20_412, 336_776, 999_999, 5_000_000_000)]
    ['0', '999', '1.2k', '20k', '337k', '1M', '5G']
    """
    return _scaled(count, 1000, ("", "k", "M", "G", "T", "P"), gap="")


def format_bytes(size: int) -> str:
    """Write a size in binary units.

    >>> format_bytes(512), format_bytes(1_153_434), format_bytes(336_776 * 19 * 8)
    ('512 B', '1.1 MiB', '49 MiB')
    """
    return _scaled(size, 1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB"), gap=" ")


def _scaled(value: int, base: int, units: tuple[str, ...], *, gap: str) -> str:
    if abs(value) < base:
        return f"{value}{gap}{units[0]}"
    scaled = float(value)
    for unit in units[1:]:
        scaled /= base
        digits = 1 if abs(round(scaled, 1)) < _ONE_DIGIT else 0
        if abs(round(scaled, digits)) < base or unit == units[-1]:
            return f"{scaled:.{digits}f}".removesuffix(".0") + gap + unit
    return str(value)


def format_duration(seconds: float) -> str:
    """Write a duration with at most three significant digits a unit.

    A negative duration, which a clock that was set back can leave, is written as nought.

    >>> [format_duration(s) for s in (0.0004, 0.34, 1.234, 59.96, 125, 3_700, 90_000)]
    ['0.4 ms', '340 ms', '1.2 s', '1 min', '2 min 5 s', '1 h 2 min', '1 d 1 h']
    >>> format_duration(0.00004)
    '<0.1 ms'
    """
    seconds = max(seconds, 0.0)
    if not math.isfinite(seconds):
        return "unknown"
    if round(seconds, 3) < 1:
        return _milliseconds(seconds * 1000)
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.1f} s"
    if round(seconds) < _HOUR:
        return _two(round(seconds), _MINUTE, "min", 1, "s")
    if round(seconds / _MINUTE) * _MINUTE < _DAY:
        return _two(round(seconds / _MINUTE) * _MINUTE, _HOUR, "h", _MINUTE, "min")
    return _two(round(seconds / _HOUR) * _HOUR, _DAY, "d", _HOUR, "h")


def _milliseconds(count: float) -> str:
    if 0 < count < _LEAST_MS:
        return "<0.1 ms"
    return f"{count:.1f} ms" if 0 < count < _ONE_DIGIT_MS else f"{count:.0f} ms"


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    whole, rest = divmod(seconds, large)
    return f"{whole} {large_name} {rest // small} {small_name}" if rest else f"{whole} {large_name}"


def format_offset(seconds: float) -> str:
    """Write a moment on a time axis, counted from the run's start.

    >>> [format_offset(s) for s in (0, 0.25, 2.0, 90, 7_200)]
    ['0 s', '250 ms', '2 s', '1 min 30 s', '2 h']
    """
    return format_duration(seconds).replace(".0 s", " s") if seconds else "0 s"


def _local(moment: float, tz: tzinfo | None) -> datetime:
    """The moment in `tz`, or in this machine's time zone as its rules stand at that moment."""
    utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)
    return utc.astimezone(tz)


def format_when(moment: float, now: float, tz: tzinfo | None = None) -> str:
    """Write a moment as a person would say it.

    Args:
        moment: seconds since 1970.
        now: the present, seconds since 1970.
        tz: the reader's time zone; None is this machine's.

    >>> noon = 1_700_136_000  # Thursday 16 November 2023, 12:00 UTC
    >>> [format_when(noon - h * 3600, noon, UTC) for h in (1, 20, 60, 200, 9_000)]
    ['today 11:00', 'yesterday', 'Tuesday', '8 Nov', '6 Nov 2022']
    """
    then, today = _local(moment, tz), _local(now, tz)
    day = _day(then, today)
    return f"{day} {then:%H:%M}" if day in ("today", "tomorrow") else day


def _day(then: datetime, today: datetime) -> str:
    days = (today.date() - then.date()).days
    if days in (0, -1):
        return "tomorrow" if days else "today"
    if days == 1:
        return "yesterday"
    if 1 < days < _WEEK_DAYS:
        return _WEEKDAYS[then.weekday()]
    date = f"{then.day} {_MONTHS[then.month - 1]}"
    return date if then.year == today.year else f"{date} {then.year}"


def format_moments(moments: Sequence[float], now: float | None, tz: tzinfo | None = None) -> list[str]:
    """Write moments that stand together, all as exactly as tells each from the others, and no more.

    Args:
        moments: seconds since 1970.
        now: the present, seconds since 1970; None writes dates.
        tz: the reader's time zone; None is this machine's.

    >>> noon = 1_700_136_000  # Thursday 16 November 2023, 12:00 UTC
    >>> format_moments([noon, noon - 3_599, noon - 200_000], noon, UTC)
    ['today 12:00', 'today 11:00', 'Tuesday']
    >>> format_moments([noon, noon - 3_599, noon - 3_570, noon - 86_400], noon, UTC)
    ['today 12:00:00', 'today 11:00:01', 'today 11:00:30', 'yesterday 12:00:00']
    """
    local = [_local(moment, tz) for moment in moments]
    if now is None:
        days = [f"{then:%Y-%m-%d}" for then in local]
        brief = [f"{then:%Y-%m-%d %H:%M}" for then in local]
    else:
        today = _local(now, tz)
        days = [_day(then, today) for then in local]
        brief = [format_when(moment, now, tz) for moment in moments]
    forms = [brief]
    for written in ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f"):
        clocks = [then.strftime(written)[:_MILLISECOND] for then in local]
        forms.append([f"{day} {clock}" for day, clock in zip(days, clocks, strict=True)])
    # What happened in one millisecond no form tells apart: then the briefest that tells the rest will do.
    most = max(len(set(texts)) for texts in forms)
    return next(texts for texts in forms if len(set(texts)) == most)


def format_exact(moment: float, tz: tzinfo | None = None) -> str:
    """Write a moment to the second with its offset, for a title or a log.

    >>> format_exact(1_700_136_000.5, UTC)
    '2023-11-16 12:00:00 +00:00'
    """
    then = _local(moment, tz)
    return f"{then:%Y-%m-%d %H:%M:%S} {then:%z}"[:-2] + ":" + f"{then:%z}"[-2:]


_VERBS: dict[RunState, str] = {
    "queued": "is waiting to start",
    "starting": "is starting",
    "started": "is running",
    "canceling": "is being cancelled",
    "canceled": "was cancelled",
    "success": "succeeded",
    "failure": "failed",
}


_NAMED = 3  # expectations that a line names
_ERROR_LIMIT = 160  # characters of an error in a line


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTally:
    """What a run's header does not count: solids by how they ended, and the expectations that were not met.

    `unmet` names them (`load › no_nulls`); `expectations` counts all that were checked. `noun` is what is counted:
    steps, when some solid has several.
    """

    skipped: int = 0
    canceled: int = 0
    expectations: int = 0
    unmet: Sequence[str] = ()
    noun: str = "solid"


_NOTHING_MORE = RunTally()


def summarize_run(header: RunHeader, now: float | None = None, tally: RunTally = _NOTHING_MORE) -> str:
    """Say in one line how a run went or goes.

    Args:
        header: the run; `done` counts the solids that succeeded, failed or were skipped. One that has ended and has its
            `summary` already is left as it is told there.
        now: the present, seconds since 1970; without it a running run's time so far is left out.
        tally: what the header does not count.

    >>> from dagnb.views.models import RunHeader
    >>> run = RunHeader(run_id="7c1e", short_id="7c1e", pipeline="flights", state="success",
    ...                 started=0.0, ended=4.2, done=11, total=11, failed=0)
    >>> summarize_run(run)
    'flights succeeded: 11 of 11 solids in 4.2 s'
    >>> from dataclasses import replace
    >>> summarize_run(replace(run, state="failure", failed=1), tally=RunTally(skipped=1))
    'flights failed: 9 of 11 solids succeeded, 1 failed, 1 skipped, after 4.2 s'
    """
    if header.ended is not None and header.summary:
        return header.summary
    is_over = header.state in ("failure", "canceled")
    succeeded = header.done - header.failed - tally.skipped
    # A run that did not succeed is told by what did; the others by how far they are.
    first = succeeded if is_over or tally.skipped else header.done
    counts = f"{format_count(first)} of {plural(header.total, tally.noun)}" + (" succeeded" if is_over else "")
    rest = ((header.failed, "failed"), (tally.skipped, "skipped"), (tally.canceled, "cancelled"))
    told = [counts, *(f"{format_count(count)} {word}" for count, word in rest if count)]
    took = _took(header, now)
    if len(told) > 1 and took.startswith(" in "):
        took = f",{took}"
    return f"{header.pipeline} {_VERBS[header.state]}: {', '.join(told)}{took}{_own_error(header)}{_unmet(tally)}"


def _own_error(header: RunHeader) -> str:
    """Say why a run failed that no step of it tells about."""
    if header.error is None or header.state != "failure":
        return ""
    from dagnb.storage.recovery import LOST

    part = header.error.where.partition(",")[0]
    place = f"{part}: " if part.startswith(("resource ", "logger ")) else ""
    lines = header.error.message.splitlines() or [""]
    title = "" if header.error.title == LOST else f"{header.error.title}: "  # that message says so itself
    text = f"{place}{title}{lines[0]}".removesuffix(": ")
    return f"; {text if len(text) <= _ERROR_LIMIT else text[: _ERROR_LIMIT - 1] + '…'}"


def _unmet(tally: RunTally) -> str:
    if not tally.unmet:
        return ""
    named = ", ".join(tally.unmet[:_NAMED])
    more = f" and {len(tally.unmet) - _NAMED} more" if len(tally.unmet) > _NAMED else ""
    count = f"{format_count(len(tally.unmet))} of {plural(tally.expectations, 'expectation')}"
    return f"; {count} not met: {named}{more}"


def _took(header: RunHeader, now: float | None) -> str:
    if header.started is None:
        return ""
    if header.ended is not None:
        joint = " in " if header.state == "success" else ", after "
        return joint + format_duration(header.ended - header.started)
    if now is None:
        return ""
    left = f", about {format_duration(header.remaining)} left" if header.remaining is not None else ""
    return f", {format_duration(now - header.started)} so far{left}"

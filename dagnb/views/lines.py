"""A step's log as lines of text: what it said, its retries, its hooks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from dagnb.events.records import EventRecord, HookCompleted, HookFailed, MessageLogged, StepRetried
from dagnb.views.format import format_duration

__all__ = ["MOST_LINES", "StepLines"]

MOST_LINES = 200


class StepLines:
    """The newest lines of each step."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[str]] = {}

    def take(self, record: EventRecord) -> None:
        """Take in an event of a step; most are no lines."""
        text = _text(record)
        if text is not None and record.step_key is not None:
            line = f"{record.at.astimezone():%H:%M:%S} {text}"
            self._lines.setdefault(record.step_key, deque(maxlen=MOST_LINES)).append(line)

    def of(self, step_key: str) -> Iterable[str]:
        """Return the lines of a step, the oldest first."""
        return self._lines.get(step_key, ())


def _text(record: EventRecord) -> str | None:
    match record.event:
        case MessageLogged() as event:
            fields = "".join(f" {key}={value}" for key, value in event.fields)
            return f"{event.level} {event.message}{fields}"
        case StepRetried() as event:
            why = f": {event.error.cls_name}: {event.error.message}" if event.error else ""
            wait = f" in {format_duration(event.seconds_to_wait)}" if event.seconds_to_wait else ""
            return f"retry try {event.attempt} failed{why}; tries again{wait}"
        case HookCompleted() as event:
            return f"hook {event.hook} ran"
        case HookFailed() as event:
            return f"hook {event.hook} failed: {event.error.cls_name}: {event.error.message}"
        case _:
            return None

"""The log that solids write: lines become events of the run."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dagnb.errors import DagnbNotFoundError
from dagnb.events.metadata import Scalar
from dagnb.events.records import (
    Event,
    HookFailed,
    LogLevel,
    MessageLogged,
    ResourceEnded,
    RunFailed,
    StepFailed,
    StepProgressed,
)

# The numbers of Python's `logging`.
LEVELS: dict[LogLevel, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}

_MESSAGE_LIMIT = 64_000
_LONGEST = 14_000  # bits: Python refuses to write integers of more than 4300 digits


def log_level(level: object) -> LogLevel:
    """Return a level by its name, in any case, or by its number in Python's `logging`.

    Raises:
        DagnbNotFoundError: there is no such level.

    >>> log_level("INFO"), log_level(30)
    ('info', 'warning')
    """
    named = level.lower() if isinstance(level, str) else level
    for name, number in LEVELS.items():
        if named in (name, number):
            return name
    raise DagnbNotFoundError("log level", str(level).lower(), LEVELS, where="context.log")


def line_of(event: Event) -> MessageLogged | None:
    """Return an event of a run as a line for loggers; of progress there are too many to be told."""
    if isinstance(event, MessageLogged):
        return event
    if isinstance(event, StepProgressed):
        return None
    from dagnb.events.text import event_text

    is_failure = isinstance(event, StepFailed | RunFailed | HookFailed)
    is_failure = is_failure or (isinstance(event, ResourceEnded) and event.error is not None)
    text, kind = event_text(event), type(event).__name__
    return MessageLogged(level="error" if is_failure else "debug", message=f"{kind}: {text}" if text else kind)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001  # a line of the log must not fail the step
        return f"<{type(value).__name__} whose text could not be made: {type(error).__name__}>"


def _scalar(value: object) -> Scalar:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        return f"an integer of {value.bit_length()} bits"
    return value if isinstance(value, int | float) else _text(value)


class EventLogger:
    """Write lines into a run's event log.

    Args:
        emit: takes the event of each line.
        fields: pairs that every line carries before its own.
    """

    __slots__ = ("_emit", "_fields")

    def __init__(self, emit: Callable[[MessageLogged], None], fields: tuple[tuple[str, Scalar], ...] = ()) -> None:
        self._emit = emit
        self._fields = fields

    def log(self, level: LogLevel | str | int, message: object, /, **fields: Any) -> None:
        """Write a line of any level, by its name or by its number in `logging`; keyword arguments become its fields.

        Raises:
            DagnbNotFoundError: there is no such level.
        """
        known = log_level(level)
        text = _text(message)
        if len(text) > _MESSAGE_LIMIT:
            text = f"{text[:_MESSAGE_LIMIT]} … ({len(text) - _MESSAGE_LIMIT} characters left out)"
        pairs = (*self._fields, *((key, _scalar(value)) for key, value in fields.items()))
        self._emit(MessageLogged(level=known, message=text, fields=pairs))

    def debug(self, message: object, /, **fields: Any) -> None:
        """Write a line for whoever looks for a fault."""
        self.log("debug", message, **fields)

    def info(self, message: object, /, **fields: Any) -> None:
        """Write a line about what goes on."""
        self.log("info", message, **fields)

    def warning(self, message: object, /, **fields: Any) -> None:
        """Write a line about something that may be wrong."""
        self.log("warning", message, **fields)

    def error(self, message: object, /, **fields: Any) -> None:
        """Write a line about something that is wrong."""
        self.log("error", message, **fields)

    def critical(self, message: object, /, **fields: Any) -> None:
        """Write a line about something that must not be."""
        self.log("critical", message, **fields)

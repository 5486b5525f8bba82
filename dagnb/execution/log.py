"""The log that solids write: lines become events of the run."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dagnb.events.metadata import Scalar
from dagnb.events.records import LogLevel, MessageLogged

_MESSAGE_LIMIT = 64_000
_LONGEST = 14_000  # bits: Python refuses to write integers of more than 4300 digits


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
    """

    __slots__ = ("_emit",)

    def __init__(self, emit: Callable[[MessageLogged], None]) -> None:
        self._emit = emit

    def log(self, level: LogLevel, message: object, **fields: Any) -> None:
        """Write a line of any level; keyword arguments become its fields."""
        text = _text(message)
        if len(text) > _MESSAGE_LIMIT:
            text = f"{text[:_MESSAGE_LIMIT]} … ({len(text) - _MESSAGE_LIMIT} characters left out)"
        pairs = tuple((key, _scalar(value)) for key, value in fields.items())
        self._emit(MessageLogged(level=level, message=text, fields=pairs))

    def debug(self, message: object, **fields: Any) -> None:
        """Write a line for whoever looks for a fault."""
        self.log("debug", message, **fields)

    def info(self, message: object, **fields: Any) -> None:
        """Write a line about what goes on."""
        self.log("info", message, **fields)

    def warning(self, message: object, **fields: Any) -> None:
        """Write a line about something that may be wrong."""
        self.log("warning", message, **fields)

    def error(self, message: object, **fields: Any) -> None:
        """Write a line about something that is wrong."""
        self.log("error", message, **fields)

    def critical(self, message: object, **fields: Any) -> None:
        """Write a line about something that must not be."""
        self.log("critical", message, **fields)

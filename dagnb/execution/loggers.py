"""Loggers: where else the lines go that solids log. The event log has them always."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TextIO

from dagnb.events.records import MessageLogged

LEVELS = ("debug", "info", "warning", "error", "critical")


class ConsoleLogger:
    """Write lines to a stream as they come.

    Args:
        level: the lowest level that is written (default "info").
        stream: where to (default: what `sys.stdout` is at the time: a cell's output in a notebook).
    """

    def __init__(self, level: str = "info", stream: TextIO | None = None) -> None:
        self._least = LEVELS.index(level)
        self._stream = stream

    def write(self, step_key: str | None, line: MessageLogged) -> None:
        """Take one line."""
        if LEVELS.index(line.level) < self._least:
            return
        fields = "".join(f" {key}={value}" for key, value in line.fields)
        print(f"{step_key or 'run'} {line.level}: {line.message}{fields}", file=self._stream or sys.stdout)


def console_logger(config: Mapping[str, Any]) -> ConsoleLogger:
    """Make the logger of the run config's ``loggers: {console: {config: {log_level: INFO}}}``.

    Args:
        config: `log_level`, one of DEBUG, INFO, WARNING, ERROR, CRITICAL in any case (default INFO).

    Raises:
        DagnbNotFoundError: there is no such level.

    >>> console_logger({"log_level": "DEBUG"}).write("load", MessageLogged(level="debug", message="begun"))
    load debug: begun
    """
    level = str(config.get("log_level", "INFO")).lower()
    if level not in LEVELS:
        from dagnb.errors import DagnbNotFoundError

        raise DagnbNotFoundError("log level", level, LEVELS, where="loggers › console › config › log_level")
    return ConsoleLogger(level)

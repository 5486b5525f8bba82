"""Execution: run one step, all steps, a whole run, and record what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from dagnb.execution.in_process import in_process_executor
    from dagnb.execution.loggers import colored_console_logger, json_console_logger

_HOMES = {
    "in_process": ("in_process_executor",),
    "loggers": ("colored_console_logger", "json_console_logger"),
}

__all__ = ["colored_console_logger", "in_process_executor", "json_console_logger"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)

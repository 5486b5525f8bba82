"""Loggers: where else the lines of a run go. The event log has them always."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dagnb.config import Enum, EnumValue, Field
from dagnb.contracts.records import RunRecord
from dagnb.definitions.logger import LoggerDefinition, logger
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.records import Event, MessageLogged
from dagnb.execution.failures import message_of, tell_part
from dagnb.execution.log import LEVELS, line_of

if TYPE_CHECKING:
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.planning.plan import ExecutionPlan

_COLORS = {"debug": "2", "info": "34", "warning": "33", "error": "31", "critical": "1;31"}
# In a run config by its name, in a logger's config by its number.
_LEVEL = Enum("LogLevel", [EnumValue(name.upper(), number) for name, number in LEVELS.items()])
_SCHEMA = {
    "log_level": Field(_LEVEL, default_value="INFO", description="The lowest level that is written."),
    "name": Field(str, default_value="dagnb", description="The name of the logger."),
}


class InitLoggerContext:
    """What a logger gets to know when it is made.

    Attributes:
        logger_config: its config, checked, defaults filled in; None when it has no schema.
        logger_def: its own definition.
        pipeline_def: the pipeline's definition.
        run_id: the run's id.
    """

    def __init__(self, run: RunRecord, plan: ExecutionPlan, logger_def: LoggerDefinition, logger_config: Any) -> None:
        self.logger_config = logger_config
        self.logger_def = logger_def
        self.pipeline_def: PipelineDefinition = plan.pipeline
        self.run_id = run.run_id


class PythonLogger:
    """Hand the lines of a run to a logger of Python's `logging`.

    Each record's attribute `dagnb` is a dict: run_id, pipeline_name, step_key (None for the run's own lines), level,
    message, fields.

    Args:
        target: the logger.
        run: whose lines they are.
    """

    def __init__(self, target: logging.Logger, run: RunRecord) -> None:
        self._target = target
        self._run = run

    def write(self, step_key: str | None, line: MessageLogged) -> None:
        """Take one line."""
        level = LEVELS[line.level]
        if not self._target.isEnabledFor(level):
            return
        about = {
            "run_id": self._run.run_id,
            "pipeline_name": self._run.pipeline_name,
            "step_key": step_key,
            "level": line.level,
            "message": line.message,
            "fields": dict(line.fields),
        }
        fields = "".join(f" {key}={value}" for key, value in line.fields)
        text = f"{step_key or 'run'}: {line.message}{fields}"
        # Its own arguments are none: a message with a % in it is no format.
        self._target.log(level, "%s", text, extra={"dagnb": about})


def make_loggers(run: RunRecord, plan: ExecutionPlan) -> dict[str, PythonLogger]:
    """Return the loggers that the run config turns on, by name.

    Raises:
        DagnbInvalidDefinitionError: one's function returned something else.
        Exception: what the function raised.
    """
    made: dict[str, PythonLogger] = {}
    for name, (definition, config) in plan.config.loggers.items():
        try:
            target = _made_by(definition, InitLoggerContext(run, plan, definition, config), plan.mode.name, name)
        except Exception as error:
            begun = f"run {run.run_id[:8]} of {run.pipeline_name} ended before its first step"
            tell_part(error, f"logger {name}", f"\nthe logger {name} could not be made, so {begun}")
            raise
        made[name] = PythonLogger(target, run)
    return made


def _made_by(definition: LoggerDefinition, context: InitLoggerContext, mode: str, name: str) -> Any:
    target = definition.logger_fn(context)
    if isinstance(target, logging.Logger | logging.LoggerAdapter):
        return target
    raise DagnbInvalidDefinitionError(
        "a logger's function returns a logging.Logger", where=f"mode {mode} › logger {name}", got=told(target)
    )


class RunLoggers:
    """Hand each event of a run to its loggers; what they raise is told once and fails nothing.

    Args:
        loggers: by name.
    """

    def __init__(self, loggers: dict[str, PythonLogger]) -> None:
        self._loggers = loggers
        self._told: set[str] = set()

    def write(self, step_key: str | None, event: Event) -> Iterable[MessageLogged]:
        """Hand an event over; return lines for the event log about loggers that raised for the first time."""
        line = line_of(event)
        if line is None:
            return ()
        problems: list[MessageLogged] = []
        for name, each in self._loggers.items():
            try:
                each.write(step_key, line)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # anybody's code
                if name not in self._told:
                    self._told.add(name)
                    problems.append(_problem(name, error))
        return problems


def _problem(name: str, error: BaseException) -> MessageLogged:
    told = f"the logger {name} raised {type(error).__name__}: {message_of(error)}; this is told once"
    return MessageLogged(level="warning", message=told, fields=(("logger", name),))


class _Console(logging.Handler):
    """Write to what `sys.stdout` is at the time: a cell's output in a notebook."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stdout)  # noqa: T201  # a console is there to be printed to


class _Colored(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        color = _COLORS.get(record.levelname.lower())
        is_terminal = getattr(sys.stdout, "isatty", bool)()
        return f"\x1b[{color}m{text}\x1b[0m" if color and is_terminal else text


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        about = getattr(record, "dagnb", {"message": record.getMessage()})
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps({"at": at, "logger": record.name, **about}, ensure_ascii=False, default=str)


def _console(context: InitLoggerContext, formatter: logging.Formatter) -> logging.Logger:
    handler = _Console()
    handler.setFormatter(formatter)
    config = context.logger_config
    # Not from logging.getLogger: a handler added there would stay, and write each line of a second run twice.
    made = logging.Logger(config["name"], config["log_level"])  # noqa: LOG001
    made.addHandler(handler)
    return made


@logger(config_schema=_SCHEMA)
def colored_console_logger(context: InitLoggerContext) -> logging.Logger:
    """Print lines, in a terminal with a colour for each level."""
    return _console(context, _Colored("%(name)s %(levelname)s %(message)s"))


@logger(config_schema=_SCHEMA)
def json_console_logger(context: InitLoggerContext) -> logging.Logger:
    """Print each line as a JSON object on a line of its own."""
    return _console(context, _Json())

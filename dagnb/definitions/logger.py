"""Loggers: where else the lines of a run go. Its event log has them always."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, overload

from dagnb.definitions.configurable import Configurable, function_label
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError

if TYPE_CHECKING:
    import logging


class LoggerDefinition(Configurable):
    """Define a logger: a function that makes it for a run.

    Args:
        logger_fn: takes the init context (`logger_config`, `logger_def`, `pipeline_def`, `run_id`) and returns a
            `logging.Logger`. It gets the lines that solids log, and the run's events: failures at the level ERROR, the
            others at DEBUG. Each record carries `run_id`, `pipeline_name`, `step_key` (None for the run's own) and
            `fields`, the keyword arguments of the line, in its attribute `dagnb`.
        config_schema: its config, in any form that `dagnb.config` takes.
        description: what it is.

    Raises:
        DagnbInvalidDefinitionError: what should make it cannot be called.
    """

    _kind: ClassVar[str] = "logger"

    def __init__(
        self,
        logger_fn: Callable[[Any], logging.Logger],
        config_schema: Any = None,
        description: str | None = None,
    ) -> None:
        if not callable(logger_fn):
            raise DagnbInvalidDefinitionError(
                "a logger is made by a function",
                got=told(logger_fn),
                hint="@logger makes one of a function that returns a logging.Logger",
            )
        self.logger_fn = logger_fn
        super().__init__(config_schema, description or clean_doc(logger_fn.__doc__))

    @property
    def _label(self) -> str:
        return f"logger {function_label(self.logger_fn)}"

    def __repr__(self) -> str:
        return f"<{self._label}>"


@overload
def logger(
    config_schema: Mapping[Any, Any] | list[Any] | type | None = None, description: str | None = None
) -> Callable[[Callable[[Any], logging.Logger]], LoggerDefinition]: ...


@overload
def logger(config_schema: Callable[[Any], logging.Logger], /) -> LoggerDefinition: ...


@overload
def logger(
    *, config_schema: Any, description: str | None = None
) -> Callable[[Callable[[Any], logging.Logger]], LoggerDefinition]: ...


def logger(config_schema: Any = None, description: str | None = None) -> Any:
    """Make a logger of a function: `@logger` or `@logger(config_schema=...)`.

    Args:
        config_schema: its config, in any form that `dagnb.config` takes.
        description: what it is (default: the docstring).

    >>> import logging
    >>> @logger(config_schema={"path": str})
    ... def file_logger(context):
    ...     made = logging.Logger(f"run {context.run_id}")
    ...     made.addHandler(logging.FileHandler(context.logger_config["path"], delay=True))
    ...     return made
    >>> file_logger
    <logger file_logger>
    """
    if callable(config_schema) and not isinstance(config_schema, type):
        return LoggerDefinition(config_schema)
    return lambda function: LoggerDefinition(function, config_schema, description)


def check_loggers(loggers: Mapping[str, LoggerDefinition], where: str) -> dict[str, LoggerDefinition]:
    """Return the loggers by name.

    Raises:
        DagnbInvalidDefinitionError: no mapping, a name that is none, something that is no logger.
    """
    from dagnb.definitions.names import check_name

    if not isinstance(loggers, Mapping):
        raise DagnbInvalidDefinitionError(
            "logger_defs is a mapping of names to loggers",
            where=where,
            got=told(loggers),
        )
    for name, made in loggers.items():
        check_name(name, "logger")
        if not isinstance(made, LoggerDefinition):
            raise DagnbInvalidDefinitionError(
                "logger_defs takes loggers only",
                where=f"{where} › logger {name}",
                got=told(made),
                expected="what @logger makes",
            )
    return dict(loggers)

"""The loggers and executors that a run config may name: those of the mode, dagnb's own, those that packages bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dagnb.contracts.parts import OWN_PARTS, entry_points_of, load_part
from dagnb.definitions.executor import ExecutorDefinition
from dagnb.definitions.logger import LoggerDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbPluginError

if TYPE_CHECKING:
    from dagnb.definitions.mode import ModeDefinition

DEFAULT_EXECUTOR = "in_process"


def loggers_of(mode: ModeDefinition, document: Any = None) -> dict[str, LoggerDefinition]:
    """Return the loggers by name that a run config for the mode may turn on; see `executors_of`.

    >>> from dagnb.definitions import ModeDefinition
    >>> list(loggers_of(ModeDefinition()))
    ['console', 'json']
    """
    return _with_parts("loggers", mode.logger_defs, document, LoggerDefinition)


def executors_of(mode: ModeDefinition, document: Any = None) -> dict[str, ExecutorDefinition]:
    """Return the executors by name that a run config for the mode may choose, the default one first.

    Args:
        mode: when it names executors, it is those and no others.
        document: a run config. Other packages are searched for a part only when it names one that is not at hand: to
            search takes longer than to plan a run.

    Raises:
        DagnbPluginError: what a package brings does not load, or is something else.

    >>> from dagnb.definitions import ModeDefinition
    >>> list(executors_of(ModeDefinition()))
    ['in_process']
    """
    if mode.executor_defs:
        return mode.executor_defs
    return _with_parts("executors", {}, document, ExecutorDefinition, section="execution")


def unknown_parts(mode: ModeDefinition, document: Any) -> frozenset[str]:
    """Return the names of loggers and executors in a run config that are neither the mode's nor dagnb's own."""
    loggers = _unknown(document, "loggers", {**OWN_PARTS["loggers"], **mode.logger_defs})
    executors = _unknown(document, "execution", mode.executor_defs or OWN_PARTS["executors"])
    return frozenset((*loggers, *executors))


def _unknown(document: Any, section: str, known: Mapping[str, Any]) -> list[str]:
    given = document.get(section) if isinstance(document, Mapping) else None
    return [name for name in given if name not in known] if isinstance(given, Mapping) else []


def _with_parts(
    group: str, own: Mapping[str, Any], document: Any, kind: type[Any], section: str | None = None
) -> dict[str, Any]:
    found = dict(own)
    for name in OWN_PARTS[group]:
        if name not in found:
            found[name] = load_part(group, name)
    unknown = _unknown(document, section or group, found)
    if unknown:
        brought = entry_points_of(group)
        found.update({name: _checked(group, name, kind) for name in unknown if name in brought})
    return found


def _checked(group: str, name: str, kind: type[Any]) -> Any:
    made = load_part(group, name)
    if not isinstance(made, kind):
        raise DagnbPluginError(
            f"the part {name} among the {group} is something else",
            got=told(made),
            expected=f"a {kind.__name__}",
            hint="see whether the package that brings it is new enough",
        )
    return made

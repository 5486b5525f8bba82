"""Modes: which resources, loggers and executors a pipeline runs with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from dagnb.definitions.names import check_name, check_objects
from dagnb.definitions.resource import ResourceDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, nearest

if TYPE_CHECKING:
    from dagnb.definitions.executor import ExecutorDefinition
    from dagnb.definitions.logger import LoggerDefinition

DEFAULT_MODE = "default"


class ModeDefinition:
    """Define a mode: implementations of the resources that the pipeline's solids ask for, and how it is run.

    Args:
        name: letters, digits and underscores (default "default").
        resource_defs: resources by key; a value that is no `ResourceDefinition` is taken as the resource itself.
        logger_defs: loggers by name, on top of dagnb's own; a run config turns them on, ``loggers: {name: {}}``.
        executor_defs: the executors that a run config may choose, the first by default (default: dagnb's own, of
            which "in_process" is the first).
        description: what the mode is for.

    Raises:
        DagnbInvalidDefinitionError: a bad name or key; a resource that another one asks for is not there, or asks for
            that one in turn; something that is no logger or no executor; two executors of one name.

    >>> ModeDefinition("test", {"db": {"rows": 3}}).resource_defs["db"].resource_fn(None)
    {'rows': 3}
    """

    def __init__(
        self,
        name: str | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        logger_defs: Mapping[str, LoggerDefinition] | None = None,
        executor_defs: Sequence[ExecutorDefinition] | None = None,
        description: str | None = None,
    ) -> None:
        self.name = DEFAULT_MODE if name is None else check_name(name, "mode")
        if resource_defs is not None and not isinstance(resource_defs, Mapping):
            raise DagnbInvalidDefinitionError(
                "resource_defs is a mapping of keys to resources",
                where=f"mode {self.name}",
                got=told(resource_defs),
                expected='{"db": db}',
            )
        self.resource_defs: dict[str, ResourceDefinition] = {
            check_name(key, "resource"): as_resource(value) for key, value in (resource_defs or {}).items()
        }
        self.logger_defs: dict[str, LoggerDefinition] = {}
        self.executor_defs: dict[str, ExecutorDefinition] = {}
        self.description = description
        # Resources that stand in for others: a run config for those others fits them too.
        self.replaced: frozenset[str] = frozenset()
        if logger_defs:
            from dagnb.definitions.logger import check_loggers

            self.logger_defs = check_loggers(logger_defs, f"mode {self.name}")
        if executor_defs:
            from dagnb.definitions.executor import check_executors

            self.executor_defs = check_executors(executor_defs, f"mode {self.name}")
        self.resource_order(self.resource_defs)

    @staticmethod
    def from_resources(resources: Mapping[str, Any], name: str | None = None) -> ModeDefinition:
        """Make a mode of values that are there already.

        >>> ModeDefinition.from_resources({"db": "a connection"}, "test")
        ModeDefinition('test', db)
        """
        return ModeDefinition(name, resources)

    def with_resources(self, resources: Mapping[str, Any]) -> ModeDefinition:
        """Return the mode with other resources in place of some of its own.

        A run config for a resource that was replaced by a value, or by one that takes no config, is let pass unread.

        Args:
            resources: by key, as in `resource_defs`.

        Raises:
            DagnbNotFoundError: the mode has no such resource to replace.
            DagnbInvalidDefinitionError: see `ModeDefinition`.

        >>> mode = ModeDefinition("prod", {"db": "the real one"})
        >>> mode.with_resources({"db": "a fake"}).resource_defs["db"].resource_fn()
        'a fake'
        """
        for key in resources:
            if key not in self.resource_defs:
                hint = f'ModeDefinition("{self.name}", resource_defs={{"{key}": ...}}) has it'
                raise DagnbNotFoundError(
                    "resource to replace", str(key), self.resource_defs, where=f"mode {self.name}", hint=hint
                )
        made = copy(self)
        made.resource_defs = {**self.resource_defs, **{key: as_resource(value) for key, value in resources.items()}}
        made.replaced = self.replaced | resources.keys()
        made.resource_order(made.resource_defs)
        return made

    def resource_order(self, keys: Iterable[str]) -> list[str]:
        """Return resources and those that they ask for, each after what it asks for, else in the mode's order.

        Raises:
            DagnbInvalidDefinitionError: one is not there, or they ask for each other.

        >>> from dagnb import resource
        >>> @resource(required_resource_keys={"engine"})
        ... def table(context):
        ...     return context.resources.engine
        >>> ModeDefinition("dev", {"table": table, "engine": 1, "other": 2}).resource_order({"table"})
        ['engine', 'table']
        """
        wanted = set(keys)
        order: dict[str, None] = {}
        path: list[str] = []

        def visit(key: str) -> None:
            if key in order:
                return
            if key in path:
                self._refuse_cycle(path[path.index(key) :])
            path.append(key)
            for need in sorted(self.resource_defs[key].required_resource_keys):
                if need not in self.resource_defs:
                    self._refuse_missing(key, need)
                visit(need)
            order[path.pop()] = None

        for key in self.resource_defs:
            if key in wanted:
                visit(key)
        return list(order)

    def _refuse_missing(self, key: str, need: str) -> None:
        near = nearest(need, self.resource_defs)
        raise DagnbInvalidDefinitionError(
            f"a mode has no resource named {need}",
            where=f"mode {self.name} › resource {key}",
            expected=f"{need}, which the resource {key} asks for",
            hint=f"did you mean {near}?"
            if near and near != key
            else f'ModeDefinition("{self.name}", resource_defs={{"{need}": ..., ...}})',
        )

    def _refuse_cycle(self, keys: Sequence[str]) -> None:
        raise DagnbInvalidDefinitionError(
            "the resources of a mode ask for each other" if len(keys) > 1 else "a resource asks for itself",
            where=f"mode {self.name}",
            got=" → ".join((*keys, keys[0])),
            expected="an order in which they can be made",
            hint="take one of these out of required_resource_keys",
        )

    def __repr__(self) -> str:
        return f"ModeDefinition({self.name!r}, {', '.join(self.resource_defs) or 'no resources'})"


def as_resource(value: Any) -> ResourceDefinition:
    """Return a resource definition; any other value becomes a resource that is that value."""
    return value if isinstance(value, ResourceDefinition) else ResourceDefinition.hardcoded_resource(value)


def check_modes(modes: Sequence[ModeDefinition] | None, where: str) -> dict[str, ModeDefinition]:
    """Return the modes by name; the default one when there are none.

    Raises:
        DagnbInvalidDefinitionError: two modes of one name, or something that is no mode.
    """
    found: dict[str, ModeDefinition] = {}
    for mode in check_objects(modes, ModeDefinition, "mode_defs", where) or (ModeDefinition(),):
        if mode.name in found:
            raise DagnbInvalidDefinitionError("two modes have the same name", where=f"{where} › mode {mode.name}")
        found[mode.name] = mode
    return found

"""The context that a solid's body gets."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbUnknownResourceError
from dagnb.events.records import Event
from dagnb.execution.log import EventLogger
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import Step

if TYPE_CHECKING:
    from dagnb.definitions.graph import Node
    from dagnb.definitions.mode import ModeDefinition
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.definitions.resource import ResourceDefinition
    from dagnb.definitions.solid import SolidDefinition
    from dagnb.instance import Instance


class Resources:
    """The resources that a solid asked for, as attributes.

    Reading any other raises `DagnbUnknownResourceError`, which is an `AttributeError`.

    Args:
        where: who asked for them.
        values: by key.
        kind: what asked for them: a solid, a hook, a resource.
    """

    __slots__ = ("_kind", "_values", "_where")

    def __init__(self, where: str, values: Mapping[str, Any], kind: str = "solid") -> None:
        self._where = where
        self._values = values
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise DagnbUnknownResourceError(
                solid=self._where, resource=name, known=self._values, kind=self._kind
            ) from None

    def __dir__(self) -> list[str]:
        return list(self._values)


class SolidExecutionContext:
    """What a solid gets to know of its run, and how it logs.

    Attributes that matter most: `solid_config`, `resources`, `log`, `run_id`.
    """

    __slots__ = ("_keys", "_kind", "_log", "_resources", "_scope", "_step", "_who")

    def __init__(
        self,
        scope: RunScope,
        step: Step,
        keys: AbstractSet[str] | None = None,
        who: str | None = None,
        kind: str = "solid",
    ) -> None:
        self._scope = scope
        self._step = step
        self._keys = step.node.definition.required_resource_keys if keys is None else keys
        self._who = who or step.key
        self._kind = kind
        self._log: EventLogger | None = None
        self._resources: Resources | None = None

    @property
    def solid_config(self) -> Any:
        """The solid's config, checked, defaults filled in, read-only; None when it has no schema."""
        return self._step.config

    @property
    def resources(self) -> Any:
        """The resources that the solid asked for, as attributes."""
        if self._resources is None:
            values = {key: value for key, value in self._scope.resources.items() if key in self._keys}
            self._resources = Resources(self._who, values, self._kind)
        return self._resources

    @property
    def log(self) -> EventLogger:
        """Writes lines into the run's event log."""
        if self._log is None:
            self._log = EventLogger(self.emit)
        return self._log

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._scope.run.run_id

    @property
    def run_config(self) -> Mapping[str, Any]:
        """The whole run config, resolved."""
        return self._scope.plan.config.document

    @property
    def step_key(self) -> str:
        """The step's key in the run."""
        return self._step.key

    @property
    def solid_name(self) -> str:
        """The solid's name in the pipeline."""
        return self._step.node.name

    @property
    def solid(self) -> Node:
        """The solid in the pipeline: its `name` there, its `definition`, tags and what feeds it."""
        return self._step.node

    @property
    def solid_def(self) -> SolidDefinition:
        """The solid's definition."""
        return self._step.node.definition

    @property
    def pipeline_def(self) -> PipelineDefinition:
        """The pipeline's definition."""
        return self._scope.plan.pipeline

    @property
    def pipeline_name(self) -> str:
        """The pipeline's name."""
        return self._scope.plan.pipeline.name

    @property
    def mode(self) -> str:
        """The name of the mode."""
        return self._scope.plan.mode.name

    @property
    def mode_def(self) -> ModeDefinition:
        """The mode's definition."""
        return self._scope.plan.mode

    @property
    def instance(self) -> Instance:
        """The instance that the run is kept in."""
        return self._scope.instance

    def emit(self, event: Event) -> None:
        """Record an event of this step that is not one of the user's."""
        self._scope.emit(event, self._step.key)

    def open_folder(self) -> str:
        """Return a local folder of the step's own, made on first use."""
        return self._scope.instance.values.open_folder(self.run_id, self._step.key)

    def get_tag(self, key: str) -> str | None:
        """Return a tag of the run, or None."""
        return dict(self._scope.run.tags).get(key)

    def __repr__(self) -> str:
        return f"<context of {self.solid_name} in run {self.run_id[:8]}>"


class InitResourceContext:
    """What a resource gets to know when it is made: `resource_config`, `resources`, `run_id`, `log` and what runs.

    Attributes:
        resource_key: its key in the mode.
        resource_config: its config, checked, defaults filled in; None when it has no schema.
        resources: the resources that it asked for, as attributes.
        log: writes lines into the run's event log.
    """

    __slots__ = ("_scope", "log", "resource_config", "resource_key", "resources")

    def __init__(self, scope: RunScope, resource_key: str, resource_config: Any) -> None:
        self._scope = scope
        self.resource_key = resource_key
        self.resource_config = resource_config
        keys = self.resource_def.required_resource_keys
        asked = {key: value for key, value in scope.resources.items() if key in keys}
        self.resources: Any = Resources(f"resource {resource_key}", asked, "resource")
        self.log = EventLogger(scope.emit)

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._scope.run.run_id

    @property
    def pipeline_def(self) -> PipelineDefinition:
        """The pipeline's definition."""
        return self._scope.plan.pipeline

    @property
    def resource_def(self) -> ResourceDefinition:
        """The resource's own definition."""
        return self._scope.plan.mode.resource_defs[self.resource_key]

    @property
    def instance(self) -> Instance:
        """The instance that the run is kept in."""
        return self._scope.instance

"""The contract of what keeps the values of outputs in place of the instance's value store: IO managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.mapped import handle_of, output_key_of
from dagnb.events.records import ValueReference

if TYPE_CHECKING:
    from dagnb.contracts.execution import StepLog
    from dagnb.definitions.graph import Node
    from dagnb.types import DagnbType

_CODEC = "io_manager"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutputContext:
    """Which output it is that an IO manager stores, or stored earlier.

    Args:
        run_id: the run that computed it.
        step_key: the step that gave it.
        output_name: the output's name (default "result").
        mapping_key: which value of a dynamic output it is.
        solid: the solid in the pipeline, with its `name` there and its `definition`.
        pipeline_name: the pipeline's name.
        type: the output's type.
        metadata: what the `OutputDefinition` says for the IO manager.
        tags: the tags of the run.
        partition: the run's partition.
        resource_config: the config of the IO manager.
        resources: the resources that the IO manager asked for, as attributes.
        log: writes lines into the run's event log; None outside of runs.

    >>> OutputContext(run_id="r", step_key="load", mapping_key="jfk").key
    'result[jfk]'
    """

    run_id: str
    step_key: str
    output_name: str = "result"
    mapping_key: str | None = None
    solid: Node | None = field(default=None, repr=False)
    pipeline_name: str | None = None
    type: DagnbType | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    partition: str | None = None
    resource_config: Any = field(default=None, repr=False)
    resources: Any = field(default=None, repr=False)
    log: StepLog | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """What names it among the outputs of its step: the output's name, of a dynamic one with its mapping key."""
        return output_key_of(self.output_name, self.mapping_key)

    @property
    def solid_name(self) -> str:
        """The solid's handle in the pipeline, for example ``"outer.fit"``."""
        return handle_of(self.step_key)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InputContext:
    """Which output an IO manager loads, and for whom.

    Args:
        upstream_output: the output, as it was described when it was stored. Its `run_id` is that of the run that
            computed it: another one than this when a run is repeated in part.
        run_id: the run that asks for it.
        step_key: the step that takes it; None when a person does.
        input_name: the step's input; None when a person asks.
        solid: the solid of that step in the pipeline.
        pipeline_name: the pipeline's name.
        type: the input's type.
        resource_config: the config of the IO manager.
        resources: the resources that the IO manager asked for, as attributes.
        log: writes lines into the run's event log; None outside of runs.

    >>> stored = OutputContext(run_id="r", step_key="load", metadata={"path": "a.json"})
    >>> InputContext(upstream_output=stored).metadata["path"]
    'a.json'
    """

    upstream_output: OutputContext
    run_id: str | None = None
    step_key: str | None = None
    input_name: str | None = None
    solid: Node | None = field(default=None, repr=False)
    pipeline_name: str | None = None
    type: DagnbType | None = None
    resource_config: Any = field(default=None, repr=False)
    resources: Any = field(default=None, repr=False)
    log: StepLog | None = field(default=None, repr=False)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the `OutputDefinition` says for the IO manager."""
        return self.upstream_output.metadata


class IOManager(Protocol):
    """Keep the values of outputs: the resource that `OutputDefinition(io_manager_key=...)` names.

    Any object with these two methods will do.

    >>> class Shelf:
    ...     def __init__(self):
    ...         self.kept = {}
    ...     def store(self, context, value):
    ...         self.kept[context.run_id, context.step_key, context.key] = value
    ...     def load(self, context):
    ...         stored = context.upstream_output
    ...         return self.kept[stored.run_id, stored.step_key, stored.key]
    >>> shelf: IOManager = Shelf()
    """

    def store(self, context: OutputContext, value: Any) -> Any:
        """Keep the value.

        May return, or yield, `AssetMaterialization` events and `EventMetadataEntry` facts about the value. What it
        raises fails the step.
        """
        ...

    def load(self, context: InputContext) -> Any:
        """Return the value of `context.upstream_output`. What it raises fails the step that takes it."""
        ...


def kept_by(resource_key: str) -> ValueReference:
    """Return the reference to a value that an IO manager keeps.

    >>> keeper_of(kept_by("warehouse"))
    'warehouse'
    """
    return ValueReference(codec=_CODEC, address=resource_key)


def keeper_of(reference: ValueReference) -> str | None:
    """Return the resource that keeps a value; None when it is the instance's value store, or nobody."""
    return reference.address if reference.codec == _CODEC else None


def check_io_manager(key: str, made: object) -> None:
    """Check that a resource can keep outputs.

    Raises:
        DagnbInvalidDefinitionError: it lacks a method.
    """
    missing = [name for name in ("store", "load") if not callable(getattr(made, name, None))]
    if missing:
        others = [("handle_output", "store"), ("load_input", "load"), ("set_asset", "store"), ("get_asset", "load")]
        near = [f"{theirs} is called {ours} here" for theirs, ours in others if hasattr(made, theirs)]
        raise DagnbInvalidDefinitionError(
            f"a resource that keeps outputs lacks {' and '.join(missing)}",
            where=f"resource {key}",
            got=told(made),
            expected="an object with store(context, value) and load(context)",
            hint="; ".join(near) or f'give the object these methods, or take io_manager_key="{key}" off the output',
        )

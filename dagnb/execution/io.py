"""Values that resources keep: hand them to the IO manager of an output, and get them back from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dagnb.contracts.io import InputContext, OutputContext, keeper_of
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.events.mapped import handle_of, split_output_key
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.records import AssetMaterialized, PendingEvent
from dagnb.events.user import AssetMaterialization
from dagnb.execution.context import Resources
from dagnb.execution.log import EventLogger
from dagnb.execution.resources import open_resources
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import ExecutionPlan, Step

if TYPE_CHECKING:
    from dagnb.contracts.records import RunRecord
    from dagnb.definitions.graph import Node
    from dagnb.definitions.ports import InputDefinition, OutputDefinition
    from dagnb.events.records import ValueReference
    from dagnb.instance import Instance

_PARTITION_TAG = "dagnb/partition"


def store_output(
    scope: RunScope, step: Step, definition: OutputDefinition, mapping_key: str | None, value: Any
) -> tuple[EventMetadataEntry, ...]:
    """Give an output's value to its IO manager; record what that says it wrote, and return its facts about the value.

    Raises:
        DagnbInvariantViolationError: it gives something back that is neither.
        Exception: what the IO manager raises, with a note that names it and the output.
    """
    key = definition.io_manager_key or ""
    context = _output_context(scope, key, step.node, step.key, definition, mapping_key)
    with _named(f"the IO manager {key} could not store the output {context.key} of {step.key}"):
        return _take(scope, step.key, key, scope.resources[key].store(context, value))


def read_output(
    scope: RunScope, step_key: str, name: str, reader: Step | None = None, taken_as: InputDefinition | None = None
) -> Any:
    """Return the value of an output of this run or of the one that it repeats.

    Args:
        scope: the run's scope.
        step_key: the step that gave it.
        name: the output's name, of a dynamic one ``output[mapping_key]``.
        reader: the step that takes it; None when a person does.
        taken_as: the input of that step.

    Raises:
        DagnbValueError: the value store does not have it, or not as it was.
        DagnbNotFoundError: the mode lacks the resource that keeps it.
        Exception: what its IO manager raises, with a note that names it and the output.
    """
    kept = scope.managed.get((step_key, name))
    if kept is None:
        return scope.value(step_key, name)
    run_id, key = kept
    if key not in scope.resources:
        raise _no_manager(scope, step_key, name, key)
    output_name, mapping_key = split_output_key(name)
    node = scope.plan.pipeline.flat.nodes[handle_of(step_key)]
    definition = node.definition.outputs[output_name]
    upstream = _output_context(scope, key, node, step_key, definition, mapping_key, run_id)
    context = InputContext(
        upstream_output=upstream,
        run_id=scope.run.run_id if reader is not None else None,
        step_key=reader.key if reader is not None else None,
        input_name=taken_as.name if taken_as is not None else None,
        solid=reader.node if reader is not None else None,
        pipeline_name=scope.plan.pipeline.name,
        type=taken_as.type if taken_as is not None else definition.type,
        resource_config=upstream.resource_config,
        resources=upstream.resources,
        log=upstream.log,
    )
    with _named(f"the IO manager {key} could not load the output {name} of {step_key}"):
        return scope.resources[key].load(context)


def load_kept(
    plan: ExecutionPlan, run: RunRecord, instance: Instance, *, step_key: str, name: str, reference: ValueReference
) -> Any:
    """Return a value that an IO manager keeps, after the run: the manager is made anew for it, and torn down.

    Args:
        plan: a plan with the pipeline, mode and config of the run; its steps do not matter.
        run: the run.
        instance: where the run is kept.
        step_key: the step that gave the value.
        name: the output's name, of a dynamic one ``output[mapping_key]``.
        reference: says who keeps it.

    Raises:
        DagnbNotFoundError: the mode has no such resource.
        Exception: what the resource raises when it is made, or as an IO manager.
    """
    key = keeper_of(reference) or ""
    scope = RunScope(run, plan, instance, _Unrecorded())
    if key not in plan.mode.resource_defs:
        raise _no_manager(scope, step_key, name, key)
    scope.managed[step_key, name] = (run.run_id, key)
    try:
        with open_resources(scope, plan.mode.resource_order([key])):
            return read_output(scope, step_key, name)
    finally:
        scope.loop.close()


class _Unrecorded:
    """Takes the events of what happens outside of runs."""

    def emit(self, event: PendingEvent) -> None:
        """Forget the event."""

    def flush(self) -> None:
        """Return at once."""


@contextmanager
def _named(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # The class may be anybody's, with an `add_note` that raises: its own error counts.
        with suppress(Exception):
            error.add_note(f"\n{what}")
        raise


def _output_context(  # noqa: PLR0917  # what there is to say of an output
    scope: RunScope,
    key: str,
    node: Node,
    step_key: str,
    definition: OutputDefinition,
    mapping_key: str | None,
    run_id: str | None = None,
) -> OutputContext:
    run = scope.run
    tags = dict(run.tags)
    wanted = getattr(scope.plan.mode.resource_defs[key], "required_resource_keys", ())
    return OutputContext(
        run_id=run.run_id if run_id is None else run_id,
        step_key=step_key,
        output_name=definition.name,
        mapping_key=mapping_key,
        solid=node,
        pipeline_name=scope.plan.pipeline.name,
        type=definition.type,
        metadata=definition.metadata,
        tags=tags,
        partition=run.partition or tags.get(_PARTITION_TAG),
        resource_config=scope.plan.config.resources.get(key),
        resources=Resources(key, {each: scope.resources[each] for each in wanted if each in scope.resources}),
        log=EventLogger(lambda line: scope.emit(line, step_key)),
    )


def _take(scope: RunScope, step_key: str, key: str, given: object) -> tuple[EventMetadataEntry, ...]:
    if given is None:
        return ()
    facts: list[EventMetadataEntry] = []
    listed = given if isinstance(given, Iterable) and not isinstance(given, str | bytes) else (given,)
    for each in listed:
        if isinstance(each, AssetMaterialization):
            scope.emit(
                AssetMaterialized(
                    asset_key=each.asset_key,
                    description=each.description,
                    metadata=each.metadata_entries,
                    partition=each.partition,
                ),
                step_key,
            )
        elif isinstance(each, EventMetadataEntry):
            facts.append(each)
        else:
            raise DagnbInvariantViolationError(
                "an IO manager gave back what cannot be recorded",
                where=f"resource {key} › store",
                got=told(each),
                expected="None, or AssetMaterialization and EventMetadataEntry objects",
            )
    return tuple(facts)


def _no_manager(scope: RunScope, step_key: str, name: str, key: str) -> DagnbNotFoundError:
    return DagnbNotFoundError(
        "resource",
        key,
        scope.plan.mode.resource_defs,
        where=f"mode {scope.plan.mode.name}, for the value of {step_key} › {name}",
        hint=f"the resource {key} keeps the value: take a mode that has it, or compute {step_key} again",
    )

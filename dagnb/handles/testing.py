"""Test parts of a pipeline: one solid alone, a composite as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from copy import copy
from typing import TYPE_CHECKING, Any

from dagnb.definitions.graph import Node
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.ports import InputDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.events.records import AssetMaterialized, ExpectationChecked, MessageLogged
from dagnb.events.user import AssetMaterialization, ExpectationResult
from dagnb.handles.call_errors import DagnbCallError
from dagnb.handles.contexts import CallContext
from dagnb.handles.inert import Inert, is_loading
from dagnb.handles.results import Run
from dagnb.handles.running import RunInProcess, RunRequest, apply_preset, plan_request, prepare, raise_first
from dagnb.instance import Instance

if TYPE_CHECKING:
    from dagnb.handles.steps import StepResult


def run_quietly(
    definition: PipelineDefinition,
    request: RunRequest,
    instance: Instance,
    *,
    raise_on_error: bool = True,
    is_kept: bool = False,
) -> Run:
    """Run a pipeline in the calling thread, shown nowhere; see `Pipeline.run`.

    Args:
        definition: the pipeline.
        request: how it is run.
        instance: where.
        raise_on_error: whether what a solid raises is raised.
        is_kept: whether what is raised says where to find the run.
    """
    __tracebackhide__ = True
    request = apply_preset(definition, request)
    plan = plan_request(definition, request)
    record = prepare(plan, request, instance)
    done = RunInProcess(plan, record, instance).execute()
    if raise_on_error:
        raise_first(done, definition.name, is_kept=is_kept)
    return Run(instance, instance.runs.run(record.run_id) or record)


def run_alone(
    definition: PipelineDefinition,
    solid: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    config: Any = None,
    resources: Mapping[str, Any] | None = None,
    mode: str | None = None,
    run_config: Mapping[str, Any] | None = None,
    instance: Instance | None = None,
    raise_on_error: bool = True,
) -> StepResult:
    """Run one solid of a pipeline alone; see `Pipeline.test`."""
    __tracebackhide__ = True
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a result
    node = _node(definition, solid)
    given = dict(inputs or {})
    for each in given:
        if each not in node.definition.inputs:
            raise DagnbNotFoundError("input", each, node.definition.inputs, where=f"{definition.name} › {solid}")
    request = RunRequest(
        run_config=_document(run_config or {}, solid, config),
        mode=mode,
        solid_selection=[solid],
        input_values={solid: given} if given else None,
        resources=resources,
    )
    try:
        plan_request(definition, request)
    except DagnbInvalidDefinitionError as error:
        raise _cut_off(definition, solid, node.definition, given, error) from None
    with ExitStack() as closing:
        kept_in = instance or closing.enter_context(Instance.ephemeral())
        run = run_quietly(definition, request, kept_in, raise_on_error=raise_on_error, is_kept=instance is not None)
        closing.pop_all()  # from here on it lasts as long as the result
    result: StepResult = run[solid]
    return result


def _node(definition: PipelineDefinition, handle: str) -> Node:
    flat = definition.flat
    found = flat.composites.get(handle) or flat.nodes.get(handle)
    if found is None:
        raise DagnbNotFoundError("solid", handle, [*flat.nodes, *flat.composites], where=f"pipeline {definition.name}")
    return found


def _document(document: Mapping[str, Any], handle: str, config: Any) -> dict[str, Any]:
    """Return the run config with a config for the solid of this handle in it."""
    if config is None:
        return dict(document)
    path = [part for name in handle.split(".") for part in ("solids", name)]
    return _with_value(document, [*path, "config"], config)


def _with_value(document: Any, path: list[str], value: Any) -> dict[str, Any]:
    there = document if isinstance(document, Mapping) else {}
    first, *rest = path
    return {**there, first: _with_value(there.get(first), rest, value) if rest else value}


def _cut_off(
    definition: PipelineDefinition,
    handle: str,
    solid: SolidDefinition,
    given: Mapping[str, Any],
    error: DagnbInvalidDefinitionError,
) -> DagnbInvalidDefinitionError:
    """Return the error for inputs without a value in the words of `Pipeline.test`; any other error as it is."""
    missing = [each for each in solid.inputs.values() if each.name not in given and not each.has_default]
    if not missing:
        return error
    values = ", ".join(f'"{each.name}": ...' for each in missing)
    return DagnbInvalidDefinitionError(
        f"the solid has no value for its input {missing[0].name}",
        where=f"{definition.name} › {handle}",
        expected=", ".join(f"{each.name}: {each.type.name}" for each in missing),
        hint=f'{definition.name}.test("{handle}", inputs={{{values}}})',
    )


def call_composite(definition: SolidDefinition, context: CallContext, values: Mapping[str, Any]) -> Any:
    """Run a composite solid as a pipeline of its own and return what it gives; see `calling.call_directly`."""
    __tracebackhide__ = True
    from dagnb.handles.calling import returned_of

    name = definition.name
    mode = ModeDefinition(resource_defs=context.resource_values)
    alone = PipelineDefinition(name, {name: Node(name, _fed(definition, values))}, mode_defs=[mode])
    request = RunRequest(
        run_config={"solids": {name: _entry(definition, context.config)}},
        tags=context.tags,
        input_values={name: values} if values else None,
    )
    given = context.given_instance
    with nullcontext(given) if given is not None else Instance.ephemeral() as instance:
        run = run_quietly(alone, request, instance, is_kept=given is not None)
        _collect(run, context)
        return returned_of(definition, run[name].output_values)


def _fed(definition: SolidDefinition, values: Mapping[str, Any]) -> SolidDefinition:
    """Return the solid with a default for every input that has a value: it is complete without what feeds it."""
    made = copy(definition)
    made.inputs = {
        name: InputDefinition(name, each.type, each.description, default_value=None) if name in values else each
        for name, each in definition.inputs.items()
    }
    return made


def _entry(definition: SolidDefinition, config: Any) -> Mapping[str, Any]:
    if config is None:
        return {}
    if definition.config_node is not None:
        return {"config": config}
    if isinstance(config, Mapping):
        return config
    raise DagnbCallError(
        definition,
        "the composite solid has no config of its own",
        got=f"config={config!r}"[:80],
        hint='configure the solids in it: build_context(config={"solids": {"...": {"config": ...}}})',
    )


def _collect(run: Run, context: CallContext) -> None:
    """Hand to the context what the solids of a run yielded and logged."""
    for record in run.event_list:
        event = record.event
        if isinstance(event, AssetMaterialized):
            context.events.append(
                AssetMaterialization(event.asset_key, event.description, event.metadata, event.partition)
            )
        elif isinstance(event, ExpectationChecked):
            context.events.append(ExpectationResult(event.success, event.label, event.description, event.metadata))
        elif isinstance(event, MessageLogged):
            context.log.take(event)

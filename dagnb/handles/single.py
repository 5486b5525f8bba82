"""Run single solids: alone, or as they stand in a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, overload

from dagnb.definitions.composition import compose
from dagnb.definitions.graph import Node
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.handles.execute import as_pipeline, run_pipeline
from dagnb.handles.inert import Inert, is_loading
from dagnb.handles.pipelines import Pipeline

if TYPE_CHECKING:
    from dagnb.definitions.composite import CompositeSolidDefinition
    from dagnb.handles.groups import CompositeResult
    from dagnb.handles.steps import StepResult
    from dagnb.instance import Instance


@overload
def execute_solid(  # type: ignore[overload-overlap]  # a composite solid is a solid with a result of its own
    solid_def: CompositeSolidDefinition,
    mode_def: ModeDefinition | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    run_config: Mapping[str, Any] | None = None,
    raise_on_error: bool = True,  # noqa: FBT001, FBT002  (the slides' argument order)
    *,
    instance: Instance | None = None,
    resources: Mapping[str, Any] | None = None,
) -> CompositeResult: ...


@overload
def execute_solid(
    solid_def: SolidDefinition,
    mode_def: ModeDefinition | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    run_config: Mapping[str, Any] | None = None,
    raise_on_error: bool = True,  # noqa: FBT001, FBT002  (the slides' argument order)
    *,
    instance: Instance | None = None,
    resources: Mapping[str, Any] | None = None,
) -> StepResult: ...


def execute_solid(  # noqa: PLR0917  # the slides' argument order
    solid_def: SolidDefinition,
    mode_def: ModeDefinition | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    run_config: Mapping[str, Any] | None = None,
    raise_on_error: bool = True,  # noqa: FBT001, FBT002  (the slides' argument order)
    *,
    instance: Instance | None = None,
    resources: Mapping[str, Any] | None = None,
) -> Any:
    """Run one solid alone, a notebook, a cell or a composite one too, and return its result.

    Args:
        solid_def: the solid.
        mode_def: the mode with the resources that it needs (default: none).
        input_values: values of its inputs, by name.
        tags: tags of the run.
        run_config: the run config document.
        raise_on_error: False to get the failed result back instead of the exception.
        instance: where the run is kept (default: the instance of this folder).
        resources: resources by key, values (a fake, a mock) or definitions: in place of those of the mode, or, without
            a mode, all that it runs with.

    Returns:
        A `StepResult`; of a composite solid a `CompositeResult`.

    Raises:
        DagnbNotFoundError: a value is given for an input that the solid does not have.
        DagnbConfigError: the run config has problems.
        Exception: what the solid raised.

    >>> from dagnb import solid
    >>> @solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> execute_solid(double, input_values={"number": 21}).value
    42
    """
    __tracebackhide__ = True
    if is_loading():
        return Inert()
    if not isinstance(solid_def, SolidDefinition):
        raise DagnbInvalidDefinitionError(
            "this is no solid",
            got=told(solid_def),
            expected="what @solid makes",
            hint="execute_pipeline runs a pipeline" if isinstance(solid_def, Pipeline) else None,
        )
    name = solid_def.name
    values = dict(input_values or {})
    for given in values:
        if given not in solid_def.inputs:
            raise DagnbNotFoundError("input", given, solid_def.inputs, where=f"solid {name}")
    from dagnb.handles.running import RunRequest

    if mode_def is None and resources:
        mode_def, resources = ModeDefinition(resource_defs=resources), None
    alone = _alone(solid_def, values, mode_def, run_config)
    request = RunRequest(
        run_config=run_config, tags=tags, input_values={name: values} if values else None, resources=resources
    )
    return run_pipeline(Pipeline(alone), request, instance=instance, raise_on_error=raise_on_error)[name]


def execute_solid_within_pipeline(  # noqa: PLR0917  # the slides' argument order
    pipeline: Pipeline | PipelineDefinition,
    solid_name: str,
    inputs: Mapping[str, Any] | None = None,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, str] | None = None,
    instance: Instance | None = None,
    *,
    resources: Mapping[str, Any] | None = None,
) -> Any:
    """Run one solid of a pipeline as it stands there, without the others, and return its result.

    Args:
        pipeline: where it stands.
        solid_name: its name there, or its handle; of a composite solid, all in it is run.
        inputs: values of its inputs, by name.
        run_config: the run config document; one for the whole pipeline fits.
        mode: in which mode (default: the pipeline's first).
        preset: a preset to start from; `run_config` goes over it.
        tags: tags of the run.
        instance: where the run is kept (default: the instance of this folder).
        resources: resources in place of those of the mode, by key: values (a fake, a mock) or definitions.

    Raises:
        DagnbSelectionError: the pipeline has no such solid.
        DagnbInvalidDefinitionError: an input has no value.
        DagnbConfigError: the run config has problems.
        Exception: what the solid raised.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @lambda_solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> @pipeline
    ... def numbers():
    ...     double(one())
    >>> execute_solid_within_pipeline(numbers, "double", {"number": 21}).value
    42
    """
    __tracebackhide__ = True
    given = {solid_name: inputs} if inputs else None
    found = execute_solids_within_pipeline(
        pipeline, [solid_name], given, run_config, mode, preset, tags, instance=instance, resources=resources
    )
    return found[solid_name]


def execute_solids_within_pipeline(  # noqa: PLR0917  # the slides' argument order
    pipeline: Pipeline | PipelineDefinition,
    solid_names: Iterable[str],
    inputs: Mapping[str, Mapping[str, Any]] | None = None,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, str] | None = None,
    instance: Instance | None = None,
    *,
    resources: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Run some solids of a pipeline, connected as they are there, and return their results by name.

    Args:
        pipeline: where they stand.
        solid_names: their names there, or handles.
        inputs: values of inputs, by solid and input.
        run_config: the run config document; one for the whole pipeline fits.
        mode: in which mode (default: the pipeline's first).
        preset: a preset to start from; `run_config` goes over it.
        tags: tags of the run.
        instance: where the run is kept (default: the instance of this folder).
        resources: resources in place of those of the mode, by key: values (a fake, a mock) or definitions.

    Raises:
        DagnbError: see `execute_solid_within_pipeline`.
        Exception: what a solid raised.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @lambda_solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> @pipeline
    ... def numbers():
    ...     double.alias("again")(double(one()))
    >>> found = execute_solids_within_pipeline(numbers, ["double", "again"], {"double": {"number": 5}})
    >>> found["double"].value, found["again"].value
    (10, 20)
    """
    __tracebackhide__ = True
    names = [solid_names] if isinstance(solid_names, str) else list(solid_names)
    if is_loading():
        return {name: Inert() for name in names}
    from dagnb.handles.running import RunRequest

    request = RunRequest(
        run_config=run_config,
        mode=mode,
        preset=preset,
        tags=tags,
        solid_selection=names,
        input_values=inputs,
        resources=resources,
    )
    run = run_pipeline(as_pipeline(pipeline), request, instance=instance)
    return {name: run[name] for name in names}


def _alone(
    solid: SolidDefinition,
    values: Mapping[str, Any],
    mode: ModeDefinition | None,
    run_config: Mapping[str, Any] | None,
) -> PipelineDefinition:
    """Return a pipeline of one solid; inputs with a value at hand get a default, so that it is complete."""
    from dagnb.definitions.ports import InputDefinition
    from dagnb.planning.cuts import gives_input
    from dagnb.types import Nothing

    if values:
        stand_in = copy(solid)
        stand_in.inputs = {
            each.name: InputDefinition(each.name, each.type, each.description, default_value=None)
            if each.name in values and each.type is not Nothing
            else each
            for each in solid.inputs.values()
        }
        nodes = {solid.name: Node(solid.name, stand_in)}
    else:
        nodes = compose(solid.name, solid.__call__)
    for each in nodes[solid.name].definition.inputs.values():
        configured = each.is_loadable and gives_input(run_config, solid.name, each.name)
        if not (each.has_default or configured or each.type is Nothing):
            raise DagnbInvalidDefinitionError(
                f"the solid has no value for its input {each.name}",
                where=f"solid {solid.name}",
                expected=f"a value of type {each.type.name}",
                hint=f'execute_solid({solid.name}, input_values={{"{each.name}": ...}})',
            )
    return PipelineDefinition(solid.name, nodes, mode_defs=[mode] if mode else None)

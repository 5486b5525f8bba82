"""Run pipelines and single solids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from dagnb.definitions.composition import compose
from dagnb.definitions.graph import Node
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.handles.inert import Inert, is_loading
from dagnb.handles.pipelines import Pipeline

if TYPE_CHECKING:
    from dagnb.config import DagnbConfigError
    from dagnb.handles.results import Run
    from dagnb.handles.running import RunRequest
    from dagnb.handles.steps import StepResult
    from dagnb.instance import Instance
    from dagnb.views.run import RunView
    from dagnb.views.service import ViewService


def run_pipeline(
    pipeline: Pipeline, request: RunRequest, *, instance: Instance | None = None, raise_on_error: bool = True
) -> Run:
    """Run a pipeline as asked for, in the calling thread; see `Pipeline.run`."""
    __tracebackhide__ = True
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a run
    from dagnb.config import DagnbConfigError
    from dagnb.handles.display import execution_count, in_notebook
    from dagnb.handles.results import Run
    from dagnb.handles.running import RunInProcess, apply_preset, plan_request, prepare, raise_first
    from dagnb.instance import Instance

    definition = pipeline.definition
    request = apply_preset(definition, request)
    try:
        plan = plan_request(definition, request)
    except DagnbConfigError as error:
        if pipeline._function is not None:  # noqa: SLF001  (its own room; one that a person has a name for)
            _say_how_to_begin(error, definition.name)
        raise
    kept_in = instance or Instance.get()
    record = prepare(plan, request, kept_in)
    pipeline._last_run = (record.run_id, kept_in)  # noqa: SLF001  (its own room)
    service = service_of(pipeline, kept_in) if in_notebook() else None
    running = RunInProcess(plan, record, kept_in, service=service)
    try:
        done = running.execute(lambda view: publish(view, service)) if service is not None else running.execute()
    except Exception:  # a resource could not be made; the run says so too, where its log could be written
        if raise_on_error or not kept_in.read_run(record.run_id).status.is_terminal:
            raise
    else:
        if raise_on_error:
            raise_first(done, definition.name)
    return Run(kept_in, kept_in.runs.run(record.run_id) or record, shown_in=execution_count())


def _say_how_to_begin(error: DagnbConfigError, name: str) -> None:
    from dagnb.config import ProblemReason

    if any(problem.reason is ProblemReason.MISSING_FIELD for problem in error.errors):
        error.add_note(f"\nprint({name}.scaffold()) shows a run config to begin with, {name}.playground() edits one")


def service_of(pipeline: Pipeline | None, instance: Instance) -> ViewService:
    """Return the service behind the views of a pipeline and its runs."""
    from dagnb.handles.interrupt import stops
    from dagnb.views.service import ViewService

    return ViewService(
        instance,
        pipeline=(lambda: pipeline.definition) if pipeline is not None else None,
        cancel=stops.stop,
    )


def publish(view: RunView, service: ViewService) -> AbstractContextManager[Any]:
    """Show a run in the cell; in the context that is returned it is kept up to date."""
    from dagnb.handles.display import show_run
    from dagnb.widgets.publisher import Publisher

    display = show_run(view, service)
    return Publisher(view.frame, display.publish, display.finish)


def execute_pipeline(  # noqa: PLR0917  # the slides' argument order
    pipeline: Pipeline | PipelineDefinition,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, str] | None = None,
    solid_selection: Sequence[str] | str | None = None,
    instance: Instance | None = None,
    raise_on_error: bool = True,  # noqa: FBT001, FBT002  (the slides' argument order)
) -> Run:
    """Run a pipeline in the calling thread and return the run.

    Args:
        pipeline: what to run.
        run_config: the run config document.
        mode: in which mode (default: the pipeline's first).
        preset: a preset to start from; `run_config` goes over it.
        tags: tags of the run.
        solid_selection: which solids (default: all).
        instance: where the run is kept (default: the instance of this folder).
        raise_on_error: False to get the failed run back instead of the solid's exception.

    Raises:
        DagnbConfigError: the run config has problems; all of them, before anything runs.
        Exception: what a solid raised, the run being kept as failed.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> execute_pipeline(numbers).success
    True
    """
    __tracebackhide__ = True
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a run
    if not isinstance(pipeline, Pipeline):
        if not isinstance(pipeline, PipelineDefinition):
            raise DagnbInvalidDefinitionError(
                "this is no pipeline",
                got=f"{type(pipeline).__name__} {pipeline!r}"[:80],
                expected="what @pipeline makes",
                hint="execute_solid runs a single solid" if isinstance(pipeline, SolidDefinition) else None,
            )
        pipeline = Pipeline(pipeline)
    from dagnb.handles.running import RunRequest

    request = RunRequest(run_config=run_config, mode=mode, preset=preset, tags=tags, solid_selection=solid_selection)
    return run_pipeline(pipeline, request, instance=instance, raise_on_error=raise_on_error)


def execute_solid(  # noqa: PLR0917  # the slides' argument order
    solid_def: SolidDefinition,
    mode_def: ModeDefinition | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    run_config: Mapping[str, Any] | None = None,
    raise_on_error: bool = True,  # noqa: FBT001, FBT002  (the slides' argument order)
    *,
    instance: Instance | None = None,
) -> StepResult:
    """Run one solid alone, a notebook or a cell too, and return its result.

    Args:
        solid_def: the solid.
        mode_def: the mode with the resources that it needs (default: none).
        input_values: values of its inputs, by name.
        tags: tags of the run.
        run_config: the run config document.
        raise_on_error: False to get the failed result back instead of the exception.
        instance: where the run is kept (default: the instance of this folder).

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
        return Inert()  # type: ignore[return-value]  # it stands for a result
    if not isinstance(solid_def, SolidDefinition):
        raise DagnbInvalidDefinitionError(
            "this is no solid",
            got=f"{type(solid_def).__name__} {solid_def!r}"[:80],
            expected="what @solid makes",
            hint="execute_pipeline runs a pipeline" if isinstance(solid_def, Pipeline) else None,
        )
    name = solid_def.name
    values = dict(input_values or {})
    for given in values:
        if given not in solid_def.inputs:
            raise DagnbNotFoundError("input", given, solid_def.inputs, where=f"solid {name}")
    from dagnb.handles.running import RunRequest

    alone = _alone(solid_def, values, mode_def, run_config)
    request = RunRequest(run_config=run_config, tags=tags, input_values={name: values} if values else None)
    return run_pipeline(Pipeline(alone), request, instance=instance, raise_on_error=raise_on_error)[name]


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
        inputs = [
            InputDefinition(each.name, each.type, each.description, default_value=None) if each.name in values else each
            for each in solid.inputs.values()
        ]
        stand_in = SolidDefinition(
            solid.name,
            body=solid.body,
            input_defs=inputs,
            output_defs=list(solid.outputs.values()),
            config_schema=solid.config_schema,
            description=solid.description,
            tags=solid.tags,
            required_resource_keys=solid.required_resource_keys,
            version=solid.version,
        )
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

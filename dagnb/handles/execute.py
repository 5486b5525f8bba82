"""Run pipelines, anew or again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError
from dagnb.handles.inert import Inert, is_loading
from dagnb.handles.pipelines import Pipeline

if TYPE_CHECKING:
    from dagnb.config import DagnbConfigError
    from dagnb.handles.results import Run
    from dagnb.handles.running import RunRequest
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
    request = apply_preset(definition, request) if request.parent is None else request
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
    return Run(kept_in, kept_in.runs.run(record.run_id) or record, shown_in=execution_count(), pipeline=pipeline)


def rerun_pipeline(
    pipeline: Pipeline,
    parent: Run | str,
    request: RunRequest,
    *,
    step_selection: Sequence[str] | str | None = None,
    from_failure: bool = False,
    instance: Instance | None = None,
    raise_on_error: bool = True,
) -> Run:
    """Run a run of a pipeline again, in the calling thread; see `Pipeline.reexecute`."""
    __tracebackhide__ = True
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a run
    again, kept_in = asked_again(
        pipeline, parent, request, step_selection=step_selection, from_failure=from_failure, instance=instance
    )
    return run_pipeline(pipeline, again, instance=kept_in, raise_on_error=raise_on_error)


def asked_again(
    pipeline: Pipeline,
    parent: Run | str,
    request: RunRequest,
    *,
    step_selection: Sequence[str] | str | None,
    from_failure: bool,
    instance: Instance | None,
) -> tuple[RunRequest, Instance]:
    """Return the request for a run that repeats another one, and the instance that both are kept in."""
    __tracebackhide__ = True
    from dagnb.handles.again import request_again
    from dagnb.handles.results import Run
    from dagnb.instance import Instance

    kept_in = instance or (parent._instance if isinstance(parent, Run) else Instance.get())  # noqa: SLF001
    run_id = parent.run_id if isinstance(parent, Run) else parent
    try:
        request = request_again(
            pipeline.definition, run_id, kept_in, request, step_selection=step_selection, from_failure=from_failure
        )
    except DagnbError as error:
        raise error.with_traceback(None) from None
    return request, kept_in


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
    *,
    resources: Mapping[str, Any] | None = None,
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
        resources: resources in place of those of the mode, by key.

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
    from dagnb.handles.running import RunRequest

    request = RunRequest(
        run_config=run_config,
        mode=mode,
        preset=preset,
        tags=tags,
        solid_selection=solid_selection,
        resources=resources,
    )
    return run_pipeline(as_pipeline(pipeline), request, instance=instance, raise_on_error=raise_on_error)


def reexecute_pipeline(  # noqa: PLR0917  # the slides' argument order
    pipeline: Pipeline | PipelineDefinition,
    parent_run_id: str,
    run_config: Mapping[str, Any] | None = None,
    step_selection: Sequence[str] | str | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, str] | None = None,
    instance: Instance | None = None,
    raise_on_error: bool = True,  # noqa: FBT001, FBT002  (the slides' argument order)
    *,
    from_failure: bool = False,
    resources: Mapping[str, Any] | None = None,
) -> Run:
    """Run a run of a pipeline again: all of it, from where it failed, or some of its steps.

    Args:
        pipeline: what to run.
        parent_run_id: the run, by its id or the beginning of it.
        run_config: the run config document (default: that of the run).
        step_selection: only these steps (default: all); the others' outputs are taken over.
        mode: in which mode (default: that of the run).
        preset: a preset to take the run config from in place of the run's.
        tags: tags, besides those of the run.
        instance: where both runs are kept (default: the instance of this folder).
        raise_on_error: False to get the failed run back instead of the solid's exception.
        from_failure: only what failed, was skipped or cancelled, or never ran.
        resources: resources in place of those of the mode, by key.

    Raises:
        DagnbError: see `Pipeline.reexecute`.
        Exception: what a solid raised, the run being kept as failed.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> first = execute_pipeline(numbers)
    >>> reexecute_pipeline(numbers, first.run_id).parent_run_id == first.run_id
    True
    """
    __tracebackhide__ = True
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a run
    from dagnb.handles.running import RunRequest

    return rerun_pipeline(
        as_pipeline(pipeline),
        parent_run_id,
        RunRequest(run_config=run_config, mode=mode, preset=preset, tags=tags, resources=resources),
        step_selection=step_selection,
        from_failure=from_failure,
        instance=instance,
        raise_on_error=raise_on_error,
    )


def as_pipeline(pipeline: object) -> Pipeline:
    """Return the pipeline to be run.

    Raises:
        DagnbInvalidDefinitionError: it is none.
    """
    if isinstance(pipeline, Pipeline):
        return pipeline
    if isinstance(pipeline, PipelineDefinition):
        return Pipeline(pipeline)
    raise DagnbInvalidDefinitionError(
        "this is no pipeline",
        got=told(pipeline),
        expected="what @pipeline makes",
        hint="execute_solid runs a single solid" if isinstance(pipeline, SolidDefinition) else None,
    )

"""Run pipelines and get the events one by one while they go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from dagnb.handles.execute import as_pipeline, asked_again
from dagnb.handles.inert import is_loading
from dagnb.handles.interrupt import stops

if TYPE_CHECKING:
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.events.records import EventRecord
    from dagnb.handles.pipelines import Pipeline
    from dagnb.handles.running import RunInProcess, RunRequest
    from dagnb.instance import Instance

Events = Generator["EventRecord", None, None]
_ENDED = None
_MOMENT = 0.02  # seconds


def execute_pipeline_iterator(  # noqa: PLR0917  # the slides' argument order
    pipeline: Pipeline | PipelineDefinition,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, str] | None = None,
    solid_selection: Sequence[str] | str | None = None,
    instance: Instance | None = None,
    *,
    resources: Mapping[str, Any] | None = None,
) -> Events:
    """Run a pipeline in a thread of its own and return its events as they come.

    The request is checked at once; the run begins with the first event that is asked for. Closing the generator (as
    ``break`` in a loop does) cancels the run and waits for its end. A step that fails is an event, nothing is raised.

    Args:
        pipeline: what to run.
        run_config: the run config document.
        mode: in which mode (default: the pipeline's first).
        preset: a preset to start from; `run_config` goes over it.
        tags: tags of the run.
        solid_selection: which solids (default: all).
        instance: where the run is kept (default: the instance of this folder).
        resources: resources in place of those of the mode, by key.

    Raises:
        DagnbConfigError: the run config has problems; all of them, before anything runs.
        DagnbError: whatever else can be known before.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> [record.kind for record in execute_pipeline_iterator(numbers)][:2]
    ['RunStarted', 'StepStarted']
    """
    if is_loading():
        return _nothing()
    from dagnb.handles.running import RunRequest, apply_preset
    from dagnb.instance import Instance

    made = as_pipeline(pipeline)
    request = RunRequest(
        run_config=run_config,
        mode=mode,
        preset=preset,
        tags=tags,
        solid_selection=solid_selection,
        resources=resources,
    )
    return _events_of(made, apply_preset(made.definition, request), instance or Instance.get())


def reexecute_pipeline_iterator(  # noqa: PLR0917  # the slides' argument order
    pipeline: Pipeline | PipelineDefinition,
    parent_run_id: str,
    run_config: Mapping[str, Any] | None = None,
    step_selection: Sequence[str] | str | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, str] | None = None,
    instance: Instance | None = None,
    *,
    from_failure: bool = False,
    resources: Mapping[str, Any] | None = None,
) -> Events:
    """Run a run of a pipeline again in a thread of its own and return its events as they come.

    See `reexecute_pipeline` for the arguments, and `execute_pipeline_iterator` for how the events come.

    Raises:
        DagnbError: see `Pipeline.reexecute`.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> first = numbers.run()
    >>> [record.kind for record in reexecute_pipeline_iterator(numbers, first.run_id, step_selection="one")][-1]
    'RunSucceeded'
    """
    if is_loading():
        return _nothing()
    from dagnb.handles.running import RunRequest

    made = as_pipeline(pipeline)
    request, kept_in = asked_again(
        made,
        parent_run_id,
        RunRequest(run_config=run_config, mode=mode, preset=preset, tags=tags, resources=resources),
        step_selection=step_selection,
        from_failure=from_failure,
        instance=instance,
    )
    return _events_of(made, request, kept_in)


def _nothing() -> Events:
    yield from ()


def _events_of(pipeline: Pipeline, request: RunRequest, instance: Instance) -> Events:
    from dagnb.handles.running import RunInProcess, plan_request, prepare

    plan = plan_request(pipeline.definition, request)

    def begin() -> RunInProcess:
        record = prepare(plan, request, instance)
        pipeline._last_run = (record.run_id, instance)  # noqa: SLF001  (its own room)
        return RunInProcess(plan, record, instance)

    return _following(begin)


def _following(begin: Callable[[], RunInProcess]) -> Events:
    running = begin()
    run_id = running.run.run_id
    queue: SimpleQueue[list[EventRecord] | None] = SimpleQueue()
    raised: list[BaseException] = []

    def execute() -> None:
        try:
            running.execute(on_commit=queue.put)
        except BaseException as error:  # noqa: BLE001  # raised where the events are asked for, when it is not recorded
            raised.append(error)
        finally:
            queue.put(_ENDED)

    thread = threading.Thread(target=execute, name=f"dagnb-run-{run_id[:8]}", daemon=True)
    thread.start()
    try:
        while (records := queue.get()) is not _ENDED:
            yield from records
    finally:
        while thread.is_alive() and not stops.stop(run_id):  # it may not have begun yet
            thread.join(_MOMENT)
        thread.join()
    if raised and not running.instance.read_run(run_id).status.is_terminal:
        raise raised[0]

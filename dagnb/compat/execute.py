"""Running pipelines and solids with the arguments of release 0.9.22, and what it raises and returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from dagnb.compat.check import CheckError, ParameterCheckError, invariant
from dagnb.compat.errors import DagsterInvalidConfigError, DagsterInvariantViolationError, translated
from dagnb.compat.evaluation import (
    DagsterEvaluationErrorReason,
    ErrorData,
    EvaluationError,
    EvaluationStack,
    EvaluationStackPathEntry,
)
from dagnb.compat.instance import DagsterInstance, unkept_runs
from dagnb.compat.log_events import DagsterEvent
from dagnb.compat.pipelines import PipelineDefinition, as_old_pipeline
from dagnb.compat.results import PipelineExecutionResult
from dagnb.compat.telling import told_events
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbNotFoundError
from dagnb.events.records import EventRecord
from dagnb.events.user import RetryRequested
from dagnb.handles import execute as dagnb_execute, iterating, single
from dagnb.instance import Instance

_STORAGES = ("storage", "intermediate_storage")
_STEP = ".compute"


def _own_instance(given: Any) -> Instance:
    if given is None:
        return unkept_runs()
    if isinstance(given, Instance):
        return given
    if isinstance(given, DagsterInstance):
        return given.own
    raise ParameterCheckError(f"the argument instance takes a DagsterInstance, got {given!r}"[:200])


def _own_config(pipeline: PipelineDefinition, mode: str | None, run_config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the run config without the storages that it chooses: dagnb keeps values in its instance.

    Raises:
        DagsterInvalidConfigError: the mode has no such storage.
    """
    document = dict(run_config or {})
    for key in _STORAGES:
        if key not in document:
            continue
        chosen = document.pop(key)
        known = _storage_names(pipeline.definition.mode(mode))
        if not isinstance(chosen, Mapping) or len(chosen) != 1 or next(iter(chosen)) not in known:
            reason = DagsterEvaluationErrorReason.SELECTOR_FIELD_ERROR
            stack = EvaluationStack([EvaluationStackPathEntry(key)])
            told = f"at root:{key}: expected exactly one of {', '.join(known)}, got {chosen!r}"
            error = EvaluationError(
                stack, reason, told, ErrorData(incoming_fields=[str(each) for each in chosen or ()])
            )
            preamble = f"the run config of {pipeline.name} is not valid"
            raise DagsterInvalidConfigError(preamble, [error], run_config)
    return document


def _storage_names(mode: ModeDefinition) -> list[str]:
    from dagnb.compat.resources import ModeDefinition as OldMode

    old = mode if isinstance(mode, OldMode) else OldMode()
    return sorted({each.name for each in (*old.intermediate_storage_defs, *old.system_storage_defs)})


def _request(
    pipeline: PipelineDefinition,
    run_config: Mapping[str, Any] | None,
    mode: str | None,
    preset: str | None,
    tags: Mapping[str, Any] | None,
    solid_selection: Sequence[str] | None,
) -> dict[str, Any]:
    """Return the arguments of a run with the preset worked in.

    Raises:
        CheckError: both a mode and a preset are given, or the preset says otherwise than the run config.
    """
    if preset is not None:
        invariant(mode is None, f"the preset {preset} has a mode, so mode cannot be given besides it")
        found = pipeline.get_preset(preset)
        if run_config is not None and found.run_config:
            invariant(run_config == found.run_config, f"the preset {preset} says otherwise than run_config")
        if solid_selection is not None and found.solid_selection is not None:
            agrees = list(solid_selection) == found.solid_selection
            invariant(agrees, f"the preset {preset} says otherwise than solid_selection")
        run_config = found.run_config if run_config is None else run_config
        mode, solid_selection = found.mode, solid_selection or found.solid_selection
        tags = {"dagster/preset_name": preset, **found.tags, **(tags or {})}
    return {
        "run_config": _own_config(pipeline, mode, run_config),
        "mode": mode,
        "tags": tags,
        "solid_selection": solid_selection,
    }


def _finished(pipeline: PipelineDefinition, begin: Callable[[], Any]) -> PipelineExecutionResult:
    try:
        run = begin()
    except RetryRequested:  # 0.9.22 returns the result of a step that asked for more retries than it may have
        run = pipeline.last_run
    return PipelineExecutionResult(pipeline, run.run_id, None, run)


@translated("execution")
def execute_pipeline(
    pipeline: Any,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, Any] | None = None,
    solid_selection: Sequence[str] | None = None,
    instance: Any = None,
    raise_on_error: bool = True,
) -> PipelineExecutionResult:
    """Run a pipeline in the calling thread; without an instance nothing of it is kept.

    >>> from dagnb.compat.pipelines import pipeline
    >>> from dagnb.compat.solids import lambda_solid
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> execute_pipeline(numbers).output_for_solid("one")
    1
    """
    __tracebackhide__ = True
    made = as_old_pipeline(pipeline)
    request = _request(made, run_config, mode, preset, tags, solid_selection)
    own = _own_instance(instance)
    run = lambda: dagnb_execute.execute_pipeline(made, **request, instance=own, raise_on_error=raise_on_error)  # noqa: E731
    return _finished(made, run)


def _told(pipeline: PipelineDefinition, instance: Instance, events: Iterable[EventRecord]) -> Iterator[DagsterEvent]:
    records = iter(events)
    first = next(records, None)
    if first is None:
        return
    run = instance.runs.run(first.run_id)
    if run is None:
        raise DagnbNotFoundError("run", first.run_id)

    def every() -> Iterator[EventRecord]:
        yield first
        yield from records

    names = {handle: node.definition.name for handle, node in pipeline.definition.flat.nodes.items()}
    yield from told_events(run, every(), names)


@translated("execution")
def execute_pipeline_iterator(
    pipeline: Any,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, Any] | None = None,
    solid_selection: Sequence[str] | None = None,
    instance: Any = None,
) -> Iterator[DagsterEvent]:
    """Run a pipeline and yield its events while it goes on."""
    made = as_old_pipeline(pipeline)
    own = _own_instance(instance)
    request = _request(made, run_config, mode, preset, tags, solid_selection)
    return _told(made, own, iterating.execute_pipeline_iterator(made, **request, instance=own))


def _again(
    pipeline: Any, parent_run_id: str, run_config: Any, step_selection: Any, mode: Any, preset: Any, tags: Any, own: Any
) -> tuple[PipelineDefinition, dict[str, Any]]:
    made = as_old_pipeline(pipeline)
    if own.runs.run(parent_run_id) is None:
        raise CheckError(f"there is no run {parent_run_id} to be run again")
    request = _request(made, run_config, mode, preset, tags, None)
    del request["solid_selection"]
    if run_config is None and preset is None:
        request["run_config"] = {}
    if step_selection is not None:
        listed = [step_selection] if isinstance(step_selection, str) else list(step_selection)
        request["step_selection"] = [each.replace(_STEP, "") for each in listed]
    return made, request


@translated("execution")
def reexecute_pipeline(
    pipeline: Any,
    parent_run_id: str,
    run_config: Mapping[str, Any] | None = None,
    step_selection: Sequence[str] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, Any] | None = None,
    instance: Any = None,
    raise_on_error: bool = True,
    step_keys_to_execute: Sequence[str] | None = None,
) -> PipelineExecutionResult:
    """Run a run again, all of it or some of its steps; what the others gave is taken over.

    Raises:
        CheckError: there is no such run.
        DagsterInvalidSubsetError: no step matches the selection.
    """
    __tracebackhide__ = True
    own = _own_instance(instance)
    steps = step_selection if step_keys_to_execute is None else step_keys_to_execute
    made, request = _again(pipeline, parent_run_id, run_config, steps, mode, preset, tags, own)
    run = lambda: dagnb_execute.reexecute_pipeline(  # noqa: E731
        made, parent_run_id, **request, instance=own, raise_on_error=raise_on_error
    )
    return _finished(made, run)


@translated("execution")
def reexecute_pipeline_iterator(
    pipeline: Any,
    parent_run_id: str,
    run_config: Mapping[str, Any] | None = None,
    step_selection: Sequence[str] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, Any] | None = None,
    instance: Any = None,
    step_keys_to_execute: Sequence[str] | None = None,
) -> Iterator[DagsterEvent]:
    """Run a run again and yield the events while it goes on."""
    own = _own_instance(instance)
    steps = step_selection if step_keys_to_execute is None else step_keys_to_execute
    made, request = _again(pipeline, parent_run_id, run_config, steps, mode, preset, tags, own)
    return _told(made, own, iterating.reexecute_pipeline_iterator(made, parent_run_id, **request, instance=own))


@translated("execution")
def execute_solid(
    solid_def: SolidDefinition,
    mode_def: ModeDefinition | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    run_config: Mapping[str, Any] | None = None,
    raise_on_error: bool = True,
) -> Any:
    """Run one solid alone and return its result.

    >>> from dagnb.compat.solids import lambda_solid
    >>> @lambda_solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> execute_solid(double, input_values={"number": 21}).output_value()
    42
    """
    __tracebackhide__ = True
    if not isinstance(solid_def, SolidDefinition):
        raise ParameterCheckError(f"the argument solid_def takes a solid, got {solid_def!r}"[:200])
    own = unkept_runs()
    document = dict(run_config or {})
    for key in _STORAGES:
        document.pop(key, None)
    found = single.execute_solid(solid_def, mode_def, input_values, tags, document, raise_on_error, instance=own)
    return _result_alone(found, solid_def.name)


def _result_alone(found: Any, name: str) -> Any:
    run = found._run  # noqa: SLF001  # results of all kinds have it
    definition = run._definition()  # noqa: SLF001  # of the pipeline that was made for it
    if definition is None:
        raise DagsterInvariantViolationError("the run has no pipeline", where=name)
    return PipelineExecutionResult(as_old_pipeline(definition), run.run_id, None, run).result_for_solid(name)


@translated("execution")
def execute_solids_within_pipeline(
    pipeline_def: Any,
    solid_names: Iterable[str],
    inputs: Mapping[str, Mapping[str, Any]] | None = None,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, Any] | None = None,
    instance: Any = None,
) -> dict[str, Any]:
    """Run some solids of a pipeline and return their results by name."""
    __tracebackhide__ = True
    made = as_old_pipeline(pipeline_def)
    names = list(solid_names)
    own = _own_instance(instance)
    request = _request(made, run_config, mode, preset, tags, None)
    del request["solid_selection"]
    found = single.execute_solids_within_pipeline(made, names, inputs, **request, instance=own)
    run = next(iter(found.values()))._run  # noqa: SLF001  # results of all kinds have it
    result = PipelineExecutionResult(made, run.run_id, None, run)
    return {name: result.result_for_handle(name) for name in names}


@translated("execution")
def execute_solid_within_pipeline(
    pipeline_def: Any,
    solid_name: str,
    inputs: Mapping[str, Any] | None = None,
    run_config: Mapping[str, Any] | None = None,
    mode: str | None = None,
    preset: str | None = None,
    tags: Mapping[str, Any] | None = None,
    instance: Any = None,
) -> Any:
    """Run one solid of a pipeline and return its result."""
    __tracebackhide__ = True
    given = {solid_name: inputs} if inputs else None
    found = execute_solids_within_pipeline(pipeline_def, [solid_name], given, run_config, mode, preset, tags, instance)
    return found[solid_name]


def reconstructable(target: Any) -> PipelineDefinition:
    """Return a pipeline that other processes can make again: in dagnb any, one defined in a notebook too."""
    if isinstance(target, PipelineDefinition):
        return target
    if callable(target):
        made = target()
        if isinstance(made, PipelineDefinition):
            return made
    raise DagsterInvariantViolationError(
        "this is neither a pipeline nor a function that returns one", got=f"{type(target).__name__} {target!r}"[:80]
    )


def build_reconstructable_pipeline(
    reconstructor_module_name: str,
    reconstructor_function_name: str,
    reconstructable_args: tuple[Any, ...] | None = None,
    reconstructable_kwargs: Mapping[str, Any] | None = None,
) -> PipelineDefinition:
    """Return the pipeline that a function of a module makes."""
    function = getattr(import_module(reconstructor_module_name), reconstructor_function_name)
    return reconstructable(lambda: function(*(reconstructable_args or ()), **(reconstructable_kwargs or {})))


def file_relative_path(dunderfile: str, relative_path: str) -> str:
    """Return a path that is written from the folder of a file, ``__file__`` mostly.

    >>> file_relative_path("/code/pipeline.py", "data/teams.csv")
    '/code/data/teams.csv'
    """
    return str(Path(dunderfile).parent / relative_path)

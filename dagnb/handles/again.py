"""Run a run again: all of it, from where it failed, or some of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbInvariantViolationError
from dagnb.handles.running import RunRequest, apply_preset

if TYPE_CHECKING:
    from dagnb.contracts.records import RunRecord
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.instance import Instance
    from dagnb.planning.reexecution import PastRun


def request_again(
    definition: PipelineDefinition,
    parent_run_id: str,
    instance: Instance,
    asked: RunRequest,
    *,
    step_selection: str | Sequence[str] | None = None,
    from_failure: bool = False,
) -> RunRequest:
    """Return the request for a run that repeats another one.

    Args:
        definition: the pipeline as it is now.
        parent_run_id: the run, by its id or the beginning of it.
        instance: where it is kept.
        asked: what is to be otherwise than in that run.
        step_selection: only these of its steps; the others' outputs are taken over.
        from_failure: only what did not succeed.

    Raises:
        DagnbNotFoundError: there is no such run.
        DagnbInvariantViolationError: it is of another pipeline, goes on, has nothing to go on with, or its config holds
            a password, which is not stored.
        DagnbSelectionError: the selection names nothing, or needs an output that there is not.
        DagnbValueError: a value that is needed was not stored.
    """
    from dagnb.planning.reexecution import FROM_FAILURE_TAG, STEP_SELECTION_TAG

    if from_failure and step_selection is not None:
        raise DagnbInvariantViolationError(
            "a run goes on either from where it failed or with the steps that are selected",
            got=f"from_failure=True and step_selection={step_selection!r}"[:120],
            hint="leave one of them out",
        )
    parent = instance.read_run(parent_run_id)
    _check_parent(definition, parent)
    request = apply_preset(definition, asked)
    if request.run_config is None:
        request = replace(request, run_config=config_of(parent))
    kept = {key: value for key, value in parent.tags if key not in (STEP_SELECTION_TAG, FROM_FAILURE_TAG)}
    tags = {**kept, **(request.tags or {})}
    inherited = None
    if from_failure:
        from dagnb.planning import reexecution

        past = past_of(instance, parent)
        inherited = reexecution.from_failure(definition, past, request.run_config, input_values=request.input_values)
        tags[FROM_FAILURE_TAG] = "true"
    elif step_selection is not None:
        from dagnb.planning.reexecution import from_selected

        past = past_of(instance, parent)
        inherited = from_selected(
            definition, past, step_selection, request.run_config, input_values=request.input_values
        )
        tags[STEP_SELECTION_TAG] = step_selection if isinstance(step_selection, str) else ",".join(step_selection)
    return replace(
        request,
        mode=request.mode or parent.mode,
        tags=tags,
        solid_selection=parent.solid_selection,
        parent=parent,
        inherited=inherited,
    )


def past_of(instance: Instance, run: RunRecord) -> list[PastRun]:
    """Return a run and those that it repeated in part, the newest first, each with how its steps stand."""
    from dagnb.events.fold import RunFold
    from dagnb.planning.reexecution import KINDS, PastRun

    past: list[PastRun] = []
    current: RunRecord | None = run
    while current is not None:
        past.append(PastRun(current, RunFold.of(instance.events.read(current.run_id, kinds=KINDS))))
        current = parent_in_part(instance, current)
    return past


def parent_in_part(instance: Instance, run: RunRecord) -> RunRecord | None:
    """Return the run of which another took over outputs; None when it computed everything itself."""
    from dagnb.planning.reexecution import FROM_FAILURE_TAG, STEP_SELECTION_TAG

    tags = dict(run.tags)
    if run.parent_run_id is None or not (STEP_SELECTION_TAG in tags or FROM_FAILURE_TAG in tags):
        return None
    return instance.runs.run(run.parent_run_id)


def _check_parent(definition: PipelineDefinition, parent: RunRecord) -> None:
    short = parent.run_id[:8]
    if parent.pipeline_name != definition.name:
        raise DagnbInvariantViolationError(
            "the run is of another pipeline",
            where=f"run {short}",
            got=f"a run of {parent.pipeline_name}",
            expected=f"a run of {definition.name}",
            hint=f'dagnb.runs("{definition.name}") lists its runs',
        )
    if not parent.status.is_terminal:
        raise DagnbInvariantViolationError(
            "the run has not ended, so it cannot be run again",
            where=f"run {short} of {parent.pipeline_name}",
            got=f"status {parent.status.value}",
            hint=f'dagnb.show("{short}") shows how it goes on',
        )


def config_of(parent: RunRecord) -> Mapping[str, Any]:
    """Return the run config document of a run.

    Raises:
        DagnbInvariantViolationError: it holds a password, which is not stored.
    """
    from dagnb.config.secret import MASK
    from dagnb.views.stored import read_config

    if MASK in parent.run_config:
        raise DagnbInvariantViolationError(
            "the run config of the run holds a password, which is not stored",
            where=f"run {parent.run_id[:8]} of {parent.pipeline_name}",
            hint='give the run config again; {"env": "NAME"} in the password\'s place is read anew by every run',
        )
    return read_config(parent)

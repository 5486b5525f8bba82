"""Values that resources keep, asked for after the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbInvariantViolationError, DagnbValueError
from dagnb.handles.running import executed

if TYPE_CHECKING:
    from dagnb.contracts.records import RunRecord
    from dagnb.events.records import OutputProduced
    from dagnb.instance import Instance
    from dagnb.planning.plan import ExecutionPlan


def load_from_manager(
    keeper: str, run: RunRecord, instance: Instance, step_key: str, output: OutputProduced, *, where: str
) -> Any:
    """Load an output through the IO manager that keeps it, made anew with the mode and the config of the run.

    Args:
        keeper: the resource's key.
        run: the run that computed it.
        instance: where the run is kept.
        step_key: the step that gave it.
        output: the output.
        where: names it in an error.

    Raises:
        DagnbValueError: what defines the pipeline was not run in this process, so that the resource is not at hand.
        DagnbError: the pipeline or its mode has become another one since.
        Exception: what the resource raises.
    """
    from dagnb.execution.io import load_kept

    done = executed(run.run_id)
    plan = done.plan if done is not None and done.plan is not None else _plan_of(run)
    if plan is None:
        raise DagnbValueError(
            f"the value is kept by the resource {keeper}, which is not at hand",
            where=where,
            expected=f"the pipeline {run.pipeline_name} with its mode {run.mode}, defined in this process",
            hint="run the cell or import the module that defines it, then ask again",
        )
    return load_kept(plan, run, instance, step_key=step_key, name=output.key, reference=output.reference)


def _plan_of(run: RunRecord) -> ExecutionPlan | None:
    """Return the plan of a run by what its pipeline is now, without steps; None when nothing here defines it."""
    from dagnb.handles.again import config_of
    from dagnb.handles.pipelines import newest_pipeline
    from dagnb.planning.plan import make_plan

    try:
        definition = newest_pipeline(run.pipeline_name).definition
    except DagnbInvariantViolationError:
        return None
    plan = make_plan(definition, config_of(run), mode=run.mode, solid_selection=run.solid_selection)
    return replace(plan, steps={}, inherited=None)

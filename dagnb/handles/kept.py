"""Values that resources keep, asked for after the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbValueError
from dagnb.handles.running import executed

if TYPE_CHECKING:
    from dagnb.contracts.records import RunRecord
    from dagnb.events.records import OutputProduced
    from dagnb.instance import Instance


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
        DagnbValueError: the run was made by another process, or long ago in this one: its mode is not at hand.
        Exception: what the resource raises.
    """
    done = executed(run.run_id)
    if done is None or done.plan is None:
        raise DagnbValueError(
            f"the value is kept by the resource {keeper}, which is not at hand",
            where=where,
            got="a run that this process did not make, or not lately",
            expected=f"the resources of the mode {run.mode} of {run.pipeline_name}",
            hint=f"read it from where {keeper} keeps it, or run the pipeline again",
        )
    from dagnb.execution.io import load_kept

    return load_kept(done.plan, run, instance, step_key=step_key, name=output.key, reference=output.reference)

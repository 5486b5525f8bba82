"""The values of outputs, read back from where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dagnb.contracts.io import keeper_of
from dagnb.errors import DagnbNotFoundError, DagnbValueError
from dagnb.events.fold import StepFold
from dagnb.events.records import OutputProduced
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.handles.kept import load_from_manager
from dagnb.handles.running import executed

if TYPE_CHECKING:
    from dagnb.handles.results import Run


def value_of(run: Run, step: StepFold, output_name: str) -> Any:
    """Return the value of a step's output; of a dynamic output all its values, by mapping key.

    Raises:
        DagnbNotFoundError: the step gave no such output; says how it ended.
        DagnbValueError: the value was not stored, or cannot be read.
    """
    output = step.outputs.get(output_name)
    if output is not None:
        return _read(run, step, output)
    mapped = {
        event.mapping_key: _read(run, step, event)
        for event in step.outputs.values()
        if event.output_name == output_name and event.mapping_key is not None
    }
    if mapped or (step.status == "success" and run._is_dynamic(step.key, output_name)):  # noqa: SLF001  (its own room)
        return mapped
    raise no_output(step, output_name)


def output_names(step: StepFold) -> list[str]:
    """Return the names of the outputs that a step gave."""
    return list(dict.fromkeys(event.output_name for event in step.outputs.values()))


def no_output(step: StepFold, output_name: str) -> DagnbNotFoundError:
    """Return the error for an output that a step did not give; it says how the step ended."""
    if step.status == "success":
        return DagnbNotFoundError("output", output_name, output_names(step), where=step.key)
    if step.failure is not None:
        info = step.failure.error
        hint = f'run["{step.key}"].error holds its {info.cls_name}: {info.message}'
    else:
        hint = step.skip_reason or ("it has not ended" if step.status in ("waiting", "running") else "run it again")
    return DagnbNotFoundError(
        "output", output_name, where=f"{step.key}, which {_BECAME.get(step.status, step.status)}", hint=hint
    )


def several_outputs(step_key: str, names: Sequence[str]) -> DagnbNotFoundError:
    """Return the error for the value of a step that has several outputs, none of them called "result".

    >>> print(several_outputs("split", ["early", "late"]))
    no output named result
      at: split
      expected: one of early, late
      next: run["split"]["early"] is one of its values
    """
    hint = f'run["{step_key}"]["{names[0]}"] is one of its values'
    return DagnbNotFoundError("output", DEFAULT_OUTPUT, names, where=step_key, hint=hint)


_BECAME = {
    "waiting": "has not begun",
    "running": "is running",
    "failure": "failed",
    "skipped": "was skipped",
    "canceled": "was cancelled",
}


def _read(run: Run, step: StepFold, output: OutputProduced) -> Any:
    done = executed(run.run_id)
    if done is not None and (step.key, output.key) in done.values:
        return done.values[step.key, output.key]
    if output.type_check.type_name == "Nothing":
        return None
    where = f"run {run.run_id[:8]} › {step.key} › {output.key}"
    keeper = keeper_of(output.reference)
    if keeper is not None:
        return load_from_manager(keeper, run.record, run._instance, step.key, output, where=where)  # noqa: SLF001
    if output.reference.codec is None:
        raise DagnbValueError(
            "the value is not stored", where=where, got=output.reference.note, hint="run the pipeline again"
        )
    try:
        return run._instance.values.get(output.reference)  # noqa: SLF001  (its own room)
    except DagnbValueError as error:
        raise _at(error, where) from error


def _at(error: DagnbValueError, where: str) -> DagnbValueError:
    """Return the error of a value store, told of the output whose value it is."""
    kept = f", kept in {error.where}" if error.where else ""
    return DagnbValueError(error.what, where=f"{where}{kept}", got=error.got, expected=error.expected, hint=error.hint)

"""The run that a person holds: everything in it is folded from its events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.contracts.records import RunRecord, RunStatus
from dagnb.errors import DagnbNotFoundError, DagnbStepError, DagnbValueError
from dagnb.events.fold import RunFold, StepFold
from dagnb.events.records import ErrorInfo, EventRecord
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.handles.inert import Inert, is_loading
from dagnb.handles.running import executed

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.instance import Instance
    from dagnb.views.run import RunView
    from dagnb.views.service import ViewService


class Run:
    """A run: its status, its steps, their outputs, what they materialized.

    Made by `Pipeline.run`, `execute_pipeline` or `dagnb.run(id)`; a run that goes on is read anew whenever it is asked.
    ``run["step"]`` is a step's result. Shown in a notebook, it is its graph.
    """

    def __init__(self, instance: Instance, record: RunRecord, *, shown_in: int | None = None) -> None:
        self._instance = instance
        self._record = record
        self._fold = RunFold()
        self._shown_in = shown_in

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._record.run_id

    @property
    def pipeline_name(self) -> str:
        """The pipeline's name."""
        return self._record.pipeline_name

    @property
    def mode(self) -> str:
        """The name of the mode."""
        return self._record.mode

    @property
    def tags(self) -> dict[str, str]:
        """The run's tags."""
        return dict(self._record.tags)

    @property
    def run_config(self) -> dict[str, Any]:
        """The run config document, as it was given."""
        document: dict[str, Any] = json.loads(self._record.run_config)
        return document

    @property
    def record(self) -> RunRecord:
        """The run as the store keeps it."""
        if not self._record.status.is_terminal:
            self._record = self._instance.read_run(self.run_id)
        return self._record

    @property
    def fold(self) -> RunFold:
        """The run folded from its events up to now."""
        if not self._fold.is_terminal:
            _ = self.record  # a run whose owner has died is ended by whoever reads it
            for event in self._instance.events.read(self.run_id, after=self._fold.seq):
                self._fold.apply(event)
        return self._fold

    @property
    def status(self) -> RunStatus:
        """Where the run is: queued, started, success, failure or canceled."""
        return self.record.status  # the store keeps it beside the events: folding thousands for one word is dear

    @property
    def success(self) -> bool:
        """Whether the run succeeded."""
        return self.record.status is RunStatus.SUCCESS

    @property
    def started(self) -> datetime | None:
        """When it began, UTC."""
        return self.record.started

    @property
    def ended(self) -> datetime | None:
        """When it ended, UTC; None while it goes on."""
        return self.record.ended

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it goes on."""
        record = self.record
        return (record.ended - record.started).total_seconds() if record.started and record.ended else None

    @property
    def error(self) -> BaseException | None:
        """The first failed step's exception with its traceback, or that of the run itself; None when there is none.

        In another process than the run's it is a `DagnbStepError` that holds the text of the traceback.
        """
        done = executed(self.run_id)
        if done is not None and done.errors:
            return next(iter(done.errors.values()))
        fold = self.fold
        for step in fold.steps.values():
            if step.failure is not None:
                return _step_error(step.key, step.failure.error)
        return _step_error(self.pipeline_name, fold.error) if fold.error else None

    @property
    def event_list(self) -> list[EventRecord]:
        """The events as typed objects, in order."""
        return self._instance.events.read(self.run_id)

    @property
    def events(self) -> pd.DataFrame:
        """The events, a row each: seq, at, kind, step, message, and `event`, the typed object itself."""
        from dagnb.handles.frames import events_frame

        return events_frame(self.event_list)

    @property
    def steps(self) -> pd.DataFrame:
        """The steps, a row each: step, status, started, ended, seconds, attempt, rows, bytes, error."""
        from dagnb.handles.frames import steps_frame

        return steps_frame(self.fold)

    @property
    def materializations(self) -> pd.DataFrame:
        """The materializations, a row each, with their metadata as columns."""
        from dagnb.handles.frames import materializations_frame

        steps = self.fold.steps.values()
        records = sorted((record for step in steps for record in step.materializations), key=lambda each: each.seq)
        return materializations_frame(records)

    @property
    def expectations(self) -> pd.DataFrame:
        """What the steps expected of their data, a row each: step, label, success, description, and the metadata."""
        from dagnb.handles.frames import expectations_frame

        return expectations_frame(self.fold.steps.values())

    @property
    def logs(self) -> pd.DataFrame:
        """The lines of the log, a row each: at, step, level, message; the fields that lines carry are columns."""
        from dagnb.handles.frames import logs_frame

        return logs_frame(self.event_list)

    @property
    def summary(self) -> str:
        """How the run went, in one line; names the expectations that were not met."""
        return self._view().header().summary

    def __getitem__(self, step: str) -> StepResult:
        """Return a step's result.

        Raises:
            DagnbNotFoundError: the run has no such step.
        """
        fold = self.fold
        found = fold.steps.get(step)
        if found is None:
            raise DagnbNotFoundError("step", step, fold.steps, where=f"run {self.run_id[:8]}")
        return StepResult(self, found)

    def __iter__(self) -> Iterator[StepResult]:
        fold = self.fold
        return (StepResult(self, step) for step in fold.steps.values())

    def __len__(self) -> int:
        return len(self.fold.steps)

    def __contains__(self, step: object) -> bool:
        return step in self.fold.steps

    def result_for_solid(self, name: str) -> StepResult:
        """Return a step's result; the same as ``run[name]``."""
        return self[name]

    def output_for_solid(self, name: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output."""
        return self[name].output_value(output_name)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return the run as one HTML page, written to `path` too when there is one."""
        from dagnb.views.static.html import report_html

        view = self._view()
        page = report_html(view.graph, view.header(), view.states(), view.all_details(), edge_states=view.edge_states())
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def as_python(self) -> str:
        """Return the call that runs this again.

        >>> from dagnb import lambda_solid, pipeline
        >>> @lambda_solid
        ... def one() -> int:
        ...     return 1
        >>> @pipeline
        ... def numbers():
        ...     one()
        >>> numbers.run().as_python()
        'numbers.run()'
        """
        record = self._record
        arguments = [repr(self.run_config)] if self.run_config else []
        arguments += [f"mode={record.mode!r}"] if record.mode != "default" else []
        arguments += [f"solid_selection={list(record.solid_selection)!r}"] if record.solid_selection else []
        arguments += [f"tags={self.tags!r}"] if record.tags else []
        return f"{record.pipeline_name}.run({', '.join(arguments)})"

    def diff(self, other: Run | str | None = None) -> pd.DataFrame:
        """Compare with another run, by default the last success of the pipeline before this one.

        Returns:
            A row for each thing that differs: what, step, before, now. Config first, then status, rows, metadata and
            code, and last what data differs where nothing else says so.

        Raises:
            DagnbNotFoundError: there is nothing to compare with.
        """
        from dagnb.handles.difference import differences

        found = run(other, instance=self._instance) if isinstance(other, str) else other
        return differences(self, found, self._instance)

    def show(self) -> None:
        """Show the run's graph as the output of the cell."""
        from dagnb.handles.display import follow_run, show_run
        from dagnb.handles.execute import service_of

        service = service_of(None, self._instance)
        view = service.run_view(self.run_id)
        display = show_run(view, service)
        if not view.is_terminal:
            follow_run(display, service, self.run_id)

    def _service(self) -> ViewService:
        from dagnb.handles.execute import service_of

        return service_of(None, self._instance)

    def _view(self) -> RunView:
        return self._service().run_view(self.run_id)

    def _value_of(self, step: StepFold, output_name: str) -> Any:
        output = step.outputs.get(output_name)
        if output is None:
            raise _no_output(step, output_name)
        done = executed(self.run_id)
        if done is not None and (step.key, output_name) in done.values:
            return done.values[step.key, output_name]
        if output.type_check.type_name == "Nothing":
            return None
        if output.reference.codec is None:
            raise DagnbValueError(
                "the value was kept in memory only, and that is gone",
                where=f"run {self.run_id[:8]} › {step.key} › {output_name}",
                got=output.reference.note,
                hint="run the pipeline again",
            )
        return self._instance.values.get(output.reference)

    def _ipython_display_(self) -> None:
        from dagnb.handles.display import execution_count

        shown_in, self._shown_in = self._shown_in, None
        if shown_in is not None and shown_in == execution_count():
            print(self.summary)  # noqa: T201  # its graph stands above already
        else:
            self.show()

    def __repr__(self) -> str:
        return f"<run {self.run_id[:8]} of {self.pipeline_name}: {self.status.value}>"


class StepResult:
    """What became of one step in a run. Shown in a notebook, it is its inputs, outputs and materializations."""

    def __init__(self, run: Run, fold: StepFold) -> None:
        self._run = run
        self._fold = fold

    @property
    def key(self) -> str:
        """The step's key: the solid's name in the pipeline."""
        return self._fold.key

    @property
    def status(self) -> str:
        """One of waiting, running, success, failure, skipped, canceled."""
        return self._fold.status

    @property
    def success(self) -> bool:
        """Whether the step succeeded."""
        return self._fold.status == "success"

    @property
    def skipped(self) -> bool:
        """Whether the step was skipped."""
        return self._fold.status == "skipped"

    @property
    def seconds(self) -> float | None:
        """How long the step took; None when it did not end."""
        return self._fold.seconds

    @property
    def value(self) -> Any:
        """The value of the step's output; of the first one when it has several and none is called "result".

        Raises:
            DagnbNotFoundError: the step gave no output; says how it ended.
            DagnbValueError: the value was not stored.
        """
        outputs = self._fold.outputs
        name = DEFAULT_OUTPUT if DEFAULT_OUTPUT in outputs or not outputs else next(iter(outputs))
        return self.output_value(name)

    def output_value(self, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of one output; raises as `value` does."""
        return self._run._value_of(self._fold, output_name)  # noqa: SLF001  (its own room)

    @property
    def output_values(self) -> dict[str, Any]:
        """The values of all outputs, by name."""
        return {name: self.output_value(name) for name in self._fold.outputs}

    @property
    def outputs(self) -> pd.DataFrame:
        """The outputs, a row each: name, type, rows, bytes, stored, version."""
        import pandas as pd

        rows = [
            {
                "output": name,
                "type": output.value.type_name,
                "rows": output.value.rows,
                "bytes": output.value.bytes,
                "stored": output.reference.codec or "not stored",
                "data_version": output.data_version,
                "code_version": output.code_version,
            }
            for name, output in self._fold.outputs.items()
        ]
        columns = ["output", "type", "rows", "bytes", "stored", "data_version", "code_version"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def materializations(self) -> pd.DataFrame:
        """The step's materializations, a row each, with their metadata as columns."""
        from dagnb.handles.frames import materializations_frame

        return materializations_frame(self._fold.materializations)

    @property
    def expectations(self) -> pd.DataFrame:
        """What the step expected of its data, a row each, as in `Run.expectations`."""
        from dagnb.handles.frames import expectations_frame

        return expectations_frame([self._fold])

    @property
    def logs(self) -> pd.DataFrame:
        """The step's lines of the log, a row each, as in `Run.logs`."""
        from dagnb.handles.frames import logs_frame

        return logs_frame(record for record in self._run.event_list if record.step_key == self.key)

    @property
    def events(self) -> pd.DataFrame:
        """The step's events, a row each."""
        from dagnb.handles.frames import events_frame

        return events_frame(record for record in self._run.event_list if record.step_key == self.key)

    @property
    def error(self) -> BaseException | None:
        """The step's exception; None when it did not fail."""
        done = executed(self._run.run_id)
        if done is not None and self.key in done.errors:
            return done.errors[self.key]
        failure = self._fold.failure
        return _step_error(self.key, failure.error) if failure else None

    @property
    def notebook(self) -> Path | None:
        """The executed copy of the step's notebook; None when it is no notebook solid."""
        return Path(self._fold.notebook.path) if self._fold.notebook else None

    def _details(self) -> Any:
        return self._run._view().details(self.key)  # noqa: SLF001  (its own room)

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, str]:
        from dagnb.views.static.html import details_html

        return {"text/html": details_html(self._details()), "text/plain": repr(self)}

    def __repr__(self) -> str:
        from dagnb.views.format import format_duration

        took = f" in {format_duration(self.seconds)}" if self.seconds is not None else ""
        return f"<{self.key}: {self.status}{took}>"


def _step_error(where: str, info: ErrorInfo) -> DagnbStepError:
    error = DagnbStepError(
        f"{info.cls_name}: {info.message}", where=f"{where}{f' › {info.where}' if info.where else ''}"
    )
    if info.traceback:
        error.add_note(info.traceback)
    return error


def _no_output(step: StepFold, output_name: str) -> DagnbNotFoundError:
    if step.status == "success":
        return DagnbNotFoundError("output", output_name, step.outputs, where=step.key)
    if step.failure is not None:
        info = step.failure.error
        hint = f'run["{step.key}"].error holds its {info.cls_name}: {info.message}'
    else:
        hint = step.skip_reason or ("it has not ended" if step.status in ("waiting", "running") else "run it again")
    return DagnbNotFoundError(
        "output", output_name, where=f"{step.key}, which {_BECAME.get(step.status, step.status)}", hint=hint
    )


_BECAME = {
    "waiting": "has not begun",
    "running": "is running",
    "failure": "failed",
    "skipped": "was skipped",
    "canceled": "was cancelled",
}


def run(run_id: str, *, instance: Instance | None = None) -> Run:
    """Return a run by its id, or by the beginning of it.

    Args:
        run_id: the id; as many characters as tell it from others.
        instance: where to look (default: the instance of this folder).

    Raises:
        DagnbNotFoundError: there is no such run, or several begin so.
    """
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a run
    from dagnb.instance import Instance

    found = instance or Instance.get()
    return Run(found, found.read_run(run_id))


def runs(
    pipeline: str | None = None,
    *,
    status: str | None = None,
    tags: Mapping[str, str] | None = None,
    limit: int | None = 100,
    instance: Instance | None = None,
) -> pd.DataFrame:
    """Return the runs of this folder's instance, newest first, a row each.

    Args:
        pipeline: only runs of the pipeline of this name.
        status: only runs in this status, for example "failure".
        tags: only runs with these tags.
        limit: how many at the most (default 100; None: all).
        instance: where to look (default: the instance of this folder).

    Returns:
        run_id, pipeline, status, mode, created, started, ended, seconds, steps, tags.

    Raises:
        DagnbNotFoundError: there is no such status.
    """
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a frame
    from dagnb.contracts.records import RunFilter
    from dagnb.handles.frames import runs_frame
    from dagnb.instance import Instance

    if status is not None and status not in set(RunStatus):
        raise DagnbNotFoundError("status", status, [each.value for each in RunStatus])
    filters = RunFilter(
        pipeline_name=pipeline,
        statuses=(RunStatus(status),) if status else None,
        tags=tuple(sorted((tags or {}).items())),
    )
    return runs_frame((instance or Instance.get()).read_runs(filters, limit=limit))


def show(run_id: str | Run) -> None:
    """Show a run's graph as the output of the cell, live while it goes on."""
    if is_loading():
        return
    (run_id if isinstance(run_id, Run) else run(run_id)).show()

"""The run that a person holds: everything in it is folded from its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.contracts.io import keeper_of
from dagnb.contracts.records import RunRecord, RunStatus
from dagnb.errors import DagnbNotFoundError, DagnbValueError
from dagnb.events.fold import RunFold, StepFold
from dagnb.events.records import EventRecord
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.handles.kept import load_from_manager
from dagnb.handles.running import executed
from dagnb.handles.steps import StepResult, no_output, step_error

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
        """The run config document, as it was given.

        Raises:
            DagnbValueError: what is stored of it is damaged.
        """
        from dagnb.views.stored import read_config

        return read_config(self._record)

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
                return step_error(step.key, step.failure.error)
        return step_error(self.pipeline_name, fold.error) if fold.error else None

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

        found = Run(self._instance, self._instance.read_run(other)) if isinstance(other, str) else other
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
            raise no_output(step, output_name)
        done = executed(self.run_id)
        if done is not None and (step.key, output_name) in done.values:
            return done.values[step.key, output_name]
        if output.type_check.type_name == "Nothing":
            return None
        where = f"run {self.run_id[:8]} › {step.key} › {output_name}"
        keeper = keeper_of(output.reference)
        if keeper is not None:
            return load_from_manager(keeper, self._record, self._instance, step.key, output, where=where)
        if output.reference.codec is None:
            raise DagnbValueError(
                "the value is not stored", where=where, got=output.reference.note, hint="run the pipeline again"
            )
        try:
            return self._instance.values.get(output.reference)
        except DagnbValueError as error:
            raise _at(error, where) from error

    def _ipython_display_(self) -> None:
        from dagnb.handles.display import execution_count

        shown_in, self._shown_in = self._shown_in, None
        if shown_in is not None and shown_in == execution_count():
            print(self.summary)  # noqa: T201  # its graph stands above already
        else:
            self.show()

    def __repr__(self) -> str:
        return f"<run {self.run_id[:8]} of {self.pipeline_name}: {self.status.value}>"


def _at(error: DagnbValueError, where: str) -> DagnbValueError:
    """Return the error of a value store, told of the output whose value it is."""
    kept = f", kept in {error.where}" if error.where else ""
    return DagnbValueError(error.what, where=f"{where}{kept}", got=error.got, expected=error.expected, hint=error.hint)

"""The run that a person holds: everything in it is folded from its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.contracts.records import RunRecord, RunStatus
from dagnb.events.fold import RunFold
from dagnb.events.mapped import handle_of
from dagnb.events.records import EventRecord
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.handles.running import definition_of, executed
from dagnb.handles.steps import StepResult, step_error

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.handles.parts import RunParts
    from dagnb.handles.pipelines import Pipeline
    from dagnb.instance import Instance
    from dagnb.views.run import RunView
    from dagnb.views.service import ViewService


class Run:
    """A run: its status, its steps, their outputs, what they materialized.

    Made by `Pipeline.run`, `execute_pipeline` or `dagnb.run(id)`; a run that goes on is read anew whenever it is asked.
    ``run["step"]`` is a step's result. Shown in a notebook, it is its graph.
    """

    def __init__(
        self, instance: Instance, record: RunRecord, *, shown_in: int | None = None, pipeline: Pipeline | None = None
    ) -> None:
        self._instance = instance
        self._record = record
        self._fold = RunFold()
        self._shown_in = shown_in
        self._pipeline = pipeline
        self._parts: RunParts | None = None

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._record.run_id

    @property
    def pipeline_name(self) -> str:
        """The pipeline's name."""
        return self._record.pipeline_name

    @property
    def label(self) -> str:
        """The run in a few words: ``run 7c1e5b02``."""
        return f"run {self.run_id[:8]}"

    @property
    def parent_run_id(self) -> str | None:
        """The run that this one repeats; None when it repeats none."""
        return self._record.parent_run_id

    @property
    def root_run_id(self) -> str:
        """The first of the runs of which each repeats the one before; this one when it repeats none."""
        return self._record.root_run_id or self.run_id

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
    def step_event_list(self) -> list[EventRecord]:
        """The events of steps as typed objects, in order."""
        return [record for record in self.event_list if record.step_key is not None]

    @property
    def events_by_step(self) -> dict[str, list[EventRecord]]:
        """The events of each step as typed objects, in order, by step key."""
        found: dict[str, list[EventRecord]] = {}
        for record in self.event_list:
            if record.step_key is not None:
                found.setdefault(record.step_key, []).append(record)
        return found

    @property
    def events(self) -> pd.DataFrame:
        """The events, a row each: seq, at, kind, step, message, and `event`, the typed object itself."""
        from dagnb.handles.frames import events_frame

        return events_frame(self.event_list)

    @property
    def steps(self) -> pd.DataFrame:
        """The steps, a row each: step, status, started, ended, seconds, attempt, rows, bytes, error."""
        from dagnb.handles.frames import steps_frame

        return steps_frame(self.fold.steps.values())

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

    @property
    def step_results(self) -> list[StepResult]:
        """The results of its own steps, in their order."""
        return list(self)

    def __getitem__(self, step: str) -> Any:
        """Return what became of a step (`StepResult`), a composite solid (`CompositeResult`) or a mapped one.

        Args:
            step: a solid's name or handle (``outer.inner``), or the key of one step of a mapped solid (``fit[jfk]``).
                What a run took over from the one that it repeats is found there.

        Raises:
            DagnbNotFoundError: the run has no such step.
        """
        return self._own_parts().find(step)

    def __iter__(self) -> Iterator[StepResult]:
        fold = self.fold
        return (StepResult(self, step) for step in fold.steps.values())

    def __len__(self) -> int:
        return len(self.fold.steps)

    def __contains__(self, step: object) -> bool:
        return step in self.fold.steps

    def result_for_solid(self, name: str) -> Any:
        """Return what became of a solid; the same as ``run[name]``."""
        return self._own_parts().find(name)

    def result_for_handle(self, handle: str) -> Any:
        """Return what became of a solid by its handle, for example ``outer.inner``; the same as ``run[handle]``."""
        return self._own_parts().find(handle)

    def output_for_solid(self, name: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output of a solid, by its name or handle."""
        return self[name].output_value(output_name)

    def reexecute(
        self,
        run_config: Mapping[str, Any] | None = None,
        *,
        step_selection: Sequence[str] | str | None = None,
        from_failure: bool = False,
        mode: str | None = None,
        preset: str | None = None,
        tags: Mapping[str, str] | None = None,
        input_values: Mapping[str, Mapping[str, Any]] | None = None,
        resources: Mapping[str, Any] | None = None,
        raise_on_error: bool = True,
    ) -> Run:
        """Run the pipeline again as this run did; see `Pipeline.reexecute`.

        The pipeline is taken as it is now, so that a solid that was mended is the mended one.

        Raises:
            DagnbInvariantViolationError: what defines the pipeline was not run in this process.
            DagnbError: see `Pipeline.reexecute`.
            Exception: what a solid raised, the run being kept as failed.
        """
        __tracebackhide__ = True
        from dagnb.handles.pipelines import newest_pipeline

        return newest_pipeline(self.pipeline_name, self._pipeline).reexecute(
            self,
            run_config,
            step_selection=step_selection,
            from_failure=from_failure,
            mode=mode,
            preset=preset,
            tags=tags,
            input_values=input_values,
            resources=resources,
            raise_on_error=raise_on_error,
        )

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
        from dagnb.planning.reexecution import FROM_FAILURE_TAG, STEP_SELECTION_TAG

        record = self._record
        tags = self.tags
        selection, from_failure = tags.pop(STEP_SELECTION_TAG, None), tags.pop(FROM_FAILURE_TAG, None)
        arguments = [repr(record.parent_run_id)] if record.parent_run_id else []
        arguments += [repr(self.run_config)] if self.run_config else []
        arguments += [f"step_selection={selection!r}"] if selection else []
        arguments += ["from_failure=True"] if from_failure else []
        arguments += [f"mode={record.mode!r}"] if record.mode != "default" else []
        if record.parent_run_id is None and record.solid_selection:
            arguments += [f"solid_selection={list(record.solid_selection)!r}"]
        arguments += [f"tags={tags!r}"] if tags else []
        verb = "reexecute" if record.parent_run_id else "run"
        return f"{record.pipeline_name}.{verb}({', '.join(arguments)})"

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

    def _own_parts(self) -> RunParts:
        if self._parts is None:
            from dagnb.handles.parts import RunParts

            self._parts = RunParts(self)
        return self._parts

    def _read_events(self, step_key: str) -> list[EventRecord]:
        return self._instance.events.read(self.run_id, step_key=step_key)

    def _is_dynamic(self, step_key: str, output_name: str) -> bool:
        return self._own_parts().is_dynamic(handle_of(step_key), output_name)

    def _definition(self) -> PipelineDefinition | None:
        return definition_of(self._record)

    def _ipython_display_(self) -> None:
        from dagnb.handles.display import execution_count

        shown_in, self._shown_in = self._shown_in, None
        if shown_in is not None and shown_in == execution_count():
            print(self.summary)  # noqa: T201  # its graph stands above already
        else:
            self.show()

    def __repr__(self) -> str:
        return f"<run {self.run_id[:8]} of {self.pipeline_name}: {self.status.value}>"

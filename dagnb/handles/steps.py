"""What became of one step in a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbNotFoundError, DagnbStepError
from dagnb.events.fold import StepFold
from dagnb.events.mapped import handle_of
from dagnb.events.records import ErrorInfo, EventRecord, StepFailed
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.handles.outputs import output_names, several_outputs, value_of
from dagnb.handles.running import executed

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.handles.results import Run


class StepResult:
    """What became of one step in a run. Shown in a notebook, it is its inputs, outputs and materializations."""

    def __init__(self, run: Run, fold: StepFold) -> None:
        self._run = run
        self._fold = fold

    @property
    def key(self) -> str:
        """The step's key: the solid's handle in the pipeline, of a mapped one with its mapping key: ``fit[jfk]``."""
        return self._fold.key

    @property
    def run(self) -> Run:
        """The run that it is a step of; of an output that another run took over, the one that computed it."""
        return self._run

    @property
    def fold(self) -> StepFold:
        """The step folded from its events."""
        return self._fold

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
    def skip_reason(self) -> str | None:
        """Why it was skipped."""
        return self._fold.skip_reason

    @property
    def attempts(self) -> int:
        """How many times it was tried."""
        return self._fold.attempt

    @property
    def seconds(self) -> float | None:
        """How long the step took; None when it did not end."""
        return self._fold.seconds

    @property
    def value(self) -> Any:
        """The value of the step's output: of the only one, or of the one called "result".

        Raises:
            DagnbNotFoundError: the step gave no output, says how it ended; or it has several outputs and none is called
                "result".
            DagnbValueError: the value was not stored.
        """
        given = self.output_names
        if not given or DEFAULT_OUTPUT in given:
            return self.output_value()
        # What it may give counts: else the same line would be another output in another run.
        names = self._run._own_parts().declared_outputs(handle_of(self.key)) or given  # noqa: SLF001
        if len(names) > 1:
            raise several_outputs(self.key, names)
        return self.output_value(names[0])

    def __getitem__(self, output_name: str) -> Any:
        """Return the value of one output; the same as `output_value`."""
        return self.output_value(output_name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.output_names)

    def output_value(self, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of one output, of a dynamic one all its values by mapping key; raises as `value` does."""
        return value_of(self._run, self._fold, output_name)

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs that it gave."""
        return output_names(self._fold)

    @property
    def output_values(self) -> dict[str, Any]:
        """The values of all outputs that it gave, by name."""
        return {name: self.output_value(name) for name in self.output_names}

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

        return logs_frame(self.event_list)

    @property
    def event_list(self) -> list[EventRecord]:
        """The step's events as typed objects, in order."""
        return self._run._read_events(self.key)  # noqa: SLF001  (its own room)

    @property
    def events(self) -> pd.DataFrame:
        """The step's events, a row each."""
        from dagnb.handles.frames import events_frame

        return events_frame(self.event_list)

    @property
    def failure(self) -> StepFailed | None:
        """What is kept of its failure: the error as text, the metadata of a `Failure`; None when it did not fail."""
        return self._fold.failure if self._fold.status == "failure" else None

    @property
    def error(self) -> BaseException | None:
        """The step's exception; None when it did not fail."""
        done = executed(self._run.run_id)
        if done is not None and self.key in done.errors:
            return done.errors[self.key]
        failure = self._fold.failure
        return step_error(self.key, failure.error) if failure else None

    @property
    def notebook(self) -> Path | None:
        """The executed copy of the step's notebook; None when it is no notebook solid."""
        return Path(self._fold.notebook.path) if self._fold.notebook else None

    def _details(self) -> Any:
        return self._run._view().details(self.key)  # noqa: SLF001  (its own room)

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, str]:
        from dagnb.views.static.html import details_html

        try:
            details = self._details()
        except DagnbNotFoundError:  # one of a mapped solid: the graph has one place for all of them
            from dagnb.views.static.tables import muted

            return {"text/html": muted(repr(self)[1:-1]), "text/plain": repr(self)}
        return {"text/html": details_html(details), "text/plain": repr(self)}

    def __repr__(self) -> str:
        from dagnb.views.format import format_duration

        took = f" in {format_duration(self.seconds)}" if self.seconds is not None else ""
        return f"<{self.key}: {self.status}{took}>"


def step_error(where: str, info: ErrorInfo) -> DagnbStepError:
    """Return a recorded error as one that can be looked at, its traceback as a note."""
    error = DagnbStepError(
        f"{info.cls_name}: {info.message}", where=f"{where}{f' › {info.where}' if info.where else ''}"
    )
    if info.traceback:
        error.add_note(info.traceback)
    return error

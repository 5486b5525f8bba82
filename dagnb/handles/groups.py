"""What became of several steps that belong together: those of a mapped solid, those in a composite one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbNotFoundError
from dagnb.events.user import DEFAULT_OUTPUT

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.definitions.graph import Connection
    from dagnb.events.records import EventRecord
    from dagnb.handles.results import Run
    from dagnb.handles.steps import StepResult

# The first of these that a step of the group has is how the group stands.
_ORDER = ("failure", "running", "canceled", "waiting", "success", "skipped")


class StepGroup:
    """What became of several steps of a run, as one."""

    def __init__(self, run: Run, key: str, steps: Mapping[str, StepResult]) -> None:
        self._run = run
        self._key = key
        self._steps = dict(steps)

    @property
    def key(self) -> str:
        """The solid's handle in the pipeline."""
        return self._key

    @property
    def status(self) -> str:
        """One of waiting, running, success, failure, skipped, canceled: the worst that any of the steps stands at."""
        found = {step.status for step in self._steps.values()}
        return next((each for each in _ORDER if each in found), "success")

    @property
    def success(self) -> bool:
        """Whether no step failed, and at least one succeeded where there are any."""
        return self.status == "success"

    @property
    def skipped(self) -> bool:
        """Whether every step was skipped."""
        return self.status == "skipped"

    @property
    def seconds(self) -> float | None:
        """How long the steps took in sum; None when none has ended."""
        ended = [step.seconds for step in self._steps.values() if step.seconds is not None]
        return sum(ended) if ended else None

    @property
    def error(self) -> BaseException | None:
        """The exception of the first step that failed; None when none did."""
        return next((step.error for step in self._steps.values() if step.status == "failure"), None)

    @property
    def step_results(self) -> list[StepResult]:
        """The results of the single steps."""
        return list(self._steps.values())

    @property
    def steps(self) -> pd.DataFrame:
        """The steps, a row each, as in `Run.steps`."""
        from dagnb.handles.frames import steps_frame

        return steps_frame(step.fold for step in self._steps.values())

    @property
    def materializations(self) -> pd.DataFrame:
        """The materializations of the steps, a row each, with their metadata as columns."""
        from dagnb.handles.frames import materializations_frame

        found = [record for step in self._steps.values() for record in step.fold.materializations]
        return materializations_frame(sorted(found, key=lambda record: record.at))

    @property
    def expectations(self) -> pd.DataFrame:
        """What the steps expected of their data, a row each, as in `Run.expectations`."""
        from dagnb.handles.frames import expectations_frame

        return expectations_frame(step.fold for step in self._steps.values())

    @property
    def event_list(self) -> list[EventRecord]:
        """The events of the steps as typed objects."""
        return [record for step in self._steps.values() for record in step.event_list]

    @property
    def events(self) -> pd.DataFrame:
        """The events of the steps, a row each."""
        from dagnb.handles.frames import events_frame

        return events_frame(self.event_list)

    @property
    def logs(self) -> pd.DataFrame:
        """The steps' lines of the log, a row each, as in `Run.logs`."""
        from dagnb.handles.frames import logs_frame

        return logs_frame(self.event_list)

    def __len__(self) -> int:
        return len(self._steps)

    def _repr_html_(self) -> str:
        from dagnb.views.format import format_duration
        from dagnb.views.models import ColumnView, TableView
        from dagnb.views.static.tables import table_html

        rows = tuple(
            (step.key, step.status, "" if step.seconds is None else format_duration(step.seconds))
            for step in self._steps.values()
        )
        columns = (ColumnView(name="step"), ColumnView(name="status"), ColumnView(name="took", align="right"))
        return table_html(TableView(columns=columns, rows=rows, note=repr(self)[1:-1]))


class MappedResult(StepGroup):
    """What became of the steps of a solid that ran once for each value of a dynamic output.

    ``run["fit"]["jfk"]`` is one of them, as is ``run["fit[jfk]"]``. Over several dynamic outputs, groups nest.

    >>> from dagnb import lambda_solid, pipeline, solid
    >>> from dagnb.definitions import DynamicOutputDefinition
    >>> from dagnb.events import DynamicOutput
    >>> @solid(output_defs=[DynamicOutputDefinition(int)])
    ... def load():
    ...     yield DynamicOutput(1, "jfk")
    ...     yield DynamicOutput(2, "lga")
    >>> @lambda_solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> @pipeline
    ... def airports():
    ...     load().map(double)
    >>> airports.run()["double"].value
    {'jfk': 2, 'lga': 4}
    """

    @property
    def keys(self) -> list[str]:
        """The mapping keys, in the order of the values."""
        start = len(self._key) + 1
        return list(dict.fromkeys(key[start:].partition("]")[0] for key in self._steps))

    @property
    def values(self) -> dict[str, Any]:
        """The values of the steps that succeeded, by mapping key."""
        return {key: self[key].value for key in self.keys if self[key].success}

    @property
    def value(self) -> dict[str, Any]:
        """The same as `values`."""
        return self.values

    def output_value(self, output_name: str = DEFAULT_OUTPUT) -> dict[str, Any]:
        """Return the values of one output of the steps that succeeded and gave it, by mapping key."""
        found: dict[str, Any] = {}
        for key in self.keys:
            each = self[key]
            if isinstance(each, MappedResult) or (each.success and output_name in each.output_names):
                found[key] = each.output_value(output_name)
        return found

    @property
    def output_values(self) -> dict[str, dict[str, Any]]:
        """The values of all outputs: by name, then by mapping key."""
        names = dict.fromkeys(name for step in self._steps.values() for name in step.output_names)
        return {name: self.output_value(name) for name in names}

    def __getitem__(self, key: str) -> Any:
        """Return the `StepResult` for a mapping key; over several dynamic outputs, a `MappedResult` for the outer one.

        Raises:
            DagnbNotFoundError: there is no value with that key.
        """
        full = f"{self._key}[{key}]"
        found = self._steps.get(full)
        if found is not None:
            return found
        within = {name: step for name, step in self._steps.items() if name.startswith(f"{full}[")}
        if not within:
            raise DagnbNotFoundError("mapping key", str(key), self.keys, where=f"{self._key} in {self._run.label}")
        return MappedResult(self._run, full, within)

    def __iter__(self) -> Iterator[Any]:
        return (self[key] for key in self.keys)

    def __contains__(self, key: object) -> bool:
        return key in self.keys

    def __repr__(self) -> str:
        return f"<{self._key}: {_told(self._steps.values())}>"


class CompositeResult(StepGroup):
    """What became of a composite solid: ``run["outer"]``; ``run["outer"]["inner"]`` is that of a solid in it.

    >>> from dagnb import lambda_solid, pipeline
    >>> from dagnb.definitions import composite_solid
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @lambda_solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> @composite_solid
    ... def two() -> int:
    ...     return double(one())
    >>> @pipeline
    ... def numbers():
    ...     two()
    >>> found = numbers.run()["two"]
    >>> found.value, found["one"].value
    (2, 1)
    """

    @property
    def value(self) -> Any:
        """The value of its output: of the only one, or of the one called "result".

        Raises:
            DagnbNotFoundError: it has no output, or several and none is called "result"; or what gives it did not: says
                how that ended.
            DagnbValueError: the value was not stored.
        """
        names = list(self._outputs())
        return self.output_value(names[0] if len(names) == 1 else DEFAULT_OUTPUT)

    def output_value(self, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of one output, as the solid within it gave that; raises as `value` does."""
        outputs = self._outputs()
        source = outputs.get(output_name)
        if source is None:
            raise DagnbNotFoundError("output", output_name, outputs, where=self._key, hint=_way(self._key, outputs))
        value = self._run.result_for_handle(source.node).output_value(source.output)
        whole = self._run._own_parts().levels(source.node, source.output)  # noqa: SLF001  (its own room)
        return _collected(value, whole - source.collect, source.collect)

    @property
    def output_values(self) -> dict[str, Any]:
        """The values of the outputs that were given, by name."""
        found: dict[str, Any] = {}
        for name in self._outputs():
            try:
                found[name] = self.output_value(name)
            except DagnbNotFoundError:
                continue
        return found

    def result_for_solid(self, name: str) -> Any:
        """Return the result of a solid in it; the same as ``[name]``."""
        return self[name]

    def output_for_solid(self, name: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output of a solid in it."""
        return self[name].output_value(output_name)

    def __getitem__(self, name: str) -> Any:
        """Return what became of a solid in it, by its name there or a handle such as ``inner.deeper``.

        Raises:
            DagnbNotFoundError: there is no such solid in it, or it was not selected.
        """
        full = f"{self._key}.{name}"
        if not any(_is_within(key, full) for key in self._steps):
            names = [key[len(self._key) + 1 :] for key in self._steps]
            raise DagnbNotFoundError("solid", name, names, where=f"{self._key} in {self._run.label}")
        return self._run.result_for_handle(full)

    def __iter__(self) -> Iterator[StepResult]:
        return iter(self._steps.values())

    def __contains__(self, name: object) -> bool:
        return any(_is_within(key, f"{self._key}.{name}") for key in self._steps)

    def _outputs(self) -> dict[str, Connection]:
        return self._run._own_parts().composite_outputs(self._key)  # noqa: SLF001  (its own room)

    def __repr__(self) -> str:
        return f"<composite {self._key}: {_told(self._steps.values())}>"


def _collected(value: Any, keyed: int, levels: int) -> Any:
    """Return values by mapping keys with the inner levels of them as lists.

    Args:
        value: a value, or values by mapping key, nested.
        keyed: how many levels stay as they are.
        levels: how many within those become lists.
    """
    if not isinstance(value, dict) or not (keyed or levels):
        return value
    if keyed:
        return {key: _collected(each, keyed - 1, levels) for key, each in value.items()}
    return [_collected(each, 0, levels - 1) for each in value.values()]


def _way(handle: str, outputs: Iterable[str]) -> str | None:
    first = next(iter(outputs), None)
    return None if first is None else f'run["{handle}"].output_value("{first}")'


def _is_within(step_key: str, handle: str) -> bool:
    return step_key == handle or step_key.startswith((f"{handle}.", f"{handle}["))


def _told(steps: Iterable[StepResult]) -> str:
    """Say how many steps stand how: ``3 of 4 success, 1 failure``."""
    statuses = [step.status for step in steps]
    if not statuses:
        return "no steps"
    counts = {status: statuses.count(status) for status in _ORDER if status in statuses}
    steps_text = f"{len(statuses)} {'step' if len(statuses) == 1 else 'steps'}"
    if len(counts) == 1:
        return f"{steps_text}, {next(iter(counts))}"
    return f"{steps_text}, " + ", ".join(f"{count} {status}" for status, count in counts.items())

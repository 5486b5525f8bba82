"""A run as it is shown: folded from its events, told in frames of what changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from dagnb.contracts.records import RunRecord, Snapshot
from dagnb.errors import DagnbError, DagnbNotFoundError
from dagnb.events.fold import RunFold, StepFold
from dagnb.events.records import EventRecord, MessageLogged, OutputProduced
from dagnb.types.preview import ValuePreview
from dagnb.views.format import RunTally, format_count, format_duration, plural, short_count, summarize_run
from dagnb.views.graph import declared_details, graph_of
from dagnb.views.models import (
    Direction,
    EdgeState,
    EdgeView,
    ErrorView,
    ExpectationView,
    GraphView,
    NodeState,
    RunFrame,
    RunHeader,
    RunState,
    SolidDetails,
)
from dagnb.views.stored import read_config
from dagnb.views.values import (
    drop_text,
    error_view,
    input_view,
    lost_rows,
    materialization_table,
    materialization_view,
    metadata_view,
    output_view,
)

PreviewReader = Callable[[str, OutputProduced], ValuePreview | None]
_FINISHED = ("success", "failure", "skipped")
_ENDED = (*_FINISHED, "canceled")
_STATES: dict[str, RunState] = {
    "queued": "queued",
    "started": "started",
    "success": "success",
    "failure": "failure",
    "canceled": "canceled",
}


class RunView:
    """Fold a run's events and answer what is to be shown. Thread-safe: one thread feeds, others ask.

    Args:
        run: the run.
        snapshot: its pipeline.
        preview: reads the head of an output's value, None when there is none to show.
        typical: seconds that each step took in earlier runs.
        now: tells the time, seconds since 1970.
        damage: what of the run's stored pipeline cannot be read; it is shown as the run's error.
    """

    def __init__(
        self,
        run: RunRecord,
        snapshot: Snapshot,
        *,
        preview: PreviewReader,
        typical: Mapping[str, float] | None = None,
        now: Callable[[], float],
        damage: DagnbError | None = None,
    ) -> None:
        self.run = run
        self._damage = damage
        self.graph: GraphView = graph_of(snapshot)
        self._snapshot = snapshot
        self._nodes: dict[str, dict[str, Any]] = {node["name"]: node for node in json.loads(snapshot.document)["nodes"]}
        self._config = self._read_config()
        self._preview = preview
        self._typical = dict(typical or {})
        self._now = now
        self._fold = RunFold()
        for key in run.step_keys or ():
            self._fold.step(key)
        self._changed: dict[str, int] = {}
        self._lock = threading.Lock()

    def _read_config(self) -> Mapping[str, Any]:
        try:
            solids = read_config(self.run).get("solids")
        except DagnbError as error:
            self._damage = self._damage or error
            return {}
        return solids if isinstance(solids, Mapping) else {}

    @property
    def seq(self) -> int:
        """The number of the newest event that was taken in."""
        return self._fold.seq

    @property
    def is_terminal(self) -> bool:
        """Whether the run has ended."""
        return self._fold.is_terminal

    def graph_in(self, direction: Direction) -> GraphView:
        """Return the run's graph laid out in a direction."""
        return graph_of(self._snapshot, direction)

    def take(self, records: Iterable[EventRecord]) -> None:
        """Take in events, in their order."""
        with self._lock:
            for record in records:
                self._fold.apply(record)
                if record.step_key is not None:
                    self._changed[record.step_key] = record.seq
            if self._fold.is_terminal:
                self._changed.update(dict.fromkeys(self._fold.steps, self._fold.seq))

    def header(self) -> RunHeader:
        """Return the run in one line."""
        with self._lock:
            return self._header()

    def frame(self, after: int = 0) -> RunFrame | None:
        """Return what changed since event `after`; None when nothing did. Before the first event ask with -1."""
        with self._lock:
            if self._fold.seq <= after:
                return None
            changed = {key for key, seq in self._changed.items() if seq > after}
            steps = [step for key, step in self._fold.steps.items() if key in changed or after <= 0]
            return RunFrame(
                seq=self._fold.seq,
                run=self._header(),
                nodes=tuple(self._node(step) for step in steps),
                edges=tuple(self._edges({step.key for step in steps})),
                details=tuple(
                    self._details(step) for step in steps if step.status in _ENDED and step.key in self._nodes
                ),
            )

    def states(self) -> dict[str, NodeState]:
        """Return how every solid stands."""
        with self._lock:
            return {key: self._node(step) for key, step in self._fold.steps.items()}

    def edge_states(self) -> dict[str, EdgeState]:
        """Return what went along every edge so far."""
        with self._lock:
            return {each.id: each for each in self._edges(set(self._fold.steps))}

    def details(self, solid: str) -> SolidDetails:
        """Return a solid's panel.

        Raises:
            DagnbNotFoundError: the pipeline has no such solid.
        """
        if solid not in self._nodes:
            raise DagnbNotFoundError("solid", solid, self._nodes, where=f"run {self.run.run_id[:8]}")
        with self._lock:
            return self._details(self._fold.steps.get(solid) or StepFold(solid))

    def all_details(self) -> list[SolidDetails]:
        """Return the panels of all solids, in the graph's order."""
        return [self.details(name) for name in self._nodes]

    def _header(self) -> RunHeader:
        fold = self._fold
        steps = [step for step in fold.steps.values() if step.key in self._nodes]
        header = RunHeader(
            run_id=self.run.run_id,
            short_id=self.run.run_id[:8],
            pipeline=self.run.pipeline_name,
            state=_STATES[fold.status],
            started=fold.started.timestamp() if fold.started else None,
            ended=fold.ended.timestamp() if fold.ended else None,
            done=sum(step.status in _FINISHED for step in steps),
            total=len(steps) or len(self.run.step_keys or self._nodes),
            failed=sum(step.status == "failure" for step in steps),
            remaining=self._remaining(),
            error=self._error(),
        )
        return replace(header, summary=summarize_run(header, tally=_tally(steps)))

    def _error(self) -> ErrorView | None:
        if self._fold.error is not None:
            return error_view(self._fold.error)
        damage = self._damage
        return ErrorView(title=type(damage).__name__, message=str(damage)) if damage is not None else None

    def _remaining(self) -> float | None:
        if self._fold.status != "started" or not self._typical:
            return None
        left = 0.0
        for step in self._fold.steps.values():
            typical = self._typical.get(step.key)
            if step.status in _ENDED or typical is None:
                continue
            begun = step.started.timestamp() if step.status == "running" and step.started else None
            left += typical if begun is None else max(0.0, typical - (self._now() - begun))
        return left

    def _node(self, step: StepFold) -> NodeState:
        progress = step.progress if step.status == "running" else None
        return NodeState(
            id=step.key,
            status=step.status,
            note=_note(step),
            started=step.started.timestamp() if step.started else None,
            ended=step.ended.timestamp() if step.ended else None,
            done=progress.done if progress else None,
            total=progress.total if progress else None,
        )

    def _edges(self, changed: set[str]) -> Iterable[EdgeState]:
        for edge in self.graph.edges:
            if edge.source in changed:
                state = self._edge(edge)
                if state is not None:
                    yield state

    def _edge(self, edge: EdgeView) -> EdgeState | None:
        step = self._fold.steps[edge.source]
        output = step.outputs.get(edge.output)
        if output is None or output.value.rows is None:
            return None
        rows = output.value.rows
        lost = lost_rows(output, step.outputs.values(), step.inputs.values())
        title = f"{plural(rows, 'row')} from {edge.source} to {edge.target}"
        if lost is None:
            return EdgeState(id=edge.id, label=short_count(rows), title=title)
        return EdgeState(
            id=edge.id,
            label=f"{short_count(rows)} {drop_text(lost)}",
            title=f"{title}; {edge.source} lost {drop_text(lost)[1:]} of its rows",
            tone="failure",
        )

    def _details(self, step: StepFold) -> SolidDetails:
        declared = declared_details(self._nodes[step.key])
        config = (self._config.get(step.key) or {}).get("config")
        failure = step.failure
        outputs = [
            output_view(
                each, lost_rows(each, step.outputs.values(), step.inputs.values()), self._preview(step.key, each)
            )
            for each in step.outputs.values()
        ]
        return replace(
            declared,
            status=step.status,
            note=_note(step),
            input_values=tuple(self._input_views(step)),
            output_values=tuple(outputs),
            config="" if config is None else _yaml(config),
            now=step.progress.text or "" if step.status == "running" and step.progress else "",
            materializations=tuple(materialization_view(record) for record in step.materializations),
            materialization_table=materialization_table(step.materializations),
            expectations=tuple(
                ExpectationView(
                    label=each.label,
                    success=each.success,
                    description=each.description or "",
                    entries=tuple(metadata_view(entry) for entry in each.metadata),
                )
                for each in step.expectations
            ),
            error=error_view(failure.error, failure.metadata) if failure else self._lost(step),
            log=tuple(_line(record) for record in step.lines),
            notebook=step.notebook.path if step.notebook else None,
        )

    def _lost(self, step: StepFold) -> Any:
        if step.status == "failure" and self._fold.error is not None:
            return error_view(self._fold.error)
        return None

    def _input_views(self, step: StepFold) -> Iterable[Any]:
        for loaded in step.inputs.values():
            lost = None
            for source in loaded.sources:
                upstream = self._fold.steps.get(source.step_key)
                output = upstream.outputs.get(source.output_name) if upstream else None
                if upstream is not None and output is not None:
                    lost = lost_rows(output, upstream.outputs.values(), upstream.inputs.values())
            yield input_view(loaded, lost)


def _tally(steps: Iterable[StepFold]) -> RunTally:
    listed = list(steps)
    checked = [(step.key, each) for step in listed for each in step.expectations]
    return RunTally(
        skipped=sum(step.status == "skipped" for step in listed),
        canceled=sum(step.status == "canceled" for step in listed),
        expectations=len(checked),
        unmet=tuple(f"{key} › {each.label}" for key, each in checked if not each.success),
    )


def _note(step: StepFold) -> str:
    match step.status:
        case "running":
            progress = step.progress
            if progress is None:
                return ""
            return f"{progress.done} / {progress.total}" if progress.total else format_count(progress.done)
        case "success":
            return format_duration(step.seconds or 0.0)
        case "failure":
            where = step.failure.error.where if step.failure else None
            return where if where and where.startswith("cell") else "failed"
        case "waiting":
            return f"try {step.attempt + 1}" if step.attempt else ""
        case _:
            return step.status


def _line(record: EventRecord) -> str:
    event = record.event
    if not isinstance(event, MessageLogged):
        return ""
    fields = "".join(f" {key}={value}" for key, value in event.fields)
    return f"{record.at.astimezone():%H:%M:%S} {event.level} {event.message}{fields}"


def _yaml(value: Any) -> str:
    import yaml

    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=False))

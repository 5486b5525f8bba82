"""A run as it is shown: folded from its events, told in frames of what changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from dagnb.contracts.records import RunRecord, Snapshot
from dagnb.errors import DagnbError, DagnbNotFoundError
from dagnb.events.fold import RunFold, StepFold
from dagnb.events.mapped import handle_of
from dagnb.events.records import EventRecord, StepsAdded
from dagnb.views.format import RunTally, plural, short_count, summarize_run
from dagnb.views.graph import graph_of
from dagnb.views.models import (
    Direction,
    EdgeState,
    ErrorView,
    GraphView,
    NodeState,
    RunFrame,
    RunHeader,
    RunState,
    SolidDetails,
)
from dagnb.views.panels import Panels, PreviewReader
from dagnb.views.standing import ENDED, FINISHED, Standing
from dagnb.views.stored import read_config
from dagnb.views.structure import LeafEdge, structure_of
from dagnb.views.values import (
    drop_text,
    error_view,
    lost_rows,
)

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
        self._structure = structure_of(snapshot)
        self._typical = dict(typical or {})
        self._now = now
        self._fold = RunFold()
        for key in run.step_keys or ():
            self._fold.step(key)
        self._standing = Standing(self._structure, self._fold, run.solid_selection)
        self._panels = Panels(self._structure, self._fold, self._standing, config=self._read_config(), preview=preview)
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

    def graph_in(self, direction: Direction, opened: Iterable[str] | None = None) -> GraphView:
        """Return the run's graph laid out in a direction, with these composites open; see `graph_of`."""
        return graph_of(self._snapshot, direction, opened)

    def take(self, records: Iterable[EventRecord]) -> None:
        """Take in events, in their order."""
        with self._lock:
            for record in records:
                is_new = record.seq > self._fold.seq
                self._fold.apply(record)
                for key in _steps_of(record):
                    self._changed.update(dict.fromkeys(self._standing.touched_by(key), record.seq))
                if is_new:
                    self._panels.take(record)
            if self._fold.is_terminal:
                self._changed.update(dict.fromkeys(self._standing.in_run(), self._fold.seq))

    def header(self) -> RunHeader:
        """Return the run in one line."""
        with self._lock:
            return self._header()

    def frame(self, after: int = 0) -> RunFrame | None:
        """Return what changed since event `after`; None when nothing did. Before the first event ask with -1."""
        with self._lock:
            if self._fold.seq <= after:
                return None
            changed = {handle for handle, seq in self._changed.items() if seq > after}
            states = [self._standing.state(each) for each in self._standing.in_run() if each in changed or after <= 0]
            return RunFrame(
                seq=self._fold.seq,
                run=self._header(),
                nodes=tuple(states),
                edges=tuple(self._edges({state.id for state in states})),
                details=tuple(
                    self._panels.of(state.id) for state in states if state.status in ENDED and self._has(state.id)
                ),
            )

    def states(self) -> dict[str, NodeState]:
        """Return how every solid and composite stands, by handle."""
        with self._lock:
            return {handle: self._standing.state(handle) for handle in self._standing.in_run()}

    def edge_states(self) -> dict[str, EdgeState]:
        """Return what went along every edge so far."""
        with self._lock:
            return {each.id: each for each in self._edges(self._structure.nodes)}

    def details(self, solid: str) -> SolidDetails:
        """Return a panel: of a solid or composite by its handle, or of a step of a mapped solid by its key.

        Raises:
            DagnbNotFoundError: the pipeline has no such solid, or the run no such step.
        """
        with self._lock:
            if solid in self._fold.steps and handle_of(solid) in self._structure.nodes:
                return self._panels.of_step(self._fold.steps[solid])
            if not self._has(solid):
                known = [*self._structure.nodes, *self._structure.composites, *self._fold.steps]
                raise DagnbNotFoundError("solid", solid, known, where=f"run {self.run.run_id[:8]}")
            return self._panels.of(solid)

    def all_details(self) -> list[SolidDetails]:
        """Return the panels of all solids, in the graph's order, then of the composites."""
        return [self.details(name) for name in (*self._structure.nodes, *self._structure.composites)]

    def _has(self, handle: str) -> bool:
        return handle in self._structure.nodes or handle in self._structure.composites

    def _header(self) -> RunHeader:
        fold = self._fold
        steps = [step for step in fold.steps.values() if handle_of(step.key) in self._structure.nodes]
        header = RunHeader(
            run_id=self.run.run_id,
            short_id=self.run.run_id[:8],
            pipeline=self.run.pipeline_name,
            state=_STATES[fold.status],
            started=fold.started.timestamp() if fold.started else None,
            ended=fold.ended.timestamp() if fold.ended else None,
            done=sum(step.status in FINISHED for step in steps),
            total=len(steps) or len(self.run.step_keys or self._structure.nodes),
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
            if step.status in ENDED or typical is None:
                continue
            begun = step.started.timestamp() if step.status == "running" and step.started else None
            left += typical if begun is None else max(0.0, typical - (self._now() - begun))
        return left

    def _edges(self, changed: Container[str]) -> Iterable[EdgeState]:
        for edge in self._structure.edges:
            if edge.source in changed:
                state = self._edge(edge)
                if state is not None:
                    yield state

    def _edge(self, edge: LeafEdge) -> EdgeState | None:
        """Tell what went along an edge: of several steps or values the sum."""
        steps = self._standing.steps(edge.source)
        found = [
            (step, output) for step in steps for output in step.outputs.values() if output.output_name == edge.output
        ]
        is_many = bool(edge.fan) or self._standing.is_mapped(edge.source)
        if not found and not (is_many and steps and all(step.status == "success" for step in steps)):
            return None
        counts = [output.value.rows for _, output in found if output.value.rows is not None]
        if not found or len(counts) < len(found):
            title = f"{plural(len(found), 'value')} from {edge.source} to {edge.target}"
            return EdgeState(id=edge.id, label=f"× {short_count(len(found))}", title=title) if is_many else None
        rows = sum(counts)
        shares = (lost_rows(output, step.outputs.values(), step.inputs.values()) for step, output in found)
        lost = max((share for share in shares if share is not None), default=None)
        title = f"{plural(rows, 'row')}"
        title += f" in {plural(len(found), 'value')}" if is_many else ""
        title += f" from {edge.source} to {edge.target}"
        if lost is None:
            return EdgeState(id=edge.id, label=short_count(rows), title=title)
        return EdgeState(
            id=edge.id,
            label=f"{short_count(rows)} {drop_text(lost)}",
            title=f"{title}; {edge.source} lost {drop_text(lost)[1:]} of its rows",
            tone="failure",
        )


def _tally(steps: Iterable[StepFold]) -> RunTally:
    listed = list(steps)
    checked = [(step.key, each) for step in listed for each in step.expectations]
    return RunTally(
        skipped=sum(step.status == "skipped" for step in listed),
        canceled=sum(step.status == "canceled" for step in listed),
        expectations=len(checked),
        unmet=tuple(f"{key} › {each.label}" for key, each in checked if not each.success),
        noun="step" if any("[" in step.key for step in listed) else "solid",
    )


def _steps_of(record: EventRecord) -> Iterable[str]:
    """Return the steps that an event is about."""
    if record.step_key is not None:
        return (record.step_key,)
    return record.event.step_keys if isinstance(record.event, StepsAdded) else ()

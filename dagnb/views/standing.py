"""How the solids and composites of a run stand: folded from the states of their steps.

A solid that is mapped over a dynamic output has a step for each of its values, `fit[jfk]`; one card stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from dagnb.errors import DagnbError
from dagnb.events.fold import RunFold, StepFold
from dagnb.events.mapped import handle_of
from dagnb.planning.selection import select
from dagnb.views.format import format_count, format_duration
from dagnb.views.models import NodeState, Status
from dagnb.views.structure import Structure

__all__ = ["ENDED", "FINISHED", "Standing", "step_note"]

FINISHED = ("success", "failure", "skipped")
ENDED = (*FINISHED, "canceled")


class Standing:
    """The steps of a run by solid, and what they come to.

    Args:
        structure: the run's pipeline.
        fold: the run; it is looked at whenever something is asked.
        selection: the clauses that the run was cut to, None when all of the pipeline runs.
    """

    def __init__(self, structure: Structure, fold: RunFold, selection: Sequence[str] | None = None) -> None:
        self._structure = structure
        self._fold = fold
        self._selected = _selected(structure, selection)
        self._steps: dict[str, list[StepFold]] = {}
        self._counted = 0
        self._mapped_over: dict[str, list[str]] = {}
        for handle, scope in structure.scopes.items():
            for source, _ in scope:
                self._mapped_over.setdefault(source, []).append(handle)

    def steps(self, handle: str) -> list[StepFold]:
        """Return the steps of a solid so far, in the order in which they became known."""
        if len(self._fold.steps) > self._counted:
            for key, step in islice(self._fold.steps.items(), self._counted, None):
                self._steps.setdefault(handle_of(key), []).append(step)
            self._counted = len(self._fold.steps)
        return self._steps.get(handle, [])

    def is_mapped(self, handle: str) -> bool:
        """Whether a solid has a step for each value of a dynamic output."""
        return handle in self._structure.scopes

    def touched_by(self, step_key: str) -> Iterator[str]:
        """Yield all whose state may change with a step: its solid, those mapped over it, the composites around."""
        handle = handle_of(step_key)
        for each in (handle, *self._mapped_over.get(handle, ())):
            yield each
            yield from self._structure.around(each)

    def in_run(self) -> Iterator[str]:
        """Yield the solids of the run, in the graph's order, then the composites with any of them."""
        self.steps("")
        solids = [handle for handle in self._structure.nodes if self._runs(handle)]
        yield from solids
        yield from (handle for handle in self._steps if handle not in self._structure.nodes)
        around = {outer for handle in solids for outer in self._structure.around(handle)}
        yield from (composite for composite in self._structure.composites if composite in around)

    def _runs(self, handle: str) -> bool:
        return handle in self._steps or (self.is_mapped(handle) and handle in self._selected)

    def state(self, handle: str) -> NodeState:
        """Return how a solid or composite stands."""
        if handle in self._structure.composites:
            return self._composite(handle)
        steps = self.steps(handle)
        if self.is_mapped(handle):
            return self._mapped(handle, steps)
        return _single(steps[0]) if steps else NodeState(id=handle, status="waiting")

    def is_known(self, handle: str) -> bool:
        """Whether all steps of a solid are known: the dynamic outputs that it is mapped over are."""
        scope = self._structure.scopes.get(handle)
        if not scope:
            return True
        source, output = scope[-1]
        if not self._runs(source):  # a run that repeats another in part takes its outputs
            return self._fold.status != "queued"
        steps = self.steps(source)
        if not self.is_known(source) or not all(step.status in ENDED for step in steps):
            return False
        values = (each for step in steps if step.status == "success" for each in step.outputs.values())
        return len(self.steps(handle)) >= sum(each.output_name == output for each in values)

    def _mapped(self, handle: str, steps: list[StepFold]) -> NodeState:
        is_known = self.is_known(handle)
        if not steps:
            return self._without_steps(handle, is_known=is_known)
        state = self._sum(handle, [_single(step) for step in steps], is_complete=is_known)
        state = replace(state, count=len(steps))
        if state.status == "success":
            return replace(state, note=format_duration(sum(step.seconds or 0.0 for step in steps)))
        return state

    def _without_steps(self, handle: str, *, is_known: bool) -> NodeState:
        """A mapped solid that nothing was there for, or that is not reached yet."""
        sources = [step for source, _ in self._structure.scopes[handle] for step in self.steps(source)]
        if self._fold.status == "canceled" and any(step.status == "canceled" for step in sources):
            return NodeState(id=handle, status="canceled")
        if is_known and all(step.status == "success" for step in sources):
            return NodeState(id=handle, status="skipped", note="no values", count=0)
        if is_known or self._fold.status == "success":
            return NodeState(id=handle, status="skipped")
        return NodeState(id=handle, status="canceled" if self._fold.status == "canceled" else "waiting")

    def _composite(self, composite: str) -> NodeState:
        solids = [handle for handle in self._structure.inside[composite] if self._runs(handle)]
        states = [self.state(handle) for handle in solids]
        state = self._sum(composite, states, is_complete=True)
        if state.status == "success":
            seconds = sum(step.seconds or 0.0 for handle in solids for step in self.steps(handle))
            return replace(state, note=format_duration(seconds))
        return state

    def _sum(self, handle: str, states: Sequence[NodeState], *, is_complete: bool) -> NodeState:
        """Return the state that several come to; not `is_complete`: more will come."""
        total, done = _counts(states)
        failed = sum(state.failed or state.status == "failure" for state in states)
        status = self._status([state.status for state in states], is_complete=is_complete)
        started = min((state.started for state in states if state.started is not None), default=None)
        ended = max((state.ended for state in states if state.ended is not None), default=None)
        is_running = status == "running"
        if is_running:
            note = f"{format_count(done)} / {format_count(total)}"
            note += f", {format_count(failed)} failed" if failed else ""
        elif status == "failure":
            note = f"{format_count(failed)} of {format_count(total)} failed"
        else:
            note = ""
        return NodeState(
            id=handle,
            status=status,
            note=note,
            started=started,
            ended=None if is_running or status == "waiting" else ended,
            done=done if is_running else None,
            total=total if is_running else None,
            failed=failed,
        )

    def _status(self, statuses: Sequence[Status], *, is_complete: bool) -> Status:
        has_ended = [status in ENDED for status in statuses]
        if "running" in statuses:
            return "running"
        if not (is_complete and all(has_ended)) and any(has_ended) and not self._fold.is_terminal:
            return "running"
        for status in ("failure", "canceled"):
            if status in statuses:
                return status
        if not all(has_ended):
            return "waiting"
        return "success" if "success" in statuses or not statuses else "skipped"


def _counts(states: Iterable[NodeState]) -> tuple[int, int]:
    """Return how many steps there are, and how many of them have ended: of mapped solids each counts."""
    total = done = 0
    for state in states:
        steps = 1 if state.count is None else state.count
        total += steps
        if state.status in ENDED:
            done += steps
        elif state.count is not None:
            done += state.done or 0
    return total, done


def _selected(structure: Structure, selection: Sequence[str] | None) -> frozenset[str]:
    """Return the solids that a run was cut to; all when that cannot be told from the snapshot."""
    if selection is None:
        return frozenset(structure.nodes)
    needs: dict[str, list[str]] = {handle: [] for handle in structure.nodes}
    for edge in structure.edges:
        needs[edge.target].append(edge.source)
    try:
        return frozenset(select(list(selection), needs, inside=structure.inside, where=structure.name))
    except DagnbError:
        return frozenset(structure.nodes)


def _single(step: StepFold) -> NodeState:
    progress = step.progress if step.status == "running" else None
    return NodeState(
        id=step.key,
        status=step.status,
        note=step_note(step),
        started=step.started.timestamp() if step.started else None,
        ended=step.ended.timestamp() if step.ended else None,
        done=progress.done if progress else None,
        total=progress.total if progress else None,
    )


def step_note(step: StepFold) -> str:
    """Return the short text on a step's card: how far it is, how long it took, or what became of it."""
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

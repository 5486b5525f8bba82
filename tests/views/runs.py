"""Runs for the tests of views: what the store keeps of them, told to a view bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dagnb import Pipeline, Run
from dagnb.contracts.records import Snapshot
from dagnb.definitions import compose_pipeline
from dagnb.events.records import EventRecord
from dagnb.instance import Instance
from dagnb.planning.snapshot import snapshot_of
from dagnb.views.run import RunView
from dagnb.views.service import stored_preview


class Told:
    """A run that has happened, to be told to views again."""

    def __init__(self, body: Callable[[], Any], instance: Instance, **options: Any) -> None:
        self.instance = instance
        made = Pipeline(compose_pipeline(body, name="p"))
        self.run: Run = made.run(instance=instance, raise_on_error=False, **options)
        self.snapshot: Snapshot = snapshot_of(made.definition)
        self.events: list[EventRecord] = self.run.event_list

    def view(
        self, upto: int = 0, *, typical: Mapping[str, float] | None = None, now: Callable[[], float] | None = None
    ) -> RunView:
        """Return a view that knows the first events."""
        made = RunView(
            self.run.record,
            self.snapshot,
            preview=lambda _step, output: stored_preview(self.instance, output),
            typical=typical,
            now=now or self.events[0].at.timestamp,
        )
        made.take(self.events[:upto])
        return made

    def after(self, kind: str, step: str | None = None) -> int:
        """Return how many events there are up to the first of a kind, of a step when it is given."""
        for record in self.events:
            if record.kind == kind and (step is None or record.step_key == step):
                return record.seq
        raise LookupError(kind)

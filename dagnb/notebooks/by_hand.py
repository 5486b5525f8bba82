"""The resources of a mode, made for a notebook that is worked on by hand."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from dagnb.events.records import MessageLogged, PendingEvent, ResourceEnded
from dagnb.notebooks.api import log_line

if TYPE_CHECKING:
    from dagnb.definitions import ModeDefinition
    from dagnb.execution.scope import RunScope

_BY_HAND = "by_hand"
_open: list[ExitStack] = []


class HandSink:
    """Shows what a run would record: lines of the log, and resources that could not be torn down."""

    def emit(self, event: PendingEvent) -> None:
        """Show one record, if it is one to be seen."""
        record = event.event
        if isinstance(record, MessageLogged):
            print(log_line(record), file=sys.stderr)  # noqa: T201  (a notebook's log is its output)
        elif isinstance(record, ResourceEnded) and record.error is not None:
            told = f"{record.error.cls_name}: {record.error.message}"
            print(f"the resource {record.resource} raised in its teardown: {told}", file=sys.stderr)  # noqa: T201

    def flush(self) -> None:
        """Return: nothing waits."""


def make_resources(mode: ModeDefinition, run_config: Mapping[str, Any]) -> dict[str, Any]:
    """Make every resource of the mode, each after those that it asks for.

    Those that tear down do so when this process ends, the last one first.

    Args:
        mode: the mode.
        run_config: a run config document; what it says of `resources` is read.

    Raises:
        DagnbConfigError: the config of a resource is wrong.
        DagnbInvariantViolationError: a resource's generator gives no resource.
        Exception: what a resource's function raises; those made before it are torn down.
    """
    from dagnb.execution.resources import open_resources

    scope = _scope(mode, run_config)
    stack = ExitStack()
    stack.callback(scope.loop.close)
    try:
        stack.enter_context(open_resources(scope, mode.resource_order(mode.resource_defs)))
    except BaseException as error:
        # What is said there of the run: there is none.
        error.__notes__ = [note for note in getattr(error, "__notes__", ()) if scope.run.run_id not in note]
        stack.close()
        raise
    _open.append(stack)
    return scope.resources


@atexit.register
def tear_down() -> None:
    """Tear down all resources that were made by hand, the newest first."""
    while _open:
        _open.pop().close()


def _scope(mode: ModeDefinition, run_config: Mapping[str, Any]) -> RunScope:
    """Return the scope of a run of the mode without any solid."""
    from dagnb.contracts.records import RunRecord
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.execution.scope import RunScope
    from dagnb.instance import Instance
    from dagnb.planning.plan import ExecutionPlan
    from dagnb.planning.run_config import resolve_run_config

    instance = Instance.get()
    pipeline = PipelineDefinition(_BY_HAND, {}, mode_defs=[mode])
    document = {"resources": run_config["resources"]} if "resources" in run_config else None
    record = RunRecord(
        run_id="by hand",
        pipeline_name=pipeline.name,
        mode=mode.name,
        run_config="{}",
        snapshot_id="",
        created=instance.clock.now(),
    )
    plan = ExecutionPlan(pipeline, mode, resolve_run_config(pipeline, mode, document))
    return RunScope(record, plan, instance, HandSink())

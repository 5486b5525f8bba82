"""Runs: create one in the instance, execute its plan, record how it ends."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dagnb.config.secret import holds_secret, is_secret_name, knows_secrets, redact, remember_secret
from dagnb.contracts.execution import Executor, RetryMode, StepOutcome
from dagnb.contracts.records import Lease, RunRecord
from dagnb.definitions.names import check_tags
from dagnb.errors import DagnbInvalidDefinitionError, DagnbStaleOwnerError
from dagnb.events.records import EventRecord, RunCanceled, RunFailed, RunStarted, RunSucceeded, StepsAdded
from dagnb.execution.ending import end_when_possible
from dagnb.execution.executors import make_executor
from dagnb.execution.failures import describe_error
from dagnb.execution.hooks import has_hooks, run_hooks, values_held
from dagnb.execution.loggers import RunLoggers, make_loggers
from dagnb.execution.queue import StepQueue
from dagnb.execution.resources import open_resources
from dagnb.execution.scope import OnValue, RunScope
from dagnb.execution.step import run_step
from dagnb.planning.plan import ExecutionPlan
from dagnb.planning.snapshot import snapshot_of
from dagnb.storage.owner import current_owner
from dagnb.storage.sink import GroupCommitSink

if TYPE_CHECKING:
    from dagnb.instance import Instance

_END_WAIT = 0.2  # seconds for which the end of a run is waited for when it could not be written at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutedRun:
    """What is at hand in this process after a run: exceptions, and the values that are stored nowhere.

    `plan` has the run's pipeline, mode and config, and no steps: with it, values that resources keep can be loaded.
    """

    run_id: str
    success: bool
    values: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    errors: Mapping[str, BaseException] = field(default_factory=dict)
    plan: ExecutionPlan | None = None


class _Work:
    """The steps of a run, for an executor."""

    def __init__(self, scope: RunScope) -> None:
        self._scope = scope
        self._queue = StepQueue(scope.plan, scope.expect_readers)
        if scope.plan.inherited is not None:
            known = set(scope.plan.step_keys)
            mapped = tuple(key for key in self._queue.steps if key not in known)
            if mapped:  # over dynamic outputs that are taken over
                scope.emit(StepsAdded(step_keys=mapped))

    @property
    def is_done(self) -> bool:
        return self._queue.is_done

    def take(self) -> str | None:
        return self._queue.take()

    def run_step(self, step_key: str) -> StepOutcome:
        step = self._queue.steps[step_key]
        if has_hooks(self._scope, step):
            with values_held(self._scope, step):
                outcome = run_step(self._scope, step)
                run_hooks(self._scope, step, outcome)
        else:
            outcome = run_step(self._scope, step)
        appeared = self._queue.end(step_key, self._scope.mapping_keys(step))
        added = tuple(key for key in appeared if key not in self._scope.plan.steps)  # the run began with the others
        if added:
            self._scope.emit(StepsAdded(step_keys=added))
        self._scope.release(step)
        return outcome


def create_run(
    plan: ExecutionPlan,
    instance: Instance,
    *,
    run_config: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    solid_selection: Sequence[str] | None = None,
    preset: str | None = None,
    parent: RunRecord | None = None,
) -> RunRecord:
    """Add a run of the plan to the instance; it has not begun. `parent` is the run that it repeats.

    Raises:
        DagnbInstanceError: the instance cannot be written.
        DagnbInvalidDefinitionError: JSON cannot hold the run config or a tag.
    """
    run_id = str(uuid.uuid4())
    try:
        document = json.dumps(_without_passwords(run_config or {}), ensure_ascii=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise DagnbInvalidDefinitionError(
            "the run config holds something that cannot be written down",
            where=f"run config of {plan.pipeline.name}",
            got=str(error),
            expected="texts, numbers, booleans, lists and mappings",
            hint="hand objects over as resources or inputs",
        ) from None
    snapshot = snapshot_of(plan.pipeline)
    run = RunRecord(
        run_id=run_id,
        pipeline_name=plan.pipeline.name,
        mode=plan.mode.name,
        run_config=document,
        snapshot_id=snapshot.snapshot_id,
        created=instance.clock.now(),
        tags=tuple(sorted({**plan.pipeline.tags, **check_tags(tags, f"run of {plan.pipeline.name}")}.items())),
        step_keys=plan.step_keys,
        solid_selection=tuple(solid_selection) if solid_selection else None,
        parent_run_id=parent.run_id if parent is not None else None,
        root_run_id=run_id if parent is None else parent.root_run_id or parent.run_id,
        partition=parent.partition if parent is not None else None,
        preset=preset,
    )
    instance.runs.create_run(run, snapshot)
    return run


def _without_passwords(config: Any) -> Any:
    """Return the run config with its passwords masked; from now on they are hidden everywhere else too.

    A password is a text in a field that is named like one: `{"env": ...}` in its place is read anew by every run.
    """
    _note_passwords(config)
    return _masked(config) if knows_secrets() else config


def _note_passwords(config: Any) -> None:
    if isinstance(config, Mapping):
        for key, value in config.items():
            if isinstance(value, str) and is_secret_name(key):
                remember_secret(value, is_certain=True)
            else:
                _note_passwords(value)
    elif isinstance(config, list | tuple):
        for item in config:
            _note_passwords(item)


def _masked(config: Any) -> Any:
    if isinstance(config, str):
        return redact(config) if holds_secret(config.encode(errors="surrogatepass")) else config
    if isinstance(config, Mapping):
        return {key: _masked(value) for key, value in config.items()}
    return [_masked(item) for item in config] if isinstance(config, list | tuple) else config


def _plain(value: Any) -> Any:
    from datetime import date
    from enum import Enum
    from pathlib import PurePath

    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date | PurePath):
        return str(value)
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()  # a number of NumPy's
    raise TypeError(f"a value of type {type(value).__name__}")


def execute_run(
    run: RunRecord,
    plan: ExecutionPlan,
    instance: Instance,
    *,
    on_commit: Callable[[list[EventRecord]], None] | None = None,
    on_value: OnValue | None = None,
    executor: Executor | None = None,
    lease: Lease | None = None,
) -> ExecutedRun:
    """Execute the run in the calling thread and record how it ends, whatever happens.

    Args:
        run: a run that `create_run` made.
        plan: its plan.
        instance: the instance that it is kept in.
        on_commit: gets the events as they are committed, in order.
        on_value: gets every value that a step hands over, by step and output, while it is in memory, and its
            description.
        executor: runs the steps (default: the one that the run config names, else one after the other, here).
        lease: this process's right to write to the run (default: taken now).

    Raises:
        KeyboardInterrupt: the run was stopped; it is recorded as canceled.
        DagnbInstanceError: the events cannot be written. The run is recorded as failed once they can.
        Exception: a resource could not be made; the run is recorded as failed.
    """
    lease = lease or instance.runs.claim(run.run_id, current_owner())
    try:
        loggers = make_loggers(run, plan)
        chosen = executor or make_executor(run, plan, instance)
    except BaseException as error:
        end_when_possible(instance, run.run_id, lease, describe_error(error)).join(_END_WAIT)
        raise
    sink = GroupCommitSink(instance.events, lease, instance.clock, on_commit=on_commit)
    scope = RunScope(run, plan, instance, sink, on_value=on_value)
    scope.logger = RunLoggers(loggers) if loggers else None
    scope.retries = getattr(chosen, "retries", RetryMode.ENABLED)
    try:
        scope.emit(RunStarted(mode=plan.mode.name, step_keys=plan.step_keys))
        try:
            with open_resources(scope):
                chosen.execute(_Work(scope))
        except KeyboardInterrupt:
            scope.emit(RunCanceled())
            raise
        except BaseException as error:  # a resource may call sys.exit()
            scope.emit(RunFailed(failed_steps=tuple(scope.errors), error=describe_error(error)))
            raise
        scope.emit(RunFailed(failed_steps=tuple(scope.errors)) if scope.errors else RunSucceeded())
    finally:
        with ExitStack() as stack:
            stack.callback(_give_up, instance, lease, sink)
            stack.callback(sink.close)
            stack.callback(scope.loop.close)
    return ExecutedRun(
        run_id=run.run_id,
        success=not scope.errors,
        values=scope.unstored_values(),
        errors=scope.errors,
        plan=replace(plan, steps={}, inherited=None),
    )


def _give_up(instance: Instance, lease: Lease, sink: GroupCommitSink) -> None:
    error = sink.error
    if error is None or isinstance(error, DagnbStaleOwnerError):
        instance.runs.release(lease)
    else:
        end_when_possible(instance, lease.run_id, lease, describe_error(error)).join(_END_WAIT)

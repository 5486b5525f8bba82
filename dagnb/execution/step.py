"""Run one step: gather its inputs, compute its body, record what comes of it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dagnb.contracts.execution import RetryMode, StepOutcome
from dagnb.errors import DagnbTimeLimitError
from dagnb.events.records import (
    InputLoaded,
    InputVersion,
    StepFailed,
    StepRetried,
    StepSkipped,
    StepStarted,
    StepSucceeded,
)
from dagnb.events.user import Failure, RetryRequested
from dagnb.execution.bodies import body_events, missing_outputs
from dagnb.execution.context import SolidExecutionContext
from dagnb.execution.conversion import check_value, load_input
from dagnb.execution.failures import describe_error
from dagnb.execution.io import read_output
from dagnb.execution.limit import run_within
from dagnb.execution.outputs import StepOutputs, check_info, wrong_type
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import Step, StepInput
from dagnb.types import Nothing, TypeCheck
from dagnb.types.describe import describe_value

if TYPE_CHECKING:
    from dagnb.definitions.ports import InputDefinition

_LONGEST_SLEEP = 0.1  # seconds


def run_step(scope: RunScope, step: Step) -> StepOutcome:
    """Run the step to its end, or skip it when an input of it will not come.

    KeyboardInterrupt goes up; every other exception of the body becomes a failure of the step.
    """
    reason = _why_not(scope, step)
    if reason is not None:
        scope.emit(StepSkipped(reason=reason), step.key)
        outcome = StepOutcome.SKIPPED
    else:
        outcome = _attempts(scope, step)
    scope.outcomes[step.key] = outcome
    return outcome


def _why_not(scope: RunScope, step: Step) -> str | None:
    for each in step.inputs:
        for gate in each.gates:
            if scope.outcomes.get(gate) is StepOutcome.FAILURE:
                return _abandon(scope, step, f"{gate} failed")
            if scope.outcomes.get(gate) is StepOutcome.SKIPPED:
                return _leave_out(scope, step, gate)
        missing = [one for one in each.connections if (one.node, one.output) not in scope.versions]
        for connection in missing:
            upstream = scope.outcomes.get(connection.node)
            if upstream is StepOutcome.FAILURE:
                return _abandon(scope, step, f"{connection.node} failed")
            # A fan-in does without what was meant to be left out, not without what a failure has cost.
            if upstream is StepOutcome.SKIPPED and (not each.is_fan_in or connection.node in scope.abandoned):
                return _leave_out(scope, step, connection.node)
        if missing and len(missing) == len(each.connections):
            connection = missing[0]
            return f"{connection.node} gave no output {connection.output}"
    return None


def _leave_out(scope: RunScope, step: Step, upstream: str) -> str:
    reason = f"{upstream} was skipped"
    return _abandon(scope, step, reason) if upstream in scope.abandoned else reason


def _abandon(scope: RunScope, step: Step, reason: str) -> str:
    scope.abandoned.add(step.key)
    return reason


def _attempts(scope: RunScope, step: Step) -> StepOutcome:
    policy = step.node.retry_policy or step.node.definition.retry_policy or scope.plan.pipeline.retry_policy
    attempt = 1
    while True:
        scope.emit(StepStarted(attempt=attempt), step.key)
        begun = time.perf_counter()
        try:
            run_within(step, lambda: _compute(scope, step))
        except RetryRequested as error:
            if attempt > error.max_retries or scope.retries is RetryMode.DISABLED:
                if attempt > error.max_retries:
                    error.add_note(f"\nattempts: {attempt}, as many as max_retries={error.max_retries} lets it make")
                return _fail(scope, step, error.__cause__ or error, begun)
            _retry(scope, step, error.__cause__, attempt, error.seconds_to_wait or 0.0)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # anybody's code, sys.exit() in a solid too
            if isinstance(error, DagnbTimeLimitError):
                scope.withdraw(step)  # the time may have been up right after the last output
            if policy is None or attempt > policy.max_retries or not _may_retry(scope, error):
                return _fail(scope, step, error, begun)
            _retry(scope, step, error, attempt, policy.seconds(attempt, random.random()))  # noqa: S311  (a delay)
        else:
            scope.emit(StepSucceeded(seconds=time.perf_counter() - begun), step.key)
            return StepOutcome.SUCCESS
        attempt += 1


def _may_retry(scope: RunScope, error: BaseException) -> bool:
    if not isinstance(error, Exception) or scope.retries is RetryMode.DISABLED:
        return False
    return not isinstance(error, Failure) or error.allow_retries


def _retry(scope: RunScope, step: Step, error: BaseException | None, attempt: int, wait: float) -> None:
    info = describe_error(error) if error else None
    scope.emit(StepRetried(attempt=attempt, seconds_to_wait=wait, error=info), step.key)
    scope.sink.flush()
    _wait(wait)


def _wait(seconds: float) -> None:
    # In short sleeps: an interrupt that another thread asks for is seen between two of them.
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _LONGEST_SLEEP))


def _fail(scope: RunScope, step: Step, error: BaseException, begun: float) -> StepOutcome:
    info = describe_error(error)
    metadata = error.metadata_entries if isinstance(error, Failure) else ()
    scope.errors[step.key] = error
    scope.emit(StepFailed(error=info, seconds=time.perf_counter() - begun, metadata=metadata), step.key)
    return StepOutcome.FAILURE


def _compute(scope: RunScope, step: Step) -> None:
    context = SolidExecutionContext(scope, step)
    sources: list[InputVersion] = []
    inputs: dict[str, Any] = {}
    for each in step.inputs:
        versions = _versions(scope, each)
        sources.extend(versions)
        if each.definition.type is Nothing:
            continue
        inputs[each.definition.name] = _load(scope, step, each, versions)
    outputs = StepOutputs(scope, step, tuple(sources))
    solid = step.node.definition
    try:
        _take_all(outputs, body_events(scope, solid, context, inputs))
        for output in missing_outputs(solid, outputs.produced, step.key):
            outputs.take(output)
    except BaseException:
        outputs.withdraw()
        raise


def _take_all(outputs: StepOutputs, events: Iterable[object]) -> None:
    try:
        for event in events:
            outputs.take(event)
    finally:
        # A generator's own clean-up runs now, not when the traceback that holds it is forgotten.
        close = getattr(events, "close", None)
        if close is not None:
            close()


def _versions(scope: RunScope, each: StepInput) -> tuple[InputVersion, ...]:
    found = [scope.versions.get((one.node, one.output)) for one in each.connections]
    name = each.definition.name
    return tuple(
        InputVersion(
            input_name=name,
            run_id=one.run_id,
            step_key=one.step_key,
            output_name=one.output_name,
            data_version=one.data_version,
        )
        for one in found
        if one is not None
    )


def _load(scope: RunScope, step: Step, each: StepInput, versions: tuple[InputVersion, ...]) -> Any:
    kind = each.definition.type
    if each.is_fan_in:
        value: Any = _gather(scope, step, each.definition, each.connections if each.nested is None else each.nested)
        check = _check_fan_in(scope, step, each.definition, value)
    else:
        if each.connections:
            value = read_output(scope, each.connections[0].node, each.connections[0].output, step, each.definition)
        elif each.loads_config:
            value = load_input(scope, step, each)
        else:
            value = each.value
        check = check_value(scope, step, kind, value, f"input {each.definition.name}")
    scope.emit(
        InputLoaded(
            input_name=each.definition.name,
            type_check=check_info(kind, check),
            value=describe_value(value),
            sources=versions,
        ),
        step.key,
    )
    if not check.success:
        source = " and ".join(f"{one.node} › {one.output}" for one in each.connections)
        name = each.definition.name
        raise wrong_type(
            f"the input {name} is not of its type",
            f"{step.key} › input {name}{f', from {source}' if source else ''}",
            kind,
            check,
            value,
        )
    return value


def _gather(scope: RunScope, step: Step, taken_as: InputDefinition, sources: Iterable[Any]) -> list[Any]:
    """Return the values of a fan-in, nested as its sources are; those that were not given are left out."""
    return [
        _gather(scope, step, taken_as, each)
        if isinstance(each, tuple)
        else read_output(scope, each.node, each.output, step, taken_as)
        for each in sources
        if isinstance(each, tuple) or (each.node, each.output) in scope.versions
    ]


def _check_fan_in(scope: RunScope, step: Step, definition: InputDefinition, values: list[Any]) -> TypeCheck:
    """Check a fan-in: its type may be that of the list (`List[int]`) or that of each item."""
    what = f"input {definition.name}"
    whole = check_value(scope, step, definition.type, values, what)
    if whole.success:
        return whole
    each = [check_value(scope, step, definition.type, value, what) for value in values]
    return whole if not all(check.success for check in each) else each[0]

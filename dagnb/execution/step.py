"""Run one step: gather its inputs, compute its body, record what comes of it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from dagnb.contracts.execution import StepOutcome
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
from dagnb.execution.failures import describe_error
from dagnb.execution.outputs import StepOutputs, check_info, wrong_type
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import Step, StepInput
from dagnb.types import DagnbType, Nothing, TypeCheck
from dagnb.types.describe import describe_value

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
    for each in step.inputs:
        for connection in each.connections:
            scope.has_read(connection.node, connection.output)
    return outcome


def _why_not(scope: RunScope, step: Step) -> str | None:
    for each in step.inputs:
        missing = [one for one in each.connections if (one.node, one.output) not in scope.versions]
        for connection in missing:
            upstream = scope.outcomes.get(connection.node)
            if upstream is StepOutcome.FAILURE:
                return f"{connection.node} failed"
            if upstream is StepOutcome.SKIPPED and not each.is_fan_in:
                return f"{connection.node} was skipped"
        if missing and len(missing) == len(each.connections):
            connection = missing[0]
            return f"{connection.node} gave no output {connection.output}"
    return None


def _attempts(scope: RunScope, step: Step) -> StepOutcome:
    attempt = 1
    while True:
        scope.emit(StepStarted(attempt=attempt), step.key)
        begun = time.perf_counter()
        try:
            _compute(scope, step)
        except RetryRequested as error:
            if attempt > error.max_retries:
                error.add_note(f"\nattempts: {attempt}, as many as max_retries={error.max_retries} lets it make")
                return _fail(scope, step, error.__cause__ or error, begun)
            wait = error.seconds_to_wait or 0.0
            info = describe_error(error.__cause__) if error.__cause__ else None
            scope.emit(StepRetried(attempt=attempt, seconds_to_wait=wait, error=info), step.key)
            scope.sink.flush()
            _wait(wait)
            attempt += 1
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # anybody's code, sys.exit() in a solid too
            return _fail(scope, step, error, begun)
        else:
            scope.emit(StepSucceeded(seconds=time.perf_counter() - begun), step.key)
            return StepOutcome.SUCCESS


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
        inputs[each.definition.name] = _load(scope, step, each, context, versions)
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


def _load(
    scope: RunScope, step: Step, each: StepInput, context: SolidExecutionContext, versions: tuple[InputVersion, ...]
) -> Any:
    kind = each.definition.type
    if each.is_fan_in:
        value: Any = [scope.values[(one.step_key, one.output_name)] for one in versions]
        check = _check_fan_in(kind, value)
    else:
        if each.connections:
            value = scope.values[(each.connections[0].node, each.connections[0].output)]
        elif each.loads_config and kind.loader is not None:
            value = kind.loader.load(context, each.value)
        else:
            value = each.value
        check = kind.check(value)
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


def _check_fan_in(kind: DagnbType, values: list[Any]) -> TypeCheck:
    """Check a fan-in: its type may be that of the list (`List[int]`) or that of each item."""
    whole = kind.check(values)
    if whole.success:
        return whole
    each = [kind.check(value) for value in values]
    return whole if not all(check.success for check in each) else each[0]

"""Retry policies in a run, in every combination with what asks for retries itself."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dagnb import (
    Backoff,
    Failure,
    Output,
    OutputDefinition,
    RetryPolicy,
    RetryRequested,
    SolidDefinition,
    composite_solid,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.events.records import StepRetried
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, messages, statuses


def failing(tries: list[int], error: BaseException | None = None, policy: RetryPolicy | None = None) -> SolidDefinition:
    @solid(retry_policy=policy)
    def fails() -> int:
        tries.append(len(tries))
        raise error or ValueError(f"try {len(tries)}")

    return fails


@pytest.mark.parametrize(
    ("on_definition", "on_invocation", "on_pipeline"), list(itertools.product([None, 1], [None, 0, 2], [None, 3]))
)
def test_the_nearest_policy_counts(
    on_definition: int | None, on_invocation: int | None, on_pipeline: int | None, instance: Instance
) -> None:
    tries: list[int] = []

    def policy(retries: int | None) -> RetryPolicy | None:
        return None if retries is None else RetryPolicy(retries)

    fails = failing(tries, policy=policy(on_definition))
    invoked = policy(on_invocation)

    @pipeline(retry_policy=policy(on_pipeline))
    def report() -> None:
        (fails if invoked is None else fails.with_retry_policy(invoked))()

    run = report.run(instance=instance, raise_on_error=False)
    retries = next((each for each in (on_invocation, on_definition, on_pipeline) if each is not None), 0)
    assert len(tries) == retries + 1
    assert run["fails"].attempts == retries + 1
    assert messages(run.error).startswith(f"try {retries + 1}")
    assert kinds(run, "fails") == [*["StepStarted", "StepRetried"] * retries, "StepStarted", "StepFailed"]


def test_a_composite_hands_its_policy_to_what_is_in_it(instance: Instance) -> None:
    tries: list[int] = []
    fails = failing(tries)

    @composite_solid
    def outer() -> int:
        return fails()  # type: ignore[no-any-return]

    executed(lambda: [outer.with_retry_policy(RetryPolicy(2))()], instance)
    assert len(tries) == 3


@pytest.mark.parametrize(
    ("error", "count"),
    [
        (ValueError("x"), 3),
        (Failure("x"), 3),
        (Failure("x", allow_retries=False), 1),
        (SystemExit(3), 1),
        (RetryRequested(max_retries=1), 2),
        (RetryRequested(max_retries=4), 5),
    ],
)
def test_what_is_raised_may_say_otherwise(error: BaseException, count: int, instance: Instance) -> None:
    tries: list[int] = []
    run = executed(lambda: [failing(tries, error, RetryPolicy(2))()], instance)
    assert len(tries) == count
    assert run["fails"].status == "failure"


def test_the_waits_are_recorded_and_kept(instance: Instance) -> None:
    tries: list[int] = []
    begun = time.monotonic()
    run = executed(lambda: [failing(tries, policy=RetryPolicy(3, 0.02, Backoff.LINEAR))()], instance)
    assert time.monotonic() - begun >= 0.12
    retried = [record.event for record in run.event_list if isinstance(record.event, StepRetried)]
    assert [(each.attempt, each.seconds_to_wait) for each in retried] == [(1, 0.02), (2, 0.04), (3, 0.06)]
    frame = run.events
    told = list(frame[frame["kind"] == "StepRetried"]["message"])
    assert told[0] == "attempt 1 failed, again in 0.02 s: ValueError: try 1"
    assert list(frame[frame["kind"] == "StepStarted"]["message"]) == ["", "attempt 2", "attempt 3", "attempt 4"]


def test_outputs_of_an_attempt_that_failed_are_withdrawn(instance: Instance) -> None:
    tries: list[int] = []

    @solid(output_defs=[OutputDefinition(int, "a", is_required=False), OutputDefinition(int, "b", is_required=False)])
    def changes(_context: Any) -> Iterator[Output]:
        tries.append(1)
        if len(tries) == 1:
            yield Output(1, "a")
            raise ValueError("again")
        yield Output(2, "b")

    @lambda_solid
    def after(number: int) -> int:
        return number

    def body() -> None:
        outputs = changes.with_retry_policy(RetryPolicy())()
        after.alias("of_a")(outputs.a)
        after.alias("of_b")(outputs.b)

    run = executed(body, instance)
    assert statuses(run) == {"changes": "success", "of_a": "skipped", "of_b": "success"}


def test_waiting_can_be_interrupted(instance: Instance) -> None:
    tries: list[int] = []
    main = threading.get_ident()

    def interrupt() -> None:
        import ctypes

        while not tries:
            time.sleep(0.01)
        time.sleep(0.2)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), ctypes.py_object(KeyboardInterrupt))

    beside = threading.Thread(target=interrupt)
    beside.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        executed(lambda: [failing(tries, policy=RetryPolicy(1, 60))()], instance)
    beside.join()
    assert time.monotonic() - begun < 10
    assert len(tries) == 1

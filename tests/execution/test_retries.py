"""Steps that ask to be tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from dagnb import Output, OutputDefinition, RetryRequested, execute_solid, lambda_solid, solid
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, statuses


def test_a_step_is_tried_again_until_it_succeeds(instance: Instance) -> None:
    tries: list[int] = []

    @solid
    def flaky() -> int:
        tries.append(1)
        if len(tries) < 3:
            try:
                raise TimeoutError("busy")
            except TimeoutError as error:
                raise RetryRequested(max_retries=3) from error
        return len(tries)

    @lambda_solid
    def after(number: int) -> int:
        return number

    run = executed(lambda: after(flaky()), instance)
    assert run["after"].value == 3
    assert run.fold.steps["flaky"].attempt == 3
    assert kinds(run, "flaky") == [
        "StepStarted",
        "StepRetried",
        "StepStarted",
        "StepRetried",
        "StepStarted",
        "OutputProduced",
        "StepSucceeded",
    ]
    retried = [record.event for record in run.event_list if record.kind == "StepRetried"]
    assert [event.error.message for event in retried] == ["busy", "busy"]  # type: ignore[union-attr]
    assert list(run.steps["attempt"]) == [3, 1]


def test_a_step_that_never_succeeds_fails_with_its_own_error(instance: Instance) -> None:
    tries: list[int] = []

    @solid
    def hopeless() -> int:
        tries.append(1)
        raise RetryRequested(max_retries=2) from ConnectionError("no route")

    with pytest.raises(ConnectionError, match="no route"):
        execute_solid(hopeless, instance=instance)
    assert len(tries) == 3


def test_a_step_without_a_cause_fails_with_the_request(instance: Instance) -> None:
    @solid
    def hopeless() -> int:
        raise RetryRequested(max_retries=0)

    with pytest.raises(RetryRequested, match="tried again"):
        execute_solid(hopeless, instance=instance)


def test_what_an_attempt_gave_before_it_failed_is_not_handed_on(instance: Instance) -> None:
    tries: list[int] = []

    @solid(output_defs=[OutputDefinition(int, "a", is_required=False), OutputDefinition(int, "b")])
    def changes_its_mind() -> Iterator[Output]:
        tries.append(1)
        if len(tries) == 1:
            yield Output(1, "a")
            raise RetryRequested
        yield Output(2, "b")

    @lambda_solid
    def after(number: int) -> int:
        return number

    def body() -> None:
        outputs = changes_its_mind()
        after.alias("of_a")(outputs.a)
        after.alias("of_b")(outputs.b)

    run = executed(body, instance)
    assert statuses(run) == {"changes_its_mind": "success", "of_a": "skipped", "of_b": "success"}
    assert run["changes_its_mind"].output_values == {"b": 2}


def test_asynchronous_solids_are_tried_again_too(instance: Instance) -> None:
    tries: list[int] = []

    @solid
    async def flaky(context: Any) -> int:
        await asyncio.sleep(0)
        tries.append(1)
        if len(tries) == 1:
            raise RetryRequested(seconds_to_wait=0.01)
        return len(tries)

    assert execute_solid(flaky, instance=instance).value == 2

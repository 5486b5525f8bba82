"""Hooks in a run: when they run, what they know, and that they change nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from dagnb import (
    DynamicOutput,
    Output,
    OutputDefinition,
    RetryPolicy,
    composite_solid,
    failure_hook,
    pipeline,
    solid,
    success_hook,
)
from dagnb.contracts.records import RunStatus
from dagnb.definitions import DynamicOutputDefinition
from dagnb.events.records import HookCompleted, HookFailed
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, statuses
from tests.execution.solids import broken, double, one

seen: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


@success_hook
def tell(context: Any) -> None:
    seen.append(("tell", context.step_key))


@failure_hook
def mourn(context: Any) -> None:
    seen.append(("mourn", context.step_key))


@success_hook
def other(context: Any) -> None:
    seen.append(("other", context.step_key))


def test_a_hook_runs_after_the_end_that_it_is_for(instance: Instance) -> None:
    def body() -> None:
        hooks = {tell, mourn}
        double.with_hooks(hooks)(broken.with_hooks(hooks)(one.with_hooks(hooks)()))

    run = executed(body, instance)
    assert statuses(run) == {"one": "success", "broken": "failure", "double": "skipped"}
    assert seen == [("tell", "one"), ("mourn", "broken")]
    assert kinds(run, "one")[-2:] == ["StepSucceeded", "HookCompleted"]
    assert kinds(run, "broken")[-2:] == ["StepFailed", "HookCompleted"]
    assert kinds(run, "double") == ["StepSkipped"], "a skipped step has no hooks"


def test_a_pipelines_hooks_are_those_of_every_solid_in_it(instance: Instance) -> None:
    @mourn
    @tell
    @pipeline(hook_defs={other})
    def report() -> None:
        double(one())

    report.run(instance=instance)
    assert sorted(seen) == [("other", "double"), ("other", "one"), ("tell", "double"), ("tell", "one")]


def test_composites_hand_their_hooks_to_what_is_in_them(instance: Instance) -> None:
    @composite_solid
    def inner() -> int:
        return double(one.with_hooks({other})())  # type: ignore[no-any-return]

    @composite_solid
    def outer() -> int:
        return inner.with_hooks({tell})()  # type: ignore[no-any-return]

    executed(lambda: [outer.with_hooks({mourn, tell})()], instance)
    assert sorted(seen) == [
        ("other", "outer.inner.one"),
        ("tell", "outer.inner.double"),
        ("tell", "outer.inner.one"),
    ], "each once, however many composites say so"


def test_a_hook_is_told_what_there_is_to_know(instance: Instance) -> None:
    found: dict[str, Any] = {}

    @success_hook(name="look")
    def look(context: Any) -> None:
        found.update(
            {
                name: getattr(context, name)
                for name in ("solid_config", "step_key", "run_id", "hook_def", "solid_exception", "pipeline_name")
            }
        )
        found["solid"] = context.solid.name
        found["step"] = context.step.key
        found["mode"] = context.mode_def.name
        found["values"] = context.solid_output_values
        found["repr"] = repr(context)

    @solid(
        config_schema={"n": int},
        output_defs=[OutputDefinition(int, "a"), OutputDefinition(int, "b", is_required=False)],
    )
    def several(context: Any) -> Iterator[Output]:
        yield Output(context.solid_config["n"], "a")

    run = executed(
        lambda: [several.with_hooks({look})()],
        instance,
        run_config={"solids": {"several": {"config": {"n": 3}}}},
    )
    assert dict(found.pop("solid_config")) == {"n": 3}
    assert found == {
        "step_key": "several",
        "run_id": run.run_id,
        "hook_def": look,
        "solid_exception": None,
        "pipeline_name": "p",
        "solid": "several",
        "step": "several",
        "mode": "default",
        "values": {"a": 3},
        "repr": f"<context of hook look after several in run {run.run_id[:8]}>",
    }


def test_a_failure_hook_gets_the_exception_and_no_values(instance: Instance) -> None:
    found: list[Any] = []

    @failure_hook
    def look(context: Any) -> None:
        found.extend([context.solid_exception, context.solid_output_values])

    @solid
    def late() -> Iterator[Output]:
        yield Output(1)
        raise ValueError("too late")

    run = executed(lambda: [late.with_hooks({look})()], instance)
    assert found == [run.error, {}]


def test_values_of_dynamic_outputs_come_by_their_keys(instance: Instance) -> None:
    found: list[Any] = []

    @success_hook
    def look(context: Any) -> None:
        found.append((context.step_key, context.solid_output_values))

    @solid(output_defs=[DynamicOutputDefinition(int)])
    def split() -> Iterator[DynamicOutput]:
        yield DynamicOutput(1, "a")
        yield DynamicOutput(2, "b")

    executed(lambda: split.with_hooks({look})().map(double.with_hooks({look})), instance)
    assert found == [
        ("split", {"result": {"a": 1, "b": 2}}),
        ("double[a]", {"result": 2}),
        ("double[b]", {"result": 4}),
    ]


def test_the_values_that_hooks_get_do_not_stay_in_memory(instance: Instance) -> None:
    sizes: list[int] = []

    @success_hook
    def look(context: Any) -> None:
        sizes.append(len(context._scope.values))

    def body() -> None:
        value = one()
        for number in range(20):
            value = double.alias(f"d{number}")(value)

    @look
    @pipeline
    def chain() -> None:
        body()

    chain.run(instance=instance)
    assert len(sizes) == 21
    assert max(sizes) <= 2


@pytest.mark.parametrize("error", [ValueError("cannot tell"), SystemExit(3), GeneratorExit()])
def test_a_hook_that_raises_fails_nothing(error: BaseException, instance: Instance) -> None:
    @success_hook
    def raises(_context: Any) -> None:
        raise error

    run = executed(lambda: double(one.with_hooks({raises, tell})()), instance)
    assert run.success
    assert run.status is RunStatus.SUCCESS
    assert run["double"].value == 2
    assert seen == [("tell", "one")]
    (failed,) = [record.event for record in run.event_list if isinstance(record.event, HookFailed)]
    assert (failed.hook, failed.error.cls_name) == ("raises", type(error).__name__)
    (completed,) = [record.event for record in run.event_list if isinstance(record.event, HookCompleted)]
    assert completed.hook == "tell"


def test_a_failure_hook_that_raises_does_not_hide_the_failure(instance: Instance) -> None:
    @failure_hook
    def raises(_context: Any) -> None:
        sys.exit("bye")

    run = executed(lambda: [broken.with_hooks({raises})()], instance)
    assert isinstance(run.error, ValueError)
    assert run.status is RunStatus.FAILURE


def test_ctrl_c_in_a_hook_stops_the_run(instance: Instance) -> None:
    @success_hook
    def interrupted(_context: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        executed(lambda: double(one.with_hooks({interrupted})()), instance)
    assert instance.runs.runs()[0].status is RunStatus.CANCELED


def test_hooks_may_be_asynchronous(instance: Instance) -> None:
    @success_hook
    async def later(context: Any) -> None:
        await asyncio.sleep(0)
        seen.append(("later", context.step_key))

    run = executed(lambda: [one.with_hooks({later})()], instance)
    assert seen == [("later", "one")]
    assert "HookCompleted" in kinds(run)


def test_hooks_run_once_after_the_last_attempt(instance: Instance) -> None:
    tries: list[int] = []

    @solid(retry_policy=RetryPolicy(2))
    def flaky() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not yet")
        return len(tries)

    executed(lambda: [flaky.with_hooks({tell, mourn})()], instance)
    assert seen == [("tell", "flaky")]
    tries[:] = [0] * -10
    seen.clear()

    @solid(retry_policy=RetryPolicy(2))
    def hopeless() -> int:
        tries.append(1)
        raise ValueError("never")

    executed(lambda: [hopeless.with_hooks({tell, mourn})()], instance)
    assert seen == [("mourn", "hopeless")]


def test_events_of_hooks_read_well(instance: Instance) -> None:
    @success_hook
    def raises(_context: Any) -> None:
        raise ValueError("cannot tell")

    run = executed(lambda: [one.with_hooks({raises, tell})()], instance)
    frame = run.events
    told = frame[frame["kind"].str.startswith("Hook")][["kind", "step", "message"]].to_dict("records")
    assert told == [
        {"kind": "HookFailed", "step": "one", "message": "raises: ValueError: cannot tell"},
        {"kind": "HookCompleted", "step": "one", "message": "tell"},
    ]

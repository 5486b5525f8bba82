"""The queue of steps: each after all that feed it, none twice, by priority, at a flat cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dagnb import lambda_solid, solid
from dagnb.definitions import SolidDefinition, compose_pipeline
from dagnb.definitions.ports import DynamicOutputDefinition
from dagnb.execution.queue import StepQueue
from dagnb.planning.plan import ExecutionPlan, make_plan
from tests.handles.drawn import draw_pipeline


def dynamic_outputs(queue: StepQueue, key: str) -> list[str]:
    """Return the names of a step's dynamic outputs."""
    outputs = queue.steps[key].node.definition.outputs
    return [name for name, output in outputs.items() if output.is_dynamic]


def drain(plan: ExecutionPlan, keys_of: Callable[[str], tuple[str, ...]]) -> tuple[StepQueue, list[str]]:
    """Take and end every step; return the queue and the order."""
    queue = StepQueue(plan)
    order: list[str] = []
    while (key := queue.take()) is not None:
        order.append(key)
        queue.end(key, {name: keys_of(key) for name in dynamic_outputs(queue, key)})
    return queue, order


@given(st.integers(0, 100_000), st.randoms(use_true_random=False), st.floats(0, 0.5))
@settings(max_examples=60, deadline=None)
def test_every_step_comes_once_and_after_all_that_feed_it(seed: int, chance: Any, failing: float) -> None:
    plan = make_plan(draw_pipeline(seed, lambda _: None).definition)
    queue = StepQueue(plan)
    running: list[str] = []
    ended: set[str] = set()
    while not queue.is_done:
        while (key := queue.take()) is not None:
            assert key not in ended
            assert key not in running
            needs = set(queue.steps[key].needs()) | {gate for each in queue.steps[key].inputs for gate in each.gates}
            assert needs <= ended
            running.append(key)
            if chance.random() < 0.3:
                break
        assert running, "steps are left, and none can run"
        key = running.pop(chance.randrange(len(running)))
        ended.add(key)
        # A step that fails, or is skipped, gives no values.
        count = 0 if chance.random() < failing else chance.randrange(4)
        queue.end(key, {name: tuple(f"k{number}" for number in range(count)) for name in dynamic_outputs(queue, key)})
    assert queue.take() is None
    assert ended == set(queue.steps)
    plain = {key for key, step in plan.steps.items() if not step.scope}
    assert plain <= ended, "a step that is mapped over nothing runs in any case"


@given(st.integers(0, 100_000), st.data())
@settings(max_examples=40, deadline=None)
def test_of_those_that_can_run_the_highest_priority_is_first(seed: int, data: st.DataObject) -> None:
    count = 1 + seed % 9
    priorities = data.draw(st.lists(st.integers(-3, 3), min_size=count, max_size=count))

    @lambda_solid
    def one() -> int:
        return 1

    def body() -> None:
        for number, priority in enumerate(priorities):
            one.alias(f"n{number}").tag({"dagnb/priority": str(priority)})()

    _, order = drain(make_plan(compose_pipeline(body, name="p")), lambda _: ())
    expected = sorted(range(count), key=lambda number: (-priorities[number], number))
    assert order == [f"n{number}" for number in expected]


def wide() -> tuple[SolidDefinition, SolidDefinition, SolidDefinition]:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def spread(first: int = 0) -> Any:
        yield

    @lambda_solid
    def work(number: int) -> int:
        return number

    @lambda_solid
    def total(numbers: list[Any]) -> int:
        return len(numbers)

    return spread, work, total


def mapped_plan() -> ExecutionPlan:
    spread, work, total = wide()
    return make_plan(
        compose_pipeline(
            lambda: total(spread().map(lambda one: work.alias("b")(work.alias("a")(one))).collect()), name="p"
        )
    )


def nested_plan() -> ExecutionPlan:
    spread, work, total = wide()

    def body() -> None:
        outer = spread.alias("outer")()
        sums = outer.map(lambda one: total.alias("sum")(spread.alias("inner")(one).map(work).collect()))
        total(sums.collect())

    return make_plan(compose_pipeline(body, name="p"))


def seconds_of(plan: ExecutionPlan, keys_of: Any) -> tuple[float, int]:
    begun = time.process_time()
    queue, order = drain(plan, keys_of)
    assert queue.is_done
    return time.process_time() - begun, len(order)


def keys(count: int) -> tuple[str, ...]:
    return tuple(f"k{number}" for number in range(count))


@pytest.mark.parametrize("plan", [mapped_plan, nested_plan])
def test_ten_thousand_mapped_steps_cost_as_much_each_as_a_thousand(plan: Any) -> None:
    inner = {mapped_plan: 1, nested_plan: 8}[plan]

    def per_step(outer: int) -> float:
        best = []
        for _ in range(3):
            spent, steps = seconds_of(plan(), lambda key: keys(inner if key.startswith("inner") else outer))
            best.append(spent / steps)
        return min(best)

    small, large = per_step(500 // inner), per_step(5000 // inner)
    assert large < 4 * small, f"{small * 1e6:.1f} µs a step among a thousand, {large * 1e6:.1f} µs among ten thousand"


def test_a_collection_waits_for_every_level() -> None:
    plan = nested_plan()
    queue = StepQueue(plan)
    assert queue.take() == "outer"
    assert queue.end("outer", {"result": ("x", "y")}) == ["inner[x]", "inner[y]", "total"]
    assert [queue.take(), queue.take(), queue.take()] == ["inner[x]", "inner[y]", None]
    assert queue.end("inner[x]", {"result": ("1", "2")}) == ["work[x][1]", "work[x][2]", "sum[x]"]
    assert queue.end("inner[y]", {"result": ()}) == ["sum[y]"]
    assert queue.take() == "work[x][1]"
    assert queue.take() == "work[x][2]"
    assert queue.take() == "sum[y]"
    assert queue.take() is None
    queue.end("work[x][1]", {})
    queue.end("work[x][2]", {})
    assert queue.take() == "sum[x]"
    queue.end("sum[y]", {})
    assert queue.take() is None
    queue.end("sum[x]", {})
    assert queue.take() == "total"
    assert not queue.is_done
    queue.end("total", {})
    assert queue.is_done


def test_what_is_collected_of_all_levels_waits_for_each_dynamic_step() -> None:
    spread, work, total = wide()

    def body() -> None:
        inner = spread.alias("outer")().map(lambda one: spread.alias("inner")(one).map(work))
        total(inner.collect().collect())

    queue = StepQueue(make_plan(compose_pipeline(body, name="p")))
    queue.take()
    queue.end("outer", {"result": ("x", "y")})
    queue.end("inner[x]", {"result": ("1",)})
    assert "total" not in queue.steps
    queue.end("inner[y]", {"result": ()})
    gates = queue.steps["total"].inputs[0].gates
    assert gates == ("outer", "inner[x]", "inner[y]"), "when one of these fails there is nothing to collect"

"""Dynamic outputs in runs: mapped, collected, nested, through composites, with failures and skips on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from dagnb import (
    DynamicOutput,
    DynamicOutputDefinition,
    Field,
    InputDefinition,
    Nothing,
    Output,
    OutputDefinition,
    composite_solid,
    lambda_solid,
    solid,
)
from dagnb.definitions import RetryPolicy
from dagnb.events.records import StepsAdded
from dagnb.instance import Instance
from tests.definitions.solids import add, double, one, total
from tests.execution.runs import executed, skips, statuses


@solid(output_defs=[DynamicOutputDefinition(int)], config_schema={"count": Field(int, default_value=3)})
def numbers(context: Any) -> Iterator[Output]:
    for number in range(context.solid_config["count"]):
        yield DynamicOutput(number, f"n{number}")


@solid(output_defs=[DynamicOutputDefinition(int)])
def below(number: int) -> Iterator[Output]:
    """Give the numbers below, each plus ten times the number."""
    for each in range(number):
        yield DynamicOutput(10 * number + each, f"b{each}")


@solid(output_defs=[OutputDefinition(int, "even", is_required=False), OutputDefinition(int, "odd", is_required=False)])
def parity(number: int) -> Iterator[Output]:
    yield Output(number, "odd" if number % 2 else "even")


@lambda_solid
def gather(parts: list[Any]) -> list[Any]:
    return parts


def counted(count: int) -> dict[str, Any]:
    return {"solids": {"numbers": {"config": {"count": count}}}}


def test_each_value_is_mapped_and_collected_in_its_order(instance: Instance) -> None:
    run = executed(lambda: gather(numbers().map(double).collect()), instance)
    assert run["gather"].value == [0, 2, 4]
    assert run["double[n1]"].value == 2
    (added,) = [record.event.step_keys for record in run.event_list if isinstance(record.event, StepsAdded)]
    assert added[:3] == ("double[n0]", "double[n1]", "double[n2]")


def test_no_values_make_an_empty_list(instance: Instance) -> None:
    run = executed(lambda: gather(numbers().map(double).collect()), instance, run_config=counted(0))
    assert statuses(run) == {"numbers": "success", "gather": "success"}
    assert run["gather"].value == []


def test_a_single_output_is_handed_to_every_mapped_step(instance: Instance) -> None:
    def body() -> None:
        ten = one.alias("ten")()
        gather(numbers().map(lambda number: add(number, ten)).collect())

    run = executed(body, instance)
    assert run["gather"].value == [1, 2, 3]
    assert list(statuses(run)).count("ten") == 1


def test_what_does_not_take_the_value_is_computed_once(instance: Instance) -> None:
    def body() -> None:
        mapped, single = numbers().map(lambda number: (double(number), one()))
        gather(mapped.collect())
        double.alias("after")(single)

    run = executed(body, instance)
    assert (run["gather"].value, run["after"].value) == ([0, 2, 4], 2)
    assert "one" in statuses(run)


def test_nested_maps_make_lists_of_lists(instance: Instance) -> None:
    def body() -> None:
        deep = numbers().map(lambda number: below(number).map(double))
        gather.alias("all")(deep.collect().collect())
        deep.collect().map(gather.alias("each"))
        returned = numbers.alias("again")().map(lambda number: below.alias("low")(number).map(double).collect())
        gather.alias("returned")(returned.collect())

    run = executed(body, instance)
    assert run["all"].value == [[], [20], [40, 42]]
    assert [run[f"each[n{index}]"].value for index in range(3)] == [[], [20], [40, 42]]
    assert run["returned"].value == [[], [20], [40, 42]]
    assert run["double[n2][b1]"].value == 42


def test_an_inner_map_takes_values_of_the_outer_one(instance: Instance) -> None:
    def body() -> None:
        sums = numbers().map(lambda number: below(number).map(lambda low: add(low, number)))
        gather(sums.collect().collect())

    assert executed(body, instance)["gather"].value == [[], [11], [22, 23]]


def test_a_mapped_function_returns_dicts_tuples_and_several_outputs(instance: Instance) -> None:
    def body() -> None:
        given = numbers()
        named = given.map(lambda number: {"twice": double(number), "more": [add(number, number)]})
        gather.alias("twice")(named["twice"].collect())
        gather.alias("more")(named["more"][0].collect())
        sorted_ = given.map(parity)
        gather.alias("even")(sorted_.even.collect())
        gather.alias("odd")(sorted_.odd.map(double).collect())

    run = executed(body, instance)
    values = {name: run[name].value for name in ("twice", "more", "even", "odd")}
    assert values == {"twice": [0, 2, 4], "more": [0, 2, 4], "even": [0, 2], "odd": [2]}


def test_values_that_nobody_gives_are_left_out_and_none_at_all_skip(instance: Instance) -> None:
    def body() -> None:
        gather(numbers().map(parity).odd.map(double).collect())

    run = executed(body, instance, run_config=counted(1))
    assert statuses(run)["gather"] == "skipped"
    assert skips(run) == {
        "double[n0]": "parity[n0] gave no output odd",
        "gather": "double[n0] gave no output result",
    }


def test_a_failure_in_a_map_skips_what_collects_it_and_nothing_else(instance: Instance) -> None:
    @lambda_solid
    def fails_at_one(number: int) -> int:
        if number == 1:
            raise ValueError("one is too much")
        return number

    def body() -> None:
        mapped = numbers().map(fails_at_one)
        gather(mapped.collect())
        mapped.map(double)

    run = executed(body, instance)
    ended = statuses(run)
    assert [ended[f"fails_at_one[n{index}]"] for index in range(3)] == ["success", "failure", "success"]
    assert [ended[f"double[n{index}]"] for index in range(3)] == ["success", "skipped", "success"]
    assert skips(run) == {"gather": "fails_at_one[n1] failed", "double[n1]": "fails_at_one[n1] failed"}


def test_a_dynamic_step_that_fails_or_is_skipped_leaves_nothing_to_collect(instance: Instance) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def breaks() -> Iterator[Output]:
        yield DynamicOutput(1, "a")
        raise ValueError("half way")

    def body() -> None:
        gather(breaks().map(double).collect())
        gather.alias("low")(below(parity(one()).even).map(double).collect())

    run = executed(body, instance)
    assert statuses(run) == {"breaks": "failure", "gather": "skipped", "one": "success", "parity": "success",
                             "below": "skipped", "low": "skipped"}  # fmt: skip
    assert skips(run) == {
        "gather": "breaks failed",
        "below": "parity gave no output even",
        "low": "below was skipped",
    }


def test_a_retried_dynamic_step_counts_the_values_of_its_last_attempt(instance: Instance) -> None:
    attempts: list[int] = []

    @solid(output_defs=[DynamicOutputDefinition(int)], retry_policy=RetryPolicy(max_retries=1))
    def flaky() -> Iterator[Output]:
        attempts.append(1)
        yield DynamicOutput(len(attempts), "a")
        if len(attempts) == 1:
            yield DynamicOutput(7, "gone")
            raise ValueError("once")

    run = executed(lambda: gather(flaky().map(double).collect()), instance)
    assert statuses(run) == {"flaky": "success", "gather": "success", "double[a]": "success"}
    assert run["gather"].value == [4]


@pytest.mark.parametrize("key", ["a", "n_1"])
def test_a_key_that_comes_twice_fails_the_step(instance: Instance, key: str) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def doubled() -> Iterator[Output]:
        yield DynamicOutput(1, key)
        yield DynamicOutput(2, key)

    run = executed(lambda: doubled().map(double), instance)
    assert statuses(run) == {"doubled": "failure"}
    assert f"mapping_key {key!r} twice" in str(run.error)


def test_lists_of_collected_outputs_fan_in(instance: Instance) -> None:
    def body() -> None:
        given = numbers()
        gather([given.map(double).collect(), given.collect(), one()])

    assert executed(body, instance)["gather"].value == [[0, 2, 4], [0, 1, 2], 1]


def test_nothing_is_mapped_and_collected_too(instance: Instance) -> None:
    @solid(output_defs=[DynamicOutputDefinition(Nothing)])
    def ticks() -> Iterator[Output]:
        yield DynamicOutput(None, "a")
        yield DynamicOutput(None, "b")

    @solid(input_defs=[InputDefinition("start", Nothing)])
    def after() -> int:
        return 4

    def body() -> None:
        given = ticks()
        after.alias("last")(given.map(after).collect())
        after.alias("beside")(given.collect())

    run = executed(body, instance)
    assert set(statuses(run)) == {"ticks", "after[a]", "after[b]", "last", "beside"}
    begun = [record.step_key for record in run.event_list if record.kind == "StepStarted"]
    assert begun.index("last") > begun.index("after[b]")


def test_dynamic_outputs_come_out_of_composites_at_any_depth(instance: Instance) -> None:
    @composite_solid
    def evens() -> Any:
        return numbers().map(double)

    @composite_solid
    def deep() -> Any:
        return evens().map(below)

    @lambda_solid
    def same(number: int) -> int:
        return number

    def body() -> None:
        gather(evens.alias("some")().collect())
        gather.alias("all")(deep().map(same).collect().collect())

    run = executed(body, instance)
    assert run["gather"].value == [0, 2, 4]
    assert run["all"].value == [[], [20, 21], [40, 41, 42, 43]]
    assert run["same[n1][b1]"].value == 21


def test_composites_are_mapped_and_collect_within(instance: Instance) -> None:
    @composite_solid
    def sum_below(number: int) -> int:
        made: int = total(below(number).map(double).collect())
        return made

    @composite_solid
    def summed() -> Any:
        return numbers().map(sum_below).collect()

    def body() -> None:
        gather(numbers().map(sum_below).collect())
        gather.alias("within")(summed())

    run = executed(body, instance)
    assert run["gather"].value == [0, 20, 82]
    assert run["within"].value == [0, 20, 82]
    assert run["sum_below.total[n2]"].value == 82


def test_an_output_of_a_mapped_composite_that_is_independent_is_single(instance: Instance) -> None:
    @composite_solid
    def two(number: int) -> Any:
        return {"mapped": double(number), "single": one()}

    def body() -> None:
        made = numbers().map(two)
        gather(made.mapped.collect())
        double.alias("after")(made.single)

    run = executed(body, instance)
    assert (run["gather"].value, run["after"].value) == ([0, 2, 4], 2)


def test_priorities_hold_among_mapped_steps(instance: Instance) -> None:
    def body() -> None:
        given = numbers()
        given.map(double.alias("late"))
        given.map(double.alias("early").tag({"dagnb/priority": 2}))

    run = executed(body, instance)
    begun = [record.step_key for record in run.event_list if record.kind == "StepStarted"]
    assert begun == ["numbers", *(f"early[n{index}]" for index in range(3)), *(f"late[n{index}]" for index in range(3))]


def test_a_thousand_values_take_little_more_than_their_steps(instance: Instance) -> None:
    def cpu(count: int) -> float:
        begun = time.process_time()
        body = executed(lambda: total(numbers().map(double).collect()), instance, run_config=counted(count))
        assert body["total"].value == count * (count - 1)
        return time.process_time() - begun

    cpu(10)
    small, large = cpu(100), cpu(1000)
    assert large < 30 * small, f"100 values: {small:.2f} s, 1000: {large:.2f} s"

"""Composite solids in runs: what is handed in and out, and config at every level of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dagnb import (
    CompositeSolidDefinition,
    DagnbConfigError,
    DependencyDefinition,
    Field,
    InputDefinition,
    MultiDependencyDefinition,
    Nothing,
    Output,
    OutputDefinition,
    SolidInvocation,
    composite_solid,
    lambda_solid,
    solid,
)
from dagnb.config.errors import DagnbConfigMappingError, DagnbMappedConfigError
from dagnb.definitions import success_hook
from dagnb.events.records import InputLoaded
from dagnb.instance import Instance
from tests.definitions.solids import add, double, one, prepare, total
from tests.execution.runs import executed, kinds, skips, statuses


@solid(config_schema={"by": int, "plus": Field(int, default_value=0)})
def scale(context: Any, number: int) -> int:
    by: int = context.solid_config["by"]
    plus: int = context.solid_config["plus"]
    return number * by + plus


@composite_solid
def quadruple(number: int) -> int:
    again: int = double.alias("again")(double(number))
    return again


@composite_solid(
    config_schema={"factor": int}, config_fn=lambda config: {"scale": {"config": {"by": config["factor"]}}}
)
def scaled(number: int) -> int:
    made: int = scale(number)
    return made


@solid(output_defs=[OutputDefinition(int, "even", is_required=False), OutputDefinition(int, "odd", is_required=False)])
def parity(number: int) -> Iterator[Output]:
    yield Output(number, "odd" if number % 2 else "even")


def test_steps_are_named_by_their_place(instance: Instance) -> None:
    @composite_solid
    def twice(number: int) -> int:
        made: int = quadruple.alias("second")(quadruple(number))
        return made

    run = executed(lambda: twice.alias("whole")(one()), instance)
    places = ["quadruple.double", "quadruple.again", "second.double", "second.again"]
    assert statuses(run) == dict.fromkeys(["one", *(f"whole.{each}" for each in places)], "success")
    assert run["whole.second.again"].value == 16


def test_several_outputs_come_out_by_their_names(instance: Instance) -> None:
    @composite_solid
    def both(number: int) -> dict[str, int]:
        return {"single": double(number), "squared": quadruple(number)}

    def body() -> None:
        made = both(one())
        add(made.single, made.squared)
        single, _ = both.alias("again")(one())
        double.alias("last")(single)

    run = executed(body, instance)
    assert (run["add"].value, run["last"].value) == (6, 4)


@pytest.mark.parametrize(("start", "ran"), [(1, "odd"), (2, "even")])
def test_an_optional_output_that_is_left_out_skips_what_takes_it_outside(
    instance: Instance, start: int, ran: str
) -> None:
    @composite_solid
    def sort(number: int) -> Any:
        return parity(number)

    def body() -> None:
        sorted_ = sort()
        double.alias("even")(sorted_.even)
        double.alias("odd")(sorted_.odd)

    run = executed(body, instance, run_config={"solids": {"sort": {"inputs": {"number": start}}}})
    left = "even" if ran == "odd" else "odd"
    assert statuses(run) == {"sort.parity": "success", ran: "success", left: "skipped"}
    assert skips(run) == {left: f"sort.parity gave no output {left}"}


def test_nothing_orders_through_composites(instance: Instance) -> None:
    @solid(input_defs=[InputDefinition("start", Nothing)])
    def end() -> int:
        return 5

    @composite_solid
    def first() -> Any:
        return prepare()

    @composite_solid
    def then(start: None) -> int:
        made: int = end(start)
        return made

    run = executed(lambda: then(first()), instance)
    begun = [record.step_key for record in run.event_list if record.kind == "StepStarted"]
    assert begun == ["first.prepare", "then.end"]
    assert run["then.end"].value == 5


def test_composites_fan_in_and_a_fan_in_is_handed_in(instance: Instance) -> None:
    @composite_solid
    def sum_of(numbers: list[int]) -> int:
        made: int = total(numbers)
        return made

    @lambda_solid
    def collect_all(parts: list[Any]) -> list[Any]:
        return parts

    @composite_solid
    def with_one(numbers: list[int]) -> Any:
        return collect_all([numbers, one()])

    def body() -> None:
        four = quadruple(one())
        total([four, sum_of([four, one()])])
        with_one([four, four])

    run = executed(body, instance)
    assert run["total"].value == 9
    assert run["with_one.collect_all"].value == [[4, 4], 1]


def test_an_input_that_nothing_feeds_comes_from_config_or_its_default(instance: Instance) -> None:
    @composite_solid
    def grown(number: int = 7) -> int:
        made: int = quadruple(number)
        return made

    assert executed(lambda: [grown()], instance)["grown.quadruple.again"].value == 28
    config = {"solids": {"grown": {"inputs": {"number": {"value": 2}}}}}
    assert executed(lambda: [grown()], instance, run_config=config)["grown.quadruple.again"].value == 8


def test_config_stands_at_every_level(instance: Instance) -> None:
    @composite_solid
    def inner(number: int) -> int:
        made: int = scale(number)
        return made

    @composite_solid
    def outer(number: int) -> int:
        made: int = scale.alias("last")(inner(number))
        return made

    config = {"solids": {"outer": {"solids": {"inner": {"solids": {"scale": {"config": {"by": 2}}}},
                                              "last": {"config": {"by": 3, "plus": 1}}}}}}  # fmt: skip
    assert executed(lambda: outer(one()), instance, run_config=config)["outer.last"].value == 7
    wrong = {"solids": {"outer": {"solids": {"inner": {"solids": {"scale": {"config": {"by": "x"}}}}, "lost": {}}}}}
    with pytest.raises(DagnbConfigError) as caught:
        executed(lambda: outer(one()), instance, run_config=wrong)
    text = str(caught.value)
    assert "solids › outer › solids › inner › solids › scale › config › by" in text
    assert "solids › outer › solids › last" in text
    assert "did you mean last?" in text


def test_a_config_mapping_replaces_the_config_of_what_is_in_it(instance: Instance) -> None:
    @composite_solid(config_schema=int, config_fn=lambda config: {"scaled": {"config": {"factor": config + 1}}})
    def more(number: int) -> int:
        made: int = scaled(number)
        return made

    run = executed(lambda: more(one()), instance, run_config={"solids": {"more": {"config": 4}}})
    assert run["more.scaled.scale"].value == 5
    with pytest.raises(DagnbConfigError, match=r"solids › more › solids"):
        executed(lambda: more(one()), instance, run_config={"solids": {"more": {"config": 4, "solids": {}}}})


def test_configured_composites_are_configured_by_their_own_config(instance: Instance) -> None:
    fivefold = scaled.configured({"factor": 5}, name="fivefold")
    named = scaled.configured(lambda config: {"factor": len(config["name"])}, {"name": str}, name="named")
    nested = named.configured({"name": "abc"}, name="threefold")

    def body() -> None:
        fivefold(one())
        named(one())
        nested(one())

    run = executed(body, instance, run_config={"solids": {"named": {"config": {"name": "ab"}}}})
    assert [run[f"{each}.scale"].value for each in ("fivefold", "named", "threefold")] == [5, 2, 3]


def _raises(_config: Any) -> Any:
    raise ZeroDivisionError("by hand")


@pytest.mark.parametrize(
    ("config_fn", "error", "parts"),
    [
        (_raises, DagnbConfigMappingError, ["composite solid outer.inner", "ZeroDivisionError", "{ size: Int }"]),
        (lambda _config: None, DagnbMappedConfigError, ["scale", "config › by"]),
        (lambda _config: 3, DagnbMappedConfigError, ["a mapping with scale", "the number 3"]),
        (lambda _config: {"scal": {}}, DagnbMappedConfigError, ["did you mean scale?", "outer.inner"]),
        (lambda _config: {"scale": {"config": {"by": "x"}}}, DagnbMappedConfigError, ["scale › config › by", '"x"']),
    ],
)  # fmt: skip
def test_a_config_fn_that_goes_wrong_is_named(
    instance: Instance, config_fn: Callable[[Any], Any], error: type[Exception], parts: list[str]
) -> None:
    @composite_solid(config_schema={"size": int}, config_fn=config_fn)
    def inner(number: int) -> int:
        made: int = scale(number)
        return made

    @composite_solid
    def outer(number: int) -> int:
        made: int = inner(number)
        return made

    config = {"solids": {"outer": {"solids": {"inner": {"config": {"size": 1}}}}}}
    with pytest.raises(error) as caught:
        executed(lambda: outer(one()), instance, run_config=config)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_hooks_of_an_invocation_run_after_each_step_in_the_composite(instance: Instance) -> None:
    told: list[str] = []

    @success_hook
    def tell(context: Any) -> None:
        told.append(context.step_key)

    run = executed(lambda: quadruple.with_hooks({tell})(one()), instance)
    assert told == ["quadruple.double", "quadruple.again"]
    assert kinds(run).count("HookCompleted") == 2


def test_a_composite_is_stated_by_mappings_and_dependencies(instance: Instance) -> None:
    made = CompositeSolidDefinition(
        "stated",
        [add, double, total],
        input_mappings=[
            InputDefinition("number", int).mapping_to("double", "number"),
            InputDefinition("more", int).mapping_to("total", "numbers", 1),
            InputDefinition("last", int).mapping_to("total", "numbers"),
        ],
        output_mappings=[
            OutputDefinition(int).mapping_from("total"),
            OutputDefinition(int, "twice").mapping_from("d2"),
        ],
        dependencies={
            "total": {
                "numbers": MultiDependencyDefinition([DependencyDefinition("double"), DependencyDefinition("d2")])
            },
            SolidInvocation("double", alias="d2", tags={"size": 2}): {"number": DependencyDefinition("double")},
            SolidInvocation("double"): {},
            "add": {"left": DependencyDefinition("d2"), "right": DependencyDefinition("double")},
        },
    )

    def body() -> None:
        sum_, twice = made(number=one(), more=one(), last=quadruple(one()))
        add(sum_, twice)

    run = executed(body, instance)
    (numbers,) = [
        record.event
        for record in run.event_list
        if isinstance(record.event, InputLoaded) and record.step_key == "stated.total"
    ]
    assert [each.step_key for each in numbers.sources] == ["stated.double", "one_2", "stated.d2", "quadruple.again"]
    assert run["stated.total"].value == 2 + 1 + 4 + 4
    assert run["add"].value == 15

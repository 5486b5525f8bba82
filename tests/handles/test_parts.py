"""Results of mapped and composite solids, and all that a result tells of its step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import dagnb
from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Failure,
    Output,
    OutputDefinition,
    Pipeline,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.definitions import composite_solid
from dagnb.definitions.ports import DynamicOutputDefinition
from dagnb.definitions.retry import RetryPolicy
from dagnb.errors import DagnbNotFoundError
from dagnb.events.user import DynamicOutput
from dagnb.handles import CompositeResult, MappedResult, StepResult
from dagnb.instance import Instance


@solid(output_defs=[DynamicOutputDefinition(int)])
def load() -> Iterator[DynamicOutput]:
    yield DynamicOutput(1, "jfk")
    yield DynamicOutput(2, "lga")


@solid
def fit(context: Any, number: int) -> Any:
    yield AssetMaterialization(f"model.{context.step_key[4:7]}")
    yield ExpectationResult(number < 2, "small")
    if number > 2:
        raise ValueError("too much")
    yield Output(10 * number)


@lambda_solid
def total(numbers: list[int]) -> int:
    return sum(numbers)


@pipeline
def airports() -> None:
    total(load().map(fit).collect())


def test_a_dynamic_output_is_its_values_by_key(instance: Instance) -> None:
    run = airports.run(instance=instance)
    assert run["load"].value == {"jfk": 1, "lga": 2}
    assert run["load"].output_values == {"result": {"jfk": 1, "lga": 2}}
    assert run["load"].output_value("result[lga]") == 2
    assert run["load"].output_names == ["result"]
    assert list(run["load"].outputs["output"]) == ["result[jfk]", "result[lga]"]


def test_a_mapped_solid_is_a_group(instance: Instance) -> None:
    run = airports.run(instance=instance)
    group = run["fit"]
    assert isinstance(group, MappedResult)
    assert group.value == group.values == group.output_value() == {"jfk": 10, "lga": 20}
    assert group.output_values == {"result": {"jfk": 10, "lga": 20}}
    assert group.keys == ["jfk", "lga"]
    assert isinstance(group["jfk"], StepResult)
    assert group["jfk"].value == run["fit[jfk]"].value == 10
    assert run.output_for_solid("fit") == {"jfk": 10, "lga": 20}
    assert run.result_for_handle("fit[lga]").key == "fit[lga]"
    assert (group.status, group.success, group.skipped, group.error) == ("success", True, False, None)
    assert "jfk" in group
    assert [step.key for step in group.step_results] == ["fit[jfk]", "fit[lga]"]
    assert len(group) == 2
    assert list(group.steps["step"]) == ["fit[jfk]", "fit[lga]"]
    assert list(group.materializations["asset"]) == ["model.jfk", "model.lga"]
    assert list(group.expectations["success"]) == [True, False]
    assert set(group.events["step"]) == {"fit[jfk]", "fit[lga]"}
    assert group.logs.empty
    assert group.seconds is not None
    assert group.seconds >= 0
    assert repr(group) == "<fit: 2 steps, success>"
    assert "fit[lga]" in group._repr_html_()
    assert "<script" not in group._repr_html_()
    with pytest.raises(DagnbNotFoundError, match="no mapping key named jfx") as caught:
        group["jfx"]
    assert "did you mean jfk?" in str(caught.value)
    assert run.label in str(caught.value)


def test_a_failed_one_is_not_among_the_values(instance: Instance) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def load_more() -> Iterator[DynamicOutput]:
        yield DynamicOutput(1, "jfk")
        yield DynamicOutput(3, "lga")

    @pipeline
    def failing() -> None:
        load_more().map(fit)

    run = failing.run(instance=instance, raise_on_error=False)
    assert run["fit"].value == {"jfk": 10}
    assert (run["fit"].status, run["fit"].success) == ("failure", False)
    assert isinstance(run["fit"].error, ValueError)
    assert repr(run["fit"]) == "<fit: 2 steps, 1 failure, 1 success>"


def test_nested_maps_are_groups_of_groups(instance: Instance) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def years(number: int) -> Iterator[DynamicOutput]:
        for year in range(number):
            yield DynamicOutput(2013 + year, f"y{year}")

    @lambda_solid
    def same(number: int) -> int:
        return number

    @pipeline
    def nested() -> None:
        load().map(years).map(same)

    run = nested.run(instance=instance)
    assert run["same"].value == {"jfk": {"y0": 2013}, "lga": {"y0": 2013, "y1": 2014}}
    assert run["same"]["lga"]["y1"].value == 2014
    assert run["same[lga]"].value == {"y0": 2013, "y1": 2014}
    assert run["years"].value == {"jfk": {"y0": 2013}, "lga": {"y0": 2013, "y1": 2014}}


@lambda_solid
def add(number: int) -> int:
    return number + 1


@composite_solid
def pair(number: int) -> Any:
    return add.alias("second")(add.alias("first")(number))


@composite_solid(output_defs=[OutputDefinition(int, "low"), OutputDefinition(int, "high")])
def outer(number: int) -> Any:
    return {"low": add.alias("low")(number), "high": pair.alias("inner")(number)}


@lambda_solid
def one() -> int:
    return 1


@pipeline
def composed() -> None:
    outer(one())


def test_a_composite_is_a_result_with_the_outputs_it_maps(instance: Instance) -> None:
    run = composed.run(instance=instance)
    found = run["outer"]
    assert isinstance(found, CompositeResult)
    assert found.output_values == {"low": 2, "high": 3}
    assert found.output_value("high") == 3
    with pytest.raises(DagnbNotFoundError, match="one of low, high"):
        _ = found.value
    assert found["inner"].value == 3
    assert found["inner"]["first"].value == found["inner.first"].value == 2
    assert found.output_for_solid("inner.second") == 3
    assert found.result_for_solid("low").value == 2
    assert run.output_for_solid("outer.inner", "result") == 3
    assert "inner" in found
    assert "innr" not in found
    assert (found.status, found.success) == ("success", True)
    assert [step.key for step in found] == ["outer.low", "outer.inner.first", "outer.inner.second"]
    assert repr(found) == "<composite outer: 3 steps, success>"
    assert "outer.inner.first" in found._repr_html_()
    with pytest.raises(DagnbNotFoundError, match="no solid named innr") as caught:
        found["innr"]
    assert f"outer in {run.label}" in str(caught.value)
    with pytest.raises(DagnbNotFoundError, match="no output named hgh"):
        found.output_value("hgh")
    with pytest.raises(DagnbNotFoundError, match="no step named outr"):
        run["outr"]


def test_a_composite_of_another_day_has_its_outputs(instance: Instance) -> None:
    run_id = composed.run(instance=instance).run_id
    assert dagnb.run(run_id, instance=instance)["outer"].output_value("low") == 2


def test_composites_in_maps_and_collected_in_composites(instance: Instance) -> None:
    @composite_solid
    def all_of() -> Any:
        return load().map(add).collect()

    @pipeline
    def mixed() -> None:
        load().map(pair)
        total(all_of())

    run = mixed.run(instance=instance)
    assert run["pair"].value == {"jfk": 3, "lga": 4}
    assert run["pair"]["first"].value == {"jfk": 2, "lga": 3}
    assert run["all_of"].value == [2, 3]
    assert run["total"].value == 5


def test_a_composite_runs_alone(instance: Instance) -> None:
    found = dagnb.execute_solid(outer, input_values={"number": 10}, instance=instance)
    assert found.output_values == {"low": 11, "high": 12}
    document = {"solids": {"pair": {"inputs": {"number": 4}}}}
    assert dagnb.execute_solid(pair, run_config=document, instance=instance).value == 6


def test_one_solid_of_a_pipeline_runs_as_it_stands_there(instance: Instance) -> None:
    found = dagnb.execute_solid_within_pipeline(composed, "outer", {"number": 5}, instance=instance)
    assert found.output_values == {"low": 6, "high": 7}
    inner = dagnb.execute_solid_within_pipeline(composed, "outer.inner.first", {"number": 7}, instance=instance)
    assert inner.value == 8
    several = dagnb.execute_solids_within_pipeline(
        composed.definition, ["one", "outer.low"], {"outer.low": {"number": 3}}, instance=instance
    )
    assert {name: each.value for name, each in several.items()} == {"one": 1, "outer.low": 4}
    mapped = dagnb.execute_solid_within_pipeline(airports, "fit", {"number": 1}, instance=instance)
    assert mapped.value == 10
    with pytest.raises(LookupError, match="no input named nmber"):
        dagnb.execute_solid_within_pipeline(composed, "outer", {"nmber": 5}, instance=instance)
    with pytest.raises(ValueError, match="there is no outr"):
        dagnb.execute_solid_within_pipeline(composed, "outr", instance=instance)


def test_what_a_step_result_tells(instance: Instance) -> None:
    tries: list[int] = []

    @solid(retry_policy=RetryPolicy(max_retries=2))
    def flaky() -> Any:
        tries.append(1)
        yield ExpectationResult(False, "calm")
        if len(tries) < 3:
            raise ValueError("not yet")
        yield Output(len(tries))

    @solid
    def fails(number: int) -> int:
        raise Failure("no rows", [EventMetadataEntry.int(0, "rows")])

    @lambda_solid
    def after(number: int) -> int:
        return number

    @pipeline
    def told() -> None:
        after(fails(flaky()))

    run = told.run(instance=instance, raise_on_error=False)
    assert run["flaky"].attempts == 3
    assert run["flaky"].value == 3
    failure = run["fails"].failure
    assert failure is not None
    assert (failure.error.message, [entry.value for entry in failure.metadata]) == ("no rows", [0])
    assert run["flaky"].failure is None
    assert run["after"].skipped
    assert run["after"].skip_reason == "fails failed"
    assert run["after"].attempts == 0
    assert [step.key for step in run.step_results] == ["flaky", "fails", "after"]
    assert list(run.events_by_step) == ["flaky", "fails", "after"]
    assert [record.kind for record in run.events_by_step["after"]] == ["StepSkipped"]
    assert run.step_event_list == [record for record in run.event_list if record.step_key]
    assert run["fails"].event_list == run.events_by_step["fails"]
    assert run.label == f"run {run.run_id[:8]}"


def test_a_step_of_a_mapped_solid_shows_itself(instance: Instance) -> None:
    run = airports.run(instance=instance)
    bundle = run["fit[jfk]"]._repr_mimebundle_()
    assert bundle["text/plain"].startswith("<fit[jfk]: success")
    assert "fit[jfk]" in bundle["text/html"] or "jfk" in bundle["text/html"]


def test_a_mapped_solid_of_nothing_is_an_empty_group(instance: Instance) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def none() -> Iterator[DynamicOutput]:
        yield from ()

    made = Pipeline(dagnb.definitions.compose_pipeline(lambda: total(none().map(fit).collect()), name="p"))
    run = made.run(instance=instance)
    assert run["fit"].value == {}
    assert repr(run["fit"]) == "<fit: no steps>"
    assert run["total"].value == 0
    only = made.run(solid_selection="none", instance=instance)
    with pytest.raises(DagnbNotFoundError, match="no step named totl"):
        only["totl"]

"""Outputs that resources keep in place of the instance's value store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dagnb
from dagnb import (
    AssetMaterialization,
    DynamicOutput,
    DynamicOutputDefinition,
    EventMetadataEntry,
    InputContext,
    Instance,
    ModeDefinition,
    Nothing,
    Output,
    OutputContext,
    OutputDefinition,
    Pipeline,
    ResourceDefinition,
    RetryRequested,
    pipeline,
    resource,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbValueError
from dagnb.handles import pipelines, running
from tests.execution.runs import alone, executed, kinds, messages, statuses


class Shelf:
    """Keeps values as what `json` makes of them, and what it was told."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], str] = {}
        self.stored: list[OutputContext] = []
        self.loaded: list[InputContext] = []

    def store(self, context: OutputContext, value: Any) -> None:
        self.stored.append(context)
        self.kept[context.run_id, context.step_key, context.key] = json.dumps(value)

    def load(self, context: InputContext) -> Any:
        self.loaded.append(context)
        stored = context.upstream_output
        return json.loads(self.kept[stored.run_id, stored.step_key, stored.key])


@solid(output_defs=[OutputDefinition(io_manager_key="shelf", metadata={"table": "a"})])
def pair() -> Any:
    return (1, 2)


@solid
def total(numbers: list[int]) -> int:
    return sum(numbers)


def test_a_resource_keeps_an_output_and_gives_it_to_whoever_takes_it(instance: Instance) -> None:
    shelf = Shelf()
    run = executed(lambda: total(pair()), instance, resources={"shelf": shelf}, tags={"dagnb/partition": "2026-03"})
    assert run.success
    # It is the list that the shelf gives back, not the tuple that the solid gave: the value went through it.
    assert run["total"].value == 3
    (stored,), (loaded,) = shelf.stored, shelf.loaded
    assert (stored.run_id, stored.step_key, stored.output_name, stored.mapping_key) == (
        run.run_id,
        "pair",
        "result",
        None,
    )
    assert (stored.pipeline_name, stored.solid_name, stored.metadata) == ("p", "pair", {"table": "a"})
    assert (stored.partition, stored.tags) == ("2026-03", {"dagnb/partition": "2026-03"})
    assert stored.solid is not None
    assert stored.solid.definition is pair
    assert (loaded.run_id, loaded.step_key, loaded.input_name) == (run.run_id, "total", "numbers")
    assert loaded.upstream_output.key == "result"
    assert loaded.metadata == {"table": "a"}
    assert loaded.type is not None
    assert "List" in loaded.type.name or "list" in loaded.type.name


def test_the_event_says_who_keeps_the_value_and_holds_none_of_it(instance: Instance) -> None:
    run = alone(pair, instance, resources={"shelf": Shelf()})
    (event,) = [record.event for record in run.event_list if record.kind == "OutputProduced"]
    assert (event.reference.codec, event.reference.address, event.reference.inline) == ("io_manager", "shelf", None)  # type: ignore[union-attr]
    assert not list(Path(instance.home).glob("values/*"))


def test_a_value_is_loaded_through_its_manager_after_the_run_too(instance: Instance) -> None:
    made: list[str] = []
    kept = Shelf()

    @resource(config_schema={"name": str})
    def shelf(context: Any) -> Iterator[Shelf]:
        made.append(f"made {context.resource_config['name']}")
        yield kept
        made.append("torn down")

    run = alone(
        pair,
        instance,
        resources={"shelf": shelf},
        run_config={"resources": {"shelf": {"config": {"name": "oak"}}}},
    )
    before = len(run.event_list)
    assert run["pair"].value == [1, 2]
    assert made == ["made oak", "torn down"] * 2
    assert kept.loaded[-1].step_key is None
    assert kept.loaded[-1].upstream_output.run_id == run.run_id
    assert len(run.event_list) == before


def test_in_another_process_the_pipeline_has_to_be_defined_there(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    @pipeline(mode_defs=[ModeDefinition(resource_defs={"shelf": Shelf()})])
    def totals() -> None:
        total(pair())

    run = totals.run(instance=instance)
    running._executed.clear()  # as in another process
    assert dagnb.run(run.run_id, instance=instance)["pair"].value == [1, 2]
    monkeypatch.setattr(pipelines, "_newest", {})
    with pytest.raises(DagnbValueError, match="kept by the resource shelf, which is not at hand") as caught:
        dagnb.run(run.run_id, instance=instance)["pair"].value  # noqa: B018  # reading is what is tested
    assert caught.value.where is not None
    assert caught.value.where.endswith("pair › result")


def test_each_reader_loads_its_own(instance: Instance) -> None:
    shelf = Shelf()

    @solid
    def add(numbers: list[int]) -> None:
        numbers.append(100)

    def body() -> None:
        kept = pair()
        add(kept)
        total(kept)

    run = executed(body, instance, resources={"shelf": shelf})
    assert run["total"].value == 3
    assert sorted(each.step_key or "" for each in shelf.loaded) == ["add", "total"]


def test_a_fan_in_loads_every_value(instance: Instance) -> None:
    shelf = Shelf()

    @solid
    def join(parts: list[Any]) -> list[Any]:
        return parts

    run = executed(
        lambda: join([pair(), pair.alias("again")(), total(pair.alias("third")())]),
        instance,
        resources={"shelf": shelf},
    )
    assert run["join"].value == [[1, 2], [1, 2], 3]


def test_values_of_a_dynamic_output_are_kept_one_by_one(instance: Instance) -> None:
    shelf = Shelf()

    @solid(output_defs=[DynamicOutputDefinition(io_manager_key="shelf")])
    def numbers() -> Iterator[DynamicOutput]:
        for number in range(3):
            yield DynamicOutput(number, f"n{number}")

    @solid(output_defs=[OutputDefinition(io_manager_key="shelf")])
    def double(number: int) -> int:
        return 2 * number

    @solid
    def collect(doubled: list[int]) -> list[int]:
        return doubled

    run = executed(lambda: collect(numbers().map(double).collect()), instance, resources={"shelf": shelf})
    assert run["collect"].value == [0, 2, 4]
    assert [(each.step_key, each.key, each.mapping_key) for each in shelf.stored[:3]] == [
        ("numbers", f"result[n{number}]", f"n{number}") for number in range(3)
    ]
    assert sorted(key[1:] for key in shelf.kept)[:2] == [("double[n0]", "result"), ("double[n1]", "result")]


def test_what_a_manager_says_it_wrote_is_recorded(instance: Instance) -> None:
    class Teller(Shelf):
        def store(self, context: OutputContext, value: Any) -> Any:
            super().store(context, value)
            yield AssetMaterialization("pairs", metadata_entries=[EventMetadataEntry.int(2, "rows")])
            yield EventMetadataEntry.text("shelf 3", "place")
            assert context.log is not None
            context.log.info("on the shelf")

    run = alone(pair, instance, resources={"shelf": Teller()})
    assert kinds(run, "pair") == [
        "StepStarted",
        "AssetMaterialized",
        "MessageLogged",
        "OutputProduced",
        "StepSucceeded",
    ]
    assert run.materializations[["asset", "rows"]].to_numpy().tolist() == [["pairs", 2]]
    (event,) = [record.event for record in run.event_list if record.kind == "OutputProduced"]
    assert [(entry.label, entry.value) for entry in event.metadata] == [("place", "shelf 3")]  # type: ignore[union-attr]


@pytest.mark.parametrize("given", [3, ["x"], {"rows": 3}, "done"])
def test_a_manager_that_gives_back_something_else_fails_the_step(instance: Instance, given: object) -> None:
    class Odd(Shelf):
        def store(self, context: OutputContext, value: Any) -> Any:
            return given

    run = alone(pair, instance, resources={"shelf": Odd()})
    assert not run.success
    assert "gave back what cannot be recorded" in messages(run["pair"].error)


def test_a_manager_that_raises_fails_the_step_and_is_named(instance: Instance) -> None:
    class Broken(Shelf):
        def store(self, context: OutputContext, value: Any) -> None:
            raise OSError("the disk is full")

    run = executed(lambda: total(pair()), instance, resources={"shelf": Broken()})
    assert statuses(run) == {"pair": "failure", "total": "skipped"}
    text = messages(run["pair"].error)
    assert "the disk is full" in text
    assert "the IO manager shelf could not store the output result of pair" in text

    class Lost(Shelf):
        def load(self, context: InputContext) -> Any:
            raise KeyError("gone")

    run = executed(lambda: total(pair()), instance, resources={"shelf": Lost()})
    assert statuses(run) == {"pair": "success", "total": "failure"}
    assert "the IO manager shelf could not load the output result of pair" in messages(run["total"].error)
    with pytest.raises(KeyError, match="gone"):
        run["pair"].value  # noqa: B018  # reading is what is tested


def test_a_manager_that_ends_the_process_fails_the_step_only(instance: Instance) -> None:
    class Exits(Shelf):
        def store(self, context: OutputContext, value: Any) -> None:
            raise SystemExit(3)

    assert statuses(executed(lambda: total(pair()), instance, resources={"shelf": Exits()})) == {
        "pair": "failure",
        "total": "skipped",
    }


def test_an_interrupt_in_a_manager_stops_the_run(instance: Instance) -> None:
    class Interrupted(Shelf):
        def store(self, context: OutputContext, value: Any) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        alone(pair, instance, resources={"shelf": Interrupted()})
    assert instance.read_runs()[0].status.value == "canceled"


@pytest.mark.parametrize(
    ("odd", "missing", "hint"),
    [
        (object(), "store and load", "give the object these methods"),
        (type("Half", (), {"store": lambda self, context, value: None})(), "load", "give the object these methods"),
        (
            type("Theirs", (), {"handle_output": 1, "load_input": 2})(),
            "store and load",
            "handle_output is called store here; load_input is called load here",
        ),
        (None, "store and load", "io_manager_key"),
    ],
)
def test_what_is_no_manager_is_refused_before_the_first_step(
    instance: Instance, odd: object, missing: str, hint: str
) -> None:
    run = alone(pair, instance, resources={"shelf": ResourceDefinition.hardcoded_resource(odd)})
    assert statuses(run) == {"pair": "waiting"}
    error = run.error
    assert isinstance(error, DagnbInvalidDefinitionError) or missing in messages(error)
    assert f"lacks {missing}" in messages(error)
    assert hint in messages(error)


def test_a_mode_without_the_manager_is_refused_when_it_is_defined() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="no resource named shelf") as caught:
        compose_pipeline(lambda: total(pair()), name="p", mode_defs=[ModeDefinition(resource_defs={"shel": 1})])
    assert caught.value.hint == "did you mean shel?"


def test_a_failed_attempt_leaves_nothing_to_load(instance: Instance) -> None:
    shelf = Shelf()
    attempts: list[int] = []

    @solid(
        output_defs=[
            OutputDefinition(name="first", io_manager_key="shelf", is_required=False),
            OutputDefinition(name="second", is_required=False),
        ]
    )
    def flaky() -> Iterator[Output]:
        attempts.append(1)
        if len(attempts) == 1:
            yield Output([1], "first")
            raise RetryRequested(max_retries=1)
        yield Output([2], "second")

    @solid
    def take(value: list[int]) -> list[int]:
        return value

    def body() -> None:
        first, second = flaky()
        take.alias("take_first")(first)
        take.alias("take_second")(second)

    run = executed(body, instance, resources={"shelf": shelf})
    assert statuses(run) == {"flaky": "success", "take_first": "skipped", "take_second": "success"}
    assert not shelf.loaded


def test_a_value_of_the_wrong_type_is_not_given_to_the_manager(instance: Instance) -> None:
    shelf = Shelf()

    @solid(output_defs=[OutputDefinition(int, io_manager_key="shelf")])
    def wrong() -> Any:
        return "x"

    assert not alone(wrong, instance, resources={"shelf": shelf}).success
    assert not shelf.stored


def test_nothing_is_not_given_to_a_manager(instance: Instance) -> None:
    shelf = Shelf()

    @solid(output_defs=[OutputDefinition(Nothing, io_manager_key="shelf")])
    def silent() -> None:
        return None

    assert alone(silent, instance, resources={"shelf": shelf}).success
    assert not shelf.stored


def test_a_mock_will_do_as_a_manager(instance: Instance) -> None:
    run = alone(pair, instance, resources={"shelf": ResourceDefinition.mock_resource()})
    assert run.success


def made(body: Any, resources: dict[str, Any]) -> Pipeline:
    return Pipeline(compose_pipeline(body, name="p", mode_defs=[ModeDefinition(resource_defs=resources)]))


def test_a_run_that_repeats_another_in_part_loads_through_the_manager(instance: Instance) -> None:
    shelf = Shelf()
    fails = [True]

    @solid
    def flaky_total(numbers: list[int]) -> int:
        if fails.pop() if fails else False:
            raise ValueError("not yet")
        return sum(numbers)

    body = made(lambda: flaky_total(pair()), {"shelf": shelf})
    parent = body.run(instance=instance, raise_on_error=False)
    again = body.reexecute(parent, from_failure=True)
    assert again["flaky_total"].value == 3
    assert len(shelf.stored) == 1
    assert shelf.loaded[-1].upstream_output.run_id == parent.run_id
    assert shelf.loaded[-1].run_id == again.run_id
    assert again["pair"].value == [1, 2]


def test_a_mode_that_lost_the_manager_is_named(instance: Instance) -> None:
    run = alone(pair, instance, resources={"shelf": Shelf()})
    plan = running._executed[run.run_id].plan
    assert plan is not None
    del plan.mode.resource_defs["shelf"]
    with pytest.raises(DagnbNotFoundError, match="no resource named shelf"):
        run["pair"].value  # noqa: B018  # reading is what is tested

"""Ways to run: presets, modes, selections, config, single solids."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import dagnb
from dagnb import (
    AssetMaterialization,
    DagnbType,
    InputDefinition,
    ModeDefinition,
    Nothing,
    Output,
    OutputDefinition,
    execute_pipeline,
    execute_solid,
    lambda_solid,
    solid,
)
from dagnb.config import DagnbConfigError
from dagnb.errors import (
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbNotFoundError,
    DagnbSelectionError,
    DagnbTypeCheckError,
)
from dagnb.instance import Instance
from dagnb.types import dagnb_type_loader
from tests.handles.solids import make_report


def test_a_preset_is_what_the_run_starts_from(instance: Instance) -> None:
    run = make_report().run(preset="small", instance=instance)
    assert [step.key for step in run] == ["load", "delays"]
    assert (run.mode, run.tags) == ("prod", {"team": "data", "size": "small"})
    assert list(run["load"].value["origin"]) == ["LGA"]
    assert run.record.preset == "small"


def test_what_is_asked_for_goes_over_the_preset(instance: Instance) -> None:
    config = {"solids": {"load": {"config": {"rows": 2}}}}
    run = make_report().run(config, preset="small", tags={"size": "2"}, solid_selection="load", instance=instance)
    assert run.run_config == {"solids": {"load": {"config": {"rows": 2, "origin": "LGA"}}}}
    assert list(run["load"].value["origin"]) == ["LGA", "LGA"]
    assert run.tags["size"] == "2"
    assert len(run) == 1


def test_a_preset_for_another_mode_is_told(instance: Instance) -> None:
    with pytest.raises(DagnbInvariantViolationError, match="preset small") as caught:
        make_report().run(preset="small", mode="dev", instance=instance)
    assert "mode prod" in str(caught.value)
    assert make_report().run(preset="small", mode="prod", instance=instance).success


@pytest.mark.parametrize(
    ("options", "error", "part"),
    [
        ({"preset": "smal"}, DagnbNotFoundError, "did you mean small"),
        ({"mode": "prd"}, DagnbNotFoundError, "did you mean prod"),
        ({"solid_selection": "lod"}, DagnbSelectionError, "did you mean load"),
        ({"run_config": {"solids": {"load": {"config": {"rows": "x"}}}}}, DagnbConfigError, "load › config › rows"),
        ({"run_config": {"solid": {}}}, DagnbConfigError, "solid"),
        ({"tags": {1: "a"}}, DagnbInvalidDefinitionError, "a tag's key is a text"),
    ],
)
def test_nothing_is_recorded_when_the_request_is_wrong(
    options: dict[str, Any], error: type[Exception], part: str, instance: Instance
) -> None:
    report = make_report()
    with pytest.raises(error, match=part) as caught:
        report.run(**options, instance=instance)
    assert dagnb.runs(instance=instance).empty
    assert report.last_run is None
    assert len(caught.traceback) < 12


def test_execute_pipeline_is_the_long_form(instance: Instance) -> None:
    result = execute_pipeline(
        make_report(),
        run_config={"solids": {"load": {"config": {"rows": 2}}}},
        mode="prod",
        tags={"a": "b"},
        solid_selection=["load"],
        instance=instance,
    )
    assert result.success
    assert len(result["load"].value) == 2
    assert execute_pipeline(make_report().definition, instance=instance).success


@pytest.mark.parametrize("given", [3, None, print])
def test_what_is_no_pipeline_is_told(given: Any, instance: Instance) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="this is no pipeline"):
        execute_pipeline(given, instance=instance)


def test_a_solid_for_a_pipeline_is_told_of_execute_solid(instance: Instance) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="execute_solid"):
        execute_pipeline(double, instance=instance)  # type: ignore[arg-type]


@lambda_solid
def double(number: int) -> int:
    return 2 * number


def test_a_solid_runs_alone_with_values_of_any_type(instance: Instance) -> None:
    class Own:
        pass

    @lambda_solid
    def take(frame: pd.DataFrame, own: Own, numbers: list[int], anything, missing=None) -> int:  # type: ignore[no-untyped-def]
        assert isinstance(own, Own)
        return len(frame) + len(numbers) + (missing is None) + int(anything)

    frame = pd.DataFrame({"a": [1, 2]})
    values = {"frame": frame, "own": Own(), "numbers": [1], "anything": 10}
    result = execute_solid(take, input_values=values, instance=instance)
    assert result.success
    assert result.value == 14


def test_none_is_a_value_too(instance: Instance) -> None:
    @lambda_solid
    def is_none(value: int | None) -> bool:
        return value is None

    assert execute_solid(is_none, input_values={"value": None}, instance=instance).value is True


def test_a_value_of_another_type_fails_the_solid(instance: Instance) -> None:
    with pytest.raises(DagnbTypeCheckError, match="double › input number"):
        execute_solid(double, input_values={"number": "x"}, instance=instance)
    result = execute_solid(double, input_values={"number": "x"}, raise_on_error=False, instance=instance)
    assert not result.success
    assert isinstance(result.error, DagnbTypeCheckError)


def test_inputs_come_from_defaults_and_from_config(instance: Instance) -> None:
    @solid(config_schema={"by": int})
    def scale(context: Any, number: int, plus: float = 0.5) -> float:
        return number * int(context.solid_config["by"]) + plus

    config: dict[str, Any] = {"solids": {"scale": {"config": {"by": 2}, "inputs": {"number": 4}}}}
    assert execute_solid(scale, run_config=config, instance=instance).value == 8.5
    config["solids"]["scale"]["inputs"] = {"number": {"value": 4}, "plus": 1}
    assert execute_solid(scale, run_config=config, instance=instance).value == 9.0
    with pytest.raises(DagnbInvalidDefinitionError, match="no value for its input number"):
        execute_solid(scale, run_config={"solids": {"scale": {"config": {"by": 2}}}}, instance=instance)


def test_inputs_are_loaded_by_their_type(instance: Instance) -> None:
    @dagnb_type_loader({"count": int})
    def load_stars(context: Any, config: Any) -> str:
        return "*" * int(config["count"])

    Stars = DagnbType(lambda _, value: set(value) <= {"*"}, name="Stars", loader=load_stars)  # noqa: N806  # a type

    @solid(input_defs=[InputDefinition("stars", Stars)])
    def count(stars: Any) -> int:
        return len(stars)

    config = {"solids": {"count": {"inputs": {"stars": {"count": 3}}}}}
    assert execute_solid(count, run_config=config, instance=instance).value == 3
    assert execute_solid(count, input_values={"stars": "**"}, instance=instance).value == 2


def test_a_solid_alone_takes_its_resources_from_a_mode(instance: Instance) -> None:
    @solid(required_resource_keys={"db"})
    def read(context: Any) -> int:
        return int(context.resources.db)

    assert execute_solid(read, mode_def=ModeDefinition(resource_defs={"db": 7}), instance=instance).value == 7
    with pytest.raises(DagnbInvalidDefinitionError, match="no resource named db"):
        execute_solid(read, instance=instance)


def test_a_solid_alone_may_wait_for_nothing(instance: Instance) -> None:
    @solid(input_defs=[InputDefinition("start", Nothing)])
    def follow() -> int:
        return 1

    assert execute_solid(follow, instance=instance).value == 1


def test_a_solid_alone_keeps_its_events(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(name="a"), OutputDefinition(name="b", is_required=False)])
    def write() -> Any:
        yield AssetMaterialization("x")
        yield Output(1, "a")

    result = execute_solid(write, tags={"why": "test"}, instance=instance)
    assert result.output_values == {"a": 1}
    assert list(result.materializations["asset"]) == ["x"]
    assert dagnb.runs(tags={"why": "test"}, instance=instance)["pipeline"].tolist() == ["write"]


def test_an_unknown_input_is_told(instance: Instance) -> None:
    with pytest.raises(DagnbNotFoundError, match="did you mean number") as caught:
        execute_solid(double, input_values={"nummber": 3}, instance=instance)
    assert "solid double" in str(caught.value)


def test_an_input_without_a_value_says_how_to_give_it(instance: Instance) -> None:
    @lambda_solid
    def take(frame: dict[str, int]) -> int:
        return len(frame)

    with pytest.raises(DagnbInvalidDefinitionError, match="input frame") as caught:
        execute_solid(take, instance=instance)
    assert 'input_values={"frame": ...}' in str(caught.value)


@pytest.mark.parametrize("given", [3, print, double.alias("x"), make_report()])
def test_what_is_no_solid_is_told(given: Any, instance: Instance) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="this is no solid"):
        execute_solid(given, instance=instance)


def test_runs_are_kept_in_the_folders_own_instance_by_default() -> None:
    run = make_report().run()
    assert list(dagnb.runs()["run_id"]) == [run.run_id]
    assert dagnb.run(run.run_id[:6])["headline"].value == "1.0 min"
    assert list(dagnb.assets()["asset"]) == ["flights.delay", "flights.raw"]

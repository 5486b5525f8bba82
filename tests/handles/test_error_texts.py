"""What errors say to who runs pipelines: the next step is in them."""

from __future__ import annotations

from typing import Any

import pytest

import dagnb
from dagnb import (
    Instance,
    ModeDefinition,
    Output,
    RetryRequested,
    execute_solid,
    lambda_solid,
    pipeline,
    resource,
    solid,
)
from dagnb.config import DagnbConfigError
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbSelectionError


@lambda_solid
def one() -> int:
    return 1


@lambda_solid
def bad(number: int) -> int:
    raise KeyError(number)


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@pipeline
def numbers() -> None:
    double(bad(one()))


def test_a_run_config_that_lacks_something_says_how_to_begin_one(instance: Instance) -> None:
    @solid(config_schema={"origin": str})
    def load(context: Any) -> Any:
        return context.solid_config

    @pipeline
    def report() -> None:
        load()

    with pytest.raises(DagnbConfigError) as caught:
        report.run(instance=instance)
    assert caught.value.__notes__ == [
        "\nprint(report.scaffold()) shows a run config to begin with, report.playground() edits one"
    ]
    with pytest.raises(DagnbConfigError) as caught:
        report.run({"solids": {"load": {"config": {"origin": 3}}}}, instance=instance)
    assert not hasattr(caught.value, "__notes__")
    with pytest.raises(DagnbConfigError) as caught:
        execute_solid(load, instance=instance)
    assert not hasattr(caught.value, "__notes__"), "there is no pipeline to ask"


@pytest.mark.parametrize("selection", [[], "", " ", ()])
def test_an_empty_selection_runs_nothing(selection: Any, instance: Instance) -> None:
    with pytest.raises(DagnbSelectionError, match="without a selection every solid runs"):
        numbers.run(solid_selection=selection, instance=instance)
    assert instance.runs.count_runs() == 0


def test_a_value_that_is_not_there_says_what_became_of_its_step(instance: Instance) -> None:
    run = numbers.run(instance=instance, raise_on_error=False)
    with pytest.raises(DagnbNotFoundError) as caught:
        _ = run["bad"].value
    assert "bad, which failed" in str(caught.value)
    assert 'run["bad"].error holds its KeyError' in str(caught.value)
    with pytest.raises(DagnbNotFoundError, match=r"double, which was skipped\n  next: bad failed"):
        _ = run["double"].value
    assert repr(run["one"]).endswith((" ms>", " s>"))


def test_an_input_of_a_plain_type_is_asked_for_by_its_name(instance: Instance) -> None:
    with pytest.raises(
        DagnbInvalidDefinitionError, match=r'execute_solid\(double, input_values=\{"number": \.\.\.\}\)'
    ):
        execute_solid(double, instance=instance)
    config = {"solids": {"double": {"inputs": {"number": 4}}}}
    assert execute_solid(double, run_config=config, instance=instance).value == 8


def test_an_empty_catalogue_says_how_to_fill_it(instance: Instance) -> None:
    with pytest.raises(DagnbNotFoundError, match=r'yield AssetMaterialization\("flights\.raw"\) in a solid does it'):
        dagnb.asset("flights.raw", instance=instance)


def test_a_pipeline_without_presets_says_how_it_gets_some(instance: Instance) -> None:
    with pytest.raises(DagnbNotFoundError, match="preset_defs="):
        numbers.run(preset="nightly", instance=instance)


def test_a_scaffold_of_a_misspelt_choice_is_refused() -> None:
    with pytest.raises(DagnbNotFoundError, match="did you mean all"):
        numbers.scaffold(fields="al")


def test_an_output_that_is_not_declared_says_how_it_is(instance: Instance) -> None:
    @solid
    def give() -> Any:
        yield Output(1, "count")

    with pytest.raises(DagnbNotFoundError, match=r'OutputDefinition\(name="count"\)'):
        execute_solid(give, instance=instance)


def test_a_resource_that_fails_is_named(instance: Instance) -> None:
    @resource
    def db(_: Any) -> Any:
        raise OSError("connection refused")

    @solid(required_resource_keys={"db"})
    def read(context: Any) -> Any:
        return context.resources.db

    with pytest.raises(OSError, match="refused") as caught:
        execute_solid(read, ModeDefinition("prod", {"db": db}), instance=instance)
    (note,) = caught.value.__notes__
    assert "the resource db could not be made in the mode prod" in note


def test_a_solid_that_asked_too_often_says_how_often(instance: Instance) -> None:
    @solid
    def again() -> Any:
        raise RetryRequested(max_retries=2)

    with pytest.raises(RetryRequested) as caught:
        execute_solid(again, instance=instance)
    assert "attempts: 3, as many as max_retries=2" in caught.value.__notes__[0]

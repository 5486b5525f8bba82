"""One solid of a pipeline run alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dagnb import (
    AssetMaterialization,
    ExpectationResult,
    Field,
    ModeDefinition,
    Output,
    composite_solid,
    execute_pipeline,
    lambda_solid,
    pipeline,
    resource,
    solid,
)
from dagnb.config import DagnbConfigError
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbTypeCheckError
from dagnb.instance import Instance
from tests.leaks import Snapshot, leaked_since


@resource(config_schema={"rows": int})
def table(context: Any) -> list[int]:
    return list(range(context.resource_config["rows"]))


@solid(required_resource_keys={"table"}, config_schema={"skip": Field(int, default_value=0)})
def load(context: Any) -> list:  # type: ignore[type-arg]  # as one would write it in a notebook
    return list(context.resources.table[context.solid_config["skip"] :])


@solid(config_schema={"by": int})
def scale(context: Any, numbers: list) -> Iterator[Any]:  # type: ignore[type-arg]
    context.log.info("scaling")
    yield ExpectationResult(len(numbers) > 0, "filled")
    yield AssetMaterialization("scaled")
    yield Output([number * context.solid_config["by"] for number in numbers])


@lambda_solid
def total(numbers: list, plus: int = 0) -> int:  # type: ignore[type-arg]
    return int(sum(numbers) + plus)


@composite_solid
def summed(numbers: list) -> Any:  # type: ignore[type-arg]
    return total(scale(numbers))


@pipeline(mode_defs=[ModeDefinition("prod", {"table": table}), ModeDefinition("test", {"table": [7, 8, 9]})])
def report() -> None:
    summed(load())


def test_a_solid_runs_alone_with_what_belongs_to_a_step() -> None:
    result = report.test("summed.scale", {"numbers": [1, 2]}, config={"by": 3}, mode="test")
    assert (result.success, result.value) == (True, [3, 6])
    assert result.materializations["asset"].tolist() == ["scaled"]
    assert result.expectations["success"].tolist() == [True]
    assert result.logs["message"].tolist() == ["scaling"]
    assert not Path(os.environ["DAGNB_HOME"]).exists(), "nothing is kept"


def test_resources_come_from_the_mode_or_stand_in_for_its_own() -> None:
    assert report.test("load", mode="test", config={"skip": 1}).value == [8, 9]
    assert report.test("load", resources={"table": [5, 6]}).value == [5, 6]
    configured = {"resources": {"table": {"config": {"rows": 2}}}}
    assert report.test("load", run_config=configured, config={"skip": 1}).value == [1]
    with pytest.raises(DagnbConfigError, match="table"):
        report.test("load")
    with pytest.raises(DagnbNotFoundError, match="resource to replace named tabel"):
        report.test("load", resources={"tabel": []})


def test_the_config_goes_over_the_rest_of_the_document() -> None:
    document = {"solids": {"summed": {"solids": {"scale": {"config": {"by": 2}}}}}}
    options: Any = {"inputs": {"numbers": [1]}, "mode": "test", "run_config": document}
    assert report.test("summed.scale", **options).value == [2]
    assert report.test("summed.scale", config={"by": 5}, **options).value == [5]
    assert document["solids"]["summed"]["solids"]["scale"]["config"] == {"by": 2}


def test_a_composite_runs_as_a_whole() -> None:
    document = {"solids": {"summed": {"solids": {"scale": {"config": {"by": 2}}}}}}
    result = report.test("summed", {"numbers": [1, 2]}, mode="test", run_config=document)
    assert result.success
    assert result.value == 6


def test_defaults_of_inputs_are_taken() -> None:
    assert report.test("summed.total", {"numbers": [1]}, mode="test").value == 1
    assert report.test("summed.total", {"numbers": [1], "plus": 1}, mode="test").value == 2


def test_what_is_missing_or_wrong_is_told_with_the_call_to_write() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="no value for its input numbers") as caught:
        report.test("summed.total", mode="test")
    assert 'report.test("summed.total", inputs={"numbers": ...})' in str(caught.value)
    with pytest.raises(DagnbNotFoundError, match="did you mean load"):
        report.test("lod")
    with pytest.raises(DagnbNotFoundError, match="no input named number"):
        report.test("summed.total", {"number": [1]})
    with pytest.raises(DagnbConfigError, match="by"):
        report.test("summed.scale", {"numbers": [1]}, mode="test", config={"by": "x"})
    with pytest.raises(DagnbTypeCheckError, match="the input numbers is not of its type"):
        report.test("summed.total", {"numbers": 3}, mode="test")


@solid
def failing() -> int:
    raise ValueError("no rows")


@pipeline
def broken() -> None:
    failing()


def test_what_the_solid_raises_goes_up_from_its_own_code(instance: Instance) -> None:
    with pytest.raises(ValueError, match="no rows") as caught:
        broken.test("failing")
    shown = [entry.name for entry in caught.traceback if not entry.ishidden(caught)]
    assert shown == ["test_what_the_solid_raises_goes_up_from_its_own_code", "failing"]
    assert not any("dagnb.run(" in note for note in caught.value.__notes__), "the run is gone"
    result = broken.test("failing", raise_on_error=False, instance=instance)
    assert (result.success, str(result.error)) == (False, "no rows")


def test_a_result_is_kept_where_it_is_wanted(instance: Instance) -> None:
    report.test("load", mode="test", instance=instance)
    assert [run.pipeline_name for run in instance.read_runs()] == ["report"]


def test_the_temporary_instance_lasts_as_long_as_the_result() -> None:
    before = Snapshot.take()
    result = report.test("load", mode="test")
    home = result._run._instance.home
    assert home.is_dir()
    assert result.value == [7, 8, 9]
    del result
    assert leaked_since(before) == []
    assert not home.exists()


def test_a_pipeline_that_is_only_loaded_is_not_tested() -> None:
    from dagnb.notebooks.loading import loading

    with loading():
        assert broken.test("failing").success


def test_runs_show_what_tests_look_at(instance: Instance) -> None:
    document = {"solids": {"summed": {"solids": {"scale": {"config": {"by": 2}}}}}}
    run = execute_pipeline(report, document, mode="test", instance=instance)
    assert run.materializations["asset"].tolist() == ["scaled"]
    assert run.expectations["label"].tolist() == ["filled"]

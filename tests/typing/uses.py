"""What a type checker must accept, and see as what it is. mypy strict reads this file with all others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

import pandas as pd

import dagnb
from dagnb import (
    AssetMaterialization,
    CompositeResult,
    CompositeSolidDefinition,
    DynamicOutput,
    DynamicOutputDefinition,
    Field,
    InputDefinition,
    ModeDefinition,
    Noneable,
    Nothing,
    Output,
    OutputDefinition,
    Pipeline,
    PresetDefinition,
    ResourceDefinition,
    Run,
    Shape,
    SolidDefinition,
    build_context,
    composite_solid,
    execute_pipeline,
    execute_solid,
    lambda_solid,
    pipeline,
    resource,
    solid,
)
from dagnb.events.records import MessageLogged
from dagnb.handles import CallContext, StepResult
from dagnb.instance import Instance
from dagnb.pytest_plugin import LoadPipeline, RunPipeline


@solid
def load() -> pd.DataFrame:
    return pd.DataFrame()


@solid(
    config_schema={"origin": Field(str, default_value="JFK"), "rows": Noneable(int), "deep": Shape({"a": [int]})},
    required_resource_keys={"db"},
    output_defs=[OutputDefinition(int, "early"), OutputDefinition(Nothing, "done", is_required=False)],
    input_defs=[InputDefinition("start", Nothing)],
    tags={"kind": "sql"},
    time_limit=3,
)
def part(context: Any, flights: pd.DataFrame, limit: int = 10) -> Iterator[AssetMaterialization | Output]:
    yield AssetMaterialization("flights")
    yield Output(limit, "early")


@solid(output_defs=[DynamicOutputDefinition(int)])
def pieces() -> Iterator[DynamicOutput]:
    yield DynamicOutput(1, "one")


@solid
async def wait(number: int) -> int:
    return number


@lambda_solid
def one() -> int:
    return 1


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@lambda_solid(name="thrice", output_def=OutputDefinition(int))
def triple(number: int) -> int:
    return 3 * number


@composite_solid
def both(number: int) -> Any:
    return double(triple(number))


@composite_solid(config_schema={"by": int}, config_fn=lambda config: {"double": {"config": config["by"]}})
def scaled(number: int) -> dict[str, Any]:
    return {"result": double(number)}


@resource
def plain() -> Iterator[list[int]]:
    yield []


@resource(config_schema={"url": str})
def db(context: Any) -> str:
    return str(context.resource_config["url"])


@pipeline
def small() -> None:
    both(double.alias("first")(triple.tag({"a": 1})(one())))


@pipeline(
    name="daily",
    mode_defs=[ModeDefinition("prod", {"db": db}), ModeDefinition("test", {"db": "a fake"})],
    preset_defs=[PresetDefinition("jfk", {"solids": {}}, mode="test")],
    tags={"team": "data"},
)
def large() -> None:
    part(load())
    pieces().map(wait)


def definitions() -> None:
    assert_type(load, SolidDefinition)
    assert_type(part, SolidDefinition)
    assert_type(wait, SolidDefinition)
    assert_type(double, SolidDefinition)
    assert_type(triple, SolidDefinition)
    assert_type(both, CompositeSolidDefinition)
    assert_type(scaled, CompositeSolidDefinition)
    assert_type(plain, ResourceDefinition)
    assert_type(db, ResourceDefinition)
    assert_type(small, Pipeline)
    assert_type(large, Pipeline)
    assert_type(part.configured({"origin": "LGA"}, name="lga"), SolidDefinition)
    assert_type(part.configured(lambda config: {"origin": config}, str, name="from_text"), SolidDefinition)


def runs(instance: Instance) -> None:
    run = small.run({"solids": {}}, mode="test", tags={"a": "b"}, solid_selection=["*double"], instance=instance)
    assert_type(run, Run)
    assert_type(run.success, bool)
    assert_type(run["double"].value, Any)
    assert_type(run.materializations, pd.DataFrame)
    assert_type(run.error, BaseException | None)
    assert_type(execute_pipeline(large, run_config={}, preset="jfk", raise_on_error=False), Run)
    result = execute_solid(double, input_values={"number": 1}, resources={"db": 1})
    assert_type(result, StepResult)
    assert_type(result.value, Any)
    assert_type(execute_solid(both), CompositeResult)
    assert_type(dagnb.run("7c1e"), Run)
    assert_type(large.scaffold(fields="all"), str)


def calls_and_tests(run: RunPipeline, load_pipeline: LoadPipeline) -> None:
    context = build_context({"by": 1}, {"db": db}, resources_config={"db": {"config": {"url": ""}}}, log=print)
    assert_type(context, CallContext)
    assert_type(double(1), Any)
    with context as entered:
        assert_type(entered, CallContext)
        part(entered, load(), limit=3)
    assert_type(context.materializations, list[AssetMaterialization])
    assert_type(context.outputs, list[Output])
    assert_type(context.log.lines, list[MessageLogged])
    assert_type(context.log.messages, list[str])
    assert_type(large.test("part", {"flights": load()}, config={}, resources={"db": "a fake"}, mode="test"), StepResult)
    assert_type(load_pipeline(Path("report.ipynb"), "daily"), Pipeline)
    assert_type(run(large, {"solids": {}}, preset="jfk", resources={"db": "a fake"}), Run)

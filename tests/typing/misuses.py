"""What a type checker must refuse: every line with an ignore is an error, and of this kind."""

from __future__ import annotations

from typing import Any

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Field,
    InputDefinition,
    ModeDefinition,
    Output,
    OutputDefinition,
    PresetDefinition,
    build_context,
    composite_solid,
    execute_pipeline,
    execute_solid,
    lambda_solid,
    pipeline,
    resource,
    solid,
)
from dagnb.pytest_plugin import LoadPipeline, RunPipeline


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@pipeline
def small() -> None:
    double(1)


@pipeline  # type: ignore[arg-type]
def with_parameters(number: int) -> None:
    double(number)


def definitions() -> None:
    solid(3)  # type: ignore[call-overload]
    solid(nane="double")  # type: ignore[call-overload]
    solid(output_defs=OutputDefinition(int))  # type: ignore[call-overload]
    solid(required_resource_keys="db")  # type: ignore[call-overload]
    solid(time_limit="3 s")  # type: ignore[call-overload]
    lambda_solid(config_schema={"by": int})  # type: ignore[call-overload]
    composite_solid(config_fn={"by": 1})  # type: ignore[call-overload]
    resource(description=3)  # type: ignore[call-overload]
    pipeline(mode_defs=ModeDefinition("prod"))  # type: ignore[call-overload]
    pipeline(input_defs=[])  # type: ignore[call-overload]
    InputDefinition(3)  # type: ignore[arg-type]
    OutputDefinition(int, name=3)  # type: ignore[arg-type]
    OutputDefinition(int, optional=True)  # type: ignore[call-arg]
    ModeDefinition("prod", ["db"])  # type: ignore[arg-type]
    PresetDefinition("jfk", run_config="solids: {}")  # type: ignore[arg-type]
    Field(int, is_required="yes")  # type: ignore[arg-type]
    Field(int, default=3)  # type: ignore[call-arg]
    double.configured({"by": 2})  # type: ignore[call-arg]
    double.alias(3)  # type: ignore[arg-type]
    double.outpust  # type: ignore[attr-defined]  # noqa: B018


def events() -> None:
    Output(1, 2)  # type: ignore[arg-type]
    AssetMaterialization(3)  # type: ignore[arg-type]
    AssetMaterialization("a", metadata_entries=["rows"])  # type: ignore[list-item]
    EventMetadataEntry.int(3, 5)  # type: ignore[arg-type]
    ExpectationResult("yes")  # type: ignore[arg-type]


def runs() -> None:
    execute_pipeline(double)  # type: ignore[arg-type]
    execute_pipeline(small, config={})  # type: ignore[call-arg]
    execute_solid(small)  # type: ignore[call-overload]
    small.run("solids: {}")  # type: ignore[arg-type]
    small.run({}, "test")  # type: ignore[call-arg]
    small.run(solid_selection=3)  # type: ignore[arg-type]
    small.rnu()  # type: ignore[attr-defined]
    small.run()[0]  # type: ignore[index]
    small.run().sucess  # type: ignore[attr-defined]  # noqa: B018
    small.test(double)  # type: ignore[arg-type]
    small.test("double", number=1)  # type: ignore[call-arg]


def calls(run: RunPipeline, load: LoadPipeline) -> None:
    context = build_context(resource={"db": 1})  # type: ignore[call-arg]
    context = build_context({}, ["db"])  # type: ignore[arg-type]
    context = build_context(log="debug")  # type: ignore[arg-type]
    context.log.line  # type: ignore[attr-defined]  # noqa: B018
    context.config_schema  # type: ignore[attr-defined]  # noqa: B018
    run("report.ipynb")  # type: ignore[arg-type]
    run(small, presets="jfk")  # type: ignore[call-arg]
    load(small)  # type: ignore[arg-type]
    number: int = load("a.ipynb")  # type: ignore[assignment]
    unused: Any = number
    assert unused

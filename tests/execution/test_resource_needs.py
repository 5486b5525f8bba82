"""Resources that need resources, that are configured, asynchronous, or swapped for a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from dagnb import (
    ModeDefinition,
    Pipeline,
    PresetDefinition,
    ResourceDefinition,
    StringSource,
    execute_pipeline,
    pipeline,
    resource,
    solid,
    success_hook,
)
from dagnb.config import DagnbConfigError
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbNotFoundError, DagnbUnknownResourceError
from dagnb.instance import Instance
from tests.execution.runs import executed, messages


@solid(required_resource_keys={"table"})
def read(context: Any) -> str:
    return str(context.resources.table)


@solid
def plain() -> int:
    return 1


def generator(name: str, log: list[str], *needs: str) -> ResourceDefinition:
    def make(context: Any) -> Iterator[str]:
        log.append(f"make {name}")
        yield "/".join([*(str(getattr(context.resources, need)) for need in needs), name])
        log.append(f"end {name}")

    return ResourceDefinition(make, required_resource_keys=needs)


def test_they_are_made_in_order_and_torn_down_in_reverse(instance: Instance) -> None:
    log: list[str] = []
    resources = {
        "table": generator("table", log, "engine", "schema"),
        "schema": generator("schema", log, "engine"),
        "engine": generator("engine", log),
        "unused": generator("unused", log),
    }
    run = executed(lambda: [read()], instance, resources=resources)
    assert run["read"].value == "engine/engine/schema/table"
    assert log == ["make engine", "make schema", "make table", "end table", "end schema", "end engine"]


def test_what_one_needs_is_made_for_the_selected_steps_only(instance: Instance) -> None:
    log: list[str] = []
    mode = ModeDefinition(
        resource_defs={"table": generator("table", log, "engine"), "engine": generator("engine", log)}
    )
    made = Pipeline(compose_pipeline(lambda: [read(), plain()], name="p", mode_defs=[mode]))
    made.run(solid_selection="plain", instance=instance)
    assert log == []


def test_a_resource_sees_those_that_it_asked_for_only(instance: Instance) -> None:
    seen: list[Any] = []

    @resource(required_resource_keys={"engine"})
    def table(context: Any) -> str:
        seen.append(dir(context.resources))
        return str(context.resources.engin)

    run = executed(lambda: [read()], instance, resources={"table": table, "engine": 1, "other": 2})
    assert seen == [["engine"]]
    error = run.fold.error
    assert error is not None
    assert "the resource did not ask for the resource engin" in error.message
    assert "at: resource table" in error.message
    assert "did you mean engine?" in error.message


def test_when_one_fails_those_before_it_are_torn_down(instance: Instance) -> None:
    log: list[str] = []

    @resource(required_resource_keys={"engine"})
    def table(_context: Any) -> str:
        raise ConnectionError("no route")

    mode = ModeDefinition(resource_defs={"table": table, "engine": generator("engine", log)})
    made = Pipeline(compose_pipeline(lambda: [read()], name="p", mode_defs=[mode]))
    with pytest.raises(ConnectionError) as caught:
        made.run(instance=instance)
    assert "the resource table could not be made in the mode default" in messages(caught.value)
    assert log == ["make engine", "end engine"]


def test_resources_may_be_asynchronous(instance: Instance) -> None:
    log: list[str] = []

    @resource
    async def engine(_context: Any) -> str:
        await asyncio.sleep(0)
        return "engine"

    @resource(required_resource_keys={"engine"})
    async def table(context: Any) -> AsyncIterator[str]:
        await asyncio.sleep(0)
        yield f"{context.resources.engine}/table"
        await asyncio.sleep(0)
        log.append("end")

    run = executed(lambda: [read()], instance, resources={"table": table, "engine": engine})
    assert run["read"].value == "engine/table"
    assert log == ["end"]


@resource(config_schema={"host": str, "port": int})
def server(context: Any) -> str:
    return f"{context.resource_config['host']}:{context.resource_config['port']}"


@resource(config_schema=StringSource)
def from_outside(context: Any) -> str:
    return str(context.resource_config)


def test_a_configured_resource_gets_its_own_config(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    constant = server.configured({"host": "localhost", "port": 80})
    assert executed(lambda: [read()], instance, resources={"table": constant})["read"].value == "localhost:80"
    mapped = server.configured(lambda port: {"host": "here", "port": port}, int)
    run = executed(
        lambda: [read()],
        instance,
        resources={"table": mapped},
        run_config={"resources": {"table": {"config": 8080}}},
    )
    assert run["read"].value == "here:8080"

    text = from_outside.configured({"env": "DAGNB_TEST_TEXT"})
    monkeypatch.setenv("DAGNB_TEST_TEXT", "from outside")
    assert executed(lambda: [read()], instance, resources={"table": text})["read"].value == "from outside"


def test_config_that_a_function_makes_wrong_is_told_before_the_run(instance: Instance) -> None:
    mapped = server.configured(lambda port: {"host": "here", "port": str(port)}, int)
    with pytest.raises(DagnbConfigError, match="port") as caught:
        executed(
            lambda: [read()],
            instance,
            resources={"table": mapped},
            run_config={"resources": {"table": {"config": 8080}}},
        )
    assert "resource server" in str(caught.value)
    assert instance.runs.runs() == []


def test_config_of_a_resource_that_nobody_makes_may_be_missing(instance: Instance) -> None:
    mode = ModeDefinition(resource_defs={"table": server})
    made = Pipeline(compose_pipeline(lambda: [read(), plain()], name="p", mode_defs=[mode]))
    assert made.run(solid_selection="plain", instance=instance).success
    with pytest.raises(DagnbConfigError, match="host"):
        made.run(instance=instance)
    with pytest.raises(DagnbConfigError, match="port"):  # what is given is checked all the same
        made.run(
            {"resources": {"table": {"config": {"host": "a", "port": "b"}}}}, solid_selection="plain", instance=instance
        )


def test_an_environment_variable_of_a_resource_that_nobody_makes_may_be_missing(instance: Instance) -> None:
    text = from_outside.configured({"env": "DAGNB_NOT_THERE"})
    mode = ModeDefinition(resource_defs={"table": text})
    made = Pipeline(compose_pipeline(lambda: [read(), plain()], name="p", mode_defs=[mode]))
    assert made.run(solid_selection="plain", instance=instance).success
    with pytest.raises(DagnbConfigError, match="DAGNB_NOT_THERE"):
        made.run(instance=instance)


REAL = {"resources": {"table": {"config": {"host": "prod", "port": 5432}}}}


@pipeline(
    mode_defs=[ModeDefinition("prod", {"table": server}), ModeDefinition("dev", {"table": "dev"})],
    preset_defs=[PresetDefinition("nightly", REAL, mode="prod")],
)
def report() -> None:
    read()


def test_a_resource_is_swapped_in_one_line(instance: Instance) -> None:
    assert report.run(resources={"table": "fake"}, instance=instance)["read"].value == "fake"
    assert report.run(REAL, resources={"table": "fake"}, instance=instance)["read"].value == "fake"
    assert report.run(preset="nightly", resources={"table": "fake"}, instance=instance)["read"].value == "fake"
    assert report.run(mode="dev", resources={"table": "fake"}, instance=instance)["read"].value == "fake"
    made = execute_pipeline(report, REAL, mode="prod", instance=instance, resources={"table": "fake"})
    assert (made["read"].value, made.mode) == ("fake", "prod")
    assert report.run(REAL, instance=instance)["read"].value == "prod:5432", "and only for that run"


def test_a_definition_in_its_place_has_its_own_config(instance: Instance) -> None:
    other = ResourceDefinition.string_resource()
    config = {"resources": {"table": {"config": "text"}}}
    assert report.run(config, resources={"table": other}, instance=instance)["read"].value == "text"
    with pytest.raises(DagnbConfigError):
        report.run(REAL, resources={"table": other}, instance=instance)


def test_an_unknown_resource_to_swap_is_told_before_anything_runs(instance: Instance) -> None:
    with pytest.raises(DagnbNotFoundError, match="no resource to replace named tabel") as caught:
        report.run(resources={"tabel": 1}, instance=instance)
    assert "did you mean table?" in str(caught.value)
    assert "mode prod" in str(caught.value)
    assert instance.runs.runs() == []


def test_hooks_have_their_own_resources(instance: Instance) -> None:
    log: list[str] = []

    @success_hook(required_resource_keys={"slack"})
    def tell(context: Any) -> None:
        log.append(context.resources.slack)
        assert not hasattr(context.resources, "engine")

    resources = {"slack": generator("slack", log, "engine"), "engine": generator("engine", log)}
    run = executed(lambda: [plain.with_hooks({tell})()], instance, resources=resources)
    assert run.success
    assert log == ["make engine", "make slack", "engine/slack", "end slack", "end engine"]


def test_a_hook_names_the_resource_that_it_did_not_ask_for(instance: Instance) -> None:
    errors: list[DagnbUnknownResourceError] = []

    @success_hook
    def tell(context: Any) -> None:
        try:
            context.resources.slack  # noqa: B018
        except DagnbUnknownResourceError as error:
            errors.append(error)
            raise

    executed(lambda: [plain.with_hooks({tell})()], instance, resources={"slack": 1})
    assert "the hook did not ask for the resource slack" in str(errors[0])
    assert "at: hook tell of plain" in str(errors[0])

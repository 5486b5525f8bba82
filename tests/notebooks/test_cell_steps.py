"""What a cell solid's cell reaches of its step: the context, events, outputs by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import cloudpickle
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Failure,
    Instance,
    ModeDefinition,
    Output,
    execute_pipeline,
    execute_solid,
    pipeline,
    yield_event,
    yield_result,
)
from dagnb.errors import DagnbInvalidDefinitionError, DagnbOutputError, DagnbUnknownResourceError
from dagnb.events.records import AssetMaterialized, ExpectationChecked, MessageLogged, OutputProduced
from dagnb.notebooks.cells import cell_solid
from dagnb.notebooks.magics import describe

EVENTS = {
    "AssetMaterialization": AssetMaterialization,
    "EventMetadataEntry": EventMetadataEntry,
    "ExpectationResult": ExpectationResult,
    "Failure": Failure,
    "Output": Output,
    "asyncio": asyncio,
}


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral() as made:
        yield made


def test_a_cell_yields_events_of_its_step_as_it_goes(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    source = """
late = flights * 2
yield_event(AssetMaterialization("flights.late", metadata_entries=[EventMetadataEntry.int(late, "rows")]))
yield_event(ExpectationResult(success=late > 100, label="many"))
"""
    result = execute_solid(cell_solid("late", source, dict(EVENTS)), input_values={"flights": 3}, instance=instance)
    assert result.value == 6
    assert result.materializations["rows"].tolist() == [6]
    assert result.expectations["success"].tolist() == [False]
    kinds = [type(record.event) for record in result._run.event_list if record.step_key == "late"]
    assert kinds.index(AssetMaterialized) < kinds.index(ExpectationChecked) < kinds.index(OutputProduced)
    assert capsys.readouterr().out == "", "events of a run are seen with the run"


def test_events_before_a_failure_are_kept(instance: Instance) -> None:
    source = 'x = 1\nyield_event(AssetMaterialization("a"))\nyield_event(Failure("too few"))'
    result = execute_solid(cell_solid("it", source, dict(EVENTS)), raise_on_error=False, instance=instance)
    assert result.materializations["asset"].tolist() == ["a"]
    assert isinstance(result.error, Failure)


def test_outputs_are_given_by_name(instance: Instance) -> None:
    source = 'share = 0.5\nyield_result(share, "share")\nyield_result(7, output_name="count")\nshare = 0.9'
    defined = cell_solid("it", source, {})
    assert describe(defined) == "solid it() → share, count"
    assert execute_solid(defined, instance=instance).output_values == {"share": 0.5, "count": 7}
    assert defined()._asdict() == {"share": 0.5, "count": 7}, "called by hand it gives the same"


def test_a_cell_may_give_its_result_and_assign_nothing(instance: Instance) -> None:
    defined = cell_solid("it", "yield_result(3)", {})
    assert execute_solid(defined, instance=instance).value == 3
    assert list(cell_solid("it", "x = 1", {"yield_result": yield_result}).outputs) == ["result"]
    defined = cell_solid("it", 'x = 1\nyield_result(2, "y")', {}, outputs=["x"])
    assert execute_solid(defined, instance=instance).output_values == {"y": 2, "x": 1}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('share = 1\nyield_event(Output(2, "shar"))', "no output named shar"),
        ('yield_result(1, "a")\nyield_result(2, "a")', "a was given already"),
        ('share = 1\nyield_event(Output(2, "total"))', "%%solid it --out result,total declares it"),
    ],
)
def test_an_output_that_is_not_declared_or_comes_twice_is_told(source: str, told: str, instance: Instance) -> None:
    with pytest.raises(DagnbOutputError, match=told):
        execute_solid(cell_solid("it", source, dict(EVENTS)), instance=instance)
    with pytest.raises(DagnbInvalidDefinitionError, match="not an event"):
        execute_solid(cell_solid("it", "x = 1\nyield_event(3)", {}), instance=instance)


def test_the_context_is_that_of_the_step(instance: Instance) -> None:
    source = """
context = get_context()
context.log.info("at work", rows=3)
said = [context.solid_name, context.step_key, context.mode, context.pipeline_name, context.resources.db, context.run_id]
"""
    defined = cell_solid("tell", source, {}, required_resource_keys=["db"])

    @pipeline(mode_defs=[ModeDefinition("dev", {"db": 5, "other": 6})])
    def telling() -> None:
        defined.alias("told")()

    run = execute_pipeline(telling, instance=instance)
    assert run["told"].value == ["told", "told", "dev", "telling", 5, run.run_id]
    assert run.logs[["step", "message"]].to_numpy().tolist() == [["told", "at work"]]


def test_a_resource_that_the_cell_did_not_ask_for_is_told_with_the_line_to_write(instance: Instance) -> None:
    defined = cell_solid("tell", "x = get_context().resources.slack", {}, required_resource_keys=["db"])
    mode = ModeDefinition("dev", {"db": 5, "slack": 6})
    with pytest.raises(DagnbUnknownResourceError, match="%%solid tell --resources db,slack"):
        execute_solid(defined, mode, instance=instance)


def test_cells_that_await_have_it_too(instance: Instance) -> None:
    source = 'await asyncio.sleep(0)\nyield_event(AssetMaterialization("a"))\nwho = get_context().solid_name'
    result = execute_solid(cell_solid("it", source, dict(EVENTS)), instance=instance)
    assert result.value == "it"
    assert result.materializations["asset"].tolist() == ["a"]


def test_a_cell_travels_with_its_outputs(instance: Instance) -> None:
    source = 'yield_result(get_context().solid_name, "who")'
    sent = cloudpickle.loads(cloudpickle.dumps(cell_solid("it", source, {})))
    assert execute_solid(sent, instance=instance).output_value("who") == "it"


@pytest.mark.parametrize("name", ["_", "ctx", "self"])
def test_an_input_may_be_called_as_a_context_would_be(name: str, instance: Instance) -> None:
    defined = cell_solid("it", f"twice = {name} * factor", {})
    assert list(defined.inputs) == [name, "factor"]
    assert execute_solid(defined, input_values={name: 3, "factor": 2}, instance=instance).value == 6


def test_after_the_cell_it_is_by_hand_again(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    execute_solid(cell_solid("it", "x = 1", {}), instance=instance)
    yield_event(AssetMaterialization("a"))
    assert capsys.readouterr().out == "materialized a\n"


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            AssetMaterialization(
                "a",
                metadata_entries=[
                    EventMetadataEntry.int(336776, "rows"),
                    EventMetadataEntry.float(12.600912384, "mean"),
                    EventMetadataEntry.table([{"x": 1}] * 15, "head"),
                    EventMetadataEntry.table([{"x": 1}], "last"),
                    EventMetadataEntry.bool(True, "whole"),
                ],
            ),
            "materialized a · rows 336,776 · mean 12.6 · head 15 rows · last 1 row · whole yes",
        ),
        (Output(pd.DataFrame({"a": [1, 2]}), "frame"), "output frame · DataFrame 2 × 1"),
    ],
)
def test_by_hand_an_event_is_a_line_and_nothing_more(event: Any, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    try:
        shell.user_ns.update(yield_event=yield_event, event=event)
        shell.run_cell("yield_event(event)").raise_error()  # type: ignore[no-untyped-call]
    finally:
        InteractiveShell.clear_instance()
    assert capsys.readouterr().out == f"{line}\n"


def test_a_line_with_resources_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    try:
        shell.run_line_magic("load_ext", "dagnb")
        shell.run_cell("%%solid it --resources db,slack\nx = 1").raise_error()  # type: ignore[no-untyped-call]
        assert shell.user_ns["it"].required_resource_keys == {"db", "slack"}
    finally:
        InteractiveShell.clear_instance()
    assert MessageLogged.__name__ not in capsys.readouterr().out

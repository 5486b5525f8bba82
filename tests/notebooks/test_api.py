"""What notebooks call, by hand: in a run it is tested with the engine."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from dagnb import get_context, yield_event, yield_result
from dagnb.config import DagnbConfigError
from dagnb.definitions import ModeDefinition, resource
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbUnknownResourceError
from dagnb.events import AssetMaterialization, EventMetadataEntry, ExpectationResult, Failure, Output
from dagnb.notebooks.by_hand import tear_down
from dagnb.notebooks.wire import decode_message, encode_message


def test_by_hand_results_are_returned_and_events_shown(capsys: pytest.CaptureFixture[str]) -> None:
    frame = object()
    assert yield_result(frame, "model") is frame
    event = AssetMaterialization("a.b", "written", [EventMetadataEntry.int(3, "rows")])
    yield_event(event)
    yield_event(ExpectationResult(success=False, label="unique"))
    yield_event(Output(1))
    assert capsys.readouterr().out == (
        "materialized a.b · written · rows 3\nexpectation unique not met\noutput result · 1\n"
    )
    with pytest.raises(Failure, match="too few"):
        yield_event(Failure("too few"))
    with pytest.raises(DagnbInvalidDefinitionError, match="not an event"):
        yield_event(3)


def test_by_hand_the_config_is_what_is_given_or_the_notebooks_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_context(solid_config={"folds": 3}).solid_config == {"folds": 3}
    monkeypatch.setattr(sys.modules["__main__"], "some_folds", 7, raising=False)
    config = get_context().solid_config
    assert config["some_folds"] == 7
    assert dict(config)["some_folds"] == 7
    with pytest.raises(KeyError):
        config["no_such_name_at_all"]


def test_by_hand_resources_are_made_of_the_mode() -> None:
    def make(context: Any) -> Any:
        yield {"rows": context.resource_config["rows"], "key": context.resource_key}

    table = resource(config_schema={"rows": int})(make)
    mode = ModeDefinition("test", {"table": table, "plain": 5})
    run_config = {"resources": {"table": {"config": {"rows": 3}}}}
    context = get_context(mode_def=mode, resources={"more": 1}, run_config=run_config)
    assert context.resources.table == {"rows": 3, "key": "table"}
    assert (context.resources.plain, context.resources.more, context.mode) == (5, 1, "test")
    with pytest.raises(DagnbUnknownResourceError, match="did you mean table"):
        _ = context.resources.tabel
    with pytest.raises(DagnbConfigError, match="rows"):
        get_context(mode_def=mode)
    with pytest.raises(DagnbInvariantViolationError, match="plain is given twice"):
        get_context(mode_def=mode, resources={"plain": 1}, run_config=run_config)


def test_by_hand_resources_may_need_resources_be_configured_and_async(capsys: pytest.CaptureFixture[str]) -> None:
    ended: list[str] = []

    @resource(config_schema={"rows": int}, required_resource_keys={"engine"})
    def table(context: Any) -> Any:
        context.log.info("opened", rows=context.resource_config["rows"])
        yield f"{context.resource_config['rows']} rows of {context.resources.engine}"
        ended.append("table")

    @resource(config_schema={"host": str, "port": int})
    async def engine(context: Any) -> Any:
        yield "{host}:{port}".format(**context.resource_config)
        ended.append("engine")
        raise OSError("gone already")

    engine_at = engine.configured(lambda config: {"host": "localhost", **config}, {"port": int})
    mode = ModeDefinition("dev", {"table": table.configured({"rows": 3}), "engine": engine_at})
    config = {"resources": {"engine": {"config": {"port": 80}}}, "solids": {"fit": {}}}
    assert get_context(mode_def=mode, run_config=config).resources.table == "3 rows of localhost:80"
    assert capsys.readouterr().err == "info: opened rows=3\n"
    with pytest.raises(DagnbConfigError, match="port"):
        get_context(mode_def=mode)
    tear_down()  # as the end of the process does
    assert ended == ["table", "engine"]
    assert capsys.readouterr().err == "the resource engine raised in its teardown: OSError: gone already\n"


def test_a_resource_that_cannot_be_made_by_hand_says_its_own_error_and_ends_the_others() -> None:
    ended: list[str] = []

    @resource
    def first() -> Any:
        yield 1
        ended.append("first")

    @resource(required_resource_keys={"first"})
    def second(_context: Any) -> Any:
        raise OSError("no such host")

    with pytest.raises(OSError, match="no such host") as caught:
        get_context(mode_def=ModeDefinition("dev", {"second": second, "first": first}))
    assert ended == ["first"]
    assert not any("run" in note for note in getattr(caught.value, "__notes__", ()))


def test_the_log_shows_in_the_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    get_context().log.warning("few rows", rows=3)
    assert capsys.readouterr().err == "warning: few rows rows=3\n"


def test_messages_of_an_unknown_kind_are_passed_over() -> None:
    assert decode_message("FromTheFuture", "{}") is None
    kind, payload = encode_message(AssetMaterialization("a", partition="2013"))
    decoded = decode_message(kind, payload)
    assert isinstance(decoded, AssetMaterialization)
    assert decoded.partition == "2013"

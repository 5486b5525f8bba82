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


def test_the_log_shows_in_the_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    get_context().log.warning("few rows", rows=3)
    assert capsys.readouterr().err == "warning: few rows rows=3\n"


def test_messages_of_an_unknown_kind_are_passed_over() -> None:
    assert decode_message("FromTheFuture", "{}") is None
    kind, payload = encode_message(AssetMaterialization("a", partition="2013"))
    decoded = decode_message(kind, payload)
    assert isinstance(decoded, AssetMaterialization)
    assert decoded.partition == "2013"

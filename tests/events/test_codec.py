"""Events to JSON and back: nothing is lost, whatever is in them, whoever wrote them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbValueError
from dagnb.events import AssetKey, EventMetadataEntry
from dagnb.events.codec import decode_event, decode_record, encode_event, encode_record
from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    EventRecord,
    MessageLogged,
    OutputProduced,
    RunFailed,
    StepFailed,
    StepStarted,
    StepSucceeded,
    UnrecognizedEvent,
)
from tests.events.strategies import EVENT_CLASSES, START, any_event, events_of, json_values, moments, texts


@pytest.mark.parametrize("cls", EVENT_CLASSES, ids=lambda cls: cls.__name__)
def test_every_kind_of_event_comes_back_as_it_was(cls: type) -> None:
    @settings(max_examples=25)
    @given(events_of(cls))
    def comes_back(event: Any) -> None:
        text = encode_event(event)
        assert json.loads(text)["_"] == cls.__name__
        assert decode_event(cls.__name__, text) == event
        assert encode_event(decode_event(cls.__name__, text)) == text

    comes_back()


@settings(max_examples=40)
@given(any_event, texts, st.integers(1), moments, st.none() | texts)
def test_a_record_comes_back_from_one_line(event: Any, run_id: str, seq: int, at: Any, step: str | None) -> None:
    record = EventRecord(run_id=run_id, seq=seq, at=at, event=event, step_key=step)
    line = encode_record(record)
    assert "\n" not in line
    assert decode_record(line) == record


@given(json_values)
def test_json_of_the_users_is_never_taken_for_a_record(value: Any) -> None:
    looks_like_ours = {"_": "AssetKey", "path": ["a"], "value": value}
    entry = EventMetadataEntry.json(looks_like_ours, "x")
    event = AssetMaterialized(asset_key=AssetKey("a"), metadata=(entry,))
    back = decode_event("AssetMaterialized", encode_event(event))
    assert isinstance(back, AssetMaterialized)
    assert back.metadata[0].value == looks_like_ours


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_does_not_know_survive(value: float) -> None:
    event = AssetMaterialized(asset_key=AssetKey("a"), metadata=(EventMetadataEntry.float(value, "loss"),))
    back = decode_event("AssetMaterialized", encode_event(event))
    assert isinstance(back, AssetMaterialized)
    assert repr(back.metadata[0].value) == repr(value)


def test_an_event_of_a_newer_kind_is_kept_as_it_stands() -> None:
    payload = '{"_":"StepDreamed","of":["sheep"]}'
    event = decode_event("StepDreamed", payload)
    assert event == UnrecognizedEvent(name="StepDreamed", payload=payload)
    assert encode_event(event) == payload
    assert EventRecord(run_id="r", seq=1, at=START, event=event).kind == "StepDreamed"


def test_a_metadata_entry_of_a_newer_kind_reads_as_json() -> None:
    payload = (
        '{"_":"AssetMaterialized","asset_key":{"_":"AssetKey","path":["a"]},"metadata":[{"_":"EventMetadataEntry",'
        '"label":"shape","description":null,"entry_data":{"_":"ShapeMetadataEntryData","sides":[1,2]}}]}'
    )
    event = decode_event("AssetMaterialized", payload)
    assert isinstance(event, AssetMaterialized)
    assert event.metadata[0].kind == "json"
    assert event.metadata[0].value == {"_": "ShapeMetadataEntryData", "sides": [1, 2]}
    assert decode_event("AssetMaterialized", encode_event(event)) == event


def test_fields_of_a_newer_dagnb_are_passed_over_and_missing_ones_have_their_defaults() -> None:
    assert decode_event("StepStarted", '{"_":"StepStarted","attempt":3,"mood":"fine"}') == StepStarted(attempt=3)
    assert decode_event("StepStarted", '{"_":"StepStarted"}') == StepStarted()
    old = '{"_":"StepFailed","error":{"_":"ErrorInfo","cls_name":"E","message":"m","colour":"red"},"seconds":1.0}'
    assert decode_event("StepFailed", old) == StepFailed(error=ErrorInfo(cls_name="E", message="m"), seconds=1.0)


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("StepSucceeded", "{"),
        ("StepSucceeded", '"a text"'),
        ("StepSucceeded", '{"_":"StepStarted"}'),
        ("StepSucceeded", '{"_":"StepSucceeded"}'),
        ("AssetMaterialized", '{"_":"AssetMaterialized","asset_key":{"_":"AssetKey","path":[]}}'),
        ("AssetMaterialized", '{"_":"AssetMaterialized","asset_key":{"_":"AssetKey"}}'),
    ],
)
def test_a_damaged_payload_is_told_with_its_kind(name: str, payload: str) -> None:
    with pytest.raises(DagnbValueError, match=name):
        decode_event(name, payload)


def test_what_is_at_its_default_is_not_written() -> None:
    assert encode_event(StepStarted()) == '{"_":"StepStarted"}'
    assert encode_event(RunFailed(failed_steps=("a",))) == '{"_":"RunFailed","failed_steps":["a"]}'
    assert encode_event(StepSucceeded(seconds=0)) == '{"_":"StepSucceeded","seconds":0}'


def test_what_does_not_belong_in_an_event_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        encode_event(MessageLogged(level="info", message="x", fields=(("a", object()),)))  # type: ignore[arg-type]


def test_old_encodings_stay_readable() -> None:
    # Written by the first release: these texts stand in people's databases.
    produced = (
        '{"_":"OutputProduced","output_name":"result","type_check":{"_":"TypeCheckInfo","type_name":"DataFrame"},'
        '"value":{"_":"ValueInfo","type_name":"DataFrame","rows":3,"bytes":120,"columns":[{"_":"ColumnInfo","name":"a",'
        '"dtype":"int64","nulls":0}]},"reference":{"_":"ValueReference","codec":"pandas","address":"r/load/result.parquet",'
        '"bytes":900,"digest":"ab"},"code_version":"cd","data_version":"ab","inputs":[{"_":"InputVersion",'
        '"input_name":"x","run_id":"r","step_key":"a","output_name":"result"}]}'
    )
    event = decode_event("OutputProduced", produced)
    assert isinstance(event, OutputProduced)
    assert event.value.columns is not None
    assert (event.value.rows, event.value.columns[0].dtype, event.inputs[0].step_key) == (3, "int64", "a")
    assert encode_event(event) == produced

"""Any event, any metadata entry: drawn from the annotations of their classes, so that a new one is tested at once."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from dagnb.events.keys import AssetKey
from dagnb.events.metadata import (
    EventMetadataEntry,
    JsonMetadataEntryData,
    MetadataEntryData,
    Scalar,
    TableMetadataEntryData,
)
from dagnb.events.records import ErrorInfo, Event, EventRecord, UnrecognizedEvent

# Every character that Python has, lone surrogates too: file names and notebooks bring them.
texts = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(["_", "AssetKey", "StepFailed"])
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001  # made aware
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.just("_"), inner, max_size=3),
    max_leaves=8,
)
causes = st.none() | st.builds(ErrorInfo, cls_name=texts, message=texts, traceback=texts, where=st.none() | texts)
keys = st.builds(AssetKey, st.lists(texts.filter(bool), min_size=1, max_size=3))


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return what may stand where the annotation stands."""
    known = {
        str: texts,
        int: st.integers(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        type(None): st.none(),
        datetime: moments,
        AssetKey: keys,
        EventMetadataEntry: entries,
        ErrorInfo: st.builds(ErrorInfo, cls_name=texts, message=texts, traceback=texts, where=texts, cause=causes),
    }
    if hint in known:
        return known[hint]
    origin, inner = get_origin(hint), get_args(hint)
    match origin:
        case None:
            return records_of(hint)
        case _ if origin is Literal:
            return st.sampled_from(inner)
        case _ if origin is tuple and inner[-1] is Ellipsis:
            return st.lists(values_of(inner[0]), max_size=3).map(tuple)
        case _ if origin is tuple:
            return st.tuples(*[values_of(each) for each in inner])
    return st.one_of([values_of(each) for each in inner])


def records_of(cls: type) -> st.SearchStrategy[Any]:
    """Return instances of a record class, with every field drawn."""
    hints = get_type_hints(cls)
    return st.builds(cls, **{field.name: values_of(hints[field.name]) for field in fields(cls)})


def _data_of(cls: type) -> st.SearchStrategy[Any]:
    if cls is JsonMetadataEntryData:
        return json_values.map(lambda value: EventMetadataEntry.json(value, "x").entry_data)
    if cls.__name__ == "FloatMetadataEntryData":
        return st.builds(cls, st.floats(allow_nan=False))
    if cls is TableMetadataEntryData:
        return st.lists(texts, max_size=3).flatmap(_tables_of)
    return records_of(cls)


def _tables_of(columns: list[str]) -> st.SearchStrategy[TableMetadataEntryData]:
    rows = st.lists(st.tuples(*[values_of(Scalar) for _ in columns]), max_size=3).map(tuple)
    return st.builds(TableMetadataEntryData, st.just(tuple(columns)), rows)


entries: st.SearchStrategy[EventMetadataEntry] = st.deferred(
    lambda: st.builds(
        EventMetadataEntry, texts, st.none() | texts, st.one_of([_data_of(cls) for cls in get_args(MetadataEntryData)])
    )
)

EVENT_CLASSES: tuple[type, ...] = tuple(cls for cls in get_args(Event) if cls is not UnrecognizedEvent)


def events_of(cls: type) -> st.SearchStrategy[Any]:
    """Return events of one class."""
    return records_of(cls)


any_event: st.SearchStrategy[Any] = st.deferred(lambda: st.one_of([events_of(cls) for cls in EVENT_CLASSES]))

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def numbered(events: list[tuple[str | None, Any]]) -> list[EventRecord]:
    """Return events, each with its step, as the records of one run, a second apart."""
    return [
        EventRecord(run_id="r", seq=seq, at=START + timedelta(seconds=seq), step_key=step, event=event)
        for seq, (step, event) in enumerate(events, 1)
    ]

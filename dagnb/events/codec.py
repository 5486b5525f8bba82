"""Events to JSON and back, with a schema version.

A record becomes ``{"_": class name, field: value ...}`` with fields at their defaults left out. No dict with
keys of the user's ever appears in the encoding (user JSON is kept as text), so a ``"_"`` is always ours.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, get_args

from dagnb.errors import DagnbValueError
from dagnb.events import records
from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry, FloatMetadataEntryData, JsonMetadataEntryData, MetadataEntryData
from dagnb.events.records import Event, EventRecord, UnrecognizedEvent

_NESTED: tuple[type, ...] = (
    records.ErrorInfo,
    records.InputVersion,
    records.ColumnInfo,
    records.ValueInfo,
    records.ValueReference,
    records.TypeCheckInfo,
    EventMetadataEntry,
    *get_args(MetadataEntryData),
)
_EVENTS: dict[str, type] = {cls.__name__: cls for cls in get_args(Event)}
_CLASSES: dict[str, type] = {**{cls.__name__: cls for cls in _NESTED}, **_EVENTS}
_REQUIRED = object()

EVENT_SCHEMA = 1


def _defaults(cls: type) -> list[tuple[str, Any]]:
    return [(field.name, _REQUIRED if field.default is MISSING else field.default) for field in fields(cls)]


_FIELDS: dict[type, tuple[str, list[tuple[str, Any]]]] = {cls: (name, _defaults(cls)) for name, cls in _CLASSES.items()}


def _encode_other(value: Any) -> Any:
    if type(value) is AssetKey:
        return {"_": "AssetKey", "path": value.path}
    if isinstance(value, datetime):
        return {"_": "datetime", "at": value.astimezone(UTC).isoformat()}
    if type(value) in _FIELDS:
        return json.loads(_text(value))
    raise TypeError(f"{type(value).__name__} does not belong in an event")


_encoder = json.JSONEncoder(default=_encode_other, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

# Every step waits for four events to be written: records become text piece by piece, which takes half the time of the
# encoder of `json` with its call back into Python for each.
_Writer = Callable[[Any], str]
_writers: dict[type, _Writer] = {
    str: json.encoder.encode_basestring,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    float: lambda value: float.__repr__(value) if math.isfinite(value) else _encoder.encode(value),
    tuple: lambda items: f"[{','.join([_text(item) for item in items])}]",
}


def _text(value: Any) -> str:
    writer = _writers.get(type(value))
    return writer(value) if writer is not None else _encoder.encode(value)


def _writer_of(cls: type) -> _Writer:
    name, names = _FIELDS[cls]
    head = f'{{"_":"{name}"'
    fields_of = [(field, f',"{field}":', default) for field, default in names]

    def write(record: Any) -> str:
        text = head
        for field, prefix, default in fields_of:
            item = getattr(record, field)
            if item is not default and (default is _REQUIRED or item != default):
                text += prefix + _text(item)
        return text + "}"

    return write


def _write_float_entry(data: FloatMetadataEntryData) -> str:
    value = data.value if math.isfinite(data.value) else str(data.value)
    return f'{{"_":"FloatMetadataEntryData","value":{_text(value)}}}'


_writers.update({cls: _writer_of(cls) for cls in _FIELDS})
_writers[FloatMetadataEntryData] = _write_float_entry


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _decode_float(encoded: dict[str, Any]) -> FloatMetadataEntryData:
    return FloatMetadataEntryData(float(encoded["value"]))


def _decode_entry(encoded: dict[str, Any]) -> EventMetadataEntry:
    data = encoded["entry_data"]
    if isinstance(data, dict):  # of a kind that a newer dagnb has
        data = JsonMetadataEntryData(json.dumps(data, ensure_ascii=False))
    return EventMetadataEntry(encoded["label"], encoded["description"], data)


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "AssetKey": lambda encoded: AssetKey(encoded["path"]),
    "datetime": lambda encoded: datetime.fromisoformat(encoded["at"]),
    "FloatMetadataEntryData": _decode_float,
    "EventMetadataEntry": _decode_entry,
}


def _decode_record(encoded: dict[str, Any]) -> Any:
    name = encoded.get("_")
    if name is None:
        return encoded
    reader = _READERS.get(name)
    if reader is not None:
        return reader(encoded)
    cls = _CLASSES.get(name)
    if cls is None:
        return encoded
    known = {field for field, _ in _FIELDS[cls][1]}
    return cls(**{key: _tuples(value) for key, value in encoded.items() if key in known})


def encode_event(event: Event) -> str:
    """Return the event as a JSON text.

    >>> encode_event(records.StepSucceeded(seconds=0.5))
    '{"_":"StepSucceeded","seconds":0.5}'
    """
    if isinstance(event, UnrecognizedEvent):
        return event.payload
    return _text(event)


def decode_event(name: str, payload: str) -> Event:
    """Return the event that `encode_event` wrote; one of an unknown kind comes back as `UnrecognizedEvent`.

    Raises:
        DagnbValueError: `payload` is not what `encode_event` writes.

    >>> decode_event("StepSucceeded", '{"_":"StepSucceeded","seconds":0.5}')
    StepSucceeded(seconds=0.5)
    """
    cls = _EVENTS.get(name)
    if cls is None:
        return UnrecognizedEvent(name=name, payload=payload)
    try:
        event = json.loads(payload, object_hook=_decode_record)
    except (ValueError, TypeError, KeyError) as error:
        raise DagnbValueError(f"a stored event of kind {name} cannot be read ({error})", got=payload[:80]) from None
    if not isinstance(event, cls):
        raise DagnbValueError(f"a stored event of kind {name} holds something else", got=payload[:80])
    return event  # type: ignore[return-value]  # cls is one of Event's members


def encode_record(record: EventRecord) -> str:
    """Return a whole record as one line of JSON, for export."""
    return json.dumps(
        {
            "v": EVENT_SCHEMA,
            "run_id": record.run_id,
            "seq": record.seq,
            "at": record.at.isoformat(),
            "step_key": record.step_key,
            "kind": record.kind,
            "event": encode_event(record.event),
        },
        ensure_ascii=False,
    )


def decode_record(line: str) -> EventRecord:
    """Read back what `encode_record` wrote."""
    data = json.loads(line)
    return EventRecord(
        run_id=data["run_id"],
        seq=data["seq"],
        at=datetime.fromisoformat(data["at"]),
        step_key=data["step_key"],
        event=decode_event(data["kind"], data["event"]),
    )

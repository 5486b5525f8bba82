"""Events and log lines on their way from a notebook to its engine, as JSON."""

from __future__ import annotations

import json
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.codec import decode_event, encode_event
from dagnb.events.records import AssetMaterialized, ErrorInfo, ExpectationChecked, MessageLogged, StepFailed
from dagnb.events.user import AssetMaterialization, ExpectationResult, Failure, RetryRequested

NotebookEvent = AssetMaterialization | ExpectationResult | MessageLogged | Failure | RetryRequested


def recorded_event(event: Any) -> AssetMaterialized | ExpectationChecked | None:
    """Return the event that a run records for one that is yielded; None when it is neither of the two kinds."""
    if isinstance(event, AssetMaterialization):
        return AssetMaterialized(
            asset_key=event.asset_key,
            description=event.description,
            metadata=event.metadata_entries,
            partition=event.partition,
        )
    if isinstance(event, ExpectationResult):
        return ExpectationChecked(
            success=event.success,
            label=event.label,
            description=event.description,
            metadata=event.metadata_entries,
        )
    return None


def encode_message(event: Any) -> tuple[str, str]:
    """Return kind and payload of an event that a notebook yields, of a line of its log, or of what it raised.

    Raises:
        DagnbInvalidDefinitionError: it is neither.

    >>> encode_message(AssetMaterialization("flights.raw"))[0]
    'AssetMaterialized'
    """
    recorded = recorded_event(event)
    if recorded is not None:
        return type(recorded).__name__, encode_event(recorded)
    if isinstance(event, Failure):
        info = ErrorInfo(cls_name="Failure", message=event.description or "")
        return "StepFailed", encode_event(StepFailed(error=info, seconds=0.0, metadata=event.metadata_entries))
    if isinstance(event, RetryRequested):
        return "RetryRequested", json.dumps([event.max_retries, event.seconds_to_wait])
    if isinstance(event, MessageLogged):
        return "MessageLogged", encode_event(event)
    raise DagnbInvalidDefinitionError(
        "this is not an event that a notebook can yield",
        got=f"{type(event).__name__} {event!r}"[:120],
        expected="AssetMaterialization, ExpectationResult, Output or Failure",
        hint="yield_result(value) hands over a value",
    )


def decode_message(kind: str, payload: str) -> NotebookEvent | None:
    """Return what `encode_message` was given; None for a kind that this dagnb does not know.

    Raises:
        DagnbValueError: the payload is not what `encode_message` writes.
    """
    if kind == "RetryRequested":
        return RetryRequested(*json.loads(payload))
    event = decode_event(kind, payload)
    if isinstance(event, StepFailed):
        return Failure(event.error.message or None, event.metadata)
    if isinstance(event, AssetMaterialized):
        return AssetMaterialization(event.asset_key, event.description, event.metadata, event.partition)
    if isinstance(event, ExpectationChecked):
        return ExpectationResult(event.success, event.label, event.description, event.metadata)
    return event if isinstance(event, MessageLogged) else None

"""Events: what solids yield, what runs record, how it is written down and folded."""

from __future__ import annotations

from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.user import AssetMaterialization, ExpectationResult, Failure, Output, RetryRequested, UserEvent

__all__ = [
    "AssetKey",
    "AssetMaterialization",
    "EventMetadataEntry",
    "ExpectationResult",
    "Failure",
    "Output",
    "RetryRequested",
    "UserEvent",
]

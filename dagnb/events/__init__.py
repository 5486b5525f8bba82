"""Events: what solids yield, what runs record, how it is written down and folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from dagnb.events.keys import AssetKey
    from dagnb.events.metadata import EventMetadataEntry
    from dagnb.events.user import (
        AssetMaterialization,
        DynamicOutput,
        ExpectationResult,
        Failure,
        Output,
        RetryRequested,
        UserEvent,
    )

_HOMES = {
    "keys": ("AssetKey",),
    "metadata": ("EventMetadataEntry",),
    "user": (
        "AssetMaterialization",
        "DynamicOutput",
        "ExpectationResult",
        "Failure",
        "Output",
        "RetryRequested",
        "UserEvent",
    ),
}

__all__ = [
    "AssetKey",
    "AssetMaterialization",
    "DynamicOutput",
    "EventMetadataEntry",
    "ExpectationResult",
    "Failure",
    "Output",
    "RetryRequested",
    "UserEvent",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)

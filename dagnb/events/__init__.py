"""Events: what solids yield, what runs record, how it is written down and folded."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dagnb.events.keys import AssetKey
    from dagnb.events.metadata import EventMetadataEntry
    from dagnb.events.user import AssetMaterialization, ExpectationResult, Failure, Output, RetryRequested, UserEvent

_HOMES = {
    "keys": ("AssetKey",),
    "metadata": ("EventMetadataEntry",),
    "user": ("AssetMaterialization", "ExpectationResult", "Failure", "Output", "RetryRequested", "UserEvent"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

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


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'dagnb.events' has no attribute {name!r}")
    value = getattr(import_module(f"dagnb.events.{home}"), name)
    globals()[name] = value
    return value

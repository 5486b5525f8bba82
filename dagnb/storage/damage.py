"""What a damaged store still tells: events that cannot be read are stood in for, and said to be damaged."""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Self

from dagnb.events.keys import AssetKey
from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    Event,
    EventRecord,
    MessageLogged,
    OutputProduced,
    RunCanceled,
    RunFailed,
    RunStarted,
    RunSucceeded,
    StepFailed,
    StepSkipped,
    StepStarted,
    StepSucceeded,
    TypeCheckInfo,
    ValueInfo,
    ValueReference,
)

__all__ = ["DamageWarning", "StoredRecord", "seconds_in"]

DAMAGED = "DamagedEvent"
_OUTPUT_NAME = re.compile(r'"output_name":"(\w{1,100})"')
_UNKNOWN = math.nan  # seconds


class DamageWarning(UserWarning):
    """Something in the store cannot be read; what else is there is shown without it."""


class StoredRecord(EventRecord):
    """An event as the store holds it. One that cannot be read tells what its kind alone says, with a `DamageWarning`.

    A run so keeps its status and its other steps: an event says by its kind that a step began or how it ended.
    """

    __slots__ = ("_asset_key",)

    _asset_key: AssetKey | None

    def about(self, asset_key: AssetKey) -> Self:
        """Return the record, known to be one of this asset's materializations."""
        object.__setattr__(self, "_asset_key", asset_key)
        return self

    @property
    def event(self) -> Event:
        """The event itself, or what stands in for it."""
        if self._event is None:
            try:
                return super().event
            except Exception:  # noqa: BLE001  # junk can break the reading of it in any way
                object.__setattr__(self, "_event", self._stand_in())
        assert self._event is not None  # noqa: S101  # for the type checker
        return self._event

    def _stand_in(self) -> Event:
        place = f"run {self.run_id[:8]}" + (f" › {self.step_key}" if self.step_key else "")
        text = (
            f"event {self.seq} of {place}, of kind {self._kind}, is damaged: the rest is shown without what it told. "
            "Put a backup of the instance's database in its place, or run the pipeline again"
        )
        warnings.warn(text, DamageWarning, stacklevel=4)
        if self._kind in _ENDS:
            return _ENDS[self._kind](text)
        if self._kind == "OutputProduced":
            return _output(self._payload, text)
        asset_key: AssetKey | None = getattr(self, "_asset_key", None)
        if self._kind == "AssetMaterialized" and asset_key is not None:
            return AssetMaterialized(asset_key=asset_key, description=text)
        return MessageLogged(level="error", message=text)


def _error(text: str) -> ErrorInfo:
    return ErrorInfo(cls_name=DAMAGED, message=text)


_ENDS: Mapping[str, Callable[[str], Event]] = {
    "RunStarted": lambda _: RunStarted(mode="", step_keys=()),
    "RunSucceeded": lambda _: RunSucceeded(),
    "RunFailed": lambda text: RunFailed(error=_error(text)),
    "RunCanceled": lambda _: RunCanceled(),
    "StepStarted": lambda _: StepStarted(),
    "StepSucceeded": lambda _: StepSucceeded(seconds=_UNKNOWN),
    "StepFailed": lambda text: StepFailed(error=_error(text), seconds=_UNKNOWN),
    "StepSkipped": lambda text: StepSkipped(reason=text),
}


def _output(payload: object, text: str) -> OutputProduced:
    named = _OUTPUT_NAME.search(payload) if isinstance(payload, str) else None
    return OutputProduced(
        output_name=named[1] if named else "result",
        type_check=TypeCheckInfo(type_name="Any"),
        value=ValueInfo(type_name="unknown"),
        reference=ValueReference(codec=None, note=text),
    )


def seconds_in(payload: object) -> float | None:
    """Return the seconds that a `StepSucceeded` tells, None when it is damaged.

    >>> seconds_in('{"_":"StepSucceeded","seconds":0.5}'), seconds_in("junk")
    (0.5, None)
    """
    try:
        return float(json.loads(payload)["seconds"])  # type: ignore[arg-type]  # whatever the column holds
    except (ValueError, TypeError, KeyError):
        return None

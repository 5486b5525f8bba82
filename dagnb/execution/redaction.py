"""Hide secrets in what is recorded: a secret of the config can stand in any exception, line or entry."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from dagnb.events import records
from dagnb.events.records import Event

_WITH_TEXT = (
    records.AssetMaterialized,
    records.ExpectationChecked,
    records.MessageLogged,
    records.ResourceEnded,
    records.RunFailed,
    records.StepFailed,
    records.StepProgressed,
    records.StepRetried,
)


def redacted(event: Event) -> Event:
    """Return the event with the secrets that this process has resolved masked in its texts.

    Values of outputs are left as they are: what a solid hands on is its own choice.
    """
    secrets = sys.modules.get("dagnb.config.secret")  # not loaded: no config, and so no secret, was resolved
    if secrets is None:
        return event
    if isinstance(event, _WITH_TEXT):
        hidden: Event = _hide(event, secrets.redact)
        return hidden
    if isinstance(event, records.OutputProduced | records.InputLoaded):
        check = _hide(event.type_check, secrets.redact)
        changed = event if check is event.type_check else replace(event, type_check=check)
        if isinstance(changed, records.OutputProduced) and changed.metadata:
            return replace(changed, metadata=_hide(changed.metadata, secrets.redact))
        return changed
    return event


def _hide(value: Any, redact: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, tuple):
        return tuple(_hide(item, redact) for item in value)
    if not hasattr(value, "__dataclass_fields__"):
        return value
    changed = {}
    for field in fields(value):
        before = getattr(value, field.name)
        after = _hide(before, redact)
        if after != before:
            changed[field.name] = after
    return replace(value, **changed) if changed else value

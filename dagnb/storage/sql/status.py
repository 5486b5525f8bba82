"""The run row's cached status, start and end, as the run's own events say (`dagnb.events.fold`)."""

from __future__ import annotations

from typing import Any

from dagnb.contracts.records import RunStatus
from dagnb.events.records import PendingEvent, RunCanceled, RunFailed, RunStarted, RunSucceeded
from dagnb.storage.moments import to_micros

LIFECYCLE: dict[type, RunStatus] = {
    RunStarted: RunStatus.STARTED,
    RunSucceeded: RunStatus.SUCCESS,
    RunFailed: RunStatus.FAILURE,
    RunCanceled: RunStatus.CANCELED,
}


def status_after(now: tuple[Any, ...], pending: PendingEvent) -> tuple[Any, ...]:
    """Return the columns (status, started_at, ended_at) after one of the events named in `LIFECYCLE`.

    How a run ended stands: what comes after it changes nothing.
    """
    status, started, ended = now
    if RunStatus(status).is_terminal:
        return now
    following = LIFECYCLE[type(pending.event)]
    if not following.is_terminal:
        return following.value, to_micros(pending.at), ended
    return following.value, started, to_micros(pending.at)

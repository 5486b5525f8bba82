"""Close the runs whose owner has died: whoever reads them does it, no daemon is needed."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from dagnb.contracts.clock import Clock
from dagnb.contracts.records import Lease, RunFilter, RunRecord, RunStatus
from dagnb.contracts.stores import Store
from dagnb.errors import DagnbStaleOwnerError
from dagnb.events.records import ErrorInfo, PendingEvent, RunFailed
from dagnb.storage.owner import current_owner, owner_is_alive

LOST = "RunLost"
_UNFINISHED = tuple(status for status in RunStatus if not status.is_terminal)
_BEGUN = (RunStatus.STARTED, RunStatus.CANCELING)

# Where only the heartbeat counts. It comes every 5 s; the wall clock may be set by an hour, and a machine may sleep:
# so a silent owner is watched for a while by this process's own clock before it is given up, unless a day has passed.
SILENCE = 60.0  # seconds by the wall clock
WATCH = 30.0  # seconds by this process's clock
GIVEN_UP = 86_400.0  # seconds by the wall clock


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A lease as it was first seen, and when by this process's clock."""

    lease: Lease
    at: float


class LostRuns:
    """Find runs that nobody will ever end, and end them as FAILURE.

    Args:
        store: the runs.
        clock: the present time, and the clock to watch silent owners by.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[str, _Sighting] = {}
        self._lock = threading.Lock()

    def close_all(self) -> list[str]:
        """Close every lost run and return their ids."""
        unfinished = self._store.runs.runs(RunFilter(statuses=_UNFINISHED))
        return [run.run_id for run in unfinished if self.close(run)]

    def close(self, run: RunRecord) -> bool:
        """Close this run if it is lost; True when that was done.

        The claim fences the late owner off: should it be alive after all, it can write no more.
        """
        if run.status.is_terminal:
            return False
        lease = self._store.runs.lease(run.run_id)
        reason = self._loss(run, lease)
        if reason is None:
            return False
        return self._end(run.run_id, lease, reason)

    def _loss(self, run: RunRecord, lease: Lease | None) -> str | None:
        if lease is None:
            # A run that waits for an owner has none; one that has begun was given up by it.
            return "its owner gave it up before it ended" if run.status in _BEGUN else None
        alive = owner_is_alive(lease.owner)
        if alive is None:
            return self._silence(lease)
        return None if alive else f"its process {lease.owner.pid} on {lease.owner.host} ended before the run did"

    def _silence(self, lease: Lease) -> str | None:
        with self._lock:
            seen = self._seen.get(lease.run_id)
            if seen is None or seen.lease != lease:
                seen = self._seen[lease.run_id] = _Sighting(lease, self._clock.monotonic())
        silent = (self._clock.now() - lease.heartbeat).total_seconds()
        watched = self._clock.monotonic() - seen.at
        if silent > GIVEN_UP or (silent > SILENCE and watched > WATCH):
            return f"nothing was heard of its process {lease.owner.pid} on {lease.owner.host} for {silent:.0f} s"
        return None

    def _end(self, run_id: str, lease: Lease | None, reason: str) -> bool:
        runs = self._store.runs
        try:
            ours = runs.claim(run_id, current_owner(), replacing=lease or "nobody")
            try:
                run = runs.run(run_id)
                if run is None or run.status.is_terminal:
                    return False
                error = ErrorInfo(cls_name=LOST, message=f"the run was lost: {reason}")
                self._store.events.append(ours, [PendingEvent(at=self._clock.now(), event=RunFailed(error=error))])
            finally:
                runs.release(ours)
        except DagnbStaleOwnerError:
            # Somebody else was quicker: the run is theirs to end.
            return False
        with self._lock:
            self._seen.pop(run_id, None)
        return True

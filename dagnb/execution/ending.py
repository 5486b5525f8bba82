"""End a run whose end could not be written down: tried again until the store takes it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dagnb.contracts.records import Lease
from dagnb.errors import DagnbInstanceError, DagnbNotFoundError, DagnbStaleOwnerError
from dagnb.events.records import ErrorInfo, PendingEvent, RunFailed
from dagnb.storage.owner import current_owner

if TYPE_CHECKING:
    from dagnb.instance import Instance

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0  # seconds
_PATIENCE = 86_400.0  # seconds


def end_run(instance: Instance, run_id: str, lease: Lease | None, error: ErrorInfo) -> None:
    """Record the run as failed, if it has not ended, and give it up.

    Args:
        instance: where it is kept.
        run_id: which run.
        lease: this process's right to write to it; None: it has no owner yet.
        error: why it failed.

    Raises:
        DagnbInstanceError: that cannot be written.
    """
    runs = instance.runs
    ours = lease or runs.claim(run_id, current_owner(), replacing="nobody")
    run = runs.run(run_id)
    if run is not None and not run.status.is_terminal:
        instance.events.append(ours, [PendingEvent(at=instance.clock.now(), event=RunFailed(error=error))])
    runs.release(ours)


def end_when_possible(instance: Instance, run_id: str, lease: Lease | None, error: ErrorInfo) -> threading.Thread:
    """Record the run as failed in a thread of its own, once the store can be written within a day; returns the thread.

    Until then the run stays this process's. Should it end first, whoever reads the run finds it lost.
    """

    def attempts() -> None:
        wait = _FIRST_WAIT
        until = time.monotonic() + _PATIENCE
        while instance.home.is_dir() and time.monotonic() < until:
            try:
                end_run(instance, run_id, lease, error)
            except (DagnbStaleOwnerError, DagnbNotFoundError):
                return  # it is somebody else's to end, or gone
            except DagnbInstanceError:
                time.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return

    thread = threading.Thread(target=attempts, name=f"dagnb-ending-{run_id[:8]}", daemon=True)
    thread.start()
    return thread

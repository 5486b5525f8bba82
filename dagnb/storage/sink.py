"""Group the events of a run, so that one transaction carries many."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable
from typing import Self

from dagnb.contracts.clock import Clock
from dagnb.contracts.records import Lease
from dagnb.contracts.stores import EventLog
from dagnb.errors import DagnbInvariantViolationError
from dagnb.events.records import EventRecord, PendingEvent

GROUP_SIZE = 50  # events
GROUP_DELAY = 0.01  # seconds
HEARTBEAT_PERIOD = 5.0  # seconds


class GroupCommitSink:
    """Take events from any thread and commit them in their order, 50 at a time or 10 ms after the first.

    A full group is committed by the thread that filled it, any other by one thread of the sink's own, which also
    says every 5 seconds that the owner lives. What that thread runs into is raised by the next `emit` or `flush`.

    Args:
        log: where the events go.
        lease: the right to append to the run.
        clock: tells when the next heartbeat is due.
        on_commit: called with each group once it is committed, in order, from whichever thread committed it. When it
            raises, it is not called again: a view must not stop a run.
    """

    def __init__(
        self,
        log: EventLog,
        lease: Lease,
        clock: Clock,
        *,
        on_commit: Callable[[list[EventRecord]], None] | None = None,
    ) -> None:
        self.lease = lease
        self.on_commit = on_commit
        self._log = log
        self._clock = clock
        self._buffer: list[PendingEvent] = []
        self._changed = threading.Condition()
        self._committing = threading.Lock()
        self._error: BaseException | None = None
        self._closed = False
        self._resting = True
        self._thread = threading.Thread(target=self._work, name=f"dagnb-sink-{lease.run_id[:8]}", daemon=True)
        self._thread.start()

    @property
    def error(self) -> BaseException | None:
        """What kept events from being committed; from then on nothing is."""
        return self._error

    def emit(self, event: PendingEvent) -> None:
        """Hand an event over; it is committed within 10 ms or 50 events.

        Raises:
            DagnbStaleOwnerError: the run has passed to somebody else.
            DagnbInstanceError: the store cannot be written.
        """
        if self._error is not None:
            raise self._error
        with self._changed:
            if self._closed:
                raise DagnbInvariantViolationError(
                    "an event came after the run's log was closed",
                    where=f"run {self.lease.run_id}",
                    got=repr(event)[:80],
                )
            self._buffer.append(event)
            full = len(self._buffer) >= GROUP_SIZE
            if self._resting:
                self._resting = False
                self._changed.notify()
        if full:
            self._commit()

    def flush(self) -> None:
        """Return when everything handed over is committed."""
        if self._error is not None:
            raise self._error
        self._commit()

    def close(self) -> None:
        """Commit what is left and end the thread; the lease stays. A second call does nothing."""
        try:
            if not self._closed and self._error is None:
                self._commit()
        finally:
            with self._changed:
                self._closed = True
                self._changed.notify()
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _commit(self) -> None:
        with self._committing:
            group: list[PendingEvent] = []
            try:
                with self._changed:
                    group, self._buffer = self._buffer, []
                if not group:
                    return
                last = self._log.append(self.lease, group)
            except KeyboardInterrupt:
                self._settle_interrupted(group)
                raise
            except BaseException as error:
                self._error = error
                raise
            self._tell(group, last)

    def _settle_interrupted(self, group: list[PendingEvent]) -> None:
        # Ctrl-C can come before the commit or right after it; only the log knows. Nobody else writes to it.
        newest = self._log.newest(self.lease.run_id, len(group))
        written = [(record.at, record.step_key, record.event) for record in newest]
        if written == [(item.at, item.step_key, item.event) for item in group] and newest:
            self._tell(group, newest[-1].seq)
            return
        with self._changed:
            self._buffer = group + self._buffer

    def _tell(self, group: list[PendingEvent], last: int) -> None:
        listener = self.on_commit
        if listener is None:
            return
        first = last - len(group) + 1
        records = [
            EventRecord(run_id=self.lease.run_id, seq=seq, at=item.at, event=item.event, step_key=item.step_key)
            for seq, item in enumerate(group, first)
        ]
        try:
            listener(records)
        except Exception as error:  # noqa: BLE001  # it is anybody's code
            self.on_commit = None
            warnings.warn(f"the view of run {self.lease.run_id} stopped: {error!r}", RuntimeWarning, stacklevel=2)

    def _work(self) -> None:
        beat = self._clock.monotonic()
        while self._wait_for_work():
            try:
                self._commit()
                if self._clock.monotonic() - beat >= HEARTBEAT_PERIOD:
                    beat = self._clock.monotonic()
                    self._log.append(self.lease, ())
            except BaseException as error:  # noqa: BLE001  # it is raised where the next event is emitted
                self._error = error
                return

    def _wait_for_work(self) -> bool:
        """Wait for a group to grow old or for the next heartbeat; False when the sink is closed."""
        with self._changed:
            if not self._buffer:
                self._resting = True
                self._changed.wait_for(lambda: self._closed or self._buffer, HEARTBEAT_PERIOD)
                self._resting = False
            if self._buffer and not self._closed:
                grown = time.monotonic() + GROUP_DELAY
                self._changed.wait_for(lambda: self._closed, max(0.0, grown - time.monotonic()))
            return not self._closed

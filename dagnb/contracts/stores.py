"""The stores of an instance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from dagnb.contracts.records import AssetRecord, Lease, Owner, RunFilter, RunRecord, Snapshot, StepTiming
from dagnb.events.keys import AssetKey
from dagnb.events.records import EventRecord, PendingEvent, ValueReference


class RunStore(Protocol):
    """Keep runs, their snapshots and who owns them. Thread-safe."""

    def create_run(self, run: RunRecord, snapshot: Snapshot) -> None:
        """Add a run; its snapshot is kept once per hash. A run id that is there already is refused."""
        ...

    def run(self, run_id: str) -> RunRecord | None:
        """Return one run, or None."""
        ...

    def runs(
        self, filters: RunFilter | None = None, *, limit: int | None = None, before: str | None = None
    ) -> list[RunRecord]:
        """Return runs, newest first; `before` is the id of the last one of the page before."""
        ...

    def count_runs(self, filters: RunFilter | None = None) -> int:
        """Count the runs."""
        ...

    def snapshot(self, snapshot_id: str) -> Snapshot | None:
        """Return one snapshot, or None."""
        ...

    def claim(self, run_id: str, owner: Owner, *, replacing: Lease | Literal["anybody", "nobody"] = "anybody") -> Lease:
        """Make `owner` the run's owner: the fencing token grows by one, earlier ones are stale from now on.

        Args:
            run_id: which run.
            owner: the new owner.
            replacing: whom the run may be taken from. Who takes over from the dead names the lease that it saw, lest
                it take from the living who was quicker.

        Raises:
            DagnbNotFoundError: there is no such run.
            DagnbStaleOwnerError: somebody else owns the run by now.
        """
        ...

    def lease(self, run_id: str) -> Lease | None:
        """Return the present lease, or None when nobody owns the run."""
        ...

    def heartbeat(self, lease: Lease) -> bool:
        """Say that the owner lives; False when the lease has passed on."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the lease up; nothing happens when it has passed on."""
        ...

    def step_timings(self, pipeline_name: str, *, runs: int = 10) -> list[StepTiming]:
        """Return the durations of the steps that succeeded in the newest `runs` runs of a pipeline."""
        ...


class EventLog(Protocol):
    """Keep events. An append is one transaction that checks the token and takes the run's next numbers."""

    def append(self, lease: Lease, events: Sequence[PendingEvent]) -> int:
        """Commit the events in this order and return the number of the last one; of no events it is a heartbeat.

        The run row's cached status, start and end follow in the same transaction, as `dagnb.events.fold` says.

        Raises:
            DagnbStaleOwnerError: the lease has passed to somebody else; nothing is written.
        """
        ...

    def read(
        self,
        run_id: str,
        *,
        after: int = 0,
        limit: int | None = None,
        kinds: Sequence[str] | None = None,
        step_key: str | None = None,
    ) -> list[EventRecord]:
        """Return the run's committed events with `seq` > `after`, oldest first."""
        ...

    def newest(self, run_id: str, limit: int) -> list[EventRecord]:
        """Return the newest `limit` events, oldest first."""
        ...

    def last_seq(self, run_id: str) -> int:
        """Return the number of the newest committed event; 0 when there is none. Cheap: polled by readers."""
        ...

    def assets(self, prefix: AssetKey | None = None) -> list[AssetRecord]:
        """Return all assets whose key starts with `prefix`, by key."""
        ...

    def materializations(
        self, key: AssetKey, *, limit: int | None = None, partition: str | None = None
    ) -> list[EventRecord]:
        """Return the asset's materializations, newest first."""
        ...


class Store(Protocol):
    """A database: its run store and event log, opened and closed together."""

    @property
    def runs(self) -> RunStore:
        """The runs."""
        ...

    @property
    def events(self) -> EventLog:
        """The events."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class ValueType(Protocol):
    """Write and read the values of one kind; found by entry point (`dagnb.value_types`).

    `priority` decides who is asked first (higher first); `accepts` must be quick and must not raise.
    """

    name: str
    suffix: str
    priority: int

    def accepts(self, value: Any) -> bool:
        """Tell whether it takes the value."""
        ...

    def encode(self, value: Any) -> bytes:
        """Write the value."""
        ...

    def decode(self, data: bytes) -> Any:
        """Read what `encode` wrote."""
        ...


class ValueStore(Protocol):
    """Keep the values of outputs, typed by value."""

    def put(self, value: Any, *, run_id: str, step_key: str, output_name: str) -> ValueReference:
        """Store the value: under 4 kB inside the reference, else in a file.

        Raises:
            DagnbValueError: no value type takes it.
        """
        ...

    def get(self, reference: ValueReference) -> Any:
        """Read the value back.

        Raises:
            DagnbValueError: it was not stored, is gone, or its signature is not this instance's.
        """
        ...

    def open_folder(self, run_id: str, step_key: str) -> str:
        """Return a local folder of the step's own, made on first use, for files kept beside its values."""
        ...


class EventSink(Protocol):
    """Take events from whoever executes: buffers, groups and commits them."""

    def emit(self, event: PendingEvent) -> None:
        """Hand an event over; it is committed within 10 ms or 50 events."""
        ...

    def flush(self) -> None:
        """Return when everything handed over is committed."""
        ...

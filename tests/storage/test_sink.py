from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from dagnb.contracts.records import Lease
from dagnb.contracts.stores import Store
from dagnb.errors import DagnbInvariantViolationError, DagnbStaleOwnerError
from dagnb.events.records import EventRecord, MessageLogged, PendingEvent, StepStarted
from dagnb.storage.sink import GROUP_SIZE, HEARTBEAT_PERIOD, GroupCommitSink
from tests.storage.conftest import HandClock
from tests.storage.samples import an_owner, pending, started


def a_line(text: str) -> PendingEvent:
    return pending(MessageLogged(level="info", message=text))


def messages(records: Sequence[EventRecord]) -> list[str]:
    return [record.event.message for record in records if isinstance(record.event, MessageLogged)]


def wait_until(what: str, check: object, seconds: float = 5.0) -> None:
    assert callable(check)
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.005)


def test_a_lone_event_is_committed_soon_without_a_flush(store: Store, clock: HandClock) -> None:
    with GroupCommitSink(store.events, started(store), clock) as sink:
        sink.emit(a_line("one"))
        wait_until("the event is committed", lambda: store.events.last_seq("run-1") == 1)
        # And again, from rest.
        time.sleep(0.05)
        sink.emit(a_line("two"))
        wait_until("the second is committed", lambda: store.events.last_seq("run-1") == 2)


def test_a_full_group_is_committed_at_once(store: Store, clock: HandClock) -> None:
    with GroupCommitSink(store.events, started(store), clock) as sink:
        for number in range(GROUP_SIZE):
            sink.emit(a_line(str(number)))
        assert store.events.last_seq("run-1") == GROUP_SIZE


def test_events_of_many_threads_are_kept_once_each_in_their_order(store: Store, clock: HandClock) -> None:
    heard: list[EventRecord] = []
    with GroupCommitSink(store.events, started(store), clock, on_commit=heard.extend) as sink:

        def emit(name: str) -> None:
            for number in range(200):
                sink.emit(a_line(f"{name}{number}"))

        threads = [threading.Thread(target=emit, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sink.flush()
        kept = store.events.read("run-1")
        assert [record.seq for record in kept] == list(range(1, 601))
        for name in "abc":
            own = [text for text in messages(kept) if text.startswith(name)]
            assert own == [f"{name}{number}" for number in range(200)]
        assert heard == kept


def test_closing_commits_what_is_left_and_ends_the_thread(store: Store, clock: HandClock) -> None:
    sink = GroupCommitSink(store.events, started(store), clock)
    sink.emit(a_line("last"))
    sink.close()
    sink.close()
    assert messages(store.events.read("run-1")) == ["last"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dagnb-sink")]
    with pytest.raises(DagnbInvariantViolationError, match="was closed"):
        sink.emit(a_line("late"))


def test_a_late_owner_hears_of_it_at_the_next_event(store: Store, clock: HandClock) -> None:
    sink = GroupCommitSink(store.events, started(store), clock)
    store.runs.claim("run-1", an_owner(2))
    sink.emit(a_line("stale"))
    wait_until("the thread met the refusal", lambda: sink._error is not None)
    with pytest.raises(DagnbStaleOwnerError):
        sink.emit(a_line("more"))
    with pytest.raises(DagnbStaleOwnerError):
        sink.flush()
    sink.close()
    assert store.events.read("run-1") == []


def test_an_idle_sink_still_says_that_its_owner_lives(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dagnb.storage.sink.HEARTBEAT_PERIOD", 0.02)
    with GroupCommitSink(store.events, started(store), clock):
        clock.advance(HEARTBEAT_PERIOD)

        def beaten() -> bool:
            lease = store.runs.lease("run-1")
            return lease is not None and lease.heartbeat == clock.now()

        wait_until("a heartbeat", beaten)
    assert store.events.last_seq("run-1") == 0


class InterruptedLog:
    """A log in which Ctrl-C arrives just before or just after the commit."""

    def __init__(self, store: Store, *, after_commit: bool) -> None:
        self._log = store.events
        self._after_commit = after_commit
        self.interruptions = 1

    def append(self, lease: Lease, events: Sequence[PendingEvent]) -> int:
        if not self.interruptions or not events:
            return self._log.append(lease, events)
        self.interruptions -= 1
        if self._after_commit:
            self._log.append(lease, events)
        raise KeyboardInterrupt

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)


@pytest.mark.parametrize("after_commit", [False, True])
def test_an_interrupt_neither_loses_nor_doubles_events(store: Store, clock: HandClock, *, after_commit: bool) -> None:
    log = InterruptedLog(store, after_commit=after_commit)
    heard: list[EventRecord] = []
    with GroupCommitSink(log, started(store), clock, on_commit=heard.extend) as sink:  # type: ignore[arg-type]  # see __getattr__
        interrupted = 0
        for number in range(GROUP_SIZE + 3):
            try:
                sink.emit(a_line(str(number)))
            except KeyboardInterrupt:
                interrupted += 1
        sink.flush()
        kept = store.events.read("run-1")
        assert messages(kept) == [str(number) for number in range(GROUP_SIZE + 3)]
        assert heard == kept
        assert interrupted + log.interruptions == 1


def test_a_view_that_fails_does_not_stop_the_run(store: Store, clock: HandClock) -> None:
    def fail(records: list[EventRecord]) -> None:
        raise ZeroDivisionError

    with GroupCommitSink(store.events, started(store), clock, on_commit=fail) as sink:
        for number in range(GROUP_SIZE - 1):
            sink._buffer.append(a_line(str(number)))
        with pytest.warns(RuntimeWarning, match="ZeroDivisionError"):
            sink.emit(a_line("full"))
        sink.emit(pending(StepStarted(), "a"))
        sink.flush()
        assert store.events.last_seq("run-1") == GROUP_SIZE + 1

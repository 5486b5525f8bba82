"""Send a run's frames to the page while the run holds the cell: one thread, at most ten frames a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from dagnb.views.models import RunFrame

FRAME_INTERVAL = 0.1
SNAPSHOT_INTERVAL = 1.5
HEARTBEAT = 5.0
"""Seconds after which a run in which nothing changes says that it is alive."""

_log = logging.getLogger(__name__)


class Publisher:
    """Publishes a run: asks for what changed, sends it on, and draws the static picture now and then.

    Args:
        next_frame: returns what changed after an event number, or None when nothing did.
        send: takes each frame.
        snapshot: draws the static picture; called at most every `snapshot_interval` seconds and once at the end.
        interval: seconds between two frames.
        snapshot_interval: seconds between two pictures.

    Used as a context around the run. At the end everything that is left is sent, then the last picture is drawn. What
    `next_frame`, `send` or `snapshot` raise is logged: a page that cannot be served never fails a run.

    >>> frames = []
    >>> with Publisher(lambda after: None, frames.append):
    ...     pass
    >>> frames
    []
    """

    def __init__(
        self,
        next_frame: Callable[[int], RunFrame | None],
        send: Callable[[RunFrame], None],
        snapshot: Callable[[], None] | None = None,
        *,
        interval: float = FRAME_INTERVAL,
        snapshot_interval: float = SNAPSHOT_INTERVAL,
    ) -> None:
        self._next_frame, self._send, self._snapshot = next_frame, send, snapshot
        self._interval, self._snapshot_interval = interval, snapshot_interval
        self._after = 0
        self._last: RunFrame | None = None
        self._sent_at = self._drawn_at = time.monotonic()
        self._is_stale = False
        self._has_failed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="dagnb-publisher", daemon=True)

    def start(self) -> None:
        """Start to publish."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is left, draw the last picture, and return when that is done."""
        self._stopping.set()
        self._thread.join()
        while self._guarded(self._publish):
            pass
        if self._snapshot is not None:
            self._guarded(self._draw)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _work(self) -> None:
        while not self._stopping.wait(self._interval):
            self._guarded(self._publish)
            self._guarded(self._beat)
            if self._snapshot is not None and self._is_stale and self._is_due(self._drawn_at, self._snapshot_interval):
                self._guarded(self._draw)

    def _publish(self) -> bool:
        frame = self._next_frame(self._after)
        if frame is None:
            return False
        has_advanced = frame.seq > self._after
        self._after, self._last = frame.seq, replace(frame, nodes=(), edges=(), details=())
        self._is_stale = True
        self._sent_at = time.monotonic()
        self._send(frame)
        return has_advanced

    def _beat(self) -> bool:
        if self._last is not None and self._is_due(self._sent_at, HEARTBEAT):
            self._sent_at = time.monotonic()
            self._send(self._last)
        return False

    def _draw(self) -> bool:
        self._is_stale = False
        self._drawn_at = time.monotonic()
        if self._snapshot is not None:
            self._snapshot()
        return False

    @staticmethod
    def _is_due(since: float, interval: float) -> bool:
        return time.monotonic() - since >= interval

    def _guarded(self, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except Exception:  # noqa: BLE001  whatever it is, the run goes on
            # The first is told whole; the same again ten times a second would bury what the run itself says.
            _log.log(
                logging.DEBUG if self._has_failed else logging.WARNING, "a view could not be updated", exc_info=True
            )
            self._has_failed = True
            return False

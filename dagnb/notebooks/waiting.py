"""Wait for what another thread puts into a queue."""

from __future__ import annotations

import queue
from typing import TypeVar

T = TypeVar("T")

_MOMENT = 0.1  # seconds


def take(waiting: queue.SimpleQueue[T]) -> T:
    """Return the next thing in the queue, however long it takes.

    An exception that another thread raises in this one (a time limit does) comes out within a moment: a wait without
    a timeout would keep it until there is something in the queue.

    >>> numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
    >>> numbers.put(3)
    >>> take(numbers)
    3
    """
    while True:
        try:
            return waiting.get(timeout=_MOMENT)
        except queue.Empty:
            continue

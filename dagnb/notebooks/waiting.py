"""Wait for what the thread of a notebook puts into a queue."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import TypeVar

from dagnb.contracts.notebooks import NotebookMessage, NotebookResult

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


def take_all(
    waiting: queue.SimpleQueue[NotebookMessage | NotebookResult | BaseException],
) -> Iterator[NotebookMessage | NotebookResult]:
    """Yield what an engine says of a notebook, as it comes, the result last.

    Raises:
        BaseException: what the engine put into the queue in place of a result.
    """
    while True:
        message = take(waiting)
        if isinstance(message, BaseException):
            raise message
        yield message
        if isinstance(message, NotebookResult):
            return

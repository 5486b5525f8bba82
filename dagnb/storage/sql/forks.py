"""Let no connection be open in the moment of a fork.

A child inherits SQLite's memory of the locks that its process holds, but not the locks: a connection that the child
opens then counts on locks that are not there, and another process may remove the write-ahead log under it. So every
database is quiet and closed for that moment; both sides open it again at their next use.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

# A fork does not wait for longer; the child then leaves the connections, and their locks, to its parent.
LONGEST_WAIT = 10.0  # seconds


class Gate:
    """Count who is inside, and let nobody in while a fork is about to happen."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False
        self._mine = threading.local()

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Be inside for the length of the block. Who is inside may come in again."""
        depth = getattr(self._mine, "depth", 0)
        if depth == 0:
            with self._changed:
                self._changed.wait_for(lambda: not self._shut)
                self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if depth == 0:
                with self._changed:
                    self._inside -= 1
                    self._changed.notify_all()

    def shut(self) -> bool:
        """Let nobody in any more; True once nobody is inside, False when that did not come about."""
        with self._changed:
            self._shut = True
            if getattr(self._mine, "depth", 0):
                return False
            return self._changed.wait_for(lambda: not self._inside, LONGEST_WAIT)

    def open(self) -> None:
        """Let everybody in again."""
        with self._changed:
            self._shut = False
            self._changed.notify_all()


class ForkAware(Protocol):
    """What is closed for the moment of a fork."""

    def before_fork(self) -> None:
        """Close what must not be inherited."""
        ...

    def after_fork_in_parent(self) -> None:
        """Go on."""
        ...

    def after_fork_in_child(self) -> None:
        """Begin anew."""
        ...


_known: weakref.WeakSet[ForkAware] = weakref.WeakSet()
_in_this_fork: list[ForkAware] = []


def watch(part: ForkAware) -> None:
    """Have the part told of every fork of this process, for as long as it lives."""
    _known.add(part)


def _before() -> None:
    _in_this_fork[:] = list(_known)
    for part in _in_this_fork:
        part.before_fork()


def _after_in_parent() -> None:
    for part in _in_this_fork:
        part.after_fork_in_parent()
    _in_this_fork.clear()


def _after_in_child() -> None:
    for part in _in_this_fork:
        part.after_fork_in_child()
    _in_this_fork.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)

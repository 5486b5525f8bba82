"""A process and whatever it started, however far that has gone from it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator

_ROUNDS = 20
_ROUND_SECONDS = 0.1


def family(pid: int, tag: tuple[str, str]) -> list[int]:
    """Return the live processes of a family: below the process, in its session, or with its tag.

    What has started a session of its own is found by the tag, what was given another environment by its parents. Only
    what has done both, and lost its parent, is not found.

    Args:
        pid: the process that the family began with; it led a session of its own.
        tag: name and value of an environment variable that nothing else has.
    """
    import psutil

    parents: dict[int, int] = {}
    found: set[int] = set()
    name, value = tag
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            parents[process.pid] = process.ppid()
            in_session = hasattr(os, "getsid") and os.getsid(process.pid) == pid
            if process.pid == pid or in_session or process.environ().get(name) == value:
                found.add(process.pid)
    found.update(_below(found | {pid}, parents))
    return sorted(found - {os.getpid()})


def _below(ancestors: set[int], parents: dict[int, int]) -> Iterator[int]:
    for pid, parent in parents.items():
        above = parent
        while above in parents and above not in ancestors:
            above = parents[above]
        if above in ancestors:
            yield pid


def kill_family(pid: int, tag: tuple[str, str]) -> None:
    """Kill the family once. Safe from any thread, at any time."""
    for member in family(pid, tag):
        with contextlib.suppress(OSError):
            os.kill(member, getattr(signal, "SIGKILL", signal.SIGTERM))


def end_family(pid: int, tag: tuple[str, str], folder: str | None = None) -> None:
    """Kill the family until none of it is left, what it starts meanwhile too; then remove its private folder."""
    for _ in range(_ROUNDS):
        if not family(pid, tag):
            break
        kill_family(pid, tag)
        time.sleep(_ROUND_SECONDS)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)

"""Who owns a run: this process, told apart from every other one, also from a later one with its number."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

from dagnb.contracts.records import Owner

_DEAD_STATES = ("Z", "X")


def current_owner() -> Owner:
    """Return what tells this process apart.

    >>> owner_is_alive(current_owner())
    True
    """
    pid = os.getpid()
    return Owner(
        host=socket.gethostname(), pid_namespace=_pid_namespace(), pid=pid, process_started=_started(pid) or "unknown"
    )


def owner_is_alive(owner: Owner) -> bool | None:
    """Whether the owner's process is running; None when that cannot be seen from here.

    From another host or pid namespace only the lease's heartbeat tells.
    """
    if owner.host != socket.gethostname() or owner.pid_namespace != _pid_namespace():
        return None
    started = _started(owner.pid)
    if started is None:
        return False
    return started == owner.process_started


def _pid_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:  # not Linux: there is but one
        return ""


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return when the process was started, as a text that no other process of this number has; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None if Path("/proc/self/stat").exists() else _started_without_proc(pid)
    # The name in brackets may hold anything, brackets and spaces too.
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    # Killed, and not yet waited for by its parent: it will not write again.
    return None if state in _DEAD_STATES else f"{_boot()}-{ticks}"


def _started_without_proc(pid: int) -> str | None:
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return None

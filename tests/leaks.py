"""See what a test leaves behind: threads, child processes, open file descriptors.

Parts that belong to the process for its whole life are not leaks; they are named below, each with its reason. A process
that was started before the test (a server of the whole session) may have new children of its own.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

# Threads that a library starts once and keeps, by the beginning of their name.
LASTING_THREADS = (
    "dagnb-loop",  # the library's one background loop
    "dagnb-publisher",  # sends frames to the page; idle between runs
    "IPythonHistorySavingThread",  # IPython's, one a shell
    "asyncio_",  # the default executor of a loop that lasts
    "fsspecIO",  # fsspec's one background loop
    "pydevd.",  # a debugger
    "tqdm_monitor",
)

# Processes that a library starts once and keeps, by a word of their command line.
LASTING_PROCESSES = (
    "multiprocessing.resource_tracker",  # Python's own
    "multiprocessing.forkserver",  # Python's own
    "joblib.externals.loky",  # scikit-learn's
    "playwright/driver",  # the browser's driver, one a session
)

# What a lasting part may open at its first use, by the beginning of the descriptor's target.
LASTING_FILES = (
    "/dev/null",
    "/dev/urandom",
    "/dev/pts/",
    "/sys/",
    "/proc/",
    "/usr/",
    "/etc/",
    sys.prefix,  # data of packages, such as matplotlib's fonts
    sys.base_prefix,
)

# And by its end: the history of IPython's one shell of the process, and of its test application.
LASTING_ENDINGS = ("history.sqlite", "test_hist.sqlite")

SETTLING_TIME = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the process holds at one moment."""

    threads: frozenset[threading.Thread] = frozenset()
    children: frozenset[int] = frozenset()
    files: dict[int, str] = field(default_factory=dict)

    @classmethod
    def take(cls) -> Snapshot:
        """Look at this process now."""
        return cls(
            threads=frozenset(thread for thread in threading.enumerate() if thread.is_alive()),
            children=_children(),
            files=_open_files(),
        )

    def new_since(self, before: Snapshot) -> list[str]:
        """Describe what has come since an earlier snapshot and should have gone again."""
        threads = [
            f"thread {thread.name!r} ({'daemon' if thread.daemon else 'not daemon'})"
            for thread in self.threads - before.threads
            if not thread.name.startswith(LASTING_THREADS)
        ]
        children = [found for pid in self.children - before.children if (found := _describe_child(pid))]
        files = [
            f"file descriptor {number} -> {target}"
            for number, target in self.files.items()
            if before.files.get(number) != target
            and not target.startswith(LASTING_FILES)
            and not target.endswith(LASTING_ENDINGS)
        ]
        # A lasting thread or process brings descriptors of no name: pipes, sockets, epoll. Those are its own.
        lasting = len(self.threads - before.threads) > len(threads) or len(self.children - before.children) > len(
            children
        )
        if lasting:
            files = [text for text in files if not _is_nameless(text)]
        return sorted([*threads, *children, *files])


def leaked_since(before: Snapshot) -> list[str]:
    """Describe what is left over since a snapshot, once it has had time to go."""
    left = Snapshot.take().new_since(before)
    deadline = time.monotonic() + SETTLING_TIME
    while left and time.monotonic() < deadline:
        gc.collect()
        left = Snapshot.take().new_since(before)
        if left:
            time.sleep(0.05)
    return left


def processes_with(variable: str, value: str) -> list[psutil.Process]:
    """Find the living processes that were started with an environment variable of this value."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(variable) == value and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _children() -> frozenset[int]:
    listed = [task / "children" for task in Path("/proc/self/task").glob("*")]
    try:
        return frozenset(int(pid) for path in listed for pid in path.read_text().split())
    except OSError:  # not Linux, or a kernel without the list
        return frozenset(child.pid for child in psutil.Process().children())


def _describe_child(pid: int) -> str | None:
    try:
        process = psutil.Process(pid)
        command = " ".join(process.cmdline()) or process.name()
        status = process.status()
    except psutil.NoSuchProcess:
        return None
    if any(word in command for word in LASTING_PROCESSES):
        return None
    return f"child process {pid} ({status}): {command[:200]}"


def _open_files() -> dict[int, str]:
    files: dict[int, str] = {}
    try:
        descriptors = list(Path("/proc/self/fd").iterdir())
    except FileNotFoundError:  # not Linux
        return files
    for descriptor in descriptors:
        try:
            files[int(descriptor.name)] = str(descriptor.readlink())
        except OSError:  # the descriptor of the listing itself
            continue
    return files


def _is_nameless(description: str) -> bool:
    target = description.partition(" -> ")[2]
    return not target.startswith("/")

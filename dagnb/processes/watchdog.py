"""A watchdog: a small process that ends a family of processes when its owner is killed.

Nothing that runs inside the owner could do that: SIGKILL leaves no time. The watchdog stands in a session of its own,
so that Ctrl-C and a closed terminal do not reach it, and runs until it is told that the family has ended.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

from dagnb.processes.family import end_family

_LOOK_SECONDS = 0.5
_LONGEST_WAIT = 10.0


class Watchdog:
    """Watch over one family for as long as this process lives.

    Args:
        tag: name and value of the environment variable that the family carries.
        folder: a private folder of the family, removed when the owner is killed.
    """

    def __init__(self, tag: tuple[str, str], folder: str) -> None:
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
        code = f"import sys; sys.path.append({root!r}); from dagnb.processes.watchdog import watch; watch()"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code, str(os.getpid()), *tag, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.path.abspath(os.sep),  # noqa: PTH100  # the working folder may be gone, or want to be unmounted
            start_new_session=True,
        )

    def watch(self, pid: int) -> None:
        """Say which process the family began with."""
        self._tell(f"{pid}\n")

    def release(self) -> None:
        """Say that the family has ended, and wait until the watchdog has."""
        self._tell("done\n")
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_LONGEST_WAIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError):  # it was killed itself
            if self._process.stdin is not None:
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()


def watch() -> None:
    """Be the watchdog: wait for the owner's word or its death. Takes owner, tag and folder from the command line."""
    owner, name, value, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    os.environ.pop(name, None)
    heard = _listen(owner)
    if not heard.endswith("done\n"):
        pid = heard.partition("\n")[0]
        end_family(int(pid) if pid.isdigit() else -1, (name, value), folder)


def _listen(owner: int) -> str:
    """Return what the owner said until it ended; children of its that hold the pipe open do not count as it."""
    import select

    heard = b""
    # A fork of the owner has inherited the pipe, so its end alone would not tell.
    while os.getppid() == owner:
        readable, _, _ = select.select([0], [], [], _LOOK_SECONDS)
        if not readable:
            continue
        read = os.read(0, 4096)
        heard += read
        if not read or heard.endswith(b"done\n"):
            break
    return heard.decode()

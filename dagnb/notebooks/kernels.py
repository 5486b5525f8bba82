"""Kernel processes: choose one, start it, tell how it died, end it with everything that it started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbKernelError
from dagnb.notebooks.document import kernel_of, language_of
from dagnb.notebooks.errors import DagnbNoSuchKernelError
from dagnb.processes.family import kill_family
from dagnb.processes.watchdog import Watchdog

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

TAG = "DAGNB_KERNEL"
_OWN = ("python3", "python", "dagnb")
_SOCKET_PATH_LIMIT = 90
_START_SECONDS = 60
_IOPUB_SECONDS = 0.2
_POLITE_SECONDS = 2.0
_KILLED_SECONDS = 5.0
_LOOK_SECONDS = 0.005
# ZeroMQ's own 100 ms would be waited out once more after the kernel has opened its sockets.
_RECONNECT_MILLISECONDS = 10


def choose_spec(document: NotebookNode, kernel_name: str | None, *, source: str) -> tuple[KernelSpec, str | None]:
    """Return the kernelspec to run a notebook with, and a note when it is another than the one asked for.

    Raises:
        DagnbNoSuchKernelError: it is not installed, and this environment's Python cannot stand in for it.
    """
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    asked = kernel_name or kernel_of(document)
    if asked is None or asked in _OWN:
        if kernel_name is None and asked is None and language_of(document) != "python":
            raise DagnbNoSuchKernelError(language_of(document), KernelSpecManager().find_kernel_specs(), source=source)
        return own_spec(), None
    manager = KernelSpecManager()
    try:
        return manager.get_kernel_spec(asked), None
    except NoSuchKernel:
        if kernel_name is None and language_of(document) == "python":
            return own_spec(), f"the kernel {asked} is not installed; {sys.executable} runs the notebook instead"
        raise DagnbNoSuchKernelError(asked, manager.find_kernel_specs(), source=source) from None


def own_spec() -> KernelSpec:
    """Return a kernelspec for this very Python; nothing needs to be installed for it."""
    from jupyter_client.kernelspec import KernelSpec

    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    # A step's cells have no business in the history that a person's arrow keys go through, nor wait for its lock.
    argv.append("--HistoryManager.hist_file=:memory:")
    return KernelSpec(argv=argv, display_name="Python 3", language="python", interrupt_mode="signal")


class KernelProcess:
    """A kernel in its own session and process group, its sockets in a private folder."""

    def __init__(self, spec: KernelSpec, folder: str) -> None:
        self._spec = spec
        self._folder = folder
        self._tag = uuid.uuid4().hex
        self._pid: int | None = None
        self._log = f"{folder}/kernel.log"
        self._watchdog: Watchdog | None = None
        self.manager: AsyncKernelManager | None = None
        self.client: AsyncKernelClient | None = None

    async def launch(self, *, cwd: str, environment: Mapping[str, str]) -> None:
        """Start the process; it can be talked to after `ready`.

        Raises:
            DagnbKernelError: it does not start.
        """
        import zmq
        from jupyter_client.manager import AsyncKernelManager

        manager = AsyncKernelManager(connection_file=f"{self._folder}/k.json")
        manager._kernel_spec = self._spec  # noqa: SLF001  (the manager has no public way to take a spec as it is)
        if sys.platform == "linux" and len(self._folder) < _SOCKET_PATH_LIMIT:
            manager.transport = "ipc"  # no port to lose to another kernel that starts at the same moment
            manager.ip = f"{self._folder}/k"
        self.manager = manager
        self._watchdog = Watchdog((TAG, self._tag), self._folder)
        try:
            with Path(self._log).open("wb") as log:  # noqa: ASYNC230  (a new local file)
                await manager.start_kernel(
                    cwd=cwd, env=self._environment(environment), stdout=log, stderr=log, independent=False
                )
            self._pid = getattr(manager.provisioner, "pid", None)
            if self._pid is not None:
                self._watchdog.watch(self._pid)
            manager.context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MILLISECONDS)
            self.client = manager.client()
            self.client.start_channels(hb=False)
            self.client.allow_stdin = False
        except (RuntimeError, OSError, ValueError) as error:
            raise self._not_started(error) from None

    async def ready(self) -> dict[str, Any]:
        """Wait until the kernel answers and its output can be heard; return what it says about itself.

        Raises:
            DagnbKernelError: it ends, or does not answer within a minute; carries the end of what it printed.
        """
        client: Any = self.client
        deadline = time.monotonic() + _START_SECONDS
        asked: set[str] = set()
        while True:
            asked.add(client.kernel_info())
            info = await self._answer(client.shell_channel, asked, deadline, "kernel_info_reply")
            heard = min(deadline, time.monotonic() + _IOPUB_SECONDS)
            # A subscription takes its time: until it holds, what the kernel prints is lost.
            if info is not None and await self._answer(client.iopub_channel, asked, heard) is not None:
                return info
            if time.monotonic() > deadline:
                raise self._not_started(RuntimeError(f"no answer within {_START_SECONDS} s"))

    async def _answer(self, channel: Any, asked: set[str], deadline: float, kind: str = "") -> dict[str, Any] | None:
        """Return the content of the first answer on a channel to one of the questions; None after the deadline."""
        while time.monotonic() < deadline:
            try:
                message = await channel.get_msg(timeout=_IOPUB_SECONDS)
            except queue.Empty:
                death = await self.death()
                if death is not None:
                    raise self._not_started(RuntimeError(death)) from None
                continue
            if message["parent_header"].get("msg_id") in asked and kind in ("", message["msg_type"]):
                content: dict[str, Any] = message["content"]
                return content
        return None

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **(self._spec.env or {}), **more, TAG: self._tag}

    def _not_started(self, error: Exception) -> DagnbKernelError:
        printed = ""
        with contextlib.suppress(OSError):
            printed = "\n".join(Path(self._log).read_text(errors="replace").strip().splitlines()[-8:])
        return DagnbKernelError(
            "the kernel did not start",
            where=" ".join(self._spec.argv[:4]),
            got=(printed or str(error))[-1500:],
            hint="run that command in a terminal to see more; dagnb doctor checks the environment",
        )

    async def interrupt(self) -> None:
        """Do to the kernel what Ctrl-C would."""
        if self.manager is not None:
            with contextlib.suppress(RuntimeError, OSError):
                await self.manager.interrupt_kernel()

    async def death(self) -> str | None:
        """Say how the kernel died; None while it lives."""
        provisioner: Any = self.manager.provisioner if self.manager is not None else None
        if provisioner is None:
            return None
        code = await provisioner.poll()
        return None if code is None else describe_death(code)

    async def stop(self, *, politely: bool) -> None:
        """End the kernel and whatever it started, and free its sockets; politely: let it end by itself first."""
        manager, self.manager = self.manager, None
        client, self.client = self.client, None
        if manager is None:
            return
        try:
            if politely and client is not None:
                client.shutdown()
                await _end_of(manager, _POLITE_SECONDS)
        finally:
            self.kill()
            await _end_of(manager, _KILLED_SECONDS)
            if self._watchdog is not None:
                self._watchdog.release()
            if client is not None:
                client.stop_channels()
            await manager.cleanup_resources()

    def kill(self) -> None:
        """Kill the kernel and whatever it started. Safe from any thread, at any time."""
        if self._pid is not None:
            kill_family(self._pid, (TAG, self._tag))


async def _end_of(manager: AsyncKernelManager, seconds: float) -> None:
    """Wait until the kernel's process has ended, at most so long."""
    provisioner: Any = manager.provisioner
    deadline = time.monotonic() + seconds
    while provisioner is not None and provisioner.has_process and await provisioner.poll() is None:
        if time.monotonic() > deadline:
            return
        await asyncio.sleep(_LOOK_SECONDS)
    if provisioner is not None and provisioner.has_process:
        await provisioner.wait()


def describe_death(code: int) -> str:
    """Say in words how a process ended.

    >>> describe_death(-11), describe_death(3)
    ('killed by SIGSEGV', 'it ended by itself with exit code 3')
    """
    if code >= 0:
        return f"it ended by itself with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"killed by {name}{' (often: the machine ran out of memory)' if name == 'SIGKILL' else ''}"

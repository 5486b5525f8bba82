"""Stop a run from another thread: the page's Cancel."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stops:
    """The runs that threads of this process execute, each with what stops it."""

    def __init__(self) -> None:
        self._threads: dict[str, threading.Thread] = {}
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def watch(self, run_id: str) -> Iterator[None]:
        """Let the run that the calling thread executes be stopped; the KeyboardInterrupt goes up."""
        with self._lock:
            self._threads[run_id] = threading.current_thread()
        try:
            yield
        finally:
            with self._lock:
                self._threads.pop(run_id, None)

    def stop(self, run_id: str) -> bool:
        """Stop a run; False when it does not run in this process (any more)."""
        with self._lock:
            thread = self._threads.get(run_id)
            if thread is None:
                return False
            self._asked.add(run_id)
            _interrupt(thread)
            return True

    def was_asked(self, run_id: str) -> bool:
        """Tell whether the run was stopped by `stop`, not by the user's own interrupt; forgets it."""
        with self._lock:
            asked = run_id in self._asked
            self._asked.discard(run_id)
            return asked


def _interrupt(thread: threading.Thread) -> None:
    if thread is threading.main_thread() and hasattr(signal, "pthread_kill") and thread.ident is not None:
        signal.pthread_kill(thread.ident, signal.SIGINT)  # wakes a sleep, which interrupt_main does not
        return
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt))


stops = Stops()

"""The time limit of a step: an exception in the thread that computes it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from dagnb.errors import DagnbTimeLimitError
from dagnb.planning.plan import Step

_AGAIN = 0.5  # seconds; a solid that swallows the first exception gets another


class _TimeIsUp(BaseException):
    """Raised in the step's thread when its time is up; a solid's `except Exception` does not swallow it."""


@contextmanager
def time_limit(step: Step) -> Iterator[None]:
    """End the step within when its solid's time limit has passed.

    Python code is stopped between two instructions, in the main thread a sleep or a wait too; a long call into C ends
    when it returns.

    Raises:
        DagnbTimeLimitError: the time was up.
    """
    seconds = step.node.definition.time_limit
    if seconds is None:
        yield
        return
    try:
        with _alarm(seconds) if _can_alarm() else _watch(seconds):
            yield
    except _TimeIsUp:
        raise DagnbTimeLimitError(step=step.key, seconds=seconds) from None


def _can_alarm() -> bool:
    is_free = hasattr(signal, "SIGALRM") and signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, signal.SIG_IGN)
    return is_free and threading.current_thread() is threading.main_thread()


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        with suppress(_TimeIsUp):  # it may ring right before it is stopped
            signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watch(seconds: float) -> Iterator[None]:
    ended = threading.Event()
    lock = threading.Lock()
    thread_id = threading.get_ident()

    def wait() -> None:
        left = seconds
        while not ended.wait(left):
            with lock:
                if not ended.is_set():
                    _raise_in(thread_id, _TimeIsUp)
            left = _AGAIN

    watch = threading.Thread(target=wait, name="dagnb-time-limit", daemon=True)
    watch.start()
    try:
        yield
    finally:
        while watch.is_alive():
            with suppress(_TimeIsUp):  # one that is under way arrives here
                with lock:
                    ended.set()
                    _raise_in(thread_id, None)
                watch.join()


def _raise_in(thread_id: int, kind: type[BaseException] | None) -> None:
    import ctypes

    raised = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), raised)

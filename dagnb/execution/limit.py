"""The time limit of a step: an exception in the thread that computes it."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, ClassVar

from dagnb.errors import DagnbTimeLimitError
from dagnb.planning.plan import Step

# Seconds. A solid that swallowed the exception gets another one; one that tidies up has this long for it.
_AGAIN = 2.0
_PATIENCE = 2  # times; a solid that swallowed so many gets them without a pause until one comes where none is caught
_AT_ONCE = 1e-5
_LONGEST = 1e6
_LATER = 1e-3  # when the time is up in the midst of beginning or ending a limit


class TimeIsUp(KeyboardInterrupt):
    """Raised in the step's thread when its time is up.

    A solid's `except Exception` does not swallow it; and whatever lies between (a nested run, a notebook's kernel, an
    event that is just being written) treats it like Ctrl-C. Each limit has a class of its own, so that a limit within
    another one does not take the other's for its own.
    """


def run_within(step: Step, compute: Callable[[], None]) -> None:
    """Compute the step; end it when its solid's time limit has passed.

    Python code is stopped between two instructions, in the main thread a sleep or a wait too; a long call into C ends
    when it returns.

    Raises:
        DagnbTimeLimitError: the time was up.
    """
    seconds = step.node.definition.time_limit
    if seconds is None:
        compute()
        return
    kind: type[TimeIsUp] = type("TimeIsUp", (TimeIsUp,), {})
    limit = _Alarm(kind) if _can_alarm() else _Watch(kind)
    try:
        try:
            limit.begin(seconds)
            compute()
        finally:
            limit.end()
    except TimeIsUp as error:
        if not isinstance(error, kind):
            raise
        raise DagnbTimeLimitError(step=step.key, seconds=seconds).with_traceback(error.__traceback__) from None


def _is_here(frame: FrameType | None) -> bool:
    """Whether a thread is in this file: nothing is raised there, so that no limit is left without its end."""
    return frame is not None and frame.f_code.co_filename == __file__


def _can_alarm() -> bool:
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        return False
    handler = signal.getsignal(signal.SIGALRM)
    return handler in (signal.SIG_DFL, signal.SIG_IGN) or getattr(handler, "__func__", None) is _Alarm.ring


class _Alarm:
    """A limit in the main thread: the one timer of the process, lent to the limit that is up first."""

    running: ClassVar[list[_Alarm]] = []  # of the process, as the timer is; the outermost first

    def __init__(self, kind: type[TimeIsUp]) -> None:
        self.kind = kind
        self.at = 0.0
        self.rings = 0
        self._before: Any = signal.getsignal(signal.SIGALRM)

    def begin(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds
        _Alarm.running.append(self)
        signal.signal(signal.SIGALRM, self.ring)
        _Alarm.set_timer()

    def end(self) -> None:
        _Alarm.running.remove(self)
        _Alarm.set_timer()
        signal.signal(signal.SIGALRM, self._before)

    @staticmethod
    def set_timer() -> None:
        if not _Alarm.running:
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        left = min(each.at for each in _Alarm.running) - time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, min(max(left, _AT_ONCE), _LONGEST))

    def ring(self, _number: int, frame: FrameType | None) -> None:
        """Take the signal, whichever limit it is for."""
        now = time.monotonic()
        up = next((each for each in _Alarm.running if each.at <= now), None)
        if up is None or _is_here(frame):
            for each in _Alarm.running:
                each.at = max(each.at, now + _LATER)
            _Alarm.set_timer()
            return
        up.rings += 1
        up.at = now + (_AGAIN if up.rings <= _PATIENCE else _AT_ONCE)
        _Alarm.set_timer()
        raise up.kind


class _Watch:
    """A limit in any other thread: a thread beside it that keeps the time."""

    def __init__(self, kind: type[TimeIsUp]) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread_id = threading.get_ident()
        self._watch = threading.Thread(target=self._wait, name="dagnb-time-limit", daemon=True)
        self._seconds = 0.0

    def begin(self, seconds: float) -> None:
        self._seconds = seconds
        self._watch.start()

    def _wait(self) -> None:
        left, rings = self._seconds, 0
        while not self._ended.wait(min(left, _LONGEST)):
            with self._lock:
                if self._ended.is_set():
                    return
                frames = sys._current_frames()  # noqa: SLF001  # nothing public tells where a thread is
                if _is_here(frames.get(self._thread_id)):
                    left = _LATER
                    continue
                _raise_in(self._thread_id, self._kind)
            rings += 1
            left = _AGAIN if rings <= _PATIENCE else _LATER

    def end(self) -> None:
        with self._lock:
            self._ended.set()
            _raise_in(self._thread_id, None)  # one that waits to be raised is forgotten
        self._watch.join()


def _raise_in(thread_id: int, kind: type[BaseException] | None) -> None:
    import ctypes

    raised = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), raised)

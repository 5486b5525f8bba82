"""An event loop in a thread of its own: a kernel's main thread has one running already."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
_END = object()
_POLL = 0.1  # seconds; an interrupt that another thread asks for is seen between two waits
_GRACE = 2.0  # seconds that a cancelled coroutine has to end


class LoopThread:
    """Run coroutines from threads that are not asynchronous; started at the first use, ended by `close`."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closing = False

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return its result; an interrupt cancels it and waits until it has ended.

        What it raises is raised here, `SystemExit` too: the loop goes on.
        """
        import asyncio

        ended = threading.Event()
        outcome: list[Any] = []
        tasks: list[asyncio.Task[Any] | None] = []

        async def contained() -> None:
            tasks.append(asyncio.current_task())
            try:
                outcome.extend((await coroutine, None))
            except BaseException as error:  # noqa: BLE001  # it is raised in the thread that waits
                outcome.extend((None, error))
            finally:
                ended.set()

        def cancel() -> None:
            for task in tasks:
                if task is not None:
                    task.cancel()
            if not tasks:  # the interrupt came before the loop was told
                coroutine.close()
                ended.set()

        loop = self._started()
        try:
            asyncio.run_coroutine_threadsafe(contained(), loop)
            while not ended.wait(_POLL):
                pass
        except BaseException:  # an interrupt or a time limit: at any moment from here on, inside of asyncio too
            loop.call_soon_threadsafe(cancel)
            ended.wait(_GRACE)
            raise
        value, error = outcome
        if error is not None:
            raise error
        result: T = value
        return result

    def iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        """Go through an asynchronous iterator; it is closed when the going through ends early."""

        async def following() -> Any:
            return await anext(items, _END)

        try:
            while (item := self.run(following())) is not _END:
                yield item
        finally:
            close = getattr(items, "aclose", None)
            if close is not None:
                self.run(close())

    def close(self) -> None:
        """Cancel what still runs, stop the loop and its thread, if there is one."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        import asyncio

        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_wind_up(), loop).result(_GRACE)
        self._closing = True
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        self._loop = self._thread = None

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            import asyncio

            self._closing = False
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._serve, args=(self._loop,), name="dagnb-loop", daemon=True)
            self._thread.start()
        return self._loop

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._closing:
            # A task that nobody awaits may call sys.exit(); that is no reason to leave everybody else waiting.
            with suppress(SystemExit, KeyboardInterrupt):
                loop.run_forever()


async def _wind_up() -> None:
    import asyncio

    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()

"""An event loop in a thread of its own: a kernel's main thread has one running already."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
_END = object()


class LoopThread:
    """Run coroutines from threads that are not asynchronous; started at the first use, ended by `close`."""

    def __init__(self) -> None:
        self._loop: Any = None
        self._thread: threading.Thread | None = None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return its result; an interrupt cancels it."""
        import asyncio

        future = asyncio.run_coroutine_threadsafe(coroutine, self._started())
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        """Go through an asynchronous iterator."""

        async def following() -> Any:
            return await anext(items, _END)

        while (item := self.run(following())) is not _END:
            yield item

    def close(self) -> None:
        """Stop the loop and its thread, if there is one."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None

    def _started(self) -> Any:
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="dagnb-loop", daemon=True)
            self._thread.start()
        return self._loop

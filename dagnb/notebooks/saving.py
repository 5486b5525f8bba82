"""Saves an executed copy while it grows: what has finished is on the disk half a second later."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from dagnb.notebooks.document import save_document
from dagnb.notebooks.errors import DagnbNotebookUnwritableError

if TYPE_CHECKING:
    from nbformat import NotebookNode

# A notebook of a hundred quick cells would else be written a hundred times; each writes all that was there before.
INTERVAL = 0.5


class Saver:
    """Saves one document to one path, at most every half second while its cells run. Lives in one event loop."""

    def __init__(self, document: NotebookNode, target: str) -> None:
        self._document = document
        self._target = target
        self._saved = float("-inf")
        self._planned: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Save now, or as soon as half a second has passed since the last time.

        Raises:
            DagnbNotebookUnwritableError: it cannot be written; one that was put off is told the next time.
        """
        left = self._saved + INTERVAL - time.monotonic()
        if left <= 0:
            self.now(is_last=False)
        elif self._planned is None:
            self._planned = asyncio.get_running_loop().call_later(left, self._save_planned)

    def _save_planned(self) -> None:
        with contextlib.suppress(DagnbNotebookUnwritableError):
            self.now(is_last=False)

    def now(self, *, is_last: bool) -> None:
        """Save now; the last time it is also safe from a loss of power.

        Raises:
            DagnbNotebookUnwritableError: it cannot be written.
        """
        if self._planned is not None:
            self._planned.cancel()
            self._planned = None
        save_document(self._document, self._target, is_durable=is_last)
        self._saved = time.monotonic()

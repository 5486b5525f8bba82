"""Run a whole run beside the calling thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class InProcessLauncher:
    """Run a run in a thread of this process; it ends with the process."""

    def launch(self, run_id: str, execute: Callable[[], object]) -> None:
        """Begin the run and return at once."""
        threading.Thread(target=execute, name=f"dagnb-run-{run_id[:8]}", daemon=True).start()

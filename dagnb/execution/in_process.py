"""Run the steps of a run one after the other, in the calling thread."""

from __future__ import annotations

from dagnb.contracts.execution import StepWork


class InProcessExecutor:
    """Run every step in the calling thread: Ctrl-C, a debugger and matplotlib work as in a cell."""

    def execute(self, work: StepWork) -> None:
        """Run the steps in their order."""
        while (key := work.take()) is not None:
            work.run_step(key)

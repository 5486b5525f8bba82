"""Run the steps of a run one after the other, in the calling thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb.config import Field, Selector
from dagnb.contracts.execution import RetryMode, StepWork
from dagnb.definitions.executor import executor

if TYPE_CHECKING:
    from dagnb.execution.executors import InitExecutorContext

RETRIES = Field(
    Selector({"enabled": {}, "disabled": {}}),
    default_value={"enabled": {}},
    description="Whether steps are tried again that ask for it, or whose retry policy says so.",
)


class InProcessExecutor:
    """Run every step in the calling thread: Ctrl-C, a debugger and matplotlib work as in a cell.

    Args:
        retries: whether failed steps are tried again (default: they are).
    """

    def __init__(self, retries: RetryMode = RetryMode.ENABLED) -> None:
        self.retries = retries

    def execute(self, work: StepWork) -> None:
        """Run the steps in their order."""
        while (key := work.take()) is not None:
            work.run_step(key)


@executor("in_process", config_schema={"retries": RETRIES})
def in_process_executor(context: InitExecutorContext) -> InProcessExecutor:
    """Run every step in the calling thread, one after the other."""
    return InProcessExecutor(RetryMode(next(iter(context.executor_config["retries"]))))

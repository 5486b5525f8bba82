"""The contract of what executes notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from dagnb.events.records import ErrorInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookJob:
    """One notebook to execute.

    Args:
        source: path of the notebook; it is read only.
        target: path of the executed copy; a finished cell is in it at most 0.5 s later, and all at the end, on
            failure too.
        parameters: values for the parameters cell, by name; literals only, written as the injected cell.
        inputs: further values bound in the notebook's namespace before its first cell runs; of any type, they
            never pass through source text.
        outputs: names to take from the namespace at the end; those that are not there are left out.
        context: what `dagnb.get_context()` answers in the notebook, as JSON-able data.
        kernel_name: which kernelspec (default: the notebook's own, else python3).
        working_folder: where the kernel runs (default: the source notebook's folder).
        environment: variables added to the kernel's environment.
        cell_timeout: seconds a cell may take (default: no limit).
    """

    source: str
    target: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    kernel_name: str | None = None
    working_folder: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    cell_timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProgress:
    """A cell has begun or ended. `index` counts the code cells from 1; `total` is their number."""

    index: int
    total: int
    state: Literal["started", "succeeded", "failed"]
    source: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldedEvent:
    """`yield_event(...)` in a notebook: an event of `dagnb.events.user`, sent while the cell runs."""

    event: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookResult:
    """What became of the notebook: `outputs` by name, or `error` with the failing cell's number."""

    target: str
    cells: int
    outputs: Mapping[str, Any]
    error: ErrorInfo | None = None
    failed_cell: int | None = None


NotebookMessage = CellProgress | YieldedEvent


class NotebookEngine(Protocol):
    """Execute notebooks; found by entry point (`dagnb.engines`)."""

    def execute(self, job: NotebookJob, on_message: Callable[[NotebookMessage], None]) -> NotebookResult:
        """Execute the job; `on_message` is called in order, from one thread, while it runs.

        KeyboardInterrupt stops the kernel and everything that it started, keeps the partial copy, and goes on up.

        Raises:
            DagnbNotebookError: the notebook is missing or unreadable, before any kernel starts.
            DagnbKernelError: the kernel is missing, did not start, or died (names the cell and the signal).
        """
        ...

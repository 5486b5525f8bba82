"""The contracts of what executes: bodies of solids, the order of steps, whole runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Protocol

from dagnb.events.records import Event, MessageLogged
from dagnb.events.user import UserEvent


class StepLog(Protocol):
    """Write lines into the event log; keyword arguments become fields of the line."""

    def debug(self, message: str, /, **fields: Any) -> None:
        """Write a line of this level."""
        ...

    def info(self, message: str, /, **fields: Any) -> None:
        """Write a line of this level."""
        ...

    def warning(self, message: str, /, **fields: Any) -> None:
        """Write a line of this level."""
        ...

    def error(self, message: str, /, **fields: Any) -> None:
        """Write a line of this level."""
        ...

    def critical(self, message: str, /, **fields: Any) -> None:
        """Write a line of this level."""
        ...


class StepContext(Protocol):
    """What a body gets to know of the step that it computes."""

    @property
    def run_id(self) -> str:
        """The run's id."""
        ...

    @property
    def step_key(self) -> str:
        """The step's key."""
        ...

    @property
    def solid_name(self) -> str:
        """The solid's name in the pipeline."""
        ...

    @property
    def pipeline_name(self) -> str:
        """The pipeline's name."""
        ...

    @property
    def mode(self) -> str:
        """The name of the mode."""
        ...

    @property
    def solid_config(self) -> Any:
        """The solid's config, checked, defaults filled in; None when it has no schema."""
        ...

    @property
    def run_config(self) -> Mapping[str, Any]:
        """The run config document, resolved."""
        ...

    @property
    def resources(self) -> Any:
        """The resources that the solid asked for, as attributes."""
        ...

    @property
    def log(self) -> StepLog:
        """Writes lines into the run's event log."""
        ...

    def emit(self, event: Event) -> None:
        """Record an event of this step that is not one of the user's (progress, an executed notebook)."""
        ...

    def open_folder(self) -> str:
        """Return a local folder of the step's own, made on first use."""
        ...


class BodyRunner(Protocol):
    """Compute the bodies of one kind; found by entry point (`dagnb.bodies`), by the body's kind."""

    def run(self, body: Any, context: StepContext, inputs: Mapping[str, Any]) -> Iterator[UserEvent]:
        """Yield the solid's events. What it raises fails the step."""
        ...


class StepOutcome(StrEnum):
    """How a step ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    SKIPPED = "skipped"


class StepWork(Protocol):
    """The steps of a run, as an executor sees them."""

    def take(self) -> str | None:
        """Return the key of a step that can run now and is handed out to nobody else; None when none can."""
        ...

    @property
    def is_done(self) -> bool:
        """Whether every step has ended; while steps run, more may appear."""
        ...

    def run_step(self, step_key: str) -> StepOutcome:
        """Run one step to its end in the calling thread; skips it when an input of it will not come."""
        ...


class RetryMode(StrEnum):
    """Whether steps that failed are tried again: those that ask for it, and those whose retry policy says so."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class Executor(Protocol):
    """Run the steps of a run; made by an `ExecutorDefinition`, of a mode or found by entry point (`dagnb.executors`).

    One that has an attribute `retries` (a `RetryMode`) says with it whether steps are tried again.
    """

    def execute(self, work: StepWork) -> None:
        """Run every step. A failed step does not stop those that do not need it."""
        ...


class RunLogger(Protocol):
    """Take the events of a run beside its event log; made of the loggers that the run config turns on."""

    def write(self, step_key: str | None, event: Event) -> Iterable[MessageLogged]:
        """Take an event, in the thread that emits it; return lines about itself for the event log."""
        ...


class Launcher(Protocol):
    """Run a whole run somewhere else than in the calling thread; found by entry point (`dagnb.launchers`)."""

    def launch(self, run_id: str, execute: Callable[[], object]) -> None:
        """Begin the run and return at once."""
        ...

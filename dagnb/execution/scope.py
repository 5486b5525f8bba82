"""The scope of a run: what its steps share while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagnb.config.secret import knows_secrets, redact_tree
from dagnb.contracts.execution import RunLogger, StepOutcome
from dagnb.contracts.records import RunRecord
from dagnb.contracts.stores import EventSink
from dagnb.events.records import Event, InputVersion, MessageLogged, PendingEvent, ValueInfo
from dagnb.execution.loop import LoopThread
from dagnb.planning.plan import ExecutionPlan

# What other records refer to; and values, which are stored whole or, when they hold a password, not at all.
_NAMES = frozenset(
    {
        "address",
        "asset_key",
        "code_version",
        "codec",
        "config_hash",
        "data_version",
        "digest",
        "failed_steps",
        "inline",
        "input_name",
        "inputs",
        "output_name",
        "resource",
        "sources",
        "step_keys",
        "unit",
    }
)

OnValue = Callable[[str, str, Any, ValueInfo], None]

if TYPE_CHECKING:
    from dagnb.instance import Instance


@dataclass(slots=True)
class RunScope:
    """What the steps of one run share: its plan, resources, values in memory, and where events go.

    `on_value`, when there is one, gets every value that a step hands over, while it is in memory; `values` maps
    (step, output) to values that steps to come will take, or that are stored nowhere else; `versions` says of every
    output which one it is; `errors` holds the exceptions of failed steps.
    """

    run: RunRecord
    plan: ExecutionPlan
    instance: Instance
    sink: EventSink
    resources: dict[str, Any] = field(default_factory=dict)
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    versions: dict[tuple[str, str], InputVersion] = field(default_factory=dict)
    outcomes: dict[str, StepOutcome] = field(default_factory=dict)
    errors: dict[str, BaseException] = field(default_factory=dict)
    loop: LoopThread = field(default_factory=LoopThread)
    on_value: OnValue | None = None
    loggers: Sequence[RunLogger] = ()
    readers: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for step in self.plan.steps.values():
            for each in step.inputs:
                for connection in each.connections:
                    key = (connection.node, connection.output)
                    self.readers[key] = self.readers.get(key, 0) + 1

    def emit(self, event: Event, step_key: str | None = None) -> None:
        """Record an event now, without the secrets in it; a line of the log goes to the loggers too."""
        if knows_secrets():
            event = redact_tree(event, keep=_NAMES)
        if self.loggers and isinstance(event, MessageLogged):
            for logger in self.loggers:
                logger.write(step_key, event)
        self.sink.emit(PendingEvent(at=self.instance.clock.now(), event=event, step_key=step_key))

    def has_read(self, step_key: str, output_name: str) -> None:
        """Say that one reader of an output is done; the last one lets a stored value out of memory."""
        key = (step_key, output_name)
        left = self.readers.get(key, 0) - 1
        self.readers[key] = left
        version = self.versions.get(key)
        if left <= 0 and version is not None and version.data_version is not None:
            self.values.pop(key, None)

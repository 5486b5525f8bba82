"""The scope of a run: what its steps share while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagnb.config.secret import knows_secrets, redact_tree
from dagnb.contracts.execution import RetryMode, RunLogger, StepOutcome
from dagnb.contracts.io import keeper_of
from dagnb.contracts.records import RunRecord
from dagnb.contracts.stores import EventSink
from dagnb.events.mapped import handle_of, split_output_key
from dagnb.events.records import Event, InputVersion, PendingEvent, ValueInfo
from dagnb.execution.loop import LoopThread
from dagnb.planning.plan import ExecutionPlan, Step

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
    output which one it is; `errors` holds the exceptions of failed steps; `shared` are the outputs (solid and output)
    that an unknown number of mapped steps takes; `managed` says of the outputs that IO managers keep which run computed
    them and which resource has them; `held` are the steps whose hooks take their outputs; `abandoned`
    are those skipped because a step failed that they need; `given` names the outputs of each step in their order.
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
    logger: RunLogger | None = None
    retries: RetryMode = RetryMode.ENABLED
    held: set[str] = field(default_factory=set)
    abandoned: set[str] = field(default_factory=set)
    given: dict[str, list[str]] = field(default_factory=dict)
    readers: dict[tuple[str, str], int] = field(default_factory=dict)
    shared: set[tuple[str, str]] = field(default_factory=set)
    managed: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        is_dynamic = self.plan.pipeline.flat.is_dynamic
        patterns = (step for step in self.plan.steps.values() if is_dynamic and step.is_pattern)
        self.shared = {
            (connection.node, connection.output)
            for step in patterns
            for each in step.inputs
            for connection in each.connections
        }
        if self.plan.inherited is not None:
            for (step_key, name), (run_id, event) in self.plan.inherited.outputs.items():
                self.versions[step_key, name] = InputVersion(
                    input_name="", run_id=run_id, step_key=step_key, output_name=name, data_version=event.data_version
                )
                self.outcomes[step_key] = StepOutcome.SUCCESS
                keeper = keeper_of(event.reference)
                if keeper is not None:
                    self.managed[step_key, name] = (run_id, keeper)

    def expect_readers(self, step: Step) -> None:
        """Say that a step will take its inputs, so that they stay in memory until it has."""
        for each in step.inputs:
            for connection in each.connections:
                key = (connection.node, connection.output)
                self.readers[key] = self.readers.get(key, 0) + 1

    def emit(self, event: Event, step_key: str | None = None) -> None:
        """Record an event now, without the secrets in it; the loggers get it too."""
        if knows_secrets():
            event = redact_tree(event, keep=_NAMES)
        self.sink.emit(PendingEvent(at=self.instance.clock.now(), event=event, step_key=step_key))
        if self.logger is not None:
            for line in self.logger.write(step_key, event):
                told = redact_tree(line, keep=_NAMES)
                self.sink.emit(PendingEvent(at=self.instance.clock.now(), event=told))

    def keeps(self, step_key: str, name: str) -> bool:
        """Whether a step to come may take an output, so that it is better kept in memory."""
        return bool(self.readers.get((step_key, name))) or step_key in self.held or self._is_shared(step_key, name)

    def _is_shared(self, step_key: str, name: str) -> bool:
        return bool(self.shared) and (handle_of(step_key), split_output_key(name)[0]) in self.shared

    def value(self, step_key: str, name: str) -> Any:
        """Return an output's value: from memory, or from where the run that this one repeats has stored it."""
        key = (step_key, name)
        if key not in self.values and self.plan.inherited is not None:
            self.values[key] = self.instance.values.get(self.plan.inherited.outputs[key].event.reference)
        return self.values[key]

    def output_names(self, step: Step) -> list[str]:
        """Return the outputs that a step has given, of dynamic ones each value's name."""
        return list(self.given.get(step.key, ()))

    def withdraw(self, step: Step) -> None:
        """Hand nothing of a step on: it failed or will be tried again. What was recorded stays."""
        for name in self.output_names(step):
            del self.versions[step.key, name]
            self.values.pop((step.key, name), None)
            self.managed.pop((step.key, name), None)
        self.given.pop(step.key, None)

    def let_go(self, step: Step) -> None:
        """Say that nobody but the steps to come takes the outputs of a step that was `held`."""
        self.held.discard(step.key)
        for name in self.output_names(step):
            key = (step.key, name)
            is_stored = self.versions[key].data_version is not None or key in self.managed
            if is_stored and not self.keeps(*key):
                self.values.pop(key, None)

    def mapping_keys(self, step: Step) -> dict[str, tuple[str, ...]]:
        """Return, for each dynamic output of a step that has ended, the mapping keys of its values."""
        if not self.plan.pipeline.flat.is_dynamic:
            return {}
        dynamic = [name for name, output in step.node.definition.outputs.items() if output.is_dynamic]
        found: dict[str, tuple[str, ...]] = dict.fromkeys(dynamic, ())
        if dynamic:
            given = [split_output_key(key) for key in self.given.get(step.key, ())]
            for name in dynamic:
                found[name] = tuple(key for output, key in given if output == name and key is not None)
        return found

    def release(self, step: Step) -> None:
        """Say that a step is done with its inputs; the last reader lets a stored value out of memory."""
        for each in step.inputs:
            for connection in each.connections:
                key = (connection.node, connection.output)
                left = self.readers.get(key, 0) - 1
                self.readers[key] = left
                version = self.versions.get(key)
                if left <= 0 and version is not None and version.data_version is not None and not self._is_shared(*key):
                    self.values.pop(key, None)

    def unstored_values(self) -> dict[tuple[str, str], Any]:
        """Return the values that are stored nowhere: they are at hand in this process only."""
        return {
            key: value
            for key, value in self.values.items()
            if key not in self.versions or self.versions[key].data_version is None
        }

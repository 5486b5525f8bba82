"""What a run is, folded from its events: nothing here is stored, everything can be folded anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    EventRecord,
    ExpectationChecked,
    InputLoaded,
    MessageLogged,
    NotebookExecuted,
    OutputProduced,
    RunCanceled,
    RunFailed,
    RunStarted,
    RunSucceeded,
    StepFailed,
    StepProgressed,
    StepRetried,
    StepsAdded,
    StepSkipped,
    StepStarted,
    StepSucceeded,
)

StepStatus = Literal["waiting", "running", "success", "failure", "skipped", "canceled"]
FoldedStatus = Literal["queued", "started", "success", "failure", "canceled"]
_LINES_KEPT = 200


@dataclass(slots=True)
class StepFold:
    """A step as its events tell it."""

    key: str
    status: StepStatus = "waiting"
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None
    attempt: int = 0
    progress: StepProgressed | None = None
    inputs: dict[str, InputLoaded] = field(default_factory=dict)
    outputs: dict[str, OutputProduced] = field(default_factory=dict)
    materializations: list[EventRecord] = field(default_factory=list)
    expectations: list[ExpectationChecked] = field(default_factory=list)
    failure: StepFailed | None = None
    skip_reason: str | None = None
    notebook: NotebookExecuted | None = None
    lines: list[EventRecord] = field(default_factory=list)

    def _begin(self, record: EventRecord, event: StepStarted) -> None:
        self.status = "running"
        self.started = self.started or record.at
        self.attempt = event.attempt
        self.progress = None
        self.inputs.clear()  # those of an attempt before
        self.outputs.clear()

    def _end(self, status: StepStatus, at: datetime, seconds: float | None = None) -> None:
        self.status = status
        self.ended = at
        self.seconds = seconds

    def apply(self, record: EventRecord) -> None:
        """Take in one event of this step."""
        match record.event:
            case StepStarted() as event:
                self._begin(record, event)
            case StepProgressed() as event:
                self.progress = event
            case StepSucceeded() as event:
                self._end("success", record.at, event.seconds)
            case StepFailed() as event:
                self.failure = event
                self._end("failure", record.at, event.seconds)
            case StepSkipped() as event:
                self.skip_reason = event.reason
                self._end("skipped", record.at)
            case StepRetried() as event:
                self.status = "waiting"
                self.attempt = event.attempt
            case _:
                self._keep(record)

    def _keep(self, record: EventRecord) -> None:
        match record.event:
            case InputLoaded() as event:
                self.inputs[event.input_name] = event
            case OutputProduced() as event:
                self.outputs[event.key] = event
            case AssetMaterialized():
                self.materializations.append(record)
            case ExpectationChecked() as event:
                self.expectations.append(event)
            case NotebookExecuted() as event:
                self.notebook = event
            case MessageLogged():
                self.lines.append(record)
                del self.lines[:-_LINES_KEPT]
            case _:
                pass


@dataclass(slots=True)
class RunFold:
    """A run as its events tell it. Feed it records in order of `seq`; one seen before is passed over.

    `steps` holds the steps in the order of `RunStarted.step_keys`.
    """

    status: FoldedStatus = "queued"
    mode: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    error: ErrorInfo | None = None
    failed_steps: tuple[str, ...] = ()
    steps: dict[str, StepFold] = field(default_factory=dict)
    lines: list[EventRecord] = field(default_factory=list)
    seq: int = 0

    @classmethod
    def of(cls, records: Iterable[EventRecord]) -> RunFold:
        """Fold the records.

        >>> RunFold.of([]).status
        'queued'
        """
        fold = cls()
        for record in records:
            fold.apply(record)
        return fold

    def step(self, key: str) -> StepFold:
        """Return the step, a waiting one when no event has told of it yet."""
        found = self.steps.get(key)
        if found is None:
            found = self.steps[key] = StepFold(key)
        return found

    def apply(self, record: EventRecord) -> None:
        """Take in one event."""
        if record.seq <= self.seq:
            return
        self.seq = record.seq
        if self.is_terminal:  # how a run ended stands; what comes late is in its log only
            return
        if record.step_key is not None:
            self.step(record.step_key).apply(record)
            return
        self._apply_to_run(record)

    def _apply_to_run(self, record: EventRecord) -> None:
        match record.event:
            case RunStarted() as event:
                self.status = "started"
                self.mode = event.mode
                self.started = record.at
                for key in event.step_keys:
                    self.step(key)
            case StepsAdded() as event:
                for key in event.step_keys:
                    self.step(key)
            case RunSucceeded():
                self._end("success", record.at)
            case RunFailed() as event:
                self.error = event.error
                self.failed_steps = event.failed_steps
                self._end("failure", record.at)
            case RunCanceled():
                self._end("canceled", record.at)
            case MessageLogged():
                self.lines.append(record)
            case _:
                pass

    def _end(self, status: FoldedStatus, at: datetime) -> None:
        self.status = status
        self.ended = at
        for step in self.steps.values():
            if step.status == "running":
                step.status = "canceled" if status == "canceled" else "failure"
                step.ended = at
            elif step.status == "waiting" and status == "canceled":
                step.status = "canceled"

    @property
    def is_terminal(self) -> bool:
        """Whether the run has ended."""
        return self.status in ("success", "failure", "canceled")
